;; Never comes up.
(func $spin (loop $again (br $again)))
(start $spin)
