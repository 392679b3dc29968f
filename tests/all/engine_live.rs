//! A policy that is replaced while it is asked.
#![allow(clippy::unwrap_used, reason = "what a test needs is there, or the test fails")]

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use interlock::model::Verdict;
use interlock::{Engine, FollowEvent, Follower, LivePolicy, LoadError, Step};

use crate::engine_guests::{door, guest, honest_but};

#[test]
fn a_replacement_answers_from_then_on_and_the_old_one_stays_whole_for_who_holds_it() {
    let live = live();
    let held = live.current();
    let (old, new) = live.replace(&version("2.0.0")).unwrap();
    assert_eq!((old.version(), new.version()), ("1.0.0", "2.0.0"));
    assert_eq!(live.current().version(), "2.0.0");
    assert_eq!(held.version(), "1.0.0");
    assert_eq!(held.evaluate(&door("absent", "install", None)).unwrap().verdict, Verdict::Allow);
}

#[test]
fn whatever_fails_the_old_one_stays() {
    let live = live();
    for bytes in ["refused/import.wat", "refused/traps-in-start.wat", "refused/untruthful.wat"].map(guest) {
        live.replace(&bytes).unwrap_err();
        assert_eq!(live.current().version(), "1.0.0");
    }
    assert_eq!(live.current().evaluate(&door("absent", "install", None)).unwrap().verdict, Verdict::Allow);
}

#[test]
fn under_load_no_call_fails_and_each_is_answered_by_one_version() {
    let live = live();
    let versions = ["1.0.0", "2.0.0"].map(version);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let policy = live.current();
                    let request = door("open", "remove", Some("true"));
                    let situation = policy.observe(&request).unwrap();
                    assert_eq!(policy.decide(situation).unwrap().verdict, Verdict::Allow);
                    let decision = policy.evaluate(&request).unwrap();
                    assert_eq!(decision.next_state.as_deref(), Some("absent"));
                    assert_eq!(policy.manifest().version, policy.version());
                }
            });
        }
        for round in 0..10 {
            live.replace(&versions[round % 2]).unwrap();
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_file_is_followed_through_changes_refusals_and_absence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.wasm");
    fs::write(&path, version("1.0.0")).unwrap();
    let live = live();
    let (follower, events) = follow(&live, &path);

    // The file holds the current policy: nothing to tell. The next event is that of the next change.
    write_aside(&path, &version("2.0.0"));
    match next(&events) {
        FollowEvent::Replaced { old, new } => assert_eq!((old.version(), new.version()), ("1.0.0", "2.0.0")),
        other => panic!("{other:?}"),
    }
    write_aside(&path, &guest("refused/import.wat"));
    match next(&events) {
        FollowEvent::Refused { digest: Some(digest), error } => {
            assert!(digest.starts_with("sha256:"));
            assert_eq!(error.step(), Step::Shape);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(live.current().version(), "2.0.0");
    fs::remove_file(&path).unwrap();
    assert!(matches!(next(&events), FollowEvent::Unreadable { error: LoadError::Read { .. } }));
    write_aside(&path, &version("3.0.0"));
    assert!(matches!(next(&events), FollowEvent::Replaced { new, .. } if new.version() == "3.0.0"));

    // Once the follower is gone, so is what it told to.
    drop(follower);
    write_aside(&path, &version("4.0.0"));
    assert!(events.recv().is_err());
    assert_eq!(live.current().version(), "3.0.0");
}

#[test]
fn a_file_that_is_too_large_is_refused_unread() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.wasm");
    fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
    let (_follower, events) = follow(&live(), &path);
    assert!(matches!(
        next(&events),
        FollowEvent::Refused { digest: None, error: LoadError::TooLarge { .. } }
    ));
}

fn live() -> LivePolicy {
    LivePolicy::new(Engine::new().unwrap().load(&version("1.0.0")).unwrap())
}

/// The honest guest under another version.
fn version(version: &str) -> Vec<u8> {
    assert_eq!(version.len(), 5);
    honest_but(|text| text.replace("\"1.0.0\"", &format!("{version:?}")))
}

fn follow(live: &LivePolicy, path: &Path) -> (Follower, Receiver<FollowEvent>) {
    let (tell, events) = mpsc::channel();
    let follower = live.follow(path, Duration::from_millis(5), move |event| drop(tell.send(event))).unwrap();
    (follower, events)
}

fn next(events: &Receiver<FollowEvent>) -> FollowEvent {
    events.recv_timeout(Duration::from_secs(60)).unwrap()
}

/// As a careful writer does: nobody reads half of it.
fn write_aside(path: &Path, bytes: &[u8]) {
    let aside = path.with_extension("new");
    fs::write(&aside, bytes).unwrap();
    fs::rename(&aside, path).unwrap();
}
