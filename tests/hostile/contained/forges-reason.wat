;; Refuses for a reason that its manifest does not have: `evil`.
(func $evaluate (export "interlock:policy/decisions@0.1.0#evaluate") (param $request i32) (result i32)
  (local $out i32)
  (local.set $out (call $answer_evaluate (local.get $request)))
  (if (call $provoked (local.get $request))
    (then
      (i32.store (i32.load offset=8 (local.get $out)) (i32.const 0x1100))
      (i32.store offset=4 (i32.load offset=8 (local.get $out)) (i32.const 4))))
  (local.get $out))
