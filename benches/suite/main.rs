//! What decisions cost, beside what an empty call of a component costs. `cargo xtask bench` prints the table.

#![allow(clippy::unwrap_used, reason = "a benchmark that does not get its answer has nothing to measure")]

#[path = "../connection.rs"]
mod connection;
mod decide;
mod decide_all;
mod evaluate;
mod floor;
mod fresh;
mod load;
mod process;
mod runtime;
mod serve;
mod site;
mod situations;
mod survey;
mod swap;
mod threads;

use std::sync::LazyLock;
use std::time::Duration;

use criterion::Criterion;
use interlock::model::Verdict;
use interlock::{Engine, Policy};

/// The shipped policy with every limit at its default, loaded when the first benchmark needs it.
static POLICY: LazyLock<Policy> =
    LazyLock::new(|| Engine::new().unwrap().load(interlock_policies::BACKUP).unwrap());

/// The same policy without a table, so that its component decides.
static WITHOUT_TABLE: LazyLock<Policy> = LazyLock::new(|| {
    Engine::builder().table_bytes(0).build().unwrap().load(interlock_policies::BACKUP).unwrap()
});

/// The same policy, asked nothing in packed form.
static TYPED: LazyLock<Policy> = LazyLock::new(|| {
    Engine::builder().packed(false).build().unwrap().load(interlock_policies::BACKUP).unwrap()
});

fn main() {
    let mut criterion = Criterion::default()
        .without_plots()
        .warm_up_time(Duration::from_secs(2))
        .measurement_time(Duration::from_secs(8))
        .configure_from_args();
    floor::bench(&mut criterion);
    decide::bench(&mut criterion);
    decide_all::bench(&mut criterion);
    evaluate::bench(&mut criterion);
    survey::bench(&mut criterion);
    threads::bench(&mut criterion);
    fresh::bench(&mut criterion);
    load::bench(&mut criterion);
    swap::bench(&mut criterion);
    serve::bench(&mut criterion);
    process::bench(&mut criterion);
}

/// How many of some verdicts are allow, deny and depends.
fn count(verdicts: impl IntoIterator<Item = Verdict>) -> [usize; 3] {
    let mut counts = [0; 3];
    for verdict in verdicts {
        counts[match verdict {
            Verdict::Allow => 0,
            Verdict::Deny => 1,
            Verdict::Depends => 2,
        }] += 1;
    }
    counts
}
