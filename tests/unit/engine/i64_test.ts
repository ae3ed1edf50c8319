import { test } from "uvu";
import * as assert from "uvu/assert";
import * as i64 from "../../../engine/i64.ts";
import {
  f64Of,
  f64Samples,
  highOf,
  join,
  longPairs,
  longSamples,
  lowOf,
} from "./samples.ts";

const MASK = (1n << 64n) - 1n;
const signed = (x: bigint) => BigInt.asIntN(64, x);
const out = new Int32Array(4);

type Divide = typeof i64.divideU;

function halvesOf(a: bigint, b: bigint): [number, number, number, number] {
  return [lowOf(a), highOf(a), lowOf(b), highOf(b)];
}

type Reference = (a: bigint, b: bigint) => bigint;

function checkDivision(
  divide: Divide,
  wantsRemainder: boolean,
  reference: Reference,
): void {
  for (const [a, b] of longPairs(20000)) {
    if (b === 0n) continue;
    const [aLo, aHi, bLo, bHi] = halvesOf(a, b);
    divide(out, 1, aLo, aHi, bLo, bHi, wantsRemainder);
    const expected = reference(a, b) & MASK;
    const found = join(out[1], out[2]);
    if (found !== expected) {
      assert.unreachable(`${a} ${b} ${found} ${expected}`);
    }
  }
}

test("a signed quotient is truncated", () => {
  checkDivision(i64.divideS, false, (a, b) => signed(a) / signed(b));
});

test("an unsigned quotient is the floor", () => {
  checkDivision(i64.divideU, false, (a, b) => a / b);
});

test("a signed remainder has the sign of the dividend", () => {
  checkDivision(i64.divideS, true, (a, b) => signed(a) % signed(b));
});

test("an unsigned remainder is what is left", () => {
  checkDivision(i64.divideU, true, (a, b) => a % b);
});

test("division is exact where the dividend is next to a multiple", () => {
  const divisors = longSamples(400, 7).filter((b) => b !== 0n);
  for (const b of divisors) {
    for (const q of longSamples(300, 8)) {
      if (q * b > MASK) continue;
      for (const a of [q * b - 1n, q * b, q * b + b - 1n]) {
        if (a < 0n || a > MASK) continue;
        const [aLo, aHi, bLo, bHi] = halvesOf(a, b);
        i64.divideU(out, 0, aLo, aHi, bLo, bHi, false);
        i64.divideU(out, 2, aLo, aHi, bLo, bHi, true);
        assert.is(join(out[0], out[1]), a / b);
        assert.is(join(out[2], out[3]), a % b);
      }
    }
  }
});

test("popcnt counts bits", () => {
  for (const x of longSamples(2000)) {
    const digits = x.toString(2).padStart(64, "0");
    const lo = lowOf(x), hi = highOf(x);
    assert.is(i64.popcnt(lo, hi), digits.replaceAll("0", "").length);
  }
});

test("toNumber rounds to the nearest number", () => {
  for (const x of longSamples(20000)) {
    assert.is(i64.toNumberU(lowOf(x), highOf(x)), Number(x));
    assert.is(i64.toNumberS(lowOf(x), highOf(x)), Number(signed(x)));
  }
});

/** The f32 next to an integer, by integer arithmetic alone. */
function nearestFloat(x: bigint): number {
  const magnitude = x < 0n ? -x : x;
  const shift = BigInt(Math.max(0, magnitude.toString(2).length - 24));
  let digits = magnitude >> shift;
  const rest = 2n * (magnitude - (digits << shift));
  const unit = 1n << shift;
  if (rest > unit || (rest === unit && digits % 2n === 1n)) digits++;
  return (x < 0n ? -1 : 1) * Number(digits << shift);
}

test("toFloat rounds once", () => {
  const samples = longSamples(20000);
  for (let shift = 24n; shift < 64n; shift++) {
    const halfway = (1n << shift) + (1n << (shift - 24n));
    samples.push(halfway - 1n, halfway, halfway + 1n);
    samples.push(-halfway - 1n & MASK, -halfway & MASK, -halfway + 1n & MASK);
  }
  for (const x of samples) {
    assert.is(i64.toFloatU(lowOf(x), highOf(x)), nearestFloat(x) || 0);
    assert.is(i64.toFloatS(lowOf(x), highOf(x)), nearestFloat(signed(x)) || 0);
  }
});

test("fromNumber writes an integer modulo 2^64", () => {
  for (const bits of f64Samples(20000)) {
    const x = Math.trunc(f64Of(bits));
    if (!(x >= -(2 ** 63) && x <= 2 ** 64)) continue;
    i64.fromNumber(out, 0, x);
    assert.is(join(out[0], out[1]), BigInt(x) & MASK);
  }
});

test("bigints come back as signed numbers", () => {
  for (const x of longSamples(2000)) {
    i64.fromBigInt(out, 0, x);
    assert.is(join(out[0], out[1]), x);
    assert.is(i64.toBigInt(out[0], out[1]), signed(x));
    i64.fromBigInt(out, 0, signed(x) - (1n << 64n));
    assert.is(join(out[0], out[1]), x);
  }
});

test.run();
