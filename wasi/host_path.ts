/**
 * Where an open directory of the host is, in two ways.
 *
 * On Linux it is a descriptor, and its path is `/proc/self/fd/N/.`: what N has
 * open, wherever it has been moved, and nothing that another process does to
 * names on the way leads elsewhere.
 *
 * Elsewhere it is a path below the root, kept as a tree of names that follows
 * what is renamed through this file system. Before each use the path is
 * checked to be without symbolic links and to lead to the same directory as
 * when it was opened. Guests of one JavaScript thread cannot come between
 * check and use, so they stay inside; another process or thread that may
 * write there could. On Windows, names that mean something else than a file
 * of that name are refused.
 */

import * as fs from "node:fs";
import { Errno } from "../lib/world.ts";

/** An open directory. */
export interface Place {
  /** Whether it is found by a path that has to be checked. */
  readonly isPath: boolean;
  /** A path for one use, which ends in `/.`. */
  path(): string | Errno;
  /**
   * Opens an entry; ENOTDIR, or ELOOP if it is a symbolic link.
   * @param toRead fail where it may be passed through, but not be read
   */
  openEntry(name: string, toRead: boolean): Place | Errno;
  /** A second one of the same directory. */
  reopen(): Place | Errno;
  close(): Errno;
}

/** Whether the host may make a hard link of a symbolic link's target. */
export function linkFollows(): boolean {
  return globalThis.process.platform !== "linux";
}

/** Whether names can be looked up from open descriptors. */
export function hasDescriptorPaths(): boolean {
  const fds: number[] = [];
  try {
    // Numbers that are no descriptors of the system would not lead here.
    return ["/", "/proc"].every((path) => {
      const fd = fs.openSync(path, directoryFlags());
      fds.push(fd);
      return fs.readlinkSync(`/proc/self/fd/${fd}`) === path;
    });
  } catch {
    return false;
  } finally {
    for (const fd of fds) fs.closeSync(fd);
  }
}

/** Linux's flag for what is open as a place only; `node:fs` does not tell. */
const O_PATH = 0o10000000;

/** Who only passes through a directory needs no right to read it. */
function directoryFlags(toRead = false): number {
  const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = fs.constants;
  const isLinux = globalThis.process.platform === "linux";
  const access = isLinux && !toRead ? O_PATH : O_RDONLY;
  return access | O_DIRECTORY | O_NOFOLLOW;
}

/** A directory that is open as a descriptor, which it takes over. */
class DescriptorPlace implements Place {
  readonly isPath = false;
  #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  path(): string | Errno {
    return this.#fd < 0 ? Errno.EBADF : `/proc/self/fd/${this.#fd}/.`;
  }

  openEntry(name: string, toRead: boolean): Place | Errno {
    if (this.#fd < 0) return Errno.EBADF;
    const path = `/proc/self/fd/${this.#fd}/${name}`;
    try {
      return new DescriptorPlace(fs.openSync(path, directoryFlags(toRead)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOTDIR") throw error;
      const isLink = fs.lstatSync(path).isSymbolicLink();
      return isLink ? Errno.ELOOP : Errno.ENOTDIR;
    }
  }

  reopen(): Place | Errno {
    if (this.#fd < 0) return Errno.EBADF;
    return openByPath(`/proc/self/fd/${this.#fd}/.`);
  }

  close(): Errno {
    if (this.#fd < 0) return Errno.EBADF;
    const fd = this.#fd;
    this.#fd = -1;
    fs.closeSync(fd);
    return Errno.ESUCCESS;
  }
}

function openByPath(path: string): Place {
  return new DescriptorPlace(fs.openSync(path, directoryFlags()));
}

/** The place of a descriptor that has a directory open. */
export function openPlace(fd: number): Place {
  return new DescriptorPlace(fd);
}

/** A directory in the tree of those that are open by path. */
interface PathNode {
  /** `undefined` of the root. */
  parent: PathNode | undefined;
  /** The name in the parent; of the root, its path. */
  name: string;
  /** Device and serial number. */
  readonly key: string;
  /** Handles of it, and nodes below it. */
  users: number;
}

/** The open directories of one file system. */
export class PlaceRegistry {
  readonly isPath: boolean;
  readonly #root: string;
  readonly #nodes = new Map<string, PathNode>();

  constructor(root: string, isPath: boolean) {
    this.#root = root;
    this.isPath = isPath;
  }

  /** Opens the top directory. */
  root(): Place | Errno {
    if (!this.isPath) return openByPath(this.#root + "/.");
    const key = keyOf(this.#root);
    return new PathPlace(this, this.acquire(undefined, this.#root, key));
  }

  /** The node of a directory, which is here and nowhere else. */
  acquire(parent: PathNode | undefined, name: string, key: string): PathNode {
    let node = this.#nodes.get(key);
    if (!node) {
      node = { parent, name, key, users: 0 };
      if (parent) parent.users++;
      this.#nodes.set(key, node);
    } else if (node.parent && parent) this.#place(node, parent, name);
    node.users++;
    return node;
  }

  release(node: PathNode): void {
    if (--node.users > 0) return;
    this.#nodes.delete(node.key);
    if (node.parent) this.release(node.parent);
  }

  /** An entry was renamed; if it is an open directory, so is its path. */
  moved(key: string, into: Place, name: string): void {
    const node = this.#nodes.get(key);
    if (node && into instanceof PathPlace) this.#place(node, into.node, name);
  }

  #place(node: PathNode, parent: PathNode, name: string): void {
    parent.users++;
    if (node.parent) this.release(node.parent);
    node.parent = parent;
    node.name = name;
  }
}

/** A directory that is found by its path, checked at each use. */
class PathPlace implements Place {
  readonly isPath = true;
  readonly node: PathNode;
  readonly #registry: PlaceRegistry;
  #isOpen = true;

  constructor(registry: PlaceRegistry, node: PathNode) {
    this.#registry = registry;
    this.node = node;
  }

  path(): string | Errno {
    if (!this.#isOpen) return Errno.EBADF;
    let path = "";
    let node = this.node;
    for (; node.parent; node = node.parent) path = `/${node.name}${path}`;
    path = path === "" ? node.name : normalized(node.name) + path;
    if (keyOf(path) !== this.node.key) return Errno.ENOENT;
    const real = normalized(fs.realpathSync(path));
    return real === normalized(path) ? path + "/." : Errno.ENOENT;
  }

  openEntry(name: string): Place | Errno {
    const path = this.path();
    if (typeof path === "number") return path;
    const entry = path.slice(0, -1) + name;
    const found = fs.lstatSync(entry, { bigint: true });
    if (found.isSymbolicLink()) return Errno.ELOOP;
    if (!found.isDirectory()) return Errno.ENOTDIR;
    const key = `${found.dev}:${found.ino}`;
    return new PathPlace(
      this.#registry,
      this.#registry.acquire(this.node, name, key),
    );
  }

  reopen(): Place | Errno {
    if (!this.#isOpen) return Errno.EBADF;
    this.node.users++;
    return new PathPlace(this.#registry, this.node);
  }

  close(): Errno {
    if (!this.#isOpen) return Errno.EBADF;
    this.#isOpen = false;
    this.#registry.release(this.node);
    return Errno.ESUCCESS;
  }
}

/** With `/` between names on Windows too, and without one at the end. */
function normalized(path: string): string {
  const isWindows = globalThis.process.platform === "win32";
  return (isWindows ? path.replaceAll("\\", "/") : path).replace(/\/$/, "");
}

function keyOf(path: string): string {
  const { dev, ino } = fs.lstatSync(path, { bigint: true });
  return `${dev}:${ino}`;
}

/** Characters that Windows gives a meaning, and its names for devices. */
// deno-lint-ignore no-control-regex
const WINDOWS_ODD = /[\x00-\x1f\\:*?"<>|]|[. ]$/;
const WINDOWS_DEVICE =
  /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*(\.|$)/i;

/**
 * Whether a name is the name of an entry, and of nothing else.
 * @returns 0, or an errno
 */
export function entryName(
  name: string,
  windows: boolean = globalThis.process.platform === "win32",
): Errno {
  if (name === "" || name === "." || name === "..") return Errno.EINVAL;
  if (name.includes("/") || name.includes("\0")) return Errno.EINVAL;
  if (!windows) return Errno.ESUCCESS;
  return WINDOWS_ODD.test(name) || WINDOWS_DEVICE.test(name)
    ? Errno.EINVAL
    : Errno.ESUCCESS;
}
