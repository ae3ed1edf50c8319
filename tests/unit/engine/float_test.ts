import { test } from "uvu";
import * as assert from "uvu/assert";
import { f32ToBits, storeF32, storeF64 } from "../../../engine/float.ts";
import {
  f32Bits,
  f32Of,
  f32Samples,
  f64Of,
  f64Samples,
  lowOf,
} from "./samples.ts";

const view = new DataView(new ArrayBuffer(16));

test("the bits of an f32 are those of the number", () => {
  for (const bits of f32Samples(2000)) {
    const x = f32Of(bits);
    if (x !== x) continue;
    assert.is(f32ToBits(x), lowOf(bits));
    storeF32(view, 3, x);
    assert.is(view.getInt32(3, true), lowOf(bits));
  }
});

test("a number is rounded to the nearest f32", () => {
  for (const bits of f64Samples(2000)) {
    const x = f64Of(bits);
    if (x === x) assert.is(f32ToBits(x), lowOf(f32Bits(x)));
  }
});

test("the bits of an f64 are those of the number", () => {
  for (const bits of f64Samples(2000)) {
    const x = f64Of(bits);
    if (x !== x) continue;
    storeF64(view, 3, x);
    assert.is(view.getBigUint64(3, true), bits);
  }
});

test("a NaN of the host becomes the canonical one", () => {
  storeF64(view, 3, f64Of(0xfff8000000000123n));
  assert.is(view.getBigUint64(3, true), 0x7ff8000000000000n);
  storeF32(view, 3, f32Of(0xffc00123n));
  assert.is(view.getInt32(3, true), 0x7fc00000);
});

test.run();
