//! The backup resource state matrix as a policy.
