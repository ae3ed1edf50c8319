// A server on the socket fd 3: accepts one connection after polling for it,
// peeks, answers what it receives with every byte one higher, and ends with
// the other side. Then the listener would have to wait.

#include "check.h"

static uint8_t buffer[100];

static void wait_for(__wasi_fd_t fd, __wasi_eventtype_t type) {
  __wasi_subscription_t subscription = {.userdata = 7, .u.tag = type};
  subscription.u.u.fd_read.file_descriptor = fd;
  __wasi_event_t event;
  __wasi_size_t count;
  OK(__wasi_poll_oneoff(&subscription, &event, 1, &count));
  CHECK(count == 1 && event.userdata == 7 && event.type == type);
  OK(event.error);
}

int main(void) {
  __wasi_fdstat_t stat;
  OK(__wasi_fd_fdstat_get(3, &stat));
  CHECK(stat.fs_filetype == __WASI_FILETYPE_SOCKET_STREAM);

  wait_for(3, __WASI_EVENTTYPE_FD_READ);
  __wasi_fd_t fd;
  OK(__wasi_sock_accept(3, 0, &fd));
  CHECK(fd == 4);
  FAILS(__wasi_sock_accept(fd, 0, &fd), INVAL);

  wait_for(fd, __WASI_EVENTTYPE_FD_READ);
  wait_for(fd, __WASI_EVENTTYPE_FD_WRITE);
  const __wasi_iovec_t two[] = {{buffer, 2}, {buffer + 2, 98}};
  const __wasi_iovec_t first = {buffer, 1};
  __wasi_size_t count;
  __wasi_roflags_t flags;
  OK(__wasi_sock_recv(fd, &first, 1, __WASI_RIFLAGS_RECV_PEEK, &count, &flags));
  CHECK(count == 1 && flags == 0);
  const uint8_t peeked = buffer[0];
  for (int is_first = 1;; is_first = 0) {
    OK(__wasi_sock_recv(fd, two, 2, 0, &count, &flags));
    if (count == 0) break;
    if (is_first) CHECK(buffer[0] == peeked);
    for (__wasi_size_t i = 0; i < count; i++) buffer[i]++;
    const __wasi_ciovec_t answer = {buffer, count};
    __wasi_size_t sent;
    OK(__wasi_sock_send(fd, &answer, 1, 0, &sent));
    CHECK(sent == count);
  }
  OK(__wasi_sock_shutdown(fd, __WASI_SDFLAGS_WR));
  const __wasi_ciovec_t more = {buffer, 1};
  FAILS(__wasi_sock_send(fd, &more, 1, 0, &count), PIPE);
  OK(__wasi_fd_close(fd));
  FAILS(__wasi_sock_send(fd, &more, 1, 0, &count), BADF);

  FAILS(__wasi_sock_shutdown(1, __WASI_SDFLAGS_RD), NOTSOCK);
  OK(__wasi_fd_fdstat_set_flags(3, __WASI_FDFLAGS_NONBLOCK));
  FAILS(__wasi_sock_accept(3, 0, &fd), AGAIN);
  __wasi_proc_exit(0);
}
