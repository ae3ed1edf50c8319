// mandelbrot: escape times over an n x n grid, at most 100 iterations each.
// Measures f64 registers only: multiply, add, compare, loop.
#include "kernel.h"

RUN i32 run(i32 n) {
  u32 sum = 0;
  for (i32 py = 0; py < n; py++) {
    for (i32 px = 0; px < n; px++) {
      f64 cx = 3.0 * px / n - 2.0, cy = 2.0 * py / n - 1.0;
      f64 x = 0, y = 0;
      i32 i = 0;
      while (i < 100) {
        f64 xx = x * x, yy = y * y;
        if (xx + yy > 4.0) break;
        y = 2.0 * x * y + cy;
        x = xx - yy + cx;
        i++;
      }
      sum += (u32)i;
    }
  }
  return (i32)sum;
}
