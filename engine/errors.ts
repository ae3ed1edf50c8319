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
 */
export class CompileError extends Error {
  override readonly name = "CompileError";
  /** Where in the module's bytes the fault was found. */
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(`${reason} (at offset 0x${offset.toString(16)})`);
    this.offset = offset;
  }
}

/** An import is missing or of another type than the module declares. */
export class LinkError extends Error {
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

/** A running program did what the specification forbids. */
export class Trap extends Error {
  override readonly name = "Trap";
  readonly code: TrapCode;
  /** The guest's stack, innermost first, cut at 30 frames. */
  readonly frames: readonly WasmFrame[];

  constructor(code: TrapCode, frames: readonly WasmFrame[] = []) {
    super(TRAP_MESSAGES[code] + formatFrames(frames));
    this.code = code;
    this.frames = frames;
  }
}

/** `mod.fn(i32) i64`, one line per frame, under a heading. */
export function formatFrames(frames: readonly WasmFrame[]): string {
  if (frames.length === 0) return "";
  const lines = frames.map((frame) => "\n\t" + formatFrame(frame));
  return "\nwasm stack trace:" + lines.join("");
}

function formatFrame(frame: WasmFrame): string {
  const name = frame.functionName ?? `$${frame.functionIndex}`;
  const at = frame.offset < 0 ? "" : ` @ 0x${frame.offset.toString(16)}`;
  return `${frame.moduleName}.${name}${frame.signature}${at}`;
}
