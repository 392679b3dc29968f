use std::sync::Arc;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression,
};

use super::rules::{Clause, Offer};
use super::{Question, Rules};
use crate::Engine;

/// Cedar: a policy for each way to be permitted; what the caller says of mode, state and conditions is the context.
#[derive(Clone)]
pub struct Cedar {
    shared: Arc<Shared>,
}

struct Shared {
    rules: &'static Rules,
    authorizer: Authorizer,
    /// None of the policies asks anything of an entity but its type.
    entities: Entities,
    user: EntityTypeName,
    offers: Vec<Names>,
    /// The policies of all offers, or for each offer its own.
    whole: Option<PolicySet>,
    slices: Vec<PolicySet>,
}

/// What of a request does not change from question to question.
struct Names {
    action: EntityUid,
    kind: EntityTypeName,
}

/// Which policies to ask, and with what.
pub struct Asked {
    offer: usize,
    request: Request,
}

impl Cedar {
    /// All policies in one set: Cedar finds those that apply.
    pub fn whole() -> Self {
        Self::of(false)
    }

    /// A set for each (mode, kind, action), chosen by the caller.
    pub fn sliced() -> Self {
        Self::of(true)
    }

    fn of(sliced: bool) -> Self {
        let rules = Rules::shipped();
        let text =
            |offer: &Offer| offer.clauses.iter().map(|clause| policy(offer, clause)).collect::<String>();
        let names = |offer: &Offer| Names {
            action: uid(&"Action".parse().unwrap(), &offer.action),
            kind: kind(&offer.kind).parse().unwrap(),
        };
        let slices = rules.offers.iter().map(|offer| text(offer).parse().unwrap());
        let whole = || rules.offers.iter().map(text).collect::<String>().parse().unwrap();
        Self {
            shared: Arc::new(Shared {
                rules,
                authorizer: Authorizer::new(),
                entities: Entities::empty(),
                user: "User".parse().unwrap(),
                offers: rules.offers.iter().map(names).collect(),
                whole: (!sliced).then(whole),
                slices: if sliced { slices.collect() } else { Vec::new() },
            }),
        }
    }
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

/// A kind as Cedar spells types.
fn kind(name: &str) -> String {
    let capitalised = |word: &str| word[..1].to_uppercase() + &word[1..];
    name.split('-').map(capitalised).collect()
}

fn policy(offer: &Offer, clause: &Clause) -> String {
    let states: Vec<String> =
        clause.states.iter().map(|state| format!("context.state == \"{state}\"")).collect();
    let holds = clause.holds.iter().map(|condition| format!(" && context.{condition}"));
    let fails = clause.fails.iter().map(|condition| format!(" && !context.{condition}"));
    format!(
        "permit(principal, action == Action::\"{}\", resource is {}) when {{ context.mode == \"{}\" && ({}){} }};\n",
        offer.action,
        kind(&offer.kind),
        offer.mode,
        states.join(" || "),
        holds.chain(fails).collect::<String>(),
    )
}

impl Engine for Cedar {
    type Question = Question;
    type Request<'q> = Asked;

    fn request(&self, question: &Question) -> Asked {
        let shared = &*self.shared;
        let offer = shared.rules.find(question.mode, question.kind, question.action).unwrap();
        let names = &shared.offers[offer];
        let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
        let said = [("mode".to_owned(), text(question.mode)), ("state".to_owned(), text(question.state))];
        let conditions = question.conditions.iter();
        let conditions =
            conditions.map(|&(name, holds)| (name.to_owned(), RestrictedExpression::new_bool(holds)));
        let context = Context::from_pairs(said.into_iter().chain(conditions)).unwrap();
        let user = uid(&shared.user, &question.user);
        let resource = uid(&names.kind, &question.id);
        Asked { offer, request: Request::new(user, names.action.clone(), resource, context, None).unwrap() }
    }

    fn permits(&mut self, asked: &Asked) -> bool {
        let shared = &*self.shared;
        let policies = shared.whole.as_ref().unwrap_or_else(|| &shared.slices[asked.offer]);
        shared.authorizer.is_authorized(&asked.request, policies, &shared.entities).decision()
            == Decision::Allow
    }
}
