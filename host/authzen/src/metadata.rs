//! What `/.well-known/authzen-configuration` answers.

use serde::Serialize;
use thiserror::Error;

/// Which searches are served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Searches {
    /// For subjects.
    pub subject: bool,
    /// For resources.
    pub resource: bool,
    /// For actions.
    pub action: bool,
}

/// A base URL that the specification does not allow.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the public URL `{url}` {problem}")]
pub struct MetadataError {
    /// The URL.
    pub url: String,
    /// What is wrong with it.
    pub problem: &'static str,
}

/// The body of the metadata.
///
/// - `base`: where callers reach the service, `https://pdp.example.com`, with a policy's name behind it for the
///   endpoints of that policy. A slash at its end is left out.
///
/// # Errors
///
/// [`MetadataError`] for a URL that is not `https`, has no host, or has a query or a fragment.
pub fn metadata_body(base: &str, searches: Searches) -> Result<Vec<u8>, MetadataError> {
    let wrong = |problem| MetadataError { url: base.to_owned(), problem };
    let rest = base.strip_prefix("https://").ok_or_else(|| wrong("does not start with `https://`"))?;
    if rest.starts_with('/') || rest.is_empty() {
        return Err(wrong("has no host"));
    }
    if rest.contains(['?', '#']) {
        return Err(wrong("has a query or a fragment"));
    }
    if rest.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(wrong("has a space or a control character"));
    }
    let base = base.trim_end_matches('/');
    let at = |path: &str| format!("{base}/access/v1/{path}");
    let search = |served: bool, path| served.then(|| at(path));
    Ok(crate::answer::write(&Metadata {
        policy_decision_point: base,
        access_evaluation_endpoint: at("evaluation"),
        access_evaluations_endpoint: at("evaluations"),
        search_subject_endpoint: search(searches.subject, "search/subject"),
        search_resource_endpoint: search(searches.resource, "search/resource"),
        search_action_endpoint: search(searches.action, "search/action"),
    }))
}

#[derive(Serialize)]
struct Metadata<'a> {
    policy_decision_point: &'a str,
    access_evaluation_endpoint: String,
    access_evaluations_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    search_subject_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    search_resource_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    search_action_endpoint: Option<String>,
}
