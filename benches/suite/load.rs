//! What does it cost to let a policy in, where does that go, and what is left of it where the policy is cached?

use std::cell::LazyCell;
use std::time::Duration;

use criterion::{Criterion, SamplingMode};
use interlock::analysis::{Answers, Options, Table, check_instances};
use interlock::{CacheUse, Engine, Policy};
use interlock_policies::BACKUP;
use tempfile::TempDir;
use wasmtime::component::Component;

use crate::{POLICY, WITHOUT_TABLE, runtime};

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

    let cached = LazyCell::new(Cached::new);
    group.bench_function("from-cache", |bencher| {
        LazyCell::force(&cached);
        bencher.iter_with_large_drop(|| cached.load());
    });

    let runtime = LazyCell::new(runtime::new);
    group.bench_function("compile", |bencher| {
        bencher.iter_with_large_drop(|| Component::from_binary(&runtime, BACKUP).unwrap());
    });

    group.bench_function("table", |bencher| {
        let tabulate = || {
            let answers = Answers::ask(&*WITHOUT_TABLE, &Options::default(), &|_| {}).unwrap();
            Table::of(&answers, usize::MAX).unwrap()
        };
        assert_eq!(tabulate().to_bytes(), POLICY.table().unwrap().to_bytes());
        bencher.iter_with_large_drop(tabulate);
    });

    group.bench_function("laws", |bencher| {
        let check = || check_instances(&*POLICY, &*WITHOUT_TABLE, &Options::default()).unwrap();
        assert_eq!(check().laws, POLICY.report().laws);
        bencher.iter(check);
    });
}

/// An engine with a cache that has the policy.
pub(crate) struct Cached {
    engine: Engine,
    /// Kept, so that the cache stays.
    _directory: TempDir,
}

impl Cached {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let engine = Engine::builder().cache_directory(directory.path()).build().unwrap();
        let cached = Self { engine, _directory: directory };
        cached.engine.load(BACKUP).unwrap();
        cached.load();
        cached
    }

    pub(crate) fn load(&self) -> Policy {
        let policy = self.engine.load(BACKUP).unwrap();
        assert!(matches!(policy.cache_use(), CacheUse::Hit));
        policy
    }
}
