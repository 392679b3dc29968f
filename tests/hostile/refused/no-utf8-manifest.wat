;; Has a name that is not UTF-8.
(data $word.name (i32.const 0x1000) "d\ff\fer")
