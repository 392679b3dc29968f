//! Cases, hostile guests and end-to-end suites.

mod author_laws;
mod cases;
mod components;
mod differences;
mod engine_cache;
mod engine_calls;
mod engine_guests;
mod engine_limits;
mod engine_live;
mod engine_load;
mod engine_table;
mod hostile;
mod instructions;
mod laws;
mod mutants;
mod oracle;
mod policies;
mod requests;
mod sites;
