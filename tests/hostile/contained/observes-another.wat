;; Finds that another action was asked for.
(func $observe (export "interlock:policy/decisions@0.1.0#observe") (param $request i32) (result i32)
  (local $out i32)
  (local.set $out (call $answer_observe (local.get $request)))
  (if (call $provoked (local.get $request))
    (then (i32.store8 offset=7 (local.get $out) (i32.const 1))))
  (local.get $out))
