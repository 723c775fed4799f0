;; Products of many int8 rows with one vector of int16, with 128-bit SIMD; see Int8DotExports in int8-rows.ts.
;; Pointers are in bytes, k is a multiple of 16, and k 128 127 stays below 2^31, so that no sum overflows.
;; build/assemble-wat.ts assembles this file into int8-dot-wasm.ts.
(module
  (memory (export "memory") 1)
  (func (export "products")
    (param $rows i32)   ;; [m, k] int8
    (param $vector i32) ;; [k] int16
    (param $out i32)    ;; [m] int32
    (param $m i32) (param $k i32)
    (local $at i32) (local $end i32)
    (local $bytes v128) (local $low v128) (local $high v128)

    (block $done
      (br_if $done (i32.eqz (local.get $m)))
      (loop $row
        (local.set $low (v128.const i32x4 0 0 0 0))
        (local.set $high (v128.const i32x4 0 0 0 0))
        (local.set $at (local.get $vector))
        (local.set $end (i32.add (local.get $vector) (i32.shl (local.get $k) (i32.const 1))))
        (loop $steps
          (local.set $bytes (v128.load (local.get $rows)))
          (local.set $low
            (i32x4.add
              (local.get $low)
              (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_s (local.get $bytes)) (v128.load (local.get $at)))))
          (local.set $high
            (i32x4.add
              (local.get $high)
              (i32x4.dot_i16x8_s
                (i16x8.extend_high_i8x16_s (local.get $bytes))
                (v128.load offset=16 (local.get $at)))))
          (local.set $rows (i32.add (local.get $rows) (i32.const 16)))
          (br_if $steps
            (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 32))) (local.get $end))))
        (local.set $low (i32x4.add (local.get $low) (local.get $high)))
        (i32.store
          (local.get $out)
          (i32.add
            (i32.add (i32x4.extract_lane 0 (local.get $low)) (i32x4.extract_lane 1 (local.get $low)))
            (i32.add (i32x4.extract_lane 2 (local.get $low)) (i32x4.extract_lane 3 (local.get $low)))))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (br_if $row (local.tee $m (i32.sub (local.get $m) (i32.const 1))))))))
