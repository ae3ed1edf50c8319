// Every SIMD instruction, run by guests, against a definition lane by lane, in
// BigInt and plain numbers, for random and edge operands: with the result in a
// register of its own, in that of every operand, and among temporaries. A v128
// is a bigint of 128 bits here.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { Feature } from "../../../engine/features.ts";
import { Imm } from "../../../engine/instruction.ts";
import {
  callRaw,
  type FunctionInstance,
  type MemoryInstance,
  type RawValue,
  TrapCode,
} from "../../../engine/mod.ts";
import { type Instruction, instructions } from "../../../engine/opcodes.ts";
import {
  F32,
  F64,
  I32,
  I64,
  V128,
  type ValueType,
} from "../../../engine/types.ts";
import { testLarge } from "../large.ts";
import { Assembler } from "./assembler.ts";
import { func, instanceOf, newMemory, PAGE, trapOf } from "./guest.ts";
import {
  f32Bits,
  f32Of,
  f32Samples,
  f64Bits,
  f64Of,
  f64Samples,
  randomWords,
} from "./samples.ts";

const ROUNDS = 150;
const WIDTH: Record<string, number> = {
  ...{ i8x16: 8, i16x8: 16, i32x4: 32, i64x2: 64, f32x4: 32, f64x2: 64 },
  v128: 128,
};
const LETTERS: Readonly<Record<ValueType, string>> = {
  [I32]: "i",
  [I64]: "I",
  [F32]: "f",
  [F64]: "F",
  [V128]: "v",
};

const ROWS = instructions().filter((row): row is Instruction =>
  row?.feature === Feature.Simd
);
const words = randomWords(7);
const SAMPLES: Record<string, bigint[]> = {
  f32x4: f32Samples(400),
  f64x2: f64Samples(400),
};

function rowOf(name: string): Instruction {
  const row = ROWS.find(({ mnemonic }) => mnemonic === name);
  if (row === undefined) throw new Error(`no instruction ${name}`);
  return row;
}

// ---- running

/** Letters of the operands; addresses are i32. */
function typesOf({ params }: Instruction): string[] {
  return params.map((type) => LETTERS[type] ?? "i");
}

/** Makes a temporary of a copy, by what undoes itself. */
const MOVED: Readonly<Record<string, string>> = {
  i: "i32.const 1 i32.rotl i32.const 1 i32.rotr",
  I: "i64.const 1 i64.rotl i64.const 1 i64.rotr",
  f: "f32.neg f32.neg",
  F: "f64.neg f64.neg",
  v: "v128.not v128.not",
};

/** Where the operands are and the result goes. */
type Place = "apart" | "temporary" | "alike" | number;

/**
 * All places; a number is that of the operand whose local gets the result.
 * Where they are alike, the same vector is every operand, and gets the result.
 */
function placesOf(row: Instruction): Place[] {
  const result = LETTERS[row.results[0]];
  const own = typesOf(row).flatMap((type, i) => type === result ? [i] : []);
  if (row.params.length === 0) return ["apart"];
  const places: Place[] = ["apart", "temporary", ...own];
  return own.length > 1 ? [...places, "alike"] : places;
}

/** The local that gets the result; -1 for none. */
function targetOf(place: Place): number {
  return typeof place === "number" ? place : place === "alike" ? 0 : -1;
}

const MEMORIES = [newMemory(1, 1), newMemory(1, 1)];
const guests = new Map<string, FunctionInstance>();

/**
 * A function that runs the instruction on its parameters and gives the result,
 * if there is one, and then the parameters, which it must leave alone.
 */
function guestOf(
  row: Instruction,
  immediates: string,
  place: Place,
): FunctionInstance {
  const key = `${row.mnemonic} ${immediates} ${place}`;
  const known = guests.get(key);
  if (known !== undefined) return known;
  const types = typesOf(row);
  const code = types.map((type, i) =>
    `local.get ${place === "alike" ? 0 : i} ` +
    (place === "temporary" ? MOVED[type] : "")
  );
  const target = targetOf(place);
  code.push(row.mnemonic, immediates);
  if (target >= 0) code.push(`local.set ${target} local.get ${target}`);
  types.forEach((_, i) => code.push(`local.get ${i}`));
  const results = row.results.map((type) => LETTERS[type]).join("");
  const signature = `${types.join("")}:${results}${types.join("")}`;
  const module = new Assembler()
    .importMemory("m", "first", 0).importMemory("m", "second", 0)
    .function("f", signature, "", code.join(" "));
  const [first, second] = MEMORIES;
  const guest = func(instanceOf(module, { first, second }), "f");
  guests.set(key, guest);
  return guest;
}

/** Runs one instruction and gives the bits of its result, 0 without one. */
function runGuest(
  row: Instruction,
  operands: readonly bigint[],
  immediates = "",
  place: Place = "apart",
): bigint {
  const results = callRaw(guestOf(row, immediates, place), operands);
  const result = row.results.length > 0 ? results.shift() as bigint : 0n;
  const expected: RawValue[] = [...operands];
  const target = targetOf(place);
  if (target >= 0) expected[target] = result;
  for (let i = 0; i < expected.length; i++) {
    if (results[i] === expected[i]) continue;
    throw new Error(`${row.mnemonic} (${place}) writes to operand ${i}`);
  }
  return result;
}

// ---- lanes

function split(v: bigint, width: number): bigint[] {
  const lanes: bigint[] = [];
  for (let at = 0; at < 128; at += width) {
    lanes.push(BigInt.asUintN(width, v >> BigInt(at)));
  }
  return lanes;
}

function splitSigned(v: bigint, width: number): bigint[] {
  return split(v, width).map((lane) => BigInt.asIntN(width, lane));
}

function pack(lanes: bigint[], width: number): bigint {
  return lanes.reduceRight(
    (v, lane) => v << BigInt(width) | BigInt.asUintN(width, lane),
    0n,
  );
}

function clamp(x: bigint, width: number, signed: boolean): bigint {
  const low = signed ? -(1n << BigInt(width - 1)) : 0n;
  const high = (1n << BigInt(signed ? width - 1 : width)) - 1n;
  return x < low ? low : x > high ? high : x;
}

// ---- operands

function randomLane(shape: string): bigint {
  const width = WIDTH[shape];
  const samples = SAMPLES[shape];
  if (samples) return samples[words() % samples.length];
  const any = BigInt(words()) << 32n | BigInt(words());
  const near = BigInt(words() % 5) - 2n;
  const kind = words() % 8;
  if (kind === 0) return near;
  if (kind === 1) return (1n << BigInt(width - 1)) + near;
  if (kind === 2) return (1n << BigInt(words() % width)) + near;
  return any;
}

function randomVector(shape: string): bigint {
  const shapes = Object.keys(WIDTH).filter((name) => name !== "v128");
  if (shape === "v128" || words() % 4 === 0) {
    shape = shapes[words() % shapes.length];
  }
  const width = WIDTH[shape];
  const lanes: bigint[] = [];
  const all = words() % 16 === 0 ? randomLane(shape) : undefined;
  while (lanes.length < 128 / width) lanes.push(all ?? randomLane(shape));
  return pack(lanes, width);
}

/** The shape that the operands of an instruction have. */
function operandShape(name: string): string {
  const [shape, base] = name.split(".");
  return /[if]\d+x\d+/.exec(base)?.[0] ?? shape;
}

function randomOperand(type: string, name: string): bigint {
  const shape = operandShape(name);
  if (type === "v") return randomVector(shape);
  if (/sh[lr]/.test(name)) return BigInt(words() % 140);
  return BigInt.asUintN(/[IF]/.test(type) ? 64 : 32, randomLane(shape));
}

/** As the text of the instruction, and as the definitions want them. */
function randomImmediates(row: Instruction): [text: string, values: number[]] {
  if (row.imm === Imm.Lane) {
    const lane = words() % row.lanes;
    return [`${lane}`, [lane]];
  }
  if (row.imm !== Imm.Bytes16) return ["", []];
  const isShuffle = row.mnemonic === "i8x16.shuffle";
  const bytes = Array.from(
    { length: 16 },
    () => words() & (isShuffle ? 31 : 255),
  );
  return [String(pack(bytes.map(BigInt), 8)), bytes];
}

// ---- definitions

/** A lane that may be any quiet NaN. */
const NAN = "nan";
type Lane = bigint | typeof NAN;

const COMPARE: Record<
  string,
  <T extends bigint | number>(a: T, b: T) => boolean
> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  gt: (a, b) => a > b,
  le: (a, b) => a <= b,
  ge: (a, b) => a >= b,
};

type Integers = (
  a: bigint,
  b: bigint,
  width: number,
  signed: boolean,
) => bigint;

const INTEGER: Record<string, Integers> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  min: (a, b) => a < b ? a : b,
  max: (a, b) => a > b ? a : b,
  add_sat: (a, b, width, signed) => clamp(a + b, width, signed),
  sub_sat: (a, b, width, signed) => clamp(a - b, width, signed),
  q15mulr_sat: (a, b) => clamp((a * b + 0x4000n) >> 15n, 16, true),
  avgr: (a, b) => (a + b + 1n) / 2n,
  abs: (a) => a < 0n ? -a : a,
  neg: (a) => -a,
  popcnt: (a) => BigInt(a.toString(2).replaceAll("0", "").length),
};

/** NaN, or a number that the instruction rounds to the lane's type. */
const FLOAT: Record<string, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: (a, b) => Object.is(a, -0) && b === 0 ? a : a < b || a !== a ? a : b,
  max: (a, b) => Object.is(b, -0) && a === 0 ? a : a > b || a !== a ? a : b,
  sqrt: (a) => Math.sqrt(a),
  ceil: (a) => -roundDown(-a),
  floor: (a) => roundDown(a),
  trunc: (a) => a < 0 || Object.is(a, -0) ? -roundDown(-a) : roundDown(a),
  nearest: (a) => {
    const down = roundDown(a), odd = Math.abs(down % 2) === 1;
    const up = a - down > 0.5 || (a - down === 0.5 && odd);
    return up ? (a < 0 && down === -1 ? -0 : down + 1) : down;
  },
};

/** Floor, by way of BigInt; 0 and whole numbers stay what they are. */
function roundDown(x: number): number {
  if (!Number.isFinite(x) || x === 0 || Number.isInteger(x)) return x;
  const towardsZero = Number(BigInt(x - (x % 1)));
  return x < 0 ? towardsZero - 1 : towardsZero;
}

const ofBits = (width: number) => width === 32 ? f32Of : f64Of;

function toLane(x: number, width: number): Lane {
  if (Number.isNaN(x)) return NAN;
  return width === 32 ? f32Bits(x) : f64Bits(x);
}

function isTrue(width: number, value: boolean): bigint {
  return value ? (1n << BigInt(width)) - 1n : 0n;
}

function floatLanes(base: string, width: number, [a, b]: bigint[]): Lane[] {
  const x = split(a, width), y = split(b ?? 0n, width);
  const sign = 1n << BigInt(width - 1);
  return x.map((bits, k) => {
    const p = ofBits(width)(bits), q = ofBits(width)(y[k]);
    if (base === "abs") return bits & ~sign;
    if (base === "neg") return bits ^ sign;
    if (base === "pmin") return q < p ? y[k] : bits;
    if (base === "pmax") return p < q ? y[k] : bits;
    if (COMPARE[base]) return isTrue(width, COMPARE[base](p, q));
    return toLane(FLOAT[base](p, q), width);
  });
}

/** Integers, as a saturating conversion gives them. */
function truncated(x: number, signed: boolean): bigint {
  if (Number.isNaN(x)) return 0n;
  if (!Number.isFinite(x)) {
    return clamp(x < 0 ? -(1n << 99n) : 1n << 99n, 32, signed);
  }
  return clamp(BigInt(Math.trunc(x)), 32, signed);
}

function half<T>(lanes: T[], base: string): T[] {
  const middle = lanes.length / 2;
  return base.includes("_high") ? lanes.slice(middle) : lanes.slice(0, middle);
}

function pairs(lanes: bigint[]): bigint[] {
  return lanes.filter((_, k) => k % 2 === 0).map((x, k) =>
    x + lanes[2 * k + 1]
  );
}

/** The lanes of a conversion between shapes; undefined where it is none. */
function converted(name: string, [a, b]: bigint[]): Lane[] | undefined {
  const [shape, base] = name.split(".");
  const from = WIDTH[operandShape(name)], to = WIDTH[shape];
  const signed = /_s(_|$)/.test(base);
  const lanes = (v: bigint) => signed ? splitSigned(v, from) : split(v, from);
  if (base.startsWith("narrow")) {
    return [...splitSigned(a, from), ...splitSigned(b, from)]
      .map((x) => clamp(x, to, signed));
  }
  if (base.startsWith("extend")) return half(lanes(a), base);
  if (base.startsWith("extmul")) {
    const y = half(lanes(b), base);
    return half(lanes(a), base).map((x, k) => x * y[k]);
  }
  if (base.startsWith("extadd")) return pairs(lanes(a));
  if (base.startsWith("dot")) {
    const y = lanes(b);
    return pairs(lanes(a).map((x, k) => x * y[k]));
  }
  if (base.startsWith("trunc_sat")) {
    const whole = split(a, from).map((x) => truncated(ofBits(from)(x), signed));
    return from === 64 ? [...whole, 0n, 0n] : whole;
  }
  if (base.startsWith("convert")) {
    return lanes(a).slice(0, 128 / to).map((x) => toLane(Number(x), to));
  }
  const numbers = split(a, from).map(ofBits(from));
  if (base.startsWith("demote")) {
    return [...numbers.map((x) => toLane(x, 32)), 0n, 0n];
  }
  if (base.startsWith("promote")) {
    return numbers.slice(0, 2).map((x) => toLane(x, 64));
  }
}

/** What an instruction without a memory gives: lanes, and their width. */
function define(
  name: string,
  operands: bigint[],
  immediates: number[],
): [lanes: Lane[], width: number] {
  const [shape, base] = name.split(".");
  const width = WIDTH[shape];
  const [a, b, c] = operands;
  const signed = !base.endsWith("_u");
  const lanes = signed ? splitSigned(a ?? 0n, width) : split(a ?? 0n, width);
  if (name === "v128.const") return [immediates.map(BigInt), 8];
  if (name === "v128.not") return [[~a], 128];
  if (name === "v128.and") return [[a & b], 128];
  if (name === "v128.andnot") return [[a & ~b], 128];
  if (name === "v128.or") return [[a | b], 128];
  if (name === "v128.xor") return [[a ^ b], 128];
  if (name === "v128.bitselect") return [[(a & c) | (b & ~c)], 128];
  if (base === "any_true") return [[a !== 0n ? 1n : 0n], 32];
  if (base === "all_true") return [[lanes.includes(0n) ? 0n : 1n], 32];
  if (base === "bitmask") {
    const bits = lanes.map((x, k) => x < 0n ? 1n << BigInt(k) : 0n);
    return [[bits.reduce((x, y) => x | y)], 32];
  }
  if (base === "shuffle") {
    const both = [...split(a, 8), ...split(b, 8)];
    return [immediates.map((k) => both[k]), 8];
  }
  if (base === "swizzle") {
    return [split(b, 8).map((k) => split(a, 8)[Number(k)] ?? 0n), 8];
  }
  if (base === "splat") return [new Array(128 / width).fill(a), width];
  if (base.startsWith("extract_lane")) {
    return [[lanes[immediates[0]]], Math.max(32, width)];
  }
  if (base === "replace_lane") {
    const replaced = split(a, width);
    replaced[immediates[0]] = b;
    return [replaced, width];
  }
  const changed = converted(name, operands);
  if (changed) return [changed, width];
  if (shape[0] === "f") return [floatLanes(base, width, operands), width];
  if (base.startsWith("sh")) {
    const count = b % BigInt(width);
    return [lanes.map((x) => base === "shl" ? x << count : x >> count), width];
  }
  const other = signed ? splitSigned(b ?? 0n, width) : split(b ?? 0n, width);
  const kind = base.replace(/_[su]$/, "");
  if (COMPARE[kind]) {
    return [
      lanes.map((x, k) => isTrue(width, COMPARE[kind](x, other[k]))),
      width,
    ];
  }
  // popcnt counts the bits of an unsigned lane
  const left = kind === "popcnt" ? split(a, width) : lanes;
  return [left.map((x, k) => INTEGER[kind](x, other[k], width, signed)), width];
}

/** Whether the bits are what the definition says. */
function agrees(bits: bigint, lanes: Lane[], width: number): boolean {
  return lanes.every((lane, k) => {
    const got = BigInt.asUintN(width, bits >> BigInt(k * width));
    if (lane !== NAN) return got === BigInt.asUintN(width, lane);
    const quiet = width === 32 ? 0x7fc00000n : 0x7ff8000000000000n;
    return (got & quiet) === quiet;
  });
}

// ---- tests

function check(row: Instruction): void {
  const name = row.mnemonic;
  const places = placesOf(row);
  const rounds = row.imm === Imm.Bytes16 ? 40 : ROUNDS;
  for (let round = 0; round < rounds; round++) {
    const operands = typesOf(row).map((type) => randomOperand(type, name));
    const [text, immediates] = randomImmediates(row);
    for (const place of places) {
      const used = operands.map((operand) =>
        place === "alike" ? operands[0] : operand
      );
      const [lanes, width] = define(name, used, immediates);
      const got = runGuest(row, operands, text, place);
      if (agrees(got, lanes, width)) continue;
      const hex = (x: Lane) => typeof x === "bigint" ? x.toString(16) : x;
      assert.unreachable(
        `${name} ${text} of ${operands.map(hex)} (${place}): ` +
          `${hex(got)}, expected ${lanes.map(hex)}`,
      );
    }
  }
}

for (const shape of Object.keys(WIDTH)) {
  test(`${shape} instructions do what their definitions say`, () => {
    const rows = ROWS.filter(({ mnemonic }) =>
      mnemonic.startsWith(shape + ".")
    );
    for (const row of rows) if (row.accessBytes === 0) check(row);
  });
}

test("there are 236 instructions with names and opcodes of their own", () => {
  assert.is(ROWS.length, 236);
  assert.is(new Set(ROWS.map(({ mnemonic }) => mnemonic)).size, 236);
  assert.is(new Set(ROWS.map(({ opcode }) => opcode)).size, 236);
  for (const { opcode } of ROWS) assert.is(opcode >> 8, 0xfd0);
});

test("moving keeps the bits of signalling NaNs, however often", () => {
  const nan32 = 0x7fa00001n, nan64 = 0xfff4000000000001n;
  const vector = pack([nan32, nan64 >> 32n, 1n, nan32], 32);
  const pmin = rowOf("f32x4.pmin"), splat = rowOf("f64x2.splat");
  const extract = rowOf("f32x4.extract_lane");
  const replace = rowOf("f64x2.replace_lane");
  for (let round = 0; round < 30000; round++) {
    assert.is(runGuest(pmin, [vector, vector]), vector);
    assert.is(runGuest(splat, [nan64]), pack([nan64, nan64], 64));
    assert.is(runGuest(extract, [vector], "3"), nan32);
    const replaced = runGuest(replace, [vector, nan64], "1");
    assert.is(replaced, pack([vector, nan64], 64));
  }
});

test("min and max of canonical NaNs are canonical at every tier", () => {
  const nan32 = 0x7fc00000n, nan64 = 0x7ff8000000000000n;
  const vectors = {
    f32x4: [pack([nan32, nan32, 0n, f32Bits(1)], 32), pack([nan32], 32)],
    f64x2: [pack([nan64, nan64], 64), pack([0n, nan64], 64)],
  };
  for (const [shape, operands] of Object.entries(vectors)) {
    const positive = shape === "f32x4" ? 0x7fffffffn : (1n << 63n) - 1n;
    const nan = shape === "f32x4" ? nan32 : nan64;
    for (const base of ["min", "max"]) {
      const row = rowOf(`${shape}.${base}`);
      for (let round = 0; round < 20000; round++) {
        const bits = runGuest(row, operands);
        if ((bits & positive) !== nan) assert.unreachable(bits.toString(16));
      }
    }
  }
});

// Memory

const ACCESSES = ROWS.filter(({ accessBytes }) => accessBytes > 0);
const isLoad = ({ results }: Instruction) => results.length > 0;

/** The text of an access's immediates. */
function accessText(
  { imm }: Instruction,
  offset: number,
  memory: number,
  lane = 0,
): string {
  return `+${offset} @${memory}${imm === Imm.MemArgLane ? ` ${lane}` : ""}`;
}

/** The little-endian number in `count` bytes of a memory. */
function peek({ bytes }: MemoryInstance, at: number, count: number): bigint {
  return [...bytes.subarray(at, at + count)]
    .reduceRight((x, byte) => x << 8n | BigInt(byte), 0n);
}

/** What a load gives that found `bits`, `v` being the vector of a lane. */
function defineLoad(row: Instruction, bits: bigint, v: bigint, lane: number) {
  const { mnemonic, accessBytes } = row;
  const width = 8 * accessBytes;
  if (mnemonic.endsWith("_lane")) {
    const lanes = split(v, width);
    lanes[lane] = bits;
    return pack(lanes, width);
  }
  if (mnemonic.endsWith("_splat")) {
    return pack(new Array(128 / width).fill(bits), width);
  }
  const extended = /load(\d+)x\d_(.)/.exec(mnemonic);
  if (!extended) return bits;
  const from = Number(extended[1]);
  const lanes = extended[2] === "s"
    ? splitSigned(bits, from)
    : split(bits, from);
  return pack(half(lanes, ""), 2 * from);
}

MEMORIES.forEach((memory, index) => {
  test(`loads read from memory ${index}, also among temporaries`, () => {
    for (const row of ACCESSES.filter(isLoad)) {
      for (let round = 0; round < ROUNDS; round++) {
        for (let k = 0; k < 40; k++) memory.bytes[k] = words();
        const base = words() % 12, offset = [0, 3, 11][words() % 3];
        const lane = words() % (16 / row.accessBytes);
        const v = randomVector("v128");
        const operands = [BigInt(base), v].slice(0, row.params.length);
        const bits = peek(memory, base + offset, row.accessBytes);
        const expected = defineLoad(row, bits, v, lane);
        const text = accessText(row, offset, index, lane);
        for (const place of placesOf(row)) {
          const got = runGuest(row, operands, text, place);
          assert.is(got, expected, `${row.mnemonic} (${place})`);
        }
      }
    }
  });

  test(`stores write their bytes of memory ${index} and no others`, () => {
    for (const row of ACCESSES.filter((row) => !isLoad(row))) {
      const { accessBytes, mnemonic } = row;
      for (let round = 0; round < ROUNDS; round++) {
        const base = words() % 12, offset = [0, 3, 11][words() % 3];
        const lane = words() % (16 / accessBytes);
        const v = randomVector("v128");
        const text = accessText(row, offset, index, lane);
        const bits = split(v, 8 * accessBytes)[lane];
        for (const place of placesOf(row)) {
          for (const { bytes } of MEMORIES) bytes.fill(0xee, 0, 64);
          runGuest(row, [BigInt(base), v], text, place);
          const at = base + offset;
          assert.is(peek(memory, at, accessBytes), bits, mnemonic);
          memory.bytes.fill(0xee, at, at + accessBytes);
          for (const { bytes } of MEMORIES) {
            assert.ok(bytes.subarray(0, 64).every((byte) => byte === 0xee));
          }
        }
      }
    }
  });

  test(`an access that ends past memory ${index} traps and changes nothing`, () => {
    for (const { bytes } of MEMORIES) bytes.fill(0xee);
    const attempt = (row: Instruction, base: number, offset: number) =>
      runGuest(
        row,
        [BigInt(base), 0n].slice(0, row.params.length),
        accessText(row, offset, index),
      );
    for (const row of ACCESSES) {
      const count = row.accessBytes;
      const far = 2 ** 32 - 1, half = 2 ** 31;
      for (
        const [base, offset] of [
          [PAGE - count + 1, 0],
          [0, PAGE - count + 1],
          [PAGE - 1, PAGE - 1],
          [half - 1, 1],
          [half, 0],
          [0, half],
          [half, half],
          [PAGE, far],
          [far, 0],
          [far, 1],
          [0, far],
          [far, far],
        ]
      ) {
        const { code } = trapOf(() => attempt(row, base, offset));
        const what = `${row.mnemonic} at ${base} + ${offset}`;
        assert.is(code, TrapCode.MemoryOutOfBounds, what);
      }
    }
    for (const { bytes } of MEMORIES) {
      assert.ok(bytes.every((byte) => byte === 0xee));
    }
    for (const row of ACCESSES) {
      attempt(row, PAGE - row.accessBytes, 0);
      attempt(row, 0, PAGE - row.accessBytes);
    }
  });
});

/** Accesses whose address is a sum that wraps, in the first memory. */
function sums(memory: MemoryInstance, plus: number, offset: number) {
  const address = `local.get 0 i32.const ${plus} i32.add`;
  const assembler = new Assembler().importMemory("m", "memory", 0)
    .function("load", "i:v", "", `${address} v128.load +${offset}`)
    .function("splat", "i:v", "", `${address} v128.load8_splat +${offset}`)
    .function(
      "store",
      "iv:",
      "",
      `${address} local.get 1 v128.store +${offset}`,
    );
  const instance = instanceOf(assembler, { memory });
  const run = (name: string, ...operands: bigint[]) =>
    callRaw(func(instance, name), operands)[0] as bigint;
  return {
    load: (base: number) => run("load", BigInt(base)),
    splat: (base: number) => run("splat", BigInt(base)),
    store: (base: number, v: bigint) => run("store", BigInt(base), v),
  };
}

const PATTERN = 0x0f1e2d3c4b5a69788796a5b4c3d2e1f0n;

function checkSums(memory: MemoryInstance, plus: number, offset: number): void {
  const { load, splat, store } = sums(memory, plus, offset);
  const size = memory.byteLength;
  const baseOf = (sum: number) => (sum - plus) >>> 0;
  const what = `${plus} + ${offset}`;
  for (const at of [0, 1, 5, 2 ** 31 - 8, 2 ** 31, size - 17, size - 16]) {
    const base = baseOf(at - offset);
    if (at < offset || at > size - 16) continue;
    store(base, PATTERN);
    assert.is(peek(memory, at, 16), PATTERN, what);
    assert.is(load(base), PATTERN, what);
    assert.is(splat(base), pack(new Array(16).fill(0xf0n), 8), what);
    memory.bytes.fill(0, at, at + 16);
  }
  for (const sum of [size - 15, size, 2 ** 32 - 1]) {
    if (sum < offset || sum - offset >= 2 ** 32) continue;
    const base = baseOf(sum - offset);
    for (const run of [() => load(base), () => store(base, PATTERN)]) {
      assert.is(trapOf(run).code, TrapCode.MemoryOutOfBounds, what);
    }
  }
}

test("what is added to an address wraps, an offset does not", () => {
  const [memory] = MEMORIES;
  memory.bytes.fill(0);
  for (const plus of [1, 16, -16, 2 ** 31 - 1, -(2 ** 31), -1]) {
    for (const offset of [0, 4, PAGE - 16, 2 ** 31]) {
      checkSums(memory, plus, offset);
    }
  }
  assert.ok(memory.bytes.every((byte) => byte === 0));
});

testLarge("sums reach the upper half of a memory", () => {
  const memory = newMemory(3 * 2 ** 14);
  for (const plus of [16, -16, 2 ** 31 - 1, -(2 ** 31)]) {
    for (const offset of [0, 4, 2 ** 31 - 1, 2 ** 31]) {
      checkSums(memory, plus, offset);
    }
  }
});

// Neighbours

/** The bits of what a function gives that has no memory. */
function valueOf(
  signature: string,
  code: string,
  ...operands: bigint[]
): bigint {
  const module = new Assembler().function("f", signature, "", code);
  return callRaw(func(instanceOf(module), "f"), operands)[0] as bigint;
}

test("a product that is added to is rounded before", () => {
  for (const [shape, width] of [["f32x4", 32], ["f64x2", 64]] as const) {
    const get = "local.get 0 local.get 1";
    const fused = [
      `${get} ${shape}.mul local.get 2 ${shape}.add`,
      `local.get 2 ${get} ${shape}.mul ${shape}.add`,
    ];
    for (const code of fused) {
      const guest = func(
        instanceOf(new Assembler().function("f", "vvv:v", "", code)),
        "f",
      );
      for (let round = 0; round < ROUNDS; round++) {
        const [a, b, c] = [0, 1, 2].map(() => randomVector(shape));
        const [x, y, z] = [a, b, c].map((v) => split(v, width));
        const lanes = x.map((bits, k): Lane => {
          const of = ofBits(width);
          const product = toLane(of(bits) * of(y[k]), width);
          if (product === NAN) return NAN;
          return toLane(of(product) + of(z[k]), width);
        });
        const got = callRaw(guest, [a, b, c])[0] as bigint;
        assert.ok(agrees(got, lanes, width), `${code}: ${got.toString(16)}`);
      }
    }
  }
});

test("a constant, and one in use twice, keep their bits", () => {
  const constant = `v128.const ${PATTERN}`;
  assert.is(valueOf(":v", constant), PATTERN);
  assert.is(valueOf("v:v", `${constant} local.set 0 local.get 0`, 1n), PATTERN);
  const twice = `${constant} ${constant} i64x2.add`;
  const doubled = split(PATTERN, 64).map((lane) => 2n * lane);
  assert.is(valueOf(":v", twice), pack(doubled, 64));
  // In a loop, and on both sides of a choice.
  const loop = `loop ${constant} local.get 0 v128.xor local.set 0
    local.get 1 i32.const 1 i32.sub local.tee 1 br_if 0 end local.get 0`;
  assert.is(valueOf("vi:v", loop, 5n, 3n), PATTERN ^ 5n);
  assert.is(valueOf("vi:v", loop, 5n, 4n), 5n);
  const choice =
    `local.get 1 if [:v] ${constant} else v128.const 7 end local.get 0 v128.or`;
  assert.is(valueOf("vi:v", choice, 8n, 1n), PATTERN | 8n);
  assert.is(valueOf("vi:v", choice, 8n, 0n), 15n);
});
test.run();
