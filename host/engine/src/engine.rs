//! The engine: one runtime, its limits and its clock, shared by every policy that it loads.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use wasmtime::Enabled;

use crate::cache::{Cache, Environment};
use crate::clock::Clock;
use crate::error::{EngineError, LoadError};
use crate::limits::{Limits, TABLES};
use crate::load;
use crate::policy::Policy;
use crate::runner::Runner;

/// Loads policies and bounds every call of them.
///
/// Cheap to clone; clones share everything. Policies keep their engine alive, so that it may be dropped once
/// they are loaded. A process needs one: what two engines have, they do not share.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    runtime: wasmtime::Engine,
    clock: Clock,
    limits: Limits,
    cache: Option<Cache>,
    /// Those whose idle instances can make room for others.
    runners: Mutex<Vec<Weak<Runner>>>,
}

impl Engine {
    /// An engine with every limit at its default.
    ///
    /// # Errors
    ///
    /// [`EngineError`] where the system grants no thread or no address space.
    pub fn new() -> Result<Self, EngineError> {
        Self::builder().build()
    }

    /// Makes an engine with other limits.
    pub fn builder() -> EngineBuilder {
        EngineBuilder { limits: Limits::default(), cache_directory: None }
    }

    /// Loads a policy from the bytes of its component.
    ///
    /// In order: the bytes are not too many; they are a component, of a contract version that this host knows,
    /// with one core module and no import; it compiles; it can be instantiated; its manifest is within limits
    /// and consistent with itself; the built-in laws hold on every situation. Nothing of it runs before it is
    /// instantiated, and nothing of it is compiled before its shape is known to be right.
    ///
    /// # Errors
    ///
    /// [`LoadError`], which names the [`Step`](crate::Step) that failed.
    pub fn load(&self, bytes: &[u8]) -> Result<Policy, LoadError> {
        Policy::load(self, bytes)
    }

    /// Loads a policy from a file. Of a file larger than [`EngineBuilder::component_bytes`], no more is read.
    ///
    /// # Errors
    ///
    /// [`LoadError::Read`] where the file cannot be read; else as [`Engine::load`].
    pub fn load_file(&self, path: &Path) -> Result<Policy, LoadError> {
        self.load(&self.read(path)?)
    }

    /// Compiles and checks a policy, and gives what [`Engine::load_precompiled`] takes: its native code, the table of
    /// its decisions and what came of the laws.
    ///
    /// # Errors
    ///
    /// As [`Engine::load`].
    pub fn precompile(&self, bytes: &[u8]) -> Result<Vec<u8>, LoadError> {
        load::precompile(self, bytes)
    }

    /// Loads a policy, and spares itself compiling and checking it where `precompiled` fits.
    ///
    /// - `bytes`: the component, as for [`Engine::load`].
    /// - `precompiled`: what [`Engine::precompile`] gave. Where it is of another policy, for another engine or damaged,
    ///   the policy is compiled and checked as by [`Engine::load`]; [`Policy::cache_use`] tells.
    ///
    /// # Safety
    ///
    /// `precompiled` holds native code that runs without any bound, and a hash that anybody can compute. It must be what
    /// [`Engine::precompile`] gave, and nobody who is not trusted as the program itself is may have changed it since.
    ///
    /// # Errors
    ///
    /// As [`Engine::load`].
    #[allow(unsafe_code, reason = "the caller answers for native code, which cannot be checked")]
    pub unsafe fn load_precompiled(&self, bytes: &[u8], precompiled: &[u8]) -> Result<Policy, LoadError> {
        // SAFETY: the caller keeps the same promise.
        unsafe { Policy::load_precompiled(self, bytes, precompiled) }
    }

    /// The bytes of a file that may be a policy. Of a file larger than [`EngineBuilder::component_bytes`], as many as it
    /// takes to be refused.
    ///
    /// # Errors
    ///
    /// [`LoadError::Read`].
    pub fn read(&self, path: &Path) -> Result<Vec<u8>, LoadError> {
        let unreadable = |source| LoadError::Read { path: path.to_owned(), source };
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(self.limits().component_bytes as u64 + 1).read_to_end(&mut bytes))
            .map_err(unreadable)?;
        Ok(bytes)
    }

    /// The most bytes that a policy may have: [`EngineBuilder::component_bytes`].
    pub fn component_bytes(&self) -> usize {
        self.limits().component_bytes
    }

    pub(crate) fn runtime(&self) -> &wasmtime::Engine {
        &self.0.runtime
    }

    pub(crate) fn cache(&self) -> Option<&Cache> {
        self.0.cache.as_ref()
    }

    pub(crate) fn environment(&self) -> Environment {
        Environment::of(self.runtime(), self.limits())
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Makes a policy's idle instances known, so that they can make room.
    pub(crate) fn register(&self, runner: &Arc<Runner>) {
        let mut runners = self.0.runners.lock().unwrap_or_else(PoisonError::into_inner);
        runners.retain(|runner| runner.strong_count() > 0);
        runners.push(Arc::downgrade(runner));
    }

    /// Drops every idle instance of every policy.
    pub(crate) fn make_room(&self) {
        let runners = self.0.runners.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for runner in runners.iter().filter_map(Weak::upgrade) {
            runner.drop_idle();
        }
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("limits", &self.0.limits).finish_non_exhaustive()
    }
}

/// Makes an [`Engine`]; every setting has a default that suits policies of a few hundred KiB.
///
/// ```
/// use std::time::Duration;
///
/// let engine = interlock::Engine::builder()
///     .memory_bytes(16 << 20)
///     .call_deadline(Duration::from_millis(20))
///     .build()?;
/// # Ok::<(), interlock::EngineError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct EngineBuilder {
    limits: Limits,
    cache_directory: Option<PathBuf>,
}

impl EngineBuilder {
    /// Most bytes of a component. Default: 4 MiB.
    ///
    /// Also what bounds compilation, which no deadline can interrupt.
    pub fn component_bytes(mut self, bytes: usize) -> Self {
        self.limits.component_bytes = bytes;
        self
    }

    /// Most bytes of linear memory of one instance; rounded down to whole pages of 64 KiB. Default: 64 MiB.
    pub fn memory_bytes(mut self, bytes: usize) -> Self {
        self.limits.memory_bytes = bytes / PAGE * PAGE;
        self
    }

    /// Most elements of one table, of which an instance has at most four. Default: 10,000.
    pub fn table_elements(mut self, elements: usize) -> Self {
        self.limits.table_elements = elements;
        self
    }

    /// Most bytes of the calling thread's stack that one call may use; that thread must have them to spare.
    /// Default: 256 KiB.
    pub fn stack_bytes(mut self, bytes: usize) -> Self {
        self.limits.stack_bytes = bytes;
        self
    }

    /// Longest that [`Policy::evaluate`], [`Policy::observe`] and [`Policy::decide`] may take, by the clock on
    /// the wall, a fresh instance included where one is needed. Default: 100 ms.
    ///
    /// A call is never stopped before its deadline, and up to four times [`TICK`] after it: time is counted in
    /// ticks, and a call that had to wait for the processor gets two more to end.
    pub fn call_deadline(mut self, deadline: Duration) -> Self {
        self.limits.call_deadline = deadline.into();
        self
    }

    /// Longest that [`Policy::survey`] and [`Policy::decide_all`] may take. Default: 5 s.
    pub fn batch_deadline(mut self, deadline: Duration) -> Self {
        self.limits.batch_deadline = deadline.into();
        self
    }

    /// Longest that a policy may run while it is loaded: to initialise itself, to describe itself, and to
    /// answer every situation for the laws, all together. Default: 30 s.
    pub fn load_deadline(mut self, deadline: Duration) -> Self {
        self.limits.load_deadline = deadline.into();
        self
    }

    /// Most bytes of one request, survey or batch, as lowering counts them: its text, and eight bytes for each
    /// string and each list. Default: 16 MiB.
    pub fn request_bytes(mut self, bytes: usize) -> Self {
        self.limits.request_bytes = bytes;
        self
    }

    /// Most related resources of one request or survey. Default: 65,536.
    pub fn related(mut self, resources: usize) -> Self {
        self.limits.related = resources;
        self
    }

    /// Most targets of one survey. Default: 65,536.
    pub fn targets(mut self, targets: usize) -> Self {
        self.limits.targets = targets;
        self
    }

    /// Most situations of one [`Policy::decide_all`]. Default: 65,536.
    pub fn situations(mut self, situations: usize) -> Self {
        self.limits.situations = situations;
        self
    }

    /// Most bytes of one answer, the manifest included, as the host holds them. Default: 16 MiB.
    pub fn answer_bytes(mut self, bytes: usize) -> Self {
        self.limits.answer_bytes = bytes;
        self
    }

    /// Most conditions that one (mode, kind, action) may read; never more than 32. Default: 10.
    pub fn conditions_per_offer(mut self, conditions: usize) -> Self {
        self.limits.conditions_per_offer = conditions;
        self
    }

    /// Most situations that a policy may have, all of which are asked when it is loaded. Default: 1,000,000.
    pub fn situations_per_policy(mut self, situations: u64) -> Self {
        self.limits.situations_per_policy = situations;
        self
    }

    /// Most bytes of the table from which a policy's decisions are looked up; a policy whose table would be larger
    /// answers them itself, and so does every policy where this is 0. Default: 8 MiB.
    pub fn table_bytes(mut self, bytes: usize) -> Self {
        self.limits.table_bytes = bytes;
        self
    }

    /// Whether [`Policy::evaluate`] and [`Policy::survey`] send a policy that takes them packed questions, which cost
    /// a fraction; the answers are the same. Default: yes.
    pub fn packed(mut self, packed: bool) -> Self {
        self.limits.packed = packed;
        self
    }

    /// Most instances that are alive at once, those of every policy of the engine together; a call that finds
    /// none fails with [`CallError::Busy`](crate::CallError::Busy). Default: 256.
    ///
    /// Each reserves 4 GiB of address space, not of memory.
    pub fn instances(mut self, instances: u32) -> Self {
        self.limits.instances = instances;
        self
    }

    /// Most instances that each policy keeps between calls. None: every call gets a fresh one, which costs some
    /// microseconds and leaves a policy nothing to remember. Default: 32.
    ///
    /// An instance that has grown beyond 16 MiB of memory is never kept.
    pub fn idle_instances(mut self, instances: usize) -> Self {
        self.limits.idle_instances = instances;
        self
    }

    /// Keeps what is compiled and checked in a directory, so that the next load of the same bytes by an engine of the
    /// same version and limits takes about a millisecond. Default: none.
    ///
    /// - The directory is made when there is something to keep, for the present user alone. Directory and entries count
    ///   only where they belong to the present user or to root and nobody else may write them, since they hold native
    ///   code. Other systems than Unix do not tell; there the cache is not used.
    /// - An entry that is damaged, of another policy or for another engine is passed over, and written anew. What was
    ///   checked once is not checked again: who can write the directory can as well replace this program.
    /// - 32 entries stay, the newest; those for other engines no longer than 30 days. Threads and processes may share
    ///   the directory.
    ///
    /// No load fails for the cache's sake; [`Policy::cache_use`] tells what became of it.
    pub fn cache_directory(mut self, path: impl Into<PathBuf>) -> Self {
        self.cache_directory = Some(path.into());
        self
    }

    /// Makes the engine, and starts the thread that counts time for it; the thread ends with the engine.
    ///
    /// # Errors
    ///
    /// [`EngineError::Setting`] for a setting that cannot work; the other [`EngineError`]s where the system
    /// grants no thread or no address space.
    pub fn build(self) -> Result<Engine, EngineError> {
        let limits = self.limits;
        let at_least = |setting, observed: u64, least: u64| {
            if observed < least { Err(EngineError::Setting { setting, observed, least }) } else { Ok(()) }
        };
        at_least("memory_bytes", limits.memory_bytes as u64, PAGE as u64)?;
        at_least("stack_bytes", limits.stack_bytes as u64, LEAST_STACK as u64)?;
        at_least("instances", limits.instances.into(), 1)?;
        let runtime = wasmtime::Engine::new(&config(&limits))
            .map_err(|error| EngineError::Runtime { source: error.into_boxed_dyn_error() })?;
        let clock = Clock::start(runtime.clone()).map_err(|source| EngineError::Clock { source })?;
        let cache = self.cache_directory.map(|path| Cache::new(&path, Environment::of(&runtime, &limits)));
        Ok(Engine(Arc::new(Inner { runtime, clock, limits, cache, runners: Mutex::default() })))
    }
}

/// How finely deadlines are counted: 10 ms.
///
/// A thread wakes so often for each engine. Finer would wake it more for no gain: an honest answer takes
/// microseconds, and a deadline only has to be well below what a caller would wait for.
pub const TICK: Duration = Duration::from_millis(10);

/// A page of linear memory.
const PAGE: usize = 64 << 10;

/// What any call needs to get anywhere.
const LEAST_STACK: usize = 16 << 10;

/// What a slot keeps of its memory: all that the shipped policies start with. An idle slot takes as much.
const RESIDENT: usize = 192 << 10;

fn config(limits: &Limits) -> wasmtime::Config {
    let mut pool = wasmtime::PoolingAllocationConfig::new();
    pool.total_component_instances(limits.instances)
        .total_core_instances(limits.instances)
        .total_memories(limits.instances)
        .total_tables(limits.instances.saturating_mul(TABLES as u32))
        .max_core_instances_per_component(1)
        .max_memories_per_component(1)
        .max_tables_per_component(TABLES as u32)
        .max_memories_per_module(1)
        .max_tables_per_module(TABLES as u32)
        .max_memory_size(limits.memory_bytes)
        .table_elements(limits.table_elements)
        // A slot that is used again is wiped in place rather than given back to the system: it is smaller than
        // what the system calls cost.
        .linear_memory_keep_resident(RESIDENT)
        // Where the system can tell which pages were written, only those are wiped.
        .pagemap_scan(Enabled::Auto)
        .table_keep_resident(limits.table_elements * size_of::<usize>());

    let mut config = wasmtime::Config::new();
    config
        .allocation_strategy(pool)
        .memory_init_cow(true)
        .epoch_interruption(true)
        .max_wasm_stack(limits.stack_bytes)
        // Calls of components take several times as long with it, and no policy waits for anything.
        .concurrency_support(false)
        // Equal arguments give equal results on every host: no instruction may leave its result open.
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        // One memory of 32 bits is what a policy has, in browsers too.
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        // Errors are one line, and gathering frames takes longer than a call; what frames are found by is left out.
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false);
    config
}
