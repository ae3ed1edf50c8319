import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  f32FromBits,
  f32ToBits,
  f64FromBits,
  f64ToBits,
} from "../../../engine/float.ts";
import {
  f32Bits,
  f32Of,
  f32Samples,
  f64Of,
  f64Samples,
  highOf,
  join,
  lowOf,
} from "./samples.ts";

test("the bits of an f32 come back", () => {
  for (const bits of f32Samples(2000)) {
    const x = f32Of(bits);
    if (x !== x) continue;
    assert.is(f32ToBits(x), lowOf(bits));
    assert.ok(Object.is(f32FromBits(lowOf(bits)), x));
  }
});

test("a number is rounded to the nearest f32", () => {
  for (const bits of f64Samples(2000)) {
    const x = f64Of(bits);
    if (x === x) assert.is(f32ToBits(x), lowOf(f32Bits(x)));
  }
});

test("the bits of an f64 come back", () => {
  const out = new Int32Array(3);
  for (const bits of f64Samples(2000)) {
    const x = f64Of(bits);
    if (x !== x) continue;
    f64ToBits(out, 1, x);
    assert.is(join(out[1], out[2]), bits);
    assert.ok(Object.is(f64FromBits(lowOf(bits), highOf(bits)), x));
  }
});

test("a NaN of the host becomes the canonical one", () => {
  const out = new Int32Array(2);
  f64ToBits(out, 0, f64Of(0xfff8000000000123n));
  assert.is(join(out[0], out[1]), 0x7ff8000000000000n);
  assert.is(f32ToBits(NaN), 0x7fc00000);
});

test.run();
