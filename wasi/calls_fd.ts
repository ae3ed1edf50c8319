/**
 * Open files and directories (spec: fd_*). Reading and writing are in
 * transfer.ts.
 */

import { Errno, FileType, type MaybePromise } from "../lib/world.ts";
import {
  ALL_FDFLAGS,
  ALL_FSTFLAGS,
  ALL_RIGHTS,
  DIRENT_SIZE,
  FDSTAT_SIZE,
  FST_ATIM,
  FST_ATIM_NOW,
  FST_MTIM,
  FST_MTIM_NOW,
  LAST_ADVICE,
  PREOPEN_DIR,
  PRESTAT_SIZE,
  RIGHT_FD_ADVISE,
  RIGHT_FD_ALLOCATE,
  RIGHT_FD_DATASYNC,
  RIGHT_FD_FDSTAT_SET_FLAGS,
  RIGHT_FD_FILESTAT_GET,
  RIGHT_FD_FILESTAT_SET_SIZE,
  RIGHT_FD_FILESTAT_SET_TIMES,
  RIGHT_FD_READ,
  RIGHT_FD_READDIR,
  RIGHT_FD_SEEK,
  RIGHT_FD_SYNC,
  RIGHT_FD_TELL,
  RIGHT_FD_WRITE,
  WHENCE_CUR,
  WHENCE_END,
  WHENCE_SET,
} from "./abi.ts";
import {
  type CallRow,
  type DirDescriptor,
  type FileDescriptor,
  type GuestMemory,
  toOffset,
  type WasiCall,
} from "./call.ts";
import { toBytes } from "./stream.ts";
import { transfer } from "./transfer.ts";
import { type Steps, wait, whenReady } from "./wait.ts";

/** The rows of this file. */
// deno-fmt-ignore
export const FD_CALLS: readonly CallRow[] = [
  ["fd_advise",             "iIIi:i",  fdAdvise],
  ["fd_allocate",           "iII:i",   fdAllocate],
  ["fd_close",              "i:i",     fdClose],
  ["fd_datasync",           "i:i",     (call, fd) => sync(call, fd, RIGHT_FD_DATASYNC)],
  ["fd_fdstat_get",         "ii:i",    fdFdstatGet],
  ["fd_fdstat_set_flags",   "ii:i",    fdFdstatSetFlags],
  ["fd_fdstat_set_rights",  "iII:i",   fdFdstatSetRights],
  ["fd_filestat_get",       "ii:i",    fdFilestatGet],
  ["fd_filestat_set_size",  "iI:i",    fdFilestatSetSize],
  ["fd_filestat_set_times", "iIIi:i",  fdFilestatSetTimes],
  ["fd_pread",              "iiiIi:i", fdPread],
  ["fd_prestat_get",        "ii:i",    fdPrestatGet],
  ["fd_prestat_dir_name",   "iii:i",   fdPrestatDirName],
  ["fd_pwrite",             "iiiIi:i", fdPwrite],
  ["fd_read",               "iiii:i",  fdRead],
  ["fd_readdir",            "iiiIi:i", fdReaddir],
  ["fd_renumber",           "ii:i",    fdRenumber],
  ["fd_seek",               "iIii:i",  fdSeek],
  ["fd_sync",               "i:i",     (call, fd) => sync(call, fd, RIGHT_FD_SYNC)],
  ["fd_tell",               "ii:i",    fdTell],
  ["fd_write",              "iiii:i",  fdWrite],
];

const enum Listing {
  /** The entries asked for at once from a directory. */
  MaxBatch = 256,
  /** `.` and `..` come first: so much higher are cookies for the guest. */
  DotCookies = 2,
}

function fdRead(
  call: WasiCall,
  fd: number,
  iovecs: number,
  count: number,
  result: number,
): MaybePromise<Errno> {
  const access = RIGHT_FD_READ;
  const file = call.fileDescriptor(fd, access);
  return transfer(call, file, access, iovecs, count, undefined, result);
}

function fdWrite(
  call: WasiCall,
  fd: number,
  iovecs: number,
  count: number,
  result: number,
): MaybePromise<Errno> {
  const access = RIGHT_FD_WRITE;
  const file = call.fileDescriptor(fd, access);
  return transfer(call, file, access, iovecs, count, undefined, result);
}

function fdPread(
  call: WasiCall,
  fd: number,
  iovecs: number,
  count: number,
  offset: bigint,
  result: number,
): MaybePromise<Errno> {
  const access = RIGHT_FD_READ;
  const file = positioned(call, fd, access);
  return transfer(call, file, access, iovecs, count, toOffset(offset), result);
}

function fdPwrite(
  call: WasiCall,
  fd: number,
  iovecs: number,
  count: number,
  offset: bigint,
  result: number,
): MaybePromise<Errno> {
  const access = RIGHT_FD_WRITE;
  const file = positioned(call, fd, access);
  return transfer(call, file, access, iovecs, count, toOffset(offset), result);
}

/**
 * The descriptor of a file that can be accessed at any position, which needs
 * one of `rights`: ESPIPE for a stream.
 */
function positioned(
  call: WasiCall,
  fd: number,
  access: number,
  rights = RIGHT_FD_SEEK,
): FileDescriptor | Errno {
  const descriptor = call.fileDescriptor(fd, access);
  if (typeof descriptor === "number") return descriptor;
  if (descriptor.handle.type !== FileType.RegularFile) return Errno.ESPIPE;
  return descriptor.rights & rights ? descriptor : Errno.ENOTCAPABLE;
}

function fdTell(call: WasiCall, fd: number, result: number): Errno {
  const rights = RIGHT_FD_SEEK | RIGHT_FD_TELL;
  const descriptor = positioned(call, fd, 0, rights);
  if (typeof descriptor === "number") return descriptor;
  return call.putU64(result, BigInt(descriptor.offset));
}

function fdSeek(
  call: WasiCall,
  fd: number,
  delta: bigint,
  whence: number,
  result: number,
): MaybePromise<Errno> {
  const base = call.state.unstable ? [1, 2, 0][whence] : whence;
  const tells = base === WHENCE_CUR && delta === 0n ? RIGHT_FD_TELL : 0;
  const descriptor = positioned(call, fd, 0, RIGHT_FD_SEEK | tells);
  if (typeof descriptor === "number") return descriptor;
  const finish = (from: number): Errno => {
    if (from < 0) return -from as Errno;
    const target = BigInt(from) + delta;
    if (target < 0n) return Errno.EINVAL;
    const offset = toOffset(target);
    if (offset < 0) return Errno.EOVERFLOW;
    const errno = call.putU64(result, target);
    if (errno === 0) descriptor.offset = offset;
    return errno;
  };
  switch (base) {
    case WHENCE_SET:
      return finish(0);
    case WHENCE_CUR:
      return finish(descriptor.offset);
    case WHENCE_END:
      return whenReady(descriptor.handle.size(), finish);
    default:
      return Errno.EINVAL;
  }
}

function fdClose(call: WasiCall, fd: number): MaybePromise<Errno> {
  return call.fds.remove(fd)?.handle.close() ?? Errno.EBADF;
}

function fdRenumber(
  call: WasiCall,
  from: number,
  to: number,
): MaybePromise<Errno> {
  if (from === to) return call.fds.get(from) ? Errno.ESUCCESS : Errno.EBADF;
  const replaced = call.fds.move(from, to);
  return typeof replaced === "number" ? replaced : replaced.handle.close();
}

function sync(call: WasiCall, fd: number, right: number): MaybePromise<Errno> {
  const descriptor = call.descriptor(fd, right);
  if (typeof descriptor === "number") return descriptor;
  return descriptor.handle.sync(right === RIGHT_FD_DATASYNC);
}

function fdAdvise(
  call: WasiCall,
  fd: number,
  offset: bigint,
  length: bigint,
  advice: number,
): Errno {
  const descriptor = positioned(call, fd, 0, RIGHT_FD_ADVISE);
  if (descriptor === Errno.EISDIR) return Errno.EBADF;
  if (typeof descriptor === "number") return descriptor;
  if (advice < 0 || advice > LAST_ADVICE) return Errno.EINVAL;
  return offset < 0n || length < 0n ? Errno.EINVAL : Errno.ESUCCESS;
}

function* fdAllocate(
  call: WasiCall,
  fd: number,
  offset: bigint,
  length: bigint,
): Steps<Errno> {
  const descriptor = positioned(call, fd, 0, RIGHT_FD_ALLOCATE);
  if (typeof descriptor === "number") return descriptor;
  if (offset < 0n || length <= 0n) return Errno.EINVAL;
  const end = toOffset(offset + length);
  if (end < 0) return Errno.EFBIG;
  const size = yield* wait(descriptor.handle.size());
  if (size < 0) return -size as Errno;
  return end <= size
    ? Errno.ESUCCESS
    : yield* wait(descriptor.handle.setSize(end));
}

function fdFdstatGet(call: WasiCall, fd: number, result: number): Errno {
  const descriptor = call.fds.get(fd);
  if (!descriptor) return Errno.EBADF;
  if (!call.hasRange(result, FDSTAT_SIZE)) return Errno.EFAULT;
  const { bytes, view } = call.memory();
  const at = result >>> 0;
  bytes.fill(0, at, at + FDSTAT_SIZE);
  bytes[at] = descriptor.handle.type;
  view.setUint16(at + 2, descriptor.flags, true);
  view.setUint32(at + 8, descriptor.rights, true);
  view.setUint32(at + 16, descriptor.inheriting, true);
  return Errno.ESUCCESS;
}

function fdFdstatSetFlags(call: WasiCall, fd: number, flags: number): Errno {
  const descriptor = call.descriptor(fd, RIGHT_FD_FDSTAT_SET_FLAGS);
  if (typeof descriptor === "number") return descriptor;
  if (flags & ~ALL_FDFLAGS) return Errno.EINVAL;
  descriptor.flags = flags;
  return Errno.ESUCCESS;
}

/** Rights only ever become fewer. */
function fdFdstatSetRights(
  call: WasiCall,
  fd: number,
  base: bigint,
  inheriting: bigint,
): Errno {
  const descriptor = call.fds.get(fd);
  if (!descriptor) return Errno.EBADF;
  if ((base | inheriting) & ~BigInt(ALL_RIGHTS)) return Errno.ENOTCAPABLE;
  const newBase = Number(base);
  const newInheriting = Number(inheriting);
  if (
    newBase & ~descriptor.rights || newInheriting & ~descriptor.inheriting
  ) return Errno.ENOTCAPABLE;
  descriptor.rights = newBase;
  descriptor.inheriting = newInheriting;
  return Errno.ESUCCESS;
}

function* fdFilestatGet(
  call: WasiCall,
  fd: number,
  result: number,
): Steps<Errno> {
  const descriptor = call.descriptor(fd, RIGHT_FD_FILESTAT_GET);
  if (typeof descriptor === "number") return descriptor;
  const stat = yield* wait(descriptor.handle.stat());
  if (typeof stat === "number") return stat;
  return call.putStat(result, stat, descriptor.device);
}

function fdFilestatSetSize(
  call: WasiCall,
  fd: number,
  size: bigint,
): MaybePromise<Errno> {
  const descriptor = call.fileDescriptor(fd, RIGHT_FD_FILESTAT_SET_SIZE);
  if (typeof descriptor === "number") return descriptor;
  const length = toOffset(size);
  if (length < 0) return size < 0n ? Errno.EINVAL : Errno.EFBIG;
  return descriptor.handle.setSize(length);
}

function fdFilestatSetTimes(
  call: WasiCall,
  fd: number,
  atime: bigint,
  mtime: bigint,
  flags: number,
): MaybePromise<Errno> {
  const descriptor = call.descriptor(fd, RIGHT_FD_FILESTAT_SET_TIMES);
  if (typeof descriptor === "number") return descriptor;
  const times = timesToSet(call, atime, mtime, flags);
  if (typeof times === "number") return times;
  return descriptor.handle.setTimes(...times);
}

/** What `fstflags` ask for: times in ns, `undefined` for those to be left. */
export function timesToSet(
  call: WasiCall,
  atime: bigint,
  mtime: bigint,
  flags: number,
): [bigint | undefined, bigint | undefined] | Errno {
  const setsBoth = (two: number) => (flags & two) === two;
  if (
    flags & ~ALL_FSTFLAGS || setsBoth(FST_ATIM | FST_ATIM_NOW) ||
    setsBoth(FST_MTIM | FST_MTIM_NOW)
  ) return Errno.EINVAL;
  const now = flags & (FST_ATIM_NOW | FST_MTIM_NOW)
    ? call.state.wallClock.now()
    : undefined;
  return [
    flags & FST_ATIM
      ? BigInt.asUintN(64, atime)
      : flags & FST_ATIM_NOW
      ? now
      : undefined,
    flags & FST_MTIM
      ? BigInt.asUintN(64, mtime)
      : flags & FST_MTIM_NOW
      ? now
      : undefined,
  ];
}

function fdPrestatGet(call: WasiCall, fd: number, result: number): Errno {
  const name = call.fds.get(fd)?.preopen;
  if (name === undefined) return Errno.EBADF;
  if (!call.hasRange(result, PRESTAT_SIZE)) return Errno.EFAULT;
  call.putU32(result, PREOPEN_DIR);
  call.putU32((result >>> 0) + 4, name.length);
  return Errno.ESUCCESS;
}

function fdPrestatDirName(
  call: WasiCall,
  fd: number,
  buffer: number,
  length: number,
): Errno {
  const name = call.fds.get(fd)?.preopen;
  if (name === undefined) return Errno.EBADF;
  if (name.length > length >>> 0) return Errno.ENAMETOOLONG;
  if (!call.hasRange(buffer, length >>> 0)) return Errno.EFAULT;
  call.memory().bytes.set(name, buffer >>> 0);
  return Errno.ESUCCESS;
}

function* fdReaddir(
  call: WasiCall,
  fd: number,
  buffer: number,
  length: number,
  cookie: bigint,
  result: number,
): Steps<Errno> {
  const descriptor = call.directoryDescriptor(fd, RIGHT_FD_READDIR);
  if (typeof descriptor === "number") return descriptor;
  const start = buffer >>> 0;
  const end = start + (length >>> 0);
  if (!call.hasRange(buffer, end - start)) return Errno.EFAULT;
  const after = toOffset(cookie);
  if (after < 0) return Errno.EINVAL;
  call.state.onTransfer(end - start);
  const at = yield* listInto(call, descriptor, start, end, after);
  return at < 0 ? -at as Errno : call.putU32(result, at - start);
}

/**
 * Writes entries until the buffer is full, the last one cut off there, or the
 * directory ends. Answers where it stopped.
 */
function* listInto(
  call: WasiCall,
  { handle }: DirDescriptor,
  start: number,
  end: number,
  after: number,
): Steps<number> {
  let at = start;
  let cookie = after;
  if (cookie < Listing.DotCookies && at < end) {
    const stat = yield* wait(handle.stat());
    if (typeof stat === "number") return -stat;
    // What is above is none of the guest's business. A number it must have:
    // wasi-libc's scandir looks up what has none, and `..` leads nowhere.
    const ino = stat.ino || 1n;
    const type = FileType.Directory;
    while (cookie < Listing.DotCookies && at < end) {
      const name = cookie++ ? ".." : ".";
      at = putDirent(call.memory(), at, end, name, ino, type, cookie);
    }
  }
  while (at < end) {
    const fitting = Math.ceil((end - at) / (DIRENT_SIZE + 1));
    const limit = Math.min(fitting, Listing.MaxBatch);
    const list = yield* wait(
      handle.readdir(cookie - Listing.DotCookies, limit),
    );
    if (typeof list === "number") return -list;
    if (list.length === 0) break;
    const memory = call.memory();
    for (const { name, ino, type, next } of list) {
      if (at >= end) break;
      cookie = next + Listing.DotCookies;
      at = putDirent(memory, at, end, name, ino, type, cookie);
    }
  }
  return at;
}

/** Writes as much of an entry as fits, and answers where it ends. */
function putDirent(
  { bytes, view }: GuestMemory,
  at: number,
  end: number,
  name: string,
  ino: bigint,
  type: number,
  next: number,
): number {
  if (end > bytes.length) return end; // gone during a wait: `result`, too
  // UTF-8 takes at most three bytes for what is one unit here.
  if (at + DIRENT_SIZE + 3 * name.length > end) {
    return putLastDirent(bytes, at, end, name, ino, type, next);
  }
  const length = putName(bytes, at + DIRENT_SIZE, name);
  view.setUint32(at, next, true);
  view.setUint32(at + 4, next / 2 ** 32, true);
  view.setBigUint64(at + 8, ino, true);
  view.setUint32(at + 16, length, true);
  view.setUint32(at + 20, type, true);
  return at + DIRENT_SIZE + length;
}

/** The same where a name might not fit, by way of an entry of its own. */
function putLastDirent(
  bytes: Uint8Array,
  at: number,
  end: number,
  name: string,
  ino: bigint,
  type: number,
  next: number,
): number {
  const room = DIRENT_SIZE + 3 * name.length;
  const entry = new Uint8Array(room);
  const memory = { bytes: entry, view: new DataView(entry.buffer) };
  const whole = putDirent(memory, 0, room, name, ino, type, next);
  const count = Math.min(whole, end - at);
  bytes.set(entry.subarray(0, count), at);
  return at + count;
}

/** Writes a name as UTF-8; answers its length in bytes. */
function putName(bytes: Uint8Array, at: number, name: string): number {
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    if (unit >= 0x80) {
      const encoded = toBytes(name);
      bytes.set(encoded, at);
      return encoded.length;
    }
    bytes[at + i] = unit;
  }
  return name.length;
}
