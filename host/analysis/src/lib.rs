//! What can be known of a policy because everything it can say is finite.
