/**
 * The errors that the engine throws. `CompileError` says that bytes are not a
 * valid module, `LinkError` that imports do not fit, `Trap` that a running
 * program did what the specification forbids. `lib` publishes them unchanged.
 * Nothing else may leave the engine, but for what host functions throw.
 */

import { TRAP_MESSAGES, type TrapCode } from "./trap.ts";

/**
 * Bytes are malformed, invalid, beyond an implementation limit, or need a
 * feature that is off.
 *
 * @example
 * ```ts
 * import { CompileError, Runtime } from "@waxwing/waxwing";
 *
 * try {
 *   new Runtime().compile(Uint8Array.of(0, 97, 115, 109));
 * } catch (error) {
 *   console.log(error instanceof CompileError && error.offset === 4);
 * }
 * ```
 */
export class CompileError extends Error {
  /** To tell the class by, where `instanceof` cannot. */
  override readonly name = "CompileError";
  /** Where in the module's bytes the fault was found; -1 where unknown. */
  readonly offset: number;

  /** Made by the engine. */
  constructor(reason: string, offset: number) {
    const at = offset < 0 ? "" : ` (at offset 0x${offset.toString(16)})`;
    super(printable(reason) + at);
    this.offset = offset;
  }
}

/**
 * An import is missing or of another type than the module declares.
 *
 * @example
 * ```ts
 * import { LinkError, Runtime } from "@waxwing/waxwing";
 *
 * const bytes = Uint8Array.of(
 *   ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0],
 *   ...[2, 9, 1, 3, 101, 110, 118, 1, 102, 0, 0, 3, 2, 1, 0],
 *   ...[7, 7, 1, 3, 114, 117, 110, 0, 1, 10, 6, 1, 4, 0, 16, 0, 11],
 * ); // (func (export "run") (call env.f))
 * try {
 *   new Runtime().instantiate(bytes);
 * } catch (error) {
 *   console.log(error instanceof LinkError);
 * }
 * ```
 */
export class LinkError extends Error {
  /** To tell the class by, where `instanceof` cannot. */
  override readonly name = "LinkError";
}

/** One guest function on the stack of a trap, innermost first. */
export interface WasmFrame {
  /** The module's name from its name section, or "". */
  readonly moduleName: string;
  /** Index in the function index space of its module. */
  readonly functionIndex: number;
  /** The name section's or the export's name, or undefined. */
  readonly functionName: string | undefined;
  /** Byte offset of the instruction in the module; -1 where unknown. */
  readonly offset: number;
  /** The function's type in wazero's style, such as `(i32,i64) f32`. */
  readonly signature: string;
}

/**
 * A running program did what the specification forbids.
 *
 * @example
 * ```ts
 * import { Runtime, Trap, TrapCode } from "@waxwing/waxwing";
 *
 * const bytes = Uint8Array.of(
 *   ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
 *   ...[7, 7, 1, 3, 114, 117, 110, 0, 0, 10, 5, 1, 3, 0, 0, 11],
 * ); // (func (export "run") unreachable)
 * try {
 *   new Runtime().instantiate(bytes).exports.run();
 * } catch (error) {
 *   console.log(error instanceof Trap && error.code === TrapCode.Unreachable);
 * }
 * ```
 */
export class Trap extends Error {
  /** To tell the class by, where `instanceof` cannot. */
  override readonly name = "Trap";
  /** What it did. */
  readonly code: TrapCode;
  /** The guest's stack, innermost first, cut at 30 frames. */
  readonly frames: readonly WasmFrame[];

  /** Made by the engine. */
  constructor(code: TrapCode, frames: readonly WasmFrame[] = []) {
    super(TRAP_MESSAGES[code] + formatFrames(frames));
    this.code = code;
    this.frames = frames;
  }
}

/** How many frames a stack trace has at most. */
export const MAX_TRACE_FRAMES = 30;

const framesByError: WeakMap<object, readonly WasmFrame[]> =
  /* @__PURE__ */ new WeakMap();

/**
 * The guest's stack that an error passed through on its way to the caller,
 * innermost first, cut at 30 frames. For errors that host functions throw,
 * which are not changed, as well as for traps. Empty where there was none.
 *
 * @example
 * ```ts
 * import { Runtime, wasmFrames } from "@waxwing/waxwing";
 *
 * const bytes = Uint8Array.of(
 *   ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0],
 *   ...[2, 9, 1, 3, 101, 110, 118, 1, 102, 0, 0, 3, 2, 1, 0],
 *   ...[7, 7, 1, 3, 114, 117, 110, 0, 1, 10, 6, 1, 4, 0, 16, 0, 11],
 * ); // (func (export "run") (call env.f))
 * const runtime = new Runtime();
 * runtime.newHostModule("env").func("f", [], [], () => {
 *   throw new Error("it failed");
 * }).instantiate();
 * try {
 *   runtime.instantiate(bytes).exports.run();
 * } catch (error) {
 *   const names = wasmFrames(error).map((frame) => frame.functionName);
 *   console.log(names.join() === "f,run");
 * }
 * ```
 */
export function wasmFrames(error: unknown): readonly WasmFrame[] {
  const known = isObject(error) ? framesByError.get(error) : undefined;
  return known ?? (isA(error, Trap) ? error.frames : []);
}

/** `instanceof` for what was thrown: a proxy may throw when it is asked. */
export function isA<T>(
  error: unknown,
  type: abstract new (...args: never) => T,
): error is T {
  try {
    return error instanceof type;
  } catch {
    return false;
  }
}

/** Notes frames that an error passes through, outside of those it has. */
export function addFrames(
  error: unknown,
  frames: readonly WasmFrame[],
): void {
  if (!isObject(error)) return;
  const all = [...wasmFrames(error), ...frames];
  framesByError.set(error, all.slice(0, MAX_TRACE_FRAMES));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/**
 * `mod.fn(i32) i64`, one line per frame, under a heading; below each frame
 * what `detailsOf` says of it.
 */
export function formatFrames(
  frames: readonly WasmFrame[],
  detailsOf: (frame: WasmFrame) => readonly string[] = () => [],
): string {
  if (frames.length === 0) return "";
  const lines = frames.flatMap((frame) => [
    "\n\t" + formatFrame(frame),
    ...detailsOf(frame).map((detail) => "\n\t\t" + detail),
  ]);
  if (frames.length >= MAX_TRACE_FRAMES) {
    lines.push("\n\t... maybe followed by omitted frames");
  }
  return "\nwasm stack trace:" + lines.join("");
}

function formatFrame(frame: WasmFrame): string {
  const name = frame.functionName ?? `$${frame.functionIndex}`;
  const at = frame.offset < 0 ? "" : ` @ 0x${frame.offset.toString(16)}`;
  return printable(`${frame.moduleName}.${name}${frame.signature}${at}`);
}

/** Without control characters, which a module's names may have. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "?");
}

/**
 * A call used up the fuel that it was given.
 *
 * @example
 * ```ts
 * import { FuelExhausted, Runtime } from "@waxwing/waxwing";
 *
 * const bytes = Uint8Array.of(
 *   ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
 *   ...[7, 7, 1, 3, 114, 117, 110, 0, 0],
 *   ...[10, 9, 1, 7, 0, 3, 64, 12, 0, 11, 11],
 * ); // (func (export "run") (loop (br 0)))
 * const run = new Runtime().instantiate(bytes).exportedFunction("run")!;
 * try {
 *   run.callWith([], { fuel: 1000 });
 * } catch (error) {
 *   console.log(error instanceof FuelExhausted); // error.resume(1000) goes on
 * }
 * ```
 */
export class FuelExhausted extends Error {
  /** To tell the class by, where `instanceof` cannot. */
  override readonly name = "FuelExhausted";
  /**
   * Adds fuel and lets the call go on: gives what the call would have given, a
   * promise if it was made asynchronously, or throws again. It can be called
   * once. Undefined where the call cannot go on, because it was made by a host
   * function whose own caller has used up its fuel.
   */
  readonly resume: ((units: number | bigint) => unknown) | undefined;

  /** Made by calls. */
  constructor(resume?: (units: number | bigint) => unknown) {
    super("all fuel consumed");
    this.resume = resume;
  }
}
