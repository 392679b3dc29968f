use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use casbin::rhai::Dynamic;
use casbin::{CoreApi, DefaultModel, Enforcer};

use super::rules::Offer;
use super::{Question, Rules};
use crate::Engine;

/// Casbin: for each (mode, kind, action) an enforcer whose matcher is the rule, with an argument for the state and for
/// each condition. No policy has to be searched.
#[derive(Clone)]
pub struct Casbin {
    rules: &'static Rules,
    enforcers: Arc<Vec<Enforcer>>,
}

impl Default for Casbin {
    fn default() -> Self {
        Self::new()
    }
}

impl Casbin {
    /// With the rules of the shipped policy.
    pub fn new() -> Self {
        let rules = Rules::shipped();
        let enforcer = |offer: &Offer| {
            let arguments: Vec<&str> =
                ["state"].into_iter().chain(offer.conditions.iter().map(String::as_str)).collect();
            enforcer(&arguments, &matcher(offer))
        };
        Self { rules, enforcers: Arc::new(rules.offers.iter().map(enforcer).collect()) }
    }
}

/// An enforcer with one matcher and no policies.
pub(crate) fn enforcer(arguments: &[&str], matcher: &str) -> Enforcer {
    let model = format!(
        "[request_definition]\nr = {}\n[policy_definition]\np = any\n\
         [policy_effect]\ne = some(where (p.eft == allow))\n[matchers]\nm = {matcher}\n",
        arguments.join(", ")
    );
    at_once(async { Enforcer::new(DefaultModel::from_str(&model).await?, ()).await }).unwrap()
}

/// What a future gives that waits for nothing: these models are read from memory.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a model in memory was waited for"),
    }
}

fn matcher(offer: &Offer) -> String {
    let clauses = offer.clauses.iter().map(|clause| {
        let states: Vec<String> =
            clause.states.iter().map(|state| format!("r.state == \"{state}\"")).collect();
        let holds = clause.holds.iter().map(|condition| format!(" && r.{condition}"));
        let fails = clause.fails.iter().map(|condition| format!(" && !r.{condition}"));
        format!("(({}){})", states.join(" || "), holds.chain(fails).collect::<String>())
    });
    clauses.collect::<Vec<_>>().join(" || ")
}

impl Engine for Casbin {
    type Question = Question;
    type Request<'q> = (usize, Vec<Dynamic>);

    fn request(&self, question: &Question) -> (usize, Vec<Dynamic>) {
        let offer = self.rules.find(question.mode, question.kind, question.action).unwrap();
        let conditions = question.conditions.iter().map(|&(_, holds)| Dynamic::from(holds));
        (offer, [Dynamic::from(question.state.to_owned())].into_iter().chain(conditions).collect())
    }

    fn permits(&mut self, (offer, arguments): &(usize, Vec<Dynamic>)) -> bool {
        self.enforcers[*offer].enforce(arguments.clone()).unwrap()
    }

    fn answer(&mut self, question: &Question) -> bool {
        let (offer, arguments) = self.request(question);
        self.enforcers[offer].enforce(arguments).unwrap()
    }
}
