// regex: a backtracking matcher for literals, '.', classes, groups-free
// alternation, '*', '+' and '?', run over 4 KiB of text with 6 patterns, n
// rounds. Measures recursion, byte tests and branches.
#include "kernel.h"

static char text[4097];

/// The length of the pattern's first item: a class, an escape or one byte.
static i32 itemLength(const char *p) {
  if (*p == '\\') return 2;
  if (*p != '[') return 1;
  i32 n = 1;
  while (p[n] != ']') n++;
  return n + 1;
}

NOINLINE static i32 matchItem(const char *p, char c) {
  if (!c) return 0;
  switch (*p) {
  case '.': return c != '\n';
  case '\\':
    switch (p[1]) {
    case 'd': return c >= '0' && c <= '9';
    case 'w': return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    case 's': return c == ' ' || c == '\n';
    default: return c == p[1];
    }
  case '[': {
    i32 negated = p[1] == '^', hit = 0;
    for (p += 1 + negated; *p != ']'; p++) {
      if (p[1] == '-' && p[2] != ']') {
        hit |= c >= p[0] && c <= p[2];
        p += 2;
      } else {
        hit |= c == *p;
      }
    }
    return hit != negated;
  }
  default: return c == *p;
  }
}

/// The end of the match of p at s, or 0.
NOINLINE static const char *match(const char *p, const char *s) {
  if (!*p) return s;
  i32 n = itemLength(p);
  char repeat = p[n];
  if (repeat == '*' || repeat == '+' || repeat == '?') {
    i32 least = repeat == '+', most = repeat == '?' ? 1 : 1 << 20, count = 0;
    while (count < most && matchItem(p, s[count])) count++;
    for (; count >= least; count--) {
      const char *end = match(p + n + 1, s + count);
      if (end) return end;
    }
    return 0;
  }
  return matchItem(p, *s) ? match(p + n, s + 1) : 0;
}

RUN i32 run(i32 n) {
  static const char *const patterns[] = {
      "[a-z]+@[a-z]+\\.org",      "\\d\\d*-\\d+-\\d+", "wax?wing[^ ]*",
      "[aeiou][aeiou]+[^aeiou]",  "\\w+\\s\\w+\\s\\d+", ".*end\n"};
  static const char *const words[] = {"waxwing ",   "bird@crest.org ", "rowan ",
                                      "2024-11-05 ", "tree 12 ",       "end\n",
                                      "waxwings, ",  "queue "};
  u32 seed = 88172645u, sum = 0;
  i32 size = 0;
  while (size < 4080) {
    const char *w = words[rng32(&seed) >> 29];
    while (*w) text[size++] = *w++;
  }
  text[size] = 0;
  for (i32 round = 0; round < n; round++) {
    for (i32 i = 0; i < 6; i++) {
      const char *s = text;
      while (*s) {
        const char *end = match(patterns[i], s);
        if (end > s) {
          sum = mix32(sum, (u32)(end - text));
          s = end;
        } else {
          s++;
        }
      }
    }
    text[(round * 13) % size] = (char)('a' + round % 26);
  }
  return (i32)sum;
}
