//! Bodies of answers, written straight to bytes.

use interlock_model::{Decision, Effect, Manifest, Reason, Verdict, WayOut};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::error::ItemError;

/// The policy that answered.
#[derive(Clone, Copy, Debug)]
pub struct Answerer<'a> {
    /// Its manifest: name, version, and what each condition reads.
    pub manifest: &'a Manifest,
    /// `sha256:` and the hash of its bytes.
    pub digest: &'a str,
}

/// What came of one evaluation.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The decision, or why there is none.
    pub result: Result<Decision, ItemError>,
    /// Under which id the decision is logged, as `context.id`. Default: none.
    pub id: Option<String>,
}

impl Answer {
    /// Whether it is permitted; `depends` and failures are not.
    pub fn decision(&self) -> bool {
        self.result.as_ref().is_ok_and(|decision| decision.verdict == Verdict::Allow)
    }
}

impl From<Result<Decision, ItemError>> for Answer {
    fn from(result: Result<Decision, ItemError>) -> Self {
        Self { result, id: None }
    }
}

impl From<ItemError> for Answer {
    fn from(error: ItemError) -> Self {
        Err(error).into()
    }
}

/// The body that answers an evaluation.
///
/// `context` holds, each where there is something to say:
///
/// | member | what it is |
/// |---|---|
/// | `id` | the id of the decision |
/// | `verdict` | `allow`, `deny` or `depends` |
/// | `reason_user` | sentences for the person refused, by language: `{"en": "…"}`; names no resource that the subject may not view |
/// | `reason_admin` | for administrators only: by code of the reason, its class, its sentence and every resource in the way |
/// | `missing` | of `depends`: each condition that must be known, and what to supply for it |
/// | `next_state`, `effects` | of `allow`: what follows |
/// | `ways_out` | of `deny`: what would serve instead |
/// | `error` | why there is no decision: `{"status": 404, "code": "unknown-kind", "message": "…"}` |
/// | `policy` | name, version and digest of the policy that answered |
pub fn evaluation_body(answer: &Answer, by: Answerer<'_>) -> Vec<u8> {
    write(&Written { answer, by })
}

/// The body that answers several evaluations, in their order.
pub fn evaluations_body(answers: &[Answer], by: Answerer<'_>) -> Vec<u8> {
    write(&Evaluations { evaluations: Each { answers, by } })
}

pub(crate) fn write(body: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(512);
    // Every name is a string and nothing is written but to memory.
    let written = serde_json::to_writer(&mut bytes, body);
    debug_assert!(written.is_ok(), "a body is always JSON");
    bytes
}

#[derive(Serialize)]
struct Evaluations<'a> {
    evaluations: Each<'a>,
}

struct Each<'a> {
    answers: &'a [Answer],
    by: Answerer<'a>,
}

impl Serialize for Each<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.answers.len()))?;
        for answer in self.answers {
            list.serialize_element(&Written { answer, by: self.by })?;
        }
        list.end()
    }
}

struct Written<'a> {
    answer: &'a Answer,
    by: Answerer<'a>,
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("decision", &self.answer.decision())?;
        map.serialize_entry("context", &Context::of(self.answer, self.by))?;
        map.end()
    }
}

#[derive(Default, Serialize)]
pub(crate) struct Context<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason_user: Option<ReasonUser<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason_admin: Option<ReasonAdmin<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<Missing<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_state: Option<&'a str>,
    #[serde(skip_serializing_if = "<[Effect]>::is_empty")]
    effects: &'a [Effect],
    #[serde(skip_serializing_if = "<[WayOut]>::is_empty")]
    ways_out: &'a [WayOut],
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<WrittenError<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<PolicyInfo<'a>>,
}

impl<'a> Context<'a> {
    fn of(answer: &'a Answer, by: Answerer<'a>) -> Self {
        let context = Self { id: answer.id.as_deref(), ..Self::of_policy(by) };
        let decision = match &answer.result {
            Ok(decision) => decision,
            Err(error) => return Self { id: context.id, ..Self::of_error(error, by) },
        };
        let reasons = Some(decision.reasons.as_slice()).filter(|reasons| !reasons.is_empty());
        let missing = reasons.filter(|_| decision.verdict == Verdict::Depends);
        Self {
            verdict: Some(decision.verdict.as_str()),
            reason_user: reasons.map(|reasons| ReasonUser { en: Sentences(reasons) }),
            reason_admin: reasons.map(ReasonAdmin),
            missing: missing.map(|reasons| Missing { reasons, manifest: by.manifest }),
            next_state: decision.next_state.as_deref(),
            effects: &decision.effects,
            ways_out: &decision.ways_out,
            ..context
        }
    }

    /// Says who answered, and nothing else.
    pub(crate) fn of_policy(by: Answerer<'a>) -> Self {
        Self { policy: Some(PolicyInfo::of(by)), ..Self::default() }
    }

    pub(crate) fn of_error(error: &'a ItemError, by: Answerer<'a>) -> Self {
        Self { error: Some(WrittenError::of(error)), ..Self::of_policy(by) }
    }
}

#[derive(Serialize)]
struct PolicyInfo<'a> {
    name: &'a str,
    version: &'a str,
    digest: &'a str,
}

impl<'a> PolicyInfo<'a> {
    fn of(by: Answerer<'a>) -> Self {
        Self { name: &by.manifest.name, version: &by.manifest.version, digest: by.digest }
    }
}

#[derive(Serialize)]
struct WrittenError<'a> {
    status: u16,
    code: &'a str,
    message: &'a str,
}

impl<'a> WrittenError<'a> {
    fn of(error: &'a ItemError) -> Self {
        Self { status: error.status, code: error.code, message: &error.message }
    }
}

#[derive(Serialize)]
struct ReasonUser<'a> {
    en: Sentences<'a>,
}

/// The sentences of reasons in one text.
struct Sentences<'a>(&'a [Reason]);

impl std::fmt::Display for Sentences<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (position, reason) in self.0.iter().enumerate() {
            f.write_str(if position == 0 { "" } else { "; " })?;
            f.write_str(&reason.message)?;
        }
        Ok(())
    }
}

impl Serialize for Sentences<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            [one] => serializer.serialize_str(&one.message),
            _ => serializer.collect_str(self),
        }
    }
}

struct ReasonAdmin<'a>(&'a [Reason]);

impl Serialize for ReasonAdmin<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for reason in self.0 {
            map.serialize_key(&reason.code)?;
            map.serialize_value(&Told(reason))?;
        }
        map.end()
    }
}

/// A reason with its class and every resource in the way, as one text: values of a reason field are strings.
struct Told<'a>(&'a Reason);

impl std::fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Reason { class, message, evidence, .. } = self.0;
        write!(f, "{}: {message}", class.as_str())?;
        for (position, resource) in evidence.iter().enumerate() {
            let before = if position == 0 { " [" } else { "; " };
            write!(f, "{before}{} `{}` is {}", resource.kind, resource.id, resource.state)?;
            f.write_str(if resource.visible { "" } else { ", hidden from the subject" })?;
        }
        f.write_str(if evidence.is_empty() { "" } else { "]" })
    }
}

impl Serialize for Told<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

struct Missing<'a> {
    reasons: &'a [Reason],
    manifest: &'a Manifest,
}

#[derive(Serialize)]
struct MissingOne<'a> {
    code: &'a str,
    message: &'a str,
    /// Paths of the manifest's inputs.
    supply: &'a [String],
}

impl Serialize for Missing<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.reasons.iter().map(|reason| {
            let Reason { code, message, .. } = reason;
            let condition = self.manifest.conditions.iter().find(|condition| condition.code == *code);
            MissingOne { code, message, supply: condition.map_or(&[], |condition| &condition.reads) }
        }))
    }
}
