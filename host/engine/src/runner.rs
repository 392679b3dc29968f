//! Runs calls: finds or makes an instance, bounds it, and keeps it only if nothing went wrong.

use std::sync::Arc;

use wasmtime::component::{Component, InstancePre, Linker};
use wasmtime::{PoolConcurrencyLimitError, Store, Trap};

use crate::bindings::{Guest, PolicyIndices};
use crate::clock::Deadline;
use crate::engine::Engine;
use crate::error::{Breach, CallError, Cause};
use crate::limits::{Allowance, Exceeded};
use crate::pool::Pool;

/// A compiled policy and its idle instances.
pub(crate) struct Runner {
    engine: Engine,
    template: InstancePre<Allowance>,
    exports: PolicyIndices,
    idle: Pool<Instance>,
}

/// One instance and its functions.
struct Instance {
    store: Store<Allowance>,
    guest: Guest,
}

/// An instance that has grown beyond this is not kept: a few large requests must not hold memory for good.
const IDLE_MEMORY: usize = 16 << 20;

impl Runner {
    /// Links a compiled component, which is known to import nothing.
    ///
    /// # Errors
    ///
    /// What the runtime says where the component lacks a function of the contract.
    pub(crate) fn new(engine: &Engine, component: &Component) -> wasmtime::Result<Arc<Self>> {
        let template = Linker::new(engine.runtime()).instantiate_pre(component)?;
        let exports = PolicyIndices::new(&template)?;
        let idle = Pool::new(engine.limits().idle_instances);
        let runner = Arc::new(Self { engine: engine.clone(), template, exports, idle });
        engine.register(&runner);
        Ok(runner)
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Calls one function within `deadline` and checks what it returned.
    ///
    /// The instance is kept for the next call only where both succeed.
    pub(crate) fn call<R, T>(
        &self,
        deadline: Deadline,
        function: impl FnOnce(&mut Store<Allowance>, &Guest) -> wasmtime::Result<R>,
        check: impl FnOnce(R) -> Result<T, Breach>,
    ) -> Result<T, CallError> {
        let mut instance = match self.idle.take() {
            Some(instance) => instance,
            None => Box::new(self.instantiate(deadline).map_err(|failure| failure.into_call_error())?),
        };
        let Instance { store, guest } = &mut *instance;
        store.data_mut().start();
        store.set_epoch_deadline(deadline.left(self.engine.clock()));
        let answer = function(store, guest).map_err(|error| self.failed(error, deadline))?;
        let checked = check(answer)?;
        if store.data().memory_used <= IDLE_MEMORY {
            self.idle.put(instance);
        }
        Ok(checked)
    }

    /// Makes the first instance, so that what is wrong with making one is known.
    pub(crate) fn prepare(&self, deadline: Deadline) -> Result<(), InstantiateFailure> {
        self.instantiate(deadline).map(|instance| self.idle.put(Box::new(instance)))
    }

    /// Drops the instances kept between calls.
    pub(crate) fn drop_idle(&self) {
        self.idle.clear();
    }

    fn instantiate(&self, deadline: Deadline) -> Result<Instance, InstantiateFailure> {
        match self.try_instantiate(deadline) {
            // Idle instances of other policies may hold what this one needs.
            Err(InstantiateFailure::Call(CallError::Busy { .. })) => {
                self.engine.make_room();
                self.try_instantiate(deadline)
            }
            result => result,
        }
    }

    fn try_instantiate(&self, deadline: Deadline) -> Result<Instance, InstantiateFailure> {
        let limits = self.engine.limits();
        let mut store = Store::new(self.engine.runtime(), Allowance::new(limits));
        store.limiter(|allowance| allowance);
        store.epoch_deadline_callback(|mut store| Ok(store.data_mut().deadline_reached()));
        store.set_hostcall_fuel(limits.answer_bytes);
        store.set_epoch_deadline(deadline.left(self.engine.clock()));
        let instance = self.template.instantiate(&mut store).map_err(|error| {
            InstantiateFailure::Call(match self.failed(error, deadline) {
                CallError::Malformed { source } => CallError::Instantiate { source },
                other => other,
            })
        })?;
        let policy = self
            .exports
            .load(&mut store, &instance)
            .map_err(|error| InstantiateFailure::Interface(error.into_boxed_dyn_error()))?;
        let guest = policy.interlock_policy_decisions().clone();
        Ok(Instance { store, guest })
    }

    /// What an error of the runtime means to a caller.
    fn failed(&self, error: wasmtime::Error, deadline: Deadline) -> CallError {
        let limits = self.engine.limits();
        match error.downcast_ref::<Exceeded>() {
            Some(&Exceeded::Memory { asked }) => {
                return CallError::Memory { asked: asked as u64, allowed: limits.memory_bytes as u64 };
            }
            Some(&Exceeded::Table { asked }) => {
                return CallError::Table { asked: asked as u64, allowed: limits.table_elements as u64 };
            }
            None => {}
        }
        if error.is::<PoolConcurrencyLimitError>() {
            return CallError::Busy { allowed: limits.instances };
        }
        let trap = error.downcast_ref::<Trap>().copied();
        let source = error.into_boxed_dyn_error();
        match trap {
            Some(Trap::Interrupt) => CallError::Deadline {
                used: deadline.used(self.engine.clock()),
                allowed: deadline.allowed(),
                source,
            },
            Some(Trap::StackOverflow) => CallError::Stack { allowed: limits.stack_bytes as u64, source },
            Some(
                Trap::StringOutOfBounds
                | Trap::ListOutOfBounds
                | Trap::InvalidChar
                | Trap::InvalidDiscriminant
                | Trap::UnalignedPointer,
            ) => CallError::Malformed { source },
            Some(_) => CallError::Trap { source },
            None if is_answer_too_large(&source) => {
                CallError::AnswerTooLarge { allowed: limits.answer_bytes as u64, source }
            }
            None => CallError::Malformed { source },
        }
    }
}

/// Why there is no instance.
pub(crate) enum InstantiateFailure {
    /// It failed while it ran, or there was no room.
    Call(CallError),
    /// Its functions do not have the contract's types.
    Interface(Cause),
}

impl InstantiateFailure {
    /// As a call sees it. Types were checked when the policy was loaded, so that they cannot be wrong here.
    fn into_call_error(self) -> CallError {
        match self {
            Self::Call(error) => error,
            Self::Interface(source) => CallError::Instantiate { source },
        }
    }
}

/// The runtime has no public type for this error; `answer_bytes` among the engine's
/// tests fails should its words change.
fn is_answer_too_large(error: &Cause) -> bool {
    error.to_string().contains("fuel allocated for hostcalls has been exhausted")
}
