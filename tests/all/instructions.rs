//! How many instructions of WebAssembly a question takes: they do not wobble as times do, so that what a change costs
//! shows up in the snapshot.
//!
//! Counted by Wasmtime's fuel, an operator each.
#![allow(clippy::unwrap_used, reason = "what a test needs is there, or the test fails")]

use std::fmt::Write;

use interlock_analysis::Decide;
use interlock_model::{Names, Packed, Request, SurveyQuery};
use serde_json::{Value, from_value, json};
use wasmtime::component::{Component, ComponentNamedList, Instance, Lift, Linker, Lower, Val};
use wasmtime::{Config, Engine, Store};

use crate::policies::BACKUP;

const DECISIONS: &str = "interlock:policy/decisions@0.1.0";

#[test]
fn instructions_a_question_takes() {
    let names = Names::of(BACKUP.native.manifest());
    let mut guest = Guest::new();
    let mut table = String::new();
    let mut line = |what: &str, count: u64| _ = writeln!(table, "{what:32} {count:>9}");

    let situation = BACKUP.observe(&request("delete", related("active"))).unwrap();
    let fields = [
        ("mode", Val::U8(situation.mode)),
        ("kind", Val::U8(situation.kind)),
        ("state", Val::U8(situation.state)),
        ("action", Val::U8(situation.action)),
        ("holds", Val::U32(situation.holds)),
        ("known", Val::U32(situation.known)),
    ];
    let record = Val::Record(fields.map(|(name, value)| (name.to_owned(), value)).to_vec());
    line("decide", guest.untyped("decide", &record));
    line("decide-all, 1,024 times", guest.untyped("decide-all", &Val::List(vec![record; 1_024])));
    for (what, request) in [
        ("evaluate, nothing related", request("edit", json!([]))),
        ("evaluate, 6 related", request("delete", related("active"))),
        ("evaluate, 6 related, refused", request("delete", related("disconnected"))),
    ] {
        let Packed { numbers, text } = Packed::request(&names, &request).unwrap();
        line(what, guest.typed::<_, (Vec<u8>,)>("evaluate-packed", (&numbers[..], &text[..])));
    }
    for targets in [100, 1_000] {
        let Packed { numbers, text } = Packed::survey(&names, &survey(targets)).unwrap();
        let count = guest.typed::<_, (Vec<u32>,)>("survey-packed", (&numbers[..], &text[..]));
        line(&format!("survey, {targets} x 3"), count);
    }
    insta::assert_snapshot!("instructions", table);
}

#[test]
fn a_value_costs_the_same_however_many_its_attribute_has() {
    let names = Names::of(BACKUP.native.manifest());
    let mut guest = Guest::new();
    let mut count = |name: &str, values: usize, resources: usize| {
        let user = |number| json!({"kind": "user", "id": format!("user-{number}"), "state": "active"});
        let mut request = request("edit", (0..resources).map(user).collect());
        (0..values).for_each(|value| request.target.attributes.push(name, format!("{value:06}")));
        let Packed { numbers, text } = Packed::request(&names, &request).unwrap();
        guest.typed::<_, (Vec<u8>,)>("evaluate-packed", (&numbers[..], &text[..]))
    };
    let (some, more) = (count("namespaces", 2_000, 0), count("namespaces", 4_000, 0));
    assert!(more < 2 * some + some / 10, "{some} for 2,000 values, {more} for 4,000");
    // With so many resources, values that others join on are indexed; the index has room for a few each.
    let (some, more) = (count("clusters", 500, 500), count("clusters", 1_000, 500));
    assert!(more < 3 * some, "{some} for 500 values that are indexed, {more} for 1,000");
}

/// The backup policy in a runtime that counts.
struct Guest {
    store: Store<()>,
    instance: Instance,
}

impl Guest {
    fn new() -> Self {
        let mut config = Config::new();
        config.consume_fuel(true).concurrency_support(false);
        let engine = Engine::new(&config).unwrap();
        let component = Component::from_binary(&engine, interlock_policies::BACKUP).unwrap();
        let mut store = Store::new(&engine, ());
        store.set_fuel(u64::MAX).unwrap();
        let instance = Linker::new(&engine).instantiate(&mut store, &component).unwrap();
        Self { store, instance }
    }

    fn typed<P, R>(&mut self, name: &str, parameters: P) -> u64
    where
        P: ComponentNamedList + Lower + Copy,
        R: ComponentNamedList + Lift + 'static,
    {
        let (store, instance) = (&mut self.store, self.instance);
        let interface = instance.get_export_index(&mut *store, None, DECISIONS).unwrap();
        let function = instance.get_export_index(&mut *store, Some(&interface), name).unwrap();
        let function = instance.get_typed_func::<P, R>(&mut *store, function).unwrap();
        // Once to have the memory that it takes, once to count.
        function.call(&mut *store, parameters).unwrap();
        let before = store.get_fuel().unwrap();
        function.call(&mut *store, parameters).unwrap();
        before - store.get_fuel().unwrap()
    }

    fn untyped(&mut self, name: &str, parameter: &Val) -> u64 {
        let (store, instance) = (&mut self.store, self.instance);
        let interface = instance.get_export_index(&mut *store, None, DECISIONS).unwrap();
        let function = instance.get_export_index(&mut *store, Some(&interface), name).unwrap();
        let function = instance.get_func(&mut *store, function).unwrap();
        let mut count = 0;
        for _ in 0..2 {
            let before = store.get_fuel().unwrap();
            function.call(&mut *store, std::slice::from_ref(parameter), &mut [Val::Bool(false)]).unwrap();
            count = before - store.get_fuel().unwrap();
        }
        count
    }
}

fn request(action: &str, related: Value) -> Request {
    from_value(json!({
        "mode": "federated",
        "subject": {"id": "ann", "roles": ["px-backup-app.user"], "attributes": {"group": "shop"}},
        "action": action,
        "target": {"kind": "backup", "id": "nightly", "state": "success", "attributes": {
            "owner": "ann", "cluster": "shoot-a", "location": "blob-eu", "schedule": "daily"}},
        "related": related,
        "coverage": "complete"
    }))
    .unwrap()
}

fn related(state: &str) -> Value {
    let cluster = |id| json!({"kind": "cluster", "id": id, "state": state, "attributes": {"owner": "ops"}});
    let connection = |cluster| {
        json!({"kind": "location-cluster-connection", "id": cluster, "state": "valid",
            "attributes": {"location": "blob-eu", "cluster": cluster}})
    };
    json!([
        {"kind": "backup-location", "id": "blob-eu", "state": "valid", "attributes": {
            "owner": "ops", "provider": "azure", "bucket": "eu"}},
        cluster("shoot-a"), cluster("shoot-b"), connection("shoot-a"), connection("shoot-b"),
        {"kind": "backup-schedule", "id": "daily", "state": "active", "attributes": {"owner": "ann"}}
    ])
}

/// Backups of two owners, and what they hang on.
fn survey(targets: usize) -> SurveyQuery {
    let Request { mode, subject, target, related, parameters, coverage, .. } =
        request("delete", related("active"));
    let targets = (0..targets).map(|number| {
        let mut target = target.clone();
        target.id = format!("nightly-{number}");
        if number % 2 == 0 {
            target.attributes.0[0].value = "bob".to_owned();
        }
        target
    });
    let actions = ["view", "delete", "share"].map(str::to_owned).to_vec();
    SurveyQuery { mode, subject, actions, targets: targets.collect(), related, parameters, coverage }
}
