//! Builds a guest crate into a policy component.
