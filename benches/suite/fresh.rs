//! What does it cost to give every call an instance of its own, that has nothing to remember?

use std::cell::LazyCell;

use criterion::Criterion;
use interlock::model::Verdict;
use interlock::{Engine, Policy};
use interlock_policies::BACKUP;

use crate::evaluate::{related, request};
use crate::{POLICY, count, situations};

pub(crate) fn bench(criterion: &mut Criterion) {
    let policy = LazyCell::new(forgetful);
    let situations = LazyCell::new(|| {
        let situations = situations::draw(POLICY.manifest());
        let outcomes = situations.iter().map(|&situation| policy.decide(situation).unwrap());
        assert_eq!(count(outcomes.map(|outcome| outcome.verdict)), situations::VERDICTS);
        situations
    });
    criterion.bench_function("decide/fresh-instance", |bencher| {
        let mut next = situations.iter().cycle();
        bencher.iter(|| next.next().map(|&situation| policy.decide(situation).unwrap()));
    });

    let request = LazyCell::new(|| {
        let request = request("delete", related("active"));
        assert_eq!(policy.evaluate(&request).unwrap().verdict, Verdict::Allow);
        request
    });
    criterion.bench_function("evaluate/fresh-instance", |bencher| {
        LazyCell::force(&request);
        bencher.iter(|| policy.evaluate(&request).unwrap());
    });
}

/// The policy without a table, of which no instance is kept.
fn forgetful() -> Policy {
    let engine = Engine::builder().table_bytes(0).idle_instances(0).build().unwrap();
    engine.load(BACKUP).unwrap()
}
