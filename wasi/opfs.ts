/**
 * The browser's origin private file system, which keeps files from one visit
 * to the next (spec: fs.spec.whatwg.org). Directories answer with promises, so
 * guests are called asynchronously. An open file is read and written at once:
 * through a synchronous access handle where there is one (workers), else in
 * memory, from where it is written back by sync and by the last close.
 *
 * There are no links. Times that a guest sets last as long as the OpfsFS. What
 * OPFS cannot move is copied: directories, and files where `move` is missing.
 */

import {
  type Directory,
  type Dirent,
  Errno,
  type File,
  type FileSystem,
  FileType,
  type MaybePromise,
  OpenFlags,
  type Stat,
} from "../lib/world.ts";
import { MemoryFS } from "./memfs.ts";
import { UnsupportedDirectory } from "./unsupported.ts";

/** What is used of `FileSystemSyncAccessHandle`. */
export interface OpfsAccess {
  /** Reads into a buffer from a position. */
  read(into: Uint8Array, options: { at: number }): number;
  /** Writes a buffer to a position. */
  write(from: Uint8Array, options: { at: number }): number;
  /** The length in bytes. */
  getSize(): number;
  /** Sets the length in bytes. */
  truncate(size: number): void;
  /** Has what was written stored. */
  flush(): void;
  /** Lets others use the file. */
  close(): void;
}

/** What is used of `FileSystemFileHandle`. */
export interface OpfsFileHandle {
  /** Tells files and directories apart. */
  readonly kind: "file";
  /** The content as it is now. */
  getFile(): Promise<
    Blob & { readonly lastModified: number }
  >;
  /** A stream whose content replaces the file's when it is closed. */
  createWritable?(): Promise<
    { write(data: ArrayBuffer): Promise<void>; close(): Promise<void> }
  >;
  /** Opens the file for synchronous use, in workers. */
  createSyncAccessHandle?(): Promise<OpfsAccess>;
  /** Moves the file, where the browser can. */
  move?(into: OpfsDirectoryHandle, name: string): Promise<void>;
}

/** What is used of `FileSystemDirectoryHandle`. */
export interface OpfsDirectoryHandle {
  /** Tells files and directories apart. */
  readonly kind: "directory";
  /** Finds or makes a file. */
  getFileHandle(
    name: string,
    options?: { create?: boolean },
  ): Promise<OpfsFileHandle>;
  /** Finds or makes a directory. */
  getDirectoryHandle(
    name: string,
    options?: { create?: boolean },
  ): Promise<OpfsDirectoryHandle>;
  /** Removes a file or an empty directory. */
  removeEntry(name: string): Promise<void>;
  /** All names with what they are. */
  entries(): AsyncIterable<[string, { readonly kind: "file" | "directory" }]>;
}

const enum Part {
  /** The bytes that a file is copied by. */
  Bytes = 0x10_0000,
}

/**
 * A directory of the origin private file system, to be mounted.
 *
 * @example
 * ```ts
 * import { OpfsFS } from "@waxwing/waxwing";
 *
 * const fs = new OpfsFS(await navigator.storage.getDirectory());
 * ```
 */
export class OpfsFS implements FileSystem {
  readonly #root: DirectoryNode;

  /**
   * Makes a file system over a directory.
   *
   * @param directory such as `await navigator.storage.getDirectory()`
   */
  constructor(directory: OpfsDirectoryHandle) {
    this.#root = new DirectoryNode(new Volume(), undefined, "", directory);
  }

  /** The top directory. */
  root(): Directory {
    return new OpfsDirectory(this.#root);
  }
}

/** What all files of one OpfsFS share. */
class Volume {
  #lastIno = 0n;
  #last: Promise<unknown> = Promise.resolve();

  nextIno(): bigint {
    return ++this.#lastIno;
  }

  /** Runs operations on the tree one after another; failures are errnos. */
  run<T>(operation: () => Promise<T | Errno>): Promise<T | Errno> {
    const result = this.#last.then(operation).catch(errnoOf);
    this.#last = result.catch(() => {});
    return result;
  }
}

/** The errno for an error of OPFS; others go through. */
function errnoOf(error: unknown): Errno {
  switch ((error as { name?: unknown } | null)?.name) {
    case "NotFoundError":
      return Errno.ENOENT;
    case "TypeMismatchError":
      return Errno.ENOTDIR;
    case "InvalidModificationError":
      return Errno.ENOTEMPTY;
    case "NoModificationAllowedError": // somebody else has it open
      return Errno.EBUSY;
    case "QuotaExceededError":
      return Errno.ENOSPC;
    case "NotAllowedError":
    case "SecurityError":
      return Errno.EACCES;
    case "TypeError": // a name that OPFS does not take
      return Errno.EINVAL;
    case "InvalidStateError":
    case "NotReadableError":
      return Errno.EIO;
    default:
      throw error;
  }
}

/** What files and directories have in common. One object per file. */
abstract class Node {
  abstract readonly type: FileType;
  readonly volume: Volume;
  readonly ino: bigint;
  parent: DirectoryNode | undefined;
  name: string;
  /** The place in its directory's listing. */
  cookie = 0;
  /** It has no name any more. */
  isGone = false;
  /** Times as they were set, until the content changes. */
  atimeNs: bigint | undefined;
  mtimeNs: bigint | undefined;

  constructor(volume: Volume, parent: DirectoryNode | undefined, name: string) {
    this.volume = volume;
    this.ino = volume.nextIno();
    this.parent = parent;
    this.name = name;
  }

  setTimes(atimeNs: bigint | undefined, mtimeNs: bigint | undefined): Errno {
    this.atimeNs = atimeNs ?? this.atimeNs;
    this.mtimeNs = mtimeNs ?? this.mtimeNs;
    return Errno.ESUCCESS;
  }

  /** Describes it, given what OPFS knows. */
  describe(size: number, lastModifiedMs: number): Stat {
    const modifiedNs = BigInt(Math.trunc(lastModifiedMs)) * 1_000_000n;
    const mtimeNs = this.mtimeNs ?? modifiedNs;
    return {
      dev: 0n,
      ino: this.ino,
      type: this.type,
      linkCount: this.isGone ? 0 : 1,
      size,
      atimeNs: this.atimeNs ?? mtimeNs,
      mtimeNs,
      ctimeNs: modifiedNs,
    };
  }

  abstract stat(): MaybePromise<Stat>;
}

/**
 * A file. While it is open its bytes are in `access`, or in `content` where
 * there is no such thing or the file has lost its name.
 */
class FileNode extends Node {
  readonly type = FileType.RegularFile;
  handle: OpfsFileHandle;
  openCount = 0;
  #access: OpfsAccess | undefined;
  #content: File | undefined;
  #isDirty = false;
  #lastModifiedMs = 0;

  constructor(
    volume: Volume,
    parent: DirectoryNode,
    name: string,
    handle: OpfsFileHandle,
  ) {
    super(volume, parent, name);
    this.handle = handle;
  }

  /** Begins a use of its bytes. */
  async open(): Promise<void> {
    if (this.openCount === 0) await this.#load();
    this.openCount++;
  }

  async #load(): Promise<void> {
    const file = await this.handle.getFile();
    this.#lastModifiedMs = file.lastModified;
    if (this.handle.createSyncAccessHandle) {
      this.#access = await this.handle.createSyncAccessHandle();
    } else {
      const bytes = new Uint8Array(await file.arrayBuffer());
      this.#content = memoryFile(bytes);
    }
  }

  /** Ends a use; the last one writes back. */
  async close(): Promise<void> {
    if (--this.openCount > 0) return;
    await this.flush();
    this.#access?.close();
    this.#access = this.#content = undefined;
  }

  async flush(): Promise<void> {
    this.#access?.flush();
    if (!this.#content || !this.#isDirty || this.isGone) return;
    this.#isDirty = false;
    const writable = await this.handle.createWritable!();
    const size = this.#content.size() as number;
    const bytes = new Uint8Array(size);
    this.#content.read(bytes, 0, size, 0);
    await writable.write(bytes.buffer);
    await writable.close();
  }

  /** Moves its bytes into memory, so that OPFS can remove or replace it. */
  detach(): void {
    if (!this.#access) return;
    const bytes = new Uint8Array(this.#access.getSize());
    this.#access.read(bytes, { at: 0 });
    this.#access.close();
    this.#access = undefined;
    this.#content = memoryFile(bytes);
  }

  /** Ends the exclusive use of the OPFS file for the time of `body`. */
  async unlocked(body: () => Promise<void>): Promise<void> {
    const wasLocked = this.#access !== undefined;
    await this.flush();
    this.#access?.close();
    this.#access = undefined;
    try {
      await body();
    } finally {
      if (wasLocked) {
        this.#access = await this.handle.createSyncAccessHandle!();
      }
    }
  }

  read(into: Uint8Array, start: number, end: number, at: number): number {
    return this.#access
      ? this.#access.read(into.subarray(start, end), { at })
      : this.#content!.read(into, start, end, at) as number;
  }

  write(from: Uint8Array, start: number, end: number, at: number): number {
    if (start === end) return 0;
    const position = at < 0 ? this.size : at;
    const count = this.#access
      ? this.#access.write(from.subarray(start, end), { at: position })
      : this.#content!.write(from, start, end, position) as number;
    this.#changed();
    return count;
  }

  get size(): number {
    return this.#access?.getSize() ?? this.#content!.size() as number;
  }

  setSize(size: number): Errno {
    if (this.#access) this.#access.truncate(size);
    else {
      const errno = this.#content!.setSize(size) as Errno;
      if (errno !== 0) return errno;
    }
    this.#changed();
    return Errno.ESUCCESS;
  }

  stat(): MaybePromise<Stat> {
    if (this.openCount > 0) {
      return this.describe(this.size, this.#lastModifiedMs);
    }
    return this.handle.getFile().then((file) =>
      this.describe(file.size, file.lastModified)
    );
  }

  #changed(): void {
    this.#isDirty = true;
    this.mtimeNs = undefined;
    this.#lastModifiedMs = Date.now();
  }
}

/** A file in memory without a name. */
function memoryFile(bytes: Uint8Array): File {
  const fs = new MemoryFS({ bytes }, { maxBytes: Infinity });
  const flags = OpenFlags.Read | OpenFlags.Write;
  return fs.root().open("bytes", flags) as File;
}

/** A directory with what is known of its entries. */
class DirectoryNode extends Node {
  readonly type = FileType.Directory;
  handle: OpfsDirectoryHandle;
  readonly children: Map<string, FileNode | DirectoryNode> = new Map();
  /** The children by rising cookie, with some that are gone. */
  #order: (FileNode | DirectoryNode)[] = [];
  #lastCookie = 0;

  constructor(
    volume: Volume,
    parent: DirectoryNode | undefined,
    name: string,
    handle: OpfsDirectoryHandle,
  ) {
    super(volume, parent, name);
    this.handle = handle;
  }

  stat(): Stat {
    return this.describe(0, 0);
  }

  /** Looks a name up in OPFS, so that changes of others are seen. */
  async find(name: string): Promise<FileNode | DirectoryNode | Errno> {
    if (this.isGone) return Errno.ENOENT;
    const known = this.children.get(name);
    if (known instanceof FileNode && known.openCount > 0) return known;
    try {
      return this.adopt(name, await this.handle.getFileHandle(name));
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === Errno.ENOENT && known) this.forget(known);
      if (errno !== Errno.ENOTDIR) return errno;
    }
    return this.adopt(name, await this.handle.getDirectoryHandle(name));
  }

  /** The child for a handle: the one that is known, or a new one. */
  adopt(
    name: string,
    handle: OpfsFileHandle | OpfsDirectoryHandle,
  ): FileNode | DirectoryNode {
    const known = this.children.get(name);
    if (known?.handle.kind === handle.kind) return known;
    if (known) this.forget(known);
    const made = handle.kind === "file"
      ? new FileNode(this.volume, this, name, handle)
      : new DirectoryNode(this.volume, this, name, handle);
    this.insert(name, made);
    return made;
  }

  insert(name: string, child: FileNode | DirectoryNode): void {
    child.parent = this;
    child.name = name;
    child.cookie = ++this.#lastCookie;
    this.children.set(name, child);
    this.#order.push(child);
  }

  /** Takes a child out; it is somewhere else, or gone. */
  take(child: FileNode | DirectoryNode): void {
    this.children.delete(child.name);
    this.#order = this.#order.filter((other) => other !== child);
  }

  forget(child: FileNode | DirectoryNode): void {
    this.take(child);
    child.isGone = true;
  }

  async list(
    cookie: number,
    limit: number,
  ): Promise<readonly Dirent[] | Errno> {
    if (this.isGone) return [];
    if (cookie === 0) await this.refresh();
    const list: Dirent[] = [];
    for (let i = this.#after(cookie); i < this.#order.length; i++) {
      if (list.length === limit) break;
      const { name, ino, type, cookie: next } = this.#order[i];
      list.push({ name, ino, type, next });
    }
    return list;
  }

  /** Learns what others have made or removed. */
  async refresh(): Promise<void> {
    const gone = new Set(this.children.keys());
    for await (const [name, handle] of this.handle.entries()) {
      gone.delete(name);
      this.adopt(name, handle as OpfsFileHandle | OpfsDirectoryHandle);
    }
    for (const name of gone) this.forget(this.children.get(name)!);
  }

  /** The place of the first child with a higher cookie. */
  #after(cookie: number): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#order[middle].cookie <= cookie) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Removes a child from OPFS; an open file lives on in memory. */
  async remove(child: FileNode | DirectoryNode): Promise<void> {
    if (child instanceof FileNode) child.detach();
    await this.handle.removeEntry(child.name);
    this.forget(child);
  }
}

/** One opening of a file. */
class OpfsFile implements File {
  readonly type = FileType.RegularFile;
  readonly direct = true;
  readonly #node: FileNode;

  constructor(node: FileNode) {
    this.#node = node;
  }

  read(into: Uint8Array, start: number, end: number, at: number): number {
    return countOf(() => this.#node.read(into, start, end, at));
  }

  write(from: Uint8Array, start: number, end: number, at: number): number {
    return countOf(() => this.#node.write(from, start, end, at));
  }

  size(): number {
    return countOf(() => this.#node.size);
  }

  setSize(size: number): Errno {
    return -countOf(() => -this.#node.setSize(size)) as Errno;
  }

  stat(): MaybePromise<Stat> {
    return this.#node.stat();
  }

  setTimes(atimeNs: bigint | undefined, mtimeNs: bigint | undefined): Errno {
    return this.#node.setTimes(atimeNs, mtimeNs);
  }

  sync(_dataOnly: boolean): Promise<Errno> {
    return this.#node.volume.run(async () => {
      await this.#node.flush();
      return Errno.ESUCCESS;
    });
  }

  close(): Promise<Errno> {
    return this.#node.volume.run(async () => {
      await this.#node.close();
      return Errno.ESUCCESS;
    });
  }
}

function countOf(body: () => number): number {
  try {
    return body();
  } catch (error) {
    return -errnoOf(error);
  }
}

/** One opening of a directory. */
class OpfsDirectory extends UnsupportedDirectory {
  readonly node: DirectoryNode;

  constructor(node: DirectoryNode) {
    super();
    this.node = node;
  }

  override stat(): Stat {
    return this.node.stat();
  }

  override setTimes(
    atimeNs: bigint | undefined,
    mtimeNs: bigint | undefined,
  ): Errno {
    return this.node.setTimes(atimeNs, mtimeNs);
  }

  override reopen(): Directory {
    return new OpfsDirectory(this.node);
  }

  override lookup(name: string): Promise<Stat | Errno> {
    return this.#use(name, (found) => found.stat());
  }

  override openDirectory(name: string): Promise<Directory | Errno> {
    return this.#use(
      name,
      (found) =>
        found instanceof DirectoryNode
          ? new OpfsDirectory(found)
          : Errno.ENOTDIR,
    );
  }

  override open(
    name: string,
    flags: number,
  ): Promise<File | Directory | Errno> {
    return this.#run(() => this.#open(name, flags));
  }

  /** There are no symbolic links. */
  override readlink(name: string): Promise<string | Errno> {
    return this.#use(name, () => Errno.EINVAL);
  }

  override readdir(
    cookie: number,
    limit: number,
  ): Promise<readonly Dirent[] | Errno> {
    return this.#run(() => this.node.list(cookie, limit));
  }

  override mkdir(name: string): Promise<Errno> {
    return this.#run(async () => {
      const errno = await this.#mayCreate(name);
      if (errno !== 0) return errno;
      const options = { create: true };
      const made = await this.node.handle.getDirectoryHandle(name, options);
      this.node.adopt(name, made);
      return Errno.ESUCCESS;
    });
  }

  override symlink(_name: string, _target: string): Errno {
    return Errno.ENOTSUP;
  }

  override link(_name: string, _into: Directory, _newName: string): Errno {
    return Errno.ENOTSUP;
  }

  override rename(
    name: string,
    into: Directory,
    newName: string,
  ): Promise<Errno> {
    return this.#run(() => this.#rename(name, into, newName));
  }

  override unlink(name: string): Promise<Errno> {
    return this.#use(name, async (found) => {
      if (found instanceof DirectoryNode) return Errno.EISDIR;
      await this.node.remove(found);
      return Errno.ESUCCESS;
    });
  }

  override rmdir(name: string): Promise<Errno> {
    return this.#use(name, async (found) => {
      if (found instanceof FileNode) return Errno.ENOTDIR;
      await this.node.remove(found);
      return Errno.ESUCCESS;
    });
  }

  override setEntryTimes(
    name: string,
    atimeNs: bigint | undefined,
    mtimeNs: bigint | undefined,
  ): Promise<Errno> {
    return this.#use(name, (found) => found.setTimes(atimeNs, mtimeNs));
  }

  #run<T>(operation: () => Promise<T | Errno>): Promise<T | Errno> {
    return this.node.volume.run(operation);
  }

  /** The same on what has a name. */
  #use<T>(
    name: string,
    operation: (found: FileNode | DirectoryNode) => MaybePromise<T | Errno>,
  ): Promise<T | Errno> {
    return this.#run(async () => {
      const found = await this.node.find(name);
      return typeof found === "number" ? found : await operation(found);
    });
  }

  async #mayCreate(name: string): Promise<Errno> {
    if (this.node.isGone) return Errno.ENOENT;
    const found = await this.node.find(name);
    if (typeof found === "object") return Errno.EEXIST;
    return found === Errno.ENOENT ? Errno.ESUCCESS : found;
  }

  async #open(name: string, flags: number): Promise<File | Directory | Errno> {
    const { Create, Exclusive, Truncate, Write } = OpenFlags;
    let found = await this.node.find(name);
    if (found === Errno.ENOENT && flags & Create && !this.node.isGone) {
      if (flags & OpenFlags.Directory) return Errno.EINVAL;
      const options = { create: true };
      const made = await this.node.handle.getFileHandle(name, options);
      found = this.node.adopt(name, made);
    } else if (typeof found === "number") return found;
    else if (flags & Create && flags & Exclusive) return Errno.EEXIST;
    if (found instanceof DirectoryNode) {
      return flags & (Write | Truncate | Create)
        ? Errno.EISDIR
        : new OpfsDirectory(found);
    }
    if (flags & OpenFlags.Directory) return Errno.ENOTDIR;
    await found.open();
    if (flags & Truncate) found.setSize(0);
    return new OpfsFile(found);
  }

  async #rename(
    name: string,
    into: Directory,
    newName: string,
  ): Promise<Errno> {
    const found = await this.node.find(name);
    if (typeof found === "number") return found;
    const target = into instanceof OpfsDirectory &&
        into.node.volume === this.node.volume
      ? into.node
      : undefined;
    if (!target) return Errno.EXDEV;
    if (target.isGone) return Errno.ENOENT;
    const old = await target.find(newName);
    if (old === found) return Errno.ESUCCESS;
    if (typeof old === "number" && old !== Errno.ENOENT) return old;
    if (found instanceof DirectoryNode) {
      for (let above: DirectoryNode | undefined = target; above;) {
        if (above === found) return Errno.EINVAL;
        above = above.parent;
      }
    }
    if (typeof old === "object") {
      if (found instanceof FileNode && old instanceof DirectoryNode) {
        return Errno.EISDIR;
      }
      if (found instanceof DirectoryNode && old instanceof FileNode) {
        return Errno.ENOTDIR;
      }
      await target.remove(old); // InvalidModificationError: not empty
    }
    await move(found, target, newName);
    return Errno.ESUCCESS;
  }
}

/** Moves a file, or a directory with all that is in it, to a free name. */
async function move(
  node: FileNode | DirectoryNode,
  into: DirectoryNode,
  name: string,
): Promise<void> {
  const from = node.parent!;
  if (node instanceof FileNode) {
    await node.unlocked(() => moveFile(node, into, name));
  } else {
    const oldName = node.name;
    const made = await into.handle.getDirectoryHandle(name, { create: true });
    const target = new DirectoryNode(node.volume, undefined, name, made);
    await node.refresh();
    for (const child of [...node.children.values()]) {
      await move(child, target, child.name);
    }
    await from.handle.removeEntry(oldName);
    node.handle = made;
    for (const child of [...target.children.values()]) {
      node.insert(child.name, child);
    }
  }
  from.take(node);
  into.insert(name, node);
}

async function moveFile(
  node: FileNode,
  into: DirectoryNode,
  name: string,
): Promise<void> {
  if (node.handle.move) {
    await node.handle.move(into.handle, name);
    return;
  }
  const target = await into.handle.getFileHandle(name, { create: true });
  const file = await node.handle.getFile();
  if (target.createSyncAccessHandle) {
    const access = await target.createSyncAccessHandle();
    try {
      for (let at = 0; at < file.size; at += Part.Bytes) {
        const piece = await file.slice(at, at + Part.Bytes).arrayBuffer();
        access.write(new Uint8Array(piece), { at });
      }
    } finally {
      access.close();
    }
  } else {
    const writable = await target.createWritable!();
    await writable.write(await file.arrayBuffer());
    await writable.close();
  }
  await node.parent!.handle.removeEntry(node.name);
  node.handle = target;
}
