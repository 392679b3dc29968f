;; Never answers a survey.
(func $survey (export "interlock:policy/decisions@0.1.0#survey") (param $query i32) (result i32)
  (local $out i32)
  (local.set $out (call $answer_survey (local.get $query)))
  (if (call $is
        (i32.load offset=8 (i32.load offset=44 (local.get $query)))
        (i32.load offset=12 (i32.load offset=44 (local.get $query)))
        (i32.const 0x1100) (i32.const 4))
    (then
      (loop $again (br $again))))
  (local.get $out))
