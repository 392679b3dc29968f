;; Refuses while nothing is known, and allows once it is: the refusal was none.
(func $acknowledged (param $holds i32) (param $known i32) (result i32)
  (i32.eqz (i32.and (i32.and (local.get $holds) (local.get $known)) (i32.const 1))))
