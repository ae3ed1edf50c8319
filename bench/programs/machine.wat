;; machine: a lexer written by hand as a table of states: one br_table per byte
;; into nested blocks, counters in globals, text from a data segment with a
;; byte changed each round. n rounds.
(module
  (memory 1)
  (data (i32.const 1024)
    "let x1 = 42 + foo(bar, 0x1f) ; // comment to the end\n"
    "while (x1 <= 1000) { x1 = x1 * 3 - \"a string\" ; }\n"
    "if (y == 'c') return -1 ; /* another\n comment */ z = 3.25e10 ;\n"
    "for (i = 0 ; i < n ; i = i + 1) { print(\"i is \", i) ; }\n\00")
  ;; what a byte is: 0 end, 1 space, 2 letter, 3 digit, 4 quote, 5 slash,
  ;; 6 line end, 7 other
  (global $words (mut i32) (i32.const 0))
  (global $numbers (mut i32) (i32.const 0))
  (global $strings (mut i32) (i32.const 0))
  (global $marks (mut i32) (i32.const 0))
  (global $comments (mut i32) (i32.const 0))

  (func $class (param $byte i32) (result i32)
    (if (i32.eqz (local.get $byte)) (then (return (i32.const 0))))
    (if (i32.eq (local.get $byte) (i32.const 10)) (then (return (i32.const 6))))
    (if (i32.le_u (local.get $byte) (i32.const 32)) (then (return (i32.const 1))))
    (if (i32.lt_u (i32.sub (local.get $byte) (i32.const 48)) (i32.const 10))
      (then (return (i32.const 3))))
    (if (i32.lt_u (i32.sub (i32.or (local.get $byte) (i32.const 32)) (i32.const 97))
          (i32.const 26))
      (then (return (i32.const 2))))
    (if (i32.or (i32.eq (local.get $byte) (i32.const 34))
          (i32.eq (local.get $byte) (i32.const 39)))
      (then (return (i32.const 4))))
    (select (i32.const 5) (i32.const 7) (i32.eq (local.get $byte) (i32.const 47))))

  ;; tokens from an address to the zero byte
  (func $scan (param $at i32)
    (local $state i32) (local $byte i32) (local $class i32)
    (loop $next
      (local.set $byte (i32.load8_u (local.get $at)))
      (local.set $class (i32.load8_u (local.get $byte)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (block $start
        (block $word (block $number (block $string (block $slash (block $comment
          (br_table $start $word $number $string $slash $comment (local.get $state))
        ) ;; in a comment to the line's end
          (if (i32.eqz (local.get $class)) (then (return)))
          (if (i32.eq (local.get $class) (i32.const 6))
            (then (local.set $state (i32.const 0))))
          (br $next)
        ) ;; after a slash
          (if (i32.eq (local.get $class) (i32.const 5))
            (then
              (global.set $comments (i32.add (global.get $comments) (i32.const 1)))
              (local.set $state (i32.const 5))
              (br $next)))
          (global.set $marks (i32.add (global.get $marks) (i32.const 1)))
          (local.set $state (i32.const 0))
          (br $start)
        ) ;; in a string
          (if (i32.eqz (local.get $class)) (then (return)))
          (if (i32.eq (local.get $class) (i32.const 4))
            (then (local.set $state (i32.const 0))))
          (br $next)
        ) ;; in a number
          (br_if $next (i32.or (i32.eq (local.get $class) (i32.const 2))
            (i32.eq (local.get $class) (i32.const 3))))
          (local.set $state (i32.const 0))
          (br $start)
        ) ;; in a word
        (br_if $next (i32.or (i32.eq (local.get $class) (i32.const 2))
          (i32.eq (local.get $class) (i32.const 3))))
        (local.set $state (i32.const 0)))
      ;; at the start of a token
      (block $end (block $letter (block $digit (block $quote (block $slash (block $other
        (br_table $end $next $letter $digit $quote $slash $next $other (local.get $class))
      ) ;; other
        (global.set $marks (i32.add (global.get $marks) (i32.const 1)))
        (br $next)
      ) ;; slash
        (local.set $state (i32.const 4))
        (br $next)
      ) ;; quote
        (global.set $strings (i32.add (global.get $strings) (i32.const 1)))
        (local.set $state (i32.const 3))
        (br $next)
      ) ;; digit
        (global.set $numbers (i32.add (global.get $numbers) (i32.const 1)))
        (local.set $state (i32.const 2))
        (br $next)
      ) ;; letter
        (global.set $words (i32.add (global.get $words) (i32.const 1)))
        (local.set $state (i32.const 1))
        (br $next))))

  (func (export "run") (param $n i32) (result i32)
    (local $i i32) (local $sum i32) (local $at i32) (local $byte i32)
    (loop $fill
      (i32.store8 (local.get $i) (call $class (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $fill (i32.lt_u (local.get $i) (i32.const 256))))
    (local.set $i (i32.const 0))
    (loop $round
      (global.set $words (i32.const 0))
      (global.set $numbers (i32.const 0))
      (global.set $strings (i32.const 0))
      (global.set $marks (i32.const 0))
      (global.set $comments (i32.const 0))
      (local.set $at (i32.add (i32.const 1024)
        (i32.rem_u (i32.mul (local.get $i) (i32.const 37)) (i32.const 200))))
      (local.set $byte (i32.load8_u (local.get $at)))
      (i32.store8 (local.get $at) (i32.const 59))
      (call $scan (i32.const 1024))
      (i32.store8 (local.get $at) (local.get $byte))
      (local.set $sum (i32.rotl (i32.xor (local.get $sum)
        (i32.add (i32.mul (global.get $words) (i32.const 1009))
          (i32.add (i32.mul (global.get $numbers) (i32.const 919))
            (i32.add (i32.mul (global.get $strings) (i32.const 613))
              (i32.add (i32.mul (global.get $marks) (i32.const 31))
                (global.get $comments)))))) (i32.const 7)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $round (i32.lt_s (local.get $i) (local.get $n))))
    (local.get $sum)))
