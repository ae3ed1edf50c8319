// For programs that make the calls of WASI themselves: CHECK ends the program with the number of
// its line where something is not as expected.

#ifndef CHECK_H
#define CHECK_H

#include <stdint.h>
#include <wasi/api.h>

#define CHECK(expression) \
  do {                    \
    if (!(expression)) __wasi_proc_exit(__LINE__); \
  } while (0)

#define OK(call) CHECK((call) == 0)
#define FAILS(call, errno) CHECK((call) == __WASI_ERRNO_##errno)

#endif
