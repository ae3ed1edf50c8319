// containers: what C++ programs do with their library: strings as keys of a
// map and of a hash table, vectors that grow, sorting with a comparison,
// a heap of pairs. n rounds; the allocator is that of wasi-libc.
#include "kernel.h"
#include <algorithm>
#include <map>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

// The library's own prints why it stops, which takes imports.
void std::__libcpp_verbose_abort(const char *, ...) noexcept {
  __builtin_trap();
}

namespace {

struct Entry {
  std::string key;
  u32 count;
};

std::string word(u32 *seed) {
  std::string text;
  u32 length = 3 + rng32(seed) % 12;
  for (u32 i = 0; i < length; i++) text += (char)('a' + rng32(seed) % 5);
  return text;
}

u32 round_of(u32 seed) {
  std::map<std::string, u32> tree;
  std::unordered_map<std::string, u32> table;
  for (i32 i = 0; i < 300; i++) {
    std::string key = word(&seed);
    tree[key.substr(0, 3)] += i;
    table[key.substr(1, 3)]++;
  }
  std::vector<Entry> entries;
  for (const auto &[key, count] : table) entries.push_back({key, count});
  std::sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) {
    return a.count != b.count ? a.count > b.count : a.key < b.key;
  });
  std::priority_queue<std::pair<u32, std::string>> heap;
  for (const auto &[key, count] : tree) heap.emplace(count, key);
  u32 sum = (u32)entries.size();
  for (const Entry &entry : entries) {
    for (char c : entry.key) sum = mix32(sum, (u32)c + entry.count);
  }
  while (!heap.empty()) {
    sum = mix32(sum, heap.top().first + heap.top().second[0]);
    heap.pop();
  }
  return sum;
}

} // namespace

extern "C" RUN i32 run(i32 n) {
  u32 sum = 0;
  for (i32 i = 0; i < n; i++) sum = mix32(sum, round_of(2463534242u + i));
  return (i32)sum;
}
