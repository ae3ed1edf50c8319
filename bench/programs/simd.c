// simd: greyscale, brightness and saturation over RGBA pixels plus an f32x4
// dot product, n rounds over 4,096 pixels. Built with -msimd128; apart from
// the geomean.
#include "kernel.h"
#include <wasm_simd128.h>

#define PIXELS 4096
static u32 pixels[PIXELS];
static f32 left[PIXELS], right[PIXELS];

RUN i32 run(i32 n) {
  u32 seed = 2463534242u, sum = 0;
  for (i32 i = 0; i < PIXELS; i++) {
    pixels[i] = rng32(&seed);
    left[i] = (f32)(i & 63) * 0.125f;
    right[i] = (f32)(i % 31) * 0.25f;
  }
  v128_t total = wasm_f32x4_const_splat(0);
  for (i32 round = 0; round < n; round++) {
    v128_t gain = wasm_i16x8_splat((short)(64 + (round & 127)));
    v128_t counts = wasm_i32x4_const_splat(0);
    for (i32 i = 0; i < PIXELS; i += 4) {
      v128_t p = wasm_v128_load(&pixels[i]);
      v128_t lo = wasm_u16x8_extend_low_u8x16(p);
      v128_t hi = wasm_u16x8_extend_high_u8x16(p);
      lo = wasm_u16x8_shr(wasm_i16x8_mul(lo, gain), 7);
      hi = wasm_u16x8_shr(wasm_i16x8_mul(hi, gain), 7);
      p = wasm_u8x16_add_sat(wasm_u8x16_narrow_i16x8(lo, hi),
                             wasm_i8x16_const_splat(3));
      p = wasm_i8x16_shuffle(p, p, 2, 1, 0, 3, 6, 5, 4, 7, 10, 9, 8, 11, 14, 13,
                             12, 15);
      wasm_v128_store(&pixels[i], p);
      v128_t bright = wasm_u8x16_gt(p, wasm_i8x16_const_splat(100));
      counts = wasm_i32x4_add(counts, wasm_v128_and(bright, p));
      total = wasm_f32x4_add(total,
                             wasm_f32x4_mul(wasm_v128_load(&left[i]),
                                            wasm_v128_load(&right[i])));
    }
    sum = mix32(sum, (u32)wasm_i32x4_extract_lane(counts, 0));
    sum = mix32(sum, (u32)wasm_i32x4_extract_lane(counts, 3));
  }
  return (i32)mix32(sum, (u32)(i32)wasm_f32x4_extract_lane(total, 1));
}
