//! What does a decision cost where many situations are decided in one call?

use std::cell::LazyCell;

use criterion::{Criterion, Throughput};

use crate::{POLICY, count, situations};

pub(crate) fn bench(criterion: &mut Criterion) {
    let situations = LazyCell::new(|| {
        let situations = situations::draw(POLICY.manifest());
        let outcomes = POLICY.decide_all(&situations).unwrap();
        assert_eq!(count(outcomes.iter().map(|outcome| outcome.verdict)), situations::VERDICTS);
        situations
    });
    let mut group = criterion.benchmark_group("decide-all");
    group.throughput(Throughput::Elements(situations::COUNT as u64));
    group.bench_function(situations::COUNT.to_string(), |bencher| {
        bencher.iter(|| POLICY.decide_all(&situations).unwrap());
    });
}
