;; Takes all the memory there is.
(func $evaluate (export "interlock:policy/decisions@0.1.0#evaluate") (param $request i32) (result i32)
  (if (call $provoked (local.get $request))
    (then
      (loop $again (drop (memory.grow (i32.const 16))) (br $again))))
  (call $answer_evaluate (local.get $request)))
