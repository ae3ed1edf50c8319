/**
 * Accesses of v128 that the vector loop leaves: in other memories than the
 * first, and those whose address it found to lie outside its limit: they trap,
 * or reach into a memory's upper half. An effective address is a double of at
 * most 2^33: exact, and compared before the access. They are rare, and made to
 * be short rather than fast; like the register file they take a little-endian
 * host for granted.
 */

import { VectorOp } from "./exec_simd.ts";
import type { Handler } from "./instruction.ts";
import type { MemoryInstance } from "./memory.ts";
import { TrapCode } from "./trap.ts";

const OUT_OF_BOUNDS = -TrapCode.MemoryOutOfBounds;

/** So many bytes at a register's value plus an offset; undefined outside. */
function bytesAt(
  { bytes }: MemoryInstance,
  address: number,
  offset: number,
  count: number,
): Uint8Array | undefined {
  const at = (address >>> 0) + (offset >>> 0);
  return at + count > bytes.length ? undefined : bytes.subarray(at, at + count);
}

/** Makes 16 bytes of a copy of those that are loaded. */
type Spread = (bytes: Uint8Array<ArrayBuffer>) => { buffer: ArrayBuffer };

function load(count: number, spread: Spread): Handler {
  return ({ I, U8, code, instance }, pc, fp) => {
    const memory = instance.memories[code[pc + 4]];
    const bytes = bytesAt(memory, I[fp + code[pc + 2]], code[pc + 3], count);
    if (bytes === undefined) return OUT_OF_BOUNDS;
    const { buffer } = spread(Uint8Array.from(bytes));
    U8.set(new Uint8Array(buffer), 4 * (fp + code[pc + 1]));
    return pc + 5;
  };
}

const splat: Spread = (bytes) =>
  Uint8Array.from({ length: 16 }, (_, i) => bytes[i % bytes.length]);

const zeroExtend: Spread = (bytes) =>
  Uint8Array.from({ length: 16 }, (_, i) => bytes[i] ?? 0);

const load32x2S: Spread = ({ buffer }) => {
  const [low, high] = new Int32Array(buffer);
  return Int32Array.of(low, low >> 31, high, high >> 31);
};

const load32x2U: Spread = ({ buffer }) => {
  const [low, high] = new Int32Array(buffer);
  return Int32Array.of(low, 0, high, 0);
};

const store128: Handler = ({ I, U8, code, instance }, pc, fp) => {
  const memory = instance.memories[code[pc + 4]];
  const bytes = bytesAt(memory, I[fp + code[pc + 1]], code[pc + 3], 16);
  if (bytes === undefined) return OUT_OF_BOUNDS;
  const v = 4 * (fp + code[pc + 2]);
  bytes.set(U8.subarray(v, v + 16));
  return pc + 5;
};

/** Of fused ops: the sum of a register and an immediate, then an offset. */
const addImmLoad: Handler = ({ I, U8, code, instance }, pc, fp) => {
  const address = I[fp + code[pc + 2]] + code[pc + 3];
  const bytes = bytesAt(instance.memories[0], address, code[pc + 4], 16);
  if (bytes === undefined) return OUT_OF_BOUNDS;
  U8.set(bytes, 4 * (fp + code[pc + 1]));
  return pc + 5;
};

const addImmStore: Handler = ({ I, U8, code, instance }, pc, fp) => {
  const address = I[fp + code[pc + 1]] + code[pc + 2];
  const bytes = bytesAt(instance.memories[0], address, code[pc + 4], 16);
  if (bytes === undefined) return OUT_OF_BOUNDS;
  const v = 4 * (fp + code[pc + 3]);
  bytes.set(U8.subarray(v, v + 16));
  return pc + 5;
};

/** By op of the vector loop. */
// deno-fmt-ignore
export const vectorHandlers = (): (readonly [VectorOp, Handler])[] => [
  [VectorOp.V128Load, load(16, (bytes) => bytes)],
  [VectorOp.V128Load8x8S, load(8, ({ buffer }) => Int16Array.from(new Int8Array(buffer)))],
  [VectorOp.V128Load8x8U, load(8, (bytes) => Int16Array.from(bytes))],
  [VectorOp.V128Load16x4S, load(8, ({ buffer }) => Int32Array.from(new Int16Array(buffer)))],
  [VectorOp.V128Load16x4U, load(8, ({ buffer }) => Int32Array.from(new Uint16Array(buffer)))],
  [VectorOp.V128Load32x2S, load(8, load32x2S)],
  [VectorOp.V128Load32x2U, load(8, load32x2U)],
  [VectorOp.V128Load8Splat, load(1, splat)],
  [VectorOp.V128Load16Splat, load(2, splat)],
  [VectorOp.V128Load32Splat, load(4, splat)],
  [VectorOp.V128Load64Splat, load(8, splat)],
  [VectorOp.V128Load32Zero, load(4, zeroExtend)],
  [VectorOp.V128Load64Zero, load(8, zeroExtend)],
  [VectorOp.V128Store, store128],
  [VectorOp.AddImmV128Load, addImmLoad],
  [VectorOp.AddImmV128Store, addImmStore],
];
