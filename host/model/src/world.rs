use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Attributes, Coverage, Observation, Request, Subject, SurveyQuery};

/// The state of a resource that is not yet made, or gone.
pub const ABSENT: &str = "absent";

/// A site as a file: who is there, and what is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct World {
    /// What the site is, for people. Default: nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Mode of operation, a name from the manifest.
    pub mode: String,
    /// Who may ask. Default: nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<Subject>,
    /// Every resource of the site. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<Observation>,
}

/// What a world does not have.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WorldError {
    /// No such subject.
    #[error("the world has no subject `{id}`")]
    UnknownSubject {
        /// The id asked for.
        id: String,
    },
    /// The same resource twice.
    #[error("the world lists {kind} `{id}` twice")]
    Duplicate {
        /// Kind of the resource.
        kind: String,
        /// Its id.
        id: String,
    },
}

/// Why a next state cannot be written into a world.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ApplyError {
    /// Only `absent` can be made of nothing.
    #[error("{kind} `{id}` is absent and stays absent: there is nothing to write")]
    NothingToWrite {
        /// Kind of the resource.
        kind: String,
        /// Its id.
        id: String,
    },
}

impl World {
    /// Refuses a world that lists a resource twice.
    ///
    /// # Errors
    ///
    /// [`WorldError::Duplicate`] names the first one.
    pub fn check(&self) -> Result<(), WorldError> {
        let mut seen = std::collections::HashSet::new();
        for resource in &self.resources {
            if !seen.insert((&resource.kind, &resource.id)) {
                return Err(WorldError::Duplicate { kind: resource.kind.clone(), id: resource.id.clone() });
            }
        }
        Ok(())
    }

    /// A subject by id.
    ///
    /// # Errors
    ///
    /// [`WorldError::UnknownSubject`] where the world has none.
    pub fn subject(&self, id: &str) -> Result<&Subject, WorldError> {
        self.subjects
            .iter()
            .find(|subject| subject.id == id)
            .ok_or_else(|| WorldError::UnknownSubject { id: id.to_owned() })
    }

    /// A resource by kind and id.
    pub fn resource(&self, kind: &str, id: &str) -> Option<&Observation> {
        self.resources.iter().find(|resource| resource.kind == kind && resource.id == id)
    }

    /// The request that asks `action` of a target in this world: everything else is related, coverage complete.
    ///
    /// - `target`: kind, id; `absent` where the world has no such resource, with `links` as its attributes.
    /// - `links`: attributes of a target that is yet to be made; added to those of one that exists.
    ///
    /// # Errors
    ///
    /// [`WorldError::UnknownSubject`] where `subject` is not of this world.
    pub fn request(
        &self,
        subject: Option<&str>,
        action: &str,
        target: (&str, &str),
        links: &Attributes,
        parameters: &Attributes,
    ) -> Result<Request, WorldError> {
        let (kind, id) = target;
        let mut target = self.resource(kind, id).cloned().unwrap_or_else(|| Observation {
            kind: kind.to_owned(),
            id: id.to_owned(),
            state: ABSENT.to_owned(),
            attributes: Attributes::new(),
        });
        target.attributes.0.extend(links.iter().cloned());
        let others = |resource: &&Observation| !(resource.kind == kind && resource.id == id);
        Ok(Request {
            mode: self.mode.clone(),
            subject: subject.map(|id| self.subject(id)).transpose()?.cloned(),
            action: action.to_owned(),
            target,
            related: self.resources.iter().filter(others).cloned().collect(),
            parameters: parameters.clone(),
            coverage: Coverage::Complete,
        })
    }

    /// The survey of every resource of a kind in this world: the rest is related, coverage complete.
    ///
    /// - `actions`: empty for every operation of the kind.
    ///
    /// # Errors
    ///
    /// [`WorldError::UnknownSubject`] where `subject` is not of this world.
    pub fn survey(
        &self,
        subject: Option<&str>,
        kind: &str,
        actions: Vec<String>,
        parameters: &Attributes,
    ) -> Result<SurveyQuery, WorldError> {
        let (targets, related) = self.resources.iter().cloned().partition(|resource| resource.kind == kind);
        Ok(SurveyQuery {
            mode: self.mode.clone(),
            subject: subject.map(|id| self.subject(id)).transpose()?.cloned(),
            actions,
            targets,
            related,
            parameters: parameters.clone(),
            coverage: Coverage::Complete,
        })
    }

    /// Writes what became of a target: added, changed, or removed when `next_state` is `absent`.
    ///
    /// # Errors
    ///
    /// [`ApplyError::NothingToWrite`] where a target that the world does not have stays absent.
    pub fn apply(&mut self, target: &Observation, next_state: &str) -> Result<(), ApplyError> {
        let place = self.resources.iter().position(|r| r.kind == target.kind && r.id == target.id);
        match (place, next_state == ABSENT) {
            (Some(place), true) => {
                self.resources.remove(place);
            }
            (Some(place), false) => next_state.clone_into(&mut self.resources[place].state),
            (None, true) => {
                return Err(ApplyError::NothingToWrite { kind: target.kind.clone(), id: target.id.clone() });
            }
            (None, false) => {
                self.resources.push(Observation { state: next_state.to_owned(), ..target.clone() })
            }
        }
        Ok(())
    }
}
