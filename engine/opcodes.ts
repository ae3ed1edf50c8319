/**
 * The table of wasm instructions, from which decoding, validation,
 * translation, disassembly and the feature gates are derived. Here stand the
 * rows that the hot loop runs, and those that a method of the validator and
 * the translator of its own handles (`Imm.Special`; control flow, variables,
 * references); the cold ones come with their handlers from scalar.ts, bulk.ts,
 * simd.ts and atomics.ts. What a row holds is told in instruction.ts.
 */

import { atomics } from "./atomics.ts";
import { bulk } from "./bulk.ts";
import { Op } from "./exec.ts";
import { Feature, type FeatureSet } from "./features.ts";
import {
  type Handler,
  HIGH,
  Imm,
  NEGATED,
  type Row,
  type RowGroup,
  type RowText,
  SWAPPED,
} from "./instruction.ts";
import { shapes } from "./ir.ts";
import { lazy } from "./lazy.ts";
import { scalar } from "./scalar.ts";
import { SIMD } from "./simd.ts";
import { F32, F64, I32, I64, V128, type ValueType } from "./types.ts";

// deno-fmt-ignore
const HOT: readonly RowText[] = [
  // Control, variables, constants
  [0, `
    unreachable           00
    nop                   01
    block                 02
    loop                  03
    if                    04
    else                  05
    end                   0b
    br                    0c
    br_if                 0d
    br_table              0e
    return                0f
    call                  10
    call_indirect         11
    drop                  1a
    select                1b
    local.get             20
    local.set             21
    local.tee             22
    global.get            23
    global.set            24
    i32.const             41
    i64.const             42
    f32.const             43
    f64.const             44
  `],
  // Memory
  [0, `
    i32.load              28  a:i   Load32
    i64.load              29  a:I   Load64
    f32.load              2a  a:f   Load32
    f64.load              2b  a:F   Load64
    i32.load8_s           2c  a:i   Load8S
    i32.load8_u           2d  a:i   Load8U
    i32.load16_s          2e  a:i   Load16S
    i32.load16_u          2f  a:i   Load16U
    i64.load8_s           30  a:I   Load8S64
    i64.load8_u           31  a:I   Load8U64
    i64.load16_s          32  a:I   Load16S64
    i64.load16_u          33  a:I   Load16U64
    i64.load32_s          34  a:I   Load32S64
    i64.load32_u          35  a:I   Load32U64
    i32.store             36  ai:   Store32
    i64.store             37  aI:   Store64
    f32.store             38  af:   Store32
    f64.store             39  aF:   Store64
    i32.store8            3a  ai:   Store8
    i32.store16           3b  ai:   Store16
    i64.store8            3c  aI:   Store8
    i64.store16           3d  aI:   Store16
    i64.store32           3e  aI:   Store32
  `],
  // Numbers
  [0, `
    i32.eqz               45  i:i   I32EqImm
    i32.eq                46  ii:i
    i32.ne                47  ii:i
    i32.lt_s              48  ii:i
    i32.lt_u              49  ii:i
    i32.gt_s              4a  ii:i  ~I32LtS
    i32.gt_u              4b  ii:i  ~I32LtU
    i32.le_s              4c  ii:i
    i32.le_u              4d  ii:i
    i32.ge_s              4e  ii:i  ~I32LeS
    i32.ge_u              4f  ii:i  ~I32LeU
    i64.eqz               50  I:i
    i64.eq                51  II:i
    i64.ne                52  II:i
    i64.lt_s              53  II:i
    i64.lt_u              54  II:i
    i64.gt_s              55  II:i  ~I64LtS
    i64.gt_u              56  II:i  ~I64LtU
    i64.le_s              57  II:i
    i64.le_u              58  II:i
    i64.ge_s              59  II:i  ~I64LeS
    i64.ge_u              5a  II:i  ~I64LeU
    f32.eq                5b  ff:i
    f32.ne                5c  ff:i
    f32.lt                5d  ff:i
    f32.gt                5e  ff:i  ~F32Lt
    f32.le                5f  ff:i
    f32.ge                60  ff:i  ~F32Le
    f64.eq                61  FF:i
    f64.ne                62  FF:i
    f64.lt                63  FF:i
    f64.gt                64  FF:i  ~F64Lt
    f64.le                65  FF:i
    f64.ge                66  FF:i  ~F64Le
    i32.clz               67  i:i
    i32.ctz               68  i:i
    i32.popcnt            69  i:i
    i32.add               6a  ii:i
    i32.sub               6b  ii:i
    i32.mul               6c  ii:i
    i32.div_s             6d  ii:i
    i32.div_u             6e  ii:i
    i32.rem_s             6f  ii:i
    i32.rem_u             70  ii:i
    i32.and               71  ii:i
    i32.or                72  ii:i
    i32.xor               73  ii:i
    i32.shl               74  ii:i
    i32.shr_s             75  ii:i
    i32.shr_u             76  ii:i
    i32.rotl              77  ii:i
    i32.rotr              78  ii:i
    i64.add               7c  II:I
    i64.sub               7d  II:I
    i64.mul               7e  II:I
    i64.and               83  II:I
    i64.or                84  II:I
    i64.xor               85  II:I
    i64.shl               86  II:I
    i64.shr_s             87  II:I
    i64.shr_u             88  II:I
    i64.rotl              89  II:I
    i64.rotr              8a  II:I
    f32.abs               8b  f:f
    f32.neg               8c  f:f
    f32.sqrt              91  f:f
    f32.add               92  ff:f
    f32.sub               93  ff:f
    f32.mul               94  ff:f
    f32.div               95  ff:f
    f64.abs               99  F:F
    f64.neg               9a  F:F
    f64.sqrt              9f  F:F
    f64.add               a0  FF:F
    f64.sub               a1  FF:F
    f64.mul               a2  FF:F
    f64.div               a3  FF:F
    i32.wrap_i64          a7  I:i   Copy32
    i32.trunc_f64_s       aa  F:i
    i64.extend_i32_s      ac  i:I
    i64.extend_i32_u      ad  i:I
    f32.convert_i32_s     b2  i:f
    f32.convert_i32_u     b3  i:f
    f32.demote_f64        b6  F:f
    f64.convert_i32_s     b7  i:F
    f64.convert_i32_u     b8  i:F
    f64.promote_f32       bb  f:F
    i32.reinterpret_f32   bc  f:i   Copy32
    i64.reinterpret_f64   bd  F:I   Copy64
    f32.reinterpret_i32   be  i:f   Copy32
    f64.reinterpret_i64   bf  I:F   Copy64
  `],
  // Sign extension
  [Feature.SignExtension, `
    i32.extend8_s         c0  i:i
    i32.extend16_s        c1  i:i
    i64.extend8_s         c2  I:I
    i64.extend16_s        c3  I:I
    i64.extend32_s        c4  I:I   I64ExtendI32S
  `],
  // Reference types
  [Feature.ReferenceTypes, `
    select t              1c
    ref.null              d0
    ref.is_null           d1
    ref.func              d2
  `],
  // Tail calls
  [Feature.TailCall, `
    return_call           12
    return_call_indirect  13
  `],
  // Typed function references
  [Feature.FunctionReferences, `
    call_ref              14
    return_call_ref       15
    ref.as_non_null       d4
    br_on_null            d5
    br_on_non_null        d6
  `],
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
    ...parse(HOT, 0),
    ...scalar(),
    ...bulk(),
    ...parse([SIMD], 0xfd000),
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

/** Rows that are written as text, see `RowText`. */
function parse(texts: readonly RowText[], prefix: number): RowGroup[] {
  const ops = new Map(shapes().map((shape, op) => [shape?.name, op]));
  return texts.map(([feature, text]) => ({
    feature,
    rows: text.trim().split("\n").map((line): Row => {
      const [mnemonic, opcode, signature, run = opNameOf(mnemonic)] = line
        .trim().split(/ {2,}/);
      const code = prefix + parseInt(opcode, 16);
      if (signature === undefined) {
        return [mnemonic, code, Imm.Special, "", Op.Unreachable];
      }
      const [, marks, name] = /^(\W*)(\w+)$/.exec(run)!;
      const op = ops.get(name);
      if (op === undefined) throw new Error(`no op ${name}`);
      let variant = 0;
      for (const mark of marks) variant |= VARIANTS[mark];
      const imm = immediateOf(mnemonic, signature);
      return [mnemonic, code, imm, signature, op, variant];
    }),
  }));
}

const VARIANTS: Readonly<Record<string, number>> = {
  "~": SWAPPED,
  "!": NEGATED,
  "^": HIGH,
};

/** What the immediates are, by mnemonic and signature. */
function immediateOf(mnemonic: string, signature: string): Imm {
  const hasLane = /_lane/.test(mnemonic);
  if (signature.startsWith("a")) return hasLane ? Imm.MemArgLane : Imm.MemArg;
  if (/^(v128.const|i8x16.shuffle)$/.test(mnemonic)) return Imm.Bytes16;
  return hasLane ? Imm.Lane : Imm.None;
}

/** `i32.trunc_sat_f64_s` -> `I32TruncSatF64S` */
function opNameOf(mnemonic: string): string {
  return mnemonic.replace(/(?:^|[._])(.)/g, (_, first) => first.toUpperCase());
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
  if (prefix === 0xfc && sub < 0x40) return 0x100 + sub;
  if (prefix === 0xfb && sub < 0x40) return 0x140 + sub;
  if (prefix === 0xfe && sub < 0x80) return 0x180 + sub;
  if (prefix === 0xfd && sub < 0x140) return 0x200 + sub;
  return -1;
}
