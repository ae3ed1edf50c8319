// utf8: validation of UTF-8, in SIMD (i8x16) by the table look-ups of Keiser
// and Lemire, else byte by byte with a short cut for ASCII: n rounds over 4 KiB
// of mixed text, some with an error.
#include "pair.h"

#define SIZE 4096
static u8 text[SIZE];

#ifdef __wasm_simd128__
// What is wrong with a pair of bytes, by three of their four halves.
#define TOO_SHORT 1
#define TOO_LONG 2
#define OVERLONG_3 4
#define TOO_LARGE 8
#define SURROGATE 16
#define OVERLONG_2 32
#define TOO_LARGE_1000 64
#define OVERLONG_4 64
#define TWO_CONTS 128
#define CARRY (TOO_SHORT | TOO_LONG | TWO_CONTS)

#define BEFORE(input, last, n)                                                 \
  wasm_i8x16_shuffle(last, input, 16 - n, 17 - n, 18 - n, 19 - n, 20 - n,      \
                     21 - n, 22 - n, 23 - n, 24 - n, 25 - n, 26 - n, 27 - n,   \
                     28 - n, 29 - n, 30 - n, 31 - n)

static NOINLINE i32 valid(const u8 *bytes, i32 size) {
  const v128_t high1 = wasm_i8x16_make(
      TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
      TOO_LONG, (signed char)TWO_CONTS, (signed char)TWO_CONTS,
      (signed char)TWO_CONTS, (signed char)TWO_CONTS, TOO_SHORT | OVERLONG_2,
      TOO_SHORT, TOO_SHORT | OVERLONG_3 | SURROGATE,
      TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4);
  const signed char c = (signed char)CARRY;
  const signed char l = (signed char)(CARRY | TOO_LARGE | TOO_LARGE_1000);
  const v128_t low1 = wasm_i8x16_make(
      (signed char)(CARRY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4),
      (signed char)(CARRY | OVERLONG_2), c, c, (signed char)(CARRY | TOO_LARGE),
      l, l, l, l, l, l, l, l,
      (signed char)(CARRY | TOO_LARGE | TOO_LARGE_1000 | SURROGATE), l, l);
  const signed char t = TOO_SHORT;
  const signed char x = (signed char)(TOO_LONG | OVERLONG_2 | TWO_CONTS);
  const v128_t high2 = wasm_i8x16_make(
      t, t, t, t, t, t, t, t, x | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4,
      x | OVERLONG_3 | TOO_LARGE, x | SURROGATE | TOO_LARGE,
      x | SURROGATE | TOO_LARGE, t, t, t, t);
  const v128_t nibble = wasm_i8x16_splat(15);
  v128_t error = wasm_i8x16_splat(0), last = error;
  for (i32 i = 0; i < size; i += 16) {
    v128_t input = wasm_v128_load(bytes + i);
    v128_t before1 = BEFORE(input, last, 1);
    v128_t special = wasm_v128_and(
        wasm_v128_and(wasm_i8x16_swizzle(high1, wasm_u8x16_shr(before1, 4)),
                      wasm_i8x16_swizzle(low1, wasm_v128_and(before1, nibble))),
        wasm_i8x16_swizzle(high2, wasm_u8x16_shr(input, 4)));
    v128_t third = wasm_u8x16_sub_sat(BEFORE(input, last, 2), wasm_i8x16_splat(0xe0 - 0x80));
    v128_t fourth = wasm_u8x16_sub_sat(BEFORE(input, last, 3), wasm_i8x16_splat(0xf0 - 0x80));
    v128_t must = wasm_v128_and(wasm_v128_or(third, fourth), wasm_i8x16_splat((signed char)0x80));
    error = wasm_v128_or(error, wasm_v128_xor(must, special));
    last = input;
  }
  // The text ends in ASCII, so nothing can be cut off.
  return !wasm_v128_any_true(error);
}
#else
static NOINLINE i32 valid(const u8 *bytes, i32 size) {
  i32 i = 0;
  while (i < size) {
    u8 first = bytes[i];
    if (first < 0x80) {
      i++;
      continue;
    }
    i32 more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    if (first < 0xc2 || first > 0xf4 || i + more >= size) return 0;
    u8 low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    u8 high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (bytes[i + 1] < low || bytes[i + 1] > high) return 0;
    for (i32 k = 2; k <= more; k++) {
      if ((bytes[i + k] & 0xc0) != 0x80) return 0;
    }
    i += more + 1;
  }
  return 1;
}
#endif

static void fill(u32 *seed) {
  i32 i = 0;
  while (i < SIZE - 8) {
    u32 r = rng32(seed);
    switch (r >> 28) {
    case 0:
      text[i++] = (u8)(0xc3 + (r & 7));
      text[i++] = (u8)(0x80 | (r >> 8 & 63));
      break;
    case 1:
      text[i++] = 0xe2;
      text[i++] = (u8)(0x80 | (r >> 8 & 63));
      text[i++] = (u8)(0x80 | (r >> 16 & 63));
      break;
    case 2:
      text[i++] = 0xf0;
      text[i++] = 0x9f;
      text[i++] = (u8)(0x80 | (r >> 8 & 63));
      text[i++] = (u8)(0x80 | (r >> 16 & 63));
      break;
    default: text[i++] = (u8)(32 + (r & 63));
    }
  }
  while (i < SIZE) text[i++] = ' ';
}

RUN i32 run(i32 n) {
  u32 seed = 2463534242u, sum = 0;
  for (i32 i = 0; i < n; i++) {
    if (i % 64 == 0) fill(&seed);
    // every eighth text has a byte that may be wrong near its end
    u8 *at = &text[SIZE - 100 + (i & 63)], old = *at;
    if (i % 8 == 7) *at ^= 0x80;
    sum = mix32(sum, (u32)valid(text, SIZE));
    *at = old;
  }
  return (i32)sum;
}
