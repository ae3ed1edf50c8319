/**
 * The register IR as data: the name of each op and what its operand words
 * mean. Printing, relocation and the warm-up are derived from it.
 *
 * A register operand is a word offset from fp. The letters of a shape:
 *   d  register that the op writes        a  register that it reads
 *   i  immediate                          n  count
 *   x  offset of a memory access          m  index of its memory
 *   t  branch target (absolute pc)        b  byte of the frame that it reads
 *   c  entry cell of a function           s  first word of the callee's frame
 *   l  register of the return address (and, one above, of the caller's frame)
 *   L  the same in the frame of the callee of a tail call
 *   T  address of a branch table: n, and n + 1 targets
 * Only the first operand, or the first of the second half of a fused pair, is
 * ever written. A joined op has the operands of the first of its two, the other
 * one follows with its own. Accesses and cold rows get theirs in opcodes.ts.
 */

import { Op } from "./exec.ts";
import {
  entriesOf,
  type Entry,
  IMM_LETTERS,
  immediateOf,
  opNameOf,
} from "./instruction.ts";
import { lazy } from "./lazy.ts";
import { SIMD } from "./simd.ts";

/**
 * The ops of the loop in the order of their numbers, behind the shape that they
 * have; `-` is one without operands.
 */
const SHAPE_ROWS: readonly string[] = [
  // Copies and constants
  `da Copy32 Copy64 Copy128 CopyRef dada Copy32Copy32 Copy64Copy64 di Const32
  dii Const64 dn Zero daaa Select32 Select64`,
  // Branches
  `n Fuel t Br at BrIf BrIfZ aT BrTable aat BrEq BrNe BrLtS BrLtU BrLeS BrLeU
  ait BrEqImm BrNeImm BrLtSImm BrLtUImm BrGtSImm BrGtUImm aat BrAnd BrAndZ ait
  BrAndImm BrAndImmZ axt BrLoad8U BrLoad8UZ dait AddImmBrIf daiat AddImmBrNe
  AddImmBrLtU daiit AddImmBrNeImm AddImmBrLtUImm daait AddBrLtUImm at BrIf64
  BrIfZ64 aat BrEq64 BrNe64 BrLtS64 BrLtU64 BrLeS64 BrLeU64 BrEqF64 BrNeF64
  BrLtF64 BrLeF64 BrNltF64 BrNleF64`,
  // Calls
  `csl Call aisli CallIndirect csnlL ReturnCall l Return al ReturnCopy32
  ReturnCopy64`,
  // Globals that the module defines
  `di GlobalGet32 GlobalGet64 ai GlobalSet32 GlobalSet64`,
  // Memory 0
  `dax Load32 Load8S Load8U Load16S Load16U Load64 LoadF64 Load8S64 Load8U64
  Load16S64 Load16U64 Load32S64 Load32U64 daxa Load32Add daxi Load32AddImm daax
  AddLoad8U daix AddImmLoad32 AddImmLoad8U AddImmLoad8S AddImmLoad16U
  AddImmLoad64 AddImmLoadF64 ShlImmLoad32 daiax ShlImmAddLoad32 ShlImmAddLoad64
  ShlImmAddLoadF64 daxaa Load32F32MulAdd daixaa AddImmLoad32F32MulAdd daxa
  LoadF64F64Add LoadF64F64Mul aax Store32 Store8 Store16 Store64 aix Store32Imm
  Store8Imm aiax AddImmStore32 AddImmStore8 AddImmStore16 AddImmStore64 aiix
  AddImmStore32Imm AddImmStore8Imm`,
  // i32
  `daa I32Eq I32Ne I32LtS I32LtU I32LeS I32LeU dai I32EqImm I32NeImm I32LtSImm
  I32LtUImm I32GtSImm I32GtUImm da I32Clz I32Ctz daa I32Add I32Sub I32Mul
  I32DivS I32DivU I32RemS I32RemU I32And I32Or I32Xor I32Shl I32ShrS I32ShrU
  I32Rotl I32Rotr dai I32AddImm I32MulImm I32AndImm I32OrImm I32XorImm I32ShlImm
  I32ShrSImm I32ShrUImm I32RotlImm da I32Extend8S I32Extend16S daia I32ShlImmAdd
  daaa I32AddAdd daai I32AddAddImm I32XorRotlImm daia I32RotlImmXor
  I32ShrUImmXor daii I32ShrUImmAndImm daidai I32AddImmAddImm daida
  I32AddImmCopy32 dadai Copy32I32AddImm daia I32EqImmAdd I32ShlImmXor daaa
  I32XorAnd I32XorAdd I32AndXor`,
  // i64
  `da I64Eqz daa I64Eq I64Ne I64LtS I64LtU I64LeS I64LeU I64Add I64Sub I64Mul
  I64And I64Or I64Xor I64Shl I64ShrS I64ShrU I64Rotl I64Rotr daii I64AddImm
  I64AndImm dai I64ShlImm I64ShlImm32 I64ShrSImm I64ShrSImm32 I64ShrUImm
  I64ShrUImm32 I64RotlImm I64RotlImm32 daai I64XorRotlImm I64XorRotlImm32 daia
  I64RotlImmXor I64RotlImm32Xor I64ShlImmXor I64ShrUImmXor daaa I64AddAdd da
  I64ExtendI32S I64ExtendI32U I64Extend8S I64Extend16S`,
  // f32
  `daa F32Eq F32Ne F32Lt F32Le da F32Abs F32Neg F32Sqrt daa F32Add F32Sub F32Mul
  F32Div daaa F32MulAdd da F32ConvertI32S F32ConvertI32U F32DemoteF64`,
  // f64
  `daa F64Eq F64Ne F64Lt F64Le da F64Abs F64Neg F64Sqrt daa F64Add F64Sub F64Mul
  F64Div daaa F64MulAdd F64MulSub F64MulRsub F64MulMul F64AddAdd F64AddMul
  F64SubAdd F64SubMul da F64ConvertI32S F64ConvertI32U F64PromoteF32
  I32TruncF64S F32Canon F64Canon`,
  // What programs use less
  `da I32Popcnt I64Clz I64Ctz daa I64DivS I64DivU I64RemS I64RemU da F64Floor
  F64ConvertI64S I32TruncSatF64S I64Popcnt F32Ceil F32Floor F32Trunc F32Nearest
  daa F32Min F32Max F32Copysign da F64Ceil F64Trunc F64Nearest daa F64Min F64Max
  F64Copysign da F64ConvertI64U I32TruncF32S I32TruncSatF32S I32TruncF32U
  I32TruncSatF32U I32TruncF64U I32TruncSatF64U I64TruncF64S I64TruncSatF64S
  aaamm MemoryCopy aaam MemoryFill`,
];

/** Those that only a handler does. */
const HANDLER_ROWS = `
  - Unreachable Exit ReturnInstance Translate isl CallImport aisli CallTable
  aisl CallRef isnlL ReturnCallImport aisnlLi ReturnCallTable aisnlL
  ReturnCallRef n CheckStack inn EnterRefs di GlobalGet ai GlobalSet daaa
  Select128 SelectRef d RefNull di RefFunc da RefIsNull RefAsNonNull at BrOnNull
  BrOnNonNull - Enter l Leave`;

/** The vector loop's own ops that no instruction names. */
const FUSED_VECTOR_ROWS = `
  daix AddImmV128Load aiax AddImmV128Store daaaa I32x4Shuffle daaa
  I32x4ShlOrShrU F64x2MulAdd F32x4MulAdd F32x4SubAdd at BrAnyTrue BrAnyTrueZ`;

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

/** How one op is written and printed. */
export interface OpShape {
  readonly name: string;
  /** A letter for each operand word. */
  readonly letters: string;
  /** Words with the op itself; of BrTable without its table. */
  readonly length: number;
}

/** By op; undefined for accesses and cold rows. */
export const shapes: () => readonly (OpShape | undefined)[] =
  /* @__PURE__ */ lazy(() => {
    const shapes: (OpShape | undefined)[] = SHAPE_ROWS.flatMap(parse);
    for (const [first, second] of JOINS) {
      const { name, letters } = shapes[first]!;
      shapes.push(shapeOf(`${name}Then${shapes[second]!.name}`, letters));
    }
    shapes.push(...parse(HANDLER_ROWS));
    shapes.length = Op.FirstVector;
    const vectors = entriesOf(SIMD[1]).filter(({ marks }) => marks === "");
    shapes.push(...vectors.map(vectorShape), ...parse(FUSED_VECTOR_ROWS));
    return Array.from(shapes);
  });

/** The ops that have a shape here, by name. */
export const opsByName: () => ReadonlyMap<string | undefined, number> =
  /* @__PURE__ */ lazy(() =>
    new Map(shapes().map((shape, op) => [shape?.name, op]))
  );

/** Names are capitalised; before them stands the shape that they have. */
function parse(rows: string): OpShape[] {
  let letters = "";
  return rows.match(/\S+/g)!.flatMap((word) => {
    if (/^[A-Z]/.test(word)) return shapeOf(word, letters);
    letters = word.replace("-", "");
    return [];
  });
}

export function shapeOf(name: string, letters: string): OpShape {
  return { name, letters, length: 1 + letters.length };
}

/** A shuffle reads bytes of both operands, others their registers. */
function vectorShape(entry: Entry): OpShape {
  const { mnemonic, signature } = entry;
  const [params, results] = signature.split(":");
  const operands = mnemonic === "i8x16.shuffle"
    ? "b".repeat(16)
    : "a".repeat(params.length) + IMM_LETTERS[immediateOf(entry)];
  return shapeOf(opNameOf(mnemonic), (results === "" ? "" : "d") + operands);
}
