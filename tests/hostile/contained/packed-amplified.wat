;; Answers a packed question with a million reasons, four bytes each, that stand for far more.
(func $answer_evaluate_packed (param $numbers i32) (param $count i32) (param $text i32) (param $length i32)
    (result i32)
  (local $out i32)
  (if (i32.and
        (i32.ge_u (local.get $length) (i32.const 4))
        (call $is (local.get $text) (i32.const 4) (i32.const 0x1100) (i32.const 4)))
    (then
      ;; Everything else in it is zero: the first text, no message, no evidence; no effects, no ways out.
      (local.set $out (call $alloc (i32.const 0x400010)))
      ;; A million takes three bytes, seven bits each: deny, then how many.
      (i32.store (local.get $out) (i32.const 0x40808001))
      (i32.store (i32.const 0x1170) (local.get $out))
      (i32.store (i32.const 0x1174) (i32.const 0x400008))
      (return (i32.const 0x1170))))
  (i32.const 0x1150))

;; One text, so that packed questions are asked: `door`.
(data $texts (i32.const 0x1158) (i32 0x1160 1   0x1000 4))

(func $answer_texts (result i32)
  (i32.const 0x1158))
