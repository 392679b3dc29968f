;; Allows one by one what it refuses in a batch.
(func $answer_decide (param $mode i32) (param $kind i32) (param $state i32) (param $action i32)
    (param $holds i32) (param $known i32) (result i32)
  (local $out i32)
  (local.set $out (call $alloc (i32.const 16)))
  (call $decide_into
    (local.get $mode) (local.get $kind) (local.get $state) (local.get $action)
    (i32.const -1) (i32.const -1) (local.get $out))
  (local.get $out))
