// indirect: a random walk over 16 small functions called through a table, n
// calls. Measures call_indirect, its type check and short bodies.
#include "kernel.h"

typedef u32 (*Step)(u32 x, u32 y);

#define STEP(name, body) NOINLINE static u32 name(u32 x, u32 y) { return body; }
STEP(s0, x + y)
STEP(s1, x ^ y)
STEP(s2, x - y)
STEP(s3, x * 5 + y)
STEP(s4, (x << 3) ^ y)
STEP(s5, (x >> 3) + y)
STEP(s6, (x & y) + 0x9e3779b9u)
STEP(s7, (x | y) - 0x7f4a7c15u)
STEP(s8, (x << 7 | x >> 25) + y)
STEP(s9, x > y ? x - y : y - x)
STEP(s10, ~x + y * 3)
STEP(s11, x + (y >> 5))
STEP(s12, x * 9 ^ y)
STEP(s13, (x ^ x >> 15) + y)
STEP(s14, x * 33 + 17 + (y & 1))
STEP(s15, (x << 13) - x + y)

// not const, so that the calls cannot be resolved at compile time
static Step table[16] = {s0, s1, s2,  s3,  s4,  s5,  s6,  s7,
                         s8, s9, s10, s11, s12, s13, s14, s15};

RUN i32 run(i32 n) {
  // moves one entry: a store keeps the table a run-time value
  Step first = table[n & 15];
  table[n & 15] = first;
  u32 x = 1, y = 0x12345678;
  for (i32 i = 0; i < n; i++) {
    u32 next = table[(x ^ (u32)i) & 15](x, y);
    y = x + (u32)i;
    x = next;
  }
  return (i32)x;
}
