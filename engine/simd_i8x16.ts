/**
 * Sixteen lanes of 8 bits, four to a word: simd_word.ts has the arithmetic.
 */

import type { Handler } from "./instruction.ts";
import {
  abs8,
  add8,
  addSatS8,
  addSatU8,
  avgrU8,
  copy,
  eq8,
  ltS8,
  ltU8,
  maxS8,
  maxU8,
  minS8,
  minU8,
  narrow16S,
  narrow16U,
  popcnt8,
  put,
  shrS8,
  signBits8,
  sub8,
  subSatS8,
  subSatU8,
  zeros8,
} from "./simd_word.ts";

/**
 * The four bytes that the bytes of `indices` name: 0 to 15 are those at a, 16
 * to 31 those from 16 past b on. It branches on constants of the program.
 */
function shuffleWord(
  U8: Uint8Array,
  a: number,
  b: number,
  indices: number,
): number {
  const i0 = indices & 31, i1 = (indices >> 8) & 31;
  const i2 = (indices >> 16) & 31, i3 = (indices >> 24) & 31;
  return U8[i0 < 16 ? a + i0 : b + i0] | U8[i1 < 16 ? a + i1 : b + i1] << 8 |
    U8[i2 < 16 ? a + i2 : b + i2] << 16 | U8[i3 < 16 ? a + i3 : b + i3] << 24;
}

export const shuffle: Handler = ({ I, U8, code }, pc, fp) => {
  const a = 4 * (fp + code[pc + 2]), b = 4 * (fp + code[pc + 3]) - 16;
  const w0 = shuffleWord(U8, a, b, code[pc + 4]);
  const w1 = shuffleWord(U8, a, b, code[pc + 5]);
  const w2 = shuffleWord(U8, a, b, code[pc + 6]);
  const w3 = shuffleWord(U8, a, b, code[pc + 7]);
  put(I, fp + code[pc + 1], w0, w1, w2, w3);
  return pc + 8;
};

/** The four bytes of a that the bytes of `indices` name, 0 from 16 on. */
function swizzleWord(U8: Uint8Array, a: number, indices: number): number {
  const i0 = indices & 255, i1 = (indices >> 8) & 255;
  const i2 = (indices >> 16) & 255, i3 = indices >>> 24;
  return (U8[a + (i0 & 15)] & ((i0 - 16) >> 31)) |
    (U8[a + (i1 & 15)] & ((i1 - 16) >> 31)) << 8 |
    (U8[a + (i2 & 15)] & ((i2 - 16) >> 31)) << 16 |
    (U8[a + (i3 & 15)] & ((i3 - 16) >> 31)) << 24;
}

export const swizzle: Handler = ({ I, U8, code }, pc, fp) => {
  const a = 4 * (fp + code[pc + 2]), b = fp + code[pc + 3];
  const w0 = swizzleWord(U8, a, I[b]);
  const w1 = swizzleWord(U8, a, I[b + 1]);
  const w2 = swizzleWord(U8, a, I[b + 2]);
  const w3 = swizzleWord(U8, a, I[b + 3]);
  put(I, fp + code[pc + 1], w0, w1, w2, w3);
  return pc + 4;
};

export const splat: Handler = ({ I, code }, pc, fp) => {
  const word = Math.imul(I[fp + code[pc + 2]] & 0xff, 0x01010101);
  put(I, fp + code[pc + 1], word, word, word, word);
  return pc + 3;
};

export const extractLaneS: Handler = ({ I, I8, code }, pc, fp) => {
  I[fp + code[pc + 1]] = I8[4 * (fp + code[pc + 2]) + code[pc + 3]];
  return pc + 4;
};

export const extractLaneU: Handler = ({ I, U8, code }, pc, fp) => {
  I[fp + code[pc + 1]] = U8[4 * (fp + code[pc + 2]) + code[pc + 3]];
  return pc + 4;
};

export const replaceLane: Handler = ({ I, U8, code }, pc, fp) => {
  const d = fp + code[pc + 1], value = I[fp + code[pc + 3]];
  copy(I, d, fp + code[pc + 2]);
  U8[4 * d + code[pc + 4]] = value;
  return pc + 5;
};

export const eq: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = eq8(I[a], I[b]);
  I[d + 1] = eq8(I[a + 1], I[b + 1]);
  I[d + 2] = eq8(I[a + 2], I[b + 2]);
  I[d + 3] = eq8(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const ne: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = ~eq8(I[a], I[b]);
  I[d + 1] = ~eq8(I[a + 1], I[b + 1]);
  I[d + 2] = ~eq8(I[a + 2], I[b + 2]);
  I[d + 3] = ~eq8(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const ltS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = ltS8(I[a], I[b]);
  I[d + 1] = ltS8(I[a + 1], I[b + 1]);
  I[d + 2] = ltS8(I[a + 2], I[b + 2]);
  I[d + 3] = ltS8(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const ltU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = ltU8(I[a], I[b]);
  I[d + 1] = ltU8(I[a + 1], I[b + 1]);
  I[d + 2] = ltU8(I[a + 2], I[b + 2]);
  I[d + 3] = ltU8(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const gtS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = ltS8(I[b], I[a]);
  I[d + 1] = ltS8(I[b + 1], I[a + 1]);
  I[d + 2] = ltS8(I[b + 2], I[a + 2]);
  I[d + 3] = ltS8(I[b + 3], I[a + 3]);
  return pc + 4;
};

export const gtU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = ltU8(I[b], I[a]);
  I[d + 1] = ltU8(I[b + 1], I[a + 1]);
  I[d + 2] = ltU8(I[b + 2], I[a + 2]);
  I[d + 3] = ltU8(I[b + 3], I[a + 3]);
  return pc + 4;
};

export const leS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = ~ltS8(I[b], I[a]);
  I[d + 1] = ~ltS8(I[b + 1], I[a + 1]);
  I[d + 2] = ~ltS8(I[b + 2], I[a + 2]);
  I[d + 3] = ~ltS8(I[b + 3], I[a + 3]);
  return pc + 4;
};

export const leU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = ~ltU8(I[b], I[a]);
  I[d + 1] = ~ltU8(I[b + 1], I[a + 1]);
  I[d + 2] = ~ltU8(I[b + 2], I[a + 2]);
  I[d + 3] = ~ltU8(I[b + 3], I[a + 3]);
  return pc + 4;
};

export const geS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = ~ltS8(I[a], I[b]);
  I[d + 1] = ~ltS8(I[a + 1], I[b + 1]);
  I[d + 2] = ~ltS8(I[a + 2], I[b + 2]);
  I[d + 3] = ~ltS8(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const geU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = ~ltU8(I[a], I[b]);
  I[d + 1] = ~ltU8(I[a + 1], I[b + 1]);
  I[d + 2] = ~ltU8(I[a + 2], I[b + 2]);
  I[d + 3] = ~ltU8(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const abs: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  I[d] = abs8(I[a]);
  I[d + 1] = abs8(I[a + 1]);
  I[d + 2] = abs8(I[a + 2]);
  I[d + 3] = abs8(I[a + 3]);
  return pc + 3;
};

export const neg: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  I[d] = sub8(0, I[a]);
  I[d + 1] = sub8(0, I[a + 1]);
  I[d + 2] = sub8(0, I[a + 2]);
  I[d + 3] = sub8(0, I[a + 3]);
  return pc + 3;
};

export const popcnt: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  I[d] = popcnt8(I[a]);
  I[d + 1] = popcnt8(I[a + 1]);
  I[d + 2] = popcnt8(I[a + 2]);
  I[d + 3] = popcnt8(I[a + 3]);
  return pc + 3;
};

export const allTrue: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  const zeros = zeros8(I[a]) | zeros8(I[a + 1]) | zeros8(I[a + 2]) |
    zeros8(I[a + 3]);
  I[fp + code[pc + 1]] = +(zeros === 0);
  return pc + 3;
};

export const bitmask: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  I[fp + code[pc + 1]] = signBits8(I[a]) | signBits8(I[a + 1]) << 4 |
    signBits8(I[a + 2]) << 8 | signBits8(I[a + 3]) << 12;
  return pc + 3;
};

export const narrowI16x8S: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2], b = fp + code[pc + 3];
  const w0 = narrow16S(I[a], I[a + 1]);
  const w1 = narrow16S(I[a + 2], I[a + 3]);
  const w2 = narrow16S(I[b], I[b + 1]);
  const w3 = narrow16S(I[b + 2], I[b + 3]);
  put(I, fp + code[pc + 1], w0, w1, w2, w3);
  return pc + 4;
};

export const narrowI16x8U: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2], b = fp + code[pc + 3];
  const w0 = narrow16U(I[a], I[a + 1]);
  const w1 = narrow16U(I[a + 2], I[a + 3]);
  const w2 = narrow16U(I[b], I[b + 1]);
  const w3 = narrow16U(I[b + 2], I[b + 3]);
  put(I, fp + code[pc + 1], w0, w1, w2, w3);
  return pc + 4;
};

export const shl: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  const count = I[fp + code[pc + 3]] & 7;
  const kept = Math.imul((0xff << count) & 0xff, 0x01010101);
  I[d] = (I[a] << count) & kept;
  I[d + 1] = (I[a + 1] << count) & kept;
  I[d + 2] = (I[a + 2] << count) & kept;
  I[d + 3] = (I[a + 3] << count) & kept;
  return pc + 4;
};

export const shrS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  const count = I[fp + code[pc + 3]] & 7;
  const kept = Math.imul(0xff >> count, 0x01010101);
  I[d] = shrS8(I[a], count, kept);
  I[d + 1] = shrS8(I[a + 1], count, kept);
  I[d + 2] = shrS8(I[a + 2], count, kept);
  I[d + 3] = shrS8(I[a + 3], count, kept);
  return pc + 4;
};

export const shrU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  const count = I[fp + code[pc + 3]] & 7;
  const kept = Math.imul(0xff >> count, 0x01010101);
  I[d] = (I[a] >>> count) & kept;
  I[d + 1] = (I[a + 1] >>> count) & kept;
  I[d + 2] = (I[a + 2] >>> count) & kept;
  I[d + 3] = (I[a + 3] >>> count) & kept;
  return pc + 4;
};

export const add: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = add8(I[a], I[b]);
  I[d + 1] = add8(I[a + 1], I[b + 1]);
  I[d + 2] = add8(I[a + 2], I[b + 2]);
  I[d + 3] = add8(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const addSatS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = addSatS8(I[a], I[b]);
  I[d + 1] = addSatS8(I[a + 1], I[b + 1]);
  I[d + 2] = addSatS8(I[a + 2], I[b + 2]);
  I[d + 3] = addSatS8(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const addSatU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = addSatU8(I[a], I[b]);
  I[d + 1] = addSatU8(I[a + 1], I[b + 1]);
  I[d + 2] = addSatU8(I[a + 2], I[b + 2]);
  I[d + 3] = addSatU8(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const sub: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = sub8(I[a], I[b]);
  I[d + 1] = sub8(I[a + 1], I[b + 1]);
  I[d + 2] = sub8(I[a + 2], I[b + 2]);
  I[d + 3] = sub8(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const subSatS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = subSatS8(I[a], I[b]);
  I[d + 1] = subSatS8(I[a + 1], I[b + 1]);
  I[d + 2] = subSatS8(I[a + 2], I[b + 2]);
  I[d + 3] = subSatS8(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const subSatU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = subSatU8(I[a], I[b]);
  I[d + 1] = subSatU8(I[a + 1], I[b + 1]);
  I[d + 2] = subSatU8(I[a + 2], I[b + 2]);
  I[d + 3] = subSatU8(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const minS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = minS8(I[a], I[b]);
  I[d + 1] = minS8(I[a + 1], I[b + 1]);
  I[d + 2] = minS8(I[a + 2], I[b + 2]);
  I[d + 3] = minS8(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const minU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = minU8(I[a], I[b]);
  I[d + 1] = minU8(I[a + 1], I[b + 1]);
  I[d + 2] = minU8(I[a + 2], I[b + 2]);
  I[d + 3] = minU8(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const maxS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = maxS8(I[a], I[b]);
  I[d + 1] = maxS8(I[a + 1], I[b + 1]);
  I[d + 2] = maxS8(I[a + 2], I[b + 2]);
  I[d + 3] = maxS8(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const maxU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = maxU8(I[a], I[b]);
  I[d + 1] = maxU8(I[a + 1], I[b + 1]);
  I[d + 2] = maxU8(I[a + 2], I[b + 2]);
  I[d + 3] = maxU8(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const avgrU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = avgrU8(I[a], I[b]);
  I[d + 1] = avgrU8(I[a + 1], I[b + 1]);
  I[d + 2] = avgrU8(I[a + 2], I[b + 2]);
  I[d + 3] = avgrU8(I[a + 3], I[b + 3]);
  return pc + 4;
};
