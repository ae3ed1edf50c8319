/**
 * The Runtime: compiles modules, links them by name, and closes what it made.
 */

import {
  compileModule,
  type Extern,
  FEATURES_ALL,
  FunctionInstance,
  type FeatureSet,
  instantiateModule,
  type ModuleInstance,
  prepareMachine,
} from "../engine/mod.ts";
import type { ModuleOptions, RuntimeOptions } from "./config.ts";
import { ExitError } from "./errors.ts";
import {
  Caller,
  hostFunction,
  type HostFunctionDefinition,
  type HostModule,
  HostModuleBuilder,
  type Importer,
} from "./host.ts";
import { CompiledModule, type Exports, Instance } from "./module.ts";

const DEFAULT_STACK_BYTES = 16 * 1024 * 1024;
const DEFAULT_CODE_BYTES = 32 * 1024 * 1024;
const MIN_BYTES = 64 * 1024;
const MAX_BYTES = 1024 * 1024 * 1024;

/**
 * Compiles and instantiates modules that can import from each other by name.
 *
 * @example
 * ```ts
 * import { Runtime } from "@waxwing/waxwing";
 *
 * const bytes = Uint8Array.of(
 *   0, 97, 115, 109, 1, 0, 0, 0, // magic, version
 *   1, 7, 1, 96, 2, 127, 127, 1, 127, // (func (param i32 i32) (result i32))
 *   3, 2, 1, 0, 7, 7, 1, 3, 97, 100, 100, 0, 0, // exported as "add"
 *   10, 9, 1, 7, 0, 32, 0, 32, 1, 106, 11, // local.get 0 + local.get 1
 * );
 * const { exports } = new Runtime().instantiate(bytes);
 * console.log(exports.add(1, 2) === 3);
 * ```
 */
export class Runtime {
  readonly #features: FeatureSet;
  readonly #memoryPages: number;
  readonly #instances: Set<Instance> = new Set();
  readonly #named: Map<string, Instance | HostModule> = new Map();
  #exitCode: number | undefined;

  /** Throws a `RangeError` where an option is out of its range. */
  constructor(options: RuntimeOptions = {}) {
    const {
      coreFeatures = FEATURES_ALL,
      memoryLimitPages = 65536,
      stackBytes = DEFAULT_STACK_BYTES,
      codeBytes = DEFAULT_CODE_BYTES,
    } = options;
    checkRange("memoryLimitPages", memoryLimitPages, 0, 65536);
    checkRange("stackBytes", stackBytes, MIN_BYTES, MAX_BYTES);
    checkRange("codeBytes", codeBytes, MIN_BYTES, MAX_BYTES);
    if ((coreFeatures & ~FEATURES_ALL) !== 0) {
      throw new RangeError("coreFeatures has features that are not there");
    }
    this.#features = coreFeatures;
    this.#memoryPages = memoryLimitPages;
    const size = { stackBytes, codeBytes };
    const isDefault = options.stackBytes === undefined &&
      options.codeBytes === undefined;
    if (!isDefault && !prepareMachine(size)) {
      throw new RangeError(
        "stackBytes or codeBytes is larger than that of the first runtime",
      );
    }
  }

  /**
   * Decodes and validates a module. The bytes are copied.
   *
   * @throws {CompileError} with the offset of the fault
   */
  compile(bytes: Uint8Array | ArrayBuffer): CompiledModule {
    this.#checkOpen();
    const copy = new Uint8Array(bytes).slice();
    return new CompiledModule(compileModule(copy, this.#features));
  }

  /**
   * Makes an instance: links imports, initialises, runs the start function
   * and the functions of `startFunctions`. An exit with code 0 among these is
   * no error.
   *
   * @throws {CompileError} the bytes are no valid module
   * @throws {LinkError} an import is missing or of another type
   * @throws {Trap} initialisation or a start function trapped
   * @throws {ExitError} a start function exited with another code than 0
   */
  instantiate<E = Exports>(
    source: CompiledModule | Uint8Array | ArrayBuffer,
    options: ModuleOptions = {},
  ): Instance<E> {
    this.#checkOpen();
    const compiled = source instanceof CompiledModule
      ? source
      : this.compile(source);
    const name = options.name ?? compiled.name;
    if (this.#named.has(name)) {
      throw new Error(`module[${name}] has already been instantiated`);
    }
    const onClose: ((exitCode: number) => void)[] = [];
    const instance = this.#link(compiled, name, options, onClose);
    onClose.push(() => this.#forget(instance));
    this.#instances.add(instance);
    if (name !== "") this.#named.set(name, instance);
    try {
      runStartFunctions(instance, options.startFunctions ?? ["_start"]);
    } catch (error) {
      instance.closeWithExitCode(1);
      throw error;
    }
    return instance as unknown as Instance<E>;
  }

  /** The instance of that name; undefined where there is none. */
  module(name: string): Instance | undefined {
    const found = this.#named.get(name);
    return found instanceof Instance ? found : undefined;
  }

  /** Begins a module of host functions, see `HostModuleBuilder`. */
  newHostModule(name: string): HostModuleBuilder {
    return new HostModuleBuilder(name, (module) => {
      this.#checkOpen();
      if (this.#named.has(module.name)) {
        throw new Error(`module[${module.name}] has already been instantiated`);
      }
      this.#named.set(module.name, module);
    });
  }

  /** Closes all instances, the last one first. */
  close(): void {
    this.closeWithExitCode(0);
  }

  /** The same with an exit code for calls that are under way. */
  closeWithExitCode(exitCode: number): void {
    if (this.#exitCode !== undefined) return;
    this.#exitCode = exitCode >>> 0;
    for (const instance of [...this.#instances].reverse()) {
      instance.closeWithExitCode(exitCode);
    }
    this.#named.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #checkOpen(): void {
    if (this.#exitCode !== undefined) {
      throw new Error(`runtime closed with exit_code(${this.#exitCode})`);
    }
  }

  #forget(instance: Instance): void {
    this.#instances.delete(instance);
    if (this.#named.get(instance.name) === instance) {
      this.#named.delete(instance.name);
    }
  }

  #link(
    { module }: CompiledModule,
    name: string,
    options: ModuleOptions,
    onClose: ((exitCode: number) => void)[],
  ): Instance {
    let made: ModuleInstance | undefined;
    const importer: Importer = {
      options,
      caller: new Caller(() => made),
      onClose: (notify) => onClose.push(notify),
    };
    const own: Map<HostModule, Readonly<Record<string, HostFunctionDefinition>>> =
      new Map();
    try {
      const instance = instantiateModule(
        module,
        (moduleName, field) => this.#resolve(moduleName, field, importer, own),
        { memoryPages: this.#memoryPages },
        (instance) => made = instance,
      );
      return new Instance(instance, name, onClose);
    } catch (error) {
      for (const notify of onClose) notify(1);
      throw error;
    }
  }

  #resolve(
    moduleName: string,
    name: string,
    importer: Importer,
    own: Map<HostModule, Readonly<Record<string, HostFunctionDefinition>>>,
  ): Extern | undefined {
    const found = this.#named.get(moduleName);
    if (found === undefined) return undefined;
    if (found instanceof Instance) return found.instance.exports.get(name);
    const shared = found.externs.get(name);
    if (shared !== undefined || found.perInstance === undefined) return shared;
    let functions = own.get(found);
    if (functions === undefined) {
      functions = found.perInstance(importer);
      own.set(found, functions);
    }
    return Object.hasOwn(functions, name)
      ? hostFunction(functions[name], `${moduleName}.${name}`)
      : undefined;
  }
}

function runStartFunctions(
  instance: Instance,
  names: readonly string[],
): void {
  for (const name of names) {
    const callee = instance.instance.exports.get(name);
    if (!(callee instanceof FunctionInstance)) continue;
    try {
      instance.exportedFunction(name)!.call();
    } catch (error) {
      if (error instanceof ExitError && error.exitCode === 0) return;
      throw error;
    }
  }
}

function checkRange(name: string, value: number, min: number, max: number) {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} invalid: ${value} is not ${min} to ${max}`);
  }
}
