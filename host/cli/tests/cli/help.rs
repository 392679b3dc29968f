use insta::assert_snapshot;

use crate::Folder;

#[test]
fn help_tells_subcommands_and_exit_codes() {
    assert_snapshot!(Folder::new().run("--help"));
}

#[test]
fn every_subcommand_has_help_that_fits_a_terminal() {
    let folder = Folder::new();
    for subcommand in [
        "evaluate",
        "options",
        "apply",
        "matrix",
        "import",
        "inspect",
        "completions",
        "export",
        "compile",
        "path",
        "who",
        "keygen",
        "sign",
        "verify",
        "push",
        "pull",
        "log verify",
        "log replay",
        "console",
    ] {
        let ended = folder.run(&format!("{subcommand} --help"));
        assert_eq!(ended.code, 0, "{ended}");
        assert!(ended.stdout.lines().all(|line| line.chars().count() <= 110), "{ended}");
        assert!(ended.stdout.contains("Examples:"), "{ended}");
    }
    assert_snapshot!(folder.run("evaluate --help"));
}

#[test]
fn no_arguments_get_help_and_a_usage_code() {
    let folder = Folder::new();
    for line in ["", "evaluate", "options"] {
        let ended = folder.run(line);
        assert_eq!((ended.stdout.as_str(), ended.code), ("", 64), "{ended}");
        assert!(ended.stderr.contains("Usage:"), "{ended}");
    }
}

#[test]
fn the_version_is_told() {
    let ended = Folder::new().run("--version");
    assert_eq!(ended.stdout, format!("interlock {}\n", env!("CARGO_PKG_VERSION")));
}
