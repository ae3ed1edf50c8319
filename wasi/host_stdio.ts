/**
 * The process's own standard input, output and error, for Node, Deno and Bun:
 * what other runtimes call to inherit stdio. Writes block, so that what a
 * guest writes is out before it goes on, in order, whatever happens next. So
 * do reads in a synchronous call; in an asynchronous one, the guest waits for
 * a pipe or a terminal and the process goes on. A terminal is a character
 * device, by which a guest's `isatty` knows it; pipes and redirected files are
 * streams without a position, as the shell may have begun to read them.
 *
 * `node:process` is not imported: on Node that alone sets a pipe at standard
 * input not to block, for all who share it.
 */

import * as fs from "node:fs";
import * as tty from "node:tty";
import { checkOptions } from "../lib/checks.ts";
import { block, mayWait } from "../lib/limits.ts";
import {
  Errno,
  type File,
  FileType,
  type MaybePromise,
  type Terminal,
} from "../lib/world.ts";
import { errnoOf } from "./host_fs.ts";
import { type Piece, PieceReader, Stream } from "./stream.ts";

/** How long to sleep until a descriptor that is not ready is tried again. */
const MIN_PAUSE_MS = 1;
const MAX_PAUSE_MS = 20;

/** How a standard stream behaves. */
export interface HostStreamOptions {
  /**
   * Called when a write finds that nobody reads any more, before the guest
   * gets EPIPE. What it throws ends the guest.
   */
  readonly onBrokenPipe?: (() => void) | undefined;
}

/**
 * The process's standard input; a `Terminal` if it is one.
 *
 * @example
 * ```ts
 * import { Runtime } from "@waxwing/waxwing";
 * import { hostStdin } from "@waxwing/waxwing/host_stdio";
 *
 * const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
 * const instance = new Runtime().instantiate(empty, { stdin: hostStdin() });
 * console.log(!instance.isClosed);
 * ```
 */
export function hostStdin(): File {
  return hostStream(0);
}

/**
 * The process's standard output; a `Terminal` if it is one.
 *
 * @example
 * ```ts
 * import { Runtime } from "@waxwing/waxwing";
 * import { hostStdout } from "@waxwing/waxwing/host_stdio";
 *
 * const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
 * const instance = new Runtime().instantiate(empty, { stdout: hostStdout() });
 * console.log(!instance.isClosed);
 * ```
 */
export function hostStdout(options: HostStreamOptions = {}): File {
  return hostStream(1, options);
}

/**
 * The process's standard error; a `Terminal` if it is one.
 *
 * @example
 * ```ts
 * import { Runtime } from "@waxwing/waxwing";
 * import { hostStderr } from "@waxwing/waxwing/host_stdio";
 *
 * const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
 * const instance = new Runtime().instantiate(empty, { stderr: hostStderr() });
 * console.log(!instance.isClosed);
 * ```
 */
export function hostStderr(options: HostStreamOptions = {}): File {
  return hostStream(2, options);
}

/** One of the three standard descriptors. They are never closed. */
class HostStream extends Stream implements File {
  readonly direct: boolean;
  readonly #fd: number;
  readonly #onBrokenPipe: (() => void) | undefined;
  /** Of input that may keep its reader waiting: what has come of it. */
  readonly #pieces: PieceReader | undefined;
  #hasAsked = false;

  constructor(fd: number, options: HostStreamOptions = {}) {
    super();
    checkOptions(options, { onBrokenPipe: "function" });
    this.#fd = fd;
    this.#onBrokenPipe = options.onBrokenPipe;
    this.#pieces = fd === 0 && comesLate(fd)
      ? new PieceReader(() => {
        this.#hasAsked = true;
        return nextPiece();
      })
      : undefined;
    this.direct = !this.#pieces;
  }

  read(
    into: Uint8Array,
    start: number,
    end: number,
  ): MaybePromise<number> {
    if (this.#fd !== 0) return -Errno.EBADF;
    if (this.#pieces && (mayWait() || this.#pieces.hasMore)) {
      return this.#pieces.read(into, start, end);
    }
    return patiently(() =>
      fs.readSync(this.#fd, into, start, end - start, null)
    );
  }

  readable(): MaybePromise<number> {
    return this.#pieces && mayWait() ? this.#pieces.readable() : 1;
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

  /** The process may end though nothing has come that was waited for. */
  override close(): Errno {
    if (this.#hasAsked) globalThis.process.stdin.unref?.();
    return Errno.ESUCCESS;
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
    return globalThis.process.stdin.isRaw ?? false;
  }

  setRaw(isRaw: boolean): void {
    const { stdin } = globalThis.process;
    if (stdin.isTTY) stdin.setRawMode(isRaw);
  }
}

function outputTerminal(): tty.WriteStream | undefined {
  const { stdout, stderr } = globalThis.process;
  return [stdout, stderr].find((stream) => stream.isTTY);
}

/** Whether a descriptor is a pipe, a socket or a terminal. */
function comesLate(fd: number): boolean {
  try {
    const stat = fs.fstatSync(fd);
    return stat.isFIFO() || stat.isSocket() || tty.isatty(fd);
  } catch {
    return false; // it is closed, as reading will tell
  }
}

/** What comes next on the process's standard input. */
function nextPiece(): MaybePromise<Piece> {
  const { stdin } = globalThis.process;
  const piece = stdin.read() as Uint8Array | null;
  if (piece !== null) return piece;
  if (stdin.readableEnded || stdin.destroyed) return undefined;
  return new Promise((resolve) => {
    const settle = (piece: MaybePromise<Piece>) => {
      stdin.off("readable", onReadable).off("end", onEnd).off("error", onError);
      stdin.unref?.();
      resolve(piece);
    };
    const onReadable = () => settle(nextPiece());
    const onEnd = () => settle(undefined);
    const onError = (error: Error) => settle(errnoOf(error));
    stdin.on("readable", onReadable).on("end", onEnd).on("error", onError);
    stdin.ref?.(); // Deno has none for pipes
  });
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
    let errno: Errno;
    try {
      return transfer();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EOF") return 0; // Windows
      errno = errnoOf(error);
    }
    const isReadyLater = errno === Errno.EAGAIN || errno === Errno.EINTR;
    if (!isReadyLater || !block(pauseMs)) return -errno;
    pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
  }
}
