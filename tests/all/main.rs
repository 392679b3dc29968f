//! Cases, hostile guests and end-to-end suites.

mod components;
mod sites;
mod cases;
mod policies;
mod laws;
mod requests;
