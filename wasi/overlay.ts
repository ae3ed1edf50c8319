/**
 * A writable file system over one that is never changed: what a guest writes
 * goes to the upper one, which needs to hold nothing but the differences.
 *
 * The upper tree has the form of a container image's layer: an empty file
 * `.wh.NAME` (a whiteout) hides NAME below, `.wh..wh..opq` in a directory
 * hides all that is below it. Guests cannot use names that begin so. Files
 * are copied up when they are opened for writing, linked or renamed,
 * directories when something in them changes, whole trees when they are
 * renamed. A copied file keeps its serial number, and who has it open sees the
 * copy; hard links below become separate files.
 */

import {
  type Directory,
  type Dirent,
  Errno,
  type File,
  type FileSystem,
  FileType,
  isPromise,
  type MaybePromise,
  OpenFlags,
  type Stat,
} from "../lib/world.ts";
import { MemoryFS } from "./memfs.ts";
import { drive, type Steps, wait, whenReady } from "./wait.ts";

const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";

/** What is asked for at once of a file or directory that is gone through. */
const enum Part {
  Bytes = 65536,
  Entries = 256,
}

/**
 * A writable view of a file system that stays as it is.
 *
 * @example
 * ```ts
 * import { MemoryFS, OverlayFS } from "@waxwing/waxwing";
 *
 * const image = new MemoryFS({ "etc/hosts": "127.0.0.1 localhost" });
 * const changes = new MemoryFS();
 * const fs = new OverlayFS(image, changes); // for the option `fs`
 * console.log(changes.list().length === 0); // what a guest wrote
 * ```
 */
export class OverlayFS implements FileSystem {
  /** What has been changed. */
  readonly upper: FileSystem;
  readonly #lower: FileSystem;
  readonly #volume: Volume = new Volume();
  #root: Node | undefined;

  /**
   * Makes a file system over two.
   *
   * @param lower is only read
   * @param upper takes the changes. Default: an empty MemoryFS
   */
  constructor(lower: FileSystem, upper: FileSystem = new MemoryFS()) {
    this.#lower = lower;
    this.upper = upper;
  }

  /** The top directory. */
  root(): Directory {
    if (this.#root?.isOpen) this.#root.userCount++;
    else {
      const volume = this.#volume;
      const [upper, lower] = [this.upper.root(), this.#lower.root()];
      this.#root = new Node(volume, undefined, "", upper, lower);
    }
    return new OverlayDirectory(this.#root);
  }
}

/** What all of one OverlayFS shares. */
class Volume {
  /** Serial numbers of copies: the upper file system's to the guest's. */
  readonly #inos: Map<bigint, bigint> = new Map();
  /** Open files of the lower file system by its serial number. */
  readonly openFiles: Map<bigint, Set<OverlayFile>> = new Map();
  #busy: Promise<unknown> | undefined;

  /**
   * Runs an operation on the tree. One that takes time keeps others waiting,
   * so that nothing is copied twice.
   */
  run<T>(operation: Steps<T>): MaybePromise<T> {
    if (this.#busy) {
      // Steps that have not begun do nothing before it is their turn.
      const again = () => this.run(operation);
      return this.#busy.then(again, again);
    }
    const result = drive(operation);
    if (isPromise(result)) {
      const end = () => this.#busy = undefined;
      this.#busy = result.then(end, end);
    }
    return result;
  }

  /** What one of the file systems says of a file, as the guest sees it. */
  shown(stat: Stat, isUpper: boolean): Stat {
    const ino = isUpper ? this.upperIno(stat.ino) : lowerIno(stat.ino);
    return { ...stat, dev: 0n, ino };
  }

  upperIno(ino: bigint): bigint {
    return this.#inos.get(ino) ?? ino * 2n;
  }

  /** Forgets an upper file that has lost a name, if it was its last. */
  forgetIno({ ino, linkCount }: Stat): void {
    if (linkCount <= 1) this.#inos.delete(ino);
  }

  /** Lets a copy keep the serial number of the original. */
  keepIno(upper: Stat, lower: Stat): void {
    if (upper.ino && lower.ino) this.#inos.set(upper.ino, lowerIno(lower.ino));
  }
}

/** Odd numbers are the lower file system's, even ones the upper's. */
function lowerIno(ino: bigint): bigint {
  return ino && ino * 2n + 1n;
}

/** What a name stands for, and in which of the two file systems. */
interface Found {
  readonly isUpper: boolean;
  /** As that file system describes it. */
  readonly stat: Stat;
}

/**
 * A directory that is in use. There is one for each, however many users it
 * has; it keeps those of both file systems open until the last one is gone.
 */
class Node {
  readonly volume: Volume;
  parent: Node | undefined;
  name: string;
  upper: Directory | undefined;
  lower: Directory | undefined;
  readonly children: Map<string, Node> = new Map();
  userCount = 1;
  isOpen = true;
  isRemoved = false;

  constructor(
    volume: Volume,
    parent: Node | undefined,
    name: string,
    upper: Directory | undefined,
    lower: Directory | undefined,
  ) {
    this.volume = volume;
    this.parent = parent;
    this.name = name;
    this.upper = upper;
    this.lower = lower;
    parent?.children.set(name, this);
  }

  /** Ends one use, and closes what nobody uses any more, also above. */
  *release(): Steps<void> {
    this.userCount--;
    yield* closeUnused(this);
  }

  *dropLower(): Steps<void> {
    const { lower } = this;
    this.lower = undefined;
    if (lower) yield* wait(lower.close());
  }

  /** Looks a name up in the upper file system, then in the lower one. */
  *find(name: string): Steps<Found | Errno> {
    if (this.isRemoved || isReserved(name)) return Errno.ENOENT;
    if (this.upper) {
      const stat = yield* wait(this.upper.lookup(name));
      if (typeof stat !== "number") return { isUpper: true, stat };
      if (stat !== Errno.ENOENT) return stat;
    }
    const stat = yield* this.findLower(name);
    return typeof stat === "number" ? stat : { isUpper: false, stat };
  }

  /** Looks up what the lower file system has and no whiteout hides. */
  *findLower(name: string): Steps<Stat | Errno> {
    if (!this.lower) return Errno.ENOENT;
    if (this.upper) {
      const hidden = yield* wait(this.upper.lookup(WHITEOUT + name));
      if (typeof hidden !== "number") return Errno.ENOENT;
    }
    return yield* wait(this.lower.lookup(name));
  }

  /** Begins a use of the directory of a name, which is to be released. */
  *child(name: string): Steps<Node | Errno> {
    const known = this.children.get(name);
    if (known) {
      known.userCount++;
      return known;
    }
    const found = yield* this.find(name);
    if (typeof found === "number") return found;
    if (found.stat.type === FileType.SymbolicLink) return Errno.ELOOP;
    if (found.stat.type !== FileType.Directory) return Errno.ENOTDIR;
    let upper: Directory | undefined;
    if (found.isUpper) {
      const opened = yield* wait(this.upper!.openDirectory(name));
      if (typeof opened === "number") return opened;
      upper = opened;
    }
    const lower = yield* this.lowerChild(name, upper);
    if (typeof lower !== "number") {
      return new Node(this.volume, this, name, upper, lower);
    }
    if (upper) yield* wait(upper.close());
    return lower;
  }

  /** The lower directory that shows under an upper one, if there is one. */
  *lowerChild(
    name: string,
    upper: Directory | undefined,
  ): Steps<Directory | undefined | Errno> {
    const stat = yield* this.findLower(name);
    if (typeof stat === "number") {
      return stat === Errno.ENOENT ? undefined : stat;
    }
    if (stat.type !== FileType.Directory) return undefined;
    if (upper) {
      const opaque = yield* wait(upper.lookup(OPAQUE));
      if (typeof opaque !== "number") return undefined;
    }
    return yield* wait(this.lower!.openDirectory(name));
  }

  /** Makes sure that the upper file system has this directory. */
  *copyUp(): Steps<Errno> {
    if (this.isRemoved) return Errno.ENOENT;
    if (this.upper) return Errno.ESUCCESS;
    const missing: Node[] = [this]; // and those above, while they are found
    for (const { parent } of missing) if (!parent!.upper) missing.push(parent!);
    for (const node of missing.reverse()) {
      const errno = yield* node.#copySelfUp();
      if (errno !== 0) return errno;
    }
    return Errno.ESUCCESS;
  }

  *#copySelfUp(): Steps<Errno> {
    const from = yield* wait(this.lower!.stat());
    if (typeof from === "number") return from;
    const above = this.parent!.upper!;
    const made = yield* wait(above.mkdir(this.name));
    if (made !== 0 && made !== Errno.EEXIST) return made;
    const upper = yield* wait(above.openDirectory(this.name));
    if (typeof upper === "number") return upper;
    yield* wait(upper.setTimes(from.atimeNs, from.mtimeNs));
    const to = yield* wait(upper.stat());
    if (typeof to !== "number") this.volume.keepIno(to, from);
    this.upper = upper;
    return Errno.ESUCCESS;
  }

  /** Copies an entry that is no directory, its content if that is wanted. */
  *copyEntryUp(name: string, stat: Stat, wholly = true): Steps<Errno> {
    const errno = yield* this.copyUp();
    if (errno !== 0) return errno;
    const upper = this.upper!;
    const copied = stat.type === FileType.SymbolicLink
      ? yield* this.copyLink(name)
      : yield* this.copyFile(name, wholly);
    if (copied !== 0) return copied;
    yield* wait(upper.setEntryTimes(name, stat.atimeNs, stat.mtimeNs));
    const to = yield* wait(upper.lookup(name));
    if (typeof to === "number") return to;
    this.volume.keepIno(to, stat);
    this.userCount++; // the files end their use of this node
    const open = this.volume.openFiles.get(stat.ino) ?? [];
    for (const file of [...open]) yield* file.moveUp(upper);
    yield* this.release();
    return Errno.ESUCCESS;
  }

  *copyLink(name: string): Steps<Errno> {
    const target = yield* wait(this.lower!.readlink(name));
    if (typeof target === "number") return target;
    return yield* wait(this.upper!.symlink(name, target));
  }

  *copyFile(name: string, wholly: boolean): Steps<Errno> {
    const upper = this.upper!;
    const { Create, Exclusive, Read, Write } = OpenFlags;
    const from = yield* wait(this.lower!.open(name, Read));
    if (typeof from === "number") return from;
    const to = yield* wait(upper.open(name, Create | Exclusive | Write));
    let errno: Errno;
    if (typeof to === "number") errno = to;
    else {
      errno = wholly
        ? yield* copyContent(from as File, to as File)
        : Errno.ESUCCESS;
      yield* wait(to.close());
      if (errno !== 0) yield* wait(upper.unlink(name));
    }
    yield* wait(from.close());
    return errno;
  }

  /** Copies everything below, after which the lower directory is dropped. */
  *copyTreeUp(): Steps<Errno> {
    const rest: [Node, string][] = [];
    let errno = yield* this.#copyLevelUp(rest);
    for (let next; (next = rest.pop());) {
      const [above, name] = next;
      const node = errno || (yield* above.child(name));
      if (typeof node === "number") errno = node;
      else {
        errno = yield* node.#copyLevelUp(rest);
        yield* node.release();
      }
      yield* above.release();
    }
    if (errno === 0) errno = yield* mark(this.upper!, OPAQUE);
    if (errno === 0) yield* this.dropLower();
    return errno;
  }

  /** Copies what is in it, and notes the directories, each as a use of it. */
  *#copyLevelUp(rest: [Node, string][]): Steps<Errno> {
    const errno = yield* this.copyUp();
    if (errno !== 0 || !this.lower) return errno; // all of it is above
    for (let cookie = 0;;) {
      const list = yield* this.list(cookie, Part.Entries);
      if (typeof list === "number") return list;
      if (list.length === 0) return Errno.ESUCCESS;
      for (const { name, next } of list) {
        const found = yield* this.find(name);
        if (typeof found === "number") return found;
        if (found.stat.type === FileType.Directory) {
          this.userCount++;
          rest.push([this, name]);
        } else if (!found.isUpper) {
          const errno = yield* this.copyEntryUp(name, found.stat);
          if (errno !== 0) return errno;
        }
        cookie = next;
      }
    }
  }

  /**
   * Hides what the lower file system has under a name, after the upper one
   * has lost it.
   */
  *hideLower(name: string): Steps<Errno> {
    const stat = yield* this.findLower(name);
    if (typeof stat === "number") return Errno.ESUCCESS;
    const errno = yield* this.copyUp();
    return errno !== 0 ? errno : yield* mark(this.upper!, WHITEOUT + name);
  }

  /** Takes a whiteout away, after the upper file system has got the name. */
  *unhide(name: string): Steps<void> {
    yield* wait(this.upper!.unlink(WHITEOUT + name));
  }

  /**
   * Lists entries. First come the names of the lower file system, whichever
   * has the file now, with even cookies; then those of the upper one alone,
   * with odd ones. The lower one never changes, so no name moves.
   */
  *list(cookie: number, limit: number): Steps<Dirent[] | Errno> {
    const list: Dirent[] = [];
    if (this.isRemoved) return list;
    let at = cookie;
    while (list.length < limit) {
      const source = at % 2 === 0 ? this.lower : this.upper;
      const step = Math.floor(at / 2);
      const entries = source
        ? yield* wait(source.readdir(step, limit - list.length))
        : [];
      if (typeof entries === "number") return entries;
      if (entries.length === 0) {
        if (at % 2 === 1) break;
        at = 1;
        continue;
      }
      for (const entry of entries) {
        const odd = at % 2;
        at = entry.next * 2 + odd;
        const shown = yield* this.shown(entry, odd === 1);
        if (shown) list.push({ ...shown, next: at });
      }
    }
    return list;
  }

  /** An entry of one file system as the guest sees it, if it does. */
  *shown(entry: Dirent, isUpper: boolean): Steps<Dirent | undefined> {
    const { name, ino } = entry;
    if (isReserved(name)) return undefined;
    if (isUpper) {
      const below = this.lower ? yield* wait(this.lower.lookup(name)) : 0;
      if (typeof below === "object") return undefined; // listed before
      return { ...entry, ino: this.volume.upperIno(ino) };
    }
    const found = this.upper ? yield* this.find(name) : Errno.ENOENT;
    if (typeof found === "object" && found.isUpper) {
      const { type, ino } = found.stat;
      return { ...entry, type, ino: this.volume.upperIno(ino) };
    }
    if (this.upper && typeof found === "number") return undefined;
    return { ...entry, ino: lowerIno(ino) };
  }

  /** Whether the guest sees nothing in it. */
  *isEmpty(): Steps<boolean | Errno> {
    const list = yield* this.list(0, 1);
    return typeof list === "number" ? list : list.length === 0;
  }

  /** Takes the marks out of the upper directory, which is empty otherwise. */
  *removeMarks(): Steps<Errno> {
    for (;;) {
      const list = yield* wait(this.upper!.readdir(0, Part.Entries));
      if (typeof list === "number") return list;
      if (list.length === 0) return Errno.ESUCCESS;
      for (const { name } of list) {
        const errno = yield* wait(this.upper!.unlink(name));
        if (errno !== 0) return errno;
      }
    }
  }
}

/** Closes a directory that nobody uses, and those above that this one used. */
function* closeUnused(node: Node | undefined): Steps<void> {
  while (node?.isOpen && node.userCount === 0 && node.children.size === 0) {
    node.isOpen = false;
    const { parent, name, upper }: Node = node;
    if (parent?.children.get(name) === node) parent.children.delete(name);
    if (upper) yield* wait(upper.close());
    yield* node.dropLower();
    node = parent;
  }
}

/** Names that the overlay keeps for itself. */
function isReserved(name: string): boolean {
  return name.startsWith(WHITEOUT);
}

/** Makes an empty file if there is none. */
function* mark(directory: Directory, name: string): Steps<Errno> {
  const flags = OpenFlags.Create | OpenFlags.Write;
  const file = yield* wait(directory.open(name, flags));
  return typeof file === "number" ? file : yield* wait(file.close());
}

function* copyContent(from: File, to: File): Steps<Errno> {
  for (let position = 0;;) {
    const buffer = new Uint8Array(Part.Bytes);
    const count = yield* wait(from.read(buffer, 0, Part.Bytes, position));
    if (count < 0) return -count as Errno;
    if (count === 0) return Errno.ESUCCESS;
    for (let done = 0; done < count;) {
      const at = position + done;
      const written = yield* wait(to.write(buffer, done, count, at));
      if (written < 0) return -written as Errno;
      done += written;
    }
    position += count;
  }
}

/** One opening of a file, in whichever file system it is now. */
class OverlayFile implements File {
  readonly type: FileType;
  readonly #node: Node;
  readonly #name: string;
  /** The serial number below, as long as it is the lower file. */
  #lowerIno: bigint | undefined;
  #file: File;

  constructor(node: Node, name: string, file: File, lower?: Stat) {
    this.type = file.type;
    this.#node = node;
    this.#name = name;
    this.#file = file;
    if (!lower) return;
    this.#lowerIno = lower.ino;
    node.userCount++;
    const { openFiles } = node.volume;
    const files = openFiles.get(lower.ino) ?? new Set();
    openFiles.set(lower.ino, files.add(this));
  }

  get direct(): boolean | undefined {
    return this.#file.direct;
  }

  read(
    into: Uint8Array,
    start: number,
    end: number,
    position: number,
  ): MaybePromise<number> {
    return this.#file.read(into, start, end, position);
  }

  write(
    from: Uint8Array,
    start: number,
    end: number,
    position: number,
  ): MaybePromise<number> {
    if (this.#lowerIno !== undefined) return -Errno.EBADF;
    return this.#file.write(from, start, end, position);
  }

  size(): MaybePromise<number> {
    return this.#file.size();
  }

  setSize(size: number): MaybePromise<Errno> {
    if (this.#lowerIno !== undefined) return Errno.EBADF;
    return this.#file.setSize(size);
  }

  stat(): MaybePromise<Stat | Errno> {
    const { volume } = this.#node;
    const isUpper = this.#lowerIno === undefined;
    return whenReady(
      this.#file.stat(),
      (stat) => typeof stat === "number" ? stat : volume.shown(stat, isUpper),
    );
  }

  setTimes(
    atimeNs: bigint | undefined,
    mtimeNs: bigint | undefined,
  ): MaybePromise<Errno> {
    return this.#node.volume.run(this.#setTimes(atimeNs, mtimeNs));
  }

  sync(dataOnly: boolean): MaybePromise<Errno> {
    return this.#file.sync(dataOnly);
  }

  close(): MaybePromise<Errno> {
    if (this.#lowerIno === undefined) return this.#file.close();
    return this.#node.volume.run(this.#closeLower());
  }

  /** Goes on with the copy of the file. */
  *moveUp(upper: Directory): Steps<void> {
    const copy = yield* wait(upper.open(this.#name, OpenFlags.Read));
    if (typeof copy === "number") return;
    yield* this.#closeLower();
    this.#file = copy as File;
  }

  *#setTimes(
    atimeNs: bigint | undefined,
    mtimeNs: bigint | undefined,
  ): Steps<Errno> {
    if (this.#lowerIno !== undefined) {
      const found = yield* this.#node.find(this.#name);
      if (typeof found === "number") return Errno.EROFS; // it has no name now
      if (found.isUpper || found.stat.ino !== this.#lowerIno) {
        return Errno.EROFS;
      }
      const errno = yield* this.#node.copyEntryUp(this.#name, found.stat);
      if (errno !== 0) return errno;
    }
    return yield* wait(this.#file.setTimes(atimeNs, mtimeNs));
  }

  /** Closes the lower file, unless it has been closed meanwhile. */
  *#closeLower(): Steps<Errno> {
    if (this.#lowerIno === undefined) return yield* wait(this.#file.close());
    const { openFiles } = this.#node.volume;
    const files = openFiles.get(this.#lowerIno);
    files?.delete(this);
    if (files?.size === 0) openFiles.delete(this.#lowerIno);
    this.#lowerIno = undefined;
    yield* this.#node.release();
    return yield* wait(this.#file.close());
  }
}

/** One opening of a directory. */
class OverlayDirectory implements Directory {
  readonly type = FileType.Directory;
  readonly node: Node;
  #isOpen = true;

  /** Takes over one use of the node. */
  constructor(node: Node) {
    this.node = node;
  }

  stat(): MaybePromise<Stat | Errno> {
    return this.#run(this.#stat());
  }

  setTimes(
    atimeNs: bigint | undefined,
    mtimeNs: bigint | undefined,
  ): MaybePromise<Errno> {
    return this.#run(this.#setTimes(atimeNs, mtimeNs));
  }

  sync(dataOnly: boolean): MaybePromise<Errno> {
    return this.node.upper?.sync(dataOnly) ?? Errno.ESUCCESS;
  }

  close(): MaybePromise<Errno> {
    return this.#run(this.#close());
  }

  reopen(): Directory {
    this.node.userCount++;
    return new OverlayDirectory(this.node);
  }

  lookup(name: string): MaybePromise<Stat | Errno> {
    return this.#run(this.#lookup(name));
  }

  openDirectory(name: string): MaybePromise<Directory | Errno> {
    return this.#run(this.#openDirectory(name));
  }

  open(name: string, flags: number): MaybePromise<File | Directory | Errno> {
    return this.#run(this.#open(name, flags));
  }

  readlink(name: string): MaybePromise<string | Errno> {
    return this.#run(this.#readlink(name));
  }

  readdir(
    cookie: number,
    limit: number,
  ): MaybePromise<readonly Dirent[] | Errno> {
    return this.#run(this.node.list(cookie, limit));
  }

  mkdir(name: string): MaybePromise<Errno> {
    return this.#run(this.#mkdir(name));
  }

  symlink(name: string, target: string): MaybePromise<Errno> {
    return this.#run(this.#symlink(name, target));
  }

  link(name: string, into: Directory, newName: string): MaybePromise<Errno> {
    return this.#run(this.#link(name, into, newName));
  }

  rename(name: string, into: Directory, newName: string): MaybePromise<Errno> {
    return this.#run(this.#rename(name, into, newName));
  }

  unlink(name: string): MaybePromise<Errno> {
    return this.#run(this.#unlink(name));
  }

  rmdir(name: string): MaybePromise<Errno> {
    return this.#run(this.#rmdir(name));
  }

  setEntryTimes(
    name: string,
    atimeNs: bigint | undefined,
    mtimeNs: bigint | undefined,
  ): MaybePromise<Errno> {
    return this.#run(this.#setEntryTimes(name, atimeNs, mtimeNs));
  }

  #run<T>(steps: Steps<T>): MaybePromise<T> {
    return this.node.volume.run(steps);
  }

  *#stat(): Steps<Stat | Errno> {
    const { upper, lower, volume, isRemoved } = this.node;
    const stat = yield* wait((upper ?? lower!).stat());
    if (typeof stat === "number") return stat;
    const shown = volume.shown(stat, upper !== undefined);
    return isRemoved ? { ...shown, linkCount: 0 } : shown;
  }

  *#setTimes(
    atimeNs: bigint | undefined,
    mtimeNs: bigint | undefined,
  ): Steps<Errno> {
    const errno = yield* this.node.copyUp();
    if (errno !== 0) return errno;
    return yield* wait(this.node.upper!.setTimes(atimeNs, mtimeNs));
  }

  *#close(): Steps<Errno> {
    if (this.#isOpen) {
      this.#isOpen = false;
      yield* this.node.release();
    }
    return Errno.ESUCCESS;
  }

  *#lookup(name: string): Steps<Stat | Errno> {
    const found = yield* this.node.find(name);
    if (typeof found === "number") return found;
    return this.node.volume.shown(found.stat, found.isUpper);
  }

  *#openDirectory(name: string): Steps<Directory | Errno> {
    const child = yield* this.node.child(name);
    return typeof child === "number" ? child : new OverlayDirectory(child);
  }

  *#open(name: string, flags: number): Steps<File | Directory | Errno> {
    const { node } = this;
    const { Create, Exclusive, Truncate, Write } = OpenFlags;
    const found = yield* node.find(name);
    if (found === Errno.ENOENT && flags & Create) {
      return yield* this.#create(name, flags);
    }
    if (typeof found === "number") return found;
    const { type } = found.stat;
    if (flags & Create && flags & Exclusive) return Errno.EEXIST;
    if (type === FileType.SymbolicLink) return Errno.ELOOP;
    if (type === FileType.Directory) {
      return flags & (Write | Truncate | Create)
        ? Errno.EISDIR
        : yield* this.#openDirectory(name);
    }
    if (flags & OpenFlags.Directory) return Errno.ENOTDIR;
    const existing = flags & ~Create;
    if (!found.isUpper && !(flags & (Write | Truncate))) {
      const file = yield* wait(node.lower!.open(name, existing));
      if (typeof file === "number") return file;
      return new OverlayFile(node, name, file as File, found.stat);
    }
    const errno = yield* this.#raise(name, found, !(flags & Truncate));
    if (errno !== 0) return errno;
    const file = yield* wait(node.upper!.open(name, existing));
    return typeof file === "number"
      ? file
      : new OverlayFile(node, name, file as File);
  }

  *#create(name: string, flags: number): Steps<File | Errno> {
    if (flags & OpenFlags.Directory) return Errno.EINVAL;
    const errno = yield* this.#mayCreate(name);
    if (errno !== 0) return errno;
    const file = yield* wait(this.node.upper!.open(name, flags));
    if (typeof file === "number") return file;
    yield* this.node.unhide(name);
    return new OverlayFile(this.node, name, file as File);
  }

  /** Makes the upper directory ready for a name that must be free. */
  *#mayCreate(name: string): Steps<Errno> {
    if (isReserved(name)) return Errno.EPERM;
    const found = yield* this.node.find(name);
    if (typeof found !== "number") return Errno.EEXIST;
    return found === Errno.ENOENT ? yield* this.node.copyUp() : found;
  }

  *#readlink(name: string): Steps<string | Errno> {
    const { node } = this;
    const found = yield* node.find(name);
    if (typeof found === "number") return found;
    const directory = found.isUpper ? node.upper! : node.lower!;
    return yield* wait(directory.readlink(name));
  }

  *#mkdir(name: string): Steps<Errno> {
    let errno = yield* this.#mayCreate(name);
    if (errno !== 0) return errno;
    const { upper, lower } = this.node;
    errno = yield* wait(upper!.mkdir(name));
    if (errno !== 0) return errno;
    // What a directory of this name had below stays hidden.
    const below = lower ? yield* wait(lower.lookup(name)) : Errno.ENOENT;
    if (typeof below === "object" && below.type === FileType.Directory) {
      const made = yield* wait(upper!.openDirectory(name));
      if (typeof made === "number") return made;
      errno = yield* mark(made, OPAQUE);
      yield* wait(made.close());
    }
    if (errno === 0) yield* this.node.unhide(name);
    return errno;
  }

  *#symlink(name: string, target: string): Steps<Errno> {
    const errno = yield* this.#mayCreate(name);
    if (errno !== 0) return errno;
    const made = yield* wait(this.node.upper!.symlink(name, target));
    if (made === 0) yield* this.node.unhide(name);
    return made;
  }

  /** Has an entry that is no directory in the upper file system. */
  *#raise(name: string, found: Found, wholly = true): Steps<Errno> {
    return found.isUpper
      ? Errno.ESUCCESS
      : yield* this.node.copyEntryUp(name, found.stat, wholly);
  }

  /** The same overlay's directory. */
  #sibling(into: Directory): OverlayDirectory | undefined {
    return into instanceof OverlayDirectory &&
        into.node.volume === this.node.volume
      ? into
      : undefined;
  }

  *#link(name: string, into: Directory, newName: string): Steps<Errno> {
    const found = yield* this.node.find(name);
    if (typeof found === "number") return found;
    const target = this.#sibling(into);
    if (!target) return Errno.EXDEV;
    let errno = yield* target.#mayCreate(newName);
    if (errno !== 0) return errno;
    if (found.stat.type === FileType.Directory) return Errno.EPERM;
    errno = yield* this.#raise(name, found);
    if (errno !== 0) return errno;
    const { upper } = target.node;
    errno = yield* wait(this.node.upper!.link(name, upper!, newName));
    if (errno === 0) yield* target.node.unhide(newName);
    return errno;
  }

  *#unlink(name: string): Steps<Errno> {
    const { node } = this;
    const found = yield* node.find(name);
    if (typeof found === "number") return found;
    if (found.stat.type === FileType.Directory) return Errno.EISDIR;
    if (!found.isUpper) return yield* node.hideLower(name);
    const errno = yield* wait(node.upper!.unlink(name));
    if (errno !== 0) return errno;
    node.volume.forgetIno(found.stat);
    return yield* node.hideLower(name);
  }

  *#rmdir(name: string): Steps<Errno> {
    const { node } = this;
    const child = yield* node.child(name);
    if (typeof child === "number") {
      return child === Errno.ELOOP ? Errno.ENOTDIR : child;
    }
    const errno = yield* this.#removeChild(child);
    yield* child.release();
    return errno;
  }

  *#removeChild(child: Node): Steps<Errno> {
    const isEmpty = yield* child.isEmpty();
    if (typeof isEmpty === "number") return isEmpty;
    if (!isEmpty) return Errno.ENOTEMPTY;
    const { node } = this;
    const { name } = child;
    if (child.upper) {
      let errno = yield* child.removeMarks();
      if (errno === 0) errno = yield* wait(node.upper!.rmdir(name));
      if (errno !== 0) return errno;
    }
    child.isRemoved = true;
    node.children.delete(name);
    return yield* node.hideLower(name);
  }

  *#rename(name: string, into: Directory, newName: string): Steps<Errno> {
    const { node } = this;
    const found = yield* node.find(name);
    if (typeof found === "number") return found;
    const target = this.#sibling(into);
    if (!target) return Errno.EXDEV;
    if (isReserved(newName)) return Errno.EPERM;
    if (target.node.isRemoved) return Errno.ENOENT;
    if (target.node === node && name === newName) return Errno.ESUCCESS;
    const replaced = yield* target.node.find(newName);
    if (typeof replaced === "number" && replaced !== Errno.ENOENT) {
      return replaced;
    }
    const old = typeof replaced === "number" ? undefined : replaced;
    if (found.stat.type === FileType.Directory) {
      return yield* this.#moveDirectory(name, target, newName, old);
    }
    if (old?.stat.type === FileType.Directory) return Errno.EISDIR;
    const isSame = old && old.isUpper && found.isUpper &&
      old.stat.ino !== 0n && old.stat.ino === found.stat.ino;
    if (isSame) return Errno.ESUCCESS;
    let errno = yield* this.#raise(name, found);
    if (errno === 0) errno = yield* target.node.copyUp();
    if (errno === 0) errno = yield* this.#move(name, target, newName);
    if (errno === 0 && old?.isUpper) node.volume.forgetIno(old.stat);
    return errno;
  }

  /** Moves what the upper file system has, and hides what is below. */
  *#move(
    name: string,
    target: OverlayDirectory,
    newName: string,
  ): Steps<Errno> {
    const to = target.node.upper!;
    const errno = yield* wait(this.node.upper!.rename(name, to, newName));
    if (errno !== 0) return errno;
    yield* target.node.unhide(newName);
    return yield* this.node.hideLower(name);
  }

  *#moveDirectory(
    name: string,
    target: OverlayDirectory,
    newName: string,
    old: Found | undefined,
  ): Steps<Errno> {
    const child = yield* this.node.child(name);
    if (typeof child === "number") return child;
    let errno = yield* this.#mayMove(child, target, newName, old);
    if (errno === 0) errno = yield* child.copyTreeUp();
    if (errno === 0) errno = yield* target.node.copyUp();
    if (errno === 0) errno = yield* this.#move(name, target, newName);
    if (errno === 0) {
      this.node.children.delete(name);
      child.name = newName;
      child.parent = target.node;
      target.node.children.set(newName, child);
    }
    yield* child.release();
    return errno;
  }

  /** Whether a directory may go there; what is in its place is removed. */
  *#mayMove(
    child: Node,
    target: OverlayDirectory,
    newName: string,
    old: Found | undefined,
  ): Steps<Errno> {
    let above: Node | undefined = target.node;
    for (; above; above = above.parent) {
      if (above === child) return Errno.EINVAL;
    }
    if (!old) return Errno.ESUCCESS;
    if (old.stat.type !== FileType.Directory) return Errno.ENOTDIR;
    return yield* target.#rmdir(newName);
  }

  *#setEntryTimes(
    name: string,
    atimeNs: bigint | undefined,
    mtimeNs: bigint | undefined,
  ): Steps<Errno> {
    const { node } = this;
    const found = yield* node.find(name);
    if (typeof found === "number") return found;
    if (found.stat.type === FileType.Directory) {
      const child = yield* node.child(name);
      if (typeof child === "number") return child;
      const errno = yield* child.copyUp();
      yield* child.release();
      if (errno !== 0) return errno;
    } else {
      const errno = yield* this.#raise(name, found);
      if (errno !== 0) return errno;
    }
    return yield* wait(node.upper!.setEntryTimes(name, atimeNs, mtimeNs));
  }
}
