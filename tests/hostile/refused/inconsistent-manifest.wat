;; Leads to a state that its kind does not have.
(data $branch.install (i32.const 0x2500) (i32 0 0 0   0x0701   1))
