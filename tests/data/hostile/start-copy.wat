;; SPDX-License-Identifier: Apache-2.0
;; Its start function moves 128 MiB without end: no instance of it is ever made.
(module
  (memory (export "memory") 2048)
  (start $start)
  (func $start
    (loop $again
      (memory.copy (i32.const 1) (i32.const 0) (i32.const 0x7ffffff))
      (br $again)))
  (func (export "cc_lb_alloc") (param i32 i32) (result i32) (i32.const 65536))
  (func (export "cc_lb_free") (param i32 i32 i32))
  (func (export "cc_lb_filter") (param $at i32) (param $len i32) (result i64)
    (i64.const 0x1000000008)))
