//! Compiled code that is kept: used where it fits, passed over where it does not, and never a wrong answer.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test needs is there, or the test fails")]

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, SystemTime};

use interlock::{CacheError, CacheMiss, CacheUse, Engine, EngineBuilder, Policy};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::cases;
use crate::engine_guests::{door, guest, honest_but};
use crate::engine_table::every_situation;
use crate::policies::BACKUP;

/// A small policy, for tests that compile it again and again.
static HONEST: LazyLock<Vec<u8>> = LazyLock::new(|| honest_but(|text| text));

/// It, loaded without any cache.
static LOADED: LazyLock<Policy> = LazyLock::new(|| Engine::new().unwrap().load(&HONEST).unwrap());

#[test]
fn the_second_load_finds_what_the_first_one_kept_and_answers_the_same() {
    let folder = Folder::new();
    let first = folder.load(interlock_policies::BACKUP);
    assert!(matches!(first.cache_use(), CacheUse::Miss { why: CacheMiss::Absent, kept: Ok(()) }));
    let second = folder.load(interlock_policies::BACKUP);
    assert!(matches!(second.cache_use(), CacheUse::Hit));

    assert_eq!(first.facts(), second.facts());
    assert_eq!(first.manifest(), second.manifest());
    assert_eq!(first.report(), second.report());
    assert_eq!(first.table().unwrap().to_bytes(), second.table().unwrap().to_bytes());
    for situations in every_situation(&second).chunks(8_192) {
        assert_eq!(second.decide_all(situations).unwrap(), BACKUP.component.decide_all(situations).unwrap());
    }
    for case in cases::of_backup() {
        let (kept, fresh) = (second.evaluate(&case.request), BACKUP.component.evaluate(&case.request));
        assert_eq!(kept.map_err(|e| e.to_string()), fresh.map_err(|e| e.to_string()), "{}", case.place);
    }
}

#[test]
fn without_a_directory_nothing_is_kept() {
    assert!(matches!(LOADED.cache_use(), CacheUse::Off));
}

#[test]
fn a_policy_without_a_table_is_kept_without_one() {
    let folder = Folder::new();
    let load =
        || Engine::builder().table_bytes(0).cache_directory(folder.cache()).build().unwrap().load(&HONEST);
    for _ in 0..2 {
        let policy = load().unwrap();
        assert!(policy.table().is_none());
        same_answers(&policy);
    }
    assert!(matches!(load().unwrap().cache_use(), CacheUse::Hit));
}

#[test]
fn a_policy_that_is_refused_is_not_kept() {
    let folder = Folder::new();
    let refused = guest("refused/heeds-other-bits.wat");
    for _ in 0..2 {
        assert!(folder.engine().load(&refused).is_err());
        assert!(!folder.cache().exists());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn an_entry_with_any_byte_changed_is_passed_over(place in any::<prop::sample::Index>(), mask in 1..=u8::MAX) {
        damaged_is_passed_over(|bytes| {
            let place = place.index(bytes.len());
            bytes[place] ^= mask;
        });
    }

    #[test]
    fn an_entry_cut_short_anywhere_is_passed_over(place in any::<prop::sample::Index>()) {
        damaged_is_passed_over(|bytes| bytes.truncate(place.index(bytes.len())));
    }
}

#[test]
fn an_entry_changed_where_its_parts_meet_is_passed_over() {
    // Format, hash, policy, environment, four numbers.
    for place in [0, 15, 16, 47, 48, 111, 112, 175, 176, 184, 192, 200, 208] {
        damaged_is_passed_over(|bytes| bytes[place] ^= 1);
        damaged_is_passed_over(|bytes| bytes.truncate(place));
    }
    damaged_is_passed_over(|bytes| bytes.push(0));
    damaged_is_passed_over(Vec::clear);
}

#[test]
fn the_entry_of_another_policy_is_passed_over() {
    let folder = Folder::new();
    folder.load(&HONEST);
    let honest = folder.entry();
    fs::remove_file(&honest).unwrap();
    folder.load(interlock_policies::TURNSTILE);
    fs::rename(folder.entry(), &honest).unwrap();

    let policy = folder.load(&HONEST);
    assert!(matches!(policy.cache_use(), CacheUse::Miss { why: CacheMiss::Foreign, kept: Ok(()) }));
    same_answers(&policy);
    assert!(matches!(folder.load(&HONEST).cache_use(), CacheUse::Hit));
}

#[test]
fn other_limits_of_loading_make_another_entry_and_those_of_calls_do_not() {
    let folder = Folder::new();
    folder.load(&HONEST);
    let with = |change: fn(EngineBuilder) -> EngineBuilder| {
        let engine = change(Engine::builder().cache_directory(folder.cache())).build().unwrap();
        let policy = engine.load(&HONEST).unwrap();
        same_answers(&policy);
        matches!(policy.cache_use(), CacheUse::Hit)
    };
    let changes: [fn(EngineBuilder) -> EngineBuilder; 9] = [
        |engine| engine.component_bytes(1 << 20),
        |engine| engine.memory_bytes(1 << 20),
        |engine| engine.table_elements(100),
        |engine| engine.stack_bytes(128 << 10),
        |engine| engine.load_deadline(Duration::from_secs(29)),
        |engine| engine.answer_bytes(1 << 20),
        |engine| engine.conditions_per_offer(9),
        |engine| engine.situations_per_policy(1_000),
        |engine| engine.table_bytes(1 << 20),
    ];
    for change in changes {
        assert!(!with(change));
        assert!(with(change));
    }
    assert!(with(|engine| engine.call_deadline(Duration::from_secs(1)).instances(7).idle_instances(0)));
}

#[test]
fn a_directory_that_others_may_write_is_refused() {
    for mode in [0o777, 0o770, 0o702] {
        let folder = Folder::new();
        folder.load(&HONEST);
        fs::set_permissions(folder.cache(), Permissions::from_mode(mode)).unwrap();
        folder.refused(
            |error| matches!(error, CacheError::Writable { what: "directory", mode: found, .. } if *found == mode),
        );
    }
}

#[test]
fn an_entry_that_others_may_write_is_refused() {
    for mode in [0o666, 0o620] {
        let folder = Folder::new();
        folder.load(&HONEST);
        fs::set_permissions(folder.entry(), Permissions::from_mode(mode)).unwrap();
        folder.refused(
            |error| matches!(error, CacheError::Writable { what: "entry", mode: found, .. } if *found == mode),
        );
    }
}

#[test]
fn what_belongs_to_somebody_else_is_refused() {
    let somebody = Some(65_534);
    let folder = Folder::new();
    folder.load(&HONEST);
    if chown(folder.entry(), somebody, None).is_err() {
        // Only root can give files away.
        return;
    }
    folder.refused(|error| matches!(error, CacheError::Owner { what: "entry", owner: 65_534, .. }));
    chown(folder.cache(), somebody, None).unwrap();
    folder.refused(|error| matches!(error, CacheError::Owner { what: "directory", owner: 65_534, .. }));
}

#[test]
fn a_link_in_place_of_an_entry_is_not_followed() {
    let folder = Folder::new();
    folder.load(&HONEST);
    let (entry, elsewhere) = (folder.entry(), folder.0.path().join("elsewhere"));
    fs::rename(&entry, &elsewhere).unwrap();
    symlink(&elsewhere, &entry).unwrap();
    folder.refused(|error| matches!(error, CacheError::NotFile { .. }));
}

#[test]
fn a_directory_in_place_of_an_entry_is_refused() {
    let folder = Folder::new();
    folder.load(&HONEST);
    let entry = folder.entry();
    fs::remove_file(&entry).unwrap();
    fs::create_dir(&entry).unwrap();
    folder.refused(|error| matches!(error, CacheError::NotFile { .. }));
}

#[test]
fn a_file_in_place_of_the_directory_is_refused() {
    let folder = Folder::new();
    fs::write(folder.cache(), "").unwrap();
    folder.refused(|error| matches!(error, CacheError::System { doing: "open the directory", .. }));
}

/// It belongs to root, and root cannot write it either.
#[test]
#[cfg(target_os = "linux")]
fn where_nothing_can_be_written_nothing_is_kept() {
    let policy = load(Path::new("/proc"), &HONEST);
    let CacheUse::Miss { why: CacheMiss::Absent, kept: Err(error) } = policy.cache_use() else {
        panic!("{:?}", policy.cache_use())
    };
    assert!(matches!(error, CacheError::System { doing: "write an entry", .. }), "{error}");
    same_answers(&policy);
}

#[test]
fn what_is_made_is_for_the_present_user_alone() {
    let folder = Folder::new();
    folder.load(&HONEST);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder.cache()), mode(&folder.entry())), (0o700, 0o600));
}

#[test]
fn of_many_entries_the_newest_stay_and_old_ones_for_other_engines_go() {
    let folder = Folder::new();
    folder.load(interlock_policies::TURNSTILE);
    let ending = folder.entry().file_name().unwrap().to_str().unwrap()[64..].to_owned();
    fs::remove_file(folder.entry()).unwrap();
    let write = |name: &str, days: u64| {
        let file = File::create(folder.cache().join(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(days * 24 * 60 * 60)).unwrap();
    };
    for number in 0..40 {
        write(&format!("own-{number:02}{ending}"), 100 + number);
    }
    write("other-old-0123456789abcdef.interlock", 31);
    write("other-new-0123456789abcdef.interlock", 29);
    write(".1234-0.interlock", 1);
    write(".1234-1.interlock", 0);
    write("a note of somebody's", 1_000);
    folder.load(&HONEST);

    let left = folder.names();
    let own = (0..30).map(|number| format!("own-{number:02}{ending}"));
    let honest = LOADED.digest().trim_start_matches("sha256:").to_owned() + &ending;
    let others =
        [".1234-1.interlock", "a note of somebody's", "other-new-0123456789abcdef.interlock", &honest];
    let mut wanted: Vec<_> = own.chain(others.map(str::to_owned)).collect();
    wanted.sort();
    assert_eq!(left, wanted);
    assert!(matches!(folder.load(&HONEST).cache_use(), CacheUse::Hit));
}

#[test]
fn threads_that_load_at_once_leave_one_whole_entry() {
    let folder = Folder::new();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..4).for_each(|_| same_answers(&folder.load(&HONEST))));
        }
    });
    assert_eq!(folder.names().len(), 1);
    assert!(matches!(folder.load(&HONEST).cache_use(), CacheUse::Hit));
}

#[test]
fn a_precompiled_form_is_used_where_it_fits() {
    let engine = Engine::new().unwrap();
    let precompiled = engine.precompile(&HONEST).unwrap();
    let policy = load_precompiled(&Engine::new().unwrap(), &HONEST, &precompiled);
    assert!(matches!(policy.cache_use(), CacheUse::Hit));
    same_answers(&policy);
    assert_eq!(policy.table().unwrap().to_bytes(), LOADED.table().unwrap().to_bytes());

    let unfit = |engine: &Engine, precompiled: &[u8]| {
        let policy = load_precompiled(engine, &HONEST, precompiled);
        same_answers(&policy);
        match policy.cache_use() {
            CacheUse::Unfit { why } => *why,
            other => panic!("{other:?}"),
        }
    };
    let other_limits = Engine::builder().table_bytes(1 << 20).build().unwrap();
    assert_eq!(unfit(&other_limits, &precompiled), CacheMiss::Foreign);
    assert_eq!(
        unfit(&engine, &engine.precompile(interlock_policies::TURNSTILE).unwrap()),
        CacheMiss::Foreign
    );
    assert_eq!(unfit(&engine, &precompiled[1..]), CacheMiss::Damaged);
    assert_eq!(unfit(&engine, &HONEST), CacheMiss::Damaged);
}

/// A folder for a cache that is not made yet.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn cache(&self) -> PathBuf {
        self.0.path().join("cache")
    }

    fn engine(&self) -> Engine {
        Engine::builder().cache_directory(self.cache()).build().unwrap()
    }

    fn load(&self, bytes: &[u8]) -> Policy {
        load(&self.cache(), bytes)
    }

    /// Why the cache is refused; the policy is loaded and answers nevertheless.
    #[track_caller]
    fn refused(&self, why: impl Fn(&CacheError) -> bool) {
        let policy = self.load(&HONEST);
        match policy.cache_use() {
            CacheUse::Refused { error } => assert!(why(error), "{error}"),
            other => panic!("{other:?}"),
        }
        same_answers(&policy);
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.cache()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The only entry.
    fn entry(&self) -> PathBuf {
        let names = self.names();
        let [name] = names.as_slice() else { panic!("{names:?}") };
        self.cache().join(name)
    }
}

fn load(cache: &Path, bytes: &[u8]) -> Policy {
    // An engine of its own, as another process would have.
    Engine::builder().cache_directory(cache).build().unwrap().load(bytes).unwrap()
}

#[allow(unsafe_code, reason = "this process compiled it, and damage is found before anything runs")]
fn load_precompiled(engine: &Engine, bytes: &[u8], precompiled: &[u8]) -> Policy {
    // SAFETY: it is what `precompile` gave, or not used.
    unsafe { engine.load_precompiled(bytes, precompiled) }.unwrap()
}

#[track_caller]
fn damaged_is_passed_over(damage: impl FnOnce(&mut Vec<u8>)) {
    static WHOLE: LazyLock<(Folder, Vec<u8>)> = LazyLock::new(|| {
        let folder = Folder::new();
        folder.load(&HONEST);
        let bytes = fs::read(folder.entry()).unwrap();
        (folder, bytes)
    });
    let name = WHOLE.0.entry().file_name().unwrap().to_owned();
    let folder = Folder::new();
    fs::create_dir(folder.cache()).unwrap();
    let mut bytes = WHOLE.1.clone();
    damage(&mut bytes);
    fs::write(folder.cache().join(name), bytes).unwrap();

    let policy = folder.load(&HONEST);
    assert!(
        matches!(policy.cache_use(), CacheUse::Miss { why: CacheMiss::Damaged, kept: Ok(()) }),
        "{:?}",
        policy.cache_use()
    );
    same_answers(&policy);
    let again = folder.load(&HONEST);
    assert!(matches!(again.cache_use(), CacheUse::Hit), "{:?}", again.cache_use());
}

#[track_caller]
fn same_answers(policy: &Policy) {
    assert_eq!(policy.manifest(), LOADED.manifest());
    assert!(policy.report().holds());
    let situations = every_situation(&LOADED);
    assert_eq!(policy.decide_all(&situations).unwrap(), LOADED.decide_all(&situations).unwrap());
    let request = door("open", "remove", Some("true"));
    assert_eq!(policy.evaluate(&request).unwrap(), LOADED.evaluate(&request).unwrap());
}
