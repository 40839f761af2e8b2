;; SPDX-License-Identifier: Apache-2.0
;; The hook never returns from the trial call, and touches all the memory there is meanwhile.
(module
  (memory (export "memory") 2)
  (func (export "cc_lb_alloc") (param i32 i32) (result i32) (i32.const 65536))
  (func (export "cc_lb_free") (param i32 i32 i32))
  (func (export "cc_lb_filter") (param $at i32) (param $len i32) (result i64) (local $place i32)
    (drop (memory.grow (i32.const 2046)))
    (loop $again
      (i32.store (local.get $place) (i32.const 1))
      (local.set $place (i32.and (i32.add (local.get $place) (i32.const 4160)) (i32.const 0x7fffffc)))
      (br $again))
    (unreachable)))
