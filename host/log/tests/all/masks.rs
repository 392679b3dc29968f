//! What is masked, and what cannot be.

use std::fs;

use interlock_log::{Mask, MaskError};

use crate::Place;

fn masked(paths: &[&str], key: Option<&[u8]>, whole_request: bool) -> (serde_json::Value, String) {
    let place = Place::new();
    let mut options = place.options();
    options.whole_request = whole_request;
    options.mask = Mask::new(paths, key).unwrap();
    place.write_with(options, 0..1);
    assert_eq!(place.problem(), "nothing");
    let line = place.lines().pop().unwrap();
    (serde_json::from_str(&line).unwrap(), fs::read_to_string(&place.path).unwrap())
}

#[test]
fn every_place_can_be_masked_and_then_stands_nowhere() {
    let places: [(&str, &[&str], &str); 13] = [
        ("request.subject.roles", &["/request/subject/roles/0"], "guard"),
        ("request.subject.attributes.email", &["/request/subject/attributes/email/1"], "@example.org"),
        ("subject.attributes.*", &["/request/subject/attributes/email/0"], "@example.org"),
        ("target.id", &["/target/id", "/request/target/id"], "north"),
        ("request.target.id", &["/target/id", "/request/target/id"], "north"),
        ("target.attributes.owner", &["/request/target/attributes/owner"], ""),
        ("related.*.id", &["/request/related/0/id", "/request/related/1/id"], "south"),
        ("request.related.*.attributes.owner", &["/request/related/0/attributes/owner"], ""),
        ("parameters.remark", &["/request/parameters/remark"], "Müller"),
        ("request.parameters.*", &["/request/parameters/remark"], "Müller"),
        ("request_id", &["/request_id"], "r \\\"1"),
        ("subject.id", &["/subject/id", "/request/subject/id"], ""),
        ("request.subject.id", &["/subject/id", "/request/subject/id"], ""),
    ];
    for (path, places, hidden) in places {
        let (record, text) = masked(&[path], None, true);
        for place in places {
            assert_eq!(record.pointer(place), Some(&"***".into()), "{path} at {place}");
        }
        assert!(hidden.is_empty() || !text.contains(hidden), "{path}");
        assert_eq!(record["masked"], serde_json::json!([path]));
    }
}

#[test]
fn with_a_key_equal_values_stay_equal_and_another_key_gives_others() {
    let owners = ["subject.id", "target.attributes.owner", "related.*.attributes.owner"];
    let (record, text) = masked(&owners, Some(b"a key of 16 bytes and more"), true);
    assert!(!text.contains("user-17"));
    let id = record["subject"]["id"].as_str().unwrap();
    assert_eq!(id.len(), "hmac-sha256:".len() + 32, "{id}");
    for place in ["/request/subject/id", "/request/target/attributes/owner"] {
        assert_eq!(record.pointer(place).unwrap(), id, "{place}");
    }
    let (other, _) = masked(&owners, Some(b"some other key with bytes"), true);
    assert_ne!(other["subject"]["id"].as_str().unwrap(), id);
}

#[test]
fn a_record_tells_only_of_masks_that_hid_something_in_it() {
    let (record, _) = masked(&["trace_id", "parameters.address", "subject.id"], None, true);
    assert_eq!(record["masked"], serde_json::json!(["subject.id"]));
    let (record, _) = masked(&["subject.id", "parameters.remark"], None, false);
    assert_eq!(record["masked"], serde_json::json!(["subject.id"]));
    assert_eq!(record["subject"]["id"], "***");
    assert_eq!(record.get("request"), None);
}

#[test]
fn a_path_that_matches_nothing_is_refused_by_name() {
    let paths = [
        "subject",
        "subject.name",
        "subject.attributes",
        "subject.attributes.",
        "request",
        "request.",
        "request.related.0.id",
        "request.request_id",
        "target.kind",
        "verdict",
        "hash",
        "",
    ];
    for path in paths {
        let error = Mask::new([path], None).unwrap_err();
        assert_eq!(error, MaskError::Unknown { path: path.to_owned() });
        assert!(error.to_string().starts_with(&format!("mask `{path}` names nothing that can be masked")));
    }
    let error = Mask::new(["subject.id"], Some(b"short")).unwrap_err();
    assert_eq!(error.to_string(), "the key of the mask has 5 bytes, needed are 16 at least");
}
