//! What the documents at the top of the project say of the program holds.
//!
//! Transcripts are what the program prints; `INSTA_UPDATE=always cargo test -p interlock-cli` writes them anew.

use std::fs;
use std::path::Path;

use interlock::Engine;
use interlock_model::{Decision, Request};

use crate::run_in;

const DOCUMENTS: [&str; 5] =
    ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/serving.md"];

#[test]
fn transcripts_are_what_the_program_prints() {
    let readme = read("README.md");
    let mut printed = readme.clone();
    for transcript in blocks(&readme, "console") {
        let line = command(transcript);
        let ended = run(&line);
        assert_eq!(ended.stderr, "", "{ended}");
        let typed: String = transcript.split_inclusive('\n').take(lines_typed(transcript)).collect();
        printed = printed.replace(transcript, &(typed + &ended.stdout));
    }
    if printed != readme && std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        fs::write(root().join("README.md"), printed).unwrap();
        return;
    }
    assert_eq!(printed, readme, "README.md; INSTA_UPDATE=always writes it anew");
}

/// What stands there of other policies than the shipped one is from the change that the guide describes.
#[test]
fn the_authors_guide_shows_what_the_program_says_of_the_shipped_policy() {
    let guide = read("docs/authoring.md");
    let mut shown = 0;
    for transcript in blocks(&guide, "console").into_iter().filter(|block| !block.contains(".wasm")) {
        let mut lines = transcript.lines();
        let line = lines.next().unwrap().strip_prefix("$ interlock ").unwrap();
        if line.contains("--output") {
            continue;
        }
        let ended = run(line);
        for line in lines.filter(|line| *line != "…") {
            assert!(ended.stdout.contains(line), "`{line}` is not in {ended}");
            shown += 1;
        }
    }
    assert!(shown > 0, "nothing is shown");
}

#[test]
fn the_request_gets_the_decision_beside_it() {
    let readme = read("README.md");
    let [request, decision] = blocks(&readme, "json")[..] else { panic!("a request and a decision") };
    serde_json::from_str::<Request>(request).unwrap();
    let ended = run_in(root(), "evaluate - --format json", request, &[]);
    let printed: Decision = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(printed, serde_json::from_str(decision).unwrap(), "{ended}");
}

#[test]
fn rust_stands_in_what_is_compiled() {
    let sources = ["examples/embed.rs", "examples/live.rs", "host/engine/src/live.rs"].map(read);
    for block in blocks(&read("README.md"), "rust") {
        let found = sources.iter().any(|source| bare(source).contains(&bare(block)));
        assert!(found, "no example has\n{block}");
    }
}

#[test]
fn subcommands_and_exit_codes_are_told_as_the_program_tells_them() {
    let (readme, help) = (read("README.md"), run("--help").stdout);
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    for line in commands.lines() {
        let (name, about) = line.trim().split_once("  ").unwrap();
        if name != "help" {
            let row = format!("| `interlock {name}` | {} |", about.trim());
            assert!(readme.contains(&row), "README.md lacks {row}");
        }
    }
    let mut codes = blocks(&readme, "text");
    codes.retain(|block| block.starts_with("Exit codes:"));
    let [codes] = codes[..] else { panic!("the exit codes") };
    assert!(help.ends_with(codes), "{help}");
}

#[test]
fn every_limit_is_listed_with_its_default() {
    let readme = read("README.md");
    let section = readme.split("\n## Limits\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows: Vec<&str> = section.lines().filter(|line| line.starts_with("| `")).collect();
    let setters = read("host/engine/src/engine.rs").matches("(mut self, ").count();
    assert_eq!(rows.len(), setters, "settings of `EngineBuilder`");

    // `… component_bytes: 4194304, … call_deadline: Span { allowed: 100ms, … }, …`
    let defaults = format!("{:?}", Engine::builder());
    for row in rows {
        let [_, name, default, ..] = row.split('|').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let name = name.trim().trim_matches('`');
        let (_, set) = defaults.split_once(&format!(" {name}: ")).unwrap_or_else(|| panic!("no `{name}`"));
        let set = set.strip_prefix("Span { allowed: ").unwrap_or(set).split([',', ' ']).next().unwrap();
        assert_eq!(plain(default.trim()), set, "`{name}`");
    }
}

#[test]
fn every_kind_is_listed_with_its_modes() {
    let readme = read("README.md");
    for kind in run("inspect --format json").json()["kinds"].as_array().unwrap() {
        let modes: Vec<&str> =
            kind["modes"].as_array().unwrap().iter().map(|mode| mode.as_str().unwrap()).collect();
        let (start, end) =
            (format!("| [`{}`](", kind["name"].as_str().unwrap()), format!(") | {} |", modes.join(", ")));
        let listed = readme.lines().any(|line| line.starts_with(&start) && line.ends_with(&end));
        assert!(listed, "README.md lacks {start}…{end}");
    }
}

#[test]
fn the_code_map_has_every_crate() {
    let (map, workspace) = (read("ARCHITECTURE.md"), read("Cargo.toml"));
    let members = workspace.split("members = [").nth(1).unwrap().split(']').next().unwrap();
    for member in members.split('"').skip(1).step_by(2) {
        assert!(map.contains(&format!("`{member}/`")), "ARCHITECTURE.md does not say what `{member}/` is");
    }
}

#[test]
fn links_lead_to_files() {
    for document in DOCUMENTS {
        for link in read(document).split("](").skip(1) {
            let target = link.split([')', '#']).next().unwrap();
            if !target.is_empty() && !target.starts_with("https://") {
                let folder = Path::new(document).parent().unwrap_or(Path::new(""));
                assert!(root().join(folder).join(target).exists(), "{document} links to `{target}`");
            }
        }
    }
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn read(document: &str) -> String {
    fs::read_to_string(root().join(document)).unwrap()
}

fn run(line: &str) -> crate::Ended {
    run_in(root(), line, "", &[])
}

/// The fenced blocks of a language, without their fences.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let fence = format!("\n```{language}\n");
    text.split(&fence).skip(1).map(|rest| &rest[..rest.find("```").unwrap()]).collect()
}

/// How many lines of a transcript its command takes; a backslash continues it.
fn lines_typed(transcript: &str) -> usize {
    1 + transcript.lines().take_while(|line| line.ends_with('\\')).count()
}

/// The arguments of the command that a transcript begins with.
fn command(transcript: &str) -> String {
    let typed: Vec<&str> =
        transcript.lines().take(lines_typed(transcript)).map(|line| line.trim_end_matches('\\')).collect();
    typed.concat().strip_prefix("$ interlock ").unwrap().to_owned()
}

/// The lines of a text without what indents them: blanks, and the marks of documentation.
fn bare(text: &str) -> String {
    let lines = text.lines().map(|line| line.trim().trim_start_matches("///").trim());
    lines.map(|line| format!("\n{line}")).collect()
}

/// A number as Rust prints it: `4 MiB`, `10,000`, `100 ms`.
fn plain(number: &str) -> String {
    let (digits, unit) = number.split_once(' ').unwrap_or((number, ""));
    let digits = digits.replace(',', "");
    match unit {
        "KiB" => (digits.parse::<u64>().unwrap() << 10).to_string(),
        "MiB" => (digits.parse::<u64>().unwrap() << 20).to_string(),
        unit => digits + unit,
    }
}
