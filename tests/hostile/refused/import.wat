;; Asks its host for a function.
(component
  (import "example:clock/now@1.0.0" (instance $clock (export "now" (func (result u64)))))
  (core module $module (memory (export "memory") 1))
  (core instance $instance (instantiate $module))
  (instance $decisions)
  (export "interlock:policy/decisions@0.1.0" (instance $decisions)))
