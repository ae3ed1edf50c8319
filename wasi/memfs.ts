/**
 * A file system in memory that behaves like a POSIX one: directories, regular
 * files, symbolic and hard links, `rename` over what exists, files that live
 * on without a name while open, times, serial numbers, limits.
 *
 * Invariants: an entry's cookie is higher than that of every entry made
 * before it, so a listing can go on whatever came or went; `data` beyond
 * `size` is zero, so a file can grow by moving `size`; `bytesUsed` is the sum
 * of the sizes of all files and links that have a name or are open, and of the
 * lengths of all names.
 */

import { checkKind, checkOptions, kindError } from "../lib/checks.ts";
import {
  APPEND,
  type Clock,
  type Directory,
  type Dirent,
  Errno,
  type File,
  type FileSystem,
  FileType,
  OpenFlags,
  type Stat,
  toText,
} from "../lib/world.ts";
import { fakeWallClock } from "./clock.ts";
import { toBytes } from "./stream.ts";

/** What a {@linkcode MemoryFS} is made from and gives back. */
export type MemoryEntry = string | Uint8Array | ArrayBuffer | MemorySymlink;

/** A symbolic link in the description of a {@linkcode MemoryFS}. */
export interface MemorySymlink {
  /** Its target, as it is. */
  readonly symlink: string;
}

/** How a {@linkcode MemoryFS} behaves. */
export interface MemoryFSOptions {
  /** Stamps files. Default: a fake clock of its own, from 2022 on. */
  readonly clock?: Clock | undefined;
  /**
   * Bytes that the contents of all files may have, with the targets of
   * symbolic links and with all names, whose characters count as a byte each;
   * Infinity for no limit. Default: 1 GiB.
   */
  readonly maxBytes?: number | undefined;
  /**
   * How many files, directories and links of both kinds there may be.
   * Default: 2^20.
   */
  readonly maxFiles?: number | undefined;
}

/** By default. */
export const MAX_BYTES = 0x4000_0000;

const enum Most {
  /** By default. */
  Files = 0x10_0000,
  Links = 65535,
  /** The room that a file has which has content. */
  FirstBytes = 64,
  /** Growing files double, but take at most so much more than they need. */
  SpareBytes = 0x200_0000,
  /** A directory's list with more holes is packed when most are. */
  Holes = 32,
}

/** What all files of one MemoryFS share. */
class Volume {
  readonly clock: Clock;
  readonly maxBytes: number;
  readonly maxFiles: number;
  bytesUsed = 0;
  /** Names, and one for the root. */
  fileCount = 1;
  lastIno = 0n;

  constructor(options: MemoryFSOptions) {
    checkOptions(options, {
      clock: "{ now() }",
      maxBytes: [0, Infinity],
      maxFiles: [0, Infinity],
    });
    this.clock = options.clock ?? fakeWallClock();
    this.maxBytes = options.maxBytes ?? MAX_BYTES;
    this.maxFiles = options.maxFiles ?? Most.Files;
  }

  hasRoom(bytes: number): boolean {
    return this.bytesUsed + bytes <= this.maxBytes;
  }
}

/** One file of any type: what a hard link points to. */
abstract class Inode {
  abstract readonly type: FileType;
  readonly volume: Volume;
  readonly ino: bigint;
  linkCount = 1;
  openCount = 0;
  /** What `stat` shows, and `bytesUsed` counts. */
  size = 0;
  atimeNs: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;

  constructor(volume: Volume) {
    this.volume = volume;
    this.ino = ++volume.lastIno;
    this.atimeNs = this.mtimeNs = this.ctimeNs = volume.clock.now();
  }

  /** How many bytes are free when one name is gone. */
  get sizeByName(): number {
    return this.linkCount > 1 || this.openCount > 0 ? 0 : this.size;
  }

  /** A name is gone. */
  dropLink(): void {
    this.linkCount--;
    this.touchStatus();
    this.freeIfUnused();
  }

  /** Frees what belongs to the file once it has no name and is not open. */
  freeIfUnused(): void {
    if (this.linkCount === 0 && this.openCount === 0) this.resize(0);
  }

  /** Sets the size, for which there is room. */
  resize(size: number): void {
    this.volume.bytesUsed += size - this.size;
    this.size = size;
  }

  stat(): Stat {
    return {
      dev: 0n,
      ino: this.ino,
      type: this.type,
      linkCount: this.linkCount,
      size: this.size,
      atimeNs: this.atimeNs,
      mtimeNs: this.mtimeNs,
      ctimeNs: this.ctimeNs,
    };
  }

  setTimes(atimeNs: bigint | undefined, mtimeNs: bigint | undefined): Errno {
    if (atimeNs !== undefined) this.atimeNs = atimeNs;
    if (mtimeNs !== undefined) this.mtimeNs = mtimeNs;
    this.touchStatus();
    return Errno.ESUCCESS;
  }

  touchContent(): void {
    this.mtimeNs = this.ctimeNs = this.volume.clock.now();
  }

  touchStatus(): void {
    this.ctimeNs = this.volume.clock.now();
  }

  /** As Linux does by default: only if the content is newer. */
  touchAccess(): void {
    if (this.atimeNs <= this.mtimeNs) this.atimeNs = this.volume.clock.now();
  }
}

class SymlinkInode extends Inode {
  readonly type = FileType.SymbolicLink;
  readonly target: string;

  constructor(volume: Volume, target: string) {
    super(volume);
    this.target = target;
    this.resize(toBytes(target).length);
  }
}

class FileInode extends Inode {
  readonly type = FileType.RegularFile;
  #data: Uint8Array = new Uint8Array(0);
  /** The data came from outside: copied before the first write. */
  #borrowed = false;

  /** Takes bytes, for which there is room, and copies them when they change. */
  borrow(bytes: Uint8Array): void {
    this.resize(bytes.length);
    this.#data = bytes;
    this.#borrowed = true;
  }

  /** A copy of the content, which `slice` of a Buffer of Node's is not. */
  content(size = this.size): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#data.subarray(0, size));
  }

  dropOpen(): void {
    this.openCount--;
    this.freeIfUnused();
  }

  read(into: Uint8Array, start: number, end: number, position: number): number {
    const count = Math.min(end - start, this.size - position);
    if (count <= 0) return 0;
    into.set(this.#data.subarray(position, position + count), start);
    this.touchAccess();
    return count;
  }

  write(
    from: Uint8Array,
    start: number,
    end: number,
    position: number,
  ): number {
    if (start === end) return 0;
    const at = position === APPEND ? this.size : position;
    const volume = this.volume;
    const room = this.size + volume.maxBytes - volume.bytesUsed;
    const count = Math.min(end - start, room - at);
    if (count <= 0) return -Errno.ENOSPC;
    const errno = this.setSize(Math.max(at + count, this.size));
    if (errno !== 0) return -errno;
    this.#data.set(from.subarray(start, start + count), at);
    return count;
  }

  setSize(size: number): Errno {
    if (size < this.size) {
      if (size < this.#data.length >> 2 || this.#borrowed) {
        this.#data = this.content(size);
        this.#borrowed = false;
      } else this.#data.fill(0, size, this.size);
    } else if (!this.volume.hasRoom(size - this.size) || !this.#own(size)) {
      return Errno.ENOSPC;
    }
    this.resize(size);
    this.touchContent();
    return Errno.ESUCCESS;
  }

  /** Makes the data writable and long enough; false if there is no memory. */
  #own(size: number): boolean {
    if (!this.#borrowed && size <= this.#data.length) return true;
    const doubled = Math.min(this.#data.length * 2, size + Most.SpareBytes);
    const grown = size > this.#data.length
      ? Math.max(size, Most.FirstBytes, doubled)
      : size;
    try {
      const data = new Uint8Array(grown);
      data.set(this.#data.subarray(0, this.size));
      this.#data = data;
    } catch { // RangeError: the host has not so much memory in one piece
      return false;
    }
    this.#borrowed = false;
    return true;
  }

  override freeIfUnused(): void {
    super.freeIfUnused();
    if (this.size === 0) this.#data = new Uint8Array(0);
  }
}

/** One opening of a regular file. */
class MemoryFile implements File {
  readonly type = FileType.RegularFile;
  readonly direct = true;
  readonly #inode: FileInode;
  #isOpen = true;

  constructor(inode: FileInode) {
    this.#inode = inode;
    inode.openCount++;
  }

  read(into: Uint8Array, start: number, end: number, position: number): number {
    return this.#inode.read(into, start, end, position);
  }

  write(
    from: Uint8Array,
    start: number,
    end: number,
    position: number,
  ): number {
    return this.#inode.write(from, start, end, position);
  }

  size(): number {
    return this.#inode.size;
  }

  setSize(size: number): Errno {
    return this.#inode.setSize(size);
  }

  stat(): Stat {
    return this.#inode.stat();
  }

  setTimes(atimeNs: bigint | undefined, mtimeNs: bigint | undefined): Errno {
    return this.#inode.setTimes(atimeNs, mtimeNs);
  }

  sync(_dataOnly: boolean): Errno {
    return Errno.ESUCCESS;
  }

  close(): Errno {
    if (this.#isOpen) this.#inode.dropOpen();
    this.#isOpen = false;
    return Errno.ESUCCESS;
  }
}

type AnyInode = FileInode | SymlinkInode | MemoryDirectory;

/** A name in a directory. */
interface Entry {
  readonly name: string;
  readonly cookie: number;
  /** `undefined` when the name is gone. */
  inode: AnyInode | undefined;
}

/** Where something is, and by what name; a directory's path ends in a slash. */
type Place = readonly [
  path: string,
  inode: AnyInode,
  directory: MemoryDirectory,
  name: string,
];

/** A directory; also its own handle, as handles have no state. */
class MemoryDirectory extends Inode implements Directory {
  readonly type = FileType.Directory;
  /** `undefined` of the root, and of what has been removed. */
  parent: MemoryDirectory | undefined;
  readonly #entries = new Map<string, Entry>();
  /** All entries by rising cookie, with those that are gone. */
  #order: Entry[] = [];
  #lastCookie = 0;

  constructor(volume: Volume, parent: MemoryDirectory | undefined) {
    super(volume);
    this.parent = parent;
    this.linkCount = 2; // and one more for each directory in it
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  find(name: string): AnyInode | undefined {
    return this.#entries.get(name)?.inode;
  }

  /** Adds a name that is not there yet. */
  insert(name: string, inode: AnyInode): void {
    const entry = { name, cookie: ++this.#lastCookie, inode };
    this.#entries.set(name, entry);
    this.#order.push(entry);
    this.volume.fileCount++;
    this.volume.bytesUsed += name.length;
    if (inode instanceof MemoryDirectory) {
      inode.parent = this;
      this.linkCount++;
    }
    this.touchContent();
  }

  /** Takes away a name that is there; its file stays as it is. */
  remove(name: string): void {
    const entry = this.#entries.get(name)!;
    this.#entries.delete(name);
    this.volume.fileCount--;
    this.volume.bytesUsed -= name.length;
    if (entry.inode instanceof MemoryDirectory) this.linkCount--;
    entry.inode = undefined;
    const holes = this.#order.length - this.#entries.size;
    if (holes > Most.Holes && holes > this.#entries.size) {
      this.#order = this.#order.filter((entry) => entry.inode);
    }
    this.touchContent();
  }

  /** The last name of this empty directory is gone. */
  override dropLink(): void {
    this.parent = undefined;
    this.linkCount = 0;
    this.touchStatus();
  }

  lookup(name: string): Stat | Errno {
    return this.find(name)?.stat() ?? Errno.ENOENT;
  }

  openDirectory(name: string): MemoryDirectory | Errno {
    const inode = this.find(name);
    if (inode instanceof MemoryDirectory) return inode;
    if (!inode) return Errno.ENOENT;
    return inode instanceof SymlinkInode ? Errno.ELOOP : Errno.ENOTDIR;
  }

  open(name: string, flags: number): File | Directory | Errno {
    const inode = this.find(name);
    if (!inode) return this.#create(name, flags);
    const both = OpenFlags.Create | OpenFlags.Exclusive;
    if ((flags & both) === both) return Errno.EEXIST;
    if (inode instanceof SymlinkInode) return Errno.ELOOP;
    if (inode instanceof MemoryDirectory) {
      const changes = OpenFlags.Write | OpenFlags.Truncate | OpenFlags.Create;
      return flags & changes ? Errno.EISDIR : inode;
    }
    if (flags & OpenFlags.Directory) return Errno.ENOTDIR;
    if (flags & OpenFlags.Truncate) {
      const errno = inode.setSize(0);
      if (errno !== 0) return errno;
    }
    return new MemoryFile(inode);
  }

  #create(name: string, flags: number): File | Errno {
    if (!(flags & OpenFlags.Create)) return Errno.ENOENT;
    if (flags & OpenFlags.Directory) return Errno.EINVAL;
    const errno = this.roomFor(name);
    if (errno !== 0) return errno;
    const inode = new FileInode(this.volume);
    this.insert(name, inode);
    return new MemoryFile(inode);
  }

  /** Whether a name can be made, of what has so many bytes. */
  roomFor(name: string, size = 0): Errno {
    if (this.linkCount === 0) return Errno.ENOENT;
    if (this.#entries.has(name)) return Errno.EEXIST;
    const { volume } = this;
    return volume.fileCount < volume.maxFiles &&
        volume.hasRoom(name.length + size)
      ? Errno.ESUCCESS
      : Errno.ENOSPC;
  }

  reopen(): MemoryDirectory {
    return this;
  }

  readlink(name: string): string | Errno {
    const inode = this.find(name);
    if (!inode) return Errno.ENOENT;
    return inode instanceof SymlinkInode ? inode.target : Errno.EINVAL;
  }

  readdir(cookie: number, limit: number): readonly Dirent[] {
    const order = this.#order;
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (order[middle].cookie <= cookie) low = middle + 1;
      else high = middle;
    }
    const list: Dirent[] = [];
    for (; low < order.length && list.length < limit; low++) {
      const { name, cookie, inode } = order[low];
      if (!inode) continue;
      list.push({ name, ino: inode.ino, type: inode.type, next: cookie });
    }
    this.touchAccess();
    return list;
  }

  mkdir(name: string): Errno {
    const errno = this.roomFor(name);
    if (errno === 0) this.insert(name, new MemoryDirectory(this.volume, this));
    return errno;
  }

  symlink(name: string, target: string): Errno {
    const errno = this.roomFor(name, toBytes(target).length);
    if (errno === 0) this.insert(name, new SymlinkInode(this.volume, target));
    return errno;
  }

  link(name: string, into: Directory, newName: string): Errno {
    const inode = this.find(name);
    if (!inode) return Errno.ENOENT;
    if (!this.#sharesVolume(into)) return Errno.EXDEV;
    const errno = into.roomFor(newName);
    if (errno !== 0) return errno;
    if (inode instanceof MemoryDirectory) return Errno.EPERM;
    if (inode.linkCount >= Most.Links) return Errno.EMLINK;
    inode.linkCount++;
    inode.touchStatus();
    into.insert(newName, inode);
    return Errno.ESUCCESS;
  }

  #sharesVolume(other: Directory): other is MemoryDirectory {
    return other instanceof MemoryDirectory && other.volume === this.volume;
  }

  rename(name: string, into: Directory, newName: string): Errno {
    const inode = this.find(name);
    if (!inode) return Errno.ENOENT;
    if (!this.#sharesVolume(into)) return Errno.EXDEV;
    if (into.linkCount === 0) return Errno.ENOENT;
    const replaced = into.find(newName);
    if (replaced === inode) return Errno.ESUCCESS;
    const errno = mayReplace(inode, into, replaced);
    if (errno !== 0) return errno;
    if (replaced) {
      into.remove(newName);
      replaced.dropLink();
    } else if (!this.volume.hasRoom(newName.length - name.length)) {
      return Errno.ENOSPC;
    }
    this.remove(name);
    into.insert(newName, inode);
    inode.touchStatus();
    return Errno.ESUCCESS;
  }

  unlink(name: string): Errno {
    const inode = this.find(name);
    if (!inode) return Errno.ENOENT;
    if (inode instanceof MemoryDirectory) return Errno.EISDIR;
    this.remove(name);
    inode.dropLink();
    return Errno.ESUCCESS;
  }

  rmdir(name: string): Errno {
    const inode = this.find(name);
    if (!inode) return Errno.ENOENT;
    if (!(inode instanceof MemoryDirectory)) return Errno.ENOTDIR;
    if (!inode.isEmpty) return Errno.ENOTEMPTY;
    this.remove(name);
    inode.dropLink();
    return Errno.ESUCCESS;
  }

  setEntryTimes(
    name: string,
    atimeNs: bigint | undefined,
    mtimeNs: bigint | undefined,
  ): Errno {
    return this.find(name)?.setTimes(atimeNs, mtimeNs) ?? Errno.ENOENT;
  }

  sync(_dataOnly: boolean): Errno {
    return Errno.ESUCCESS;
  }

  close(): Errno {
    return Errno.ESUCCESS;
  }

  /** Everything in it. */
  *places(prefix: string): Generator<Place, undefined> {
    for (const { name, inode } of this.#order) {
      if (!inode) continue;
      const slash = inode instanceof MemoryDirectory ? "/" : "";
      yield [prefix + name + slash, inode, this, name];
    }
  }

  /** Everything below, parents first, however deep a guest has nested it. */
  *walk(): Generator<Place, undefined> {
    const levels = [this.places("")];
    for (let level; (level = levels.at(-1));) {
      const { value: place } = level.next();
      if (!place) levels.pop();
      else {
        yield place;
        const [path, inode] = place;
        if (inode instanceof MemoryDirectory) levels.push(inode.places(path));
      }
    }
  }
}

/** Whether `rename` may put `inode` in the place of `replaced`. */
function mayReplace(
  inode: AnyInode,
  into: MemoryDirectory,
  replaced: AnyInode | undefined,
): Errno {
  if (inode instanceof MemoryDirectory) {
    let above: MemoryDirectory | undefined = into;
    for (; above; above = above.parent) {
      if (above === inode) return Errno.EINVAL;
    }
    if (!replaced) return Errno.ESUCCESS;
    if (!(replaced instanceof MemoryDirectory)) return Errno.ENOTDIR;
    return replaced.isEmpty ? Errno.ESUCCESS : Errno.ENOTEMPTY;
  }
  return replaced instanceof MemoryDirectory ? Errno.EISDIR : Errno.ESUCCESS;
}

/**
 * A file system in memory.
 *
 * Paths of the methods are relative to its root, a leading slash is left out;
 * they do not follow symbolic links. Errors of the methods have a `code` such
 * as `ENOENT`.
 *
 * @example
 * ```ts
 * import { MemoryFS } from "@waxwing/waxwing";
 *
 * const fs = new MemoryFS({ "in.txt": "hi", "dir/x": new Uint8Array(3) });
 * console.log(fs.readText("in.txt") === "hi");
 * ```
 */
export class MemoryFS implements FileSystem {
  readonly #volume: Volume;
  readonly #root: MemoryDirectory;

  /**
   * Makes a file system of these files.
   *
   * @param files path to content. Directories on the way are made; a path
   * that ends in a slash makes an empty one. Bytes are not copied until the
   * guest writes to them: do not change them meanwhile.
   * @throws {TypeError} the files are none, or an option is wrong or not known
   * @throws {RangeError} a limit is no whole number, nor Infinity
   * @throws {MemoryFSError} a path cannot be made, or a limit is exceeded
   */
  constructor(
    files:
      | Readonly<Record<string, MemoryEntry>>
      | Iterable<
        readonly [string, MemoryEntry]
      > = {},
    options: MemoryFSOptions = {},
  ) {
    this.#volume = new Volume(options);
    this.#root = new MemoryDirectory(this.#volume, undefined);
    checkKind("files", files, "object");
    const entries = Symbol.iterator in files
      ? files as Iterable<readonly [string, MemoryEntry]>
      : Object.entries(files);
    for (const [path, entry] of entries) this.#add(path, entry);
  }

  /** The top directory. */
  root(): Directory {
    return this.#root;
  }

  /** What {@linkcode MemoryFSOptions.maxBytes} limits. */
  get bytesUsed(): number {
    return this.#volume.bytesUsed;
  }

  /** What {@linkcode MemoryFSOptions.maxFiles} limits, with the root. */
  get fileCount(): number {
    return this.#volume.fileCount;
  }

  /** Makes or replaces a file or link, and the directories on the way. */
  writeFile(path: string, content: MemoryEntry): void {
    this.#add(path, content);
  }

  /** A copy of a file's bytes. Links are not followed: they give ELOOP. */
  readFile(path: string): Uint8Array<ArrayBuffer> {
    const inode = this.#find(path);
    if (inode instanceof FileInode) return inode.content();
    const isLink = inode instanceof SymlinkInode;
    throw new MemoryFSError(isLink ? "ELOOP" : "EISDIR", path);
  }

  /** A file's text. */
  readText(path: string): string {
    return toText(this.readFile(path));
  }

  /** Whether something has this path. */
  exists(path: string): boolean {
    return typeof this.#search(path) === "object";
  }

  /** Describes a file, directory or link. */
  stat(path: string): Stat {
    return this.#find(path).stat();
  }

  /** Makes a directory and those above it; one that is there is fine. */
  mkdir(path: string): void {
    this.#makeDirectories(components(path), path);
  }

  /** Removes a file or link, or a directory with all that is in it. */
  remove(path: string): void {
    const parts = components(path);
    const name = parts.pop();
    if (name === undefined) throw new MemoryFSError("EBUSY", path);
    const inode = this.#find(path);
    const parent = this.#find(parts.join("/")) as MemoryDirectory;
    const places: Place[] = [[path, inode, parent, name]];
    if (inode instanceof MemoryDirectory) {
      for (const place of inode.walk()) places.push(place);
    }
    for (const [, inode, directory, name] of places.reverse()) {
      if (inode instanceof MemoryDirectory) directory.rmdir(name);
      else directory.unlink(name);
    }
  }

  /** The names in a directory. */
  list(path = ""): string[] {
    const inode = this.#find(path);
    if (!(inode instanceof MemoryDirectory)) {
      throw new MemoryFSError("ENOTDIR", path);
    }
    return inode.readdir(0, Infinity).map(({ name }) => name);
  }

  /**
   * Everything as the constructor takes it: empty directories end in a slash,
   * bytes are copies.
   */
  *[Symbol.iterator](): Generator<
    [string, Uint8Array<ArrayBuffer> | MemorySymlink]
  > {
    for (const [path, inode] of this.#root.walk()) {
      if (inode instanceof FileInode) yield [path, inode.content()];
      else if (inode instanceof SymlinkInode) {
        yield [path, { symlink: inode.target }];
      } else if (inode.isEmpty) yield [path, new Uint8Array(0)];
    }
  }

  /** The same as an object without a prototype. */
  toObject(): Record<string, Uint8Array<ArrayBuffer> | MemorySymlink> {
    const object = Object.create(null) as ReturnType<MemoryFS["toObject"]>;
    for (const [path, entry] of this) object[path] = entry;
    return object;
  }

  #add(path: string, entry: MemoryEntry): void {
    const parts = components(path);
    const content = contentOf(entry, path);
    const isDirectory = path.endsWith("/");
    if (isDirectory && content.length === 0) {
      this.#makeDirectories(parts, path);
      return;
    }
    const name = isDirectory ? undefined : parts.pop();
    if (name === undefined) throw new MemoryFSError("EISDIR", path);
    const parent = this.#makeDirectories(parts, path);
    const replaced = parent.find(name);
    if (replaced instanceof MemoryDirectory) {
      throw new MemoryFSError("EISDIR", path);
    }
    const size = toBytes(content).length;
    const hasRoom = replaced
      ? this.#volume.hasRoom(size - replaced.sizeByName)
      : parent.roomFor(name, size) === 0;
    if (!hasRoom) throw new MemoryFSError("ENOSPC", path);
    if (replaced) parent.unlink(name);
    if (typeof content === "string") parent.symlink(name, content);
    else {
      const inode = new FileInode(this.#volume);
      parent.insert(name, inode);
      inode.borrow(content);
    }
  }

  #makeDirectories(parts: readonly string[], path: string): MemoryDirectory {
    let directory = this.#root;
    for (const part of parts) {
      if (!directory.find(part)) check(directory.mkdir(part), path);
      directory = checked(directory.openDirectory(part), path);
    }
    return directory;
  }

  #search(path: string): AnyInode | Errno {
    let inode: AnyInode = this.#root;
    for (const part of components(path)) {
      if (!(inode instanceof MemoryDirectory)) return Errno.ENOTDIR;
      const next: AnyInode | undefined = inode.find(part);
      if (!next) return Errno.ENOENT;
      inode = next;
    }
    return inode;
  }

  #find(path: string): AnyInode {
    return checked(this.#search(path), path);
  }
}

/**
 * What the methods of a {@linkcode MemoryFS} throw.
 *
 * @example
 * ```ts
 * import { MemoryFS, MemoryFSError } from "@waxwing/waxwing";
 *
 * try {
 *   new MemoryFS().readText("nothing");
 * } catch (error) {
 *   console.log(error instanceof MemoryFSError && error.code === "ENOENT");
 * }
 * ```
 */
export class MemoryFSError extends Error {
  /** To tell the class by, where `instanceof` cannot. */
  override readonly name = "MemoryFSError";
  /** A POSIX name, such as `ENOENT`. */
  readonly code: string;

  /** Made by the library. */
  constructor(code: string, path: string) {
    super(`${code}: ${path}`);
    this.code = code;
  }
}

/**
 * The names of what can be wrong with a host's path. `errnoName` would bring
 * those of all 77 numbers into bundles that have no other use for them.
 */
const CODES: Readonly<Partial<Record<Errno, string>>> = {
  [Errno.ELOOP]: "ELOOP",
  [Errno.ENOENT]: "ENOENT",
  [Errno.ENOSPC]: "ENOSPC",
  [Errno.ENOTDIR]: "ENOTDIR",
};

function checked<T extends object>(answer: T | Errno, path: string): T {
  if (typeof answer === "object") return answer;
  throw new MemoryFSError(CODES[answer] ?? `errno ${answer}`, path);
}

function check(errno: Errno, path: string): void {
  if (errno !== 0) checked(errno, path);
}

/** The bytes of a file, or the target of a link. */
function contentOf(entry: MemoryEntry, path: string): Uint8Array | string {
  const content = (entry as MemorySymlink | undefined)?.symlink ??
    toBytes(entry as string);
  if (typeof content === "string" || content instanceof Uint8Array) {
    return content;
  }
  throw kindError(path, entry, "text, bytes or link");
}

/** The components of a host's path: `.` is left out, `..` is refused. */
export function components(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..") || path.includes("\0")) {
    throw new MemoryFSError("EINVAL", path);
  }
  return parts;
}
