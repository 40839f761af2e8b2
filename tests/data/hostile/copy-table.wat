;; SPDX-License-Identifier: Apache-2.0
;; Moves a table of as many elements as the default limit has by one element, and writes the start of it anew from a
;; segment.
(module
  (memory (export "memory") 2)
  (table $table 20000 funcref)
  (func $target)
  (elem $functions func $target $target)
  (func (export "cc_lb_alloc") (param i32 i32) (result i32) (i32.const 65536))
  (func (export "cc_lb_free") (param i32 i32 i32))
  (func (export "cc_lb_filter") (param $at i32) (param $len i32) (result i64)
    (if (i32.ge_u (local.get $len) (i32.const 1024)) (then
      (loop $again
        (table.copy $table $table (i32.const 1) (i32.const 0) (i32.const 19999))
        (table.init $table $functions (i32.const 0) (i32.const 0) (i32.const 2))
        (br $again))))
    ;; eight zeros at 16: no results
    (i64.const 0x1000000008)))
