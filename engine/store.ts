/**
 * What exists at run time: function, table, global, tag and segment
 * instances, the module instance that holds them, and the machine that runs
 * them. Spec: «Store».
 */

import { CELL_WORDS, type Code, type FunctionTable } from "./code.ts";
import type { MemoryInstance } from "./memory.ts";
import type { GlobalType, Module, TableType } from "./module.ts";
import type { FunctionType, TypeId } from "./types.ts";
import { FUNCREF, isSubtype, slotWords, typeOf, wordsIn } from "./types.ts";

/** A reference as it lives in registers, tables and globals. */
export type Ref = unknown;

/**
 * A function of the host, called with its arguments at `m.I[base]` (two words
 * each, four for v128; references at `m.R[base >> 1]`); it writes its results
 * there. It returns PENDING where the thread has to wait for them, and where the
 * guest goes on if it has seen to that itself.
 */
export type HostFunction = (
  m: Machine,
  base: number,
  caller: ModuleInstance | undefined,
) => number | void;

/** What a host function returns when its results come later. */
export const PENDING = -1001;

/** A function: of a module instance, or of the host. */
export class FunctionInstance {
  readonly typeId: TypeId;
  readonly type: FunctionType;
  /** Undefined for a host function. */
  readonly instance: ModuleInstance | undefined;
  /** Index in its module's function index space, -1 for a host function. */
  readonly index: number;
  /** Address of the entry cell in the code arena, 0 for a host function. */
  readonly cell: number;
  /** What a host function does; a probe may stand before it. */
  host: HostFunction | undefined;
  /** What to call it in a stack trace. */
  readonly hostName: string;
  /** What the embedder keeps with it; the engine never looks. */
  embedder: unknown = undefined;

  constructor(
    type: FunctionType,
    instance: ModuleInstance | undefined,
    index: number,
    cell: number,
    host?: HostFunction,
    hostName = "",
  ) {
    this.typeId = type.id;
    this.type = type;
    this.instance = instance;
    this.index = index;
    this.cell = cell;
    this.host = host;
    this.hostName = hostName;
  }
}

/** How many elements some tables may get in addition, all together. */
export interface ElementBudget {
  left: number;
}

/**
 * A table. Beside the references, tables of functions keep `handles`, two
 * words an element, from which the hot loop calls: the entry cell (0: null or
 * of the host) and the id of the instance that the function belongs to.
 */
export class TableInstance {
  readonly type: TableType;
  refs: Ref[];
  handles: Int32Array;
  /** What the embedder keeps with it; the engine never looks. */
  embedder: unknown = undefined;

  readonly #budget: ElementBudget;

  constructor(type: TableType, init: Ref, budget: ElementBudget) {
    this.type = type;
    this.#budget = budget;
    budget.left -= type.min;
    this.refs = new Array(type.min).fill(init);
    this.handles = new Int32Array(this.#isFunctions ? 2 * type.min : 0);
    if (init !== null) this.fill(0, init, type.min);
  }

  get length(): number {
    return this.refs.length;
  }

  get #isFunctions(): boolean {
    return isSubtype(this.type.element, FUNCREF);
  }

  set(index: number, ref: Ref): void {
    this.refs[index] = ref;
    if (!this.#isFunctions) return;
    const callee = ref as FunctionInstance | null;
    this.handles[2 * index] = callee?.cell ?? 0;
    this.handles[2 * index + 1] = callee?.instance?.id ?? 0;
  }

  fill(start: number, ref: Ref, count: number): void {
    for (let i = start; i < start + count; i++) this.set(i, ref);
  }

  /** Copies references of a segment or table, which may be this one. */
  copyFrom(
    source: readonly Ref[],
    from: number,
    to: number,
    count: number,
  ): void {
    if (from < to) {
      for (let i = count - 1; i >= 0; i--) this.set(to + i, source[from + i]);
    } else {
      for (let i = 0; i < count; i++) this.set(to + i, source[from + i]);
    }
  }

  /** Adds elements; the length there was before, or -1. */
  grow(count: number, ref: Ref): number {
    const before = this.refs.length;
    const after = before + count;
    const { max = Infinity } = this.type;
    if (after > max || count > this.#budget.left) return -1;
    this.#budget.left -= count;
    if (this.#isFunctions && 2 * after > this.handles.length) {
      const capacity = Math.min(Math.max(after, before * 1.5 | 0), max);
      const handles = new Int32Array(2 * capacity);
      handles.set(this.handles);
      this.handles = handles;
    }
    for (let i = before; i < after; i++) this.refs.push(null);
    // New handles are 0 already.
    if (ref !== null) this.fill(before, ref, count);
    return before;
  }
}

/**
 * A global. Numbers live in `words` from `index` on, which for a global that
 * an instance defines is the array that its code works on; references live
 * in `ref`.
 */
export class GlobalInstance {
  readonly type: GlobalType;
  readonly words: Int32Array;
  readonly index: number;
  ref: Ref = null;
  /** What the embedder keeps with it; the engine never looks. */
  embedder: unknown = undefined;

  constructor(type: GlobalType, words?: Int32Array, index = 0) {
    this.type = type;
    this.words = words ?? new Int32Array(slotWords(type.type));
    this.index = index;
  }

  /** Words of a number or vector. */
  get size(): number {
    return wordsIn(this.type.type);
  }
}

/** A tag: its identity is what counts. */
export class TagInstance {
  readonly type: FunctionType;

  constructor(type: FunctionType) {
    this.type = type;
  }
}

/** What a module can import or export. */
export type Extern =
  | FunctionInstance
  | TableInstance
  | MemoryInstance
  | GlobalInstance
  | TagInstance;

/** An instantiated module: its index spaces at run time. */
export class ModuleInstance {
  readonly module: Module;
  /** Unique in the realm, never 0, never given twice. */
  readonly id: number;
  /** Imports are there from the start, others come with `functionAt`. */
  readonly functions: (FunctionInstance | undefined)[];
  readonly tables: TableInstance[] = [];
  readonly memories: MemoryInstance[] = [];
  readonly globals: GlobalInstance[] = [];
  readonly tags: TagInstance[] = [];
  /** The words of the globals that the module defines. */
  readonly globalWords: Int32Array;
  /** Undefined where the segment was dropped. */
  readonly elements: (readonly Ref[] | undefined)[] = [];
  /** The bytes of each data segment, empty where it was dropped. */
  readonly data: Uint8Array[] = [];
  readonly exports: Map<string, Extern> = new Map();
  /** The module's functions in the code arena. */
  readonly functionTable: FunctionTable;
  /** How many frames there may be when the host calls one of its functions. */
  maxCallDepth = Infinity;
  /** What the embedder keeps with the instance; the engine never looks. */
  embedder: unknown = undefined;

  constructor(functionTable: FunctionTable, id: number, globalWords: number) {
    this.module = functionTable.module;
    this.functionTable = functionTable;
    this.id = id;
    this.globalWords = new Int32Array(globalWords);
    this.functions = new Array(this.module.functions.length).fill(undefined);
  }

  /** The function at `index`, one object for each. */
  functionAt(index: number): FunctionInstance {
    const known = this.functions[index];
    if (known !== undefined) return known;
    const { module, functionTable } = this;
    const defined = index - module.importedFunctions;
    const cell = functionTable.cells + CELL_WORDS * defined;
    const type = typeOf(module.functions[index]);
    return this.functions[index] = new FunctionInstance(
      type,
      this,
      index,
      cell,
    );
  }
}

/**
 * The register file and, behind it, the code arena, as one array with its
 * aliases; and the loop.
 */
export interface Machine {
  /** Registers, as words; all the views down to U8 alias it. */
  readonly I: Int32Array;
  readonly F: Float32Array;
  readonly D: Float64Array;
  readonly U8: Uint8Array;
  /** References, at register >> 1. */
  readonly R: Ref[];
  /** The same array as `I`, by the name of what is read: positions are a pc. */
  readonly code: Int32Array;
  /** The last word at which a frame may begin. */
  stackEnd: number;
  readonly imports: Imports;
  readonly execute: Execute;
  readonly executeVectors: ExecuteVectors;
  /** The module instance whose code runs. */
  instance: ModuleInstance;
  /**
   * Whether a call may be made whose frame begins at `base`, beyond the limit
   * that the loop knows; `fp` is the caller's.
   */
  admit: (fp: number, base: number, isGuest: boolean) => boolean;
  /** Where calls that left an instance return to, innermost last. */
  readonly crossings: Crossing[];
  /** The first word of the register file that no frame uses. */
  top: number;
  /** `CELL_METERED` while calls enter the code that uses fuel, or 0. */
  variant: number;
  /** What the running code may use beyond the word `FUEL`. */
  fuel: Fuel | undefined;
  /** Where the guest goes on when the host function it called is done. */
  next: number;
  /** Points to the next poll beyond those in the word `Counter`; -1: none. */
  later: number;
  /** How much of the long op at pc is done; 0 where none has begun. */
  progress: number;
  /** Whether an op may end the run by STOPPED. */
  mayStop?: boolean;
  /** What the op at pc waits for, see atomics.ts. */
  waiter?: Waiter;
  /** Told of what took time beside the guest's own instructions. */
  afterWork?: () => void;
  /** The host function that runs or has to wait, and where its arguments are. */
  host: FunctionInstance | undefined;
  hostAt: number;
  /** Undefined as long as nothing is told of calls. */
  probes: Probes | undefined;
  /** The code that a pc is in. */
  codeAt: (pc: number) => Code | undefined;
}

/** A guest in the queue of those that wait for an address. */
export interface Waiter {
  /** Undefined as long as it waits. */
  answer: number | undefined;
  /** Its call has ended: who comes next is notified in its place. */
  leave(): void;
}

/** Tells of the calls of functions that have probes; see probes.ts. */
export interface Probes {
  /** A function ends for another, whose frame ends at `end`. */
  leaveByTailCall(m: Machine, pc: number, fp: number, end: number): void;
  /** A host function that was waited for has its results. */
  resume(
    m: Machine,
    host: FunctionInstance | undefined,
    base: number,
    caller: ModuleInstance | undefined,
  ): void;
  /** An error passes through all frames, or through those above `fp`. */
  abort(m: Machine, error: unknown, fp?: number): void;
  /** An error ends a thread that is stopped. */
  abandon(
    m: Machine,
    error: unknown,
    host: FunctionInstance | undefined,
    frames: readonly StoppedFrame[],
  ): void;
}

/** A frame of a stopped thread. */
export interface StoppedFrame {
  readonly code: Code;
  readonly instance: ModuleInstance;
  /** Where it goes on. */
  readonly pc: number;
}

/** Fuel that calls share: one unit for each wasm instruction. */
export interface Fuel {
  /** Units; may be Infinity. */
  remaining: number;
}

/** Plain data, as it is saved with threads. */
export type Note = readonly number[];

/** A call from one instance into another, or in place of a host function. */
export interface Crossing {
  /** The caller's. */
  readonly instance: ModuleInstance;
  /** Where the caller goes on. */
  readonly pc: number;
  /** How many frames there were when the callee was found to be so deep. */
  depth?: number;
  /** The stack's limit to be set when the callee returns. */
  limit?: number;
  /** Of a call in place of a host function: what that wants to find again. */
  readonly note?: Note;
}

/** What the running instance imports and the loop finds by objects. */
export interface Imports {
  /** The instance's globals, of which the imported ones come first. */
  globals: readonly GlobalInstance[];
}

/**
 * Runs from `pc` with the frame at `fp`: on memory 0 (`limit` is its
 * `hotLimit`), the handles of table 0, the globals that the instance defines,
 * and its id.
 */
export type Execute = (
  pc: number,
  fp: number,
  mem: DataView,
  limit: number,
  table: Int32Array,
  globals: Int32Array,
  id: number,
) => void;

/** The same for vectors; where it left. */
export type ExecuteVectors = (
  pc: number,
  fp: number,
  mem: DataView,
  limit: number,
) => number;
