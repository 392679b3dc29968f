use interlock_analysis::cases::{CaseError, CaseFile, Cast, Want, check_names, differences};
use interlock_model::{Decision, RequestError, Verdict};

use crate::manifests::doors;

const CAST: &str = r#"{
  "policy": "doors",
  "subjects": { "ann": { "id": "ann" } },
  "resources": {
    "north": { "kind": "door", "id": "north", "state": "open", "attributes": { "colour": "red", "near": ["a", "b"] } },
    "south": { "kind": "door", "id": "south", "state": "closed" }
  },
  "sites": { "night": ["north", "south"] }
}"#;

fn parse(cases: &str) -> Result<CaseFile, CaseError> {
    parse_with("", cases)
}

fn parse_with(fields: &str, cases: &str) -> Result<CaseFile, CaseError> {
    let text = format!("{{\n\"about\": \"Doors.\",{fields}\n\"cases\": [\n{cases}\n]}}");
    CaseFile::parse(&text, &Cast::parse(CAST).unwrap())
}

fn case(fields: &str) -> String {
    format!(
        "{{ \"name\": \"a claim\", \"as\": \"ann\", \"action\": \"lock\", {fields}, \"want\": {{ \"verdict\": \"allow\", \
         \"next_state\": \"unchanged\" }} }}"
    )
}

#[test]
fn a_case_is_run_in_each_mode_from_each_state() {
    let file = parse(&case(
        r#""mode": ["day", "night"], "target": { "like": "south", "state": ["open", "closed"] }"#,
    ))
    .unwrap();
    let told: Vec<String> = file.cases().iter().map(ToString::to_string).collect();
    let wanted = ["(day, from open)", "(day, from closed)", "(night, from open)", "(night, from closed)"];
    assert_eq!(told, wanted.map(|which| format!("a claim {which}")));
    for case in file.cases() {
        let Want::Decision(want) = &case.want else { panic!("{case}") };
        assert_eq!(want.next_state.as_ref(), Some(&case.request.target.state));
    }
}

#[test]
fn the_site_is_related_without_the_target_and_with_what_is_laid_over_it() {
    let related = |fields: &str, file: &str| {
        let file = parse_with(file, &case(fields)).unwrap();
        let related = file.cases()[0].request.related.iter();
        related.map(|it| format!("{} {}", it.id, it.state)).collect::<Vec<_>>()
    };
    let night = r#""mode": "night", "target": "south""#;
    assert_eq!(related(night, ""), ["north open"]);
    let over = r#""related": [{ "like": "north", "state": "stuck" }]"#;
    assert_eq!(related(&format!("{night}, {over}"), ""), ["north stuck"]);
    assert!(related(&format!(r#"{night}, "without": ["north"]"#), "").is_empty());
    assert!(related(r#""mode": "day", "target": "south""#, "").is_empty());
    assert!(related(night, r#""policy": "windows","#).is_empty(), "the site is of another policy");
}

#[test]
fn attributes_replace_those_of_the_same_name_and_an_empty_list_takes_one_away() {
    let target =
        r#""mode": "day", "target": { "like": "north", "attributes": { "colour": [], "near": "c" } }"#;
    let file = parse(&case(target)).unwrap();
    let attributes = &file.cases()[0].request.target.attributes;
    assert_eq!((attributes.get("colour"), attributes.values("near").collect()), (None, vec!["c"]));
}

#[test]
fn mistakes_are_told_with_their_places() {
    let check = |cases: &str, message: &str| assert_eq!(parse(cases).unwrap_err().to_string(), message);
    let day = r#""mode": "day", "target": "north""#;
    check(&case(&format!("{day}, \"taget\": 1")), "line 4, column 93: unknown field `taget`");
    check(&case(r#""mode": "day", "target": "nort""#), "line 4, case `a claim`: unknown resource `nort`");
    check(
        &case(r#""mode": [], "target": "north""#),
        "line 4, case `a claim`: it lists no mode, or no state of its target",
    );
    check(
        &case(r#""mode": "day", "target": { "id": "x", "state": "open" }"#),
        "line 4, case `a claim`: a resource lacks `kind`, and is `like` no other",
    );
    check(
        &case(&format!("{day}, \"only\": [], \"without\": [\"south\"]")),
        "line 4, case `a claim`: `only` stands without `related` and `without`",
    );
    check(
        &case(&format!("{day}, \"without\": [\"south\"]")),
        "line 4, case `a claim`: `south` is not related anyway",
    );
    check(
        &format!("{},\n{}", case(day), case(day)),
        "line 5, case `a claim`: line 4 has a case of that name already",
    );
    let again = parse_with(r#""subjects": { "ann": { "id": "x" } },"#, "").unwrap_err();
    assert_eq!(again.to_string(), "the cast has subject `ann` already");
}

#[test]
fn what_is_written_is_read_again_as_it_was() {
    let fields = r#""mode": "day", "target": { "like": "north", "state": ["open"] }, "parameters": { "a": ["b", "c"] },
        "related": ["south"], "coverage": "partial", "review": "is it so?""#;
    let file = parse(&case(fields)).unwrap();
    let again = parse(&serde_json::to_string(&file.written()[0]).unwrap()).unwrap();
    assert_eq!(
        (file.written(), file.cases()[0].request.clone()),
        (again.written(), again.cases()[0].request.clone())
    );
}

#[test]
fn names_are_held_against_the_policy_unless_the_request_is_to_be_refused() {
    let names = |text: &str| {
        check_names(&parse(text).unwrap().cases()[0], &doors()).map_err(|error| error.to_string())
    };
    assert_eq!(names(&case(r#""mode": "night", "target": "north""#)), Ok(()));
    let unknown = names(&case(r#""mode": "dusk", "target": "north""#));
    assert_eq!(unknown, Err("line 4, case `a claim`: unknown mode `dusk`".to_owned()));
    let refused = r#"{ "name": "x", "mode": "dusk", "action": "lock", "target": "north", "want": { "error": "ERROR" } }"#;
    assert_eq!(names(&refused.replace("ERROR", "unknown-mode")), Ok(()));
    assert!(names(&refused.replace("ERROR", "no-such-mode")).is_err());
}

#[test]
fn an_answer_is_compared_field_by_field() {
    let file = parse(&case(r#""mode": "day", "target": "north""#)).unwrap();
    let decision = |verdict, next_state: Option<&str>| Decision {
        verdict,
        reasons: Vec::new(),
        next_state: next_state.map(str::to_owned),
        effects: Vec::new(),
        ways_out: Vec::new(),
    };
    let fields = |answer| {
        let found = differences(&file.cases()[0].want, &answer);
        found.into_iter().map(|difference| difference.field).collect::<Vec<_>>()
    };
    assert!(fields(Ok(decision(Verdict::Allow, Some("open")))).is_empty());
    assert_eq!(fields(Ok(decision(Verdict::Allow, Some("closed")))), ["next state"]);
    assert_eq!(fields(Ok(decision(Verdict::Deny, None))), ["verdict", "next state"]);
    assert_eq!(fields(Err(RequestError::UnknownMode("no".to_owned()))), ["verdict", "error"]);
}
