/**
 * Two lanes of f64, `m.D` at half the word's index. Sign and choice work on
 * `m.I`, and so keep the bits of every NaN.
 */

import type { Handler } from "./instruction.ts";
import {
  maxFloat,
  minFloat,
  put,
  quiet,
  roundEven,
  select,
} from "./simd_word.ts";

export const eq: Handler = ({ I, D, code }, pc, fp) => {
  const a = (fp + code[pc + 2]) >> 1, b = (fp + code[pc + 3]) >> 1;
  const low = -(D[a] === D[b]);
  const high = -(D[a + 1] === D[b + 1]);
  put(I, fp + code[pc + 1], low, low, high, high);
  return pc + 4;
};

export const ne: Handler = ({ I, D, code }, pc, fp) => {
  const a = (fp + code[pc + 2]) >> 1, b = (fp + code[pc + 3]) >> 1;
  const low = -(D[a] !== D[b]);
  const high = -(D[a + 1] !== D[b + 1]);
  put(I, fp + code[pc + 1], low, low, high, high);
  return pc + 4;
};

export const lt: Handler = ({ I, D, code }, pc, fp) => {
  const a = (fp + code[pc + 2]) >> 1, b = (fp + code[pc + 3]) >> 1;
  const low = -(D[a] < D[b]);
  const high = -(D[a + 1] < D[b + 1]);
  put(I, fp + code[pc + 1], low, low, high, high);
  return pc + 4;
};

export const gt: Handler = ({ I, D, code }, pc, fp) => {
  const a = (fp + code[pc + 2]) >> 1, b = (fp + code[pc + 3]) >> 1;
  const low = -(D[a] > D[b]);
  const high = -(D[a + 1] > D[b + 1]);
  put(I, fp + code[pc + 1], low, low, high, high);
  return pc + 4;
};

export const le: Handler = ({ I, D, code }, pc, fp) => {
  const a = (fp + code[pc + 2]) >> 1, b = (fp + code[pc + 3]) >> 1;
  const low = -(D[a] <= D[b]);
  const high = -(D[a + 1] <= D[b + 1]);
  put(I, fp + code[pc + 1], low, low, high, high);
  return pc + 4;
};

export const ge: Handler = ({ I, D, code }, pc, fp) => {
  const a = (fp + code[pc + 2]) >> 1, b = (fp + code[pc + 3]) >> 1;
  const low = -(D[a] >= D[b]);
  const high = -(D[a + 1] >= D[b + 1]);
  put(I, fp + code[pc + 1], low, low, high, high);
  return pc + 4;
};

export const promoteLowF32x4: Handler = ({ F, D, code }, pc, fp) => {
  const d = (fp + code[pc + 1]) >> 1, a = fp + code[pc + 2];
  const low = F[a], high = F[a + 1];
  D[d] = low;
  D[d + 1] = high;
  return pc + 3;
};

export const ceil: Handler = ({ D, code }, pc, fp) => {
  const d = (fp + code[pc + 1]) >> 1, a = (fp + code[pc + 2]) >> 1;
  D[d] = quiet(Math.ceil(D[a]));
  D[d + 1] = quiet(Math.ceil(D[a + 1]));
  return pc + 3;
};

export const floor: Handler = ({ D, code }, pc, fp) => {
  const d = (fp + code[pc + 1]) >> 1, a = (fp + code[pc + 2]) >> 1;
  D[d] = quiet(Math.floor(D[a]));
  D[d + 1] = quiet(Math.floor(D[a + 1]));
  return pc + 3;
};

export const trunc: Handler = ({ D, code }, pc, fp) => {
  const d = (fp + code[pc + 1]) >> 1, a = (fp + code[pc + 2]) >> 1;
  D[d] = quiet(Math.trunc(D[a]));
  D[d + 1] = quiet(Math.trunc(D[a + 1]));
  return pc + 3;
};

export const nearest: Handler = ({ D, code }, pc, fp) => {
  const d = (fp + code[pc + 1]) >> 1, a = (fp + code[pc + 2]) >> 1;
  D[d] = roundEven(D[a]);
  D[d + 1] = roundEven(D[a + 1]);
  return pc + 3;
};

export const min: Handler = ({ D, code }, pc, fp) => {
  const d = (fp + code[pc + 1]) >> 1;
  const a = (fp + code[pc + 2]) >> 1;
  const b = (fp + code[pc + 3]) >> 1;
  D[d] = minFloat(D[a], D[b]);
  D[d + 1] = minFloat(D[a + 1], D[b + 1]);
  return pc + 4;
};

export const max: Handler = ({ D, code }, pc, fp) => {
  const d = (fp + code[pc + 1]) >> 1;
  const a = (fp + code[pc + 2]) >> 1;
  const b = (fp + code[pc + 3]) >> 1;
  D[d] = maxFloat(D[a], D[b]);
  D[d + 1] = maxFloat(D[a + 1], D[b + 1]);
  return pc + 4;
};

export const pmin: Handler = ({ I, D, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  const low = -(D[b >> 1] < D[a >> 1]);
  const high = -(D[(b >> 1) + 1] < D[(a >> 1) + 1]);
  I[d] = select(low, I[b], I[a]);
  I[d + 1] = select(low, I[b + 1], I[a + 1]);
  I[d + 2] = select(high, I[b + 2], I[a + 2]);
  I[d + 3] = select(high, I[b + 3], I[a + 3]);
  return pc + 4;
};

export const pmax: Handler = ({ I, D, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  const low = -(D[a >> 1] < D[b >> 1]);
  const high = -(D[(a >> 1) + 1] < D[(b >> 1) + 1]);
  I[d] = select(low, I[b], I[a]);
  I[d + 1] = select(low, I[b + 1], I[a + 1]);
  I[d + 2] = select(high, I[b + 2], I[a + 2]);
  I[d + 3] = select(high, I[b + 3], I[a + 3]);
  return pc + 4;
};

export const convertLowI32x4S: Handler = ({ I, D, code }, pc, fp) => {
  const d = (fp + code[pc + 1]) >> 1, a = fp + code[pc + 2];
  const low = I[a], high = I[a + 1];
  D[d] = low;
  D[d + 1] = high;
  return pc + 3;
};

export const convertLowI32x4U: Handler = ({ I, D, code }, pc, fp) => {
  const d = (fp + code[pc + 1]) >> 1, a = fp + code[pc + 2];
  const low = I[a] >>> 0, high = I[a + 1] >>> 0;
  D[d] = low;
  D[d + 1] = high;
  return pc + 3;
};
