#![allow(unsafe_code, reason = "generated exports: the canonical ABI reads and writes linear memory")]

interlock_component::export_policy!(crate::POLICY);
