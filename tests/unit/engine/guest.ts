// Guests for the engine's tests: instances of assembled modules, calls on raw
// values, host functions on bigints, and threads whose state passes through
// JSON each time they stop.

import {
  callRaw,
  compileModule,
  type Extern,
  type FunctionInstance,
  functionType,
  type GlobalInstance,
  type HostFunction,
  hostFunction,
  type InstanceLimits,
  instantiateModule,
  machine,
  MemoryInstance,
  type ModuleInstance,
  pollAfter,
  type RawValue,
  readRaw,
  type SavedThread,
  type TableInstance,
  Thread,
  Trap,
  writeRaw,
} from "../../../engine/mod.ts";
import { DONE, PENDING, STOPPED } from "../../../engine/thread.ts";
import { EXTERNREF, F32, F64, FUNCREF, I32 } from "../../../engine/types.ts";
import { I64, V128, type ValueType } from "../../../engine/types.ts";
import type { Assembler } from "./assembler.ts";

export type Imports = Readonly<Record<string, Extern>>;

/** Instances by id, as `Thread.load` wants them. */
const instances = new Map<number, ModuleInstance>();

/** Instantiates; imports are found by their second name. */
export function instanceOf(
  source: Assembler | Uint8Array,
  imports: Imports = {},
  limits?: InstanceLimits,
): ModuleInstance {
  const bytes = source instanceof Uint8Array ? source : source.build();
  const resolve = (_module: string, name: string) => imports[name];
  return remember(instantiateModule(compileModule(bytes), resolve, limits));
}

export function remember(instance: ModuleInstance): ModuleInstance {
  instances.set(instance.id, instance);
  return instance;
}

export function func(instance: ModuleInstance, name: string) {
  return instance.exports.get(name) as FunctionInstance;
}
export function memory(instance: ModuleInstance, name = "memory") {
  return instance.exports.get(name) as MemoryInstance;
}
export function table(instance: ModuleInstance, name = "table") {
  return instance.exports.get(name) as TableInstance;
}
export function global(instance: ModuleInstance, name: string) {
  return instance.exports.get(name) as GlobalInstance;
}

/** Calls an export; a single result comes as it is. */
export function call(
  instance: ModuleInstance,
  name: string,
  ...args: RawValue[]
): RawValue {
  const results = callRaw(func(instance, name), args);
  return results.length === 1 ? results[0] : results;
}

// deno-fmt-ignore
const TYPES: Readonly<Record<string, ValueType>> = {
  i: I32, I: I64, f: F32, F: F64, v: V128, r: FUNCREF, e: EXTERNREF,
};

function typesOf(letters: string): ValueType[] {
  return [...letters].map((letter) => TYPES[letter]);
}

/** The type of a signature such as `iI:F`. */
export function signature(text: string): number {
  const [params, results] = text.split(":");
  return functionType(typesOf(params), typesOf(results));
}

/** A host function on raw values. */
export function host(
  type: string,
  fn: (...args: RawValue[]) => RawValue[] | void,
  name = "host",
): FunctionInstance {
  const [params, results] = type.split(":").map(typesOf);
  const run: HostFunction = (m, base) => {
    writeRaw(m, base, results, fn(...readRaw(m, base, params)) ?? []);
  };
  return hostFunction(signature(type), run, name);
}

/** A host function that always has to wait. */
export function slowHost(
  type: string,
  onCall: (...args: RawValue[]) => void = () => {},
  name = "slow",
): FunctionInstance {
  const params = typesOf(type.split(":")[0]);
  const run: HostFunction = (m, base) => {
    onCall(...readRaw(m, base, params));
    return PENDING;
  };
  return hostFunction(signature(type), run, name);
}

/** The trap that `run` ends in. */
export function trapOf(run: () => unknown): Trap {
  try {
    run();
  } catch (error) {
    if (error instanceof Trap) return error;
    throw error;
  }
  throw new Error("it did not trap");
}

/** The message of the trap, without its stack trace. */
export function trapMessage(run: () => unknown): string {
  return trapOf(run).message.split("\n")[0];
}

// Memories

export const PAGE = 65536;
export const GIB = 2 ** 30;

export function newMemory(min: number, max?: number): MemoryInstance {
  return new MemoryInstance({ min, max, shared: false, is64: false });
}

/** Resident bytes of this process, where the host tells. */
export function residentBytes(): number {
  const host = globalThis as { process?: { memoryUsage(): { rss: number } } };
  return host.process?.memoryUsage().rss ?? 0;
}

// Threads

/** A poll that stops the run after so many taken branches and calls. */
export function stopEvery(branches: number): () => boolean {
  pollAfter(branches);
  return () => {
    pollAfter(branches);
    return true;
  };
}

/** Makes the next poll far again. */
export function pollSeldom(): void {
  pollAfter(1_000_000);
}

/** Puts arguments down. */
export function writer(callee: FunctionInstance, args: readonly RawValue[]) {
  return (base: number) => writeRaw(machine(), base, callee.type.params, args);
}

/** Puts the results of a host function down. */
export function resultWriter(host: FunctionInstance, results: RawValue[]) {
  return (base: number) =>
    writeRaw(machine(), base, host.type.results, results);
}

/** The results of a thread that is done. */
export function resultsOf({ callee }: Thread): RawValue[] {
  return readRaw(machine(), machine().top, callee.type.results);
}

/**
 * The thread after its state went through JSON. References to functions are
 * written as instance and index, others as their position in `others`.
 */
export function throughJson(thread: Thread, others: RawValue[] = []): Thread {
  const text = JSON.stringify(thread.save(), (key, value) => {
    if (key !== "refs") return value;
    return value.map((ref: FunctionInstance | null | undefined) => {
      if (ref === null || ref === undefined) return null;
      if (ref.instance !== undefined) return [ref.instance.id, ref.index];
      return { other: others.push(ref) - 1 };
    });
  });
  const saved = JSON.parse(text, (key, value) => {
    if (key !== "refs") return value;
    return value.map((ref: [number, number] | { other: number } | null) => {
      if (ref === null) return null;
      if (Array.isArray(ref)) return instances.get(ref[0])!.functionAt(ref[1]);
      return others[ref.other];
    });
  }) as SavedThread;
  scribble();
  return Thread.load(thread.callee, saved, (id) => instances.get(id)!);
}

/** Overwrites what a thread that stopped left in the register file. */
function scribble(): void {
  const m = machine();
  m.I.fill(0x5a5a5a5a, m.top, m.top + 20_000);
  m.R.fill("nothing", m.top >> 1, (m.top >> 1) + 10_000);
}

/** What a run that was stopped again and again came to. */
export interface SteppedRun {
  readonly results: RawValue[];
  readonly stops: number;
}

/** Runs, stopping after every so many branches and going through JSON. */
export function runInSteps(
  callee: FunctionInstance,
  args: readonly RawValue[],
  branches = 0,
): SteppedRun {
  let thread = new Thread(callee);
  const poll = stopEvery(branches);
  let stops = 0;
  let outcome = thread.start(writer(callee, args), poll);
  while (outcome === STOPPED) {
    stops++;
    thread = throughJson(thread);
    outcome = thread.resume(undefined, poll);
  }
  pollSeldom();
  if (outcome !== DONE) throw new Error(`it ended with ${outcome}`);
  return { results: resultsOf(thread), stops };
}

/** What earlier calls left on the stack, no later one may see. */
export function soilStack(): void {
  const { I, top } = machine();
  I.fill(0x5a5a_5a5a, top, top + 6000);
}
