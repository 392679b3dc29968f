//! Exports a policy as a WebAssembly component.
