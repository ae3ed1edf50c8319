// base64: encodes 12 KiB and decodes it again, n rounds. Measures byte loads
// through tables, shifts and byte stores.
#include "kernel.h"

#define SIZE 12288
static const char ALPHABET[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static u8 data[SIZE], text[SIZE / 3 * 4 + 1], reverse[256];

NOINLINE static i32 encode(const u8 *in, i32 count, u8 *out) {
  u8 *start = out;
  i32 i = 0;
  for (; i + 2 < count; i += 3) {
    *out++ = (u8)ALPHABET[in[i] >> 2];
    *out++ = (u8)ALPHABET[(in[i] & 3) << 4 | in[i + 1] >> 4];
    *out++ = (u8)ALPHABET[(in[i + 1] & 15) << 2 | in[i + 2] >> 6];
    *out++ = (u8)ALPHABET[in[i + 2] & 63];
  }
  if (i < count) {
    *out++ = (u8)ALPHABET[in[i] >> 2];
    u8 next = i + 1 < count ? in[i + 1] : 0;
    *out++ = (u8)ALPHABET[(in[i] & 3) << 4 | next >> 4];
    *out++ = i + 1 < count ? (u8)ALPHABET[(next & 15) << 2] : '=';
    *out++ = '=';
  }
  return (i32)(out - start);
}

NOINLINE static i32 decode(const u8 *in, i32 count, u8 *out) {
  u8 *start = out;
  u32 bits = 0;
  i32 have = 0;
  for (i32 i = 0; i < count && in[i] != '='; i++) {
    u8 value = reverse[in[i]];
    if (value == 255) return -1;
    bits = bits << 6 | value;
    have += 6;
    if (have >= 8) {
      have -= 8;
      *out++ = (u8)(bits >> have);
    }
  }
  return (i32)(out - start);
}

RUN i32 run(i32 n) {
  for (int i = 0; i < 256; i++) reverse[i] = 255;
  for (int i = 0; i < 64; i++) reverse[(u8)ALPHABET[i]] = (u8)i;
  u32 seed = 2463534242u, sum = 0;
  for (i32 i = 0; i < SIZE; i++) data[i] = (u8)rng32(&seed);
  for (i32 round = 0; round < n; round++) {
    i32 count = SIZE - round % 3;
    i32 length = encode(data, count, text);
    sum = mix32(sum, text[length / 2]);
    i32 back = decode(text, length, data);
    if (back != count) return -1;
    data[round % SIZE] += (u8)(round + 1);
    sum = mix32(sum, data[(round * 7) % SIZE]);
  }
  return (i32)sum;
}
