;; Exports the name of the contract and nothing under it.
(component
  (core module $module (memory (export "memory") 1))
  (core instance $instance (instantiate $module))
  (instance $decisions)
  (export "interlock:policy/decisions@0.1.0" (instance $decisions)))
