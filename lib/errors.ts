/**
 * The errors that the library throws, beside those of the engine, which it
 * publishes unchanged. They can be told apart by class and by field; messages
 * are for people.
 */

import {
  formatFrames,
  moduleOf,
  type WasmFrame,
  wasmFrames,
} from "../engine/mod.ts";
import { codeStart, type SourceLine, sourceLines } from "./dwarf.ts";

export type { SourceLine } from "./dwarf.ts";
export {
  CompileError,
  FuelExhausted,
  LinkError,
  Trap,
  TrapCode,
  type WasmFrame,
  wasmFrames,
  WouldSuspendError,
} from "../engine/mod.ts";

/**
 * The exit codes that an instance is closed with when a call was cancelled
 * and {@linkcode RuntimeOptions.closeOnCancel} is set.
 *
 * @example
 * ```ts
 * import { CancelExitCode, Runtime } from "@waxwing/waxwing";
 *
 * const bytes = Uint8Array.of(
 *   ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
 *   ...[7, 7, 1, 3, 114, 117, 110, 0, 0],
 *   ...[10, 9, 1, 7, 0, 3, 64, 12, 0, 11, 11],
 * ); // (func (export "run") (loop (br 0)))
 * const runtime = new Runtime({ closeOnCancel: true });
 * const instance = runtime.instantiate(bytes);
 * try {
 *   instance.exportedFunction("run")!.callWith([], { timeoutMs: 5 });
 * } catch {
 *   console.log(instance.exitCode === CancelExitCode.TimedOut);
 * }
 * ```
 */
export enum CancelExitCode {
  /** The call's signal was aborted. */
  Aborted = 0xffffffff,
  /** The call's time was over. */
  TimedOut = 0xefffffff,
}

/**
 * The guest ended itself, or its instance was closed.
 *
 * @example
 * ```ts
 * import { ExitError } from "@waxwing/waxwing";
 *
 * const error = new ExitError(3);
 * console.log(error.exitCode === 3);
 * ```
 */
export class ExitError extends Error {
  /** To tell the class by, where `instanceof` cannot. */
  override readonly name = "ExitError";
  /** 0 to 2^32-1; 0 stands for success. */
  readonly exitCode: number;

  /** A host function throws it to end the guest that called it. */
  constructor(exitCode: number) {
    super(`module closed with exit_code(${exitCode >>> 0})`);
    this.exitCode = exitCode >>> 0;
  }
}

/**
 * A call took longer than its `timeoutMs`. The instance can be called again,
 * unless the runtime closes instances whose calls were cancelled.
 *
 * @example
 * ```ts
 * import { Runtime, TimeoutError } from "@waxwing/waxwing";
 *
 * const bytes = Uint8Array.of(
 *   ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
 *   ...[7, 7, 1, 3, 114, 117, 110, 0, 0],
 *   ...[10, 9, 1, 7, 0, 3, 64, 12, 0, 11, 11],
 * ); // (func (export "run") (loop (br 0)))
 * const run = new Runtime().instantiate(bytes).exportedFunction("run")!;
 * try {
 *   run.callWith([], { timeoutMs: 5 });
 * } catch (error) {
 *   console.log(error instanceof TimeoutError && error.timeoutMs === 5);
 * }
 * ```
 */
export class TimeoutError extends Error {
  /** To tell the class by, where `instanceof` cannot. */
  override readonly name = "TimeoutError";
  /** What the call was allowed, in milliseconds. */
  readonly timeoutMs: number;

  /** Made by calls. */
  constructor(timeoutMs: number) {
    super(`the call took more than ${timeoutMs} ms`);
    this.timeoutMs = timeoutMs;
  }
}

/**
 * The guest's stack that an error passed through, as text: a heading and a
 * line for each frame, innermost first; "" where there was none. Below a frame
 * are its source lines, if the module has debugging information (DWARF) and
 * {@linkcode RuntimeOptions.debugInfo} is not off: first the offset in the Code
 * section, then the line, then where inlined functions around it were called.
 *
 * @example
 * ```ts
 * import { Runtime, wasmStackTrace } from "@waxwing/waxwing";
 *
 * const bytes = Uint8Array.of(
 *   ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
 *   ...[7, 7, 1, 3, 114, 117, 110, 0, 0, 10, 5, 1, 3, 0, 0, 11],
 * ); // (func (export "run") unreachable)
 * try {
 *   new Runtime().instantiate(bytes).exports.run();
 * } catch (error) {
 *   const [heading, frame] = wasmStackTrace(error).split("\n");
 *   console.log(heading === "wasm stack trace:" && frame.includes(".run()"));
 * }
 * ```
 */
export function wasmStackTrace(error: unknown): string {
  return formatFrames(wasmFrames(error), sourceOf).trimStart();
}

/**
 * The source lines of a frame, if its module has debugging information (DWARF)
 * and {@linkcode RuntimeOptions.debugInfo} is not off: the line itself, then
 * where the inlined functions around it were called. `frame` is one that an
 * error has, not a copy.
 *
 * @example
 * ```ts
 * import { Runtime, sourceLinesOf, wasmFrames } from "@waxwing/waxwing";
 *
 * const bytes = Uint8Array.of(
 *   ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
 *   ...[7, 7, 1, 3, 114, 117, 110, 0, 0, 10, 5, 1, 3, 0, 0, 11],
 * ); // (func (export "run") unreachable)
 * try {
 *   new Runtime().instantiate(bytes).exports.run();
 * } catch (error) {
 *   const [frame] = wasmFrames(error);
 *   console.log(sourceLinesOf(frame).length === 0); // it has no DWARF
 * }
 * ```
 */
export function sourceLinesOf(frame: WasmFrame): readonly SourceLine[] {
  const module = moduleOf(frame);
  return module === undefined || frame.offset < 0
    ? []
    : sourceLines(module, frame.offset - codeStart(module));
}

/** `0x16e2: file.c:73:6 (inlined)`, and the same without the offset. */
function sourceOf(frame: WasmFrame): string[] {
  const sources = sourceLinesOf(frame);
  if (sources.length === 0) return [];
  const offset = frame.offset - codeStart(moduleOf(frame)!);
  const prefix = `0x${offset.toString(16)}: `;
  return sources.map((source, i) => {
    const { file, line, column, inlined } = source;
    const indent = i === 0 ? prefix : " ".repeat(prefix.length);
    const place = column === 0 ? line : `${line}:${column}`;
    return `${indent}${file}:${place}${inlined ? " (inlined)" : ""}`;
  });
}
