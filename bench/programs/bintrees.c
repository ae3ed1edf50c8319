// bintrees: builds and walks complete binary trees from a bump allocator, and
// one degenerate tree 5,000 levels deep, n rounds. Measures allocation,
// pointer chasing and deep recursion.
#include "kernel.h"

#define DEPTH 10
#define CHAIN 5000

typedef struct Node Node;
struct Node {
  Node *left, *right;
  u32 value;
};

static Node arena[32768];
static u32 next;

static Node *allocate(Node *left, Node *right, u32 value) {
  Node *node = &arena[next++];
  node->left = left;
  node->right = right;
  node->value = value;
  return node;
}

NOINLINE static Node *build(i32 depth, u32 value) {
  if (depth == 0) return allocate(0, 0, value);
  Node *left = build(depth - 1, value * 2);
  Node *right = build(depth - 1, value * 2 + 1);
  return allocate(left, right, value);
}

NOINLINE static u32 check(const Node *node) {
  if (!node) return 0;
  u32 left = check(node->left);
  u32 right = check(node->right);
  return left + right * 3 + (node->value ^ left >> 7);
}

RUN i32 run(i32 n) {
  u32 sum = 0;
  for (i32 round = 0; round < n; round++) {
    for (u32 tree = 0; tree < 8; tree++) {
      next = 0;
      sum = mix32(sum, check(build(DEPTH, tree + (u32)round)));
    }
    next = 0;
    Node *chain = 0;
    for (u32 i = 0; i < CHAIN; i++)
      chain = i & 1 ? allocate(chain, 0, i) : allocate(0, chain, i);
    sum = mix32(sum, check(chain));
  }
  return (i32)sum;
}
