//! How a decision reads for people.

use anstyle::Style;
use interlock_model::{ABSENT, Decision, Reason, Reference, Request, Verdict, WayOut};

use crate::page::{BAD, DIM, DOUBT, GOOD, NAME, PLAIN, Page};

/// The style of a verdict's word.
pub(crate) fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Allow => GOOD,
        Verdict::Deny => BAD,
        Verdict::Depends => DOUBT,
    }
}

/// A decision with the question that it answers.
pub(crate) fn draw(page: &mut Page, request: &Request, decision: &Decision) {
    let Request { action, target, .. } = request;
    page.put(style(decision.verdict), decision.verdict.as_str());
    page.put(PLAIN, "  ").put(NAME, &format!("{action} {} {}", target.kind, target.id));
    page.put(PLAIN, &format!(" ({}), ", target.state)).put(DIM, &asked(request)).end();
    draw_consequences(page, &target.state, decision);
    draw_reasons(page, decision);
}

/// Who asks, in which mode.
pub(crate) fn asked(request: &Request) -> String {
    match &request.subject {
        Some(subject) => format!("asked by {} in {} mode", subject.id, request.mode),
        None => format!("asked by nobody in {} mode", request.mode),
    }
}

/// Why not, and what would serve instead.
pub(crate) fn draw_reasons(page: &mut Page, decision: &Decision) {
    for reason in &decision.reasons {
        draw_reason(page, reason);
    }
    for way_out in &decision.ways_out {
        page.entry(2, 4, (PLAIN, "way out:"), &describe_way_out(way_out));
    }
}

fn draw_consequences(page: &mut Page, state: &str, decision: &Decision) {
    match &decision.next_state {
        Some(next) if next == state => page.line(PLAIN, &format!("  stays {next}")),
        Some(next) => page.line(PLAIN, &format!("  leads to {next}")),
        None => {}
    }
    for effect in &decision.effects {
        page.put(PLAIN, "  effect ").put(NAME, &effect.code).end();
        page.paragraph(4, &effect.message);
    }
}

fn draw_reason(page: &mut Page, reason: &Reason) {
    page.put(PLAIN, "  ").put(NAME, &reason.code);
    page.put(DIM, &format!(" ({})", reason.class.as_str())).end();
    page.paragraph(4, &reason.message);
    let in_the_way = describe_evidence(&reason.evidence);
    if !in_the_way.is_empty() {
        page.entry(4, 6, (PLAIN, "in the way:"), &in_the_way.join(", "));
    }
}

fn describe_way_out(way_out: &WayOut) -> String {
    let mut text = way_out.action.clone();
    if !way_out.from_states.is_empty() {
        text.push_str(&format!(" from {}", way_out.from_states.join(", ")));
    }
    if !way_out.needs.is_empty() {
        text.push_str(&format!(", needs {}", way_out.needs.join(", ")));
    }
    text
}

/// Resources in the way, each once. One that the subject may not view is told by its kind alone, and so is one
/// that a link names and that is gone.
fn describe_evidence(evidence: &[Reference]) -> Vec<String> {
    let mut told = Vec::new();
    for reference in evidence.iter().filter(|reference| reference.visible) {
        told.push(format!("{} {} ({})", reference.kind, reference.id, reference.state));
    }
    let mut hidden: Vec<((&str, &str), usize)> = Vec::new();
    for reference in evidence.iter().filter(|reference| !reference.visible) {
        let why = if reference.state == ABSENT { "that does not exist" } else { "you may not view" };
        match hidden.iter_mut().find(|(told, _)| *told == (&reference.kind, why)) {
            Some((_, count)) => *count += 1,
            None => hidden.push(((&reference.kind, why), 1)),
        }
    }
    told.extend(hidden.into_iter().map(|((kind, why), count)| match count {
        1 => format!("a {kind} {why}"),
        count => format!("{count} of kind {kind} {why}"),
    }));
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(request: &str, decision: &str) -> String {
        let mut page = Page::new();
        draw(&mut page, &serde_json::from_str(request).unwrap(), &serde_json::from_str(decision).unwrap());
        anstream::adapter::strip_str(&page.finish()).to_string()
    }

    const DELETE: &str = r#"{
        "mode": "federated", "subject": {"id": "user-17"}, "action": "delete",
        "target": {"kind": "backup", "id": "nightly-42", "state": "success"}
    }"#;

    #[test]
    fn a_refusal_tells_reasons_evidence_and_ways_out_and_never_an_id_that_is_hidden() {
        let text = check(
            DELETE,
            r#"{
                "verdict": "deny",
                "reasons": [
                    {
                        "code": "deletion-worker-available", "class": "related",
                        "message": "backup `nightly-42` cannot be deleted: none of the clusters attached to location `blob-eu` is active with a valid connection (`shoot-a` disconnected, `shoot-b` connection invalid)",
                        "evidence": [
                            {"kind": "cluster", "id": "shoot-a", "state": "disconnected", "visible": true},
                            {"kind": "cluster", "id": "shoot-b", "state": "active", "visible": true},
                            {"kind": "cluster", "id": "secret-1", "state": "active", "visible": false},
                            {"kind": "cluster", "id": "secret-2", "state": "active", "visible": false},
                            {"kind": "backup-sync", "id": "secret-3", "state": "pending", "visible": false}
                        ]
                    },
                    {"code": "may-delete", "class": "access", "message": "user-17 may not.", "evidence": []}
                ],
                "next_state": null,
                "effects": [],
                "ways_out": [
                    {"action": "force-delete", "from_states": [], "needs": ["acknowledged"]},
                    {"action": "delete", "from_states": ["failure", "success"], "needs": []}
                ]
            }"#,
        );
        assert!(!text.contains("secret"), "{text}");
        insta::assert_snapshot!(text, @r"
        deny  delete backup nightly-42 (success), asked by user-17 in federated mode
          deletion-worker-available (related)
            backup `nightly-42` cannot be deleted: none of the clusters attached to location `blob-eu` is
            active with a valid connection (`shoot-a` disconnected, `shoot-b` connection invalid)
            in the way: cluster shoot-a (disconnected), cluster shoot-b (active), 2 of kind cluster you may
              not view, a backup-sync you may not view
          may-delete (access)
            user-17 may not.
          way out: force-delete, needs acknowledged
          way out: delete from failure, success
        ");
    }

    #[test]
    fn a_permission_tells_next_state_and_effects() {
        let decision = |next: &str| {
            format!(
                r#"{{
                    "verdict": "allow", "reasons": [], "next_state": "{next}",
                    "effects": [{{"code": "data-deleted", "message": "The data leave the location."}}],
                    "ways_out": []
                }}"#
            )
        };
        insta::assert_snapshot!(check(DELETE, &decision("deleting")), @r"
        allow  delete backup nightly-42 (success), asked by user-17 in federated mode
          leads to deleting
          effect data-deleted
            The data leave the location.
        ");
        assert!(check(DELETE, &decision("success")).contains("stays success"));
    }
}
