//! Wasmtime as the engine sets it up.

use wasmtime::{Config, Enabled, Engine, PoolingAllocationConfig};

/// A runtime for what the engine does not do by itself: an empty call, and compiling alone.
///
/// It has every setting of `host/engine/src/engine.rs` that a call or a compilation can feel. Its epoch never
/// moves, so that nothing here runs into a deadline.
pub(crate) fn new() -> Engine {
    let mut pool = PoolingAllocationConfig::new();
    pool.max_memory_size(64 << 20)
        .table_elements(10_000)
        .linear_memory_keep_resident(192 << 10)
        .pagemap_scan(Enabled::Auto);

    let mut config = Config::new();
    config
        .allocation_strategy(pool)
        .memory_init_cow(true)
        .epoch_interruption(true)
        .max_wasm_stack(256 << 10)
        .concurrency_support(false)
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false);
    Engine::new(&config).unwrap()
}
