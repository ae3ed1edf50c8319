;; The guest of io.ts: calls of WASI in a loop. Each exported function makes n
;; of them and returns the last one's errno, or how many bytes came in all.
;; Compile with: wat2wasm bench/io.wat -o bench/io.wasm
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read"
    (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek"
    (func $fd_seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_readdir"
    (func $fd_readdir (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_filestat_get"
    (func $path_filestat_get (param i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 3)
  ;; A result at 0, a vector at 8 of 4 KB at 65,536, paths at 64.
  (data (i32.const 8) "\00\00\01\00\00\10\00\00")
  (data (i32.const 64) "file")
  (data (i32.const 96) "a/b/c/d/name")
  (func (export "write") (param $n i32) (result i32)
    (local $errno i32)
    (loop $again
      (local.set $errno (call $fd_write
        (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $errno))
  (func (export "read") (param $n i32) (result i32)
    (local $sum i32)
    (drop (call $fd_seek
      (i32.const 4) (i64.const 0) (i32.const 0) (i32.const 0)))
    (loop $again
      (drop (call $fd_read
        (i32.const 4) (i32.const 8) (i32.const 1) (i32.const 0)))
      (local.set $sum (i32.add (local.get $sum) (i32.load (i32.const 0))))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))
  ;; Opens the file for "read": it gets descriptor 4.
  (func (export "open") (result i32)
    (call $path_open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 4)
      (i32.const 0) (i64.const 0x6) (i64.const 0) (i32.const 0) (i32.const 0)))
  ;; Lists the directory of descriptor 3 to its end, 4 KB at a time.
  (func (export "list") (result i32)
    (local $cookie i64) (local $used i32) (local $at i32) (local $count i32)
    (loop $again
      (drop (call $fd_readdir (i32.const 3) (i32.const 65536) (i32.const 4096)
        (local.get $cookie) (i32.const 0)))
      (local.set $used (i32.load (i32.const 0)))
      (local.set $at (i32.const 0))
      (block $cut
        (loop $entry
          ;; An entry that is cut off is read again in the next round.
          (br_if $cut (i32.gt_u
            (i32.add (local.get $at) (i32.const 24)) (local.get $used)))
          (br_if $cut (i32.gt_u
            (i32.add (i32.add (local.get $at) (i32.const 24))
              (i32.load offset=65552 (local.get $at)))
            (local.get $used)))
          (local.set $cookie (i64.load offset=65536 (local.get $at)))
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (local.set $at (i32.add (i32.add (local.get $at) (i32.const 24))
            (i32.load offset=65552 (local.get $at))))
          (br $entry)))
      (br_if $again (i32.eq (local.get $used) (i32.const 4096))))
    (local.get $count))
  ;; Describes a file five levels down.
  (func (export "stat") (param $n i32) (result i32)
    (local $errno i32)
    (loop $again
      (local.set $errno (call $path_filestat_get
        (i32.const 3) (i32.const 0) (i32.const 96) (i32.const 12)
        (i32.const 131072)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $errno)))
