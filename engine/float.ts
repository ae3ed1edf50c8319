/**
 * Floats: the canonical NaN, and the bits of numbers that the host passes in.
 * Those of a NaN that arithmetic produced differ by engine and tier. Numbers
 * written with `putF32` and `putF64` have the canonical NaN always, which the
 * spec allows. Values that are only moved must not come here: a number does not
 * keep a signalling NaN.
 * Spec: «Floating-Point Operations», «NaN Propagation».
 */

import type { Machine } from "./store.ts";

/** The bits of the canonical NaN; the low half of that of f64 is 0. */
export const F32_NAN = 0x7fc00000;
export const F64_NAN_HI = 0x7ff80000;

const SCRATCH: DataView = /* @__PURE__ */ new DataView(
  /* @__PURE__ */ new ArrayBuffer(8),
);

/** Writes a number of the host to a register, as f32. */
export function putF32(m: Machine, at: number, x: number): void {
  if (x === x) m.F[at] = x;
  else m.I[at] = F32_NAN;
}

/** The same as f64. */
export function putF64(m: Machine, at: number, x: number): void {
  if (x === x) {
    m.D[at >> 1] = x;
  } else {
    m.I[at] = 0;
    m.I[at + 1] = F64_NAN_HI;
  }
}

/** Writes a number of the host to memory, little endian. */
export function storeF32(view: DataView, at: number, x: number): void {
  view.setInt32(at, f32ToBits(x), true);
}

/** The same for f64. */
export function storeF64(view: DataView, at: number, x: number): void {
  if (x === x) return view.setFloat64(at, x, true);
  view.setInt32(at, 0, true);
  view.setInt32(at + 4, F64_NAN_HI, true);
}

/** The bits of the f32 next to a number, as int32. */
export function f32ToBits(x: number): number {
  if (x !== x) return F32_NAN;
  SCRATCH.setFloat32(0, x);
  return SCRATCH.getInt32(0);
}
