;; Answers, and never gives its memory back.
(global $caught (mut i32) (i32.const 0))
(func $evaluate (export "interlock:policy/decisions@0.1.0#evaluate") (param $request i32) (result i32)
  (global.set $caught (call $provoked (local.get $request)))
  (call $answer_evaluate (local.get $request)))
(func $free_all (param i32)
  (loop $again (br_if $again (global.get $caught)))
  (global.set $heap (i32.const 0x3000)))
