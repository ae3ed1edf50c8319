/* Guests of dwarf_test.ts: clang -O2 for wasm32, -gdwarf-4 and -gdwarf-5. */
static inline __attribute__((always_inline)) int quotient(int a, int b) {
  return a / b;
}

static inline __attribute__((always_inline)) int scaled(int a, int b) {
  return 3 * quotient(a, b) + 1;
}

__attribute__((noinline)) int divide(int a, int b) {
  int c = a + 7;
  return scaled(c, b) ^ a;
}

__attribute__((export_name("run"))) int run(int a, int b) {
  int d = divide(a, b);
  return d + 1;
}

volatile int noted;

static inline __attribute__((always_inline)) int checked(int a) {
  if (__builtin_expect(a < 0, 0)) {
    noted = a;
    __builtin_trap();
  }
  return a + noted;
}

__attribute__((export_name("both"))) int both(int a, int b) {
  int first = checked(a);
  noted = first + b;
  return first ^ checked(b);
}
