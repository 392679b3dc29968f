;; A policy for a version of the contract that this host does not know.
(component
  (core module $module (memory (export "memory") 1))
  (core instance $instance (instantiate $module))
  (instance $decisions)
  (export "interlock:policy/decisions@0.3.0" (instance $decisions)))
