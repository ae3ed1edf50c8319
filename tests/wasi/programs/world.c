// Prints what the program was given: arguments, environment, which of the
// standard streams are terminals, whether the clocks are real ones, and how many
// directories there are. Then it exits with the number of its arguments.

#include <string.h>

#include "check.h"

static char* pointers[100];
static char text[10000];

static void print(const char* line) {
  const __wasi_ciovec_t vectors[] = {{(const uint8_t*)line, strlen(line)},
                                     {(const uint8_t*)"\n", 1}};
  __wasi_size_t count;
  OK(__wasi_fd_write(1, vectors, 2, &count));
}

int main(void) {
  __wasi_size_t arguments, variables, size;
  OK(__wasi_args_sizes_get(&arguments, &size));
  CHECK(arguments <= 100 && size <= sizeof text);
  OK(__wasi_args_get((uint8_t**)pointers, (uint8_t*)text));
  for (__wasi_size_t i = 0; i < arguments; i++) print(pointers[i]);
  OK(__wasi_environ_sizes_get(&variables, &size));
  CHECK(variables <= 100 && size <= sizeof text);
  OK(__wasi_environ_get((uint8_t**)pointers, (uint8_t*)text));
  for (__wasi_size_t i = 0; i < variables; i++) print(pointers[i]);

  char terminals[] = "terminals: ---";
  for (__wasi_fd_t fd = 0; fd < 3; fd++) {
    __wasi_fdstat_t stat;
    OK(__wasi_fd_fdstat_get(fd, &stat));
    if (stat.fs_filetype == __WASI_FILETYPE_CHARACTER_DEVICE) {
      terminals[11 + fd] = 'y';
    }
  }
  print(terminals);

  const __wasi_timestamp_t year_2025 = 1735689600000000000ull;
  __wasi_timestamp_t time;
  OK(__wasi_clock_time_get(__WASI_CLOCKID_REALTIME, 1, &time));
  print(time > year_2025 ? "clock: real" : "clock: fake");

  // A sleep takes no CPU time to speak of.
  __wasi_timestamp_t before, after;
  __wasi_subscription_t sleep = {.u.tag = __WASI_EVENTTYPE_CLOCK};
  sleep.u.u.clock.id = __WASI_CLOCKID_MONOTONIC;
  sleep.u.u.clock.timeout = 400000000;
  __wasi_event_t event;
  __wasi_size_t events;
  OK(__wasi_clock_time_get(__WASI_CLOCKID_PROCESS_CPUTIME_ID, 1, &before));
  OK(__wasi_poll_oneoff(&sleep, &event, 1, &events));
  OK(__wasi_clock_time_get(__WASI_CLOCKID_PROCESS_CPUTIME_ID, 1, &after));
  const int is_cpu_time = after >= before && after - before < 300000000;
  print(is_cpu_time ? "CPU time: real" : "CPU time: of a clock");

  char directories[] = "directories: 0";
  __wasi_prestat_t prestat;
  while (__wasi_fd_prestat_get(3 + directories[13] - '0', &prestat) == 0) {
    directories[13]++;
  }
  print(directories);
  __wasi_proc_exit(arguments);
}
