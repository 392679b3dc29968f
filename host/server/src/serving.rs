//! A version of a policy that answers, with all that answering takes.

use std::collections::HashMap;
use std::sync::Arc;

use interlock::Policy;
use interlock::model::Manifest;
use interlock_authzen::{Directory, Mapping, Settings};
use interlock_log::PolicyId;
use jiff::Timestamp;

use crate::candidate::Candidate;

/// One version of one policy, whole: a request takes it once and is answered by nothing else.
#[derive(Debug)]
pub(crate) struct Serving {
    pub(crate) policy: Policy,
    /// The same in names, for records of decisions.
    pub(crate) id: Arc<PolicyId>,
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
        let id = PolicyId {
            name: policy.name().to_owned(),
            version: policy.version().to_owned(),
            digest: policy.digest().to_owned(),
        };
        Ok(Self {
            id: Arc::new(id),
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

    /// Codes of the conditions that a mask of an offer stands for.
    pub(crate) fn reasons(&self, mode: &str, kind: &str, action: &str, mask: u32) -> Vec<String> {
        let manifest = self.manifest();
        let names = manifest.mode(mode).zip(manifest.kind(kind)).zip(manifest.action(action));
        let offer = names.and_then(|((mode, kind), action)| manifest.offer(mode, kind, action));
        let conditions = offer.map_or(&[][..], |offer| &offer.conditions).iter().enumerate();
        let set = conditions.filter(|&(bit, _)| bit < 32 && mask & (1 << bit) != 0);
        set.filter_map(|(_, &index)| manifest.conditions.get(usize::from(index)))
            .map(|condition| condition.code.clone())
            .collect()
    }

    /// A kind and an action as they are counted: `unknown` where the policy has no such name.
    pub(crate) fn names(&self, kind: &str, action: &str) -> (Arc<str>, Arc<str>) {
        let name = |name: &str| Arc::clone(self.names.get(name).unwrap_or(&self.unknown));
        (name(kind), name(action))
    }
}
