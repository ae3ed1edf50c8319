/**
 * Loads and stores that the hot loop does not do itself: those in other
 * memories than the first or with offsets of 2 GiB and more (cold ops of
 * their own), and those whose address the loop found to lie outside its
 * limit: they trap, or reach into a memory's upper half. Addresses are
 * doubles here, exact for every i32 address and offset.
 */

import { COUNTER, Op } from "./exec.ts";
import type { Machine } from "./store.ts";
import type { Handler } from "./instruction.ts";
import { TrapCode } from "./trap.ts";

/** Moves a value between memory and the register at word `r`. */
type Move = (I: Int32Array, view: DataView, address: number, r: number) => void;

const FIRST_OPCODE = 0x28;
const FIRST_STORE = 0x36;

function set64(I: Int32Array, r: number, lo: number, hi: number): void {
  I[r] = lo;
  I[r + 1] = hi;
}

function set64S(I: Int32Array, r: number, value: number): void {
  set64(I, r, value, value >> 31);
}

const load32: Move = (I, v, a, r) => I[r] = v.getInt32(a, true);
const load64: Move = (I, v, a, r) =>
  set64(I, r, v.getInt32(a, true), v.getInt32(a + 4, true));
const load8U: Move = (I, v, a, r) => I[r] = v.getUint8(a);
const store8: Move = (I, v, a, r) => v.setInt8(a, I[r]);
const store16: Move = (I, v, a, r) => v.setInt16(a, I[r], true);
const store32: Move = (I, v, a, r) => v.setInt32(a, I[r], true);
const store64: Move = (I, v, a, r) => {
  v.setInt32(a, I[r], true);
  v.setInt32(a + 4, I[r + 1], true);
};

/** Bytes and move of each plain load and store, by opcode from 0x28 on. */
// deno-fmt-ignore
const ACCESSES: readonly (readonly [bytes: number, move: Move])[] = [
  [4, load32],                                              // i32.load
  [8, load64],                                              // i64.load
  [4, load32],                                              // f32.load
  [8, load64],                                              // f64.load
  [1, (I, v, a, r) => I[r] = v.getInt8(a)],                 // i32.load8_s
  [1, load8U],                                              // i32.load8_u
  [2, (I, v, a, r) => I[r] = v.getInt16(a, true)],          // i32.load16_s
  [2, (I, v, a, r) => I[r] = v.getUint16(a, true)],         // i32.load16_u
  [1, (I, v, a, r) => set64S(I, r, v.getInt8(a))],          // i64.load8_s
  [1, (I, v, a, r) => set64(I, r, v.getUint8(a), 0)],       // i64.load8_u
  [2, (I, v, a, r) => set64S(I, r, v.getInt16(a, true))],   // i64.load16_s
  [2, (I, v, a, r) => set64(I, r, v.getUint16(a, true), 0)], // i64.load16_u
  [4, (I, v, a, r) => set64S(I, r, v.getInt32(a, true))],   // i64.load32_s
  [4, (I, v, a, r) => set64(I, r, v.getInt32(a, true), 0)], // i64.load32_u
  [4, store32],                                             // i32.store
  [8, store64],                                             // i64.store
  [4, store32],                                             // f32.store
  [8, store64],                                             // f64.store
  [1, store8],                                              // i32.store8
  [2, store16],                                             // i32.store16
  [1, store8],                                              // i64.store8
  [2, store16],                                             // i64.store16
  [4, store32],                                             // i64.store32
];

/** The cold op of a plain load or store. */
export function accessOp(opcode: number): number {
  return Op.FirstAccess + opcode - FIRST_OPCODE;
}

/** The handlers of the cold ops, the first of which is `Op.FirstAccess`. */
export function accessHandlers(): Handler[] {
  return ACCESSES.map(([bytes, move], i) =>
    i + FIRST_OPCODE < FIRST_STORE
      ? loadHandler(bytes, move)
      : storeHandler(bytes, move)
  );
}

function loadHandler(bytes: number, move: Move): Handler {
  return (m, pc, fp) => {
    const { I, code } = m;
    const memory = m.instance.memories[code[pc + 4]];
    const address = (I[fp + code[pc + 2]] >>> 0) + (code[pc + 3] >>> 0);
    if (address + bytes > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
    move(I, memory.view, address, fp + code[pc + 1]);
    return pc + 5;
  };
}

function storeHandler(bytes: number, move: Move): Handler {
  return (m, pc, fp) => {
    const { I, code } = m;
    const memory = m.instance.memories[code[pc + 4]];
    const address = (I[fp + code[pc + 1]] >>> 0) + (code[pc + 3] >>> 0);
    if (address + bytes > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
    move(I, memory.view, address, fp + code[pc + 2]);
    return pc + 5;
  };
}

/** What completes an access of the hot loop at an address that is in bounds. */
type Complete = (m: Machine, pc: number, fp: number, address: number) => number;

/** The address operand before the offset, of which the low 32 bits count. */
type Base = (I: Int32Array, code: Int32Array, pc: number, fp: number) => number;

/** Of a hot op: bytes, the address, which operand is the offset, the rest. */
type HotAccess = readonly [
  op: Op,
  bytes: number,
  base: Base,
  offset: number,
  complete: Complete,
];

/** `a ...` and `d a ...` */
const first: Base = (I, code, pc, fp) => I[fp + code[pc + 1]];
const second: Base = (I, code, pc, fp) => I[fp + code[pc + 2]];
/** The sum with a register or a constant behind it. */
const secondPlusThird: Base = (I, code, pc, fp) =>
  I[fp + code[pc + 2]] + I[fp + code[pc + 3]];
const firstPlusImm: Base = (I, code, pc, fp) =>
  I[fp + code[pc + 1]] + code[pc + 2];
const secondPlusImm: Base = (I, code, pc, fp) =>
  I[fp + code[pc + 2]] + code[pc + 3];
const secondShifted: Base = (I, code, pc, fp) =>
  I[fp + code[pc + 2]] << code[pc + 3];
const secondShiftedPlus: Base = (I, code, pc, fp) =>
  (I[fp + code[pc + 2]] << code[pc + 3]) + I[fp + code[pc + 4]];

function viewOf(m: Machine): DataView {
  return m.instance.memories[0].view;
}

/** A load into the first operand; the offset is the last one. */
function load(op: Op, opcode: number, base: Base, offset: number): HotAccess {
  return access(op, opcode, base, offset, 1);
}

/** A store of the operand before the offset, which is the last one. */
function store(op: Op, opcode: number, base: Base, offset: number): HotAccess {
  return access(op, opcode, base, offset, offset - 1);
}

function access(
  op: Op,
  opcode: number,
  base: Base,
  offset: number,
  register: number,
): HotAccess {
  const [bytes, move] = ACCESSES[opcode - FIRST_OPCODE];
  return [op, bytes, base, offset, (m, pc, fp, address) => {
    move(m.I, viewOf(m), address, fp + m.code[pc + register]);
    return pc + offset + 1;
  }];
}

/** A store of an immediate. */
function store32Imm(op: Op, base: Base, offset: number): HotAccess {
  return [op, 4, base, offset, (m, pc, _fp, address) => {
    viewOf(m).setInt32(address, m.code[pc + offset - 1], true);
    return pc + offset + 1;
  }];
}

function store8Imm(op: Op, base: Base, offset: number): HotAccess {
  return [op, 1, base, offset, (m, pc, _fp, address) => {
    viewOf(m).setInt8(address, m.code[pc + offset - 1]);
    return pc + offset + 1;
  }];
}

// deno-fmt-ignore
const hotAccesses = (): readonly HotAccess[] => [
  load(Op.Load32,            0x28, second, 3),
  load(Op.Load64,            0x29, second, 3),
  load(Op.Load8S,            0x2c, second, 3),
  load(Op.Load8U,            0x2d, second, 3),
  load(Op.Load16S,           0x2e, second, 3),
  load(Op.Load16U,           0x2f, second, 3),
  load(Op.Load8S64,          0x30, second, 3),
  load(Op.Load8U64,          0x31, second, 3),
  load(Op.Load16S64,         0x32, second, 3),
  load(Op.Load16U64,         0x33, second, 3),
  load(Op.Load32S64,         0x34, second, 3),
  load(Op.Load32U64,         0x35, second, 3),
  load(Op.AddLoad32,         0x28, secondPlusThird, 4),
  load(Op.AddLoad64,         0x29, secondPlusThird, 4),
  load(Op.AddLoad8U,         0x2d, secondPlusThird, 4),
  load(Op.AddImmLoad32,      0x28, secondPlusImm, 4),
  load(Op.AddImmLoad64,      0x29, secondPlusImm, 4),
  load(Op.AddImmLoad8S,      0x2c, secondPlusImm, 4),
  load(Op.AddImmLoad8U,      0x2d, secondPlusImm, 4),
  load(Op.AddImmLoad16U,     0x2f, secondPlusImm, 4),
  load(Op.ShlImmLoad32,      0x28, secondShifted, 4),
  load(Op.ShlImmAddLoad32,   0x28, secondShiftedPlus, 5),
  load(Op.ShlImmAddLoad64,   0x29, secondShiftedPlus, 5),
  store(Op.Store32,          0x36, first, 3),
  store(Op.Store64,          0x37, first, 3),
  store(Op.Store8,           0x3a, first, 3),
  store(Op.Store16,          0x3b, first, 3),
  store(Op.AddImmStore32,    0x36, firstPlusImm, 4),
  store(Op.AddImmStore64,    0x37, firstPlusImm, 4),
  store(Op.AddImmStore8,     0x3a, firstPlusImm, 4),
  store(Op.AddImmStore16,    0x3b, firstPlusImm, 4),
  store32Imm(Op.Store32Imm,       first, 3),
  store8Imm(Op.Store8Imm,         first, 3),
  store32Imm(Op.AddImmStore32Imm, firstPlusImm, 4),
  store8Imm(Op.AddImmStore8Imm,   firstPlusImm, 4),
  [Op.Load32Add, 4, second, 3, (m, pc, fp, address) => {
    const right = m.I[fp + m.code[pc + 4]];
    m.I[fp + m.code[pc + 1]] = viewOf(m).getInt32(address, true) + right;
    return pc + 5;
  }],
  [Op.Load32AddImm, 4, second, 3, (m, pc, fp, address) => {
    const right = m.code[pc + 4];
    m.I[fp + m.code[pc + 1]] = viewOf(m).getInt32(address, true) + right;
    return pc + 5;
  }],
  [Op.Load32F32MulAdd, 4, second, 3, (m, pc, fp, address) => {
    const { F, code } = m;
    const product = viewOf(m).getFloat32(address, true) * F[fp + code[pc + 4]];
    F[fp + code[pc + 1]] = Math.fround(product) + F[fp + code[pc + 5]];
    return pc + 6;
  }],
  [Op.AddImmLoad32F32MulAdd, 4, secondPlusImm, 4, (m, pc, fp, address) => {
    const { F, code } = m;
    const product = viewOf(m).getFloat32(address, true) * F[fp + code[pc + 5]];
    F[fp + code[pc + 1]] = Math.fround(product) + F[fp + code[pc + 6]];
    return pc + 7;
  }],
  [Op.Load64F64Add, 8, second, 3, (m, pc, fp, address) => {
    const right = m.D[(fp + m.code[pc + 4]) >> 1];
    m.D[(fp + m.code[pc + 1]) >> 1] = viewOf(m).getFloat64(address, true) + right;
    return pc + 5;
  }],
  [Op.Load64F64Mul, 8, second, 3, (m, pc, fp, address) => {
    const right = m.D[(fp + m.code[pc + 4]) >> 1];
    m.D[(fp + m.code[pc + 1]) >> 1] = viewOf(m).getFloat64(address, true) * right;
    return pc + 5;
  }],
  [Op.BrLoad8U, 1, first, 2, (m, pc, _fp, address) =>
    viewOf(m).getUint8(address) !== 0 ? jump(m, pc) : pc + 4],
  [Op.BrLoad8UZ, 1, first, 2, (m, pc, _fp, address) =>
    viewOf(m).getUint8(address) === 0 ? jump(m, pc) : pc + 4],
];

/** A taken branch, to the target in the third operand. */
function jump(m: Machine, pc: number): number {
  m.I[COUNTER]--;
  return m.code[pc + 3];
}

/** The handlers of hot ops with an access, for what lies beyond the limit. */
export function hotAccessHandlers(): (readonly [Op, Handler])[] {
  return hotAccesses().map((row) => [row[0], hotHandler(row)]);
}

function hotHandler(access: HotAccess): Handler {
  const [, bytes, base, offset, complete] = access;
  return (m, pc, fp) => {
    const { I, code } = m;
    const address = (base(I, code, pc, fp) >>> 0) + code[pc + offset];
    const memory = m.instance.memories[0];
    if (address + bytes > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
    return complete(m, pc, fp, address);
  };
}
