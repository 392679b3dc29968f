use interlock_model::{Cause, Manifest};

use super::{Case, CaseError, Want};

/// Holds the names of a case against a policy: those of its request, unless it wants an error, and those of
/// its wanted answer.
///
/// # Errors
///
/// [`CaseError::UnknownName`] for the first name that the policy does not have.
pub fn check_names(case: &Case, manifest: &Manifest) -> Result<(), CaseError> {
    let Want::Decision(want) = &case.want else {
        return match &case.want {
            Want::Error(want) => one_of(case, "error", &want.error, &MISTAKES),
            Want::Decision(_) => Ok(()),
        };
    };
    let request = &case.request;
    one_of(case, "mode", &request.mode, &manifest.modes)?;
    let actions: Vec<&str> = manifest.actions.iter().map(|action| &*action.name).collect();
    one_of(case, "action", &request.action, &actions)?;
    let kinds: Vec<&str> = manifest.kinds.iter().map(|kind| &*kind.name).collect();
    for observation in std::iter::once(&request.target).chain(&request.related) {
        one_of(case, "kind", &observation.kind, &kinds)?;
        one_of(case, "state", &observation.state, &states(manifest, &observation.kind))?;
    }
    if let Some(state) = &want.next_state {
        one_of(case, "state", state, &states(manifest, &request.target.kind))?;
    }
    let causes = [Cause::NotInMode, Cause::NotOffered, Cause::NotFromState].map(Cause::as_str);
    let codes: Vec<&str> =
        manifest.conditions.iter().map(|condition| &*condition.code).chain(causes).collect();
    for reason in want.reasons.iter().chain(want.messages.keys()).chain(want.evidence.keys()) {
        one_of(case, "reason", reason, &codes)?;
    }
    let effects: Vec<&str> = manifest.effects.iter().map(|effect| &*effect.code).collect();
    for effect in &want.effects {
        one_of(case, "effect", effect, &effects)?;
    }
    for way_out in want.ways_out.iter().flatten() {
        one_of(case, "action", &way_out.action, &actions)?;
    }
    Ok(())
}

/// Codes of what a policy can say of a request that is wrong.
const MISTAKES: [&str; 6] =
    ["unknown-mode", "unknown-kind", "unknown-state", "unknown-action", "invalid", "other"];

fn states<'m>(manifest: &'m Manifest, kind: &str) -> Vec<&'m str> {
    let kind = manifest.kinds.iter().find(|info| info.name == kind);
    kind.into_iter().flat_map(|kind| &kind.states).map(|state| &*state.name).collect()
}

fn one_of(case: &Case, what: &'static str, name: &str, known: &[impl AsRef<str>]) -> Result<(), CaseError> {
    if known.iter().any(|known| known.as_ref() == name) {
        return Ok(());
    }
    Err(CaseError::UnknownName {
        line: case.line,
        case: case.name.clone(),
        what,
        name: name.to_owned(),
        known: known.iter().map(|known| known.as_ref().to_owned()).collect(),
    })
}
