/**
 * The table of wasm instructions, from which decoding, validation,
 * translation, disassembly and the feature gates are derived. Here stand the
 * rows that the hot loop runs, and those that a method of the validator and
 * the translator of its own handles (`Imm.Special`; control flow, variables,
 * references); the cold ones come with their handlers from scalar.ts, bulk.ts,
 * simd.ts and atomics.ts. What a row holds is told in instruction.ts.
 */

import { atomics } from "./atomics.ts";
import { bulk, tables } from "./bulk.ts";
import { Op } from "./exec.ts";
import { Feature, type FeatureSet } from "./features.ts";
import {
  entriesOf,
  type Handler,
  HIGH,
  Imm,
  IMM_LETTERS,
  immediateOf,
  NEGATED,
  opNameOf,
  type Row,
  type RowGroup,
  type RowText,
  SPECIAL,
  SWAPPED,
} from "./instruction.ts";
import { opsByName, type OpShape, shapeOf, shapes } from "./ir.ts";
import { lazy } from "./lazy.ts";
import { scalar } from "./scalar.ts";
import { SIMD } from "./simd.ts";
import { F32, F64, I32, I64, V128, type ValueType } from "./types.ts";

// deno-fmt-ignore
const HOT: readonly RowText[] = [
  // Control, variables, constants
  [0, `
    00 - unreachable nop block loop if else
    0b - end br br_if br_table return call call_indirect
    1a - drop select
    20 - local.get .set .tee global.get .set
    41 - i32.const i64.const f32.const f64.const
  `],
  // Memory
  [0, `
    28 a:i i32.load=Load32
    a:I i64.load=Load64
    a:f f32.load=Load32
    a:F f64.load=LoadF64
    a:i i32.load8_s=Load8S .load8_u=Load8U .load16_s=Load16S .load16_u=Load16U
    a:I i64.load8_s=Load8S .load8_u=Load8U .load16_s=Load16S .load16_u=Load16U
    a:I .load32_s=Load32 .load32_u=Load32
    ai: i32.store=Store32
    aI: i64.store=Store64
    af: f32.store=Store32
    aF: f64.store=Store64
    ai: i32.store8=Store8 .store16=Store16
    aI: i64.store8=Store8 .store16=Store16 .store32=Store32
  `],
  // Numbers
  [0, `
    45 i:i i32.eqz=I32EqImm
    ii:i .eq .ne .lt_s .lt_u .gt_s~.lt_s .gt_u~.lt_u .le_s .le_u
    ii:i .ge_s~.le_s .ge_u~.le_u
    I:i i64.eqz
    II:i .eq .ne .lt_s .lt_u .gt_s~.lt_s .gt_u~.lt_u .le_s .le_u
    II:i .ge_s~.le_s .ge_u~.le_u
    ff:i f32.eq .ne .lt .gt~.lt .le .ge~.le
    FF:i f64.eq .ne .lt .gt~.lt .le .ge~.le
    i:i i32.clz .ctz .popcnt
    ii:i .add .sub .mul .div_s .div_u .rem_s .rem_u .and .or .xor .shl
    ii:i .shr_s .shr_u .rotl .rotr
    I:I i64.clz .ctz .popcnt
    II:I .add .sub .mul .div_s .div_u .rem_s .rem_u .and .or .xor .shl
    II:I .shr_s .shr_u .rotl .rotr
    f:f f32.abs .neg .ceil .floor .trunc .nearest .sqrt
    ff:f .add .sub .mul .div .min .max .copysign
    F:F f64.abs .neg .ceil .floor .trunc .nearest .sqrt
    FF:F .add .sub .mul .div .min .max .copysign
    I:i i32.wrap_i64=Copy32
    f:i .trunc_f32_s .trunc_f32_u
    F:i .trunc_f64_s .trunc_f64_u
    i:I i64.extend_i32_s .extend_i32_u
    b0 F:I .trunc_f64_s
    b2 i:f f32.convert_i32_s .convert_i32_u
    b6 F:f .demote_f64
    i:F f64.convert_i32_s .convert_i32_u
    I:F .convert_i64_s .convert_i64_u
    f:F .promote_f32
    f:i i32.reinterpret_f32=Copy32
    F:I i64.reinterpret_f64=Copy64
    i:f f32.reinterpret_i32=Copy32
    I:F f64.reinterpret_i64=Copy64
  `],
  // Sign extension
  [Feature.SignExtension, `
    c0 i:i i32.extend8_s .extend16_s
    I:I i64.extend8_s .extend16_s .extend32_s=I64ExtendI32S
  `],
  // Saturating conversions
  [Feature.SaturatingConversions, `
    fc000 f:i i32.trunc_sat_f32_s .trunc_sat_f32_u
    F:i .trunc_sat_f64_s .trunc_sat_f64_u
    fc006 F:I i64.trunc_sat_f64_s
  `],
  // Reference types
  [Feature.ReferenceTypes, `
    1c - select_t
    d0 - ref.null .is_null .func
  `],
  // Tail calls
  [Feature.TailCall, `
    12 - return_call return_call_indirect
  `],
  // Typed function references
  [Feature.FunctionReferences, `
    14 - call_ref return_call_ref
    d4 - ref.as_non_null br_on_null br_on_non_null
  `],
];

/** Placeholders in signatures, resolved by the instruction's immediates. */
const ADDRESS: ValueType = -1;
const TABLE_INDEX: ValueType = -2;
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
  /** `SWAPPED`, `NEGATED`, `HIGH` or 0. */
  readonly variant: number;
  readonly feature: FeatureSet;
  /** Bytes of memory that it reads or writes; 0 where it does neither. */
  readonly accessBytes: number;
  readonly isAtomic: boolean;
  /** Lanes of a vector that a lane index may name. */
  readonly lanes: number;
  /** Position in `instructions()`. */
  readonly index: number;
}

/** Filled with the table. */
const ROW_HANDLERS: Handler[] = [];

/** The handlers of the cold rows, the first of which is `Op.FirstRow`. */
export function rowHandlers(): readonly Handler[] {
  instructions();
  return ROW_HANDLERS;
}

/** All instructions at `indexOf` their opcode; undefined where there is none. */
export const instructions: () => readonly (Instruction | undefined)[] =
  /* @__PURE__ */ lazy(buildTable);

function buildTable(): (Instruction | undefined)[] {
  const table: (Instruction | undefined)[] = [];
  const groups = [
    ...[...HOT, ...scalar(), SIMD].map(groupOf),
    ...bulk(),
    ...tables(),
    atomics(),
  ];
  for (const group of groups) {
    for (const row of group.rows) {
      const instruction = instructionOf(row, group.feature);
      table[instruction.index] = instruction;
    }
  }
  return Array.from(table);
}

const VARIANTS: Readonly<Record<string, number>> = {
  "=": 0,
  "~": SWAPPED,
  "!": NEGATED,
  "^": HIGH,
};

/** The opcodes of i32.load and i64.store32. */
export const enum Access {
  First = 0x28,
  Last = 0x3e,
}

/** The cold op of a plain load or store. */
export function accessOp(opcode: number): number {
  return Op.FirstAccess + opcode - Access.First;
}

/** The shapes of all ops, also of accesses and cold rows; by op. */
export const opShapes: () => readonly (OpShape | undefined)[] =
  /* @__PURE__ */ lazy(() => {
    const all = shapes().slice();
    for (const instruction of instructions()) {
      if (instruction === undefined) continue;
      const { mnemonic, opcode, imm, params, results } = instruction;
      const isAccess = opcode >= Access.First && opcode <= Access.Last;
      const op = isAccess ? accessOp(opcode) : instruction.op;
      if (!isAccess && op < Op.FirstRow) continue;
      const operands = "d".repeat(results.length) + "a".repeat(params.length);
      all[op] = shapeOf(mnemonic, operands + IMM_LETTERS[imm]);
    }
    return Array.from(all);
  });

/** Rows that are written as text. */
export function groupOf([feature, text, handlers]: RowText): RowGroup {
  const rows = entriesOf(text).map((entry, i): Row => {
    const { mnemonic, opcode, signature, marks, run } = entry;
    if (signature === SPECIAL) {
      return [mnemonic, opcode, Imm.Special, "", Op.Unreachable];
    }
    const handler = handlers?.[i] ?? opsByName().get(opNameOf(run));
    if (handler === undefined) throw new Error(`no op ${run}`);
    let variant = 0;
    for (const mark of marks) variant |= VARIANTS[mark];
    return [mnemonic, opcode, immediateOf(entry), signature, handler, variant];
  });
  return { feature, rows };
}

function instructionOf(row: Row, feature: FeatureSet): Instruction {
  const [mnemonic, opcode, imm, signature, run, variant = 0] = row;
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
    variant,
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
  const isKnown = prefix >= 0xfb && prefix <= 0xfe && sub < 0x140;
  return isKnown ? 0x100 + 0x140 * (prefix - 0xfb) + sub : -1;
}
