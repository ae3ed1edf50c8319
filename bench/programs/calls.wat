;; calls: recursion of every shape: Ackermann's function, Takeuchi's with i64,
;; mutual recursion, a division that returns two values, calls through a table
;; of four types of functions with f64. n rounds.
(module
  (type $binary (func (param f64 f64) (result f64)))
  (table funcref (elem $add $sub $mul $less))
  (func $add (type $binary) (f64.add (local.get 0) (local.get 1)))
  (func $sub (type $binary) (f64.sub (local.get 0) (local.get 1)))
  (func $mul (type $binary) (f64.mul (local.get 0) (f64.const 0.5)))
  (func $less (type $binary) (f64.min (local.get 0) (local.get 1)))

  (func $ackermann (param $m i32) (param $n i32) (result i32)
    (if (i32.eqz (local.get $m))
      (then (return (i32.add (local.get $n) (i32.const 1)))))
    (if (i32.eqz (local.get $n))
      (then (return (call $ackermann (i32.sub (local.get $m) (i32.const 1))
        (i32.const 1)))))
    (call $ackermann (i32.sub (local.get $m) (i32.const 1))
      (call $ackermann (local.get $m) (i32.sub (local.get $n) (i32.const 1)))))

  (func $takeuchi (param $x i64) (param $y i64) (param $z i64) (result i64)
    (if (result i64) (i64.ge_s (local.get $y) (local.get $x))
      (then (local.get $z))
      (else
        (call $takeuchi
          (call $takeuchi (i64.sub (local.get $x) (i64.const 1)) (local.get $y)
            (local.get $z))
          (call $takeuchi (i64.sub (local.get $y) (i64.const 1)) (local.get $z)
            (local.get $x))
          (call $takeuchi (i64.sub (local.get $z) (i64.const 1)) (local.get $x)
            (local.get $y))))))

  (func $female (param $n i32) (result i32)
    (if (i32.eqz (local.get $n)) (then (return (i32.const 1))))
    (i32.sub (local.get $n)
      (call $male (call $female (i32.sub (local.get $n) (i32.const 1))))))
  (func $male (param $n i32) (result i32)
    (if (i32.eqz (local.get $n)) (then (return (i32.const 0))))
    (i32.sub (local.get $n)
      (call $female (call $male (i32.sub (local.get $n) (i32.const 1))))))

  (func $divide (param $a i32) (param $b i32) (result i32 i32)
    (i32.div_u (local.get $a) (local.get $b))
    (i32.rem_u (local.get $a) (local.get $b)))

  (func $digits (param $value i32) (param $base i32) (result i32)
    (local $digit i32)
    (call $divide (local.get $value) (local.get $base))
    (local.set $digit)
    (local.set $value)
    (if (result i32) (local.get $value)
      (then (i32.add (local.get $digit)
        (call $digits (local.get $value) (local.get $base))))
      (else (local.get $digit))))

  (func $fold (param $count i32) (result f64)
    (local $value f64)
    (loop $next
      (local.set $value
        (call_indirect (type $binary) (local.get $value)
          (f64.convert_i32_s (local.get $count))
          (i32.and (local.get $count) (i32.const 3))))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br_if $next (local.get $count)))
    (local.get $value))

  (func (export "run") (param $n i32) (result i32)
    (local $i i32) (local $sum i32)
    (loop $round
      (local.set $sum (i32.rotl (i32.xor (local.get $sum)
        (i32.add (call $ackermann (i32.const 2) (i32.add (i32.const 20)
            (i32.and (local.get $i) (i32.const 7))))
          (i32.add
            (i32.wrap_i64 (call $takeuchi (i64.const 8) (i64.const 5)
              (i64.extend_i32_u (i32.and (local.get $i) (i32.const 3)))))
            (i32.add (call $female (i32.const 25))
              (i32.add
                (call $digits (i32.mul (local.get $i) (i32.const 2654435761))
                  (i32.add (i32.const 2) (i32.and (local.get $i) (i32.const 15))))
                (i32.trunc_f64_s (call $fold (i32.const 200)))))))) (i32.const 3)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $round (i32.lt_s (local.get $i) (local.get $n))))
    (local.get $sum)))
