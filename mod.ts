/**
 * waxwing: a WebAssembly runtime that needs neither a host `WebAssembly` nor
 * `eval`, for browsers, Deno, Bun, Node, Cloudflare Workers and extensions.
 *
 * @example
 * ```ts
 * import { MemoryFS, Runtime, wasi } from "@waxwing/waxwing";
 *
 * const runtime = new Runtime();
 * wasi.instantiate(runtime);
 * // runtime.instantiate(bytes, { args: ["cat", "/in.txt"], fs: new MemoryFS({ "in.txt": "hi" }) });
 * ```
 *
 * @module
 */

export {
  CoreFeatures,
  type ModuleOptions,
  type RuntimeOptions,
} from "./lib/config.ts";
export {
  CompileError,
  ExitError,
  LinkError,
  Trap,
  type WasmFrame,
  WouldSuspendError,
} from "./lib/errors.ts";
export { Caller, HostModuleBuilder } from "./lib/host.ts";
export { Global, Memory, Table } from "./lib/memory.ts";
export { CompiledModule, ExportedFunction, Instance } from "./lib/module.ts";
export { Runtime } from "./lib/runtime.ts";
export type { ValueTypeName } from "./lib/values.ts";
export { MemoryFS } from "./wasi/memfs.ts";
export {
  systemClock,
  systemMonotonicClock,
  systemWallClock,
} from "./wasi/clock.ts";
export { systemRandom } from "./wasi/random.ts";
export * as wasi from "./wasi/instantiate.ts";
