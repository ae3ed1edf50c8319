// crc32: slicing-by-4 CRC-32 (polynomial 0xedb88320) over 64 KiB, n rounds.
// Measures table look-ups, shifts and xor.
#include "kernel.h"

#define SIZE 65536
static u32 table[4][256];
static u8 data[SIZE];

RUN i32 run(i32 n) {
  for (u32 i = 0; i < 256; i++) {
    u32 c = i;
    for (int k = 0; k < 8; k++) c = c & 1 ? 0xedb88320u ^ c >> 1 : c >> 1;
    table[0][i] = c;
  }
  for (u32 i = 0; i < 256; i++)
    for (int t = 1; t < 4; t++)
      table[t][i] = table[0][table[t - 1][i] & 255] ^ table[t - 1][i] >> 8;
  u32 seed = 2463534242u;
  for (i32 i = 0; i < SIZE; i++) data[i] = (u8)rng32(&seed);

  u32 crc = 0xffffffffu;
  for (i32 round = 0; round < n; round++) {
    const u32 *words = (const u32 *)data;
    for (i32 i = 0; i < SIZE / 4; i++) {
      crc ^= words[i];
      crc = table[3][crc & 255] ^ table[2][crc >> 8 & 255] ^
            table[1][crc >> 16 & 255] ^ table[0][crc >> 24];
    }
    data[round & (SIZE - 1)] ^= (u8)crc;
  }
  return (i32)~crc;
}
