//! The bodies of the AuthZEN Authorization API 1.0, and what they ask of a policy.
//!
//! No HTTP here and no Wasmtime: bytes in, requests of the contract out; decisions in, bytes out.
//!
//! ```
//! use interlock_authzen::{Answerer, Directory, Limits, Mapping, Settings, Standing, evaluation, evaluation_body};
//! # use interlock_authzen::ItemError;
//! # use interlock_model::{Decision, Manifest, Request, Verdict};
//! # fn decide(_: &Request) -> Result<Decision, ItemError> {
//! #     Ok(Decision { verdict: Verdict::Allow, reasons: vec![], next_state: None, effects: vec![], ways_out: vec![] })
//! # }
//! # let manifest: Manifest = serde_json::from_str(r#"{"name": "lamps", "version": "0.1.0", "title": "Lamps",
//! #     "modes": ["normal"], "kinds": [], "actions": [], "conditions": [], "effects": [], "inputs": [],
//! #     "offers": [], "roles": [], "grants": []}"#)?;
//! let mapping = Mapping::new(&Settings::default(), Directory::default().into(), &manifest)?;
//!
//! let body = br#"{"subject": {"type": "user", "id": "u1"}, "action": {"name": "switch"},
//!     "resource": {"type": "lamp", "id": "l1", "properties": {"state": "lit"}}}"#;
//! let request = evaluation(body, &Limits::default())?;
//! let answer = mapping.answer(request.question(), Standing::Ordinary, decide);
//! let body = evaluation_body(&answer, Answerer { manifest: &manifest, digest: "sha256:00" });
//! assert!(body.starts_with(br#"{"decision":true,"#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod directory;
mod error;
mod evaluate;
mod json;
mod mapping;
mod metadata;
mod read;
mod search;
mod value;

pub use answer::{Answer, Answerer, evaluation_body, evaluations_body};
pub use directory::{Directory, DirectoryError, ListedResource, ListedSubject};
pub use error::{BodyError, ItemError};
pub use json::Object;
pub use mapping::{Mapping, MappingError, Precedence, Settings, Standing, UnlistedSubjects};
pub use metadata::{MetadataError, Searches, metadata_body};
pub use read::{
    Action, Batch, Entity, EvaluationRequest, EvaluationsRequest, Limits, Question, Semantic, evaluation,
    evaluations,
};
pub use search::{
    ActionSearchRequest, Found, Page, ResourceSearchRequest, Searched, SubjectSearchRequest, action_search,
    resource_search, search_body, subject_search,
};
