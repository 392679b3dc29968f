//! What does a decision cost where many situations are decided in one call, and where a million of them are?

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
    group.sample_size(20).throughput(Throughput::Elements(MILLION as u64));
    for (name, policy) in [("table", &POLICY), ("component", &WITHOUT_TABLE)] {
        let situations = LazyCell::new(|| {
            let drawn = situations::draw(policy.manifest());
            drawn.into_iter().cycle().take(MILLION).collect::<Vec<_>>()
        });
        group.bench_function(format!("{MILLION}-{name}"), |bencher| {
            let nothing = policy.decide(situations[0]).unwrap();
            let mut outcomes = vec![nothing; MILLION];
            bencher.iter(|| policy.decide_into(&situations, &mut outcomes).unwrap());
            let first = outcomes[..situations::COUNT].iter().map(|outcome| outcome.verdict);
            assert_eq!(count(first), situations::VERDICTS);
        });
    }
}

const MILLION: usize = 1_000_000;
