//! What the unknown can still turn an answer into.
//!
//! An assignment that leaves conditions unknown stands for a function of them: to verdict, next state and
//! effects. Each such function is a reduced ordered binary decision diagram, the highest unknown condition
//! on top. Diagrams of one cell share their nodes, so equal functions have equal ids; and the conditions
//! tested in a diagram are precisely those that can matter.

use hashbrown::HashMap;
use interlock_model::{Outcome, Verdict};

use super::cell::Cell;
use crate::assignment::POWERS;

/// What an assignment can end in, apart from the reasons of a denial.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct End {
    pub(crate) verdict: Verdict,
    pub(crate) next_state: Option<u8>,
    pub(crate) effects: u32,
}

impl End {
    pub(crate) fn of(outcome: &Outcome) -> Self {
        let Outcome { verdict, next_state, effects, .. } = *outcome;
        Self { verdict, next_state, effects }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Node {
    End(End),
    Test { condition: u32, if_false: u32, if_true: u32 },
}

/// For every assignment of a cell, what its completions come to.
#[derive(Default)]
pub(crate) struct Completions {
    nodes: Vec<(Node, u32)>,
    ids: HashMap<Node, u32>,
    /// By index of the assignment: the id of its function.
    functions: Vec<u32>,
    /// By index of the assignment: reasons for which any of its completions is denied.
    refusing: Vec<u32>,
}

impl Completions {
    /// Replaces what was there by the completions of a cell. Keeps the memory.
    pub(crate) fn build(&mut self, cell: &Cell<'_>) {
        self.nodes.clear();
        self.ids.clear();
        self.functions.clear();
        self.functions.resize(cell.outcomes.len(), 0);
        self.refusing.clear();
        self.refusing.resize(cell.outcomes.len(), 0);
        for (index, outcome) in cell.outcomes.iter().enumerate().rev() {
            let unknown = cell.unknown(index);
            let (function, refusing) = match unknown.checked_ilog2() {
                None => {
                    let denied = outcome.verdict == Verdict::Deny;
                    (self.id(Node::End(End::of(outcome)), 0), if denied { outcome.reasons } else { 0 })
                }
                Some(condition) => {
                    let power = POWERS[condition as usize] as usize;
                    let (without, with) = (index + power, index + 2 * power);
                    let function = self.test(condition, self.functions[without], self.functions[with]);
                    (function, self.refusing[without] | self.refusing[with])
                }
            };
            self.functions[index] = function;
            self.refusing[index] = refusing;
        }
    }

    /// The unknown conditions that can matter, as bits.
    pub(crate) fn support(&self, index: usize) -> u32 {
        self.nodes[self.functions[index] as usize].1
    }

    /// What every completion ends in. None: they differ.
    pub(crate) fn end(&self, index: usize) -> Option<End> {
        match self.nodes[self.functions[index] as usize].0 {
            Node::End(end) => Some(end),
            Node::Test { .. } => None,
        }
    }

    /// The conditions that stand among the reasons of any completion that is denied, as bits.
    pub(crate) fn refusing(&self, index: usize) -> u32 {
        self.refusing[index]
    }

    /// Everything that a complete assignment of the cell ends in.
    pub(crate) fn ends(&self) -> impl Iterator<Item = End> {
        self.nodes.iter().filter_map(|(node, _)| match node {
            Node::End(end) => Some(*end),
            Node::Test { .. } => None,
        })
    }

    fn test(&mut self, condition: u32, if_false: u32, if_true: u32) -> u32 {
        if if_false == if_true {
            return if_false;
        }
        let support = 1 << condition | self.nodes[if_false as usize].1 | self.nodes[if_true as usize].1;
        self.id(Node::Test { condition, if_false, if_true }, support)
    }

    fn id(&mut self, node: Node, support: u32) -> u32 {
        let next = self.nodes.len() as u32;
        let id = *self.ids.entry(node).or_insert(next);
        if id == next {
            self.nodes.push((node, support));
        }
        id
    }
}
