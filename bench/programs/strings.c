// strings: byte strings as C programs use them: itoa, concatenate, length,
// compare, substring search, reverse, upper case, over n rounds. Measures byte
// loads, byte stores and short loops.
#include "kernel.h"

static char text[4096];
static char number[16];
static char copy[4096];

NOINLINE static i32 length(const char *s) {
  const char *p = s;
  while (*p) p++;
  return (i32)(p - s);
}

NOINLINE static char *append(char *to, const char *from) {
  while ((*to = *from)) to++, from++;
  return to;
}

NOINLINE static i32 compare(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return (u8)*a - (u8)*b;
}

NOINLINE static const char *search(const char *in, const char *what) {
  for (; *in; in++) {
    const char *a = in, *b = what;
    while (*b && *a == *b) a++, b++;
    if (!*b) return in;
  }
  return 0;
}

NOINLINE static void reverse(char *s, i32 count) {
  for (i32 i = 0, j = count - 1; i < j; i++, j--) {
    char t = s[i];
    s[i] = s[j];
    s[j] = t;
  }
}

NOINLINE static void itoa(u32 value, char *out) {
  i32 count = 0;
  do out[count++] = (char)('0' + value % 10);
  while (value /= 10);
  out[count] = 0;
  reverse(out, count);
}

NOINLINE static void upper(char *s) {
  for (; *s; s++)
    if (*s >= 'a' && *s <= 'z') *s = (char)(*s - 32);
}

RUN i32 run(i32 n) {
  static const char *const words[] = {"waxwing ", "bombycilla ", "rowan ",
                                      "berry ",   "crest ",      "tail "};
  u32 sum = 0, seed = 88172645u;
  for (i32 round = 0; round < n; round++) {
    char *end = text;
    *end = 0;
    for (int i = 0; i < 40; i++) {
      u32 r = rng32(&seed);
      end = append(end, words[r % 6]);
      itoa(r >> 12, number);
      end = append(end, number);
      end = append(end, ",");
    }
    i32 count = length(text);
    itoa(seed >> 20, number);
    const char *found = search(text, number);
    append(copy, text);
    reverse(copy, count);
    upper(copy);
    sum = mix32(sum, (u32)count);
    sum = mix32(sum, found ? (u32)(found - text) : 0xffffu);
    sum = mix32(sum, (u32)compare(text, copy));
    sum = mix32(sum, (u32)(u8)copy[count / 2]);
  }
  return (i32)sum;
}
