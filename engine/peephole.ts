/**
 * Fusion rules as data rows. While the translator emits op `second`, and the
 * op before it, `first`, made the temporary that `second` reads, both become
 * `fused`: its operands are second's result (where it has one), then first's
 * sources, then second's other sources and immediates in order.
 *
 * The third column says which of second's sources the temporary is: 0 or 1.
 *
 * In the end, ops that stand one behind the other are joined (`JOINS`).
 */

import { Op } from "./exec.ts";
import { VectorOp } from "./exec_simd.ts";
import { lazy } from "./lazy.ts";

const OPS: number = Op.FirstJoined;

/** An op by ops; 0 for none. */
type Table = () => Uint16Array;

type Rule = readonly [first: Op, second: Op, source: 0 | 1, fused: Op];

// deno-fmt-ignore
const RULES: readonly Rule[] = [
  // Compare and branch
  [Op.I32Eq,        Op.BrIf,     0, Op.BrEq],
  [Op.I32Ne,        Op.BrIf,     0, Op.BrNe],
  [Op.I32LtS,       Op.BrIf,     0, Op.BrLtS],
  [Op.I32LtU,       Op.BrIf,     0, Op.BrLtU],
  [Op.I32LeS,       Op.BrIf,     0, Op.BrLeS],
  [Op.I32LeU,       Op.BrIf,     0, Op.BrLeU],
  [Op.I32EqImm,     Op.BrIf,     0, Op.BrEqImm],
  [Op.I32NeImm,     Op.BrIf,     0, Op.BrNeImm],
  [Op.I32LtSImm,    Op.BrIf,     0, Op.BrLtSImm],
  [Op.I32LtUImm,    Op.BrIf,     0, Op.BrLtUImm],
  [Op.I32GtSImm,    Op.BrIf,     0, Op.BrGtSImm],
  [Op.I32GtUImm,    Op.BrIf,     0, Op.BrGtUImm],
  [Op.I32Eq,        Op.BrIfZ,    0, Op.BrNe],
  [Op.I32Ne,        Op.BrIfZ,    0, Op.BrEq],
  [Op.I32EqImm,     Op.BrIfZ,    0, Op.BrNeImm],
  [Op.I32NeImm,     Op.BrIfZ,    0, Op.BrEqImm],
  [Op.I32And,       Op.BrIf,     0, Op.BrAnd],
  [Op.I32And,       Op.BrIfZ,    0, Op.BrAndZ],
  [Op.I32AndImm,    Op.BrIf,     0, Op.BrAndImm],
  [Op.I32AndImm,    Op.BrIfZ,    0, Op.BrAndImmZ],
  [Op.Load8U,       Op.BrIf,     0, Op.BrLoad8U],
  [Op.Load8U,       Op.BrIfZ,    0, Op.BrLoad8UZ],
  [Op.I64Eqz,       Op.BrIf,     0, Op.BrIfZ64],
  [Op.I64Eqz,       Op.BrIfZ,    0, Op.BrIf64],
  [Op.I64Eq,        Op.BrIf,     0, Op.BrEq64],
  [Op.I64Ne,        Op.BrIf,     0, Op.BrNe64],
  [Op.I64LtS,       Op.BrIf,     0, Op.BrLtS64],
  [Op.I64LtU,       Op.BrIf,     0, Op.BrLtU64],
  [Op.I64LeS,       Op.BrIf,     0, Op.BrLeS64],
  [Op.I64LeU,       Op.BrIf,     0, Op.BrLeU64],
  [Op.I64Eq,        Op.BrIfZ,    0, Op.BrNe64],
  [Op.I64Ne,        Op.BrIfZ,    0, Op.BrEq64],
  [Op.F64Eq,        Op.BrIf,     0, Op.BrEqF64],
  [Op.F64Ne,        Op.BrIf,     0, Op.BrNeF64],
  [Op.F64Lt,        Op.BrIf,     0, Op.BrLtF64],
  [Op.F64Le,        Op.BrIf,     0, Op.BrLeF64],
  [Op.F64Eq,        Op.BrIfZ,    0, Op.BrNeF64],
  [Op.F64Ne,        Op.BrIfZ,    0, Op.BrEqF64],
  [Op.F64Lt,        Op.BrIfZ,    0, Op.BrNltF64],
  [Op.F64Le,        Op.BrIfZ,    0, Op.BrNleF64],
  // i32
  [Op.I32ShlImm,    Op.I32Add,   0, Op.I32ShlImmAdd],
  [Op.I32ShlImm,    Op.I32Add,   1, Op.I32ShlImmAdd],
  [Op.I32Add,       Op.I32Add,   0, Op.I32AddAdd],
  [Op.I32Add,       Op.I32Add,   1, Op.I32AddAdd],
  [Op.I32Add,       Op.I32AddImm,0, Op.I32AddAddImm],
  [Op.I32Xor,       Op.I32RotlImm, 0, Op.I32XorRotlImm],
  [Op.I32ShrUImm,   Op.I32AndImm,  0, Op.I32ShrUImmAndImm],
  [Op.I32RotlImm,   Op.I32Xor,   0, Op.I32RotlImmXor],
  [Op.I32RotlImm,   Op.I32Xor,   1, Op.I32RotlImmXor],
  [Op.I32ShrUImm,   Op.I32Xor,   0, Op.I32ShrUImmXor],
  [Op.I32ShrUImm,   Op.I32Xor,   1, Op.I32ShrUImmXor],
  [Op.I32ShlImm,    Op.I32Xor,   0, Op.I32ShlImmXor],
  [Op.I32ShlImm,    Op.I32Xor,   1, Op.I32ShlImmXor],
  [Op.I32Xor,       Op.I32And,   0, Op.I32XorAnd],
  [Op.I32Xor,       Op.I32And,   1, Op.I32XorAnd],
  [Op.I32Xor,       Op.I32Add,   0, Op.I32XorAdd],
  [Op.I32Xor,       Op.I32Add,   1, Op.I32XorAdd],
  [Op.I32And,       Op.I32Xor,   0, Op.I32AndXor],
  [Op.I32And,       Op.I32Xor,   1, Op.I32AndXor],
  [Op.I32EqImm,     Op.I32Add,   0, Op.I32EqImmAdd],
  [Op.I32EqImm,     Op.I32Add,   1, Op.I32EqImmAdd],
  // i64
  [Op.I64Xor,       Op.I64RotlImm, 0, Op.I64XorRotlImm],
  [Op.I64Xor,       Op.I64RotlImm32, 0, Op.I64XorRotlImm32],
  [Op.I64RotlImm,   Op.I64Xor,   0, Op.I64RotlImmXor],
  [Op.I64RotlImm,   Op.I64Xor,   1, Op.I64RotlImmXor],
  [Op.I64RotlImm32, Op.I64Xor,   0, Op.I64RotlImm32Xor],
  [Op.I64RotlImm32, Op.I64Xor,   1, Op.I64RotlImm32Xor],
  [Op.I64ShlImm,    Op.I64Xor,   0, Op.I64ShlImmXor],
  [Op.I64ShlImm,    Op.I64Xor,   1, Op.I64ShlImmXor],
  [Op.I64ShrUImm,   Op.I64Xor,   0, Op.I64ShrUImmXor],
  [Op.I64ShrUImm,   Op.I64Xor,   1, Op.I64ShrUImmXor],
  [Op.I64Add,       Op.I64Add,   0, Op.I64AddAdd],
  [Op.I64Add,       Op.I64Add,   1, Op.I64AddAdd],
  // Floats: two roundings, as the two instructions
  [Op.F32Mul,       Op.F32Add,   0, Op.F32MulAdd],
  [Op.F32Mul,       Op.F32Add,   1, Op.F32MulAdd],
  [Op.F32Mul,       Op.F32Sub,   0, Op.F32MulSub],
  [Op.F32Mul,       Op.F32Sub,   1, Op.F32MulRsub],
  [Op.F64Mul,       Op.F64Sub,   0, Op.F64MulSub],
  [Op.F64Mul,       Op.F64Sub,   1, Op.F64MulRsub],
  [Op.F64Mul,       Op.F64Add,   0, Op.F64MulAdd],
  [Op.F64Mul,       Op.F64Add,   1, Op.F64MulAdd],
  [Op.F64Mul,       Op.F64Mul,   0, Op.F64MulMul],
  [Op.F64Mul,       Op.F64Mul,   1, Op.F64MulMul],
  [Op.F64Add,       Op.F64Add,   0, Op.F64AddAdd],
  [Op.F64Add,       Op.F64Add,   1, Op.F64AddAdd],
  [Op.F64Add,       Op.F64Mul,   0, Op.F64AddMul],
  [Op.F64Add,       Op.F64Mul,   1, Op.F64AddMul],
  [Op.F64Sub,       Op.F64Add,   0, Op.F64SubAdd],
  [Op.F64Sub,       Op.F64Add,   1, Op.F64SubAdd],
  [Op.F64Sub,       Op.F64Mul,   0, Op.F64SubMul],
  [Op.F64Sub,       Op.F64Mul,   1, Op.F64SubMul],
  // Memory
  [Op.Load32,       Op.F32MulAdd, 0, Op.Load32F32MulAdd],
  [Op.Load32,       Op.F32MulAdd, 1, Op.Load32F32MulAdd],
  [Op.AddImmLoad32, Op.F32MulAdd, 0, Op.AddImmLoad32F32MulAdd],
  [Op.AddImmLoad32, Op.F32MulAdd, 1, Op.AddImmLoad32F32MulAdd],
  [Op.Load64,       Op.F64Add,   0, Op.Load64F64Add],
  [Op.Load64,       Op.F64Add,   1, Op.Load64F64Add],
  [Op.Load64,       Op.F64Mul,   0, Op.Load64F64Mul],
  [Op.Load64,       Op.F64Mul,   1, Op.Load64F64Mul],
  [Op.Load32,       Op.I32Add,   0, Op.Load32Add],
  [Op.Load32,       Op.I32Add,   1, Op.Load32Add],
  [Op.Load32,       Op.I32AddImm,0, Op.Load32AddImm],
  [Op.I32Add,       Op.Load32,   0, Op.AddLoad32],
  [Op.I32Add,       Op.Load8U,   0, Op.AddLoad8U],
  [Op.I32AddImm,    Op.Load32,   0, Op.AddImmLoad32],
  [Op.I32AddImm,    Op.Load8U,   0, Op.AddImmLoad8U],
  [Op.I32AddImm,    Op.Load8S,   0, Op.AddImmLoad8S],
  [Op.I32AddImm,    Op.Load16U,  0, Op.AddImmLoad16U],
  [Op.I32AddImm,    Op.Load64,   0, Op.AddImmLoad64],
  [Op.I32ShlImm,    Op.Load32,   0, Op.ShlImmLoad32],
  [Op.I32ShlImmAdd, Op.Load32,   0, Op.ShlImmAddLoad32],
  [Op.I32ShlImmAdd, Op.Load64,   0, Op.ShlImmAddLoad64],
];

/** Comparisons that have no negated form: a branch on false swaps operands. */
// deno-fmt-ignore
export const negations: Table = /* @__PURE__ */ byFirst(() => [
  [Op.I32LtS, Op.BrLeS],
  [Op.I32LtU, Op.BrLeU],
  [Op.I32LeS, Op.BrLtS],
  [Op.I32LeU, Op.BrLtU],
  [Op.I64LtS, Op.BrLeS64],
  [Op.I64LtU, Op.BrLeU64],
  [Op.I64LeS, Op.BrLtS64],
  [Op.I64LeU, Op.BrLtU64],
]);

/**
 * Where the op before added a constant, to a register that stays alive, and
 * the branch compares that register: both become one, with the operands of
 * the addition, then the branch's other operand and its target.
 */
// deno-fmt-ignore
export const addBranches: Table = /* @__PURE__ */ byFirst(() => [
  [Op.BrIf,       Op.AddImmBrIf],
  [Op.BrNe,       Op.AddImmBrNe],
  [Op.BrLtU,      Op.AddImmBrLtU],
  [Op.BrNeImm,    Op.AddImmBrNeImm],
  [Op.BrLtUImm,   Op.AddImmBrLtUImm],
]);

/** The same where the op before added two registers. */
// deno-fmt-ignore
export const sumBranches: Table = /* @__PURE__ */ byFirst(() => [
  [Op.BrLtUImm,   Op.AddBrLtUImm],
]);

/** Two ops in a row, both of which keep their effect. */
// deno-fmt-ignore
const PAIRS: readonly (readonly [first: Op, second: Op, fused: Op])[] = [
  [Op.Copy32,    Op.Copy32,    Op.Copy32Copy32],
  [Op.Copy64,    Op.Copy64,    Op.Copy64Copy64],
  [Op.I32AddImm, Op.I32AddImm, Op.I32AddImmAddImm],
  [Op.I32AddImm, Op.Copy32,    Op.I32AddImmCopy32],
  [Op.Copy32,    Op.I32AddImm, Op.Copy32I32AddImm],
];

/** Ops with an immediate in place of their right operand. */
// deno-fmt-ignore
export const withImmediate: Table = /* @__PURE__ */ byFirst(() => [
  [Op.I32Add,  Op.I32AddImm],
  [Op.I32Mul,  Op.I32MulImm],
  [Op.I32And,  Op.I32AndImm],
  [Op.I32Or,   Op.I32OrImm],
  [Op.I32Xor,  Op.I32XorImm],
  [Op.I32Shl,  Op.I32ShlImm],
  [Op.I32ShrS, Op.I32ShrSImm],
  [Op.I32ShrU, Op.I32ShrUImm],
  [Op.I32Rotl, Op.I32RotlImm],
  [Op.I32Eq,   Op.I32EqImm],
  [Op.I32Ne,   Op.I32NeImm],
  [Op.I32LtS,  Op.I32LtSImm],
  [Op.I32LtU,  Op.I32LtUImm],
]);

/** Accesses with a constant added to the address, which wraps. */
// deno-fmt-ignore
export const addAccesses: Table = /* @__PURE__ */ byFirst(() => [
  [Op.Load32,     Op.AddImmLoad32],
  [Op.Load8U,     Op.AddImmLoad8U],
  [Op.Load8S,     Op.AddImmLoad8S],
  [Op.Load16U,    Op.AddImmLoad16U],
  [Op.Load64,     Op.AddImmLoad64],
  [Op.Store32,    Op.AddImmStore32],
  [Op.Store8,     Op.AddImmStore8],
  [Op.Store16,    Op.AddImmStore16],
  [Op.Store64,    Op.AddImmStore64],
  [Op.Store32Imm, Op.AddImmStore32Imm],
  [Op.Store8Imm,  Op.AddImmStore8Imm],
  [VectorOp.V128Load,  VectorOp.AddImmV128Load],
  [VectorOp.V128Store, VectorOp.AddImmV128Store],
]);

/**
 * Ops that are run as one with the op behind them, whatever either does: by
 * `Op.FirstJoined` and the ops from there on, in this order. The second stays
 * where it is: a branch may lead to it, and where it leaves the loop it is run
 * from there by its own handler.
 */
// deno-fmt-ignore
export const JOINS: readonly (readonly [first: Op, second: Op])[] = [
  [Op.I32AddImm,       Op.Br],
  [Op.I32AddImm,       Op.BrIf],
  [Op.I32AddImm,       Op.BrLeU],
  [Op.I32AddImm,       Op.BrTable],
  [Op.I32AddImm,       Op.GlobalSet32],
  [Op.I32AddImm,       Op.Load32],
  [Op.I32AddImm,       Op.Load8U],
  [Op.I32AddImm,       Op.I32AndImm],
  [Op.I32AddImmAddImm, Op.AddImmBrIf],
  [Op.I32AddImmAddImm, Op.AddImmBrNe],
  [Op.I32AddImmCopy32, Op.BrIf],
  [Op.Const32,         Op.Br],
  [Op.Const32,         Op.I32AddImm],
  [Op.Load32,          Op.Load32],
  [Op.Load8U,          Op.Load8U],
  [Op.Load8U,          Op.Store8],
  [Op.AddImmLoad8U,    Op.AddImmLoad8U],
  [Op.AddImmLoad8U,    Op.I32EqImmAdd],
  [Op.AddImmStore8Imm, Op.AddBrLtUImm],
  [Op.I32Add,          Op.I32Add],
  [Op.I32Add,          Op.I32XorRotlImm],
  [Op.I32Add,          Op.Return],
  [Op.I32Xor,          Op.I32AndImm],
  [Op.I32ShlImm,       Op.I32AddImm],
  [Op.I64Add,          Op.I64ShrUImm32],
  [Op.I64Xor,          Op.I64And],
  [Op.I64Xor,          Op.I64Xor],
  [Op.I64ShrUImmXor,   Op.I64ShlImmXor],
  [Op.F32Mul,          Op.F32Add],
  [Op.F32Sub,          Op.F32Add],
  [Op.F64Mul,          Op.F64Add],
  [Op.F64AddMul,       Op.F64Add],
  [Op.Fuel,            Op.Copy32],
  [Op.Fuel,            Op.BrGtSImm],
  [Op.Fuel,            Op.Return],
  [Op.Fuel,            Op.Load32],
  [Op.Fuel,            Op.Load8U],
  [Op.Fuel,            Op.AddImmLoad8U],
  [Op.Fuel,            Op.AddImmStore8Imm],
  [Op.Fuel,            Op.I32AddImm],
  [Op.Fuel,            Op.I32AddImmAddImm],
];

/** Joined ops by their second op, by their first. */
const joins: () => readonly ReadonlyMap<number, number>[] =
  /* @__PURE__ */ lazy(() => {
    const table: Map<number, number>[] = [];
    JOINS.forEach(([first, second], i) => {
      (table[first] ??= new Map()).set(second, Op.FirstJoined + i);
    });
    return table;
  });

/** The op that does the work of two, or 0. */
export function joinOf(first: number, second: number): number {
  return joins()[first]?.get(second) ?? 0;
}

/** Fused op by (first * OPS + second) * 2 + source; 0 for none. */
const fusions: Table = /* @__PURE__ */ lazy(buildFusions);

function buildFusions(): Uint16Array {
  const table = new Uint16Array(OPS * OPS * 2);
  for (const [first, second, source, fused] of RULES) {
    table[(first * OPS + second) * 2 + source] = fused;
  }
  return table;
}

function byFirst(rows: () => readonly (readonly [number, number])[]): Table {
  return lazy(() => {
    const table = new Uint16Array(Op.FirstRow);
    for (const [first, second] of rows()) table[first] = second;
    return table;
  });
}

/** The same for ops of the vector loop, whichever source it is. */
const VECTOR_RULES: readonly (readonly [number, number, fused: number])[] = [
  [VectorOp.F32x4Mul, VectorOp.F32x4Add, VectorOp.F32x4MulAdd],
  [VectorOp.F32x4Sub, VectorOp.F32x4Add, VectorOp.F32x4SubAdd],
  [VectorOp.F64x2Mul, VectorOp.F64x2Add, VectorOp.F64x2MulAdd],
  [VectorOp.V128AnyTrue, Op.BrIf, VectorOp.BrAnyTrue],
  [VectorOp.V128AnyTrue, Op.BrIfZ, VectorOp.BrAnyTrueZ],
];

/** The fused op for `first` followed by `second`, or 0. */
export function fusion(first: number, second: number, source: number): number {
  if (first >= OPS || second >= OPS) return find(VECTOR_RULES, first, second);
  return fusions()[(first * OPS + second) * 2 + source];
}

/** The fused op for two ops that both keep their effect, or 0. */
export function pairOf(first: number, second: number): number {
  return find(PAIRS, first, second);
}

function find(
  rules: readonly (readonly [number, number, number])[],
  first: number,
  second: number,
): number {
  for (const [a, b, fused] of rules) {
    if (a === first && b === second) return fused;
  }
  return 0;
}
