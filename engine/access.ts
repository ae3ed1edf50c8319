/**
 * Loads and stores that the loops do not do themselves: those in other
 * memories than the first or with offsets of 2 GiB and more (of numbers, cold
 * ops of their own), and those whose address a loop found to lie outside its
 * limit: they trap, or reach into a memory's upper half or its last bytes.
 * Addresses are doubles here, exact for every i32 address and offset. Those of
 * vectors are made to be short rather than fast; like the register file they
 * take a little-endian host for granted.
 */

import { Op, Word } from "./exec.ts";
import type { Handler } from "./instruction.ts";
import { type OpShape, shapeOf, shapes } from "./ir.ts";
import { Access, instructions } from "./opcodes.ts";
import type { Machine } from "./store.ts";
import { TrapCode } from "./trap.ts";

/** Moves a value between memory and the register at word `r`. */
type Move = (I: Int32Array, view: DataView, address: number, r: number) => void;

function set64(I: Int32Array, r: number, lo: number, hi: number): void {
  I[r] = lo;
  I[r + 1] = hi;
}

const load64: Move = (I, view, address, r) =>
  set64(I, r, view.getInt32(address, true), view.getInt32(address + 4, true));

const load32S64: Move = (I, view, address, r) => {
  const value = view.getInt32(address, true);
  set64(I, r, value, value >> 31);
};

const load32U64: Move = (I, view, address, r) =>
  set64(I, r, view.getInt32(address, true), 0);

const store64: Move = (I, view, address, r) => {
  view.setInt32(address, I[r], true);
  view.setInt32(address + 4, I[r + 1], true);
};

/** A move for each half of a vector; from one to the other so many bytes. */
function halves(move: Move, bytes: number): Move {
  return (I, view, address, r) => {
    move(I, view, address, r);
    move(I, view, address + bytes, r + 2);
  };
}

/** One 64-bit move, and zeros in the upper half. */
function zeroExtend(move: Move): Move {
  return (I, view, address, r) => {
    move(I, view, address, r);
    set64(I, r + 2, 0, 0);
  };
}

type Lanes<T> = new (buffer: ArrayBufferLike, byteOffset?: number) => T;

/** Loads 8 bytes: lanes of one type, which become lanes of the other. */
function widen(
  From: Lanes<ArrayLike<number>>,
  To: Lanes<Int16Array | Int32Array>,
): Move {
  return (I, { buffer }, address, r) =>
    new To(I.buffer, 4 * r).set(new From(buffer.slice(address, address + 8)));
}

/** Bytes and move of loads and stores, by the name of the op. */
// deno-fmt-ignore
const accesses = (): Readonly<Record<string, readonly [bytes: number, move: Move]>> => ({
  Load32:          [4, (I, v, a, r) => I[r] = v.getInt32(a, true)],
  Load8S:          [1, (I, v, a, r) => I[r] = v.getInt8(a)],
  Load8U:          [1, (I, v, a, r) => I[r] = v.getUint8(a)],
  Load16S:         [2, (I, v, a, r) => I[r] = v.getInt16(a, true)],
  Load16U:         [2, (I, v, a, r) => I[r] = v.getUint16(a, true)],
  Load64:          [8, load64],
  LoadF64:         [8, load64],
  Store8:          [1, (I, v, a, r) => v.setInt8(a, I[r])],
  Store16:         [2, (I, v, a, r) => v.setInt16(a, I[r], true)],
  Store32:         [4, (I, v, a, r) => v.setInt32(a, I[r], true)],
  Store64:         [8, store64],
  V128Load:        [16, halves(load64, 8)],
  V128Load8x8S:    [8, widen(Int8Array, Int16Array)],
  V128Load8x8U:    [8, widen(Uint8Array, Int16Array)],
  V128Load16x4S:   [8, widen(Int16Array, Int32Array)],
  V128Load16x4U:   [8, widen(Uint16Array, Int32Array)],
  V128Load32x2S:   [8, halves(load32S64, 4)],
  V128Load32x2U:   [8, halves(load32U64, 4)],
  V128Load8Splat:  [1, (I, v, a, r) => I.fill(0x01010101 * v.getUint8(a), r, r + 4)],
  V128Load16Splat: [2, (I, v, a, r) => I.fill(0x00010001 * v.getUint16(a, true), r, r + 4)],
  V128Load32Splat: [4, (I, v, a, r) => I.fill(v.getInt32(a, true), r, r + 4)],
  V128Load64Splat: [8, halves(load64, 0)],
  V128Load32Zero:  [4, zeroExtend(load32U64)],
  V128Load64Zero:  [8, zeroExtend(load64)],
  V128Store:       [16, halves(store64, 8)],
});

/**
 * What an op does: branch, how it computes the address before the offset
 * (`BASES`), the access (`accesses`), and what it does besides (`COMPLETIONS`).
 */
const NAME =
  /^(Br)?(ShlImmAdd|ShlImm|AddImm|Add)?(V128\w+|(?:Load|Store)F?\d+(?:[SU](?:64)?)?)(.*)$/;

/** The address from the operands at `at` on; its low 32 bits count. */
type Base = (I: Int32Array, code: Int32Array, fp: number, at: number) => number;

const BASES: Readonly<Record<string, Base>> = {
  "": (I, code, fp, at) => I[fp + code[at]],
  Add: (I, code, fp, at) => I[fp + code[at]] + I[fp + code[at + 1]],
  AddImm: (I, code, fp, at) => I[fp + code[at]] + code[at + 1],
  ShlImm: (I, code, fp, at) => I[fp + code[at]] << code[at + 1],
  ShlImmAdd: (I, code, fp, at) =>
    (I[fp + code[at]] << code[at + 1]) + I[fp + code[at + 2]],
};

/**
 * Completes an access in bounds: the result is at `pc + 1`, the offset at
 * `at`, more operands behind it. Returns nothing where no branch is taken.
 */
type Complete = (
  m: Machine,
  view: DataView,
  address: number,
  pc: number,
  fp: number,
  at: number,
) => number | void;

const COMPLETIONS: Readonly<Record<string, Complete>> = {
  F32MulAdd({ F, code }, view, address, pc, fp, at) {
    const left = view.getFloat32(address, true);
    F[fp + code[pc + 1]] = Math.fround(left * F[fp + code[at + 1]]) +
      F[fp + code[at + 2]];
  },
  F64Add({ D, code }, view, address, pc, fp, at) {
    const left = view.getFloat64(address, true);
    D[(fp + code[pc + 1]) >> 1] = left + D[(fp + code[at + 1]) >> 1];
  },
  F64Mul({ D, code }, view, address, pc, fp, at) {
    const left = view.getFloat64(address, true);
    D[(fp + code[pc + 1]) >> 1] = left * D[(fp + code[at + 1]) >> 1];
  },
  Br(m, view, address, _pc, _fp, at) {
    if (view.getUint8(address) !== 0) return jump(m, at);
  },
};

/** A taken branch, to the target behind the offset. */
function jump(m: Machine, at: number): number {
  m.I[Word.Counter]--;
  return m.code[at + 1];
}

/** Of the loops' ops with an access, and of the cold ones, by op. */
export function accessHandlers(): (readonly [op: number, Handler])[] {
  const known = accesses();
  const cold = instructions().slice(Access.First, Access.Last + 1)
    .map((row, i) => {
      const { op, params } = row!;
      const letters = params.length > 1 ? "aaxm" : "daxm";
      const shape = shapeOf(shapes()[op]!.name, letters);
      return [Op.FirstAccess + i, shape] as const;
    });
  return [...shapes().entries(), ...cold].flatMap(([op, shape]) =>
    shape?.letters.includes("x") ? [[op, handlerOf(shape, known)] as const] : []
  );
}

function handlerOf(
  shape: OpShape,
  known: ReturnType<typeof accesses>,
): Handler {
  const [, branch = "", sum = "", access, rest] = NAME.exec(shape.name)!;
  const [bytes, move] = known[access];
  return shape.letters.endsWith("m")
    ? coldHandler(bytes, move, shape.letters.startsWith("d") ? 1 : 0)
    : hotHandler(bytes, move, shape, BASES[sum], branch + rest);
}

/** The address is the first operand of a store, the second of a load. */
function coldHandler(bytes: number, move: Move, results: number): Handler {
  return (m, pc, fp) => {
    const { I, code } = m;
    const memory = m.instance.memories[code[pc + 4]];
    const base = I[fp + code[pc + 1 + results]] >>> 0;
    const address = base + (code[pc + 3] >>> 0);
    if (address + bytes > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
    move(I, memory.view, address, fp + code[pc + 2 - results]);
    return pc + 5;
  };
}

function hotHandler(
  bytes: number,
  move: Move,
  { letters, length }: OpShape,
  base: Base,
  besides: string,
): Handler {
  const offset = letters.indexOf("x") + 1;
  const hasResult = letters.startsWith("d");
  return (m, pc, fp) => {
    const { I, code } = m;
    const at = pc + offset;
    const low = base(I, code, fp, pc + (hasResult ? 2 : 1));
    // Of vectors, an offset may have 32 bits.
    const address = (low >>> 0) + (code[at] >>> 0);
    const { view, byteLength } = m.instance.memories[0];
    if (address + bytes > byteLength) return -TrapCode.MemoryOutOfBounds;
    if (besides === "") {
      move(I, view, address, fp + code[hasResult ? pc + 1 : at - 1]);
    } else if (besides === "Imm") {
      // The value is a word of the code.
      move(code, view, address, at - 1);
    } else {
      return COMPLETIONS[besides](m, view, address, pc, fp, at) ?? pc + length;
    }
    return pc + length;
  };
}
