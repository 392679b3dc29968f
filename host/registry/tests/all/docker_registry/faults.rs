//! Whatever a registry gives, what is pulled is what was asked for, or an error that says what is wrong.

use std::fs;
use std::time::Duration;

use interlock_registry::{Artifact, Options, Reference, Registry, RegistryError, SIGNATURE_ANNOTATION};
use interlock_test_registry::DockerRegistry;

use crate::{SIGNATURE, artifact, line, policy, push, reference, registry};

#[tokio::test]
async fn a_blob_that_was_changed_cut_or_lost_is_refused() {
    let docker = DockerRegistry::start();
    let (bytes, _) = push(&docker, ":1", 1).await;
    let blob = docker.blob(&interlock_registry::Digest::of(&bytes).to_string());
    let mut changed = bytes.clone();
    changed[20] ^= 1;
    let cases = [
        (changed, "the layer does not match: it has digest sha256:"),
        (bytes[..bytes.len() / 2].to_vec(), "the layer does not match: it has "),
        ([&bytes[..], b"more"].concat(), "the layer does not match: it has "),
        (Vec::new(), "the layer does not match: it has 0 bytes, wanted are "),
        (b"garbage".to_vec(), "the layer does not match: it has 7 bytes, wanted are "),
    ];
    for (content, wanted) in cases {
        fs::write(&blob, content).unwrap();
        let error = registry().pull(&reference(&docker, ":1")).await.unwrap_err();
        assert!(error.to_string().starts_with(wanted), "{error}");
    }
    fs::remove_file(&blob).unwrap();
    let error = registry().pull(&reference(&docker, ":1")).await.unwrap_err();
    assert_eq!(error.to_string(), "the registry has no such layer");
}

#[tokio::test]
async fn a_manifest_that_was_changed_is_refused_where_its_digest_is_known() {
    let docker = DockerRegistry::start();
    let bytes = policy(1);
    let tag = reference(&docker, ":1");
    let digest = registry().push(&tag, &artifact(&bytes, Some(SIGNATURE))).await.unwrap();
    let stored = docker.blob(&digest.to_string());
    let manifest = fs::read_to_string(&stored).unwrap();

    fs::write(&stored, manifest.replace("interlock.policy", "interlock_policy")).unwrap();
    let error = registry().pull(&tag.at(digest)).await.unwrap_err();
    assert!(
        matches!(error, RegistryError::Mismatch { what: "manifest", .. }) || is_server_fault(&error),
        "{error}"
    );

    for garbage in ["", "{", "\0\0\0\0", "[]", "{\"schemaVersion\": 2}"] {
        fs::write(&stored, garbage).unwrap();
        let error = registry().pull(&tag).await.unwrap_err();
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}

/// The registry may see by itself that its storage is damaged.
fn is_server_fault(error: &RegistryError) -> bool {
    matches!(error, RegistryError::Status { status: 500, .. })
}

#[tokio::test]
async fn what_is_too_large_is_neither_pushed_nor_read() {
    let docker = DockerRegistry::start();
    let (bytes, _) = push(&docker, ":1", 1).await;
    let size = bytes.len() as u64;
    let with = |max_bytes| Registry::new(&Options { max_bytes, ..Options::default() }).unwrap();
    assert!(with(size).pull(&reference(&docker, ":1")).await.is_ok());

    let wanted = format!("the policy is too large: {size} bytes, allowed are {}", size - 1);
    let pulled = with(size - 1).pull(&reference(&docker, ":1")).await.unwrap_err();
    assert_eq!(pulled.to_string(), wanted);
    let artifact = artifact(&bytes, None);
    let pushed = with(size - 1).push(&reference(&docker, ":2"), &artifact).await.unwrap_err();
    assert_eq!(pushed.to_string(), wanted);
}

#[tokio::test]
async fn a_manifest_or_a_signature_that_is_too_large_is_not_read() {
    let docker = DockerRegistry::start();
    let bytes = policy(1);
    let tag = reference(&docker, ":1");
    let digest = registry().push(&tag, &artifact(&bytes, Some("text"))).await.unwrap();
    let stored = docker.blob(&digest.to_string());
    let manifest = fs::read_to_string(&stored).unwrap();
    assert!(manifest.contains(SIGNATURE_ANNOTATION));
    // The registry takes up to 4 MiB.
    for (length, wanted) in [
        (40_000, "the signature is too large: 30000 bytes, allowed are 16384"),
        (2 << 20, "the manifest is too large: "),
    ] {
        let manifest = manifest.replace("dGV4dA==", &"x".repeat(length));
        put_manifest(&docker, "large", &manifest).await;
        let error = registry().pull(&reference(&docker, ":large")).await.unwrap_err();
        assert!(error.to_string().starts_with(wanted), "{error}");
    }
}

#[tokio::test]
async fn an_index_is_refused() {
    let docker = DockerRegistry::start();
    let (_, digest) = push(&docker, ":1", 1).await;
    let size = fs::metadata(docker.blob(&digest.to_string())).unwrap().len();
    let index = serde_json::json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [{
            "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest.to_string(), "size": size,
            "platform": {"architecture": "wasm", "os": "wasip2"},
        }],
    });
    put_manifest(&docker, "index", &index.to_string()).await;
    let error = registry().pull(&reference(&docker, ":index")).await.unwrap_err();
    assert_eq!(error.to_string(), "not a policy: it is an index of several manifests");
}

#[tokio::test]
async fn a_registry_that_goes_away_is_told_and_asked_again() {
    let mut docker = DockerRegistry::start();
    let (bytes, digest) = push(&docker, ":1", 1).await;
    let (registry, tag) = (registry(), reference(&docker, ":1"));
    assert_eq!(registry.resolve(&tag).await.unwrap(), digest);

    docker.stop();
    for error in [
        registry.resolve(&tag).await.unwrap_err(),
        registry.pull(&tag).await.unwrap_err(),
        registry.push(&tag, &artifact(&bytes, None)).await.unwrap_err(),
    ] {
        assert!(matches!(error, RegistryError::Unreachable(_) | RegistryError::Broken(_)), "{error:?}");
        assert!(!line(&error).contains("http"), "{}", line(&error));
    }

    docker.restart();
    assert_eq!(registry.pull(&tag).await.unwrap().bytes, bytes);
}

#[tokio::test]
async fn a_registry_that_does_not_answer_is_not_waited_for() {
    let docker = DockerRegistry::start();
    let (_, digest) = push(&docker, ":1", 1).await;
    let options = Options { timeout: Duration::from_millis(300), ..Options::default() };
    let (registry, tag) = (Registry::new(&options).unwrap(), reference(&docker, ":1"));
    docker.pause();
    // Its threads stop one after the other.
    let error = loop {
        if let Err(error) = registry.resolve(&tag).await {
            break error;
        }
    };
    assert!(matches!(error, RegistryError::Timeout(_)), "{error:?}");
    docker.resume();
    let patient = Registry::new(&Options::default()).unwrap();
    assert_eq!(patient.resolve(&tag).await.unwrap(), digest);
}

#[tokio::test]
async fn what_is_no_component_is_not_pushed() {
    let docker = DockerRegistry::start();
    for bytes in [&b"text"[..], b"\0asm\x01\0\0\0"] {
        let artifact = Artifact { bytes, ..artifact(bytes, None) };
        let error = registry().push(&reference(&docker, ":1"), &artifact).await.unwrap_err();
        assert!(matches!(error, RegistryError::NotComponent { .. }));
    }
    assert!(registry().resolve(&reference(&docker, ":1")).await.is_err());
}

#[tokio::test]
async fn what_speaks_plain_http_is_no_registry_over_tls() {
    let docker = DockerRegistry::start();
    let options = Options { plain_http: interlock_registry::PlainHttp::Never, ..Options::default() };
    let error = Registry::new(&options).unwrap().resolve(&reference(&docker, ":1")).await.unwrap_err();
    assert!(matches!(error, RegistryError::Unreachable(_)), "{error:?}");
}

#[tokio::test]
async fn a_host_that_is_not_there_is_told() {
    let reference = Reference::parse("oci://registry.invalid/door:1").unwrap();
    let error = registry().resolve(&reference).await.unwrap_err();
    assert_eq!(error.to_string(), "the registry cannot be reached");
}

/// Puts a manifest under a tag as it is.
async fn put_manifest(docker: &DockerRegistry, tag: &str, manifest: &str) {
    let json: serde_json::Value = serde_json::from_str(manifest).unwrap();
    let url = format!("http://{}/v2/policies/door/manifests/{tag}", docker.address());
    let _ = rustls::crypto::ring::default_provider().install_default();
    let response = reqwest::Client::new()
        .put(url)
        .header("content-type", json["mediaType"].as_str().unwrap())
        .body(manifest.to_owned())
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 201);
}
