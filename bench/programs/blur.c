// blur: a weighted blur of a grey picture, first along lines, then along
// columns, eight pixels at a time where there is SIMD (i16x8): n rounds over
// 256 by 64 pixels.
#include "pair.h"

#define WIDTH 256
#define HEIGHT 64
static u8 picture[HEIGHT][WIDTH + 16], between[HEIGHT][WIDTH + 16];

#ifdef __wasm_simd128__
#define WIDE(p) wasm_u16x8_load8x8(p)

/// (a + 2b + 3c + 2d + e + 4) / 9 as a product with 7,282 / 65,536.
static inline v128_t weigh(v128_t a, v128_t b, v128_t c, v128_t d, v128_t e) {
  v128_t outer = wasm_i16x8_add(a, e), inner = wasm_i16x8_add(b, d);
  v128_t sum = wasm_i16x8_add(outer, wasm_i16x8_shl(wasm_i16x8_add(inner, c), 1));
  sum = wasm_i16x8_add(wasm_i16x8_add(sum, c), wasm_i16x8_splat(4));
  v128_t k = wasm_i16x8_splat(7282);
  v128_t low = wasm_u32x4_shr(wasm_u32x4_extmul_low_u16x8(sum, k), 16);
  v128_t high = wasm_u32x4_shr(wasm_u32x4_extmul_high_u16x8(sum, k), 16);
  v128_t words = wasm_i16x8_narrow_i32x4(low, high);
  return wasm_u8x16_narrow_i16x8(words, words);
}

static NOINLINE void along(void) {
  for (i32 y = 0; y < HEIGHT; y++) {
    for (i32 x = 2; x < WIDTH + 2; x += 8) {
      const u8 *p = &picture[y][x];
      v128_t r = weigh(WIDE(p - 2), WIDE(p - 1), WIDE(p), WIDE(p + 1), WIDE(p + 2));
      wasm_v128_store64_lane(&between[y][x], r, 0);
    }
  }
}

static NOINLINE void down(void) {
  for (i32 y = 2; y < HEIGHT - 2; y++) {
    for (i32 x = 2; x < WIDTH + 2; x += 8) {
      v128_t r = weigh(WIDE(&between[y - 2][x]), WIDE(&between[y - 1][x]),
                       WIDE(&between[y][x]), WIDE(&between[y + 1][x]),
                       WIDE(&between[y + 2][x]));
      wasm_v128_store64_lane(&picture[y][x], r, 0);
    }
  }
}
#else
static inline u8 weigh(u32 a, u32 b, u32 c, u32 d, u32 e) {
  return (u8)((a + e + 2 * (b + d + c) + c + 4) * 7282 >> 16);
}

static NOINLINE void along(void) {
  for (i32 y = 0; y < HEIGHT; y++) {
    for (i32 x = 2; x < WIDTH + 2; x++) {
      const u8 *p = &picture[y][x];
      between[y][x] = weigh(p[-2], p[-1], p[0], p[1], p[2]);
    }
  }
}

static NOINLINE void down(void) {
  for (i32 y = 2; y < HEIGHT - 2; y++) {
    for (i32 x = 2; x < WIDTH + 2; x++) {
      picture[y][x] = weigh(between[y - 2][x], between[y - 1][x], between[y][x],
                            between[y + 1][x], between[y + 2][x]);
    }
  }
}
#endif

RUN i32 run(i32 n) {
  u32 seed = 2463534242u, sum = 0;
  for (i32 round = 0; round < n; round++) {
    if (round % 8 == 0) {
      for (i32 y = 0; y < HEIGHT; y++) {
        for (i32 x = 0; x < WIDTH + 4; x += 4) {
          *(u32 *)&picture[y][x] = rng32(&seed);
        }
      }
    }
    along();
    down();
    for (i32 y = 0; y < HEIGHT; y++) {
      sum = mix32(sum, *(u32 *)&picture[y][(round * 4 + y * 4) & 252]);
    }
  }
  return (i32)sum;
}
