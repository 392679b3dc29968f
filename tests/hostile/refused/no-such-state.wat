;; Leads to a state that its kind does not have, on every situation.
(func $set_allowed (param $out i32) (param $next_state i32) (param $effects i32)
  (call $set_outcome (local.get $out) (i32.const 0) (i32.const 0) (i32.const 0))
  (i32.store8 offset=8 (local.get $out) (i32.const 1))
  (i32.store8 offset=9 (local.get $out) (i32.const 77))
  (i32.store offset=12 (local.get $out) (local.get $effects)))
