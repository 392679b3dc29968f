;; Answers a survey with one answer too few.
(func $survey (export "interlock:policy/decisions@0.1.0#survey") (param $query i32) (result i32)
  (local $out i32)
  (local.set $out (call $answer_survey (local.get $query)))
  (if (call $is
        (i32.load offset=8 (i32.load offset=44 (local.get $query)))
        (i32.load offset=12 (i32.load offset=44 (local.get $query)))
        (i32.const 0x1100) (i32.const 4))
    (then
      (i32.store offset=8 (local.get $out) (i32.sub (i32.load offset=8 (local.get $out)) (i32.const 1)))))
  (local.get $out))
