//! Policies pushed to and pulled from Debian's `docker-registry`.

use insta::assert_snapshot;
use interlock_test_registry::{DockerRegistry, Setup};

use crate::{Ended, Folder};

/// `anna`, with the password `secret`.
const HTPASSWD: &str = "anna:$2b$04$PL8owvYwV4nvhvmFVma23.zcTkJH24I//oWEbqC/Lh63qeriiVeqK\n";

/// The transcript without the address and digests.
fn masked(docker: &DockerRegistry, ended: &Ended) -> String {
    let mut text = ended.to_string().replace(docker.address(), "REGISTRY");
    while let Some(place) = text.find("@sha256:") {
        text.replace_range(place..place + "@sha256:".len() + 64, "@DIGEST");
    }
    text
}

#[test]
fn a_policy_goes_to_a_registry_and_comes_back_with_its_signature() {
    let (folder, docker) = (Folder::new(), DockerRegistry::start());
    let place = format!("oci://{}/policies/turnstile", docker.address());
    assert_eq!(folder.run("keygen --no-password").code, 0);
    assert_eq!(folder.run("sign turnstile.wasm --key interlock.key").code, 0);
    let pushed = folder.run(&format!("push turnstile.wasm {place}:1.4"));
    assert_snapshot!(masked(&docker, &pushed));
    // The same again is the same artifact.
    assert_eq!(folder.run(&format!("push turnstile.wasm {place}:stable")).stdout, pushed.stdout);

    let pulled = folder.run(&format!("pull {place}:1.4 --output pulled.wasm"));
    assert_snapshot!(masked(&docker, &pulled));
    assert_eq!(pulled.stdout, pushed.stdout);
    assert_eq!(std::fs::read(folder.path("pulled.wasm")).unwrap(), interlock_policies::TURNSTILE);
    assert_eq!(folder.run("verify pulled.wasm --key interlock.pub").code, 0);
    assert_eq!(folder.run("inspect pulled.wasm").code, 0);
    let pinned = pushed.stdout.trim();
    assert_eq!(folder.run(&format!("pull {pinned} --output pinned.wasm")).stdout, pushed.stdout);
}

#[test]
fn a_policy_without_a_signature_leaves_none_behind() {
    let (folder, docker) = (Folder::new(), DockerRegistry::start());
    let place = format!("oci://{}/turnstile:1", docker.address());
    assert_eq!(folder.run(&format!("push turnstile.wasm {place}")).code, 0);
    folder.write("pulled.wasm.minisig", "of what was there before");
    assert_eq!(folder.run(&format!("pull {place} --output pulled.wasm")).code, 0);
    assert!(!folder.path("pulled.wasm.minisig").exists());
    // One that lies elsewhere is named.
    folder.write("elsewhere", "a signature");
    assert_eq!(folder.run(&format!("push turnstile.wasm {place} --signature elsewhere")).code, 0);
    assert_eq!(folder.run(&format!("pull {place} --output pulled.wasm")).code, 0);
    assert_eq!(folder.read("pulled.wasm.minisig"), "a signature");
}

#[test]
fn credentials_come_from_a_file_and_are_not_repeated() {
    let folder = Folder::new();
    let docker =
        DockerRegistry::start_with(Setup { htpasswd: Some(HTPASSWD.to_owned()), ..Setup::default() });
    let place = format!("oci://{}/turnstile:1", docker.address());
    folder.write("credentials", "anna:secret\n");
    folder.write("wrong", "anna:hunter2\n");
    folder.write("none", "hunter2\n");
    assert_eq!(folder.run(&format!("push turnstile.wasm {place} --credentials credentials")).code, 0);
    for (arguments, code, message) in [
        ("", 69, "the registry wants credentials"),
        ("--credentials wrong", 69, "the registry does not take the credentials"),
        (
            "--credentials none",
            65,
            "cannot use `none` as credentials: credentials are one line, `USER:PASSWORD` or `Bearer TOKEN`",
        ),
    ] {
        let ended = folder.run(&format!("pull {place} --output pulled.wasm {arguments}"));
        assert!(ended.error().ends_with(message), "{ended}");
        assert!(!ended.stderr.contains("hunter2"), "{ended}");
        assert_eq!(ended.code, code, "{ended}");
        assert!(!folder.path("pulled.wasm").exists());
    }
}

#[test]
fn mistakes_are_told() {
    let (folder, mut docker) = (Folder::new(), DockerRegistry::start());
    let place = format!("oci://{}/turnstile", docker.address());
    for (line, code, message) in [
        (
            format!("pull {place}:1 --output x"),
            69,
            format!("cannot pull `{place}:1`: the registry has no such manifest"),
        ),
        (
            format!("push station.json {place}:1"),
            69,
            format!("cannot push to `{place}:1`: a policy is a component: it is not WebAssembly"),
        ),
        (format!("push gone.wasm {place}:1"), 66, "cannot read `gone.wasm`: ".to_owned()),
        (format!("push turnstile.wasm {place}:1 --signature gone"), 66, "cannot read `gone`: ".to_owned()),
        (format!("pull {place}:1 --output x --credentials gone"), 66, "cannot read `gone`: ".to_owned()),
        (
            format!("pull {place}:1 --output x --ca station.json"),
            65,
            "cannot use `station.json` as certificates: no certificate in PEM form is in it".to_owned(),
        ),
        (
            "pull oci://localhost/turnstile --output x".to_owned(),
            64,
            "invalid value 'oci://localhost/turnstile' for '<REFERENCE>': a tag or a digest is missing"
                .to_owned(),
        ),
    ] {
        let ended = folder.run(&line);
        assert!(ended.error().starts_with(&message), "{ended}");
        assert_eq!(ended.code, code, "{ended}");
    }
    docker.stop();
    let ended = folder.run(&format!("pull {place}:1 --output x"));
    assert!(
        ended.error().starts_with(&format!("cannot pull `{place}:1`: the registry cannot be reached: ")),
        "{ended}"
    );
    assert_eq!(ended.code, 69);
}
