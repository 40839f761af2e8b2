;; SPDX-License-Identifier: Apache-2.0
;; cc_lb_alloc fills 128 MiB without end, for requests of 1 KiB and more: the trial call knows nothing of it.
(module
  (memory (export "memory") 2)
  (func (export "cc_lb_alloc") (param $len i32) (param i32) (result i32)
    (if (i32.ge_u (local.get $len) (i32.const 1024)) (then
      (drop (memory.grow (i32.const 2046)))
      (loop $again
        (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x8000000))
        (br $again))))
    (i32.const 65536))
  (func (export "cc_lb_free") (param i32 i32 i32))
  (func (export "cc_lb_filter") (param $at i32) (param $len i32) (result i64)
    (i64.const 0x1000000008)))
