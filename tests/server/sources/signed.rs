//! Signatures, revocations and versions.

use std::fs;

use interlock_registry::Digest;
use interlock_server::{Status, Step};
use interlock_signature::{PublicKey, SecretKey, sign};

use super::{Site, put};
use crate::guests::{OLD, version};

fn keys(keys: &[&PublicKey]) -> String {
    let keys: Vec<String> = keys.iter().map(|key| format!("\"{key}\"")).collect();
    format!("source = \"door.wasm\"\nkeys = [{}]\n", keys.join(", "))
}

#[tokio::test]
async fn only_what_one_of_the_keys_signed_answers() {
    let [first, second, stranger] = [(); 3].map(|()| SecretKey::generate(None).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let signature = |bytes: &[u8], key: &SecretKey| sign(bytes, key, "release").unwrap();
    let offer = |folder: &std::path::Path, bytes: &[u8], signature: Option<&str>| {
        match signature {
            Some(signature) => put(folder, "door.wasm.minisig", signature.as_bytes()),
            // There is none before the first one.
            None => _ = fs::remove_file(folder.join("door.wasm.minisig")),
        }
        put(folder, "door.wasm", bytes);
    };
    let old = version(OLD);
    offer(folder.path(), &old, Some(&signature(&old, &first)));
    let site = Site::start(folder, &keys(&[&first.public_key(), &second.public_key()])).await;
    let signed_by =
        site.service.until_newest("door", Status::Promoted).await.rollouts[0].candidate.signed_by.clone();
    assert_eq!(signed_by, Some(first.public_key().id().to_string()));

    let [one, two, three] = ["1.1.0", "1.2.0", "1.3.0"].map(version);
    let forged = signature(&one, &stranger);
    let name = |key: &SecretKey| key.public_key().id();
    let cases = [
        (&one, None, "it is not signed".to_owned()),
        (
            &two,
            Some(forged.clone()),
            format!(
                "signed by key `{}`, trusted are `{}`, `{}`",
                name(&stranger),
                name(&first),
                name(&second)
            ),
        ),
        (
            &three,
            Some(signature(&one, &second)),
            format!("the signature does not match: not made by key `{}` for these bytes", name(&second)),
        ),
        (&one, Some("hello".to_owned()), "not a signature: it has fewer than four lines".to_owned()),
    ];
    for (bytes, signature, wanted) in cases {
        let (step, detail) = site.refused(async || offer(site.path(), bytes, signature.as_deref())).await;
        assert_eq!((step, detail), (Step::Signature, wanted));
        assert_eq!(site.version().await, OLD);
    }

    // The right signature comes after the policy, and is all that changes.
    let right = signature(&one, &second);
    let promoted = site.promoted(async || put(site.path(), "door.wasm.minisig", right.as_bytes())).await;
    assert_eq!(promoted.rollouts[0].candidate.signed_by, Some(name(&second).to_string()));
    assert_eq!(site.version().await, "1.1.0");
}

#[tokio::test]
async fn what_is_kept_is_verified_again_before_it_answers() {
    let key = SecretKey::generate(None).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let bytes = version(OLD);
    put(folder.path(), "door.wasm.minisig", sign(&bytes, &key, "release").unwrap().as_bytes());
    put(folder.path(), "door.wasm", &bytes);
    let demanded = keys(&[&key.public_key()]);
    let folder = Site::start(folder, &demanded).await.stop().await;
    fs::remove_file(folder.path().join("door.wasm")).unwrap();
    let folder = Site::start(folder, &demanded).await.stop().await;

    let other = keys(&[&SecretKey::generate(None).unwrap().public_key()]);
    let hash = Digest::of(&bytes).to_string().replace("sha256:", "");
    let kept = folder.path().join("state/door/versions").join(hash).join("policy.wasm.minisig");
    assert!(kept.is_file());
    let site = Site::start_unready(folder, &other).await;
    site.service.until("a failed look", async || site.failed_looks().await > 0).await;
    assert_eq!(site.service.get("/readyz").await.status, 503, "another key is demanded now");
    let folder = site.stop().await;
    fs::remove_file(kept).unwrap();
    let site = Site::start_unready(folder, &demanded).await;
    site.service.until("a failed look", async || site.failed_looks().await > 0).await;
    assert_eq!(site.service.get("/readyz").await.status, 503, "its signature is gone");
}

#[tokio::test]
async fn a_revoked_digest_is_refused_and_a_lower_version_unless_any_may_follow() {
    let revoked = version("1.2.0");
    for (versions, follows) in [("up", false), ("any", true)] {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), "door.wasm", &version("1.1.0"));
        let digest = Digest::of(&revoked);
        let policy = format!("source = \"door.wasm\"\nversions = \"{versions}\"\nrevoked = [\"{digest}\"]\n");
        let site = Site::start(folder, &policy).await;
        let (step, detail) = site.refused(async || put(site.path(), "door.wasm", &revoked)).await;
        assert_eq!((step, detail), (Step::Revocation, format!("{digest} is revoked")));

        let lower = async || put(site.path(), "door.wasm", &version(OLD));
        if follows {
            site.promoted(lower).await;
            assert_eq!(site.version().await, OLD);
        } else {
            let (step, detail) = site.refused(lower).await;
            assert_eq!(step, Step::Version);
            assert!(detail.contains("1.0.0 after 1.1.0: versions only go up"), "{detail}");
            assert_eq!(site.version().await, "1.1.0");
        }
    }
}

#[tokio::test]
async fn what_was_revoked_since_is_not_started_from() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "door.wasm", &version(OLD));
    let folder = Site::start(folder, "source = \"door.wasm\"\n").await.stop().await;
    let revoked = format!("source = \"door.wasm\"\nrevoked = [\"{}\"]\n", Digest::of(&version(OLD)));
    let site = Site::start_unready(folder, &revoked).await;
    let refused = site.service.until_newest("door", Status::Refused).await;
    assert_eq!(refused.rollouts[0].steps.last().unwrap().step, Step::Revocation);
    assert_eq!(site.service.get("/readyz").await.status, 503);
}
