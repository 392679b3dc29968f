//! How far a long question has come, for a person who watches.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};

use interlock::Policy;
use interlock_analysis::{Answers, AskError, Enumeration, Options};

use crate::failure::Failure;

/// Asks a policy everything, with a bar on standard error if that is a terminal.
///
/// # Errors
///
/// [`Failure::Usage`] where the policy has more situations than the options allow, [`Failure::Call`] where it
/// fails to answer.
pub(crate) fn ask<'p>(policy: &'p Policy, options: &Options) -> Result<Answers<'p>, Failure> {
    let total = Enumeration::new(policy.manifest(), options.max_situations).map_or(0, |all| all.situations());
    let bar = Bar::new(total);
    Answers::ask(policy, options, &|asked| bar.show(asked)).map_err(|error| match error {
        AskError::Decide { source, .. } => Failure::Call(source),
        // The engine holds every batch to its length, and loading to its number of situations.
        too_many => Failure::Usage(too_many.to_string()),
    })
}

/// Writes what is being done while it lasts, and takes it away again.
pub(crate) fn while_doing<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let watched = io::stderr().is_terminal();
    if watched {
        write_over(what);
    }
    let done = work();
    if watched {
        write_over("");
    }
    done
}

struct Bar {
    watched: bool,
    total: u64,
    /// What is shown, so that it is written only where it changes.
    percent: AtomicU64,
}

impl Bar {
    fn new(total: u64) -> Self {
        Self { watched: io::stderr().is_terminal() && total > 0, total, percent: AtomicU64::new(u64::MAX) }
    }

    fn show(&self, asked: u64) {
        if !self.watched {
            return;
        }
        let percent = 100 * asked.min(self.total) / self.total;
        if self.percent.swap(percent, Ordering::Relaxed) != percent {
            write_over(&line(percent, self.total));
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if self.watched {
            write_over("");
        }
    }
}

fn line(percent: u64, total: u64) -> String {
    let done = (percent / 4) as usize;
    format!("[{:·<25}] {percent:>3} % of {total} situations", "#".repeat(done))
}

/// Writes over the present line of the terminal.
fn write_over(text: &str) {
    let mut stderr = io::stderr().lock();
    // A line that cannot be shown keeps nobody from the answer.
    let _ = write!(stderr, "\r\u{1b}[2K{text}");
    let _ = stderr.flush();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_fills_as_the_work_is_done() {
        assert_eq!(line(0, 81), "[·························]   0 % of 81 situations");
        assert_eq!(line(50, 81), "[############·············]  50 % of 81 situations");
        assert_eq!(line(100, 81), "[#########################] 100 % of 81 situations");
    }
}
