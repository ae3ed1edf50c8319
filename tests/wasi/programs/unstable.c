// The preview before preview 1, whose file status, subscriptions and order of
// whence have other layouts. Fd 3 is a directory with a file "f" of 5 bytes and
// one more link. Only proc_exit is that of preview 1.

#include "check.h"

#define UNSTABLE(name)                               \
  __attribute__((import_module("wasi_unstable"),     \
                 import_name(#name))) int32_t name

UNSTABLE(path_open)
(int32_t, int32_t, const char*, int32_t, int32_t, int64_t, int64_t, int32_t,
 int32_t*);
UNSTABLE(path_filestat_get)(int32_t, int32_t, const char*, int32_t, void*);
UNSTABLE(fd_filestat_get)(int32_t, void*);
UNSTABLE(fd_seek)(int32_t, int64_t, int32_t, int64_t*);
UNSTABLE(poll_oneoff)(const void*, void*, int32_t, int32_t*);
UNSTABLE(clock_time_get)(int32_t, int64_t, uint64_t*);

struct filestat {
  uint64_t dev, ino;
  uint8_t filetype;
  uint32_t nlink;
  uint64_t size, atim, mtim, ctim;
};

struct subscription {
  uint64_t userdata;
  uint8_t type;
  union {
    struct {
      uint64_t identifier;
      uint32_t id;
      uint64_t timeout, precision;
      uint16_t flags;
    } clock;
    uint32_t fd;
  } u;
};

struct event {
  uint64_t userdata;
  uint16_t error;
  uint8_t type;
  uint64_t nbytes;
  uint16_t flags;
};

enum { CUR, END, SET };

int main(void) {
  _Static_assert(sizeof(struct filestat) == 56, "filestat");
  _Static_assert(sizeof(struct subscription) == 56, "subscription");
  int32_t file;
  OK(path_open(3, 0, "f", 1, 0, 0x8000026, 0, 0, &file));
  struct filestat stats[3] = {{0}};
  stats[1].dev = stats[2].dev = 99;
  OK(path_filestat_get(3, 0, "f", 1, &stats[0]));
  CHECK(stats[0].filetype == 4 && stats[0].size == 5 && stats[0].nlink == 2);
  CHECK(stats[0].mtim > 0 && stats[0].ctim > 0 && stats[1].dev == 99);

  int64_t at;
  OK(fd_seek(file, 2, SET, &at));
  CHECK(at == 2);
  OK(fd_seek(file, 1, CUR, &at));
  CHECK(at == 3);
  OK(fd_seek(file, -1, END, &at));
  CHECK(at == 4);

  uint64_t before, after;
  OK(clock_time_get(1, 1, &before));
  struct subscription in[2] = {{7, 0, {.clock = {1, 1, 5000000, 0, 0}}},
                               {8, 1, {.fd = 99}}};
  struct event out[2];
  int32_t count;
  OK(poll_oneoff(in, out, 1, &count));
  CHECK(count == 1 && out[0].userdata == 7 && out[0].type == 0);
  OK(clock_time_get(1, 1, &after));
  CHECK(after >= before + 5000000);
  in[1].u.fd = file;
  OK(poll_oneoff(in, out, 2, &count));
  CHECK(count == 1 && out[0].userdata == 8 && out[0].nbytes == 1);
  __wasi_proc_exit(0);
}
