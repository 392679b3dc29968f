;; Its core module imports, though nothing is asked of the host.
(component
  (core module $module
    (import "inside" "memory" (memory 1)))
  (core module $memories (memory (export "memory") 1))
  (core instance $inside (instantiate $memories))
  (core instance $instance (instantiate $module (with "inside" (instance $inside))))
  (instance $decisions)
  (export "interlock:policy/decisions@0.1.0" (instance $decisions)))
