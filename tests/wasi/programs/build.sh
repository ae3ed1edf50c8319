#!/bin/sh
# Compiles the programs here, with any clang that has a WASI sysroot, or with
# Zig's:
#   CC="zig cc" sh tests/wasi/programs/build.sh
set -e
cd "$(dirname "$0")"
for source in *.c; do
  ${CC:-clang} --target=wasm32-wasi -Os -Wall -Wl,--strip-all \
    -o "${source%.c}.wasm" "$source"
done
