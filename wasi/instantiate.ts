/**
 * WASI as a host module of a Runtime: each instance that imports from it gets
 * functions over what its own options give it. Where a call has to wait, the
 * guest does, if it was called asynchronously.
 *
 * @module
 */

import type { HostFunctionDefinition, HostModule } from "../lib/host.ts";
import { chargeBytes } from "../lib/limits.ts";
import type { Runtime } from "../lib/runtime.ts";
import {
  createWasi,
  WASI_MODULE_NAME,
  WASI_UNSTABLE_MODULE_NAME,
  wasiCalls,
} from "./mod.ts";

/** Which WASI guests get. */
export interface WasiModuleOptions {
  /** The one before preview 1, `wasi_unstable`. Default: false. */
  readonly unstable?: boolean;
}

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
 *
 * @throws {Error} the runtime has a module of that name
 */
export function instantiate(
  runtime: Runtime,
  { unstable = false }: WasiModuleOptions = {},
): HostModule {
  const name = unstable ? WASI_UNSTABLE_MODULE_NAME : WASI_MODULE_NAME;
  return runtime.newHostModule(name)
    .perInstance(({ options, caller, onClose }) => {
      const { functions, close } = createWasi(
        { ...options, unstable, onTransfer: chargeBytes },
        () => caller.memory,
      );
      onClose(() => void close());
      const definitions: Record<string, HostFunctionDefinition> = {};
      for (const { name, params, results } of wasiCalls()) {
        definitions[name] = { params, results, fn: functions[name] };
      }
      return definitions;
    })
    .instantiate();
}
