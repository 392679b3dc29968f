//! Does memory stay flat? Asks millions of questions and prints what is resident; and what a policy and an instance take.
//!
//! `cargo xtask soak [MILLIONS]`, 10 when absent. Linux only: it reads `/proc/self/statm`. Ends with 1 where memory grew.

#![allow(clippy::unwrap_used, reason = "a measurement that does not get its answer has nothing to measure")]

use std::env;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use interlock::model::Request;
use interlock::{Engine, Policy};
use interlock_policies::BACKUP;
use interlock_tests::memory::{mixed_requests, resident};

/// Policies that are loaded at once.
const POLICIES: usize = 64;

/// One question of so many is asked of a policy that keeps no instance, so that each gets a fresh one.
const FRESH_ONE_OF: usize = 16;

const THREADS: usize = 2;

const MILLION: usize = 1_000_000;

/// What may come and go: allocators round up, and threads have caches.
const TOLERANCE: usize = 1 << 20;

fn main() -> ExitCode {
    let millions = env::args().nth(1).map_or(10, |text| text.parse().unwrap());
    what_each_takes();
    let requests = mixed_requests().unwrap();
    // What is measured is memory: a busy machine must not end it.
    let patient = || Engine::builder().call_deadline(Duration::from_secs(60));
    let kept = patient().build().unwrap().load(BACKUP).unwrap();
    let fresh = patient().idle_instances(0).build().unwrap().load(BACKUP).unwrap();

    println!("\n{:>12} {:>14}", "evaluations", "resident");
    let mut first = None;
    for million in 1..=millions {
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| ask(&kept, &fresh, &requests, MILLION / THREADS));
            }
        });
        let resident = resident().unwrap();
        println!("{:>12} {:>10} KiB", million * MILLION, resident >> 10);
        let first = *first.get_or_insert(resident);
        if resident > first + TOLERANCE {
            eprintln!("error: memory grew by {} KiB since the first million", (resident - first) >> 10);
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn ask(kept: &Policy, fresh: &Policy, requests: &[(Request, &'static str)], times: usize) {
    for (number, (request, verdict)) in (0..times).zip(requests.iter().cycle()) {
        let policy = if number % FRESH_ONE_OF == 0 { fresh } else { kept };
        assert_eq!(policy.evaluate(request).unwrap().verdict.as_str(), *verdict);
    }
}

/// Loads many policies on one engine, and has each of them make an instance.
fn what_each_takes() {
    let cache = tempfile::tempdir().unwrap();
    let engine = Engine::builder().cache_directory(cache.path()).build().unwrap();
    // The first load warms up what policies share, and fills the cache: what compiling leaves behind does not count.
    drop(engine.load(BACKUP).unwrap());
    let before = resident().unwrap();
    let policies: Vec<Policy> = (0..POLICIES).map(|_| engine.load(BACKUP).unwrap()).collect();
    let loaded = resident().unwrap();
    let (request, _) = &mixed_requests().unwrap()[0];
    policies.iter().for_each(|policy| drop(policy.evaluate(request).unwrap()));
    let asked = resident().unwrap();

    let each = |from: usize, to: usize| (to.saturating_sub(from) / POLICIES) >> 10;
    println!("{POLICIES} policies on one engine, {BYTES} bytes of component each", BYTES = BACKUP.len());
    println!("  a policy    {:>6} KiB resident, of which its table {} KiB", each(before, loaded), {
        policies[0].table().map_or(0, |table| table.bytes() >> 10)
    });
    println!("  an instance {:>6} KiB resident", each(loaded, asked));
}
