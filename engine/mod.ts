/**
 * What the rest of waxwing, and the tests, see of the engine: compiling,
 * instantiating, and calling on raw bit patterns. Everything that an embedder
 * meets is in `lib`, which stands on this.
 */

// The order of a bundle: the loops, which fuel.ts leads to, then what decodes,
// validates and translates. What is alike stands together, which makes 600 bytes
// less when it is compressed.
export { charge } from "./fuel.ts";
import { decode } from "./decode.ts";
import { BodyValidator } from "./validate.ts";
import { invoke, machine, newBase } from "./thread.ts";
import { FEATURES_ALL, type FeatureSet } from "./features.ts";
import {
  type InstanceLimits,
  instantiate,
  type InstantiateHooks,
  type Resolve,
} from "./link.ts";
import type { Module } from "./module.ts";
import {
  FunctionInstance,
  type GlobalInstance,
  type HostFunction,
  type Machine,
  type ModuleInstance,
  type Ref,
} from "./store.ts";
import { isRef, slotWords, typeOf, wordsIn } from "./types.ts";
import type { TypeId, ValueType } from "./types.ts";

export {
  addFrames,
  CompileError,
  formatFrames,
  FuelExhausted,
  isA,
  LinkError,
  Trap,
  wasmFrames,
} from "./errors.ts";
export type { WasmFrame } from "./errors.ts";
export * from "./features.ts";
export * from "./types.ts";
export { putF32, putF64, storeF32, storeF64 } from "./float.ts";
export { TrapCode } from "./trap.ts";
export { ExternKind } from "./module.ts";
export type { CallProbe, GlobalType, MemoryType, TableType } from "./module.ts";
export type { Module, ModuleInstance };
export * from "./store.ts";
export {
  MAX_PAGES,
  MemoryInstance,
  type MemoryPolicy,
  PAGE_BYTES,
} from "./memory.ts";
export { type Checkpoint, restoring, takeCheckpoint } from "./checkpoint.ts";
export { currentFrames, type Landing, moduleOf, Unwinding } from "./frames.ts";
export { lookUp } from "./calls.ts";
export { callInPlace, landBehind } from "./in_place.ts";
export { probeHost, withProbes } from "./probes.ts";
export { lazyBy } from "./lazy.ts";
export { kindOf } from "./link.ts";
export { exportNamesOf, functionNameOf, namesOf } from "./names.ts";
export {
  DEFAULT_SIZE,
  fuelLeft,
  invoke,
  machine,
  type MachineSize,
  newBase,
  OUT_OF_FUEL,
  pointsLeft,
  type Poll,
  POLL_INTERVAL,
  pollAfter,
  prepareMachine,
  type SavedThread,
  STOPPED,
  Thread,
  WouldSuspendError,
} from "./thread.ts";
export type { InstanceLimits, Resolve };

/**
 * Decodes and validates a module; throws a `CompileError`. Where it is known to
 * be valid, bodies are validated only as they are translated.
 */
export function compileModule(
  bytes: Uint8Array,
  features: FeatureSet = FEATURES_ALL,
  isKnown = false,
): Module {
  const steps = compileSteps(bytes, features, isKnown);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * The same in steps: after each, other things may be done. A step is one
 * function, or what comes before all of them.
 */
export function* compileSteps(
  bytes: Uint8Array,
  features: FeatureSet,
  isKnown: boolean,
): Generator<void, Module> {
  const module = decode(bytes, features);
  if (isKnown) return module;
  const validator = new BodyValidator(module);
  for (let i = 0; i < module.bodyStarts.length; i++) {
    yield;
    validator.validate(module.importedFunctions + i);
  }
  return module;
}

/**
 * Instantiates and runs the start function; throws `LinkError` or `Trap`.
 */
export function instantiateModule(
  module: Module,
  resolve: Resolve,
  limits?: InstanceLimits,
  hooks?: InstantiateHooks,
): ModuleInstance {
  return instantiate(module, resolve, limits, hooks);
}

/** A number's or vector's bits as an unsigned integer, or a reference. */
export type RawValue = bigint | Ref;

/** Calls a function on raw values. */
export function callRaw(
  callee: FunctionInstance,
  args: readonly RawValue[],
): RawValue[] {
  const m = machine();
  const base = newBase();
  writeRaw(m, base, callee.type.params, args);
  invoke(callee, base);
  return readRaw(m, base, callee.type.results);
}

/** The value of a global. */
export function getGlobalRaw(global: GlobalInstance): RawValue {
  const { type } = global.type;
  return isRef(type) ? global.ref : bitsAt(global.words, global.index, type);
}

/** A function of the host. */
export function hostFunction(
  type: TypeId,
  fn: HostFunction,
  name: string,
): FunctionInstance {
  return new FunctionInstance(typeOf(type), undefined, -1, 0, fn, name);
}

/** Puts raw values at `base`, as arguments or results. */
export function writeRaw(
  m: Machine,
  base: number,
  types: readonly ValueType[],
  values: readonly RawValue[],
): void {
  let at = base;
  types.forEach((type, i) => {
    if (isRef(type)) {
      while (m.R.length < at >> 1) m.R.push(null);
      m.R[at >> 1] = values[i];
    } else {
      let bits = values[i] as bigint;
      for (let word = 0; word < wordsIn(type); word++) {
        m.I[at + word] = Number(bits & 0xffffffffn);
        bits >>= 32n;
      }
    }
    at += slotWords(type);
  });
}

/** The raw values at `base`. */
export function readRaw(
  m: Machine,
  base: number,
  types: readonly ValueType[],
): RawValue[] {
  let at = base;
  return types.map((type) => {
    const value = isRef(type) ? m.R[at >> 1] : bitsAt(m.I, at, type);
    at += slotWords(type);
    return value;
  });
}

function bitsAt(words: Int32Array, at: number, type: ValueType): bigint {
  let bits = 0n;
  for (let word = wordsIn(type) - 1; word >= 0; word--) {
    bits = bits << 32n | BigInt(words[at + word] >>> 0);
  }
  return bits;
}
