//! How a registry is spoken to.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;

use crate::RegistryError;

/// Most bytes of a file with credentials, or with certificates.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// How a registry is spoken to, and how much is taken from it.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where HTTP without TLS is spoken. Default: [`PlainHttp::Loopback`].
    pub plain_http: PlainHttp,
    /// What the registry wants to know of who asks. They are for whatever registry is asked. Default: nothing.
    pub credentials: Option<Credentials>,
    /// Certificates that vouch for registries, besides those that the system trusts. Default: none.
    pub authorities: Authorities,
    /// How long a connection may take to come about. Default: 10 s.
    pub connect_timeout: Duration,
    /// How long one request may take, its answer included. A pull is two of them, a push six. Default: 60 s.
    pub timeout: Duration,
    /// Most bytes of a policy. Default: 4 MiB, as for a policy that is loaded.
    pub max_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            plain_http: PlainHttp::default(),
            credentials: None,
            authorities: Authorities::default(),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(60),
            max_bytes: 4 << 20,
        }
    }
}

/// Where HTTP without TLS is spoken. What speaks TLS never changes to plain HTTP, wherever it is sent on to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlainHttp {
    /// Nowhere.
    Never,
    /// With registries on this machine, which are always spoken to so.
    #[default]
    Loopback,
    /// With every registry: who listens on the way reads credentials, and who stands there changes tags.
    Always,
}

/// What a registry wants to know of who asks. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A user and a password, sent once the registry asks for them, to it or to the service it names.
    Basic {
        /// Without a colon.
        user: String,
        /// Any text.
        password: String,
    },
    /// A token, sent with every request.
    Bearer(String),
}

impl Credentials {
    /// Reads `USER:PASSWORD` or `Bearer TOKEN`, on one line.
    ///
    /// # Errors
    ///
    /// [`FileError::Malformed`] without a word of what was read.
    pub fn parse(text: &str) -> Result<Self, FileError> {
        let malformed = FileError::Malformed("credentials are one line, `USER:PASSWORD` or `Bearer TOKEN`");
        let line = text.trim();
        if line.chars().any(char::is_control) {
            return Err(malformed);
        }
        if let Some(token) = line.strip_prefix("Bearer ").map(str::trim) {
            let is_plain = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
            return if is_plain { Ok(Self::Bearer(token.to_owned())) } else { Err(malformed) };
        }
        match line.split_once(':') {
            Some((user, password)) if !user.is_empty() => {
                Ok(Self::Basic { user: user.to_owned(), password: password.to_owned() })
            }
            _ => Err(malformed),
        }
    }

    /// Reads them out of a file.
    ///
    /// # Errors
    ///
    /// [`FileError`].
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let text = String::from_utf8(read(path)?).map_err(|_| FileError::Malformed("not UTF-8 text"))?;
        Self::parse(&text)
    }

    /// As the header `Authorization` has them, never printed; none where they hold what no header may.
    #[must_use]
    pub fn header(&self) -> Option<HeaderValue> {
        let text = match self {
            Self::Basic { user, password } => http_auth::basic::encode_credentials(user, password),
            Self::Bearer(token) => format!("Bearer {token}"),
        };
        let mut value = HeaderValue::from_str(&text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Basic { .. } => "Basic(hidden)",
            Self::Bearer(_) => "Bearer(hidden)",
        })
    }
}

/// Certificates that vouch for registries.
#[derive(Clone, Default)]
pub struct Authorities(Vec<CertificateDer<'static>>);

impl Authorities {
    /// Reads certificates in PEM form out of a file.
    ///
    /// # Errors
    ///
    /// [`FileError::Malformed`] where there is no certificate, or one that is damaged.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let text = read(path)?;
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
        match certificates {
            Ok(certificates) if !certificates.is_empty() => Ok(Self(certificates)),
            Ok(_) => Err(FileError::Malformed("no certificate in PEM form is in it")),
            Err(_) => Err(FileError::Malformed("not certificates in PEM form")),
        }
    }

    /// TLS of a client: by ring, whatever the process uses elsewhere, with the system's certificates and these. A
    /// system without any is no error as long as nothing needs them.
    ///
    /// # Errors
    ///
    /// [`RegistryError::Setup`] where one of these cannot vouch for anything.
    pub fn tls(&self) -> Result<ClientConfig, RegistryError> {
        let setup = |error: rustls::Error| RegistryError::Setup(Box::new(error));
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        for certificate in &self.0 {
            roots.add(certificate.clone()).map_err(setup)?;
        }
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        Ok(builder.map_err(setup)?.with_root_certificates(roots).with_no_client_auth())
    }
}

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorities({})", self.0.len())
    }
}

/// Why a file with credentials or certificates is not used. Says nothing of what stands in it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FileError {
    /// It cannot be read, or is larger than 1 MiB.
    #[error("the file cannot be read")]
    Read(#[source] io::Error),
    /// It is not of the form that it should have.
    #[error("{0}")]
    Malformed(&'static str),
}

fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(FileError::Read)?;
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(FileError::Read)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(FileError::Read(io::Error::new(io::ErrorKind::InvalidData, "larger than 1 MiB")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_a_line_of_either_form() {
        let basic =
            |user: &str, password: &str| Credentials::Basic { user: user.into(), password: password.into() };
        let cases = [
            ("anna:secret\n", basic("anna", "secret")),
            ("anna:a:b c", basic("anna", "a:b c")),
            ("Bearer abc.def\r\n", Credentials::Bearer("abc.def".to_owned())),
        ];
        for (text, wanted) in cases {
            assert!(Credentials::parse(text).unwrap() == wanted, "{text}");
        }
        for text in ["", "secret", ":secret", "Bearer ", "Bearer a b", "a:b\nc:d"] {
            let told = Credentials::parse(text).unwrap_err().to_string();
            assert_eq!(told, "credentials are one line, `USER:PASSWORD` or `Bearer TOKEN`");
        }
    }

    #[test]
    fn credentials_are_not_printed() {
        let options = |text| Options { credentials: Credentials::parse(text).ok(), ..Options::default() };
        for text in ["anna:secret", "Bearer secret"] {
            let printed = format!("{:?}", options(text));
            assert!(printed.contains("hidden") && !printed.contains("secret"), "{printed}");
            assert!(!printed.contains("anna"), "{printed}");
        }
    }
}
