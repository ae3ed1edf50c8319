// find: bytes looked for in text: lines counted, the first byte of a kind, the
// length of a common prefix, sixteen bytes at a time where there is SIMD
// (i8x16, bitmask): n rounds over 8 KiB.
#include "pair.h"

#define SIZE 8192
static u8 text[SIZE + 16], copy[SIZE + 16];

#ifdef __wasm_simd128__
static NOINLINE i32 count(const u8 *at, i32 size, u8 byte) {
  const v128_t wanted = wasm_i8x16_splat((signed char)byte);
  i32 result = 0;
  for (i32 i = 0; i < size; i += 16) {
    v128_t same = wasm_i8x16_eq(wasm_v128_load(at + i), wanted);
    result += __builtin_popcount(wasm_i8x16_bitmask(same));
  }
  return result;
}

static NOINLINE i32 first(const u8 *at, i32 size, u8 byte) {
  const v128_t wanted = wasm_i8x16_splat((signed char)byte);
  for (i32 i = 0; i < size; i += 16) {
    v128_t same = wasm_i8x16_eq(wasm_v128_load(at + i), wanted);
    if (wasm_v128_any_true(same)) return i + __builtin_ctz(wasm_i8x16_bitmask(same));
  }
  return size;
}

static NOINLINE i32 prefix(const u8 *a, const u8 *b, i32 size) {
  for (i32 i = 0; i < size; i += 16) {
    v128_t same = wasm_i8x16_eq(wasm_v128_load(a + i), wasm_v128_load(b + i));
    if (!wasm_i8x16_all_true(same)) return i + __builtin_ctz(~wasm_i8x16_bitmask(same));
  }
  return size;
}
#else
static NOINLINE i32 count(const u8 *at, i32 size, u8 byte) {
  i32 result = 0;
  for (i32 i = 0; i < size; i++) result += at[i] == byte;
  return result;
}

static NOINLINE i32 first(const u8 *at, i32 size, u8 byte) {
  i32 i = 0;
  while (i < size && at[i] != byte) i++;
  return i;
}

static NOINLINE i32 prefix(const u8 *a, const u8 *b, i32 size) {
  i32 i = 0;
  while (i < size && a[i] == b[i]) i++;
  return i;
}
#endif

RUN i32 run(i32 n) {
  u32 seed = 2463534242u, sum = 0;
  for (i32 i = 0; i < SIZE; i++) {
    u32 r = rng32(&seed);
    copy[i] = text[i] = r % 40 == 0 ? '\n' : (u8)(32 + (r >> 8) % 90);
  }
  for (i32 i = 0; i < n; i++) {
    i32 at = (i32)((u32)i * 1237 % SIZE);
    u8 old = text[at];
    text[at] = 200;
    sum = mix32(sum, (u32)count(text, SIZE, '\n'));
    sum = mix32(sum, (u32)first(text, SIZE, 200));
    sum = mix32(sum, (u32)prefix(text, copy, SIZE));
    text[at] = old;
  }
  return (i32)sum;
}
