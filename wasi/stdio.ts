/**
 * Standard input and output as files: what the embedder gives (text, bytes, a
 * function) behind the `File` interface. A File is taken as it is, which is
 * how a terminal or anything else gets there. Streams show as block devices,
 * so that no guest takes them for a terminal.
 */

import {
  type ByteSink,
  type ByteSource,
  Errno,
  type File,
  FileType,
  type MaybePromise,
  type Stat,
} from "../lib/world.ts";
import { isPromise } from "./wait.ts";

/** What all streams answer alike. */
abstract class Stream {
  readonly type: FileType = FileType.BlockDevice;

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

  setSize(): Errno {
    return Errno.EINVAL;
  }

  size(): number {
    return 0;
  }

  sync(_dataOnly: boolean): Errno {
    return Errno.ESUCCESS;
  }

  close(): Errno {
    return Errno.ESUCCESS;
  }
}

/** Bytes that are all there: text or bytes given, or no input at all. */
class BytesInput extends Stream implements File {
  readonly direct = true;
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    super();
    this.#bytes = bytes;
  }

  read(into: Uint8Array, start: number, end: number): number {
    const from = this.#position;
    const count = Math.min(end - start, this.#bytes.length - from);
    if (count > 0) into.set(this.#bytes.subarray(from, from + count), start);
    this.#position = from + count;
    return count;
  }

  write(): number {
    return -Errno.EBADF;
  }

  readable(): number {
    return this.#bytes.length - this.#position;
  }
}

/** Bytes that a function brings, perhaps later. */
class CallbackInput extends Stream implements File {
  readonly #source: () => MaybePromise<Uint8Array | string | undefined>;
  /** What has come and is not read yet. */
  #rest: Uint8Array = new Uint8Array(0);
  /** What has been asked for and has not come, so that none is lost. */
  #pending: Promise<number> | undefined;
  #ended = false;

  constructor(source: () => MaybePromise<Uint8Array | string | undefined>) {
    super();
    this.#source = source;
  }

  read(into: Uint8Array, start: number, end: number): MaybePromise<number> {
    const ready = this.readable();
    return isPromise(ready)
      ? ready.then(() => this.#take(into, start, end))
      : this.#take(into, start, end);
  }

  write(): number {
    return -Errno.EBADF;
  }

  readable(): MaybePromise<number> {
    if (this.#rest.length > 0 || this.#ended) return this.#rest.length;
    if (this.#pending) return this.#pending;
    const piece = this.#source();
    if (!isPromise(piece)) return this.#accept(piece);
    const settle = () => this.#pending = undefined;
    this.#pending = piece.then((piece) => {
      settle();
      return this.#accept(piece);
    }, (error) => {
      settle();
      throw error;
    });
    return this.#pending;
  }

  /** Keeps a piece. An empty one ends this read, but not the stream. */
  #accept(piece: Uint8Array | string | undefined): number {
    if (piece === undefined) this.#ended = true;
    else this.#rest = toBytes(piece);
    return this.#rest.length;
  }

  #take(into: Uint8Array, start: number, end: number): number {
    const count = Math.min(end - start, this.#rest.length);
    into.set(this.#rest.subarray(0, count), start);
    this.#rest = this.#rest.subarray(count);
    return count;
  }
}

/** Output that nobody wants. */
class DiscardOutput extends Stream implements File {
  readonly direct = true;

  read(): number {
    return -Errno.EBADF;
  }

  write(_from: Uint8Array, start: number, end: number): number {
    return end - start;
  }
}

/** Output that goes to a function, a chunk per call of the guest. */
class CallbackOutput extends Stream implements File {
  readonly #sink: ByteSink;

  constructor(sink: ByteSink) {
    super();
    this.#sink = sink;
  }

  read(): number {
    return -Errno.EBADF;
  }

  write(from: Uint8Array, start: number, end: number): MaybePromise<number> {
    const whole = start === 0 && end === from.length;
    const done = this.#sink(whole ? from : from.subarray(start, end));
    return isPromise<void>(done) ? done.then(() => end - start) : end - start;
  }
}

/** A readable file over a source; no source is an input that has ended. */
export function inputFile(source: ByteSource | File = ""): File {
  if (typeof source === "function") return new CallbackInput(source);
  if (typeof source === "string" || source instanceof Uint8Array) {
    return new BytesInput(toBytes(source));
  }
  return source;
}

/** A writable file over a sink; without a sink, what is written is gone. */
export function outputFile(sink?: ByteSink | File): File {
  if (!sink) return new DiscardOutput();
  return typeof sink === "function" ? new CallbackOutput(sink) : sink;
}

function toBytes(piece: Uint8Array | string): Uint8Array {
  return typeof piece === "string" ? new TextEncoder().encode(piece) : piece;
}
