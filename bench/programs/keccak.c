// keccak: the Keccak-f[1600] permutation with all 24 rounds written out, so
// that run() is one large flat function; n permutations over one state.
#include "kernel.h"

static const u64 RC[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a,
    0x8000000080008000, 0x000000000000808b, 0x0000000080000001,
    0x8000000080008081, 0x8000000000008009, 0x000000000000008a,
    0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
    0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
    0x000000000000800a, 0x800000008000000a, 0x8000000080008081,
    0x8000000000008080, 0x0000000080000001, 0x8000000080008008};

#define ROL(x, k) ((x) << (k) | (x) >> (64 - (k)))
#define PARITY(x) (a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20])
#define COLUMN(x, d)                                                           \
  a[x] ^= d, a[x + 5] ^= d, a[x + 10] ^= d, a[x + 15] ^= d, a[x + 20] ^= d
#define MOVE(to, k) next = a[to], a[to] = ROL(last, k), last = next
#define ROW(y)                                                                 \
  do {                                                                         \
    u64 r0 = a[y], r1 = a[y + 1], r2 = a[y + 2], r3 = a[y + 3], r4 = a[y + 4]; \
    a[y] = r0 ^ (~r1 & r2), a[y + 1] = r1 ^ (~r2 & r3);                        \
    a[y + 2] = r2 ^ (~r3 & r4), a[y + 3] = r3 ^ (~r4 & r0);                    \
    a[y + 4] = r4 ^ (~r0 & r1);                                                \
  } while (0)
#define ROUND(i)                                                               \
  do {                                                                         \
    u64 c0 = PARITY(0), c1 = PARITY(1), c2 = PARITY(2), c3 = PARITY(3),        \
        c4 = PARITY(4);                                                        \
    u64 d0 = c4 ^ ROL(c1, 1), d1 = c0 ^ ROL(c2, 1), d2 = c1 ^ ROL(c3, 1),      \
        d3 = c2 ^ ROL(c4, 1), d4 = c3 ^ ROL(c0, 1);                            \
    COLUMN(0, d0), COLUMN(1, d1), COLUMN(2, d2), COLUMN(3, d3), COLUMN(4, d4); \
    u64 last = a[1], next;                                                     \
    MOVE(10, 1), MOVE(7, 3), MOVE(11, 6), MOVE(17, 10), MOVE(18, 15);          \
    MOVE(3, 21), MOVE(5, 28), MOVE(16, 36), MOVE(8, 45), MOVE(21, 55);         \
    MOVE(24, 2), MOVE(4, 14), MOVE(15, 27), MOVE(23, 41), MOVE(19, 56);        \
    MOVE(13, 8), MOVE(12, 25), MOVE(2, 43), MOVE(20, 62), MOVE(14, 18);        \
    MOVE(22, 39), MOVE(9, 61), MOVE(6, 20), MOVE(1, 44);                       \
    ROW(0); ROW(5); ROW(10); ROW(15); ROW(20);                                 \
    a[0] ^= RC[i];                                                             \
  } while (0)

static u64 state[25];

RUN i64 run(i32 n) {
  u64 a[25];
  for (i32 i = 0; i < 25; i++) state[i] = 0;
  for (i32 block = 0; block < n; block++) {
    for (i32 i = 0; i < 25; i++) a[i] = state[i];
    a[0] ^= (u64)block;
    ROUND(0); ROUND(1); ROUND(2); ROUND(3); ROUND(4); ROUND(5);
    ROUND(6); ROUND(7); ROUND(8); ROUND(9); ROUND(10); ROUND(11);
    ROUND(12); ROUND(13); ROUND(14); ROUND(15); ROUND(16); ROUND(17);
    ROUND(18); ROUND(19); ROUND(20); ROUND(21); ROUND(22); ROUND(23);
    for (i32 i = 0; i < 25; i++) state[i] = a[i];
  }
  return (i64)(state[0] ^ state[12]);
}
