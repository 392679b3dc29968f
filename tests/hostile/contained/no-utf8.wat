;; Gives a reason whose code is not UTF-8.
(func $evaluate (export "interlock:policy/decisions@0.1.0#evaluate") (param $request i32) (result i32)
  (local $out i32)
  (local.set $out (call $answer_evaluate (local.get $request)))
  (if (call $provoked (local.get $request))
    (then
      (i32.store8 (i32.const 0x1080) (i32.const 0xff))))
  (local.get $out))
