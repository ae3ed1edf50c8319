// fib: naive double recursion. Measures calls, returns and small frames.
#include "kernel.h"

NOINLINE static i32 fib(i32 n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

RUN i32 run(i32 n) {
  return fib(n);
}
