//! Compiled policies: kept from run to run, or shipped.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::thread;

use crate::Folder;

const ASK: &str =
    "evaluate --policy turnstile.wasm --world station.json --action push --target turnstile/south";

#[test]
fn a_policy_is_kept_where_the_option_or_the_variable_says() {
    let folder = Folder::new();
    let without = folder.run(&format!("{ASK} --no-cache"));
    for directory in ["option", "variable"] {
        let (line, environment) = match directory {
            "option" => (format!("{ASK} --cache option"), vec![]),
            _ => (ASK.to_owned(), vec![("INTERLOCK_CACHE", directory)]),
        };
        // The first run writes what the second one reads.
        for _ in 0..2 {
            let ended = folder.run_with(&line, "", &environment);
            assert_eq!((&ended.stdout, ended.stderr.as_str()), (&without.stdout, ""), "{ended}");
            assert_eq!(entries(&folder, directory), 1);
        }
    }
}

#[test]
fn by_default_it_is_kept_among_the_users_caches() {
    let folder = Folder::new();
    folder.make("caches");
    let caches = folder.path("caches");
    let environment = [("XDG_CACHE_HOME", caches.to_str().unwrap()), ("INTERLOCK_CACHE", "")];
    folder.run_with(ASK, "", &environment);
    assert!(!folder.path("caches/interlock").exists(), "an empty variable turns it off");
    folder.run_with(&format!("{ASK} --cache caches/interlock"), "", &environment);
    assert_eq!(entries(&folder, "caches/interlock"), 1);
}

#[test]
fn processes_that_run_at_once_leave_one_whole_entry() {
    let folder = Folder::new();
    let line = format!("{ASK} --cache shared");
    let without = folder.run(&format!("{ASK} --no-cache"));
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let ended = folder.run(&line);
                assert_eq!((&ended.stdout, ended.stderr.as_str()), (&without.stdout, ""), "{ended}");
            });
        }
    });
    assert_eq!(entries(&folder, "shared"), 1);
}

#[test]
fn a_directory_that_others_may_write_is_named_and_not_used() {
    let folder = Folder::new();
    folder.make("open");
    fs::set_permissions(folder.path("open"), Permissions::from_mode(0o777)).unwrap();
    let ended = folder.run(&format!("{ASK} --cache open"));
    assert_eq!(
        ended.stderr,
        "warning: the directory of cache `open` may be written by others: its mode is 777, allowed at most 755\n"
    );
    assert_eq!(ended.stdout, folder.run(ASK).stdout);
    assert_eq!(entries(&folder, "open"), 0);
}

#[test]
fn check_asks_the_policy_and_not_the_cache() {
    let folder = Folder::new();
    folder.run("check turnstile.wasm --cache none");
    assert!(!folder.path("none").exists());
}

#[test]
fn a_compiled_policy_is_used_beside_the_one_it_was_made_from() {
    let folder = Folder::new();
    let ended = folder.run("compile --policy turnstile.wasm --output turnstile.precompiled");
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str(), ended.code), ("", "", 0), "{ended}");
    let line = format!("{ASK} --precompiled turnstile.precompiled --no-cache");
    let ended = folder.run(&line);
    assert_eq!(ended.stdout, folder.run(ASK).stdout);
    assert_eq!(ended.stderr, "");

    let mut bytes = fs::read(folder.path("turnstile.precompiled")).unwrap();
    bytes.pop();
    folder.write("turnstile.precompiled", bytes);
    let ended = folder.run(&line);
    assert_eq!(ended.stdout, folder.run(ASK).stdout);
    assert_eq!(ended.stderr, "warning: the precompiled policy is not used: the entry is damaged\n");

    folder.run("compile --output backup.precompiled");
    let ended = folder.run(&format!("{ASK} --precompiled backup.precompiled"));
    assert_eq!(ended.stdout, folder.run(ASK).stdout);
    assert_eq!(
        ended.stderr,
        "warning: the precompiled policy is not used: the entry is of another policy, or for another engine\n"
    );
}

#[test]
fn a_compiled_policy_that_cannot_be_read_or_written_is_named() {
    let folder = Folder::new();
    let ended = folder.run(&format!("{ASK} --precompiled missing"));
    assert!(ended.error().starts_with("cannot read `missing`: "), "{ended}");
    assert_eq!(ended.code, 66);
    let ended = folder.run("compile --output missing/file");
    assert!(ended.error().starts_with("cannot write `missing/file`: "), "{ended}");
    assert_eq!(ended.code, 74);
    let ended = folder.run("diff builtin builtin --precompiled x");
    assert_eq!(ended.error(), "diff compares OLD and NEW; leave out --precompiled");
}

fn entries(folder: &Folder, directory: &str) -> usize {
    fs::read_dir(folder.path(directory)).unwrap().count()
}
