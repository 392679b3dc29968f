//! Keys and signatures, and that the program `minisign` agrees with them.

use std::env;
use std::ffi::OsStr;
use std::process::Command;

use insta::assert_snapshot;

use crate::{Ended, Folder};

/// A folder with a key, `interlock.key` and `interlock.pub`, without a password.
fn with_key() -> Folder {
    let folder = Folder::new();
    let ended = folder.run("keygen --no-password");
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{ended}");
    folder
}

/// The transcript without what is another one for each key.
fn masked(folder: &Folder, ended: Ended) -> String {
    let mut text = ended.to_string();
    for (name, mask) in [("interlock.pub", "KEY"), ("other.pub", "OTHER")] {
        if let Ok(public) = std::fs::read_to_string(folder.path(name)) {
            let mut words = public.split_whitespace().rev();
            let (line, id) = (words.next().unwrap(), words.next().unwrap());
            text = text.replace(line, &format!("{mask}-IN-A-LINE")).replace(id, &format!("{mask}-ID"));
        }
    }
    text
}

#[test]
fn a_key_is_two_files_of_which_one_is_secret() {
    let folder = Folder::new();
    let made = folder.run("keygen --no-password");
    assert_snapshot!(masked(&folder, made));
    assert!(folder.read("interlock.key").starts_with("untrusted comment: minisign secret key\n"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path("interlock.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_key_is_not_replaced_unless_that_is_said() {
    let folder = with_key();
    let (secret, public) = (folder.read("interlock.key"), folder.read("interlock.pub"));
    for (line, message) in [
        ("keygen --no-password", "`interlock.key` exists; --force replaces it"),
        ("keygen --no-password --secret new.key", "`interlock.pub` exists; --force replaces it"),
        ("keygen --no-password --secret x --public x", "--public and --secret are the same file"),
        (
            "keygen --secret x --public y",
            "there is no terminal to ask for a password; give --password-file or --no-password",
        ),
        (
            "keygen --no-password --password-file x",
            "the argument '--no-password' cannot be used with '--password-file <FILE>'",
        ),
    ] {
        let ended = folder.run(line);
        assert_eq!((ended.error(), ended.code), (message, 64), "{ended}");
    }
    assert_eq!((folder.read("interlock.key"), folder.read("interlock.pub")), (secret.clone(), public));
    assert!(!folder.path("new.key").exists());
    assert_eq!(folder.run("keygen --no-password --force").code, 0);
    assert_ne!(folder.read("interlock.key"), secret);
}

#[test]
fn what_is_signed_is_verified_and_what_was_changed_is_not() {
    let folder = with_key();
    assert_eq!(folder.run("keygen --no-password --secret other.key --public other.pub").code, 0);
    assert_snapshot!(folder.run("sign turnstile.wasm --key interlock.key --comment 'release 7'"));
    let verify = |arguments: &str| folder.run(&format!("verify turnstile.wasm {arguments}"));
    assert_snapshot!(masked(&folder, verify("--key other.pub --key interlock.pub")));
    assert_snapshot!(masked(&folder, verify("--key interlock.pub --format json")));
    let line = folder.read("interlock.pub").lines().nth(1).unwrap().to_owned();
    assert_eq!(verify(&format!("--key {line}")).code, 0);

    let refused = verify("--key other.pub");
    assert_eq!(refused.code, 1);
    assert_snapshot!(masked(&folder, refused));
    let signature = folder.read("turnstile.wasm.minisig");
    folder.write("tampered", signature.replace("release 7", "release 8"));
    folder.write("garbage", [0xff; 40]);
    for (arguments, wanted) in [
        ("--signature tampered", "the trusted comment of the signature was changed"),
        ("--signature garbage", "not a signature: larger than 16 KiB, or not UTF-8 text"),
        ("--signature station.json", "not a signature: the first line does not begin with"),
    ] {
        let ended = verify(&format!("--key interlock.pub {arguments}"));
        assert!(ended.stdout.contains(wanted), "{ended}");
        assert_eq!((ended.code, ended.stderr.as_str()), (1, ""), "{ended}");
    }
    folder.write("turnstile.wasm", "something else");
    let refused = verify("--key interlock.pub --format json");
    assert_eq!(refused.code, 1);
    assert_snapshot!(masked(&folder, refused));
}

#[test]
fn a_password_comes_from_a_file() {
    let folder = Folder::new();
    folder.write("password", "correct horse\n");
    folder.write("wrong", "battery staple\n");
    folder.write("empty", "\n");
    assert_eq!(folder.run("keygen --password-file password").code, 0);
    assert_eq!(folder.run("sign turnstile.wasm --key interlock.key --password-file password").code, 0);
    assert_eq!(folder.run("verify turnstile.wasm --key interlock.pub").code, 0);
    let ended = folder.run("verify turnstile.wasm --key interlock.pub");
    assert!(ended.stdout.contains("\\tfile:turnstile.wasm\\thashed"), "{ended}");

    let sign = "sign turnstile.wasm --key interlock.key";
    for (line, code, message) in [
        (sign.to_owned(), 64, "there is no terminal to ask for a password; give --password-file"),
        (
            format!("{sign} --password-file wrong"),
            65,
            "cannot use `interlock.key` as a secret key: the password is not the one of this secret key",
        ),
        (
            format!("{sign} --password-file empty"),
            65,
            "cannot use `empty` as a password: its first line has 0 bytes, allowed are 1 to 1024",
        ),
    ] {
        let ended = folder.run(&line);
        assert_eq!((ended.error(), ended.code), (message, code), "{ended}");
    }
}

#[test]
fn mistakes_are_told() {
    let folder = with_key();
    for (line, code, message) in [
        ("sign gone.wasm --key interlock.key", 66, "cannot read `gone.wasm`: "),
        ("sign turnstile.wasm --key gone.key", 66, "cannot read `gone.key`: "),
        (
            "sign turnstile.wasm --key station.json",
            65,
            "cannot use `station.json` as a secret key: not a secret key: ",
        ),
        (
            "sign turnstile.wasm --key interlock.key --comment ' x'",
            64,
            "the trusted comment must be one line without blanks at its ends",
        ),
        ("verify turnstile.wasm --key interlock.pub", 66, "cannot read `turnstile.wasm.minisig`: "),
        ("verify turnstile.wasm --key gone.pub", 66, "cannot read `gone.pub`: "),
        (
            "verify turnstile.wasm --key station.json",
            65,
            "cannot use `station.json` as a public key: not a public key: ",
        ),
    ] {
        let ended = folder.run(line);
        assert!(ended.error().starts_with(message), "{ended}");
        assert_eq!(ended.code, code, "{ended}");
    }
}

#[test]
fn minisign_verifies_what_is_signed_and_its_signatures_are_verified() {
    let folder = with_key();
    assert_eq!(folder.run("sign turnstile.wasm --key interlock.key --comment ours").code, 0);
    let told = minisign(&folder, ["-V", "-p", "interlock.pub", "-m", "turnstile.wasm"]);
    assert!(told.contains("Trusted comment: ours"), "{told}");

    minisign(&folder, ["-S", "-s", "interlock.key", "-t", "theirs", "-m", "turnstile.wasm"]);
    let ended = folder.run("verify turnstile.wasm --key interlock.pub");
    assert!(ended.code == 0 && ended.stdout.contains("theirs"), "{ended}");

    minisign(&folder, ["-G", "-W", "-f", "-p", "their.pub", "-s", "their.key"]);
    assert_eq!(folder.run("sign turnstile.wasm --key their.key").code, 0);
    minisign(&folder, ["-V", "-p", "their.pub", "-m", "turnstile.wasm"]);
}

/// Runs the program `minisign`, and gives what it printed.
fn minisign<const N: usize>(folder: &Folder, arguments: [&str; N]) -> String {
    let program = env::var_os("INTERLOCK_MINISIGN");
    let program = program.as_deref().unwrap_or(OsStr::new("minisign"));
    let output = Command::new(program).args(arguments).current_dir(folder.0.path()).output();
    let output = output.unwrap_or_else(|error| {
        panic!(
            "cannot run {program:?}: {error}; install Debian's package minisign, \
             or name the program in INTERLOCK_MINISIGN"
        )
    });
    let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success(), "{told}");
    told
}
