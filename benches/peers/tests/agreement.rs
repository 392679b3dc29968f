//! Every engine gives the answers of the policy, so that what is measured is the same work.

use interlock_peers::{facts, names};

#[test]
fn every_engine_agrees_on_bare_facts() {
    let permitted = facts::agree(facts::native(), 5_000);
    assert!((1_000..4_000).contains(&permitted), "{permitted} of 5000 permitted: too one-sided to show much");
}

#[test]
fn every_engine_agrees_in_names() {
    let permitted = names::agree(names::native(), 5_000);
    assert!((1_000..4_000).contains(&permitted), "{permitted} of 5000 permitted: too one-sided to show much");
}
