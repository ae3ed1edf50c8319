// quicksort: sorts n random i32 values in place, median of three, recursing
// into the smaller half, insertion sort below 12. Measures word memory,
// data-dependent branches and recursion.
#include "kernel.h"

#define MAX 1000000
static i32 values[MAX];

static void swap(i32 *a, i32 *b) {
  i32 t = *a;
  *a = *b;
  *b = t;
}

NOINLINE static void sort(i32 *lo, i32 *hi) {
  while (hi - lo > 12) {
    i32 *mid = lo + (hi - lo) / 2;
    if (*mid < *lo) swap(mid, lo);
    if (*hi < *lo) swap(hi, lo);
    if (*hi < *mid) swap(hi, mid);
    i32 pivot = *mid;
    i32 *i = lo, *j = hi;
    while (i <= j) {
      while (*i < pivot) i++;
      while (*j > pivot) j--;
      if (i <= j) swap(i++, j--);
    }
    if (j - lo < hi - i) {
      sort(lo, j);
      lo = i;
    } else {
      sort(i, hi);
      hi = j;
    }
  }
  for (i32 *i = lo + 1; i <= hi; i++) {
    i32 v = *i, *j = i - 1;
    for (; j >= lo && *j > v; j--) j[1] = *j;
    j[1] = v;
  }
}

RUN i32 run(i32 n) {
  if (n > MAX) n = MAX;
  u32 seed = 2463534242u;
  for (i32 i = 0; i < n; i++) values[i] = (i32)rng32(&seed);
  sort(values, values + n - 1);
  u32 sum = 0;
  for (i32 i = 0; i < n; i++) {
    if (i && values[i - 1] > values[i]) return -1;
    sum = mix32(sum, (u32)values[i]);
  }
  return (i32)sum;
}
