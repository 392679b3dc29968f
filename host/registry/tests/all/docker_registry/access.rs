//! Registries that ask who wants something, and those that speak TLS.

use interlock_registry::{Authorities, Credentials, Options, PlainHttp, Registry, RegistryError};
use interlock_test_registry::{DockerRegistry, Setup};

use crate::{artifact, line, policy, reference};

/// `anna`, with the password `secret`.
const HTPASSWD: &str = "anna:$2b$04$PL8owvYwV4nvhvmFVma23.zcTkJH24I//oWEbqC/Lh63qeriiVeqK\n";

fn with(credentials: &str) -> Registry {
    let credentials = (!credentials.is_empty()).then(|| Credentials::parse(credentials).unwrap());
    Registry::new(&Options { credentials, ..Options::default() }).unwrap()
}

#[tokio::test]
async fn a_registry_that_wants_a_password_gets_it_and_no_error_repeats_it() {
    let docker =
        DockerRegistry::start_with(Setup { htpasswd: Some(HTPASSWD.to_owned()), ..Setup::default() });
    let tag = reference(&docker, ":1");
    let bytes = policy(1);
    let anna = with("anna:secret");
    let digest = anna.push(&tag, &artifact(&bytes, None)).await.unwrap();
    assert_eq!(anna.resolve(&tag).await.unwrap(), digest);
    assert_eq!(anna.pull(&tag).await.unwrap().bytes, bytes);

    let cases = [
        ("", "the registry wants credentials"),
        ("anna:hunter2", "the registry does not take the credentials"),
        ("bert:hunter2", "the registry does not take the credentials"),
        ("Bearer hunter2", "the registry does not take the credentials"),
    ];
    for (credentials, wanted) in cases {
        let registry = with(credentials);
        for error in [
            registry.resolve(&tag).await.unwrap_err(),
            registry.pull(&tag).await.unwrap_err(),
            registry.push(&tag, &artifact(&bytes, None)).await.unwrap_err(),
        ] {
            assert_eq!(error.to_string(), wanted, "{credentials}");
            let told = format!("{error:?} {} {registry:?}", line(&error));
            assert!(!told.contains("hunter2"), "{told}");
        }
    }
}

#[tokio::test]
async fn tls_needs_a_certificate_that_someone_vouches_for() {
    let key = rcgen::KeyPair::generate().unwrap();
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let certificate = rcgen::CertificateParams::new(names).unwrap().self_signed(&key).unwrap();
    let tls = Some((certificate.pem(), key.serialize_pem()));
    let docker = DockerRegistry::start_with(Setup { tls, ..Setup::default() });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authorities.pem");
    std::fs::write(&file, certificate.pem()).unwrap();

    let options = Options { plain_http: PlainHttp::Never, ..Options::default() };
    let trusting = Options { authorities: Authorities::read(&file).unwrap(), ..options.clone() };
    let (tag, bytes) = (reference(&docker, ":1"), policy(1));
    let registry = Registry::new(&trusting).unwrap();
    registry.push(&tag, &artifact(&bytes, None)).await.unwrap();
    assert_eq!(registry.pull(&tag).await.unwrap().bytes, bytes);

    let error = Registry::new(&options).unwrap().pull(&tag).await.unwrap_err();
    assert!(matches!(error, RegistryError::Unreachable(_)), "{error:?}");
    assert!(line(&error).contains("certificate"), "{}", line(&error));

    std::fs::write(&file, "no certificate").unwrap();
    assert_eq!(Authorities::read(&file).unwrap_err().to_string(), "no certificate in PEM form is in it");
}
