//! What holds of every signature, and that the program `minisign` agrees.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use interlock_signature::{PublicKey, SecretKey, VerifyError, beside, read_signature, sign, verify};
use proptest::prelude::*;

const POLICY: &[u8] = b"\0asm and so on";

static KEY: LazyLock<SecretKey> = LazyLock::new(|| SecretKey::generate(None).unwrap());
static OTHER: LazyLock<SecretKey> = LazyLock::new(|| SecretKey::generate(None).unwrap());
static SIGNATURE: LazyLock<String> =
    LazyLock::new(|| sign(POLICY, &KEY, "timestamp:1\tfile:policy.wasm").unwrap());

/// A signature of the older form, over the bytes `test` themselves, and its key.
const LEGACY_KEY: &str = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
const LEGACY: &str = "untrusted comment: signature from minisign secret key
RWQf6LRCGA9i59SLOFxz6NxvASXDJeRtuZykwQepbDEGt87ig1BNpWaVWuNrm73YiIiJbq71Wi+dP9eKL8OC351vwIasSSbXxwA=
trusted comment: timestamp:1555779966\tfile:test
QtKMXWyYcwdpZAlPF7tE2ENJkRd1ujvKjlj1m9RtHTBnZPa5WKU5uWRs5GoP5M/VqE81QFuMKI5k/SfNQUaOAA==
";

#[test]
fn a_signature_is_accepted_from_any_of_several_keys() {
    let keys = [OTHER.public_key(), KEY.public_key()];
    let verified = verify(POLICY, &*SIGNATURE, &keys).unwrap();
    assert_eq!(
        (verified.key, verified.trusted_comment.as_str()),
        (KEY.id(), "timestamp:1\tfile:policy.wasm")
    );
}

#[test]
fn the_older_form_is_verified_too() {
    let key = PublicKey::parse(LEGACY_KEY).unwrap();
    assert_eq!(
        verify(b"test", LEGACY, std::slice::from_ref(&key)).unwrap().trusted_comment,
        "timestamp:1555779966\tfile:test"
    );
    assert_eq!(
        verify(b"Test", LEGACY, std::slice::from_ref(&key)),
        Err(VerifyError::OtherBytes { key: key.id() })
    );
}

#[test]
fn every_refusal_tells_its_reason() {
    let (key, other) = (KEY.id(), OTHER.id());
    let keys = [KEY.public_key()];
    let lines: Vec<&str> = SIGNATURE.lines().collect();
    let line = |place: usize, text: &str| {
        let mut lines = lines.clone();
        lines[place] = text;
        lines.join("\n")
    };
    let foreign = sign(POLICY, &OTHER, "x").unwrap();
    // Signed by the other key, in the name of this one.
    let forged = {
        use ct_codecs::{Base64, Decoder, Encoder};
        let decode = |line: &str| Base64::decode_to_vec(line, None).unwrap();
        let mut bytes = decode(foreign.lines().nth(1).unwrap());
        bytes[2..10].copy_from_slice(&decode(lines[1])[2..10]);
        foreign.replace(foreign.lines().nth(1).unwrap(), &Base64::encode_to_string(bytes).unwrap())
    };
    let cases: [(Vec<u8>, &[PublicKey], String); 16] = [
        (foreign.clone().into(), &keys, format!("signed by key `{other}`, trusted is `{key}`")),
        (foreign.into(), &[], format!("signed by key `{other}`, no key is trusted")),
        (
            LEGACY.into(),
            &[KEY.public_key(), OTHER.public_key()],
            format!("signed by key `E7620F1842B4E81F`, trusted are `{key}`, `{other}`"),
        ),
        (
            forged.into(),
            &keys,
            format!("the signature does not match: not made by key `{key}` for these bytes"),
        ),
        (
            line(2, "trusted comment: timestamp:2\tfile:policy.wasm").into(),
            &keys,
            format!("the trusted comment of the signature was changed: key `{key}` did not sign it"),
        ),
        (
            line(3, &format!("A{}", &lines[3][1..])).into(),
            &keys,
            format!("the trusted comment of the signature was changed: key `{key}` did not sign it"),
        ),
        (Vec::new(), &keys, "not a signature: it has fewer than four lines".to_owned()),
        (b"\xff\xfe".to_vec(), &keys, "not a signature: not UTF-8 text".to_owned()),
        (vec![b'\n'; 20_000], &keys, "not a signature: larger than 16 KiB".to_owned()),
        (
            line(0, "comment").into(),
            &keys,
            "not a signature: the first line does not begin with `untrusted comment: `".to_owned(),
        ),
        (
            line(1, &lines[1][4..]).into(),
            &keys,
            "not a signature: the second line is not 74 bytes in Base64".to_owned(),
        ),
        (
            line(1, &format!("X{}", &lines[1][1..])).into(),
            &keys,
            "not a signature: not of algorithm Ed25519".to_owned(),
        ),
        (
            line(2, "comment").into(),
            &keys,
            "not a signature: the third line does not begin with `trusted comment: `".to_owned(),
        ),
        (line(3, " ").into(), &keys, "not a signature: the fourth line is not 64 bytes in Base64".to_owned()),
        (
            line(3, "AAAA").into(),
            &keys,
            "not a signature: the fourth line is not 64 bytes in Base64".to_owned(),
        ),
        (
            format!("{}more", *SIGNATURE).into(),
            &keys,
            "not a signature: something follows the fourth line".to_owned(),
        ),
    ];
    for (signature, keys, message) in cases {
        let refused = verify(POLICY, &signature, keys).unwrap_err();
        assert_eq!(refused.to_string(), message, "{}", String::from_utf8_lossy(&signature));
    }
}

/// Texts near a signature: one with some of its bytes replaced, taken out or doubled.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..3_u8);
    prop::collection::vec(change, 1..6).prop_map(|changes| {
        let mut bytes = SIGNATURE.clone().into_bytes();
        for (place, byte, how) in changes {
            let place = place.index(bytes.len());
            match how {
                0 => bytes[place] = byte,
                1 => drop(bytes.remove(place)),
                _ => bytes.insert(place, byte),
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_changed_bit_is_always_refused(place in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let mut policy = POLICY.to_vec();
        policy[place.index(POLICY.len())] ^= 1 << bit;
        let refused = verify(&policy, &*SIGNATURE, &[KEY.public_key()]);
        prop_assert_eq!(refused, Err(VerifyError::OtherBytes { key: KEY.id() }));
    }

    #[test]
    fn a_damaged_signature_is_refused_or_says_the_same(signature in damaged()) {
        if let Ok(verified) = verify(POLICY, &signature, &[KEY.public_key()]) {
            prop_assert_eq!(verified.trusted_comment, "timestamp:1\tfile:policy.wasm");
        }
    }

    #[test]
    fn nothing_panics_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400), lines in "(\\PC{0,90}\n){0,6}") {
        for text in [&bytes[..], lines.as_bytes()] {
            prop_assert!(verify(POLICY, text, &[KEY.public_key()]).is_err());
            let text = String::from_utf8_lossy(text);
            prop_assert!(PublicKey::parse(&text).is_err());
            prop_assert!(SecretKey::parse(&text, Some("x")).is_err());
        }
    }

    #[test]
    fn any_comment_that_is_one_line_comes_back(comment in "[^\\pC\\pZ]{0,10}(\t[^\\pC\\pZ]{1,10}){0,4}") {
        prop_assume!(comment.trim() == comment);
        let signature = sign(POLICY, &KEY, &comment).unwrap();
        prop_assert_eq!(verify(POLICY, signature, &[KEY.public_key()]).unwrap().trusted_comment, comment);
    }
}

#[test]
fn files_that_are_no_text_or_too_large_are_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    for content in [vec![0xff; 10], vec![b'a'; 1 << 20]] {
        fs::write(&path, content).unwrap();
        assert!(PublicKey::read(&path).is_err());
        assert!(SecretKey::read(&path, None).is_err());
        assert!(read_signature(&path).is_err());
    }
}

#[test]
fn minisign_verifies_what_we_sign() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.wasm");
    fs::write(&file, POLICY).unwrap();
    fs::write(folder.path().join("key.pub"), KEY.public_key().to_text()).unwrap();
    fs::write(beside(&file), &*SIGNATURE).unwrap();

    let told = minisign(folder.path(), ["-V", "-p", "key.pub", "-m", "policy.wasm"], "").unwrap();
    assert!(told.contains("Trusted comment: timestamp:1\tfile:policy.wasm"), "{told}");
    // With our key, the program signs too.
    fs::write(folder.path().join("key"), KEY.to_text()).unwrap();
    minisign(folder.path(), ["-S", "-s", "key", "-m", "policy.wasm"], "").unwrap();
    verify(POLICY, read_signature(&beside(&file)).unwrap(), &[KEY.public_key()]).unwrap();
    fs::write(&file, b"something else").unwrap();
    minisign(folder.path(), ["-V", "-p", "key.pub", "-m", "policy.wasm"], "").unwrap_err();
}

#[test]
fn we_verify_what_minisign_signs() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.wasm");
    fs::write(&file, POLICY).unwrap();
    minisign(folder.path(), ["-G", "-W", "-p", "key.pub", "-s", "key"], "").unwrap();
    let key = PublicKey::read(&folder.path().join("key.pub")).unwrap();
    // Hashed before it is signed, and in the older form.
    for form in ["-H", "-l"] {
        minisign(folder.path(), ["-S", form, "-s", "key", "-t", "release 7", "-m", "policy.wasm"], "")
            .unwrap();
        let signature = read_signature(&beside(&file)).unwrap();
        let verified = verify(POLICY, signature, std::slice::from_ref(&key)).unwrap();
        assert_eq!((verified.key, verified.trusted_comment.as_str()), (key.id(), "release 7"));
    }
    // And we sign with its key.
    let secret = SecretKey::read(&folder.path().join("key"), None).unwrap();
    assert_eq!(secret.public_key(), key);
    fs::write(beside(&file), sign(POLICY, &secret, "ours").unwrap()).unwrap();
    minisign(folder.path(), ["-V", "-p", "key.pub", "-m", "policy.wasm"], "").unwrap();
}

#[test]
fn minisign_signs_with_our_encrypted_key_and_we_with_its() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.wasm");
    fs::write(&file, POLICY).unwrap();
    let ours = SecretKey::generate(Some("a password")).unwrap();
    fs::write(folder.path().join("ours"), ours.to_text()).unwrap();
    minisign(folder.path(), ["-S", "-s", "ours", "-m", "policy.wasm"], "a password\n").unwrap();
    verify(POLICY, read_signature(&beside(&file)).unwrap(), &[ours.public_key()]).unwrap();

    minisign(folder.path(), ["-G", "-p", "key.pub", "-s", "key"], "a password\na password\n").unwrap();
    let theirs = SecretKey::read(&folder.path().join("key"), Some("a password")).unwrap();
    assert_eq!(theirs.public_key(), PublicKey::read(&folder.path().join("key.pub")).unwrap());
    assert!(SecretKey::read(&folder.path().join("key"), None).is_err());
}

/// Runs the program `minisign`; gives what it printed, as an error where it failed.
fn minisign<const N: usize>(folder: &Path, arguments: [&str; N], input: &str) -> Result<String, String> {
    use std::io::Write;

    let program = env::var_os("INTERLOCK_MINISIGN");
    let program = program.as_deref().unwrap_or(OsStr::new("minisign"));
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| {
            panic!(
                "cannot run {program:?}: {error}; install Debian's package minisign, \
                 or name the program in INTERLOCK_MINISIGN"
            )
        });
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8_lossy(&told).into_owned();
    if output.status.success() { Ok(told) } else { Err(told) }
}
