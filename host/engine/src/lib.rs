//! Loads policy components, limits them, asks them, replaces them.
