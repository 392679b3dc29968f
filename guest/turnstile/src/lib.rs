//! A coin turnstile: the smallest policy, and the example for authors.
