//! A client of AuthZEN that others wrote, over TLS, from what the metadata says.

use std::time::Duration;

use interlock_server::Server;
use interlock_server::config::Config;
use openidauthzen::http::{HttpClient, HttpResponse, Method};
use openidauthzen::search::Page;
use openidauthzen::{
    Action, ActionSearchRequest, AuthZenClient, Error, EvaluationItem, EvaluationRequest, EvaluationSemantic,
    EvaluationsOptions, EvaluationsRequest, Resource, ResourceSearchRequest, Subject, SubjectSearchRequest,
};
use reqwest::header::CONTENT_TYPE;
use serde_json::json;

use crate::authzen::scenarios;
use crate::service::{EMBEDDED, token};

/// What carries the client's requests: the client leaves HTTP and TLS to whom it is given.
struct Transport(reqwest::Client);

#[async_trait::async_trait]
impl HttpClient for Transport {
    async fn request(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Result<HttpResponse, Error> {
        let mut request = match method {
            Method::Post => self.0.post(url).header(CONTENT_TYPE, "application/json"),
            _ => self.0.get(url),
        };
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let failed = |error| Error::Http(Box::new(error));
        let response = request.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let headers =
            response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        Ok(HttpResponse { status, headers, body: response.bytes().await.map_err(failed)?.to_vec() })
    }
}

/// A service over TLS, and the client.
struct Site {
    _folder: tempfile::TempDir,
    server: Server,
    client: AuthZenClient<Transport>,
    token: String,
    /// What the client knows the service by; a policy's name behind it is that policy.
    url: String,
}

impl Site {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let token = token(folder.path(), "application", "decide");
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let certificate = made.cert.pem();
        std::fs::write(folder.path().join("certificate.pem"), &certificate).unwrap();
        std::fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        let text = format!(
            "listen = \"127.0.0.1:0\"\ntokens = \"tokens\"\n\
             tls = {{ certificate = \"certificate.pem\", key = \"key.pem\" }}\n{}",
            scenarios(folder.path())
        );
        let server = Server::start(Config::parse(&text, folder.path()).unwrap(), EMBEDDED).await.unwrap();
        let certificate = reqwest::Certificate::from_pem(certificate.as_bytes()).unwrap();
        let http = reqwest::Client::builder().add_root_certificate(certificate).build().unwrap();
        let url = format!("https://{}", server.address());
        for _ in 0..6000 {
            if http.get(format!("{url}/readyz")).send().await.unwrap().status() == 200 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let client = AuthZenClient::new(Transport(http), Duration::from_mins(5));
        Self { _folder: folder, server, client, token, url }
    }
}

fn subject(id: &str) -> Subject {
    Subject { subject_type: "user".to_owned(), id: Some(id.to_owned()), properties: None }
}

fn resource(kind: &str, id: &str, owner: Option<&str>) -> Resource {
    let properties = owner.map(|owner| json!({"ownerID": owner}));
    Resource { resource_type: kind.to_owned(), id: Some(id.to_owned()), properties }
}

fn action(name: &str) -> Action {
    Action { name: name.to_owned(), properties: None }
}

const MORTY: &str = "morty@the-citadel.com";
const RICK: &str = "rick@the-citadel.com";

#[tokio::test]
async fn a_client_of_others_discovers_evaluates_and_searches() {
    let site = Site::start().await;
    let (client, token) = (&site.client, site.token.as_str());

    // The service as a whole, which its first policy answers; and that policy by its name.
    for pdp in [site.url.clone(), format!("{}/todo", site.url)] {
        let found = client.discover(&pdp).await.unwrap();
        assert_eq!(found.policy_decision_point, pdp);
        let mut request = EvaluationRequest {
            subject: subject(MORTY),
            action: action("can_update_todo"),
            resource: resource("todo", "1", Some(MORTY)),
            context: None,
        };
        let answer = client.evaluate(&pdp, token, &request).await.unwrap();
        assert!(answer.decision);
        assert_eq!(answer.context.unwrap()["policy"]["name"], "authzen-todo");
        request.resource = resource("todo", "1", Some(RICK));
        let answer = client.evaluate(&pdp, token, &request).await.unwrap();
        assert!(!answer.decision);
        assert_eq!(answer.context.unwrap()["verdict"], "deny");

        let item = |owner| EvaluationItem {
            subject: None,
            action: None,
            resource: Some(resource("todo", "1", Some(owner))),
            context: None,
        };
        for (semantic, wanted) in [
            (EvaluationSemantic::ExecuteAll, &[true, false, true][..]),
            (EvaluationSemantic::DenyOnFirstDeny, &[true, false]),
            (EvaluationSemantic::PermitOnFirstPermit, &[true]),
        ] {
            let request = EvaluationsRequest {
                subject: Some(subject(MORTY)),
                action: Some(action("can_delete_todo")),
                resource: None,
                context: None,
                evaluations: vec![item(MORTY), item(RICK), item(MORTY)],
                options: Some(EvaluationsOptions { evaluations_semantic: Some(semantic), extra: None }),
            };
            let answer = client.evaluate_batch(&pdp, token, &request).await.unwrap();
            let decisions: Vec<bool> = answer.evaluations.iter().map(|answer| answer.decision).collect();
            assert_eq!(decisions, wanted);
        }
    }

    // As the search scenario has it: alice, a manager, may view every record, and edit and delete her own.
    let pdp = format!("{}/search", site.url);
    client.discover(&pdp).await.unwrap();
    let whoever = ActionSearchRequest {
        subject: subject("alice"),
        resource: resource("record", "101", None),
        context: None,
        page: None,
    };
    let actions = client.search_actions(&pdp, token, &whoever).await.unwrap();
    let mut names: Vec<String> = actions.results.into_iter().map(|action| action.name).collect();
    names.sort();
    assert_eq!(names, ["delete", "edit", "view"]);
    let request = SubjectSearchRequest {
        subject: Subject { subject_type: "user".to_owned(), id: None, properties: None },
        action: action("delete"),
        resource: resource("record", "101", None),
        context: None,
        page: None,
    };
    let subjects = client.search_subjects(&pdp, token, &request).await.unwrap();
    assert_eq!(subjects.results, [subject("alice")]);
    let (mut records, mut next) = (0, None);
    loop {
        let request = ResourceSearchRequest {
            subject: subject("alice"),
            action: action("view"),
            resource: Resource { resource_type: "record".to_owned(), id: None, properties: None },
            context: None,
            page: Some(Page { token: next.take(), limit: Some(7), properties: None }),
        };
        let found = client.search_resources(&pdp, token, &request).await.unwrap();
        records += found.results.len();
        let page = found.page.unwrap();
        match page.next_token.unwrap() {
            end if end.is_empty() => {
                assert_eq!(page.total, Some(20));
                break;
            }
            token => next = Some(token),
        }
    }
    assert_eq!(records, 20);

    // What the service refuses, the client tells.
    let refused = client.search_actions(&pdp, "made-up", &whoever).await;
    assert!(matches!(refused, Err(Error::HttpStatus { status: 401, .. })));
    let request = EvaluationRequest {
        subject: Subject { id: None, ..subject(MORTY) },
        action: action("view"),
        resource: resource("record", "101", None),
        context: None,
    };
    let malformed = client.evaluate(&pdp, token, &request).await.unwrap_err();
    assert!(malformed.to_string().contains("subject.id: missing, expected a string"), "{malformed}");
    site.server.stop().await;
}
