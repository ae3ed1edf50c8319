/**
 * Stand-ins for tests of host functions: an instance that no guest is needed
 * for. Its memory, globals and tables are as real as those of guests; its
 * functions are the test's own.
 *
 * @module
 */

import { checkOptions } from "./checks.ts";
import { hostFunction, type HostFunctionDefinition } from "./host.ts";
import type { Instance } from "./instance.ts";
import type { Global, Memory, Table } from "./memory.ts";
import { Runtime } from "./runtime.ts";

/** What a stand-in has, all of it exported. */
export interface StandInParts {
  /** Its name. Default: "". */
  readonly name?: string | undefined;
  /** Its memory, exported as `memory`. Default: none. */
  readonly memory?: Memory | undefined;
  /** What a host function may call, by name. */
  readonly functions?:
    | Readonly<Record<string, HostFunctionDefinition>>
    | undefined;
  /** Globals by name. */
  readonly globals?: Readonly<Record<string, Global>> | undefined;
  /** Tables by name; `lookupFunction` counts them in this order. */
  readonly tables?: Readonly<Record<string, Table>> | undefined;
  /** Told the exit code when it is closed. */
  readonly onClose?: ((exitCode: number) => void) | undefined;
}

/** Magic and version: a module of nothing. */
const EMPTY: readonly number[] = [0, 97, 115, 109, 1, 0, 0, 0];

/**
 * An instance to be given to a host function as its caller. `exitCode` tells
 * whether and how the host function has closed it.
 *
 * @example
 * ```ts
 * import { type Instance, Memory } from "@waxwing/waxwing";
 * import { standIn } from "@waxwing/waxwing/testing";
 *
 * // The host function that is tested.
 * function duplicate(caller: Instance, text: number, length: number): number {
 *   const to: number = caller.exports.malloc(length) >>> 0;
 *   caller.memory!.write(to, caller.memory!.read(text >>> 0, length)!);
 *   return to;
 * }
 *
 * const memory = new Memory({ initial: 1 });
 * memory.writeString(16, "wax");
 * const malloc = {
 *   params: ["i32"],
 *   results: ["i32"],
 *   fn: () => 1024,
 * } as const;
 * const caller = standIn({ memory, functions: { malloc } });
 * console.log(duplicate(caller, 16, 3) === 1024);
 * console.log(memory.readString(1024, 3) === "wax");
 * ```
 *
 * @throws {TypeError} a part is wrong or not known, or the definition of a
 * function
 */
export function standIn(parts: StandInParts = {}): Instance {
  checkOptions(parts, {
    name: "string",
    memory: "object",
    functions: "object",
    globals: "object",
    tables: "object",
    onClose: "function",
  });
  const { name = "", memory, onClose } = parts;
  const { functions = {}, globals = {}, tables = {} } = parts;
  const standIn = new Runtime().instantiate(Uint8Array.from(EMPTY), {
    name,
    onClose,
  });
  const { instance } = standIn;
  const { exports } = instance;
  if (memory !== undefined) {
    instance.memories.push(memory.instance);
    exports.set("memory", memory.instance);
  }
  for (const [field, definition] of Object.entries(functions)) {
    exports.set(field, hostFunction(definition, { module: name, name: field }));
  }
  for (const [field, global] of Object.entries(globals)) {
    instance.globals.push(global.instance);
    exports.set(field, global.instance);
  }
  for (const [field, table] of Object.entries(tables)) {
    instance.tables.push(table.instance);
    exports.set(field, table.instance);
  }
  return standIn;
}
