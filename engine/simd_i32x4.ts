/**
 * Four lanes of 32 bits: a word each, the same as scalar i32. `extractLane`,
 * `replaceLane` and `splat` serve f32x4 as well: they move bits.
 */

import type { Handler } from "./instruction.ts";
import {
  abs32,
  dot16,
  extend16S,
  extend16U,
  extmul16S,
  extmul16U,
  maxS32,
  maxU32,
  minS32,
  minU32,
  put,
  truncSatS,
  truncSatU,
} from "./simd_word.ts";

export const eq: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = -(I[a] === I[b]);
  I[d + 1] = -(I[a + 1] === I[b + 1]);
  I[d + 2] = -(I[a + 2] === I[b + 2]);
  I[d + 3] = -(I[a + 3] === I[b + 3]);
  return pc + 4;
};

export const ne: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = -(I[a] !== I[b]);
  I[d + 1] = -(I[a + 1] !== I[b + 1]);
  I[d + 2] = -(I[a + 2] !== I[b + 2]);
  I[d + 3] = -(I[a + 3] !== I[b + 3]);
  return pc + 4;
};

export const ltS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = -(I[a] < I[b]);
  I[d + 1] = -(I[a + 1] < I[b + 1]);
  I[d + 2] = -(I[a + 2] < I[b + 2]);
  I[d + 3] = -(I[a + 3] < I[b + 3]);
  return pc + 4;
};

export const ltU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = -(I[a] >>> 0 < I[b] >>> 0);
  I[d + 1] = -(I[a + 1] >>> 0 < I[b + 1] >>> 0);
  I[d + 2] = -(I[a + 2] >>> 0 < I[b + 2] >>> 0);
  I[d + 3] = -(I[a + 3] >>> 0 < I[b + 3] >>> 0);
  return pc + 4;
};

export const gtS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = -(I[a] > I[b]);
  I[d + 1] = -(I[a + 1] > I[b + 1]);
  I[d + 2] = -(I[a + 2] > I[b + 2]);
  I[d + 3] = -(I[a + 3] > I[b + 3]);
  return pc + 4;
};

export const gtU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = -(I[a] >>> 0 > I[b] >>> 0);
  I[d + 1] = -(I[a + 1] >>> 0 > I[b + 1] >>> 0);
  I[d + 2] = -(I[a + 2] >>> 0 > I[b + 2] >>> 0);
  I[d + 3] = -(I[a + 3] >>> 0 > I[b + 3] >>> 0);
  return pc + 4;
};

export const leS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = -(I[a] <= I[b]);
  I[d + 1] = -(I[a + 1] <= I[b + 1]);
  I[d + 2] = -(I[a + 2] <= I[b + 2]);
  I[d + 3] = -(I[a + 3] <= I[b + 3]);
  return pc + 4;
};

export const leU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = -(I[a] >>> 0 <= I[b] >>> 0);
  I[d + 1] = -(I[a + 1] >>> 0 <= I[b + 1] >>> 0);
  I[d + 2] = -(I[a + 2] >>> 0 <= I[b + 2] >>> 0);
  I[d + 3] = -(I[a + 3] >>> 0 <= I[b + 3] >>> 0);
  return pc + 4;
};

export const geS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = -(I[a] >= I[b]);
  I[d + 1] = -(I[a + 1] >= I[b + 1]);
  I[d + 2] = -(I[a + 2] >= I[b + 2]);
  I[d + 3] = -(I[a + 3] >= I[b + 3]);
  return pc + 4;
};

export const geU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = -(I[a] >>> 0 >= I[b] >>> 0);
  I[d + 1] = -(I[a + 1] >>> 0 >= I[b + 1] >>> 0);
  I[d + 2] = -(I[a + 2] >>> 0 >= I[b + 2] >>> 0);
  I[d + 3] = -(I[a + 3] >>> 0 >= I[b + 3] >>> 0);
  return pc + 4;
};

export const extaddPairwiseI16x8S: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  I[d] = ((I[a] << 16) >> 16) + (I[a] >> 16);
  I[d + 1] = ((I[a + 1] << 16) >> 16) + (I[a + 1] >> 16);
  I[d + 2] = ((I[a + 2] << 16) >> 16) + (I[a + 2] >> 16);
  I[d + 3] = ((I[a + 3] << 16) >> 16) + (I[a + 3] >> 16);
  return pc + 3;
};

export const extaddPairwiseI16x8U: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  I[d] = (I[a] & 0xffff) + (I[a] >>> 16);
  I[d + 1] = (I[a + 1] & 0xffff) + (I[a + 1] >>> 16);
  I[d + 2] = (I[a + 2] & 0xffff) + (I[a + 2] >>> 16);
  I[d + 3] = (I[a + 3] & 0xffff) + (I[a + 3] >>> 16);
  return pc + 3;
};

export const abs: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  I[d] = abs32(I[a]);
  I[d + 1] = abs32(I[a + 1]);
  I[d + 2] = abs32(I[a + 2]);
  I[d + 3] = abs32(I[a + 3]);
  return pc + 3;
};

export const neg: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  I[d] = -I[a];
  I[d + 1] = -I[a + 1];
  I[d + 2] = -I[a + 2];
  I[d + 3] = -I[a + 3];
  return pc + 3;
};

export const allTrue: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  I[fp + code[pc + 1]] = +(I[a] !== 0) & +(I[a + 1] !== 0) &
    +(I[a + 2] !== 0) & +(I[a + 3] !== 0);
  return pc + 3;
};

export const bitmask: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  I[fp + code[pc + 1]] = I[a] >>> 31 | I[a + 1] >>> 31 << 1 |
    I[a + 2] >>> 31 << 2 | I[a + 3] >>> 31 << 3;
  return pc + 3;
};

export const extendLowI16x8S: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  extend16S(I, fp + code[pc + 1], I[a], I[a + 1]);
  return pc + 3;
};

export const extendHighI16x8S: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  extend16S(I, fp + code[pc + 1], I[a + 2], I[a + 3]);
  return pc + 3;
};

export const extendLowI16x8U: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  extend16U(I, fp + code[pc + 1], I[a], I[a + 1]);
  return pc + 3;
};

export const extendHighI16x8U: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  extend16U(I, fp + code[pc + 1], I[a + 2], I[a + 3]);
  return pc + 3;
};

export const minS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = minS32(I[a], I[b]);
  I[d + 1] = minS32(I[a + 1], I[b + 1]);
  I[d + 2] = minS32(I[a + 2], I[b + 2]);
  I[d + 3] = minS32(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const minU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = minU32(I[a], I[b]);
  I[d + 1] = minU32(I[a + 1], I[b + 1]);
  I[d + 2] = minU32(I[a + 2], I[b + 2]);
  I[d + 3] = minU32(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const maxS: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = maxS32(I[a], I[b]);
  I[d + 1] = maxS32(I[a + 1], I[b + 1]);
  I[d + 2] = maxS32(I[a + 2], I[b + 2]);
  I[d + 3] = maxS32(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const maxU: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = maxU32(I[a], I[b]);
  I[d + 1] = maxU32(I[a + 1], I[b + 1]);
  I[d + 2] = maxU32(I[a + 2], I[b + 2]);
  I[d + 3] = maxU32(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const dotI16x8S: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = dot16(I[a], I[b]);
  I[d + 1] = dot16(I[a + 1], I[b + 1]);
  I[d + 2] = dot16(I[a + 2], I[b + 2]);
  I[d + 3] = dot16(I[a + 3], I[b + 3]);
  return pc + 4;
};

export const extmulLowI16x8S: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2], b = fp + code[pc + 3];
  extmul16S(I, fp + code[pc + 1], I[a], I[a + 1], I[b], I[b + 1]);
  return pc + 4;
};

export const extmulHighI16x8S: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2] + 2, b = fp + code[pc + 3] + 2;
  extmul16S(I, fp + code[pc + 1], I[a], I[a + 1], I[b], I[b + 1]);
  return pc + 4;
};

export const extmulLowI16x8U: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2], b = fp + code[pc + 3];
  extmul16U(I, fp + code[pc + 1], I[a], I[a + 1], I[b], I[b + 1]);
  return pc + 4;
};

export const extmulHighI16x8U: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2] + 2, b = fp + code[pc + 3] + 2;
  extmul16U(I, fp + code[pc + 1], I[a], I[a + 1], I[b], I[b + 1]);
  return pc + 4;
};

export const truncSatF32x4S: Handler = ({ I, F, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  I[d] = truncSatS(F[a]);
  I[d + 1] = truncSatS(F[a + 1]);
  I[d + 2] = truncSatS(F[a + 2]);
  I[d + 3] = truncSatS(F[a + 3]);
  return pc + 3;
};

export const truncSatF32x4U: Handler = ({ I, F, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  I[d] = truncSatU(F[a]);
  I[d + 1] = truncSatU(F[a + 1]);
  I[d + 2] = truncSatU(F[a + 2]);
  I[d + 3] = truncSatU(F[a + 3]);
  return pc + 3;
};

export const truncSatF64x2SZero: Handler = ({ I, D, code }, pc, fp) => {
  const a = (fp + code[pc + 2]) >> 1;
  put(I, fp + code[pc + 1], truncSatS(D[a]), truncSatS(D[a + 1]), 0, 0);
  return pc + 3;
};

export const truncSatF64x2UZero: Handler = ({ I, D, code }, pc, fp) => {
  const a = (fp + code[pc + 2]) >> 1;
  put(I, fp + code[pc + 1], truncSatU(D[a]), truncSatU(D[a + 1]), 0, 0);
  return pc + 3;
};
