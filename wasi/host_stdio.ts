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
  type Terminal,
} from "../lib/world.ts";
import { errnoOf } from "./host_fs.ts";
import { Stream } from "./stream.ts";

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

/** The process's standard input; a `Terminal` if it is one. */
export function hostStdin(): File {
  return hostStream(0);
}

/** The process's standard output; a `Terminal` if it is one. */
export function hostStdout(options: HostStreamOptions = {}): File {
  return hostStream(1, options);
}

/** The process's standard error; a `Terminal` if it is one. */
export function hostStderr(options: HostStreamOptions = {}): File {
  return hostStream(2, options);
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

/** One of the three standard descriptors. They are never closed. */
class HostStream extends Stream implements File {
  readonly direct = true;
  readonly #fd: number;
  readonly #onBrokenPipe: (() => void) | undefined;

  constructor(fd: number, { onBrokenPipe }: HostStreamOptions = {}) {
    super();
    this.#fd = fd;
    this.#onBrokenPipe = onBrokenPipe;
  }

  read(into: Uint8Array, start: number, end: number): number {
    if (this.#fd !== 0) return -Errno.EBADF;
    return patiently(() =>
      fs.readSync(this.#fd, into, start, end - start, null)
    );
  }

  write(from: Uint8Array, start: number, end: number): number {
    if (this.#fd === 0) return -Errno.EBADF;
    if (start === end) return 0;
    const count = patiently(() =>
      fs.writeSync(this.#fd, from, start, end - start)
    );
    if (count === -Errno.EPIPE) this.#onBrokenPipe?.();
    return count;
  }
}

/** One that is a terminal. */
class HostTerminal extends HostStream implements Terminal {
  override readonly type = FileType.CharacterDevice;

  get columns(): number {
    return outputTerminal()?.columns ?? 0;
  }

  get rows(): number {
    return outputTerminal()?.rows ?? 0;
  }

  get isRaw(): boolean {
    return process.stdin.isRaw ?? false;
  }

  setRaw(isRaw: boolean): void {
    if (process.stdin.isTTY) process.stdin.setRawMode(isRaw);
  }
}

function outputTerminal(): tty.WriteStream | undefined {
  return [process.stdout, process.stderr].find((stream) => stream.isTTY);
}

function hostStream(fd: number, options?: HostStreamOptions): File {
  return tty.isatty(fd)
    ? new HostTerminal(fd, options)
    : new HostStream(fd, options);
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
