/**
 * Loads and stores that the hot loop does not do itself: those in other
 * memories than the first or with offsets of 2 GiB and more (cold ops of
 * their own), and those whose address the loop found to lie outside its
 * limit: they trap, or reach into a memory's upper half. Addresses are
 * doubles here, exact for every i32 address and offset.
 */

import { COUNTER, Op } from "./exec.ts";
import type { Handler } from "./instruction.ts";
import { type OpShape, shapes } from "./ir.ts";
import { Access, instructions } from "./opcodes.ts";
import type { Machine, ModuleInstance } from "./store.ts";
import { TrapCode } from "./trap.ts";

/** Moves a value between memory and the register at word `r`. */
type Move = (I: Int32Array, view: DataView, address: number, r: number) => void;

function set64(I: Int32Array, r: number, lo: number, hi: number): void {
  I[r] = lo;
  I[r + 1] = hi;
}

function set64S(I: Int32Array, r: number, value: number): void {
  set64(I, r, value, value >> 31);
}

const load64: Move = (I, view, address, r) =>
  set64(I, r, view.getInt32(address, true), view.getInt32(address + 4, true));

/** Bytes and move of loads and stores, by the name of the op. */
// deno-fmt-ignore
const ACCESSES: Readonly<Record<string, readonly [bytes: number, move: Move]>> = {
  Load32:    [4, (I, v, a, r) => I[r] = v.getInt32(a, true)],
  Load8S:    [1, (I, v, a, r) => I[r] = v.getInt8(a)],
  Load8U:    [1, (I, v, a, r) => I[r] = v.getUint8(a)],
  Load16S:   [2, (I, v, a, r) => I[r] = v.getInt16(a, true)],
  Load16U:   [2, (I, v, a, r) => I[r] = v.getUint16(a, true)],
  Load64:    [8, load64],
  LoadF64:   [8, load64],
  Load8S64:  [1, (I, v, a, r) => set64S(I, r, v.getInt8(a))],
  Load8U64:  [1, (I, v, a, r) => set64(I, r, v.getUint8(a), 0)],
  Load16S64: [2, (I, v, a, r) => set64S(I, r, v.getInt16(a, true))],
  Load16U64: [2, (I, v, a, r) => set64(I, r, v.getUint16(a, true), 0)],
  Load32S64: [4, (I, v, a, r) => set64S(I, r, v.getInt32(a, true))],
  Load32U64: [4, (I, v, a, r) => set64(I, r, v.getInt32(a, true), 0)],
  Store8:    [1, (I, v, a, r) => v.setInt8(a, I[r])],
  Store16:   [2, (I, v, a, r) => v.setInt16(a, I[r], true)],
  Store32:   [4, (I, v, a, r) => v.setInt32(a, I[r], true)],
  Store64:   [8, (I, v, a, r) => {
    v.setInt32(a, I[r], true);
    v.setInt32(a + 4, I[r + 1], true);
  }],
};

/** The handlers of the cold ops, the first of which is `Op.FirstAccess`. */
export function accessHandlers(): Handler[] {
  return instructions().slice(Access.First, Access.Last + 1).map((row) => {
    const [bytes, move] = ACCESSES[shapes()[row!.op]!.name];
    return coldHandler(bytes, move, row!.results.length);
  });
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

/**
 * What a hot op does: branch, how it computes the address before the offset
 * (`BASES`), the access (`ACCESSES`), and what it does besides (`COMPLETIONS`).
 */
const HOT_NAME =
  /^(Br)?(ShlImmAdd|ShlImm|AddImm|Add)?((?:Load|Store)F?\d+(?:[SU](?:64)?)?)(.*)$/;

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
  pc: number,
  fp: number,
  address: number,
  at: number,
) => number | void;

const COMPLETIONS: Readonly<Record<string, Complete>> = {
  Add({ I, code, instance }, pc, fp, address, at) {
    const left = viewOf(instance).getInt32(address, true);
    I[fp + code[pc + 1]] = left + I[fp + code[at + 1]];
  },
  AddImm({ I, code, instance }, pc, fp, address, at) {
    const left = viewOf(instance).getInt32(address, true);
    I[fp + code[pc + 1]] = left + code[at + 1];
  },
  F32MulAdd({ F, code, instance }, pc, fp, address, at) {
    const left = viewOf(instance).getFloat32(address, true);
    F[fp + code[pc + 1]] = Math.fround(left * F[fp + code[at + 1]]) +
      F[fp + code[at + 2]];
  },
  F64Add({ D, code, instance }, pc, fp, address, at) {
    const left = viewOf(instance).getFloat64(address, true);
    D[(fp + code[pc + 1]) >> 1] = left + D[(fp + code[at + 1]) >> 1];
  },
  F64Mul({ D, code, instance }, pc, fp, address, at) {
    const left = viewOf(instance).getFloat64(address, true);
    D[(fp + code[pc + 1]) >> 1] = left * D[(fp + code[at + 1]) >> 1];
  },
  Br(m, _pc, _fp, address, at) {
    if (viewOf(m.instance).getUint8(address) !== 0) return jump(m, at);
  },
  BrZ(m, _pc, _fp, address, at) {
    if (viewOf(m.instance).getUint8(address) === 0) return jump(m, at);
  },
};

function viewOf({ memories }: ModuleInstance): DataView {
  return memories[0].view;
}

/** A taken branch, to the target behind the offset. */
function jump(m: Machine, at: number): number {
  m.I[COUNTER]--;
  return m.code[at + 1];
}

/** The handlers of hot ops with an access, for what lies beyond the limit. */
export function hotAccessHandlers(): (readonly [Op, Handler])[] {
  return shapes().slice(0, Op.FirstCold).flatMap((shape, op) =>
    shape!.letters.includes("x") ? [[op, hotHandler(shape!)] as const] : []
  );
}

function hotHandler({ name, letters, length }: OpShape): Handler {
  const [, branch = "", sum = "", access, rest] = HOT_NAME.exec(name)!;
  const [bytes, move] = ACCESSES[access];
  const base = BASES[sum];
  const besides = branch + rest;
  const offset = letters.indexOf("x") + 1;
  const hasResult = letters.startsWith("d");
  return (m, pc, fp) => {
    const { I, code } = m;
    const at = pc + offset;
    const low = base(I, code, fp, pc + (hasResult ? 2 : 1));
    const address = (low >>> 0) + code[at];
    const memory = m.instance.memories[0];
    if (address + bytes > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
    if (besides === "") {
      move(I, memory.view, address, fp + code[hasResult ? pc + 1 : at - 1]);
    } else if (besides === "Imm") {
      // The value is a word of the code.
      move(code, memory.view, address, at - 1);
    } else {
      return COMPLETIONS[besides](m, pc, fp, address, at) ?? pc + length;
    }
    return pc + length;
  };
}
