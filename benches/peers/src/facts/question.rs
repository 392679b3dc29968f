use oorandom::Rand32;

use super::Rules;

/// What a caller has: names, and an answer to every condition of the action.
#[derive(Debug)]
pub struct Question {
    /// Mode.
    pub mode: &'static str,
    /// Kind of the resource.
    pub kind: &'static str,
    /// State of the resource.
    pub state: &'static str,
    /// Operation.
    pub action: &'static str,
    /// Every condition that the action reads, by name, and whether it holds.
    pub conditions: Vec<(&'static str, bool)>,
    /// Who asks.
    pub user: String,
    /// Which resource.
    pub id: String,
}

/// Questions of both modes, drawn with a fixed seed: every operation is as likely as any other. Of eight, one asks from
/// any state and seven from a state that some rule names; of eight conditions, one is false.
pub fn draw(count: usize) -> Vec<Question> {
    let rules = Rules::shipped();
    let mut random = Rand32::new(0x1757);
    let mut below = |bound: usize| random.rand_range(0..bound as u32) as usize;
    let mut one = |number: usize| {
        let offer = &rules.offers[below(rules.offers.len())];
        let state = if below(8) == 0 {
            &offer.states[below(offer.states.len())]
        } else {
            let states = &offer.clauses[below(offer.clauses.len())].states;
            &states[below(states.len())]
        };
        Question {
            mode: &offer.mode,
            kind: &offer.kind,
            state,
            action: &offer.action,
            conditions: offer.conditions.iter().map(|name| (name.as_str(), below(8) > 0)).collect(),
            user: format!("user-{}", number % 50),
            id: format!("resource-{number}"),
        }
    };
    (0..count).map(&mut one).collect()
}
