;; Finds the target in a state that there is not, the tenth.
(func $observe (export "interlock:policy/decisions@0.1.0#observe") (param $request i32) (result i32)
  (local $out i32)
  (local.set $out (call $answer_observe (local.get $request)))
  (if (call $provoked (local.get $request))
    (then (i32.store8 offset=6 (local.get $out) (i32.const 9))))
  (local.get $out))
