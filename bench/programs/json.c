// json: writes a JSON document of 200 records into memory, then tokenises and
// checks it by recursive descent, n rounds. Measures character tests, switch,
// recursion and number parsing (f64).
#include "kernel.h"

static char text[65536];
static char *out;
static const char *in;
static u32 strings, depth, deepest;
static f64 numbers;

static void put(const char *s) {
  while (*s) *out++ = *s++;
}

static void putNumber(u32 value) {
  char digits[12];
  i32 count = 0;
  do digits[count++] = (char)('0' + value % 10);
  while (value /= 10);
  while (count) *out++ = digits[--count];
}

static i32 build(void) {
  u32 seed = 88172645u;
  out = text;
  put("[");
  for (u32 i = 0; i < 200; i++) {
    if (i) put(", ");
    put("{\"id\": ");
    putNumber(i);
    put(", \"name\": \"bird \\\"");
    putNumber(rng32(&seed) & 0xffff);
    put("\\\"\", \"size\": -");
    putNumber(rng32(&seed) & 0xff);
    put(".");
    putNumber(rng32(&seed) & 0xff);
    put("e2,\n \"tags\": [true, false, null, [\"\\u0041bc\", []]], ");
    put("\"at\": {\"x\": ");
    putNumber(rng32(&seed) & 0xfff);
    put("}}");
  }
  put("]");
  *out = 0;
  return (i32)(out - text);
}

static void blank(void) {
  while (*in == ' ' || *in == '\n' || *in == '\t' || *in == '\r') in++;
}

static i32 isHex(char c) {
  return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

NOINLINE static i32 string(void) {
  if (*in++ != '"') return 0;
  strings++;
  for (;;) {
    char c = *in++;
    if (c == '"') return 1;
    if ((u8)c < 32) return 0;
    if (c != '\\') continue;
    switch (*in++) {
    case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r':
    case 't': break;
    case 'u':
      for (int i = 0; i < 4; i++)
        if (!isHex(*in++)) return 0;
      break;
    default: return 0;
    }
  }
}

NOINLINE static i32 number(void) {
  f64 value = 0, scale = 1;
  i32 negative = *in == '-';
  if (negative) in++;
  if (*in < '0' || *in > '9') return 0;
  while (*in >= '0' && *in <= '9') value = value * 10 + (*in++ - '0');
  if (*in == '.') {
    in++;
    while (*in >= '0' && *in <= '9') {
      value = value * 10 + (*in++ - '0');
      scale *= 10;
    }
  }
  if ((*in | 32) == 'e') {
    in++;
    i32 exponent = 0;
    while (*in >= '0' && *in <= '9') exponent = exponent * 10 + (*in++ - '0');
    while (exponent-- > 0) value *= 10;
  }
  numbers += negative ? -value / scale : value / scale;
  return 1;
}

static i32 literal(const char *word) {
  while (*word)
    if (*in++ != *word++) return 0;
  return 1;
}

NOINLINE static i32 value(void) {
  i32 ok = 1;
  char close;
  blank();
  switch (*in) {
  case '"': return string();
  case 't': return literal("true");
  case 'f': return literal("false");
  case 'n': return literal("null");
  case '{': close = '}'; break;
  case '[': close = ']'; break;
  default: return number();
  }
  in++;
  if (++depth > deepest) deepest = depth;
  blank();
  if (*in == close) {
    in++;
  } else {
    for (;;) {
      if (close == '}') {
        blank();
        ok = string();
        blank();
        if (!ok || *in++ != ':') return 0;
      }
      if (!value()) return 0;
      blank();
      char c = *in++;
      if (c == close) break;
      if (c != ',') return 0;
    }
  }
  depth--;
  return 1;
}

RUN i32 run(i32 n) {
  u32 sum = (u32)build();
  numbers = 0;
  strings = deepest = depth = 0;
  for (i32 round = 0; round < n; round++) {
    in = text;
    if (!value() || *in) return -1;
    sum = mix32(sum, strings + deepest);
    text[8] = (char)('0' + round % 10);
  }
  return (i32)mix32(sum, fold64(numbers));
}
