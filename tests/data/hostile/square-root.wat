;; SPDX-License-Identifier: Apache-2.0
;; Square roots that wait for one another, of ordinary and of subnormal numbers.
(module
  (memory (export "memory") 2)
  (func (export "cc_lb_alloc") (param i32 i32) (result i32) (i32.const 65536))
  (func (export "cc_lb_free") (param i32 i32 i32))
  (func (export "cc_lb_filter") (param $at i32) (param $len i32) (result i64) (local $ordinary f64) (local $tiny f64)
    (if (i32.ge_u (local.get $len) (i32.const 1024)) (then
      (local.set $ordinary (f64.const 1e300))
      (local.set $tiny (f64.const 5e-324))
      (loop $again
        (local.set $ordinary (f64.add (f64.sqrt (local.get $ordinary)) (f64.const 1e300)))
        (local.set $tiny (f64.mul (f64.sqrt (local.get $tiny)) (f64.const 5e-324)))
        (br $again))))
    ;; eight zeros at 16: no results
    (i64.const 0x1000000008)))
