/**
 * The Runtime: compiles modules, links them by name, and closes what it made.
 */

import {
  CompileError,
  compileModule,
  compileSteps,
  type Extern,
  Feature,
  FunctionInstance,
  type InstanceLimits,
  instantiateModule,
  isA,
  LinkError,
  type Module,
  prepareMachine,
} from "../engine/mod.ts";
import { checkRange, kindError } from "./checks.ts";
import {
  type CheckedRuntimeOptions,
  checkModuleOptions,
  checkRuntimeOptions,
  type ModuleOptions,
  type RuntimeOptions,
} from "./config.ts";
import { withoutLines } from "./dwarf.ts";
import { ExitError } from "./errors.ts";
import {
  type Caller,
  hostFunction,
  type HostFunctionDefinition,
  HostModuleBuilder,
  type HostModuleParts,
  type Importer,
} from "./host.ts";
import { type Exports, Instance } from "./instance.ts";
import { Lifetime } from "./lifetime.ts";
import {
  type AsyncCallOptions,
  type CallOptions,
  Limits,
  now,
  syncLimits,
} from "./limits.ts";
import type { Memory } from "./memory.ts";
import { allocatorOf, MemoryBudget } from "./memory_budget.ts";
import { CompiledModule } from "./module.ts";
import { callAsync, callWithin, nextTask } from "./scheduler.ts";

/** The bytes of a module. */
export type ModuleBytes = ArrayBuffer | ArrayBufferView;

/** What can be made an instance of at once. */
export type ModuleSource = CompiledModule | ModuleBytes;

/** What can be made an instance of after waiting for it. */
export type AsyncModuleSource = ModuleSource | Response;

const enum Compilation {
  SliceMs = 8,
}

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
  readonly #options: CheckedRuntimeOptions;
  readonly #instances: Set<Lifetime> = new Set();
  readonly #named: Map<string, Instance | HostModuleParts> = new Map();
  readonly #budget: MemoryBudget;
  /** Modules of runtimes that allow more, which use no more than this one. */
  readonly #fitting: WeakSet<Module> = new WeakSet();
  #exitCode: number | undefined;

  /**
   * Makes a runtime without any module.
   *
   * @throws {RangeError} an option is out of its range
   * @throws {TypeError} an option is wrong or not known
   */
  constructor(options: RuntimeOptions = {}) {
    this.#options = checkRuntimeOptions(options);
    const { machine, totalMemoryLimitPages } = this.#options;
    this.#budget = new MemoryBudget(totalMemoryLimitPages);
    if (machine !== undefined && !prepareMachine(machine)) {
      throw new RangeError(
        "stackBytes or codeBytes is over that of the first runtime",
      );
    }
  }

  /**
   * Decodes and validates a module. The bytes are copied.
   *
   * @throws {CompileError} with the offset of the fault
   * @throws {TypeError} it is given no bytes
   */
  compile(bytes: ModuleBytes): CompiledModule {
    this.#checkOpen();
    const copy = copyOf(bytes);
    const { compilationCache: cache, coreFeatures } = this.#options;
    let module = cache?.get(copy, coreFeatures);
    if (module === undefined) {
      const isKnown = cache?.isMarked(copy, coreFeatures) === true;
      module = compileModule(copy, coreFeatures, isKnown);
      cache?.put(module, coreFeatures, isKnown);
    }
    return this.#checked(module);
  }

  /**
   * The same in slices of 8 ms, between which other code runs, and for bytes
   * that are still to come.
   *
   * @throws {CompileError} with the offset of the fault
   * @throws {TypeError} it is given no bytes, or a response that is not ok
   */
  async compileAsync(
    source: ModuleBytes | Response | PromiseLike<ModuleBytes | Response>,
  ): Promise<CompiledModule> {
    this.#checkOpen();
    const copy = copyOf(await bytesOf(source));
    const { compilationCache: cache, coreFeatures } = this.#options;
    let module = cache?.get(copy, coreFeatures);
    if (module === undefined) {
      const isKnown = await cache?.isMarked(copy, coreFeatures) === true;
      module = await this.#inSlices(compileSteps(copy, coreFeatures, isKnown));
      await cache?.put(module, coreFeatures, isKnown);
    }
    return this.#checked(module);
  }

  async #inSlices<T>(steps: Iterator<void, T>): Promise<T> {
    for (let end = now() + Compilation.SliceMs;;) {
      const { done, value } = steps.next();
      if (done) return value;
      if (now() < end) continue;
      await nextTask();
      this.#checkOpen();
      end = now() + Compilation.SliceMs;
    }
  }

  /** Checks what another runtime may allow. */
  #checked(module: Module): CompiledModule {
    const limit = this.#options.memoryLimitPages;
    for (const { min } of module.memories) {
      if (min <= limit) continue;
      throw new CompileError(
        `memory of ${min} pages is over the limit of ${limit}`,
        -1,
      );
    }
    const { debugInfo, customSections, deterministicNaN, monitor } =
      this.#options;
    let own = module;
    if (deterministicNaN) own = { ...own, canonicalNaNs: true };
    if (monitor !== undefined) own = monitor.watchModule(own);
    if (!debugInfo) own = withoutLines(own);
    return new CompiledModule(own, customSections);
  }

  /**
   * Makes an instance: links imports, initialises, runs the start function
   * and the functions of `startFunctions`. An exit with code 0 among these is
   * no error. When it fails, everything is as it was before, but for what the
   * module has done to others. `limits` are those of all these calls together.
   *
   * @throws {CompileError} the bytes are no valid module, or that of another
   * runtime uses what is disabled here
   * @throws {LinkError} an import is missing or of another type
   * @throws {Trap} initialisation or a start function trapped
   * @throws {ExitError} a start function exited with another code than 0, or
   * the runtime was closed meanwhile
   * @throws {WouldSuspendError} a start function has to wait
   * @throws {TimeoutError} the start functions took too long
   * @throws {FuelExhausted} the start functions used up their fuel
   * @throws {TypeError} it is given no bytes, or an option is wrong or not known
   * @throws {Error} the name is taken, or the runtime or module is closed
   */
  instantiate<E = Exports>(
    source: ModuleSource,
    options: ModuleOptions = {},
    limits: CallOptions = {},
  ): Instance<E> {
    checkModuleOptions(options);
    const compiled = source instanceof CompiledModule
      ? source
      : this.compile(source);
    const all = syncLimits(limits);
    const { instance, starts } = this.#link(compiled, options);
    try {
      for (const callee of starts()) {
        callWithin(callee, [], instance.lifetime, limits, all);
      }
    } catch (error) {
      this.#closeAfter(instance, error);
    }
    return instance as unknown as Instance<E>;
  }

  /**
   * The same, but start functions may wait for host functions that return
   * promises, `limits` may have a signal and slices, and the module may be a
   * `Response`, or a promise.
   */
  async instantiateAsync<E = Exports>(
    source: AsyncModuleSource | PromiseLike<AsyncModuleSource>,
    options: ModuleOptions = {},
    limits: AsyncCallOptions = {},
  ): Promise<Instance<E>> {
    this.#checkOpen();
    // Before anything is waited for. Their time begins later.
    checkModuleOptions(options);
    Limits.of(limits);
    const given = await source;
    const compiled = given instanceof CompiledModule
      ? given
      : await this.compileAsync(given);
    const all = Limits.of(limits);
    const { instance, starts } = this.#link(compiled, options);
    try {
      for (const callee of starts()) {
        await callAsync(callee, [], instance.lifetime, limits, all);
      }
    } catch (error) {
      this.#closeAfter(instance, error);
    }
    return instance as unknown as Instance<E>;
  }

  /** After a start function's error; the guest's exit with code 0 is none. */
  #closeAfter(instance: Instance, error: unknown): void {
    const isExit = isA(error, ExitError) && error.exitCode === 0;
    if (isExit && !this.isClosed) return;
    instance.closeWithExitCode(1);
    throw error;
  }

  /** The instance of that name; undefined where there is none. */
  module(name: string): Instance | undefined {
    const found = this.#named.get(name);
    return found instanceof Instance ? found : undefined;
  }

  /** @internal Whether an instance or a host module has that name. */
  has(name: string): boolean {
    return this.#named.has(name);
  }

  /** Begins the definition of a module that guests can import from. */
  newHostModule(name: string): HostModuleBuilder {
    return new HostModuleBuilder(name, {
      hasMultiValue: (this.#options.coreFeatures & Feature.MultiValue) !== 0,
      register: (parts) => this.#register(parts),
    });
  }

  #register(parts: HostModuleParts): () => void {
    this.#checkOpen();
    const { name } = parts;
    this.#checkName(name);
    this.#named.set(name, parts);
    return () => {
      if (this.#named.get(name) === parts) this.#named.delete(name);
    };
  }

  /** Whether `close` was called. */
  get isClosed(): boolean {
    return this.#exitCode !== undefined;
  }

  /** Closes all instances, the last one first. */
  close(): void {
    this.closeWithExitCode(0);
  }

  /**
   * The same with an exit code for calls that are under way, 0 to 2^32-1.
   * Closing it again does nothing.
   *
   * @throws {RangeError} it is not in this range
   * @throws the first error of those who are told; all are closed
   */
  closeWithExitCode(exitCode: number): void {
    checkRange("exitCode", exitCode, 0, 0xffffffff);
    if (this.#exitCode !== undefined) return;
    this.#exitCode = exitCode;
    const errors: unknown[] = [];
    for (const lifetime of [...this.#instances].reverse()) {
      try {
        lifetime.closeWithExitCode(exitCode);
      } catch (error) {
        errors.push(error);
      }
    }
    this.#named.clear();
    if (errors.length > 0) throw errors[0];
  }

  /** The same as `close`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #checkOpen(): void {
    if (this.#exitCode !== undefined) {
      throw new Error(`runtime closed with exit_code(${this.#exitCode})`);
    }
  }

  #checkName(name: string): void {
    if (this.has(name)) {
      throw new Error(`module[${name}] has already been instantiated`);
    }
  }

  /** Throws where a module uses what only the runtime that made it allows. */
  #checkFeatures(module: Module): void {
    const { coreFeatures } = this.#options;
    const mayUseMore = (module.features & ~coreFeatures) !== 0;
    if (!mayUseMore || this.#fitting.has(module)) return;
    compileModule(module.bytes, coreFeatures);
    this.#fitting.add(module);
  }

  /** Makes an instance and registers it; what is left is to run `starts`. */
  #link(compiled: CompiledModule, options: ModuleOptions): Linked {
    this.#checkOpen();
    if (compiled.isClosed) throw new Error("the compiled module is closed");
    this.#checkFeatures(compiled.module);
    const name = options.name ?? compiled.name;
    this.#checkName(name);
    const lifetime = new Lifetime({
      closesOnCancel: this.#options.closeOnCancel ?? false,
      interleaves: options.interleave ?? false,
    });
    const begin: FunctionInstance[] = [];
    const caller = new ImportCaller();
    lifetime.onClose.push((exitCode) => {
      this.#instances.delete(lifetime);
      if (this.#named.get(name) === caller.instance) this.#named.delete(name);
      if (caller.instance !== undefined) options.onClose?.(exitCode);
    });
    const importer: Importer = {
      options,
      caller,
      onClose: (notify) => lifetime.onClose.push(notify),
    };
    try {
      const found = new ImportSearch(this.#named, options, importer);
      const made = instantiateModule(
        compiled.module,
        (moduleName, field) => {
          const extern = found.resolve(moduleName, field);
          this.#options.monitor?.watchImport(extern);
          return extern;
        },
        this.#limits(lifetime, options),
        {
          onAllocated: (allocated) => {
            allocated.embedder = lifetime;
            const instance = new Instance(allocated, name, compiled, lifetime);
            lifetime.handle = caller.instance = instance;
          },
          runStart: (callee) => begin.push(callee),
        },
      );
      const starts = () => startFunctions(made.exports, begin, options);
      const instance = caller.instance!;
      this.#checkName(name); // the import resolver may have taken it
      this.#instances.add(lifetime);
      if (name !== "") this.#named.set(name, instance);
      return { instance, starts };
    } catch (error) {
      caller.instance = undefined;
      lifetime.closeWithExitCode(1);
      throw error;
    }
  }

  #limits(lifetime: Lifetime, options: ModuleOptions): InstanceLimits {
    return {
      memoryPages: this.#options.memoryLimitPages,
      callDepth: this.#options.maxCallDepth,
      memoryPolicy: {
        capacityFromMax: this.#options.memoryCapacityFromMax,
        reserve: this.#budget.share(lifetime),
        ...allocatorOf(lifetime, options),
      },
    };
  }
}

/**
 * The instance that imports. A class: a getter in an object literal would give
 * each object a map of its own, which V8 keeps, with all that it leads to,
 * until its next full collection.
 */
class ImportCaller implements Caller {
  instance: Instance | undefined = undefined;

  get memory(): Memory | undefined {
    return this.instance?.memory;
  }
}

/** An instance whose start functions are still to be called. */
interface Linked {
  readonly instance: Instance;
  /** Asked when the calls begin, as they are made. */
  readonly starts: () => Iterable<FunctionInstance>;
}

/** The start function and those of the options, as far as they are there. */
function* startFunctions(
  exports: ReadonlyMap<string, Extern>,
  begin: readonly FunctionInstance[],
  { startFunctions: names = ["_start"] }: ModuleOptions,
): Generator<FunctionInstance> {
  yield* begin;
  for (const name of names) {
    const callee = exports.get(name);
    if (callee instanceof FunctionInstance) yield callee;
  }
}

/** Finds what one instance imports. */
class ImportSearch {
  readonly #named: ReadonlyMap<string, Instance | HostModuleParts>;
  readonly #options: ModuleOptions;
  readonly #importer: Importer;
  /** The functions that host modules made for this instance. */
  readonly #own: Map<
    HostModuleParts,
    Readonly<Record<string, HostFunctionDefinition>>
  > = new Map();

  constructor(
    named: ReadonlyMap<string, Instance | HostModuleParts>,
    options: ModuleOptions,
    importer: Importer,
  ) {
    this.#named = named;
    this.#options = options;
    this.#importer = importer;
  }

  resolve(moduleName: string, name: string): Extern {
    const given = this.#options.importResolver?.(moduleName);
    if (given && !(given instanceof Instance)) {
      throw kindError(`importResolver(${moduleName})`, given, "Instance");
    }
    const found = given || this.#named.get(moduleName);
    const extern = found instanceof Instance
      ? found.instance.exports.get(name)
      : found?.externs.get(name) ?? this.#ownFunction(found, name);
    if (extern !== undefined) return extern;
    const hint = moduleName.startsWith("wasi_")
      ? ": call wasi.instantiate(runtime)"
      : "";
    const why = found === undefined
      ? `module[${moduleName}] not instantiated${hint}`
      : `"${name}" is not exported in module "${moduleName}"`;
    throw new LinkError(`unknown import: ${moduleName}.${name}: ${why}`);
  }

  #ownFunction(
    found: HostModuleParts | undefined,
    name: string,
  ): Extern | undefined {
    if (found?.perInstance === undefined) return undefined;
    let functions = this.#own.get(found);
    if (functions === undefined) {
      functions = found.perInstance(this.#importer);
      this.#own.set(found, functions);
    }
    return Object.hasOwn(functions, name)
      ? hostFunction(functions[name], { module: found.name, name })
      : undefined;
  }
}

async function bytesOf(
  source: ModuleBytes | Response | PromiseLike<ModuleBytes | Response>,
): Promise<ModuleBytes> {
  const given = await source;
  if (typeof Response === "undefined" || !(given instanceof Response)) {
    return given as ModuleBytes;
  }
  if (!given.ok) {
    throw new TypeError(`the response is not ok: ${given.status} ${given.url}`);
  }
  return await given.arrayBuffer();
}

function copyOf(bytes: ModuleBytes): Uint8Array {
  if (ArrayBuffer.isView(bytes)) {
    const { buffer, byteOffset, byteLength } = bytes;
    return new Uint8Array(buffer, byteOffset, byteLength).slice();
  }
  // Not by class: a buffer may be of another realm, or shared.
  const found = Object.prototype.toString.call(bytes);
  if (found.endsWith("ArrayBuffer]")) return new Uint8Array(bytes).slice();
  throw new TypeError(`expected an ArrayBuffer or a view of one, not ${found}`);
}
