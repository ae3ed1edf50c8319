// heapsort: a binary heap as a priority queue of (key, payload) pairs: n pushes
// mixed with pops, then drained. Measures 64-bit moves, index arithmetic and
// unpredictable branches.
#include "kernel.h"

#define MAX 400000

typedef struct {
  u32 key, payload;
} Item;

static Item heap[MAX + 1];
static i32 count;

NOINLINE static void push(Item item) {
  i32 i = ++count;
  while (i > 1 && heap[i / 2].key > item.key) {
    heap[i] = heap[i / 2];
    i /= 2;
  }
  heap[i] = item;
}

NOINLINE static Item pop(void) {
  Item top = heap[1], last = heap[count--];
  i32 i = 1;
  for (;;) {
    i32 child = i * 2;
    if (child > count) break;
    if (child < count && heap[child + 1].key < heap[child].key) child++;
    if (last.key <= heap[child].key) break;
    heap[i] = heap[child];
    i = child;
  }
  heap[i] = last;
  return top;
}

RUN i32 run(i32 n) {
  if (n > MAX) n = MAX;
  u32 seed = 2463534242u, sum = 0, previous = 0;
  count = 0;
  for (i32 i = 0; i < n; i++) {
    push((Item){rng32(&seed), (u32)i});
    if ((i & 7) == 7) sum = mix32(sum, pop().payload);
  }
  while (count) {
    Item item = pop();
    if (item.key < previous) return -1;
    previous = item.key;
    sum = mix32(sum, item.payload);
  }
  return (i32)sum;
}
