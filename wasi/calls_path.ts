/**
 * Paths below a directory (spec: path_*). Every call walks to the parent of
 * what it is about and does one operation there by name; path.ts says why
 * that keeps a guest inside.
 */

import {
  type Directory,
  Errno,
  type File,
  FileType,
  OpenFlags,
  type Stat,
} from "../lib/world.ts";
import {
  ALL_FDFLAGS,
  ALL_OFLAGS,
  ALL_RIGHTS,
  FDFLAG_DSYNC,
  FDFLAG_RSYNC,
  FDFLAG_SYNC,
  LOOKUP_SYMLINK_FOLLOW,
  OFLAG_CREAT,
  OFLAG_DIRECTORY,
  OFLAG_EXCL,
  OFLAG_TRUNC,
  RIGHT_FD_DATASYNC,
  RIGHT_FD_READ,
  RIGHT_FD_SYNC,
  RIGHT_FD_WRITE,
  RIGHT_PATH_CREATE_DIRECTORY,
  RIGHT_PATH_CREATE_FILE,
  RIGHT_PATH_FILESTAT_GET,
  RIGHT_PATH_FILESTAT_SET_SIZE,
  RIGHT_PATH_FILESTAT_SET_TIMES,
  RIGHT_PATH_LINK_SOURCE,
  RIGHT_PATH_LINK_TARGET,
  RIGHT_PATH_OPEN,
  RIGHT_PATH_READLINK,
  RIGHT_PATH_REMOVE_DIRECTORY,
  RIGHT_PATH_RENAME_SOURCE,
  RIGHT_PATH_RENAME_TARGET,
  RIGHT_PATH_SYMLINK,
  RIGHT_PATH_UNLINK_FILE,
} from "./abi.ts";
import type { CallRow, DirDescriptor, WasiCall } from "./call.ts";
import { timesToSet } from "./calls_fd.ts";
import { applicableRights, isDirectory, NO_ROOM } from "./fds.ts";
import { type Walk, walkTo } from "./path.ts";
import { toBytes } from "./stream.ts";
import { type Steps, wait } from "./wait.ts";

/** The rows of this file. */
// deno-fmt-ignore
export const PATH_CALLS: readonly CallRow[] = [
  ["path_create_directory",   "iii:i",       pathCreateDirectory],
  ["path_filestat_get",       "iiiii:i",     pathFilestatGet],
  ["path_filestat_set_times", "iiiiIIi:i",   pathFilestatSetTimes],
  ["path_link",               "iiiiiii:i",   pathLink],
  ["path_open",               "iiiiiIIii:i", pathOpen],
  ["path_readlink",           "iiiiii:i",    pathReadlink],
  ["path_remove_directory",   "iii:i",       pathRemoveDirectory],
  ["path_rename",             "iiiiii:i",    pathRename],
  ["path_symlink",            "iiiii:i",     pathSymlink],
  ["path_unlink_file",        "iii:i",       pathUnlinkFile],
];

/**
 * Decodes a path, walks it from a directory, which needs `rights`, and does
 * `use` at its end.
 */
function* at<T>(
  call: WasiCall,
  fd: number,
  rights: number,
  pointer: number,
  length: number,
  use: (walk: Walk, directory: DirDescriptor) => Steps<T | Errno>,
): Steps<T | Errno> {
  const directory = call.directoryDescriptor(fd, rights);
  if (typeof directory === "number") return directory;
  const path = call.path(pointer, length);
  if (typeof path === "number") return path;
  return yield* walkTo(
    directory.handle,
    path,
    (walk) => use(walk, directory),
    call.state.onTransfer,
  );
}

function pathCreateDirectory(
  call: WasiCall,
  fd: number,
  path: number,
  length: number,
): Steps<Errno> {
  const rights = RIGHT_PATH_CREATE_DIRECTORY;
  return at(call, fd, rights, path, length, function* (walk) {
    if (walk.name === "") return Errno.EEXIST;
    return yield* wait(walk.directory.mkdir(walk.name));
  });
}

/** Describes the end of a walk; a link itself only if `follow` is 0. */
function* statAt(walk: Walk, follow: number): Steps<Stat | Errno> {
  if (follow & ~LOOKUP_SYMLINK_FOLLOW) return Errno.EINVAL;
  for (;;) {
    if (walk.name === "") return yield* wait(walk.directory.stat());
    const stat = yield* wait(walk.directory.lookup(walk.name));
    if (typeof stat === "number") return stat;
    const isLink = stat.type === FileType.SymbolicLink;
    if (!isLink || !(follow || walk.mustBeDirectory)) {
      const fits = !walk.mustBeDirectory || stat.type === FileType.Directory;
      return fits ? stat : Errno.ENOTDIR;
    }
    const errno = yield* walk.followLink();
    if (errno !== 0) return errno;
  }
}

function* putStatAt(
  call: WasiCall,
  walk: Walk,
  follow: number,
  result: number,
  device: bigint,
): Steps<Errno> {
  const stat = yield* statAt(walk, follow);
  return typeof stat === "number" ? stat : call.putStat(result, stat, device);
}

function pathFilestatGet(
  call: WasiCall,
  fd: number,
  flags: number,
  path: number,
  length: number,
  result: number,
): Steps<Errno> {
  // A generator that is made for each call takes V8 two microseconds.
  return at(
    call,
    fd,
    RIGHT_PATH_FILESTAT_GET,
    path,
    length,
    (walk, { device }) => putStatAt(call, walk, flags, result, device),
  );
}

function pathFilestatSetTimes(
  call: WasiCall,
  fd: number,
  flags: number,
  path: number,
  length: number,
  atime: bigint,
  mtime: bigint,
  fstFlags: number,
): Steps<Errno> {
  const rights = RIGHT_PATH_FILESTAT_SET_TIMES;
  return at(call, fd, rights, path, length, function* (walk) {
    const times = timesToSet(call, atime, mtime, fstFlags);
    if (typeof times === "number") return times;
    const stat = yield* statAt(walk, flags);
    if (typeof stat === "number") return stat;
    if (walk.name === "") return yield* wait(walk.directory.setTimes(...times));
    return yield* wait(walk.directory.setEntryTimes(walk.name, ...times));
  });
}

function pathReadlink(
  call: WasiCall,
  fd: number,
  path: number,
  length: number,
  buffer: number,
  bufferLength: number,
  result: number,
): Steps<Errno> {
  const rights = RIGHT_PATH_READLINK;
  return at(call, fd, rights, path, length, function* (walk) {
    if (walk.name === "" || walk.mustBeDirectory) {
      const stat = yield* statAt(walk, 0);
      return typeof stat === "number" ? stat : Errno.EINVAL;
    }
    const capacity = bufferLength >>> 0;
    call.state.onTransfer(capacity);
    const target = yield* wait(walk.directory.readlink(walk.name));
    if (typeof target === "number") return target;
    if (!call.hasRange(buffer, capacity)) return Errno.EFAULT;
    const bytes = toBytes(target).subarray(0, capacity);
    call.memory().bytes.set(bytes, buffer >>> 0);
    return call.putU32(result, bytes.length);
  });
}

function pathSymlink(
  call: WasiCall,
  targetPointer: number,
  targetLength: number,
  fd: number,
  path: number,
  length: number,
): Steps<Errno> {
  const rights = RIGHT_PATH_SYMLINK;
  return at(call, fd, rights, path, length, function* (walk) {
    const target = call.path(targetPointer, targetLength);
    if (typeof target === "number") return target;
    if (target === "") return Errno.ENOENT;
    if (target[0] === "/") return Errno.EPERM; // could never be followed
    const errno = yield* mayCreate(walk);
    if (errno !== 0) return errno;
    return yield* wait(walk.directory.symlink(walk.name, target));
  });
}

/** Whether what is no directory may be made at the end of a walk. */
function* mayCreate(walk: Walk): Steps<Errno> {
  if (walk.name === "") return Errno.EEXIST;
  if (!walk.mustBeDirectory) return Errno.ESUCCESS;
  const stat = yield* wait(walk.directory.lookup(walk.name));
  if (typeof stat === "number") return stat;
  return stat.type === FileType.Directory ? Errno.EEXIST : Errno.ENOTDIR;
}

function pathUnlinkFile(
  call: WasiCall,
  fd: number,
  path: number,
  length: number,
): Steps<Errno> {
  const rights = RIGHT_PATH_UNLINK_FILE;
  return at(call, fd, rights, path, length, function* (walk) {
    if (walk.name === "") return Errno.EISDIR;
    if (walk.mustBeDirectory) {
      const stat = yield* wait(walk.directory.lookup(walk.name));
      if (typeof stat === "number") return stat;
      if (stat.type !== FileType.Directory) return Errno.ENOTDIR;
    }
    return yield* wait(walk.directory.unlink(walk.name));
  });
}

function pathRemoveDirectory(
  call: WasiCall,
  fd: number,
  path: number,
  length: number,
): Steps<Errno> {
  const rights = RIGHT_PATH_REMOVE_DIRECTORY;
  return at(call, fd, rights, path, length, function* (walk) {
    if (walk.name === "") return Errno.EINVAL;
    return yield* wait(walk.directory.rmdir(walk.name));
  });
}

function pathLink(
  call: WasiCall,
  oldFd: number,
  oldFlags: number,
  oldPath: number,
  oldLength: number,
  newFd: number,
  newPath: number,
  newLength: number,
): Steps<Errno> {
  const source = RIGHT_PATH_LINK_SOURCE;
  const target = RIGHT_PATH_LINK_TARGET;
  return at(call, oldFd, source, oldPath, oldLength, function* (old) {
    if (oldFlags !== 0) return Errno.EINVAL; // as all runtimes agree
    if (old.name === "") return Errno.EPERM;
    if (old.mustBeDirectory) {
      const stat = yield* statAt(old, 0);
      return typeof stat === "number" ? stat : Errno.EPERM;
    }
    return yield* at(call, newFd, target, newPath, newLength, function* (walk) {
      const errno = yield* mayCreate(walk);
      if (errno !== 0) return errno;
      const { directory, name } = walk;
      return yield* wait(old.directory.link(old.name, directory, name));
    });
  });
}

function pathRename(
  call: WasiCall,
  oldFd: number,
  oldPath: number,
  oldLength: number,
  newFd: number,
  newPath: number,
  newLength: number,
): Steps<Errno> {
  const source = RIGHT_PATH_RENAME_SOURCE;
  const target = RIGHT_PATH_RENAME_TARGET;
  return at(call, oldFd, source, oldPath, oldLength, function* (old) {
    if (old.name === "") return Errno.EBUSY;
    return yield* at(call, newFd, target, newPath, newLength, function* (walk) {
      if (walk.name === "") return Errno.EBUSY;
      if (old.mustBeDirectory || walk.mustBeDirectory) {
        const stat = yield* wait(old.directory.lookup(old.name));
        if (typeof stat === "number") return stat;
        if (stat.type !== FileType.Directory) return Errno.ENOTDIR;
      }
      const { directory, name } = walk;
      return yield* wait(old.directory.rename(old.name, directory, name));
    });
  });
}

/** The base rights that `path_open` needs for its flags. */
function neededRights(oflags: number): number {
  return RIGHT_PATH_OPEN |
    (oflags & OFLAG_CREAT ? RIGHT_PATH_CREATE_FILE : 0) |
    (oflags & OFLAG_TRUNC ? RIGHT_PATH_FILESTAT_SET_SIZE : 0);
}

/** The inheriting rights that `path_open` needs for a descriptor's flags. */
function neededInheriting(fdflags: number): number {
  return (fdflags & FDFLAG_DSYNC ? RIGHT_FD_DATASYNC : 0) |
    (fdflags & (FDFLAG_SYNC | FDFLAG_RSYNC) ? RIGHT_FD_SYNC : 0);
}

/** What to ask a file system for. */
function openFlags(oflags: number, rights: number): number {
  return (rights & RIGHT_FD_READ ? OpenFlags.Read : 0) |
    (rights & RIGHT_FD_WRITE ? OpenFlags.Write : 0) |
    (oflags & OFLAG_CREAT ? OpenFlags.Create : 0) |
    (oflags & OFLAG_EXCL ? OpenFlags.Exclusive : 0) |
    (oflags & OFLAG_TRUNC ? OpenFlags.Truncate : 0) |
    (oflags & OFLAG_DIRECTORY ? OpenFlags.Directory : 0);
}

/** Rights as the guest gave them, without those that nobody knows. */
function knownRights(rights: bigint): number {
  return Number(BigInt.asUintN(32, rights)) & ALL_RIGHTS;
}

function pathOpen(
  call: WasiCall,
  fd: number,
  lookupFlags: number,
  path: number,
  length: number,
  oflags: number,
  ...rest: Wishes
): Steps<Errno> {
  return at(
    call,
    fd,
    neededRights(oflags),
    path,
    length,
    (walk, directory) =>
      openFor(call, walk, directory, lookupFlags, oflags, rest),
  );
}

/** What is to come of a file that is opened. */
type Wishes = [
  baseRights: bigint,
  inheritingRights: bigint,
  fdflags: number,
  result: number,
];

function* openFor(
  call: WasiCall,
  walk: Walk,
  directory: DirDescriptor,
  lookupFlags: number,
  oflags: number,
  [baseRights, inheritingRights, fdflags, result]: Wishes,
): Steps<Errno> {
  if (
    lookupFlags & ~LOOKUP_SYMLINK_FOLLOW || oflags & ~ALL_OFLAGS ||
    fdflags & ~ALL_FDFLAGS
  ) return Errno.EINVAL;
  const both = OFLAG_CREAT | OFLAG_DIRECTORY;
  if ((oflags & both) === both) return Errno.EINVAL;
  const rights = knownRights(baseRights);
  const inheriting = knownRights(inheritingRights);
  const wanted = rights | inheriting | neededInheriting(fdflags);
  if (wanted & ~directory.inheriting) return Errno.ENOTCAPABLE;
  if (!call.hasRange(result, 4)) return Errno.EFAULT;
  if (call.fds.isFull) return Errno.EMFILE;
  const flags = openFlags(oflags, rights);
  const handle = yield* openAt(walk, flags, lookupFlags);
  if (typeof handle === "number") return handle;
  const opened = call.fds.add({
    handle,
    flags: fdflags,
    rights: rights & applicableRights(handle),
    inheriting: isDirectory(handle) ? inheriting : 0,
    offset: 0,
    device: directory.device,
    preopen: undefined,
  });
  if (opened === NO_ROOM) { // taken by another call while this one waited
    yield* wait(handle.close());
    return Errno.EMFILE;
  }
  return call.putU32(result, opened);
}

/** Opens the end of a walk, through symbolic links if `follow` is not 0. */
function* openAt(
  walk: Walk,
  flags: number,
  follow: number,
): Steps<File | Directory | Errno> {
  for (;;) {
    if (walk.name === "") return yield* openSelf(walk, flags);
    let asked = flags;
    if (walk.mustBeDirectory) {
      if (flags & OpenFlags.Create) return Errno.EISDIR;
      asked |= OpenFlags.Directory;
    }
    const opened = yield* wait(walk.directory.open(walk.name, asked));
    if (opened !== Errno.ELOOP) return opened;
    if (!follow && !walk.mustBeDirectory) return opened;
    const errno = yield* walk.followLink();
    if (errno !== 0) return errno;
  }
}

/** Opens the directory that the walk ended in. */
function* openSelf(walk: Walk, flags: number): Steps<Directory | Errno> {
  if (flags & OpenFlags.Exclusive) return Errno.EEXIST;
  const changes = OpenFlags.Write | OpenFlags.Truncate | OpenFlags.Create;
  return flags & changes ? Errno.EISDIR : yield* walk.take();
}
