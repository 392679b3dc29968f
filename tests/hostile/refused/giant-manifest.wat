;; Describes 300 kinds, more than an index can tell apart.
(func $answer_describe (result i32)
  (local $kinds i32)
  (local $left i32)
  (local.set $kinds (call $alloc (i32.mul (i32.const 300) (i32.const 52))))
  (i32.store offset=32 (i32.const 0x2000) (local.get $kinds))
  (i32.store offset=36 (i32.const 0x2000) (i32.const 300))
  (local.set $left (i32.const 300))
  (loop $next
    (memory.copy (local.get $kinds) (i32.const 0x2110) (i32.const 52))
    (local.set $kinds (i32.add (local.get $kinds) (i32.const 52)))
    (local.set $left (i32.sub (local.get $left) (i32.const 1)))
    (br_if $next (local.get $left)))
  (i32.const 0x2000))
