//! What a registry is told of who asks, once it wants to know.
//!
//! A registry answers 401 and says how: with a user and a password (Basic), or with a token (Bearer) that
//! another service gives out, for one repository and for what is to be done there. Tokens are kept until they
//! are no longer taken.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use http_auth::ChallengeRef;
use http_auth::parser::ChallengeParser;
use reqwest::header::{HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use reqwest::{Method, StatusCode, Url};
use serde::Deserialize;

use crate::http::{Http, read, refusal};
use crate::{Credentials, Reference, RegistryError};

/// Most bytes of the answer that holds a token.
const MAX_TOKEN_BYTES: u64 = 64 << 10;

/// What is to be done, and where.
pub(crate) struct Scope<'r> {
    pub(crate) reference: &'r Reference,
    /// `pull`, or `pull,push`.
    pub(crate) actions: &'static str,
}

pub(crate) struct Authorization {
    credentials: Option<Credentials>,
    /// Headers that were taken, by registry, repository and actions.
    kept: Mutex<HashMap<(String, String, &'static str), HeaderValue>>,
}

impl Authorization {
    pub(crate) fn new(credentials: Option<Credentials>) -> Self {
        Self { credentials, kept: Mutex::default() }
    }

    /// What to send before anyone asks.
    pub(crate) fn known(&self, scope: &Scope<'_>) -> Option<HeaderValue> {
        if let Some(bearer @ Credentials::Bearer(_)) = &self.credentials {
            return bearer.header();
        }
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&scope.key()).cloned()
    }

    /// What the registry wants to be sent, by the headers of its answer.
    pub(crate) async fn ask(
        &self,
        http: &Http,
        url: &Url,
        headers: &HeaderMap,
        scope: &Scope<'_>,
    ) -> Result<HeaderValue, RegistryError> {
        if matches!(self.credentials, Some(Credentials::Bearer(_))) {
            return Err(RegistryError::Unauthorized);
        }
        let value = match Challenge::find(headers) {
            Some(Challenge::Bearer { realm, service }) => {
                let mut address =
                    Url::parse(&realm).map_err(|_| RegistryError::Protocol("its tokens have no address"))?;
                http.may_go(url, &address)?;
                let repository = scope.reference.repository();
                let wanted = format!("repository:{repository}:{}", scope.actions);
                if let Some(service) = &service {
                    address.query_pairs_mut().append_pair("service", service);
                }
                address.query_pairs_mut().append_pair("scope", &wanted);
                self.token(http, address).await?
            }
            Some(Challenge::Basic) => self.basic().ok_or_else(|| self.refused())?,
            None => return Err(RegistryError::Protocol("it does not say which credentials it wants")),
        };
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(scope.key(), value.clone());
        Ok(value)
    }

    /// What it means that a registry goes on asking who asks.
    pub(crate) fn refused(&self) -> RegistryError {
        match self.credentials {
            None => RegistryError::CredentialsNeeded,
            Some(_) => RegistryError::Unauthorized,
        }
    }

    async fn token(&self, http: &Http, address: Url) -> Result<HeaderValue, RegistryError> {
        let response = http.execute(http.request(Method::GET, address), self.basic()).await?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED => return Err(self.refused()),
            _ => return Err(refusal(response, "service for tokens").await),
        }
        let body = read(response, "token", MAX_TOKEN_BYTES).await?;
        let none = RegistryError::Protocol("its service for tokens gives none");
        let Ok(Token { token, access_token }) = serde_json::from_slice(&body) else { return Err(none) };
        token.or(access_token).and_then(|token| Credentials::Bearer(token).header()).ok_or(none)
    }

    fn basic(&self) -> Option<HeaderValue> {
        self.credentials.as_ref().filter(|it| matches!(it, Credentials::Basic { .. }))?.header()
    }
}

impl Scope<'_> {
    fn key(&self) -> (String, String, &'static str) {
        (self.reference.host().to_owned(), self.reference.repository().to_owned(), self.actions)
    }
}

/// How a registry wants to be told.
#[derive(Debug, PartialEq, Eq)]
enum Challenge {
    Basic,
    Bearer { realm: String, service: Option<String> },
}

impl Challenge {
    /// The best of those in some headers: a token before a password.
    fn find(headers: &HeaderMap) -> Option<Self> {
        let texts = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        let mut found = None;
        for challenge in texts.flat_map(|text| ChallengeParser::new(text).map_while(Result::ok)) {
            match Self::read(&challenge) {
                Some(bearer @ Self::Bearer { .. }) => return Some(bearer),
                Some(basic) => found = Some(basic),
                None => {}
            }
        }
        found
    }

    fn read(challenge: &ChallengeRef<'_>) -> Option<Self> {
        if challenge.scheme.eq_ignore_ascii_case("Basic") {
            return Some(Self::Basic);
        }
        if !challenge.scheme.eq_ignore_ascii_case("Bearer") {
            return None;
        }
        let parameter = |wanted: &str| {
            let mut all = challenge.params.iter();
            all.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.to_unescaped())
        };
        Some(Self::Bearer { realm: parameter("realm")?, service: parameter("service") })
    }
}

#[derive(Deserialize)]
struct Token {
    token: Option<String>,
    access_token: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_preferred_to_a_password_and_the_rest_is_passed_over() {
        let bearer = |service: Option<&str>| Challenge::Bearer {
            realm: "https://auth.example/token".to_owned(),
            service: service.map(str::to_owned),
        };
        let cases: [(&[&str], Option<Challenge>); 7] = [
            (&["Basic realm=\"x\""], Some(Challenge::Basic)),
            (
                &["Bearer realm=\"https://auth.example/token\",service=\"a b\",scope=\"x\""],
                Some(bearer(Some("a b"))),
            ),
            (&["Basic realm=\"x\", bearer realm=\"https://auth.example/token\""], Some(bearer(None))),
            (&["Basic realm=\"x\"", "Bearer realm=\"https://auth.example/token\""], Some(bearer(None))),
            (&["Negotiate", "Bearer service=\"x\""], None),
            (&["\u{1}", "=,=,\"", "Bearer realm=\"unfinished"], None),
            (&[], None),
        ];
        for (texts, wanted) in cases {
            let mut headers = HeaderMap::new();
            for text in texts {
                if let Ok(value) = HeaderValue::from_str(text) {
                    headers.append(WWW_AUTHENTICATE, value);
                }
            }
            assert_eq!(Challenge::find(&headers), wanted, "{texts:?}");
        }
    }
}
