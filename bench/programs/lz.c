// lz: an LZ77 compressor with a hash table of 3-byte prefixes, and its
// decompressor, over 32 KiB of word-like text, n rounds. Measures byte compare
// loops, hashing and byte copies.
#include "kernel.h"

#define SIZE 32768
static u8 text[SIZE], packed[SIZE * 2], unpacked[SIZE];
static i32 last[4096];

NOINLINE static i32 compress(const u8 *in, i32 count, u8 *out) {
  u8 *start = out;
  for (i32 i = 0; i < 4096; i++) last[i] = -1;
  i32 i = 0;
  while (i < count) {
    i32 best = 0, distance = 0;
    if (i + 3 < count) {
      u32 h = in[i] | (u32)in[i + 1] << 8 | (u32)in[i + 2] << 16;
      h = h * 2654435761u >> 20;
      i32 at = last[h];
      last[h] = i;
      if (at >= 0 && i - at < 16384) {
        i32 limit = count - i < 130 ? count - i : 130;
        while (best < limit && in[at + best] == in[i + best]) best++;
        distance = i - at;
      }
    }
    if (best >= 4) {
      *out++ = (u8)(0x80 | (best - 4));
      *out++ = (u8)distance;
      *out++ = (u8)(distance >> 8);
      i += best;
    } else {
      *out++ = in[i++] & 0x7f;
    }
  }
  return (i32)(out - start);
}

NOINLINE static i32 expand(const u8 *in, i32 count, u8 *out) {
  u8 *start = out;
  const u8 *end = in + count;
  while (in < end) {
    u8 c = *in++;
    if (c & 0x80) {
      i32 distance = in[0] | in[1] << 8;
      in += 2;
      for (i32 k = (c & 0x7f) + 4; k; k--, out++) *out = out[-distance];
    } else {
      *out++ = c;
    }
  }
  return (i32)(out - start);
}

RUN i32 run(i32 n) {
  static const char letters[] = "etaoinshrdlu wing";
  u32 seed = 88172645u, sum = 0;
  for (i32 i = 0; i < SIZE;) {
    u32 r = rng32(&seed);
    i32 length = 3 + (i32)(r >> 28);
    u32 word = r % 300 * 40503u;
    for (i32 k = 0; k < length && i < SIZE; k++, word = word * 33 + 7)
      text[i++] = (u8)letters[(word >> 8) % 17];
  }
  for (i32 round = 0; round < n; round++) {
    text[(round * 31) % SIZE] = (u8)('a' + round % 26);
    i32 size = compress(text, SIZE, packed);
    sum = mix32(sum, (u32)size);
    if (expand(packed, size, unpacked) != SIZE) return -1;
    for (i32 i = 0; i < SIZE; i++)
      if (text[i] != unpacked[i]) return -2;
  }
  return (i32)sum;
}
