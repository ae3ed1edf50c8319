/**
 * Host modules: functions, memories, tables and globals that guests import.
 * Faults of a definition show when the module is instantiated.
 */

import {
  type Extern,
  type FunctionInstance,
  type ModuleInstance,
} from "../engine/mod.ts";
import type { ModuleOptions } from "./config.ts";
import { hostFunctionOf } from "./function.ts";
import { type Global, Memory, type Table } from "./memory.ts";
import {
  functionTypeOf,
  type JsResults,
  type JsValues,
  type ValueTypeName,
} from "./values.ts";
import type { MaybePromise } from "./world.ts";

/** The instance that calls a host function. */
export class Caller {
  readonly #instance: () => ModuleInstance | undefined;

  constructor(instance: () => ModuleInstance | undefined) {
    this.#instance = instance;
  }

  /** Its first memory; undefined where it has none, or while it is made. */
  get memory(): Memory | undefined {
    const memory = this.#instance()?.memories[0];
    return memory && new Memory(memory);
  }
}

/** What a host module is told of an instance that imports from it. */
export interface Importer {
  /** What the embedder gave the instance. */
  readonly options: ModuleOptions;
  /** The instance, once there is one. */
  readonly caller: Caller;
  /** Asks to be told when the instance is closed. */
  onClose(notify: (exitCode: number) => void): void;
}

/** A host function in any form. */
export interface HostFunctionDefinition {
  readonly params: readonly ValueTypeName[];
  readonly results: readonly ValueTypeName[];
  // deno-lint-ignore no-explicit-any
  readonly fn: (...args: any[]) => unknown;
}

/** Gives the functions for one instance, by name. */
export type PerInstance = (
  importer: Importer,
) => Readonly<Record<string, HostFunctionDefinition>>;

/** A module of the host. */
export interface HostModule {
  readonly name: string;
  /** What guests can import that is the same for all. */
  readonly externs: ReadonlyMap<string, Extern>;
  readonly perInstance: PerInstance | undefined;
}

/**
 * Defines a host module.
 *
 * @example
 * ```ts
 * import { Runtime } from "@waxwing/waxwing";
 *
 * const runtime = new Runtime();
 * runtime.newHostModule("env")
 *   .func("now", [], ["f64"], () => Date.now())
 *   .func("add", ["i32", "i32"], ["i32"], (a, b) => a + b)
 *   .instantiate();
 * ```
 */
export class HostModuleBuilder {
  readonly #name: string;
  readonly #register: (module: HostModule) => void;
  readonly #definitions: Map<string, () => Extern> = new Map();
  #perInstance: PerInstance | undefined;

  /** Made by `Runtime.newHostModule`. */
  constructor(name: string, register: (module: HostModule) => void) {
    this.#name = name;
    this.#register = register;
  }

  /** Defines a function of plain values. The last of a name counts. */
  func<
    const P extends readonly ValueTypeName[],
    const R extends readonly ValueTypeName[],
  >(
    name: string,
    params: P,
    results: R,
    fn: (...args: JsValues<P>) => JsResults<R>,
  ): this {
    return this.#function(name, { params, results, fn });
  }

  /** The same, but it may return a promise: guests are called async. */
  asyncFunc<
    const P extends readonly ValueTypeName[],
    const R extends readonly ValueTypeName[],
  >(
    name: string,
    params: P,
    results: R,
    fn: (...args: JsValues<P>) => MaybePromise<JsResults<R>>,
  ): this {
    return this.#function(name, { params, results, fn });
  }

  /** The same, with the calling instance before the arguments. */
  funcWithCaller<
    const P extends readonly ValueTypeName[],
    const R extends readonly ValueTypeName[],
  >(
    name: string,
    params: P,
    results: R,
    fn: (
      caller: Caller,
      ...args: JsValues<P>
    ) => MaybePromise<JsResults<R>>,
  ): this {
    this.#definitions.set(name, () => {
      const call = fn as (...args: unknown[]) => unknown;
      return hostFunctionOf(
        functionTypeOf(params, results),
        (instance, args) => call(new Caller(() => instance), ...args),
        `${this.#name}.${name}`,
      );
    });
    return this;
  }

  /** Lets guests import a memory that the host made. */
  memory(name: string, memory: Memory): this {
    this.#definitions.set(name, () => memory.instance);
    return this;
  }

  /** Lets guests import a table that the host made. */
  table(name: string, table: Table): this {
    this.#definitions.set(name, () => table.instance);
    return this;
  }

  /** Lets guests import a global that the host made. */
  global(name: string, global: Global): this {
    this.#definitions.set(name, () => global.instance);
    return this;
  }

  /** Functions that are made anew for each instance which imports them. */
  perInstance(make: PerInstance): this {
    this.#perInstance = make;
    return this;
  }

  /** Registers the module under its name. */
  instantiate(): void {
    if (this.#name === "") {
      throw new TypeError("a module name must not be empty");
    }
    const externs: Map<string, Extern> = new Map();
    for (const [name, make] of this.#definitions) externs.set(name, make());
    this.#register({
      name: this.#name,
      externs,
      perInstance: this.#perInstance,
    });
  }

  #function(name: string, definition: HostFunctionDefinition): this {
    const full = `${this.#name}.${name}`;
    this.#definitions.set(name, () => hostFunction(definition, full));
    return this;
  }
}

/** A host function that does not look at its caller. */
export function hostFunction(
  { params, results, fn }: HostFunctionDefinition,
  name: string,
): FunctionInstance {
  return hostFunctionOf(
    functionTypeOf(params, results),
    (_caller, args) => fn(...args),
    name,
  );
}
