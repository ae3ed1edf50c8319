/**
 * WASI as a host module of a Runtime: each instance that imports from it gets
 * functions over what its own options give it. Where a call has to wait, the
 * guest does, if it was called asynchronously.
 *
 * @module
 */

import { checkOptions } from "../lib/checks.ts";
import type {
  HostFunctionDefinition,
  HostModule,
  PerInstance,
} from "../lib/host.ts";
import { chargeBytes } from "../lib/limits.ts";
import type { Runtime } from "../lib/runtime.ts";
import { isPromise } from "../lib/world.ts";
import {
  createWasi,
  WASI_MODULE_NAME,
  WASI_UNSTABLE_MODULE_NAME,
  wasiCalls,
} from "./mod.ts";

/** Which WASI guests get. */
export interface WasiModuleOptions {
  /** The one before preview 1, `wasi_unstable`. Default: false. */
  readonly unstable?: boolean | undefined;
}

/** What makes host modules of WASI preview 1. */
export interface Wasi {
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
   * @throws {TypeError} an option is wrong or not known
   */
  instantiate(runtime: Runtime, options?: WasiModuleOptions): HostModule;

  /**
   * The functions alone, for a host module of another name, or one that has
   * some of its own in place of them.
   *
   * @example
   * ```ts
   * import { Runtime, wasi } from "@waxwing/waxwing";
   *
   * new Runtime().newHostModule("wasi_snapshot_preview1")
   *   .perInstance(wasi.functions())
   *   .func("sched_yield", [], ["i32"], () => 0)
   *   .instantiate();
   * ```
   *
   * @throws {TypeError} an option is wrong or not known
   */
  functions(options?: WasiModuleOptions): PerInstance;
}

/** Instantiates and defines WASI for the guests of a runtime. */
// A namespace would be a statement, which keeps all of it in every bundle.
export const wasi: Wasi = { instantiate, functions };

function instantiate(
  runtime: Runtime,
  options: WasiModuleOptions = {},
): HostModule {
  const make = functions(options);
  const name = options.unstable ? WASI_UNSTABLE_MODULE_NAME : WASI_MODULE_NAME;
  return runtime.newHostModule(name).perInstance(make).instantiate();
}

function functions(options: WasiModuleOptions = {}): PerInstance {
  checkOptions(options, { unstable: "boolean" });
  const { unstable } = options;
  return ({ options, caller, onClose }) => {
    const { functions, close } = createWasi(
      { ...options, unstable, onTransfer: chargeBytes },
      () => caller.memory,
    );
    onClose(() => {
      const closed = close();
      if (isPromise(closed)) closed.catch(() => {}); // nobody waits for it
    });
    const definitions: Record<string, HostFunctionDefinition> = {};
    for (const { name, params, results } of wasiCalls()) {
      definitions[name] = { params, results, fn: functions[name] };
    }
    return definitions;
  };
}
