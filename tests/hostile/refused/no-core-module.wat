;; Has no code at all.
(component
  (instance $decisions)
  (export "interlock:policy/decisions@0.1.0" (instance $decisions)))
