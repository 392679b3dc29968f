//! TLS by ring, as a client and as a server. No provider is installed for the whole process: that is for whoever owns
//! the process to choose.

use std::io;
use std::sync::Arc;

use interlock_registry::{Authorities, RegistryError};
use reqwest::ClientBuilder;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::Tls;

/// A client of HTTP that trusts what the system trusts, and these.
///
/// # Errors
///
/// [`RegistryError::Setup`].
pub(crate) fn client(authorities: &Authorities) -> Result<ClientBuilder, RegistryError> {
    Ok(reqwest::Client::builder()
        .user_agent(concat!("interlock/", env!("CARGO_PKG_VERSION")))
        .tls_backend_preconfigured(authorities.tls()?))
}

/// What a listener needs.
///
/// # Errors
///
/// What is wrong with certificate or key.
pub(crate) fn listener(tls: &Tls) -> io::Result<ServerConfig> {
    let certificates: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(&tls.certificate).and_then(Iterator::collect);
    let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(io::Error::other)?;
    let provider = Arc::new(ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(certificates.map_err(io::Error::other)?, key)
        .map_err(io::Error::other)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
