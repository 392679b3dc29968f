//! Files that are full, or old.

use std::fs;
use std::num::NonZeroU64;
use std::thread;
use std::time::Duration;

use interlock_log::{Extent, Log, Note, Options, ReadError, verify};

use crate::{PATIENCE, Place, record};

fn small(place: &Place, keep: Option<u32>) -> Options {
    let mut options = place.options();
    options.rotate.bytes = NonZeroU64::new(4_000);
    options.rotate.keep = keep;
    options
}

#[test]
fn the_chain_goes_on_across_files_and_runs() {
    let place = Place::new();
    for run in 0..3 {
        place.write_with(small(&place, None), run * 40..(run + 1) * 40);
    }
    let full = place.full();
    assert!(full.len() > 5, "{full:?}");
    for name in &full {
        let length = fs::metadata(place.directory.path().join(name)).unwrap().len();
        assert!((2_000..=4_000).contains(&length), "{name}: {length}");
    }
    assert_eq!(place.numbers(), (0..120).collect::<Vec<_>>());
    let report = place.verify();
    assert_eq!(report.problem, None);
    assert_eq!(report.files.len(), full.len() + 1);
    assert_eq!(report.records, 120 + report.files.len() as u64);
    assert_eq!(full[0], "decisions-000000000001.jsonl");
    let named: Vec<u64> = report.files[..full.len()].iter().map(|file| file.first.unwrap()).collect();
    let names: Vec<String> = named.iter().map(|first| format!("decisions-{first:012}.jsonl")).collect();
    assert_eq!(names, full);
    // By the directory, by a full file, and by all of them, it is the same log.
    let all: Vec<_> = full.iter().map(|name| place.directory.path().join(name)).collect();
    for paths in [vec![place.directory.path().to_owned()], vec![all[2].clone()], all.clone()] {
        assert_eq!(verify(&paths, Extent::Log).unwrap().records, report.records);
    }
    let part = verify(&all[2..4], Extent::Part).unwrap();
    assert_eq!((part.files.len(), part.problem), (2, None));
    assert_eq!(part.notes, [Note::NotFromTheFirst { first: named[2] }]);
}

#[test]
fn a_change_or_a_gap_is_found_in_any_file() {
    let place = Place::new();
    place.write_with(small(&place, None), 0..60);
    let full = place.full();
    let path = place.directory.path().join(&full[1]);
    let aside = place.directory.path().join("aside");
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, whole.replacen("\"coin\"", "\"push\"", 1)).unwrap();
    assert_eq!(
        place.problem(),
        format!("`{}`, line 2: the record was changed: its hash is not the one it names", full[1])
    );
    // A last line that is gone is missed by the file after it.
    fs::write(&path, whole.lines().take(3).map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    assert!(place.problem().starts_with(&format!("`{}`, line 1: records ", full[2])), "{}", place.problem());
    fs::rename(&path, &aside).unwrap();
    assert!(place.problem().contains(" are missing here"), "{}", place.problem());
    fs::rename(&aside, &path).unwrap();
    fs::write(&path, whole).unwrap();
    assert_eq!(place.problem(), "nothing");
    // The first file went, and not by rotation.
    fs::remove_file(place.directory.path().join(&full[0])).unwrap();
    assert!(place.problem().starts_with(&format!("`{}`: records 1 to ", full[1])), "{}", place.problem());
}

#[test]
fn so_many_files_stay_and_the_log_says_that_others_went() {
    let place = Place::new();
    for run in 0..4 {
        place.write_with(small(&place, Some(2)), run * 30..(run + 1) * 30);
        assert!(place.full().len() <= 2, "{:?}", place.full());
    }
    let report = place.verify();
    assert_eq!(report.problem, None);
    let first = report.files[0].first.unwrap();
    assert!(first > 50, "{report:?}");
    assert_eq!(report.notes, [Note::Rotated { last: first - 1 }]);
    assert_eq!(report.notes[0].to_string(), format!("records 1 to {} are gone by rotation", first - 1));
    // One more that goes is missed.
    fs::remove_file(place.directory.path().join(&place.full()[0])).unwrap();
    assert!(place.problem().contains(" are missing here"), "{}", place.problem());
}

#[test]
fn with_none_to_keep_only_the_present_file_is_there() {
    let place = Place::new();
    place.write_with(small(&place, Some(0)), 0..60);
    assert_eq!(place.full(), [""; 0]);
    assert_eq!(place.problem(), "nothing");
}

#[test]
fn a_file_that_is_old_is_full() {
    let place = Place::new();
    let mut options = place.options();
    options.rotate.bytes = None;
    options.rotate.age = Some(Duration::from_millis(50));
    let log = Log::open(options).unwrap();
    for number in 0..3 {
        thread::sleep(Duration::from_millis(60));
        record(&log, number..number + 1);
        crate::until("it is written", || log.counters().queued == 0);
    }
    log.close_blocking(PATIENCE).unwrap();
    assert!(place.full().len() >= 2, "{:?}", place.full());
    assert_eq!(place.problem(), "nothing");
    assert_eq!(place.numbers(), [0, 1, 2]);
}

#[test]
fn a_record_larger_than_a_file_gets_a_file_of_its_own() {
    let place = Place::new();
    let mut options = small(&place, None);
    options.rotate.bytes = NonZeroU64::new(10);
    place.write_with(options, 0..5);
    assert_eq!(place.full().len(), 4);
    assert_eq!(place.problem(), "nothing");
}

#[test]
fn a_name_that_is_taken_is_not_written_over_and_the_log_goes_on() {
    let place = Place::new();
    let taken = place.directory.path().join("decisions-000000000001.jsonl");
    place.write(0..2);
    fs::write(&taken, "not ours").unwrap();
    place.write_with(small(&place, None), 2..60);
    assert_eq!(fs::read_to_string(&taken).unwrap(), "not ours");
    fs::remove_file(taken).unwrap();
    assert_eq!(place.problem(), "nothing");
    assert_eq!(place.numbers(), (0..60).collect::<Vec<_>>());
}

#[test]
fn a_log_is_verified_while_it_is_written_and_rotated() {
    for keep in [None, Some(3)] {
        let place = Place::new();
        let log = Log::open(small(&place, keep)).unwrap();
        thread::scope(|scope| {
            let writer = scope.spawn(|| record(&log, 0..2_000));
            let mut decisions = 0;
            while !writer.is_finished() {
                let report = place.verify();
                assert_eq!(report.problem, None);
                decisions = decisions.max(report.head.map_or(0, |head| head.sequence));
            }
            assert!(decisions > 0);
        });
        log.close_blocking(PATIENCE).unwrap();
        assert_eq!(place.problem(), "nothing");
    }
}

#[test]
fn two_logs_in_a_directory_are_told_apart() {
    let place = Place::new();
    place.write(0..3);
    let other = place.directory.path().join("other.jsonl");
    fs::copy(&place.path, &other).unwrap();
    let error = verify(&[place.directory.path()], Extent::Log).unwrap_err();
    assert!(matches!(error, ReadError::Several { .. }), "{error}");
    assert!(place.verify().is_whole());
    let error = verify(&[&place.path, &other], Extent::Part).unwrap_err();
    assert!(error.to_string().contains("both begin with record 1"), "{error}");
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(verify(&[empty.path()], Extent::Log), Err(ReadError::None { .. })));
    assert!(matches!(verify(&[empty.path().join("x")], Extent::Log), Err(ReadError::System { .. })));
}
