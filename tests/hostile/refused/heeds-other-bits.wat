;; Allows whatever it should refuse once a bit is set that stands for no condition.
(func $acknowledged (param $holds i32) (param $known i32) (result i32)
  (select
    (i32.const 0)
    (select
      (i32.eqz (i32.and (local.get $holds) (i32.const 1)))
      (i32.const 2)
      (i32.and (local.get $known) (i32.const 1)))
    (i32.and (local.get $known) (i32.const 2))))
