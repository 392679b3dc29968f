//! Claims about comparing what conditions mean, over policies whose conditions are closures.

use std::convert::Infallible;

use interlock_analysis::diff::{Differs, Finding, Sampled, sample};
use interlock_analysis::{Decide, Observe, ObserveError};
use interlock_model::{
    Decision, InputInfo, Manifest, Outcome, Reason, Request, RequestError, Situation, Verdict,
};

use crate::interpreter::Interpreter;
use crate::manifests::{doors, input};

/// What a condition comes to in a request.
type Sees = fn(&str, &Request) -> Option<bool>;

/// Doors that look at requests.
struct Seeing {
    policy: Interpreter,
    sees: Sees,
    /// What every refusal says.
    sentence: &'static str,
}

impl Decide for Seeing {
    type Error = Infallible;

    fn manifest(&self) -> &Manifest {
        self.policy.manifest()
    }

    fn decide_all(&self, situations: &[Situation]) -> Result<Vec<Outcome>, Infallible> {
        self.policy.decide_all(situations)
    }
}

impl Observe for Seeing {
    fn observe(&self, request: &Request) -> Result<Situation, ObserveError<Infallible>> {
        let manifest = self.manifest();
        let unknown = |what: &str| RequestError::Other(format!("unknown {what}"));
        let kind = manifest.kind(&request.target.kind).ok_or_else(|| unknown("kind"))?;
        let mut situation = Situation {
            mode: manifest.mode(&request.mode).ok_or_else(|| unknown("mode"))?,
            kind,
            state: manifest.state(kind, &request.target.state).ok_or_else(|| unknown("state"))?,
            action: manifest.action(&request.action).ok_or_else(|| unknown("action"))?,
            ..Situation::default()
        };
        let offer = manifest.offer(situation.mode, situation.kind, situation.action);
        for (bit, &index) in offer.map_or(&[][..], |offer| &offer.conditions).iter().enumerate() {
            let truth = (self.sees)(&manifest.conditions[usize::from(index)].code, request);
            situation.known |= u32::from(truth.is_some()) << bit;
            situation.holds |= u32::from(truth == Some(true)) << bit;
        }
        Ok(situation)
    }

    fn evaluate(&self, request: &Request) -> Result<Decision, ObserveError<Infallible>> {
        let situation = self.observe(request)?;
        let outcome = self.policy.decide(situation);
        let manifest = self.manifest();
        let offer = manifest.offer(situation.mode, situation.kind, situation.action).unwrap();
        let reason = |bit: usize| {
            let condition = &manifest.conditions[usize::from(offer.conditions[bit])];
            let message = self.sentence.to_owned();
            Reason { code: condition.code.clone(), class: condition.class, message, evidence: Vec::new() }
        };
        let bits = (0..offer.conditions.len()).filter(|bit| outcome.reasons >> bit & 1 != 0);
        let (reasons, next_state) = (bits.map(reason).collect(), None);
        let (effects, ways_out) = (Vec::new(), Vec::new());
        Ok(Decision { verdict: outcome.verdict, reasons, next_state, effects, ways_out })
    }
}

/// The doors, whose alarm works if a window is open and linked to.
fn manifest() -> Manifest {
    let mut manifest = doors();
    manifest.conditions[3].reads = vec!["target.window".into(), "related.window.state".into()];
    manifest.inputs = vec![
        input("subject.keys"),
        InputInfo {
            meaning: "How many are inside, a whole number; 7 fill it.".into(),
            ..input("target.people")
        },
        InputInfo { values: vec!["true".into(), "false".into()], ..input("parameter.alarm") },
        InputInfo { links_to: Some("window".into()), ..input("target.window") },
        input("related.window.state"),
    ];
    manifest
}

fn plain(code: &str, request: &Request) -> Option<bool> {
    match code {
        "has-key" => {
            request.subject.as_ref().map(|subject| subject.attributes.get("keys") == Some(&subject.id))
        }
        "is-empty" => request.target.attributes.get("people").map(|people| people == "0"),
        "wants-alarm" => request.parameters.get("alarm").map(|alarm| alarm == "true"),
        _ => {
            let id = request.target.attributes.get("window")?;
            let window = request.related.iter().find(|it| it.kind == "window" && it.id == id);
            Some(window.is_some_and(|window| window.state == "open"))
        }
    }
}

fn doors_that(sees: Sees) -> Seeing {
    Seeing { policy: Interpreter { manifest: manifest() }, sees, sentence: "no" }
}

fn compared(sees: Sees) -> Sampled {
    sample(&doors_that(plain), &doors_that(sees), &[], &|_| {}).unwrap()
}

#[track_caller]
fn only(sampled: &Sampled) -> &Finding {
    let [finding] = &sampled.findings[..] else { panic!("{:#?}", sampled.findings) };
    finding
}

#[test]
fn conditions_that_mean_the_same_show_no_difference_and_each_is_seen_true_and_false() {
    let sampled = compared(plain);
    assert_eq!(sampled.findings, []);
    assert_eq!((sampled.conditions, sampled.turned), (4, 4));
    assert_eq!(sampled, compared(plain));
}

#[test]
fn a_condition_that_means_something_else_is_found_with_a_request_that_shows_it() {
    let sampled = compared(|code, request| match code {
        "alarm-works" if request.target.attributes.get("window").is_none() => Some(false),
        _ => plain(code, request),
    });
    let finding = only(&sampled);
    assert_eq!((finding.what, &*finding.name), (Differs::Condition, "alarm-works"));
    assert_eq!((&*finding.before, &*finding.after), ("unknown", "false"));
    assert!(finding.samples > 0 && finding.samples <= sampled.generated);
    assert!(finding.decides);
    let seen = |sees: Sees| doors_that(sees).observe(&finding.request).unwrap().known;
    assert_eq!(seen(plain) & 0b1000, 0);
    assert_eq!((&*finding.request.target.kind, &*finding.request.action), ("door", "lock"));
}

#[test]
fn numbers_that_the_manifest_names_are_tried_on_both_sides() {
    let sampled = compared(|code, request| match request.target.attributes.get("people") {
        Some("8") if code == "is-empty" => Some(true),
        _ => plain(code, request),
    });
    assert_eq!(only(&sampled).request.target.attributes.get("people"), Some("8"));
}

#[test]
fn a_related_resource_that_no_longer_counts_is_found() {
    let sampled = compared(|code, request| match code {
        "alarm-works" => plain(code, request).map(|_| false),
        _ => plain(code, request),
    });
    let finding = only(&sampled);
    assert_eq!((&*finding.before, &*finding.after), ("true", "false"));
    assert_eq!(finding.request.related[0].state, "open");
}

#[test]
fn what_only_the_requests_given_have_is_tried_too() {
    let sees: Sees = |code, request| match request.target.attributes.get("people") {
        Some("42") if code == "is-empty" => None,
        _ => plain(code, request),
    };
    assert_eq!(compared(sees).findings, []);
    let given: Request = serde_json::from_str(
        r#"{"mode": "day", "action": "shut",
            "target": {"kind": "door", "id": "front", "state": "open", "attributes": {"people": "42"}}}"#,
    )
    .unwrap();
    let sampled = sample(&doors_that(plain), &doors_that(sees), &[given], &|_| {}).unwrap();
    assert_eq!((sampled.given, &*only(&sampled).after), (1, "unknown"));
}

#[test]
fn the_same_decision_in_other_words_is_found() {
    let other = Seeing { sentence: "certainly not", ..doors_that(plain) };
    let sampled = sample(&doors_that(plain), &other, &[], &|_| {}).unwrap();
    assert!(sampled.findings.iter().all(|finding| finding.what == Differs::Message));
    let names: Vec<&str> = sampled.findings.iter().map(|finding| &*finding.name).collect();
    assert!(names.contains(&"has-key") && names.contains(&"is-empty"), "{names:?}");
}

#[test]
fn a_request_that_only_one_makes_sense_of_is_found() {
    let mut other = doors_that(plain);
    other.policy.manifest.kinds[0].states[2].name = "ajar".into();
    let given: Request = serde_json::from_str(
        r#"{"mode": "day", "action": "shut", "target": {"kind": "door", "id": "front", "state": "closed"}}"#,
    )
    .unwrap();
    let sampled = sample(&doors_that(plain), &other, &[given], &|_| {}).unwrap();
    let finding = only(&sampled);
    assert_eq!(
        (finding.what, &*finding.before, &*finding.after),
        (Differs::Request, "understood", "other: unknown state")
    );
    assert_eq!(finding.request.target.state, "closed");
    assert_eq!(Verdict::Allow, doors_that(plain).evaluate(&finding.request).unwrap().verdict);
}
