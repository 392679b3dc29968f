;; Answers a request whose mode it does not have, rather than say so.
(func $evaluate (export "interlock:policy/decisions@0.1.0#evaluate") (param $request i32) (result i32)
  (local $out i32)
  (local.set $out (call $answer_evaluate (local.get $request)))
  (if (call $provoked (local.get $request))
    (then
      (i32.store8 (local.get $out) (i32.const 0))
      (i32.store8 offset=4 (local.get $out) (i32.const 0))
      (i32.store offset=8 (local.get $out) (i32.const 0))
      (i32.store offset=12 (local.get $out) (i32.const 0))
      (i32.store8 offset=16 (local.get $out) (i32.const 1))
      (i32.store offset=20 (local.get $out) (i32.const 0x1050))
      (i32.store offset=24 (local.get $out) (i32.const 4))))
  (local.get $out))
