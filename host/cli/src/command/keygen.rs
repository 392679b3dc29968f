//! `interlock keygen`: a key to sign policies with.

use std::path::{Path, PathBuf};

use clap::Args;
use interlock_signature::SecretKey;

use crate::exit::Status;
use crate::failure::Failure;
use crate::file::{self, place, unusable};
use crate::page::{DIM, NAME, PLAIN, Page, print};
use crate::password::PasswordFile;
use crate::progress;

/// Make a key to sign policies with
///
/// Two files are written: the secret half signs and stays with whoever releases policies, the public half
/// verifies and goes to every host. Both are minisign's.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Keygen {
    /// File to write the public half to
    #[arg(long, value_name = "FILE", default_value = "interlock.pub")]
    public: PathBuf,
    /// File to write the secret half to, readable by its owner alone
    #[arg(long, value_name = "FILE", default_value = "interlock.key")]
    secret: PathBuf,
    #[command(flatten)]
    password: PasswordFile,
    /// Do not encrypt the secret half: whoever reads the file can sign
    #[arg(long, conflicts_with = "password_file")]
    no_password: bool,
    /// Replace files that exist
    #[arg(long)]
    force: bool,
}

const EXAMPLES: &str = "\
Examples:
  interlock keygen
  interlock keygen --secret release.key --public release.pub --password-file password.txt";

impl Keygen {
    /// Writes both halves.
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        if self.public == self.secret {
            return Err(Failure::Usage("--public and --secret are the same file".to_owned()));
        }
        // Before anyone types a password.
        for path in [&self.secret, &self.public] {
            self.spare(path)?;
        }
        let password = if self.no_password { None } else { Some(self.password.choose()?) };
        let key = progress::while_doing("making the key", || SecretKey::generate(password.as_deref()))
            .map_err(|error| unusable("the password", "one of a key", error))?;
        let public = key.public_key();
        file::write_secret(&self.secret, key.to_text(), self.force)?;
        file::replace(&self.public, public.to_text().as_bytes())?;

        let mut page = Page::new();
        page.put(NAME, &format!("key {}", public.id())).end();
        for (name, text) in [
            ("secret", self.secret.display().to_string()),
            ("public", self.public.display().to_string()),
            ("in a line", public.to_string()),
        ] {
            page.put(PLAIN, "  ").put(DIM, &format!("{name:<10}")).put(PLAIN, &text).end();
        }
        print(&page.finish())?;
        Ok(Status::Done)
    }

    fn spare(&self, path: &Path) -> Result<(), Failure> {
        if self.force || path.symlink_metadata().is_err() {
            return Ok(());
        }
        Err(Failure::Usage(format!("{} exists; --force replaces it", place(path))))
    }
}
