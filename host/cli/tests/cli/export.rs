use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use crate::{Folder, run_in};

/// Where the documentation of the shipped policy lies, and the command that writes it.
const DOCUMENT: &str = "docs/matrix.md";
const COMMAND: &str = "export --format markdown --output docs/matrix.md";

#[test]
fn the_document_of_the_shipped_policy_is_what_the_command_writes() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let written = run_in(root, "export --format markdown", "", &[]);
    assert_eq!((written.stderr.as_str(), written.code), ("", 0), "{}", written.stderr);
    if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        fs::write(root.join(DOCUMENT), &written.stdout).unwrap();
    }
    let kept = fs::read_to_string(root.join(DOCUMENT)).unwrap();
    let stale = kept.lines().zip(written.stdout.lines()).position(|(kept, written)| kept != written);
    assert!(
        kept == written.stdout,
        "{DOCUMENT} is stale from line {}; `cargo run -q -- {COMMAND}` writes it anew",
        stale.map_or(kept.lines().count().min(written.stdout.lines().count()), |line| line) + 1,
    );
}

#[test]
fn markdown_has_the_matrix_the_rules_and_a_chart() {
    assert_snapshot!(Folder::new().run("export --policy turnstile.wasm --format markdown"));
}

#[test]
fn mermaid_is_a_state_chart() {
    assert_snapshot!(Folder::new().run("export --policy turnstile.wasm --format mermaid"));
}

#[test]
fn xstate_is_a_machine_with_guards_named_by_conditions() {
    assert_snapshot!(Folder::new().run("export --policy turnstile.wasm --format xstate"));
}

#[test]
fn csv_has_a_row_for_every_state_action_and_end() {
    assert_snapshot!(Folder::new().run("export --policy turnstile.wasm --format csv"));
}

#[test]
fn json_is_the_manifest() {
    let manifest = Folder::new().run("export --policy turnstile.wasm --format json").json();
    let manifest: interlock_model::Manifest = serde_json::from_value(manifest).unwrap();
    assert_eq!(manifest.name, "turnstile");
    assert_eq!(manifest.offers.len(), 4);
}

#[test]
fn html_is_one_page_that_fetches_nothing_and_runs_nothing() {
    let folder = Folder::new();
    for policy in ["", "--policy turnstile.wasm"] {
        let html = folder.run(&format!("export {policy} --format html")).stdout;
        assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"));
        for word in ["<script", "<link", "<img", "<iframe", "src=", "url(", "@import", "http:", "https:"] {
            assert!(!html.contains(word), "{word}");
        }
        // Every link leads to a place on the page.
        for link in html.split("href=\"#").skip(1) {
            let id = link.split('"').next().unwrap();
            assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
        }
        for tag in ["table", "tr", "td", "th", "svg", "text", "code", "ul", "li", "div", "a", "p"] {
            let opened =
                html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "{tag}");
        }
    }
}

#[test]
fn kind_and_mode_leave_out_the_others() {
    let folder = Folder::new();
    let mermaid = folder.run("export --format mermaid --kind backup --mode federated").stdout;
    assert_eq!(mermaid.matches("stateDiagram-v2").count(), 1, "{mermaid}");
    let csv = folder.run("export --format csv --kind backup --mode federated").stdout;
    assert!(csv.lines().skip(1).all(|line| line.starts_with("federated,backup,")), "{csv}");
    let manifest = folder.run("export --format json --kind backup --mode federated").json();
    let manifest: interlock_model::Manifest = serde_json::from_value(manifest).unwrap();
    let (kind, mode) = (manifest.kind("backup").unwrap(), manifest.mode("federated").unwrap());
    assert!(manifest.offers.iter().all(|offer| (offer.kind, offer.mode) == (kind, mode)));
    assert!(manifest.grants.iter().all(|grant| (grant.kind, grant.mode) == (kind, mode)));
    assert!(!manifest.offers.is_empty() && !manifest.grants.is_empty());
}

#[test]
fn output_goes_to_a_file() {
    let folder = Folder::new();
    let printed = folder.run("export --policy turnstile.wasm --format html");
    let ended = folder.run("export --policy turnstile.wasm --format html --output matrix.html");
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str(), ended.code), ("", "", 0));
    assert_eq!(folder.read("matrix.html"), printed.stdout);
}

#[test]
fn what_cannot_be_is_one_sentence() {
    let folder = Folder::new();
    let check = |line: &str, code: i32, message: &str| {
        let ended = folder.run(line);
        assert_eq!(ended.code, code, "{ended}");
        assert!(ended.error().contains(message), "{ended}");
    };
    check("export", 64, "--format");
    check("export --format markdwn", 64, "a similar value exists: 'markdown'");
    check("export --format csv --kind backp", 64, "unknown kind `backp`; did you mean `backup`?");
    check("export --format csv --mode clasic", 64, "unknown mode `clasic`; did you mean `classic`?");
    check(
        "export --format csv --kind cloud-account --mode federated",
        64,
        "mode `federated` has no kind `cloud-account`; it is in `classic`",
    );
    check("export --format csv --output missing/matrix.csv", 74, "cannot write `missing/matrix.csv`");
    check("export --format csv --policy station.json", 69, "cannot load `station.json`");
}
