/**
 * The atomic instructions: the host's `Atomics` over typed arrays (bigints for
 * 64 bits), whether the buffer is shared or not. Every access has to be
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
import type { Handler, Row, RowGroup } from "./instruction.ts";
import { Imm } from "./instruction.ts";
import { lazyBy } from "./lazy.ts";
import type { MemoryInstance } from "./memory.ts";
import { TrapCode } from "./trap.ts";

/** What a wait answers, and that the host refused to block. */
const enum Answer {
  Ok = 0,
  NotEqual = 1,
  TimedOut = 2,
  Refused = 3,
}

const enum Time {
  NanosecondsPerMs = 1e6,
  /** How long a call that waits cannot be stopped. */
  SliceMs = 50,
}

/** By the logarithm of the size of their elements. */
type Views = readonly [
  Uint8Array,
  Uint16Array,
  Int32Array,
  BigInt64Array,
];

const viewsOf = /* @__PURE__ */ lazyBy((buffer: ArrayBufferLike): Views => {
  // An embedder's buffer may end within an element.
  const { byteLength } = buffer;
  return [
    new Uint8Array(buffer),
    new Uint16Array(buffer, 0, Math.floor(byteLength / 2)),
    new Int32Array(buffer, 0, Math.floor(byteLength / 4)),
    new BigInt64Array(buffer, 0, Math.floor(byteLength / 8)),
  ];
});

/**
 * The view whose elements have `size` bytes. `Atomics` is typed for numbers
 * or for bigints: of 8 bytes this is a BigInt64Array, and the values that
 * `valueOf` makes for it are bigints.
 */
function viewOf(memory: MemoryInstance, size: number): Int32Array {
  return viewsOf(memory.buffer)[31 - Math.clz32(size)] as Int32Array;
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

// What is loaded is zero-extended. Values are those of the registers at `I[a]`
// and, of 8 bytes, `I[a + 1]`.

function valueOf(I: Int32Array, a: number, size: number): number {
  const value = size < 8 ? I[a] : toBigInt(I[a], I[a + 1]);
  return value as number;
}

function putValue(I: Int32Array, to: number, value: number | bigint): void {
  if (typeof value === "bigint") fromBigInt(I, to, value);
  else I[to] = value;
}

/**
 * Makes the handler of an access of `size` bytes. A result that is extended is
 * an i64 of which only the low word is accessed. Its register may be an
 * operand's.
 */
type Family = (size: number, isExtended: boolean) => Handler;

const load: Family = (size, isExtended) => (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = locate(memory, I[fp + code[pc + 2]], code[pc + 3], size);
  if (at < 0) return at;
  const to = fp + code[pc + 1];
  putValue(I, to, Atomics.load(viewOf(memory, size), at / size));
  if (isExtended) I[to + 1] = 0;
  return pc + 5;
};

const store: Family = (size) => (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 4]];
  const at = locate(memory, I[fp + code[pc + 1]], code[pc + 3], size);
  if (at < 0) return at;
  const value = valueOf(I, fp + code[pc + 2], size);
  Atomics.store(viewOf(memory, size), at / size, value);
  return pc + 5;
};

type Kind = "add" | "sub" | "and" | "or" | "xor" | "exchange";

/** The result is what was there before. */
function modify(kind: Kind): Family {
  return (size, isExtended) => (m, pc, fp) => {
    const { I, code } = m;
    const memory = m.instance.memories[code[pc + 5]];
    const at = locate(memory, I[fp + code[pc + 2]], code[pc + 4], size);
    if (at < 0) return at;
    const to = fp + code[pc + 1];
    const operand = valueOf(I, fp + code[pc + 3], size);
    putValue(I, to, Atomics[kind](viewOf(memory, size), at / size, operand));
    if (isExtended) I[to + 1] = 0;
    return pc + 6;
  };
}

const compareExchange: Family = (size, isExtended) => (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 6]];
  const at = locate(memory, I[fp + code[pc + 2]], code[pc + 5], size);
  if (at < 0) return at;
  const to = fp + code[pc + 1];
  const expected = valueOf(I, fp + code[pc + 3], size);
  const replacement = valueOf(I, fp + code[pc + 4], size);
  const view = viewOf(memory, size);
  const old = Atomics.compareExchange(view, at / size, expected, replacement);
  putValue(I, to, old);
  if (isExtended) I[to + 1] = 0;
  return pc + 7;
};

// Waiting.

const memoryAtomicNotify: Handler = (m, pc, fp) => {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 5]];
  const at = locate(memory, I[fp + code[pc + 2]], code[pc + 4], 4);
  if (at < 0) return at;
  const count = I[fp + code[pc + 3]] >>> 0;
  I[fp + code[pc + 1]] = Atomics.notify(viewOf(memory, 4), at / 4, count);
  return pc + 6;
};

/**
 * A memory that is not shared traps before its address is looked at. It waits
 * in slices, so that the call can be stopped; `m.progress` is in milliseconds.
 */
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
  const ms = isEndless ? Infinity : nanoseconds / Time.NanosecondsPerMs;
  const slice = Math.min(ms - m.progress, Time.SliceMs);
  const end = m.progress + slice;
  let answer = block(memory, at, size, lo, hi, slice);
  m.progress = 0;
  if (answer === Answer.TimedOut && end < ms) {
    if (!isEndless) m.progress = end;
    return pc;
  }
  if (answer === Answer.Refused) {
    answer = isEndless ? Answer.Ok : Answer.TimedOut;
  }
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
  const [, , words, longs] = viewsOf(memory.buffer);
  const long = toBigInt(lo, hi);
  const isEqual = size === 4
    ? Atomics.load(words, at / 4) === lo
    : Atomics.load(longs, at / 8) === long;
  if (!isEqual) return Answer.NotEqual;
  try {
    const outcome = size === 4
      ? Atomics.wait(words, at / 4, lo, ms)
      : Atomics.wait(longs, at / 8, long, ms);
    if (outcome === "ok") return Answer.Ok;
    return outcome === "not-equal" ? Answer.NotEqual : Answer.TimedOut;
  } catch {
    return Answer.Refused;
  }
}

/** The accesses of each family, in the order of the opcodes. */
const WIDTHS = ["i32", "i64", "i32 8", "i32 16", "i64 8", "i64 16", "i64 32"];

/** In the order of the opcodes; "*" stands for the bits of a narrow access. */
// deno-fmt-ignore
const families = (): (readonly [name: string, params: string, Family])[] => [
  ["load*",        "a",   load],
  ["store*",       "ai",  store],
  ["rmw*.add",     "ai",  modify("add")],
  ["rmw*.sub",     "ai",  modify("sub")],
  ["rmw*.and",     "ai",  modify("and")],
  ["rmw*.or",      "ai",  modify("or")],
  ["rmw*.xor",     "ai",  modify("xor")],
  ["rmw*.xchg",    "ai",  modify("exchange")],
  ["rmw*.cmpxchg", "aii", compareExchange],
];

/** `i32.atomic.load`, `i64.atomic.load`, `i32.atomic.load8_u`, ... */
function accessRows(): Row[] {
  return families().flatMap(([name, params, family], i) =>
    WIDTHS.map((width, j): Row => {
      const [type, bits = ""] = width.split(" ");
      const letter = type === "i32" ? "i" : "I";
      const isStore = name === "store*";
      const signature = params.replaceAll("i", letter) + ":" +
        (isStore ? "" : letter);
      const suffix = bits === "" || isStore ? "" : "_u";
      const mnemonic = `${type}.atomic.${name.replace("*", bits)}${suffix}`;
      const size = Number(bits || type.slice(1)) / 8;
      const handler = family(size, type === "i64" && size < 8);
      return [mnemonic, 0xfe010 + 7 * i + j, Imm.MemArg, signature, handler];
    })
  );
}

// deno-fmt-ignore
export const atomics = (): RowGroup => ({
  feature: Feature.Threads,
  rows: [
    ["memory.atomic.notify", 0xfe000, Imm.MemArg,  "ai:i",  memoryAtomicNotify],
    ["memory.atomic.wait32", 0xfe001, Imm.MemArg,  "aiI:i", (m, pc, fp) => wait(m, pc, fp, 4)],
    ["memory.atomic.wait64", 0xfe002, Imm.MemArg,  "aII:i", (m, pc, fp) => wait(m, pc, fp, 8)],
    ["atomic.fence",         0xfe003, Imm.Special, ":",     (_m, pc) => pc + 1],
    ...accessRows(),
  ],
});
