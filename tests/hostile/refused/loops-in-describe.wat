;; Never says what it is.
(func $answer_describe (result i32) (loop $again (br $again)) (unreachable))
