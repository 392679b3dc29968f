use insta::assert_snapshot;

use crate::Folder;

/// Laws that the turnstile breaks, each in another way, and one that speaks of nothing.
const BROKEN: &str = r#"
[[law]]
name = "coins-are-refused"
says = "A coin never opens a turnstile."
source = ["sign-on-the-wall", "nobody"]
never = { action = "coin", from = "locked", to = "unlocked" }

[[law]]
name = "a-push-is-enough"
says = "From the day that it is put up, a turnstile opens only when it is pushed."
path = { kind = "turnstile", from = "absent", to = "unlocked", passes = "push" }

[[law]]
name = "pushing-needs-no-look"
says = "Whoever pushes need not know whether the arm is jammed."
always = { action = "push", from = "unlocked", when = { not-jammed = "unknown" } }

[[law]]
name = "coins-are-counted"
says = "Whatever leads to an open arm is counted."
effect = "passage-counted"
accompanies = { to = "unlocked" }

[[law]]
name = "taken-down-by-pushing"
says = "Pushing a turnstile away is counted."
effect = "passage-counted"
accompanies = { action = "push", to = "absent" }
"#;

#[test]
fn the_laws_that_ship_with_the_turnstile_hold() {
    let folder = Folder::new();
    let laws = include_str!("../../../../guest/turnstile/laws.toml");
    folder.write("laws.toml", laws);
    assert_snapshot!(folder.run("check turnstile.wasm --laws laws.toml"));
}

#[test]
fn each_broken_law_is_told_with_its_smallest_case_and_exits_1() {
    let folder = Folder::new();
    folder.write("laws.toml", BROKEN);
    assert_snapshot!(folder.run("check turnstile.wasm --laws laws.toml"));
    assert_snapshot!(folder.run("check turnstile.wasm --laws laws.toml --format json"));
}
