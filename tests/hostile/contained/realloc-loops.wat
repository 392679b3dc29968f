;; Never makes room for a text of 666 bytes.
(func $realloc (export "cabi_realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32)
    (result i32)
  (local $start i32)
  (loop $again (br_if $again (i32.eq (local.get $size) (i32.const 666))))
  (local.set $start (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
  (global.set $heap (i32.add (local.get $start) (local.get $size)))
  (local.get $start))
