//! Memory that does not grow, whatever is asked. A process of its own, since others would be measured with it;
//! `cargo xtask soak` does the same ten million times.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "what a test needs is there, or the test fails")]

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use interlock::{Engine, EngineBuilder, Policy};
use interlock_policies::BACKUP;
use interlock_tests::memory::{mixed_requests, resident};

/// One test at a time: all share the process whose memory is measured.
static MEASURING: Mutex<()> = Mutex::new(());

/// What may come and go: allocators round up.
const TOLERANCE: usize = 1 << 20;

#[test]
fn resident_memory_stays_flat_whether_instances_are_kept_or_not() {
    let _alone = MEASURING.lock().unwrap_or_else(PoisonError::into_inner);
    for idle in [32, 0] {
        let policy = patient().idle_instances(idle).build().unwrap().load(BACKUP).unwrap();
        ask(&policy, 1_000);
        let warm = resident().unwrap();
        ask(&policy, 6_000);
        let grown = resident().unwrap().saturating_sub(warm);
        assert!(grown <= TOLERANCE, "with {idle} idle instances, memory grew by {grown} bytes");
    }
}

#[test]
fn the_memory_of_an_instance_does_not_grow_from_call_to_call() {
    let _alone = MEASURING.lock().unwrap_or_else(PoisonError::into_inner);
    let largest = mixed_requests().unwrap();
    // The least memory in which each question can be answered once is enough to answer them again and again.
    let load = |pages: usize| {
        let engine = patient().memory_bytes(pages * (64 << 10)).idle_instances(1).build().unwrap();
        engine.load(BACKUP)
    };
    let once = |policy: &Policy| largest.iter().all(|(request, _)| policy.evaluate(request).is_ok());
    let policy = (1..=64).find_map(|pages| load(pages).ok().filter(once)).unwrap();
    ask(&policy, 6_000);
}

#[test]
fn policies_that_are_let_go_leave_nothing_behind() {
    let _alone = MEASURING.lock().unwrap_or_else(PoisonError::into_inner);
    let cache = tempfile::tempdir().unwrap();
    let engine = patient().cache_directory(cache.path()).build().unwrap();
    let load_and_ask = |times: usize| (0..times).for_each(|_| ask(&engine.load(BACKUP).unwrap(), 1));
    load_and_ask(50);
    let warm = resident().unwrap();
    load_and_ask(200);
    let grown = resident().unwrap().saturating_sub(warm);
    assert!(grown <= TOLERANCE, "memory grew by {grown} bytes");
}

#[test]
fn sixty_four_policies_share_an_engine_and_each_takes_less_than_two_mebibytes() {
    let _alone = MEASURING.lock().unwrap_or_else(PoisonError::into_inner);
    const POLICIES: usize = 64;
    let cache = tempfile::tempdir().unwrap();
    let engine = patient().cache_directory(cache.path()).build().unwrap();
    drop(engine.load(BACKUP).unwrap());
    let before = resident().unwrap();
    let policies: Vec<_> = (0..POLICIES).map(|_| engine.load(BACKUP).unwrap()).collect();
    policies.iter().for_each(|policy| ask(policy, 1));
    let each = resident().unwrap().saturating_sub(before) / POLICIES;
    assert!(each <= 2 << 20, "{each} bytes");
    // All at once: with an instance each, they still answer.
    policies.iter().for_each(|policy| ask(policy, 12));
}

/// Memory is measured here, not time: a busy machine must not make answers late.
fn patient() -> EngineBuilder {
    Engine::builder().call_deadline(Duration::from_secs(60))
}

#[track_caller]
fn ask(policy: &Policy, times: usize) {
    let requests = mixed_requests().unwrap();
    for (request, verdict) in requests.iter().cycle().take(times) {
        assert_eq!(policy.evaluate(request).unwrap().verdict.as_str(), *verdict);
    }
}
