import { test } from "uvu";
import * as assert from "uvu/assert";
import * as i64 from "../../../engine/i64.ts";
import {
  f64Of,
  f64Samples,
  highOf,
  join,
  longSamples,
  lowOf,
} from "./samples.ts";

const MASK = (1n << 64n) - 1n;
const signed = (x: bigint) => BigInt.asIntN(64, x);
const out = new Int32Array(4);

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
