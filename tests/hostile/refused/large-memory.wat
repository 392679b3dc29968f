;; Starts with 128 MiB of memory.
(memory $memory (export "memory") 2048)
