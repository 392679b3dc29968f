//! A disk without room, files that are taken away, and a directory that is gone.

use std::fs::{self, OpenOptions};
use std::io::Write;

use interlock_log::Log;

use crate::process::Child;
use crate::{PATIENCE, Place, record, until};

/// The system takes so many bytes of a file and no more, in the middle of a line, as a full disk does. Then there is
/// room again.
#[test]
fn a_full_disk_tears_no_line_and_loses_none() {
    let place = Place::new();
    let mut writer = Child::with_limit(&place.path, 4_000, &["64", "wait"]);
    writer.ask("record 60");
    until("writing fails", || writer.ask("counters").contains("failing: true"));
    assert!(writer.ask("failure").contains("File too large"), "{}", writer.ask("failure"));
    // The torn part is off at once: what is there is whole.
    let report = place.verify();
    assert_eq!(report.problem, None);
    assert!((1..60).contains(&report.decisions), "{report:?}");
    let length = fs::metadata(&place.path).unwrap().len();
    assert!((3_000..=4_000).contains(&length), "{length}");
    // A little more room, and a little more is written.
    writer.limit(6_000);
    until("more is written", || fs::metadata(&place.path).unwrap().len() > 5_000);
    assert_eq!(place.problem(), "nothing");
    writer.limit(1 << 30);
    until("all is written", || writer.ask("counters").contains("queued: 0, written: 60"));
    assert_eq!(writer.ask("close"), "Ok(())");
    assert_eq!(place.problem(), "nothing");
    assert_eq!(place.numbers(), (0..60).collect::<Vec<_>>());
}

#[test]
fn on_a_full_disk_the_operators_choice_applies() {
    for (when_full, count) in [("drop", "dropped: 80"), ("refuse", "refused: 80")] {
        let place = Place::new();
        let mut writer = Child::with_limit(&place.path, 1_000, &["20", when_full]);
        writer.ask("record 1");
        until("the disk is full", || {
            writer.ask("record 1");
            writer.ask("counters").contains("queued: 20")
        });
        let before = writer.ask("counters");
        writer.ask("record 80");
        let after = writer.ask("counters");
        let number = |counters: &str, name: &str| -> u64 {
            let (_, rest) = counters.split_once(&format!("{name}: ")).unwrap();
            rest.split(',').next().unwrap().parse().unwrap()
        };
        let name = count.split(':').next().unwrap();
        assert_eq!(number(&after, name) - number(&before, name), 80, "{before} {after}");
        writer.limit(1 << 30);
        until("all is written", || writer.ask("counters").contains("queued: 0,"));
        assert_eq!(writer.ask("close"), "Ok(())");
        let report = place.verify();
        assert_eq!(report.problem, None);
        assert_eq!(report.decisions, number(&after, "written") + 20);
        assert_eq!(report.dropped, number(&after, "dropped"));
    }
}

#[test]
fn a_file_that_is_taken_away_is_followed_by_another() {
    let place = Place::new();
    let log = Log::open(place.options()).unwrap();
    record(&log, 0..5);
    until("it is written", || log.counters().written == 5);
    // As programs do that rotate logs.
    let moved = place.directory.path().join("decisions-000000000001.jsonl");
    fs::rename(&place.path, moved).unwrap();
    record(&log, 5..8);
    until("it is written", || log.counters().written == 8);
    fs::remove_file(&place.path).unwrap();
    fs::remove_file(place.head()).unwrap();
    record(&log, 8..10);
    log.close_blocking(PATIENCE).unwrap();
    assert_eq!(place.numbers(), [0, 1, 2, 3, 4, 8, 9]);
    // The first file was kept, the second is missed.
    assert_eq!(place.problem(), "`decisions.jsonl`, line 1: records 7 to 10 are missing here");
}

#[test]
fn a_directory_that_is_gone_comes_back_and_nothing_recorded_is_lost() {
    let place = Place::new();
    let inner = place.directory.path().join("inner");
    fs::create_dir(&inner).unwrap();
    let place = Place { path: inner.join("decisions.jsonl"), ..place };
    let log = Log::open(place.options()).unwrap();
    record(&log, 0..5);
    until("it is written", || log.counters().written == 5);
    let aside = place.directory.path().join("aside");
    fs::rename(&inner, &aside).unwrap();
    record(&log, 5..50);
    until("writing fails", || log.counters().failing);
    fs::rename(&aside, &inner).unwrap();
    log.close_blocking(PATIENCE).unwrap();
    assert_eq!(place.numbers(), (0..50).collect::<Vec<_>>());
    assert_eq!(place.problem(), "nothing");
}

#[test]
fn what_someone_else_writes_or_cuts_is_left_and_a_new_file_begun() {
    for cut in [false, true] {
        let place = Place::new();
        let log = Log::open(place.options()).unwrap();
        record(&log, 0..5);
        until("it is written", || log.counters().written == 5);
        let mut file = OpenOptions::new().append(true).open(&place.path).unwrap();
        if cut {
            file.set_len(700).unwrap();
        } else {
            file.write_all(b"{\"level\":\"info\"}\n").unwrap();
        }
        let left = fs::read(&place.path).unwrap();
        record(&log, 5..8);
        log.close_blocking(PATIENCE).unwrap();
        let full = place.directory.path().join(&place.full()[0]);
        assert_eq!(fs::read(full).unwrap(), left);
        let problem = place.problem();
        let wanted = if cut { "the last line is torn" } else { "this is no record" };
        assert!(problem.contains(wanted), "{problem}");
        assert_eq!(place.decisions().len(), if cut { place.decisions().len() } else { 8 });
    }
}
