//! The library that policies are written with.
