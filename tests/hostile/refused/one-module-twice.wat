;; Instantiates its one core module twice, to have the limits twice.
(component
  (core module $module (memory (export "memory") 1))
  (core instance (instantiate $module))
  (core instance (instantiate $module))
  (instance $decisions)
  (export "interlock:policy/decisions@0.1.0" (instance $decisions)))
