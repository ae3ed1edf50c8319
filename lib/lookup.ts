/**
 * What an instance has by index, as the guest itself sees it: functions of
 * tables, checked as `call_indirect` does, for host functions that are given
 * function pointers; and globals.
 */

import {
  type FunctionInstance,
  lookUp,
  Trap,
  type TrapCode,
  type TypeId,
} from "../engine/mod.ts";
import { ExportedFunction, type Instance } from "./instance.ts";
import { type Global, toGlobal } from "./memory.ts";
import { functionTypeOf, type ValueTypeName } from "./values.ts";

/**
 * The function at an index of an instance's table.
 *
 * @throws {RangeError} the instance has no such table
 * @throws {Trap} there is no function of this type, with the code that
 * `call_indirect` ends with
 *
 * @example
 * ```ts
 * import { Runtime } from "@waxwing/waxwing";
 * import { lookupFunction } from "@waxwing/waxwing/monitors";
 *
 * const bytes = Uint8Array.of(
 *   ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0],
 *   ...[4, 4, 1, 112, 0, 1, 6, 6, 1, 127, 0, 65, 7, 11],
 *   ...[9, 7, 1, 0, 65, 0, 11, 1, 0, 10, 6, 1, 4, 0, 65, 42, 11],
 * ); // a table of a function that gives 42, and the global 7
 * const instance = new Runtime().instantiate(bytes);
 * const callee = lookupFunction(instance, 0, 0, [], ["i32"]);
 * console.log(callee.call() === 42);
 * ```
 */
export function lookupFunction(
  instance: Instance,
  tableIndex: number,
  index: number,
  params: readonly ValueTypeName[],
  results: readonly ValueTypeName[],
): ExportedFunction {
  const type = functionTypeOf(params, results);
  const callee = tableFunction(instance, tableIndex, index, type);
  return new ExportedFunction(callee, instance.lifetime);
}

/** The same, as the engine has it. */
export function tableFunction(
  { instance }: Instance,
  tableIndex: number,
  index: number,
  type: TypeId,
): FunctionInstance {
  const table = instance.tables[tableIndex];
  if (table === undefined) {
    throw new RangeError(`table index out of range: ${tableIndex}`);
  }
  const callee = lookUp(table, index, type);
  if (typeof callee === "number") throw new Trap(-callee as TrapCode);
  return callee;
}

/**
 * All globals of an instance by their index, also those it does not export.
 *
 * @example
 * ```ts
 * import { Runtime } from "@waxwing/waxwing";
 * import { globalsOf } from "@waxwing/waxwing/monitors";
 *
 * const bytes = Uint8Array.of(
 *   ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0],
 *   ...[4, 4, 1, 112, 0, 1, 6, 6, 1, 127, 0, 65, 7, 11],
 *   ...[9, 7, 1, 0, 65, 0, 11, 1, 0, 10, 6, 1, 4, 0, 65, 42, 11],
 * ); // a table of a function that gives 42, and the global 7
 * const [global] = globalsOf(new Runtime().instantiate(bytes));
 * console.log(global.value === 7);
 * ```
 */
export function globalsOf({ instance }: Instance): Global[] {
  return instance.globals.map(toGlobal);
}
