/**
 * Eight lanes of 16 bits, two to a word: simd_word.ts has the arithmetic.
 */

import type { Handler } from "./instruction.ts";
import {
  abs16,
  add16,
  addSatS16,
  addSatU16,
  avgrU16,
  copy,
  eq16,
  extend8S,
  extend8U,
  extmul8S,
  extmul8U,
  ltS16,
  ltU16,
  maxS16,
  maxU16,
  minS16,
  minU16,
  mul16,
  narrow32S,
  narrow32U,
  pairwise8S,
  pairwise8U,
  put,
  q15mulrSat16,
  signBits16,
  sub16,
  subSatS16,
  subSatU16,
  zeros16,
} from "./simd_word.ts";

export const splat: Handler = ({ I, code }, pc, fp) => {
  const word = Math.imul(I[fp + code[pc + 2]] & 0xffff, 0x00010001);
  put(I, fp + code[pc + 1], word, word, word, word);
  return pc + 3;
};

export const extractLaneS: Handler = ({ I, I16, code }, pc, fp) => {
  I[fp + code[pc + 1]] = I16[2 * (fp + code[pc + 2]) + code[pc + 3]];
  return pc + 4;
};

export const extractLaneU: Handler = ({ I, U16, code }, pc, fp) => {
  I[fp + code[pc + 1]] = U16[2 * (fp + code[pc + 2]) + code[pc + 3]];
  return pc + 4;
};

export const replaceLane: Handler = ({ I, U16, code }, pc, fp) => {
  const d = fp + code[pc + 1], value = I[fp + code[pc + 3]];
  copy(I, d, fp + code[pc + 2]);
  U16[2 * d + code[pc + 4]] = value;
  return pc + 5;
};

export const eq: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = eq16(I[a], I[b]);
  I[d + 1] = eq16(I[a + 1], I[b + 1]);
  I[d + 2] = eq16(I[a + 2], I[b + 2]);
  I[d + 3] = eq16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const ne: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = ~eq16(I[a], I[b]);
  I[d + 1] = ~eq16(I[a + 1], I[b + 1]);
  I[d + 2] = ~eq16(I[a + 2], I[b + 2]);
  I[d + 3] = ~eq16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const ltS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = ltS16(I[a], I[b]);
  I[d + 1] = ltS16(I[a + 1], I[b + 1]);
  I[d + 2] = ltS16(I[a + 2], I[b + 2]);
  I[d + 3] = ltS16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const ltU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = ltU16(I[a], I[b]);
  I[d + 1] = ltU16(I[a + 1], I[b + 1]);
  I[d + 2] = ltU16(I[a + 2], I[b + 2]);
  I[d + 3] = ltU16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const gtS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = ltS16(I[b], I[a]);
  I[d + 1] = ltS16(I[b + 1], I[a + 1]);
  I[d + 2] = ltS16(I[b + 2], I[a + 2]);
  I[d + 3] = ltS16(I[b + 3], I[a + 3]);
  return pc + 4;
};

export const gtU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = ltU16(I[b], I[a]);
  I[d + 1] = ltU16(I[b + 1], I[a + 1]);
  I[d + 2] = ltU16(I[b + 2], I[a + 2]);
  I[d + 3] = ltU16(I[b + 3], I[a + 3]);
  return pc + 4;
};

export const leS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = ~ltS16(I[b], I[a]);
  I[d + 1] = ~ltS16(I[b + 1], I[a + 1]);
  I[d + 2] = ~ltS16(I[b + 2], I[a + 2]);
  I[d + 3] = ~ltS16(I[b + 3], I[a + 3]);
  return pc + 4;
};

export const leU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = ~ltU16(I[b], I[a]);
  I[d + 1] = ~ltU16(I[b + 1], I[a + 1]);
  I[d + 2] = ~ltU16(I[b + 2], I[a + 2]);
  I[d + 3] = ~ltU16(I[b + 3], I[a + 3]);
  return pc + 4;
};

export const geS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = ~ltS16(I[a], I[b]);
  I[d + 1] = ~ltS16(I[a + 1], I[b + 1]);
  I[d + 2] = ~ltS16(I[a + 2], I[b + 2]);
  I[d + 3] = ~ltS16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const geU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = ~ltU16(I[a], I[b]);
  I[d + 1] = ~ltU16(I[a + 1], I[b + 1]);
  I[d + 2] = ~ltU16(I[a + 2], I[b + 2]);
  I[d + 3] = ~ltU16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const extaddPairwiseI8x16S: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  I[d] = pairwise8S(I[a]);
  I[d + 1] = pairwise8S(I[a + 1]);
  I[d + 2] = pairwise8S(I[a + 2]);
  I[d + 3] = pairwise8S(I[a + 3]);
  return pc + 3;
};

export const extaddPairwiseI8x16U: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  I[d] = pairwise8U(I[a]);
  I[d + 1] = pairwise8U(I[a + 1]);
  I[d + 2] = pairwise8U(I[a + 2]);
  I[d + 3] = pairwise8U(I[a + 3]);
  return pc + 3;
};

export const abs: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  I[d] = abs16(I[a]);
  I[d + 1] = abs16(I[a + 1]);
  I[d + 2] = abs16(I[a + 2]);
  I[d + 3] = abs16(I[a + 3]);
  return pc + 3;
};

export const neg: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  I[d] = sub16(0, I[a]);
  I[d + 1] = sub16(0, I[a + 1]);
  I[d + 2] = sub16(0, I[a + 2]);
  I[d + 3] = sub16(0, I[a + 3]);
  return pc + 3;
};

export const q15mulrSatS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = q15mulrSat16(I[a], I[b]);
  I[d + 1] = q15mulrSat16(I[a + 1], I[b + 1]);
  I[d + 2] = q15mulrSat16(I[a + 2], I[b + 2]);
  I[d + 3] = q15mulrSat16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const allTrue: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  const zeros = zeros16(I[a]) | zeros16(I[a + 1]) | zeros16(I[a + 2]) |
    zeros16(I[a + 3]);
  I[fp + code[pc + 1]] = +(zeros === 0);
  return pc + 3;
};

export const bitmask: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  I[fp + code[pc + 1]] = signBits16(I[a]) | signBits16(I[a + 1]) << 2 |
    signBits16(I[a + 2]) << 4 | signBits16(I[a + 3]) << 6;
  return pc + 3;
};

export const narrowI32x4S: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2], b = fp + code[pc + 3];
  const w0 = narrow32S(I[a], I[a + 1]);
  const w1 = narrow32S(I[a + 2], I[a + 3]);
  const w2 = narrow32S(I[b], I[b + 1]);
  const w3 = narrow32S(I[b + 2], I[b + 3]);
  put(I, fp + code[pc + 1], w0, w1, w2, w3);
  return pc + 4;
};

export const narrowI32x4U: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2], b = fp + code[pc + 3];
  const w0 = narrow32U(I[a], I[a + 1]);
  const w1 = narrow32U(I[a + 2], I[a + 3]);
  const w2 = narrow32U(I[b], I[b + 1]);
  const w3 = narrow32U(I[b + 2], I[b + 3]);
  put(I, fp + code[pc + 1], w0, w1, w2, w3);
  return pc + 4;
};

export const extendLowI8x16S: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  extend8S(I, fp + code[pc + 1], I[a], I[a + 1]);
  return pc + 3;
};

export const extendHighI8x16S: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  extend8S(I, fp + code[pc + 1], I[a + 2], I[a + 3]);
  return pc + 3;
};

export const extendLowI8x16U: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  extend8U(I, fp + code[pc + 1], I[a], I[a + 1]);
  return pc + 3;
};

export const extendHighI8x16U: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  extend8U(I, fp + code[pc + 1], I[a + 2], I[a + 3]);
  return pc + 3;
};

export const shl: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  const count = I[fp + code[pc + 3]] & 15;
  const kept = Math.imul((0xffff << count) & 0xffff, 0x00010001);
  I[d] = (I[a] << count) & kept;
  I[d + 1] = (I[a + 1] << count) & kept;
  I[d + 2] = (I[a + 2] << count) & kept;
  I[d + 3] = (I[a + 3] << count) & kept;
  return pc + 4;
};

export const shrS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  const count = I[fp + code[pc + 3]] & 15;
  I[d] = ((I[a] >> count) & ~0xffff) | ((I[a] << 16) >> count >>> 16);
  I[d + 1] = ((I[a + 1] >> count) & ~0xffff) |
    ((I[a + 1] << 16) >> count >>> 16);
  I[d + 2] = ((I[a + 2] >> count) & ~0xffff) |
    ((I[a + 2] << 16) >> count >>> 16);
  I[d + 3] = ((I[a + 3] >> count) & ~0xffff) |
    ((I[a + 3] << 16) >> count >>> 16);
  return pc + 4;
};

export const shrU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  const count = I[fp + code[pc + 3]] & 15;
  const kept = Math.imul(0xffff >> count, 0x00010001);
  I[d] = (I[a] >>> count) & kept;
  I[d + 1] = (I[a + 1] >>> count) & kept;
  I[d + 2] = (I[a + 2] >>> count) & kept;
  I[d + 3] = (I[a + 3] >>> count) & kept;
  return pc + 4;
};

export const add: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = add16(I[a], I[b]);
  I[d + 1] = add16(I[a + 1], I[b + 1]);
  I[d + 2] = add16(I[a + 2], I[b + 2]);
  I[d + 3] = add16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const addSatS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = addSatS16(I[a], I[b]);
  I[d + 1] = addSatS16(I[a + 1], I[b + 1]);
  I[d + 2] = addSatS16(I[a + 2], I[b + 2]);
  I[d + 3] = addSatS16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const addSatU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = addSatU16(I[a], I[b]);
  I[d + 1] = addSatU16(I[a + 1], I[b + 1]);
  I[d + 2] = addSatU16(I[a + 2], I[b + 2]);
  I[d + 3] = addSatU16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const sub: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = sub16(I[a], I[b]);
  I[d + 1] = sub16(I[a + 1], I[b + 1]);
  I[d + 2] = sub16(I[a + 2], I[b + 2]);
  I[d + 3] = sub16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const subSatS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = subSatS16(I[a], I[b]);
  I[d + 1] = subSatS16(I[a + 1], I[b + 1]);
  I[d + 2] = subSatS16(I[a + 2], I[b + 2]);
  I[d + 3] = subSatS16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const subSatU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = subSatU16(I[a], I[b]);
  I[d + 1] = subSatU16(I[a + 1], I[b + 1]);
  I[d + 2] = subSatU16(I[a + 2], I[b + 2]);
  I[d + 3] = subSatU16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const mul: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = mul16(I[a], I[b]);
  I[d + 1] = mul16(I[a + 1], I[b + 1]);
  I[d + 2] = mul16(I[a + 2], I[b + 2]);
  I[d + 3] = mul16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const minS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = minS16(I[a], I[b]);
  I[d + 1] = minS16(I[a + 1], I[b + 1]);
  I[d + 2] = minS16(I[a + 2], I[b + 2]);
  I[d + 3] = minS16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const minU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = minU16(I[a], I[b]);
  I[d + 1] = minU16(I[a + 1], I[b + 1]);
  I[d + 2] = minU16(I[a + 2], I[b + 2]);
  I[d + 3] = minU16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const maxS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = maxS16(I[a], I[b]);
  I[d + 1] = maxS16(I[a + 1], I[b + 1]);
  I[d + 2] = maxS16(I[a + 2], I[b + 2]);
  I[d + 3] = maxS16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const maxU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = maxU16(I[a], I[b]);
  I[d + 1] = maxU16(I[a + 1], I[b + 1]);
  I[d + 2] = maxU16(I[a + 2], I[b + 2]);
  I[d + 3] = maxU16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const avgrU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = avgrU16(I[a], I[b]);
  I[d + 1] = avgrU16(I[a + 1], I[b + 1]);
  I[d + 2] = avgrU16(I[a + 2], I[b + 2]);
  I[d + 3] = avgrU16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const extmulLowI8x16S: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2], b = fp + code[pc + 3];
  extmul8S(I, fp + code[pc + 1], I[a], I[a + 1], I[b], I[b + 1]);
  return pc + 4;
};

export const extmulHighI8x16S: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2] + 2, b = fp + code[pc + 3] + 2;
  extmul8S(I, fp + code[pc + 1], I[a], I[a + 1], I[b], I[b + 1]);
  return pc + 4;
};

export const extmulLowI8x16U: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2], b = fp + code[pc + 3];
  extmul8U(I, fp + code[pc + 1], I[a], I[a + 1], I[b], I[b + 1]);
  return pc + 4;
};

export const extmulHighI8x16U: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2] + 2, b = fp + code[pc + 3] + 2;
  extmul8U(I, fp + code[pc + 1], I[a], I[a + 1], I[b], I[b + 1]);
  return pc + 4;
};
