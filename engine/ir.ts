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
 * have (`-` is one without operands), and behind what their names begin with
 * where that is told once, as in `I32:`.
 */
const SHAPE_ROWS: readonly string[] = [
  // Copies and constants
  `
    da Copy32 Copy64 Copy128 CopyRef
    dada Copy32Copy32 Copy64Copy64
    di Const32
    dii Const64
    dn Zero
    daaa Select32 Select64
  `,
  // Branches
  `
    n Fuel
    t Br
    at Br: If IfZ
    aT Table
    aat Eq Ne LtS LtU LeS LeU
    ait EqImm NeImm LtSImm LtUImm GtSImm GtUImm
    ait AndImm AndImmZ
    axt Load8U
    dait AddImmBr: If
    daiat Ne LtU
    daiit NeImm LtUImm
    daait : AddBrLtUImm
    at Br: If64 IfZ64
    aat Eq64 Ne64 LtS64 LtU64 LeS64 LeU64 EqF64 NeF64 LtF64 LeF64 NltF64 NleF64
  `,
  // Calls
  `
    csl Call
    aisli CallIndirect
    csnlL ReturnCall
    l Return
    al ReturnCopy32 ReturnCopy64
  `,
  // Globals that the module defines
  `
    di GlobalGet32 GlobalGet64
    ai GlobalSet32 GlobalSet64
  `,
  // Globals that it imports
  `
    di ImportedGlobalGet32
    ai ImportedGlobalSet32
  `,
  // Memory 0
  `
    dax Load32 Load8S Load8U Load16S Load16U Load64 LoadF64
    daax AddLoad8U
    daix AddImm: Load32 Load8U Load8S Load16U Load64 LoadF64 ShlImm: Load32
    daiax ShlImmAdd: Load32 Load64 LoadF64
    daxaa : Load32F32MulAdd
    daixaa AddImmLoad32F32MulAdd
    daxa LoadF64F64Add LoadF64F64Mul
    aax Store32 Store8 Store16 Store64
    aix Store32Imm Store8Imm
    aiax AddImm: Store32 Store8 Store16 Store64
    aiix Store32Imm Store8Imm
  `,
  // i32
  `
    daa I32: Eq Ne LtS LtU LeS LeU
    dai EqImm NeImm LtSImm LtUImm GtSImm GtUImm
    da Clz Ctz
    daa Add Sub Mul DivS DivU RemS RemU And Or Xor Shl ShrS ShrU Rotl Rotr
    dai AddImm MulImm AndImm OrImm XorImm ShlImm ShrSImm ShrUImm RotlImm
    da Extend8S Extend16S
    daia ShlImmAdd
    daai AddAddImm XorRotlImm
    daia RotlImmXor ShrUImmXor
    daii ShrUImmAndImm
    daidai AddImmAddImm
    daida AddImmCopy32
    dadai : Copy32I32AddImm
    daia I32: EqImmAdd ShlImmXor
    daaa XorAnd XorAdd AndXor
  `,
  // i64
  `
    da I64: Eqz
    daa Eq Ne LtS LtU LeS LeU Add Sub Mul And Or Xor Shl ShrS ShrU Rotl Rotr
    daii AddImm AndImm
    dai ShlImm ShlImm32 ShrSImm ShrSImm32 ShrUImm ShrUImm32 RotlImm RotlImm32
    daai XorRotlImm XorRotlImm32
    daia RotlImmXor RotlImm32Xor ShlImmXor ShrUImmXor
    daaa AddAdd
    daa MulU32 AddU32 OrU32 XorU32
    daaa MulU32AddU32
    da ExtendI32S ExtendI32U Extend8S Extend16S
  `,
  // f32
  `
    daa F32: Eq Ne Lt Le
    da Abs Neg Sqrt
    daa Add Sub Mul Div
    daaa MulAdd
    da ConvertI32S ConvertI32U DemoteF64
  `,
  // f64
  `
    daa F64: Eq Ne Lt Le
    da Abs Neg Sqrt
    daa Add Sub Mul Div
    daaa MulAdd MulSub MulRsub MulMul AddMul SubAdd
    da ConvertI32S ConvertI32U PromoteF32 I32: TruncF64S F32: Canon F64: Canon
  `,
  // What programs use less
  `
    da I32: Popcnt I64: Clz Ctz
    daa DivS DivU RemS RemU
    da F64: Floor ConvertI64S I32: TruncSatF64S I64: Popcnt
    da F32: Ceil Floor Trunc Nearest
    daa Min Max Copysign
    da F64: Ceil Trunc Nearest
    daa Min Max Copysign
    da ConvertI64U I32: TruncF32S TruncSatF32S TruncF32U TruncSatF32U TruncF64U
    da TruncSatF64U I64: TruncF64S TruncSatF64S
    aaamm : MemoryCopy
    aaam MemoryFill
  `,
];

/** Those that only a handler does. */
const HANDLER_ROWS = `
    - Unreachable Exit ReturnInstance Translate
    isl Call: Import
    aisli Table
    aisl Ref
    isnlL ReturnCall: Import
    aisnlLi Table
    aisnlL Ref
    n : CheckStack
    inn EnterRefs
    di GlobalGet
    ai GlobalSet
    daaa Select128 SelectRef
    d Ref: Null
    di Func
    da IsNull AsNonNull
    at BrOn: Null NonNull
    - : Enter
    l Leave
`;

/** The vector loop's own ops that no instruction names. */
const FUSED_VECTOR_ROWS = `
    daix AddImmV128Load
    aiax AddImmV128Store
    daaaa I32x4Shuffle
    daaa I32x4ShlOrShrU F64x2MulAdd F32x4MulAdd F32x4SubAdd
    at BrAnyTrue BrAnyTrueZ
`;

/**
 * Ops that are run as one with the op behind them, whatever either does: by
 * `Op.FirstJoined` and the ops from there on, in this order. The second stays
 * where it is: a branch may lead to it, and where it leaves the loop it is run
 * from there by its own handler.
 */
// deno-fmt-ignore
export const JOINS: readonly (readonly [first: Op, second: Op, ...Op[]])[] = [
  // Loops that copy bytes, which compilers make of memcpy: the last op branches
  // to the first, and the case goes round many times.
  [Op.Load8U, Op.Store8, Op.I32AddImmAddImm, Op.AddImmBrIf],
  [Op.I32AddImmAddImm, Op.Load8U, Op.Store8, Op.AddImmBrIf],
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
  [Op.Load32,          Op.I32Add],
  [Op.Load32,          Op.I32AddImm],
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
  [Op.I64ExtendI32U,   Op.I64ExtendI32U],
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
  [Op.Fuel,            Op.I32AddImm],
  [Op.Fuel,            Op.I32AddImmAddImm],
  // The last one branches: hosts then put what a taken branch does next in
  // front of the loop's end, where it need not jump. And it is this one, since
  // after it JSC seldom has the loop's end cross a cache line, see
  // docs/rationale.md.
  [Op.I32AddImm,       Op.Br],
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
    for (const join of JOINS) {
      const names = join.map((op) => shapes[op]!.name);
      shapes.push(shapeOf(names.join("Then"), shapes[join[0]]!.letters));
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

/** Names are capitalised; before them stand their shape, and how all begin. */
function parse(rows: string): OpShape[] {
  let letters = "", start = "";
  return rows.match(/\S+/g)!.flatMap((word) => {
    if (word.endsWith(":")) start = word.slice(0, -1);
    else if (/^[A-Z]/.test(word)) return shapeOf(start + word, letters);
    else letters = word.replace("-", "");
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
