// proc_raise: signals that are ignored, that cannot be raised here, that there
// are none of, and SIGABRT, which ends the program. wasi-libc declares neither
// the call nor the signals.

#include "check.h"

__attribute__((import_module("wasi_snapshot_preview1"),
               import_name("proc_raise")))
int32_t proc_raise(int32_t signal);

enum { NONE = 0, ABRT = 6, CHLD = 16, STOP = 18, WINCH = 27, COUNT = 31 };

int main(void) {
  OK(proc_raise(NONE));
  OK(proc_raise(CHLD));
  OK(proc_raise(WINCH));
  FAILS(proc_raise(STOP), NOTSUP);
  FAILS(proc_raise(COUNT), INVAL);
  FAILS(proc_raise(-1), INVAL);
  proc_raise(ABRT);
  __wasi_proc_exit(1);
}
