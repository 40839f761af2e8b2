;; SPDX-License-Identifier: Apache-2.0
;; Moves almost all of 128 MiB by one byte, up and down: the slowest memory.copy there is, since its two sides overlap.
(module
  (memory (export "memory") 2)
  (func (export "cc_lb_alloc") (param i32 i32) (result i32) (i32.const 65536))
  (func (export "cc_lb_free") (param i32 i32 i32))
  (func (export "cc_lb_filter") (param $at i32) (param $len i32) (result i64)
    (if (i32.ge_u (local.get $len) (i32.const 1024)) (then
      (drop (memory.grow (i32.const 2046)))
      (loop $again
        (memory.copy (i32.const 1) (i32.const 0) (i32.const 0x7ffffff))
        (memory.copy (i32.const 0) (i32.const 1) (i32.const 0x7ffffff))
        (br $again))))
    ;; eight zeros at 16: no results
    (i64.const 0x1000000008)))
