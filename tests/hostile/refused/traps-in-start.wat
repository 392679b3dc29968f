;; Stops itself while it comes up.
(func $stop (unreachable))
(start $stop)
