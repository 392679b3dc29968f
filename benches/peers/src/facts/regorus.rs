use std::sync::Arc;

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::program::Program;
use regorus::rvm::vm::RegoVM;
use regorus::value::Object;
use regorus::{Engine as Parser, Value};

use super::rules::{Clause, Offer};
use super::{Question, Rules};
use crate::Engine;

/// Regorus: a rule for each (mode, kind, action), compiled once to one program for its virtual machine, with an entry
/// point for each rule. The machine is used again; names of conditions are values already.
pub struct Regorus {
    rules: &'static Rules,
    program: Arc<Program>,
    machine: RegoVM,
    state: Value,
    names: Vec<Vec<Value>>,
}

impl Default for Regorus {
    fn default() -> Self {
        Self::new()
    }
}

impl Regorus {
    /// With the rules of the shipped policy.
    pub fn new() -> Self {
        let rules = Rules::shipped();
        let bodies = rules.offers.iter().enumerate().flat_map(|(number, offer)| {
            offer.clauses.iter().map(move |clause| format!("offer_{number} if {{ {} }}\n", body(clause)))
        });
        let source = format!("package facts\nimport rego.v1\n{}", bodies.collect::<String>());
        let entries: Vec<String> =
            (0..rules.offers.len()).map(|number| format!("data.facts.offer_{number}")).collect();
        let values = |offer: &Offer| offer.conditions.iter().map(|name| Value::from(name.as_str())).collect();
        Self::of(rules, compile(&source, &entries), rules.offers.iter().map(values).collect())
    }

    fn of(rules: &'static Rules, program: Arc<Program>, names: Vec<Vec<Value>>) -> Self {
        let mut machine = RegoVM::new();
        machine.load_program(Arc::clone(&program));
        Self { rules, program, machine, state: Value::from("state"), names }
    }
}

/// A machine for each thread, one program for all.
impl Clone for Regorus {
    fn clone(&self) -> Self {
        Self::of(self.rules, Arc::clone(&self.program), self.names.clone())
    }
}

/// Compiles Rego to a program that can be entered at each of some rules, in their order.
pub(crate) fn compile(source: &str, entries: &[String]) -> Arc<Program> {
    let mut parser = Parser::new();
    parser.add_policy("rules.rego".to_owned(), source.to_owned()).unwrap();
    let policy = parser.compile_with_entrypoint(&entries[0].as_str().into()).unwrap();
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    Compiler::compile_from_policy(&policy, &entries).unwrap()
}

fn body(clause: &Clause) -> String {
    let states: Vec<String> = clause.states.iter().map(|state| format!("\"{state}\"")).collect();
    let state = match &states[..] {
        [one] => format!("input.state == {one}"),
        _ => format!("input.state in {{{}}}", states.join(", ")),
    };
    let holds = clause.holds.iter().map(|condition| format!("; input.{condition}"));
    let fails = clause.fails.iter().map(|condition| format!("; not input.{condition}"));
    [state].into_iter().chain(holds).chain(fails).collect()
}

impl Engine for Regorus {
    type Question = Question;
    type Request<'q> = (usize, Value);

    fn request(&self, question: &Question) -> (usize, Value) {
        let offer = self.rules.find(question.mode, question.kind, question.action).unwrap();
        let state = (self.state.clone(), Value::from(question.state));
        let names = self.names[offer].iter().cloned();
        let conditions = names.zip(question.conditions.iter().map(|&(_, holds)| Value::from(holds)));
        (offer, Object::from_iter(conditions.chain([state])).into())
    }

    fn permits(&mut self, (offer, input): &(usize, Value)) -> bool {
        self.machine.set_input(input.clone());
        self.machine.execute_entry_point_by_index(*offer).unwrap() == Value::Bool(true)
    }
}
