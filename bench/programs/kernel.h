// What every kernel shares: integer names, the export of run(), and a small
// deterministic random number generator. Kernels are freestanding: no libc, no
// imports, all data in static arrays. run(n) does n units of work from a fresh
// start and returns a checksum, so that calls can be repeated and compared.
#ifndef KERNEL_H
#define KERNEL_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;

#define RUN __attribute__((export_name("run")))
#define NOINLINE __attribute__((noinline))

/// Advances a 32-bit xorshift state (never 0) and returns it.
static inline u32 rng32(u32 *state) {
  u32 x = *state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return *state = x;
}

/// Mixes a word into a 32-bit checksum.
static inline u32 mix32(u32 sum, u32 word) {
  sum = (sum ^ word) * 0x01000193u;
  return sum << 5 | sum >> 27;
}

/// The bits of a double folded to 32, for checksums of float kernels.
static inline u32 fold64(f64 value) {
  union {
    f64 f;
    u64 u;
  } bits = {.f = value};
  return (u32)bits.u ^ (u32)(bits.u >> 32);
}

#endif
