;; Answers with a verdict that there is not.
(func $evaluate (export "interlock:policy/decisions@0.1.0#evaluate") (param $request i32) (result i32)
  (local $out i32)
  (local.set $out (call $answer_evaluate (local.get $request)))
  (if (call $provoked (local.get $request))
    (then
      (i32.store8 offset=4 (local.get $out) (i32.const 9))))
  (local.get $out))
