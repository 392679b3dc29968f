;; A component that exports something, but no policy.
(component
  (core module $module (memory (export "memory") 1))
  (core instance $instance (instantiate $module))
  (instance $greetings)
  (export "example:hello/greetings@1.0.0" (instance $greetings)))
