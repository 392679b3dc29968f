//! Whether the cases would notice a mistake: policies with one mistake each, in whose wrong cells some case must get
//! another outcome. A mistake that no request could show would have to be listed here, with its reason; there is none.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test needs is there, or the test fails")]

use std::collections::HashMap;
use std::fmt::Write;

use interlock_analysis::Decide;
use interlock_model::Situation;
use interlock_tests::Native;

use crate::cases;

#[test]
fn every_mistake_in_a_cell_is_noticed_by_some_case() {
    let backup = Native::backup();
    let mut asked: HashMap<(u8, u8, u8, u8), Vec<Situation>> = HashMap::new();
    for case in cases::of_backup() {
        // A case may want an error.
        if let Ok(situation) = backup.observe(&case.request) {
            let Situation { mode, kind, state, action, .. } = situation;
            asked.entry((mode, kind, state, action)).or_default().push(situation);
        }
    }
    let (mut mistakes, mut missed) = (0, String::new());
    for mutant in backup.mutants() {
        for &state in mutant.states {
            mistakes += 1;
            let cell = (mutant.mode, mutant.kind, state, mutant.action);
            let mut situations = asked.get(&cell).into_iter().flatten();
            if !situations.any(|&situation| mutant.decide(situation) != backup.decide(situation)) {
                _ = writeln!(missed, "{}: {}", name(&backup, cell), mutant.mistake);
            }
        }
    }
    println!("{mistakes} mistakes");
    assert!(missed.is_empty(), "no case notices these mistakes:\n{missed}");
}

fn name(policy: &Native, (mode, kind, state, action): (u8, u8, u8, u8)) -> String {
    let manifest = policy.manifest();
    let (mode, action) = (&manifest.modes[usize::from(mode)], &manifest.actions[usize::from(action)].name);
    let kind = &manifest.kinds[usize::from(kind)];
    format!("{mode}, {}, {action} from {}", kind.name, kind.states[usize::from(state)].name)
}
