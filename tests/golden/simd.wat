;; Vector instructions, taken apart or cold rows, mixed with scalars.
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
      (local.get $b))))
