;; Hides a second core module in a component inside.
(component
  (core module $module (memory (export "memory") 1))
  (core instance $instance (instantiate $module))
  (component $inner (core module (memory 1)))
  (instance $decisions)
  (export "interlock:policy/decisions@0.1.0" (instance $decisions)))
