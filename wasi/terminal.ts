/**
 * A terminal between a guest and the embedder's screen: one file for standard
 * input, output and error, of the type that `isatty` looks for. In cooked
 * mode it edits and echoes a line as a kernel's terminal does; in raw mode
 * every key goes to the guest as it is.
 */

import { checkOptions } from "../lib/checks.ts";
import {
  type File,
  FileType,
  isPromise,
  type MaybePromise,
  type Terminal,
} from "../lib/world.ts";
import { outputFile, TypedInput } from "./stdio.ts";
import { Stream } from "./stream.ts";
import { whenReady } from "./wait.ts";

const enum Default {
  Columns = 80,
  Rows = 24,
}

/** What a {@linkcode VirtualTerminal} is made of. */
export interface VirtualTerminalOptions {
  /** Shows bytes; in cooked mode, lines end in CR LF. */
  readonly output: (chunk: Uint8Array<ArrayBuffer>) => MaybePromise<void>;
  /** Width in characters. Default: 80. */
  readonly columns?: number | undefined;
  /** Height in characters. Default: 24. */
  readonly rows?: number | undefined;
  /** Is told of Ctrl-C in cooked mode. Without it the key is ignored. */
  readonly onInterrupt?: (() => void) | undefined;
}

/**
 * A terminal that the embedder types on, such as one on a web page.
 *
 * @example
 * ```ts
 * import { VirtualTerminal } from "@waxwing/waxwing";
 *
 * let screen = "";
 * const terminal = new VirtualTerminal({
 *   output: (chunk) => void (screen += new TextDecoder().decode(chunk)),
 * });
 * // { stdin: terminal, stdout: terminal, stderr: terminal }
 * terminal.press("lx\x7fs\r"); // a guest that reads a line gets "ls\n"
 * ```
 */
export class VirtualTerminal extends Stream implements Terminal {
  /** A character device, which guests take for a terminal. */
  override readonly type: typeof FileType.CharacterDevice =
    FileType.CharacterDevice;
  /** Width in characters. */
  columns: number;
  /** Height in characters. */
  rows: number;
  readonly #input: TypedInput = new TypedInput();
  readonly #output: File;
  readonly #onInterrupt: (() => void) | undefined;
  #isRaw = false;
  /** The line that is being edited, one string per character. */
  #line: string[] = [];

  /**
   * Makes a terminal.
   *
   * @throws {TypeError} an option is wrong or not known
   */
  constructor(options: VirtualTerminalOptions) {
    super();
    checkOptions(options, {
      output: undefined, // by outputFile
      columns: [0],
      rows: [0],
      onInterrupt: "function",
    });
    this.columns = options.columns ?? Default.Columns;
    this.rows = options.rows ?? Default.Rows;
    this.#output = outputFile(options.output);
    this.#onInterrupt = options.onInterrupt;
  }

  /** Whether keys are read at once and as they are. */
  get isRaw(): boolean {
    return this.#isRaw;
  }

  /** Changes the mode. What is typed of a line goes to the guest. */
  setRaw(isRaw: boolean): void {
    this.#isRaw = isRaw;
    if (isRaw) this.#enter("");
  }

  /** Tells of another size. */
  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
  }

  /** Presses keys, as terminals send them: Enter is "\r". */
  press(keys: string): void {
    if (this.#isRaw) this.#input.push(keys);
    else for (const key of keys) this.#edit(key);
  }

  /** No more keys will come. */
  end(): void {
    this.#enter("");
    this.#input.end();
  }

  /** Reads bytes, see `File.read`. */
  read(into: Uint8Array, start: number, end: number): MaybePromise<number> {
    return this.#input.read(into, start, end);
  }

  /** How much can be read at once, see `File.readable`. */
  readable(): MaybePromise<number> {
    return this.#input.readable();
  }

  /** Writes bytes, see `File.write`. */
  write(from: Uint8Array, start: number, end: number): MaybePromise<number> {
    if (this.#isRaw) return this.#output.write(from, start, end, 0);
    const lines = withReturns(from, start, end);
    const count = this.#output.write(lines, 0, lines.length, 0);
    return whenReady(count, (count) => count < 0 ? count : end - start);
  }

  #edit(key: string): void {
    switch (key) {
      case "\r":
      case "\n":
        this.#echo("\r\n");
        return this.#enter("\n");
      case "\x7f":
      case "\b":
        if (this.#line.pop() !== undefined) this.#echo("\b \b");
        return;
      case "\x15": // Ctrl-U
        this.#echo("\b \b".repeat(this.#line.length));
        this.#line = [];
        return;
      case "\x04": // Ctrl-D ends a line, or the input where there is none
        if (this.#line.length === 0) this.#input.end();
        return this.#enter("");
      case "\x03": // Ctrl-C
        this.#echo("^C\r\n");
        this.#line = [];
        return this.#onInterrupt?.();
      default:
        this.#line.push(key);
        this.#echo(key);
    }
  }

  #enter(ending: string): void {
    this.#input.push(this.#line.join("") + ending);
    this.#line = [];
  }

  #echo(text: string): void {
    const bytes = new TextEncoder().encode(text);
    const shown = this.#output.write(bytes, 0, bytes.length, 0);
    if (isPromise(shown)) shown.catch(() => {}); // the guest's next write tells
  }
}

const LF = 10;
const CR = 13;

/** A copy with a CR before every LF. */
function withReturns(from: Uint8Array, start: number, end: number): Uint8Array {
  let count = end - start;
  for (let i = start; i < end; i++) if (from[i] === LF) count++;
  const bytes = new Uint8Array(count);
  let at = 0;
  for (let i = start; i < end; i++) {
    if (from[i] === LF) bytes[at++] = CR;
    bytes[at++] = from[i];
  }
  return bytes;
}
