//! Opening a log that is not as it should be.

use std::fs;

use interlock_log::{Event, Extent, Fault, Log, OpenError, Repaired, verify};

use crate::{PATIENCE, Place, record};

/// What the log says was done as it was opened.
fn repairs(place: &Place) -> Vec<Repaired> {
    let repaired = |event| match event {
        Event::Repaired(repaired) => Some(repaired),
        _ => None,
    };
    place.records().into_iter().filter_map(|record| repaired(record.event)).collect()
}

fn cut(place: &Place, lines: usize, and: &str) {
    let whole = place.lines();
    let kept: String = whole[..lines].iter().map(|line| format!("{line}\n")).collect();
    fs::write(&place.path, kept + and).unwrap();
}

#[test]
fn a_torn_last_line_is_cut_off_and_told_of_wherever_it_is_torn() {
    let place = Place::new();
    place.write(0..4);
    let whole = fs::read(&place.path).unwrap();
    let head = fs::read(place.head()).unwrap();
    // As it is before the first record is written.
    let none = format!("{{\"sequence\":{:<20},\"hash\":\"{:064}\"}}\n", 0, 0);
    let begun = whole.iter().position(|&byte| byte == b'\n').unwrap() + 1;
    for end in (1..whole.len()).filter(|end| end % 11 == 0 || whole[end - 1] == b'\n' || whole[*end] == b'\n')
    {
        fs::write(&place.path, &whole[..end]).unwrap();
        // The head is written after the records: it may be behind, it is not ahead.
        fs::write(place.head(), &none).unwrap();
        place.write(4..6);
        let problem = place.problem();
        let torn = whole[..end].iter().rev().take_while(|&&byte| byte != b'\n').count();
        assert_eq!(problem, "nothing", "cut at {end}");
        assert_eq!(place.numbers().last(), Some(&5));
        let wanted = (torn > 0).then(|| Repaired::TornLine {
            bytes: torn as u64,
            text: String::from_utf8_lossy(&whole[end - torn..end]).into_owned(),
        });
        assert_eq!(repairs(&place), Vec::from_iter(wanted), "cut at {end}");
        assert!(end < begun || place.lines()[0].as_bytes() == &whole[..begun - 1]);
    }
    fs::write(&place.path, &whole).unwrap();
    fs::write(place.head(), head).unwrap();
    place.write(4..5);
    assert_eq!(repairs(&place), []);
}

#[test]
fn a_torn_line_that_was_verified_before_it_was_repaired_is_a_problem() {
    let place = Place::new();
    place.write(0..4);
    cut(&place, 5, "{\"sequence\":6,\"ti");
    assert_eq!(
        place.problem(),
        "`decisions.jsonl`, line 6: the last line is torn after 17 bytes; opening the log repairs that"
    );
}

#[test]
fn records_that_the_head_knows_and_the_log_lacks_stay_missing() {
    let place = Place::new();
    place.write(0..6);
    cut(&place, 4, "");
    place.write(6..8);
    assert_eq!(repairs(&place), [Repaired::LostRecords { first: 5, last: 7 }]);
    assert_eq!(place.problem(), "`decisions.jsonl`, line 5: records 5 to 7 are missing here");
    assert_eq!(place.numbers(), [0, 1, 2, 6, 7]);
}

#[test]
fn a_log_that_is_gone_goes_on_from_its_head_and_the_loss_shows() {
    let place = Place::new();
    place.write(0..6);
    fs::remove_file(&place.path).unwrap();
    place.write(6..8);
    assert_eq!(place.problem(), "`decisions.jsonl`: records 1 to 7 are missing here");
    assert_eq!(place.records()[0].sequence, 8);
}

#[test]
fn a_damaged_last_record_is_left_and_a_new_file_begun() {
    let place = Place::new();
    place.write(0..6);
    let damaged = fs::read_to_string(&place.path).unwrap().replace("\"d-5\"", "\"d-4\"");
    fs::write(&place.path, &damaged).unwrap();
    place.write(6..8);
    let full = "decisions-000000000001.jsonl";
    assert_eq!(place.full(), [full]);
    assert_eq!(fs::read_to_string(place.directory.path().join(full)).unwrap(), damaged);
    assert_eq!(repairs(&place), [Repaired::DamagedFile { file: full.to_owned() }]);
    assert_eq!(
        place.problem(),
        format!("`{full}`, line 7: the record was changed: its hash is not the one it names")
    );
    assert!(verify(&[&place.path], Extent::Part).unwrap().is_whole());
}

#[test]
fn a_last_record_that_the_head_does_not_know_is_left_too() {
    let (place, other) = (Place::new(), Place::new());
    place.write(0..6);
    other.write(0..6);
    fs::copy(&other.path, &place.path).unwrap();
    place.write(6..8);
    let problem = place.verify().problem.unwrap();
    assert_eq!(problem.fault, Fault::Replaced { sequence: 7 });
}

#[test]
fn a_damaged_last_record_without_a_head_is_refused_and_left_as_it_is() {
    let place = Place::new();
    place.write(0..6);
    let damaged = fs::read_to_string(&place.path).unwrap().replace("\"d-5\"", "\"d-4\"");
    fs::write(&place.path, &damaged).unwrap();
    fs::remove_file(place.head()).unwrap();
    let error = Log::open(place.options()).unwrap_err();
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
    assert_eq!(fs::read_to_string(&place.path).unwrap(), damaged);
}

#[test]
fn what_is_no_log_is_refused_and_left_as_it_is() {
    let place = Place::new();
    for text in ["hello\n", "hello", "{\"level\":\"info\"}\n", "\n"] {
        fs::write(&place.path, text).unwrap();
        let error = Log::open(place.options()).unwrap_err().to_string();
        assert!(error.ends_with("it does not begin as a log does, and is left as it is"), "{error}");
        assert_eq!(fs::read_to_string(&place.path).unwrap(), text);
    }
    // Zeros are what a file system may leave of a line when the machine fails.
    fs::write(&place.path, [0; 700]).unwrap();
    place.write(0..2);
    assert_eq!(place.problem(), "nothing");
}

#[test]
fn a_head_that_cannot_be_read_is_written_anew_and_told_of() {
    let place = Place::new();
    place.write(0..3);
    fs::write(place.head(), "nonsense, and more of it than a head ever has".repeat(9)).unwrap();
    place.write(3..5);
    assert_eq!(repairs(&place), [Repaired::UnreadableHead]);
    assert_eq!(place.problem(), "nothing");
}

#[test]
fn a_log_whose_head_is_gone_goes_on_from_its_last_record() {
    let place = Place::new();
    place.write(0..3);
    fs::remove_file(place.head()).unwrap();
    place.write(3..5);
    assert_eq!(place.problem(), "nothing");
    assert_eq!(place.numbers(), [0, 1, 2, 3, 4]);
    // Nor is the last full file forgotten.
    let mut options = place.options();
    // Old at once, so that the next record gets a file of its own.
    options.rotate.age = Some(std::time::Duration::ZERO);
    place.write_with(options, 5..6);
    fs::remove_file(&place.path).unwrap();
    fs::remove_file(place.head()).unwrap();
    place.write(6..8);
    assert_eq!(place.problem(), "nothing");
    assert_eq!(place.numbers(), [0, 1, 2, 3, 4, 6, 7]);
}

#[test]
fn one_process_writes_a_log_at_a_time() {
    let place = Place::new();
    let log = Log::open(place.options()).unwrap();
    let error = Log::open(place.options()).unwrap_err();
    assert!(error.to_string().ends_with("another process writes it"), "{error}");
    record(&log, 0..3);
    // Verifying is no writing.
    crate::until("it is written", || log.counters().written == 3 && place.verify().decisions == 3);
    let report = place.verify();
    assert!(report.notes.iter().any(|note| note.to_string() == "a process writes the log"), "{report:?}");
    log.close_blocking(PATIENCE).unwrap();
    Log::open(place.options()).unwrap();
}

#[test]
fn a_place_that_cannot_hold_a_log_is_named() {
    let place = Place::new();
    let refused = |path: &str| {
        let path = place.directory.path().join(path);
        let error = Log::open(interlock_log::Options::new(interlock_log::Sink::File(path))).unwrap_err();
        error.to_string().replace(&format!("{}/", place.directory.path().display()), "")
    };
    assert_eq!(refused("missing/log.jsonl"), "cannot lock decision log `missing/log.jsonl.head`");
    assert!(refused("log-000000000007.jsonl").contains("is one that full files get"));
    fs::create_dir(place.directory.path().join("folder")).unwrap();
    assert_eq!(refused("folder"), "cannot read decision log `folder`");
}
