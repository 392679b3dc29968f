//! Debian's `docker-registry`. By the name of this module whoever has no such program leaves the tests out.

use std::time::SystemTime;

use interlock_registry::{Artifact, Digest, Options, Reference, Registry};
use interlock_signature::{SecretKey, sign};
use interlock_test_registry::{DockerRegistry, Setup};

use super::Site;
use crate::guests::{OLD, version};

/// `anna`, with the password `secret`.
const HTPASSWD: &str = "anna:$2b$04$PL8owvYwV4nvhvmFVma23.zcTkJH24I//oWEbqC/Lh63qeriiVeqK\n";

fn stable(docker: &DockerRegistry) -> String {
    format!("oci://{}/policies/door:stable", docker.address())
}

async fn push(docker: &DockerRegistry, options: &Options, bytes: &[u8], signature: Option<&str>) -> Digest {
    let artifact = Artifact { bytes, signature, created: SystemTime::UNIX_EPOCH };
    let reference = Reference::parse(&stable(docker)).unwrap();
    Registry::new(options).unwrap().push(&reference, &artifact).await.unwrap()
}

#[tokio::test]
async fn a_tag_that_moves_is_followed_and_a_registry_that_goes_away_touches_nothing() {
    let mut docker = DockerRegistry::start();
    push(&docker, &Options::default(), &version(OLD), None).await;
    let source = format!("source = \"{}\"\npoll = \"100ms\"\n", stable(&docker));
    let site = Site::start(tempfile::tempdir().unwrap(), &source).await;
    assert_eq!(site.version().await, OLD);
    let mut digest = None;
    let moved = async || {
        digest = Some(push(&docker, &Options::default(), &version("1.1.0"), None).await);
    };
    let promoted = site.promoted(moved).await;
    assert_eq!(site.version().await, "1.1.0");
    let exact = format!("oci://{}/policies/door@{}", docker.address(), digest.unwrap());
    assert_eq!(promoted.rollouts[0].origin, exact, "it says exactly what was pulled");

    // Under requests: each is answered, and by the version that answered before.
    docker.stop();
    let mut answered = 0;
    let before = site.failed_looks().await;
    while site.failed_looks().await < before + 3 {
        assert_eq!(site.version().await, "1.1.0");
        answered += 1;
    }
    assert!(answered > 0);
    docker.restart();
    site.promoted(async || _ = push(&docker, &Options::default(), &version("1.2.0"), None).await).await;
    assert_eq!(site.version().await, "1.2.0");
}

#[tokio::test]
async fn a_registry_that_hangs_keeps_nobody_waiting() {
    let docker = DockerRegistry::start();
    push(&docker, &Options::default(), &version(OLD), None).await;
    let source = format!("source = \"{}\"\npoll = \"100ms\"\ntimeout = \"1h\"\n", stable(&docker));
    let site = Site::start(tempfile::tempdir().unwrap(), &source).await;
    site.promoted(async || _ = push(&docker, &Options::default(), &version("1.1.0"), None).await).await;
    docker.pause();
    // A few looks later one waits for the registry, for an hour.
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let nothing = serde_json::json!({});
    let back = site.service.post("/v1/policies/door/rollouts/rollback", &nothing);
    let back = tokio::time::timeout(std::time::Duration::from_secs(60), back).await.unwrap().json();
    assert_eq!((&*back["status"].to_string(), &*site.version().await), ("\"rolled-back\"", OLD));
    tokio::time::timeout(std::time::Duration::from_secs(60), site.stop()).await.unwrap();
    docker.resume();
}

#[tokio::test]
async fn the_signature_of_an_artifact_counts_and_one_that_comes_later_too() {
    let docker = DockerRegistry::start();
    let key = SecretKey::generate(None).unwrap();
    let bytes = version(OLD);
    push(&docker, &Options::default(), &bytes, None).await;
    let public = key.public_key();
    let source = format!("source = \"{}\"\npoll = \"100ms\"\nkeys = [\"{public}\"]\n", stable(&docker));
    let site = Site::start_unready(tempfile::tempdir().unwrap(), &source).await;
    let refused = site.service.until_newest("door", interlock_server::Status::Refused).await;
    assert_eq!(refused.rollouts[0].steps.last().unwrap().detail, "it is not signed");

    let signature = sign(&bytes, &key, "release 1").unwrap();
    let signed = async || _ = push(&docker, &Options::default(), &bytes, Some(&signature)).await;
    let promoted = site.promoted(signed).await;
    assert_eq!(promoted.rollouts[0].candidate.signed_by, Some(public.id().to_string()));
    // Whoever runs the policy elsewhere gets the signature as it came.
    let served = site.service.get("/v1/policies/door/policy.wasm.minisig").await;
    assert_eq!(String::from_utf8(served.body).unwrap(), signature);
}

#[tokio::test]
async fn a_registry_with_tls_and_a_password_needs_the_files_that_the_configuration_names() {
    let key = rcgen::KeyPair::generate().unwrap();
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let certificate = rcgen::CertificateParams::new(names).unwrap().self_signed(&key).unwrap();
    let docker = DockerRegistry::start_with(Setup {
        htpasswd: Some(HTPASSWD.to_owned()),
        tls: Some((certificate.pem(), key.serialize_pem())),
        ..Setup::default()
    });
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ca.pem"), certificate.pem()).unwrap();
    std::fs::write(folder.path().join("credentials"), "anna:secret\n").unwrap();
    std::fs::write(folder.path().join("wrong"), "anna:hunter2\n").unwrap();
    let options = Options {
        plain_http: interlock_registry::PlainHttp::Never,
        credentials: Some(interlock_registry::Credentials::read(&folder.path().join("credentials")).unwrap()),
        authorities: interlock_registry::Authorities::read(&folder.path().join("ca.pem")).unwrap(),
        ..Options::default()
    };
    push(&docker, &options, &version(OLD), None).await;

    let source = format!("source = \"{}\"\npoll = \"100ms\"\n", stable(&docker));
    let mut folder = folder;
    for without in ["", "ca = \"ca.pem\"\n", "ca = \"ca.pem\"\ncredentials = \"wrong\"\n"] {
        let site = Site::start_unready(folder, &format!("{source}{without}")).await;
        site.until_looks_fail(2).await;
        assert_eq!(site.service.get("/readyz").await.status, 503);
        folder = site.stop().await;
    }
    let whole = format!("{source}ca = \"ca.pem\"\ncredentials = \"credentials\"\n");
    let site = Site::start(folder, &whole).await;
    assert_eq!(site.version().await, OLD);
}
