/// An attribute that conditions of this policy read, by its position in [`Source::attributes`].
///
/// Made by [`attributes!`](crate::attributes).
///
/// [`Source::attributes`]: crate::Source::attributes
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Attr(pub u8);

/// What the values of an attribute are.
#[derive(Clone, Copy, Debug)]
pub enum Values {
    /// Any text.
    Text,
    /// Any text by which resources are looked up ([`Facts::having`](crate::Facts::having)).
    Key,
    /// `true` or `false`.
    Flag,
    /// One of these; anything else makes the request invalid.
    OneOf(&'static [&'static str]),
    /// Whole numbers from 0.
    Number,
    /// Ids of resources of this kind.
    Link(&'static str),
    /// Ids of resources of the first kind, or one of these words in their place.
    LinkOr(&'static str, &'static [&'static str]),
}

/// An attribute: what callers may say of a resource, a subject or an action.
pub struct AttributeInfo {
    /// Name, kebab-case.
    pub name: &'static str,
    /// What its values are.
    pub values: Values,
    /// What it names, in messages: `location`.
    pub noun: &'static str,
    /// What it says and what its absence means, a sentence.
    pub meaning: &'static str,
}

impl AttributeInfo {
    pub(crate) const fn link(&self) -> Option<&'static str> {
        match self.values {
            Values::Link(kind) | Values::LinkOr(kind, _) => Some(kind),
            _ => None,
        }
    }

    /// Whether resources are looked up by it.
    pub(crate) const fn is_key(&self) -> bool {
        matches!(self.values, Values::Key | Values::Link(_) | Values::LinkOr(..))
    }

    /// The words allowed, or none if any text is.
    pub(crate) const fn words(&self) -> &'static [&'static str] {
        match self.values {
            Values::Flag => &["true", "false"],
            Values::OneOf(words) => words,
            _ => &[],
        }
    }

    /// Whether `value` is one that this attribute takes.
    pub(crate) fn takes(&self, value: &str) -> bool {
        match self.values {
            Values::Text | Values::Key | Values::Link(_) | Values::LinkOr(..) => true,
            Values::Number => !value.is_empty() && value.len() < 10 && value.bytes().all(|b| b.is_ascii_digit()),
            Values::Flag | Values::OneOf(_) => self.words().contains(&value),
        }
    }
}

/// Declares the attributes of a policy: one constant [`Attr`] each, and `ATTRIBUTES`, the table of them.
///
/// ```
/// use interlock_rules::Values::{Flag, Link};
///
/// interlock_rules::attributes! {
///     LOCATION = "location", Link("backup-location"), "location", "Where the backup is kept.";
///     REACHABLE = "reachable", Flag, "reachability", "Whether the cluster answers; absent: it does.";
/// }
/// assert_eq!(ATTRIBUTES[REACHABLE.0 as usize].name, "reachable");
/// ```
#[macro_export]
macro_rules! attributes {
    ($($id:ident = $name:expr, $values:expr, $noun:expr, $meaning:expr;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "numbers the constants below")]
        #[repr(u8)]
        enum Position { $($id),* }

        $(
            #[doc = $meaning]
            pub const $id: $crate::Attr = $crate::Attr(Position::$id as u8);
        )*

        /// Every attribute that conditions read.
        pub const ATTRIBUTES: &[$crate::AttributeInfo] = &[
            $($crate::AttributeInfo { name: $name, values: $values, noun: $noun, meaning: $meaning }),*
        ];
    };
}
