;; Lazy locals, what is saved when one is overwritten, and their zeroing.
(module
  (func $swap (param $a i32) (param $b i32) (result i32)
    local.get $a
    local.get $b
    local.set $a
    local.set $b
    (i32.sub (local.get $a) (local.get $b)))
  (func $preserve (param $a i32) (result i32)
    local.get $a
    local.get $a
    (local.set $a (i32.add (local.get $a) (i32.const 1)))
    local.get $a
    i32.mul
    i32.add)
  (func $tee (param $a i32) (result i32)
    (local $b i32)
    (i32.mul
      (local.tee $b (i32.add (local.get $a) (i32.const 1)))
      (local.get $b)))
  (func $post_increment (param $p i32) (result i32)
    local.get $p
    (local.set $p (i32.add (local.get $p) (i32.const 4)))
    local.get $p
    i32.xor)
  (func $zero_some (param $a i32) (result i32)
    (local $set i32) (local $one i32) (local $two i64) (local $set2 i32)
    (local.set $set (i32.const 3))
    (local.set $set2 (local.get $a))
    (block (br_if 0 (local.get $a)) (local.set $one (i32.const 1)))
    (i32.add (local.get $one) (i32.wrap_i64 (local.get $two))))
  (func $zero_one (param $a i32) (result i32)
    (local $one i32)
    (if (i32.lt_s (local.get $a) (i32.const 3))
      (then (local.set $one (i32.const 1))))
    (local.get $one))
  (func $never_zeroed (param $a i32) (result i32)
    (local $b i32)
    (i32.add (local.get $a) (local.get $b)))
  (func $set_to_itself (param $a i32) (result i32)
    (local.set $a (local.get $a))
    (local.get $a))
  (func $copies (param $a i32) (param $b i32) (result i32)
    (local $c i32) (local $d i32)
    (local.set $c (local.get $a))
    (local.set $d (local.get $b))
    (loop $again
      (local.set $a (local.get $c))
      (local.set $b (local.get $d))
      (local.set $d (i32.sub (local.get $d) (local.get $c)))
      (br_if $again (local.get $d)))
    (i32.mul (local.get $a) (local.get $b)))
  (func $through_block (param $a i32) (result i32)
    (i32.add
      (local.get $a)
      (block (result i32)
        (local.set $a (i32.const 7))
        (local.get $a))))
  (func $wide (param $v v128) (param $x i64) (result v128)
    (local $w v128)
    local.get $v
    (local.set $v (local.get $w))
    local.get $v
    v128.xor))
