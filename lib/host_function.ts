/**
 * Functions of the host as the engine calls them: on plain values, or on the
 * raw stack. What they throw passes through unchanged, with the guest's frames
 * noted; an `ExitError` ends the instance that called. A promise of a function
 * that waits suspends the guest: the scheduler takes it from here.
 */

import {
  addFrames,
  EXTERNREF,
  FunctionInstance,
  type HostFunction,
  isRef,
  type Machine,
  type ModuleInstance,
  PENDING,
  signatureName,
  type TypeId,
  typeName,
  typeOf,
  type ValueType,
} from "../engine/mod.ts";
import type { FunctionDefinition } from "./definitions.ts";
import { readValues, writeValue, writeValues } from "./function.ts";
import { type Lifetime, lifetimeOf } from "./lifetime.ts";
import { afterWork, callingOwner, closeBy } from "./limits.ts";
import { isPromise } from "./world.ts";

/**
 * What a host function does, given the life of the instance that calls. It
 * has to spread the arguments at once: the next call gets the same array.
 */
export type HostCallback = (
  caller: Lifetime | undefined,
  args: unknown[],
) => unknown;

/**
 * A host function on the raw stack: slots of 8 bytes, the arguments from
 * `byteOffset` on, where it also puts its results.
 */
export type RawCallback = (
  stack: DataView,
  byteOffset: number,
  caller: Lifetime | undefined,
) => unknown;

/** What a host function and its parameters are called. */
export interface HostName {
  readonly module: string;
  readonly name: string;
  readonly paramNames?: readonly string[];
  readonly resultNames?: readonly string[];
}

const names: WeakMap<FunctionInstance, HostName> =
  /* @__PURE__ */ new WeakMap();

/** What is known of a host function of the library; its index is -1. */
export function hostDefinitionOf(
  callee: FunctionInstance,
): FunctionDefinition {
  const { module, name, paramNames, resultNames } = names.get(callee)!;
  const { params, results } = callee.type;
  return {
    moduleName: module,
    index: -1,
    import: undefined,
    exportNames: [name],
    name,
    debugName: `${module}.${name}`,
    paramTypes: params.map(typeName),
    paramNames,
    resultTypes: results.map(typeName),
    resultNames,
  };
}

/**
 * Makes a function of the host. Unless `waits`, a promise is a value like
 * others, good for an externref. Where a guest calls it, `inPlace` is what it
 * does, if it is there.
 */
export function hostFunctionOf(
  typeId: TypeId,
  callback: HostCallback,
  name: HostName,
  waits: boolean,
  inPlace?: HostFunction,
): FunctionInstance {
  const { params, results } = typeOf(typeId);
  // What is in an array stays alive, so references get a new one each time.
  const shared = params.some(isRef) ? undefined : [];
  return make(typeId, name, (m, base, instance) => {
    const caller = callerOf(instance);
    let value: unknown;
    try {
      if (inPlace !== undefined && instance !== undefined) {
        return inPlace(m, base, instance);
      }
      value = callback(caller, readValues(m, base, params, shared));
      if (!isPromise(value) || !waits && results[0] === EXTERNREF) {
        writeResults(m, base, results, value);
        afterWork();
        return;
      }
      if (!waits) throw promiseError(name, value);
    } catch (error) {
      throw noting(typeId, name, caller)(error);
    }
    setPending(value, noting(typeId, name, caller));
    return PENDING;
  });
}

/** The same on the raw stack. */
export function rawHostFunctionOf(
  typeId: TypeId,
  callback: RawCallback,
  name: HostName,
): FunctionInstance {
  const { params, results } = typeOf(typeId);
  if ([...params, ...results].some(isRef)) {
    throw new TypeError(
      titleOf(name) + ": references are not on the raw stack",
    );
  }
  return make(typeId, name, (m, base, instance) => {
    const caller = callerOf(instance);
    try {
      const value = callback(stackOf(m), base * 4, caller);
      if (isPromise(value)) throw promiseError(name, value);
      afterWork();
    } catch (error) {
      throw noting(typeId, name, caller)(error);
    }
  });
}

/** Begins messages about a function of the host. */
export function titleOf({ module, name }: HostName): string {
  return `func[${module}.${name}]`;
}

/** For promises of functions that do not wait. */
function promiseError(
  name: HostName,
  promise: PromiseLike<unknown>,
): TypeError {
  // Should it fail, too, nobody has to hear. Others may begin when asked.
  if (promise instanceof Promise) promise.catch(() => {});
  return new TypeError(
    titleOf(name) + " returned a promise, which is for asyncFunc",
  );
}

function make(
  typeId: TypeId,
  host: HostName,
  run: HostFunction,
): FunctionInstance {
  const type = typeOf(typeId);
  const name = `${host.module}.${host.name}`;
  const callee = new FunctionInstance(type, undefined, -1, 0, run, name);
  names.set(callee, host);
  return callee;
}

/** The instance that calls; of a call from outside, the one it was made on. */
function callerOf(instance: ModuleInstance | undefined): Lifetime | undefined {
  return instance === undefined
    ? callingOwner() as Lifetime | undefined
    : lifetimeOf(instance);
}

let stack: DataView | undefined;

/** Of the register file alone, as `F` is: behind it there is code. */
function stackOf({ F }: Machine): DataView {
  return stack ??= new DataView(F.buffer, 0, F.byteLength);
}

/**
 * Gives what notes in an error where it comes from. Made here, so that a call
 * that does not fail allocates no scope for it.
 */
function noting(
  typeId: TypeId,
  { module, name }: HostName,
  caller: Lifetime | undefined,
): (error: unknown) => unknown {
  return (error) => {
    addFrames(error, [{
      moduleName: module,
      functionIndex: -1,
      functionName: name,
      offset: -1,
      signature: signatureName(typeId),
    }]);
    closeBy(error, caller);
    return error;
  };
}

/** What a host function that has to wait comes to. */
export interface Pending {
  readonly promise: Promise<unknown>;
  /** Prepares what the promise was rejected with to be thrown. */
  readonly fail: (error: unknown) => unknown;
}

/** Of the host function that returned PENDING last. */
let pending: Pending | undefined;

function setPending(
  thenable: PromiseLike<unknown>,
  fail: (error: unknown) => unknown,
): void {
  // Asked once: a query of a database, say, begins anew with each `then`.
  const promise = Promise.resolve(thenable);
  // A synchronous call does not wait for it: its failure is not lost.
  promise.then(undefined, () => {});
  pending = { promise, fail };
}

/** Takes it, right after the run that ended PENDING. */
export function takePending(): Pending | undefined {
  const taken = pending;
  pending = undefined;
  return taken;
}

/** Puts down what a host function gave; a `TypeError` where it does not fit. */
export function writeResults(
  m: Machine,
  base: number,
  results: readonly ValueType[],
  value: unknown,
): void {
  if (results.length > 1) {
    writeValues(m, base, results, listOf(value, results.length));
  } else if (results.length > 0) {
    writeValue(m, base, results[0], value);
  }
}

function listOf(value: unknown, length: number): readonly unknown[] {
  const values = Array.from(value as Iterable<unknown>);
  if (values.length === length) return values;
  throw new TypeError(`expected ${length} results, but found ${values.length}`);
}
