/**
 * Calls across the boundary: JavaScript values are put into registers and
 * taken out again, guest functions become plain functions, JavaScript
 * functions become host functions. Conversions are those of the JS API
 * («ToWebAssemblyValue»): i32 wraps, f32 rounds, i64 takes a bigint.
 */

import {
  F32,
  F64,
  FunctionInstance,
  I32,
  I64,
  invoke,
  isRef,
  isSubtype,
  type Machine,
  machine,
  type ModuleInstance,
  PENDING,
  slotWords,
  Thread,
  type TypeId,
  typeName,
  typeOf,
  V128,
  type ValueType,
  FUNCREF,
  isNullable,
} from "../engine/mod.ts";
import type { MaybePromise } from "./world.ts";

/** A guest function as JavaScript sees it. */
export type ExportedFunctionValue = (...args: unknown[]) => unknown;

const callables: WeakMap<FunctionInstance, ExportedFunctionValue> =
  /* @__PURE__ */ new WeakMap();
const instances: WeakMap<object, FunctionInstance> =
  /* @__PURE__ */ new WeakMap();

/** The plain function that calls `callee`; always the same one. */
export function toCallable(callee: FunctionInstance): ExportedFunctionValue {
  const known = callables.get(callee);
  if (known !== undefined) return known;
  const callable = (...args: unknown[]) => call(callee, args);
  callables.set(callee, callable);
  instances.set(callable, callee);
  return callable;
}

/** The function behind a value of `toCallable`. */
export function fromCallable(value: unknown): FunctionInstance | undefined {
  return typeof value === "function" ? instances.get(value) : undefined;
}

/** Calls a function with JavaScript values, to its end. */
export function call(callee: FunctionInstance, args: readonly unknown[]) {
  const m = machine();
  const base = m.top;
  const { params, results } = callee.type;
  writeValues(m, base, params, args);
  invoke(callee, base);
  return takeResults(m, base, results);
}

/** The results at `base`; references there are let go. */
function takeResults(
  m: Machine,
  base: number,
  results: readonly ValueType[],
): unknown {
  const value = results.length === 1
    ? readValue(m, base, results[0])
    : readResults(m, base, results);
  if (m.R.length > base >> 1) m.R.length = base >> 1;
  return value;
}

function readResults(
  m: Machine,
  base: number,
  results: readonly ValueType[],
): unknown[] | undefined {
  return results.length === 0 ? undefined : readValues(m, base, results);
}

/** The promise that the host function called last returned. */
let pending: Promise<unknown> | undefined;

/**
 * Calls a function that may wait for host functions which return promises;
 * other code runs meanwhile.
 */
export async function callAsync(
  callee: FunctionInstance,
  args: readonly unknown[],
): Promise<unknown> {
  const { params, results } = callee.type;
  if (callee.host !== undefined) return await callHostAsync(callee, args);
  const m = machine();
  const thread = new Thread(callee);
  let outcome = thread.start((at) => writeValues(m, at, params, args));
  while (outcome === PENDING) {
    const types = m.waitsFor!.type.results;
    const values = resultList(await pending, types);
    outcome = thread.resume((at) => writeValues(m, at, types, values));
  }
  // Between the last await and here nothing else ran.
  return takeResults(m, m.top, results);
}

async function callHostAsync(
  callee: FunctionInstance,
  args: readonly unknown[],
): Promise<unknown> {
  const m = machine();
  const { top } = m;
  writeValues(m, top, callee.type.params, args);
  const outcome = callee.host!(m, top, undefined);
  if (outcome !== PENDING) return takeResults(m, top, callee.type.results);
  return await pending;
}

/** What a host function is given beside its arguments. */
export type HostCallback = (
  caller: ModuleInstance | undefined,
  args: unknown[],
) => MaybePromise<unknown>;

/** Makes a host function of a JavaScript function. */
export function hostFunctionOf(
  typeId: TypeId,
  callback: HostCallback,
  name: string,
): FunctionInstance {
  const type = typeOf(typeId);
  const { params, results } = type;
  return new FunctionInstance(type, undefined, -1, 0, (m, base, caller) => {
    const value = callback(caller, readValues(m, base, params));
    if (isPromise(value)) {
      pending = value;
      // A synchronous call does not wait for it: its failure is not lost.
      value.catch(() => {});
      return PENDING;
    }
    if (results.length === 1) writeValue(m, base, results[0], value);
    else if (results.length > 1) {
      writeValues(m, base, results, resultList(value, results));
    }
  }, name);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null &&
    typeof (value as { then?: unknown }).then === "function";
}

/** A host function's value as a list, as long as its type says. */
function resultList(
  value: unknown,
  types: readonly ValueType[],
): readonly unknown[] {
  if (types.length === 0) return [];
  if (types.length === 1) return [value];
  const values = Array.from(value as Iterable<unknown>);
  if (values.length !== types.length) {
    throw new TypeError(
      `expected ${types.length} results, found ${values.length}`,
    );
  }
  return values;
}

/** Puts JavaScript values at `base`; missing ones are undefined. */
export function writeValues(
  m: Machine,
  base: number,
  types: readonly ValueType[],
  values: readonly unknown[],
): void {
  let at = base;
  for (let i = 0; i < types.length; i++) {
    writeValue(m, at, types[i], values[i]);
    at += slotWords(types[i]);
  }
}

/** The JavaScript values at `base`. */
export function readValues(
  m: Machine,
  base: number,
  types: readonly ValueType[],
): unknown[] {
  const values: unknown[] = [];
  let at = base;
  for (let i = 0; i < types.length; i++) {
    values.push(readValue(m, at, types[i]));
    at += slotWords(types[i]);
  }
  return values;
}

function writeValue(m: Machine, at: number, type: ValueType, value: unknown) {
  if (type === I32) m.I[at] = value as number;
  else if (type === F64) m.D[at >> 1] = value as number;
  else if (type === F32) m.F[at] = value as number;
  else if (type === I64) writeBigInt(m, at, value);
  else if (type === V128) writeVector(m, at, value);
  else writeRef(m, at, type, value);
}

function readValue(m: Machine, at: number, type: ValueType): unknown {
  if (type === I32) return m.I[at];
  if (type === F64) return m.D[at >> 1];
  if (type === F32) return m.F[at];
  if (type === I64) return readBigInt(m, at);
  if (type === V128) return m.U8.slice(at * 4, at * 4 + 16);
  return toJsRef(m.R[at >> 1]);
}

/** The bigint of a register pair. */
function readBigInt(m: Machine, at: number): bigint {
  const lo = m.U32[at];
  const hi = m.I[at + 1];
  return BigInt(hi) << 32n | BigInt(lo);
}

function writeBigInt(m: Machine, at: number, value: unknown): void {
  const bits = BigInt.asIntN(64, value as bigint);
  m.I[at] = Number(BigInt.asIntN(32, bits));
  m.I[at + 1] = Number(bits >> 32n);
}

function writeVector(m: Machine, at: number, value: unknown): void {
  if (!(value instanceof Uint8Array) || value.length !== 16) {
    throw new TypeError("a v128 is a Uint8Array of 16 bytes");
  }
  m.U8.set(value, at * 4);
}

function writeRef(m: Machine, at: number, type: ValueType, value: unknown) {
  const ref = toEngineRef(type, value);
  while (m.R.length < at >> 1) m.R.push(null);
  m.R[at >> 1] = ref;
}

/** A reference as JavaScript sees it: functions become callable. */
export function toJsRef(ref: unknown): unknown {
  return ref instanceof FunctionInstance ? toCallable(ref) : ref;
}

/** A JavaScript value as a reference of `type`; a `TypeError` if it is none. */
export function toEngineRef(type: ValueType, value: unknown): unknown {
  if (!isRef(type)) throw new TypeError(`${typeName(type)} is no reference`);
  if (value === null) {
    if (isNullable(type)) return null;
  } else if (!isSubtype(type, FUNCREF)) {
    return value;
  } else {
    const callee = fromCallable(value);
    if (callee !== undefined) return callee;
  }
  throw new TypeError(`expected a value of type ${typeName(type)}`);
}

/** Sets a global's value from JavaScript; its register-like words are given. */
export function defaultValue(type: ValueType): unknown {
  if (type === I64) return 0n;
  if (type === V128) return new Uint8Array(16);
  return isRef(type) ? null : 0;
}
