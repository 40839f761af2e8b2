;; SPDX-License-Identifier: Apache-2.0
;; Grows its table by one element until it can grow no more, and goes on asking.
(module
  (memory (export "memory") 2)
  (table $table 1 funcref)
  (func (export "cc_lb_alloc") (param i32 i32) (result i32) (i32.const 65536))
  (func (export "cc_lb_free") (param i32 i32 i32))
  (func (export "cc_lb_filter") (param $at i32) (param $len i32) (result i64)
    (if (i32.ge_u (local.get $len) (i32.const 1024)) (then
      (loop $again
        (drop (table.grow $table (ref.null func) (i32.const 1)))
        (br $again))))
    ;; eight zeros at 16: no results
    (i64.const 0x1000000008)))
