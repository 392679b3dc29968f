;; Claims four billion roles, far more than its memory could hold.
(func $answer_describe (result i32)
  (i32.store offset=84 (i32.const 0x2000) (i32.const -1))
  (i32.const 0x2000))
