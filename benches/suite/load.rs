//! What does it cost to let a policy in, and how much of that is compiling it?

use std::cell::LazyCell;
use std::time::Duration;

use criterion::{Criterion, SamplingMode};
use interlock::Engine;
use interlock_policies::BACKUP;
use wasmtime::component::Component;

use crate::{POLICY, runtime};

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load");
    group.sample_size(10).sampling_mode(SamplingMode::Flat).measurement_time(Duration::from_secs(5));

    let engine = LazyCell::new(|| {
        let engine = Engine::new().unwrap();
        let policy = engine.load(BACKUP).unwrap();
        assert_eq!(policy.manifest(), POLICY.manifest());
        assert!(policy.report().holds());
        engine
    });
    group.bench_function("from-wasm", |bencher| {
        bencher.iter_with_large_drop(|| engine.load(BACKUP).unwrap());
    });

    let runtime = LazyCell::new(runtime::new);
    group.bench_function("compile", |bencher| {
        bencher.iter_with_large_drop(|| Component::from_binary(&runtime, BACKUP).unwrap());
    });
}
