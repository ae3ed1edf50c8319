// bigint: n decimal digits of pi by Machin's formula in fixed point over 32-bit
// limbs, then the square of the result. Measures 64-bit division by a word,
// 32 x 32 -> 64 multiplication and carries.
#include "kernel.h"

#define MAX 512

static u32 pi[MAX], power[MAX], term[MAX], square[2 * MAX];
static i32 limbs;  // in use; limb 0 is the whole part, then the fraction

/// to = x / by
NOINLINE static void divide(u32 *to, const u32 *x, u32 by) {
  u64 rest = 0;
  for (i32 i = 0; i < limbs; i++) {
    rest = rest << 32 | x[i];
    to[i] = (u32)(rest / by);
    rest %= by;
  }
}

NOINLINE static void add(u32 *x, const u32 *y) {
  u64 carry = 0;
  for (i32 i = limbs - 1; i >= 0; i--) {
    carry += (u64)x[i] + y[i];
    x[i] = (u32)carry;
    carry >>= 32;
  }
}

NOINLINE static void subtract(u32 *x, const u32 *y) {
  i64 borrow = 0;
  for (i32 i = limbs - 1; i >= 0; i--) {
    borrow += (i64)x[i] - y[i];
    x[i] = (u32)borrow;
    borrow >>= 32;
  }
}

NOINLINE static u32 multiply(u32 *x, u32 by) {
  u64 carry = 0;
  for (i32 i = limbs - 1; i > 0; i--) {
    carry += (u64)x[i] * by;
    x[i] = (u32)carry;
    carry >>= 32;
  }
  return (u32)carry;
}

static i32 isZero(const u32 *x) {
  for (i32 i = 0; i < limbs; i++)
    if (x[i]) return 0;
  return 1;
}

/// pi += sign * factor * arctan(1 / x)
NOINLINE static void arctan(u32 factor, u32 x, i32 sign) {
  for (i32 i = 0; i < limbs; i++) power[i] = 0;
  power[0] = factor * x;
  for (u32 k = 1; !isZero(power); k += 2, sign = -sign) {
    divide(power, power, x * x);
    divide(term, power, k);
    if (sign > 0) add(pi, term);
    else subtract(pi, term);
  }
}

RUN i32 run(i32 n) {
  limbs = n / 9 + 4;
  if (limbs > MAX) limbs = MAX;
  for (i32 i = 0; i < limbs; i++) pi[i] = 0;
  arctan(16, 5, 1);
  arctan(4, 239, -1);

  for (i32 i = 0; i < 2 * limbs; i++) square[i] = 0;
  for (i32 i = limbs - 1; i >= 0; i--) {
    u64 carry = 0;
    for (i32 j = limbs - 1; j >= 0; j--) {
      carry += (u64)pi[i] * pi[j] + square[i + j + 1];
      square[i + j + 1] = (u32)carry;
      carry >>= 32;
    }
    square[i] = (u32)carry;
  }

  u32 sum = 0;
  for (i32 i = 0; i < limbs; i++) sum = mix32(sum, square[i]);
  for (i32 i = 0; i < n / 9; i++) {
    u32 digits = multiply(pi, 1000000000u);  // nine of them
    sum = mix32(sum, digits);
  }
  return (i32)sum;
}
