/*
 * A guest of env_emscripten_test.ts. What Emscripten's runtime has for setjmp
 * stands here by hand; the calls of invoke_* are made by clang:
 *
 *   zig cc -target wasm32-emscripten -O2 -mllvm -enable-emscripten-sjlj -c
 *     (once as it is, once with -DRUNTIME), then
 *   wasm-ld --no-entry --allow-undefined --export-table --strip-all
 */
#define EXPORT(name) __attribute__((export_name(name), used))
#define IMPORT(from, name) __attribute__((import_module(from), import_name(name)))

struct jump_buffer {
  void *invocation;
  unsigned label;
};

#ifdef RUNTIME

_Noreturn void _emscripten_throw_longjmp(void);

unsigned long __THREW__;
int __threwValue;
static unsigned temp;

EXPORT("setThrew") void setThrew(unsigned long threw, int value) {
  if (__THREW__ != 0) return;
  __THREW__ = threw;
  __threwValue = value;
}

EXPORT("setTempRet0") void setTempRet0(unsigned value) { temp = value; }
unsigned getTempRet0(void) { return temp; }

void __wasm_setjmp(struct jump_buffer *buffer, unsigned label,
                   void *invocation) {
  buffer->invocation = invocation;
  buffer->label = label;
}

unsigned __wasm_setjmp_test(struct jump_buffer *buffer, void *invocation) {
  return buffer->invocation == invocation ? buffer->label : 0;
}

_Noreturn void emscripten_longjmp(unsigned long buffer, int value) {
  setThrew(buffer, value != 0 ? value : 1);
  _emscripten_throw_longjmp();
}

__asm__(".globaltype __stack_pointer, i32\n");

EXPORT("emscripten_stack_get_current") void *stack_get_current(void) {
  void *pointer;
  __asm__ volatile("global.get __stack_pointer\n\tlocal.set %0"
                   : "=r"(pointer));
  return pointer;
}

EXPORT("_emscripten_stack_restore") void stack_restore(void *pointer) {
  __asm__ volatile("local.get %0\n\tglobal.set __stack_pointer"
                   :: "r"(pointer));
}

#else

int setjmp(struct jump_buffer *) __attribute__((returns_twice));
_Noreturn void longjmp(struct jump_buffer *, int);
IMPORT("more", "later") int later(int);

static struct jump_buffer errors;
static volatile int depth;

/* Sums digits; a letter is an error. Some of the stack is in use meanwhile. */
static __attribute__((noinline)) int parse(const char *text, int waits) {
  volatile char used[64];
  used[depth % 64] = *text;
  if (*text == 0) return 0;
  depth++;
  if (*text > '9') longjmp(&errors, 100 + depth);
  int digit = used[(depth - 1) % 64] - '0';
  if (waits) digit = later(digit);
  return digit + parse(text + 1, waits);
}

static __attribute__((noinline)) int tried(const char *text, int waits) {
  depth = 0;
  int error = setjmp(&errors);
  if (error != 0) return -error;
  return parse(text, waits);
}

static char buffer[64];

EXPORT("buffer") char *input(void) { return buffer; }

/* The sum of the buffer's digits, or -100 less the place of the first letter. */
EXPORT("run") int run(int waits) { return tried(buffer, waits); }

/* How often a jump came back before there were as many as `count`. */
EXPORT("again") int again(int count, int waits) {
  struct jump_buffer here;
  volatile int times = 0;
  int value = setjmp(&here);
  times++;
  if (waits) value = later(value);
  if (value < count) longjmp(&here, value + 1);
  return times;
}

#endif
