/**
 * The process's own standard input, output and error, for Node, Deno and Bun:
 * what other runtimes call to inherit stdio. Reads and writes block, so that
 * what a guest writes is out before it goes on, in order, whatever happens
 * next; only `promisedInput` waits without blocking. A terminal is a character
 * device, by which a guest's `isatty` knows it; pipes and redirected files are
 * streams without a position, as the shell may have begun to read them.
 */

import * as fs from "node:fs";
import process from "node:process";
import * as tty from "node:tty";
import {
  type ByteSource,
  Errno,
  type File,
  FileType,
  type Stat,
} from "../lib/world.ts";
import { errnoOf } from "./host_fs.ts";

/** How long to sleep until a descriptor that is not ready is tried again. */
const MIN_PAUSE_MS = 1;
const MAX_PAUSE_MS = 20;

/** How a standard stream behaves. */
export interface HostStreamOptions {
  /**
   * Called when a write finds that nobody reads any more, before the guest
   * gets EPIPE. What it throws ends the guest.
   */
  readonly onBrokenPipe?: () => void;
}

/** The process's standard input. */
export function hostStdin(): File {
  return new HostStream(0, true, {});
}

/** The process's standard output. */
export function hostStdout(options: HostStreamOptions = {}): File {
  return new HostStream(1, false, options);
}

/** The process's standard error. */
export function hostStderr(options: HostStreamOptions = {}): File {
  return new HostStream(2, false, options);
}

/**
 * Standard input that is waited for with promises: for asynchronous calls,
 * which can then be stopped and slept in while nothing comes.
 */
export function promisedInput(): ByteSource {
  let chunks: AsyncIterator<Uint8Array> | undefined;
  return async () => {
    chunks ??= process.stdin[Symbol.asyncIterator]();
    const { done, value } = await chunks.next();
    return done ? undefined : value;
  };
}

/** How large a terminal is, in characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** The size of the terminal that output goes to; `undefined`: none. */
export function terminalSize(): TerminalSize | undefined {
  for (const stream of [process.stdout, process.stderr]) {
    const { columns, rows } = stream;
    if (stream.isTTY && columns > 0) return { columns, rows };
  }
  return undefined;
}

/**
 * Gives the guest every key at once and unprinted, or ends that.
 * @returns whether standard input is a terminal that can do so
 */
export function setRawMode(on: boolean): boolean {
  if (!process.stdin.isTTY) return false;
  process.stdin.setRawMode(on);
  return true;
}

/** One of the three standard descriptors. They are never closed. */
class HostStream implements File {
  readonly direct = true;
  readonly type: FileType;
  readonly #fd: number;
  readonly #reads: boolean;
  readonly #onBrokenPipe: (() => void) | undefined;

  constructor(fd: number, reads: boolean, options: HostStreamOptions) {
    this.#fd = fd;
    this.#reads = reads;
    this.#onBrokenPipe = options.onBrokenPipe;
    this.type = tty.isatty(fd)
      ? FileType.CharacterDevice
      : FileType.BlockDevice;
  }

  read(into: Uint8Array, start: number, end: number): number {
    if (!this.#reads) return -Errno.EBADF;
    return patiently(() =>
      fs.readSync(this.#fd, into, start, end - start, null)
    );
  }

  write(from: Uint8Array, start: number, end: number): number {
    if (this.#reads) return -Errno.EBADF;
    if (start === end) return 0;
    const count = patiently(() =>
      fs.writeSync(this.#fd, from, start, end - start)
    );
    if (count === -Errno.EPIPE) this.#onBrokenPipe?.();
    return count;
  }

  size(): number {
    return 0;
  }

  setSize(): Errno {
    return Errno.EINVAL;
  }

  stat(): Stat {
    return {
      dev: 0n,
      ino: 0n,
      type: this.type,
      linkCount: 1,
      size: 0,
      atimeNs: 0n,
      mtimeNs: 0n,
      ctimeNs: 0n,
    };
  }

  setTimes(): Errno {
    return Errno.EINVAL;
  }

  sync(_dataOnly: boolean): Errno {
    return Errno.ESUCCESS;
  }

  close(): Errno {
    return Errno.ESUCCESS;
  }
}

/**
 * Tries until a descriptor is ready: the shell, or another process, may have
 * set it not to wait.
 */
function patiently(transfer: () => number): number {
  for (let pauseMs = MIN_PAUSE_MS;;) {
    try {
      return transfer();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EOF") return 0; // Windows
      const errno = errnoOf(error);
      if (errno !== Errno.EAGAIN && errno !== Errno.EINTR) return -errno;
    }
    const cell = new Int32Array(new SharedArrayBuffer(4));
    Atomics.wait(cell, 0, 0, pauseMs);
    pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
  }
}
