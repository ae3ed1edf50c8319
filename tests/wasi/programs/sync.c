// fd_sync and fd_datasync of what can be open, and proc_raise of signals that
// do nothing or that cannot be raised. Fd 3 is an empty directory.

#include "check.h"

int main(void) {
  __wasi_fd_t file;
  const __wasi_rights_t all = __WASI_RIGHTS_FD_WRITE | __WASI_RIGHTS_FD_SYNC |
                              __WASI_RIGHTS_FD_DATASYNC;
  OK(__wasi_path_open(3, 0, "f", __WASI_OFLAGS_CREAT, all, 0, 0, &file));
  uint8_t byte = 'x';
  const __wasi_ciovec_t vector = {&byte, 1};
  __wasi_size_t count;
  OK(__wasi_fd_write(file, &vector, 1, &count));
  OK(__wasi_fd_sync(file));
  OK(__wasi_fd_datasync(file));
  OK(__wasi_fd_sync(3));
  OK(__wasi_fd_datasync(3));
  OK(__wasi_fd_sync(1));
  FAILS(__wasi_fd_sync(99), BADF);
  FAILS(__wasi_fd_datasync(99), BADF);

  // Each needs its right.
  OK(__wasi_fd_fdstat_set_rights(file, __WASI_RIGHTS_FD_SYNC, 0));
  OK(__wasi_fd_sync(file));
  FAILS(__wasi_fd_datasync(file), NOTCAPABLE);
  OK(__wasi_fd_fdstat_set_rights(file, 0, 0));
  FAILS(__wasi_fd_sync(file), NOTCAPABLE);
  OK(__wasi_fd_close(file));
  FAILS(__wasi_fd_sync(file), BADF);

  // A descriptor that writes through.
  const __wasi_fdflags_t through = __WASI_FDFLAGS_SYNC | __WASI_FDFLAGS_DSYNC;
  OK(__wasi_path_open(3, 0, "f", 0, all, 0, through, &file));
  OK(__wasi_fd_write(file, &vector, 1, &count));
  CHECK(count == 1);

  __wasi_proc_exit(0);
}
