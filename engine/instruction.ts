/**
 * The row that describes one wasm instruction in the tables (opcodes.ts for
 * those that the hot loop runs, simd.ts, atomics.ts, bulk.ts for those that
 * it leaves to a handler), and what a handler of a cold instruction gets.
 *
 * A cold instruction is laid out in the code arena as
 *   op, result register?, operand registers in order, immediates in order
 * where a register is a word offset from fp, and the immediates are:
 *   MemArg      offset (uint32 bits), memory index
 *   Lane        lane index
 *   MemArgLane  offset, memory index, lane index
 *   Bytes16     four words, little endian (v128.const, i8x16.shuffle)
 *   Memory      memory index            MemoryMemory  destination, source
 *   DataMemory  segment, memory         Data          segment
 *   Table       table index             TableTable    destination, source
 *   ElemTable   segment, table          Elem          segment
 * Operands of reference types live in `m.R` at register >> 1, all others in
 * `m.I` (and its aliases) from the register's word on: i32 and f32 one word,
 * i64 and f64 two (low first; f64 also as `m.D[register >> 1]`), v128 four.
 */

import type { FeatureSet } from "./features.ts";
import type { Machine } from "./store.ts";

/** What follows the opcode in the binary format. */
export const enum Imm {
  None = 0,
  MemArg = 1,
  Lane = 2,
  MemArgLane = 3,
  Bytes16 = 4,
  Memory = 5,
  MemoryMemory = 6,
  DataMemory = 7,
  Data = 8,
  Table = 9,
  TableTable = 10,
  ElemTable = 11,
  Elem = 12,
  /** Read and checked by a method of the validator of its own. */
  Special = 13,
}

/**
 * Runs one cold instruction: `pc` is the index of its op in `m.code`, `fp`
 * the first word of the frame in `m.I`. Returns the pc of the next
 * instruction, a negated `TrapCode`, or STOPPED.
 */
export type Handler = (m: Machine, pc: number, fp: number) => number;

/** What a handler returns when the run has to end, and to begin with it again. */
export const STOPPED = -1002;

/**
 * Mnemonic; opcode (a prefix byte is followed by three hex digits: 0xfd06e);
 * immediates; signature; what runs it: an op of a loop or a handler; and
 * how the instruction differs from that op, if it does.
 * The signature lists operands and results: i i32, I i64, f f32, F f64,
 * v v128, a an address of the memory, n an index of the table.
 */
export type Row = readonly [
  mnemonic: string,
  opcode: number,
  imm: Imm,
  signature: string,
  run: number | Handler,
  variant?: number,
];

/** The op takes the operands in the other order (a > b is b < a). */
export const SWAPPED = 1;
/** The bits of the op's result are inverted (a != b is not a = b). */
export const NEGATED = 2;
/** The op takes the upper halves of the operands. */
export const HIGH = 4;

/** Rows that came with one proposal. */
export interface RowGroup {
  readonly feature: FeatureSet;
  readonly rows: readonly Row[];
}

/** The signature of entries of `Imm.Special`. */
export const SPECIAL = "-";

/**
 * Rows as text: mnemonics, behind the signature that they have. Opcodes count
 * up from the last that is given. A mnemonic that begins with "." is of the
 * same type as the one before. What runs it comes behind a mnemonic where it is
 * not the op of that name: an op, or another mnemonic's, after "=", "~"
 * (SWAPPED), "!" (NEGATED) or "^" (HIGH). Or handlers do, in the same order.
 */
export type RowText = readonly [
  feature: FeatureSet,
  rows: string,
  handlers?: readonly Handler[],
];

/** An instruction of a `RowText`. */
export interface Entry {
  readonly mnemonic: string;
  readonly opcode: number;
  readonly signature: string;
  /** "" where the op is its own. */
  readonly marks: string;
  /** The mnemonic or the name of what runs it. */
  readonly run: string;
}

export function entriesOf(rows: string): Entry[] {
  let opcode = 0, signature = "", type = "";
  return rows.match(/\S+/g)!.flatMap((word): Entry[] => {
    if (/^[\da-f]+$/.test(word)) opcode = parseInt(word, 16);
    else if (/[-:]/.test(word)) signature = word;
    else {
      if (!word.startsWith(".")) [type] = word.split(".");
      const [mnemonic, run = mnemonic] = word.split(/[=~!^]+/)
        .map((name) => name.startsWith(".") ? type + name : name);
      const marks = word.replace(/[\w.]+/g, "");
      return [{ mnemonic, opcode: opcode++, signature, marks, run }];
    }
    return [];
  });
}

/** `i32.trunc_sat_f64_s` -> `I32TruncSatF64S` */
export function opNameOf(mnemonic: string): string {
  return mnemonic.replace(/(?:^|[._])(.)/g, (_, first) => first.toUpperCase());
}

/** What the immediates are, by mnemonic and signature. */
export function immediateOf({ mnemonic, signature }: Entry): Imm {
  const hasLane = /_lane/.test(mnemonic);
  if (signature.startsWith("a")) return hasLane ? Imm.MemArgLane : Imm.MemArg;
  if (/^(v128.const|i8x16.shuffle)$/.test(mnemonic)) return Imm.Bytes16;
  return hasLane ? Imm.Lane : Imm.None;
}

/** Letters of the words of the immediates (see ir.ts), by `Imm`. */
export const IMM_LETTERS: readonly string[] = [
  ...["", "xm", "i", "xmi", "iiii", "i", "ii", "ii", "i", "i", "ii", "ii"],
  ...["i", ""],
];
