/**
 * Value types by name, and the JavaScript types that stand for them at the
 * boundary, as in the JS API: numbers for i32, f32 and f64, bigints for i64,
 * sixteen bytes for v128, functions or null for funcref, anything for
 * externref.
 */

import {
  EXTERNREF,
  F32,
  F64,
  FUNCREF,
  functionType,
  I32,
  I64,
  type TypeId,
  V128,
  type ValueType,
} from "../engine/mod.ts";

/** A value type, by its name in the specification. */
export type ValueTypeName =
  | "i32"
  | "i64"
  | "f32"
  | "f64"
  | "v128"
  | "funcref"
  | "externref";

/** The JavaScript type of a value type. */
export type JsValue<T extends ValueTypeName> = T extends "i64" ? bigint
  : T extends "i32" | "f32" | "f64" ? number
  : T extends "v128" ? Uint8Array
  : unknown;

/** The JavaScript types of a list of value types. */
export type JsValues<T extends readonly ValueTypeName[]> = {
  -readonly [K in keyof T]: JsValue<T[K]>;
};

/**
 * What a function with these result types gives: nothing, a value, or a list
 * of any length and order. A tuple would refuse functions that are right: of
 * one without parameters, TypeScript infers what it returns as a plain list.
 */
export type JsResults<T extends readonly ValueTypeName[]> = T extends
  readonly [] ? void
  : T extends readonly [infer One extends ValueTypeName] ? JsValue<One>
  : readonly JsValue<T[number]>[];

const TYPES: Readonly<Record<ValueTypeName, ValueType>> = {
  i32: I32,
  i64: I64,
  f32: F32,
  f64: F64,
  v128: V128,
  funcref: FUNCREF,
  externref: EXTERNREF,
};

/** The engine's number of a value type; a `TypeError` for an unknown name. */
export function valueTypeOf(name: ValueTypeName): ValueType {
  if (isValueTypeName(name)) return TYPES[name];
  throw new TypeError(`unknown value type: ${name}`);
}

/** Whether a value type has this name. */
export function isValueTypeName(name: string): name is ValueTypeName {
  return Object.hasOwn(TYPES, name);
}

/** The engine's id of a function type. */
export function functionTypeOf(
  params: readonly ValueTypeName[],
  results: readonly ValueTypeName[],
): TypeId {
  return functionType(params.map(valueTypeOf), results.map(valueTypeOf));
}
