;; Takes all the memory there is while it comes up.
(func $grow (loop $again (drop (memory.grow (i32.const 16))) (br $again)))
(start $grow)
