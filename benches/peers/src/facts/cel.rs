use std::sync::Arc;

use cel::common::types::{CelBool, CelString};
use cel::common::value::CowVal;
use cel::context::VariableResolver;
use cel::{Context, Env, Program, Value};

use super::rules::Offer;
use super::{Question, Rules};
use crate::Engine;

/// CEL: for each (mode, kind, action) an expression, parsed once. Variables are resolved from the question, which is
/// borrowed; the functions are made once and shared, so that a context is quickly made.
#[derive(Clone)]
pub struct Cel {
    rules: &'static Rules,
    programs: Arc<Vec<Program>>,
    env: Arc<Env>,
}

/// An expression, and its variables.
pub struct Asked<'q> {
    offer: usize,
    variables: Variables<'q>,
}

struct Variables<'q> {
    state: CelString<'q>,
    question: &'q Question,
    bools: [CelBool; 2],
}

impl VariableResolver for Variables<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        if variable == "state" {
            return Some(CowVal::Borrowed(&self.state));
        }
        let (_, holds) = self.question.conditions.iter().find(|(name, _)| *name == variable)?;
        Some(CowVal::Borrowed(&self.bools[usize::from(*holds)]))
    }
}

impl Default for Cel {
    fn default() -> Self {
        Self::new()
    }
}

impl Cel {
    /// With the rules of the shipped policy.
    pub fn new() -> Self {
        let rules = Rules::shipped();
        let env = Env::stdlib();
        let programs = rules.offers.iter().map(|offer| env.compile(&expression(offer)).unwrap()).collect();
        Self { rules, programs: Arc::new(programs), env: Arc::new(env) }
    }
}

fn expression(offer: &Offer) -> String {
    let clauses = offer.clauses.iter().map(|clause| {
        let states: Vec<String> = clause.states.iter().map(|state| format!("state == \"{state}\"")).collect();
        let holds = clause.holds.iter().map(|condition| format!(" && {condition}"));
        let fails = clause.fails.iter().map(|condition| format!(" && !{condition}"));
        format!("(({}){})", states.join(" || "), holds.chain(fails).collect::<String>())
    });
    clauses.collect::<Vec<_>>().join(" || ")
}

/// What an expression comes to.
pub(crate) fn holds(program: &Program, context: &Context<'_, '_>) -> bool {
    let value = Value::resolve_val(program.expression(), context).unwrap();
    value.downcast_ref::<CelBool>().unwrap().into_inner()
}

impl Engine for Cel {
    type Question = Question;
    type Request<'q> = Asked<'q>;

    fn request<'q>(&self, question: &'q Question) -> Asked<'q> {
        let offer = self.rules.find(question.mode, question.kind, question.action).unwrap();
        let state = CelString::from(question.state);
        Asked { offer, variables: Variables { state, question, bools: [false.into(), true.into()] } }
    }

    fn permits(&mut self, asked: &Asked<'_>) -> bool {
        let mut context = Context::with_env(Arc::clone(&self.env));
        context.set_variable_resolver(&asked.variables);
        holds(&self.programs[asked.offer], &context)
    }
}
