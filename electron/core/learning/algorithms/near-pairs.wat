;; Pairs of int16 rows whose product is large, with 128-bit SIMD; see NearPairsExports in near-pairs.ts.
;; Pointers are in bytes. A row has 48 numbers: 16 that are compared first, of which the last is the length of what is left,
;; and 32 in place of that length. Panels have the first 16 numbers of 8 rows each: panel p holds two numbers of each of the
;; rows 8p..8p+7, then the next two. Products stay below 2^31, since rows are no longer than 32,767.
;; build/assemble-wat.ts assembles this file into near-pairs-wasm.ts.
(module
  (memory (export "memory") 1)
  (func (export "find")
    (param $rows i32)   ;; [any, 48] int16
    (param $lefts i32)  ;; [m] int32, numbers of rows; m is a multiple of 4
    (param $m i32)
    (param $panel i32)  ;; the first panel to compare with
    (param $right i32)  ;; the number of its first row
    (param $end i32)    ;; the number of the row after the last one, a multiple of 8 behind the first
    (param $least i32)  ;; what a product must be at least
    (param $sums i32)   ;; room for 32 int32
    (param $out i32)    ;; gets two int32 for each pair
    (result i32)        ;; where the pairs end
    (local $at i32) (local $leftsEnd i32)
    (local $a0 i32) (local $a1 i32) (local $a2 i32) (local $a3 i32)
    (local $b i32) (local $bEnd i32)
    (local $sum0low v128) (local $sum0high v128)
    (local $sum1low v128) (local $sum1high v128)
    (local $sum2low v128) (local $sum2high v128)
    (local $sum3low v128) (local $sum3high v128)
    (local $bLow v128) (local $bHigh v128)
    (local $splat v128) (local $leasts v128)
    (local $i i32) (local $sum i32) (local $x i32) (local $y i32)

    (local.set $leasts (i32x4.splat (local.get $least)))
    (local.set $leftsEnd (i32.add (local.get $lefts) (i32.shl (local.get $m) (i32.const 2))))
    (loop $panels
      (local.set $at (local.get $lefts))
      (loop $tiles
        (local.set $a0
          (i32.add (local.get $rows) (i32.mul (i32.load offset=0 (local.get $at)) (i32.const 96))))
        (local.set $a1
          (i32.add (local.get $rows) (i32.mul (i32.load offset=4 (local.get $at)) (i32.const 96))))
        (local.set $a2
          (i32.add (local.get $rows) (i32.mul (i32.load offset=8 (local.get $at)) (i32.const 96))))
        (local.set $a3
          (i32.add (local.get $rows) (i32.mul (i32.load offset=12 (local.get $at)) (i32.const 96))))
        (local.set $sum0low (v128.const i32x4 0 0 0 0))
        (local.set $sum0high (v128.const i32x4 0 0 0 0))
        (local.set $sum1low (v128.const i32x4 0 0 0 0))
        (local.set $sum1high (v128.const i32x4 0 0 0 0))
        (local.set $sum2low (v128.const i32x4 0 0 0 0))
        (local.set $sum2high (v128.const i32x4 0 0 0 0))
        (local.set $sum3low (v128.const i32x4 0 0 0 0))
        (local.set $sum3high (v128.const i32x4 0 0 0 0))
        (local.set $b (local.get $panel))
        (local.set $bEnd (i32.add (local.get $panel) (i32.const 256)))
        (loop $steps
          (local.set $bLow (v128.load offset=0 (local.get $b)))
          (local.set $bHigh (v128.load offset=16 (local.get $b)))
          (local.set $splat (v128.load32_splat (local.get $a0)))
          (local.set $sum0low
            (i32x4.add (local.get $sum0low) (i32x4.dot_i16x8_s (local.get $splat) (local.get $bLow))))
          (local.set $sum0high
            (i32x4.add (local.get $sum0high) (i32x4.dot_i16x8_s (local.get $splat) (local.get $bHigh))))
          (local.set $splat (v128.load32_splat (local.get $a1)))
          (local.set $sum1low
            (i32x4.add (local.get $sum1low) (i32x4.dot_i16x8_s (local.get $splat) (local.get $bLow))))
          (local.set $sum1high
            (i32x4.add (local.get $sum1high) (i32x4.dot_i16x8_s (local.get $splat) (local.get $bHigh))))
          (local.set $splat (v128.load32_splat (local.get $a2)))
          (local.set $sum2low
            (i32x4.add (local.get $sum2low) (i32x4.dot_i16x8_s (local.get $splat) (local.get $bLow))))
          (local.set $sum2high
            (i32x4.add (local.get $sum2high) (i32x4.dot_i16x8_s (local.get $splat) (local.get $bHigh))))
          (local.set $splat (v128.load32_splat (local.get $a3)))
          (local.set $sum3low
            (i32x4.add (local.get $sum3low) (i32x4.dot_i16x8_s (local.get $splat) (local.get $bLow))))
          (local.set $sum3high
            (i32x4.add (local.get $sum3high) (i32x4.dot_i16x8_s (local.get $splat) (local.get $bHigh))))
          (local.set $bLow (v128.load offset=32 (local.get $b)))
          (local.set $bHigh (v128.load offset=48 (local.get $b)))
          (local.set $splat (v128.load32_splat offset=4 (local.get $a0)))
          (local.set $sum0low
            (i32x4.add (local.get $sum0low) (i32x4.dot_i16x8_s (local.get $splat) (local.get $bLow))))
          (local.set $sum0high
            (i32x4.add (local.get $sum0high) (i32x4.dot_i16x8_s (local.get $splat) (local.get $bHigh))))
          (local.set $splat (v128.load32_splat offset=4 (local.get $a1)))
          (local.set $sum1low
            (i32x4.add (local.get $sum1low) (i32x4.dot_i16x8_s (local.get $splat) (local.get $bLow))))
          (local.set $sum1high
            (i32x4.add (local.get $sum1high) (i32x4.dot_i16x8_s (local.get $splat) (local.get $bHigh))))
          (local.set $splat (v128.load32_splat offset=4 (local.get $a2)))
          (local.set $sum2low
            (i32x4.add (local.get $sum2low) (i32x4.dot_i16x8_s (local.get $splat) (local.get $bLow))))
          (local.set $sum2high
            (i32x4.add (local.get $sum2high) (i32x4.dot_i16x8_s (local.get $splat) (local.get $bHigh))))
          (local.set $splat (v128.load32_splat offset=4 (local.get $a3)))
          (local.set $sum3low
            (i32x4.add (local.get $sum3low) (i32x4.dot_i16x8_s (local.get $splat) (local.get $bLow))))
          (local.set $sum3high
            (i32x4.add (local.get $sum3high) (i32x4.dot_i16x8_s (local.get $splat) (local.get $bHigh))))
          (local.set $a0 (i32.add (local.get $a0) (i32.const 8)))
          (local.set $a1 (i32.add (local.get $a1) (i32.const 8)))
          (local.set $a2 (i32.add (local.get $a2) (i32.const 8)))
          (local.set $a3 (i32.add (local.get $a3) (i32.const 8)))
          (br_if $steps
            (i32.lt_u (local.tee $b (i32.add (local.get $b) (i32.const 64))) (local.get $bEnd))))

        (if
          (v128.any_true
            (i32x4.ge_s
              (i32x4.max_s
                (i32x4.max_s
                  (i32x4.max_s (local.get $sum0low) (local.get $sum0high))
                  (i32x4.max_s (local.get $sum1low) (local.get $sum1high)))
                (i32x4.max_s
                  (i32x4.max_s (local.get $sum2low) (local.get $sum2high))
                  (i32x4.max_s (local.get $sum3low) (local.get $sum3high))))
              (local.get $leasts)))
          (then
            (v128.store (local.get $sums) (local.get $sum0low))
            (v128.store offset=16 (local.get $sums) (local.get $sum0high))
            (v128.store offset=32 (local.get $sums) (local.get $sum1low))
            (v128.store offset=48 (local.get $sums) (local.get $sum1high))
            (v128.store offset=64 (local.get $sums) (local.get $sum2low))
            (v128.store offset=80 (local.get $sums) (local.get $sum2high))
            (v128.store offset=96 (local.get $sums) (local.get $sum3low))
            (v128.store offset=112 (local.get $sums) (local.get $sum3high))
            (local.set $i (i32.const 0))
            (loop $each
              (local.set $sum (i32.load (i32.add (local.get $sums) (i32.shl (local.get $i) (i32.const 2)))))
              (if
                (i32.ge_s (local.get $sum) (local.get $least))
                (then
                  (local.set $x
                    (i32.add
                      (local.get $rows)
                      (i32.mul
                        (i32.load
                          (i32.add
                            (local.get $at)
                            (i32.shl (i32.shr_u (local.get $i) (i32.const 3)) (i32.const 2))))
                        (i32.const 96))))
                  (local.set $y
                    (i32.add
                      (local.get $rows)
                      (i32.mul
                        (i32.add (local.get $right) (i32.and (local.get $i) (i32.const 7)))
                        (i32.const 96))))
                  ;; The other 32 numbers take the place of the length.
                  (local.set $splat
                    (i32x4.add
                      (i32x4.add
                        (i32x4.dot_i16x8_s (v128.load offset=32 (local.get $x)) (v128.load offset=32 (local.get $y)))
                        (i32x4.dot_i16x8_s (v128.load offset=48 (local.get $x)) (v128.load offset=48 (local.get $y))))
                      (i32x4.add
                        (i32x4.dot_i16x8_s (v128.load offset=64 (local.get $x)) (v128.load offset=64 (local.get $y)))
                        (i32x4.dot_i16x8_s (v128.load offset=80 (local.get $x)) (v128.load offset=80 (local.get $y))))))
                  (local.set $sum
                    (i32.sub
                      (local.get $sum)
                      (i32.mul (i32.load16_s offset=30 (local.get $x)) (i32.load16_s offset=30 (local.get $y)))))
                  (local.set $sum
                    (i32.add
                      (local.get $sum)
                      (i32.add
                        (i32.add (i32x4.extract_lane 0 (local.get $splat)) (i32x4.extract_lane 1 (local.get $splat)))
                        (i32.add (i32x4.extract_lane 2 (local.get $splat)) (i32x4.extract_lane 3 (local.get $splat))))))
                  (if
                    (i32.ge_s (local.get $sum) (local.get $least))
                    (then
                      (i32.store
                        (local.get $out)
                        (i32.div_u (i32.sub (local.get $x) (local.get $rows)) (i32.const 96)))
                      (i32.store offset=4
                        (local.get $out)
                        (i32.div_u (i32.sub (local.get $y) (local.get $rows)) (i32.const 96)))
                      (local.set $out (i32.add (local.get $out) (i32.const 8)))))))
              (br_if $each
                (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 32))))))

        (br_if $tiles
          (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $leftsEnd))))

      (local.set $panel (i32.add (local.get $panel) (i32.const 256)))
      (br_if $panels
        (i32.lt_u (local.tee $right (i32.add (local.get $right) (i32.const 8))) (local.get $end))))
    (local.get $out)))
