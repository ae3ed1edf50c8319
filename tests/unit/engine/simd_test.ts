// Every SIMD instruction against a definition lane by lane, in BigInt and plain
// numbers, for random and edge operands, with the result in a register of its
// own and in that of every operand. A v128 is a bigint of 128 bits here.

import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  callRaw,
  compileModule,
  type FunctionInstance,
  instantiateModule,
} from "../../../engine/mod.ts";
import { Imm, type Row } from "../../../engine/instruction.ts";
import { MemoryInstance } from "../../../engine/memory.ts";
import { SIMD } from "../../../engine/simd.ts";
import type { Machine, ModuleInstance } from "../../../engine/store.ts";
import { TrapCode } from "../../../engine/trap.ts";
import { Assembler } from "./assembler.ts";
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
const PC = 8, FP = 64, APART = 8, FIRST = 24, REGISTER_WORDS = 8;
const WORDS: Record<string, number> = { v: 4, I: 2, F: 2, i: 1, f: 1, a: 1 };
const WIDTH: Record<string, number> = {
  ...{ i8x16: 8, i16x8: 16, i32x4: 32, i64x2: 64, f32x4: 32, f64x2: 64 },
  v128: 128,
};
const UNTOUCHED = 0x5a5a5a5a;

const memory = new MemoryInstance({ min: 1, max: 1, shared: false } as never);
const m = machine();
const words = randomWords(7);
const SAMPLES: Record<string, bigint[]> = {
  f32x4: f32Samples(400),
  f64x2: f64Samples(400),
};

function machine(): Machine {
  const { buffer } = new Int32Array(256);
  const registers: Partial<Machine> = {
    I: new Int32Array(buffer),
    F: new Float32Array(buffer),
    D: new Float64Array(buffer),
    U32: new Uint32Array(buffer),
    I16: new Int16Array(buffer),
    U16: new Uint16Array(buffer),
    I8: new Int8Array(buffer),
    U8: new Uint8Array(buffer),
    code: new Int32Array(64),
    instance: { memories: [memory] } as unknown as ModuleInstance,
  };
  return registers as Machine;
}

// ---- running

function writeBits(at: number, count: number, bits: bigint): void {
  for (let k = 0; k < count; k++) {
    m.I[at + k] = Number(BigInt.asIntN(32, bits >> BigInt(32 * k)));
  }
}

function readBits(at: number, count: number): bigint {
  let bits = 0n;
  for (let k = count - 1; k >= 0; k--) {
    bits = bits << 32n | BigInt(m.I[at + k] >>> 0);
  }
  return bits;
}

/**
 * Runs one instruction and gives the bits of its result, or the trap. The
 * result goes where operand number `to` is, or apart from all.
 */
function run(
  row: Row,
  operands: bigint[],
  immediates: number[],
  to = -1,
): bigint | number {
  const [name, , , signature, handler] = row;
  const [types, result] = signature.split(":");
  m.I.fill(UNTOUCHED);
  const target = to < 0 ? APART : FIRST + REGISTER_WORDS * to;
  const code = result ? [0, target] : [0];
  operands.forEach((operand, k) => {
    const register = FIRST + REGISTER_WORDS * k;
    code.push(register);
    writeBits(FP + register, WORDS[types[k]], operand);
  });
  code.push(...immediates);
  m.code.fill(UNTOUCHED).set(code, PC);
  if (typeof handler === "number") {
    return runGuest(row, operands, immediates, to);
  }
  const next = handler(m, PC, FP);
  if (next < 0) return next;
  if (next !== PC + code.length) {
    throw new Error(`${name} is ${next - PC} long`);
  }
  if (!result) return 0n;
  const end = FP + target + WORDS[result];
  const old = to < 0 ? 0 : WORDS[types[to]];
  if (old <= WORDS[result] && m.I[end] !== UNTOUCHED) {
    throw new Error(`${name} writes past its result`);
  }
  return readBits(FP + target, WORDS[result]);
}

const guests = new Map<string, FunctionInstance>();

/** The same where the translator takes the instruction apart. */
function runGuest(
  [name, , imm, signature]: Row,
  operands: bigint[],
  immediates: number[],
  to: number,
): bigint {
  const [types, result] = signature.split(":");
  const words = [...immediates].reverse().map((word) => BigInt(word >>> 0));
  const constant = words.reduce((bits, word) => bits << 32n | word, 0n);
  const ops = [...types].map((_, i) => `local.get ${i}`);
  ops.push(name, String(imm === Imm.Bytes16 ? constant : immediates[0] ?? ""));
  if (types[to] === result) ops.push(`local.set ${to} local.get ${to}`);
  const code = ops.join(" ");
  let guest = guests.get(code);
  if (guest === undefined) {
    const module = new Assembler().function("f", signature, "", code).build();
    const instance = instantiateModule(compileModule(module), () => undefined);
    guest = instance.exports.get("f") as FunctionInstance;
    guests.set(code, guest);
  }
  return callRaw(guest, operands)[0] as bigint;
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
  return BigInt.asUintN(32 * WORDS[type], randomLane(shape));
}

function randomImmediates(row: Row): number[] {
  const lanes = 128 / WIDTH[row[0].split(".")[0]];
  if (row[2] === Imm.Lane) return [words() % lanes];
  if (row[2] !== Imm.Bytes16) return [];
  const mask = row[0] === "i8x16.shuffle" ? 0x1f1f1f1f : -1;
  return [0, 0, 0, 0].map(() => (words() & mask) | 0);
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
  const bytes = immediates.flatMap((word) =>
    [0, 8, 16, 24].map((by) => (word >> by) & 255)
  );
  if (name === "v128.const") return [bytes.map(BigInt), 8];
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
    return [bytes.map((k) => both[k]), 8];
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

const usesMemory = (row: Row) =>
  row[2] === Imm.MemArg || row[2] === Imm.MemArgLane;

function check(row: Row): void {
  const [name, , , signature] = row;
  const types = [...signature.split(":")[0]];
  for (let round = 0; round < ROUNDS; round++) {
    const operands = types.map((type) => randomOperand(type, name));
    const immediates = randomImmediates(row);
    const [lanes, width] = define(name, operands, immediates);
    for (let to = -1; to < types.length; to++) {
      const got = run(row, operands, immediates, to) as bigint;
      if (agrees(got, lanes, width)) continue;
      const hex = (x: Lane) => typeof x === "bigint" ? x.toString(16) : x;
      assert.unreachable(
        `${name} of ${operands.map(hex)} (${immediates}) to ${to}: ` +
          `${hex(got)}, expected ${lanes.map(hex)}`,
      );
    }
  }
}

for (const shape of Object.keys(WIDTH)) {
  test(`${shape} instructions do what their definitions say`, () => {
    const rows = SIMD.rows.filter((row) => row[0].startsWith(shape + "."));
    for (const row of rows) if (!usesMemory(row)) check(row);
  });
}

test("there are 236 instructions with names and opcodes of their own", () => {
  assert.is(SIMD.rows.length, 236);
  assert.is(new Set(SIMD.rows.map((row) => row[0])).size, 236);
  assert.is(new Set(SIMD.rows.map((row) => row[1])).size, 236);
  for (const [, opcode] of SIMD.rows) assert.is(opcode >> 8, 0xfd0);
});

test("moving keeps the bits of signalling NaNs, however often", () => {
  const nan32 = 0x7fa00001n, nan64 = 0xfff4000000000001n;
  const vector = pack([nan32, nan64 >> 32n, 1n, nan32], 32);
  const row = (name: string) => SIMD.rows.find((row) => row[0] === name)!;
  const pmin = row("f32x4.pmin"), splat = row("f64x2.splat");
  const extract = row("f32x4.extract_lane"),
    replace = row("f64x2.replace_lane");
  for (let round = 0; round < 30000; round++) {
    assert.is(run(pmin, [vector, vector], []), vector);
    assert.is(run(splat, [nan64], []), pack([nan64, nan64], 64));
    assert.is(run(extract, [vector], [3]), nan32);
    const replaced = run(replace, [vector, nan64], [1]) as bigint;
    assert.is(replaced, pack([vector, nan64], 64));
  }
});

/** Number of bytes that an instruction reads or writes. */
function accessBytes(name: string): number {
  const [, bits, lanes] = /(\d+)(?:x(\d+))?/.exec(name.split(".")[1]) ?? [];
  if (bits === undefined) return 16;
  return Number(bits) / 8 * Number(lanes ?? 1);
}

/** The little-endian number in `count` bytes of the memory. */
function peek(at: number, count: number): bigint {
  return [...memory.bytes.subarray(at, at + count)]
    .reduceRight((x, byte) => x << 8n | BigInt(byte), 0n);
}

/** What a load gives that found `bits`, `v` being the vector of a lane. */
function defineLoad(name: string, bits: bigint, v: bigint, lane: number) {
  const count = accessBytes(name);
  if (name.endsWith("_lane")) {
    const lanes = split(v, 8 * count);
    lanes[lane] = bits;
    return pack(lanes, 8 * count);
  }
  if (name.endsWith("_splat")) {
    return pack(new Array(16 / count).fill(bits), 8 * count);
  }
  const extended = /load(\d+)x\d_(.)/.exec(name);
  if (!extended) return bits;
  const from = Number(extended[1]);
  const lanes = extended[2] === "s"
    ? splitSigned(bits, from)
    : split(bits, from);
  return pack(half(lanes, ""), 2 * from);
}

test("loads read from memory, also into the register of their address", () => {
  for (const row of SIMD.rows) {
    if (!usesMemory(row) || !row[0].includes("load")) continue;
    const [name, , imm] = row;
    const count = accessBytes(name);
    for (let round = 0; round < ROUNDS; round++) {
      for (let k = 0; k < 40; k++) memory.bytes[k] = words();
      const base = words() % 12, offset = words() % 12;
      const lane = words() % (16 / count);
      const v = randomVector("v128");
      const operands = imm === Imm.MemArg ? [BigInt(base)] : [BigInt(base), v];
      const immediates = imm === Imm.MemArg ? [offset, 0] : [offset, 0, lane];
      const expected = defineLoad(name, peek(base + offset, count), v, lane);
      for (let to = -1; to < operands.length; to++) {
        assert.is(run(row, operands, immediates, to), expected, name);
      }
    }
  }
});

test("stores write their bytes and no others", () => {
  for (const row of SIMD.rows) {
    if (!usesMemory(row) || !row[0].includes("store")) continue;
    const [name, , imm] = row;
    const count = accessBytes(name);
    for (let round = 0; round < ROUNDS; round++) {
      const base = words() % 12, offset = words() % 12;
      const lane = imm === Imm.MemArg ? 0 : words() % (16 / count);
      const v = randomVector("v128");
      memory.bytes.fill(0xee, 0, 64);
      const immediates = imm === Imm.MemArg ? [offset, 0] : [offset, 0, lane];
      run(row, [BigInt(base), v], immediates);
      const bits = split(v, 8 * count)[lane];
      assert.is(peek(base + offset, count), bits, name);
      memory.bytes.fill(0xee, base + offset, base + offset + count);
      assert.ok(memory.bytes.subarray(0, 64).every((byte) => byte === 0xee));
    }
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
      const row = SIMD.rows.find((row) => row[0] === `${shape}.${base}`)!;
      for (let round = 0; round < 20000; round++) {
        const bits = run(row, operands, []) as bigint;
        if ((bits & positive) !== nan) assert.unreachable(bits.toString(16));
      }
    }
  }
});

test("an access that ends past the memory traps and changes nothing", () => {
  const { byteLength } = memory;
  for (const row of SIMD.rows) {
    if (!usesMemory(row)) continue;
    const [name, , imm, signature] = row;
    const count = accessBytes(name);
    const attempt = (base: number, offset: number) =>
      run(
        row,
        signature[1] === "v" ? [BigInt(base), 0n] : [BigInt(base)],
        imm === Imm.MemArg ? [offset, 0] : [offset, 0, 0],
      );
    memory.bytes.fill(0xee, byteLength - 16);
    const trap = -TrapCode.MemoryOutOfBounds;
    assert.is(attempt(byteLength - count + 1, 0), trap, name);
    assert.is(attempt(0, byteLength - count + 1), trap, name);
    assert.is(attempt(byteLength, 0xffffffff | 0), trap, name);
    assert.is(attempt(0xffffffff, 1), trap, name);
    assert.is(attempt(0xffffffff, 0xffffffff | 0), trap, name);
    assert.ok(memory.bytes.subarray(-16).every((byte) => byte === 0xee));
    assert.not.equal(attempt(byteLength - count, 0), trap, name);
    assert.not.equal(attempt(0, byteLength - count), trap, name);
  }
});

test("a lane loads where its register overlaps the result in part", () => {
  const row = SIMD.rows.find((row) => row[0] === "v128.load8_lane")!;
  memory.bytes[3] = 0x77;
  writeBits(FP + 8, 1, 3n); // the address, where the result begins
  writeBits(FP + 10, 4, 0x0f0e0d0c0b0a09080706050403020100n);
  m.code.set([0, 8, 8, 10, 0, 0, 1], PC);
  const handler = row[4];
  assert.type(handler, "function");
  if (typeof handler === "function") assert.is(handler(m, PC, FP), PC + 7);
  assert.is(readBits(FP + 8, 4), 0x0f0e0d0c0b0a09080706050403027700n);
});

test.run();
