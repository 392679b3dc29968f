//! What of a request is not written down.

use std::borrow::Cow;
use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use interlock_model::{Attributes, Observation, Request};
use sha2::Sha256;
use thiserror::Error;

use crate::record::{Answer, Decided, Entry, SubjectId, Target};

/// What is masked: places in a record, and how their values are written.
///
/// Without a key a value becomes `***`. With one it becomes `hmac-sha256:` and the first 32 hexadecimal digits of the
/// HMAC-SHA-256 of the value under the key: equal values stay equal, so that the records of one subject can be told
/// from others, and whoever has the key can find a value that they know, while nobody else can try out values.
///
/// Places are:
///
/// - `subject.id`, `subject.roles`, `subject.attributes.NAME`
/// - `target.id`, `target.attributes.NAME`
/// - `related.*.id`, `related.*.attributes.NAME`
/// - `parameters.NAME`
/// - `request_id`, `trace_id`
///
/// `NAME` is the name of an attribute, or `*` for all. All but the last line may also be written with `request.` in
/// front. Either way a value is masked in the whole request and beside it, so that it does not stand in one place in
/// clear.
#[derive(Clone, Default)]
pub struct Mask {
    places: Vec<(String, Place)>,
    key: Option<Hmac<Sha256>>,
}

/// What cannot be masked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MaskError {
    /// There is no such place in a record, or it is one that records cannot do without.
    #[error(
        "mask `{path}` names nothing that can be masked: that are `subject.id`, `subject.roles`, \
         `subject.attributes.NAME`, `target.id`, `target.attributes.NAME`, `related.*.id`, \
         `related.*.attributes.NAME`, `parameters.NAME`, each also after `request.`, `request_id` and `trace_id`"
    )]
    Unknown {
        /// As it was written.
        path: String,
    },
    /// A key that can be guessed.
    #[error("the key of the mask has {bytes} bytes, needed are 16 at least")]
    ShortKey {
        /// How long it is.
        bytes: usize,
    },
}

/// Fewest bytes of a key.
const SHORTEST_KEY: usize = 16;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    SubjectId,
    SubjectRoles,
    SubjectAttribute(Name),
    TargetId,
    TargetAttribute(Name),
    RelatedId,
    RelatedAttribute(Name),
    Parameter(Name),
    RequestId,
    TraceId,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Name {
    Every,
    One(String),
}

impl Mask {
    /// Masks places.
    ///
    /// - `key`: at least 16 bytes; none for `***`.
    ///
    /// # Errors
    ///
    /// [`MaskError::Unknown`] for the first path that names no place, [`MaskError::ShortKey`].
    ///
    /// # Examples
    ///
    /// ```
    /// use interlock_log::Mask;
    ///
    /// assert!(Mask::new(["subject.id", "request.related.*.attributes.owner"], None).is_ok());
    /// assert!(Mask::new(["subject.name"], None).is_err());
    /// ```
    pub fn new<P: AsRef<str>>(
        paths: impl IntoIterator<Item = P>,
        key: Option<&[u8]>,
    ) -> Result<Self, MaskError> {
        let place = |path: P| {
            let path = path.as_ref();
            match Place::parse(path) {
                Some(place) => Ok((path.to_owned(), place)),
                None => Err(MaskError::Unknown { path: path.to_owned() }),
            }
        };
        let places = paths.into_iter().map(place).collect::<Result<_, _>>()?;
        let key = match key {
            Some(key) if key.len() < SHORTEST_KEY => {
                return Err(MaskError::ShortKey { bytes: key.len() });
            }
            // No length of a key is refused; were one, the values would be `***`.
            Some(key) => Hmac::new_from_slice(key).ok(),
            None => None,
        };
        Ok(Self { places, key })
    }

    /// The paths, as they were given.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.places.iter().map(|(path, _)| &**path)
    }

    fn hide(&self, value: &str) -> String {
        match &self.key {
            None => "***".to_owned(),
            Some(keyed) => {
                let mut keyed = keyed.clone();
                keyed.update(value.as_bytes());
                let code = keyed.finalize().into_bytes();
                code.iter().take(16).fold("hmac-sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
            }
        }
    }

    /// A decision as it is written.
    pub(crate) fn decided<'a>(&'a self, entry: &'a Entry, whole_request: bool) -> Decided<'a> {
        let whole_request = whole_request && entry.is_whole;
        let mut request = Cow::Borrowed(&*entry.request);
        let mut request_id = entry.request_id.as_deref().map(Cow::Borrowed);
        let mut trace_id = entry.trace_id.as_deref().map(Cow::Borrowed);
        let mut masked = Vec::new();
        for (path, place) in &self.places {
            let hit = match place {
                Place::RequestId => self.hide_id(&mut request_id),
                Place::TraceId => self.hide_id(&mut trace_id),
                _ if place.is_in(&request) => {
                    self.hide_in(place, request.to_mut());
                    true
                }
                _ => false,
            };
            // Where the whole request is left out, so is what hides nothing but in there.
            if hit && (whole_request || !place.is_only_in_request()) {
                masked.push(Cow::Borrowed(&**path));
            }
        }
        let (verdict, error, reasons, next_state) = match &entry.answer {
            Answer::Decided { verdict, reasons, next_state } => {
                (Some(*verdict), None, &**reasons, next_state.as_deref())
            }
            Answer::Failed { code } => (None, Some(&**code), [].as_slice(), None),
        };
        // What lies in the entry is borrowed; what was masked is taken.
        let (mode, action, subject, target) = match &request {
            Cow::Borrowed(request) => (
                Cow::Borrowed(&*request.mode),
                Cow::Borrowed(&*request.action),
                request.subject.as_ref().map(|subject| Cow::Borrowed(&*subject.id)),
                Target {
                    kind: Cow::Borrowed(&*request.target.kind),
                    id: Cow::Borrowed(&*request.target.id),
                    state: Cow::Borrowed(&*request.target.state),
                },
            ),
            Cow::Owned(masked) => (
                Cow::Borrowed(&*entry.request.mode),
                Cow::Borrowed(&*entry.request.action),
                masked.subject.as_ref().map(|subject| Cow::Owned(subject.id.clone())),
                Target {
                    kind: Cow::Borrowed(&*entry.request.target.kind),
                    id: Cow::Owned(masked.target.id.clone()),
                    state: Cow::Borrowed(&*entry.request.target.state),
                },
            ),
        };
        Decided {
            decision_id: Cow::Borrowed(&entry.decision_id),
            policy: Cow::Borrowed(&*entry.policy),
            interface: entry.interface,
            caller: entry.caller.as_deref().map(Cow::Borrowed),
            mode,
            subject: subject.map(|id| SubjectId { id }),
            action,
            target,
            verdict,
            error: error.map(Cow::Borrowed),
            reasons: Cow::Borrowed(reasons),
            next_state: next_state.map(Cow::Borrowed),
            latency_us: u64::try_from(entry.latency.as_micros()).unwrap_or(u64::MAX),
            request_id,
            trace_id,
            masked,
            request_too_long: false,
            request: whole_request.then_some(request),
        }
    }

    fn hide_id(&self, id: &mut Option<Cow<'_, str>>) -> bool {
        if let Some(id) = id {
            *id = Cow::Owned(self.hide(id));
        }
        id.is_some()
    }

    fn hide_in(&self, place: &Place, request: &mut Request) {
        let hide = |value: &mut String| *value = self.hide(value);
        let hide_named = |attributes: &mut Attributes, name: &Name| {
            attributes.0.iter_mut().filter(|it| name.is(&it.name)).for_each(|it| hide(&mut it.value));
        };
        let Request { subject, target, related, parameters, .. } = request;
        match place {
            Place::SubjectId => subject.iter_mut().for_each(|subject| hide(&mut subject.id)),
            Place::SubjectRoles => subject.iter_mut().flat_map(|it| &mut it.roles).for_each(hide),
            Place::SubjectAttribute(name) => {
                subject.iter_mut().for_each(|subject| hide_named(&mut subject.attributes, name));
            }
            Place::TargetId => hide(&mut target.id),
            Place::TargetAttribute(name) => hide_named(&mut target.attributes, name),
            Place::RelatedId => related.iter_mut().for_each(|resource| hide(&mut resource.id)),
            Place::RelatedAttribute(name) => {
                related.iter_mut().for_each(|resource| hide_named(&mut resource.attributes, name));
            }
            Place::Parameter(name) => hide_named(parameters, name),
            Place::RequestId | Place::TraceId => {}
        }
    }
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keyed = self.key.is_some();
        f.debug_struct("Mask").field("places", &self.places).field("keyed", &keyed).finish()
    }
}

impl Place {
    fn parse(path: &str) -> Option<Self> {
        match path {
            "request_id" => return Some(Self::RequestId),
            "trace_id" => return Some(Self::TraceId),
            _ => {}
        }
        let path = path.strip_prefix("request.").unwrap_or(path);
        match path {
            "subject.id" => return Some(Self::SubjectId),
            "subject.roles" => return Some(Self::SubjectRoles),
            "target.id" => return Some(Self::TargetId),
            "related.*.id" => return Some(Self::RelatedId),
            _ => {}
        }
        let named = [
            ("subject.attributes.", Self::SubjectAttribute as fn(Name) -> Self),
            ("target.attributes.", Self::TargetAttribute),
            ("related.*.attributes.", Self::RelatedAttribute),
            ("parameters.", Self::Parameter),
        ];
        named.iter().find_map(|(before, place)| match path.strip_prefix(before)? {
            "" => None,
            "*" => Some(place(Name::Every)),
            name => Some(place(Name::One(name.to_owned()))),
        })
    }

    /// Whether a request has something there.
    fn is_in(&self, request: &Request) -> bool {
        let has = |attributes: &Attributes, name: &Name| attributes.iter().any(|it| name.is(&it.name));
        let related = |is: &dyn Fn(&Observation) -> bool| request.related.iter().any(is);
        let subject = request.subject.as_ref();
        match self {
            Self::SubjectId => subject.is_some(),
            Self::SubjectRoles => subject.is_some_and(|subject| !subject.roles.is_empty()),
            Self::SubjectAttribute(name) => subject.is_some_and(|subject| has(&subject.attributes, name)),
            Self::TargetId => true,
            Self::TargetAttribute(name) => has(&request.target.attributes, name),
            Self::RelatedId => related(&|_| true),
            Self::RelatedAttribute(name) => related(&|resource| has(&resource.attributes, name)),
            Self::Parameter(name) => has(&request.parameters, name),
            Self::RequestId | Self::TraceId => false,
        }
    }

    fn is_only_in_request(&self) -> bool {
        !matches!(self, Self::SubjectId | Self::TargetId | Self::RequestId | Self::TraceId)
    }
}

impl Name {
    fn is(&self, name: &str) -> bool {
        match self {
            Self::Every => true,
            Self::One(one) => one == name,
        }
    }
}
