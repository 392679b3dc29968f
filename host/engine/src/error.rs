//! What can go wrong, one type for each boundary: making an engine, loading a policy, calling one.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use interlock_analysis::{Counterexample, TooManySituations};
use interlock_model::{RequestError, UnpackError, Verdict};
use thiserror::Error;

use crate::ManifestError;

/// What a runtime or a law reported, kept as the source of an error.
pub type Cause = Box<dyn StdError + Send + Sync + 'static>;

/// Why an engine could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The runtime refused the settings, or the address space for its instances could not be reserved.
    #[error("cannot set up the WebAssembly runtime")]
    Runtime {
        /// What it said.
        source: Cause,
    },
    /// The thread that counts time for deadlines did not start.
    #[error("cannot start the thread that counts time for deadlines")]
    Clock {
        /// What the system said.
        source: io::Error,
    },
    /// A setting that no engine can work with.
    #[error("setting `{setting}` is {observed}, must be at least {least}")]
    Setting {
        /// Name of the builder's method.
        setting: &'static str,
        /// The value given.
        observed: u64,
        /// The least value that works.
        least: u64,
    },
}

/// The step of loading that failed, in the order in which they are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Step {
    /// The file is read. Only [`Engine::load_file`](crate::Engine::load_file) has this step.
    Read,
    /// The bytes are not too many.
    Size,
    /// They are a component.
    Component,
    /// It is built for a contract version that this host knows.
    Contract,
    /// It has one core module, which imports nothing, and asks for no more than the limits give.
    Shape,
    /// It compiles.
    Compile,
    /// It can be instantiated, and its functions have the contract's types.
    Instantiate,
    /// It describes itself within the limits.
    ManifestLimits,
    /// What it describes is consistent with itself.
    Manifest,
    /// The built-in laws hold on every situation.
    Laws,
}

impl Step {
    /// Name of the step, kebab-case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Size => "size",
            Self::Component => "component",
            Self::Contract => "contract",
            Self::Shape => "shape",
            Self::Compile => "compile",
            Self::Instantiate => "instantiate",
            Self::ManifestLimits => "manifest-limits",
            Self::Manifest => "manifest",
            Self::Laws => "laws",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a policy was not let in. Each belongs to one [`Step`].
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// More bytes than a policy may have.
    #[error("too large: {}, allowed {}", Bytes(*observed), Bytes(*allowed))]
    TooLarge {
        /// Bytes given; of a file that grows while it is read, at least so many.
        observed: u64,
        /// Bytes allowed.
        allowed: u64,
    },
    /// Not a WebAssembly component.
    #[error("not a WebAssembly component, but {0}")]
    NotComponent(NotComponent),
    /// A component whose bytes do not parse: cut short, or damaged.
    #[error("not a whole component: cut short or damaged")]
    Damaged {
        /// Where and how.
        source: Cause,
    },
    /// Built for another contract, or for another version of it.
    #[error("{}, this host knows {known}", found_contract(found))]
    Contract {
        /// The version it exports; none where it exports no policy at all.
        found: Option<String>,
        /// The versions known, separated by commas.
        known: String,
    },
    /// Has what no policy may have.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// Does not compile.
    #[error("does not compile")]
    Compile {
        /// What the compiler said.
        source: Cause,
    },
    /// Exports the contract's name, but not its functions with their types.
    #[error("does not have the functions of policy contract {version}")]
    Interface {
        /// The version that it claims.
        version: &'static str,
        /// The first difference.
        source: Cause,
    },
    /// Fails while it is instantiated.
    #[error("cannot be instantiated")]
    Instantiate {
        /// How it failed.
        source: CallError,
    },
    /// Fails while it describes itself, or describes more than the limits allow.
    #[error("cannot describe itself")]
    Describe {
        /// How it failed.
        source: CallError,
    },
    /// Describes more than the limits allow.
    #[error("its manifest is too large: {observed} {what}, allowed {allowed}")]
    ManifestTooLarge {
        /// What there is too much of, and where.
        what: String,
        /// How many there are.
        observed: u64,
        /// How many are allowed.
        allowed: u64,
    },
    /// Contradicts itself.
    #[error("its manifest contradicts itself")]
    Manifest {
        /// Where and how.
        source: ManifestError,
    },
    /// Has more situations than the limits allow.
    #[error(transparent)]
    TooManySituations(#[from] TooManySituations),
    /// Fails while it answers situations for the built-in laws.
    #[error("does not answer every situation")]
    Unanswered {
        /// How it failed.
        source: CallError,
    },
    /// Breaks a built-in law.
    #[error("breaks {}", broken_laws(broken))]
    Laws {
        /// The smallest case of each law that is broken; at least one.
        broken: Vec<Counterexample>,
    },
}

impl LoadError {
    /// The step that failed.
    pub fn step(&self) -> Step {
        match self {
            Self::Read { .. } => Step::Read,
            Self::TooLarge { .. } => Step::Size,
            Self::NotComponent(_) | Self::Damaged { .. } => Step::Component,
            Self::Contract { .. } => Step::Contract,
            Self::Shape(_) => Step::Shape,
            Self::Compile { .. } => Step::Compile,
            Self::Interface { .. } | Self::Instantiate { .. } => Step::Instantiate,
            Self::Describe { .. } | Self::ManifestTooLarge { .. } | Self::TooManySituations(_) => {
                Step::ManifestLimits
            }
            Self::Manifest { .. } => Step::Manifest,
            Self::Unanswered { .. } | Self::Laws { .. } => Step::Laws,
        }
    }
}

fn found_contract(found: &Option<String>) -> String {
    match found {
        Some(version) => format!("built for policy contract {version}"),
        None => "exports no policy contract".to_owned(),
    }
}

fn broken_laws(broken: &[Counterexample]) -> String {
    let laws: Vec<_> = broken.iter().map(|broken| format!("law `{}`: {broken}", broken.law)).collect();
    laws.join("; ")
}

/// What was given in place of a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NotComponent {
    /// A core module.
    #[error("a core module")]
    CoreModule,
    /// Nothing that starts like WebAssembly.
    #[error("bytes that do not start like WebAssembly")]
    NotWasm,
}

/// What a component has that no policy may have.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ShapeError {
    /// Core modules: there must be one.
    #[error("has {observed} core modules, must have 1")]
    CoreModules {
        /// How many there are.
        observed: usize,
    },
    /// It asks its host for something.
    #[error("imports `{name}`, must import nothing")]
    Import {
        /// The first import.
        name: String,
    },
    /// A memory that starts larger than the limit.
    #[error("its memory starts with {}, allowed {}", Bytes(*asked), Bytes(*allowed))]
    Memory {
        /// Bytes it starts with.
        asked: u64,
        /// Bytes allowed.
        allowed: u64,
    },
    /// More memories than the one that a policy may have.
    #[error("has {observed} memories, allowed 1")]
    Memories {
        /// How many there are.
        observed: usize,
    },
    /// More tables than a policy may have.
    #[error("has {observed} tables, allowed {allowed}")]
    Tables {
        /// How many there are.
        observed: usize,
        /// How many are allowed.
        allowed: usize,
    },
    /// A table that starts larger than the limit.
    #[error("a table starts with {asked} elements, allowed {allowed}")]
    TableElements {
        /// Elements it starts with.
        asked: u64,
        /// Elements allowed.
        allowed: u64,
    },
}

/// Why a question has no answer.
#[derive(Debug, Error)]
pub enum EvaluateError {
    /// The caller's mistake, in the policy's words.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The policy's failure. Fail closed: whoever enforces refuses.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// How a call of a policy failed. The instance that was called is gone; the next call gets another one.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CallError {
    /// Ran longer than allowed.
    #[error("policy ran out of time: used {} ms, allowed {} ms", used.as_millis(), allowed.as_millis())]
    Deadline {
        /// Time used, in whole ticks of the engine's clock.
        used: Duration,
        /// Time allowed.
        allowed: Duration,
        /// The trap that stopped it.
        source: Cause,
    },
    /// Asked for more memory than allowed.
    #[error("policy ran out of memory: asked for {}, allowed {}", Bytes(*asked), Bytes(*allowed))]
    Memory {
        /// Bytes it would have had.
        asked: u64,
        /// Bytes allowed.
        allowed: u64,
    },
    /// Asked for a larger table than allowed.
    #[error("policy ran out of table space: asked for {asked} elements, allowed {allowed}")]
    Table {
        /// Elements it would have had.
        asked: u64,
        /// Elements allowed.
        allowed: u64,
    },
    /// Recursed deeper than its stack.
    #[error("policy ran out of stack: allowed {}", Bytes(*allowed))]
    Stack {
        /// Bytes allowed.
        allowed: u64,
        /// The trap that stopped it.
        source: Cause,
    },
    /// Stopped itself: an `unreachable`, an access out of bounds, a division by zero.
    #[error("policy trapped")]
    Trap {
        /// The trap.
        source: Cause,
    },
    /// The request is larger than allowed; the policy was not called.
    #[error("request too large: {observed} {what}, allowed {allowed}")]
    RequestTooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        observed: usize,
        /// How many are allowed.
        allowed: usize,
    },
    /// The answer is larger than allowed.
    #[error("policy answered with too much: allowed {}", Bytes(*allowed))]
    AnswerTooLarge {
        /// Bytes allowed.
        allowed: u64,
        /// Where the count ended.
        source: Cause,
    },
    /// The answer is no value of its type: text that is not UTF-8, a list that ends outside memory.
    #[error("policy answered with malformed data")]
    Malformed {
        /// What was wrong.
        source: Cause,
    },
    /// The answer is a value of its type, but not one that the contract allows.
    #[error("policy broke the contract")]
    Breach(#[from] Breach),
    /// Every instance of the engine is in use.
    #[error("all {allowed} instances of the engine are in use")]
    Busy {
        /// Instances that the engine may have at once.
        allowed: u32,
    },
    /// No instance could be made, for a reason that none of the above names.
    #[error("policy cannot be instantiated")]
    Instantiate {
        /// What the runtime said.
        source: Cause,
    },
}

/// How an answer breaks the contract. Names and indexes are those of the policy's manifest.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Breach {
    /// An index beyond its list.
    #[error("{what} {observed} is out of range, there are {count}")]
    Index {
        /// What the index is of.
        what: &'static str,
        /// The index.
        observed: u32,
        /// How many there are.
        count: usize,
    },
    /// An index that is not what the request said.
    #[error("{what} {observed} is not what was asked, which is {asked}")]
    NotAsked {
        /// What the index is of.
        what: &'static str,
        /// The index.
        observed: u32,
        /// The index of what was asked.
        asked: u32,
    },
    /// Bits beyond the offer's list.
    #[error("{what} {observed:#b} has bits beyond the offer's list, which has {count}")]
    Mask {
        /// What the bits stand for.
        what: &'static str,
        /// The bits.
        observed: u32,
        /// Length of the list.
        count: u32,
    },
    /// A packed answer that is none, or stands for too much.
    #[error(transparent)]
    Packed(#[from] UnpackError),
    /// A name that the manifest does not have there.
    #[error("{what} `{name}` is unknown")]
    Name {
        /// What it names.
        what: &'static str,
        /// The name, shortened to at most 64 characters.
        name: String,
    },
    /// A list of the wrong length.
    #[error("gave {observed} answers to {asked} questions")]
    Count {
        /// Answers given.
        observed: usize,
        /// Answers wanted.
        asked: usize,
    },
    /// Something that does not go with the verdict.
    #[error("{} has {what}", verdict.as_str())]
    Superfluous {
        /// The verdict.
        verdict: Verdict,
        /// What it must not have.
        what: &'static str,
    },
    /// Something that the verdict needs.
    #[error("{} lacks {what}", verdict.as_str())]
    Missing {
        /// The verdict.
        verdict: Verdict,
        /// What it must have.
        what: &'static str,
    },
    /// A verdict or cause that does not go with what the manifest offers.
    #[error("{} with cause `{cause}` {}", verdict.as_str(), offered_or_not(*offered))]
    Offer {
        /// The verdict.
        verdict: Verdict,
        /// The cause given.
        cause: &'static str,
        /// Whether the manifest offers the action there.
        offered: bool,
    },
    /// An answer to a request whose names the manifest does not have.
    #[error("answered a request whose {what} `{name}` is unknown")]
    Unasked {
        /// What it names.
        what: &'static str,
        /// The name, shortened to at most 64 characters.
        name: String,
    },
}

fn offered_or_not(offered: bool) -> &'static str {
    if offered { "where the action is offered" } else { "where the action is not offered" }
}

/// A guest's text in an error, kept to one line of a length that people read.
pub(crate) fn shown(text: &str) -> String {
    text.chars().take(64).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// A size as people read it: the largest binary unit that leaves a whole number.
struct Bytes(u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const KIB: u64 = 1 << 10;
        const MIB: u64 = 1 << 20;
        match self.0 {
            bytes if bytes > 0 && bytes.is_multiple_of(MIB) => write!(f, "{} MiB", bytes / MIB),
            bytes if bytes > 0 && bytes.is_multiple_of(KIB) => write!(f, "{} KiB", bytes / KIB),
            bytes => write!(f, "{bytes} bytes"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_in_the_largest_unit_that_is_whole() {
        let text = |bytes| Bytes(bytes).to_string();
        assert_eq!(
            [text(0), text(1000), text(65_536), text(64 << 20)],
            ["0 bytes", "1000 bytes", "64 KiB", "64 MiB"]
        );
    }

    #[test]
    fn a_wrong_contract_names_both_versions() {
        let error = LoadError::Contract { found: Some("0.3.0".to_owned()), known: "0.1.0".to_owned() };
        assert_eq!(error.to_string(), "built for policy contract 0.3.0, this host knows 0.1.0");
        assert_eq!(error.step(), Step::Contract);
    }
}
