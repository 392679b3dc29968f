use std::num::{NonZeroU32, NonZeroU64};
use std::path::{Path, PathBuf};
use std::time::Duration;

use interlock_log::{Mask, MaskError, Options, Rotate, Sink, Sync, WhenFull};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::ConfigError;

/// The decision log: a record of each decision, in which every record carries the hash of the one before.
///
/// Recorded is what became a question to a policy: one record for each answer, denials and errors included, and for
/// each pair of a survey. What is no question (a malformed body, a token without the right) is not. Pairs of a survey
/// never hold their whole request, since each would repeat all the others.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// Where records go: a file in a directory that there is. Either this or [`stdout`](Self::stdout).
    #[serde(default)]
    pub file: Option<PathBuf>,
    /// Whether records go to standard output, to which nothing else is written then. Default: no.
    #[serde(default)]
    pub stdout: bool,
    /// Most decisions that wait to be written, and so are in memory. A request that asks for more of them at once is
    /// too large, unless they are dropped when there is no room. Default: 16,384.
    #[serde(default = "queue")]
    pub queue: NonZeroU32,
    /// What happens to a decision when so many wait. Default: `wait`.
    ///
    /// - `wait`: it waits for room, as long as its request may take: nothing is lost.
    /// - `drop`: it is answered unrecorded, and counted; a record tells how many were.
    /// - `refuse`: it is refused, with the code `log-full`.
    #[serde(default)]
    pub when_full: WhenFull,
    /// Whether records hold the whole request, so that `interlock log replay` can decide it again. Default: no.
    #[serde(default)]
    pub whole_request: bool,
    /// What is not written down in clear: `subject.id`, `target.attributes.NAME` and so on; see [`Mask`]. Default:
    /// nothing.
    #[serde(default)]
    pub mask: Vec<String>,
    /// File with the key of the mask, at least 16 bytes, so that equal values stay equal. White space around it does
    /// not count. Default: none; what is masked becomes `***`.
    #[serde(default)]
    pub mask_key: Option<PathBuf>,
    /// When a file is full, and how many stay. Only with [`file`](Self::file).
    #[serde(default)]
    pub rotate: RotateConfig,
    /// When records are safe from a machine that fails: `system`, when the system sees fit; `write`, after each write,
    /// which may hold many records; or at most a time after one, such as `1s`. Default: `system`.
    #[serde(default, deserialize_with = "sync")]
    pub sync: Sync,
}

/// When a file of the decision log is full, and how many stay.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RotateConfig {
    /// Most bytes of a file; 0 for no bound. Default: 268,435,456.
    pub bytes: u64,
    /// How old the first record of a file may be when another is added. Default: no bound.
    #[serde(with = "humantime_serde")]
    pub age: Option<Duration>,
    /// Most full files that stay. Default: all.
    pub keep: Option<u32>,
}

impl Default for RotateConfig {
    fn default() -> Self {
        let Rotate { bytes, age, keep } = Rotate::default();
        Self { bytes: bytes.map_or(0, NonZeroU64::get), age, keep }
    }
}

impl LogConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let wrong = |sentence: &str| Err(ConfigError::Contradiction(sentence.to_owned()));
        match (&self.file, self.stdout) {
            (None, false) => return wrong("`log` names no place: set `file`, or `stdout = true`"),
            (Some(_), true) => return wrong("`log` names two places: leave out `file` or `stdout`"),
            (None, true) if self.rotate != RotateConfig::default() => {
                return wrong("`log.rotate` is for files: standard output has none");
            }
            _ => {}
        }
        if self.mask_key.is_some() && self.mask.is_empty() {
            return wrong("`log.mask_key` has nothing to mask: set `log.mask`");
        }
        match Mask::new(&self.mask, None) {
            Ok(_) => Ok(()),
            Err(error) => Err(ConfigError::Contradiction(format!("`log.mask`: {error}"))),
        }
    }

    pub(super) fn start_from(&mut self, directory: &Path) {
        for path in [&mut self.file, &mut self.mask_key].into_iter().flatten() {
            *path = directory.join(&path);
        }
    }

    /// What the log is opened with.
    ///
    /// - `key`: of the mask, if there is one.
    pub(crate) fn options(&self, key: Option<&[u8]>) -> Result<Options, MaskError> {
        let mut options = Options::new(match &self.file {
            Some(file) => Sink::File(file.clone()),
            None => Sink::Stdout,
        });
        options.queue = self.queue;
        options.when_full = self.when_full;
        options.whole_request = self.whole_request;
        options.mask = Mask::new(&self.mask, key)?;
        let RotateConfig { bytes, age, keep } = self.rotate;
        options.rotate = Rotate { bytes: NonZeroU64::new(bytes), age, keep };
        options.sync = self.sync;
        Ok(options)
    }
}

fn queue() -> NonZeroU32 {
    Options::new(Sink::Stdout).queue
}

fn sync<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Sync, D::Error> {
    let text = String::deserialize(deserializer)?;
    match text.as_str() {
        "system" => Ok(Sync::System),
        "write" => Ok(Sync::Write),
        time => humantime_serde::re::humantime::parse_duration(time).map(Sync::Every).map_err(|_| {
            D::Error::custom(format!("sync `{time}`: allowed are `system`, `write`, and a time such as `1s`"))
        }),
    }
}
