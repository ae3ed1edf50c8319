/**
 * WASI as a host module of a Runtime: each instance that imports from it gets
 * functions over what its own options give it.
 */

import type { HostFunctionDefinition } from "../lib/host.ts";
import type { Runtime } from "../lib/runtime.ts";
import { createWasi, WASI_MODULE_NAME, wasiCalls } from "./mod.ts";

/**
 * Lets the guests of a runtime import WASI preview 1.
 *
 * @example
 * ```ts
 * import { Runtime, wasi } from "@waxwing/waxwing";
 *
 * const runtime = new Runtime();
 * wasi.instantiate(runtime);
 * ```
 */
export function instantiate(runtime: Runtime): void {
  runtime.newHostModule(WASI_MODULE_NAME)
    .perInstance(({ options, caller, onClose }) => {
      const { functions, close } = createWasi(options, () => caller.memory);
      onClose(() => void close());
      const definitions: Record<string, HostFunctionDefinition> = {};
      for (const { name, params, results } of wasiCalls()) {
        definitions[name] = { params, results, fn: functions[name] };
      }
      return definitions;
    })
    .instantiate();
}
