/**
 * The functions of the host module `env` that standalone guests of Emscripten
 * import: the notice of memory growth, `longjmp`, and `invoke_*`, through
 * which C's setjmp and C++'s try call. An `invoke_*` calls the function at an
 * index of table 0; a longjmp in there ends it.
 *
 * What an `invoke_*` calls goes on in its place: it may wait for promises, give
 * way in slices, use fuel and be as deep as other calls. Guests that are
 * compiled with wasm exceptions or wasm longjmp need no `invoke_*`.
 *
 * @module
 */

import {
  callInPlace,
  charge,
  FunctionInstance,
  isA,
  landBehind,
  type Landing,
  LinkError,
  type Machine,
  machine,
  Unwinding,
} from "../engine/mod.ts";
import type { FunctionDefinition } from "./definitions.ts";
import { Fuel } from "./fuel.ts";
import { call, defaultValue, writeValues } from "./function.ts";
import type {
  HostFunctionDefinition,
  HostModule,
  PerInstance,
} from "./host.ts";
import type { Instance } from "./instance.ts";
import { tableFunction } from "./lookup.ts";
import type { CompiledModule } from "./module.ts";
import type { Runtime } from "./runtime.ts";
import { callWithin } from "./scheduler.ts";
import {
  functionTypeOf,
  isValueTypeName,
  type ValueTypeName,
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
  return ({ caller }) => {
    const guest = () => {
      if (caller.instance !== undefined) return caller.instance;
      throw new LinkError("the guest is not linked");
    };
    const definitions: Record<string, HostFunctionDefinition> = {
      emscripten_notify_memory_growth: {
        params: ["i32"],
        paramNames: ["memory_index"],
        results: [],
        fn: () => {},
      },
      _emscripten_throw_longjmp: {
        params: [],
        results: [],
        fn: () => {
          throw unwinding(guest(), "longjmp");
        },
      },
    };
    for (const invoke of invokes) {
      definitions[invoke.name] = definitionOf(invoke, guest);
    }
    return definitions;
  };
}

/**
 * What a host function throws to end the innermost `invoke_*` of the guest, as
 * longjmp does: for an `env` of one's own that has `__cxa_throw`, or others.
 * `what` is the name that the error has where there is no `invoke_*` to end.
 *
 * @example
 * ```ts
 * import { type CompiledModule, Runtime } from "@waxwing/waxwing";
 * import * as emscripten from "@waxwing/waxwing/emscripten";
 *
 * function provide(runtime: Runtime, compiled: CompiledModule) {
 *   runtime.newHostModule("env")
 *     .func("__cxa_throw", ["i32", "i32", "i32"], [], (caller) => {
 *       throw emscripten.unwinding(caller, "C++ exception");
 *     }, { withCaller: true })
 *     .perInstance(emscripten.functionsFor(compiled))
 *     .instantiate();
 * }
 * ```
 */
export function unwinding(caller: Instance, what: string): Error {
  return new Unwound(caller, what);
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

function definitionOf(
  { params: [index, ...params], results }: Invoke,
  guest: () => Instance,
): HostFunctionDefinition {
  const typeId = functionTypeOf(params, results);
  const functionAt = (index: number) =>
    tableFunction(guest(), 0, index >>> 0, typeId);
  return {
    params: [index, ...params],
    paramNames: ["index", ...params.map((_, i) => `a${i + 1}`)],
    results,
    fn: (index: number, ...args) =>
      call(functionAt(index), args, guest().lifetime),
    inPlace(m, base) {
      const callee = functionAt(m.I[base]);
      const stackPointer = callExport(guest(), STACK_SAVE) as number;
      const note = [stackPointer, ...callee.type.results];
      // The index is gone: the others are the callee's arguments.
      m.I.copyWithin(base, base + 2, base + 2 + callee.type.linkOffset);
      const ref = base >> 1;
      if (m.R.length > ref) m.R.copyWithin(ref, ref + 1);
      try {
        return callInPlace(m, base, callee, note);
      } catch (error) {
        // Of a host function, which has no frame to end.
        if (!isA(error, Unwound) || error.guest !== guest()) throw error;
        error.finish(base, note);
      }
    },
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

/** Ends the innermost `invoke_*` of its guest. */
class Unwound extends Unwinding {
  override readonly name = "Unwound";
  readonly guest: Instance;

  constructor(guest: Instance, what: string) {
    super(`${what} out of everything that was called by invoke_*`);
    this.guest = guest;
  }

  override land(m: Machine): Landing | undefined {
    const { instance } = this.guest;
    return landBehind(m, instance, (base, note) => this.finish(base, note));
  }

  /** Does what the guest expects, and gives zeros. */
  finish(base: number, [stackPointer, ...results]: readonly number[]): void {
    callExport(this.guest, STACK_RESTORE, stackPointer);
    callExport(this.guest, SET_THREW, 1, 0);
    writeValues(machine(), base, results, results.map(defaultValue));
  }
}

/** What a function that `invoke_*` needs of the guest may use, in fuel. */
const MAX_HELPER_UNITS = 10_000;

/**
 * Calls what `invoke_*` needs of the guest. Such a call could not go on where
 * fuel ends in it, so it is paid for afterwards.
 */
function callExport(
  { instance, lifetime }: Instance,
  names: readonly string[],
  ...args: unknown[]
): unknown {
  const callee = names.map((name) => instance.exports.get(name))
    .find((extern) => extern instanceof FunctionInstance);
  if (callee === undefined) {
    throw new LinkError(`invoke_* needs the guest to export ${names[0]}`);
  }
  const m = machine();
  if (m.variant === 0) return call(callee, args, lifetime);
  const fuel = new Fuel(MAX_HELPER_UNITS);
  try {
    return callWithin(callee, args, lifetime, { fuel });
  } finally {
    charge(m, fuel.consumed);
  }
}
