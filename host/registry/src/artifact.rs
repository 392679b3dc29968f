//! A policy as an artifact: its manifest, made and read.

use std::collections::BTreeMap;
use std::time::SystemTime;

use ct_codecs::{Base64, Decoder, Encoder};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::component::Config;
use crate::error::{Mismatch, quoted};
use crate::{Digest, RegistryError};

/// The annotation of a policy's layer that holds its minisign signature: the text of the `.minisig` file, in
/// Base64.
///
/// In Base64 since the text has several lines, and not every program that writes manifests writes line ends in
/// an annotation so that they can be read again.
pub const SIGNATURE_ANNOTATION: &str = "interlock.policy.minisign";

/// Most bytes of a signature in an artifact.
pub const MAX_SIGNATURE_BYTES: usize = 16 << 10;

/// The form of manifests that is written, and the only one that is taken.
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// All forms of manifests that a registry may have, so that what is of another kind is told from what is not
/// there.
pub(crate) const ACCEPTED: &str = "application/vnd.oci.image.manifest.v1+json, \
     application/vnd.oci.image.index.v1+json, \
     application/vnd.docker.distribution.manifest.v2+json, \
     application/vnd.docker.distribution.manifest.list.v2+json";

const CONFIG: &str = "application/vnd.wasm.config.v0+json";
const LAYER: &str = "application/wasm";

/// What is pushed.
#[derive(Clone, Copy, Debug)]
pub struct Artifact<'a> {
    /// The policy: a component.
    pub bytes: &'a [u8],
    /// The text of its minisign signature. It is carried along, not verified.
    pub signature: Option<&'a str>,
    /// When the artifact says that it was made. Equal artifacts have equal digests.
    pub created: SystemTime,
}

/// What a registry is to have of an artifact.
pub(crate) struct Packed {
    pub(crate) config: Vec<u8>,
    pub(crate) manifest: Vec<u8>,
}

/// What a manifest says of its policy.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Layer {
    pub(crate) digest: Digest,
    pub(crate) size: u64,
    pub(crate) signature: Option<String>,
}

impl Artifact<'_> {
    /// The artifact's configuration and manifest.
    ///
    /// # Errors
    ///
    /// [`RegistryError::NotComponent`], and [`RegistryError::TooLarge`] where the signature is no signature.
    pub(crate) fn pack(&self) -> Result<Packed, RegistryError> {
        let signature = self.signature.map(encode_signature).transpose()?;
        let config = json(&Config::new(self.bytes, self.created)?)?;
        let annotations =
            signature.map(|encoded| BTreeMap::from([(SIGNATURE_ANNOTATION.to_owned(), encoded)]));
        let manifest = json(&Manifest {
            schema_version: 2,
            media_type: Some(MANIFEST.to_owned()),
            manifests: None,
            config: Some(Descriptor::new(CONFIG, &config, None)),
            layers: Some(vec![Descriptor::new(LAYER, self.bytes, annotations)]),
        })?;
        Ok(Packed { config, manifest })
    }
}

impl Layer {
    /// Finds the policy in a manifest.
    ///
    /// # Errors
    ///
    /// [`RegistryError::Manifest`] where it is no manifest, [`RegistryError::OtherKind`] where it is not one of
    /// a policy, [`RegistryError::TooLarge`].
    pub(crate) fn find(manifest: &[u8], max_bytes: u64) -> Result<Self, RegistryError> {
        let manifest: Manifest = serde_json::from_slice(manifest).map_err(RegistryError::Manifest)?;
        let other = |reason| Err(RegistryError::OtherKind { reason });
        if manifest.manifests.is_some() {
            return other("it is an index of several manifests".to_owned());
        }
        let config = manifest.config.map(|config| config.media_type).unwrap_or_default();
        if config != CONFIG {
            let config = quoted(&config);
            return other(format!("its configuration is {config}, that of a policy is `{CONFIG}`"));
        }
        let mut layers = manifest.layers.unwrap_or_default();
        let (Some(layer), 0) = (layers.pop(), layers.len()) else {
            let layers = if layers.is_empty() { 0 } else { layers.len() + 1 };
            return other(format!("it has {layers} layers, a policy has one"));
        };
        if layer.media_type != LAYER {
            let layer = quoted(&layer.media_type);
            return other(format!("its layer is {layer}, that of a policy is `{LAYER}`"));
        }
        if layer.size > max_bytes {
            return Err(RegistryError::TooLarge {
                what: "policy",
                bytes: Some(layer.size),
                allowed: max_bytes,
            });
        }
        let digest = layer.digest.parse().map_err(|_| RegistryError::Mismatch {
            what: "layer",
            mismatch: Mismatch::Digest { wanted: "a SHA-256".to_owned(), found: quoted(&layer.digest) },
        })?;
        let signature = layer.annotations.as_ref().and_then(|all| all.get(SIGNATURE_ANNOTATION));
        let signature = signature.map(|encoded| decode_signature(encoded)).transpose()?;
        Ok(Self { digest, size: layer.size, signature })
    }
}

fn encode_signature(text: &str) -> Result<String, RegistryError> {
    limit_signature(text.len())?;
    Base64::encode_to_string(text).map_err(|_| RegistryError::Signature)
}

fn decode_signature(encoded: &str) -> Result<String, RegistryError> {
    limit_signature(encoded.len() / 4 * 3)?;
    let text = Base64::decode_to_vec(encoded, None).map_err(|_| RegistryError::Signature)?;
    String::from_utf8(text).map_err(|_| RegistryError::Signature)
}

fn limit_signature(bytes: usize) -> Result<(), RegistryError> {
    if bytes <= MAX_SIGNATURE_BYTES {
        return Ok(());
    }
    let (bytes, allowed) = (Some(bytes as u64), MAX_SIGNATURE_BYTES as u64);
    Err(RegistryError::TooLarge { what: "signature", bytes, allowed })
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, RegistryError> {
    serde_json::to_vec(value).map_err(RegistryError::Manifest)
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    schema_version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    media_type: Option<String>,
    /// What an index has instead of a configuration and layers.
    #[serde(skip_serializing)]
    manifests: Option<IgnoredAny>,
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<Descriptor>,
    #[serde(skip_serializing_if = "Option::is_none")]
    layers: Option<Vec<Descriptor>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    media_type: String,
    digest: String,
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotations: Option<BTreeMap<String, String>>,
}

impl Descriptor {
    fn new(media_type: &str, bytes: &[u8], annotations: Option<BTreeMap<String, String>>) -> Self {
        Self {
            media_type: media_type.to_owned(),
            digest: Digest::of(bytes).to_string(),
            size: bytes.len() as u64,
            annotations,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn policy() -> Vec<u8> {
        wat::parse_str("(component)").unwrap()
    }

    fn artifact<'a>(bytes: &'a [u8], signature: Option<&'a str>) -> Artifact<'a> {
        Artifact { bytes, signature, created: SystemTime::UNIX_EPOCH }
    }

    #[test]
    fn what_is_packed_is_found_again() {
        let bytes = policy();
        for signature in [None, Some("untrusted comment: x\n…\n")] {
            let manifest = artifact(&bytes, signature).pack().unwrap().manifest;
            let wanted = Layer {
                digest: Digest::of(&bytes),
                size: bytes.len() as u64,
                signature: signature.map(str::to_owned),
            };
            assert_eq!(Layer::find(&manifest, 1000).unwrap(), wanted);
        }
    }

    #[test]
    fn what_is_no_component_is_not_packed() {
        let torn = &wat::parse_str(r#"(component (core module (memory 1)))"#).unwrap()[..20];
        let cases = [
            (&b"text"[..], "it is not WebAssembly"),
            (b"\0asm\x01\0\0\0", "it is a core module"),
            (torn, "it is damaged"),
        ];
        for (bytes, wanted) in cases {
            let error = artifact(bytes, None).pack().err().unwrap();
            assert_eq!(error.to_string(), format!("a policy is a component: {wanted}"));
        }
    }

    #[test]
    fn a_signature_that_is_too_long_or_no_text_is_neither_written_nor_read() {
        let (bytes, long) = (policy(), "x".repeat(MAX_SIGNATURE_BYTES + 1));
        let error = artifact(&bytes, Some(&long)).pack().err().unwrap();
        assert_eq!(error.to_string(), "the signature is too large: 16385 bytes, allowed are 16384");
        let manifest = artifact(&bytes, Some("text")).pack().unwrap().manifest;
        let manifest = String::from_utf8(manifest).unwrap();
        let with = |encoded: &str| {
            let manifest = manifest.replace(&Base64::encode_to_string("text").unwrap(), encoded);
            Layer::find(manifest.as_bytes(), 1000).unwrap_err()
        };
        let long = Base64::encode_to_string(&long).unwrap();
        assert_eq!(with(&long).to_string(), "the signature is too large: 16386 bytes, allowed are 16384");
        for wrong in ["text in clear", "/////w=="] {
            assert_eq!(with(wrong).to_string(), "the signature in the manifest is not text in Base64");
        }
    }

    #[test]
    fn every_other_kind_of_manifest_is_told() {
        let manifest = String::from_utf8(artifact(&policy(), None).pack().unwrap().manifest).unwrap();
        let layer = manifest.split_once("[").unwrap().1.trim_end_matches("]}").to_owned();
        let digest = Digest::of(&policy()).to_string();
        let cases = [
            (
                r#"{"schemaVersion": 2, "manifests": []}"#.to_owned(),
                "not a policy: it is an index of several manifests",
            ),
            (
                r#"{"schemaVersion": 2}"#.to_owned(),
                "not a policy: its configuration is ``, that of a policy is `application/vnd.wasm.config.v0+json`",
            ),
            (
                manifest.replace(CONFIG, "a\\nb"),
                "not a policy: its configuration is `a\\nb`, that of a policy is `application/vnd.wasm.config.v0+json`",
            ),
            (manifest.replace(&layer, ""), "not a policy: it has 0 layers, a policy has one"),
            (
                manifest.replace(&layer, &format!("{layer},{layer}")),
                "not a policy: it has 2 layers, a policy has one",
            ),
            (
                manifest.replace(LAYER, "application/tar"),
                "not a policy: its layer is `application/tar`, that of a policy is `application/wasm`",
            ),
            (
                manifest.replace(&digest, "sha512:12"),
                "the layer does not match: it has digest `sha512:12`, wanted is a SHA-256",
            ),
            (
                manifest.replace("\"size\":8", "\"size\":8000"),
                "the policy is too large: 8000 bytes, allowed are 1000",
            ),
            ("{}".to_owned(), "the manifest cannot be read"),
            ("[".repeat(100_000), "the manifest cannot be read"),
        ];
        for (manifest, wanted) in cases {
            let error = Layer::find(manifest.as_bytes(), 1000).unwrap_err();
            assert_eq!(error.to_string(), wanted);
        }
    }

    proptest! {
        #[test]
        fn nothing_panics_on_any_manifest(bytes in prop::collection::vec(any::<u8>(), 0..200), place in any::<prop::sample::Index>(), byte: u8) {
            let _ = Layer::find(&bytes, 1000);
            let mut manifest = artifact(&policy(), Some("x")).pack().unwrap().manifest;
            let place = place.index(manifest.len());
            manifest[place] = byte;
            let _ = Layer::find(&manifest, 1000);
            let _ = artifact(&[b"\0asm\x0d\0\x01\0", &bytes[..]].concat(), None).pack();
        }
    }
}
