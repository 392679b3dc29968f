use insta::assert_snapshot;

use crate::{Ended, Folder};

/// The transcript without what every build changes.
fn check(folder: &Folder, line: &str) -> String {
    let size = interlock_policies::TURNSTILE.len();
    let ended = folder.run(line);
    let digest =
        ended.stdout.split("sha256:").nth(1).unwrap().split(|c: char| !c.is_ascii_hexdigit()).next().unwrap();
    assert_eq!(digest.len(), 64, "{ended}");
    let grouped = format!("{},{:03}", size / 1000, size % 1000);
    let stdout =
        ended.stdout.replace(digest, "DIGEST").replace(&grouped, "SIZE").replace(&size.to_string(), "SIZE");
    Ended { stdout, ..ended }.to_string()
}

#[test]
fn a_policy_file_tells_what_it_is() {
    let folder = Folder::new();
    assert_snapshot!(check(&folder, "inspect turnstile.wasm"));
    assert_snapshot!(check(&folder, "inspect turnstile.wasm --format json"));
}

#[test]
fn the_file_may_be_given_as_policy_too_but_not_both() {
    let folder = Folder::new();
    let (as_file, as_policy) =
        (folder.run("inspect turnstile.wasm"), folder.run("inspect --policy turnstile.wasm"));
    assert_eq!(as_file.stdout, as_policy.stdout);
    assert_eq!(folder.run("inspect turnstile.wasm --policy turnstile.wasm").code, 64);
}
