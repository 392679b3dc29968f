use std::collections::HashSet;
use std::sync::Arc;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression,
};

use super::{ADMIN, Action, Case, DELETABLE, EDITABLE, ROLES};
use crate::Engine;

/// Cedar: roles and groups are the user's parents, shares are sets of entities. Whether a cluster can do the work is an
/// attribute of the backup that the caller computes, since policies cannot range over entities. Two entities and one
/// policy are all that is asked.
#[derive(Clone)]
pub struct Cedar {
    shared: Arc<Shared>,
}

struct Shared {
    authorizer: Authorizer,
    edit: Slice,
    delete: Slice,
    backup: EntityTypeName,
    role: EntityTypeName,
    /// Users and groups: a share does not say which it names.
    subject: EntityTypeName,
}

/// The one policy of an action.
struct Slice {
    action: EntityUid,
    policies: PolicySet,
}

impl Default for Cedar {
    fn default() -> Self {
        Self::new()
    }
}

impl Cedar {
    /// With the rules of both actions.
    pub fn new() -> Self {
        let slice = |action: &str, states: &[&str], also: &str| Slice {
            action: format!("Action::\"{action}\"").parse().unwrap(),
            policies: policy(action, states, also).parse().unwrap(),
        };
        let kind = |name: &str| name.parse().unwrap();
        Self {
            shared: Arc::new(Shared {
                authorizer: Authorizer::new(),
                edit: slice("edit", EDITABLE, ""),
                delete: slice("delete", DELETABLE, " && resource.workerAvailable"),
                backup: kind("Backup"),
                role: kind("Role"),
                subject: kind("Subject"),
            }),
        }
    }
}

fn policy(action: &str, states: &[&str], also: &str) -> String {
    let states: Vec<String> = states.iter().map(|state| format!("resource.state == \"{state}\"")).collect();
    let roles: Vec<String> = ROLES.iter().map(|role| format!("Role::\"{role}\"")).collect();
    format!(
        "permit(principal, action == Action::\"{action}\", resource is Backup) when {{
            ({})
            && (principal in Role::\"{ADMIN}\"
                || (principal in [{}]
                    && (resource.owner == principal || principal in resource.sharedFull))){also}
        }};",
        states.join(" || "),
        roles.join(", "),
    )
}

impl Shared {
    fn slice(&self, action: Action) -> &Slice {
        match action {
            Action::Edit => &self.edit,
            Action::Delete => &self.delete,
        }
    }
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

impl Engine for Cedar {
    type Question = Arc<Case>;
    type Request<'q> = (Action, Request, Entities);

    fn request(&self, case: &Arc<Case>) -> (Action, Request, Entities) {
        let shared = &*self.shared;
        let Case { user, backup, action, .. } = &**case;
        let user_uid = uid(&shared.subject, &user.id);
        let groups = user.groups.iter().map(|id| uid(&shared.subject, id));
        let roles = user.roles.iter().map(|id| uid(&shared.role, id));
        let parents: HashSet<EntityUid> = groups.chain(roles).collect();

        let with = backup.shared_full.iter();
        let with = with.map(|id| RestrictedExpression::new_entity_uid(uid(&shared.subject, id)));
        let mut attributes = vec![
            ("state".to_owned(), RestrictedExpression::new_string(backup.state.clone())),
            ("owner".to_owned(), RestrictedExpression::new_entity_uid(uid(&shared.subject, &backup.owner))),
            ("sharedFull".to_owned(), RestrictedExpression::new_set(with)),
        ];
        if *action == Action::Delete {
            let available = RestrictedExpression::new_bool(case.worker_available());
            attributes.push(("workerAvailable".to_owned(), available));
        }
        let backup_uid = uid(&shared.backup, &backup.id);
        let backup =
            Entity::new(backup_uid.clone(), attributes.into_iter().collect(), HashSet::new()).unwrap();
        let entities =
            Entities::from_entities([Entity::new_no_attrs(user_uid.clone(), parents), backup], None).unwrap();
        let action_uid = shared.slice(*action).action.clone();
        let request = Request::new(user_uid, action_uid, backup_uid, Context::empty(), None).unwrap();
        (*action, request, entities)
    }

    fn permits(&mut self, (action, request, entities): &Self::Request<'_>) -> bool {
        let shared = &*self.shared;
        let policies = &shared.slice(*action).policies;
        shared.authorizer.is_authorized(request, policies, entities).decision() == Decision::Allow
    }
}
