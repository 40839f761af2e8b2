;; SPDX-License-Identifier: Apache-2.0
;; Grows to 128 MiB and fills all of it, again and again: each memory.fill is one step that nothing interrupts.
(module
  (memory (export "memory") 2)
  (func (export "cc_lb_alloc") (param i32 i32) (result i32) (i32.const 65536))
  (func (export "cc_lb_free") (param i32 i32 i32))
  (func (export "cc_lb_filter") (param $at i32) (param $len i32) (result i64)
    (if (i32.ge_u (local.get $len) (i32.const 1024)) (then
      (drop (memory.grow (i32.const 2046)))
      (loop $again
        (memory.fill (i32.const 0) (i32.const 1) (i32.shl (memory.size) (i32.const 16)))
        (br $again))))
    ;; eight zeros at 16: no results
    (i64.const 0x1000000008)))
