// julia: escape times of a Julia set in f32, four points at a time where there
// is SIMD (f32x4): n lines of 256 points.
#include "pair.h"

#define WIDTH 256
#define LIMIT 50
static u32 counts[WIDTH];

#ifdef __wasm_simd128__
static NOINLINE void line(f32 y0) {
  const v128_t cx = wasm_f32x4_splat(-0.8f), cy = wasm_f32x4_splat(0.156f);
  const v128_t four = wasm_f32x4_splat(4), two = wasm_f32x4_splat(2);
  for (i32 i = 0; i < WIDTH; i += 4) {
    v128_t x = wasm_f32x4_make((f32)i, (f32)(i + 1), (f32)(i + 2), (f32)(i + 3));
    x = wasm_f32x4_sub(wasm_f32x4_mul(x, wasm_f32x4_splat(3.0f / WIDTH)),
                       wasm_f32x4_splat(1.5f));
    v128_t y = wasm_f32x4_splat(y0);
    v128_t count = wasm_i32x4_splat(0), inside = wasm_i32x4_splat(-1);
    for (i32 k = 0; k < LIMIT; k++) {
      v128_t xx = wasm_f32x4_mul(x, x), yy = wasm_f32x4_mul(y, y);
      inside = wasm_v128_and(inside, wasm_f32x4_le(wasm_f32x4_add(xx, yy), four));
      if (!wasm_v128_any_true(inside)) break;
      count = wasm_i32x4_sub(count, inside);
      y = wasm_f32x4_add(wasm_f32x4_mul(wasm_f32x4_mul(two, x), y), cy);
      x = wasm_f32x4_add(wasm_f32x4_sub(xx, yy), cx);
    }
    wasm_v128_store(&counts[i], count);
  }
}
#else
static NOINLINE void line(f32 y0) {
  for (i32 i = 0; i < WIDTH; i++) {
    f32 x = (f32)i * (3.0f / WIDTH) - 1.5f, y = y0;
    u32 count = 0;
    for (i32 k = 0; k < LIMIT; k++) {
      f32 xx = x * x, yy = y * y;
      if (!(xx + yy <= 4)) break;
      count++;
      y = 2 * x * y + 0.156f;
      x = xx - yy - 0.8f;
    }
    counts[i] = count;
  }
}
#endif

RUN i32 run(i32 n) {
  u32 sum = 0;
  for (i32 j = 0; j < n; j++) {
    line((f32)(j & 127) * (3.0f / 128) - 1.5f);
    for (i32 i = 0; i < WIDTH; i++) sum = mix32(sum, counts[i]);
  }
  return (i32)sum;
}
