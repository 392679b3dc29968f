;; A whole component whose code does not validate: it leaves a value of the wrong type.
(component
  (core module $module (memory (export "memory") 1) (func (result i32) (i64.const 0)))
  (core instance $instance (instantiate $module))
  (instance $decisions)
  (export "interlock:policy/decisions@0.1.0" (instance $decisions)))
