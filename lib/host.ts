/**
 * Host modules: functions, memories, tables and globals that guests import.
 * Faults of a definition show when the module is instantiated.
 */

import type {
  Extern,
  FunctionInstance,
  HostFunction,
  TypeId,
} from "../engine/mod.ts";
import { checkKind, checkOptions, checkText, kindError } from "./checks.ts";
import type { ModuleOptions } from "./config.ts";
import {
  hostFunctionOf,
  type HostName,
  rawHostFunctionOf,
  titleOf,
} from "./host_function.ts";
import type { Instance } from "./instance.ts";
import type { Lifetime } from "./lifetime.ts";
import { Global, Memory, Table } from "./memory.ts";
import {
  functionTypeOf,
  isValueTypeName,
  type JsResults,
  type JsValues,
  type ValueTypeName,
} from "./values.ts";
import type { MaybePromise } from "./world.ts";

/** What a host function may have beside its types. */
export interface HostFunctionOptions {
  /** Gives the calling instance before the arguments. Default: false. */
  readonly withCaller?: boolean | undefined;
  /** Names of all parameters, for people. */
  readonly paramNames?: readonly string[] | undefined;
  /** Names of all results, for people. */
  readonly resultNames?: readonly string[] | undefined;
}

/** An instance that is being made. */
export interface Caller {
  /** Undefined until its imports are linked. */
  readonly instance: Instance | undefined;
  /** Its first memory; undefined where there is none, or not yet. */
  readonly memory: Memory | undefined;
}

/** What a host module is told of an instance that imports from it. */
export interface Importer {
  /** What the embedder gave the instance. */
  readonly options: ModuleOptions;
  /** The instance, to be asked when one of the functions is called. */
  readonly caller: Caller;
  /** Asks to be told when the instance is closed. */
  onClose(notify: (exitCode: number) => void): void;
}

/** A host function whose types TypeScript does not follow. */
export interface HostFunctionDefinition {
  /** Types of the parameters. */
  readonly params: readonly ValueTypeName[];
  /** Types of the results. */
  readonly results: readonly ValueTypeName[];
  /** Names of all parameters, for people. */
  readonly paramNames?: readonly string[] | undefined;
  /** What it does. It may return a promise. */
  // The types are in the lists, as data.
  // deno-lint-ignore no-explicit-any
  readonly fn: (...args: any[]) => unknown;
  /** @internal What it does instead where a guest calls it. */
  readonly inPlace?: HostFunction | undefined;
}

/** Gives the functions for one instance, by name. */
export type PerInstance = (
  importer: Importer,
) => Readonly<Record<string, HostFunctionDefinition>>;

/** What a runtime needs to know of a host module. */
export interface HostModuleParts {
  /** The name that guests import from. */
  readonly name: string;
  /** @internal What guests can import that is the same for all. */
  readonly externs: ReadonlyMap<string, Extern>;
  /** Makes what is not the same for all. */
  readonly perInstance: PerInstance | undefined;
}

/**
 * A host module that guests can import from, until it is closed.
 *
 * @example
 * ```ts
 * import { Runtime } from "@waxwing/waxwing";
 *
 * const runtime = new Runtime();
 * const module = runtime.newHostModule("env").instantiate();
 * console.log(module.name === "env");
 * module.close();
 * runtime.newHostModule("env").instantiate(); // the name was free again
 * ```
 */
export class HostModule {
  /** The name that guests import from. */
  readonly name: string;
  readonly #unregister: () => void;

  /** Made by `HostModuleBuilder.instantiate`. */
  constructor(name: string, unregister: () => void) {
    this.name = name;
    this.#unregister = unregister;
  }

  /** Frees the name. Instances that import from it keep what they have. */
  close(): void {
    this.#unregister();
  }

  /** The same as `close`. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** What a builder asks of its runtime. */
export interface HostModuleRegistry {
  /** Whether functions may have several results. */
  readonly hasMultiValue: boolean;
  /** Makes the module known; what it returns makes it unknown again. */
  register(module: HostModuleParts): () => void;
}

/** Makes what guests import; a `TypeError` where its definition is wrong. */
type MakeExtern = (name: HostName) => Extern;

/**
 * Defines a host module. The builder can be used again after `instantiate`,
 * also under another name. Of two definitions of one name the last counts.
 *
 * @example
 * ```ts
 * import { Runtime } from "@waxwing/waxwing";
 *
 * const runtime = new Runtime();
 * runtime.newHostModule("env")
 *   .func("add", ["i32", "i32"], ["i32"], (a, b) => a + b)
 *   .func("grow", ["i32"], [], (caller, pages) => {
 *     caller.memory?.grow(pages);
 *   }, { withCaller: true })
 *   .asyncFunc("wait", ["f64"], [], async (ms) => {
 *     await new Promise((resolve) => setTimeout(resolve, ms));
 *   })
 *   .rawFunc("mul", ["f64", "f64"], ["f64"], (stack, at) => {
 *     const product = stack.getFloat64(at, true) *
 *       stack.getFloat64(at + 8, true);
 *     stack.setFloat64(at, product, true);
 *   })
 *   .instantiate();
 * ```
 */
export class HostModuleBuilder {
  readonly #name: string;
  readonly #registry: HostModuleRegistry;
  readonly #definitions: Map<string, MakeExtern> = new Map();
  #perInstance: PerInstance | undefined;

  /** Made by `Runtime.newHostModule`. */
  constructor(name: string, registry: HostModuleRegistry) {
    this.#name = name;
    this.#registry = registry;
  }

  /**
   * Defines a function of plain values: numbers for i32, f32 and f64, bigints
   * for i64, `Uint8Array`s of 16 bytes for v128. It returns one result as a
   * value and several as a list; a promise is passed as an externref, and not
   * waited for. With `withCaller: true` it is given the calling instance first.
   */
  func<
    const P extends readonly ValueTypeName[],
    const R extends readonly ValueTypeName[],
  >(
    name: string,
    params: P,
    results: R,
    fn: (caller: Instance, ...args: JsValues<P>) => JsResults<R>,
    options: HostFunctionOptions & { readonly withCaller: true },
  ): this;
  /** Defines a function of plain values. */
  func<
    const P extends readonly ValueTypeName[],
    const R extends readonly ValueTypeName[],
  >(
    name: string,
    params: P,
    results: R,
    fn: (...args: JsValues<P>) => JsResults<R>,
    options?: HostFunctionOptions & { readonly withCaller?: false | undefined },
  ): this;
  /** Defines a function of plain values. */
  func(
    name: string,
    params: readonly ValueTypeName[],
    results: readonly ValueTypeName[],
    fn: (...args: never[]) => unknown,
    options: HostFunctionOptions = {},
  ): this {
    return this.#define(name, { params, results, fn }, options, false);
  }

  /**
   * Defines a function that may return a promise: the guest, if it was called
   * asynchronously, waits for it. A synchronous call of the guest then throws
   * a `WouldSuspendError`.
   */
  asyncFunc<
    const P extends readonly ValueTypeName[],
    const R extends readonly ValueTypeName[],
  >(
    name: string,
    params: P,
    results: R,
    fn: (caller: Instance, ...args: JsValues<P>) => MaybePromise<JsResults<R>>,
    options: HostFunctionOptions & { readonly withCaller: true },
  ): this;
  /** Defines a function that may return a promise. */
  asyncFunc<
    const P extends readonly ValueTypeName[],
    const R extends readonly ValueTypeName[],
  >(
    name: string,
    params: P,
    results: R,
    fn: (...args: JsValues<P>) => MaybePromise<JsResults<R>>,
    options?: HostFunctionOptions & { readonly withCaller?: false | undefined },
  ): this;
  /** Defines a function that may return a promise. */
  asyncFunc(
    name: string,
    params: readonly ValueTypeName[],
    results: readonly ValueTypeName[],
    fn: (...args: never[]) => unknown,
    options: HostFunctionOptions = {},
  ): this {
    return this.#define(name, { params, results, fn }, options, true);
  }

  /**
   * Defines a function on the guest's stack itself, the fastest form: it
   * allocates nothing. The arguments stand in slots of 8 bytes (16 for v128)
   * from `byteOffset` on, little endian; the results go there as well.
   * References cannot be passed. The view is good for this call only. What it
   * returns is left alone, but that it must not be a promise.
   */
  rawFunc(
    name: string,
    params: readonly ValueTypeName[],
    results: readonly ValueTypeName[],
    fn: (stack: DataView, byteOffset: number, caller: Instance) => void,
    options: Omit<HostFunctionOptions, "withCaller"> = {},
  ): this {
    this.#definitions.set(name, (host) => {
      const type = this.#typeOf(host, { params, results, fn }, options);
      return rawHostFunctionOf(
        type,
        (stack, byteOffset, caller) =>
          fn(stack, byteOffset, caller?.handle as Instance),
        { ...host, ...options },
      );
    });
    return this;
  }

  /** Lets guests import a memory that the host made. */
  memory(name: string, memory: Memory): this {
    return this.#share(name, memory, Memory, "Memory");
  }

  /** Lets guests import a table that the host made. */
  table(name: string, table: Table): this {
    return this.#share(name, table, Table, "Table");
  }

  /** Lets guests import a global that the host made. */
  global(name: string, global: Global): this {
    return this.#share(name, global, Global, "Global");
  }

  /**
   * Functions that are made anew for each instance which imports them, for
   * modules that keep something for each. What the builder defines otherwise
   * goes before them.
   */
  perInstance(make: PerInstance): this {
    this.#perInstance = make;
    return this;
  }

  /**
   * Registers the module under its name, or another.
   *
   * @throws {TypeError} a definition is wrong, or the name is no text or empty
   * @throws {Error} a module of that name is registered
   */
  instantiate(name: string = this.#name): HostModule {
    checkText("name", name);
    const externs: Map<string, Extern> = new Map();
    for (const [field, make] of this.#definitions) {
      externs.set(field, make({ module: name, name: field }));
    }
    const perInstance = this.#perInstance;
    return new HostModule(
      name,
      this.#registry.register({ name, externs, perInstance }),
    );
  }

  #share(
    name: string,
    object: Memory | Table | Global,
    type: typeof Memory | typeof Table | typeof Global,
    typeName: string,
  ): this {
    this.#definitions.set(name, (host) => {
      if (object instanceof type) return object.instance;
      throw kindError(`${host.module}.${name}`, object, typeName);
    });
    return this;
  }

  #define(
    name: string,
    definition: HostFunctionDefinition,
    options: HostFunctionOptions,
    waits: boolean,
  ): this {
    this.#definitions.set(name, (host) => {
      const type = this.#typeOf(host, definition, options);
      const { fn } = definition;
      const { withCaller = false } = options;
      const callback = withCaller
        ? (caller: Lifetime | undefined, args: unknown[]) =>
          fn(callerOf(caller, host), ...args)
        : (_caller: Lifetime | undefined, args: unknown[]) => fn(...args);
      return hostFunctionOf(type, callback, { ...host, ...options }, waits);
    });
    return this;
  }

  #typeOf(
    host: HostName,
    definition: HostFunctionDefinition,
    options: HostFunctionOptions,
  ): TypeId {
    const type = checkedType(host, definition, options);
    if (definition.results.length > 1 && !this.#registry.hasMultiValue) {
      throw new TypeError(
        titleOf(host) +
          ' multiple result types invalid as feature "multi-value" is disabled',
      );
    }
    return type;
  }
}

function callerOf(caller: Lifetime | undefined, host: HostName): Instance {
  if (caller !== undefined) return caller.handle as Instance;
  throw new TypeError(titleOf(host) + " has no calling instance");
}

/** A function for one instance, see {@linkcode PerInstance}. */
export function hostFunction(
  definition: HostFunctionDefinition,
  name: HostName,
): FunctionInstance {
  const { fn, inPlace, paramNames } = definition;
  return hostFunctionOf(
    checkedType(name, definition, { paramNames }),
    (_caller, args) => fn(...args),
    { ...name, paramNames },
    true,
    inPlace,
  );
}

function checkedType(
  host: HostName,
  { params, results, fn }: HostFunctionDefinition,
  options: HostFunctionOptions,
): TypeId {
  checkOptions(options, {
    withCaller: "boolean",
    paramNames: "string[]",
    resultNames: "string[]",
  });
  const title = titleOf(host);
  checkKind(title, fn, "function");
  checkTypes(`${title} params`, params, options.paramNames);
  checkTypes(`${title} results`, results, options.resultNames);
  return functionTypeOf(params, results);
}

function checkTypes(
  name: string,
  types: readonly string[],
  names: readonly string[] = types,
): void {
  checkKind(name, types, "string[]");
  const wrong = types.find((type) => !isValueTypeName(type));
  const fault = wrong !== undefined
    ? `no type ${wrong}`
    : names.length !== types.length
    ? `${names.length} names for ${types.length}`
    : undefined;
  if (fault) throw new TypeError(`${name} invalid: ${fault}`);
}
