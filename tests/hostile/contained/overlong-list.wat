;; Claims a quarter of a billion reasons, far more than its memory could hold.
(func $evaluate (export "interlock:policy/decisions@0.1.0#evaluate") (param $request i32) (result i32)
  (local $out i32)
  (local.set $out (call $answer_evaluate (local.get $request)))
  (if (call $provoked (local.get $request))
    (then
      (i32.store offset=12 (local.get $out) (i32.const 0x10000000))))
  (local.get $out))
