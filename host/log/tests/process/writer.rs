//! Writes a log as it is told on standard input, for tests that kill it, starve it of room, or read what it prints.
//!
//! Arguments: a path, or `-` for standard output; the length of the queue; what happens when it is full. Each line of
//! input is answered by one on standard error.

use std::io::BufRead;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use interlock_log::{Answer, Entry, Interface, Log, Options, PolicyId, Sink, WhenFull};
use interlock_model::Verdict;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let sink = match arguments.next().ok_or("a path is missing")?.as_str() {
        "-" => Sink::Stdout,
        path => Sink::File(PathBuf::from(path)),
    };
    let mut options = Options::new(sink);
    options.whole_request = true;
    options.queue = arguments.next().map_or(Ok(options.queue), |text| text.parse::<NonZeroU32>())?;
    options.when_full = match arguments.next().as_deref() {
        Some("drop") => WhenFull::Drop,
        Some("refuse") => WhenFull::Refuse,
        _ => WhenFull::Wait,
    };
    let log = Log::open(options)?;
    let mut number = 0;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        match line.split_once(' ').unwrap_or((&line, "")) {
            ("record", many) => {
                let until = number + many.parse::<u64>()?;
                while number < until {
                    record(&log, number);
                    number += 1;
                }
                eprintln!("recorded {number}");
            }
            ("forever", _) => loop {
                record(&log, number);
                number += 1;
            },
            ("counters", _) => eprintln!("{:?}", log.counters()),
            ("failure", _) => eprintln!("{:?}", log.failure()),
            ("close", _) => {
                eprintln!("{:?}", log.close_blocking(Duration::from_secs(20)));
                return Ok(());
            }
            (other, _) => return Err(format!("`{other}` is no command").into()),
        }
    }
    Ok(())
}

/// What finds no room is not recorded.
fn record(log: &Log, number: u64) {
    if let Ok(permit) = wait_for(log.reserve()) {
        permit.record(entry(number));
    }
}

fn entry(number: u64) -> Entry {
    let request = serde_json::from_value(serde_json::json!({
        "mode": "normal",
        "subject": {"id": format!("user-{}", number % 7)},
        "action": "coin",
        "target": {"kind": "turnstile", "id": format!("t-{number}"), "state": "locked"},
    }));
    Entry {
        decision_id: format!("d-{number}"),
        policy: Arc::new(PolicyId {
            name: "turnstile".to_owned(),
            version: "0.1.0".to_owned(),
            digest: "sha256:00".to_owned(),
        }),
        #[allow(clippy::expect_used, reason = "the text above is a request")]
        request: Arc::new(request.expect("a request")),
        is_whole: true,
        answer: Answer::Decided {
            verdict: Verdict::Allow,
            reasons: Vec::new(),
            next_state: Some("unlocked".to_owned()),
        },
        latency: Duration::from_micros(number % 100),
        request_id: None,
        trace_id: None,
        interface: Interface::Api,
        caller: None,
    }
}

fn wait_for<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
