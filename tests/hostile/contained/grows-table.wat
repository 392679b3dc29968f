;; Takes all the table space there is.
(table $mine 1 funcref)
(func $evaluate (export "interlock:policy/decisions@0.1.0#evaluate") (param $request i32) (result i32)
  (if (call $provoked (local.get $request))
    (then
      (loop $again (drop (table.grow $mine (ref.null func) (i32.const 1000))) (br $again))))
  (call $answer_evaluate (local.get $request)))
