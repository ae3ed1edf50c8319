/**
 * Instances of modules, and the functions that they export.
 */

import {
  type Extern,
  FunctionInstance,
  GlobalInstance,
  MemoryInstance,
  type ModuleInstance,
  TableInstance,
  typeName,
} from "../engine/mod.ts";
import { type FunctionDefinition, functionDefinition } from "./definitions.ts";
import {
  call,
  callOnStack,
  exportedCallable,
  type ExportedFunctionValue,
} from "./function.ts";
import { hostDefinitionOf } from "./host_function.ts";
import type { Lifetime } from "./lifetime.ts";
import type { AsyncCallOptions, CallOptions } from "./limits.ts";
import {
  type Global,
  type Memory,
  type Table,
  toGlobal,
  toMemory,
  toTable,
} from "./memory.ts";
import type { CompiledModule } from "./module.ts";
import { callAsync, callWithin } from "./scheduler.ts";

/** What an export is to JavaScript. */
export type ExportValue = ExportedFunctionValue | Memory | Table | Global;

/** The exports of an instance by name, where nothing more is known of them. */
// Without a declaration of the exports nobody knows what they take and give.
// deno-lint-ignore no-explicit-any
export type Exports = Record<string, any>;

/**
 * A function that an instance exports, with what plain functions lack: its
 * definition, options, and calls that may wait.
 *
 * @example
 * ```ts
 * import { Runtime } from "@waxwing/waxwing";
 *
 * const bytes = Uint8Array.of(
 *   0, 97, 115, 109, 1, 0, 0, 0, // magic, version
 *   1, 6, 1, 96, 1, 127, 1, 127, // (func (param i32) (result i32))
 *   3, 2, 1, 0, 7, 8, 1, 4, 115, 97, 109, 101, 0, 0, // exported as "same"
 *   10, 6, 1, 4, 0, 32, 0, 11, // local.get 0
 * );
 * const same = new Runtime().instantiate(bytes).exportedFunction("same")!;
 * console.log(same.call(7) === 7);
 * console.log(same.callWith([8], { timeoutMs: 100 }) === 8);
 * console.log(await same.callAsync([9], { sliceMs: 8 }) === 9);
 * ```
 */
export class ExportedFunction {
  readonly #callee: FunctionInstance;
  readonly #owner: Lifetime;

  /** Made by `Instance.exportedFunction`. */
  constructor(callee: FunctionInstance, owner: Lifetime) {
    this.#callee = callee;
    this.#owner = owner;
  }

  /**
   * What its module says of it. A function that the module exports, but did
   * not define, is described by the module that did.
   */
  get definition(): FunctionDefinition {
    return definitionOf(this.#callee);
  }

  /** Types of its parameters, such as `i32`. */
  get paramTypes(): string[] {
    return this.#callee.type.params.map(typeName);
  }

  /** Types of its results. */
  get resultTypes(): string[] {
    return this.#callee.type.results.map(typeName);
  }

  /**
   * Calls it to its end. No result is undefined, one is a value, several are
   * a list.
   *
   * @throws {Trap} the guest did what the specification forbids
   * @throws {TypeError} too many or too few arguments, or of another type
   * @throws {WouldSuspendError} a host function returned a promise
   * @throws {ExitError} the instance is closed, or was by this call
   */
  call(...args: unknown[]): unknown {
    this.#check(args);
    return call(this.#callee, args, this.#owner);
  }

  /**
   * The same with options.
   *
   * @throws {TypeError} there is a `signal`, which is for `callAsync`, or an
   * option that is not known
   * @throws {TimeoutError} the time was over
   * @throws {FuelExhausted} the fuel was used up
   */
  callWith(args: readonly unknown[], options: CallOptions = {}): unknown {
    this.#check(args);
    return callWithin(this.#callee, args, this.#owner, options);
  }

  /**
   * Calls it with the bits of its arguments: they stand in slots of 8 bytes
   * (16 for v128), little endian, and the results go there as well. Nothing is
   * allocated, and NaNs keep their bits. References cannot be passed.
   *
   * @throws {RangeError} there are fewer slots than it needs
   * @throws {TypeError} a parameter or result is a reference
   * @throws what `call` throws
   */
  callWithStack(stack: DataView): void {
    callOnStack(this.#callee, stack, this.#owner);
  }

  /**
   * Calls it, and waits where host functions return promises. Only one such
   * call of an instance is under way at a time, others queue; see
   * {@linkcode AsyncCallOptions.interleave}. What a host function calls before
   * it returns does not queue; what it calls later has to interleave.
   *
   * @throws {TimeoutError} the time was over
   * @throws {FuelExhausted} the fuel was used up
   * @throws what `call` throws, or the reason of the signal that was aborted
   */
  async callAsync(
    args: readonly unknown[] = [],
    options: AsyncCallOptions = {},
  ): Promise<unknown> {
    this.#check(args);
    return await callAsync(this.#callee, args, this.#owner, options);
  }

  #check(args: readonly unknown[]): void {
    const { length } = this.#callee.type.params;
    const found = Array.isArray(args) ? args.length : "no list";
    if (found === length) return;
    throw new TypeError(`expected ${length} params, but found ${found}`);
  }
}

/** What the module that defined a function says of it. */
export function definitionOf(callee: FunctionInstance): FunctionDefinition {
  const { instance, index } = callee;
  return instance === undefined
    ? hostDefinitionOf(callee)
    : functionDefinition(instance.module, index);
}

/**
 * An instantiated module. Its exports are there as plain functions and
 * objects; the type parameter tells TypeScript what they are.
 *
 * @example
 * ```ts
 * import { Runtime } from "@waxwing/waxwing";
 *
 * const bytes = Uint8Array.of(
 *   0, 97, 115, 109, 1, 0, 0, 0, // magic, version
 *   1, 5, 1, 96, 0, 1, 127, // (func (result i32))
 *   3, 2, 1, 0, 7, 10, 1, 6, 97, 110, 115, 119, 101, 114, 0, 0, // "answer"
 *   10, 6, 1, 4, 0, 65, 42, 11, // i32.const 42
 * );
 * const runtime = new Runtime();
 * const instance = runtime.instantiate<{ answer(): number }>(bytes);
 * console.log(instance.exports.answer() === 42);
 * instance.close();
 * console.log(instance.isClosed);
 * ```
 */
export class Instance<E = Exports> {
  readonly #instance: ModuleInstance;
  readonly #lifetime: Lifetime;
  /** The name it is registered by; "" for none. */
  readonly name: string;
  /** What it is an instance of: tells what it imports and exports. */
  readonly compiled: CompiledModule;
  #exports: E | undefined;

  /** Made by `Runtime.instantiate`. */
  constructor(
    instance: ModuleInstance,
    name: string,
    compiled: CompiledModule,
    lifetime: Lifetime,
  ) {
    this.#instance = instance;
    this.compiled = compiled;
    this.name = name;
    this.#lifetime = lifetime;
  }

  /** @internal */
  get instance(): ModuleInstance {
    return this.#instance;
  }

  /** @internal */
  get lifetime(): Lifetime {
    return this.#lifetime;
  }

  /** Functions as plain functions, memories, tables and globals, by name. */
  get exports(): E {
    return this.#exports ??= exportsOf(this.#instance, this.#lifetime) as E;
  }

  /** A function by its export name; undefined where there is none. */
  exportedFunction(name: string): ExportedFunction | undefined {
    const callee = this.#instance.exports.get(name);
    return callee instanceof FunctionInstance
      ? new ExportedFunction(callee, this.#lifetime)
      : undefined;
  }

  /** A memory by its export name; undefined where there is none. */
  exportedMemory(name: string): Memory | undefined {
    const extern = this.#instance.exports.get(name);
    return extern instanceof MemoryInstance ? toMemory(extern) : undefined;
  }

  /** A table by its export name; undefined where there is none. */
  exportedTable(name: string): Table | undefined {
    const extern = this.#instance.exports.get(name);
    return extern instanceof TableInstance ? toTable(extern) : undefined;
  }

  /** A global by its export name; undefined where there is none. */
  exportedGlobal(name: string): Global | undefined {
    const extern = this.#instance.exports.get(name);
    return extern instanceof GlobalInstance ? toGlobal(extern) : undefined;
  }

  /** Its first memory, defined or imported; undefined where it has none. */
  get memory(): Memory | undefined {
    const memory = this.#instance.memories[0];
    return memory && toMemory(memory);
  }

  /** Whether it was closed, or has ended itself. */
  get isClosed(): boolean {
    return this.#lifetime.exitCode !== undefined;
  }

  /** What it was closed with, 0 to 2^32-1; undefined while it is open. */
  get exitCode(): number | undefined {
    return this.#lifetime.exitCode;
  }

  /** The same as `closeWithExitCode(0)`. */
  close(): void {
    this.closeWithExitCode(0);
  }

  /**
   * Frees its name and what it holds of the host. Calls that are under way,
   * and calls that are made later, end with an `ExitError`; other instances
   * can still use what they import from it. Closing it again does nothing.
   *
   * @param exitCode 0 to 2^32-1
   * @throws {RangeError} it is not in this range
   * @throws the first error of those who are told; all are told
   */
  closeWithExitCode(exitCode: number): void {
    this.#lifetime.closeWithExitCode(exitCode);
  }

  /** The same as `close`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** `Module[name]`. */
  toString(): string {
    return `Module[${this.name}]`;
  }
}

function exportsOf(
  instance: ModuleInstance,
  owner: Lifetime,
): Record<string, ExportValue> {
  const exports: Record<string, ExportValue> = Object.create(null);
  for (const [name, extern] of instance.exports) {
    const value = exportValue(extern, owner);
    if (value !== undefined) exports[name] = value;
  }
  return Object.freeze(exports);
}

/** Undefined for tags, which have no use outside yet. */
function exportValue(extern: Extern, owner: Lifetime): ExportValue | undefined {
  if (extern instanceof FunctionInstance) {
    return exportedCallable(extern, owner);
  }
  if (extern instanceof MemoryInstance) return toMemory(extern);
  if (extern instanceof TableInstance) return toTable(extern);
  if (extern instanceof GlobalInstance) return toGlobal(extern);
  return undefined;
}
