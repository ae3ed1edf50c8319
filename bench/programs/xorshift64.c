// xorshift64: n steps of xorshift64* with a running sum. Measures i64 shifts
// by constants, xor and one multiplication per step.
#include "kernel.h"

RUN i64 run(i32 n) {
  u64 x = 0x9e3779b97f4a7c15ull, sum = 0;
  for (i32 i = 0; i < n; i++) {
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    sum += x * 0x2545f4914f6cdd1dull;
  }
  return (i64)sum;
}
