//! Every case of `tests/cases`, once for each of its modes and states, with the answer.

use std::path::Path;

use anyhow::Result;
use interlock_analysis::Decide;
use interlock_model::{Decision, Request, RequestError};
use serde::Serialize;

/// What the index says of them.
#[derive(Serialize)]
pub(crate) struct CasesIndex {
    file: String,
    count: usize,
    /// Over the answers as they stand in the file, each with the end of its line.
    sha256: String,
}

/// A line of the file.
#[derive(Serialize)]
struct Line<'a> {
    policy: &'a str,
    name: String,
    request: &'a Request,
    answer: &'a serde_json::value::RawValue,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Decision(Decision),
    Error { error: Mistake },
}

#[derive(Serialize)]
struct Mistake {
    code: &'static str,
    message: String,
}

/// Writes the cases, and tells what is in the file.
pub(crate) fn write(file: &Path) -> Result<CasesIndex> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let (mut lines, mut answers, mut count) = (Vec::new(), Vec::new(), 0);
    for (policy, ..) in crate::policies() {
        let manifest = policy.manifest();
        for loaded in interlock_checks::read(std::slice::from_ref(&folder), manifest)?.files {
            let place = Path::new(&loaded.name).file_name().unwrap_or_default().display().to_string();
            for case in loaded.file.cases() {
                let answer = match policy.evaluate(&case.request) {
                    Ok(decision) => Answer::Decision(decision),
                    Err(error) => Answer::Error { error: mistake(&error) },
                };
                let answer = serde_json::value::to_raw_value(&answer)?;
                answers.extend_from_slice(answer.get().as_bytes());
                answers.push(b'\n');
                let name = format!("{place}: {case}");
                let line = Line { policy: &manifest.name, name, request: &case.request, answer: &answer };
                serde_json::to_writer(&mut lines, &line)?;
                lines.push(b'\n');
                count += 1;
            }
        }
    }
    crate::write(file, &lines)?;
    let name = file.file_name().unwrap_or_default().display().to_string();
    Ok(CasesIndex { file: name, count, sha256: crate::sha256(&answers) })
}

fn mistake(error: &RequestError) -> Mistake {
    Mistake { code: error.code(), message: error.to_string() }
}
