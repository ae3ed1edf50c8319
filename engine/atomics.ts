/**
 * The atomic instructions: the host's `Atomics` over typed arrays (bigints for
 * 64 bits), whether the buffer is shared or not. Every access has to be
 * aligned, which is checked before the bounds, as SpiderMonkey and wazero do.
 *
 * `memory.atomic.wait` stops a run that may stop: by `Atomics.waitAsync` it is
 * in the host's queue until it is notified, whatever runs meanwhile. Each time
 * that the run goes on too early, the handler blocks for a moment on a word of
 * its own, so that trying again costs little, and stops the run once more.
 *
 * In other runs, and where there is no waitAsync, it blocks the host's thread by
 * `Atomics.wait`, in slices: after each the handler returns its own pc, which
 * asks the driver to run it once more and lets it look after deadlines in
 * between. A notification that comes between two slices is lost. Where the host
 * refuses to block (a browser's main thread) or nobody could wake the waiter (no
 * SharedArrayBuffer), a wait with a time-out answers "timed-out" at once and an
 * endless one "ok", a spurious wakeup, after which lock code looks at its word
 * again. Spec: the threads proposal.
 */

import type { Machine, Waiter } from "./store.ts";
import { Feature } from "./features.ts";
import { fromBigInt, toBigInt, toNumberS } from "./i64.ts";
import type { Handler, Row, RowGroup } from "./instruction.ts";
import { Imm, STOPPED } from "./instruction.ts";
import type { AtomicViews, MemoryInstance } from "./memory.ts";
import { TrapCode } from "./trap.ts";

/** What a wait answers, and that the host refused to block. */
const enum Answer {
  Ok = 0,
  NotEqual = 1,
  TimedOut = 2,
  Refused = 3,
}

/** What the host answers, by `Answer`. */
const OUTCOMES: readonly string[] = ["ok", "not-equal", "timed-out"];

const enum Time {
  NanosecondsPerMs = 1e6,
  /** How long a call that waits cannot be stopped. */
  SliceMs = 50,
  /** The same where it stops by itself. */
  PauseMs = 4,
}

function makeViews(buffer: ArrayBufferLike): AtomicViews {
  // An embedder's buffer may end within an element.
  const { byteLength } = buffer;
  return [
    new Uint8Array(buffer),
    new Uint16Array(buffer, 0, Math.floor(byteLength / 2)),
    new Int32Array(buffer, 0, Math.floor(byteLength / 4)),
    new BigInt64Array(buffer, 0, Math.floor(byteLength / 8)),
  ];
}

/**
 * The view whose elements have `1 << shift` bytes. `Atomics` is typed for
 * numbers or for bigints: of 8 bytes this is a BigInt64Array, and the values
 * that `valueOf` makes for it are bigints.
 */
function viewOf(memory: MemoryInstance, shift: number): Int32Array {
  const views = memory.atomicViews ??= makeViews(memory.buffer);
  return views[shift] as Int32Array;
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
 * What an access does with the element at `index`, and what it results in.
 * There may be no `Atomics`, as long as nothing is done.
 */
type Operate = (
  view: Int32Array,
  index: number,
  operand: number,
  replacement: number,
) => number;

/**
 * Makes the handler of an access of `size` bytes, with so many operands behind
 * the address. A result that is extended is an i64 of which only the low word
 * is accessed. Its register may be an operand's.
 */
function accessing(
  operate: Operate,
  operands: number,
  results: number,
  size: number,
  isExtended: boolean,
): Handler {
  const shift = 31 - Math.clz32(size);
  return (m, pc, fp) => {
    const { I, code } = m;
    const first = pc + 1 + results;
    const offset = first + 1 + operands;
    const memory = m.instance.memories[code[offset + 1]];
    const at = locate(memory, I[fp + code[first]], code[offset], size);
    if (at < 0) return at;
    const a = operands > 0 ? valueOf(I, fp + code[first + 1], size) : 0;
    const b = operands > 1 ? valueOf(I, fp + code[first + 2], size) : 0;
    const value = operate(viewOf(memory, shift), at >>> shift, a, b);
    if (results > 0) {
      const to = fp + code[pc + 1];
      putValue(I, to, value);
      if (isExtended) I[to + 1] = 0;
    }
    return offset + 2;
  };
}

// Waiting.

/** A count is unsigned. */
const notify: Operate = (view, at, a) => Atomics.notify(view, at, a >>> 0);

/**
 * A memory that is not shared traps before its address is looked at. Where the
 * thread is blocked, `m.progress` is in milliseconds.
 */
function wait(m: Machine, pc: number, fp: number, size: number): number {
  const { I, code } = m;
  const memory = m.instance.memories[code[pc + 6]];
  if (!memory.type.shared) return -TrapCode.ExpectedSharedMemory;
  const at = locate(memory, I[fp + code[pc + 2]], code[pc + 5], size);
  if (at < 0) return at;
  const timeout = fp + code[pc + 4];
  const nanoseconds = toNumberS(I[timeout], I[timeout + 1]);
  const isEndless = nanoseconds < 0;
  const ms = isEndless ? Infinity : nanoseconds / Time.NanosecondsPerMs;
  const view = viewOf(memory, size === 4 ? 2 : 3);
  const expected = valueOf(I, fp + code[pc + 3], size);
  const place: Place = [view, at / size, expected];
  let answer: number | undefined = Answer.Refused;
  if (m.mayStop) {
    if (m.waiter === undefined) m.waiter = enqueue(place, ms);
    else if (m.waiter.answer === undefined) block(nowhere(), Time.PauseMs);
    answer = m.waiter.answer;
    if (answer === undefined) return STOPPED;
    m.waiter = undefined;
  }
  if (answer === Answer.Refused) {
    const slice = Math.min(ms - m.progress, Time.SliceMs);
    const end = m.progress + slice;
    answer = block(place, slice);
    m.progress = 0;
    if (answer === Answer.TimedOut && end < ms) {
      if (!isEndless) m.progress = end;
      return pc;
    }
  }
  if (answer === Answer.Refused) {
    answer = isEndless ? Answer.Ok : Answer.TimedOut;
  }
  I[fp + code[pc + 1]] = answer;
  return pc + 7;
}

/** What `Atomics` is asked for: where to wait, as long as what is there. */
type Place = readonly [view: Int32Array, index: number, expected: number];

/** Compares first, as a host that refuses to block does not. */
function block(place: Place, ms: number): number {
  const [view, index, expected] = place;
  if (Atomics.load(view, index) !== expected) return Answer.NotEqual;
  try {
    return OUTCOMES.indexOf(Atomics.wait(...place, ms));
  } catch {
    return Answer.Refused;
  }
}

/** What ES2024 has. */
interface AsyncAtomics {
  readonly waitAsync?: (
    ...args: [...Place, ms: number]
  ) => { readonly value: string | Promise<string> };
}

/** Waits without blocking, from now on. */
function enqueue(place: Place, ms: number): Waiter {
  const waiter: Waiter = { answer: Answer.Refused, leave() {} };
  try {
    const { value } = (Atomics as AsyncAtomics).waitAsync!(...place, ms);
    const settle = (outcome: string) => {
      waiter.answer = OUTCOMES.indexOf(outcome);
    };
    if (typeof value === "string") settle(value);
    else {
      waiter.answer = undefined;
      value.then(settle);
      waiter.leave = () =>
        value.then((outcome) => {
          if (outcome === OUTCOMES[0]) Atomics.notify(place[0], place[1], 1);
        });
    }
  } catch {
    // It blocks.
  }
  return waiter;
}

let ownPlace: Place | undefined;

/** Where nobody is notified. There was no waiter without SharedArrayBuffer. */
function nowhere(): Place {
  return ownPlace ??= [new Int32Array(new SharedArrayBuffer(4)), 0, 0];
}

/** The accesses of each family, in the order of the opcodes. */
const WIDTHS = ["i32", "i64", "i32 8", "i32 16", "i64 8", "i64 16", "i64 32"];

/** In the order of the opcodes; "*" stands for the bits of a narrow access. */
// deno-fmt-ignore
const OPERATIONS: readonly (readonly [name: string, params: string, Operate])[] = [
  ["load*",        "a",   (view, at) => Atomics.load(view, at)],
  ["store*",       "ai",  (view, at, a) => Atomics.store(view, at, a)],
  ["rmw*.add",     "ai",  (view, at, a) => Atomics.add(view, at, a)],
  ["rmw*.sub",     "ai",  (view, at, a) => Atomics.sub(view, at, a)],
  ["rmw*.and",     "ai",  (view, at, a) => Atomics.and(view, at, a)],
  ["rmw*.or",      "ai",  (view, at, a) => Atomics.or(view, at, a)],
  ["rmw*.xor",     "ai",  (view, at, a) => Atomics.xor(view, at, a)],
  ["rmw*.xchg",    "ai",  (view, at, a) => Atomics.exchange(view, at, a)],
  ["rmw*.cmpxchg", "aii", (view, at, a, b) => Atomics.compareExchange(view, at, a, b)],
];

/** `i32.atomic.load`, `i64.atomic.load`, `i32.atomic.load8_u`, ... */
function accessRows(): Row[] {
  return OPERATIONS.flatMap(([name, params, operate], i) =>
    WIDTHS.map((width, j): Row => {
      const [type, bits = ""] = width.split(" ");
      const letter = type === "i32" ? "i" : "I";
      const result = name === "store*" ? "" : letter;
      const signature = params.replaceAll("i", letter) + ":" + result;
      const suffix = bits === "" || result === "" ? "" : "_u";
      const mnemonic = `${type}.atomic.${name.replace("*", bits)}${suffix}`;
      const size = Number(bits || type.slice(1)) / 8;
      const handler = accessing(
        operate,
        params.length - 1,
        result.length,
        size,
        type === "i64" && size < 8,
      );
      return [mnemonic, 0xfe010 + 7 * i + j, Imm.MemArg, signature, handler];
    })
  );
}

// deno-fmt-ignore
export const atomics = (): RowGroup => ({
  feature: Feature.Threads,
  rows: [
    ["memory.atomic.notify", 0xfe000, Imm.MemArg,  "ai:i",  accessing(notify, 1, 1, 4, false)],
    ["memory.atomic.wait32", 0xfe001, Imm.MemArg,  "aiI:i", (m, pc, fp) => wait(m, pc, fp, 4)],
    ["memory.atomic.wait64", 0xfe002, Imm.MemArg,  "aII:i", (m, pc, fp) => wait(m, pc, fp, 8)],
    ["atomic.fence",         0xfe003, Imm.Special, ":",     (_m, pc) => pc + 1],
    ...accessRows(),
  ],
});
