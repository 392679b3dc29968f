//! Processes that write a log and are killed, or write it to their standard output.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child as Process, ChildStdin, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use interlock_log::{Extent, Note, read, verify};
use rustix::process::{Pid, Resource, Rlimit, prlimit};

use crate::{PATIENCE, Place, until};

/// A process that writes a log as it is told; see `tests/process/writer.rs`.
pub(crate) struct Child {
    process: Process,
    input: ChildStdin,
    answers: Receiver<String>,
}

const WRITER: &str = env!("CARGO_BIN_EXE_interlock-log-writer");

impl Child {
    fn start(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let input = process.stdin.take().unwrap();
        let errors = BufReader::new(process.stderr.take().unwrap());
        let (sender, answers) = mpsc::channel();
        thread::spawn(move || errors.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { process, input, answers }
    }

    fn new(sink: impl AsRef<OsStr>, arguments: &[&str]) -> Self {
        let mut command = Command::new(WRITER);
        command.arg(sink).args(arguments).stdout(Stdio::piped());
        Self::start(command)
    }

    /// One whose files can have so many bytes.
    pub(crate) fn with_limit(path: &Path, bytes: u64, arguments: &[&str]) -> Self {
        let mut command = Command::new("sh");
        // The limit is told by an error instead of a signal that kills.
        command.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh", WRITER]);
        command.arg(path).args(arguments).stdout(Stdio::null());
        let mut child = Self::start(command);
        // It is the writer and not the shell as soon as it answers.
        child.ask("counters");
        child.limit(bytes);
        child
    }

    /// Lets its files have so many bytes.
    pub(crate) fn limit(&mut self, bytes: u64) {
        let pid = Pid::from_child(&self.process);
        let limit = Rlimit { current: Some(bytes), maximum: None };
        prlimit(Some(pid), Resource::Fsize, limit).unwrap();
    }

    fn tell(&mut self, line: &str) {
        writeln!(self.input, "{line}").unwrap();
    }

    /// Tells it something, and gives its answer.
    pub(crate) fn ask(&mut self, line: &str) -> String {
        self.tell(line);
        self.answers.recv_timeout(PATIENCE).unwrap()
    }

    fn kill(mut self) -> Output {
        self.process.kill().unwrap();
        drop(self.input);
        self.process.wait_with_output().unwrap()
    }

    fn end(self) -> Output {
        drop(self.input);
        self.process.wait_with_output().unwrap()
    }
}

#[test]
fn a_log_is_whole_after_kill_9_up_to_a_torn_last_line_that_is_repaired() {
    let place = Place::new();
    let mut torn = 0;
    for round in 0..12 {
        let length = || fs::metadata(&place.path).map_or(0, |file| file.len());
        let before = length();
        let mut writer = Child::new(&place.path, &["512", "wait"]);
        writer.tell("forever");
        until("decisions are written", || length() > before + 2_000);
        thread::sleep(Duration::from_millis(3 + 7 * round));
        writer.kill();
        let report = place.verify();
        match report.problem.map(|problem| problem.to_string()) {
            None => {}
            Some(problem) if problem.contains("the last line is torn") => torn += 1,
            Some(problem) => panic!("round {round}: {problem}"),
        }
        assert!(report.decisions > 0);
        // Opened once more, it is whole, and says what was done.
        place.write(0..1);
        let report = place.verify();
        assert_eq!(report.problem, None, "round {round}");
        let repairs = report.notes.iter().filter(|note| matches!(note, Note::Repaired { .. })).count();
        assert_eq!(repairs, torn, "round {round}");
    }
}

#[test]
fn nothing_that_was_counted_as_written_is_lost_by_kill_9() {
    let place = Place::new();
    let mut writer = Child::new(&place.path, &["64", "wait"]);
    writer.ask("record 500");
    until("all is written", || {
        let counters = writer.ask("counters");
        counters.contains("written: 500")
    });
    writer.kill();
    assert_eq!(place.numbers(), (0..500).collect::<Vec<_>>());
    assert_eq!(place.problem(), "nothing");
}

#[test]
fn a_log_on_standard_output_is_whole_and_ends_with_its_process() {
    let place = Place::new();
    let mut output = Vec::new();
    for _ in 0..2 {
        let mut writer = Child::new("-", &[]);
        writer.ask("record 20");
        assert_eq!(writer.ask("close"), "Ok(())");
        let ended = writer.end();
        assert!(ended.status.success());
        output.extend(ended.stdout);
    }
    fs::write(&place.path, &output).unwrap();
    let report = place.verify();
    assert_eq!((report.problem, report.decisions), (None, 40));
    let anew = Note::BegunAnew { path: place.path.clone(), line: 23, after_end: true };
    assert_eq!(report.notes, [anew]);
    assert_eq!(read(&[&place.path], Extent::Log).unwrap().count(), 44);

    // One more, which is killed.
    let mut writer = Child::new("-", &[]);
    writer.ask("record 20");
    until("all is written", || writer.ask("counters").contains("written: 20"));
    output.extend(writer.kill().stdout);
    fs::write(&place.path, &output).unwrap();
    let report = place.verify();
    assert_eq!((report.problem, report.decisions), (None, 60));
    assert_eq!(
        report.notes[1..],
        [Note::BegunAnew { path: place.path.clone(), line: 45, after_end: true }, Note::NotEnded]
    );
    assert!(!verify(&[&place.path], Extent::Part).unwrap().notes.is_empty());
}

/// A pipe takes what it has room for, in the middle of a line.
#[test]
fn an_output_that_is_read_slowly_gets_every_byte_once() {
    let place = Place::new();
    let mut writer = Child::new("-", &["2000", "wait"]);
    writer.ask("record 1500");
    let mut output = writer.process.stdout.take().unwrap();
    writer.tell("close");
    thread::sleep(Duration::from_millis(50));
    let mut file = fs::File::create(&place.path).unwrap();
    std::io::copy(&mut output, &mut file).unwrap();
    let report = place.verify();
    assert_eq!((report.problem, report.decisions), (None, 1500));
    assert!(writer.end().status.success());
}
