;; SPDX-License-Identifier: Apache-2.0
;; Calls that branch in two at each of 60 levels: the stack stays small and the calls are 2^60. No loop in it.
(module
  (memory (export "memory") 2)
  (func $branch (param $levels i32)
    (if (local.get $levels) (then
      (call $branch (i32.sub (local.get $levels) (i32.const 1)))
      (call $branch (i32.sub (local.get $levels) (i32.const 1))))))
  (func (export "cc_lb_alloc") (param i32 i32) (result i32) (i32.const 65536))
  (func (export "cc_lb_free") (param i32 i32 i32))
  (func (export "cc_lb_filter") (param $at i32) (param $len i32) (result i64)
    (if (i32.ge_u (local.get $len) (i32.const 1024)) (then
      (call $branch (i32.const 60))))
    ;; eight zeros at 16: no results
    (i64.const 0x1000000008)))
