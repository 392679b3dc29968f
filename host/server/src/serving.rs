//! A version of a policy that answers, with all that answering takes.

use std::collections::HashMap;
use std::sync::Arc;

use interlock::Policy;
use interlock::model::Manifest;
use interlock_authzen::{Directory, Mapping, Settings};
use jiff::Timestamp;

use crate::candidate::Candidate;

/// One version of one policy, whole: a request takes it once and is answered by nothing else.
#[derive(Debug)]
pub(crate) struct Serving {
    pub(crate) policy: Policy,
    /// How bodies of AuthZEN become requests.
    pub(crate) mapping: Mapping,
    /// The component itself, for those who run it elsewhere.
    pub(crate) bytes: Arc<[u8]>,
    /// The minisign signature that it came with.
    pub(crate) signature: Option<String>,
    /// Id of the key that signed it; none where no key is demanded.
    pub(crate) signed_by: Option<String>,
    pub(crate) since: Timestamp,
    /// Names of kinds and actions, shared by what is counted.
    names: HashMap<String, Arc<str>>,
    unknown: Arc<str>,
}

impl Serving {
    /// - `settings`: what the operator settled, which may name what this version does not have.
    ///
    /// # Errors
    ///
    /// One sentence where it does.
    pub(crate) fn new(
        policy: Policy,
        candidate: &Candidate,
        settings: &Settings,
        directory: Arc<Directory>,
    ) -> Result<Self, String> {
        let mapping = Mapping::new(settings, directory, policy.manifest())
            .map_err(|error| format!("the configuration does not fit it: {error}"))?;
        let Manifest { kinds, actions, .. } = policy.manifest();
        let names = kinds.iter().map(|kind| &kind.name).chain(actions.iter().map(|action| &action.name));
        let names = names.map(|name| (name.clone(), Arc::from(name.as_str()))).collect();
        Ok(Self {
            mapping,
            bytes: Arc::clone(&candidate.bytes),
            signature: candidate.signature.clone(),
            signed_by: None,
            since: Timestamp::now(),
            names,
            unknown: Arc::from("unknown"),
            policy,
        })
    }

    pub(crate) fn manifest(&self) -> &Manifest {
        self.policy.manifest()
    }

    /// A kind and an action as they are counted: `unknown` where the policy has no such name.
    pub(crate) fn names(&self, kind: &str, action: &str) -> (Arc<str>, Arc<str>) {
        let name = |name: &str| Arc::clone(self.names.get(name).unwrap_or(&self.unknown));
        (name(kind), name(action))
    }
}
