/**
 * The functions of the host module `env` that standalone guests of Emscripten
 * import: the notice of memory growth, `longjmp`, and `invoke_*`, through
 * which C's setjmp and C++'s try call. An `invoke_*` calls the function at an
 * index of table 0; a longjmp in there ends it, as an exception of the host.
 *
 * They are host functions, so what an `invoke_*` calls is a nested call: it
 * cannot be suspended, and a host function that has to wait below it ends in a
 * `WouldSuspendError`, also where the guest was called asynchronously. Nested
 * calls are limited in depth more than others are. Guests that are compiled
 * with wasm exceptions or wasm longjmp need no `invoke_*`.
 *
 * @module
 */

import {
  FunctionInstance,
  isSubtypeId,
  LinkError,
  Trap,
  TrapCode,
} from "../engine/mod.ts";
import type { FunctionDefinition } from "./definitions.ts";
import { call, defaultValue } from "./function.ts";
import type {
  HostFunctionDefinition,
  HostModule,
  Importer,
  PerInstance,
} from "./host.ts";
import type { Instance } from "./instance.ts";
import type { CompiledModule } from "./module.ts";
import type { Runtime } from "./runtime.ts";
import {
  functionTypeOf,
  isValueTypeName,
  type ValueTypeName,
  valueTypeOf,
} from "./values.ts";

/**
 * Lets a module import the functions of Emscripten's `env` that it asks for.
 * The host module is made for this one module: another that needs other
 * functions needs another runtime, or {@linkcode functionsFor}.
 *
 * @example
 * ```ts
 * import { Runtime } from "@waxwing/waxwing";
 * import * as emscripten from "@waxwing/waxwing/emscripten";
 *
 * const bytes = Uint8Array.of(
 *   0, 97, 115, 109, 1, 0, 0, 0, // magic, version
 *   1, 4, 1, 96, 0, 0, // (func)
 *   2, 33, 1, 3, 101, 110, 118, 25, // imports from "env"
 *   ...new TextEncoder().encode("_emscripten_throw_longjmp"), 0, 0,
 * );
 * const runtime = new Runtime();
 * const compiled = runtime.compile(bytes);
 * emscripten.instantiateForModule(runtime, compiled);
 * runtime.instantiate(compiled);
 * ```
 *
 * @throws {Error} the runtime has a module `env`
 */
export function instantiateForModule(
  runtime: Runtime,
  compiled: CompiledModule,
): HostModule {
  return runtime.newHostModule("env").perInstance(functionsFor(compiled))
    .instantiate();
}

/**
 * The same functions, for an `env` that has others as well.
 *
 * @example
 * ```ts
 * import { type CompiledModule, Runtime } from "@waxwing/waxwing";
 * import * as emscripten from "@waxwing/waxwing/emscripten";
 *
 * function provide(runtime: Runtime, compiled: CompiledModule) {
 *   runtime.newHostModule("env")
 *     .func("now", [], ["f64"], () => Date.now())
 *     .perInstance(emscripten.functionsFor(compiled))
 *     .instantiate();
 * }
 * ```
 */
export function functionsFor(compiled: CompiledModule): PerInstance {
  const invokes = compiled.importedFunctions().flatMap(invokeOf);
  return (importer) => {
    const guest = new Guest(importer);
    const definitions: Record<string, HostFunctionDefinition> = {
      emscripten_notify_memory_growth: {
        params: ["i32"],
        results: [],
        fn: () => {},
      },
      _emscripten_throw_longjmp: {
        params: [],
        results: [],
        fn: () => {
          throw new Longjmp(guest);
        },
      },
    };
    for (const { name, params, results } of invokes) {
      definitions[name] = {
        params,
        results,
        fn: invoker(guest, params, results),
      };
    }
    return definitions;
  };
}

/** An `invoke_*` that a module imports. */
interface Invoke {
  readonly name: string;
  /** The index in the table, then the parameters of what stands there. */
  readonly params: readonly ValueTypeName[];
  readonly results: readonly ValueTypeName[];
}

/** None where the import is something else. */
function invokeOf(
  { import: from, paramTypes, resultTypes }: FunctionDefinition,
): Invoke[] {
  if (from?.module !== "env" || !from.name.startsWith("invoke_")) return [];
  const params = paramTypes.filter(isValueTypeName);
  const results = resultTypes.filter(isValueTypeName);
  const isKnown = params[0] === "i32" && params.length === paramTypes.length &&
    results.length === resultTypes.length;
  return isKnown ? [{ name: from.name, params, results }] : [];
}

/** What a longjmp throws, for the innermost `invoke_*` of its instance. */
class Longjmp extends Error {
  override readonly name = "Longjmp";
  readonly guest: Guest;

  constructor(guest: Guest) {
    super("longjmp out of everything that was called by invoke_*");
    this.guest = guest;
  }
}

function invoker(
  guest: Guest,
  [, ...params]: readonly ValueTypeName[],
  results: readonly ValueTypeName[],
): (index: number, ...args: unknown[]) => unknown {
  const typeId = functionTypeOf(params, results);
  const zeros = results.map((type) => defaultValue(valueTypeOf(type)));
  const zero = zeros.length > 1 ? zeros : zeros[0];
  return (index, ...args) => {
    const callee = guest.functionAt(index >>> 0);
    if (!isSubtypeId(callee.typeId, typeId)) {
      throw new Trap(TrapCode.IndirectCallTypeMismatch);
    }
    const stackPointer = guest.callExport(STACK_SAVE);
    try {
      return guest.call(callee, args);
    } catch (error) {
      if (!(error instanceof Longjmp) || error.guest !== guest) throw error;
    }
    guest.callExport(STACK_RESTORE, stackPointer);
    guest.callExport(SET_THREW, 1, 0);
    return zero;
  };
}

/** Names of exports that do the same, that of newer compilers first. */
const STACK_SAVE: readonly string[] = [
  "emscripten_stack_get_current",
  "stackSave",
];
const STACK_RESTORE: readonly string[] = [
  "_emscripten_stack_restore",
  "stackRestore",
];
const SET_THREW: readonly string[] = ["setThrew"];

/** The instance that the functions are for, once it calls them. */
class Guest {
  readonly #importer: Importer;

  constructor(importer: Importer) {
    this.#importer = importer;
  }

  /** The function at an index of table 0; traps as `call_indirect` does. */
  functionAt(index: number): FunctionInstance {
    const refs = this.#instance.instance.tables[0]?.refs ?? [];
    if (index >= refs.length) throw new Trap(TrapCode.UndefinedElement);
    const callee = refs[index];
    if (callee instanceof FunctionInstance) return callee;
    throw new Trap(TrapCode.UninitializedElement);
  }

  call(callee: FunctionInstance, args: readonly unknown[]): unknown {
    return call(callee, args, this.#instance.lifetime);
  }

  callExport(names: readonly string[], ...args: unknown[]): unknown {
    const { exports } = this.#instance.instance;
    for (const name of names) {
      const callee = exports.get(name);
      if (callee instanceof FunctionInstance) return this.call(callee, args);
    }
    throw new LinkError(`invoke_* needs the guest to export ${names[0]}`);
  }

  get #instance(): Instance {
    const { instance } = this.#importer.caller;
    if (instance === undefined) throw new LinkError("the guest is not linked");
    return instance;
  }
}
