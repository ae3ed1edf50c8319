// A guest of env_emscripten_test.ts with exceptions; env_emscripten_guest.c
// says how such guests are built. This one as C++, with -fexceptions -mllvm
// -enable-emscripten-cxx-exceptions, and linked with the other's runtime.
#define EXPORT(name) extern "C" __attribute__((export_name(name), used))
#define IMPORT(from, name) \
  extern "C" __attribute__((import_module(from), import_name(name)))

IMPORT("more", "later") int later(int);

struct TooLarge {
  int value;
};
struct Negative {};

static volatile int dropped;

struct Guard {
  ~Guard() { dropped = dropped + 1; }
};

static __attribute__((noinline)) int checked(int x) {
  Guard guard;
  int y = later(x);
  if (y > 9) throw TooLarge{y};
  if (y < 0) throw Negative{};
  return y;
}

// x + 100; -x where it is above 9. Below 0 an exception passes through.
EXPORT("run") int run(int x) {
  try {
    return checked(x) + 100;
  } catch (const TooLarge &error) {
    return -error.value;
  }
}

// The same, but 77 where an exception passes through.
EXPORT("outer") int outer(int x) {
  try {
    return run(x);
  } catch (...) {
    return 77;
  }
}

// How many guards were dropped.
EXPORT("dropped") int countDropped() { return dropped; }
