;; SPDX-License-Identifier: Apache-2.0
;; Has 128 MiB from the start, and fills them: the first touch of every page, in one step that nothing interrupts.
(module
  (memory (export "memory") 2048)
  (func (export "cc_lb_alloc") (param i32 i32) (result i32) (i32.const 65536))
  (func (export "cc_lb_free") (param i32 i32 i32))
  (func (export "cc_lb_filter") (param $at i32) (param $len i32) (result i64)
    (if (i32.ge_u (local.get $len) (i32.const 1024)) (then
      (loop $again
        (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x8000000))
        (br $again))))
    ;; eight zeros at 16: no results
    (i64.const 0x1000000008)))
