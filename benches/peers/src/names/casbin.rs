use std::sync::Arc;

use casbin::rhai::{Array, Dynamic};
use casbin::{CoreApi, Enforcer, function_map::OperatorFunction};

use super::{ADMIN, Action, Case, DELETABLE, EDITABLE, ROLES};
use crate::Engine;
use crate::facts::enforcer;

/// Casbin: for each action an enforcer whose matcher is the rule. What ranges over lists, shares with groups and the
/// search for a cluster that works, is done by functions in Rust that the enforcer calls, for matchers cannot.
#[derive(Clone)]
pub struct Casbin {
    edit: Arc<Enforcer>,
    delete: Arc<Enforcer>,
}

const ARGUMENTS: &[&str] = &["state", "user", "roles", "owner", "case"];

impl Default for Casbin {
    fn default() -> Self {
        Self::new()
    }
}

impl Casbin {
    /// With the rules of both actions.
    pub fn new() -> Self {
        Self {
            edit: Arc::new(with_functions(&matcher(EDITABLE, ""))),
            delete: Arc::new(with_functions(&matcher(DELETABLE, " && worker_available(r.case)"))),
        }
    }

    fn enforcer(&self, action: Action) -> &Enforcer {
        match action {
            Action::Edit => &self.edit,
            Action::Delete => &self.delete,
        }
    }
}

fn matcher(states: &[&str], also: &str) -> String {
    let states: Vec<String> = states.iter().map(|state| format!("r.state == \"{state}\"")).collect();
    let roles: Vec<String> = ROLES.iter().map(|role| format!("\"{role}\" in r.roles")).collect();
    format!(
        "({}) && (\"{ADMIN}\" in r.roles \
         || (({}) && (r.owner == r.user || fully_shared(r.case)))){also}",
        states.join(" || "),
        roles.join(" || "),
    )
}

fn with_functions(matcher: &str) -> Enforcer {
    let mut enforcer = enforcer(ARGUMENTS, matcher);
    enforcer.add_function("fully_shared", OperatorFunction::Arg1(|case| ask(&case, Case::fully_shared)));
    enforcer
        .add_function("worker_available", OperatorFunction::Arg1(|case| ask(&case, Case::worker_available)));
    enforcer
}

fn ask(case: &Dynamic, question: fn(&Case) -> bool) -> Dynamic {
    case.read_lock::<Arc<Case>>().is_some_and(|case| question(&case)).into()
}

impl Engine for Casbin {
    type Question = Arc<Case>;
    type Request<'q> = (Action, Vec<Dynamic>);

    fn request(&self, case: &Arc<Case>) -> (Action, Vec<Dynamic>) {
        let Case { user, backup, action, .. } = &**case;
        let text = |text: &String| Dynamic::from(text.clone());
        let roles: Array = user.roles.iter().map(text).collect();
        let arguments = vec![
            text(&backup.state),
            text(&user.id),
            Dynamic::from(roles),
            text(&backup.owner),
            Dynamic::from(Arc::clone(case)),
        ];
        (*action, arguments)
    }

    fn permits(&mut self, (action, arguments): &(Action, Vec<Dynamic>)) -> bool {
        self.enforcer(*action).enforce(arguments.clone()).unwrap()
    }

    fn answer(&mut self, case: &Arc<Case>) -> bool {
        let (action, arguments) = self.request(case);
        self.enforcer(action).enforce(arguments).unwrap()
    }
}
