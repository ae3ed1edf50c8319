/**
 * The host module `spectest` that the specification tests import: printing
 * functions that print nothing, constants 666 and 666.6, a table, a memory.
 * Every script gets one of its own.
 */

import {
  F32,
  F64,
  FUNCREF,
  functionType,
  GlobalInstance,
  hostFunction,
  I32,
  I64,
  MemoryInstance,
  TableInstance,
} from "../../engine/mod.ts";
import type { Extern } from "../../engine/store.ts";
import type { ValueType } from "../../engine/types.ts";

const PRINTS: Readonly<Record<string, readonly ValueType[]>> = {
  print: [],
  print_i32: [I32],
  print_i64: [I64],
  print_f32: [F32],
  print_f64: [F64],
  print_i32_f32: [I32, F32],
  print_f64_f64: [F64, F64],
};
const ELEMENT_LIMIT = 10_000_000;

export function newSpectest(): Map<string, Extern> {
  const externs = new Map<string, Extern>();
  for (const [name, params] of Object.entries(PRINTS)) {
    const type = functionType(params, []);
    externs.set(name, hostFunction(type, () => {}, `spectest.${name}`));
  }
  externs.set("global_i32", constant(I32, 666));
  externs.set("global_i64", constant(I64, 666));
  externs.set("global_f32", constant(F32, 0x4426a666));
  externs.set("global_f64", constant(F64, 0xcccccccd | 0, 0x4084d4cc));
  externs.set("table", newTable(false));
  externs.set("table64", newTable(true));
  externs.set("memory", newMemory(false));
  externs.set("shared_memory", newMemory(true));
  return externs;
}

function constant(type: ValueType, low: number, high = 0): GlobalInstance {
  const global = new GlobalInstance({ type, mutable: false });
  global.words[global.index] = low;
  global.words[global.index + 1] = high;
  return global;
}

function newTable(is64: boolean): TableInstance {
  const type = { element: FUNCREF, min: 10, max: 20, is64 };
  return new TableInstance(type, null, { left: ELEMENT_LIMIT });
}

function newMemory(shared: boolean): MemoryInstance {
  return new MemoryInstance({ min: 1, max: 2, shared, is64: false });
}
