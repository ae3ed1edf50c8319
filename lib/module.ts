/**
 * Compiled modules, their instances, and exported functions.
 */

import {
  type Extern,
  FunctionInstance,
  GlobalInstance,
  MemoryInstance,
  type Module,
  type ModuleInstance,
  namesOf,
  TableInstance,
} from "../engine/mod.ts";
import { ExitError } from "./errors.ts";
import {
  call,
  callAsync,
  type ExportedFunctionValue,
  toCallable,
} from "./function.ts";
import { Global, Memory, Table } from "./memory.ts";
import { valueTypeName } from "./values.ts";

/** A decoded and validated module; any number of instances can be made. */
export class CompiledModule {
  /** @internal */
  readonly module: Module;

  /** Made by `Runtime.compile`. */
  constructor(module: Module) {
    this.module = module;
  }

  /** The name section's name, or "". */
  get name(): string {
    return namesOf(this.module).moduleName;
  }
}

/** What an export is to JavaScript. */
export type ExportValue = ExportedFunctionValue | Memory | Table | Global;

/** The exports of an instance by name, where nothing more is known of them. */
// deno-lint-ignore no-explicit-any
export type Exports = Record<string, any>;

/** A function that an instance exports, with what plain functions lack. */
export class ExportedFunction {
  readonly #callee: FunctionInstance;
  readonly #owner: Instance;

  /** Made by `Instance.exportedFunction`. */
  constructor(callee: FunctionInstance, owner: Instance) {
    this.#callee = callee;
    this.#owner = owner;
  }

  get paramTypes(): string[] {
    return this.#callee.type.params.map(valueTypeName);
  }

  get resultTypes(): string[] {
    return this.#callee.type.results.map(valueTypeName);
  }

  /**
   * Calls it to its end. One result is a value, several are a list.
   *
   * @throws {Trap} what the guest did wrong
   * @throws {TypeError} too many or too few arguments
   * @throws {WouldSuspendError} a host function returned a promise
   */
  call(...args: unknown[]): unknown {
    this.#check(args);
    return this.#owner.guard(() => call(this.#callee, args));
  }

  /** The same, but host functions may return promises, which are awaited. */
  async callAsync(args: readonly unknown[] = []): Promise<unknown> {
    this.#check(args);
    return await this.#owner.guardAsync(() => callAsync(this.#callee, args));
  }

  #check(args: readonly unknown[]): void {
    const { length } = this.#callee.type.params;
    if (args.length !== length) {
      throw new TypeError(`expected ${length} params, but passed ${args.length}`);
    }
  }
}

/** An instantiated module. */
export class Instance<E = Exports> {
  /** @internal */
  readonly instance: ModuleInstance;
  /** The name it is registered by; "" for none. */
  readonly name: string;
  /** Functions as plain functions, memories, tables and globals, by name. */
  readonly exports: E;
  readonly #onClose: ((exitCode: number) => void)[];
  #exitCode: number | undefined;

  /** Made by `Runtime.instantiate`. */
  constructor(
    instance: ModuleInstance,
    name: string,
    onClose: ((exitCode: number) => void)[],
  ) {
    this.instance = instance;
    this.name = name;
    this.#onClose = onClose;
    this.exports = exportsOf(instance) as E;
  }

  /** A function by its export name; undefined where there is none. */
  exportedFunction(name: string): ExportedFunction | undefined {
    const callee = this.instance.exports.get(name);
    return callee instanceof FunctionInstance
      ? new ExportedFunction(callee, this as Instance)
      : undefined;
  }

  /** A memory by its export name. */
  exportedMemory(name: string): Memory | undefined {
    const extern = this.instance.exports.get(name);
    return extern instanceof MemoryInstance ? new Memory(extern) : undefined;
  }

  /** A table by its export name. */
  exportedTable(name: string): Table | undefined {
    const extern = this.instance.exports.get(name);
    return extern instanceof TableInstance ? new Table(extern) : undefined;
  }

  /** A global by its export name. */
  exportedGlobal(name: string): Global | undefined {
    const extern = this.instance.exports.get(name);
    return extern instanceof GlobalInstance ? new Global(extern) : undefined;
  }

  /** Its first memory, defined or imported. */
  get memory(): Memory | undefined {
    const memory = this.instance.memories[0];
    return memory && new Memory(memory);
  }

  get isClosed(): boolean {
    return this.#exitCode !== undefined;
  }

  /** Frees its name and what it holds of the host. */
  close(): void {
    this.closeWithExitCode(0);
  }

  /** Calls of its functions that are under way end with an `ExitError`. */
  closeWithExitCode(exitCode: number): void {
    if (this.isClosed) return;
    this.#exitCode = exitCode >>> 0;
    for (const notify of this.#onClose) notify(this.#exitCode);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal Runs a call; what ends the guest closes the instance. */
  guard<T>(body: () => T): T {
    let result: T;
    try {
      result = body();
    } catch (error) {
      throw this.#ended(error);
    }
    if (this.isClosed) throw new ExitError(this.#exitCode!);
    return result;
  }

  /** @internal The same for a call that may wait. */
  async guardAsync<T>(body: () => Promise<T>): Promise<T> {
    let result: T;
    try {
      result = await body();
    } catch (error) {
      throw this.#ended(error);
    }
    if (this.isClosed) throw new ExitError(this.#exitCode!);
    return result;
  }

  #ended(error: unknown): unknown {
    if (error instanceof ExitError) this.closeWithExitCode(error.exitCode);
    return error;
  }
}

function exportsOf(instance: ModuleInstance): Record<string, ExportValue> {
  const exports: Record<string, ExportValue> = Object.create(null);
  for (const [name, extern] of instance.exports) {
    exports[name] = exportValue(extern);
  }
  return Object.freeze(exports);
}

function exportValue(extern: Extern): ExportValue {
  if (extern instanceof FunctionInstance) return toCallable(extern);
  if (extern instanceof MemoryInstance) return new Memory(extern);
  if (extern instanceof TableInstance) return new Table(extern);
  return new Global(extern as GlobalInstance);
}
