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

import { Arena, PC_EXIT, PC_RETURN_INSTANCE } from "./arena.ts";
import { DONE } from "./calls.ts";
import {
  CELL_ENTRY,
  CELL_STUB,
  CELL_WORDS,
  type Code,
  type FunctionTable,
  moduleOffset,
} from "./code.ts";
import { buildHandlers } from "./cold.ts";
import { CompileError, LinkError, Trap, type WasmFrame } from "./errors.ts";
import {
  COUNTER,
  FP,
  makeCore,
  Op,
  PC,
  STACK_LIMIT,
  STACK_START,
} from "./exec.ts";
import type { Handler } from "./instruction.ts";
import { MemoryInstance } from "./memory.ts";
import type { Module } from "./module.ts";
import { functionNameOf, namesOf } from "./names.ts";
import {
  type FunctionInstance,
  type Machine,
  type ModuleInstance,
  PENDING,
  type Ref,
} from "./store.ts";
import { STACK_MARGIN, translate } from "./translate.ts";
import { TrapCode } from "./trap.ts";
import { signatureName, typeOf } from "./types.ts";
import { warmUp } from "./warm_up.ts";

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
const POLL_INTERVAL = 100_000;
/** Guest, host, guest, ...: how deep, before the host's own stack overflows. */
const MAX_NESTING = 100;
const MAX_TRACE_FRAMES = 30;

/** How a run ended: it is complete; it waits for a host function. */
export { DONE, PENDING };
/** How a run ended: the poll asked it to stop. */
export const STOPPED = -1002;

/** Asked at interruption points; true stops the run. It may throw. */
export type Poll = () => boolean;

/** Where an outer run stands while a nested one is under way. */
interface Position {
  readonly pc: number;
  readonly fp: number;
  readonly base: number;
  readonly instance: ModuleInstance;
  readonly crossings: number;
}

/** The realm's machine, with what only the driver needs. */
interface Realm {
  readonly machine: Machine;
  readonly arena: Arena;
  readonly handlers: readonly Handler[];
  readonly noMemory: MemoryInstance;
  readonly noTable: Int32Array;
  /** Code that is about to be returned to. */
  readonly pinned: Set<Code>;
  /** The outer runs. */
  readonly outer: Position[];
  /** The base of the running one. */
  base: number;
  readonly size: MachineSize;
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
  const m = makeCore(size.stackBytes >> 2, size.codeBytes >> 2);
  m.I[STACK_LIMIT] = (size.stackBytes >> 2) - STACK_MARGIN;
  m.next = PC_EXIT;
  const handlers = buildHandlers();
  handlers[Op.Translate] = translateCallee;
  const noMemory = new MemoryInstance({
    min: 0,
    max: 0,
    shared: false,
    is64: false,
  });
  warmUp(m);
  m.I[COUNTER] = POLL_INTERVAL;
  const arena = new Arena(m.code);
  const noTable = new Int32Array(0);
  return {
    machine: m,
    arena,
    handlers,
    noMemory,
    noTable,
    pinned: new Set(),
    outer: [],
    base: STACK_START,
    size,
  };
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
  const defined = (pc - CELL_STUB - functionTable.cells) / CELL_WORDS;
  install(functionTable, defined);
  return m.code[pc - CELL_STUB + CELL_ENTRY];
};

function install(functions: FunctionTable, defined: number): void {
  const { module } = functions;
  const translation = translate(functions, module.importedFunctions + defined);
  if (!realm().arena.install(translation, codesInUse)) {
    throw new CompileError(
      "the code arena has no room for the function",
      module.bodyStarts[defined],
    );
  }
}

/** The code of a function, translated if it is not. */
function codeOf(instance: ModuleInstance, functionIndex: number): Code {
  const { functionTable: functions, module } = instance;
  const defined = functionIndex - module.importedFunctions;
  if (functions.codes[defined] === undefined) install(functions, defined);
  return functions.codes[defined]!;
}

function codesInUse(): Set<Code> {
  const { machine: m, outer, base, pinned } = realm();
  const used = new Set(pinned);
  const note = (frame: Frame) => used.add(frame.code);
  walk(here(m, m.I[PC], base), note);
  for (const position of outer) walk(position, note);
  return used;
}

// Frames

/** A guest function on the stack. */
interface Frame {
  readonly code: Code;
  readonly instance: ModuleInstance;
  /** Where it goes on. */
  readonly pc: number;
  readonly fp: number;
  /** Whether it returns to another instance. */
  readonly crosses: boolean;
}

function here(m: Machine, pc: number, base: number): Position {
  const { instance, crossings } = m;
  return { pc, fp: m.I[FP], base, instance, crossings: crossings.length };
}

/** Visits the frames of a run, innermost first. */
function walk(position: Position, visit: (frame: Frame) => void): void {
  const { machine: m, arena } = realm();
  let { pc, fp, instance, crossings } = position;
  for (;;) {
    if (pc === PC_RETURN_INSTANCE) {
      ({ instance, pc } = m.crossings[--crossings]);
    }
    if (pc === PC_EXIT) return;
    const code = arena.find(pc);
    const link = fp + (code?.linkOffset ?? linkOfStub(instance, pc));
    const crosses = m.I[link] === PC_RETURN_INSTANCE;
    if (code !== undefined) visit({ code, instance, pc, fp, crosses });
    pc = m.I[link];
    fp -= m.I[link + 1];
  }
}

/** The link of a function that was entered and has no code yet. */
function linkOfStub({ functionTable, module }: ModuleInstance, pc: number) {
  const defined = (pc - CELL_STUB - functionTable.cells) / CELL_WORDS;
  return typeOf(module.functions[module.importedFunctions + defined])
    .linkOffset;
}

/** The guest's stack as data; `pc` is that of the op that trapped. */
function traceOf(m: Machine, pc: number, base: number): WasmFrame[] {
  const frames: WasmFrame[] = [];
  walk(here(m, pc, base), ({ code, pc }) => {
    // A return address lies behind its call, the trapping pc is the op's own.
    const at = frames.length === 0 ? pc : pc - 1;
    if (frames.length < MAX_TRACE_FRAMES) frames.push(describe(code, at));
  });
  return frames;
}

function describe(code: Code, pc: number): WasmFrame {
  const { functions: { module }, functionIndex } = code;
  return {
    moduleName: namesOf(module).moduleName,
    functionIndex,
    functionName: functionNameOf(module, functionIndex),
    offset: moduleOffset(code, pc),
    signature: signatureName(module.functions[functionIndex]),
  };
}

// Driving

/** Runs from `pc` until the call is complete, waits, traps or is stopped. */
function drive(current: Realm, pc: number, poll: Poll | undefined): number {
  const { machine: m, handlers, noMemory, noTable } = current;
  const { I, code } = m;
  for (;;) {
    if (I[COUNTER] < 0) {
      I[PC] = pc;
      if (code[pc] === Op.Translate) I[PC] = pc = translateCallee(m, pc, I[FP]);
      I[COUNTER] = POLL_INTERVAL;
      if (poll !== undefined && poll()) return STOPPED;
    }
    const { instance } = m;
    const memory = instance.memories.length > 0
      ? instance.memories[0]
      : noMemory;
    m.execute(
      pc,
      I[FP],
      memory.view,
      memory.hotLimit,
      instance.tables.length > 0 ? instance.tables[0].handles : noTable,
      instance.globalWords,
      instance.id,
    );
    pc = I[PC];
    while (I[COUNTER] >= 0) {
      const next = handlers[code[pc]](m, pc, I[FP]);
      if (next < 0) {
        I[PC] = pc;
        return next;
      }
      // An op that waits in slices asks to be run again after a poll.
      if (next === pc) I[COUNTER] = -1;
      pc = next;
      I[PC] = pc;
      if (code[pc] < Op.FirstCold) break;
    }
  }
}

/**
 * Drives from where `begin` says, with the machine as it was before when it
 * ends. `onWait` is told when the run is PENDING or STOPPED, while its frames
 * are still there.
 */
function run(
  base: number,
  instance: ModuleInstance,
  begin: () => number,
  poll: Poll | undefined,
  onWait?: (outcome: number) => void,
): number {
  const current = realm();
  const { machine: m, outer } = current;
  if (outer.length >= MAX_NESTING) throw new Trap(TrapCode.CallStackExhausted);
  const { instance: outerInstance, top, next } = m;
  const crossings = m.crossings.length;
  outer.push(here(m, next, current.base));
  current.base = base;
  m.instance = instance;
  try {
    const outcome = drive(current, begin(), poll);
    if (outcome > DONE) {
      throw new Trap(-outcome as TrapCode, traceOf(m, m.I[PC], base));
    }
    if (outcome !== DONE) onWait?.(outcome);
    return outcome;
  } catch (error) {
    throw isStackOverflow(error)
      ? new Trap(TrapCode.CallStackExhausted)
      : error;
  } finally {
    m.crossings.length = crossings;
    const position = outer.pop()!;
    current.base = position.base;
    m.I[FP] = position.fp;
    m.instance = outerInstance;
    m.top = top;
    m.next = next;
  }
}

/** Whether the host's own stack overflowed: V8, JSC; SpiderMonkey; QuickJS. */
function isStackOverflow(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, message } = error;
  if (name === "RangeError") return message.includes("call stack");
  return name === "InternalError" &&
    (message.includes("recursion") || message.includes("stack overflow"));
}

/** Enters `callee` from the host, its arguments at `base`; where it begins. */
function enter(m: Machine, callee: FunctionInstance, base: number): number {
  const link = base + callee.type.linkOffset;
  m.I[link] = PC_EXIT;
  m.I[link + 1] = 0;
  m.I[FP] = base;
  return m.code[callee.cell + CELL_ENTRY];
}

function hasRoom(m: Machine, base: number): boolean {
  return base <= m.I[STACK_LIMIT];
}

/**
 * Calls `callee` with the arguments at `base` (which is `machine().top`, or
 * above it); its results are there afterwards. Throws a `Trap`, what a host
 * function threw, or a `WouldSuspendError`.
 */
export function invoke(
  callee: FunctionInstance,
  base: number,
  poll?: Poll,
): void {
  const m = machine();
  if (!hasRoom(m, base)) throw new Trap(TrapCode.CallStackExhausted);
  if (callee.host !== undefined) {
    const outcome = callHost(m, callee, base);
    if (outcome === PENDING) throw new WouldSuspendError(callee.hostName);
    return;
  }
  const outcome = run(
    base,
    callee.instance!,
    () => enter(m, callee, base),
    poll,
  );
  if (outcome === PENDING) throw new WouldSuspendError(m.waitsFor!.hostName);
}

/** Calls a host function that was exported again. */
function callHost(
  m: Machine,
  callee: FunctionInstance,
  base: number,
): void | typeof PENDING {
  const { top } = m;
  m.top = base + callee.type.linkOffset + 2;
  try {
    return callee.host!(m, base, undefined);
  } finally {
    m.top = top;
  }
}

/** A synchronous call reached a host function that has to wait. */
export class WouldSuspendError extends Error {
  override readonly name = "WouldSuspendError";
  /** The host function's name. */
  readonly functionName: string;

  constructor(functionName: string) {
    super(
      `host function ${functionName} has to wait: ` +
        "call the guest with callAsync",
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
  /** Whether it returns to another instance. */
  readonly crosses: boolean;
}

/** A stopped thread, as plain data but for references. */
export interface SavedThread {
  /** Innermost first. */
  readonly frames: readonly SavedFrame[];
  readonly words: readonly number[];
  readonly refs: readonly Ref[];
  /** Where the results of the host function that is waited for belong. */
  readonly resultsAt: number;
}

/** The same, as a thread keeps it. */
interface Stopped {
  readonly frames: readonly SavedFrame[];
  readonly instances: readonly ModuleInstance[];
  readonly words: Int32Array;
  readonly refs: readonly Ref[];
  readonly resultsAt: number;
}

/**
 * A call of a guest function that can stop and go on. `start` and `resume`
 * run it until it is DONE, PENDING (a host function waits: the writer given
 * to `resume` puts its results down) or STOPPED (by the poll).
 */
export class Thread {
  readonly callee: FunctionInstance;
  #stopped: Stopped | undefined;

  constructor(callee: FunctionInstance) {
    this.callee = callee;
  }

  /**
   * Begins; `write` puts the arguments at the base that it is given. When it
   * is DONE, the results are at `machine().top`.
   */
  start(write: (base: number) => void, poll?: Poll): number {
    const m = machine();
    const base = m.top;
    if (!hasRoom(m, base)) throw new Trap(TrapCode.CallStackExhausted);
    write(base);
    if (this.callee.host !== undefined) return this.#callHost(m, base);
    return this.#run(base, () => enter(m, this.callee, base), poll);
  }

  /** Calls a host function, which leaves no frames where it has to wait. */
  #callHost(m: Machine, base: number): number {
    const { callee } = this;
    if (callHost(m, callee, base) !== PENDING) return DONE;
    m.waitsFor = callee;
    m.waitsAt = base;
    const words = new Int32Array(callee.type.linkOffset);
    this.#stopped = {
      frames: [],
      instances: [],
      words,
      refs: [],
      resultsAt: 0,
    };
    return PENDING;
  }

  /** Goes on; after PENDING, `write` puts the results at its base. */
  resume(write?: (base: number) => void, poll?: Poll): number {
    const stopped = this.#stopped;
    if (stopped === undefined) throw new Error("the thread is not stopped");
    const m = machine();
    const base = m.top;
    if (!hasRoom(m, base + stopped.words.length)) {
      throw new Trap(TrapCode.CallStackExhausted);
    }
    if (this.callee.host !== undefined) {
      this.#stopped = undefined;
      write?.(base);
      return DONE;
    }
    return this.#run(base, () => {
      const pc = restore(stopped, base);
      this.#stopped = undefined;
      write?.(base + stopped.resultsAt);
      return pc;
    }, poll);
  }

  #run(base: number, begin: () => number, poll: Poll | undefined): number {
    return run(base, this.callee.instance!, begin, poll, (outcome) => {
      const results = base + this.callee.type.linkOffset;
      this.#stopped = save(base, results, outcome === PENDING);
    });
  }

  /** The stopped thread as plain data, such as JSON can carry. */
  save(): SavedThread {
    const stopped = this.#stopped;
    if (stopped === undefined) throw new Error("the thread is not stopped");
    const { frames, words, refs, resultsAt } = stopped;
    return { frames, words: Array.from(words), refs: [...refs], resultsAt };
  }

  /** A thread that goes on where the saved one stopped. */
  static load(
    callee: FunctionInstance,
    saved: SavedThread,
    instanceById: (id: number) => ModuleInstance,
  ): Thread {
    const thread = new Thread(callee);
    thread.#stopped = {
      ...saved,
      words: Int32Array.from(saved.words),
      instances: saved.frames.map((frame) => instanceById(frame.instance)),
    };
    return thread;
  }
}

/**
 * Copies the running thread out, at least up to `resultsEnd`: without a frame
 * (a host function was called in place of the last one) results are left.
 */
function save(base: number, resultsEnd: number, isPending: boolean): Stopped {
  const m = machine();
  const frames: SavedFrame[] = [];
  const instances: ModuleInstance[] = [];
  let top = resultsEnd;
  if (isPending) {
    top = Math.max(top, m.waitsAt + m.waitsFor!.type.linkOffset);
  }
  const pc = isPending ? m.next : m.I[PC];
  walk(here(m, pc, base), ({ code, instance, pc, fp, crosses }) => {
    frames.push({
      instance: instance.id,
      functionIndex: code.functionIndex,
      pc: pc - code.start,
      fp: fp - base,
      crosses,
    });
    instances.push(instance);
    top = Math.max(top, fp + code.frameWords);
  });
  return {
    frames,
    instances,
    words: m.I.slice(base, top),
    refs: m.R.slice(base >> 1, top >> 1),
    resultsAt: isPending ? m.waitsAt - base : 0,
  };
}

/** Copies a stopped thread in at `base`; where it goes on. */
function restore(stopped: Stopped, base: number): number {
  const { machine: m, pinned } = realm();
  const { frames, instances, words, refs } = stopped;
  m.I.set(words, base);
  if (refs.length > 0) {
    while (m.R.length < base >> 1) m.R.push(null);
    refs.forEach((ref, i) => m.R[(base >> 1) + i] = ref);
  }
  let pc = PC_EXIT;
  try {
    for (let i = frames.length - 1; i >= 0; i--) {
      const frame = frames[i];
      const code = codeOf(instances[i], frame.functionIndex);
      pinned.add(code);
      const link = base + frame.fp + code.linkOffset;
      m.I[link] = frame.crosses ? PC_RETURN_INSTANCE : pc;
      if (frame.crosses) m.crossings.push({ instance: m.instance, pc });
      m.instance = instances[i];
      pc = code.start + frame.pc;
    }
  } finally {
    pinned.clear();
  }
  m.I[FP] = base + (frames[0]?.fp ?? 0);
  return pc;
}
