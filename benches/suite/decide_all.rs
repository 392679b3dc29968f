//! What does a decision cost where many situations are decided in one call?

use std::cell::LazyCell;

use criterion::{Criterion, Throughput};

use crate::{POLICY, WITHOUT_TABLE, count, situations};

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decide-all");
    group.throughput(Throughput::Elements(situations::COUNT as u64));
    for (name, policy) in [("table", &POLICY), ("component", &WITHOUT_TABLE)] {
        let situations = LazyCell::new(|| {
            let situations = situations::draw(policy.manifest());
            let outcomes = policy.decide_all(&situations).unwrap();
            assert_eq!(count(outcomes.iter().map(|outcome| outcome.verdict)), situations::VERDICTS);
            situations
        });
        group.bench_function(format!("{}-{name}", situations::COUNT), |bencher| {
            bencher.iter(|| policy.decide_all(&situations).unwrap());
        });
    }
}
