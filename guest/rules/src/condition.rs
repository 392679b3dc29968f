use crate::{Certainty, ConditionClass, Facts, Provenance, Trace, Truth};

/// The role of the platform's own services: events may be reported with it.
pub const SYSTEM_ROLE: &str = "system";

/// A named yes/no question about a request; yes is what an action needs.
///
/// The test is a pure function of the facts: it answers, and writes into the trace which resources are in
/// the way. It runs once without a trace to decide, and again with one to explain.
///
/// Sentences are templates. `{target}` is the target with its kind; `{NAME}`, an attribute, is the resource
/// that the target's attribute links to (*location `blob-eu`*, or *its location* where the subject may not
/// view it), else the value of the parameter or the target's own.
pub struct Condition {
    pub(crate) code: &'static str,
    pub(crate) class: ConditionClass,
    pub(crate) question: &'static str,
    pub(crate) refusal: &'static str,
    pub(crate) unseen: &'static str,
    pub(crate) reads: &'static [&'static str],
    pub(crate) provenance: Provenance,
    pub(crate) test: fn(&Facts<'_>, &mut Trace) -> Truth,
}

impl Condition {
    /// - `code`: kebab-case; stable, callers match on it.
    /// - `question`: with a question mark; yes is what an action needs.
    /// - `test`: answers it.
    #[must_use]
    pub const fn new(
        code: &'static str,
        class: ConditionClass,
        question: &'static str,
        test: fn(&Facts<'_>, &mut Trace) -> Truth,
    ) -> Self {
        Self {
            code,
            class,
            question,
            refusal: "",
            unseen: "",
            reads: &[],
            provenance: Provenance::new(Certainty::Stated, ""),
            test,
        }
    }

    /// What is said when the answer is no, after *backup `b1` cannot be deleted:*. When it is not known, the
    /// question itself is said.
    #[must_use]
    pub const fn refuses(mut self, refusal: &'static str) -> Self {
        self.refusal = refusal;
        self
    }

    /// What a resource in the way is called to a subject who may not view it.
    /// Default: its kind, *a cluster that you may not view*.
    #[must_use]
    pub const fn unseen(mut self, name: &'static str) -> Self {
        self.unseen = name;
        self
    }

    /// What the test reads: `subject.id`, `subject.roles`, `subject.NAME`, `target.NAME`,
    /// `related.KIND.NAME`, `parameter.NAME`; NAME is an attribute, or `id` or `state` of a resource. A
    /// parameter stands for the target's attribute of that name as well, and what [`Source::together`]
    /// joins is read together.
    ///
    /// [`Source::together`]: crate::Source::together
    #[must_use]
    pub const fn reads(mut self, paths: &'static [&'static str]) -> Self {
        self.reads = paths;
        self
    }

    /// Where it comes from.
    #[must_use]
    pub const fn source(mut self, provenance: Provenance) -> Self {
        self.provenance = provenance;
        self
    }
}

/// Events come from the platform: without a subject, or from one with the role `system`.
pub static REPORTED_BY_PLATFORM: Condition = Condition::new(
    "reported-by-platform",
    ConditionClass::Access,
    "Is it the platform itself that reports this?",
    |facts, _| facts.by_platform().into(),
)
.refuses("only the platform itself reports events")
.reads(&["subject.roles"]);
