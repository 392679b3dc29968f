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
    /// Name, kebab-case, capitals allowed behind the first letter; messages say its hyphens as spaces.
    pub name: &'static str,
    /// What its values are.
    pub values: Values,
    /// Whether it may have several values at once; one that may not and has makes the request invalid.
    pub repeats: bool,
    /// What it says and what its absence means, a sentence.
    pub meaning: &'static str,
}

impl Values {
    pub(crate) const fn link(&self) -> Option<&'static str> {
        match self {
            Self::Link(kind) | Self::LinkOr(kind, _) => Some(kind),
            _ => None,
        }
    }

    /// The words allowed, or none if any text is.
    pub(crate) const fn words(&self) -> &'static [&'static str] {
        match self {
            Self::Flag => &["true", "false"],
            Self::OneOf(words) => words,
            _ => &[],
        }
    }
}

/// Declares the attributes of a policy, `many` before those that may have several values: one constant [`Attr`] each, and `ATTRIBUTES`, the table of them.
///
/// ```
/// use interlock_rules::Values::{Flag, Link};
///
/// interlock_rules::attributes! {
///     LOCATION = "location", [Link("backup-location")], "Where the backup is kept.";
///     CLUSTERS = "clusters", many [Link("cluster")], "Clusters attached to it.";
///     REACHABLE = "reachable", [Flag], "Whether the cluster answers; absent: it does.";
/// }
/// assert_eq!(ATTRIBUTES[REACHABLE.0 as usize].name, "reachable");
/// ```
#[macro_export]
macro_rules! attributes {
    ($($id:ident = $name:expr, $($many:ident)? [$values:expr], $meaning:expr;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "numbers the constants below")]
        #[repr(u8)]
        enum Position { $($id),* }

        $(
            #[doc = $meaning]
            pub const $id: $crate::Attr = $crate::Attr(Position::$id as u8);
        )*

        /// Every attribute that conditions read.
        pub const ATTRIBUTES: &[$crate::AttributeInfo] = &[
            $($crate::AttributeInfo {
                name: $name,
                values: $values,
                repeats: false $(|| stringify!($many).len() > 0)?,
                meaning: $meaning,
            }),*
        ];
    };
}
