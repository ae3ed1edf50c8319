/**
 * From a guest's path to a directory and a name in it. Paths are POSIX on
 * every host. A walk starts at an open directory, goes one component at a
 * time over open handles, expands symbolic links itself and answers `..` from
 * its own stack of handles. So a guest cannot leave the directory: not by
 * `..`, not by an absolute path or link (EPERM, as in wazero), and not by
 * renaming what lies above, since no path is ever looked up a second time.
 */

import { type Directory, Errno, isPromise } from "../lib/world.ts";
import { toBytes } from "./stream.ts";
import { type Steps, wait } from "./wait.ts";

const enum Most {
  /** The longest path in bytes, as on Linux without its NUL. */
  PathBytes = 4095,
  /** The longest name in bytes. */
  NameBytes = 255,
  /** How many symbolic links one walk may expand, as on Linux. */
  Links = 40,
}

const enum Cost {
  /** What going through one component of a path counts as. */
  ComponentBytes = 256,
}

/**
 * The text of a path in guest memory.
 * @returns EINVAL with a NUL inside, EILSEQ if it is not UTF-8, ENAMETOOLONG
 */
export function decodePath(bytes: Uint8Array): string | Errno {
  if (bytes.length > Most.PathBytes) return Errno.ENAMETOOLONG;
  if (bytes.includes(0)) return Errno.EINVAL;
  let text = "";
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] >= 0x80) return decodeUtf8(bytes);
    text += String.fromCharCode(bytes[i]);
  }
  return text;
}

function decodeUtf8(bytes: Uint8Array): string | Errno {
  try {
    // A copy, because the memory may be shared, which decoders refuse.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes.slice());
  } catch {
    return Errno.EILSEQ;
  }
}

/** Whether a name has at most 255 bytes as UTF-8. */
export function nameFits(name: string): boolean {
  if (name.length > Most.NameBytes) return false;
  if (name.length * 3 <= Most.NameBytes) return true;
  return toBytes(name).length <= Most.NameBytes;
}

/**
 * The way to one path. After `resolve` has answered 0, `directory` is open
 * and `name` is what the path calls in it: one name, not looked up yet, or ""
 * for the directory itself. `finish` closes what was opened on the way.
 */
export class Walk {
  /** The entry of `directory`, or "" if the path ends in the directory. */
  name = "";
  /** The path ends in `/`: only a directory will do. */
  mustBeDirectory = false;
  readonly #base: Directory;
  readonly #onTransfer: ((byteLength: number) => void) | undefined;
  /** Directories opened below the base, outermost first. */
  readonly #opened: Directory[] = [];
  /** Components still to go, the next one last. */
  readonly #pending: string[] = [];
  #linkCount = 0;

  constructor(base: Directory, onTransfer?: (byteLength: number) => void) {
    this.#base = base;
    this.#onTransfer = onTransfer;
  }

  /** The directory that the walk has reached. Closed by `finish`. */
  get directory(): Directory {
    return this.#opened.at(-1) ?? this.#base;
  }

  /** Goes to the last component of a path. */
  *resolve(path: string): Steps<Errno> {
    const errno = this.#push(path);
    return errno !== 0 ? errno : yield* this.#advance();
  }

  /** Goes on through `name`, which was found to be a symbolic link. */
  *followLink(): Steps<Errno> {
    const target = yield* wait(this.directory.readlink(this.name));
    if (typeof target === "number") return target;
    if (++this.#linkCount > Most.Links) return Errno.ELOOP;
    const errno = this.#push(target);
    return errno !== 0 ? errno : yield* this.#advance();
  }

  /** An independent handle of `directory`, which outlives the walk. */
  *take(): Steps<Directory | Errno> {
    return this.#opened.pop() ?? (yield* wait(this.#base.reopen()));
  }

  /** Closes every handle that the walk has opened. */
  *finish(): Steps<void> {
    while (this.#opened.length) yield* wait(this.#opened.pop()!.close());
  }

  /** Puts the components of a path before those that are still to go. */
  #push(path: string): Errno {
    if (path === "") return Errno.ENOENT;
    if (path.length > Most.PathBytes) return Errno.ENAMETOOLONG;
    if (path[0] === "/") return Errno.EPERM;
    const pending = this.#pending;
    if (pending.length === 0 && path.endsWith("/")) this.mustBeDirectory = true;
    const parts = path.split("/");
    this.#onTransfer?.(parts.length * Cost.ComponentBytes);
    for (let i = parts.length - 1; i >= 0; i--) {
      const part = parts[i];
      // The last of all stands for the directory before it, which it opens.
      if (part === "" || part === "." && pending.length > 0) continue;
      if (!nameFits(part)) return Errno.ENAMETOOLONG;
      pending.push(part);
    }
    return Errno.ESUCCESS;
  }

  *#advance(): Steps<Errno> {
    this.name = "";
    while (this.#pending.length) {
      const name = this.#pending.pop()!;
      if (name === ".") continue;
      if (name === "..") {
        const left = this.#opened.pop();
        if (!left) return Errno.EPERM;
        yield* wait(left.close());
        continue;
      }
      this.name = name;
      if (this.#pending.length === 0) return Errno.ESUCCESS;
      const found = this.directory.openDirectory(name);
      const next = isPromise(found) ? yield* wait(found) : found;
      if (typeof next !== "number") {
        this.#opened.push(next);
      } else if (next === Errno.ELOOP) {
        return yield* this.followLink();
      } else {
        return next;
      }
      this.name = "";
    }
    return Errno.ESUCCESS;
  }
}

/** Runs `use` at the end of a path and closes the walk, whatever happens. */
export function* walkTo<T>(
  base: Directory,
  path: string,
  use: (walk: Walk) => Steps<T>,
  onTransfer?: (byteLength: number) => void,
): Steps<T | Errno> {
  const walk = new Walk(base, onTransfer);
  try {
    const errno = yield* walk.resolve(path);
    return errno !== 0 ? errno : yield* use(walk);
  } finally {
    yield* walk.finish();
  }
}
