/**
 * A file system that can be read only, over any other. What would change it
 * answers EROFS, where it would not have failed anyway for what is there.
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
import { UnsupportedDirectory } from "./unsupported.ts";
import { drive, type Steps, wait, whenReady } from "./wait.ts";

/**
 * Another file system, read only.
 *
 * @example
 * ```ts
 * import { MemoryFS, ReadOnlyFS } from "@waxwing/waxwing";
 *
 * const fs = new ReadOnlyFS(new MemoryFS({ "in.txt": "hi" }));
 * ```
 */
export class ReadOnlyFS implements FileSystem {
  readonly #fs: FileSystem;

  /** Makes a view of a file system. */
  constructor(fs: FileSystem) {
    this.#fs = fs;
  }

  /** The top directory. */
  root(): Directory {
    return new ReadOnlyDirectory(this.#fs.root());
  }
}

/** What is opened, made read only. */
function protect(handle: File | Directory): File | Directory {
  return handle.type === FileType.Directory
    ? new ReadOnlyDirectory(handle as Directory)
    : new ReadOnlyFile(handle as File);
}

class ReadOnlyFile implements File {
  readonly type: FileType;
  readonly direct: boolean | undefined;
  readonly #file: File;

  constructor(file: File) {
    this.#file = file;
    this.type = file.type;
    this.direct = file.direct;
  }

  read(
    into: Uint8Array,
    start: number,
    end: number,
    position: number,
  ): MaybePromise<number> {
    return this.#file.read(into, start, end, position);
  }

  write(): number {
    return -Errno.EROFS;
  }

  size(): MaybePromise<number> {
    return this.#file.size();
  }

  setSize(): Errno {
    return Errno.EROFS;
  }

  stat(): MaybePromise<Stat | Errno> {
    return this.#file.stat();
  }

  setTimes(): Errno {
    return Errno.EROFS;
  }

  sync(): Errno {
    return Errno.ESUCCESS;
  }

  close(): MaybePromise<Errno> {
    return this.#file.close();
  }

  readable(): MaybePromise<number> {
    return this.#file.readable?.() ?? 1;
  }
}

class ReadOnlyDirectory extends UnsupportedDirectory {
  readonly #directory: Directory;

  constructor(directory: Directory) {
    super();
    this.#directory = directory;
  }

  override stat(): MaybePromise<Stat | Errno> {
    return this.#directory.stat();
  }

  override close(): MaybePromise<Errno> {
    return this.#directory.close();
  }

  override lookup(name: string): MaybePromise<Stat | Errno> {
    return this.#directory.lookup(name);
  }

  override openDirectory(name: string): MaybePromise<Directory | Errno> {
    return protectOpened(this.#directory.openDirectory(name));
  }

  override reopen(): MaybePromise<Directory | Errno> {
    return protectOpened(this.#directory.reopen());
  }

  override open(
    name: string,
    flags: number,
  ): MaybePromise<File | Directory | Errno> {
    const changes = OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate;
    return flags & changes
      ? drive(this.#openToChange(name, flags))
      : protectOpened(this.#directory.open(name, flags));
  }

  override readlink(name: string): MaybePromise<string | Errno> {
    return this.#directory.readlink(name);
  }

  override readdir(
    cookie: number,
    limit: number,
  ): MaybePromise<readonly Dirent[] | Errno> {
    return this.#directory.readdir(cookie, limit);
  }

  override mkdir(name: string): MaybePromise<Errno> {
    return this.#refuseNew(name);
  }

  override symlink(name: string, _target: string): MaybePromise<Errno> {
    return this.#refuseNew(name);
  }

  override link(name: string): MaybePromise<Errno> {
    return this.#refuse(name);
  }

  override rename(name: string): MaybePromise<Errno> {
    return this.#refuse(name);
  }

  override unlink(name: string): MaybePromise<Errno> {
    return this.#refuse(name, Errno.EISDIR);
  }

  override rmdir(name: string): MaybePromise<Errno> {
    return this.#refuse(name);
  }

  override setTimes(): Errno {
    return Errno.EROFS;
  }

  override setEntryTimes(name: string): MaybePromise<Errno> {
    return this.#refuse(name);
  }

  /** EROFS; another errno where there is nothing, or only a directory. */
  #refuse(
    name: string,
    ofDirectory: Errno = Errno.EROFS,
  ): MaybePromise<Errno> {
    const errnoOf = (stat: Stat | Errno): Errno =>
      typeof stat === "number"
        ? stat
        : stat.type === FileType.Directory
        ? ofDirectory
        : Errno.EROFS;
    return whenReady(this.#directory.lookup(name), errnoOf);
  }

  /** EROFS, or EEXIST where the name is taken. */
  #refuseNew(name: string): MaybePromise<Errno> {
    const errnoOf = (stat: Stat | Errno): Errno =>
      typeof stat === "object"
        ? Errno.EEXIST
        : stat === Errno.ENOENT
        ? Errno.EROFS
        : stat;
    return whenReady(this.#directory.lookup(name), errnoOf);
  }

  *#openToChange(
    name: string,
    flags: number,
  ): Steps<File | Directory | Errno> {
    const { Create, Exclusive, Truncate, Write } = OpenFlags;
    const stat = yield* wait(this.#directory.lookup(name));
    if (typeof stat === "number") {
      return stat === Errno.ENOENT && flags & Create ? Errno.EROFS : stat;
    }
    if (flags & Create && flags & Exclusive) return Errno.EEXIST;
    if (stat.type === FileType.SymbolicLink) return Errno.ELOOP;
    if (stat.type === FileType.Directory) return Errno.EISDIR;
    if (flags & OpenFlags.Directory) return Errno.ENOTDIR;
    if (flags & (Write | Truncate)) return Errno.EROFS;
    const file = yield* wait(this.#directory.open(name, flags & ~Create));
    return typeof file === "number" ? file : protect(file);
  }
}

function protectOpened<H extends File | Directory>(
  opened: MaybePromise<H | Errno>,
): MaybePromise<H | Errno> {
  return whenReady(
    opened,
    (handle) => typeof handle === "number" ? handle : protect(handle) as H,
  );
}
