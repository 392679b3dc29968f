//! A queue that is full, in each of the three ways, and many tasks at once.

use std::collections::BTreeSet;
use std::fs;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use interlock_log::{Counters, Event, Log, Options, ReserveError, WhenFull};
use tokio::time::timeout;

use crate::{PATIENCE, Place, entry, runtime, until};

const QUEUE: u32 = 8;

/// A log that cannot be written for the time being, with a queue for eight.
fn stuck(place: &Place, when_full: WhenFull) -> Log {
    let mut options = short(place, when_full);
    options.whole_request = true;
    let log = Log::open(options).unwrap();
    until("the log has its first record", || log.counters().bytes > 0);
    // What lies there now is not the log, and holds something.
    fs::rename(&place.path, place.directory.path().join("aside")).unwrap();
    fs::write(&place.path, "something else\n").unwrap();
    log
}

fn free(place: &Place) {
    fs::rename(place.directory.path().join("aside"), &place.path).unwrap();
}

fn short(place: &Place, when_full: WhenFull) -> Options {
    let mut options = place.options();
    options.queue = NonZeroU32::new(QUEUE).unwrap();
    options.when_full = when_full;
    options
}

#[test]
fn a_full_queue_lets_decisions_wait_and_loses_none() {
    let place = Place::new();
    let log = Arc::new(stuck(&place, WhenFull::Wait));
    runtime().block_on(async {
        for number in 0..8 {
            log.reserve().await.unwrap().record(entry(number));
        }
        assert!(timeout(Duration::from_millis(50), log.reserve()).await.is_err(), "there is room");
        // Who gave up is not waited for.
        let waiting = tokio::spawn({
            let log = Arc::clone(&log);
            async move { log.reserve().await.unwrap().record(entry(8)) }
        });
        until("a write fails", || log.counters().failing);
        assert!(log.failure().unwrap().contains("does not end with the last record"), "{:?}", log.failure());
        free(&place);
        timeout(PATIENCE, waiting).await.unwrap().unwrap();
    });
    log.close_blocking(PATIENCE).unwrap();
    assert_eq!(place.numbers(), (0..9).collect::<Vec<_>>());
    assert_eq!(place.problem(), "nothing");
    let Counters { queued, written, dropped, refused, write_errors, failing, bytes } = log.counters();
    assert_eq!((queued, written, dropped, refused, failing), (0, 9, 0, 0, false));
    assert!(write_errors > 0);
    assert_eq!(bytes, fs::metadata(&place.path).unwrap().len());
}

#[test]
fn a_full_queue_drops_counts_and_tells_how_many() {
    let place = Place::new();
    let log = stuck(&place, WhenFull::Drop);
    runtime().block_on(async {
        for number in 0..20 {
            log.reserve().await.unwrap().record(entry(number));
        }
    });
    assert_eq!((log.counters().queued, log.counters().dropped), (8, 12));
    free(&place);
    until("all is written", || log.counters().queued == 0);
    log.close_blocking(PATIENCE).unwrap();
    let told = |event: Event<'_>| match event {
        Event::Decision(decided) => decided.decision_id.into_owned(),
        Event::Dropped(dropped) => {
            assert!(dropped.first <= dropped.last);
            format!("{} dropped", dropped.count)
        }
        other => format!("{other:?}").split('(').next().unwrap().to_owned(),
    };
    let told: Vec<String> = place.records().into_iter().map(|record| told(record.event)).collect();
    let wanted = ["Begun", "d-0", "d-1", "d-2", "d-3", "d-4", "d-5", "d-6", "d-7", "12 dropped"];
    assert_eq!(told, wanted);
    let report = place.verify();
    assert_eq!((report.decisions, report.dropped, report.problem), (8, 12, None));
}

#[test]
fn drops_are_told_even_if_nothing_is_recorded_after_them() {
    let place = Place::new();
    let log = Arc::new(Log::open(short(&place, WhenFull::Drop)).unwrap());
    runtime().block_on(async {
        let tasks: Vec<_> = (0..4)
            .map(|_| {
                let log = Arc::clone(&log);
                tokio::spawn(async move {
                    for number in 0..5_000 {
                        log.reserve().await.unwrap().record(entry(number));
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    let told = || place.verify().dropped;
    let counters = log.counters();
    assert_eq!(counters.queued + counters.written + counters.dropped, 20_000);
    until("the drops are told", || told() == counters.dropped);
    log.close_blocking(PATIENCE).unwrap();
    let report = place.verify();
    assert_eq!(report.decisions + report.dropped, 20_000);
    assert_eq!(report.problem, None);
}

#[test]
fn a_full_queue_refuses_decisions_and_says_so() {
    let place = Place::new();
    let log = stuck(&place, WhenFull::Refuse);
    runtime().block_on(async {
        let permits = log.reserve_many(8).await.unwrap();
        assert_eq!(log.reserve().await.unwrap_err(), ReserveError::Full { queue: 8 });
        assert_eq!(log.reserve_many(3).await.unwrap_err(), ReserveError::Full { queue: 8 });
        // Room that is not used is given back.
        drop(permits);
        for number in 0..8 {
            log.reserve().await.unwrap().record(entry(number));
        }
        let full = log.reserve().await.unwrap_err();
        assert_eq!(full.to_string(), "the queue of the decision log is full: 8 records wait to be written");
        assert_eq!((log.counters().refused, log.counters().queued), (5, 8));
        free(&place);
        until("all is written", || log.counters().written == 8);
        log.reserve().await.unwrap().record(entry(8));
    });
    log.close_blocking(PATIENCE).unwrap();
    assert_eq!(place.numbers(), (0..9).collect::<Vec<_>>());
}

#[test]
fn many_tasks_lose_nothing_and_each_keeps_its_order() {
    const TASKS: u64 = 16;
    const EACH: u64 = 1_000;
    for queue in [4, 64, 16_384] {
        let place = Place::new();
        let mut options = place.options();
        options.queue = NonZeroU32::new(queue).unwrap();
        let log = Arc::new(Log::open(options).unwrap());
        runtime().block_on(async {
            let tasks: Vec<_> = (0..TASKS)
                .map(|task| {
                    let log = Arc::clone(&log);
                    tokio::spawn(async move {
                        for number in (0..EACH).step_by(4) {
                            let permits = log.reserve_many(4).await.unwrap();
                            for (number, permit) in (number..).zip(permits) {
                                permit.record(entry(task * EACH + number));
                            }
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            log.close(PATIENCE).await.unwrap();
        });
        assert_eq!(place.problem(), "nothing");
        let numbers = place.numbers();
        assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len() as u64, TASKS * EACH);
        for task in 0..TASKS {
            let own: Vec<_> = numbers.iter().filter(|number| *number / EACH == task).collect();
            assert!(own.is_sorted(), "task {task}");
        }
        assert_eq!(log.counters().written, TASKS * EACH);
    }
}

#[test]
fn more_than_the_queue_holds_is_refused_at_once() {
    let place = Place::new();
    let log = Log::open(short(&place, WhenFull::Wait)).unwrap();
    let refused = runtime().block_on(log.reserve_many(9)).unwrap_err();
    assert_eq!(refused, ReserveError::TooMany { asked: 9, queue: 8 });
    assert_eq!(runtime().block_on(log.reserve_many(8)).unwrap().len(), 8);
}

#[test]
fn closing_waits_for_permits_that_are_out() {
    let place = Place::new();
    let log = Arc::new(Log::open(place.options()).unwrap());
    runtime().block_on(async {
        let permit = log.reserve().await.unwrap();
        let closing = tokio::spawn({
            let log = Arc::clone(&log);
            async move { log.close(PATIENCE).await }
        });
        tokio::time::sleep(Duration::from_millis(30)).await;
        assert_eq!(log.reserve().await.unwrap_err(), ReserveError::Closed);
        permit.record(entry(0));
        closing.await.unwrap().unwrap();
    });
    assert_eq!(place.numbers(), [0]);
}

#[test]
fn closing_ends_in_time_and_tells_what_is_lost() {
    let place = Place::new();
    let log = stuck(&place, WhenFull::Wait);
    runtime().block_on(async {
        for number in 0..5 {
            log.reserve().await.unwrap().record(entry(number));
        }
        let error = log.close(Duration::from_millis(100)).await.unwrap_err();
        assert_eq!(error.unwritten, 5);
        let told = error.to_string();
        assert!(told.starts_with("the decision log was closed with 5 records unwritten: "), "{told}");
        // Again, it is the same.
        assert_eq!(log.close(PATIENCE).await.unwrap_err(), error);
    });
}

#[test]
fn whoever_waits_for_room_is_told_when_the_log_closes() {
    let place = Place::new();
    let log = Arc::new(stuck(&place, WhenFull::Wait));
    runtime().block_on(async {
        let _permits = log.reserve_many(8).await.unwrap();
        let waiting = tokio::spawn({
            let log = Arc::clone(&log);
            async move { log.reserve().await.map(drop) }
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        log.close(Duration::from_millis(20)).await.unwrap_err();
        assert_eq!(timeout(PATIENCE, waiting).await.unwrap().unwrap(), Err(ReserveError::Closed));
    });
}
