;; Answers with an address outside its memory.
(func $evaluate (export "interlock:policy/decisions@0.1.0#evaluate") (param $request i32) (result i32)
  (if (call $provoked (local.get $request))
    (then
      (return (i32.const 0x7ffffff0))))
  (call $answer_evaluate (local.get $request)))
