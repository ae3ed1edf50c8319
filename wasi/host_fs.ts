/**
 * A directory of the host as a file system, over `node:fs`, for Node, Deno and
 * Bun. Everything answers at once.
 *
 * How it keeps a guest inside. Every operation names one entry of one open
 * directory, and follows no symbolic link; whoever walks a path (path.ts)
 * expands links itself. On Linux the directory is a descriptor of the host's:
 * `/proc/self/fd/N/name` is looked up from what N has open, wherever that has
 * moved, and is opened with O_NOFOLLOW, so that no other process can swap
 * anything in between either. Elsewhere, and where `/proc` is out of reach, a
 * directory is a path (host_path.ts says how far that holds). Not covered
 * anywhere: hard links and mounts inside that lead outside were made by
 * somebody who may do so, and are followed.
 *
 * Times are set to the microsecond, those before 1970 to the second, as
 * that is what `node:fs` can do; a file system remembers what was asked for,
 * and shows it until the host's own times change.
 */

import * as fs from "node:fs";
import { checkOptions, checkText } from "../lib/checks.ts";
import {
  APPEND,
  type Directory,
  type Dirent,
  Errno,
  type File,
  type FileSystem,
  FileType,
  OpenFlags,
  type Stat,
} from "../lib/world.ts";
import {
  entryName,
  hasDescriptorPaths,
  linkFollows,
  openPlace,
  type Place,
  PlaceRegistry,
} from "./host_path.ts";
import { ReadOnlyFS } from "./readonly.ts";

/** How a {@linkcode HostFS} behaves. */
export interface HostFSOptions {
  /** Refuse every change with EROFS. Default: false. */
  readonly readOnly?: boolean | undefined;
  /**
   * Do without `/proc/self/fd`, as on systems that have none. Default: false
   * where it is there.
   */
  readonly byPath?: boolean | undefined;
}

const CHANGES = OpenFlags.Write | OpenFlags.Truncate | OpenFlags.Create;

/** How many files' times are remembered. */
const MAX_REMEMBERED = 4096;

/**
 * A directory of the host, to be mounted.
 *
 * @example
 * ```ts
 * import { HostFS } from "@waxwing/waxwing/host_fs";
 *
 * // for the option `fs`
 * const fs = { "/data": new HostFS(".", { readOnly: true }) };
 * console.log(Object.keys(fs).join() === "/data");
 * ```
 */
export class HostFS implements FileSystem {
  readonly #volume: Volume;
  readonly #readOnly: boolean;

  /**
   * Makes a file system of a directory.
   *
   * @param path the host's path of an existing directory; links in it are
   * followed, now and never again
   * @throws {TypeError} the path is no text or empty, or an option is wrong or
   * not known
   * @throws the error of `node:fs`, such as one with the `code` ENOENT
   */
  constructor(path: string, options: HostFSOptions = {}) {
    // Of the current directory it is ".".
    checkText("path", path);
    checkOptions(options, { readOnly: "boolean", byPath: "boolean" });
    const real = fs.realpathSync(path);
    fs.statSync(real + "/.");
    this.#volume = new Volume(real, options);
    this.#readOnly = options.readOnly ?? false;
  }

  /** The top directory. */
  root(): Directory {
    const writable = { root: () => this.#open() };
    return (this.#readOnly ? new ReadOnlyFS(writable) : writable).root();
  }

  #open(): Directory {
    const place = this.#volume.places.root();
    if (typeof place === "number") {
      throw new Error(`cannot open: errno ${place}`);
    }
    return new HostDirectory(this.#volume, place);
  }
}

/** What all files of one HostFS share. */
class Volume {
  readonly places: PlaceRegistry;
  readonly times = new RememberedTimes();

  constructor(root: string, { byPath }: HostFSOptions) {
    this.places = new PlaceRegistry(root, byPath || !hasDescriptorPaths());
  }

  /** What a guest sees of the host's `stat`. */
  stat(found: fs.BigIntStats): Stat {
    const [atimeNs, mtimeNs] = this.times.shown(found);
    return {
      dev: found.dev,
      ino: found.ino,
      type: fileType(found),
      linkCount: Number(found.nlink),
      size: Number(found.size),
      atimeNs,
      mtimeNs,
      ctimeNs: found.ctimeNs,
    };
  }

  /** Sets times by one function and looks at them by another. */
  setTimes(
    look: () => fs.BigIntStats,
    set: (atime: number | Date, mtime: number | Date) => void,
    atimeNs: bigint | undefined,
    mtimeNs: bigint | undefined,
  ): Errno {
    try {
      const [oldAtimeNs, oldMtimeNs] = this.times.shown(look());
      const asked = [atimeNs ?? oldAtimeNs, mtimeNs ?? oldMtimeNs] as const;
      set(hostTime(asked[0]), hostTime(asked[1]));
      this.times.remember(look(), asked);
      return Errno.ESUCCESS;
    } catch (error) {
      return errnoOf(error);
    }
  }
}

/** Access and modification time in ns. */
type Times = readonly [atimeNs: bigint, mtimeNs: bigint];

/** The times that guests have set, where the host's are coarser. */
class RememberedTimes {
  readonly #byFile = new Map<string, { asked: Times; actual: Times }>();

  remember(found: fs.BigIntStats, asked: Times): void {
    const key = fileKey(found);
    this.#byFile.delete(key);
    if (this.#byFile.size >= MAX_REMEMBERED) {
      this.#byFile.delete(this.#byFile.keys().next().value!);
    }
    const actual = [found.atimeNs, found.mtimeNs] as const;
    this.#byFile.set(key, { asked, actual });
  }

  shown(found: fs.BigIntStats): Times {
    const { atimeNs, mtimeNs } = found;
    const known = this.#byFile.size > 0 && this.#byFile.get(fileKey(found));
    if (!known) return [atimeNs, mtimeNs];
    const { asked, actual } = known;
    return [
      atimeNs === actual[0] ? asked[0] : atimeNs,
      mtimeNs === actual[1] ? asked[1] : mtimeNs,
    ];
  }
}

/** An open directory of the host. */
class HostDirectory implements Directory {
  readonly type = FileType.Directory;
  readonly volume: Volume;
  readonly #place: Place;
  #listing: Listing | undefined;

  constructor(volume: Volume, place: Place) {
    this.volume = volume;
    this.#place = place;
  }

  stat(): Stat | Errno {
    return this.#use((path) => this.volume.stat(look(path)));
  }

  lookup(name: string): Stat | Errno {
    return this.#useEntry(name, (path) => {
      const found = fs.lstatSync(path, LOOKUP);
      return found ? this.volume.stat(found) : Errno.ENOENT;
    });
  }

  openDirectory(name: string): HostDirectory | Errno {
    const place = this.#useEntry(
      name,
      () => this.#place.openEntry(name, false),
    );
    if (typeof place === "number") return place;
    return new HostDirectory(this.volume, place);
  }

  open(name: string, flags: number): File | Directory | Errno {
    return this.#useEntry(name, (path) => {
      if (flags & OpenFlags.Directory) return this.#openOnly(name, flags);
      if (this.#place.isPath) {
        const errno = mayOpen(path, flags);
        if (errno === Errno.ESUCCESS) return this.openDirectory(name);
        if (errno !== undefined) return errno;
      }
      const fd = openFile(path, flags);
      try {
        const found = fs.fstatSync(fd, BIG);
        if (!found.isDirectory()) {
          return new HostFile(this.volume, fd, fileType(found), flags);
        }
        if (!(flags & CHANGES)) {
          return new HostDirectory(this.volume, openPlace(fd));
        }
        fs.closeSync(fd);
        return Errno.EISDIR;
      } catch (error) {
        fs.closeSync(fd);
        throw error;
      }
    });
  }

  #openOnly(name: string, flags: number): Directory | Errno {
    const place = this.#place.openEntry(name, (flags & OpenFlags.Read) !== 0);
    if (typeof place === "number") return place;
    if (!(flags & CHANGES)) return new HostDirectory(this.volume, place);
    place.close();
    return Errno.EISDIR;
  }

  reopen(): Directory | Errno {
    const place = this.#place.reopen();
    if (typeof place === "number") return place;
    return new HostDirectory(this.volume, place);
  }

  readlink(name: string): string | Errno {
    return this.#useEntry(name, (path) => fs.readlinkSync(path));
  }

  readdir(cookie: number, limit: number): readonly Dirent[] | Errno {
    return this.#use((path) => {
      this.#listing ??= new Listing();
      if (cookie === 0 || !this.#listing.isFilled) {
        this.#listing.fill(fs.readdirSync(path));
      }
      const list: Dirent[] = [];
      for (const { name, next } of this.#listing.after(cookie)) {
        if (list.length >= limit) break;
        if (entryName(name) !== 0) continue;
        const found = fs.lstatSync(path.slice(0, -1) + name, LOOKUP);
        if (!found) continue; // gone meanwhile
        list.push({ name, ino: found.ino, type: fileType(found), next });
      }
      return list;
    });
  }

  mkdir(name: string): Errno {
    return this.#change(name, (path) => fs.mkdirSync(path, 0o777));
  }

  symlink(name: string, target: string): Errno {
    return this.#change(name, (path) => fs.symlinkSync(target, path));
  }

  link(name: string, into: Directory, newName: string): Errno {
    return this.#change(name, (path) => {
      const found = look(path);
      if (!this.#sharesVolume(into)) return Errno.EXDEV;
      const newPath = into.#entry(newName);
      if (typeof newPath === "number") return newPath;
      if (found.isDirectory()) {
        return fs.lstatSync(newPath, LOOKUP) ? Errno.EEXIST : Errno.EPERM;
      }
      if (found.isSymbolicLink() && linkFollows()) return Errno.ENOTSUP;
      fs.linkSync(path, newPath);
    });
  }

  rename(name: string, into: Directory, newName: string): Errno {
    return this.#change(name, (path) => {
      const found = look(path);
      if (!this.#sharesVolume(into)) return Errno.EXDEV;
      const newPath = into.#entry(newName);
      if (typeof newPath === "number") return newPath;
      fs.renameSync(path, newPath);
      this.volume.places.moved(fileKey(found), into.#place, newName);
    });
  }

  unlink(name: string): Errno {
    return this.#change(name, (path) => {
      // Deno's `unlink` removes empty directories too.
      if (look(path).isDirectory()) return Errno.EISDIR;
      fs.unlinkSync(path);
    });
  }

  rmdir(name: string): Errno {
    return this.#change(name, (path) => {
      if (!look(path).isDirectory()) return Errno.ENOTDIR;
      fs.rmdirSync(path);
    });
  }

  setTimes(atimeNs: bigint | undefined, mtimeNs: bigint | undefined): Errno {
    return this.#use((path) =>
      this.volume.setTimes(
        () => look(path),
        (atime, mtime) => fs.utimesSync(path, atime, mtime),
        atimeNs,
        mtimeNs,
      )
    );
  }

  setEntryTimes(
    name: string,
    atimeNs: bigint | undefined,
    mtimeNs: bigint | undefined,
  ): Errno {
    return this.#change(name, (path) =>
      this.volume.setTimes(
        () => look(path),
        (atime, mtime) => fs.lutimesSync(path, atime, mtime),
        atimeNs,
        mtimeNs,
      ));
  }

  sync(dataOnly: boolean): Errno {
    return this.#use((path) => {
      const fd = fs.openSync(path, "r");
      try {
        return syncDescriptor(fd, dataOnly);
      } finally {
        fs.closeSync(fd);
      }
    });
  }

  close(): Errno {
    return this.#place.close();
  }

  #sharesVolume(other: Directory): other is HostDirectory {
    return other instanceof HostDirectory && other.volume === this.volume;
  }

  /** The host's path for one operation on an entry. */
  #entry(name: string): string | Errno {
    const errno = entryName(name);
    if (errno !== 0) return errno;
    const path = this.#place.path();
    return typeof path === "number" ? path : path.slice(0, -1) + name;
  }

  /** Does something to this directory by its path, which ends in `/.`. */
  #use<T>(body: (path: string) => T): T | Errno {
    try {
      const path = this.#place.path();
      return typeof path === "number" ? path : body(path);
    } catch (error) {
      return errnoOf(error);
    }
  }

  /** Does something to an entry. */
  #useEntry<T>(name: string, body: (path: string) => T): T | Errno {
    try {
      const path = this.#entry(name);
      return typeof path === "number" ? path : body(path);
    } catch (error) {
      return errnoOf(error);
    }
  }

  /** Does something to an entry that answers an errno, or nothing. */
  #change(name: string, body: (path: string) => Errno | void): Errno {
    return this.#useEntry(name, body) ?? Errno.ESUCCESS;
  }
}

/**
 * The names in a directory with cookies that stay good: a name keeps its
 * cookie when the directory is read again, and new ones get higher ones.
 */
class Listing {
  #entries: { readonly name: string; readonly next: number }[] = [];
  #lastCookie = 0;
  isFilled = false;

  /** Takes over what the directory holds now. */
  fill(names: readonly string[]): void {
    const present = new Set(names);
    this.#entries = this.#entries.filter(({ name }) => present.delete(name));
    for (const name of present) {
      this.#entries.push({ name, next: ++this.#lastCookie });
    }
    this.isFilled = true;
  }

  /** The entries after a cookie, in the order of cookies. */
  *after(cookie: number): Iterable<{ name: string; next: number }> {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#entries[middle].next <= cookie) low = middle + 1;
      else high = middle;
    }
    for (; low < this.#entries.length; low++) yield this.#entries[low];
  }
}

/** One opening of a file, or of anything else that is no directory. */
class HostFile implements File {
  readonly direct = true;
  readonly type: FileType;
  readonly #volume: Volume;
  readonly #isRegular: boolean;
  readonly #canRead: boolean;
  readonly #canWrite: boolean;
  #fd: number;
  #appendFd = -1;

  constructor(volume: Volume, fd: number, type: FileType, flags: number) {
    this.#volume = volume;
    this.#fd = fd;
    this.type = type;
    this.#isRegular = type === FileType.RegularFile;
    this.#canWrite = (flags & (OpenFlags.Write | OpenFlags.Truncate)) !== 0;
    this.#canRead = (flags & OpenFlags.Read) !== 0 || !this.#canWrite;
  }

  read(into: Uint8Array, start: number, end: number, position: number): number {
    if (!this.#canRead || this.#fd < 0) return -Errno.EBADF;
    try {
      const at = this.#isRegular ? position : null;
      return fs.readSync(this.#fd, into, start, end - start, at);
    } catch (error) {
      return -errnoOf(error);
    }
  }

  write(
    from: Uint8Array,
    start: number,
    end: number,
    position: number,
  ): number {
    if (!this.#canWrite || this.#fd < 0) return -Errno.EBADF;
    if (start === end) return 0;
    try {
      if (!this.#isRegular) {
        return fs.writeSync(this.#fd, from, start, end - start);
      }
      if (position === APPEND) return this.#append(from, start, end);
      return fs.writeSync(this.#fd, from, start, end - start, position);
    } catch (error) {
      return -errnoOf(error);
    }
  }

  /** Where the host can, the end is found and written to in one step. */
  #append(from: Uint8Array, start: number, end: number): number {
    if (this.#volume.places.isPath) {
      const { size } = fs.fstatSync(this.#fd);
      return fs.writeSync(this.#fd, from, start, end - start, size);
    }
    if (this.#appendFd < 0) {
      const { O_APPEND, O_WRONLY } = fs.constants;
      this.#appendFd = fs.openSync(fdPath(this.#fd), O_WRONLY | O_APPEND);
    }
    return fs.writeSync(this.#appendFd, from, start, end - start);
  }

  size(): number {
    if (!this.#isRegular) return 0;
    try {
      return fs.fstatSync(this.#openFd()).size;
    } catch (error) {
      return -errnoOf(error);
    }
  }

  setSize(size: number): Errno {
    if (!this.#isRegular) return Errno.EINVAL;
    try {
      if (this.#canWrite || this.#volume.places.isPath) {
        fs.ftruncateSync(this.#openFd(), size);
      } else {
        // The guest has the right to, but did not open the file for writing.
        const fd = fs.openSync(fdPath(this.#openFd()), fs.constants.O_WRONLY);
        try {
          fs.ftruncateSync(fd, size);
        } finally {
          fs.closeSync(fd);
        }
      }
      return Errno.ESUCCESS;
    } catch (error) {
      return errnoOf(error);
    }
  }

  stat(): Stat | Errno {
    try {
      return this.#volume.stat(fs.fstatSync(this.#openFd(), BIG));
    } catch (error) {
      return errnoOf(error);
    }
  }

  setTimes(atimeNs: bigint | undefined, mtimeNs: bigint | undefined): Errno {
    return this.#volume.setTimes(
      () => fs.fstatSync(this.#openFd(), BIG),
      (atime, mtime) => fs.futimesSync(this.#openFd(), atime, mtime),
      atimeNs,
      mtimeNs,
    );
  }

  sync(dataOnly: boolean): Errno {
    try {
      return syncDescriptor(this.#openFd(), dataOnly);
    } catch (error) {
      const errno = errnoOf(error);
      return errno === Errno.EINVAL ? Errno.ESUCCESS : errno; // a stream
    }
  }

  close(): Errno {
    const fds = [this.#fd, this.#appendFd].filter((fd) => fd >= 0);
    this.#fd = this.#appendFd = -1;
    try {
      for (const fd of fds) fs.closeSync(fd);
      return Errno.ESUCCESS;
    } catch (error) {
      return errnoOf(error);
    }
  }

  /** The descriptor, never one of a number that means another file by now. */
  #openFd(): number {
    if (this.#fd < 0) throw new HostError("EBADF");
    return this.#fd;
  }
}

/** An error with a code, as those of `node:fs` have. */
class HostError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const BIG = { bigint: true } as const;
const LOOKUP = { bigint: true, throwIfNoEntry: false } as const;

function look(path: string): fs.BigIntStats {
  return fs.lstatSync(path, BIG);
}

function fdPath(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

/** What tells files apart on one host. */
function fileKey({ dev, ino }: fs.BigIntStats): string {
  return `${dev}:${ino}`;
}

function syncDescriptor(fd: number, dataOnly: boolean): Errno {
  if (dataOnly) fs.fdatasyncSync(fd);
  else fs.fsyncSync(fd);
  return Errno.ESUCCESS;
}

/** Opens or makes a file, whatever its type. */
function openFile(path: string, flags: number): number {
  const { Create, Exclusive } = OpenFlags;
  if (!(flags & CHANGES & ~Create) && !(flags & Exclusive) && flags & Create) {
    try { // one that is there may not be writable
      return fs.openSync(path, hostFlags(flags & ~Create));
    } catch (error) {
      if (errnoOf(error) !== Errno.ENOENT) throw error;
    }
  }
  return fs.openSync(path, hostFlags(flags), 0o666);
}

/**
 * The flags of `open`: never through a link, never waiting for a pipe. What
 * makes or cuts a file opens it for writing, or Deno would not do it.
 */
function hostFlags(flags: number): number {
  const c = fs.constants;
  const { Create, Exclusive, Read, Truncate, Write } = OpenFlags;
  const onlyWrites = flags & Write && !(flags & Read);
  const access = onlyWrites
    ? c.O_WRONLY
    : flags & CHANGES
    ? c.O_RDWR
    : c.O_RDONLY;
  return access |
    (flags & Create ? c.O_CREAT : 0) |
    (flags & Create && flags & Exclusive ? c.O_EXCL : 0) |
    (flags & Truncate ? c.O_TRUNC : 0) |
    (c.O_NOFOLLOW ?? 0) | (c.O_NONBLOCK ?? 0) | (c.O_NOCTTY ?? 0);
}

/**
 * Looks before opening, where the host cannot refuse links by itself.
 * @returns 0 for a directory, `undefined` for what can be opened as a file
 */
function mayOpen(path: string, flags: number): Errno | undefined {
  const found = fs.lstatSync(path, LOOKUP);
  if (!found) return flags & OpenFlags.Create ? undefined : Errno.ENOENT;
  const both = OpenFlags.Create | OpenFlags.Exclusive;
  if ((flags & both) === both) return Errno.EEXIST;
  if (found.isSymbolicLink()) return Errno.ELOOP;
  if (!found.isDirectory()) return undefined;
  return flags & CHANGES ? Errno.EISDIR : Errno.ESUCCESS;
}

function fileType(found: fs.BigIntStats): FileType {
  if (found.isFile()) return FileType.RegularFile;
  if (found.isDirectory()) return FileType.Directory;
  if (found.isSymbolicLink()) return FileType.SymbolicLink;
  if (found.isCharacterDevice()) return FileType.CharacterDevice;
  if (found.isBlockDevice()) return FileType.BlockDevice;
  return found.isSocket() ? FileType.SocketStream : FileType.Unknown;
}

/**
 * A time as `node:fs` takes it: seconds, in the middle of a microsecond, since
 * it cuts off what is below. Negative ones it takes for the current time, and
 * of dates before 1970 Deno has whole seconds only.
 */
function hostTime(timeNs: bigint): number | Date {
  if (timeNs < 0) return new Date(Number(timeNs / 1_000_000_000n) * 1000);
  return (Number(timeNs / 1000n) + 0.5) / 1e6;
}

/**
 * The number of what `node:fs` has thrown.
 *
 * @example
 * ```ts
 * import { readFileSync } from "node:fs";
 * import { Errno } from "@waxwing/waxwing";
 * import { errnoOf } from "@waxwing/waxwing/host_fs";
 *
 * try {
 *   readFileSync("no such file");
 * } catch (error) {
 *   console.log(errnoOf(error) === Errno.ENOENT);
 * }
 * ```
 */
export function errnoOf(error: unknown): Errno {
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (typeof code === "string") {
    if (Object.hasOwn(Errno, code)) return Errno[code as keyof typeof Errno];
    if (code === "EWOULDBLOCK") return Errno.EAGAIN;
    if (code === "EOPNOTSUPP") return Errno.ENOTSUP;
    if (code.startsWith("ERR_INVALID_ARG")) return Errno.EINVAL;
    if (code === "ERR_OUT_OF_RANGE") return Errno.EFBIG;
    if (code === "ERR_ACCESS_DENIED") return Errno.EACCES;
  }
  // Deno, where a permission was not granted.
  if (name === "NotCapable" || name === "PermissionDenied") return Errno.EACCES;
  if (code === undefined) throw error; // a mistake of this file's
  return Errno.EIO;
}
