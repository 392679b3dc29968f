//! What does it cost to replace a policy whose code is cached, and what do those feel who ask meanwhile?

use std::cell::LazyCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use criterion::{Criterion, SamplingMode};
use interlock::LivePolicy;
use interlock_policies::BACKUP;

use crate::load::Cached;
use crate::{POLICY, situations};

pub(crate) fn bench(criterion: &mut Criterion) {
    let live = LazyCell::new(|| {
        let cached = Cached::new();
        (LivePolicy::new(cached.load()), cached)
    });
    let mut group = criterion.benchmark_group("swap");
    group.sample_size(50).sampling_mode(SamplingMode::Flat);
    group.bench_function("replace", |bencher| {
        let (live, _) = &*live;
        bencher.iter_with_large_drop(|| live.replace(BACKUP).unwrap());
    });
    group.finish();

    let situations = LazyCell::new(|| situations::draw(POLICY.manifest()));
    let decide = |bencher: &mut criterion::Bencher<'_>| {
        let (live, _) = &*live;
        let mut next = situations.iter().cycle();
        bencher.iter(|| next.next().map(|&situation| live.current().decide(situation).unwrap()));
    };
    criterion.bench_function("swap/decide", decide);
    criterion.bench_function("swap/decide-meanwhile", |bencher| {
        let stop = AtomicBool::new(false);
        let replaced = live.0.clone();
        thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    replaced.replace(BACKUP).unwrap();
                }
            });
            decide(bencher);
            stop.store(true, Ordering::Relaxed);
        });
    });
}
