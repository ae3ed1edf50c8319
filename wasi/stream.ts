/**
 * What all streams have in common: the answers of a file without positions,
 * and reading from something that brings one piece of bytes after another.
 * Streams show as block devices, so that no guest takes them for a terminal.
 */

import { kindError } from "../lib/checks.ts";
import { nextTask } from "../lib/scheduler.ts";
import {
  Errno,
  FileType,
  isPromise,
  type MaybePromise,
  type Stat,
} from "../lib/world.ts";
import { whenReady } from "./wait.ts";

/** What all streams answer alike. */
export abstract class Stream {
  /** What kind of file it is. */
  readonly type: FileType = FileType.BlockDevice;

  /** Describes what is open. */
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

  /** Sets the times. */
  setTimes(
    _atimeNs: bigint | undefined,
    _mtimeNs: bigint | undefined,
  ): Errno {
    return Errno.EINVAL;
  }

  /** Sets the length in bytes. */
  setSize(_size: number): Errno {
    return Errno.EINVAL;
  }

  /** The length in bytes. */
  size(): number {
    return 0;
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

/** The next piece; `undefined` at the end, an errno for a failure. */
export type Piece = Uint8Array | string | undefined | Errno;

/** Reads from a function that brings pieces, perhaps later. */
export class PieceReader {
  readonly #next: () => MaybePromise<Piece>;
  /** What has come and is not read yet. */
  #rest: Uint8Array = new Uint8Array(0);
  /** What has been asked for and has not come, so that none is lost. */
  #pending: Promise<number> | undefined;
  #ended = false;
  /** A failure that nobody has been told of. */
  #errno: Errno = Errno.ESUCCESS;

  constructor(next: () => MaybePromise<Piece>) {
    this.#next = next;
  }

  /** Whether something has come that is not read yet. */
  get hasMore(): boolean {
    return this.#rest.length > 0;
  }

  /** Reads as `File.read` does, and keeps the bytes if it only peeks. */
  read(
    into: Uint8Array,
    start: number,
    end: number,
    peeks = false,
  ): MaybePromise<number> {
    const take = () => this.#take(into, start, end, peeks);
    return whenReady(this.readable(), take);
  }

  /** As `File.readable`; negative for a failure that a read will tell. */
  readable(): MaybePromise<number> {
    if (this.#rest.length > 0) return this.#rest.length;
    if (this.#errno !== 0) return -this.#errno;
    if (this.#ended) return 0;
    if (this.#pending) return this.#pending;
    const piece = this.#next();
    return isPromise(piece)
      ? this.#pending = this.#arrive(piece)
      : this.#accept(piece) ?? this.readable();
  }

  async #arrive(first: Promise<Piece>): Promise<number> {
    try {
      let count = this.#accept(await first);
      while (count === undefined) {
        await nextTask(); // so that a source which has nothing starves nobody
        count = this.#accept(await this.#next());
      }
      return count;
    } finally {
      this.#pending = undefined;
    }
  }

  /** Ends the stream for this side; what has come is gone. */
  end(): void {
    this.#ended = true;
    this.#rest = this.#rest.subarray(0, 0);
  }

  /** Keeps a piece; answers undefined for an empty one, which is none. */
  #accept(piece: Piece): number | undefined {
    if (this.#ended) return 0;
    if (typeof piece === "number") {
      this.#errno = piece;
      return -piece;
    }
    if (piece === undefined) {
      this.#ended = true;
      return 0;
    }
    const bytes: Partial<Uint8Array> | null = toBytes(piece);
    // What is neither would count as empty, and be asked for again for ever.
    if (!bytes?.subarray) throw kindError("input", piece, "text or bytes");
    this.#rest = bytes as Uint8Array;
    return this.#rest.length || undefined;
  }

  #take(
    into: Uint8Array,
    start: number,
    end: number,
    peeks: boolean,
  ): number {
    if (this.#rest.length === 0 && this.#errno !== 0) {
      const errno = this.#errno;
      this.#errno = Errno.ESUCCESS;
      return -errno;
    }
    const count = Math.min(end - start, this.#rest.length);
    into.set(this.#rest.subarray(0, count), start);
    if (!peeks) this.#rest = this.#rest.subarray(count);
    return count;
  }
}

/** What one side puts in and another takes out, until it is closed. */
export class Queue<T> {
  readonly #items: T[] = [];
  #isClosed = false;
  #wake: () => void = () => {};

  /** Whether nothing more can come. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Adds an item, if the queue is open. */
  put(item: T): void {
    if (this.#isClosed) return;
    this.#items.push(item);
    this.#wake();
  }

  /** The next item, `undefined` at the end. It is asked for one at a time. */
  take(): MaybePromise<T | undefined> {
    if (this.#items.length > 0 || this.#isClosed) return this.#items.shift();
    return new Promise<void>((resolve) => this.#wake = resolve)
      .then(() => this.take());
  }

  /** Ends it behind what it holds. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }
}

/** Text or a buffer as bytes; what is neither stays as it is. */
export function toBytes(given: Uint8Array | ArrayBuffer | string): Uint8Array {
  if (typeof given === "string") return new TextEncoder().encode(given);
  return given instanceof ArrayBuffer ? new Uint8Array(given) : given;
}
