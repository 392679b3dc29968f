;; Answers a packed question with a verdict that does not exist.
(func $answer_evaluate_packed (param $numbers i32) (param $count i32) (param $text i32) (param $length i32)
    (result i32)
  (if (i32.and
        (i32.ge_u (local.get $length) (i32.const 4))
        (call $is (local.get $text) (i32.const 4) (i32.const 0x1100) (i32.const 4)))
    (then
      (return (i32.const 0x1170))))
  (i32.const 0x1150))

(data $garbage (i32.const 0x1170) (i32 0x1000 4))

;; One text, so that packed questions are asked: `door`.
(data $texts (i32.const 0x1158) (i32 0x1160 1   0x1000 4))

(func $answer_texts (result i32)
  (i32.const 0x1158))
