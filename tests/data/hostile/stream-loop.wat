;; SPDX-License-Identifier: Apache-2.0
;; A plugin for streams: leaves events unchanged, and never returns from one of 1 KiB and more. Where a session keeps its
;; instance from event to event, that is in an instance that has served others. The zeros at 16 are what the two
;; transform hooks answer, "unchanged"; at 64 lies a shape answer without URL, headers and body.
(module
  (memory (export "memory") 2)
  (data (i32.const 64) "\00\00\00\00\00\00\00\00\f8\ff\ff\ff\00\00\00\00\f0\ff\ff\ff\00\00\00\00\e8\ff\ff\ff\00\00\00\00")
  (func (export "cc_lb_alloc") (param i32 i32) (result i32) (i32.const 65536))
  (func (export "cc_lb_free") (param i32 i32 i32))
  (func (export "cc_lb_shape") (param i32 i32) (result i64) (i64.const 0x4000000020))
  (func (export "cc_lb_transform_response") (param i32 i32) (result i64) (i64.const 0x1000000020))
  (func (export "cc_lb_transform_sse_event") (param $at i32) (param $len i32) (result i64)
    (if (i32.ge_u (local.get $len) (i32.const 1024)) (then
      (loop $again (br $again))))
    (i64.const 0x100000000c)))
