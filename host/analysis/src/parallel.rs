//! The same work on every core.

use std::num::NonZeroUsize;
use std::thread;

/// What `work` gives on as many threads as there are cores, one after the other; the first error, if there is one.
///
/// `work` takes from a shared store until there is nothing left. On WebAssembly there is one thread.
pub(crate) fn on_all_cores<T: Send, E: Send>(
    work: impl Fn() -> Result<Vec<T>, E> + Sync,
) -> Result<Vec<T>, E> {
    let threads = if cfg!(target_family = "wasm") {
        1
    } else {
        thread::available_parallelism().map_or(1, NonZeroUsize::get)
    };
    if threads == 1 {
        return work();
    }
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(&work)).collect();
        let mut done = Vec::new();
        for worker in workers {
            match worker.join() {
                Ok(part) => done.extend(part?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(done)
    })
}
