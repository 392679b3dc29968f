;; Starts with a table of a million elements.
(table $large 1000000 funcref)
