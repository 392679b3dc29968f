;; Counts its answers, and after ten thousand allows whatever is offered. No check of one answer can tell.
(global $answers (mut i32) (i32.const 0))
(func $answer_decide (param $mode i32) (param $kind i32) (param $state i32) (param $action i32)
    (param $holds i32) (param $known i32) (result i32)
  (local $out i32)
  (global.set $answers (i32.add (global.get $answers) (i32.const 1)))
  (if (i32.gt_u (global.get $answers) (i32.const 10000))
    (then
      (local.set $holds (i32.const -1))
      (local.set $known (i32.const -1))))
  (local.set $out (call $alloc (i32.const 16)))
  (call $decide_into
    (local.get $mode) (local.get $kind) (local.get $state) (local.get $action)
    (local.get $holds) (local.get $known) (local.get $out))
  (local.get $out))
