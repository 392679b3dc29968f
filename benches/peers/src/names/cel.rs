mod borrowed;

use std::sync::Arc;

use cel::common::types::CelString;
use cel::common::value::CowVal;
use cel::context::VariableResolver;
use cel::{Context, Env, Program};

use super::{ADMIN, Action, Case, Cluster, Connection, DELETABLE, EDITABLE, Location, ROLES};
use crate::Engine;
use crate::facts::holds;
use borrowed::{ById, List, Row};

/// CEL: for each action an expression, parsed once. Its variables borrow what the caller has, resources included; the
/// functions are made once and shared.
#[derive(Clone)]
pub struct Cel {
    edit: Arc<Program>,
    delete: Arc<Program>,
    env: Arc<Env>,
}

/// Variables of an expression. Names with a dot are resolved as a whole.
pub struct Variables<'c> {
    action: Action,
    user: CelString<'c>,
    roles: List<CelString<'c>>,
    groups: List<CelString<'c>>,
    state: CelString<'c>,
    owner: CelString<'c>,
    shared_full: List<CelString<'c>>,
    location: CelString<'c>,
    connections: List<Row<'c, Connection>>,
    clusters: ById<'c, Cluster>,
    locations: ById<'c, Location>,
}

impl VariableResolver for Variables<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        Some(CowVal::Borrowed(match variable {
            "user.id" => &self.user,
            "user.roles" => &self.roles,
            "user.groups" => &self.groups,
            "backup.state" => &self.state,
            "backup.owner" => &self.owner,
            "backup.shared_full" => &self.shared_full,
            "backup.location" => &self.location,
            "connections" => &self.connections,
            "clusters" => &self.clusters,
            "locations" => &self.locations,
            _ => return None,
        }))
    }
}

impl Default for Cel {
    fn default() -> Self {
        Self::new()
    }
}

impl Cel {
    /// With the rules of both actions.
    pub fn new() -> Self {
        let env = Env::stdlib();
        let compile = |states, also| Arc::new(env.compile(&expression(states, also)).unwrap());
        Self { edit: compile(EDITABLE, ""), delete: compile(DELETABLE, WORKER_AVAILABLE), env: Arc::new(env) }
    }
}

const WORKER_AVAILABLE: &str = r#"
    && backup.location in locations
    && connections.exists(c, c.location == backup.location && c.state == "valid" && c.cluster in clusters
        && clusters[c.cluster].state == "active" && clusters[c.cluster].reachable)"#;

fn expression(states: &[&str], also: &str) -> String {
    let states: Vec<String> = states.iter().map(|state| format!("backup.state == \"{state}\"")).collect();
    let roles: Vec<String> = ROLES.iter().map(|role| format!("\"{role}\" in user.roles")).collect();
    format!(
        "({}) && (\"{ADMIN}\" in user.roles
            || (({}) && (backup.owner == user.id || user.id in backup.shared_full
                || user.groups.exists(group, group in backup.shared_full)))){also}",
        states.join(" || "),
        roles.join(" || "),
    )
}

impl Engine for Cel {
    type Question = Arc<Case>;
    type Request<'q> = Variables<'q>;

    fn request<'q>(&self, case: &'q Arc<Case>) -> Variables<'q> {
        let Case { user, backup, .. } = &**case;
        let texts = |texts: &'q [String]| List(texts.iter().map(|text| text.as_str().into()).collect());
        Variables {
            action: case.action,
            user: user.id.as_str().into(),
            roles: texts(&user.roles),
            groups: texts(&user.groups),
            state: backup.state.as_str().into(),
            owner: backup.owner.as_str().into(),
            shared_full: texts(&backup.shared_full),
            location: backup.location.as_str().into(),
            connections: List(case.connections.iter().map(Row).collect()),
            clusters: ById(&case.clusters),
            locations: ById(&case.locations),
        }
    }

    fn permits(&mut self, variables: &Variables<'_>) -> bool {
        let program = match variables.action {
            Action::Edit => &self.edit,
            Action::Delete => &self.delete,
        };
        let mut context = Context::with_env(Arc::clone(&self.env));
        context.set_variable_resolver(variables);
        holds(program, &context)
    }
}
