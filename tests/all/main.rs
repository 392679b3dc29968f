//! Cases, hostile guests and end-to-end suites.
