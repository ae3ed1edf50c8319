/**
 * Standard input and output as files: what the embedder gives (text, bytes, a
 * function, a stream) behind the `File` interface. A File is taken as it is,
 * which is how a terminal or anything else gets there. `TypedInput` is input
 * that comes while the guest runs, `CollectedOutput` keeps what was written.
 */

import { checkRange, kindError } from "../lib/checks.ts";
import {
  type ByteSink,
  type ByteSource,
  Errno,
  type File,
  type MaybePromise,
  toText,
} from "../lib/world.ts";
import { type Piece, PieceReader, Queue, Stream } from "./stream.ts";
import { drive, type Steps, wait, whenReady } from "./wait.ts";

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

  /** Asks for no more. */
  override close(): Errno {
    this.#reader.end();
    return Errno.ESUCCESS;
  }
}

/** Bytes that are all there: text or bytes given, or no input at all. */
class BytesInput extends CallbackInput {
  readonly direct = true;

  constructor(...pieces: (Uint8Array | string)[]) {
    super(() => pieces.shift());
  }
}

/** Bytes that a stream brings; where it breaks, reading throws its error. */
class StreamInput extends CallbackInput {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array | string>;

  constructor(stream: ReadableStream<Uint8Array | string>) {
    const reader = stream.getReader();
    super(() =>
      reader.read().then(({ value, done }) => done ? undefined : value)
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
  readonly #pieces: Queue<Uint8Array | string>;

  constructor() {
    const pieces = new Queue<Uint8Array | string>();
    super(() => pieces.take());
    this.#pieces = pieces;
  }

  /** Gives the guest more to read. Bytes are not copied. */
  push(piece: Uint8Array | string): void {
    if (piece.length > 0) this.#pieces.put(piece);
  }

  /** Tells the guest that nothing more will come. */
  end(): void {
    this.#pieces.close();
  }

  /** Leaves the rest of the input to others. */
  override close(): Errno {
    return Errno.ESUCCESS;
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
  readonly #sink: (chunk: Uint8Array<ArrayBuffer>) => MaybePromise<void>;

  constructor(sink: (chunk: Uint8Array<ArrayBuffer>) => MaybePromise<void>) {
    super();
    this.#sink = sink;
  }

  read(): number {
    return -Errno.EBADF;
  }

  write(from: Uint8Array, start: number, end: number): MaybePromise<number> {
    return drive(this.#write(chunkOf(from, start, end)));
  }

  *#write(chunk: Uint8Array<ArrayBuffer>): Steps<number> {
    const { length } = chunk; // which the sink may give away
    try {
      yield* wait(this.#sink(chunk));
      return length;
    } catch (error) { // perhaps because nobody reads any more
      if ((error as { code?: unknown } | null)?.code !== "EPIPE") throw error;
      return -Errno.EPIPE;
    }
  }
}

/**
 * What is to be written, as an array of its own. It is so already where all of
 * `from` is written, for the guest's memory stays away from files that are not
 * direct.
 */
function chunkOf(
  from: Uint8Array,
  start: number,
  end: number,
): Uint8Array<ArrayBuffer> {
  return start === 0 && end === from.length
    ? from as Uint8Array<ArrayBuffer>
    : from.slice(start, end);
}

/**
 * Output that goes to a stream. It is held back while the stream is full; a
 * failure is told by the write or sync that comes after it. Two descriptors
 * may share it: what is written after a close locks the stream again.
 */
export class StreamOutput extends Stream implements File {
  /**
   * Settles when the last chunk is written; fails with the stream's error
   * where a chunk could not be.
   */
  written: Promise<void> = Promise.resolve();
  readonly #stream: WritableStream<Uint8Array<ArrayBuffer>>;
  #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>> | undefined;
  #isBroken = false;

  constructor(stream: WritableStream<Uint8Array<ArrayBuffer>>) {
    super();
    this.#stream = stream;
    this.#lock();
  }

  read(): number {
    return -Errno.EBADF;
  }

  write(from: Uint8Array, start: number, end: number): MaybePromise<number> {
    const chunk = chunkOf(from, start, end);
    const ready = this.writable();
    const send = () => {
      const writer = this.#writer;
      if (!writer) return -Errno.EPIPE; // closed meanwhile
      this.written = this.#isBroken ? writer.closed : writer.write(chunk);
      this.written.catch(() => this.#isBroken = true);
      return this.#isBroken ? -Errno.EPIPE : end - start;
    };
    return whenReady(ready, send);
  }

  writable(): MaybePromise<number> {
    if (this.#isBroken) return 1; // the write tells
    const { desiredSize, ready } = this.#lock();
    if (desiredSize !== null && desiredSize > 0) return 1;
    const broken = () => {
      this.#isBroken = true;
      return 1;
    };
    return ready.then(() => 1, broken);
  }

  override sync(): Promise<Errno> {
    return this.written.then(() => Errno.ESUCCESS, () => Errno.EPIPE);
  }

  /** Leaves the stream open for others, at once; answers when all is written. */
  override close(): Promise<Errno> {
    this.#writer?.releaseLock();
    this.#writer = undefined;
    return this.sync();
  }

  #lock(): WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>> {
    if (this.#writer) return this.#writer;
    const writer = this.#writer = this.#stream.getWriter();
    // Closed by somebody else, or broken: either way nothing can follow.
    const end = () => void (this.#isBroken ||= writer === this.#writer);
    writer.closed.then(end, end);
    return writer;
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
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #length = 0;

  /**
   * Makes an empty one.
   *
   * @param maxBytes what comes after so many gives the guest ENOSPC
   * @throws {TypeError} it is no number
   * @throws {RangeError} it is no whole number, nor Infinity
   */
  constructor(maxBytes = Infinity) {
    super();
    checkRange("maxBytes", maxBytes, 0, Infinity);
    this.#maxBytes = maxBytes;
  }

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  /** A copy of all that was written. */
  bytes(): Uint8Array<ArrayBuffer> {
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
      buffer.set(this.#buffer);
      this.#buffer = buffer;
    }
    this.#buffer.set(from.subarray(start, start + count), this.#length);
    this.#length = length;
    return count;
  }
}

/**
 * A readable file over a source; no source is an input that has ended. Throws
 * a `TypeError` where it is none.
 */
export function inputFile(source: ByteSource | File = ""): File {
  if (typeof source === "function") return new CallbackInput(source);
  if (typeof source === "string" || source instanceof Uint8Array) {
    return new BytesInput(source);
  }
  return "getReader" in Object(source)
    ? new StreamInput(source as ReadableStream)
    : fileOf("stdin", source as File);
}

/**
 * A writable file over a sink; without a sink, what is written is gone. Throws
 * a `TypeError` where it is none, which names the option.
 */
export function outputFile(sink?: ByteSink | File, name = "output"): File {
  if (sink === undefined) return new DiscardOutput();
  if (typeof sink === "function") return new CallbackOutput(sink);
  return "getWriter" in Object(sink)
    ? new StreamOutput(sink as WritableStream)
    : fileOf(name, sink as File);
}

function fileOf(name: string, given: File): File {
  if (typeof given?.type === "number") return given;
  throw kindError(name, given, "web stream, function or File");
}
