//! What the sites' people may do. The claims stand in `federated.txt` and `classic.txt`, one a line; their
//! sources are keys of the policy's `SOURCES.md`.

use interlock_model::{Attributes, Decision, Verdict, World};
use interlock_tests::Native;

use super::{CLASSIC, FEDERATED, read};

/// An answer as claims write it: the next state of what is allowed, else the codes of all reasons, by name.
fn answer(decision: &Decision) -> String {
    let mut words: Vec<&str> = decision.reasons.iter().map(|reason| &*reason.code).collect();
    words.sort_unstable();
    words.extend(decision.next_state.as_deref());
    words.insert(0, decision.verdict.as_str());
    words.join(" ")
}

#[track_caller]
fn check(site: &str, claims: &str) {
    let world = read(site);
    let claims = claims.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (mut made, mut wrong) = (0, Vec::new());
    for claim in claims {
        let [_source, question, wanted] = claim.split('|').collect::<Vec<_>>()[..] else {
            panic!("`{claim}` has not three parts");
        };
        let [subject, action, target, given @ ..] = &question.split_whitespace().collect::<Vec<_>>()[..]
        else {
            panic!("`{claim}` lacks a subject, an action or a target");
        };
        let answered = answer(&decide(&world, subject, action, target, given));
        made += 1;
        if answered != wanted.trim() {
            wrong.push(format!("{claim}, not {answered}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {made} claims are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(made >= 40, "only {made} claims were read");
}

#[test]
fn the_federated_site_is_decided_as_the_sources_have_it() {
    check(FEDERATED, include_str!("federated.txt"));
}

#[test]
fn the_classic_site_is_decided_as_the_sources_have_it() {
    check(CLASSIC, include_str!("classic.txt"));
}

/// Asks the policy. `-` is nobody: the platform reports an event.
fn decide(world: &World, subject: &str, action: &str, target: &str, given: &[&str]) -> Decision {
    let (kind, id) = target.split_once('/').unwrap();
    let given: Attributes = given.iter().map(|value| value.split_once('=').unwrap()).collect();
    let none = Attributes::new();
    let (links, parameters) =
        if world.resource(kind, id).is_some() { (&none, &given) } else { (&given, &none) };
    let subject = (subject != "-").then_some(subject);
    let request = world.request(subject, action, (kind, id), links, parameters).unwrap();
    Native::backup().evaluate(&request).unwrap()
}

#[test]
fn who_may_not_delete_a_backup_for_want_of_a_cluster_is_told_which_and_shown_the_way_out() {
    let decision = decide(&read(FEDERATED), "user-17", "delete", "backup/nightly-42", &[]);
    let [reason] = &decision.reasons[..] else { panic!("{decision:?}") };
    assert_eq!(
        reason.message,
        "backup `nightly-42` cannot be deleted: none of the clusters attached to location `blob-eu` is active \
         with a valid connection (`shoot-a` disconnected, `shoot-b` connection invalid)"
    );
    assert!(reason.evidence.iter().all(|reference| reference.visible));
    let [way_out] = &decision.ways_out[..] else { panic!("{decision:?}") };
    assert_eq!((&*way_out.action, &way_out.from_states[..]), ("force-delete", &[][..]));
    assert_eq!(way_out.needs, ["acknowledged"]);
}

#[test]
fn what_somebody_may_not_view_is_in_the_way_and_not_named() {
    let hidden: &[(&str, &str, &str, &[&str])] = &[
        ("infra-admin", "delete", "cluster/shoot-c", &["payments-hourly-901", "payments-rollback"]),
        ("user-31", "sync", "backup-location/blob-us-data", &["blob-us"]),
        ("infra-admin", "delete", "backup-location/blob-us", &["payments-hourly", "crm-nightly"]),
    ];
    for &(subject, action, target, names) in hidden {
        let decision = decide(&read(FEDERATED), subject, action, target, &[]);
        assert_eq!(decision.verdict, Verdict::Deny, "{subject} {action} {target}");
        for name in names {
            let references = || decision.reasons.iter().flat_map(|reason| &reason.evidence);
            assert!(references().any(|reference| reference.id == *name && !reference.visible), "{name}");
            for reason in &decision.reasons {
                assert!(!reason.message.contains(&format!("`{name}`")), "{}", reason.message);
            }
        }
    }
}

#[test]
fn machines_whose_rules_will_fail_are_announced() {
    let effects = |machines: [&str; 2]| {
        let given = [&["cluster=vm-host-1", "location=nfs-vms", "object-type=vm"], &machines[..]].concat();
        let decision = decide(&read(CLASSIC), "user-23", "create", "backup/new", &given);
        decision.effects.into_iter().map(|effect| effect.code).collect::<Vec<_>>()
    };
    assert_eq!(
        effects(["virtual-machine=billing-1", "virtual-machine=billing-2"]),
        ["machine-marked-failed"]
    );
    assert!(effects(["virtual-machine=billing-1", "virtual-machine=reports-1"]).is_empty());
}
