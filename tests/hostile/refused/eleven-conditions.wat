;; Reads eleven conditions for one action: 177,147 situations for one state.
(data $offers (i32.const 0x2400) (i32
    0x000000   0 0        0   0x21f2 1   0x21f0 1   0x2480 1
    0x010000   0x2600 11  0   0 0        0x21f1 1   0x24c0 1))
(data $eleven (i32.const 0x2600) "\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00")
