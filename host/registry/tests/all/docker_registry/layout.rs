//! Artifacts have the layout for WebAssembly: in the JSON that is written, and for a client that others wrote.

use std::collections::BTreeMap;

use ct_codecs::{Base64, Encoder};
use interlock_registry::{RegistryError, SIGNATURE_ANNOTATION};
use interlock_test_registry::DockerRegistry;
use oci_client::client::{ClientConfig, ClientProtocol, Config, ImageLayer};
use oci_client::manifest::{OciDescriptor, OciImageManifest};
use oci_client::secrets::RegistryAuth;
use oci_client::{Client, Reference};

use crate::{SIGNATURE, artifact, policy, reference, registry};

const CONFIG: &str = "application/vnd.wasm.config.v0+json";
const LAYER: &str = "application/wasm";

#[tokio::test]
async fn the_manifest_and_the_configuration_are_those_of_the_layout() {
    let docker = DockerRegistry::start();
    let bytes = policy(1);
    let digest =
        registry().push(&reference(&docker, ":1"), &artifact(&bytes, Some(SIGNATURE))).await.unwrap();
    let read = |digest: &str| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(docker.blob(digest)).unwrap()).unwrap()
    };
    let manifest = read(&digest.to_string());
    insta::assert_json_snapshot!("manifest", manifest);
    insta::assert_json_snapshot!("configuration", read(manifest["config"]["digest"].as_str().unwrap()));
}

#[tokio::test]
async fn another_client_pulls_what_we_push() {
    let docker = DockerRegistry::start();
    let bytes = policy(1);
    let digest =
        registry().push(&reference(&docker, ":1"), &artifact(&bytes, Some(SIGNATURE))).await.unwrap();
    let pulled = client().pull(&theirs(&docker, "1"), &RegistryAuth::Anonymous, vec![LAYER]).await.unwrap();
    assert_eq!(pulled.digest, Some(digest.to_string()));
    assert_eq!(pulled.config.media_type, CONFIG);
    let [layer] = &pulled.layers[..] else { panic!("{} layers", pulled.layers.len()) };
    assert_eq!((&layer.data[..], layer.media_type.as_str()), (&bytes[..], LAYER));
}

#[tokio::test]
async fn we_pull_what_another_client_pushes() {
    let docker = DockerRegistry::start();
    let bytes = policy(1);
    for signature in [None, Some(SIGNATURE)] {
        let annotations = signature.map(|text| {
            BTreeMap::from([(SIGNATURE_ANNOTATION.to_owned(), Base64::encode_to_string(text).unwrap())])
        });
        let layer = ImageLayer::new(bytes.clone(), LAYER.to_owned(), annotations);
        foreign(&docker, CONFIG, vec![layer]).await;
        let pulled = registry().pull(&reference(&docker, ":1")).await.unwrap();
        assert_eq!((pulled.bytes, pulled.signature.as_deref()), (bytes.clone(), signature));
    }
}

#[tokio::test]
async fn an_artifact_of_another_kind_is_refused() {
    let docker = DockerRegistry::start();
    let layer = |media_type: &str| ImageLayer::new(policy(1), media_type.to_owned(), None);
    let image = "application/vnd.oci.image.config.v1+json";
    let tar = "application/vnd.oci.image.layer.v1.tar+gzip";
    let cases = [
        (
            image,
            vec![layer(tar)],
            format!("not a policy: its configuration is `{image}`, that of a policy is `{CONFIG}`"),
        ),
        (
            CONFIG,
            vec![layer(tar)],
            format!("not a policy: its layer is `{tar}`, that of a policy is `{LAYER}`"),
        ),
        (
            CONFIG,
            vec![layer(LAYER), ImageLayer::new("more", LAYER.to_owned(), None)],
            "not a policy: it has 2 layers, a policy has one".to_owned(),
        ),
    ];
    for (config, layers, wanted) in cases {
        foreign(&docker, config, layers).await;
        let error = registry().pull(&reference(&docker, ":1")).await.unwrap_err();
        assert!(matches!(error, RegistryError::OtherKind { .. }));
        assert_eq!(error.to_string(), wanted);
    }
}

#[tokio::test]
async fn a_size_that_is_not_the_blobs_is_not_believed() {
    let docker = DockerRegistry::start();
    let bytes = policy(1);
    for (size, seen) in [(bytes.len() - 1, "less"), (bytes.len() + 1, "more")] {
        let layers = [ImageLayer::new(bytes.clone(), LAYER.to_owned(), None)];
        let config = Config::new("{}", CONFIG.to_owned(), None);
        let mut manifest = OciImageManifest::build(&layers, &config, None);
        manifest.layers = manifest
            .layers
            .into_iter()
            .map(|layer| OciDescriptor { size: i64::try_from(size).unwrap(), ..layer })
            .collect();
        let auth = RegistryAuth::Anonymous;
        client().push(&theirs(&docker, "1"), &layers, config, &auth, Some(manifest)).await.unwrap();
        let error = registry().pull(&reference(&docker, ":1")).await.unwrap_err();
        let wanted = format!("the layer does not match: it has {} bytes, wanted are {size}", bytes.len());
        assert_eq!(error.to_string(), wanted, "{seen}");
    }
}

/// Has the other client push an artifact as `:1`.
async fn foreign(docker: &DockerRegistry, config: &str, layers: Vec<ImageLayer>) {
    let config = Config::new("{}", config.to_owned(), None);
    let auth = RegistryAuth::Anonymous;
    client().push(&theirs(docker, "1"), &layers, config, &auth, None).await.unwrap();
}

fn theirs(docker: &DockerRegistry, tag: &str) -> Reference {
    format!("{}/policies/door:{tag}", docker.address()).parse().unwrap()
}

fn client() -> Client {
    // Its HTTP client wants to know, even where no TLS is spoken.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = ClientConfig { protocol: ClientProtocol::Http, ..ClientConfig::default() };
    Client::try_from(config).unwrap()
}
