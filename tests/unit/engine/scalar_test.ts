import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  callRaw,
  type FunctionInstance,
  Trap,
  TrapCode,
} from "../../../engine/mod.ts";
import {
  groupOf,
  type Instruction,
  instructions,
} from "../../../engine/opcodes.ts";
import { scalar } from "../../../engine/scalar.ts";
import { F32, F64, I32, I64, type ValueType } from "../../../engine/types.ts";
import { Assembler } from "./assembler.ts";
import { areDistinct } from "./cold_machine.ts";
import { func, instanceOf } from "./guest.ts";
import {
  f32Bits,
  f32Of,
  f32Samples,
  f64Bits,
  f64Of,
  f64Samples,
  longPairs,
  longSamples,
} from "./samples.ts";

const LETTERS: Readonly<Record<ValueType, string>> = {
  [I32]: "i",
  [I64]: "I",
  [F32]: "f",
  [F64]: "F",
};
const F32_CANONICAL = 0x7fc00000n;
const F64_CANONICAL = 0x7ff8000000000000n;
const F32_ABS = 0x7fffffffn;
const F64_ABS = 0x7fffffffffffffffn;
const u32 = (x: bigint) => BigInt.asUintN(32, x);
const u64 = (x: bigint) => BigInt.asUintN(64, x);
const s64 = (x: bigint) => BigInt.asIntN(64, x);

const guests = new Map<string, FunctionInstance>();

/** A function that runs the instruction; `to` is the local that gets the result. */
function guestOf(name: string, to: number): FunctionInstance {
  const key = `${name} ${to}`;
  const known = guests.get(key);
  if (known !== undefined) return known;
  const { params, results } = rowOf(name);
  const letters = (types: readonly ValueType[]) =>
    types.map((type) => LETTERS[type]).join("");
  const operands = params.map((_, i) => `local.get ${i}`).join(" ");
  const move = to < 0 ? "" : `local.set ${to} local.get ${to}`;
  const module = new Assembler().function(
    "f",
    `${letters(params)}:${letters(results)}`,
    "",
    `${operands} ${name} ${move}`,
  );
  const guest = func(instanceOf(module), "f");
  guests.set(key, guest);
  return guest;
}

function rowOf(name: string): Instruction {
  const row = instructions().find((row) => row?.mnemonic === name);
  if (row === undefined) throw new Error(`no instruction ${name}`);
  return row;
}

/** The result; of a trap its negated code. */
function run(guest: FunctionInstance, operands: bigint[]): unknown {
  try {
    return callRaw(guest, operands)[0];
  } catch (error) {
    if (!(error instanceof Trap)) throw error;
    return -error.code;
  }
}

/** Runs with the result in a register of its own, and in each operand's. */
function checkEach(
  name: string,
  operands: bigint[],
  isRight: (found: unknown) => boolean,
  expected: unknown,
): void {
  const { params, results } = rowOf(name);
  for (let to = -1; to < operands.length; to++) {
    if (to >= 0 && params[to] !== results[0]) continue;
    const found = run(guestOf(name, to), operands);
    if (!isRight(found)) {
      assert.unreachable(`${name} ${operands} to ${to}: ${found} ${expected}`);
    }
  }
}

function check(name: string, operands: bigint[], expected: unknown): void {
  checkEach(name, operands, (found) => found === expected, expected);
}

/**
 * The same for arithmetic on floats: of NaNs that are all canonical comes such
 * a one, of others any that is quiet; the sign is free.
 */
function checkFloat(name: string, operands: bigint[], expected: number): void {
  const isShort = name.startsWith("f32");
  const canonical = isShort ? F32_CANONICAL : F64_CANONICAL;
  if (expected === expected) {
    return check(
      name,
      operands,
      isShort ? f32Bits(expected) : f64Bits(expected),
    );
  }
  const magnitude = (bits: bigint) => bits & (isShort ? F32_ABS : F64_ABS);
  const infinity = isShort ? f32Bits(Infinity) : f64Bits(Infinity);
  const isStrict = operands.map(magnitude)
    .every((bits) => bits <= infinity || bits === canonical);
  const isRight = (found: unknown) => {
    const bits = magnitude(found as bigint);
    return isStrict ? bits === canonical : (bits & canonical) === canonical;
  };
  checkEach(name, operands, isRight, expected);
}

test("every row has its own name and opcode", () => {
  assert.ok(areDistinct(scalar().map(groupOf)));
});

function checkDivision(a: bigint, b: bigint): void {
  const overflows = s64(b) === -1n && a === 1n << 63n;
  const zero = b === 0n ? -TrapCode.DivideByZero : undefined;
  const quotient = overflows ? -TrapCode.IntegerOverflow : undefined;
  check("i64.div_s", [a, b], zero ?? quotient ?? u64(s64(a) / s64(b)));
  check("i64.div_u", [a, b], zero ?? a / b);
  check("i64.rem_s", [a, b], zero ?? u64(s64(a) % s64(b)));
  check("i64.rem_u", [a, b], zero ?? a % b);
}

test("i64 division traps on zero and on overflow only", () => {
  for (const [a, b] of longPairs(2000)) checkDivision(a, b);
});

test("i64 are divided exactly where they are next to a multiple", () => {
  const edges = [1n, 2n, 3n, 10n, 0x40000000n, 0x7fffffffn, 0x80000001n];
  const last = [0xfffeffffn, 0xffff0000n, 0xfffffffbn, 0xffffffffn];
  const long = longSamples(200, 7);
  const divisors = [...edges, ...last, ...long.slice(0, 150).map(u32), ...long];
  for (const b of divisors.filter((b) => b !== 0n)) {
    for (const [i, q] of longSamples(180, 8).entries()) {
      const multiple = q / b * b;
      const off = [0n, 1n, b - 1n][i % 3];
      checkDivision(u64(multiple + off), b);
    }
  }
});

test("bits are counted", () => {
  for (const x of longSamples(500)) {
    const digits = x.toString(2).padStart(64, "0");
    const ones = (text: string) => BigInt(text.replaceAll("0", "").length);
    check("i64.popcnt", [x], ones(digits));
    check("i64.clz", [x], BigInt(digits.match(/^0*/)![0].length));
    check("i64.ctz", [x], BigInt(digits.match(/0*$/)![0].length));
  }
});

test("floats round to integers", () => {
  for (const bits of f32Samples(2000)) {
    const x = f32Of(bits);
    checkFloat("f32.ceil", [bits], Math.ceil(x));
    checkFloat("f32.floor", [bits], Math.floor(x));
    checkFloat("f32.trunc", [bits], Math.trunc(x));
    checkFloat("f32.nearest", [bits], nearest(x));
  }
  for (const bits of f64Samples(2000)) {
    const x = f64Of(bits);
    checkFloat("f64.ceil", [bits], Math.ceil(x));
    checkFloat("f64.floor", [bits], Math.floor(x));
    checkFloat("f64.trunc", [bits], Math.trunc(x));
    checkFloat("f64.nearest", [bits], nearest(x));
  }
});

/** By the definition: the neighbour that is closer, the even one of two. */
function nearest(x: number): number {
  if (!Number.isFinite(x)) return x;
  const below = Math.floor(x), above = Math.ceil(x);
  const down = x - below, up = above - x;
  const chosen = down < up || (down === up && below % 2 === 0) ? below : above;
  return chosen === 0 && (x < 0 || Object.is(x, -0)) ? -0 : chosen;
}

test("min and max order zeros and answer NaN to a NaN", () => {
  const f32s = f32Samples(60), f64s = f64Samples(30);
  for (const a of f32s) {
    for (const b of f32s) {
      const x = f32Of(a), y = f32Of(b);
      checkFloat("f32.min", [a, b], minimum(x, y));
      checkFloat("f32.max", [a, b], -minimum(-x, -y));
    }
  }
  for (const a of f64s) {
    for (const b of f64s) {
      const x = f64Of(a), y = f64Of(b);
      checkFloat("f64.min", [a, b], minimum(x, y));
      checkFloat("f64.max", [a, b], -minimum(-x, -y));
    }
  }
});

function minimum(x: number, y: number): number {
  if (x !== x || y !== y) return NaN;
  if (x === 0 && y === 0) return Object.is(x, -0) ? x : y;
  return x < y ? x : y;
}

test("copysign keeps every other bit, those of signalling NaNs too", () => {
  const signs = [0n, 1n];
  for (const bits of f32Samples(500)) {
    for (const sign of signs) {
      const expected = bits & 0x7fffffffn | sign << 31n;
      check("f32.copysign", [bits, sign << 31n | 0x7f800001n], expected);
    }
  }
  for (const bits of f64Samples(500)) {
    for (const sign of signs) {
      const expected = BigInt.asUintN(63, bits) | sign << 63n;
      check("f64.copysign", [bits, sign << 63n | 0x7ff4n << 48n], expected);
    }
  }
});

test("i64 converts to f64 and f32", () => {
  for (const x of longSamples(2000)) {
    check("f64.convert_i64_u", [x], f64Bits(Number(x)));
    check("f64.convert_i64_s", [x], f64Bits(Number(s64(x))));
  }
  check("f32.convert_i64_s", [0x8000004000000001n], 0xdeffffffn);
  check("f32.convert_i64_u", [0x0020000020000001n], 0x5a000001n);
  check("f32.convert_i64_u", [0xffffffffffffffffn], 0x5f800000n);
});

// Conversions to integers: the wanted range, by type and sign.
const RANGES: [type: string, sign: string, min: bigint, max: bigint][] = [
  ["i32", "s", -(1n << 31n), (1n << 31n) - 1n],
  ["i32", "u", 0n, (1n << 32n) - 1n],
  ["i64", "s", -(1n << 63n), (1n << 63n) - 1n],
  ["i64", "u", 0n, (1n << 64n) - 1n],
];

function checkConversions(from: string, bits: bigint, x: number): void {
  for (const [type, sign, min, max] of RANGES) {
    const wrap = type === "i32" ? u32 : u64;
    const exact = Number.isFinite(x) ? BigInt(Math.trunc(x)) : undefined;
    const isIn = exact !== undefined && exact >= min && exact <= max;
    const trap = x === x
      ? -TrapCode.IntegerOverflow
      : -TrapCode.InvalidConversion;
    const trapping = `${type}.trunc_${from}_${sign}`;
    check(trapping, [bits], isIn ? wrap(exact) : trap);
    const nearest = x !== x ? 0n : isIn ? exact : x < 0 ? min : max;
    check(`${type}.trunc_sat_${from}_${sign}`, [bits], wrap(nearest));
  }
}

test("floats convert to integers, trapping or saturating", () => {
  for (const bits of f32Samples(3000)) {
    checkConversions("f32", bits, f32Of(bits));
  }
  for (const bits of f64Samples(3000)) {
    checkConversions("f64", bits, f64Of(bits));
  }
});

test.run();
