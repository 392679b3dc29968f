//! The shipped policy components as bytes.
