;; SPDX-License-Identifier: Apache-2.0
;; Fills a table of as many elements as the default limit has, again and again, with null and with a function.
(module
  (memory (export "memory") 2)
  (table $table 20000 funcref)
  (func $target)
  (elem declare func $target)
  (func (export "cc_lb_alloc") (param i32 i32) (result i32) (i32.const 65536))
  (func (export "cc_lb_free") (param i32 i32 i32))
  (func (export "cc_lb_filter") (param $at i32) (param $len i32) (result i64)
    (if (i32.ge_u (local.get $len) (i32.const 1024)) (then
      (loop $again
        (table.fill $table (i32.const 0) (ref.null func) (i32.const 20000))
        (table.fill $table (i32.const 0) (ref.func $target) (i32.const 20000))
        (br $again))))
    ;; eight zeros at 16: no results
    (i64.const 0x1000000008)))
