;; SPDX-License-Identifier: Apache-2.0
;; Looks for what an earlier call left in memory, globals and table, traps if there is anything, and leaves something in all
;; of them itself, as the letter behind "spy:" in its request says: r nothing; w in 16 pages more than it had; m in 32 MiB
;; more; s likewise w, but does not look first; t as w, then traps; l as w, then loops. Without such a word it is r.
(module
  (type $nothing (func))
  (memory (export "memory") 4)
  (table $table 8 64 funcref)
  (global $number (mut i64) (i64.const 0))
  (global $small (mut i32) (i32.const 7))
  (global $fraction (mut f64) (f64.const 0.5))
  ;; An empty filter answer and two transforms that leave all as it is, at 16; a shape answer without anything, at 64.
  (data (i32.const 64) "\00\00\00\00\00\00\00\00\f8\ff\ff\ff\00\00\00\00\f0\ff\ff\ff\00\00\00\00\e8\ff\ff\ff\00\00\00\00")
  (elem (i32.const 0) $empty)
  (elem declare func $empty)
  (func $empty (type $nothing))

  (func $grow (param $pages i32)
    (if (i32.eq (memory.grow (local.get $pages)) (i32.const -1)) (then unreachable)))

  ;; Requests lie at 64 KiB, whatever their length.
  (func (export "cc_lb_alloc") (param $len i32) (param i32) (result i32) (local $pages i32)
    (local.set $pages (i32.add (i32.shr_u (local.get $len) (i32.const 16)) (i32.const 2)))
    (if (i32.gt_u (local.get $pages) (memory.size)) (then
      (call $grow (i32.sub (local.get $pages) (memory.size)))))
    (i32.const 65536))
  (func (export "cc_lb_free") (param i32 i32 i32))

  ;; Traps unless all of it is zero. By 64 bytes at a time as long as there are so many, since there may be many.
  (func $check_zero (param $from i32) (param $to i32)
    (loop $line
      (if (i32.le_u (i32.add (local.get $from) (i32.const 64)) (local.get $to)) (then
        (if (i64.ne (i64.const 0) (i64.or
              (i64.or (i64.or (i64.load (local.get $from)) (i64.load offset=8 (local.get $from)))
                      (i64.or (i64.load offset=16 (local.get $from)) (i64.load offset=24 (local.get $from))))
              (i64.or (i64.or (i64.load offset=32 (local.get $from)) (i64.load offset=40 (local.get $from)))
                      (i64.or (i64.load offset=48 (local.get $from)) (i64.load offset=56 (local.get $from))))))
          (then unreachable))
        (local.set $from (i32.add (local.get $from) (i32.const 64)))
        (br $line))))
    (loop $next
      (if (i32.lt_u (local.get $from) (local.get $to)) (then
        (if (i64.ne (i64.load (local.get $from)) (i64.const 0)) (then unreachable))
        (local.set $from (i32.add (local.get $from) (i32.const 8)))
        (br $next)))))

  ;; Traps unless all is as it was at the beginning, and so is what memory grows by.
  (func $look (param $at i32) (param $len i32) (param $pages i32) (local $i i32)
    (if (i64.ne (global.get $number) (i64.const 0)) (then unreachable))
    (if (i32.ne (global.get $small) (i32.const 7)) (then unreachable))
    (if (f64.ne (global.get $fraction) (f64.const 0.5)) (then unreachable))
    (if (i32.ne (table.size $table) (i32.const 8)) (then unreachable))
    (local.set $i (i32.const 1))
    (loop $entry
      (if (i32.eqz (ref.is_null (table.get $table (local.get $i)))) (then unreachable))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $entry (i32.lt_u (local.get $i) (i32.const 8))))
    (call $grow (local.get $pages))
    (call $check_zero (i32.const 1024) (local.get $at))
    (call $check_zero (i32.and (i32.add (i32.add (local.get $at) (local.get $len)) (i32.const 7)) (i32.const -8))
                      (i32.mul (memory.size) (i32.const 65536))))

  (func $leave (param $pages i32)
    (call $grow (local.get $pages))
    (memory.fill (i32.const 1024) (i32.const 0xa5)
                 (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 1024)))
    (global.set $number (i64.const 0x5ec5e75ec5e7))
    (global.set $small (i32.const -1))
    (global.set $fraction (f64.const 1e300))
    (table.set $table (i32.const 3) (ref.func $empty))
    (drop (table.grow $table (ref.func $empty) (i32.const 16)))
    (table.fill $table (i32.const 1) (ref.func $empty) (i32.const 7)))

  ;; The letter behind "spy:", or r.
  (func $word (param $at i32) (param $len i32) (result i32) (local $end i32)
    (local.set $end (i32.add (local.get $at) (local.get $len)))
    (loop $next
      (if (i32.lt_u (i32.add (local.get $at) (i32.const 4)) (local.get $end)) (then
        (if (i32.eq (i32.load align=1 (local.get $at)) (i32.const 0x3a797073)) (then
          (return (i32.load8_u offset=4 (local.get $at)))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next))))
    (i32.const 0x72))

  (func $act (param $at i32) (param $len i32) (local $word i32)
    (local.set $word (call $word (local.get $at) (local.get $len)))
    (if (i32.ne (local.get $word) (i32.const 0x73)) (then
      (call $look (local.get $at) (local.get $len)
        (select (i32.const 516) (i32.const 4) (i32.eq (local.get $word) (i32.const 0x62))))))
    (if (i32.and (i32.ne (local.get $word) (i32.const 0x72)) (i32.ne (local.get $word) (i32.const 0x62))) (then
      (call $leave (select (i32.const 512) (i32.const 16) (i32.eq (local.get $word) (i32.const 0x6d))))))
    (if (i32.eq (local.get $word) (i32.const 0x74)) (then unreachable))
    (if (i32.eq (local.get $word) (i32.const 0x6c)) (then (loop $again (br $again)))))

  (func (export "cc_lb_filter") (param $at i32) (param $len i32) (result i64)
    (call $act (local.get $at) (local.get $len))
    (i64.const 0x1000000008))
  (func (export "cc_lb_shape") (param $at i32) (param $len i32) (result i64)
    (call $act (local.get $at) (local.get $len))
    (i64.const 0x4000000020))
  (func (export "cc_lb_transform_response") (param $at i32) (param $len i32) (result i64)
    (call $act (local.get $at) (local.get $len))
    (i64.const 0x1000000020))
  (func (export "cc_lb_transform_sse_event") (param $at i32) (param $len i32) (result i64)
    (call $act (local.get $at) (local.get $len))
    (i64.const 0x100000000c)))
