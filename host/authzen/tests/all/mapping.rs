//! What a body means as a request.

use interlock_authzen::{Directory, Limits, Mapping, MappingError, Settings, Standing, evaluation};
use interlock_model::{Coverage, Request};
use interlock_tests::Native;
use serde_json::{Value, json};

use crate::answers::manifest;

/// What the operator wrote.
fn mapping(native: &Native, settings: &str, directory: &str) -> Result<Mapping, MappingError> {
    let settings: Settings = toml::from_str(settings).unwrap();
    let directory: Directory = toml::from_str(directory).unwrap();
    Mapping::new(&settings, directory.into(), manifest(native))
}

fn asked_with(mapping: &Mapping, body: &Value, standing: Standing) -> Result<Request, String> {
    let body = body.to_string();
    let request = evaluation(body.as_bytes(), &Limits::default()).unwrap();
    mapping
        .request(request.question(), standing)
        .map_err(|error| format!("{} {}: {}", error.status, error.code, error.message))
}

fn asked(mapping: &Mapping, body: &Value) -> Result<Request, String> {
    asked_with(mapping, body, Standing::Ordinary)
}

fn body(properties: Value) -> Value {
    json!({
        "subject": {"type": "user", "id": "ann", "properties": {"roles": "px-backup-app.user"}},
        "action": {"name": "view"},
        "resource": {"type": "backup", "id": "b1", "properties": properties},
        "context": {"mode": "classic"},
    })
}

/// The request that a body in the contract's own form says.
fn wanted(request: Value) -> Request {
    serde_json::from_value(request).unwrap()
}

#[test]
fn every_part_of_a_body_has_its_place_in_the_request() {
    let mapping = mapping(&Native::backup(), "", "").unwrap();
    let body = json!({
        "subject": {"type": "user", "id": "ann", "properties": {
            "roles": ["px-backup-app.user", "custom"], "group": ["ops", "dev"], "state": "active",
        }},
        "action": {"name": "delete", "properties": {"acknowledged": true}},
        "resource": {"type": "backup", "id": "b1", "properties": {"state": "success", "owner": "ann", "size": 7}},
        "context": {
            "mode": "federated", "coverage": "complete", "time": "1985-10-26T01:22-07:00",
            "related": [
                {"type": "cluster", "id": "c1", "properties": {"state": "active", "owner": "ann"}},
                {"kind": "backup-location", "id": "l1", "state": "valid", "attributes": {"owner": ["ann"]}},
            ],
        },
    });
    let wanted = wanted(json!({
        "mode": "federated",
        "subject": {
            "id": "ann", "roles": ["px-backup-app.user", "custom"],
            "attributes": {"group": ["ops", "dev"], "state": "active"},
        },
        "action": "delete",
        "target": {"kind": "backup", "id": "b1", "state": "success", "attributes": {"owner": "ann", "size": "7"}},
        "related": [
            {"kind": "cluster", "id": "c1", "state": "active", "attributes": {"owner": "ann"}},
            {"kind": "backup-location", "id": "l1", "state": "valid", "attributes": {"owner": "ann"}},
        ],
        "parameters": {"acknowledged": "true"},
        "coverage": "complete",
    }));
    // Members of a JSON object have no order; the attributes of a request neither.
    let sorted = |mut request: Request| {
        let subject = request.subject.iter_mut().map(|subject| &mut subject.attributes);
        let related = request.related.iter_mut().map(|other| &mut other.attributes);
        let all = subject.chain(related).chain([&mut request.target.attributes, &mut request.parameters]);
        all.for_each(|attributes| attributes.0.sort_by(|a, b| a.name.cmp(&b.name)));
        request
    };
    assert_eq!(asked(&mapping, &body).map(sorted), Ok(sorted(wanted)));
}

#[test]
fn values_of_properties_become_values_of_attributes() {
    let mapping = mapping(&Native::backup(), "", "").unwrap();
    let values = |value: &str| {
        let text = body(json!({"state": "success", "owner": "@"})).to_string().replace("\"@\"", value);
        let body: Result<Value, _> = serde_json::from_str(&text);
        let request = evaluation(text.as_bytes(), &Limits::default()).map_err(|error| error.to_string());
        assert!(body.is_ok(), "{text}");
        let request = mapping.request(request?.question(), Standing::Ordinary);
        let request = request.map_err(|error| error.message)?;
        Ok::<_, String>(request.target.attributes.values("owner").collect::<Vec<_>>().join("|"))
    };
    for (json, value) in [
        ("\"ann\"", "ann"),
        ("true", "true"),
        ("[false]", "false"),
        ("0", "0"),
        ("-0.0", "0"),
        ("1.0", "1"),
        ("1e3", "1000"),
        ("-7", "-7"),
        ("0.1", "0.1"),
        ("18446744073709551615", "18446744073709551615"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("9007199254740992.0", "9007199254740992"),
        ("[\"a\", 1, true]", "a|1|true"),
        ("[]", ""),
        ("\"\"", ""),
    ] {
        assert_eq!(values(json).as_deref(), Ok(value), "{json}");
    }
    let place = "resource.properties.owner";
    let too_large = "a number too large to be kept exactly; give it as a string";
    for (json, why) in [
        ("18446744073709551616", format!("{place}: {too_large}")),
        ("[1, 1e300]", format!("{place}[1]: {too_large}")),
        ("null", format!("{place}: expected a string, a number, a boolean or a list of these, found null")),
        (
            "{}",
            format!("{place}: expected a string, a number, a boolean or a list of these, found an object"),
        ),
        ("[[]]", format!("{place}[0]: expected a string, a number or a boolean, found a list")),
    ] {
        assert_eq!(values(json), Err(why), "{json}");
    }
}

#[test]
fn a_property_that_no_condition_reads_may_be_anything() {
    let mapping = mapping(&Native::backup(), "", "").unwrap();
    let request =
        asked(&mapping, &body(json!({"state": "success", "record": {"isbn": 1}, "x": [1, {}], "y": null})));
    assert!(request.unwrap().target.attributes.is_empty());
}

#[test]
fn what_a_default_is_wanted_for_and_not_there_is_said() {
    let native = Native::backup();
    let mapping = mapping(&native, "", "").unwrap();
    let with = |pointer: &str, value: Value| {
        let mut body = body(json!({"state": "success"}));
        *body.pointer_mut(pointer).unwrap() = value;
        asked(&mapping, &body).unwrap_err()
    };
    assert_eq!(
        with("/context", json!({})),
        "400 missing-mode: context.mode: missing, and there is no default; the policy has `classic`, `federated`"
    );
    assert_eq!(
        with("/context", json!({"mode": "x"})),
        "404 unknown-mode: the policy has no mode `x`; it has `classic`, `federated`"
    );
    assert_eq!(
        with("/resource/properties", json!({})),
        "400 missing-state: the state of backup `b1` is not given, and backup has no default state"
    );
    let unknown = with("/resource", json!({"type": "x".repeat(1000), "id": "b1"}));
    assert!(
        unknown.starts_with("404 unknown-kind: the policy has no kind `xxx") && unknown.len() < 600,
        "{unknown}"
    );
    assert_eq!(
        with("/resource/properties/state", json!(["success"])),
        "400 invalid: resource.properties.state: expected a string, found a list"
    );
    assert_eq!(
        with("/subject/properties/roles", json!(["a", 1])),
        "400 invalid: subject.properties.roles: expected a string or a list of strings, found a number"
    );
    assert_eq!(
        with("/context", json!({"mode": "classic", "coverage": "full"})),
        "400 invalid: context.coverage: expected `partial` or `complete`"
    );
    let related = |related: Value| with("/context", json!({"mode": "classic", "related": related}));
    assert_eq!(related(json!({})), "400 invalid: context.related: expected a list, found an object");
    assert_eq!(related(json!([1])), "400 wrong-type: context.related[0]: expected an object, found a number");
    assert_eq!(
        related(json!([{"type": "cluster"}])),
        "400 invalid: context.related[0].id: missing, expected a string"
    );
    assert_eq!(
        related(json!([{"type": "cluster", "id": "c1"}])),
        "400 missing-state: the state of cluster `c1` is not given, and cluster has no default state"
    );
}

#[test]
fn defaults_are_the_only_mode_the_only_state_and_what_the_operator_sets() {
    let turnstile = mapping(&Native::turnstile(), "states = { turnstile = \"locked\" }", "").unwrap();
    let push = json!({
        "subject": {"type": "user", "id": "ann"}, "action": {"name": "push"},
        "resource": {"type": "turnstile", "id": "t1"},
    });
    let request = asked(&turnstile, &push).unwrap();
    assert_eq!((&*request.mode, &*request.target.state), ("normal", "locked"));

    let settings = "mode = \"classic\"\ncoverage = \"complete\"";
    let backup = mapping(&Native::backup(), settings, "").unwrap();
    let account = json!({
        "subject": {"type": "user", "id": "ann"}, "action": {"name": "view"},
        "resource": {"type": "cloud-account", "id": "aws"},
    });
    let request = asked(&backup, &account).unwrap();
    assert_eq!((&*request.mode, &*request.target.state), ("classic", "present"));
    assert_eq!(request.coverage, Coverage::Complete);
}

#[test]
fn settings_that_name_what_the_policy_lacks_are_refused() {
    let refused = |settings| mapping(&Native::turnstile(), settings, "").unwrap_err().to_string();
    assert_eq!(refused("mode = \"x\""), "the default mode `x` is none of the policy's: it has `normal`");
    assert_eq!(
        refused("states = { door = \"open\" }"),
        "a default state is given for kind `door`, which the policy does not have"
    );
    assert_eq!(
        refused("states = { turnstile = \"open\" }"),
        "the default state `open` is none of kind `turnstile`: it has `absent`, `locked`, `unlocked`"
    );
    assert!(toml::from_str::<Settings>("modes = \"x\"").is_err());
}

const DIRECTORY: &str = r#"
[[subjects]]
id = "ann"
aliases = ["opaque-1"]
roles = ["px-backup-app.user"]
attributes = { group = "ops" }

[[subjects]]
id = "platform"
roles = ["system"]

[[resources]]
kind = "backup"
id = "b1"
state = "success"
attributes = { owner = "ann" }

[[resources]]
kind = "cluster"
id = "c1"
state = "active"

[[resources]]
kind = "cluster"
id = "of-unknown-state"

[[resources]]
kind = "rule"
id = "r1"
"#;

#[test]
fn what_the_directory_says_of_a_subject_cannot_be_overridden() {
    let mapping = mapping(&Native::backup(), "", DIRECTORY).unwrap();
    for (kind, id) in [("user", "ann"), ("user", "opaque-1"), ("service", "ann")] {
        let mut body = body(json!({"state": "success"}));
        body["subject"] = json!({"type": kind, "id": id, "properties": {
            "roles": ["px-backup-super.admin"], "group": "admins", "grant": "role:view",
        }});
        let subject = asked(&mapping, &body).unwrap().subject.unwrap();
        assert_eq!((&*subject.id, subject.roles), ("ann", vec!["px-backup-app.user".to_owned()]));
        assert_eq!(subject.attributes.values("group").collect::<Vec<_>>(), ["ops"]);
        assert_eq!(
            subject.attributes.get("grant"),
            Some("role:view"),
            "a name that the directory does not give"
        );
    }
}

#[test]
fn a_subject_that_is_not_listed_is_believed_or_refused_as_set() {
    let mut body = body(json!({"state": "success"}));
    body["subject"]["id"] = json!("bob");
    let believing = mapping(&Native::backup(), "", DIRECTORY).unwrap();
    assert_eq!(asked(&believing, &body).unwrap().subject.unwrap().roles, ["px-backup-app.user"]);
    let strict = mapping(&Native::backup(), "unlisted-subjects = \"refuse\"", DIRECTORY).unwrap();
    assert_eq!(
        asked(&strict, &body).unwrap_err(),
        "404 unknown-subject: the directory lists no subject `bob`"
    );
}

#[test]
fn the_role_system_takes_a_caller_that_may_give_it() {
    let mapping = mapping(&Native::backup(), "", DIRECTORY).unwrap();
    let mut given = body(json!({"state": "success"}));
    given["subject"]["id"] = json!("bob");
    given["subject"]["properties"]["roles"] = json!(["px-backup-app.user", "system"]);
    let mut listed = body(json!({"state": "success"}));
    listed["subject"] = json!({"type": "user", "id": "platform"});
    for body in [given, listed] {
        let why = "403 system-not-allowed: the role `system` is the platform's own, and the caller may not speak for it";
        assert_eq!(asked(&mapping, &body).unwrap_err(), why);
        assert!(asked_with(&mapping, &body, Standing::Platform).is_ok());
    }
}

#[test]
fn of_a_listed_resource_the_directory_is_believed_unless_set_otherwise() {
    let body = body(json!({"state": "failure", "owner": "eve", "object-type": "vm"}));
    let of = |settings| {
        let mapping = mapping(&Native::backup(), settings, DIRECTORY).unwrap();
        let target = asked(&mapping, &body).unwrap().target;
        let value = |name| target.attributes.values(name).collect::<Vec<_>>().join("|");
        [target.state.clone(), value("owner"), value("object-type")]
    };
    assert_eq!(of(""), ["success", "ann", "vm"]);
    assert_eq!(of("resources = \"request\""), ["failure", "eve", "vm"]);
}

#[test]
fn listed_resources_that_conditions_ask_about_are_related() {
    let mapping = mapping(&Native::backup(), "", DIRECTORY).unwrap();
    let mut body = body(json!({}));
    body["action"]["name"] = json!("delete");
    body["context"]["mode"] = json!("federated");
    let related = |body: &Value| {
        let related = asked(&mapping, body).unwrap().related;
        let mut names: Vec<_> = related.iter().map(|other| format!("{} {}", other.id, other.state)).collect();
        names.sort();
        names
    };
    // Neither the target, nor a kind that nobody asks about, nor one whose state is not known.
    assert_eq!(related(&body), ["c1 active"]);
    // One that the request shows is not there twice, and is as the directory says.
    body["context"]["related"] = json!([{"type": "cluster", "id": "c1", "properties": {"state": "failed"}}]);
    assert_eq!(related(&body), ["c1 active"]);
}

#[test]
fn a_directory_that_contradicts_itself_is_refused() {
    let refused = |text: &str| toml::from_str::<Directory>(text).unwrap_err().to_string();
    let twice = refused("subjects = [{ id = \"a\" }, { id = \"b\", aliases = [\"a\"] }]");
    assert!(twice.contains("names a subject `a` twice"), "{twice}");
    let twice = refused("resources = [{ kind = \"k\", id = \"a\" }, { kind = \"k\", id = \"a\" }]");
    assert!(twice.contains("lists k `a` twice"), "{twice}");
    assert!(refused("subjects = [{ id = \"a\", role = \"x\" }]").contains("unknown field `role`"));
    let directory: Directory = toml::from_str(DIRECTORY).unwrap();
    let written = serde_json::to_string(&directory).unwrap();
    let read: Directory = serde_json::from_str(&written).unwrap();
    assert_eq!((read.subjects(), read.resources()), (directory.subjects(), directory.resources()));
}
