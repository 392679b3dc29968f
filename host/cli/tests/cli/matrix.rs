use insta::assert_snapshot;

use crate::Folder;

#[test]
fn the_matrix_shows_where_actions_lead() {
    assert_snapshot!(Folder::new().run("matrix --policy turnstile.wasm"));
}

#[test]
fn a_kind_is_shown_in_detail() {
    assert_snapshot!(Folder::new().run("matrix --policy turnstile.wasm --kind turnstile --mode normal"));
}

#[test]
fn json_has_a_cell_for_every_state_and_action_that_is_offered() {
    let cells = Folder::new().run("matrix --policy turnstile.wasm --format json").json();
    let cells = cells["cells"].as_array().unwrap();
    let named: Vec<String> = cells
        .iter()
        .map(|cell| format!("{} {}", cell["state"].as_str().unwrap(), cell["action"].as_str().unwrap()))
        .collect();
    assert_eq!(
        named,
        [
            "locked coin",
            "unlocked coin",
            "unlocked push",
            "absent installed",
            "locked removed",
            "unlocked removed"
        ]
    );
}
