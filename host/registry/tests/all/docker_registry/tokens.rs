//! Registries whose tokens another service gives out, as the large ones have it.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::SystemTime;

use ct_codecs::{Base64, Base64UrlSafeNoPadding, Encoder};
use interlock_registry::{Credentials, Options, Registry};
use interlock_test_registry::{DockerRegistry, SERVICE, Setup, TokenService};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::json;

use crate::{artifact, line, policy, reference};

/// `anna:secret`, as HTTP has it.
const ANNA: &str = "Basic YW5uYTpzZWNyZXQ=";

/// Gives out tokens: to Anna for everything, to others who do not say who they are for pulling, and else to none.
#[derive(Clone)]
struct Service {
    address: String,
    signer: Arc<Mutex<Signer>>,
    given: Arc<AtomicUsize>,
}

impl Service {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let service = Self { address, signer: Arc::new(Mutex::new(Signer::new())), given: Arc::default() };
        let served = service.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                served.answer(stream.unwrap());
            }
        });
        service
    }

    fn setup(&self) -> Setup {
        let certificate = self.signer.lock().unwrap().certificate.pem();
        let realm = format!("http://{}/token", self.address);
        Setup { tokens: Some(TokenService { realm, certificate }), ..Setup::default() }
    }

    fn answer(&self, stream: TcpStream) {
        let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
        let asked = lines.next().unwrap();
        let headers: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
        let authorization = headers.iter().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("authorization").then_some(value)
        });
        let allowed: &[&str] = match authorization {
            Some(ANNA) => &["pull", "push"],
            None => &["pull"],
            Some(_) => {
                let _ = (&stream).write_all(
                    b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                );
                return;
            }
        };
        assert!(asked.contains(&format!("service={SERVICE}")), "{asked}");
        let scope = asked.split("scope=").nth(1).unwrap().split([' ', '&']).next().unwrap();
        let scope = scope.replace("%3A", ":").replace("%2F", "/").replace("%2C", ",");
        let [_, name, actions] = scope.split(':').collect::<Vec<_>>()[..] else { panic!("{scope}") };
        let actions: Vec<&str> = actions.split(',').filter(|action| allowed.contains(action)).collect();
        let token = self.signer.lock().unwrap().token(name, &actions);
        let body = json!({ "token": token }).to_string();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        self.given.fetch_add(1, Ordering::Relaxed);
        let _ = (&stream).write_all((head + &body).as_bytes());
    }
}

/// A key that signs tokens, and its certificate.
struct Signer {
    key: EcdsaKeyPair,
    certificate: rcgen::Certificate,
}

impl Signer {
    fn new() -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap();
        let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let key = EcdsaKeyPair::from_pkcs8(algorithm, &key.serialize_der(), &random).unwrap();
        Self { key, certificate }
    }

    fn token(&self, name: &str, actions: &[&str]) -> String {
        let url_safe = |bytes: &[u8]| Base64UrlSafeNoPadding::encode_to_string(bytes).unwrap();
        let chain = [Base64::encode_to_string(self.certificate.der()).unwrap()];
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let head = json!({"typ": "JWT", "alg": "ES256", "x5c": chain});
        let claims = json!({
            "iss": SERVICE, "aud": SERVICE, "sub": "tests", "jti": "1",
            "iat": now, "nbf": now - 10, "exp": now + 300,
            "access": [{"type": "repository", "name": name, "actions": actions}],
        });
        let text =
            format!("{}.{}", url_safe(head.to_string().as_bytes()), url_safe(claims.to_string().as_bytes()));
        let signature = self.key.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
        format!("{text}.{}", url_safe(signature.as_ref()))
    }
}

fn with(credentials: Option<&str>) -> Registry {
    let credentials = credentials.map(|text| Credentials::parse(text).unwrap());
    Registry::new(&Options { credentials, ..Options::default() }).unwrap()
}

#[tokio::test]
async fn a_token_is_fetched_kept_and_fetched_anew_once_it_is_no_longer_taken() {
    let service = Service::start();
    let mut docker = DockerRegistry::start_with(service.setup());
    let (tag, bytes) = (reference(&docker, ":1"), policy(1));
    let given = || service.given.load(Ordering::Relaxed);

    let anna = with(Some("anna:secret"));
    anna.push(&tag, &artifact(&bytes, None)).await.unwrap();
    assert_eq!(given(), 1);
    for _ in 0..3 {
        assert_eq!(anna.pull(&tag).await.unwrap().bytes, bytes);
    }
    assert_eq!(given(), 2);

    // Tokens of the old key are no longer taken.
    *service.signer.lock().unwrap() = Signer::new();
    docker.restart_with(service.setup());
    assert_eq!(anna.pull(&tag).await.unwrap().bytes, bytes);
    assert_eq!(given(), 3);
}

#[tokio::test]
async fn who_does_not_say_who_asks_gets_what_everyone_may() {
    let service = Service::start();
    let docker = DockerRegistry::start_with(service.setup());
    let (tag, bytes) = (reference(&docker, ":1"), policy(1));
    with(Some("anna:secret")).push(&tag, &artifact(&bytes, None)).await.unwrap();

    let anyone = with(None);
    assert_eq!(anyone.pull(&tag).await.unwrap().bytes, bytes);
    let error = anyone.push(&tag, &artifact(&bytes, None)).await.unwrap_err();
    assert_eq!(error.to_string(), "the registry wants credentials");
}

#[tokio::test]
async fn a_service_that_does_not_take_the_password_or_is_not_there_is_told() {
    let service = Service::start();
    let mut docker = DockerRegistry::start_with(service.setup());
    let tag = reference(&docker, ":1");
    let error = with(Some("anna:hunter2")).pull(&tag).await.unwrap_err();
    assert_eq!(error.to_string(), "the registry does not take the credentials");

    let setup = |realm: &str| {
        let certificate = service.signer.lock().unwrap().certificate.pem();
        Setup { tokens: Some(TokenService { realm: realm.to_owned(), certificate }), ..Setup::default() }
    };
    let cases = [
        ("http://127.0.0.1:1/token", "the registry cannot be reached"),
        // A password does not leave this machine unencrypted because a registry says so.
        (
            "http://service.invalid/token",
            "the registry sends on to an address that is not gone to: plain HTTP",
        ),
        ("elsewhere", "the registry does not keep to the protocol: its tokens have no address"),
    ];
    for (realm, wanted) in cases {
        docker.restart_with(setup(realm));
        let error = with(Some("anna:hunter2")).pull(&tag).await.unwrap_err();
        assert_eq!(error.to_string(), wanted);
        assert!(!format!("{error:?} {}", line(&error)).contains("hunter2"));
    }
}
