// hashmap: an open-addressing map from u64 keys to i32, with insertion,
// look-up, update and removal by back-shifting, n operations. Measures hashing
// (i64 mul), scattered memory and unpredictable branches.
#include "kernel.h"

#define BITS 15
#define SIZE (1 << BITS)
#define MASK (SIZE - 1)

typedef struct {
  u64 key;  // 0: empty
  i32 value;
} Entry;

static Entry entries[SIZE];
static i32 used;

static u32 hash(u64 key) {
  return (u32)((key ^ key >> 32) * 0x9e3779b97f4a7c15ull >> (64 - BITS));
}

NOINLINE static Entry *find(u64 key) {
  u32 i = hash(key);
  while (entries[i].key && entries[i].key != key) i = (i + 1) & MASK;
  return &entries[i];
}

NOINLINE static void put(u64 key, i32 value) {
  Entry *e = find(key);
  if (!e->key) {
    if (used > SIZE / 2) return;
    used++;
    e->key = key;
    e->value = 0;
  }
  e->value += value;
}

NOINLINE static i32 take(u64 key) {
  Entry *e = find(key);
  if (!e->key) return 0;
  i32 value = e->value;
  u32 hole = (u32)(e - entries), i = hole;
  for (;;) {
    i = (i + 1) & MASK;
    if (!entries[i].key) break;
    u32 home = hash(entries[i].key);
    if (((i - home) & MASK) >= ((i - hole) & MASK)) {
      entries[hole] = entries[i];
      hole = i;
    }
  }
  entries[hole].key = 0;
  used--;
  return value;
}

RUN i32 run(i32 n) {
  for (i32 i = 0; i < SIZE; i++) entries[i].key = 0;
  used = 0;
  u32 seed = 88172645u, sum = 0;
  for (i32 i = 0; i < n; i++) {
    u32 r = rng32(&seed);
    u64 key = (u64)(r & 0x3fff) << 32 | 1 | (r & 0x3fff) * 2654435761u;
    switch (r >> 29) {
    case 0: case 1: case 2: put(key, i); break;
    case 3: case 4: case 5: case 6: {
      Entry *e = find(key);
      sum += e->key ? (u32)e->value : 1;
      break;
    }
    default: sum ^= (u32)take(key);
    }
  }
  return (i32)mix32(sum, (u32)used);
}
