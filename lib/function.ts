/**
 * Calls across the boundary: JavaScript values are put into registers and
 * taken out again, and guest functions become plain functions. Conversions
 * are those of the JS API («ToWebAssemblyValue»): i32 wraps, f32 rounds, i64
 * takes a bigint.
 */

import {
  F32,
  F64,
  FUNCREF,
  FunctionInstance,
  heapOfId,
  I32,
  I64,
  invoke,
  isNullable,
  isRef,
  isSubtype,
  type Machine,
  machine,
  newBase,
  putF32,
  putF64,
  refType,
  slotWords,
  typeName,
  V128,
  type ValueType,
} from "../engine/mod.ts";
import { kindError } from "./checks.ts";
import { type Lifetime, lifetimeOf } from "./lifetime.ts";
import { checkOpen, enter, leave, type Limits, poll } from "./limits.ts";

/** A guest function as JavaScript sees it. */
export type ExportedFunctionValue = (...args: unknown[]) => unknown;

/** A class below this one adds its private fields to an object there is. */
class Given {
  constructor(value: object) {
    return value;
  }
}

/**
 * What a plain function has of the engine's, in a field that only this class
 * sees. An entry of a WeakMap would keep both, and all that they lead to, until
 * V8's next full collection.
 */
class Stamp extends Given {
  readonly #callee: FunctionInstance;

  constructor(callable: ExportedFunctionValue, callee: FunctionInstance) {
    super(callable);
    this.#callee = callee;
  }

  static calleeOf(value: object): FunctionInstance | undefined {
    return #callee in value ? value.#callee : undefined;
  }
}

/**
 * The plain function that calls `callee`; always the same one. One of the host
 * has no instance: called by this, it has no caller either.
 */
export function toCallable(callee: FunctionInstance): ExportedFunctionValue {
  return (callee.embedder ??= makeCallable(
    callee,
    lifetimeOf(callee.instance),
  )) as ExportedFunctionValue;
}

/**
 * The same where `owner` exports it. Of a function of the host it is one for
 * this instance: who calls, and who has to be open, depends on whose it is.
 */
export function exportedCallable(
  callee: FunctionInstance,
  owner: Lifetime,
): ExportedFunctionValue {
  return callee.instance === undefined
    ? makeCallable(callee, owner)
    : toCallable(callee);
}

function makeCallable(
  callee: FunctionInstance,
  owner: Lifetime | undefined,
): ExportedFunctionValue {
  const callable = (...args: unknown[]) => call(callee, args, owner);
  Object.defineProperty(callable, "name", { value: callableName(callee) });
  new Stamp(callable, callee);
  return callable;
}

/** As in the JS API, its index; of a function of the host, its name. */
function callableName({ index, host, hostName }: FunctionInstance): string {
  return host === undefined ? String(index) : hostName;
}

/** The function behind a callable. */
export function fromCallable(value: unknown): FunctionInstance | undefined {
  return typeof value === "function" ? Stamp.calleeOf(value) : undefined;
}

/** Calls a function with JavaScript values, to its end. */
export function call(
  callee: FunctionInstance,
  args: readonly unknown[],
  owner: Lifetime | undefined,
  limits?: Limits,
): unknown {
  if (owner !== undefined) checkOpen(owner);
  limits?.check(owner);
  const m = machine();
  const base = newBase();
  const { params, results } = callee.type;
  writeValues(m, base, params, args);
  runAt(base, callee, owner, limits);
  return takeResults(m, base, results);
}

/** Runs a call to its end, whose arguments are at `base`. */
function runAt(
  base: number,
  callee: FunctionInstance,
  owner: Lifetime | undefined,
  limits?: Limits,
): void {
  const activity = enter(owner, limits);
  try {
    invoke(callee, base, poll);
  } finally {
    leave(activity);
  }
  if (owner !== undefined) checkOpen(owner);
}

/** The same on slots of 8 bytes, see `ExportedFunction.callWithStack`. */
export function callOnStack(
  callee: FunctionInstance,
  stack: DataView,
  owner: Lifetime,
): void {
  checkOpen(owner);
  const { params, results, paramWords, resultWords } = callee.type;
  if (params.some(isRef) || results.some(isRef)) {
    throw new TypeError("references are not on the raw stack");
  }
  const slots = stack.byteLength >> 3;
  const needed = Math.max(paramWords, resultWords) >> 1;
  if (slots < needed) {
    throw new RangeError(`expected ${needed} slots, but found ${slots}`);
  }
  const m = machine();
  const base = newBase();
  for (let i = 0; i < paramWords; i++) {
    m.I[base + i] = stack.getInt32(4 * i, true);
  }
  runAt(base, callee, owner);
  for (let i = 0; i < resultWords; i++) {
    stack.setInt32(4 * i, m.I[base + i], true);
  }
}

/** The results at `base`; references there are let go. */
export function takeResults(
  m: Machine,
  base: number,
  results: readonly ValueType[],
): unknown {
  let value: unknown;
  if (results.length === 1) value = readValue(m, base, results[0]);
  else if (results.length > 1) value = readValues(m, base, results);
  if (m.R.length > base >> 1) m.R.length = base >> 1;
  return value;
}

/** Puts JavaScript values at `base`; missing ones are undefined. */
export function writeValues(
  m: Machine,
  base: number,
  types: readonly ValueType[],
  values: readonly unknown[],
): void {
  if (values.some(isObject)) values = coerceAll(types, values);
  let at = base;
  for (let i = 0; i < types.length; i++) {
    writeValue(m, at, types[i], values[i]);
    at += slotWords(types[i]);
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null ||
    typeof value === "function";
}

/** Objects as numbers first: their `valueOf` may call a guest. */
function coerceAll(types: readonly ValueType[], values: readonly unknown[]) {
  return types.map((type, i) => {
    const value = values[i];
    if (isRef(type) || type === V128 || !isObject(value)) return value;
    return type === I64
      ? BigInt.asIntN(64, value as bigint)
      : +(value as number);
  });
}

/** The JavaScript values at `base`. */
export function readValues(
  m: Machine,
  base: number,
  types: readonly ValueType[],
  values: unknown[] = [],
): unknown[] {
  let at = base;
  for (let i = 0; i < types.length; i++) {
    values[i] = readValue(m, at, types[i]);
    at += slotWords(types[i]);
  }
  return values;
}

export function writeValue(
  m: Machine,
  at: number,
  type: ValueType,
  value: unknown,
) {
  if (type === I32) m.I[at] = value as number;
  else if (type === F64) putF64(m, at, +(value as number));
  else if (type === F32) putF32(m, at, +(value as number));
  else if (type === I64) wideOf(m)[at >> 1] = value as bigint;
  else if (type === V128) writeVector(m, at, value);
  else writeRef(m, at, type, value);
}

export function readValue(m: Machine, at: number, type: ValueType): unknown {
  if (type === I32) return m.I[at];
  if (type === F64) return m.D[at >> 1];
  if (type === F32) return m.F[at];
  if (type === I64) return wideOf(m)[at >> 1];
  if (type === V128) return m.U8.slice(at * 4, at * 4 + 16);
  return toJsRef(m.R[at >> 1]);
}

/** The register file as bigints. */
let wide: BigInt64Array | undefined;

function wideOf({ D }: Machine): BigInt64Array {
  return wide ??= new BigInt64Array(D.buffer, 0, D.length);
}

function writeVector(m: Machine, at: number, value: unknown): void {
  checkVector(value);
  m.U8.set(value, at * 4);
}

/** Throws a `TypeError` for what is no v128. */
export function checkVector(value: unknown): asserts value is Uint8Array {
  if (value instanceof Uint8Array && value.length === 16) return;
  throw kindError("v128", value, "Uint8Array of 16 bytes");
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
    // Where the type is more than funcref, calls do not look at it again.
    const own = callee && refType(false, heapOfId(callee.typeId));
    if (own !== undefined && isSubtype(own, type)) return callee;
  }
  throw new TypeError(`expected a value of type ${typeName(type)}`);
}

/** A type's zero or null. */
export function defaultValue(type: ValueType): unknown {
  if (type === I64) return 0n;
  if (type === V128) return new Uint8Array(16);
  return isRef(type) ? null : 0;
}
