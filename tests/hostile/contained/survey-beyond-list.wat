;; Refuses for conditions beyond those that its manifest lists.
(func $survey (export "interlock:policy/decisions@0.1.0#survey") (param $query i32) (result i32)
  (local $out i32)
  (local.set $out (call $answer_survey (local.get $query)))
  (if (call $is
        (i32.load offset=8 (i32.load offset=44 (local.get $query)))
        (i32.load offset=12 (i32.load offset=44 (local.get $query)))
        (i32.const 0x1100) (i32.const 4))
    (then
      (i32.store offset=12 (i32.load offset=4 (local.get $out)) (i32.const 0xff))))
  (local.get $out))
