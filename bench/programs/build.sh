#!/bin/sh
# Rebuilds every benchmark program and every example in C from its source:
#   bench/programs/build.sh [name ...]
# Toolchains, with the versions that made the committed .wasm files:
#   C, C++, Zig      zig 0.16.0 (clang and lld in it); ZIG=/path/to/zig
#   AssemblyScript   asc 0.28.20; ASC=/path/to/asc
#   text format      wat2wasm of wabt 1.0.39; WAT2WASM=/path/to/wat2wasm
#   Rust             rustc 1.63.0 and lld 14, as Debian 12 has them in rustc,
#                    libstd-rust-dev-wasm32 and lld-14; RUSTC=, WASM_LD=
# `npm install --prefix bench/programs` gets all but the last.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
examples=$here/../../examples
bin=$here/node_modules/.bin
zig=${ZIG:-$bin/zig}
asc=${ASC:-$bin/asc}
wat2wasm=${WAT2WASM:-$bin/wat2wasm}
rustc=${RUSTC:-/usr/bin/rustc}
wasm_ld=${WASM_LD:-/usr/bin/wasm-ld-14}
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

made() {
  chmod 644 "$1"
  echo "$(basename "$1") $(wc -c < "$1")"
}

clang="-O2 -Wall -Wextra -fno-sanitize=all -ffp-contract=off -Wl,--strip-all"
freestanding="-target wasm32-freestanding -nostdlib -Wl,--no-entry -Wl,-z,stack-size=65536"
no_runtime="-std=c++20 -fno-exceptions -fno-rtti"

# c NAME [OPTION ...]
c() {
  "$zig" cc -std=c11 $clang $freestanding "$@" -o "$here/$output.wasm" "$here/$name.c"
}

cxx() {
  "$zig" c++ $no_runtime $clang $freestanding -o "$here/$output.wasm" "$here/$name.cpp"
}

# with libc++, whose sources warn a lot when they are built for the first time
cxx_library() {
  "$zig" c++ -target wasm32-wasi -mexec-model=reactor $no_runtime $clang -w \
    -o "$here/$output.wasm" "$here/$name.cpp"
}

zig_program() {
  "$zig" build-exe -target wasm32-freestanding -O ReleaseFast -fno-entry \
    --export=run -fstrip --stack 65536 "-femit-bin=$here/$output.wasm" \
    "$here/$name.zig"
}

rust() {
  "$rustc" --edition 2021 --target wasm32-unknown-unknown -C opt-level=3 \
    -C panic=abort -C lto=fat -C codegen-units=1 -C strip=symbols \
    -C "linker=$wasm_ld" -C link-arg=-zstack-size=65536 --crate-type cdylib \
    --remap-path-prefix "$here=." -o "$here/$output.wasm" "$here/$name.rs"
}

# asc compiles only what is called .ts, which the other tools take for theirs
assemblyscript() {
  cp "$here/$name.as" "$temporary/$name.ts"
  (cd "$temporary" && "$asc" "$name.ts" -O3 --noAssert --runtime incremental \
    --use abort= -o "$here/$output.wasm")
}

example() {
  "$zig" cc -target wasm32-wasi -Os -std=gnu11 -Wall -Wextra \
    -fno-sanitize=all -Wl,--strip-debug \
    -o "$examples/$1/$2.wasm" "$examples/$1/$2.c"
  made "$examples/$1/$2.wasm"
}

build() {
  output=$1
  name=${1%-simd}
  case $output in
  raytracer) example demo raytracer && return ;;
  cat) example cat cat && return ;;
  # without -mno-bulk-memory LLVM may turn loops into memory.copy and fill
  bulk) c -mbulk-memory ;;
  simd | *-simd) c -msimd128 ;;
  containers) cxx_library ;;
  *)
    case $(cd "$here" && ls "$name".*) in
    *"$name.cpp"*) cxx ;;
    *"$name.zig"*) zig_program ;;
    *"$name.rs"*) rust ;;
    *"$name.as"*) assemblyscript ;;
    *"$name.wat"*) "$wat2wasm" "$here/$name.wat" -o "$here/$output.wasm" ;;
    *) c ;;
    esac
    ;;
  esac
  made "$here/$output.wasm"
}

if [ $# -eq 0 ]; then
  for source in "$here"/*.c "$here"/*.cpp "$here"/*.zig "$here"/*.rs \
    "$here"/*.as "$here"/*.wat; do
    file=$(basename "$source")
    build "${file%.*}"
    if grep -q pair.h "$source"; then build "${file%.*}-simd"; fi
  done
  build raytracer
  build cat
else
  for name in "$@"; do build "$name"; done
fi
