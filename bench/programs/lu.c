// lu: LU decomposition with partial pivoting of a 96 x 96 f64 matrix and
// solution of the system, n rounds. Measures f64 memory, multiply and subtract,
// and row swaps.
#include "kernel.h"

#define N 96
static f64 a[N][N], b[N];

NOINLINE static i32 solve(void) {
  for (i32 k = 0; k < N; k++) {
    i32 p = k;
    for (i32 i = k + 1; i < N; i++)
      if (__builtin_fabs(a[i][k]) > __builtin_fabs(a[p][k])) p = i;
    if (a[p][k] == 0) return 0;
    if (p != k) {
      for (i32 j = 0; j < N; j++) {
        f64 t = a[k][j];
        a[k][j] = a[p][j];
        a[p][j] = t;
      }
      f64 t = b[k];
      b[k] = b[p];
      b[p] = t;
    }
    for (i32 i = k + 1; i < N; i++) {
      f64 m = a[i][k] / a[k][k];
      for (i32 j = k; j < N; j++) a[i][j] -= m * a[k][j];
      b[i] -= m * b[k];
    }
  }
  for (i32 i = N - 1; i >= 0; i--) {
    f64 s = b[i];
    for (i32 j = i + 1; j < N; j++) s -= a[i][j] * b[j];
    b[i] = s / a[i][i];
  }
  return 1;
}

RUN i32 run(i32 n) {
  u32 seed = 2463534242u, sum = 0;
  for (i32 round = 0; round < n; round++) {
    for (i32 i = 0; i < N; i++) {
      for (i32 j = 0; j < N; j++) a[i][j] = (i32)rng32(&seed) / 2147483648.0;
      b[i] = (i32)rng32(&seed) / 2147483648.0;
    }
    if (!solve()) return -1;
    for (i32 i = 0; i < N; i++) sum = mix32(sum, fold64(b[i]));
  }
  return (i32)sum;
}
