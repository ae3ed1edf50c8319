/**
 * Fusion rules as data rows. While the translator emits op `second`, and the
 * op before it, `first`, made the temporary that `second` reads, both become
 * `fused`: its operands are second's result (where it has one), then first's
 * sources, then second's other sources and immediates in order.
 *
 * In the end, ops that stand one behind the other are joined (`JOINS`, ir.ts).
 */

import { Op } from "./exec.ts";
import { VectorOp } from "./exec_simd.ts";
import { JOINS, opsByName, shapes } from "./ir.ts";
import { lazy } from "./lazy.ts";

/** An op by ops; 0 for none. */
type Table = () => Uint16Array;

/** The op that takes the place of two; 0 for none. */
type PairTable = (first: number, second: number) => number;

/** Which operands of the second op may be the result of the first, as bits. */
const enum Side {
  Left = 1,
  Right = 2,
  Either = Left | Right,
}

type Rule = readonly [
  first: number,
  second: number,
  fused: number,
  sources?: number,
];

/** Where nothing else is said, it has to be the left one, or the only one. */
// deno-fmt-ignore
const RULES: readonly Rule[] = [
  // Compare and branch
  [Op.I32Eq,         Op.BrIf,        Op.BrEq],
  [Op.I32Ne,         Op.BrIf,        Op.BrNe],
  [Op.I32LtS,        Op.BrIf,        Op.BrLtS],
  [Op.I32LtU,        Op.BrIf,        Op.BrLtU],
  [Op.I32LeS,        Op.BrIf,        Op.BrLeS],
  [Op.I32LeU,        Op.BrIf,        Op.BrLeU],
  [Op.I32EqImm,      Op.BrIf,        Op.BrEqImm],
  [Op.I32NeImm,      Op.BrIf,        Op.BrNeImm],
  [Op.I32LtSImm,     Op.BrIf,        Op.BrLtSImm],
  [Op.I32LtUImm,     Op.BrIf,        Op.BrLtUImm],
  [Op.I32GtSImm,     Op.BrIf,        Op.BrGtSImm],
  [Op.I32GtUImm,     Op.BrIf,        Op.BrGtUImm],
  [Op.I32Eq,         Op.BrIfZ,       Op.BrNe],
  [Op.I32Ne,         Op.BrIfZ,       Op.BrEq],
  [Op.I32EqImm,      Op.BrIfZ,       Op.BrNeImm],
  [Op.I32NeImm,      Op.BrIfZ,       Op.BrEqImm],
  [Op.I32AndImm,     Op.BrIf,        Op.BrAndImm],
  [Op.I32AndImm,     Op.BrIfZ,       Op.BrAndImmZ],
  [Op.Load8U,        Op.BrIf,        Op.BrLoad8U],
  [Op.I64Eqz,        Op.BrIf,        Op.BrIfZ64],
  [Op.I64Eqz,        Op.BrIfZ,       Op.BrIf64],
  [Op.I64Eq,         Op.BrIf,        Op.BrEq64],
  [Op.I64Ne,         Op.BrIf,        Op.BrNe64],
  [Op.I64LtS,        Op.BrIf,        Op.BrLtS64],
  [Op.I64LtU,        Op.BrIf,        Op.BrLtU64],
  [Op.I64LeS,        Op.BrIf,        Op.BrLeS64],
  [Op.I64LeU,        Op.BrIf,        Op.BrLeU64],
  [Op.I64Eq,         Op.BrIfZ,       Op.BrNe64],
  [Op.I64Ne,         Op.BrIfZ,       Op.BrEq64],
  [Op.F64Eq,         Op.BrIf,        Op.BrEqF64],
  [Op.F64Ne,         Op.BrIf,        Op.BrNeF64],
  [Op.F64Lt,         Op.BrIf,        Op.BrLtF64],
  [Op.F64Le,         Op.BrIf,        Op.BrLeF64],
  [Op.F64Eq,         Op.BrIfZ,       Op.BrNeF64],
  [Op.F64Ne,         Op.BrIfZ,       Op.BrEqF64],
  [Op.F64Lt,         Op.BrIfZ,       Op.BrNltF64],
  [Op.F64Le,         Op.BrIfZ,       Op.BrNleF64],
  // i32
  [Op.I32ShlImm,     Op.I32Add,      Op.I32ShlImmAdd, Side.Either],
  [Op.I32Add,        Op.I32AddImm,   Op.I32AddAddImm],
  [Op.I32Xor,        Op.I32RotlImm,  Op.I32XorRotlImm],
  [Op.I32ShrUImm,    Op.I32AndImm,   Op.I32ShrUImmAndImm],
  [Op.I32RotlImm,    Op.I32Xor,      Op.I32RotlImmXor, Side.Either],
  [Op.I32ShrUImm,    Op.I32Xor,      Op.I32ShrUImmXor, Side.Either],
  [Op.I32ShlImm,     Op.I32Xor,      Op.I32ShlImmXor, Side.Either],
  [Op.I32Xor,        Op.I32And,      Op.I32XorAnd, Side.Either],
  [Op.I32Xor,        Op.I32Add,      Op.I32XorAdd, Side.Either],
  [Op.I32And,        Op.I32Xor,      Op.I32AndXor, Side.Either],
  [Op.I32EqImm,      Op.I32Add,      Op.I32EqImmAdd, Side.Either],
  // i64
  [Op.I64Xor,        Op.I64RotlImm,  Op.I64XorRotlImm],
  [Op.I64Xor,        Op.I64RotlImm32,Op.I64XorRotlImm32],
  [Op.I64RotlImm,    Op.I64Xor,      Op.I64RotlImmXor, Side.Either],
  [Op.I64RotlImm32,  Op.I64Xor,      Op.I64RotlImm32Xor, Side.Either],
  [Op.I64ShlImm,     Op.I64Xor,      Op.I64ShlImmXor, Side.Either],
  [Op.I64ShrUImm,    Op.I64Xor,      Op.I64ShrUImmXor, Side.Either],
  [Op.I64Add,        Op.I64Add,      Op.I64AddAdd, Side.Either],
  [Op.I64MulU32,     Op.I64AddU32,   Op.I64MulU32AddU32],
  // Floats: two roundings, as the two instructions
  [Op.F32Mul,        Op.F32Add,      Op.F32MulAdd, Side.Either],
  [Op.F64Mul,        Op.F64Sub,      Op.F64MulSub],
  [Op.F64Mul,        Op.F64Sub,      Op.F64MulRsub, Side.Right],
  [Op.F64Mul,        Op.F64Add,      Op.F64MulAdd, Side.Either],
  [Op.F64Mul,        Op.F64Mul,      Op.F64MulMul, Side.Either],
  [Op.F64Add,        Op.F64Mul,      Op.F64AddMul, Side.Either],
  [Op.F64Sub,        Op.F64Add,      Op.F64SubAdd, Side.Either],
  // Memory
  [Op.Load32,        Op.F32MulAdd,   Op.Load32F32MulAdd, Side.Either],
  [Op.AddImmLoad32,  Op.F32MulAdd,   Op.AddImmLoad32F32MulAdd, Side.Either],
  [Op.LoadF64,       Op.F64Add,      Op.LoadF64F64Add, Side.Either],
  [Op.LoadF64,       Op.F64Mul,      Op.LoadF64F64Mul, Side.Either],
  [Op.I32Add,        Op.Load8U,      Op.AddLoad8U],
  [Op.I32AddImm,     Op.Load32,      Op.AddImmLoad32],
  [Op.I32AddImm,     Op.Load8U,      Op.AddImmLoad8U],
  [Op.I32AddImm,     Op.Load8S,      Op.AddImmLoad8S],
  [Op.I32AddImm,     Op.Load16U,     Op.AddImmLoad16U],
  [Op.I32AddImm,     Op.Load64,      Op.AddImmLoad64],
  [Op.I32AddImm,     Op.LoadF64,     Op.AddImmLoadF64],
  [Op.I32ShlImm,     Op.Load32,      Op.ShlImmLoad32],
  [Op.I32ShlImmAdd,  Op.Load32,      Op.ShlImmAddLoad32],
  [Op.I32ShlImmAdd,  Op.Load64,      Op.ShlImmAddLoad64],
  [Op.I32ShlImmAdd,  Op.LoadF64,     Op.ShlImmAddLoadF64],
  // Vectors
  [VectorOp.F32x4Mul, VectorOp.F32x4Add, VectorOp.F32x4MulAdd, Side.Either],
  [VectorOp.F32x4Sub, VectorOp.F32x4Add, VectorOp.F32x4SubAdd, Side.Either],
  [VectorOp.F64x2Mul, VectorOp.F64x2Add, VectorOp.F64x2MulAdd, Side.Either],
  [VectorOp.V128AnyTrue, Op.BrIf,      VectorOp.BrAnyTrue],
  [VectorOp.V128AnyTrue, Op.BrIfZ,     VectorOp.BrAnyTrueZ],
];

/** Comparisons that have no negated form: a branch on false swaps operands. */
// deno-fmt-ignore
const NEGATIONS: readonly Rule[] = [
  [Op.I32LtS, Op.BrIfZ, Op.BrLeS],
  [Op.I32LtU, Op.BrIfZ, Op.BrLeU],
  [Op.I32LeS, Op.BrIfZ, Op.BrLtS],
  [Op.I32LeU, Op.BrIfZ, Op.BrLtU],
  [Op.I64LtS, Op.BrIfZ, Op.BrLeS64],
  [Op.I64LtU, Op.BrIfZ, Op.BrLeU64],
  [Op.I64LeS, Op.BrIfZ, Op.BrLtS64],
  [Op.I64LeU, Op.BrIfZ, Op.BrLtU64],
];

/**
 * Accesses with a constant added to the address, which wraps. And branches:
 * where the op before added a constant, to a register that stays alive, and
 * the branch compares that register, both become one, with the operands of
 * the addition, then the branch's other operand and its target.
 */
export const withSumImm: Table = /* @__PURE__ */ byName((name) =>
  `AddImm${name}`
);

/** The same where the op before added two registers. */
export const withSum: Table = /* @__PURE__ */ byName((name) => `Add${name}`);

/** Ops of i32 with an immediate in place of their right operand. */
export const withImmediate: Table = /* @__PURE__ */ byName((name) =>
  name.startsWith("I32") ? `${name}Imm` : ""
);

/** Ops of i64 that read only the low word of their right operand, or of both. */
export const withWord: Table = /* @__PURE__ */ byName((name) => `${name}U32`);

/** Two ops in a row, both of which keep their effect. */
// deno-fmt-ignore
const PAIRS: readonly (readonly [first: Op, second: Op, fused: Op])[] = [
  [Op.Copy32,    Op.Copy32,    Op.Copy32Copy32],
  [Op.Copy64,    Op.Copy64,    Op.Copy64Copy64],
  [Op.I32AddImm, Op.I32AddImm, Op.I32AddImmAddImm],
  [Op.I32AddImm, Op.Copy32,    Op.I32AddImmCopy32],
  [Op.Copy32,    Op.I32AddImm, Op.Copy32I32AddImm],
];

/** The op that does the work of two, or 0. */
export const joinOf: PairTable = /* @__PURE__ */ byPair(() =>
  JOINS.flatMap(([first, second, ...others], i) =>
    others.length > 0 ? [] : [[first, second, Op.FirstJoined + i]]
  )
);

/** The fused op for two ops that both keep their effect, or 0. */
export const pairOf: PairTable = /* @__PURE__ */ byPair(() => PAIRS);

/** The branch with exchanged operands for one on a false comparison, or 0. */
export const negationOf: PairTable = /* @__PURE__ */ byPair(() => NEGATIONS);

/** The fused op where the first makes what the second reads on its left, or 0. */
export const fusionLeft: PairTable = /* @__PURE__ */ fusionOn(Side.Left);

/** The same on its right. */
export const fusionRight: PairTable = /* @__PURE__ */ fusionOn(Side.Right);

function fusionOn(side: number): PairTable {
  return byPair(() =>
    RULES.filter(([, , , sources = Side.Left]) => (sources & side) !== 0)
  );
}

/** A row of seconds for each first; those without one share the empty row. */
function byPair(build: () => readonly Rule[]): PairTable {
  const table = lazy(() => {
    const rules = build();
    const rows = new Uint8Array(Op.FirstRow);
    const cells = new Uint16Array((rules.length + 1) * Op.FirstRow);
    let last = 0;
    for (const [first, second, op] of rules) {
      rows[first] ||= ++last;
      cells[rows[first] * Op.FirstRow + second] = op;
    }
    return { rows, cells };
  });
  return (first, second) => {
    if (first >= Op.FirstRow || second >= Op.FirstRow) return 0;
    const { rows, cells } = table();
    return cells[rows[first] * Op.FirstRow + second];
  };
}

/** The op that is called what `rename` makes of an op's name. */
function byName(rename: (name: string) => string): Table {
  return lazy(() =>
    Uint16Array.from(
      shapes(),
      (shape) => opsByName().get(rename(shape?.name ?? "")) ?? 0,
    )
  );
}
