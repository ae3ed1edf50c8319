/**
 * Running guest code: the realm's one machine, the driver around the hot
 * loop, calls from the host, stack traces, and threads that can stop and go
 * on later.
 *
 * A call from the host puts its arguments at a base above all frames; nested
 * calls (guest, host, guest) stack up there. A `Thread` that stops is copied
 * out: its words, its references, and for each frame the function and where
 * in its code it goes on, relative to the function, so that the code may be
 * dropped meanwhile and the thread may resume at another base.
 */

// These two come first in a bundle, see mod.ts.
import { makeCore, Op, Word } from "./exec.ts";
import { Most, noRoomFor, translate } from "./translate.ts";
import { Arena, EndPc } from "./arena.ts";
import { DONE } from "./calls.ts";
import {
  CELL_METERED,
  CELL_STUB,
  type Code,
  type FunctionTable,
} from "./code.ts";
import { buildHandlers } from "./cold.ts";
import {
  addFrames,
  FuelExhausted,
  isA,
  LinkError,
  MAX_TRACE_FRAMES,
  Trap,
  type WasmFrame,
} from "./errors.ts";
import {
  describe,
  framesFrom,
  functionOfStub,
  here,
  type Position,
  type Run,
  traceOf,
  Unwinding,
} from "./frames.ts";
import { OUT_OF_FUEL } from "./fuel.ts";
import { type Handler, STOPPED } from "./instruction.ts";
import { MemoryInstance } from "./memory.ts";
import type { Module } from "./module.ts";
import {
  type Fuel,
  type FunctionInstance,
  type Machine,
  type ModuleInstance,
  type Note,
  PENDING,
  type Probes,
  type Ref,
  type StoppedFrame,
  type Waiter,
} from "./store.ts";
import { TrapCode } from "./trap.ts";
import { warmUp, warmUpAccesses, warmUpVectors } from "./warm_up.ts";
import { type Weak, weakly } from "./weak.ts";

/** Sizes of the machine; the first use in a realm fixes them. */
export interface MachineSize {
  /** Bytes of the register file: how deep guests can recurse. */
  readonly stackBytes: number;
  /** Bytes of the code arena. */
  readonly codeBytes: number;
}

export const DEFAULT_SIZE: MachineSize = {
  stackBytes: 16 * 1024 * 1024,
  codeBytes: 32 * 1024 * 1024,
};

/** Taken branches and calls between two polls. */
export const POLL_INTERVAL = 100_000;
/**
 * V8 and JSC put faster code of a loop in place where the loop is entered, and
 * need some time to make it. Until then the loop is left every few points, so
 * many times.
 */
const COLD_INTERVAL = 16;
const COLD_SLICES = 0x1_0000;
/**
 * JSC's collector drops code that it takes for idle. JSC keeps which types the
 * code saw, but not which methods it found: what it compiles next takes those
 * of DataView for any others, 2 to 4 times slower, and for good. It first makes
 * simple code (in 10 ms, while the loop is interpreted), in which a method has
 * to be looked up some ten times to be known, and some thousand ops later the
 * code that stays. So a call from outside is left once near its beginning, to
 * see whether there was a collection, though not twice within so many
 * milliseconds. If there was, the loop is warmed up, and left so many times in
 * which it does all accesses.
 */
const FIRST_INTERVAL = 255;
const WARM_MS = 2000;
const LAST_SLICES = 600;
/**
 * SpiderMonkey, which alone has InternalError, makes slower code of a loop, which
 * it enters in the middle, unless the function is called again soon, whenever it
 * makes it: see docs/rationale.md.
 */
const MAX_INTERVAL = "InternalError" in globalThis ? 64 : Infinity;
/** Guest, host, guest, ...: how deep, before the host's own stack overflows. */
const MAX_NESTING = 100;

/** How a run ended: it is complete; it waits for a host function. */
export { DONE, OUT_OF_FUEL, PENDING };
/** How a run ended: the poll asked it to stop, or an op waits. */
export { STOPPED };

/** Asked at interruption points; true stops the run. It may throw. */
export type Poll = () => boolean;

/** The realm's machine, with what only the driver needs. */
interface Realm {
  readonly machine: Machine;
  readonly arena: Arena;
  readonly handlers: Handler[];
  readonly noMemory: MemoryInstance;
  readonly noTable: Int32Array;
  /** Code that is about to be returned to. */
  readonly pinned: Set<Code>;
  /** Where the outer runs stand. */
  readonly outer: Position[];
  run: Run | undefined;
  /** Whether the loop is known to be warm, since the call from outside. */
  isWarm: boolean;
  /** When it was warmed up again, by the host's clock. */
  warmAt: number;
  /** Gone where there was a collection since then. */
  canary: Weak<object> | undefined;
  /** How often the loop has yet to be left early. */
  coldSlices: number;
  /** How many frames there may be. */
  maxDepth: number;
  readonly size: MachineSize;
  /** Whether the vector loop was used. */
  hasVectors: boolean;
}

let theRealm: Realm | undefined;

/** Makes the machine, unless it is there; false if it is there and smaller. */
export function prepareMachine(size: MachineSize): boolean {
  if (theRealm === undefined) theRealm = makeRealm(size);
  return theRealm.size.stackBytes >= size.stackBytes &&
    theRealm.size.codeBytes >= size.codeBytes;
}

function realm(): Realm {
  return theRealm ??= makeRealm(DEFAULT_SIZE);
}

export function machine(): Machine {
  return realm().machine;
}

function makeRealm(size: MachineSize): Realm {
  const stackWords = size.stackBytes >> 2;
  const m = makeCore(stackWords, size.codeBytes >> 2);
  m.I[Word.StackLimit] = m.stackEnd = stackWords - Most.UncheckedWords;
  m.admit = admit;
  m.mayStop = false;
  m.waiter = undefined;
  const handlers = buildHandlers();
  handlers[Op.Translate] = translateCallee;
  const noMemory = new MemoryInstance({
    min: 0,
    max: 0,
    shared: false,
    is64: false,
  });
  warmUp(m);
  m.I[Word.Pc] = m.next = EndPc.Exit;
  const arena = new Arena(m.code, stackWords);
  m.codeAt = (pc) => arena.find(pc);
  const noTable = new Int32Array(0);
  return {
    machine: m,
    arena,
    handlers,
    noMemory,
    noTable,
    pinned: new Set(),
    outer: [],
    run: undefined,
    isWarm: false,
    warmAt: -Infinity,
    canary: undefined,
    coldSlices: COLD_SLICES,
    maxDepth: Infinity,
    size,
    hasVectors: false,
  };
}

/** From now on calls are told of, see probes.ts. */
export function installProbes(
  probes: Probes,
  handlers: readonly (readonly [Op, Handler])[],
): void {
  const current = realm();
  current.machine.probes = probes;
  for (const [op, handler] of handlers) current.handlers[op] = handler;
}

/** Makes the next poll come after so many taken branches and calls. */
export function pollAfter(points: number): void {
  if (theRealm !== undefined) countDown(theRealm, points);
}

/** How many points are left until the next poll. */
export function pointsLeft(): number {
  const { I, later } = machine();
  return I[Word.Counter] + later + 1;
}

/**
 * Has the loop be left after so many points; or before, in parts: while it is
 * cold, and at the beginning of a call.
 */
function countDown(current: Realm, points: number): void {
  const { machine: m, isWarm, coldSlices } = current;
  let part = Math.min(isWarm ? points : FIRST_INTERVAL, MAX_INTERVAL);
  if (coldSlices > 0) part = COLD_INTERVAL;
  if (coldSlices > 0 && points > part) current.coldSlices--;
  m.I[Word.Counter] = Math.min(points, part);
  // Going from 0 to -1 is a point, too.
  m.later = Math.max(points - part, 0) - 1;
}

/** Has the loop be left soon after a call from outside has begun. */
function beginCall(current: Realm): void {
  current.isWarm = false;
  if (current.machine.I[Word.Counter] > FIRST_INTERVAL) {
    countDown(current, pointsLeft());
  }
}

/** Warms the loop up again after a collection. */
function keepWarm(current: Realm): void {
  const { machine: m } = current;
  current.isWarm = true;
  if (current.canary?.deref() !== undefined) return;
  const time = Date.now();
  if (time - current.warmAt < WARM_MS) return;
  current.warmAt = time;
  current.canary = weakly({});
  warmUp(m);
  if (current.hasVectors) warmUpVectors(m);
  current.coldSlices = Math.max(current.coldSlices, LAST_SLICES);
}

/** Gives a module its entry cells. */
export function newFunctionTable(module: Module): FunctionTable {
  const table = realm().arena.addModule(module, codesInUse);
  if (table === undefined) {
    throw new LinkError("the code arena has no room for the module");
  }
  return table;
}

// Translation

/** The stub of an entry cell: the function is called, but has no code yet. */
const translateCallee: Handler = (m, pc) => {
  const { functionTable } = m.instance;
  const { defined, isMetered } = functionOfStub(functionTable, pc);
  install(functionTable, defined, isMetered);
  m.afterWork?.();
  return m.code[pc - CELL_STUB];
};

function install(
  functions: FunctionTable,
  defined: number,
  isMetered: boolean,
): void {
  const { module } = functions;
  const functionIndex = module.importedFunctions + defined;
  const { arena, machine: m } = realm();
  const { length } = m.code;
  const translation = translate(functions, functionIndex, isMetered, length);
  if (!arena.install(translation, codesInUse)) {
    throw noRoomFor(module, functionIndex);
  }
}

/** The code of a function, translated if it is not. */
function codeOf(
  { functionTable, module }: ModuleInstance,
  functionIndex: number,
  isMetered: boolean,
): Code {
  const defined = functionIndex - module.importedFunctions;
  const codes = isMetered ? functionTable.meteredCodes : functionTable.codes;
  if (codes[defined] === undefined) install(functionTable, defined, isMetered);
  return codes[defined]!;
}

function codesInUse(): Set<Code> {
  const { machine: m, outer, pinned } = realm();
  const used = new Set(pinned);
  for (const position of [here(m, m.I[Word.Pc]), ...outer]) {
    for (const { code } of framesFrom(m, position)) used.add(code);
  }
  return used;
}

// The depth of the stack

const enum Least {
  /** A frame begins so many words above its caller's. */
  FrameWords = 2,
}

/** How many frames there are, in all runs. */
function depthOf({ machine: m, outer }: Realm): number {
  let depth = 0;
  let position = here(m, m.I[Word.Pc]);
  for (let at = outer.length;; position = outer[at]) {
    for (const { crossing } of framesFrom(m, position)) {
      if (crossing?.depth !== undefined) return depth + crossing.depth;
      depth++;
    }
    if (at-- === 0) return depth;
  }
}

/**
 * The loop lets calls through up to a word that so many frames cannot lie
 * below. Beyond it they are counted here, and the word is moved on for as long
 * as the caller does not return, which its crossing tells.
 */
function admit(fp: number, base: number, isGuest: boolean): boolean {
  const current = realm();
  const { machine: m, maxDepth, arena } = current;
  if (base > m.stackEnd) return false;
  if (!isGuest) return true;
  const depth = depthOf(current);
  if (depth >= maxDepth) return false;
  const { I, crossings, instance } = m;
  const limit = Math.min(
    fp + Least.FrameWords * (maxDepth - depth),
    m.stackEnd,
  );
  const caller = arena.find(I[Word.Pc]);
  // There is none where a host function was called in place of the last frame.
  if (limit > I[Word.StackLimit] && caller !== undefined) {
    const link = fp + caller.linkOffset;
    if (I[link] !== EndPc.ReturnInstance) {
      crossings.push({ instance, pc: I[link] });
      I[link] = EndPc.ReturnInstance;
    }
    const crossing = crossings[crossings.length - 1];
    crossing.depth = depth;
    crossing.limit ??= I[Word.StackLimit];
    I[Word.StackLimit] = limit;
  }
  return true;
}

// Driving

/** Runs from `pc` until the call is complete, waits, traps or is stopped. */
function drive(current: Realm, pc: number, poll: Poll | undefined): number {
  const { machine: m, noMemory, noTable } = current;
  const { I, code } = m;
  for (;;) {
    if (I[Word.Counter] < 0) {
      I[Word.Pc] = pc;
      if (code[pc] === Op.Translate) {
        I[Word.Pc] = pc = translateCallee(m, pc, I[Word.Fp]);
      }
      const isDue = m.later < 0;
      if (!isDue && !current.isWarm) keepWarm(current);
      const { coldSlices } = current;
      if (coldSlices > 0 && coldSlices <= LAST_SLICES) warmUpAccesses(m);
      countDown(current, isDue ? POLL_INTERVAL : m.later);
      if (isDue && poll !== undefined && poll()) return STOPPED;
    }
    const { instance } = m;
    const memory = instance.memories.length > 0
      ? instance.memories[0]
      : noMemory;
    m.imports.globals = instance.globals;
    m.execute(
      pc,
      I[Word.Fp],
      memory.view,
      memory.hotLimit,
      instance.tables.length > 0 ? instance.tables[0].handles : noTable,
      instance.globalWords,
      instance.id,
    );
    pc = I[Word.Pc];
    while (I[Word.Counter] >= 0) {
      const next = leave(current, pc);
      if (next < 0) {
        I[Word.Pc] = pc;
        return next;
      }
      // An op that waits in slices asks to be run again after a poll.
      if (next === pc) countDown(current, -1);
      pc = next;
      I[Word.Pc] = pc;
      if (code[pc] < Op.FirstCold) break;
    }
  }
}

/** Runs what `execute` leaves: vectors, or an op that has a handler. */
function leave(current: Realm, pc: number): number {
  const { machine: m, handlers, noMemory } = current;
  const { I, code } = m;
  const op = code[pc];
  if (op >= Op.FirstVector && op < Op.FirstRow) {
    if (!current.hasVectors) {
      current.hasVectors = true;
      current.coldSlices = COLD_SLICES;
      warmUpVectors(m);
    }
    const { memories } = m.instance;
    const { view, hotLimit } = memories.length > 0 ? memories[0] : noMemory;
    const next = m.executeVectors(pc, I[Word.Fp], view, hotLimit);
    // It does not do this access, or a branch back to here ends the slice.
    if (next !== pc || I[Word.Counter] < 0) return next;
  }
  return handlers[op](m, pc, I[Word.Fp]);
}

/**
 * Drives from where `begin` says, with the machine as it was before when it
 * ends. `onWait` is told when the run is PENDING, STOPPED or OUT_OF_FUEL, while
 * its frames are still there. `thread` is what the run is a part of.
 */
function run(
  base: number,
  { instance, type }: FunctionInstance,
  begin: () => number,
  poll: Poll | undefined,
  fuel: Fuel | undefined,
  onWait: (outcome: number) => void,
  thread?: Thread,
): number {
  const current = realm();
  const { machine: m, outer } = current;
  if (outer.length >= MAX_NESTING) throw new Trap(TrapCode.CallStackExhausted);
  const { top, progress, host, hostAt, mayStop } = m;
  const position = here(m, m.next);
  outer.push(position);
  if (outer.length === 1) beginCall(current);
  m.instance = instance!;
  m.host = undefined;
  m.progress = 0;
  m.mayStop = thread?.mayStop;
  const { maxDepth } = current;
  const limit = m.I[Word.StackLimit];
  current.maxDepth = Math.min(maxDepth, instance!.maxCallDepth);
  m.I[Word.StackLimit] = Math.min(
    limit,
    Word.StackStart + Least.FrameWords * (current.maxDepth - 1),
  );
  const { crossings } = position;
  const own: Run = {
    call: thread ?? position,
    base,
    instance: m.instance,
    crossings,
    stackLimit: m.I[Word.StackLimit],
    outer: current.run,
  };
  current.run = own;
  const outerFuel = fuel && pourFuel(m, fuel);
  // There are no frames yet: `codesInUse` may be asked before the first op.
  m.I[Word.Pc] = EndPc.Exit;
  try {
    if (base > m.I[Word.StackLimit] && depthOf(current) >= current.maxDepth) {
      throw new Trap(TrapCode.CallStackExhausted);
    }
    for (;;) {
      let trap: Trap | undefined;
      try {
        const outcome = drive(current, begin(), poll);
        if (outcome > DONE) {
          const frames = traceOf(m, m.I[Word.Pc], true);
          throw trap = new Trap(-outcome as TrapCode, frames);
        }
        if (outcome !== DONE) onWait(outcome);
        return outcome;
      } catch (error) {
        begin = unwind(m, error, trap, own);
      }
    }
  } finally {
    outerFuel?.();
    // References of frames that are gone are let go, but for results.
    const refs = (base + type.resultWords) >> 1;
    if (m.R.length > refs) m.R.length = refs;
    m.crossings.length = crossings;
    current.maxDepth = maxDepth;
    m.I[Word.StackLimit] = limit;
    outer.pop();
    current.run = own.outer;
    m.I[Word.Pc] = m.next = position.pc;
    m.I[Word.Fp] = position.fp;
    m.instance = position.instance;
    m.top = top;
    m.progress = progress;
    m.mayStop = mayStop;
    m.waiter = undefined;
    m.host = host;
    m.hostAt = hostAt;
  }
}

/** Where the run goes on after an error; throws where it does not. */
function unwind(
  m: Machine,
  error: unknown,
  trap: Trap | undefined,
  own: Run,
): () => number {
  const landing = isA(error, Unwinding) ? error.land(m, own) : undefined;
  if (isStackOverflow(error)) error = new Trap(TrapCode.CallStackExhausted);
  else if (landing === undefined && error !== trap) {
    addFrames(error, traceOf(m, m.I[Word.Pc], false));
  }
  m.probes?.abort(m, error, landing?.fp);
  m.host = undefined;
  m.progress = 0;
  m.waiter?.leave();
  if (landing === undefined) throw error;
  return landing.goOn;
}

/** The run of the driver that is under way. */
export function currentRun(): Run | undefined {
  return theRealm?.run;
}

/** Units that are left of `fuel`, also while code uses it. */
export function fuelLeft(fuel: Fuel): number {
  const m = theRealm?.machine;
  return m?.fuel === fuel ? fuel.remaining + m.I[Word.Fuel] : fuel.remaining;
}

/** Makes code use `fuel`, until the function that is returned is called. */
function pourFuel(m: Machine, fuel: Fuel): () => void {
  const { I, fuel: outerFuel, variant } = m;
  const outerUnits = I[Word.Fuel];
  I[Word.Fuel] = 0;
  m.fuel = fuel;
  m.variant = CELL_METERED;
  return () => {
    fuel.remaining += I[Word.Fuel];
    I[Word.Fuel] = outerUnits;
    m.fuel = outerFuel;
    m.variant = variant;
  };
}

/** Whether the host's own stack overflowed: V8, JSC; SpiderMonkey; QuickJS. */
function isStackOverflow(error: unknown): boolean {
  if (!isA(error, Error)) return false;
  try {
    const { name, message } = error;
    if (name === "RangeError") return message.includes("call stack");
    return name === "InternalError" &&
      (message.includes("recursion") || message.includes("stack overflow"));
  } catch {
    return false; // it throws when it is asked
  }
}

/** Enters `callee` from the host, its arguments at `base`; where it begins. */
function enter(m: Machine, callee: FunctionInstance, base: number): number {
  const link = base + callee.type.linkOffset;
  m.I[link] = EndPc.Exit;
  m.I[link + 1] = 0;
  m.I[Word.Fp] = base;
  return m.code[callee.cell + m.variant];
}

/**
 * Where the arguments of a call from the host belong. They are put down only
 * when there is room for them: behind the stack there is code.
 */
export function newBase(): number {
  const { top, stackEnd } = machine();
  if (top > stackEnd) throw new Trap(TrapCode.CallStackExhausted);
  return top;
}

/**
 * Calls `callee` with the arguments at `base`, which is a `newBase`; its
 * results are there afterwards. Throws a `Trap`, what a host function threw, a
 * `WouldSuspendError`, or `FuelExhausted` where the call, or the one that it is
 * nested in, has fuel and used it up.
 */
export function invoke(
  callee: FunctionInstance,
  base: number,
  poll?: Poll,
  fuel?: Fuel,
): void {
  const m = machine();
  if (callee.host !== undefined) {
    if (callHost(m, callee, base) !== PENDING) return;
    const error = new WouldSuspendError(callee.hostName);
    m.probes?.abandon(m, error, callee, []);
    throw error;
  }
  run(base, callee, () => enter(m, callee, base), poll, fuel, (outcome) => {
    if (outcome === OUT_OF_FUEL) throw new FuelExhausted();
    const isNested = realm().outer.length > 1;
    throw new WouldSuspendError(m.host!.hostName, isNested);
  });
}

/** Calls a host function that was exported again. */
function callHost(
  m: Machine,
  callee: FunctionInstance,
  base: number,
): number | void {
  const { top } = m;
  m.top = base + callee.type.linkOffset + 2;
  try {
    return callee.host!(m, base, undefined);
  } finally {
    m.top = top;
  }
}

/**
 * A synchronous call reached a host function that has to wait. It stands also
 * for a call that a host function makes while a guest waits for it: such a
 * nested call cannot be suspended without the rest of the stack.
 *
 * @example
 * ```ts
 * import { Runtime, WouldSuspendError } from "@waxwing/waxwing";
 *
 * const bytes = Uint8Array.of(
 *   ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0],
 *   ...[2, 9, 1, 3, 101, 110, 118, 1, 102, 0, 0, 3, 2, 1, 0],
 *   ...[7, 7, 1, 3, 114, 117, 110, 0, 1, 10, 6, 1, 4, 0, 16, 0, 11],
 * ); // (func (export "run") (call env.f))
 * const runtime = new Runtime();
 * runtime.newHostModule("env").asyncFunc("f", [], [], async () => {})
 *   .instantiate();
 * const run = runtime.instantiate(bytes).exportedFunction("run")!;
 * try {
 *   run.call();
 * } catch (error) {
 *   console.log(error instanceof WouldSuspendError);
 * }
 * await run.callAsync();
 * ```
 */
export class WouldSuspendError extends Error {
  /** To tell the class by, where `instanceof` cannot. */
  override readonly name = "WouldSuspendError";
  /** The host function's name, such as `env.sleep`. */
  readonly functionName: string;

  /** `isNested`: whether a host function made the call. */
  constructor(functionName: string, isNested = false) {
    const how = isNested
      ? "it was reached by a call from inside another, which has to "
      : "";
    super(
      `host function ${functionName} has to wait: ${how}call the guest with ` +
        "callAsync or instantiateAsync",
    );
    this.functionName = functionName;
  }
}

// Threads

/** A frame of a stopped thread, as plain data. */
export interface SavedFrame {
  /** Id of the module instance. */
  readonly instance: number;
  readonly functionIndex: number;
  /** Where it goes on, in words from the start of the function's code. */
  readonly pc: number;
  /** First word of the frame, from the start of the thread's words. */
  readonly fp: number;
  /** Whether it returns by way of a crossing. */
  readonly crosses: boolean;
  /** Of a call in place of a host function, see in_place.ts. */
  readonly note?: Note;
}

/** A stopped thread, as plain data but for references. */
export interface SavedThread {
  /** Innermost first. */
  readonly frames: readonly SavedFrame[];
  readonly words: readonly number[];
  readonly refs: readonly Ref[];
  /** Where the results of the host function that is waited for belong. */
  readonly resultsAt: number;
  /** How far the op is that it stopped in, see `Machine.progress`. */
  readonly progress: number;
}

/** The same, as a thread keeps it. */
export interface Stopped {
  readonly frames: readonly SavedFrame[];
  readonly instances: readonly ModuleInstance[];
  readonly words: Int32Array;
  readonly refs: readonly Ref[];
  readonly resultsAt: number;
  readonly progress: number;
  /** The host function that it waits for. */
  readonly host: FunctionInstance | undefined;
  /** What else it waits for; not saved: the wait begins anew. */
  readonly waiter?: Waiter;
}

const NOT_STOPPED: Stopped = {
  frames: [],
  instances: [],
  words: /* @__PURE__ */ new Int32Array(0),
  refs: [],
  resultsAt: 0,
  progress: 0,
  host: undefined,
};

/**
 * A call of a guest function that can stop and go on. `start` and `resume`
 * run it until it is DONE, PENDING (a host function waits: the writer given
 * to `resume` puts its results down), STOPPED (by the poll) or OUT_OF_FUEL.
 */
export class Thread {
  readonly callee: FunctionInstance;
  /** What the call may use; it may be added to while the thread is stopped. */
  readonly fuel: Fuel | undefined;
  /** Whether it may be STOPPED though no poll asks for it. */
  readonly mayStop: boolean;
  #stopped: Stopped | undefined;

  constructor(callee: FunctionInstance, fuel?: Fuel, mayStop = true) {
    this.callee = callee;
    this.fuel = fuel;
    this.mayStop = mayStop;
  }

  /**
   * Begins; `write` puts the arguments at the base that it is given. When it
   * is DONE, the results are at `machine().top`.
   */
  start(write: (base: number) => void, poll?: Poll): number {
    const m = machine();
    const base = newBase();
    write(base);
    if (this.callee.host !== undefined) return this.#callHost(m, base);
    return this.#run(base, () => enter(m, this.callee, base), poll);
  }

  /** Calls a host function, which leaves no frames where it has to wait. */
  #callHost(m: Machine, base: number): number {
    const { callee } = this;
    if (callHost(m, callee, base) !== PENDING) return DONE;
    const words = new Int32Array(callee.type.linkOffset);
    this.#stopped = { ...NOT_STOPPED, words, host: callee };
    return PENDING;
  }

  /** The host function that it waits for, after PENDING. */
  get waitsFor(): FunctionInstance | undefined {
    return this.#stopped?.host;
  }

  /** Goes on; after PENDING, `write` puts the results at its base. */
  resume(write?: (base: number) => void, poll?: Poll): number {
    const stopped = this.#stopped;
    if (stopped === undefined) throw new Error("the thread is not stopped");
    const m = machine();
    const base = newBase();
    if (this.callee.host !== undefined) {
      this.#stopped = undefined;
      write?.(base);
      m.probes?.resume(m, stopped.host, base, undefined);
      return DONE;
    }
    return this.#run(base, () => {
      const pc = restore(stopped, base, this.fuel !== undefined);
      this.#stopped = undefined;
      const at = base + stopped.resultsAt;
      write?.(at);
      m.probes?.resume(m, stopped.host, at, m.instance);
      return pc;
    }, poll);
  }

  #run(base: number, begin: () => number, poll: Poll | undefined): number {
    const { callee, fuel } = this;
    return run(base, callee, begin, poll, fuel, () => {
      const results = base + callee.type.linkOffset;
      this.#stopped = save(base, results);
    }, this);
  }

  /** The stopped thread's stack, innermost first, cut at 30 frames. */
  frames(): WasmFrame[] {
    return this.#frames(MAX_TRACE_FRAMES).map(({ code, pc }) =>
      describe(code, pc - 1)
    );
  }

  #frames(count?: number): StoppedFrame[] {
    const { frames, instances } = this.#stopped ?? NOT_STOPPED;
    return frames.slice(0, count).map(({ functionIndex, pc }, i) => {
      const instance = instances[i];
      const code = codeOf(instance, functionIndex, this.fuel !== undefined);
      return { code, instance, pc: code.start + pc };
    });
  }

  /** Ends the thread by an error while it is stopped. */
  abandon(error: unknown): void {
    const { host, waiter } = this.#stopped ?? NOT_STOPPED;
    waiter?.leave();
    addFrames(error, this.frames());
    const m = machine();
    m.probes?.abandon(m, error, host, this.#frames());
    this.#stopped = undefined;
  }

  /** The stopped thread as plain data, such as JSON can carry. */
  save(): SavedThread {
    const stopped = this.#stopped;
    if (stopped === undefined) throw new Error("the thread is not stopped");
    const { frames, words, refs, resultsAt, progress } = stopped;
    return {
      frames,
      words: Array.from(words),
      refs: [...refs],
      resultsAt,
      progress,
    };
  }

  /**
   * A thread that goes on where the saved one stopped; with fuel if, and only
   * if, that one had fuel.
   */
  static load(
    callee: FunctionInstance,
    saved: SavedThread,
    instanceById: (id: number) => ModuleInstance,
    fuel?: Fuel,
  ): Thread {
    const thread = new Thread(callee, fuel);
    thread.#stopped = {
      ...saved,
      host: undefined,
      words: Int32Array.from(saved.words),
      instances: saved.frames.map((frame) => instanceById(frame.instance)),
    };
    return thread;
  }
}

/**
 * Copies the running thread out, as it is or in a call of a host function, at
 * least up to `resultsEnd`: without a frame (a host function was called in place
 * of the last one) results are left.
 */
export function save(base: number, resultsEnd: number): Stopped {
  const m = machine();
  const { host, hostAt } = m;
  const frames: SavedFrame[] = [];
  const instances: ModuleInstance[] = [];
  let top = resultsEnd;
  if (host) top = Math.max(top, hostAt + host.type.linkOffset);
  const pc = host ? m.next : m.I[Word.Pc];
  for (const frame of framesFrom(m, here(m, pc))) {
    const { code, instance, pc, fp, crossing } = frame;
    frames.push({
      instance: instance.id,
      functionIndex: code.functionIndex,
      pc: pc - code.start,
      fp: fp - base,
      crosses: crossing !== undefined,
      note: crossing?.note,
    });
    instances.push(instance);
    top = Math.max(top, fp + code.frameWords);
  }
  return {
    frames,
    instances,
    words: m.I.slice(base, top),
    refs: m.R.slice(base >> 1, top >> 1),
    progress: m.progress,
    resultsAt: host ? hostAt - base : 0,
    host,
    waiter: m.waiter,
  };
}

/**
 * Copies a stopped thread in at `base`, so that guests may be called to make
 * the results that it waits for; where it goes on.
 */
export function restore(
  stopped: Stopped,
  base: number,
  isMetered: boolean,
): number {
  const { machine: m, pinned } = realm();
  const { frames, instances, words, refs, progress, waiter } = stopped;
  const fp = base + (frames[0]?.fp ?? 0);
  const top = base + words.length;
  // The frames that were here are gone, see `codesInUse`.
  m.I[Word.Pc] = EndPc.Exit;
  // It may have stopped where this was lower. All code lies behind F.
  if (fp > m.stackEnd || top > m.F.length) {
    throw new Trap(TrapCode.CallStackExhausted);
  }
  m.I.set(words, base);
  if (refs.length > 0) {
    while (m.R.length < base >> 1) m.R.push(null);
    refs.forEach((ref, i) => m.R[(base >> 1) + i] = ref);
  }
  let pc = EndPc.Exit;
  try {
    for (let i = frames.length - 1; i >= 0; i--) {
      const frame = frames[i];
      const code = codeOf(instances[i], frame.functionIndex, isMetered);
      pinned.add(code);
      const link = base + frame.fp + code.linkOffset;
      m.I[link] = frame.crosses ? EndPc.ReturnInstance : pc;
      if (frame.crosses) {
        m.crossings.push({ instance: m.instance, pc, note: frame.note });
      }
      m.instance = instances[i];
      pc = code.start + frame.pc;
    }
  } finally {
    pinned.clear();
  }
  m.I[Word.Fp] = fp;
  m.progress = progress;
  m.waiter = waiter;
  m.top = top;
  return m.I[Word.Pc] = m.next = pc;
}
