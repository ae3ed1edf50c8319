;; Vector instructions of their own loop, constants, fusions, scalars between.
(module
  (memory 1)
  (func $dot (param $p i32) (param $q i32) (param $n i32) (result f32)
    (local $sum v128)
    (loop $again
      (local.set $sum
        (f32x4.add
          (local.get $sum)
          (f32x4.mul
            (v128.load (local.get $p))
            (v128.load offset=16 align=4 (local.get $q)))))
      (local.set $p (i32.add (local.get $p) (i32.const 16)))
      (br_if $again
        (local.tee $n (i32.sub (local.get $n) (i32.const 4)))))
    (f32.add
      (f32x4.extract_lane 0 (local.get $sum))
      (f32x4.extract_lane 3 (local.get $sum))))
  (func $mixed (param $x i32) (param $v v128) (result i32)
    (i32.const 3)
    (local.get $v)
    (local.get $x)
    (local.set $x (i32.const 8))
    i32x4.splat
    i8x16.shuffle 0 1 2 3 16 17 18 19 8 9 10 11 24 25 26 27
    (v128.const i32x4 1 -2 3 0xffffffff)
    i8x16.add
    i8x16.bitmask
    i32.add)
  (func $lanes (param $p i32) (param $v v128) (result v128)
    (v128.store8_lane offset=3 5 (local.get $p) (local.get $v))
    (v128.load32_lane 2 (local.get $p) (local.get $v)))
  (func $choose (param $a v128) (param $b v128) (param $c i32) (result v128)
    (block (result v128)
      (select (local.get $a) (local.get $b) (local.get $c))
      (br_if 0 (local.get $c))
      (drop)
      (local.get $b)))
  (func $fused (param $p i32) (param $a v128) (param $b v128) (param $c v128)
    (result v128)
    (loop $again
      ;; sums and products as the operand of another sum
      (local.set $a
        (f32x4.add (local.get $c)
          (f32x4.sub (local.get $a) (local.get $b))))
      (local.set $b
        (f64x2.add (f64x2.mul (local.get $a) (local.get $b)) (local.get $c)))
      ;; addresses with a constant added
      (v128.store offset=4 (i32.add (local.get $p) (i32.const 32))
        (v128.load (i32.add (local.get $p) (i32.const 16))))
      ;; a rotation
      (local.set $c
        (v128.or
          (i32x4.shl (local.get $c) (i32.const 7))
          (i32x4.shr_u (local.get $c) (i32.const 25))))
      ;; swapped and negated comparisons
      (local.set $a (i8x16.gt_s (local.get $a) (local.get $b)))
      (local.set $b (i32x4.ge_u (local.get $a) (local.get $b)))
      (local.set $c (i16x8.ne (local.get $b) (local.get $c)))
      ;; branches
      (br_if $again (v128.any_true (local.get $a)))
      (br_if $again (i32.eqz (v128.any_true (local.get $b)))))
    ;; words, and single bytes
    (i8x16.shuffle 4 5 6 7 20 21 22 23 0 1 2 3 16 17 18 19
      (local.get $a) (local.get $b))
    (local.get $c)
    i8x16.shuffle 0 2 4 6 8 10 12 14 1 3 5 7 9 11 13 15))
