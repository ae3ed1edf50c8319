/**
 * What an instance has by index, as the guest itself sees it: functions of
 * tables, checked as `call_indirect` does, for host functions that are given
 * function pointers; and globals.
 */

import {
  FunctionInstance,
  isSubtypeId,
  Trap,
  TrapCode,
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
  if (!(index >= 0 && index < table.length)) {
    throw new Trap(TrapCode.UndefinedElement);
  }
  const callee = table.refs[index];
  if (!(callee instanceof FunctionInstance)) {
    throw new Trap(TrapCode.UninitializedElement);
  }
  if (isSubtypeId(callee.typeId, type)) return callee;
  throw new Trap(TrapCode.IndirectCallTypeMismatch);
}

/** All globals of an instance by their index, also those it does not export. */
export function globalsOf({ instance }: Instance): Global[] {
  return instance.globals.map(toGlobal);
}
