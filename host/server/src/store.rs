//! What outlives the service: the last good versions, which of them answers, and what became of candidates.
//!
//! A directory for each policy: `versions/<hash>/policy.wasm` with its signature beside it, `current` with the digest
//! of the one that answers, `rollouts.jsonl` with every rollout that was decided. Files are written aside and renamed.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::candidate::Candidate;
use crate::rollout::Rollout;

/// The kept state of one policy.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    root: PathBuf,
}

const CURRENT: &str = "current";
const VERSIONS: &str = "versions";
const COMPONENT: &str = "policy.wasm";
const SIGNATURE: &str = "policy.wasm.minisig";
const ROLLOUTS: &str = "rollouts.jsonl";

impl Store {
    /// Opens a policy's directory, and makes it where there is none, for the present user alone.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(crate) fn open(state: &Path, policy: &str) -> io::Result<Self> {
        let root = state.join(policy);
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(root.join(VERSIONS))?;
        Ok(Self { root })
    }

    /// The versions that are kept: the one that answered last first, then the others, the newest first. What cannot be
    /// read is passed over.
    pub(crate) fn kept(&self) -> Vec<Candidate> {
        let current = fs::read_to_string(self.root.join(CURRENT)).unwrap_or_default();
        let mut versions: Vec<_> = self
            .versions()
            .into_iter()
            .filter_map(|(path, modified)| Some((self.read(&path)?, modified)))
            .collect();
        versions.sort_by_key(|(candidate, modified)| {
            (candidate.digest != current.trim(), std::cmp::Reverse(*modified))
        });
        versions.into_iter().map(|(candidate, _)| candidate).collect()
    }

    /// Keeps a version, makes it the one to start from, and lets go of the oldest beyond `keep`.
    ///
    /// # Errors
    ///
    /// What the system says; what was kept before stays.
    pub(crate) fn promote(&self, candidate: &Candidate, keep: usize) -> io::Result<()> {
        let path = self.path(&candidate.digest);
        fs::create_dir_all(&path)?;
        if let Some(signature) = &candidate.signature {
            write(&path.join(SIGNATURE), signature.as_bytes())?;
        }
        write(&path.join(COMPONENT), &candidate.bytes)?;
        write(&self.root.join(CURRENT), candidate.digest.as_bytes())?;
        let mut versions = self.versions();
        versions.sort_by_key(|(_, modified)| std::cmp::Reverse(*modified));
        for (old, _) in versions.into_iter().filter(|(old, _)| *old != path).skip(keep.saturating_sub(1)) {
            fs::remove_dir_all(old)?;
        }
        Ok(())
    }

    /// Adds a rollout that was decided.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(crate) fn append(&self, rollout: &Rollout) -> io::Result<()> {
        let mut line = serde_json::to_vec(rollout)?;
        line.push(b'\n');
        let mut file = File::options().create(true).read(true).append(true).open(self.root.join(ROLLOUTS))?;
        // What was torn by a crash must not take this one with it.
        if ends_torn(&mut file)? {
            line.insert(0, b'\n');
        }
        file.write_all(&line)?;
        file.sync_all()
    }

    /// Every rollout that was decided, in order: what operators decided against counts however long ago it was. Lines
    /// that cannot be read are passed over.
    pub(crate) fn rollouts(&self) -> Vec<Rollout> {
        let Ok(file) = File::open(self.root.join(ROLLOUTS)) else { return Vec::new() };
        let lines = BufReader::new(file).split(b'\n').map_while(Result::ok);
        lines.filter_map(|line| serde_json::from_slice(&line).ok()).collect()
    }

    fn versions(&self) -> Vec<(PathBuf, std::time::SystemTime)> {
        let Ok(entries) = fs::read_dir(self.root.join(VERSIONS)) else { return Vec::new() };
        let modified = |path: &Path| fs::metadata(path.join(COMPONENT)).and_then(|it| it.modified()).ok();
        entries
            .filter_map(|entry| {
                let path = entry.ok()?.path();
                let modified = modified(&path)?;
                Some((path, modified))
            })
            .collect()
    }

    fn read(&self, path: &Path) -> Option<Candidate> {
        let bytes = fs::read(path.join(COMPONENT)).ok()?;
        let signature = fs::read_to_string(path.join(SIGNATURE)).ok();
        let candidate = Candidate::new(bytes, signature, "kept".to_owned());
        // A file that is not what its folder says is damaged.
        (self.path(&candidate.digest) == path).then_some(candidate)
    }

    fn path(&self, digest: &str) -> PathBuf {
        self.root.join(VERSIONS).join(digest.trim_start_matches("sha256:"))
    }
}

/// Whether there is something whose last line has no end.
fn ends_torn(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// Writes aside, has it reach the disk, and renames.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let aside = path.with_extension("new");
    let mut file = File::create(&aside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&aside, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rollout::Status;

    fn rejected(id: u64) -> Rollout {
        serde_json::from_value(serde_json::json!({
            "id": id, "origin": "a file", "replaces": null, "started": "2026-01-01T00:00:00Z", "ended": null,
            "candidate": {"digest": "sha256:00", "name": null, "version": null, "signed_by": null},
            "status": Status::Rejected, "steps": [], "diff": null, "shadow": null,
        }))
        .unwrap()
    }

    #[test]
    fn a_rollout_that_follows_a_torn_line_is_read_back_and_so_is_one_of_long_ago() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), "door").unwrap();
        (0..300).for_each(|id| store.append(&rejected(id)).unwrap());
        let path = folder.path().join("door").join(ROLLOUTS);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() - 9]).unwrap();
        store.append(&rejected(300)).unwrap();
        let ids: Vec<u64> = store.rollouts().iter().map(|rollout| rollout.id).collect();
        assert_eq!(ids, (0..299).chain([300]).collect::<Vec<_>>());
    }
}
