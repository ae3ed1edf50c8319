/**
 * Loads, stores and constants of v128, and the operations on its 128 bits.
 * An effective address is a double of at most 2^33: exact, and compared before
 * the access. Of the operands only `v128.loadN_lane` has its v128 after a
 * narrower one, so that its result may overlap it in part.
 */

import type { Handler } from "./instruction.ts";
import {
  copy,
  extend16S,
  extend16U,
  extend32S,
  extend32U,
  extend8S,
  extend8U,
  put,
  select,
} from "./simd_word.ts";
import { TrapCode } from "./trap.ts";

export const load: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = (I[fp + code[pc + 2]] >>> 0) + (code[pc + 3] >>> 0);
  if (at + 16 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const d = fp + code[pc + 1], view = memory.view;
  I[d] = view.getInt32(at, true);
  I[d + 1] = view.getInt32(at + 4, true);
  I[d + 2] = view.getInt32(at + 8, true);
  I[d + 3] = view.getInt32(at + 12, true);
  return pc + 5;
};

export const load8x8S: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = (I[fp + code[pc + 2]] >>> 0) + (code[pc + 3] >>> 0);
  if (at + 8 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const low = memory.view.getInt32(at, true);
  const high = memory.view.getInt32(at + 4, true);
  extend8S(I, fp + code[pc + 1], low, high);
  return pc + 5;
};

export const load8x8U: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = (I[fp + code[pc + 2]] >>> 0) + (code[pc + 3] >>> 0);
  if (at + 8 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const low = memory.view.getInt32(at, true);
  const high = memory.view.getInt32(at + 4, true);
  extend8U(I, fp + code[pc + 1], low, high);
  return pc + 5;
};

export const load16x4S: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = (I[fp + code[pc + 2]] >>> 0) + (code[pc + 3] >>> 0);
  if (at + 8 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const low = memory.view.getInt32(at, true);
  const high = memory.view.getInt32(at + 4, true);
  extend16S(I, fp + code[pc + 1], low, high);
  return pc + 5;
};

export const load16x4U: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = (I[fp + code[pc + 2]] >>> 0) + (code[pc + 3] >>> 0);
  if (at + 8 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const low = memory.view.getInt32(at, true);
  const high = memory.view.getInt32(at + 4, true);
  extend16U(I, fp + code[pc + 1], low, high);
  return pc + 5;
};

export const load32x2S: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = (I[fp + code[pc + 2]] >>> 0) + (code[pc + 3] >>> 0);
  if (at + 8 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const low = memory.view.getInt32(at, true);
  const high = memory.view.getInt32(at + 4, true);
  extend32S(I, fp + code[pc + 1], low, high);
  return pc + 5;
};

export const load32x2U: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = (I[fp + code[pc + 2]] >>> 0) + (code[pc + 3] >>> 0);
  if (at + 8 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const low = memory.view.getInt32(at, true);
  const high = memory.view.getInt32(at + 4, true);
  extend32U(I, fp + code[pc + 1], low, high);
  return pc + 5;
};

export const load8Splat: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = (I[fp + code[pc + 2]] >>> 0) + (code[pc + 3] >>> 0);
  if (at + 1 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const word = Math.imul(memory.bytes[at], 0x01010101);
  put(I, fp + code[pc + 1], word, word, word, word);
  return pc + 5;
};

export const load16Splat: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = (I[fp + code[pc + 2]] >>> 0) + (code[pc + 3] >>> 0);
  if (at + 2 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const word = Math.imul(memory.view.getUint16(at, true), 0x00010001);
  put(I, fp + code[pc + 1], word, word, word, word);
  return pc + 5;
};

export const load32Splat: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = (I[fp + code[pc + 2]] >>> 0) + (code[pc + 3] >>> 0);
  if (at + 4 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const word = memory.view.getInt32(at, true);
  put(I, fp + code[pc + 1], word, word, word, word);
  return pc + 5;
};

export const load64Splat: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = (I[fp + code[pc + 2]] >>> 0) + (code[pc + 3] >>> 0);
  if (at + 8 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const low = memory.view.getInt32(at, true);
  const high = memory.view.getInt32(at + 4, true);
  put(I, fp + code[pc + 1], low, high, low, high);
  return pc + 5;
};

export const store: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = (I[fp + code[pc + 1]] >>> 0) + (code[pc + 3] >>> 0);
  if (at + 16 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const a = fp + code[pc + 2], view = memory.view;
  view.setInt32(at, I[a], true);
  view.setInt32(at + 4, I[a + 1], true);
  view.setInt32(at + 8, I[a + 2], true);
  view.setInt32(at + 12, I[a + 3], true);
  return pc + 5;
};

export const not: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2];
  I[d] = ~I[a];
  I[d + 1] = ~I[a + 1];
  I[d + 2] = ~I[a + 2];
  I[d + 3] = ~I[a + 3];
  return pc + 3;
};

export const andnot: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  I[d] = I[a] & ~I[b];
  I[d + 1] = I[a + 1] & ~I[b + 1];
  I[d + 2] = I[a + 2] & ~I[b + 2];
  I[d + 3] = I[a + 3] & ~I[b + 3];
  return pc + 4;
};

export const bitselect: Handler = ({ I, code }, pc, fp) => {
  const d = fp + code[pc + 1], a = fp + code[pc + 2], b = fp + code[pc + 3];
  const mask = fp + code[pc + 4];
  I[d] = select(I[mask], I[a], I[b]);
  I[d + 1] = select(I[mask + 1], I[a + 1], I[b + 1]);
  I[d + 2] = select(I[mask + 2], I[a + 2], I[b + 2]);
  I[d + 3] = select(I[mask + 3], I[a + 3], I[b + 3]);
  return pc + 5;
};

export const anyTrue: Handler = ({ I, code }, pc, fp) => {
  const a = fp + code[pc + 2];
  const bits = I[a] | I[a + 1] | I[a + 2] | I[a + 3];
  I[fp + code[pc + 1]] = +(bits !== 0);
  return pc + 3;
};

export const load8Lane: Handler = (m, pc, fp) => {
  const { I, U8, code } = m;
  const memory = m.instance.memories[code[pc + 5]];
  const at = (I[fp + code[pc + 2]] >>> 0) + (code[pc + 4] >>> 0);
  if (at + 1 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const d = fp + code[pc + 1], lane = code[pc + 6];
  const value = memory.bytes[at];
  copy(I, d, fp + code[pc + 3]);
  U8[4 * d + lane] = value;
  return pc + 7;
};

export const load16Lane: Handler = (m, pc, fp) => {
  const { I, U16, code } = m;
  const memory = m.instance.memories[code[pc + 5]];
  const at = (I[fp + code[pc + 2]] >>> 0) + (code[pc + 4] >>> 0);
  if (at + 2 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const d = fp + code[pc + 1], lane = code[pc + 6];
  const value = memory.view.getUint16(at, true);
  copy(I, d, fp + code[pc + 3]);
  U16[2 * d + lane] = value;
  return pc + 7;
};

export const load32Lane: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 5]];
  const at = (I[fp + code[pc + 2]] >>> 0) + (code[pc + 4] >>> 0);
  if (at + 4 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const d = fp + code[pc + 1], lane = code[pc + 6];
  const value = memory.view.getInt32(at, true);
  copy(I, d, fp + code[pc + 3]);
  I[d + lane] = value;
  return pc + 7;
};

export const load64Lane: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 5]];
  const at = (I[fp + code[pc + 2]] >>> 0) + (code[pc + 4] >>> 0);
  if (at + 8 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const d = fp + code[pc + 1], lane = code[pc + 6];
  const low = memory.view.getInt32(at, true);
  const high = memory.view.getInt32(at + 4, true);
  copy(I, d, fp + code[pc + 3]);
  I[d + 2 * lane] = low;
  I[d + 2 * lane + 1] = high;
  return pc + 7;
};

export const store8Lane: Handler = (m, pc, fp) => {
  const { I, U8, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = (I[fp + code[pc + 1]] >>> 0) + (code[pc + 3] >>> 0);
  if (at + 1 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const a = fp + code[pc + 2], lane = code[pc + 5];
  memory.bytes[at] = U8[4 * a + lane];
  return pc + 6;
};

export const store16Lane: Handler = (m, pc, fp) => {
  const { I, U16, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = (I[fp + code[pc + 1]] >>> 0) + (code[pc + 3] >>> 0);
  if (at + 2 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const a = fp + code[pc + 2], lane = code[pc + 5];
  memory.view.setUint16(at, U16[2 * a + lane], true);
  return pc + 6;
};

export const store32Lane: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = (I[fp + code[pc + 1]] >>> 0) + (code[pc + 3] >>> 0);
  if (at + 4 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const a = fp + code[pc + 2], lane = code[pc + 5];
  memory.view.setInt32(at, I[a + lane], true);
  return pc + 6;
};

export const store64Lane: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = (I[fp + code[pc + 1]] >>> 0) + (code[pc + 3] >>> 0);
  if (at + 8 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const a = fp + code[pc + 2], lane = code[pc + 5];
  memory.view.setInt32(at, I[a + 2 * lane], true);
  memory.view.setInt32(at + 4, I[a + 2 * lane + 1], true);
  return pc + 6;
};

export const load32Zero: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = (I[fp + code[pc + 2]] >>> 0) + (code[pc + 3] >>> 0);
  if (at + 4 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  put(I, fp + code[pc + 1], memory.view.getInt32(at, true), 0, 0, 0);
  return pc + 5;
};

export const load64Zero: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = (I[fp + code[pc + 2]] >>> 0) + (code[pc + 3] >>> 0);
  if (at + 8 > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
  const low = memory.view.getInt32(at, true);
  const high = memory.view.getInt32(at + 4, true);
  put(I, fp + code[pc + 1], low, high, 0, 0);
  return pc + 5;
};
