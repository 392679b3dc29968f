//! What a request and a survey have in common, however they are held: as plain Rust, or where a host put them.

use crate::contract::{Attribute, Coverage, Observation, Request, Subject, SurveyQuery};

/// One subject, one world; every target with every action. A request has one of each.
pub trait Question {
    /// How names are held.
    type Name: AsRef<str>;
    /// How attributes are held.
    type Attribute: Named;
    /// How the subject is held.
    type Subject: Asking<Name = Self::Name, Attribute = Self::Attribute>;
    /// How resources are held.
    type Observation: Observed<Attribute = Self::Attribute>;

    /// Name of the mode.
    fn mode(&self) -> &str;
    /// Who asks.
    fn subject(&self) -> Option<&Self::Subject>;
    /// Names of the actions.
    fn actions(&self) -> &[Self::Name];
    /// What is acted on.
    fn targets(&self) -> &[Self::Observation];
    /// Other resources.
    fn related(&self) -> &[Self::Observation];
    /// Arguments of the actions.
    fn parameters(&self) -> &[Self::Attribute];
    /// Whether `related` is all there is.
    fn complete(&self) -> bool;
}

/// A named value.
pub trait Named {
    /// Its name.
    fn name(&self) -> &str;
    /// Its value.
    fn value(&self) -> &str;
}

/// Who asks.
pub trait Asking {
    /// How names are held.
    type Name: AsRef<str>;
    /// How attributes are held.
    type Attribute: Named;

    /// Id.
    fn id(&self) -> &str;
    /// Roles held.
    fn roles(&self) -> &[Self::Name];
    /// What else is known.
    fn attributes(&self) -> &[Self::Attribute];
}

/// A resource as somebody saw it.
pub trait Observed {
    /// How attributes are held.
    type Attribute: Named;

    /// Name of its kind.
    fn kind(&self) -> &str;
    /// Id.
    fn id(&self) -> &str;
    /// Name of its state.
    fn state(&self) -> &str;
    /// What else is known.
    fn attributes(&self) -> &[Self::Attribute];
}

impl Named for Attribute<'_> {
    fn name(&self) -> &str {
        self.name
    }

    fn value(&self) -> &str {
        self.value
    }
}

impl<'a> Asking for Subject<'a> {
    type Name = &'a str;
    type Attribute = Attribute<'a>;

    fn id(&self) -> &str {
        self.id
    }

    fn roles(&self) -> &[&'a str] {
        &self.roles
    }

    fn attributes(&self) -> &[Attribute<'a>] {
        &self.attributes
    }
}

impl<'a> Observed for Observation<'a> {
    type Attribute = Attribute<'a>;

    fn kind(&self) -> &str {
        self.kind
    }

    fn id(&self) -> &str {
        self.id
    }

    fn state(&self) -> &str {
        self.state
    }

    fn attributes(&self) -> &[Attribute<'a>] {
        &self.attributes
    }
}

/// A question held as the contract's records.
macro_rules! question {
    ($record:ident, |$this:ident| $actions:expr, $targets:expr) => {
        impl<'a> Question for $record<'a> {
            type Name = &'a str;
            type Attribute = Attribute<'a>;
            type Subject = Subject<'a>;
            type Observation = Observation<'a>;

            fn mode(&self) -> &str {
                self.mode
            }

            fn subject(&self) -> Option<&Subject<'a>> {
                self.subject.as_ref()
            }

            fn actions(&self) -> &[&'a str] {
                let $this = self;
                $actions
            }

            fn targets(&self) -> &[Observation<'a>] {
                let $this = self;
                $targets
            }

            fn related(&self) -> &[Observation<'a>] {
                &self.related
            }

            fn parameters(&self) -> &[Attribute<'a>] {
                &self.parameters
            }

            fn complete(&self) -> bool {
                self.coverage == Coverage::Complete
            }
        }
    };
}

question!(Request, |this| core::slice::from_ref(&this.action), core::slice::from_ref(&this.target));
question!(SurveyQuery, |this| &this.actions, &this.targets);
