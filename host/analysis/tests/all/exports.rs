//! Exports of any manifest: whole, escaped, and the same each time.

use interlock_analysis::sheet::Selection;
use interlock_analysis::{ExportFormat, export};
use interlock_model::Manifest;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::manifests::doors;
use crate::random::{damaged, manifests};

const FORMATS: [ExportFormat; 6] = [
    ExportFormat::Markdown,
    ExportFormat::Html,
    ExportFormat::Mermaid,
    ExportFormat::Xstate,
    ExportFormat::Csv,
    ExportFormat::Json,
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_manifest_makes_an_export_panic_and_equal_ones_are_written_equally(
        manifest in manifests(),
        damage in vec((any::<Index>(), any::<u8>(), any::<u32>()), 0..4),
        kind in proptest::option::of(0..3u8),
        mode in proptest::option::of(0..3u8),
    ) {
        let manifest = damage.into_iter().fold(manifest, damaged);
        let selection = Selection { kind, mode };
        for format in FORMATS {
            let text = export(&manifest, format, selection);
            prop_assert_eq!(&text, &export(&manifest.clone(), format, selection));
        }
    }

    #[test]
    fn the_manifest_comes_back_from_its_json(manifest in manifests()) {
        let text = export(&manifest, ExportFormat::Json, Selection::default());
        prop_assert_eq!(serde_json::from_str::<Manifest>(&text).unwrap(), manifest);
    }
}

/// Names and sentences that mean something to every format.
const HOSTILE: &str = "<script>alert(1)</script>|`\"';--> [*]\n#%%```\u{1b}[2J&amp;";

#[test]
fn what_a_policy_calls_things_leaves_no_format() {
    let mut manifest = doors();
    let rename = |name: &mut String| name.push_str(HOSTILE);
    rename(&mut manifest.title);
    rename(&mut manifest.name);
    manifest.modes.iter_mut().for_each(rename);
    for kind in &mut manifest.kinds {
        rename(&mut kind.name);
        rename(&mut kind.title);
        rename(&mut kind.provenance.note);
        for state in &mut kind.states {
            rename(&mut state.name);
            rename(&mut state.meaning);
        }
    }
    for action in &mut manifest.actions {
        rename(&mut action.name);
        rename(&mut action.meaning);
    }
    for condition in &mut manifest.conditions {
        rename(&mut condition.code);
        rename(&mut condition.question);
    }
    for effect in &mut manifest.effects {
        rename(&mut effect.code);
        rename(&mut effect.meaning);
    }
    let plain = |format| export(&doors(), format, Selection::default());
    let hostile = |format| export(&manifest, format, Selection::default());

    for format in FORMATS {
        assert!(!hostile(format).contains('\u{1b}'), "{format:?}");
    }
    // Not one tag and not one line more than with plain names.
    for format in [ExportFormat::Html, ExportFormat::Markdown, ExportFormat::Mermaid, ExportFormat::Csv] {
        let lines = |text: String| text.lines().count();
        assert_eq!(lines(hostile(format)), lines(plain(format)), "{format:?}");
    }
    // Names are broken at their hyphens in the drawing.
    let tags = |html: String| html.replace("<tspan", "").replace("</tspan", "").matches('<').count();
    assert_eq!(tags(hostile(ExportFormat::Html)), tags(plain(ExportFormat::Html)));
    assert!(!hostile(ExportFormat::Markdown).replace("\\<", "").contains("<script"));
    let is_arrow = |line: &&str| line.contains("-->") && !line.starts_with("%%");
    for line in hostile(ExportFormat::Mermaid).lines().filter(is_arrow) {
        assert_eq!(line.matches("-->").count(), 1, "{line}");
    }
    // Every field of CSV is read back whole: its quotes come in pairs.
    for line in hostile(ExportFormat::Csv).lines() {
        assert!(line.matches('"').count().is_multiple_of(2), "{line}");
    }
    for format in [ExportFormat::Xstate, ExportFormat::Json] {
        serde_json::from_str::<serde_json::Value>(&hostile(format)).unwrap();
    }
}
