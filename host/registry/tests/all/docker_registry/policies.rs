use interlock_registry::{Pulled, RegistryError};
use interlock_test_registry::DockerRegistry;

use crate::{SIGNATURE, artifact, policy, push, reference, registry};

#[tokio::test]
async fn what_is_pushed_is_pulled_signature_included() {
    let docker = DockerRegistry::start();
    let tag = reference(&docker, ":1.4");
    let bytes = policy(1);
    for signature in [None, Some(SIGNATURE)] {
        let manifest_digest = registry().push(&tag, &artifact(&bytes, signature)).await.unwrap();
        let wanted =
            Pulled { manifest_digest, bytes: bytes.clone(), signature: signature.map(str::to_owned) };
        assert_eq!(registry().pull(&tag).await.unwrap(), wanted);
        assert_eq!(registry().pull(&tag.at(manifest_digest)).await.unwrap(), wanted);
    }
}

#[tokio::test]
async fn a_tag_is_asked_for_its_digest_and_follows_what_is_pushed() {
    let docker = DockerRegistry::start();
    let (registry, tag) = (registry(), reference(&docker, ":stable"));
    let (old, first) = push(&docker, ":stable", 1).await;
    assert_eq!(registry.resolve(&tag).await.unwrap(), first);
    // The same again moves nothing.
    assert_eq!(push(&docker, ":stable", 1).await.1, first);
    assert_eq!(registry.resolve(&tag).await.unwrap(), first);

    let (new, second) = push(&docker, ":stable", 2).await;
    assert_ne!(first, second);
    assert_eq!(registry.resolve(&tag).await.unwrap(), second);
    assert_eq!(registry.pull(&tag).await.unwrap().bytes, new);
    // What the tag stood for is there still.
    assert_eq!(registry.pull(&tag.at(first)).await.unwrap().bytes, old);
    // A signature alone makes another version of the same policy.
    let signed = registry.push(&tag, &artifact(&new, Some(SIGNATURE))).await.unwrap();
    assert_ne!(signed, second);
    assert_eq!(registry.resolve(&tag).await.unwrap(), signed);
}

#[tokio::test]
async fn what_is_not_there_is_told() {
    let docker = DockerRegistry::start();
    let (_, digest) = push(&docker, ":1", 1).await;
    let elsewhere =
        interlock_registry::Reference::parse(&format!("oci://{}/other:1", docker.address())).unwrap();
    for absent in [reference(&docker, ":2"), elsewhere.clone(), elsewhere.at(digest)] {
        let error = registry().pull(&absent).await.unwrap_err();
        assert_eq!(error.to_string(), "the registry has no such manifest", "{absent}");
    }
    let error = registry().resolve(&reference(&docker, ":2")).await.unwrap_err();
    assert!(matches!(error, RegistryError::Absent { what: "manifest" }));
}

#[tokio::test]
async fn a_digest_stands_for_itself_and_is_not_pushed_to() {
    let docker = DockerRegistry::start();
    let (bytes, digest) = push(&docker, ":1", 1).await;
    let pinned = reference(&docker, ":1").at(digest);
    let error = registry().push(&pinned, &artifact(&bytes, None)).await.unwrap_err();
    assert_eq!(error.to_string(), "push to a tag: a digest follows from what is pushed");
    drop(docker);
    assert_eq!(registry().resolve(&pinned).await.unwrap(), digest);
}
