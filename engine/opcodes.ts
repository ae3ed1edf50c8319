/**
 * The table of wasm instructions, from which decoding, validation,
 * translation, disassembly and the feature gates are derived. Here stand the
 * rows that the hot loop runs, and those that a method of the validator and
 * the translator of its own handles (`Imm.Special`; control flow, variables,
 * references); the cold ones come with their handlers from scalar.ts, bulk.ts,
 * simd.ts and atomics.ts. What a row holds is told in instruction.ts.
 */

import { ATOMICS } from "./atomics.ts";
import { BULK } from "./bulk.ts";
import { Op } from "./exec.ts";
import { Feature, type FeatureSet } from "./features.ts";
import { type Handler, Imm, type Row, type RowGroup } from "./instruction.ts";
import { SCALAR } from "./scalar.ts";
import { SIMD } from "./simd.ts";
import { F32, F64, I32, I64, V128, type ValueType } from "./types.ts";

const HOT: readonly RowGroup[] = [
  // Control, variables, constants
  {
    feature: 0,
    // deno-fmt-ignore
    rows: [
      ["unreachable",           0x00, Imm.Special, "",     Op.Unreachable],
      ["nop",                   0x01, Imm.Special, "",     Op.Unreachable],
      ["block",                 0x02, Imm.Special, "",     Op.Unreachable],
      ["loop",                  0x03, Imm.Special, "",     Op.Unreachable],
      ["if",                    0x04, Imm.Special, "",     Op.Unreachable],
      ["else",                  0x05, Imm.Special, "",     Op.Unreachable],
      ["end",                   0x0b, Imm.Special, "",     Op.Unreachable],
      ["br",                    0x0c, Imm.Special, "",     Op.Unreachable],
      ["br_if",                 0x0d, Imm.Special, "",     Op.Unreachable],
      ["br_table",              0x0e, Imm.Special, "",     Op.Unreachable],
      ["return",                0x0f, Imm.Special, "",     Op.Unreachable],
      ["call",                  0x10, Imm.Special, "",     Op.Unreachable],
      ["call_indirect",         0x11, Imm.Special, "",     Op.Unreachable],
      ["drop",                  0x1a, Imm.Special, "",     Op.Unreachable],
      ["select",                0x1b, Imm.Special, "",     Op.Unreachable],
      ["local.get",             0x20, Imm.Special, "",     Op.Unreachable],
      ["local.set",             0x21, Imm.Special, "",     Op.Unreachable],
      ["local.tee",             0x22, Imm.Special, "",     Op.Unreachable],
      ["global.get",            0x23, Imm.Special, "",     Op.Unreachable],
      ["global.set",            0x24, Imm.Special, "",     Op.Unreachable],
      ["i32.const",             0x41, Imm.Special, "",     Op.Unreachable],
      ["i64.const",             0x42, Imm.Special, "",     Op.Unreachable],
      ["f32.const",             0x43, Imm.Special, "",     Op.Unreachable],
      ["f64.const",             0x44, Imm.Special, "",     Op.Unreachable],
    ],
  },
  // Memory
  {
    feature: 0,
    // deno-fmt-ignore
    rows: [
      ["i32.load",              0x28, Imm.MemArg, "a:i",  Op.Load32],
      ["i64.load",              0x29, Imm.MemArg, "a:I",  Op.Load64],
      ["f32.load",              0x2a, Imm.MemArg, "a:f",  Op.Load32],
      ["f64.load",              0x2b, Imm.MemArg, "a:F",  Op.Load64],
      ["i32.load8_s",           0x2c, Imm.MemArg, "a:i",  Op.Load8S],
      ["i32.load8_u",           0x2d, Imm.MemArg, "a:i",  Op.Load8U],
      ["i32.load16_s",          0x2e, Imm.MemArg, "a:i",  Op.Load16S],
      ["i32.load16_u",          0x2f, Imm.MemArg, "a:i",  Op.Load16U],
      ["i64.load8_s",           0x30, Imm.MemArg, "a:I",  Op.Load8S64],
      ["i64.load8_u",           0x31, Imm.MemArg, "a:I",  Op.Load8U64],
      ["i64.load16_s",          0x32, Imm.MemArg, "a:I",  Op.Load16S64],
      ["i64.load16_u",          0x33, Imm.MemArg, "a:I",  Op.Load16U64],
      ["i64.load32_s",          0x34, Imm.MemArg, "a:I",  Op.Load32S64],
      ["i64.load32_u",          0x35, Imm.MemArg, "a:I",  Op.Load32U64],
      ["i32.store",             0x36, Imm.MemArg, "ai:",  Op.Store32],
      ["i64.store",             0x37, Imm.MemArg, "aI:",  Op.Store64],
      ["f32.store",             0x38, Imm.MemArg, "af:",  Op.Store32],
      ["f64.store",             0x39, Imm.MemArg, "aF:",  Op.Store64],
      ["i32.store8",            0x3a, Imm.MemArg, "ai:",  Op.Store8],
      ["i32.store16",           0x3b, Imm.MemArg, "ai:",  Op.Store16],
      ["i64.store8",            0x3c, Imm.MemArg, "aI:",  Op.Store8],
      ["i64.store16",           0x3d, Imm.MemArg, "aI:",  Op.Store16],
      ["i64.store32",           0x3e, Imm.MemArg, "aI:",  Op.Store32],
    ],
  },
  // Numbers
  {
    feature: 0,
    // deno-fmt-ignore
    rows: [
      ["i32.eqz",               0x45, Imm.None, "i:i",  Op.I32EqImm],
      ["i32.eq",                0x46, Imm.None, "ii:i", Op.I32Eq],
      ["i32.ne",                0x47, Imm.None, "ii:i", Op.I32Ne],
      ["i32.lt_s",              0x48, Imm.None, "ii:i", Op.I32LtS],
      ["i32.lt_u",              0x49, Imm.None, "ii:i", Op.I32LtU],
      ["i32.gt_s",              0x4a, Imm.None, "ii:i", Op.I32LtS, true],
      ["i32.gt_u",              0x4b, Imm.None, "ii:i", Op.I32LtU, true],
      ["i32.le_s",              0x4c, Imm.None, "ii:i", Op.I32LeS],
      ["i32.le_u",              0x4d, Imm.None, "ii:i", Op.I32LeU],
      ["i32.ge_s",              0x4e, Imm.None, "ii:i", Op.I32LeS, true],
      ["i32.ge_u",              0x4f, Imm.None, "ii:i", Op.I32LeU, true],
      ["i64.eqz",               0x50, Imm.None, "I:i",  Op.I64Eqz],
      ["i64.eq",                0x51, Imm.None, "II:i", Op.I64Eq],
      ["i64.ne",                0x52, Imm.None, "II:i", Op.I64Ne],
      ["i64.lt_s",              0x53, Imm.None, "II:i", Op.I64LtS],
      ["i64.lt_u",              0x54, Imm.None, "II:i", Op.I64LtU],
      ["i64.gt_s",              0x55, Imm.None, "II:i", Op.I64LtS, true],
      ["i64.gt_u",              0x56, Imm.None, "II:i", Op.I64LtU, true],
      ["i64.le_s",              0x57, Imm.None, "II:i", Op.I64LeS],
      ["i64.le_u",              0x58, Imm.None, "II:i", Op.I64LeU],
      ["i64.ge_s",              0x59, Imm.None, "II:i", Op.I64LeS, true],
      ["i64.ge_u",              0x5a, Imm.None, "II:i", Op.I64LeU, true],
      ["f32.eq",                0x5b, Imm.None, "ff:i", Op.F32Eq],
      ["f32.ne",                0x5c, Imm.None, "ff:i", Op.F32Ne],
      ["f32.lt",                0x5d, Imm.None, "ff:i", Op.F32Lt],
      ["f32.gt",                0x5e, Imm.None, "ff:i", Op.F32Lt, true],
      ["f32.le",                0x5f, Imm.None, "ff:i", Op.F32Le],
      ["f32.ge",                0x60, Imm.None, "ff:i", Op.F32Le, true],
      ["f64.eq",                0x61, Imm.None, "FF:i", Op.F64Eq],
      ["f64.ne",                0x62, Imm.None, "FF:i", Op.F64Ne],
      ["f64.lt",                0x63, Imm.None, "FF:i", Op.F64Lt],
      ["f64.gt",                0x64, Imm.None, "FF:i", Op.F64Lt, true],
      ["f64.le",                0x65, Imm.None, "FF:i", Op.F64Le],
      ["f64.ge",                0x66, Imm.None, "FF:i", Op.F64Le, true],
      ["i32.clz",               0x67, Imm.None, "i:i",  Op.I32Clz],
      ["i32.ctz",               0x68, Imm.None, "i:i",  Op.I32Ctz],
      ["i32.add",               0x6a, Imm.None, "ii:i", Op.I32Add],
      ["i32.sub",               0x6b, Imm.None, "ii:i", Op.I32Sub],
      ["i32.mul",               0x6c, Imm.None, "ii:i", Op.I32Mul],
      ["i32.div_s",             0x6d, Imm.None, "ii:i", Op.I32DivS],
      ["i32.div_u",             0x6e, Imm.None, "ii:i", Op.I32DivU],
      ["i32.rem_s",             0x6f, Imm.None, "ii:i", Op.I32RemS],
      ["i32.rem_u",             0x70, Imm.None, "ii:i", Op.I32RemU],
      ["i32.and",               0x71, Imm.None, "ii:i", Op.I32And],
      ["i32.or",                0x72, Imm.None, "ii:i", Op.I32Or],
      ["i32.xor",               0x73, Imm.None, "ii:i", Op.I32Xor],
      ["i32.shl",               0x74, Imm.None, "ii:i", Op.I32Shl],
      ["i32.shr_s",             0x75, Imm.None, "ii:i", Op.I32ShrS],
      ["i32.shr_u",             0x76, Imm.None, "ii:i", Op.I32ShrU],
      ["i32.rotl",              0x77, Imm.None, "ii:i", Op.I32Rotl],
      ["i32.rotr",              0x78, Imm.None, "ii:i", Op.I32Rotr],
      ["i64.add",               0x7c, Imm.None, "II:I", Op.I64Add],
      ["i64.sub",               0x7d, Imm.None, "II:I", Op.I64Sub],
      ["i64.mul",               0x7e, Imm.None, "II:I", Op.I64Mul],
      ["i64.and",               0x83, Imm.None, "II:I", Op.I64And],
      ["i64.or",                0x84, Imm.None, "II:I", Op.I64Or],
      ["i64.xor",               0x85, Imm.None, "II:I", Op.I64Xor],
      ["i64.shl",               0x86, Imm.None, "II:I", Op.I64Shl],
      ["i64.shr_s",             0x87, Imm.None, "II:I", Op.I64ShrS],
      ["i64.shr_u",             0x88, Imm.None, "II:I", Op.I64ShrU],
      ["i64.rotl",              0x89, Imm.None, "II:I", Op.I64Rotl],
      ["i64.rotr",              0x8a, Imm.None, "II:I", Op.I64Rotr],
      ["f32.abs",               0x8b, Imm.None, "f:f",  Op.F32Abs],
      ["f32.neg",               0x8c, Imm.None, "f:f",  Op.F32Neg],
      ["f32.sqrt",              0x91, Imm.None, "f:f",  Op.F32Sqrt],
      ["f32.add",               0x92, Imm.None, "ff:f", Op.F32Add],
      ["f32.sub",               0x93, Imm.None, "ff:f", Op.F32Sub],
      ["f32.mul",               0x94, Imm.None, "ff:f", Op.F32Mul],
      ["f32.div",               0x95, Imm.None, "ff:f", Op.F32Div],
      ["f64.abs",               0x99, Imm.None, "F:F",  Op.F64Abs],
      ["f64.neg",               0x9a, Imm.None, "F:F",  Op.F64Neg],
      ["f64.sqrt",              0x9f, Imm.None, "F:F",  Op.F64Sqrt],
      ["f64.add",               0xa0, Imm.None, "FF:F", Op.F64Add],
      ["f64.sub",               0xa1, Imm.None, "FF:F", Op.F64Sub],
      ["f64.mul",               0xa2, Imm.None, "FF:F", Op.F64Mul],
      ["f64.div",               0xa3, Imm.None, "FF:F", Op.F64Div],
      ["i32.wrap_i64",          0xa7, Imm.None, "I:i",  Op.Copy32],
      ["i32.trunc_f64_s",       0xaa, Imm.None, "F:i",  Op.I32TruncF64S],
      ["i64.extend_i32_s",      0xac, Imm.None, "i:I",  Op.I64ExtendI32S],
      ["i64.extend_i32_u",      0xad, Imm.None, "i:I",  Op.I64ExtendI32U],
      ["f32.convert_i32_s",     0xb2, Imm.None, "i:f",  Op.F32ConvertI32S],
      ["f32.convert_i32_u",     0xb3, Imm.None, "i:f",  Op.F32ConvertI32U],
      ["f32.demote_f64",        0xb6, Imm.None, "F:f",  Op.F32DemoteF64],
      ["f64.convert_i32_s",     0xb7, Imm.None, "i:F",  Op.F64ConvertI32S],
      ["f64.convert_i32_u",     0xb8, Imm.None, "i:F",  Op.F64ConvertI32U],
      ["f64.promote_f32",       0xbb, Imm.None, "f:F",  Op.F64PromoteF32],
      ["i32.reinterpret_f32",   0xbc, Imm.None, "f:i",  Op.Copy32],
      ["i64.reinterpret_f64",   0xbd, Imm.None, "F:I",  Op.Copy64],
      ["f32.reinterpret_i32",   0xbe, Imm.None, "i:f",  Op.Copy32],
      ["f64.reinterpret_i64",   0xbf, Imm.None, "I:F",  Op.Copy64],
    ],
  },
  // Sign extension
  {
    feature: Feature.SignExtension,
    // deno-fmt-ignore
    rows: [
      ["i32.extend8_s",         0xc0, Imm.None, "i:i",  Op.I32Extend8S],
      ["i32.extend16_s",        0xc1, Imm.None, "i:i",  Op.I32Extend16S],
      ["i64.extend8_s",         0xc2, Imm.None, "I:I",  Op.I64Extend8S],
      ["i64.extend16_s",        0xc3, Imm.None, "I:I",  Op.I64Extend16S],
      ["i64.extend32_s",        0xc4, Imm.None, "I:I",  Op.I64ExtendI32S],
    ],
  },
  // Reference types
  {
    feature: Feature.ReferenceTypes,
    // deno-fmt-ignore
    rows: [
      ["select t",              0x1c, Imm.Special, "",     Op.Unreachable],
      ["ref.null",              0xd0, Imm.Special, "",     Op.RefNull],
      ["ref.is_null",           0xd1, Imm.Special, "",     Op.RefIsNull],
      ["ref.func",              0xd2, Imm.Special, "",     Op.RefFunc],
    ],
  },
  // Tail calls
  {
    feature: Feature.TailCall,
    // deno-fmt-ignore
    rows: [
      ["return_call",           0x12, Imm.Special, "",     Op.ReturnCall],
      ["return_call_indirect",  0x13, Imm.Special, "",     Op.ReturnCallTable],
    ],
  },
  // Typed function references
  {
    feature: Feature.FunctionReferences,
    // deno-fmt-ignore
    rows: [
      ["call_ref",              0x14, Imm.Special, "",     Op.CallRef],
      ["return_call_ref",       0x15, Imm.Special, "",     Op.ReturnCallRef],
      ["ref.as_non_null",       0xd4, Imm.Special, "",     Op.RefAsNonNull],
      ["br_on_null",            0xd5, Imm.Special, "",     Op.BrOnNull],
      ["br_on_non_null",        0xd6, Imm.Special, "",     Op.BrOnNonNull],
    ],
  },
];

/** Placeholders in signatures, resolved by the instruction's immediates. */
export const ADDRESS: ValueType = -1;
export const TABLE_INDEX: ValueType = -2;
export const TABLE_ELEMENT: ValueType = -3;

const TYPE_OF_LETTER: Readonly<Record<string, ValueType>> = {
  i: I32,
  I: I64,
  f: F32,
  F: F64,
  v: V128,
  a: ADDRESS,
  n: TABLE_INDEX,
  r: TABLE_ELEMENT,
};

/** One wasm instruction, ready for use. */
export interface Instruction {
  readonly mnemonic: string;
  readonly opcode: number;
  readonly imm: Imm;
  readonly params: readonly ValueType[];
  /** At most one. */
  readonly results: readonly ValueType[];
  /** The op of the IR that runs it on memory 0. */
  readonly op: number;
  readonly swapped: boolean;
  readonly feature: FeatureSet;
  /** Bytes of memory that it reads or writes; 0 where it does neither. */
  readonly accessBytes: number;
  readonly isAtomic: boolean;
  /** Lanes of a vector that a lane index may name. */
  readonly lanes: number;
  /** Position in `INSTRUCTIONS`. */
  readonly index: number;
}

/** The handlers of the cold rows, the first of which is `Op.FirstRow`. */
export const ROW_HANDLERS: Handler[] = [];

/** All instructions at `indexOf` their opcode; undefined where there is none. */
export const INSTRUCTIONS: readonly (Instruction | undefined)[] =
  /* @__PURE__ */ buildTable();

function buildTable(): (Instruction | undefined)[] {
  const table: (Instruction | undefined)[] = [];
  const groups = [...HOT, ...SCALAR, ...BULK, SIMD, ATOMICS];
  for (const group of groups) {
    for (const row of group.rows) {
      const instruction = instructionOf(row, group.feature);
      table[instruction.index] = instruction;
    }
  }
  return Array.from(table);
}

function instructionOf(row: Row, feature: FeatureSet): Instruction {
  const [mnemonic, opcode, imm, signature, run, swapped = false] = row;
  const [params = "", results = ""] = signature.split(":");
  let op = run as number;
  if (typeof run === "function") {
    op = Op.FirstRow + ROW_HANDLERS.length;
    ROW_HANDLERS.push(run);
  }
  const index = opcode < 0x100 ? opcode : indexOf(opcode >> 12, opcode & 0xfff);
  return {
    mnemonic,
    opcode,
    imm,
    params: [...params].map((letter) => TYPE_OF_LETTER[letter]),
    results: [...results].map((letter) => TYPE_OF_LETTER[letter]),
    op,
    swapped,
    feature,
    accessBytes: accessBytesOf(mnemonic, imm),
    isAtomic: opcode >> 12 === 0xfe,
    lanes: Number(/^[if]\d+x(\d+)/.exec(mnemonic)?.[1] ?? 0),
    index,
  };
}

/** The width of an access, which its mnemonic tells. */
function accessBytesOf(mnemonic: string, imm: Imm): number {
  if (imm !== Imm.MemArg && imm !== Imm.MemArgLane) return 0;
  const lanes = /(?:load|store)(\d+)x(\d+)/.exec(mnemonic);
  if (lanes !== null) return Number(lanes[1]) * Number(lanes[2]) / 8;
  const bits = /(?:load|store|rmw|wait)(\d+)/.exec(mnemonic) ??
    /^[ifv](\d+)/.exec(mnemonic);
  return bits === null ? 4 : Number(bits[1]) / 8;
}

/** Where an instruction with a prefix stands in the table; -1 for none. */
export function indexOf(prefix: number, sub: number): number {
  if (prefix === 0xfc && sub < 0x40) return 0x100 + sub;
  if (prefix === 0xfb && sub < 0x40) return 0x140 + sub;
  if (prefix === 0xfe && sub < 0x80) return 0x180 + sub;
  if (prefix === 0xfd && sub < 0x140) return 0x200 + sub;
  return -1;
}
