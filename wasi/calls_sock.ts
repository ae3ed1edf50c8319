/**
 * Sockets (spec: sock_*). None can be opened yet, so no descriptor is one:
 * that is what `sock_shutdown` says, and the others are not there.
 */

import { Errno } from "../lib/world.ts";
import type { CallRow, WasiCall } from "./call.ts";

/** The rows of this file. */
export const SOCK_CALLS: readonly CallRow[] = [
  {
    name: "sock_accept",
    params: ["i32", "i32", "i32"],
    results: ["i32"],
    fn: notImplemented,
  },
  {
    name: "sock_recv",
    params: ["i32", "i32", "i32", "i32", "i32", "i32"],
    results: ["i32"],
    fn: notImplemented,
  },
  {
    name: "sock_send",
    params: ["i32", "i32", "i32", "i32", "i32"],
    results: ["i32"],
    fn: notImplemented,
  },
  {
    name: "sock_shutdown",
    params: ["i32", "i32"],
    results: ["i32"],
    fn: sockShutdown,
  },
];

/** The calls that answer ENOSYS whatever they are given. */
export const NOT_IMPLEMENTED: readonly string[] = [
  "sock_accept",
  "sock_recv",
  "sock_send",
];

function notImplemented(): Errno {
  return Errno.ENOSYS;
}

function sockShutdown(call: WasiCall, fd: number, how: number): Errno {
  if (!call.fds.get(fd)) return Errno.EBADF;
  return how < 1 || how > 3 ? Errno.EINVAL : Errno.ENOTSOCK;
}
