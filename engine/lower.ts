/**
 * Vector instructions that the translator takes apart into ops which the hot
 * loop has: lane by lane on the words of the vector's register. Four
 * dispatches cost less than leaving the loop for one handler.
 */

import { Op } from "./exec.ts";

export const LOWER_BINARY = 0; // v v -> v, lane by lane
export const LOWER_UNARY = 1; // v -> v
export const LOWER_SHIFT = 2; // v i32 -> v, all lanes by the same count
export const LOWER_SPLAT = 3; // scalar -> v
export const LOWER_EXTRACT = 4; // v -> scalar
export const LOWER_REPLACE = 5; // v scalar -> v
export const LOWER_LOAD = 6; // v128.load
export const LOWER_STORE = 7; // v128.store
export const LOWER_LOAD_SPLAT = 8; // load32_splat, load64_splat
export const LOWER_LOAD_ZERO = 9; // load32_zero, load64_zero
export const LOWER_CONST = 10; // v128.const

/** How an instruction is taken apart. */
export interface Lowering {
  readonly kind: number;
  /** The op for each lane. */
  readonly op: number;
  /** Words of a lane. */
  readonly step: number;
}

type Row = readonly [opcode: number, kind: number, op: Op, step: number];

// deno-fmt-ignore
const ROWS: readonly Row[] = [
  [0xfd000, LOWER_LOAD,       Op.Load64, 2],
  [0xfd009, LOWER_LOAD_SPLAT, Op.Load32, 1],
  [0xfd00a, LOWER_LOAD_SPLAT, Op.Load64, 2],
  [0xfd00b, LOWER_STORE,      Op.Store64, 2],
  [0xfd00c, LOWER_CONST,      Op.Const64, 2],
  [0xfd05c, LOWER_LOAD_ZERO,  Op.Load32, 1],
  [0xfd05d, LOWER_LOAD_ZERO,  Op.Load64, 2],
  [0xfd011, LOWER_SPLAT,      Op.Copy32, 1],
  [0xfd012, LOWER_SPLAT,      Op.Copy64, 2],
  [0xfd013, LOWER_SPLAT,      Op.Copy32, 1],
  [0xfd014, LOWER_SPLAT,      Op.Copy64, 2],
  [0xfd01b, LOWER_EXTRACT,    Op.Copy32, 1],
  [0xfd01d, LOWER_EXTRACT,    Op.Copy64, 2],
  [0xfd01f, LOWER_EXTRACT,    Op.Copy32, 1],
  [0xfd021, LOWER_EXTRACT,    Op.Copy64, 2],
  [0xfd01c, LOWER_REPLACE,    Op.Copy32, 1],
  [0xfd01e, LOWER_REPLACE,    Op.Copy64, 2],
  [0xfd020, LOWER_REPLACE,    Op.Copy32, 1],
  [0xfd022, LOWER_REPLACE,    Op.Copy64, 2],
  [0xfd04e, LOWER_BINARY,     Op.I64And, 2],    // v128.and
  [0xfd050, LOWER_BINARY,     Op.I64Or, 2],     // v128.or
  [0xfd051, LOWER_BINARY,     Op.I64Xor, 2],    // v128.xor
  [0xfd0ab, LOWER_SHIFT,      Op.I32Shl, 1],
  [0xfd0ac, LOWER_SHIFT,      Op.I32ShrS, 1],
  [0xfd0ad, LOWER_SHIFT,      Op.I32ShrU, 1],
  [0xfd0ae, LOWER_BINARY,     Op.I32Add, 1],
  [0xfd0b1, LOWER_BINARY,     Op.I32Sub, 1],
  [0xfd0b5, LOWER_BINARY,     Op.I32Mul, 1],
  [0xfd0ce, LOWER_BINARY,     Op.I64Add, 2],
  [0xfd0d1, LOWER_BINARY,     Op.I64Sub, 2],
  [0xfd0d5, LOWER_BINARY,     Op.I64Mul, 2],
  [0xfd0e0, LOWER_UNARY,      Op.F32Abs, 1],
  [0xfd0e1, LOWER_UNARY,      Op.F32Neg, 1],
  [0xfd0e3, LOWER_UNARY,      Op.F32Sqrt, 1],
  [0xfd0e4, LOWER_BINARY,     Op.F32Add, 1],
  [0xfd0e5, LOWER_BINARY,     Op.F32Sub, 1],
  [0xfd0e6, LOWER_BINARY,     Op.F32Mul, 1],
  [0xfd0e7, LOWER_BINARY,     Op.F32Div, 1],
  [0xfd0ec, LOWER_UNARY,      Op.F64Abs, 2],
  [0xfd0ed, LOWER_UNARY,      Op.F64Neg, 2],
  [0xfd0ef, LOWER_UNARY,      Op.F64Sqrt, 2],
  [0xfd0f0, LOWER_BINARY,     Op.F64Add, 2],
  [0xfd0f1, LOWER_BINARY,     Op.F64Sub, 2],
  [0xfd0f2, LOWER_BINARY,     Op.F64Mul, 2],
  [0xfd0f3, LOWER_BINARY,     Op.F64Div, 2],
  [0xfd0fa, LOWER_UNARY,      Op.F32ConvertI32S, 1],
  [0xfd0fb, LOWER_UNARY,      Op.F32ConvertI32U, 1],
];

/** By opcode. */
export const LOWERINGS: ReadonlyMap<number, Lowering> =
  /* @__PURE__ */ buildLowerings();

function buildLowerings(): Map<number, Lowering> {
  return new Map(
    ROWS.map(([opcode, kind, op, step]) => [opcode, { kind, op, step }]),
  );
}
