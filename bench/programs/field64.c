// field64: multiplication in the Goldilocks field, p = 2^64 - 2^32 + 1, as
// used by zero-knowledge provers. Measures i64 mul, compare, add with carry.
// n is the number of multiplications (n / 64 exponentiations by squaring).
#include "kernel.h"

#define P 0xffffffff00000001ull
#define EPSILON 0xffffffffull

static inline u64 mul(u64 a, u64 b) {
  u64 aLo = (u32)a, aHi = a >> 32, bLo = (u32)b, bHi = b >> 32;
  u64 ll = aLo * bLo, lh = aLo * bHi, hl = aHi * bLo, hh = aHi * bHi;
  u64 mid = (ll >> 32) + (u32)lh + (u32)hl;
  u64 lo = (u32)ll | mid << 32;
  u64 hi = hh + (lh >> 32) + (hl >> 32) + (mid >> 32);
  // 2^64 = 2^32 - 1 and 2^96 = -1 (mod p)
  u64 t = lo - (hi >> 32);
  if (lo < hi >> 32) t -= EPSILON;
  u64 u = (u32)hi * EPSILON;
  u64 r = t + u;
  if (r < u) r += EPSILON;
  return r;
}

NOINLINE static u64 power(u64 base, u64 exponent) {
  u64 r = 1;
  for (int bit = 0; bit < 64; bit++) {
    if (exponent >> bit & 1) r = mul(r, base);
    base = mul(base, base);
  }
  return r >= P ? r - P : r;
}

RUN i64 run(i32 n) {
  u64 sum = 0;
  for (i32 i = 0; i < n / 64; i++) {
    u64 x = 7 + (u64)i * 0x9e3779b97f4a7c15ull;
    sum = sum * 31 + power(x, P - 2 - (u64)i);
  }
  return (i64)sum;
}
