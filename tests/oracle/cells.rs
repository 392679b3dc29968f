//! Every situation of a policy with its outcome.

use std::path::Path;

use anyhow::Result;
use interlock_analysis::{Answers, Decide, Options};
use interlock_model::{Cause, Outcome, Verdict};
use interlock_tests::Native;
use serde::Serialize;

/// The situations of one (mode, kind, action).
#[derive(Serialize)]
pub(crate) struct Chunk {
    mode: String,
    kind: String,
    action: String,
    /// Of mode, kind and action in the manifest.
    indexes: [u8; 3],
    states: u16,
    conditions: usize,
    /// Bytes before it in the file.
    start: usize,
    pub(crate) situations: u64,
    sha256: String,
}

/// Writes all outcomes of a policy, and tells where those of each (mode, kind, action) are.
pub(crate) fn write(policy: &Native, file: &Path) -> Result<Vec<Chunk>> {
    let answers = Answers::ask(policy, &Options::default(), &|_| {})?;
    let manifest = policy.manifest();
    let (mut chunks, mut bytes) = (Vec::new(), Vec::new());
    for (triple, outcomes) in answers.triples() {
        let start = bytes.len();
        bytes.extend(outcomes.iter().flat_map(record));
        chunks.push(Chunk {
            mode: manifest.modes[usize::from(triple.mode)].clone(),
            kind: manifest.kinds[usize::from(triple.kind)].name.clone(),
            action: manifest.actions[usize::from(triple.action)].name.clone(),
            indexes: [triple.mode, triple.kind, triple.action],
            states: triple.states,
            conditions: triple.conditions(),
            start,
            situations: triple.situations(),
            sha256: crate::sha256(&bytes[start..]),
        });
    }
    crate::write(file, &bytes)?;
    Ok(chunks)
}

/// An outcome in twelve bytes.
fn record(outcome: &Outcome) -> [u8; 12] {
    let &Outcome { verdict, cause, reasons, next_state, effects } = outcome;
    let verdict = match verdict {
        Verdict::Allow => 0,
        Verdict::Deny => 1,
        Verdict::Depends => 2,
    };
    let cause = match cause {
        Cause::Conditions => 0,
        Cause::NotInMode => 1,
        Cause::NotOffered => 2,
        Cause::NotFromState => 3,
    };
    let next_state = next_state.map_or(0, |state| u16::from(state) + 1);
    let mut record = [0; 12];
    record[0] = verdict;
    record[1] = cause;
    record[2..4].copy_from_slice(&next_state.to_le_bytes());
    record[4..8].copy_from_slice(&reasons.to_le_bytes());
    record[8..].copy_from_slice(&effects.to_le_bytes());
    record
}
