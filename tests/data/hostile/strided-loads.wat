;; SPDX-License-Identifier: Apache-2.0
;; Reads 128 MiB a page and a cache line at a time, so that neither cache nor TLB is of use; stores make each page a
;; real one.
(module
  (memory (export "memory") 2)
  (func (export "cc_lb_alloc") (param i32 i32) (result i32) (i32.const 65536))
  (func (export "cc_lb_free") (param i32 i32 i32))
  (func (export "cc_lb_filter") (param $at i32) (param $len i32) (result i64) (local $place i32)
    (if (i32.ge_u (local.get $len) (i32.const 1024)) (then
      (drop (memory.grow (i32.const 2046)))
      (loop $again
        (i32.store (local.get $place) (i32.add (i32.load (local.get $place)) (i32.const 1)))
        (local.set $place (i32.and (i32.add (local.get $place) (i32.const 4160)) (i32.const 0x7fffffc)))
        (br $again))))
    ;; eight zeros at 16: no results
    (i64.const 0x1000000008)))
