//! `interlock token`: a bearer token for the service.

use clap::Args;
use interlock_server::Tokens;

use crate::exit::{self, Status};
use crate::failure::Failure;
use crate::page::print;

/// Make a bearer token for `interlock serve`
///
/// The line for the file of tokens goes to standard output: name, rights, and a hash of the token. The token itself is
/// shown once, on standard error, and kept nowhere.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Token {
    /// Who has it; a name without blanks
    name: String,
    /// What its holder may do, separated by commas: decide, read, administer, system
    #[arg(long, value_name = "RIGHTS", default_value = "decide")]
    rights: String,
}

const EXAMPLES: &str = "\
Examples:
  interlock token console --rights decide,read >> tokens
  interlock token release-bot --rights read,administer >> tokens";

impl Token {
    /// Prints a line and shows a token.
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        if self.name.is_empty() || self.name.contains(char::is_whitespace) || self.name.starts_with('#') {
            let message = "a token's name has no blanks and does not begin with `#`";
            return Err(Failure::Usage(message.to_owned()));
        }
        let (token, line) =
            Tokens::make(&self.name, &self.rights).map_err(|error| Failure::Usage(error.to_string()))?;
        print(&format!("{line}\n"))?;
        exit::tell(&format!("the token, which is shown once: {token}"));
        Ok(Status::Done)
    }
}
