//! `interlock evaluate`: may this action be taken?

use std::io::{ErrorKind, Write};
use std::iter;

use clap::Args;
use interlock::{EvaluateError, Policy};
use interlock_model::{Decision, Request};
use serde::Serialize;

use crate::arguments::{Format, Input, Output, PolicyFile, TargetName};
use crate::command::decision;
use crate::command::question::Site;
use crate::exit::{self, Status};
use crate::failure::Failure;
use crate::page::{Page, print, print_json, unwritten};
use crate::{names, policy};

/// Decide a request, or a question about a world
///
/// The exit code tells the verdict: 0 allow, 1 deny, 2 depends.
#[derive(Args)]
#[command(arg_required_else_help = true, after_help = HELP, override_usage = USAGE)]
pub(crate) struct Evaluate {
    /// Request as JSON: a file, `-` for standard input, or the text itself when it begins with `{`
    #[arg(conflicts_with_all = ["Site", "action", "target", "mode"])]
    request: Option<Input>,
    /// Read a request from every line (JSON Lines) and answer each with one line of JSON
    #[arg(long, conflicts_with = "Site")]
    lines: bool,
    #[command(flatten)]
    site: Option<Site>,
    /// Action to ask about
    #[arg(long, requires = "world")]
    action: Option<String>,
    /// Resource to act on; one that the world does not have is one yet to be made
    #[arg(long, value_name = "KIND/ID", requires = "world")]
    target: Option<TargetName>,
    /// Mode to decide in, in place of the world's own
    #[arg(long, requires = "world")]
    mode: Option<String>,
    #[command(flatten)]
    output: Output,
}

const USAGE: &str = "\
interlock evaluate [OPTIONS] <REQUEST>
       interlock evaluate [OPTIONS] --lines <REQUESTS>
       interlock evaluate [OPTIONS] --world <FILE> [--as <SUBJECT>] --action <ACTION> --target <KIND/ID>";

const HELP: &str = r#"With --lines, answers are JSON in the order of the requests; blank lines are passed over. A request
without a decision is answered by {"error": {"code": ..., "message": ...}} and the rest goes on.
The exit code is then 0 when every request got a decision, whatever its verdict; 70 when a call
failed; else 65.

A request; subject, related, parameters, attributes and coverage (partial) may be absent:
  {"mode": "federated", "subject": {"id": "user-17", "roles": ["px-backup-app.user"]},
   "action": "force-delete", "parameters": {"acknowledged": "true"},
   "target": {"kind": "backup", "id": "nightly-42", "state": "success",
              "attributes": {"owner": "user-17", "location": "blob-eu"}},
   "related": [{"kind": "backup-location", "id": "blob-eu", "state": "valid"}],
   "coverage": "complete"}

A world; the target is taken out of it, and all else is related, coverage complete:
  {"mode": "federated", "subjects": [{"id": "user-17"}],
   "resources": [{"kind": "backup", "id": "nightly-42", "state": "success"}]}

Examples:
  interlock evaluate request.json
  interlock evaluate - --format json < request.json
  interlock evaluate --lines requests.jsonl
  interlock evaluate --world site.json --as user-17 --action delete --target backup/nightly-42"#;

impl Evaluate {
    /// Prints one decision, or an answer for every line.
    pub(crate) fn run(&self, file: &PolicyFile) -> Result<Status, Failure> {
        match &self.request {
            Some(input) if self.lines => answer_lines(&policy::load(file)?, input),
            _ => {
                let policy = policy::load(file)?;
                let request = self.read(&policy)?;
                let decision = evaluate(&policy, &request)?;
                match self.output.format {
                    Format::Text => {
                        let mut page = Page::new();
                        decision::draw(&mut page, &request, &decision);
                        print(&page.finish())?;
                    }
                    Format::Json => print_json(&decision)?,
                }
                Ok(Status::Decided(decision.verdict))
            }
        }
    }

    fn read(&self, policy: &Policy) -> Result<Request, Failure> {
        match (&self.request, &self.site, &self.action, &self.target) {
            (Some(input), ..) => {
                let request: Request = input.parse("a request")?;
                let resources = iter::once(&request.target).chain(&request.related);
                names::near_misses(policy.manifest(), &request.subject, resources, &request.parameters)
                    .iter()
                    .for_each(|miss| exit::warn(miss));
                Ok(request)
            }
            (None, Some(site), Some(action), Some(target)) => {
                let world = site.read(policy.manifest(), self.mode.as_deref())?;
                site.request(policy.manifest(), &world, action, target)
            }
            _ => Err(Failure::Usage("give a request, or --world with --action and --target".to_owned())),
        }
    }
}

/// One decision; a name that the policy does not have comes with the one that may have been meant.
pub(crate) fn evaluate(policy: &Policy, request: &Request) -> Result<Decision, EvaluateError> {
    policy.evaluate(request).map_err(|error| match error {
        EvaluateError::Request(error) => {
            EvaluateError::Request(names::with_suggestion(policy.manifest(), request, error))
        }
        failed => failed,
    })
}

/// What stands on a line of answers.
#[derive(Serialize)]
#[serde(untagged)]
enum Line {
    Decision(Decision),
    Error { error: LineError },
}

#[derive(Serialize)]
struct LineError {
    code: &'static str,
    message: String,
}

fn answer_lines(policy: &Policy, input: &Input) -> Result<Status, Failure> {
    let mut stdout = std::io::stdout().lock();
    let (mut wrong, mut failed, mut total) = (0, 0, 0);
    for line in input.lines()? {
        let (number, text) = line?;
        total += 1;
        let answer = match answer_line(policy, input, number, &text) {
            Ok(decision) => Line::Decision(decision),
            Err(error) => {
                *(if error.code == FAILED { &mut failed } else { &mut wrong }) += 1;
                Line::Error { error }
            }
        };
        let mut text = serde_json::to_vec(&answer).map_err(|error| unwritten(error.into()))?;
        text.push(b'\n');
        match stdout.write_all(&text) {
            // The reader has what it wanted; what was answered so far decides the exit code.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => break,
            written => written.map_err(unwritten)?,
        }
    }
    match wrong + failed {
        0 => Ok(Status::Done),
        _ => Err(Failure::Lines { wrong, failed, total }),
    }
}

/// Code of a line that is no request.
const MALFORMED: &str = "malformed";
/// Code of a line whose call trapped or exceeded a limit.
const FAILED: &str = "call-failed";

fn answer_line(policy: &Policy, input: &Input, number: usize, text: &[u8]) -> Result<Decision, LineError> {
    let request = serde_json::from_slice(text).map_err(|error| {
        let message = Failure::malformed(input, "a request", &error).at_line(number).line();
        LineError { code: MALFORMED, message }
    })?;
    evaluate(policy, &request).map_err(|error| {
        let code = match &error {
            EvaluateError::Request(error) => error.code(),
            EvaluateError::Call(_) => FAILED,
        };
        LineError { code, message: Failure::from(error).line() }
    })
}
