/**
 * Bases for file systems of one's own: files and directories that answer
 * ENOSYS to everything, so that a class needs to say only what it can do, and
 * goes on to work when the interfaces get more methods.
 */

import {
  type Directory,
  type Dirent,
  Errno,
  type File,
  FileType,
  type MaybePromise,
  OpenFlags,
  type Stat,
} from "../lib/world.ts";

/** What a handle answers that knows nothing but its type. */
function bareStat(type: FileType): Stat {
  return {
    dev: 0n,
    ino: 0n,
    type,
    linkCount: 1,
    size: 0,
    atimeNs: 0n,
    mtimeNs: 0n,
    ctimeNs: 0n,
  };
}

/** What files and directories answer alike. */
export abstract class UnsupportedHandle {
  /** What kind of file it is. */
  abstract readonly type: FileType;

  /** Describes what is open. */
  stat(): MaybePromise<Stat | Errno> {
    return bareStat(this.type);
  }

  /** Sets the times. */
  setTimes(
    _atimeNs: bigint | undefined,
    _mtimeNs: bigint | undefined,
  ): MaybePromise<Errno> {
    return Errno.ENOSYS;
  }

  /** Has what was written stored. */
  sync(_dataOnly: boolean): MaybePromise<Errno> {
    return Errno.ESUCCESS;
  }

  /** Ends the use of it. */
  close(): MaybePromise<Errno> {
    return Errno.ESUCCESS;
  }
}

/**
 * A regular file that can do nothing; `read` and `size` are the least.
 *
 * @example
 * ```ts
 * import { UnsupportedFile } from "@waxwing/waxwing";
 *
 * class Answer extends UnsupportedFile {
 *   override read(into: Uint8Array, position: number): number {
 *     if (position > 0 || into.length === 0) return 0;
 *     into[0] = 42;
 *     return 1;
 *   }
 * }
 * console.log(new Answer().read(new Uint8Array(8), 0) === 1);
 * ```
 */
export class UnsupportedFile extends UnsupportedHandle implements File {
  /** What kind of file it is. */
  readonly type: FileType = FileType.RegularFile;

  /** Reads bytes, see `File.read`. */
  read(
    _into: Uint8Array,
    _start: number,
    _end: number,
    _position: number,
  ): MaybePromise<number> {
    return -Errno.ENOSYS;
  }

  /** Writes bytes, see `File.write`. */
  write(
    _from: Uint8Array,
    _start: number,
    _end: number,
    _position: number,
  ): MaybePromise<number> {
    return -Errno.ENOSYS;
  }

  /** The length in bytes. */
  size(): MaybePromise<number> {
    return -Errno.ENOSYS;
  }

  /** Sets the length in bytes. */
  setSize(_size: number): MaybePromise<Errno> {
    return Errno.ENOSYS;
  }
}

/**
 * A directory that can do nothing; `lookup`, `open` and `readdir` are the
 * least.
 *
 * @example
 * ```ts
 * import {
 *   Errno,
 *   FileType,
 *   UnsupportedDirectory,
 *   UnsupportedFile,
 * } from "@waxwing/waxwing";
 *
 * class Hello extends UnsupportedFile {
 *   override size() {
 *     return 5;
 *   }
 *   override read(into: Uint8Array, start: number, end: number, at: number) {
 *     const text = new TextEncoder().encode("hello").subarray(at);
 *     const count = Math.min(text.length, end - start);
 *     into.set(text.subarray(0, count), start);
 *     return count;
 *   }
 * }
 * class Root extends UnsupportedDirectory {
 *   override lookup(name: string) {
 *     return name === "hello" ? new Hello().stat() : Errno.ENOENT;
 *   }
 *   override open(name: string) {
 *     return name === "hello" ? new Hello() : Errno.ENOENT;
 *   }
 * }
 * const fs = { root: () => new Root() }; // for the option `fs`
 * console.log(fs.root().type === FileType.Directory);
 * ```
 */
export class UnsupportedDirectory extends UnsupportedHandle
  implements Directory {
  /** What kind of file it is. */
  readonly type: typeof FileType.Directory = FileType.Directory;

  /** Describes an entry. */
  lookup(_name: string): MaybePromise<Stat | Errno> {
    return Errno.ENOSYS;
  }

  /** Uses `open`. */
  openDirectory(name: string): MaybePromise<Directory | Errno> {
    return this.open(name, OpenFlags.Directory) as MaybePromise<
      Directory | Errno
    >;
  }

  /** Opens an entry, or makes a file. */
  open(
    _name: string,
    _flags: number,
  ): MaybePromise<File | Directory | Errno> {
    return Errno.ENOSYS;
  }

  /** Gives the same object, which will do where `close` does nothing. */
  reopen(): MaybePromise<Directory | Errno> {
    return this;
  }

  /** The target of a symbolic link. */
  readlink(_name: string): MaybePromise<string | Errno> {
    return Errno.ENOSYS;
  }

  /** Lists entries. */
  readdir(
    _cookie: number,
    _limit: number,
  ): MaybePromise<readonly Dirent[] | Errno> {
    return Errno.ENOSYS;
  }

  /** Makes a directory. */
  mkdir(_name: string): MaybePromise<Errno> {
    return Errno.ENOSYS;
  }

  /** Makes a symbolic link. */
  symlink(_name: string, _target: string): MaybePromise<Errno> {
    return Errno.ENOSYS;
  }

  /** Gives a file one more name. */
  link(
    _name: string,
    _into: Directory,
    _newName: string,
  ): MaybePromise<Errno> {
    return Errno.ENOSYS;
  }

  /** Moves an entry. */
  rename(
    _name: string,
    _into: Directory,
    _newName: string,
  ): MaybePromise<Errno> {
    return Errno.ENOSYS;
  }

  /** Removes a name that is no directory's. */
  unlink(_name: string): MaybePromise<Errno> {
    return Errno.ENOSYS;
  }

  /** Removes an empty directory. */
  rmdir(_name: string): MaybePromise<Errno> {
    return Errno.ENOSYS;
  }

  /** Sets the times of an entry. */
  setEntryTimes(
    _name: string,
    _atimeNs: bigint | undefined,
    _mtimeNs: bigint | undefined,
  ): MaybePromise<Errno> {
    return Errno.ENOSYS;
  }
}
