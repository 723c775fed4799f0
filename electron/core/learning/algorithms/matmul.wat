;; Matrix product c[m, n] = a[m, k] b[k, n] in float32 with 128-bit SIMD; see MatmulExports in simd-matmul.ts.
;; Pointers and strides are in bytes. b lies in panels of 8 columns: panel p holds b[0..k, 8p..8p+8] row after row.
;; Each tile of 4 rows of a and 8 columns of b is summed in eight registers over the whole of k.
;; build/assemble-wat.ts assembles this file into matmul-wasm.ts.
(module
  (memory (export "memory") 1)
  (func (export "product")
    (param $a i32) (param $b i32) (param $c i32)
    (param $m i32) (param $n i32) (param $k i32)
    (param $aRowStride i32) (param $aColumnStride i32)
    (local $panel i32)   ;; first column of the panel
    (local $row i32)     ;; first row of the tile
    (local $step i32)    ;; steps left along k
    (local $bAt i32)     ;; the current row of the panel of b
    (local $bStart i32)  ;; where the panel of b starts
    (local $cAt i32)     ;; where the tile's next row of c is stored
    (local $a0 i32) (local $a1 i32) (local $a2 i32) (local $a3 i32)  ;; the current element of each row of a
    (local $sum0low v128) (local $sum0high v128)
    (local $sum1low v128) (local $sum1high v128)
    (local $sum2low v128) (local $sum2high v128)
    (local $sum3low v128) (local $sum3high v128)
    (local $bLow v128) (local $bHigh v128)
    (local $splat v128)

    (local.set $panel (i32.const 0))
    (local.set $bStart (local.get $b))
    (loop $panels
      (local.set $row (i32.const 0))
      (loop $tiles
        (local.set $a0 (i32.add (local.get $a) (i32.mul (local.get $row) (local.get $aRowStride))))
        (local.set $a1 (i32.add (local.get $a0) (local.get $aRowStride)))
        (local.set $a2 (i32.add (local.get $a1) (local.get $aRowStride)))
        (local.set $a3 (i32.add (local.get $a2) (local.get $aRowStride)))
        (local.set $sum0low (v128.const i32x4 0 0 0 0))
        (local.set $sum0high (v128.const i32x4 0 0 0 0))
        (local.set $sum1low (v128.const i32x4 0 0 0 0))
        (local.set $sum1high (v128.const i32x4 0 0 0 0))
        (local.set $sum2low (v128.const i32x4 0 0 0 0))
        (local.set $sum2high (v128.const i32x4 0 0 0 0))
        (local.set $sum3low (v128.const i32x4 0 0 0 0))
        (local.set $sum3high (v128.const i32x4 0 0 0 0))
        (local.set $bAt (local.get $bStart))
        (local.set $step (local.get $k))

        ;; Multiply and add separately: the relaxed fused multiply-add rounds differently on different processors.
        (loop $steps
          (local.set $bLow (v128.load (local.get $bAt)))
          (local.set $bHigh (v128.load offset=16 (local.get $bAt)))

          (local.set $splat (v128.load32_splat (local.get $a0)))
          (local.set $sum0low (f32x4.add (local.get $sum0low) (f32x4.mul (local.get $splat) (local.get $bLow))))
          (local.set $sum0high (f32x4.add (local.get $sum0high) (f32x4.mul (local.get $splat) (local.get $bHigh))))
          (local.set $a0 (i32.add (local.get $a0) (local.get $aColumnStride)))

          (local.set $splat (v128.load32_splat (local.get $a1)))
          (local.set $sum1low (f32x4.add (local.get $sum1low) (f32x4.mul (local.get $splat) (local.get $bLow))))
          (local.set $sum1high (f32x4.add (local.get $sum1high) (f32x4.mul (local.get $splat) (local.get $bHigh))))
          (local.set $a1 (i32.add (local.get $a1) (local.get $aColumnStride)))

          (local.set $splat (v128.load32_splat (local.get $a2)))
          (local.set $sum2low (f32x4.add (local.get $sum2low) (f32x4.mul (local.get $splat) (local.get $bLow))))
          (local.set $sum2high (f32x4.add (local.get $sum2high) (f32x4.mul (local.get $splat) (local.get $bHigh))))
          (local.set $a2 (i32.add (local.get $a2) (local.get $aColumnStride)))

          (local.set $splat (v128.load32_splat (local.get $a3)))
          (local.set $sum3low (f32x4.add (local.get $sum3low) (f32x4.mul (local.get $splat) (local.get $bLow))))
          (local.set $sum3high (f32x4.add (local.get $sum3high) (f32x4.mul (local.get $splat) (local.get $bHigh))))
          (local.set $a3 (i32.add (local.get $a3) (local.get $aColumnStride)))

          (local.set $bAt (i32.add (local.get $bAt) (i32.const 32)))
          (br_if $steps (local.tee $step (i32.sub (local.get $step) (i32.const 1)))))

        ;; c + (row * n + panel) * 4
        (local.set $cAt
          (i32.add
            (local.get $c)
            (i32.mul (i32.add (i32.mul (local.get $row) (local.get $n)) (local.get $panel)) (i32.const 4))))
        (v128.store (local.get $cAt) (local.get $sum0low))
        (v128.store offset=16 (local.get $cAt) (local.get $sum0high))
        (local.set $cAt (i32.add (local.get $cAt) (i32.mul (local.get $n) (i32.const 4))))
        (v128.store (local.get $cAt) (local.get $sum1low))
        (v128.store offset=16 (local.get $cAt) (local.get $sum1high))
        (local.set $cAt (i32.add (local.get $cAt) (i32.mul (local.get $n) (i32.const 4))))
        (v128.store (local.get $cAt) (local.get $sum2low))
        (v128.store offset=16 (local.get $cAt) (local.get $sum2high))
        (local.set $cAt (i32.add (local.get $cAt) (i32.mul (local.get $n) (i32.const 4))))
        (v128.store (local.get $cAt) (local.get $sum3low))
        (v128.store offset=16 (local.get $cAt) (local.get $sum3high))

        (local.set $row (i32.add (local.get $row) (i32.const 4)))
        (br_if $tiles (i32.lt_u (local.get $row) (local.get $m))))

      ;; The next panel starts k rows of 8 floats later.
      (local.set $bStart (i32.add (local.get $bStart) (i32.mul (local.get $k) (i32.const 32))))
      (local.set $panel (i32.add (local.get $panel) (i32.const 8)))
      (br_if $panels (i32.lt_u (local.get $panel) (local.get $n))))))
