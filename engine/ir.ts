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

/** The ops of the loop in the order of their numbers, as `name:shape`. */
const SHAPE_ROWS: readonly string[] = [
  // Copies and constants
  `Copy32:da Copy64:da Copy128:da CopyRef:da Copy32Copy32:dada Copy64Copy64:dada
  Const32:di Const64:dii Zero:dn Select32:daaa Select64:daaa`,
  // Branches
  `Fuel:n Br:t BrIf:at BrIfZ:at BrTable:aT BrEq:aat BrNe:aat BrLtS:aat BrLtU:aat
  BrLeS:aat BrLeU:aat BrEqImm:ait BrNeImm:ait BrLtSImm:ait BrLtUImm:ait
  BrGtSImm:ait BrGtUImm:ait BrAnd:aat BrAndZ:aat BrAndImm:ait BrAndImmZ:ait
  BrLoad8U:axt BrLoad8UZ:axt AddImmBrIf:dait AddImmBrNe:daiat AddImmBrLtU:daiat
  AddImmBrNeImm:daiit AddImmBrLtUImm:daiit AddBrLtUImm:daait BrIf64:at
  BrIfZ64:at BrEq64:aat BrNe64:aat BrLtS64:aat BrLtU64:aat BrLeS64:aat
  BrLeU64:aat BrEqF64:aat BrNeF64:aat BrLtF64:aat BrLeF64:aat BrNltF64:aat
  BrNleF64:aat`,
  // Calls
  `Call:csl CallIndirect:aisli ReturnCall:csnlL Return:l ReturnCopy32:al
  ReturnCopy64:al`,
  // Globals that the module defines
  `GlobalGet32:di GlobalGet64:di GlobalSet32:ai GlobalSet64:ai`,
  // Memory 0
  `Load32:dax Load8S:dax Load8U:dax Load16S:dax Load16U:dax Load64:dax
  LoadF64:dax Load8S64:dax Load8U64:dax Load16S64:dax Load16U64:dax
  Load32S64:dax Load32U64:dax Load32Add:daxa Load32AddImm:daxi AddLoad8U:daax
  AddImmLoad32:daix AddImmLoad8U:daix AddImmLoad8S:daix AddImmLoad16U:daix
  AddImmLoad64:daix AddImmLoadF64:daix ShlImmLoad32:daix ShlImmAddLoad32:daiax
  ShlImmAddLoad64:daiax ShlImmAddLoadF64:daiax Load32F32MulAdd:daxaa
  AddImmLoad32F32MulAdd:daixaa LoadF64F64Add:daxa LoadF64F64Mul:daxa Store32:aax
  Store8:aax Store16:aax Store64:aax Store32Imm:aix Store8Imm:aix
  AddImmStore32:aiax AddImmStore8:aiax AddImmStore16:aiax AddImmStore64:aiax
  AddImmStore32Imm:aiix AddImmStore8Imm:aiix`,
  // i32
  `I32Eq:daa I32Ne:daa I32LtS:daa I32LtU:daa I32LeS:daa I32LeU:daa I32EqImm:dai
  I32NeImm:dai I32LtSImm:dai I32LtUImm:dai I32GtSImm:dai I32GtUImm:dai I32Clz:da
  I32Ctz:da I32Add:daa I32Sub:daa I32Mul:daa I32DivS:daa I32DivU:daa I32RemS:daa
  I32RemU:daa I32And:daa I32Or:daa I32Xor:daa I32Shl:daa I32ShrS:daa I32ShrU:daa
  I32Rotl:daa I32Rotr:daa I32AddImm:dai I32MulImm:dai I32AndImm:dai I32OrImm:dai
  I32XorImm:dai I32ShlImm:dai I32ShrSImm:dai I32ShrUImm:dai I32RotlImm:dai
  I32Extend8S:da I32Extend16S:da I32ShlImmAdd:daia I32AddAdd:daaa
  I32AddAddImm:daai I32XorRotlImm:daai I32RotlImmXor:daia I32ShrUImmXor:daia
  I32ShrUImmAndImm:daii I32AddImmAddImm:daidai I32AddImmCopy32:daida
  Copy32I32AddImm:dadai I32EqImmAdd:daia I32ShlImmXor:daia I32XorAnd:daaa
  I32XorAdd:daaa I32AndXor:daaa`,
  // i64
  `I64Eqz:da I64Eq:daa I64Ne:daa I64LtS:daa I64LtU:daa I64LeS:daa I64LeU:daa
  I64Add:daa I64Sub:daa I64Mul:daa I64And:daa I64Or:daa I64Xor:daa I64Shl:daa
  I64ShrS:daa I64ShrU:daa I64Rotl:daa I64Rotr:daa I64AddImm:daii I64AndImm:daii
  I64ShlImm:dai I64ShlImm32:dai I64ShrSImm:dai I64ShrSImm32:dai I64ShrUImm:dai
  I64ShrUImm32:dai I64RotlImm:dai I64RotlImm32:dai I64XorRotlImm:daai
  I64XorRotlImm32:daai I64RotlImmXor:daia I64RotlImm32Xor:daia I64ShlImmXor:daia
  I64ShrUImmXor:daia I64AddAdd:daaa I64ExtendI32S:da I64ExtendI32U:da
  I64Extend8S:da I64Extend16S:da`,
  // f32
  `F32Eq:daa F32Ne:daa F32Lt:daa F32Le:daa F32Abs:da F32Neg:da F32Sqrt:da
  F32Add:daa F32Sub:daa F32Mul:daa F32Div:daa F32MulAdd:daaa F32ConvertI32S:da
  F32ConvertI32U:da F32DemoteF64:da`,
  // f64
  `F64Eq:daa F64Ne:daa F64Lt:daa F64Le:daa F64Abs:da F64Neg:da F64Sqrt:da
  F64Add:daa F64Sub:daa F64Mul:daa F64Div:daa F64MulAdd:daaa F64MulSub:daaa
  F64MulRsub:daaa F64MulMul:daaa F64AddAdd:daaa F64AddMul:daaa F64SubAdd:daaa
  F64SubMul:daaa F64ConvertI32S:da F64ConvertI32U:da F64PromoteF32:da
  I32TruncF64S:da F32Canon:da F64Canon:da`,
  // What programs use less
  `I32Popcnt:da I64Clz:da I64Ctz:da I64DivS:daa I64DivU:daa I64RemS:daa
  I64RemU:daa F64Floor:da F64ConvertI64S:da I32TruncSatF64S:da I64Popcnt:da
  F32Ceil:da F32Floor:da F32Trunc:da F32Nearest:da F32Min:daa F32Max:daa
  F32Copysign:daa F64Ceil:da F64Trunc:da F64Nearest:da F64Min:daa F64Max:daa
  F64Copysign:daa F64ConvertI64U:da I32TruncF32S:da I32TruncSatF32S:da
  I32TruncF32U:da I32TruncSatF32U:da I32TruncF64U:da I32TruncSatF64U:da
  I64TruncF64S:da I64TruncSatF64S:da MemoryCopy:aaamm MemoryFill:aaam`,
];

/** Those that only a handler does. */
const HANDLER_ROWS = `
  Unreachable: Exit: ReturnInstance: Translate: CallImport:isl CallTable:aisli
  CallRef:aisl ReturnCallImport:isnlL ReturnCallTable:aisnlLi
  ReturnCallRef:aisnlL CheckStack:n EnterRefs:inn GlobalGet:di GlobalSet:ai
  Select128:daaa SelectRef:daaa RefNull:d RefFunc:di RefIsNull:da
  RefAsNonNull:da BrOnNull:at BrOnNonNull:at Enter: Leave:l`;

/** The vector loop's own ops that no instruction names. */
const FUSED_VECTOR_ROWS = `
  AddImmV128Load:daix AddImmV128Store:aiax I32x4Shuffle:daaaa
  I32x4ShlOrShrU:daaa F64x2MulAdd:daaa F32x4MulAdd:daaa
  F32x4SubAdd:daaa BrAnyTrue:at BrAnyTrueZ:at`;

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

function parse(rows: string): OpShape[] {
  return rows.trim().split(/\s+/).map((row) => {
    const [name, letters] = row.split(":");
    return shapeOf(name, letters);
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
