;; SPDX-License-Identifier: Apache-2.0
;; Divisions that wait for one another, 64 bits wide.
(module
  (memory (export "memory") 2)
  (func (export "cc_lb_alloc") (param i32 i32) (result i32) (i32.const 65536))
  (func (export "cc_lb_free") (param i32 i32 i32))
  (func (export "cc_lb_filter") (param $at i32) (param $len i32) (result i64) (local $rest i64)
    (if (i32.ge_u (local.get $len) (i32.const 1024)) (then
      (local.set $rest (i64.const -1))
      (loop $again
        (local.set $rest (i64.or (i64.rem_u (i64.const -3) (local.get $rest)) (i64.const 0x4000000000000001)))
        (local.set $rest (i64.or (i64.div_s (i64.const -3) (local.get $rest)) (i64.const 1)))
        (br $again))))
    ;; eight zeros at 16: no results
    (i64.const 0x1000000008)))
