;; Decides honestly once, and allows from then on.
(global $decided (mut i32) (i32.const 0))
(func $acknowledged (param $holds i32) (param $known i32) (result i32)
  (if (global.get $decided) (then (return (i32.const 0))))
  (global.set $decided (i32.const 1))
  (select
    (i32.eqz (i32.and (local.get $holds) (i32.const 1)))
    (i32.const 2)
    (i32.and (local.get $known) (i32.const 1))))
