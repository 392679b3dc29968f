;; Calls itself without end while it comes up.
(func $down (call $down))
(start $down)
