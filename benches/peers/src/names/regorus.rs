use std::sync::Arc;

use regorus::Value;
use regorus::rvm::program::Program;
use regorus::rvm::vm::RegoVM;
use regorus::value::Object;

use super::{ADMIN, Action, Case, DELETABLE, EDITABLE, ROLES};
use crate::Engine;
use crate::facts::compile;

/// Regorus: two rules in one program for its virtual machine, each with an entry point. Locations and clusters are
/// objects by id, so that Rego looks them up and does not search. Names of fields are values already.
pub struct Regorus {
    program: Arc<Program>,
    machine: RegoVM,
    names: Names,
}

/// The fields that the rules read.
#[derive(Clone)]
struct Names {
    backup: Value,
    cluster: Value,
    clusters: Value,
    connections: Value,
    groups: Value,
    id: Value,
    location: Value,
    locations: Value,
    owner: Value,
    reachable: Value,
    roles: Value,
    shared_full: Value,
    state: Value,
    user: Value,
}

impl Default for Regorus {
    fn default() -> Self {
        Self::new()
    }
}

impl Regorus {
    /// With the rules of both actions.
    pub fn new() -> Self {
        let entries = ["data.names.edit", "data.names.delete"].map(str::to_owned);
        let names = Names {
            backup: "backup".into(),
            cluster: "cluster".into(),
            clusters: "clusters".into(),
            connections: "connections".into(),
            groups: "groups".into(),
            id: "id".into(),
            location: "location".into(),
            locations: "locations".into(),
            owner: "owner".into(),
            reachable: "reachable".into(),
            roles: "roles".into(),
            shared_full: "shared_full".into(),
            state: "state".into(),
            user: "user".into(),
        };
        Self::of(compile(&source(), &entries), names)
    }

    fn of(program: Arc<Program>, names: Names) -> Self {
        let mut machine = RegoVM::new();
        machine.load_program(Arc::clone(&program));
        Self { program, machine, names }
    }
}

/// A machine for each thread, one program for all.
impl Clone for Regorus {
    fn clone(&self) -> Self {
        Self::of(Arc::clone(&self.program), self.names.clone())
    }
}

fn source() -> String {
    let list = |names: &[&str]| names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    format!(
        r#"
package names

import rego.v1

edit if {{
    input.backup.state in {{{}}}
    may
}}

delete if {{
    input.backup.state in {{{}}}
    may
    worker_available
}}

may if "{ADMIN}" in input.user.roles

may if {{
    some role in input.user.roles
    role in {{{}}}
    owned_or_shared
}}

owned_or_shared if input.backup.owner == input.user.id

owned_or_shared if input.user.id in input.backup.shared_full

owned_or_shared if {{
    some group in input.user.groups
    group in input.backup.shared_full
}}

worker_available if {{
    input.locations[input.backup.location]
    some connection in input.connections
    connection.location == input.backup.location
    connection.state == "valid"
    cluster := input.clusters[connection.cluster]
    cluster.state == "active"
    cluster.reachable
}}
"#,
        list(EDITABLE),
        list(DELETABLE),
        list(ROLES),
    )
}

fn object<const N: usize>(fields: [(&Value, Value); N]) -> Value {
    Object::from_iter(fields.map(|(name, value)| (name.clone(), value))).into()
}

fn list(names: &[String]) -> Value {
    names.iter().map(|name| Value::from(name.as_str())).collect::<Vec<Value>>().into()
}

impl Engine for Regorus {
    type Question = Arc<Case>;
    type Request<'q> = (Action, Value);

    fn request(&self, case: &Arc<Case>) -> (Action, Value) {
        let names = &self.names;
        let Case { user, backup, action, .. } = &**case;
        let text = |text: &String| Value::from(text.as_str());
        let user = object([
            (&names.id, text(&user.id)),
            (&names.roles, list(&user.roles)),
            (&names.groups, list(&user.groups)),
        ]);
        let target = object([
            (&names.state, text(&backup.state)),
            (&names.owner, text(&backup.owner)),
            (&names.shared_full, list(&backup.shared_full)),
            (&names.location, text(&backup.location)),
        ]);
        if *action == Action::Edit {
            return (*action, object([(&names.user, user), (&names.backup, target)]));
        }
        let connections = case.connections.iter().map(|connection| {
            object([
                (&names.location, text(&connection.location)),
                (&names.cluster, text(&connection.cluster)),
                (&names.state, text(&connection.state)),
            ])
        });
        let clusters = case.clusters.iter().map(|cluster| {
            let fields =
                [(&names.state, text(&cluster.state)), (&names.reachable, Value::from(cluster.reachable))];
            (text(&cluster.id), object(fields))
        });
        let locations = case
            .locations
            .iter()
            .map(|location| (text(&location.id), object([(&names.state, text(&location.state))])));
        let input = object([
            (&names.user, user),
            (&names.backup, target),
            (&names.connections, connections.collect::<Vec<Value>>().into()),
            (&names.clusters, Object::from_iter(clusters).into()),
            (&names.locations, Object::from_iter(locations).into()),
        ]);
        (*action, input)
    }

    fn permits(&mut self, (action, input): &(Action, Value)) -> bool {
        let entry = match action {
            Action::Edit => 0,
            Action::Delete => 1,
        };
        self.machine.set_input(input.clone());
        self.machine.execute_entry_point_by_index(entry).unwrap() == Value::Bool(true)
    }
}
