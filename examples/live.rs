//! Replaces a policy under load: no call fails, and each answer comes wholly from one version.
//!
//! `cargo run --package interlock --example live`

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use interlock::{Engine, LivePolicy, model::Request};
use interlock_policies::TURNSTILE;

type Failure = Box<dyn Error + Send + Sync>;

const CALLERS: usize = 3;
const REPLACEMENTS: usize = 6;

#[cfg_attr(test, test)]
fn main() -> Result<(), Failure> {
    let versions = [TURNSTILE.to_vec(), renamed(TURNSTILE).ok_or("the turnstile has no such effect")?];
    let live = LivePolicy::new(Engine::new()?.load(&versions[0])?);

    let stop = AtomicBool::new(false);
    let answers = thread::scope(|scope| -> Result<usize, Failure> {
        let callers: Vec<_> = (0..CALLERS).map(|_| scope.spawn(|| call(&live, &stop))).collect();
        let replaced = (1..=REPLACEMENTS).try_for_each(|n| live.replace(&versions[n % 2]).map(drop));
        stop.store(true, Ordering::Relaxed);
        let mut answers = 0;
        for caller in callers {
            answers += caller.join().map_err(|_| "a caller panicked")??;
        }
        replaced?;
        Ok(answers)
    })?;
    println!("{CALLERS} callers, {REPLACEMENTS} replacements, {answers} answers: none failed, none mixed");
    Ok(())
}

/// Asks until it is told to stop; returns how many answers it had.
fn call(live: &LivePolicy, stop: &AtomicBool) -> Result<usize, Failure> {
    let request: Request = serde_json::from_str(
        r#"{"mode": "normal", "subject": {"id": "walker"}, "action": "coin", "target": {
            "kind": "turnstile", "id": "north", "state": "locked", "attributes": {"jammed": "false"}}}"#,
    )?;
    let mut answers = 0;
    while !stop.load(Ordering::Relaxed) {
        // Taken once for each answer: what replaces it meanwhile has no part in this one.
        let policy = live.current();
        let decision = policy.evaluate(&request)?;
        let said = decision.effects.first().map(|effect| &effect.code);
        let known = policy.manifest().effects.first().map(|effect| &effect.code);
        if said != known {
            return Err(format!("one version answered {said:?}, another described {known:?}").into());
        }
        answers += 1;
    }
    Ok(answers)
}

/// Another version of the turnstile, whose answers can be told from those of the first: an effect in its data is
/// renamed to one as long.
fn renamed(policy: &[u8]) -> Option<Vec<u8>> {
    let (from, to) = (b"coin-kept", b"coin-lost");
    let place = policy.windows(from.len()).position(|bytes| bytes == from)?;
    let mut renamed = policy.to_vec();
    renamed[place..place + to.len()].copy_from_slice(to);
    Some(renamed)
}
