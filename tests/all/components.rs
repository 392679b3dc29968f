//! The shipped components, and the contract that they are built from.
#![allow(clippy::unwrap_used, reason = "what a test needs is there, or the test fails")]

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::Compression;
use flate2::write::GzEncoder;
use interlock_componentize::Guest;
use interlock_policies::{BACKUP, TURNSTILE};
use wasmparser::{Parser, Payload};
use wit_parser::{Docs, Resolve, Type, TypeDefKind, WorldItem};

const POLICIES: [(&str, &[u8]); 2] =
    [("interlock-backup-policy", BACKUP), ("interlock-turnstile-policy", TURNSTILE)];

const KIBIBYTE: usize = 1024;

#[test]
fn a_policy_imports_nothing_and_exports_the_contract() {
    for (package, component) in POLICIES {
        let shape = Shape::of(component);
        assert_eq!(shape.imports, [""; 0], "imports of {package}");
        assert_eq!(shape.exports, ["interlock:policy/decisions@0.1.0"], "exports of {package}");
    }
}

#[test]
fn a_policy_is_one_core_module_that_imports_nothing() {
    for (package, component) in POLICIES {
        let shape = Shape::of(component);
        assert_eq!(shape.core_modules, 1, "core modules of {package}");
        assert_eq!(shape.core_imports, 0, "imports of the core module of {package}");
    }
}

#[test]
fn a_policy_carries_no_names_and_no_tool_versions() {
    for (package, component) in POLICIES {
        assert_eq!(Shape::of(component).custom_sections, [""; 0], "custom sections of {package}");
    }
}

#[test]
fn a_policy_is_under_100_kib_and_under_40_kib_gzipped() {
    for (package, component) in POLICIES {
        let size = component.len();
        assert!(size < 100 * KIBIBYTE, "{package} has {size} bytes");

        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(component).unwrap();
        let size = encoder.finish().unwrap().len();
        assert!(size < 40 * KIBIBYTE, "{package} has {size} bytes gzipped");
    }
}

#[test]
fn a_policy_names_no_path_of_the_machine_that_built_it() {
    for (package, component) in POLICIES {
        assert_names_no_path(package, component);
    }
}

#[track_caller]
fn assert_names_no_path(package: &str, component: &[u8]) {
    let paths =
        [Some(workspace()), cargo_home(), env::home_dir(), env::var_os("RUSTUP_HOME").map(PathBuf::from)];
    for path in paths.into_iter().flatten() {
        let path = path.to_str().unwrap();
        let found = component.windows(path.len()).any(|window| window == path.as_bytes());
        assert!(!found, "{package} contains `{path}`");
    }
}

#[test]
fn what_compares_policies_in_a_browser_imports_those_alone_and_names_no_path_either() {
    let package = "interlock-compare";
    let component = Guest::new(workspace(), package).build_with_imports().unwrap();
    let shape = Shape::of(&component);
    // The first and the last hold types alone.
    let imports = ["interlock:policy/decisions@0.1.0", "interlock:compare/policies@0.1.0", "findings"];
    assert_eq!(shape.imports, imports);
    assert_eq!(shape.exports, ["compare"]);
    assert_eq!(shape.custom_sections, [""; 0]);
    assert_names_no_path(package, &component);
}

/// The embedded components were built in the workspace, with the cargo home of whoever builds it.
#[test]
fn another_directory_and_another_cargo_home_give_the_same_bytes() {
    let elsewhere = tempfile::tempdir().unwrap();
    let directory = elsewhere.path().join("a directory").join("of another length");
    copy_sources(&workspace(), &directory);
    let cargo_home = elsewhere.path().join("cargo");
    make_cargo_home(&cargo_home);

    for (package, component) in POLICIES {
        let rebuilt = Guest::new(&directory, package)
            .env("CARGO_HOME", &cargo_home)
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_TARGET_DIR", directory.join("target"))
            // What someone may have set for other builds changes nothing.
            .env("CARGO_INCREMENTAL", "1")
            .env("CARGO_PROFILE_GUEST_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "true")
            .env("RUSTC_WRAPPER", "no-such-wrapper")
            .env("RUSTFLAGS", "-C debuginfo=2")
            .build()
            .unwrap_or_else(|error| panic!("cannot rebuild {package}: {error}"));
        assert!(
            rebuilt == component,
            "{package} differs: {} bytes embedded, {} rebuilt, the first difference at {:?}",
            component.len(),
            rebuilt.len(),
            component.iter().zip(&rebuilt).position(|(ours, theirs)| ours != theirs)
        );
    }
}

#[test]
fn every_item_of_the_contract_is_documented() {
    let contract = workspace().join("wit").join("policy.wit");
    let contract = fs::read_to_string(contract).unwrap();
    assert_eq!(undocumented(&contract), [""; 0], "items of wit/policy.wit without a comment");
}

#[test]
fn an_undocumented_item_of_a_contract_is_named() {
    let contract = "
        package a:b@1.0.0;
        interface i {
            record r { f: u8 }
            enum e { c }
            variant v { d(u8) }
            flags g { h }
            type t = u8;
            m: func();
        }
        interface j { use i.{r}; }
        world w { use i.{e}; export i; export n: func(); }
    ";
    let wanted = [
        "a:b", "i", "i.r", "i.r.f", "i.e", "i.e.c", "i.v", "i.v.d", "i.g", "i.g.h", "i.t", "i.m", "j", "w",
        "w.n",
    ];
    let mut found = undocumented(contract);
    let mut wanted = wanted.map(str::to_owned);
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
}

/// What a component shows from outside, and how it is put together.
#[derive(Debug, Default)]
struct Shape<'a> {
    imports: Vec<&'a str>,
    exports: Vec<&'a str>,
    core_modules: usize,
    core_imports: u32,
    custom_sections: Vec<&'a str>,
}

impl<'a> Shape<'a> {
    #[track_caller]
    fn of(component: &'a [u8]) -> Self {
        let mut shape = Self::default();
        let mut depth = 0;
        for payload in Parser::new(0).parse_all(component) {
            match payload.unwrap() {
                Payload::ModuleSection { .. } => {
                    depth += 1;
                    shape.core_modules += 1;
                }
                Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth -= 1,
                Payload::ImportSection(section) => shape.core_imports += section.count(),
                Payload::ComponentImportSection(section) if depth == 0 => {
                    shape.imports.extend(section.into_iter().map(|import| import.unwrap().name.name));
                }
                Payload::ComponentExportSection(section) if depth == 0 => {
                    shape.exports.extend(section.into_iter().map(|export| export.unwrap().name.name));
                }
                Payload::CustomSection(section) => shape.custom_sections.push(section.name()),
                _ => {}
            }
        }
        shape
    }
}

/// The items of a WIT package that have no documentation, as paths.
fn undocumented(contract: &str) -> Vec<String> {
    let mut resolve = Resolve::default();
    let package = resolve.push_source("contract.wit", contract).unwrap();
    let package = &resolve.packages[package];

    let mut found = Vec::new();
    let mut check = |path: String, docs: &Docs| {
        if docs.contents.as_ref().is_none_or(|text| text.trim().is_empty()) {
            found.push(path);
        }
    };

    check(format!("{}:{}", package.name.namespace, package.name.name), &package.docs);
    for (name, &id) in &package.interfaces {
        let interface = &resolve.interfaces[id];
        check(name.clone(), &interface.docs);
        for (function_name, function) in &interface.functions {
            check(format!("{name}.{function_name}"), &function.docs);
        }
        for (type_name, &id) in &interface.types {
            let path = format!("{name}.{type_name}");
            let definition = &resolve.types[id];
            match &definition.kind {
                // A name that `use` brings in is documented where it is defined.
                TypeDefKind::Type(Type::Id(used)) if resolve.types[*used].owner != definition.owner => {
                    continue;
                }
                TypeDefKind::Record(record) => {
                    record
                        .fields
                        .iter()
                        .for_each(|field| check(format!("{path}.{}", field.name), &field.docs));
                }
                TypeDefKind::Enum(choice) => {
                    choice.cases.iter().for_each(|case| check(format!("{path}.{}", case.name), &case.docs));
                }
                TypeDefKind::Variant(variant) => {
                    variant.cases.iter().for_each(|case| check(format!("{path}.{}", case.name), &case.docs));
                }
                TypeDefKind::Flags(flags) => {
                    flags.flags.iter().for_each(|flag| check(format!("{path}.{}", flag.name), &flag.docs));
                }
                _ => {}
            }
            check(path, &definition.docs);
        }
    }
    for (name, &id) in &package.worlds {
        let world = &resolve.worlds[id];
        check(name.clone(), &world.docs);
        for item in world.imports.values().chain(world.exports.values()) {
            // Interfaces are documented where they are defined, and types of a world are those it uses.
            if let WorldItem::Function(function) = item {
                check(format!("{name}.{}", function.name), &function.docs);
            }
        }
    }
    found
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")))
}

/// Copies the workspace without what was built in it.
fn copy_sources(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        let target = to.join(&name);
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), target).unwrap();
        } else if !["target", ".git", "node_modules"].iter().any(|left_out| name == *left_out) {
            copy_sources(&entry.path(), &target);
        }
    }
}

/// Makes a cargo home that shares with the present one what was downloaded, so that nothing has to be.
fn make_cargo_home(home: &Path) {
    fs::create_dir_all(home).unwrap();
    let present = cargo_home().unwrap();
    link(&present.join("registry"), &home.join("registry")).unwrap();
    for configuration in ["config.toml", "config"] {
        let file = present.join(configuration);
        if file.exists() {
            fs::copy(file, home.join(configuration)).unwrap();
        }
    }
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(from, to)
}

#[cfg(windows)]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_dir(from, to)
}
