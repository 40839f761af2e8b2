;; SPDX-License-Identifier: Apache-2.0
;; Calls through a table in a loop, each to another function than the one before.
(module
  (memory (export "memory") 2)
  (table 4 4 funcref)
  (elem (i32.const 0) $add_one $add_three $add_five $add_seven)
  (func $add_one (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func $add_three (param i32) (result i32) (i32.add (local.get 0) (i32.const 3)))
  (func $add_five (param i32) (result i32) (i32.add (local.get 0) (i32.const 5)))
  (func $add_seven (param i32) (result i32) (i32.add (local.get 0) (i32.const 7)))
  (func (export "cc_lb_alloc") (param i32 i32) (result i32) (i32.const 65536))
  (func (export "cc_lb_free") (param i32 i32 i32))
  (func (export "cc_lb_filter") (param $at i32) (param $len i32) (result i64) (local $which i32)
    (if (i32.ge_u (local.get $len) (i32.const 1024)) (then
      (loop $again
        (local.set $which (call_indirect (param i32) (result i32) (local.get $which)
                                         (i32.and (local.get $which) (i32.const 3))))
        (br $again))))
    ;; eight zeros at 16: no results
    (i64.const 0x1000000008)))
