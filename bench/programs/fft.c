// fft: in-place radix-2 FFT of 1,024 complex f64 and its inverse, n rounds.
// Sine and cosine are made by recurrence, so no library is needed. Measures
// strided f64 memory, bit reversal, multiply and add.
#include "kernel.h"

#define BITS 10
#define N (1 << BITS)
static f64 re[N], im[N], wr[N / 2], wi[N / 2];

NOINLINE static void transform(f64 direction) {
  for (u32 i = 1, j = 0; i < N; i++) {
    u32 bit = N >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      f64 t = re[i];
      re[i] = re[j];
      re[j] = t;
      t = im[i];
      im[i] = im[j];
      im[j] = t;
    }
  }
  for (i32 size = 2; size <= N; size *= 2) {
    i32 half = size / 2, step = N / size;
    for (i32 start = 0; start < N; start += size) {
      for (i32 k = 0; k < half; k++) {
        f64 c = wr[k * step], s = wi[k * step] * direction;
        i32 p = start + k, q = p + half;
        f64 x = re[q] * c - im[q] * s, y = re[q] * s + im[q] * c;
        re[q] = re[p] - x;
        im[q] = im[p] - y;
        re[p] += x;
        im[p] += y;
      }
    }
  }
}

RUN i32 run(i32 n) {
  // cos and sin of 2 pi / 1024
  const f64 c1 = 0.99998117528260110909, s1 = 0.0061358846491544753597;
  f64 c = 1, s = 0;
  for (i32 i = 0; i < N / 2; i++) {
    wr[i] = c;
    wi[i] = s;
    f64 t = c * c1 - s * s1;
    s = s * c1 + c * s1;
    c = t;
  }
  u32 sum = 0, seed = 2463534242u;
  for (i32 i = 0; i < N; i++) {
    re[i] = (i32)rng32(&seed) / 2147483648.0;
    im[i] = 0;
  }
  for (i32 round = 0; round < n; round++) {
    transform(-1);
    sum = mix32(sum, fold64(re[round & (N - 1)]));
    transform(1);
    for (i32 i = 0; i < N; i++) {
      re[i] /= N;
      im[i] /= N;
    }
  }
  return (i32)mix32(sum, fold64(re[1]));
}
