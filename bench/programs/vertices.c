// vertices: points through a 4x4 matrix, divided by their last coordinate and
// compared with a box, a point at a time where there is SIMD (f32x4): n rounds
// over 1,024 points.
#include "pair.h"

#define POINTS 1024
static f32 points[POINTS][4], moved[POINTS][4];
static f32 low[4], high[4];

#ifdef __wasm_simd128__
static NOINLINE void transform(const f32 m[4][4]) {
  v128_t c0 = wasm_v128_load(m[0]), c1 = wasm_v128_load(m[1]);
  v128_t c2 = wasm_v128_load(m[2]), c3 = wasm_v128_load(m[3]);
  v128_t least = wasm_f32x4_splat(1e30f), most = wasm_f32x4_splat(-1e30f);
  for (i32 i = 0; i < POINTS; i++) {
    v128_t p = wasm_v128_load(points[i]);
    v128_t r = wasm_f32x4_mul(c0, wasm_i32x4_shuffle(p, p, 0, 0, 0, 0));
    r = wasm_f32x4_add(r, wasm_f32x4_mul(c1, wasm_i32x4_shuffle(p, p, 1, 1, 1, 1)));
    r = wasm_f32x4_add(r, wasm_f32x4_mul(c2, wasm_i32x4_shuffle(p, p, 2, 2, 2, 2)));
    r = wasm_f32x4_add(r, wasm_f32x4_mul(c3, wasm_i32x4_shuffle(p, p, 3, 3, 3, 3)));
    r = wasm_f32x4_div(r, wasm_i32x4_shuffle(r, r, 3, 3, 3, 3));
    wasm_v128_store(moved[i], r);
    least = wasm_f32x4_pmin(least, r), most = wasm_f32x4_pmax(most, r);
  }
  wasm_v128_store(low, least), wasm_v128_store(high, most);
}
#else
static NOINLINE void transform(const f32 m[4][4]) {
  f32 least[4] = {1e30f, 1e30f, 1e30f, 1e30f};
  f32 most[4] = {-1e30f, -1e30f, -1e30f, -1e30f};
  for (i32 i = 0; i < POINTS; i++) {
    const f32 *p = points[i];
    f32 r[4];
    for (i32 k = 0; k < 4; k++) {
      r[k] = m[0][k] * p[0] + m[1][k] * p[1] + m[2][k] * p[2] + m[3][k] * p[3];
    }
    for (i32 k = 0; k < 4; k++) {
      f32 value = r[k] / r[3];
      moved[i][k] = value;
      if (value < least[k]) least[k] = value;
      if (most[k] < value) most[k] = value;
    }
  }
  for (i32 k = 0; k < 4; k++) low[k] = least[k], high[k] = most[k];
}
#endif

RUN i32 run(i32 n) {
  u32 seed = 2463534242u, sum = 0;
  for (i32 i = 0; i < POINTS; i++) {
    for (i32 k = 0; k < 3; k++) {
      points[i][k] = (f32)(rng32(&seed) & 4095) / 1024 - 2;
    }
    points[i][3] = 1;
  }
  for (i32 round = 0; round < n; round++) {
    f32 t = (f32)(round & 63) / 64;
    const f32 m[4][4] = {{1, t, 0, 0.125f},
                         {-t, 1, 0.25f, 0},
                         {0, -0.25f, 1, t * 0.25f},
                         {t, 0.5f, -t, 4}};
    transform(m);
    for (i32 k = 0; k < 3; k++) {
      sum = mix32(sum, (u32)(i32)(low[k] * 65536));
      sum = mix32(sum, (u32)(i32)(high[k] * 65536));
      sum = mix32(sum, (u32)(i32)(moved[round & (POINTS - 1)][k] * 65536));
    }
  }
  return (i32)sum;
}
