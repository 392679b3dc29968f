//! The steps from bytes to a policy, and the facts about bytes.

use interlock::model::Manifest;
use interlock::{Engine, LoadError, ManifestProblem, ShapeError, Step, inspect};
use interlock_policies::{BACKUP, TURNSTILE};
use proptest::prelude::*;

use crate::engine_guests::{guest, honest_but};

#[test]
fn the_shipped_policies_are_let_in_and_say_what_they_are() {
    let engine = Engine::new().unwrap();
    for (bytes, name) in [(TURNSTILE, "turnstile"), (BACKUP, "backup")] {
        let policy = engine.load(bytes).unwrap();
        assert!(policy.name().contains(name), "{}", policy.name());
        assert_eq!(policy.size(), bytes.len());
        assert_eq!(policy.facts(), &inspect(bytes).unwrap());
        assert!(policy.report().holds());
    }
}

#[test]
fn facts_are_read_without_running_anything() {
    let facts = inspect(&guest("honest.wat")).unwrap();
    assert_eq!(facts.contract.as_deref(), Some("0.1.0"));
    assert_eq!(facts.imports, [""; 0]);
    assert_eq!(facts.exports, ["interlock:policy/decisions@0.1.0"]);
    assert_eq!((facts.core_modules, facts.memories, facts.tables), (1, vec![0x2_0000], vec![]));

    // What would not be let in has facts as well.
    let facts = inspect(&guest("refused/import.wat")).unwrap();
    assert_eq!(facts.imports, ["example:clock/now@1.0.0"]);
    assert_eq!(inspect(&guest("refused/another-contract.wat")).unwrap().contract.as_deref(), Some("0.3.0"));
    assert_eq!(inspect(&guest("refused/two-core-modules.wat")).unwrap().core_modules, 2);
}

#[test]
fn a_digest_is_that_of_the_bytes() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), guest("honest.wat")).unwrap();
    let policy = Engine::new().unwrap().load_file(file.path()).unwrap();
    let facts = inspect(&guest("honest.wat")).unwrap();
    assert_eq!(policy.digest(), facts.digest);
    assert!(policy.digest().strip_prefix("sha256:").unwrap().bytes().all(|b| b.is_ascii_hexdigit()));
    assert_eq!(policy.digest().len(), "sha256:".len() + 64);

    // The digest of nothing is known from elsewhere: the empty component, eight bytes.
    let empty = inspect(b"\0asm\x0d\0\x01\0").unwrap();
    assert_eq!(empty.digest, "sha256:24eaf3439a60c96764c4f2c92a0a81b52bd4fe5d5b91f090184a0f6486b1bf29");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Engine::new().unwrap().load_file("no/such/policy.wasm".as_ref()).unwrap_err();
    assert_eq!((error.step(), error.to_string().as_str()), (Step::Read, "cannot read `no/such/policy.wasm`"));
}

#[test]
fn the_first_step_that_fails_is_the_one_named() {
    // Each guest has the faults of all that stand below it in this list, as far as one guest can.
    let engine = Engine::builder().component_bytes(20_000).build().unwrap();
    let large = vec![0; 20_001];
    let step = |bytes: &[u8]| engine.load(bytes).unwrap_err().step();
    assert_eq!(step(&large), Step::Size);
    assert_eq!(step(&large[..1]), Step::Component);
    assert_eq!(step(&guest("refused/another-contract.wat")), Step::Contract);
    assert_eq!(step(&guest("refused/import.wat")), Step::Shape);
    assert_eq!(step(&guest("refused/invalid-code.wat")), Step::Compile);
    assert_eq!(step(&guest("refused/traps-in-start.wat")), Step::Instantiate);
    assert_eq!(step(&guest("refused/eleven-conditions.wat")), Step::ManifestLimits);
    assert_eq!(step(&guest("refused/inconsistent-manifest.wat")), Step::Manifest);
    assert_eq!(step(&guest("refused/untruthful.wat")), Step::Laws);
}

#[test]
fn a_manifest_that_contradicts_itself_is_refused_with_its_place() {
    type Problem = fn(&ManifestProblem) -> bool;
    // A change to the text of the honest guest, the place, and what is wrong there.
    let cases: [(&str, &str, &str, Problem); 8] = [
        ("\"door\"", "\"Door\"", "the manifest", |p| matches!(p, ManifestProblem::NotKebab { .. })),
        ("\"1.0.0\"", "\"1.0.x\"", "the manifest", |p| matches!(p, ManifestProblem::NotSemantic { .. })),
        ("\"absent\"", "\"closed\"", "kind `door`", |p| matches!(p, ManifestProblem::FirstState { .. })),
        ("\"acknowledged\"", "\"not-in-mode!\"", "a condition", |p| {
            matches!(p, ManifestProblem::NotKebab { .. })
        }),
        ("\"parameter.acknowledged\"", "\"parameter-acknowledged\"", "input `parameter-acknowledged`", |p| {
            matches!(p, ManifestProblem::Path { .. })
        }),
        ("0x010000   0x21f2 1", "0x020000   0x21f2 1", "offer 1", |p| {
            matches!(p, ManifestProblem::Index { what: "action", index: 2, count: 2 })
        }),
        (
            "(i32 0x21f1 1   1   0x2520 1",
            "(i32 0x21f1 1   2   0x2520 1",
            "offer of `remove` on `door` in mode `normal`",
            |p| matches!(p, ManifestProblem::Mask { bits: 2, count: 1, .. }),
        ),
        (
            "(i32 0 0 0   0x0001   0)",
            "(i32 1 0 0   0x0001   0)",
            "offer of `remove` on `door` in mode `normal`",
            |p| matches!(p, ManifestProblem::Selector { what: "when", .. }),
        ),
    ];
    let engine = Engine::new().unwrap();
    for (from, to, place, expected) in cases {
        let bytes = honest_but(|text| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        });
        match engine.load(&bytes) {
            Err(LoadError::Manifest { source }) => {
                assert_eq!(source.place, place);
                assert!(expected(&source.problem), "{to}: {source}");
            }
            other => panic!("{to}: {other:?}"),
        }
    }
}

#[test]
fn what_asks_for_more_than_a_smaller_engine_gives_is_refused() {
    let engine = Engine::builder().memory_bytes(64 << 10).build().unwrap();
    let error = engine.load(&guest("honest.wat")).unwrap_err();
    let expected = ShapeError::Memory { asked: 128 << 10, allowed: 64 << 10 };
    assert!(matches!(&error, LoadError::Shape(found) if *found == expected), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn damaged_bytes_are_refused_or_answer_and_never_take_the_host_along(
        place in any::<prop::sample::Index>(), value in any::<u8>(),
    ) {
        let engine = Engine::builder().load_deadline(std::time::Duration::from_secs(1)).build().unwrap();
        let mut bytes = guest("honest.wat");
        let place = place.index(bytes.len());
        bytes[place] = value;
        if let Ok(policy) = engine.load(&bytes) {
            let manifest: &Manifest = policy.manifest();
            prop_assert!(policy.report().holds() && !manifest.kinds.is_empty());
        }
    }
}
