//! What an engine allows: every limit with its default, and the part of them that each instance carries.

use std::hash::{Hash, Hasher};
use std::time::Duration;

use thiserror::Error;
use wasmtime::{ResourceLimiter, UpdateDeadline};

use crate::clock::Span;

/// Every limit of an engine; [`EngineBuilder`](crate::EngineBuilder) documents and sets them.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) component_bytes: usize,
    pub(crate) memory_bytes: usize,
    pub(crate) table_elements: usize,
    pub(crate) stack_bytes: usize,
    pub(crate) call_deadline: Span,
    pub(crate) batch_deadline: Span,
    pub(crate) load_deadline: Span,
    pub(crate) request_bytes: usize,
    pub(crate) related: usize,
    pub(crate) targets: usize,
    pub(crate) situations: usize,
    pub(crate) answer_bytes: usize,
    pub(crate) conditions_per_offer: usize,
    pub(crate) situations_per_policy: u64,
    pub(crate) table_bytes: usize,
    /// No limit, but a choice that is made with them.
    pub(crate) packed: bool,
    pub(crate) instances: u32,
    pub(crate) idle_instances: usize,
}

impl Limits {
    /// Hashes those that decide which policies are let in, and what is kept of them.
    pub(crate) fn hash_those_of_loading(&self, hasher: &mut impl Hasher) {
        // Without `..`, so that whoever adds a limit says here which sort it is.
        let Self {
            component_bytes,
            memory_bytes,
            table_elements,
            stack_bytes,
            call_deadline: _,
            batch_deadline: _,
            load_deadline,
            request_bytes: _,
            related: _,
            targets: _,
            situations: _,
            answer_bytes,
            conditions_per_offer,
            situations_per_policy,
            table_bytes,
            packed: _,
            instances: _,
            idle_instances: _,
        } = self;
        let sizes = (component_bytes, memory_bytes, table_elements, stack_bytes, answer_bytes);
        (sizes, load_deadline, conditions_per_offer, situations_per_policy, table_bytes).hash(hasher);
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            component_bytes: 4 << 20,
            memory_bytes: 64 << 20,
            table_elements: 10_000,
            stack_bytes: 256 << 10,
            call_deadline: Duration::from_millis(100).into(),
            batch_deadline: Duration::from_secs(5).into(),
            load_deadline: Duration::from_secs(30).into(),
            request_bytes: 16 << 20,
            related: 65_536,
            targets: 65_536,
            situations: 65_536,
            answer_bytes: 16 << 20,
            conditions_per_offer: 10,
            situations_per_policy: 1_000_000,
            table_bytes: 8 << 20,
            packed: true,
            instances: 256,
            idle_instances: 32,
        }
    }
}

/// Tables that one policy may have: the one that compilers write, and a few to spare.
pub(crate) const TABLES: usize = 4;

/// Holds one instance to its memory, its tables and its time, and remembers how much memory it has.
pub(crate) struct Allowance {
    memory_allowed: usize,
    table_allowed: usize,
    /// Bytes of memory that the instance has now.
    pub(crate) memory_used: usize,
    /// Whether the present call is past its deadline.
    overdue: bool,
}

impl Allowance {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            memory_allowed: limits.memory_bytes,
            table_allowed: limits.table_elements,
            memory_used: 0,
            overdue: false,
        }
    }

    /// A new call starts.
    pub(crate) fn start(&mut self) {
        self.overdue = false;
    }

    /// What becomes of a call at its deadline.
    ///
    /// It gets a little more, once: on a busy machine a call of a microsecond can wait for the processor until
    /// its deadline is over, and then needs the rest of its microsecond. What loops uses that up and is stopped.
    pub(crate) fn deadline_reached(&mut self) -> UpdateDeadline {
        if std::mem::replace(&mut self.overdue, true) {
            UpdateDeadline::Interrupt
        } else {
            UpdateDeadline::Continue(GRACE_TICKS)
        }
    }
}

/// Ticks that a call gets beyond its deadline.
const GRACE_TICKS: u64 = 2;

/// Which of the two was exceeded, with the size it would have had.
#[derive(Clone, Copy, Debug, Error)]
pub(crate) enum Exceeded {
    #[error("memory limit exceeded")]
    Memory { asked: usize },
    #[error("table limit exceeded")]
    Table { asked: usize },
}

/// An instance that asks for too much is stopped there and then: one that was told "no" could go on and
/// answer differently than it would with more memory.
impl ResourceLimiter for Allowance {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > self.memory_allowed {
            return Err(Exceeded::Memory { asked: desired }.into());
        }
        self.memory_used = desired;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > self.table_allowed {
            return Err(Exceeded::Table { asked: desired }.into());
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        1
    }

    fn memories(&self) -> usize {
        1
    }

    fn tables(&self) -> usize {
        TABLES
    }
}
