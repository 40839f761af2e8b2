;; SPDX-License-Identifier: Apache-2.0
;; Asks again and again for more memory than there can be. Each time the host is called, which says no.
(module
  (memory (export "memory") 2)
  (func (export "cc_lb_alloc") (param i32 i32) (result i32) (i32.const 65536))
  (func (export "cc_lb_free") (param i32 i32 i32))
  (func (export "cc_lb_filter") (param $at i32) (param $len i32) (result i64)
    (if (i32.ge_u (local.get $len) (i32.const 1024)) (then
      (loop $again
        (drop (memory.grow (i32.const 65535)))
        (br $again))))
    ;; eight zeros at 16: no results
    (i64.const 0x1000000008)))
