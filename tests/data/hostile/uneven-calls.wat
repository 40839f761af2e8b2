;; SPDX-License-Identifier: Apache-2.0
;; Calls without end whose work is uneven: most return at once, some write a page, some write 16 MiB in one step.
(module
  (memory (export "memory") 2)
  (func $work (param $lot i32)
    (if (i32.lt_u (local.get $lot) (i32.const 4)) (then
      (memory.fill (i32.const 0) (local.get $lot) (i32.const 0x1000000))))
    (if (i32.lt_u (local.get $lot) (i32.const 400)) (then
      (memory.fill (i32.mul (local.get $lot) (i32.const 4096)) (local.get $lot) (i32.const 4096)))))
  (func (export "cc_lb_alloc") (param i32 i32) (result i32) (i32.const 65536))
  (func (export "cc_lb_free") (param i32 i32 i32))
  (func (export "cc_lb_filter") (param $at i32) (param $len i32) (result i64) (local $state i32)
    (if (i32.ge_u (local.get $len) (i32.const 1024)) (then
      (drop (memory.grow (i32.const 1022)))
      (loop $again
        (local.set $state (i32.add (i32.mul (local.get $state) (i32.const 1664525)) (i32.const 1013904223)))
        (call $work (i32.shr_u (local.get $state) (i32.const 20)))
        (br $again))))
    ;; eight zeros at 16: no results
    (i64.const 0x1000000008)))
