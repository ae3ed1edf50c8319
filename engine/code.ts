/**
 * The `Code` of a translated function, the table of a module's functions, and
 * the entry cells through which they are called: code can be dropped from the
 * arena and made again, cells stay where they are.
 */

import type { Module } from "./module.ts";

/** A translated function, in the code arena from `start` to `end`. */
export interface Code {
  readonly functions: FunctionTable;
  /** In the function index space of the module. */
  readonly functionIndex: number;
  /** Whether it uses fuel. */
  readonly isMetered: boolean;
  start: number;
  end: number;
  /** Register of the return address. */
  readonly linkOffset: number;
  /** Words of the largest extent of the frame. */
  readonly frameWords: number;
  /**
   * Pairs of (pc relative to `start`, offset in the module's bytes), rising:
   * an op that can trap or call belongs to the last pair not above it.
   */
  readonly offsets: Int32Array;
}

/** The defined functions of a module and their entry cells in the arena. */
export interface FunctionTable {
  readonly module: Module;
  /** Address of the first function's cell. */
  readonly cells: number;
  /** Undefined where a function is not translated, or was dropped. */
  readonly codes: (Code | undefined)[];
  /** The same for code that uses fuel. */
  readonly meteredCodes: (Code | undefined)[];
}

/**
 * An entry cell: the pc at which calls enter the function, the op Translate
 * (where that pc points until the function is translated), the type's id; then
 * the first two again for the code that uses fuel.
 */
export const CELL_WORDS = 6;
export const CELL_STUB = 1;
export const CELL_TYPE = 2;
/** What lies between the two entries. */
export const CELL_METERED = 3;

/** The module offset of the op at `pc`, or -1. */
export function moduleOffset(code: Code, pc: number): number {
  const { offsets } = code;
  const relative = pc - code.start;
  let low = 0;
  let high = offsets.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[2 * middle] <= relative) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? -1 : offsets[2 * low - 1];
}
