/**
 * Two lanes of 64 bits, low word first. `extractLane`, `replaceLane` and
 * `splat` serve f64x2 as well: they move bits.
 */

import type { Handler } from "./instruction.ts";
import { extend32S, extend32U, put } from "./simd_word.ts";

/** The high word of the product of two unsigned words. */
function mulHigh(x: number, y: number): number {
  const x0 = x & 0xffff, x1 = x >>> 16, y0 = y & 0xffff, y1 = y >>> 16;
  const middle = Math.imul(x1, y0) + (Math.imul(x0, y0) >>> 16) | 0;
  const other = Math.imul(x0, y1) + (middle & 0xffff) | 0;
  return Math.imul(x1, y1) + (middle >>> 16) + (other >>> 16) | 0;
}

function sub64(
  I: Int32Array,
  d: number,
  xLo: number,
  xHi: number,
  yLo: number,
  yHi: number,
): void {
  const low = xLo - yLo | 0;
  I[d] = low;
  I[d + 1] = xHi - yHi - (((~xLo & yLo) | (~(xLo ^ yLo) & low)) >>> 31);
}

function abs64(I: Int32Array, d: number, lo: number, hi: number): void {
  const sign = hi >> 31;
  sub64(I, d, lo ^ sign, hi ^ sign, sign, sign);
}

function shl64(
  I: Int32Array,
  d: number,
  lo: number,
  hi: number,
  count: number,
): void {
  I[d] = count < 32 ? lo << count : 0;
  I[d + 1] = count < 32
    ? (hi << count) | (lo >>> 1 >>> (31 - count))
    : lo << count;
}

function shrS64(
  I: Int32Array,
  d: number,
  lo: number,
  hi: number,
  count: number,
): void {
  I[d] = count < 32 ? (lo >>> count) | (hi << 1 << (31 - count)) : hi >> count;
  I[d + 1] = count < 32 ? hi >> count : hi >> 31;
}

function shrU64(
  I: Int32Array,
  d: number,
  lo: number,
  hi: number,
  count: number,
): void {
  I[d] = count < 32 ? (lo >>> count) | (hi << 1 << (31 - count)) : hi >>> count;
  I[d + 1] = count < 32 ? hi >>> count : 0;
}

/** The mask of x < y. */
function less64(xLo: number, xHi: number, yLo: number, yHi: number): number {
  const borrow = ((~xLo & yLo) | (~(xLo ^ yLo) & (xLo - yLo))) >>> 31;
  return ((xHi & ~yHi) | (~(xHi ^ yHi) & (xHi - yHi - borrow))) >> 31;
}

function extmul32S(
  I: Int32Array,
  d: number,
  x0: number,
  x1: number,
  y0: number,
  y1: number,
): void {
  const high0 = mulHigh(x0, y0) - (x0 >> 31 & y0) - (y0 >> 31 & x0);
  const high1 = mulHigh(x1, y1) - (x1 >> 31 & y1) - (y1 >> 31 & x1);
  put(I, d, Math.imul(x0, y0), high0, Math.imul(x1, y1), high1);
}

function extmul32U(
  I: Int32Array,
  d: number,
  x0: number,
  x1: number,
  y0: number,
  y1: number,
): void {
  const high0 = mulHigh(x0, y0), high1 = mulHigh(x1, y1);
  put(I, d, Math.imul(x0, y0), high0, Math.imul(x1, y1), high1);
}

export const abs: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  abs64(I, d, I[a], I[a + 1]);
  abs64(I, d + 2, I[a + 2], I[a + 3]);
  return pc + 3;
};

export const neg: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  sub64(I, d, 0, 0, I[a], I[a + 1]);
  sub64(I, d + 2, 0, 0, I[a + 2], I[a + 3]);
  return pc + 3;
};

export const allTrue: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  I[fp + code[pc + 1]] = +((I[a] | I[a + 1]) !== 0) &
    +((I[a + 2] | I[a + 3]) !== 0);
  return pc + 3;
};

export const bitmask: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  I[fp + code[pc + 1]] = I[a + 1] >>> 31 | I[a + 3] >>> 31 << 1;
  return pc + 3;
};

export const extendLowI32x4S: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  extend32S(I, fp + code[pc + 1], I[a], I[a + 1]);
  return pc + 3;
};

export const extendHighI32x4S: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  extend32S(I, fp + code[pc + 1], I[a + 2], I[a + 3]);
  return pc + 3;
};

export const extendLowI32x4U: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  extend32U(I, fp + code[pc + 1], I[a], I[a + 1]);
  return pc + 3;
};

export const extendHighI32x4U: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  extend32U(I, fp + code[pc + 1], I[a + 2], I[a + 3]);
  return pc + 3;
};

export const shl: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  const count = I[fp + code[pc + 3]] & 63;
  shl64(I, d, I[a], I[a + 1], count);
  shl64(I, d + 2, I[a + 2], I[a + 3], count);
  return pc + 4;
};

export const shrS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  const count = I[fp + code[pc + 3]] & 63;
  shrS64(I, d, I[a], I[a + 1], count);
  shrS64(I, d + 2, I[a + 2], I[a + 3], count);
  return pc + 4;
};

export const shrU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  const count = I[fp + code[pc + 3]] & 63;
  shrU64(I, d, I[a], I[a + 1], count);
  shrU64(I, d + 2, I[a + 2], I[a + 3], count);
  return pc + 4;
};

export const eq: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  const low = -(((I[a] ^ I[b]) | (I[a + 1] ^ I[b + 1])) === 0);
  const high = -(((I[a + 2] ^ I[b + 2]) | (I[a + 3] ^ I[b + 3])) === 0);
  put(I, d, low, low, high, high);
  return pc + 4;
};

export const ne: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  const low = -(((I[a] ^ I[b]) | (I[a + 1] ^ I[b + 1])) !== 0);
  const high = -(((I[a + 2] ^ I[b + 2]) | (I[a + 3] ^ I[b + 3])) !== 0);
  put(I, d, low, low, high, high);
  return pc + 4;
};

export const ltS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  const low = less64(I[a], I[a + 1], I[b], I[b + 1]);
  const high = less64(I[a + 2], I[a + 3], I[b + 2], I[b + 3]);
  put(I, d, low, low, high, high);
  return pc + 4;
};

export const gtS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  const low = less64(I[b], I[b + 1], I[a], I[a + 1]);
  const high = less64(I[b + 2], I[b + 3], I[a + 2], I[a + 3]);
  put(I, d, low, low, high, high);
  return pc + 4;
};

export const leS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  const low = ~less64(I[b], I[b + 1], I[a], I[a + 1]);
  const high = ~less64(I[b + 2], I[b + 3], I[a + 2], I[a + 3]);
  put(I, d, low, low, high, high);
  return pc + 4;
};

export const geS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  const low = ~less64(I[a], I[a + 1], I[b], I[b + 1]);
  const high = ~less64(I[a + 2], I[a + 3], I[b + 2], I[b + 3]);
  put(I, d, low, low, high, high);
  return pc + 4;
};

export const extmulLowI32x4S: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2], b = fp + code[pc + 3];
  extmul32S(I, fp + code[pc + 1], I[a], I[a + 1], I[b], I[b + 1]);
  return pc + 4;
};

export const extmulHighI32x4S: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2] + 2, b = fp + code[pc + 3] + 2;
  extmul32S(I, fp + code[pc + 1], I[a], I[a + 1], I[b], I[b + 1]);
  return pc + 4;
};

export const extmulLowI32x4U: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2], b = fp + code[pc + 3];
  extmul32U(I, fp + code[pc + 1], I[a], I[a + 1], I[b], I[b + 1]);
  return pc + 4;
};

export const extmulHighI32x4U: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2] + 2, b = fp + code[pc + 3] + 2;
  extmul32U(I, fp + code[pc + 1], I[a], I[a + 1], I[b], I[b + 1]);
  return pc + 4;
};
