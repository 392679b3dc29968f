;; One core module, which imports what the component model itself provides.
(component
  (type $handle (resource (rep i32)))
  (core func $drop (canon resource.drop $handle))
  (core module $module
    (import "handles" "drop" (func (param i32)))
    (memory (export "memory") 1))
  (core instance $instance (instantiate $module (with "handles" (instance (export "drop" (func $drop))))))
  (instance $decisions)
  (export "interlock:policy/decisions@0.1.0" (instance $decisions)))
