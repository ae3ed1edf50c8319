#!/bin/sh
# Rebuilds every benchmark program and every example in C from its source:
#   bench/programs/build.sh [name ...]
# Needs `zig` (its `zig cc` is clang and lld): `npm install` in bench puts it
# into bench/node_modules; another one is given by ZIG=/path/to/zig. The
# committed .wasm files were made by zig 0.16.0.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
examples=$here/../../examples
zig=${ZIG:-$here/../node_modules/.bin/zig}

kernel() {
  name=$1
  shift
  "$zig" cc -target wasm32-freestanding -O2 -std=c11 -Wall -Wextra \
    -fno-sanitize=all -ffp-contract=off -nostdlib \
    -Wl,--no-entry -Wl,--strip-all -Wl,-z,stack-size=65536 \
    "$@" -o "$here/$name.wasm" "$here/$name.c"
  chmod 644 "$here/$name.wasm"
  echo "$name.wasm $(wc -c < "$here/$name.wasm")"
}

program() {
  "$zig" cc -target wasm32-wasi -Os -std=gnu11 -Wall -Wextra \
    -fno-sanitize=all -Wl,--strip-debug \
    -o "$examples/$1/$2.wasm" "$examples/$1/$2.c"
  chmod 644 "$examples/$1/$2.wasm"
  echo "$2.wasm $(wc -c < "$examples/$1/$2.wasm")"
}

build() {
  case $1 in
  # without -mno-bulk-memory LLVM may turn loops into memory.copy and fill
  bulk) kernel bulk -mbulk-memory ;;
  simd) kernel simd -msimd128 ;;
  raytracer) program demo raytracer ;;
  cat) program cat cat ;;
  *) kernel "$1" ;;
  esac
}

if [ $# -eq 0 ]; then
  for source in "$here"/*.c; do
    build "$(basename "$source" .c)"
  done
  build raytracer
  build cat
else
  for name in "$@"; do build "$name"; done
fi
