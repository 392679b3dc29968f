//! Interlock beside its peers. `cargo xtask bench peers` prints the table; `benches/README.md` explains it.

#![allow(clippy::unwrap_used, reason = "a benchmark that does not get its answer has nothing to measure")]

use std::cell::LazyCell;
use std::hint::black_box;
use std::sync::{Arc, Barrier, LazyLock};
use std::thread;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use interlock::model::{Decision, Outcome, Request, Situation};
use interlock::{EngineBuilder, Policy};
use interlock_peers::{Engine, facts, names};

/// The shipped policy with every limit at its default: it decides by its table.
static POLICY: LazyLock<Policy> = LazyLock::new(|| load(interlock::Engine::builder()));

/// The same without a table: its component decides.
static WITHOUT_TABLE: LazyLock<Policy> = LazyLock::new(|| load(interlock::Engine::builder().table_bytes(0)));

fn load(builder: EngineBuilder) -> Policy {
    let policy = builder.build().unwrap().load(interlock_policies::BACKUP).unwrap();
    assert_eq!(policy.manifest(), facts::manifest());
    policy
}

fn table() -> facts::Interlock<impl Fn(Situation) -> Outcome + Clone + Send> {
    let policy = LazyLock::force(&POLICY);
    facts::Interlock::by(move |situation| policy.decide(situation).unwrap())
}

fn component() -> facts::Interlock<impl Fn(Situation) -> Outcome + Clone + Send> {
    let policy = LazyLock::force(&WITHOUT_TABLE);
    facts::Interlock::by(move |situation| policy.decide(situation).unwrap())
}

fn evaluate() -> names::Interlock<impl Fn(&Request) -> Decision + Clone + Send> {
    let policy = LazyLock::force(&POLICY);
    names::Interlock::by(move |request| policy.evaluate(request).unwrap())
}

/// How many questions must be answered alike before anything is timed.
const AGREED: usize = 10_000;

/// How many questions are asked in turn, so that no branch is predicted from the last answer.
const QUESTIONS: usize = 4_096;

fn main() {
    let mut criterion = Criterion::default()
        .without_plots()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();

    let questions = LazyCell::new(|| {
        facts::agree(table(), AGREED);
        facts::agree(component(), AGREED);
        facts::draw(QUESTIONS)
    });
    bench(&mut criterion, "peers-facts/interlock-table", &questions, table);
    bench(&mut criterion, "peers-facts/interlock-component", &questions, component);
    bench(&mut criterion, "peers-facts/cel", &questions, facts::Cel::new);
    bench(&mut criterion, "peers-facts/casbin", &questions, facts::Casbin::new);
    bench(&mut criterion, "peers-facts/regorus", &questions, facts::Regorus::new);
    bench(&mut criterion, "peers-facts/cedar", &questions, facts::Cedar::sliced);
    bench(&mut criterion, "peers-facts/cedar-unsliced", &questions, facts::Cedar::whole);

    let cases = LazyCell::new(|| {
        names::agree(evaluate(), AGREED);
        vec![names::of_the_owner()]
    });
    bench(&mut criterion, "peers-names/interlock", &cases, evaluate);
    bench(&mut criterion, "peers-names/cel", &cases, names::Cel::new);
    bench(&mut criterion, "peers-names/casbin", &cases, names::Casbin::new);
    bench(&mut criterion, "peers-names/regorus", &cases, names::Regorus::new);
    bench(&mut criterion, "peers-names/cedar", &cases, names::Cedar::new);

    threads(&mut criterion, "interlock-table", &questions, table);
    threads(&mut criterion, "interlock-component", &questions, component);
    threads(&mut criterion, "cel", &questions, facts::Cel::new);
    threads(&mut criterion, "casbin", &questions, facts::Casbin::new);
    threads(&mut criterion, "regorus", &questions, facts::Regorus::new);
    threads(&mut criterion, "cedar", &questions, facts::Cedar::sliced);
}

/// One question after the other: with building what the engine is asked with, and without.
fn bench<E: Engine>(
    criterion: &mut Criterion,
    id: &str,
    questions: &LazyCell<Vec<E::Question>, impl FnOnce() -> Vec<E::Question>>,
    engine: impl Fn() -> E,
) {
    let engine = LazyCell::new(engine);
    criterion.bench_function(&format!("{id}/request-built"), |bencher| {
        let mut next = questions.iter().cycle();
        let mut engine = engine.clone();
        bencher.iter(|| next.next().map(|question| engine.answer(question)));
    });
    criterion.bench_function(&format!("{id}/request-ready"), |bencher| {
        let requests: Vec<E::Request<'_>> =
            questions.iter().map(|question| engine.request(question)).collect();
        let mut next = requests.iter().cycle();
        let mut engine = engine.clone();
        bencher.iter(|| next.next().map(|request| engine.permits(request)));
    });
}

/// Bare facts, building counted, by one thread and by two at once: an iteration is one question for each thread.
fn threads<E: Engine<Question = facts::Question>>(
    criterion: &mut Criterion,
    name: &str,
    questions: &LazyCell<Vec<facts::Question>, impl FnOnce() -> Vec<facts::Question>>,
    engine: impl Fn() -> E,
) {
    let engine = LazyCell::new(engine);
    let mut group = criterion.benchmark_group(format!("peers-threads/{name}"));
    for count in [1, 2] {
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(count.to_string(), |bencher| {
            let questions: &[facts::Question] = questions;
            let engines: Vec<E> = (0..count).map(|_| engine.clone()).collect();
            bencher.iter_custom(|iterations| at_once(engines.clone(), questions, iterations));
        });
    }
    group.finish();
}

/// How long it takes until every engine, on a thread of its own, has answered so many questions. Making the threads is
/// not counted.
fn at_once<E: Engine>(engines: Vec<E>, questions: &[E::Question], iterations: u64) -> Duration {
    let started = Arc::new(Barrier::new(engines.len() + 1));
    thread::scope(|scope| {
        let threads: Vec<_> = engines
            .into_iter()
            .enumerate()
            .map(|(number, mut engine)| {
                let started = Arc::clone(&started);
                // Two threads in step would ask the same at the same time.
                let questions = questions.iter().cycle().skip(number * questions.len() / 2);
                scope.spawn(move || {
                    started.wait();
                    for question in questions.take(iterations as usize) {
                        black_box(engine.answer(question));
                    }
                })
            })
            .collect();
        started.wait();
        let start = Instant::now();
        for thread in threads {
            thread.join().unwrap();
        }
        start.elapsed()
    })
}
