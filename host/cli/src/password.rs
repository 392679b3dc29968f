//! Passwords of secret keys: out of a file, or asked for on a terminal.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::Args;
use interlock_signature::MAX_PASSWORD_BYTES;

use crate::failure::Failure;
use crate::file;

/// Where a password comes from.
#[derive(Args)]
pub(crate) struct PasswordFile {
    /// File whose first line is the password of the secret key; asked for on the terminal when absent
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl PasswordFile {
    /// The password of a key that there is.
    ///
    /// # Errors
    ///
    /// [`Failure::Read`] and [`Failure::Unusable`]; [`Failure::Usage`] where there is no file and no terminal.
    pub(crate) fn ask(&self) -> Result<String, Failure> {
        match &self.password_file {
            Some(path) => read(path),
            None => prompt("Password of the secret key: ", "give --password-file"),
        }
    }

    /// The password that a new key is to have.
    ///
    /// # Errors
    ///
    /// As [`PasswordFile::ask`], and [`Failure::Usage`] where it was typed in two ways.
    pub(crate) fn choose(&self) -> Result<String, Failure> {
        let Some(path) = &self.password_file else {
            let other = "give --password-file or --no-password";
            let password = prompt("Password for the new secret key: ", other)?;
            return match prompt("The same once more: ", other)? == password {
                true => Ok(password),
                false => Err(Failure::Usage("the passwords differ".to_owned())),
            };
        };
        read(path)
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    let what = "a password";
    let text = String::from_utf8(file::read(path)?)
        .map_err(|error| file::unusable(file::place(path), what, error.utf8_error()))?;
    let line = text.lines().next().unwrap_or_default();
    match line.len() {
        1..=MAX_PASSWORD_BYTES => Ok(line.to_owned()),
        bytes => {
            let message = format!("its first line has {bytes} bytes, allowed are 1 to {MAX_PASSWORD_BYTES}");
            Err(file::unusable(file::place(path), what, io::Error::other(message)))
        }
    }
}

fn prompt(question: &str, other: &str) -> Result<String, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(format!("there is no terminal to ask for a password; {other}")));
    }
    rpassword::prompt_password(question)
        .map_err(|source| Failure::Read { place: "the terminal".to_owned(), source })
}
