/**
 * The atomic instructions. On a memory that no other agent can see they are
 * plain accesses; on one whose buffer is shared they are the host's `Atomics`
 * over typed arrays (bigints for 64 bits, there only). Every access has to be
 * aligned, which is checked before the bounds, as SpiderMonkey and wazero do.
 *
 * `memory.atomic.wait` blocks the host's thread by `Atomics.wait`, an endless
 * one in slices: after each the handler returns its own pc, which asks the
 * driver to run it once more and lets it look after deadlines in between.
 * Where the host refuses to block (a browser's main thread) or nobody could
 * wake the waiter (no SharedArrayBuffer), a wait with a time-out answers
 * "timed-out" at once and an endless one "ok", a spurious wakeup, after which
 * lock code looks at its word again. Spec: the threads proposal.
 */

import type { Machine } from "./store.ts";
import { Feature } from "./features.ts";
import { fromBigInt, toBigInt, toNumberS } from "./i64.ts";
import type { Handler, RowGroup } from "./instruction.ts";
import { Imm } from "./instruction.ts";
import type { MemoryInstance } from "./memory.ts";
import { TrapCode } from "./trap.ts";

const ADD = 0;
const SUB = 1;
const AND = 2;
const OR = 3;
const XOR = 4;
const XCHG = 5;

/** What a wait answers, and that the host refused to block. */
const OK = 0;
const NOT_EQUAL = 1;
const TIMED_OUT = 2;
const REFUSED = 3;

const NANOSECONDS_PER_MS = 1e6;
const WAIT_SLICE_MS = 50;

/** The typed arrays over one shared buffer, which never moves. */
class SharedViews {
  readonly bytes: Uint8Array;
  readonly shorts: Uint16Array;
  readonly words: Int32Array;
  readonly longs: BigInt64Array;

  constructor(buffer: ArrayBufferLike) {
    this.bytes = new Uint8Array(buffer);
    this.shorts = new Uint16Array(buffer);
    this.words = new Int32Array(buffer);
    this.longs = new BigInt64Array(buffer);
  }

  /** The view whose elements have `size` bytes, 1, 2 or 4. */
  ofSize(size: number): Uint8Array | Uint16Array | Int32Array {
    return size === 1 ? this.bytes : size === 2 ? this.shorts : this.words;
  }
}

const viewsByBuffer: WeakMap<ArrayBufferLike, SharedViews> =
  /* @__PURE__ */ new WeakMap();

/** The views of a shared buffer, undefined for one of this agent alone. */
function sharedViews(memory: MemoryInstance): SharedViews | undefined {
  const { buffer } = memory;
  if (buffer instanceof ArrayBuffer) return undefined;
  let views = viewsByBuffer.get(buffer);
  if (views === undefined) {
    views = new SharedViews(buffer);
    viewsByBuffer.set(buffer, views);
  }
  return views;
}

/** Where the access of `size` bytes begins, or a negated trap code. */
function locate(
  memory: MemoryInstance,
  address: number,
  offset: number,
  size: number,
): number {
  if (((address + offset) & (size - 1)) !== 0) return -TrapCode.UnalignedAtomic;
  const at = (address >>> 0) + (offset >>> 0);
  return at + size > memory.byteLength ? -TrapCode.MemoryOutOfBounds : at;
}

// Accesses of 1, 2 and 4 bytes; what is loaded is zero-extended.

function load(memory: MemoryInstance, at: number, size: number): number {
  const views = sharedViews(memory);
  if (views !== undefined) return Atomics.load(views.ofSize(size), at / size);
  switch (size) {
    case 1:
      return memory.view.getUint8(at);
    case 2:
      return memory.view.getUint16(at, true);
    default:
      return memory.view.getInt32(at, true);
  }
}

function store(
  memory: MemoryInstance,
  at: number,
  size: number,
  value: number,
): void {
  const views = sharedViews(memory);
  if (views !== undefined) {
    Atomics.store(views.ofSize(size), at / size, value);
  } else if (size === 1) {
    memory.view.setUint8(at, value);
  } else if (size === 2) {
    memory.view.setUint16(at, value, true);
  } else {
    memory.view.setInt32(at, value, true);
  }
}

/** Returns what was there before. */
function modify(
  memory: MemoryInstance,
  at: number,
  size: number,
  kind: number,
  operand: number,
): number {
  const views = sharedViews(memory);
  if (views === undefined) {
    const old = load(memory, at, size);
    store(memory, at, size, combine(kind, old, operand));
    return old;
  }
  const view = views.ofSize(size);
  const index = at / size;
  switch (kind) {
    case ADD:
      return Atomics.add(view, index, operand);
    case SUB:
      return Atomics.sub(view, index, operand);
    case AND:
      return Atomics.and(view, index, operand);
    case OR:
      return Atomics.or(view, index, operand);
    case XOR:
      return Atomics.xor(view, index, operand);
    default:
      return Atomics.exchange(view, index, operand);
  }
}

/** Wraps `expected` to the size; returns what was there before. */
function compareExchange(
  memory: MemoryInstance,
  at: number,
  size: number,
  expected: number,
  replacement: number,
): number {
  const views = sharedViews(memory);
  if (views !== undefined) {
    const view = views.ofSize(size);
    return Atomics.compareExchange(view, at / size, expected, replacement);
  }
  const old = load(memory, at, size);
  const wrapped = size === 4 ? expected : expected & ((1 << 8 * size) - 1);
  if (old === wrapped) store(memory, at, size, replacement);
  return old;
}

function combine(kind: number, a: number, b: number): number {
  switch (kind) {
    case ADD:
      return (a + b) | 0;
    case SUB:
      return (a - b) | 0;
    case AND:
      return a & b;
    case OR:
      return a | b;
    case XOR:
      return a ^ b;
    default:
      return b;
  }
}

// Accesses of 8 bytes; what is loaded goes to `out[to]` and `out[to + 1]`.

function load64(
  memory: MemoryInstance,
  at: number,
  out: Int32Array,
  to: number,
): void {
  const views = sharedViews(memory);
  if (views !== undefined) {
    fromBigInt(out, to, Atomics.load(views.longs, at / 8));
    return;
  }
  out[to] = memory.view.getInt32(at, true);
  out[to + 1] = memory.view.getInt32(at + 4, true);
}

function store64(
  memory: MemoryInstance,
  at: number,
  lo: number,
  hi: number,
): void {
  const views = sharedViews(memory);
  if (views !== undefined) {
    Atomics.store(views.longs, at / 8, toBigInt(lo, hi));
    return;
  }
  memory.view.setInt32(at, lo, true);
  memory.view.setInt32(at + 4, hi, true);
}

function modify64(
  memory: MemoryInstance,
  at: number,
  kind: number,
  bLo: number,
  bHi: number,
  out: Int32Array,
  to: number,
): void {
  const views = sharedViews(memory);
  if (views !== undefined) {
    const old = modifyLong(views.longs, at / 8, kind, toBigInt(bLo, bHi));
    fromBigInt(out, to, old);
    return;
  }
  const aLo = memory.view.getInt32(at, true);
  const aHi = memory.view.getInt32(at + 4, true);
  const lo = combine(kind, aLo, bLo);
  let hi = combine(kind, aHi, bHi);
  if (kind === ADD && (lo >>> 0) < (aLo >>> 0)) hi++;
  if (kind === SUB && (aLo >>> 0) < (bLo >>> 0)) hi--;
  store64(memory, at, lo, hi);
  out[to] = aLo;
  out[to + 1] = aHi;
}

function modifyLong(
  view: BigInt64Array,
  index: number,
  kind: number,
  operand: bigint,
): bigint {
  switch (kind) {
    case ADD:
      return Atomics.add(view, index, operand);
    case SUB:
      return Atomics.sub(view, index, operand);
    case AND:
      return Atomics.and(view, index, operand);
    case OR:
      return Atomics.or(view, index, operand);
    case XOR:
      return Atomics.xor(view, index, operand);
    default:
      return Atomics.exchange(view, index, operand);
  }
}

function compareExchange64(
  memory: MemoryInstance,
  at: number,
  I: Int32Array,
  expected: number,
  replacement: number,
  to: number,
): void {
  const lo = I[expected], hi = I[expected + 1];
  const newLo = I[replacement], newHi = I[replacement + 1];
  const views = sharedViews(memory);
  if (views !== undefined) {
    const old = Atomics.compareExchange(
      views.longs,
      at / 8,
      toBigInt(lo, hi),
      toBigInt(newLo, newHi),
    );
    fromBigInt(I, to, old);
    return;
  }
  load64(memory, at, I, to);
  if (I[to] === lo && I[to + 1] === hi) store64(memory, at, newLo, newHi);
}

// The families of handlers, by the type of their operands and results.

function loadI32(m: Machine, pc: number, fp: number, size: number): number {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = locate(memory, I[fp + code[pc + 2]], code[pc + 3], size);
  if (at < 0) return at;
  I[fp + code[pc + 1]] = load(memory, at, size);
  return pc + 5;
}

function loadI64(m: Machine, pc: number, fp: number, size: number): number {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = locate(memory, I[fp + code[pc + 2]], code[pc + 3], size);
  if (at < 0) return at;
  const to = fp + code[pc + 1];
  if (size === 8) {
    load64(memory, at, I, to);
  } else {
    I[to] = load(memory, at, size);
    I[to + 1] = 0;
  }
  return pc + 5;
}

/** Of both types: only stores of 8 bytes look at the high half. */
function storeAny(m: Machine, pc: number, fp: number, size: number): number {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = locate(memory, I[fp + code[pc + 1]], code[pc + 3], size);
  if (at < 0) return at;
  const value = fp + code[pc + 2];
  if (size === 8) store64(memory, at, I[value], I[value + 1]);
  else store(memory, at, size, I[value]);
  return pc + 5;
}

function modifyI32(
  m: Machine,
  pc: number,
  fp: number,
  size: number,
  kind: number,
): number {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 5]];
  const at = locate(memory, I[fp + code[pc + 2]], code[pc + 4], size);
  if (at < 0) return at;
  const operand = I[fp + code[pc + 3]];
  I[fp + code[pc + 1]] = modify(memory, at, size, kind, operand);
  return pc + 6;
}

function modifyI64(
  m: Machine,
  pc: number,
  fp: number,
  size: number,
  kind: number,
): number {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 5]];
  const at = locate(memory, I[fp + code[pc + 2]], code[pc + 4], size);
  if (at < 0) return at;
  const to = fp + code[pc + 1], operand = fp + code[pc + 3];
  if (size === 8) {
    modify64(memory, at, kind, I[operand], I[operand + 1], I, to);
  } else {
    I[to] = modify(memory, at, size, kind, I[operand]);
    I[to + 1] = 0;
  }
  return pc + 6;
}

function exchangeI32(m: Machine, pc: number, fp: number, size: number): number {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 6]];
  const at = locate(memory, I[fp + code[pc + 2]], code[pc + 5], size);
  if (at < 0) return at;
  const expected = I[fp + code[pc + 3]], replacement = I[fp + code[pc + 4]];
  const old = compareExchange(memory, at, size, expected, replacement);
  I[fp + code[pc + 1]] = old;
  return pc + 7;
}

function exchangeI64(m: Machine, pc: number, fp: number, size: number): number {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 6]];
  const at = locate(memory, I[fp + code[pc + 2]], code[pc + 5], size);
  if (at < 0) return at;
  const to = fp + code[pc + 1];
  const expected = fp + code[pc + 3], replacement = fp + code[pc + 4];
  if (size === 8) {
    compareExchange64(memory, at, I, expected, replacement, to);
  } else {
    const value = I[replacement];
    I[to] = compareExchange(memory, at, size, I[expected], value);
    I[to + 1] = 0;
  }
  return pc + 7;
}

// Waiting.

const memoryAtomicNotify: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 5]];
  const at = locate(memory, I[fp + code[pc + 2]], code[pc + 4], 4);
  if (at < 0) return at;
  const views = sharedViews(memory);
  const count = I[fp + code[pc + 3]] >>> 0;
  I[fp + code[pc + 1]] = views === undefined
    ? 0
    : Atomics.notify(views.words, at / 4, count);
  return pc + 6;
};

/** A memory that is not shared traps before its address is looked at. */
function wait(m: Machine, pc: number, fp: number, size: number): number {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 6]];
  if (!memory.type.shared) return -TrapCode.ExpectedSharedMemory;
  const at = locate(memory, I[fp + code[pc + 2]], code[pc + 5], size);
  if (at < 0) return at;
  const expected = fp + code[pc + 3], timeout = fp + code[pc + 4];
  const lo = I[expected], hi = size === 8 ? I[expected + 1] : 0;
  const nanoseconds = toNumberS(I[timeout], I[timeout + 1]);
  const isEndless = nanoseconds < 0;
  const ms = isEndless ? WAIT_SLICE_MS : nanoseconds / NANOSECONDS_PER_MS;
  let answer = block(memory, at, size, lo, hi, ms);
  if (answer === TIMED_OUT && isEndless) return pc;
  if (answer === REFUSED) answer = isEndless ? OK : TIMED_OUT;
  I[fp + code[pc + 1]] = answer;
  return pc + 7;
}

/** Compares first, as a host that refuses to block does not. */
function block(
  memory: MemoryInstance,
  at: number,
  size: number,
  lo: number,
  hi: number,
  ms: number,
): number {
  const views = sharedViews(memory);
  if (views === undefined) {
    const { view } = memory;
    const isEqual = view.getInt32(at, true) === lo &&
      (size === 4 || view.getInt32(at + 4, true) === hi);
    return isEqual ? REFUSED : NOT_EQUAL;
  }
  const { words, longs } = views;
  const long = toBigInt(lo, hi);
  const isEqual = size === 4
    ? Atomics.load(words, at / 4) === lo
    : Atomics.load(longs, at / 8) === long;
  if (!isEqual) return NOT_EQUAL;
  try {
    const outcome = size === 4
      ? Atomics.wait(words, at / 4, lo, ms)
      : Atomics.wait(longs, at / 8, long, ms);
    if (outcome === "ok") return OK;
    return outcome === "not-equal" ? NOT_EQUAL : TIMED_OUT;
  } catch {
    return REFUSED;
  }
}

// deno-fmt-ignore
export const atomics = (): RowGroup => ({
  feature: Feature.Threads,
  rows: [
    ["memory.atomic.notify",       0xfe000, Imm.MemArg,  "ai:i",  memoryAtomicNotify],
    ["memory.atomic.wait32",       0xfe001, Imm.MemArg,  "aiI:i", (m, pc, fp) => wait(m, pc, fp, 4)],
    ["memory.atomic.wait64",       0xfe002, Imm.MemArg,  "aII:i", (m, pc, fp) => wait(m, pc, fp, 8)],
    ["atomic.fence",               0xfe003, Imm.Special, ":",     (_m, pc) => pc + 1],
    ["i32.atomic.load",            0xfe010, Imm.MemArg,  "a:i",   (m, pc, fp) => loadI32(m, pc, fp, 4)],
    ["i64.atomic.load",            0xfe011, Imm.MemArg,  "a:I",   (m, pc, fp) => loadI64(m, pc, fp, 8)],
    ["i32.atomic.load8_u",         0xfe012, Imm.MemArg,  "a:i",   (m, pc, fp) => loadI32(m, pc, fp, 1)],
    ["i32.atomic.load16_u",        0xfe013, Imm.MemArg,  "a:i",   (m, pc, fp) => loadI32(m, pc, fp, 2)],
    ["i64.atomic.load8_u",         0xfe014, Imm.MemArg,  "a:I",   (m, pc, fp) => loadI64(m, pc, fp, 1)],
    ["i64.atomic.load16_u",        0xfe015, Imm.MemArg,  "a:I",   (m, pc, fp) => loadI64(m, pc, fp, 2)],
    ["i64.atomic.load32_u",        0xfe016, Imm.MemArg,  "a:I",   (m, pc, fp) => loadI64(m, pc, fp, 4)],
    ["i32.atomic.store",           0xfe017, Imm.MemArg,  "ai:",   (m, pc, fp) => storeAny(m, pc, fp, 4)],
    ["i64.atomic.store",           0xfe018, Imm.MemArg,  "aI:",   (m, pc, fp) => storeAny(m, pc, fp, 8)],
    ["i32.atomic.store8",          0xfe019, Imm.MemArg,  "ai:",   (m, pc, fp) => storeAny(m, pc, fp, 1)],
    ["i32.atomic.store16",         0xfe01a, Imm.MemArg,  "ai:",   (m, pc, fp) => storeAny(m, pc, fp, 2)],
    ["i64.atomic.store8",          0xfe01b, Imm.MemArg,  "aI:",   (m, pc, fp) => storeAny(m, pc, fp, 1)],
    ["i64.atomic.store16",         0xfe01c, Imm.MemArg,  "aI:",   (m, pc, fp) => storeAny(m, pc, fp, 2)],
    ["i64.atomic.store32",         0xfe01d, Imm.MemArg,  "aI:",   (m, pc, fp) => storeAny(m, pc, fp, 4)],
    ["i32.atomic.rmw.add",         0xfe01e, Imm.MemArg,  "ai:i",  (m, pc, fp) => modifyI32(m, pc, fp, 4, ADD)],
    ["i64.atomic.rmw.add",         0xfe01f, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 8, ADD)],
    ["i32.atomic.rmw8.add_u",      0xfe020, Imm.MemArg,  "ai:i",  (m, pc, fp) => modifyI32(m, pc, fp, 1, ADD)],
    ["i32.atomic.rmw16.add_u",     0xfe021, Imm.MemArg,  "ai:i",  (m, pc, fp) => modifyI32(m, pc, fp, 2, ADD)],
    ["i64.atomic.rmw8.add_u",      0xfe022, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 1, ADD)],
    ["i64.atomic.rmw16.add_u",     0xfe023, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 2, ADD)],
    ["i64.atomic.rmw32.add_u",     0xfe024, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 4, ADD)],
    ["i32.atomic.rmw.sub",         0xfe025, Imm.MemArg,  "ai:i",  (m, pc, fp) => modifyI32(m, pc, fp, 4, SUB)],
    ["i64.atomic.rmw.sub",         0xfe026, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 8, SUB)],
    ["i32.atomic.rmw8.sub_u",      0xfe027, Imm.MemArg,  "ai:i",  (m, pc, fp) => modifyI32(m, pc, fp, 1, SUB)],
    ["i32.atomic.rmw16.sub_u",     0xfe028, Imm.MemArg,  "ai:i",  (m, pc, fp) => modifyI32(m, pc, fp, 2, SUB)],
    ["i64.atomic.rmw8.sub_u",      0xfe029, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 1, SUB)],
    ["i64.atomic.rmw16.sub_u",     0xfe02a, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 2, SUB)],
    ["i64.atomic.rmw32.sub_u",     0xfe02b, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 4, SUB)],
    ["i32.atomic.rmw.and",         0xfe02c, Imm.MemArg,  "ai:i",  (m, pc, fp) => modifyI32(m, pc, fp, 4, AND)],
    ["i64.atomic.rmw.and",         0xfe02d, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 8, AND)],
    ["i32.atomic.rmw8.and_u",      0xfe02e, Imm.MemArg,  "ai:i",  (m, pc, fp) => modifyI32(m, pc, fp, 1, AND)],
    ["i32.atomic.rmw16.and_u",     0xfe02f, Imm.MemArg,  "ai:i",  (m, pc, fp) => modifyI32(m, pc, fp, 2, AND)],
    ["i64.atomic.rmw8.and_u",      0xfe030, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 1, AND)],
    ["i64.atomic.rmw16.and_u",     0xfe031, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 2, AND)],
    ["i64.atomic.rmw32.and_u",     0xfe032, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 4, AND)],
    ["i32.atomic.rmw.or",          0xfe033, Imm.MemArg,  "ai:i",  (m, pc, fp) => modifyI32(m, pc, fp, 4, OR)],
    ["i64.atomic.rmw.or",          0xfe034, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 8, OR)],
    ["i32.atomic.rmw8.or_u",       0xfe035, Imm.MemArg,  "ai:i",  (m, pc, fp) => modifyI32(m, pc, fp, 1, OR)],
    ["i32.atomic.rmw16.or_u",      0xfe036, Imm.MemArg,  "ai:i",  (m, pc, fp) => modifyI32(m, pc, fp, 2, OR)],
    ["i64.atomic.rmw8.or_u",       0xfe037, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 1, OR)],
    ["i64.atomic.rmw16.or_u",      0xfe038, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 2, OR)],
    ["i64.atomic.rmw32.or_u",      0xfe039, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 4, OR)],
    ["i32.atomic.rmw.xor",         0xfe03a, Imm.MemArg,  "ai:i",  (m, pc, fp) => modifyI32(m, pc, fp, 4, XOR)],
    ["i64.atomic.rmw.xor",         0xfe03b, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 8, XOR)],
    ["i32.atomic.rmw8.xor_u",      0xfe03c, Imm.MemArg,  "ai:i",  (m, pc, fp) => modifyI32(m, pc, fp, 1, XOR)],
    ["i32.atomic.rmw16.xor_u",     0xfe03d, Imm.MemArg,  "ai:i",  (m, pc, fp) => modifyI32(m, pc, fp, 2, XOR)],
    ["i64.atomic.rmw8.xor_u",      0xfe03e, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 1, XOR)],
    ["i64.atomic.rmw16.xor_u",     0xfe03f, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 2, XOR)],
    ["i64.atomic.rmw32.xor_u",     0xfe040, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 4, XOR)],
    ["i32.atomic.rmw.xchg",        0xfe041, Imm.MemArg,  "ai:i",  (m, pc, fp) => modifyI32(m, pc, fp, 4, XCHG)],
    ["i64.atomic.rmw.xchg",        0xfe042, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 8, XCHG)],
    ["i32.atomic.rmw8.xchg_u",     0xfe043, Imm.MemArg,  "ai:i",  (m, pc, fp) => modifyI32(m, pc, fp, 1, XCHG)],
    ["i32.atomic.rmw16.xchg_u",    0xfe044, Imm.MemArg,  "ai:i",  (m, pc, fp) => modifyI32(m, pc, fp, 2, XCHG)],
    ["i64.atomic.rmw8.xchg_u",     0xfe045, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 1, XCHG)],
    ["i64.atomic.rmw16.xchg_u",    0xfe046, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 2, XCHG)],
    ["i64.atomic.rmw32.xchg_u",    0xfe047, Imm.MemArg,  "aI:I",  (m, pc, fp) => modifyI64(m, pc, fp, 4, XCHG)],
    ["i32.atomic.rmw.cmpxchg",     0xfe048, Imm.MemArg,  "aii:i", (m, pc, fp) => exchangeI32(m, pc, fp, 4)],
    ["i64.atomic.rmw.cmpxchg",     0xfe049, Imm.MemArg,  "aII:I", (m, pc, fp) => exchangeI64(m, pc, fp, 8)],
    ["i32.atomic.rmw8.cmpxchg_u",  0xfe04a, Imm.MemArg,  "aii:i", (m, pc, fp) => exchangeI32(m, pc, fp, 1)],
    ["i32.atomic.rmw16.cmpxchg_u", 0xfe04b, Imm.MemArg,  "aii:i", (m, pc, fp) => exchangeI32(m, pc, fp, 2)],
    ["i64.atomic.rmw8.cmpxchg_u",  0xfe04c, Imm.MemArg,  "aII:I", (m, pc, fp) => exchangeI64(m, pc, fp, 1)],
    ["i64.atomic.rmw16.cmpxchg_u", 0xfe04d, Imm.MemArg,  "aII:I", (m, pc, fp) => exchangeI64(m, pc, fp, 2)],
    ["i64.atomic.rmw32.cmpxchg_u", 0xfe04e, Imm.MemArg,  "aII:I", (m, pc, fp) => exchangeI64(m, pc, fp, 4)],
  ],
});
