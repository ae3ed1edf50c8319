/**
 * The scalar instructions that the hot loop leaves to a handler: i64 division
 * and bit counts, float rounding, min, max, copysign, and the conversions
 * between floats and integers that are rare or can trap. The layout of their
 * code is result, operands (instruction.ts). Every operand is read before the
 * result is written, as the result's register may be an operand's.
 * Spec: «Numeric Instructions».
 */

import { Op } from "./exec.ts";
import { Feature } from "./features.ts";
import { nearest, putF32, putF64 } from "./float.ts";
import * as i64 from "./i64.ts";
import type { Handler, RowText } from "./instruction.ts";
import type { Machine } from "./store.ts";
import { TrapCode } from "./trap.ts";

const TWO_31 = 0x8000_0000;
const TWO_32 = 0x1_0000_0000;
const TWO_63 = 0x8000_0000_0000_0000;
const TWO_64 = 0x1_0000_0000_0000_0000;

// Operands and results. `k` is the position of the register after the op.

function readF32(m: Machine, pc: number, fp: number, k: number): number {
  return m.F[fp + m.code[pc + k]];
}

function readF64(m: Machine, pc: number, fp: number, k: number): number {
  return m.D[(fp + m.code[pc + k]) >> 1];
}

function finishF32(m: Machine, pc: number, fp: number, x: number): void {
  putF32(m, fp + m.code[pc + 1], x);
}

function finishF64(m: Machine, pc: number, fp: number, x: number): void {
  putF64(m, fp + m.code[pc + 1], x);
}

// Integers.

const i64Popcnt: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const to = fp + code[pc + 1], a = fp + code[pc + 2];
  I[to] = i64.popcnt(I[a], I[a + 1]);
  I[to + 1] = 0;
  return pc + 3;
};

const i64DivS: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const to = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  const bLo = I[b], bHi = I[b + 1];
  if ((bLo | bHi) === 0) return -TrapCode.DivideByZero;
  const aLo = I[a], aHi = I[a + 1];
  if ((bLo & bHi) === -1 && aLo === 0 && aHi === -TWO_31) {
    return -TrapCode.IntegerOverflow;
  }
  i64.divS(I, to, aLo, aHi, bLo, bHi);
  return pc + 4;
};

const i64DivU: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const to = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  if ((I[b] | I[b + 1]) === 0) return -TrapCode.DivideByZero;
  i64.divU(I, to, I[a], I[a + 1], I[b], I[b + 1]);
  return pc + 4;
};

const i64RemS: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const to = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  if ((I[b] | I[b + 1]) === 0) return -TrapCode.DivideByZero;
  i64.remS(I, to, I[a], I[a + 1], I[b], I[b + 1]);
  return pc + 4;
};

const i64RemU: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const to = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  if ((I[b] | I[b + 1]) === 0) return -TrapCode.DivideByZero;
  i64.remU(I, to, I[a], I[a + 1], I[b], I[b + 1]);
  return pc + 4;
};

// Floats. Rounding an f32 as a number is exact.

const f32Ceil: Handler = (m, pc, fp) => {
  finishF32(m, pc, fp, Math.ceil(readF32(m, pc, fp, 2)));
  return pc + 3;
};

const f32Floor: Handler = (m, pc, fp) => {
  finishF32(m, pc, fp, Math.floor(readF32(m, pc, fp, 2)));
  return pc + 3;
};

const f32Trunc: Handler = (m, pc, fp) => {
  finishF32(m, pc, fp, Math.trunc(readF32(m, pc, fp, 2)));
  return pc + 3;
};

const f32Nearest: Handler = (m, pc, fp) => {
  finishF32(m, pc, fp, nearest(readF32(m, pc, fp, 2)));
  return pc + 3;
};

const f32Min: Handler = (m, pc, fp) => {
  const a = readF32(m, pc, fp, 2), b = readF32(m, pc, fp, 3);
  finishF32(m, pc, fp, Math.min(a, b));
  return pc + 4;
};

const f32Max: Handler = (m, pc, fp) => {
  const a = readF32(m, pc, fp, 2), b = readF32(m, pc, fp, 3);
  finishF32(m, pc, fp, Math.max(a, b));
  return pc + 4;
};

const f32Copysign: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const a = I[fp + code[pc + 2]], b = I[fp + code[pc + 3]];
  I[fp + code[pc + 1]] = (a & 0x7fffffff) | (b & 0x80000000);
  return pc + 4;
};

const f64Ceil: Handler = (m, pc, fp) => {
  finishF64(m, pc, fp, Math.ceil(readF64(m, pc, fp, 2)));
  return pc + 3;
};

const f64Floor: Handler = (m, pc, fp) => {
  finishF64(m, pc, fp, Math.floor(readF64(m, pc, fp, 2)));
  return pc + 3;
};

const f64Trunc: Handler = (m, pc, fp) => {
  finishF64(m, pc, fp, Math.trunc(readF64(m, pc, fp, 2)));
  return pc + 3;
};

const f64Nearest: Handler = (m, pc, fp) => {
  finishF64(m, pc, fp, nearest(readF64(m, pc, fp, 2)));
  return pc + 3;
};

const f64Min: Handler = (m, pc, fp) => {
  const a = readF64(m, pc, fp, 2), b = readF64(m, pc, fp, 3);
  finishF64(m, pc, fp, Math.min(a, b));
  return pc + 4;
};

const f64Max: Handler = (m, pc, fp) => {
  const a = readF64(m, pc, fp, 2), b = readF64(m, pc, fp, 3);
  finishF64(m, pc, fp, Math.max(a, b));
  return pc + 4;
};

const f64Copysign: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const to = fp + code[pc + 1], a = fp + code[pc + 2];
  const aLo = I[a], aHi = I[a + 1], bHi = I[fp + code[pc + 3] + 1];
  I[to] = aLo;
  I[to + 1] = (aHi & 0x7fffffff) | (bHi & 0x80000000);
  return pc + 4;
};

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

const f64ConvertI64U: Handler = (m, pc, fp) => {
  const { D, I, code } = m;
  const a = fp + code[pc + 2];
  D[(fp + code[pc + 1]) >> 1] = i64.toNumberU(I[a], I[a + 1]);
  return pc + 3;
};

// Conversions to integers, trapping. Below: what they do to a number, f32 or
// f64. The open bounds of the spec's ranges are exact in numbers, but for
// those of i64, where the closed one is.

function unrepresentable(x: number): number {
  return x === x ? -TrapCode.IntegerOverflow : -TrapCode.InvalidConversion;
}

function truncToI32S(m: Machine, pc: number, fp: number, x: number): number {
  if (!(x > -TWO_31 - 1 && x < TWO_31)) return unrepresentable(x);
  m.I[fp + m.code[pc + 1]] = x;
  return pc + 3;
}

function truncToI32U(m: Machine, pc: number, fp: number, x: number): number {
  if (!(x > -1 && x < TWO_32)) return unrepresentable(x);
  m.I[fp + m.code[pc + 1]] = x;
  return pc + 3;
}

function truncToI64S(m: Machine, pc: number, fp: number, x: number): number {
  if (!(x >= -TWO_63 && x < TWO_63)) return unrepresentable(x);
  i64.fromNumber(m.I, fp + m.code[pc + 1], Math.trunc(x));
  return pc + 3;
}

function truncToI64U(m: Machine, pc: number, fp: number, x: number): number {
  if (!(x > -1 && x < TWO_64)) return unrepresentable(x);
  i64.fromNumber(m.I, fp + m.code[pc + 1], Math.trunc(x));
  return pc + 3;
}

const i32TruncF32S: Handler = (m, pc, fp) =>
  truncToI32S(m, pc, fp, readF32(m, pc, fp, 2));

const i32TruncF32U: Handler = (m, pc, fp) =>
  truncToI32U(m, pc, fp, readF32(m, pc, fp, 2));

const i32TruncF64U: Handler = (m, pc, fp) =>
  truncToI32U(m, pc, fp, readF64(m, pc, fp, 2));

const i64TruncF32S: Handler = (m, pc, fp) =>
  truncToI64S(m, pc, fp, readF32(m, pc, fp, 2));

const i64TruncF32U: Handler = (m, pc, fp) =>
  truncToI64U(m, pc, fp, readF32(m, pc, fp, 2));

const i64TruncF64S: Handler = (m, pc, fp) =>
  truncToI64S(m, pc, fp, readF64(m, pc, fp, 2));

const i64TruncF64U: Handler = (m, pc, fp) =>
  truncToI64U(m, pc, fp, readF64(m, pc, fp, 2));

// Conversions to integers, saturating: NaN becomes 0.

function saturateToI32S(m: Machine, pc: number, fp: number, x: number): number {
  m.I[fp + m.code[pc + 1]] = Math.min(Math.max(x, -TWO_31), TWO_31 - 1);
  return pc + 3;
}

function saturateToI32U(m: Machine, pc: number, fp: number, x: number): number {
  m.I[fp + m.code[pc + 1]] = Math.min(Math.max(x, 0), TWO_32 - 1);
  return pc + 3;
}

function saturateToI64S(m: Machine, pc: number, fp: number, x: number): number {
  const to = fp + m.code[pc + 1];
  if (x >= TWO_63) {
    m.I[to] = -1;
    m.I[to + 1] = TWO_31 - 1;
  } else {
    i64.fromNumber(m.I, to, x === x ? Math.trunc(Math.max(x, -TWO_63)) : 0);
  }
  return pc + 3;
}

function saturateToI64U(m: Machine, pc: number, fp: number, x: number): number {
  const to = fp + m.code[pc + 1];
  if (x >= TWO_64) {
    m.I[to] = -1;
    m.I[to + 1] = -1;
  } else {
    i64.fromNumber(m.I, to, x > 0 ? Math.trunc(x) : 0);
  }
  return pc + 3;
}

const i32TruncSatF32S: Handler = (m, pc, fp) =>
  saturateToI32S(m, pc, fp, readF32(m, pc, fp, 2));

const i32TruncSatF32U: Handler = (m, pc, fp) =>
  saturateToI32U(m, pc, fp, readF32(m, pc, fp, 2));

const i32TruncSatF64S: Handler = (m, pc, fp) =>
  saturateToI32S(m, pc, fp, readF64(m, pc, fp, 2));

const i32TruncSatF64U: Handler = (m, pc, fp) =>
  saturateToI32U(m, pc, fp, readF64(m, pc, fp, 2));

const i64TruncSatF32S: Handler = (m, pc, fp) =>
  saturateToI64S(m, pc, fp, readF32(m, pc, fp, 2));

const i64TruncSatF32U: Handler = (m, pc, fp) =>
  saturateToI64U(m, pc, fp, readF32(m, pc, fp, 2));

const i64TruncSatF64S: Handler = (m, pc, fp) =>
  saturateToI64S(m, pc, fp, readF64(m, pc, fp, 2));

const i64TruncSatF64U: Handler = (m, pc, fp) =>
  saturateToI64U(m, pc, fp, readF64(m, pc, fp, 2));

/** Those of the loop's ops that it leaves: traps, NaNs, large numbers. */
export const SCALAR_HANDLERS: readonly (readonly [Op, Handler])[] = [
  [Op.I64DivS, i64DivS],
  [Op.I64DivU, i64DivU],
  [Op.I64RemS, i64RemS],
  [Op.I64RemU, i64RemU],
  [Op.F64Floor, f64Floor],
  [Op.I32TruncSatF64S, i32TruncSatF64S],
];

// deno-fmt-ignore
export const SCALAR: readonly RowText[] = [
  [0, `
    7b I:I i64.popcnt
    8d f:f f32.ceil .floor .trunc .nearest
    96 ff:f f32.min .max .copysign
    9b F:F f64.ceil
    9d F:F f64.trunc .nearest
    a4 FF:F f64.min .max .copysign
    a8 f:i i32.trunc_f32_s .trunc_f32_u
    ab F:i i32.trunc_f64_u
    ae f:I i64.trunc_f32_s .trunc_f32_u
    b0 F:I i64.trunc_f64_s .trunc_f64_u
    b4 I:f f32.convert_i64_s .convert_i64_u
    ba I:F f64.convert_i64_u
  `, [
    i64Popcnt, f32Ceil, f32Floor, f32Trunc, f32Nearest, f32Min, f32Max,
    f32Copysign, f64Ceil, f64Trunc, f64Nearest, f64Min, f64Max, f64Copysign,
    i32TruncF32S, i32TruncF32U, i32TruncF64U, i64TruncF32S, i64TruncF32U,
    i64TruncF64S, i64TruncF64U, f32ConvertI64S, f32ConvertI64U,
    f64ConvertI64U,
  ]],
  [Feature.SaturatingConversions, `
    fc000 f:i i32.trunc_sat_f32_s .trunc_sat_f32_u
    fc003 F:i i32.trunc_sat_f64_u
    fc004 f:I i64.trunc_sat_f32_s .trunc_sat_f32_u
    fc006 F:I i64.trunc_sat_f64_s .trunc_sat_f64_u
  `, [
    i32TruncSatF32S, i32TruncSatF32U, i32TruncSatF64U, i64TruncSatF32S,
    i64TruncSatF32U, i64TruncSatF64S, i64TruncSatF64U,
  ]],
];
