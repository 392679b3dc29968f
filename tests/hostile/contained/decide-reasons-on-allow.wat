;; Allows, and gives a reason.
(func $decide (export "interlock:policy/decisions@0.1.0#decide") (param $mode i32) (param $kind i32)
    (param $state i32) (param $action i32) (param $holds i32) (param $known i32) (result i32)
  (local $out i32)
  (local.set $out
    (call $answer_decide
      (local.get $mode) (local.get $kind) (local.get $state) (local.get $action)
      (local.get $holds) (local.get $known)))
  (if (call $provoked_by (local.get $known))
    (then
      (i32.store offset=4 (local.get $out) (i32.const 1))))
  (local.get $out))
