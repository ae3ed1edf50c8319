// chacha: the ChaCha20 block function, four columns at a time where there is
// SIMD (i32x4): n blocks of key stream.
#include "pair.h"

static u32 state[16], output[16];

static void setup(void) {
  static const u32 start[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  for (i32 i = 0; i < 4; i++) state[i] = start[i];
  for (i32 i = 4; i < 16; i++) state[i] = (u32)i * 0x9e3779b1u;
}

#ifdef __wasm_simd128__
#define ROL(x, k) wasm_v128_or(wasm_i32x4_shl(x, k), wasm_u32x4_shr(x, 32 - k))
#define TURN(x, i) wasm_i32x4_shuffle(x, x, i, (i + 1) & 3, (i + 2) & 3, (i + 3) & 3)
#define HALF(a, b, d, k)                                                       \
  a = wasm_i32x4_add(a, b), d = wasm_v128_xor(d, a), d = ROL(d, k)
#define QUARTERS()                                                             \
  HALF(a, b, d, 16), HALF(c, d, b, 12), HALF(a, b, d, 8), HALF(c, d, b, 7)

static NOINLINE void block(void) {
  v128_t s0 = wasm_v128_load(&state[0]), s1 = wasm_v128_load(&state[4]);
  v128_t s2 = wasm_v128_load(&state[8]), s3 = wasm_v128_load(&state[12]);
  v128_t a = s0, b = s1, c = s2, d = s3;
  for (i32 i = 0; i < 10; i++) {
    QUARTERS();
    b = TURN(b, 1), c = TURN(c, 2), d = TURN(d, 3);
    QUARTERS();
    b = TURN(b, 3), c = TURN(c, 2), d = TURN(d, 1);
  }
  wasm_v128_store(&output[0], wasm_i32x4_add(a, s0));
  wasm_v128_store(&output[4], wasm_i32x4_add(b, s1));
  wasm_v128_store(&output[8], wasm_i32x4_add(c, s2));
  wasm_v128_store(&output[12], wasm_i32x4_add(d, s3));
}
#else
#define ROL(x, k) ((x) << k | (x) >> (32 - k))
#define HALF(a, b, d, k) a += b, d ^= a, d = ROL(d, k)
#define QUARTER(a, b, c, d)                                                    \
  HALF(a, b, d, 16), HALF(c, d, b, 12), HALF(a, b, d, 8), HALF(c, d, b, 7)

static NOINLINE void block(void) {
  u32 x[16];
  for (i32 i = 0; i < 16; i++) x[i] = state[i];
  for (i32 i = 0; i < 10; i++) {
    QUARTER(x[0], x[4], x[8], x[12]), QUARTER(x[1], x[5], x[9], x[13]);
    QUARTER(x[2], x[6], x[10], x[14]), QUARTER(x[3], x[7], x[11], x[15]);
    QUARTER(x[0], x[5], x[10], x[15]), QUARTER(x[1], x[6], x[11], x[12]);
    QUARTER(x[2], x[7], x[8], x[13]), QUARTER(x[3], x[4], x[9], x[14]);
  }
  for (i32 i = 0; i < 16; i++) output[i] = x[i] + state[i];
}
#endif

RUN i32 run(i32 n) {
  u32 sum = 0;
  setup();
  for (i32 i = 0; i < n; i++) {
    state[12] = (u32)i;
    block();
    sum = mix32(sum, output[i & 15]);
  }
  return (i32)sum;
}
