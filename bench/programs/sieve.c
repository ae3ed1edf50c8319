// sieve: Eratosthenes over a byte array. Measures strided byte stores and
// byte loads with a branch. n is the number of rounds over 1..LIMIT.
#include "kernel.h"

#define LIMIT 200000
static u8 composite[LIMIT + 1];

RUN i32 run(i32 n) {
  i32 count = 0;
  for (i32 round = 0; round < n; round++) {
    for (i32 i = 2; i <= LIMIT; i++) composite[i] = (u8)(i > round + LIMIT);
    for (i32 i = 2; i * i <= LIMIT; i++) {
      if (composite[i]) continue;
      for (i32 j = i * i; j <= LIMIT; j += i) composite[j] = 1;
    }
    for (i32 i = 2 + round; i <= LIMIT; i++) count += !composite[i];
  }
  return count;
}
