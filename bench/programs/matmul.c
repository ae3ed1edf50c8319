// matmul: product of two n x n f32 matrices, the textbook triple loop over a
// transposed right operand. Measures f32 loads, multiply and add.
#include "kernel.h"

#define MAX 256
static f32 a[MAX * MAX], b[MAX * MAX], c[MAX * MAX];

RUN i32 run(i32 n) {
  if (n > MAX) n = MAX;
  for (i32 i = 0; i < n * n; i++) {
    a[i] = (f32)(i % 17) * 0.25f - 2.0f;
    b[i] = (f32)(i % 13) * 0.5f - 3.0f;
  }
  for (i32 i = 0; i < n; i++) {
    for (i32 j = 0; j < n; j++) {
      f32 sum = 0;
      for (i32 k = 0; k < n; k++) sum += a[i * n + k] * b[j * n + k];
      c[i * n + j] = sum;
    }
  }
  u32 sum = 0;
  for (i32 i = 0; i < n * n; i++) sum = mix32(sum, (u32)(i32)(c[i] * 8.0f));
  return (i32)sum;
}
