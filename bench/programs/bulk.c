// bulk: memory.fill and memory.copy (also overlapping) of 64 KiB blocks, n
// rounds. Built with -mbulk-memory; apart from the geomean, since the work is
// the host's copyWithin and fill.
#include "kernel.h"

#define SIZE 65536
static u8 a[SIZE], b[SIZE];

RUN i32 run(i32 n) {
  u32 sum = 0;
  for (i32 i = 0; i < n; i++) {
    __builtin_memset(a, i, SIZE);
    a[i & (SIZE - 1)] ^= 0xff;
    __builtin_memcpy(b, a, SIZE);
    __builtin_memmove(b + 16, b, SIZE - 16);
    sum = mix32(sum, b[(i + 16) & (SIZE - 1)]);
    sum = mix32(sum, b[SIZE - 1]);
  }
  return (i32)sum;
}
