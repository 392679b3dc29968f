//! Do two threads answer twice as many as one? Beside what two threads gain with the rules alone, which share nothing.

use std::cell::LazyCell;
use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use interlock_tests::Native;

use crate::evaluate::{related, request};
use crate::{POLICY, WITHOUT_TABLE, situations};

pub(crate) fn bench(criterion: &mut Criterion) {
    let situations = LazyCell::new(|| situations::draw(POLICY.manifest()));
    let native = Native::backup();
    both(criterion, "native", || {
        let (native, situations) = (&native, &**situations);
        move |next| _ = black_box(native.decide(situations[next % situations.len()]))
    });
    both(criterion, "table", || {
        let situations = &**situations;
        move |next| _ = black_box(POLICY.decide(situations[next % situations.len()]).unwrap())
    });
    both(criterion, "component", || {
        let situations = &**situations;
        move |next| _ = black_box(WITHOUT_TABLE.decide(situations[next % situations.len()]).unwrap())
    });
    both(criterion, "evaluate", || {
        let request = request("delete", related("active"));
        move |_| _ = black_box(POLICY.evaluate(&request).unwrap())
    });
}

/// One thread, then two at once: an iteration is one question for each thread.
fn both<Q: Fn(usize) + Send>(criterion: &mut Criterion, name: &str, question: impl Fn() -> Q) {
    let mut group = criterion.benchmark_group(format!("threads/{name}"));
    for threads in [1, 2] {
        group.throughput(Throughput::Elements(threads as u64));
        group.bench_function(threads.to_string(), |bencher| {
            bencher.iter_custom(|iterations| {
                let questions = (0..threads).map(|_| question()).collect();
                at_once(questions, iterations as usize)
            });
        });
    }
}

/// How long it takes until every thread has asked so many questions. Making the threads is not counted.
fn at_once<Q: Fn(usize) + Send>(questions: Vec<Q>, iterations: usize) -> Duration {
    let ready = Barrier::new(questions.len() + 1);
    thread::scope(|scope| {
        let threads: Vec<_> = questions
            .into_iter()
            .map(|question| {
                let ready = &ready;
                scope.spawn(move || {
                    ready.wait();
                    (0..iterations).for_each(question);
                })
            })
            .collect();
        ready.wait();
        let start = Instant::now();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        start.elapsed()
    })
}
