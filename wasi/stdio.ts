/**
 * Standard input and output as files: what the embedder gives (text, bytes, a
 * function, a stream) behind the `File` interface. A File is taken as it is,
 * which is how a terminal or anything else gets there. `TypedInput` is input
 * that comes while the guest runs, `CollectedOutput` keeps what was written.
 */

import {
  type ByteSink,
  type ByteSource,
  Errno,
  type File,
  isPromise,
  type MaybePromise,
} from "../lib/world.ts";
import { type Piece, PieceReader, Stream, toBytes, toText } from "./stream.ts";

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
export class CallbackInput extends Stream implements File {
  readonly #reader: PieceReader;

  /** Makes an empty one. */
  constructor(source: () => MaybePromise<Piece>) {
    super();
    this.#reader = new PieceReader(source);
  }

  /** Reads bytes, see `File.read`. */
  read(into: Uint8Array, start: number, end: number): MaybePromise<number> {
    return this.#reader.read(into, start, end);
  }

  /** Writes bytes, see `File.write`. */
  write(): number {
    return -Errno.EBADF;
  }

  /** How much can be read at once, see `File.readable`. */
  readable(): MaybePromise<number> {
    return this.#reader.readable();
  }
}

/** Bytes that a stream brings; EIO where it breaks. */
class StreamInput extends CallbackInput {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array | string>;

  constructor(stream: ReadableStream<Uint8Array | string>) {
    const reader = stream.getReader();
    super(() =>
      reader.read().then(
        ({ value, done }) => done ? undefined : value,
        () => Errno.EIO,
      )
    );
    this.#reader = reader;
  }

  /** Leaves the rest of the stream to others. */
  override close(): Errno {
    this.#reader.releaseLock();
    return Errno.ESUCCESS;
  }
}

/**
 * Input that comes while the guest runs: lines of a user, say. The guest
 * waits for it, which needs an asynchronous call.
 *
 * @example
 * ```ts
 * import { TypedInput } from "@waxwing/waxwing";
 *
 * const stdin = new TypedInput();
 * stdin.push("first line\n");
 * stdin.end();
 * ```
 */
export class TypedInput extends CallbackInput {
  readonly #pieces: (Uint8Array | string | undefined)[];
  readonly #waiting: ((piece: Uint8Array | string | undefined) => void)[];

  constructor() {
    const pieces: (Uint8Array | string | undefined)[] = [];
    const waiting: ((piece: Uint8Array | string | undefined) => void)[] = [];
    super(() =>
      pieces.length > 0
        ? pieces.shift()
        : new Promise((resolve) => waiting.push(resolve))
    );
    this.#pieces = pieces;
    this.#waiting = waiting;
  }

  /** Gives the guest more to read. Bytes are not copied. */
  push(piece: Uint8Array | string): void {
    if (piece.length > 0) this.#add(piece);
  }

  /** Tells the guest that nothing more will come. */
  end(): void {
    this.#add(undefined);
  }

  #add(piece: Uint8Array | string | undefined): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(piece);
    else this.#pieces.push(piece);
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
  readonly #sink: (chunk: Uint8Array) => MaybePromise<void>;

  constructor(sink: (chunk: Uint8Array) => MaybePromise<void>) {
    super();
    this.#sink = sink;
  }

  read(): number {
    return -Errno.EBADF;
  }

  write(from: Uint8Array, start: number, end: number): MaybePromise<number> {
    const whole = start === 0 && end === from.length;
    try {
      const done = this.#sink(whole ? from : from.slice(start, end));
      return isPromise<void>(done)
        ? done.then(() => end - start, brokenPipe)
        : end - start;
    } catch (error) {
      return brokenPipe(error);
    }
  }
}

/** The answer to a failure that means that nobody reads any more. */
function brokenPipe(error: unknown): number {
  if ((error as { code?: unknown } | null)?.code === "EPIPE") {
    return -Errno.EPIPE;
  }
  throw error;
}

/**
 * Output that goes to a stream. It is held back while the stream is full; a
 * failure is told by the write or sync that comes after it.
 */
class StreamOutput extends Stream implements File {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  /** Settles, never fails, when the last chunk is written. */
  #written: Promise<unknown> = Promise.resolve();
  #isBroken = false;
  #isClosed = false;

  constructor(stream: WritableStream<Uint8Array>) {
    super();
    this.#writer = stream.getWriter();
    // Closed by somebody else, or broken: either way nothing can follow.
    const end = () => void (this.#isBroken ||= !this.#isClosed);
    this.#writer.closed.then(end, end);
  }

  read(): number {
    return -Errno.EBADF;
  }

  write(from: Uint8Array, start: number, end: number): MaybePromise<number> {
    const chunk = start === 0 && end === from.length
      ? from
      : from.slice(start, end);
    const ready = this.writable();
    return isPromise(ready)
      ? ready.then(() => this.#send(chunk))
      : this.#send(chunk);
  }

  writable(): MaybePromise<number> {
    if (this.#isBroken) return 1; // the write tells
    const room = this.#writer.desiredSize;
    if (room !== null && room > 0) return 1;
    const broken = () => {
      this.#isBroken = true;
      return 1;
    };
    return this.#writer.ready.then(() => 1, broken);
  }

  override sync(): Promise<Errno> {
    return this.#written.then(() =>
      this.#isBroken ? Errno.EPIPE : Errno.ESUCCESS
    );
  }

  /** Leaves the stream open for others, at once; answers when all is written. */
  override close(): Promise<Errno> {
    this.#isClosed = true;
    this.#writer.releaseLock();
    return this.sync();
  }

  #send(chunk: Uint8Array): number {
    if (this.#isBroken) return -Errno.EPIPE;
    const { length } = chunk;
    this.#written = this.#writer.write(chunk).catch(() => {
      this.#isBroken = true;
    });
    return length;
  }
}

const FIRST_CAPACITY = 1024;

/**
 * Output that is kept.
 *
 * @example
 * ```ts
 * import { CollectedOutput } from "@waxwing/waxwing";
 *
 * const stdout = new CollectedOutput();
 * const bytes = new TextEncoder().encode("hello");
 * stdout.write(bytes, 0, bytes.length); // what a guest's fd_write does
 * console.log(stdout.text() === "hello");
 * ```
 */
export class CollectedOutput extends Stream implements File {
  /** It works in guest memory itself. */
  readonly direct = true;
  readonly #maxBytes: number;
  #buffer: Uint8Array = new Uint8Array(0);
  #length = 0;

  /**
   * Makes an empty one.
   *
   * @param maxBytes what comes after so many gives the guest ENOSPC
   */
  constructor(maxBytes = Infinity) {
    super();
    this.#maxBytes = maxBytes;
  }

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  /** A copy of all that was written. */
  bytes(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  /** The same as text; what is not UTF-8 becomes U+FFFD. */
  text(): string {
    return toText(this.bytes());
  }

  /** Reads bytes, see `File.read`. */
  read(): number {
    return -Errno.EBADF;
  }

  /** Writes bytes, see `File.write`. */
  write(from: Uint8Array, start: number, end: number): number {
    const count = Math.min(end - start, this.#maxBytes - this.#length);
    if (count <= 0) return start === end ? 0 : -Errno.ENOSPC;
    const length = this.#length + count;
    if (length > this.#buffer.length) {
      const capacity = Math.max(length, 2 * this.#length, FIRST_CAPACITY);
      const buffer = new Uint8Array(capacity);
      buffer.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = buffer;
    }
    this.#buffer.set(from.subarray(start, start + count), this.#length);
    this.#length = length;
    return count;
  }
}

/** A readable file over a source; no source is an input that has ended. */
export function inputFile(source: ByteSource | File = ""): File {
  if (typeof source === "function") return new CallbackInput(source);
  if (typeof source === "string" || source instanceof Uint8Array) {
    return new BytesInput(toBytes(source));
  }
  return "getReader" in source ? new StreamInput(source) : source;
}

/** A writable file over a sink; without a sink, what is written is gone. */
export function outputFile(sink?: ByteSink | File): File {
  if (!sink) return new DiscardOutput();
  if (typeof sink === "function") return new CallbackOutput(sink);
  return "getWriter" in sink ? new StreamOutput(sink) : sink;
}
