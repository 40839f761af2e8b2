;; SPDX-License-Identifier: Apache-2.0
;; Endless jumps through a br_table, each back to where its next one is computed.
(module
  (memory (export "memory") 2)
  (func (export "cc_lb_alloc") (param i32 i32) (result i32) (i32.const 65536))
  (func (export "cc_lb_free") (param i32 i32 i32))
  (func (export "cc_lb_filter") (param $at i32) (param $len i32) (result i64) (local $state i32)
    (if (i32.ge_u (local.get $len) (i32.const 1024)) (then
      (loop $first
        (loop $second
          (loop $third
            (local.set $state (i32.add (i32.mul (local.get $state) (i32.const 1664525)) (i32.const 1013904223)))
            (br_table $first $second $third $first (i32.shr_u (local.get $state) (i32.const 30))))))))
    ;; eight zeros at 16: no results
    (i64.const 0x1000000008)))
