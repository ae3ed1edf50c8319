/**
 * The scalar instructions that the hot loop leaves to a handler, always or for
 * some operands: i64 division, and the conversions between floats and integers
 * that are rare or can trap. The layout of their code is result, operands
 * (instruction.ts). Every operand is read before the result is written, as the
 * result's register may be an operand's.
 * Spec: «Numeric Instructions».
 */

import { Op } from "./exec.ts";
import { Feature } from "./features.ts";
import * as i64 from "./i64.ts";
import type { Handler, RowText } from "./instruction.ts";
import type { Machine } from "./store.ts";
import { TrapCode } from "./trap.ts";

const enum Two {
  To31 = 2 ** 31,
  To32 = 2 ** 32,
  To63 = 2 ** 63,
  To64 = 2 ** 64,
}

// Operands and results. `k` is the position of the register after the op.

function readF32(m: Machine, pc: number, fp: number, k: number): number {
  return m.F[fp + m.code[pc + k]];
}

function readF64(m: Machine, pc: number, fp: number, k: number): number {
  return m.D[(fp + m.code[pc + k]) >> 1];
}

type Read = typeof readF32;

/** `convert` writes the result and returns the next pc, or a negated trap. */
const converting = (
  read: Read,
  convert: (m: Machine, pc: number, fp: number, x: number) => number,
): Handler =>
(m, pc, fp) => convert(m, pc, fp, read(m, pc, fp, 2));

// Integers.

/** What the loop does not divide: that is rare, or a trap. */
const dividing = (
  wrap: typeof BigInt.asIntN,
  divide: (a: bigint, b: bigint) => bigint,
): Handler =>
(m, pc, fp) => {
  const { I, code } = m;
  const a = fp + code[pc + 2], b = fp + code[pc + 3];
  if ((I[b] | I[b + 1]) === 0) return -TrapCode.DivideByZero;
  const result = divide(
    wrap(64, i64.toBigInt(I[a], I[a + 1])),
    wrap(64, i64.toBigInt(I[b], I[b + 1])),
  );
  if (wrap(64, result) !== result) return -TrapCode.IntegerOverflow;
  i64.fromBigInt(I, fp + code[pc + 1], result);
  return pc + 4;
};

const quotient = (a: bigint, b: bigint): bigint => a / b;
const remainder = (a: bigint, b: bigint): bigint => a % b;

// Conversions of i64 to floats.

const f32ConvertI64S: Handler = (m, pc, fp) => {
  const { F, I, code } = m;
  const a = fp + code[pc + 2];
  F[fp + code[pc + 1]] = i64.toFloatS(I[a], I[a + 1]);
  return pc + 3;
};

const f32ConvertI64U: Handler = (m, pc, fp) => {
  const { F, I, code } = m;
  const a = fp + code[pc + 2];
  F[fp + code[pc + 1]] = i64.toFloatU(I[a], I[a + 1]);
  return pc + 3;
};

// Conversions to integers, trapping. Below: what they do to a number, f32 or
// f64. The open bounds of the spec's ranges are exact in numbers, but for
// those of i64, where the closed one is.

/** What the loop leaves of truncation to i32: all that is out of range. */
function trapUnrepresentable(
  _m: Machine,
  _pc: number,
  _fp: number,
  x: number,
): number {
  return x === x ? -TrapCode.IntegerOverflow : -TrapCode.InvalidConversion;
}

function truncToI64S(m: Machine, pc: number, fp: number, x: number): number {
  if (!(x >= -Two.To63 && x < Two.To63)) {
    return trapUnrepresentable(m, pc, fp, x);
  }
  i64.fromNumber(m.I, fp + m.code[pc + 1], Math.trunc(x));
  return pc + 3;
}

function truncToI64U(m: Machine, pc: number, fp: number, x: number): number {
  if (!(x > -1 && x < Two.To64)) {
    return trapUnrepresentable(m, pc, fp, x);
  }
  i64.fromNumber(m.I, fp + m.code[pc + 1], Math.trunc(x));
  return pc + 3;
}

// Conversions to integers, saturating: NaN becomes 0.

function saturateToI32S(m: Machine, pc: number, fp: number, x: number): number {
  m.I[fp + m.code[pc + 1]] = Math.min(Math.max(x, -Two.To31), Two.To31 - 1);
  return pc + 3;
}

function saturateToI32U(m: Machine, pc: number, fp: number, x: number): number {
  m.I[fp + m.code[pc + 1]] = Math.min(Math.max(x, 0), Two.To32 - 1);
  return pc + 3;
}

function saturateToI64S(m: Machine, pc: number, fp: number, x: number): number {
  const to = fp + m.code[pc + 1];
  if (x >= Two.To63) {
    m.I[to] = -1;
    m.I[to + 1] = Two.To31 - 1;
  } else {
    i64.fromNumber(m.I, to, x === x ? Math.trunc(Math.max(x, -Two.To63)) : 0);
  }
  return pc + 3;
}

function saturateToI64U(m: Machine, pc: number, fp: number, x: number): number {
  const to = fp + m.code[pc + 1];
  if (x >= Two.To64) {
    m.I[to] = -1;
    m.I[to + 1] = -1;
  } else {
    i64.fromNumber(m.I, to, x > 0 ? Math.trunc(x) : 0);
  }
  return pc + 3;
}

/** Those of the loop's ops that it leaves: traps, NaNs, large numbers. */
export const scalarHandlers = (): readonly (readonly [Op, Handler])[] => [
  [Op.I64DivS, dividing(BigInt.asIntN, quotient)],
  [Op.I64DivU, dividing(BigInt.asUintN, quotient)],
  [Op.I64RemS, dividing(BigInt.asIntN, remainder)],
  [Op.I64RemU, dividing(BigInt.asUintN, remainder)],
  [Op.I32TruncF32S, converting(readF32, trapUnrepresentable)],
  [Op.I32TruncF32U, converting(readF32, trapUnrepresentable)],
  [Op.I32TruncF64S, converting(readF64, trapUnrepresentable)],
  [Op.I32TruncF64U, converting(readF64, trapUnrepresentable)],
  [Op.I64TruncF64S, converting(readF64, truncToI64S)],
  [Op.I32TruncSatF32S, converting(readF32, saturateToI32S)],
  [Op.I32TruncSatF32U, converting(readF32, saturateToI32U)],
  [Op.I32TruncSatF64S, converting(readF64, saturateToI32S)],
  [Op.I32TruncSatF64U, converting(readF64, saturateToI32U)],
  [Op.I64TruncSatF64S, converting(readF64, saturateToI64S)],
];

export const scalar = (): readonly RowText[] => [
  [
    0,
    `
    ae f:I i64.trunc_f32_s .trunc_f32_u
    b1 F:I .trunc_f64_u
    b4 I:f f32.convert_i64_s .convert_i64_u
  `,
    [
      ...[converting(readF32, truncToI64S), converting(readF32, truncToI64U)],
      converting(readF64, truncToI64U),
      ...[f32ConvertI64S, f32ConvertI64U],
    ],
  ],
  [
    Feature.SaturatingConversions,
    `
    fc004 f:I i64.trunc_sat_f32_s .trunc_sat_f32_u
    fc007 F:I .trunc_sat_f64_u
  `,
    [
      converting(readF32, saturateToI64S),
      converting(readF32, saturateToI64U),
      converting(readF64, saturateToI64U),
    ],
  ],
];
