//! What a build says that cannot be done.

use interlock_componentize::{Error, Guest};

#[test]
fn an_unknown_package_is_named() {
    let error = Guest::new(".", "no-such-policy").build().unwrap_err();
    assert!(matches!(error, Error::NoPackage { .. }), "{error:?}");
    assert!(error.to_string().starts_with("no package `no-such-policy` in the workspace `"), "{error}");
}

#[test]
fn a_directory_outside_any_workspace_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let error = Guest::new(directory.path(), "any").build().unwrap_err();
    assert!(error.to_string().starts_with("`cargo metadata` failed: "), "{error}");
}

/// The compiler of this machine, told to look for its libraries where there are none.
#[cfg(unix)]
#[test]
fn a_missing_target_is_one_sentence_that_says_what_to_do() {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    let directory = tempfile::tempdir().unwrap();
    let rustc = directory.path().join("rustc");
    fs::write(&rustc, format!("#!/bin/sh\nexec rustc --sysroot '{}' \"$@\"\n", directory.path().display()))
        .unwrap();
    fs::set_permissions(&rustc, Permissions::from_mode(0o755)).unwrap();

    let error = Guest::new(".", "interlock-turnstile-policy").env("RUSTC", &rustc).build().unwrap_err();
    assert!(matches!(error, Error::TargetMissing), "{error:?}");
    assert_eq!(
        error.to_string(),
        "the target wasm32-unknown-unknown is not installed; run `rustup target add wasm32-unknown-unknown`"
    );
}
