use std::collections::BTreeMap;
use std::fmt;

use hashbrown::HashMap;
use interlock_model::{Observation, Request, Subject};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{CaseError, Cast, Changed, OneOrMany, Resource, Want, Written};

/// A file of cases, read beside its cast.
#[derive(Clone, Debug)]
pub struct CaseFile {
    about: String,
    policy: Option<String>,
    subjects: BTreeMap<String, Subject>,
    resources: BTreeMap<String, Observation>,
    related: Vec<Resource>,
    written: Vec<Written>,
    cases: Vec<Case>,
}

/// One request, and what is wanted of it. Displays as its name, with mode and state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What it claims.
    pub name: String,
    /// Line of the file on which it begins, from 1.
    pub line: usize,
    /// Position among the file's [written cases](CaseFile::written).
    pub written: usize,
    /// The request.
    pub request: Request,
    /// The wanted answer; `unchanged` is spelt out.
    pub want: Want,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Request { mode, target, .. } = &self.request;
        write!(f, "{} ({mode}, from {})", self.name, target.state)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a case file")]
struct File<'t> {
    about: String,
    policy: Option<String>,
    #[serde(default)]
    subjects: BTreeMap<String, Subject>,
    #[serde(default)]
    resources: BTreeMap<String, Observation>,
    #[serde(default)]
    related: Vec<Resource>,
    #[serde(borrow)]
    cases: Vec<&'t RawValue>,
}

impl CaseFile {
    /// Reads a file of cases.
    ///
    /// # Errors
    ///
    /// [`CaseError`] with the place of the first mistake. Names of the policy are not looked up: see
    /// [`check_names`](super::check_names).
    pub fn parse(text: &str, cast: &Cast) -> Result<Self, CaseError> {
        let File { about, policy, subjects, resources, related, cases } =
            serde_json::from_str(text).map_err(|error| CaseError::of(&error, 0, 0))?;
        if let Some(name) = subjects.keys().find(|&name| cast.subjects.contains_key(name)) {
            return Err(CaseError::InCast { what: "subject", name: name.clone() });
        }
        if let Some(name) = resources.keys().find(|&name| cast.resources.contains_key(name)) {
            return Err(CaseError::InCast { what: "resource", name: name.clone() });
        }
        let mut file =
            Self { about, policy, subjects, resources, related, written: Vec::new(), cases: Vec::new() };
        let mut lines = HashMap::new();
        for raw in cases {
            let start = raw.get().as_ptr() as usize - text.as_ptr() as usize;
            let above = text[..start].matches('\n').count();
            let before = start - text[..start].rfind('\n').map_or(0, |end| end + 1);
            let written: Written =
                serde_json::from_str(raw.get()).map_err(|error| CaseError::of(&error, above, before))?;
            let (line, case) = (above + 1, written.name.clone());
            if let Some(first) = lines.insert(case.clone(), line) {
                return Err(CaseError::SameName { line, case, first });
            }
            let stage = Stage { cast, file: &file, line, case: &case };
            let cases = stage.spread(&written)?;
            file.written.push(written);
            file.cases.extend(cases);
        }
        Ok(file)
    }

    /// What it is about, a sentence.
    pub fn about(&self) -> &str {
        &self.about
    }

    /// Name of the policy that it asks, where it names one; else that of the cast counts.
    pub fn policy(&self) -> Option<&str> {
        self.policy.as_deref()
    }

    /// The cases as they are written.
    pub fn written(&self) -> &[Written] {
        &self.written
    }

    /// Every case in each of its modes, from each of its states.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// Subjects that the file adds to the cast.
    pub fn subjects(&self) -> &BTreeMap<String, Subject> {
        &self.subjects
    }

    /// Resources that the file adds to the cast.
    pub fn resources(&self) -> &BTreeMap<String, Observation> {
        &self.resources
    }

    /// Resources that are related in every case of the file.
    pub fn related(&self) -> &[Resource] {
        &self.related
    }
}

/// One case beside its file and cast: what it can name.
struct Stage<'a> {
    cast: &'a Cast,
    file: &'a CaseFile,
    line: usize,
    case: &'a str,
}

impl Stage<'_> {
    fn spread(&self, written: &Written) -> Result<Vec<Case>, CaseError> {
        let mut cases = Vec::new();
        for mode in written.mode.list() {
            for target in self.resources(&written.target)? {
                let mut want = written.want.clone();
                if let Want::Decision(decision) = &mut want
                    && decision.next_state.as_deref() == Some("unchanged")
                {
                    decision.next_state = Some(target.state.clone());
                }
                cases.push(Case {
                    name: written.name.clone(),
                    line: self.line,
                    written: self.file.written.len(),
                    request: self.request(written, mode, target)?,
                    want,
                });
            }
        }
        if cases.is_empty() {
            return Err(self.inconsistent("it lists no mode, or no state of its target"));
        }
        Ok(cases)
    }

    fn request(&self, written: &Written, mode: &str, target: Observation) -> Result<Request, CaseError> {
        let subject = match &written.subject {
            Some(name) => Some(self.subject(name)?.clone()),
            None => None,
        };
        Ok(Request {
            mode: mode.to_owned(),
            subject,
            action: written.action.clone(),
            related: self.related(written, mode, &target)?,
            target,
            parameters: written.parameters.clone(),
            coverage: written.coverage,
        })
    }

    fn related(
        &self,
        written: &Written,
        mode: &str,
        target: &Observation,
    ) -> Result<Vec<Observation>, CaseError> {
        if let Some(only) = &written.only {
            if !written.related.is_empty() || !written.without.is_empty() {
                return Err(self.inconsistent("`only` stands without `related` and `without`"));
            }
            return only.iter().map(|resource| self.resource(resource)).collect();
        }
        let of_cast = self.file.policy.is_none() || self.file.policy == self.cast.policy;
        let site = self.cast.sites.get(mode).filter(|_| of_cast);
        let mut related = Vec::new();
        for name in site.into_iter().flatten() {
            related.push(self.named(name)?.clone());
        }
        for laid_over in self.file.related.iter().chain(&written.related) {
            let laid_over = self.resource(laid_over)?;
            related.retain(|other| !is(other, &laid_over));
            related.push(laid_over);
        }
        for name in &written.without {
            let left_out = self.named(name)?;
            let before = related.len();
            related.retain(|other| !is(other, left_out));
            if related.len() == before {
                return Err(self.inconsistent(&format!("`{name}` is not related anyway")));
            }
        }
        related.retain(|other| !is(other, target));
        Ok(related)
    }

    fn subject(&self, name: &str) -> Result<&Subject, CaseError> {
        let (own, cast) = (&self.file.subjects, &self.cast.subjects);
        own.get(name)
            .or_else(|| cast.get(name))
            .ok_or_else(|| self.unknown("subject", name, own.keys().chain(cast.keys())))
    }

    fn named(&self, name: &str) -> Result<&Observation, CaseError> {
        let (own, cast) = (&self.file.resources, &self.cast.resources);
        own.get(name)
            .or_else(|| cast.get(name))
            .ok_or_else(|| self.unknown("resource", name, own.keys().chain(cast.keys())))
    }

    fn resource(&self, resource: &Resource) -> Result<Observation, CaseError> {
        let mut all = self.resources(resource)?;
        match (all.len(), all.pop()) {
            (1, Some(one)) => Ok(one),
            _ => Err(self.inconsistent("only a target has several states, or none")),
        }
    }

    /// The resource in each of its states.
    fn resources(&self, resource: &Resource) -> Result<Vec<Observation>, CaseError> {
        let Changed { like, kind, id, state, attributes: changed } = match resource {
            Resource::Name(name) => return Ok(vec![self.named(name)?.clone()]),
            Resource::Changed(changed) => &**changed,
        };
        let base = like.as_ref().map(|name| self.named(name)).transpose()?;
        let field = |what: &str, own: &Option<String>, of: fn(&Observation) -> &String| {
            let field = own.as_ref().or(base.map(of)).cloned();
            field.ok_or_else(|| {
                self.inconsistent(&format!("a resource lacks `{what}`, and is `like` no other"))
            })
        };
        let mut attributes = base.map(|base| base.attributes.clone()).unwrap_or_default();
        for (name, values) in changed {
            attributes.0.retain(|attribute| attribute.name != *name);
            values.list().iter().for_each(|value| attributes.push(name, value));
        }
        let (kind, id) = (field("kind", kind, |of| &of.kind)?, field("id", id, |of| &of.id)?);
        let states = match state {
            Some(OneOrMany::Many(states)) => states.clone(),
            Some(OneOrMany::One(state)) => vec![state.clone()],
            None => vec![field("state", &None, |of| &of.state)?],
        };
        let observation = Observation { kind, id, state: String::new(), attributes };
        Ok(states.into_iter().map(|state| Observation { state, ..observation.clone() }).collect())
    }

    fn unknown<'a>(
        &self,
        what: &'static str,
        name: &str,
        known: impl Iterator<Item = &'a String>,
    ) -> CaseError {
        CaseError::UnknownName {
            line: self.line,
            case: self.case.to_owned(),
            what,
            name: name.to_owned(),
            known: known.cloned().collect(),
        }
    }

    fn inconsistent(&self, message: &str) -> CaseError {
        CaseError::Inconsistent { line: self.line, case: self.case.to_owned(), message: message.to_owned() }
    }
}

/// Whether two observations are of the same resource.
fn is(one: &Observation, other: &Observation) -> bool {
    (&one.kind, &one.id) == (&other.kind, &other.id)
}
