//! What does it cost to decide one situation: from the table of what a policy says, by the rules in this process, and
//! by the component that was made of them?

use std::cell::LazyCell;

use criterion::Criterion;
use interlock::model::{Outcome, Situation};
use interlock_tests::Native;

use crate::{POLICY, WITHOUT_TABLE, count, situations};

pub(crate) fn bench(criterion: &mut Criterion) {
    let native = LazyCell::new(Native::backup);
    let situations = LazyCell::new(|| situations::draw(POLICY.manifest()));
    one_by_one(criterion, "decide/native", &situations, |situation| native.decide(situation));
    one_by_one(criterion, "decide/table", &situations, |situation| POLICY.decide(situation).unwrap());
    one_by_one(criterion, "decide/component", &situations, |situation| {
        WITHOUT_TABLE.decide(situation).unwrap()
    });
}

/// Another situation in each iteration, so that no branch is predicted from the last answer.
fn one_by_one(
    criterion: &mut Criterion,
    id: &str,
    situations: &LazyCell<Vec<Situation>, impl FnOnce() -> Vec<Situation>>,
    decide: impl Fn(Situation) -> Outcome,
) {
    let checked = LazyCell::new(|| {
        let outcomes = situations.iter().map(|&situation| decide(situation));
        assert_eq!(count(outcomes.map(|outcome| outcome.verdict)), situations::VERDICTS, "{id}");
    });
    criterion.bench_function(id, |bencher| {
        LazyCell::force(&checked);
        let mut next = situations.iter().cycle();
        bencher.iter(|| next.next().map(|&situation| decide(situation)));
    });
}
