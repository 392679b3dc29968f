//! How the program ends: the one place that decides exit codes and writes the line that says why.

use std::io::Write;
use std::process::ExitCode;

use interlock_model::Verdict;

use crate::failure::Failure;
use crate::page::{self, printable};

/// What `--help` says of exit codes.
pub(crate) const CODES: &str = "\
Exit codes:
   0  allow; or all that was asked for was printed
   1  deny; or what was checked is wrong: a broken law, a failing case, a bad signature
   2  depends: something has to be known first; who enforces treats it as a refusal
  64  the command line is wrong, or names what the policy or the world does not have
  65  data are wrong: malformed JSON, an unknown field, a request that the policy refuses to read
  66  a file cannot be read
  69  the policy cannot be loaded, the service cannot start, or a service or a registry refuses
  70  a call failed: the policy trapped or exceeded a limit
  74  the answer, or a file, cannot be written";

/// How a command ended that did what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// All that was asked for was printed.
    Done,
    /// All that was asked for was printed, and something is not as it should be: a law is broken, a case fails.
    Found,
    /// One decision was printed.
    Decided(Verdict),
}

/// The exit code of every end that the program can come to.
fn code(end: &Result<Status, Failure>) -> u8 {
    match end {
        Ok(Status::Done | Status::Decided(Verdict::Allow)) => 0,
        Ok(Status::Found | Status::Decided(Verdict::Deny)) => 1,
        Ok(Status::Decided(Verdict::Depends)) => 2,
        Err(Failure::CommandLine(error)) if !error.use_stderr() => 0,
        Err(Failure::CommandLine(_) | Failure::Usage(_)) => 64,
        Err(
            Failure::Malformed { .. }
            | Failure::World { .. }
            | Failure::Cases { .. }
            | Failure::Infeasible { .. }
            | Failure::Unusable { .. }
            | Failure::Request(_)
            | Failure::Import(_)
            | Failure::Lines { failed: 0, .. },
        ) => 65,
        Err(Failure::Read { .. }) => 66,
        Err(
            Failure::Load { .. }
            | Failure::Engine(_)
            | Failure::Serve { .. }
            | Failure::Service { .. }
            | Failure::Registry { .. },
        ) => 69,
        Err(Failure::Call(_) | Failure::Lines { .. }) => 70,
        Err(Failure::Write { .. }) => 74,
    }
}

/// Writes why a command failed, one line on standard error, and gives the exit code.
pub(crate) fn report(end: Result<Status, Failure>) -> ExitCode {
    match &end {
        Ok(_) => {}
        Err(Failure::CommandLine(error)) if is_help(error) => {
            // Help that cannot be written leaves nothing else to say.
            let _ = error.print();
        }
        Err(failure) => complain("error", page::BAD, &failure.line()),
    }
    ExitCode::from(code(&end))
}

/// Writes a line on standard error about something that does not stop the program.
pub(crate) fn warn(message: &str) {
    complain("warning", page::DOUBT, message);
}

/// Whether clap has something to print as it is: help or a version, asked for or not.
fn is_help(error: &clap::Error) -> bool {
    use clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    !error.use_stderr() || error.kind() == DisplayHelpOnMissingArgumentOrSubcommand
}

/// Writes a line on standard error that is no complaint.
pub(crate) fn tell(message: &str) {
    // Standard error may be closed.
    let _ = writeln!(anstream::stderr().lock(), "{}", printable(message));
}

fn complain(word: &str, style: anstyle::Style, message: &str) {
    let mut stderr = anstream::stderr().lock();
    // Standard error may be closed; the exit code still tells.
    let _ = writeln!(stderr, "{style}{word}:{style:#} {}", printable(message));
}

#[cfg(test)]
mod tests {
    use std::io;

    use interlock_model::RequestError;

    use super::*;

    #[test]
    fn every_end_has_its_documented_code() {
        let io = || io::Error::other("broken");
        let usage = || Err(Failure::Usage("wrong".to_owned()));
        let ends: [(Result<Status, Failure>, u8); 9] = [
            (Ok(Status::Done), 0),
            (Ok(Status::Decided(Verdict::Allow)), 0),
            (Ok(Status::Decided(Verdict::Deny)), 1),
            (Ok(Status::Decided(Verdict::Depends)), 2),
            (usage(), 64),
            (Err(Failure::Request(RequestError::Invalid("wrong".to_owned()))), 65),
            (Err(Failure::Read { place: "`x`".to_owned(), source: io() }), 66),
            (Err(Failure::Lines { wrong: 3, failed: 1, total: 9 }), 70),
            (Err(Failure::Write { place: "`x`".to_owned(), source: io() }), 74),
        ];
        for (end, wanted) in ends {
            assert_eq!(code(&end), wanted, "{end:?}");
            assert!(CODES.lines().any(|line| line.trim_start().starts_with(&wanted.to_string())));
        }
    }
}
