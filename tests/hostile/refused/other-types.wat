;; Exports functions with the names of the contract and other types.
(component
  (core module $module (func (export "nothing")))
  (core instance $instance (instantiate $module))
  (func $nothing (canon lift (core func $instance "nothing")))
  (instance $decisions
    (export "describe" (func $nothing))
    (export "evaluate" (func $nothing))
    (export "survey" (func $nothing))
    (export "observe" (func $nothing))
    (export "decide" (func $nothing))
    (export "decide-all" (func $nothing))
    (export "evaluate-packed" (func $nothing))
    (export "survey-packed" (func $nothing))
    (export "texts" (func $nothing)))
  (export "interlock:policy/decisions@0.1.0" (instance $decisions)))
