//! Registries as they are: Debian's `docker-registry`, and a client that others wrote.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

// By this name whoever has no such program leaves the tests out.
mod docker_registry {
    mod access;
    mod faults;
    mod layout;
    mod policies;
    mod tokens;
}

use std::time::{Duration, SystemTime};

use interlock_registry::{Artifact, Digest, Options, Reference, Registry, RegistryError};
use interlock_test_registry::DockerRegistry;

const SIGNATURE: &str =
    "untrusted comment: signature from minisign secret key\nRUT…\ntrusted comment: x\n…\n";

/// A component that exports what policies export, as far as an artifact tells of it. Each number makes another.
fn policy(number: u32) -> Vec<u8> {
    let text = format!(
        r#"(component
            (instance $decisions)
            (export "interlock:policy/decisions@0.1.0" (instance $decisions))
            (core module (memory {number})))"#
    );
    wat::parse_str(text).unwrap()
}

fn artifact<'a>(bytes: &'a [u8], signature: Option<&'a str>) -> Artifact<'a> {
    let created = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
    Artifact { bytes, signature, created }
}

fn registry() -> Registry {
    Registry::new(&Options::default()).unwrap()
}

fn reference(registry: &DockerRegistry, version: &str) -> Reference {
    Reference::parse(&format!("oci://{}/policies/door{version}", registry.address())).unwrap()
}

/// The error and its causes in one line.
fn line(error: &RegistryError) -> String {
    let mut line = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        line = format!("{line}: {error}");
        cause = error.source();
    }
    line
}

/// Pushes a policy under a tag, and gives its bytes and its digest.
async fn push(docker: &DockerRegistry, tag: &str, number: u32) -> (Vec<u8>, Digest) {
    let bytes = policy(number);
    let digest = registry().push(&reference(docker, tag), &artifact(&bytes, None)).await.unwrap();
    (bytes, digest)
}
