/**
 * Sockets (spec: sock_*). A guest cannot open any: it is given listeners and
 * accepts connections from them. What has no socket calls, such as reading,
 * works on connections as on any stream.
 */

import {
  Errno,
  type File,
  FileType,
  isPromise,
  type MaybePromise,
} from "../lib/world.ts";
import {
  FDFLAG_NONBLOCK,
  RECV_PEEK,
  RECV_WAITALL,
  RIGHT_FD_READ,
  RIGHT_FD_WRITE,
  RIGHT_SOCK_ACCEPT,
  RIGHT_SOCK_SHUTDOWN,
  SHUT_RD,
  SHUT_WR,
} from "./abi.ts";
import type { CallRow, FileDescriptor, WasiCall } from "./call.ts";
import { applicableRights, NO_ROOM } from "./fds.ts";
import { ConnectionFile, ListenerFile } from "./sockets.ts";
import { Stream } from "./stream.ts";
import { transfer } from "./transfer.ts";
import { drive, type Steps, wait } from "./wait.ts";

/** The rows of this file. */
// deno-fmt-ignore
export const SOCK_CALLS: readonly CallRow[] = [
  ["sock_accept",   "iii:i",    sockAccept],
  ["sock_recv",     "iiiiii:i", sockRecv],
  ["sock_send",     "iiiii:i",  sockSend],
  ["sock_shutdown", "ii:i",     sockShutdown],
];

/** The descriptor of a socket: ENOTSOCK for anything else. */
function socketDescriptor(
  call: WasiCall,
  fd: number,
  rights: number,
): FileDescriptor | Errno {
  const found = call.fds.get(fd);
  if (!found) return Errno.EBADF;
  if (found.handle.type !== FileType.SocketStream) return Errno.ENOTSOCK;
  return call.descriptor(fd, rights) as FileDescriptor | Errno;
}

function* sockAccept(
  call: WasiCall,
  fd: number,
  flags: number,
  result: number,
): Steps<Errno> {
  const descriptor = socketDescriptor(call, fd, 0);
  if (typeof descriptor === "number") return descriptor;
  const { handle } = descriptor;
  if (!(handle instanceof ListenerFile)) return Errno.EINVAL;
  if (!(descriptor.rights & RIGHT_SOCK_ACCEPT)) return Errno.ENOTCAPABLE;
  if (flags & ~FDFLAG_NONBLOCK) return Errno.EINVAL;
  if (!call.hasRange(result, 4)) return Errno.EFAULT;
  if (call.fds.isFull) return Errno.EMFILE;
  if (descriptor.flags & FDFLAG_NONBLOCK) {
    const ready = handle.readable();
    if (isPromise(ready)) {
      ready.catch(() => {}); // the next call will see it
      return Errno.EAGAIN;
    }
  }
  const accepted = yield* wait(handle.accept());
  if (typeof accepted === "number") return accepted;
  const opened = call.fds.add({
    handle: accepted,
    flags,
    rights: applicableRights(accepted) & descriptor.inheriting &
      ~RIGHT_SOCK_ACCEPT,
    inheriting: 0,
    offset: 0,
    device: 0n,
    preopen: undefined,
  });
  if (opened === NO_ROOM) { // taken by another call while this one waited
    yield* wait(accepted.close());
    return Errno.EMFILE;
  }
  return call.putU32(result, opened);
}

function* sockRecv(
  call: WasiCall,
  fd: number,
  iovecs: number,
  count: number,
  flags: number,
  result: number,
  resultFlags: number,
): Steps<Errno> {
  const descriptor = socketDescriptor(call, fd, RIGHT_FD_READ);
  if (typeof descriptor === "number") return descriptor;
  const { handle } = descriptor;
  if (!(handle instanceof ConnectionFile)) return Errno.ENOTCONN;
  if (flags & ~(RECV_PEEK | RECV_WAITALL)) return Errno.ENOTSUP;
  if (!call.hasRange(resultFlags, 2)) return Errno.EFAULT;
  // What is not to wait gives what there is.
  const waits = !(descriptor.flags & FDFLAG_NONBLOCK);
  const from: FileDescriptor = {
    ...descriptor,
    handle: flags & RECV_PEEK
      ? new ReadBy(handle, (...range) => handle.peek(...range))
      : flags & RECV_WAITALL && waits
      ? new ReadBy(handle, (...range) => drive(readAll(handle, ...range)))
      : handle,
  };
  const errno = yield* wait(
    transfer(call, from, RIGHT_FD_READ, iovecs, count, 0, result),
  );
  if (errno !== 0) return errno;
  call.memory().view.setUint16(resultFlags >>> 0, 0, true); // a stream is whole
  return Errno.ESUCCESS;
}

/** A connection that is read in another way. */
class ReadBy extends Stream implements File {
  readonly read: ConnectionFile["read"];
  readonly readable: () => MaybePromise<number>;

  constructor(handle: ConnectionFile, read: ConnectionFile["read"]) {
    super();
    this.read = read;
    this.readable = () => handle.readable();
  }

  write(): number {
    return -Errno.EBADF;
  }
}

/** Reads until the range is full or the other side has ended. */
function* readAll(
  handle: ConnectionFile,
  into: Uint8Array,
  start: number,
  end: number,
): Steps<number> {
  let at = start;
  while (at < end) {
    const count = yield* wait(handle.read(into, at, end));
    if (count < 0) return at > start ? at - start : count;
    if (count === 0) break;
    at += count;
  }
  return at - start;
}

function sockSend(
  call: WasiCall,
  fd: number,
  iovecs: number,
  count: number,
  flags: number,
  result: number,
): MaybePromise<Errno> {
  const descriptor = socketDescriptor(call, fd, RIGHT_FD_WRITE);
  if (typeof descriptor === "number") return descriptor;
  if (flags !== 0) return Errno.ENOTSUP;
  const access = RIGHT_FD_WRITE;
  return transfer(call, descriptor, access, iovecs, count, 0, result);
}

function sockShutdown(
  call: WasiCall,
  fd: number,
  how: number,
): MaybePromise<Errno> {
  const found = call.fds.get(fd);
  if (!found) return Errno.EBADF;
  if (how < 1 || how > (SHUT_RD | SHUT_WR)) return Errno.EINVAL;
  const descriptor = socketDescriptor(call, fd, 0);
  if (typeof descriptor === "number") return descriptor;
  const { handle } = descriptor;
  if (!(handle instanceof ConnectionFile)) return Errno.ENOTCONN;
  if (!(descriptor.rights & RIGHT_SOCK_SHUTDOWN)) return Errno.ENOTCAPABLE;
  return handle.shutdown((how & SHUT_RD) !== 0, (how & SHUT_WR) !== 0);
}
