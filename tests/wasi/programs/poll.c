// poll_oneoff in all its forms: relative and absolute times of both clocks,
// several of them, a time and a stream, what is ready at once, the end of
// input, and errors that belong to one subscription. Standard input brings a
// line while the program waits for it, then ends. Fd 3 is a directory with a
// file "f" of 5 bytes.

#include "check.h"

#define MILLISECOND 1000000ull
#define MAX_SUBSCRIPTIONS 4

static __wasi_subscription_t in[MAX_SUBSCRIPTIONS];
static __wasi_event_t out[MAX_SUBSCRIPTIONS];
static int subscribed;

static __wasi_subscription_t* subscribe(__wasi_eventtype_t type) {
  __wasi_subscription_t* subscription = &in[subscribed];
  *subscription = (__wasi_subscription_t){.userdata = 100 + subscribed};
  subscription->u.tag = type;
  subscribed++;
  return subscription;
}

static void sleep_for(__wasi_clockid_t id, uint64_t timeout, int is_absolute) {
  __wasi_subscription_clock_t* clock =
      &subscribe(__WASI_EVENTTYPE_CLOCK)->u.u.clock;
  clock->id = id;
  clock->timeout = timeout;
  clock->flags =
      is_absolute ? __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME : 0;
}

static void watch(__wasi_fd_t fd, __wasi_eventtype_t type) {
  subscribe(type)->u.u.fd_read.file_descriptor = fd;
}

static int poll(void) {
  __wasi_size_t count = 99;
  OK(__wasi_poll_oneoff(in, out, subscribed, &count));
  subscribed = 0;
  return count;
}

static uint64_t now(__wasi_clockid_t id) {
  __wasi_timestamp_t time;
  OK(__wasi_clock_time_get(id, 1, &time));
  return time;
}

static void test_clocks(void) {
  const __wasi_clockid_t clocks[] = {__WASI_CLOCKID_MONOTONIC,
                                     __WASI_CLOCKID_REALTIME};
  for (int i = 0; i < 2; i++) {
    const __wasi_clockid_t id = clocks[i];
    uint64_t start = now(id);
    sleep_for(id, 20 * MILLISECOND, 0);
    CHECK(poll() == 1);
    CHECK(out[0].type == __WASI_EVENTTYPE_CLOCK && out[0].userdata == 100);
    OK(out[0].error);
    CHECK(now(id) >= start + 19 * MILLISECOND);

    start = now(id);
    sleep_for(id, start + 20 * MILLISECOND, 1);
    CHECK(poll() == 1);
    CHECK(now(id) >= start + 19 * MILLISECOND);

    sleep_for(id, start, 1);  // has passed
    CHECK(poll() == 1);
  }
  // The shorter one of two, then both.
  sleep_for(__WASI_CLOCKID_MONOTONIC, 10000 * MILLISECOND, 0);
  sleep_for(__WASI_CLOCKID_MONOTONIC, 10 * MILLISECOND, 0);
  CHECK(poll() == 1 && out[0].userdata == 101);
  sleep_for(__WASI_CLOCKID_MONOTONIC, 10 * MILLISECOND, 0);
  sleep_for(__WASI_CLOCKID_MONOTONIC, 10 * MILLISECOND, 0);
  CHECK(poll() == 2);
}

static void test_input(void) {
  // A time passes before there is input, which is not lost.
  watch(0, __WASI_EVENTTYPE_FD_READ);
  sleep_for(__WASI_CLOCKID_MONOTONIC, 1 * MILLISECOND, 0);
  CHECK(poll() == 1 && out[0].userdata == 101);
  // There is input before the time has passed.
  watch(0, __WASI_EVENTTYPE_FD_READ);
  sleep_for(__WASI_CLOCKID_MONOTONIC, 10000 * MILLISECOND, 0);
  CHECK(poll() == 1 && out[0].userdata == 100);
  CHECK(out[0].type == __WASI_EVENTTYPE_FD_READ);
  CHECK(out[0].fd_readwrite.nbytes == 5);
  uint8_t line[10];
  const __wasi_iovec_t vector = {line, 10};
  __wasi_size_t count;
  OK(__wasi_fd_read(0, &vector, 1, &count));
  CHECK(count == 5 && line[0] == 'l' && line[4] == '\n');
  // The end is an event too.
  watch(0, __WASI_EVENTTYPE_FD_READ);
  CHECK(poll() == 1 && out[0].fd_readwrite.nbytes == 0);
  CHECK(out[0].fd_readwrite.flags ==
        __WASI_EVENTRWFLAGS_FD_READWRITE_HANGUP);
}

static void test_ready(void) {
  __wasi_fd_t file;
  const __wasi_rights_t rights =
      __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_POLL_FD_READWRITE;
  OK(__wasi_path_open(3, 0, "f", 0, rights, 0, 0, &file));
  watch(1, __WASI_EVENTTYPE_FD_WRITE);
  watch(file, __WASI_EVENTTYPE_FD_READ);
  sleep_for(__WASI_CLOCKID_MONOTONIC, 10000 * MILLISECOND, 0);
  CHECK(poll() == 2);
  CHECK(out[0].userdata == 100 && out[0].type == __WASI_EVENTTYPE_FD_WRITE);
  CHECK(out[1].userdata == 101 && out[1].fd_readwrite.nbytes == 5);

  watch(99, __WASI_EVENTTYPE_FD_READ);
  watch(file, __WASI_EVENTTYPE_FD_WRITE);
  watch(file, __WASI_EVENTTYPE_FD_READ);
  CHECK(poll() == 3);
  CHECK(out[0].error == __WASI_ERRNO_BADF);
  CHECK(out[1].error == __WASI_ERRNO_BADF);  // may not write
  OK(out[2].error);

  __wasi_size_t count;
  FAILS(__wasi_poll_oneoff(in, out, 0, &count), INVAL);
}

int main(void) {
  test_clocks();
  test_ready();
  test_input();
  __wasi_proc_exit(0);
}
