use crate::Folder;

#[test]
fn every_shell_gets_a_script_that_knows_the_subcommands() {
    let folder = Folder::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ended = folder.run(&format!("completions {shell}"));
        assert_eq!(ended.code, 0, "{ended}");
        for subcommand in
            ["evaluate", "options", "apply", "matrix", "import", "inspect", "export", "path", "who"]
        {
            assert!(ended.stdout.contains(subcommand), "{shell}: {subcommand}");
        }
    }
}

#[test]
fn a_shell_that_is_not_known_is_named() {
    let ended = Folder::new().run("completions fsh");
    assert_eq!(ended.code, 64);
    assert!(ended.error().ends_with("a similar value exists: 'fish'"), "{ended}");
}
