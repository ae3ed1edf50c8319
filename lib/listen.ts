/**
 * Function listeners: who is told when functions of guests and of the host
 * begin and end. They are chosen when a module is compiled; functions that
 * nobody listens to have the code that they always have.
 */

import {
  type CallProbe,
  currentFrames,
  FunctionInstance,
  machine,
  probeHost,
  signatureName,
  type TypeId,
  typeOf,
  type WasmFrame,
  withProbes,
} from "../engine/mod.ts";
import type { Monitor } from "./config.ts";
import { type FunctionDefinition, functionDefinition } from "./definitions.ts";
import { readValues } from "./function.ts";
import { hostDefinitionOf } from "./host_function.ts";
import type { Instance } from "./instance.ts";
import type { Lifetime } from "./lifetime.ts";
import { callingOwner } from "./limits.ts";

/**
 * Is told of the calls of one function. Each call that begins ends once: by
 * `after`, or by `abort`. A call that has used up its fuel ends when it goes on
 * and does, which it may never. What a listener throws passes through the guest
 * as an error of a host function does. It may call guests; it must not wait.
 *
 * The instance is the function's own; for a function of the host, the one that
 * calls.
 */
export interface FunctionListener {
  /**
   * The function begins. `stack` has it and its callers, innermost first, and
   * can be read until `before` returns.
   */
  before?(
    params: readonly unknown[],
    instance: Instance,
    stack: Iterable<WasmFrame>,
  ): void;
  /**
   * The function is complete. It has no results where it ends by a tail call:
   * the function that it calls takes its place.
   */
  after?(results: readonly unknown[], instance: Instance): void;
  /** An error passes through the function, or ends it while it waits. */
  abort?(error: unknown, instance: Instance): void;
}

/**
 * Gives the listener of a function; undefined where nobody listens. Functions
 * of the host have the index -1.
 */
export type FunctionListenerFactory = (
  definition: FunctionDefinition,
) => FunctionListener | undefined;

/**
 * Makes a monitor for {@linkcode RuntimeOptions.monitor}. Where several
 * factories listen to a function, they are told in this order.
 *
 * @example
 * ```ts
 * import { Runtime } from "@waxwing/waxwing";
 * import { listen } from "@waxwing/waxwing/monitors";
 *
 * const bytes = Uint8Array.of(
 *   0, 97, 115, 109, 1, 0, 0, 0, // magic, version
 *   1, 6, 1, 96, 1, 127, 1, 127, // (func (param i32) (result i32))
 *   3, 2, 1, 0, 7, 8, 1, 4, 115, 97, 109, 101, 0, 0, // exported as "same"
 *   10, 6, 1, 4, 0, 32, 0, 11, // local.get 0
 * );
 * const log: string[] = [];
 * const monitor = listen(({ name }) => ({
 *   before: (params) => log.push(`${name}(${params})`),
 *   after: (results) => log.push(`${name} = ${results}`),
 * }));
 * new Runtime({ monitor }).instantiate(bytes).exports.same(7);
 * console.log(log.join() === "same(7),same = 7");
 * ```
 */
export function listen(
  ...factories: readonly FunctionListenerFactory[]
): Monitor {
  return {
    watchModule: (module) =>
      withProbes(
        module,
        module.functions.map((typeId, index) =>
          index < module.importedFunctions
            ? undefined
            : probeOf(factories, functionDefinition(module, index), typeId)
        ),
      ),
    watchImport(extern) {
      if (!(extern instanceof FunctionInstance) || !extern.host) return;
      const definition = hostDefinitionOf(extern);
      const probe = probeOf(factories, definition, extern.typeId);
      if (probe !== undefined) probeHost(extern, probe);
    },
  };
}

function probeOf(
  factories: readonly FunctionListenerFactory[],
  definition: FunctionDefinition,
  typeId: TypeId,
): CallProbe | undefined {
  const listeners = factories.map((factory) => factory(definition))
    .filter((listener) => listener !== undefined);
  if (listeners.length === 0) return undefined;
  const { params, results } = typeOf(typeId);
  const stack = { [Symbol.iterator]: () => stackOf(definition, typeId) };
  return {
    before(base, owner) {
      const values = readValues(machine(), base, params);
      const instance = instanceOf(owner);
      for (const listener of listeners) {
        listener.before?.(values, instance, stack);
      }
    },
    after(base, owner, isTail) {
      const values = isTail ? [] : readValues(machine(), base, results);
      const instance = instanceOf(owner);
      for (const listener of listeners) listener.after?.(values, instance);
    },
    abort(error, owner) {
      const instance = instanceOf(owner);
      for (const listener of listeners) listener.abort?.(error, instance);
    },
  };
}

/** Of a host function that is called from outside, whose export it is. */
function instanceOf(owner: unknown): Instance {
  return ((owner ?? callingOwner()) as Lifetime).handle as Instance;
}

function* stackOf(
  { moduleName, index, name }: FunctionDefinition,
  typeId: TypeId,
): Generator<WasmFrame, void> {
  if (index < 0) {
    yield {
      moduleName,
      functionIndex: index,
      functionName: name,
      offset: -1,
      signature: signatureName(typeId),
    };
  }
  yield* currentFrames(machine());
}
