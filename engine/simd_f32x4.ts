/**
 * Four lanes of f32. Storing to `m.F` rounds; one operation in double, then
 * rounded, is the operation in single. Sign and choice work on `m.I`.
 */

import type { Handler } from "./instruction.ts";
import { maxFloat, minFloat, roundEven, select } from "./simd_word.ts";

export const eq: Handler = ({ I, F, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = -(F[a] === F[b]);
  I[d + 1] = -(F[a + 1] === F[b + 1]);
  I[d + 2] = -(F[a + 2] === F[b + 2]);
  I[d + 3] = -(F[a + 3] === F[b + 3]);
  return pc + 4;
};

export const ne: Handler = ({ I, F, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = -(F[a] !== F[b]);
  I[d + 1] = -(F[a + 1] !== F[b + 1]);
  I[d + 2] = -(F[a + 2] !== F[b + 2]);
  I[d + 3] = -(F[a + 3] !== F[b + 3]);
  return pc + 4;
};

export const lt: Handler = ({ I, F, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = -(F[a] < F[b]);
  I[d + 1] = -(F[a + 1] < F[b + 1]);
  I[d + 2] = -(F[a + 2] < F[b + 2]);
  I[d + 3] = -(F[a + 3] < F[b + 3]);
  return pc + 4;
};

export const gt: Handler = ({ I, F, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = -(F[a] > F[b]);
  I[d + 1] = -(F[a + 1] > F[b + 1]);
  I[d + 2] = -(F[a + 2] > F[b + 2]);
  I[d + 3] = -(F[a + 3] > F[b + 3]);
  return pc + 4;
};

export const le: Handler = ({ I, F, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = -(F[a] <= F[b]);
  I[d + 1] = -(F[a + 1] <= F[b + 1]);
  I[d + 2] = -(F[a + 2] <= F[b + 2]);
  I[d + 3] = -(F[a + 3] <= F[b + 3]);
  return pc + 4;
};

export const ge: Handler = ({ I, F, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = -(F[a] >= F[b]);
  I[d + 1] = -(F[a + 1] >= F[b + 1]);
  I[d + 2] = -(F[a + 2] >= F[b + 2]);
  I[d + 3] = -(F[a + 3] >= F[b + 3]);
  return pc + 4;
};

export const demoteF64x2Zero: Handler = ({ F, D, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = (fp + code[pc + 2]) >> 1;
  const low = D[a], high = D[a + 1];
  F[d] = low;
  F[d + 1] = high;
  F[d + 2] = 0;
  F[d + 3] = 0;
  return pc + 3;
};

export const ceil: Handler = ({ F, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  F[d] = Math.ceil(F[a]);
  F[d + 1] = Math.ceil(F[a + 1]);
  F[d + 2] = Math.ceil(F[a + 2]);
  F[d + 3] = Math.ceil(F[a + 3]);
  return pc + 3;
};

export const floor: Handler = ({ F, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  F[d] = Math.floor(F[a]);
  F[d + 1] = Math.floor(F[a + 1]);
  F[d + 2] = Math.floor(F[a + 2]);
  F[d + 3] = Math.floor(F[a + 3]);
  return pc + 3;
};

export const trunc: Handler = ({ F, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  F[d] = Math.trunc(F[a]);
  F[d + 1] = Math.trunc(F[a + 1]);
  F[d + 2] = Math.trunc(F[a + 2]);
  F[d + 3] = Math.trunc(F[a + 3]);
  return pc + 3;
};

export const nearest: Handler = ({ F, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  F[d] = roundEven(F[a]);
  F[d + 1] = roundEven(F[a + 1]);
  F[d + 2] = roundEven(F[a + 2]);
  F[d + 3] = roundEven(F[a + 3]);
  return pc + 3;
};

export const min: Handler = ({ F, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  F[d] = minFloat(F[a], F[b]);
  F[d + 1] = minFloat(F[a + 1], F[b + 1]);
  F[d + 2] = minFloat(F[a + 2], F[b + 2]);
  F[d + 3] = minFloat(F[a + 3], F[b + 3]);
  return pc + 4;
};

export const max: Handler = ({ F, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  F[d] = maxFloat(F[a], F[b]);
  F[d + 1] = maxFloat(F[a + 1], F[b + 1]);
  F[d + 2] = maxFloat(F[a + 2], F[b + 2]);
  F[d + 3] = maxFloat(F[a + 3], F[b + 3]);
  return pc + 4;
};

export const pmin: Handler = ({ I, F, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = select(-(F[b] < F[a]), I[b], I[a]);
  I[d + 1] = select(-(F[b + 1] < F[a + 1]), I[b + 1], I[a + 1]);
  I[d + 2] = select(-(F[b + 2] < F[a + 2]), I[b + 2], I[a + 2]);
  I[d + 3] = select(-(F[b + 3] < F[a + 3]), I[b + 3], I[a + 3]);
  return pc + 4;
};

export const pmax: Handler = ({ I, F, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = select(-(F[a] < F[b]), I[b], I[a]);
  I[d + 1] = select(-(F[a + 1] < F[b + 1]), I[b + 1], I[a + 1]);
  I[d + 2] = select(-(F[a + 2] < F[b + 2]), I[b + 2], I[a + 2]);
  I[d + 3] = select(-(F[a + 3] < F[b + 3]), I[b + 3], I[a + 3]);
  return pc + 4;
};
