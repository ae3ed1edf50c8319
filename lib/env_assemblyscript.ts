/**
 * The host module `env` that AssemblyScript's runtime imports: `abort`,
 * `trace` and `seed`. Strings are objects in the guest's memory: a pointer to
 * UTF-16 in little endian, its length in bytes 4 bytes before it. What the
 * functions write goes to the importing instance's own stdout or stderr. In a
 * stream that WASI writes to as well there is no place for them, as a stream
 * has one writer: give such a guest a function or a File.
 *
 * @module
 */

import { checkOptions } from "./checks.ts";
import { ExitError } from "./errors.ts";
import type { HostModule, Importer, PerInstance } from "./host.ts";
import type { Memory } from "./memory.ts";
import type { Runtime } from "./runtime.ts";
import {
  APPEND,
  type ByteSink,
  type File,
  isPromise,
  type MaybePromise,
  type Random,
} from "./world.ts";

/** What the functions for AssemblyScript do. */
export interface AssemblyScriptOptions {
  /** Whether `abort` writes its message to stderr. Default: true. */
  readonly abortMessage?: boolean | undefined;
  /** Where `trace` writes to. Default: nowhere. */
  readonly trace?: "stdout" | "stderr" | undefined;
}

/**
 * Lets AssemblyScript guests of a runtime import their `env`. `abort` closes
 * the instance with exit code 255, which the caller meets as an `ExitError`.
 *
 * @example
 * ```ts
 * import { Runtime } from "@waxwing/waxwing";
 * import * as assemblyscript from "@waxwing/waxwing/assemblyscript";
 *
 * const runtime = new Runtime();
 * assemblyscript.instantiate(runtime, { trace: "stdout" });
 * // runtime.instantiate(bytes, { stdout: (chunk) => show(chunk) });
 * ```
 *
 * @throws {Error} the runtime has a module `env`
 * @throws {TypeError} an option is of another kind or not known
 * @throws {RangeError} `trace` names no stream
 */
export function instantiate(
  runtime: Runtime,
  options?: AssemblyScriptOptions,
): HostModule {
  return runtime.newHostModule("env").perInstance(functions(options))
    .instantiate();
}

/**
 * The same functions, for an `env` that has others as well.
 *
 * @example
 * ```ts
 * import { Runtime } from "@waxwing/waxwing";
 * import * as assemblyscript from "@waxwing/waxwing/assemblyscript";
 *
 * new Runtime().newHostModule("env")
 *   .func("now", [], ["f64"], () => Date.now())
 *   .perInstance(assemblyscript.functions())
 *   .instantiate();
 * ```
 *
 * @throws {TypeError} an option is of another kind or not known
 * @throws {RangeError} `trace` names no stream
 */
export function functions(options: AssemblyScriptOptions = {}): PerInstance {
  checkOptions(options, { abortMessage: "boolean", trace: "string" });
  const { abortMessage = true, trace } = options;
  if (trace !== undefined && trace !== "stdout" && trace !== "stderr") {
    throw new RangeError(`trace invalid: ${trace} is not stdout or stderr`);
  }
  return (importer) => ({
    abort: {
      params: ["i32", "i32", "i32", "i32"],
      paramNames: ["message", "fileName", "lineNumber", "columnNumber"],
      results: [],
      fn: (message: number, file: number, line: number, column: number) => {
        if (abortMessage) report(importer, [message, file], line, column);
        throw new ExitError(ABORT_EXIT_CODE);
      },
    },
    trace: {
      params: ["i32", "i32", "f64", "f64", "f64", "f64", "f64"],
      paramNames: ["message", "nArgs", "arg0", "arg1", "arg2", "arg3", "arg4"],
      results: [],
      fn: (message: number, count: number, ...values: number[]) =>
        trace &&
        writeTrace(importer, trace, message, values.slice(0, count >>> 0)),
    },
    seed: {
      params: [],
      results: ["f64"],
      fn: seedFrom(importer.options.random ?? new FixedRandom()),
    },
  });
}

const ABORT_EXIT_CODE = 255;

/**
 * Writes why the guest aborts. Nothing follows in the guest that could wait
 * for the output, and no failure to write hides the abort.
 */
function report(
  { options, caller }: Importer,
  [message, file]: readonly number[],
  line: number,
  column: number,
): void {
  try {
    const what = readText(caller.memory, message) ?? "abort";
    const where = readText(caller.memory, file) ?? "unknown";
    const text = `${what} at ${where}:${line >>> 0}:${column >>> 0}\n`;
    const written = write(options.stderr, text);
    if (isPromise(written)) written.then(undefined, () => {});
  } catch {
    // Told by the exit code alone.
  }
}

function writeTrace(
  { options, caller }: Importer,
  to: "stdout" | "stderr",
  message: number,
  values: readonly number[],
): MaybePromise<void> {
  const text = readText(caller.memory, message);
  if (text === undefined) return;
  const list = values.length > 0 ? ` ${values.join()}` : "";
  return write(options[to], `trace: ${text}${list}\n`);
}

/**
 * More of a string is cut off: the guest chooses its length, and while the host
 * puts it together no time-out stops it.
 */
const MAX_TEXT_BYTES = 65536;

/** A string of the guest; undefined for null and where it cannot be one. */
function readText(
  memory: Memory | undefined,
  pointer: number,
): string | undefined {
  const start = pointer >>> 0;
  const length = memory?.readUint32(start - 4);
  if (length === undefined || length % 2 !== 0) return undefined;
  const bytes = memory?.read(start, length);
  if (bytes === undefined) return undefined;
  const text = textOf(bytes.subarray(0, MAX_TEXT_BYTES));
  return length > MAX_TEXT_BYTES ? `${text}... (cut, ${length} bytes)` : text;
}

/** So many characters are put together at once. */
const TEXT_CHUNK = 4096;

/** By hand, as not every host's `TextDecoder` knows UTF-16. */
function textOf(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2 * TEXT_CHUNK) {
    const codes: number[] = [];
    const end = Math.min(at + 2 * TEXT_CHUNK, bytes.length);
    for (let i = at; i < end; i += 2) {
      codes.push(bytes[i] | bytes[i + 1] << 8);
    }
    text += String.fromCharCode(...codes);
  }
  return text;
}

/** Writes all of it; a failure is thrown, or rejects. */
function write(
  sink: ByteSink | File | undefined,
  text: string,
): MaybePromise<void> {
  if (sink === undefined) return;
  const bytes = new TextEncoder().encode(text);
  if (typeof sink === "function") return sink(bytes);
  return "getWriter" in sink
    ? writeStream(sink, bytes)
    : writeFile(sink, bytes, 0);
}

/** The caller waits where the stream is full, not for the bytes to arrive. */
function writeStream(
  stream: WritableStream<Uint8Array>,
  bytes: Uint8Array,
): MaybePromise<void> {
  const writer = stream.getWriter();
  const send = () => {
    writer.write(bytes).catch(() => {}); // the next one is told
    writer.releaseLock();
  };
  const room = writer.desiredSize;
  if (room !== null && room > 0) return send();
  return writer.ready.then(send, (error) => {
    writer.releaseLock();
    throw error;
  });
}

function writeFile(
  file: File,
  bytes: Uint8Array,
  start: number,
): MaybePromise<void> {
  for (let at = start; at < bytes.length;) {
    const count = file.write(bytes, at, bytes.length, APPEND);
    if (isPromise(count)) {
      const from = at;
      return count.then((count) =>
        writeFile(file, bytes, from + checkedCount(count))
      );
    }
    at += checkedCount(count);
  }
}

function checkedCount(count: number): number {
  if (count > 0) return count;
  throw new Error(`the output cannot be written: errno ${-count}`);
}

/** The bit that makes an f64 finite where all of its exponent is set. */
const TOP_EXPONENT_BIT = 0x40;

/**
 * Eight random bytes as an f64. What would be a NaN loses a bit: engines do
 * not agree on a NaN's bits, and the guest takes the seed by its bits.
 */
function seedFrom(random: Random): () => number {
  return () => {
    const bytes = new Uint8Array(8);
    random.fill(bytes);
    const view = new DataView(bytes.buffer);
    if (Number.isNaN(view.getFloat64(0, true))) bytes[7] ^= TOP_EXPONENT_BIT;
    return view.getFloat64(0, true);
  };
}

/** Where the instance has no randomness: splitmix32, always the same. */
class FixedRandom implements Random {
  #state = 42;

  fill(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) {
      this.#state = (this.#state + 0x9e3779b9) | 0;
      let mix = this.#state;
      mix = Math.imul(mix ^ (mix >>> 16), 0x21f0aaad);
      mix = Math.imul(mix ^ (mix >>> 15), 0x735a2d97);
      bytes[i] = mix ^ (mix >>> 15);
    }
  }
}
