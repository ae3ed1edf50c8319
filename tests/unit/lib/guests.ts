// Guests for the tests of the embedding API, and what tests of errors need.

import { Runtime } from "../../../mod.ts";
import type {
  HostModuleBuilder,
  Instance,
  RuntimeOptions,
} from "../../../mod.ts";
import { Assembler } from "../engine/assembler.ts";

export { Assembler };

/** A runtime whose module "env" is what `define` defines. */
export function runtimeWith(
  define: (env: HostModuleBuilder) => void,
  options?: RuntimeOptions,
): Runtime {
  const runtime = new Runtime(options);
  const env = runtime.newHostModule("env");
  define(env);
  env.instantiate();
  return runtime;
}

const VECTORS = "local.get 0 v128.const 7 i32x4.add local.set 0";
const STORE = "i32.const 8 local.get 0 v128.store";

const GUESTS: Readonly<Record<string, Assembler>> = {
  "a loop": new Assembler().function("run", ":", "", "loop br 0 end"),
  "a br_table loop": new Assembler()
    .function("run", ":", "", "loop i32.const 0 br_table 0 0 end"),
  "a tail-call loop": new Assembler()
    .function("run", ":", "", "return_call $run"),
  "a call tree": new Assembler()
    .function("run", ":", "", "i32.const 60 call $tree")
    .function("tree", "i:", "", TREE()),
  "a loop of large fills": new Assembler().memory("memory", 257)
    .function("run", ":", "", FILL()),
  "a loop of large copies": new Assembler().memory("memory", 257)
    .function("run", ":", "", FILL().replace("fill", "copy")),
  "a loop of vectors": new Assembler()
    .function("run", ":", "v", `loop ${VECTORS} br 0 end`),
  "a br_table loop of vectors": new Assembler()
    .function(
      "run",
      ":",
      "v",
      `loop ${VECTORS} local.get 0 v128.any_true br_table 0 0 end`,
    ),
  "a loop of vectors in memory": new Assembler().memory("memory", 1)
    .function("run", ":", "v", `loop ${VECTORS} ${STORE} br 0 end`),
  "a tail-call loop of vectors": new Assembler()
    .function("run", ":", "", "v128.const 0 return_call $next")
    .function("next", "v:", "", `${VECTORS} local.get 0 return_call $next`),
};

/**
 * Guests whose `run` does not end by itself, each in another way; `answer`
 * gives 42.
 */
export const ENDLESS: Readonly<Record<string, Uint8Array>> = Object.fromEntries(
  Object.entries(GUESTS).map(([name, guest]) => [
    name,
    guest.function("answer", ":i", "", "i32.const 42").build(),
  ]),
);

/** Calls itself twice, 60 deep. */
function TREE(): string {
  const call = "local.get 0 i32.const 1 i32.sub call $tree";
  return `local.get 0 if ${call} ${call} end`;
}

/** 16 MiB each. */
function FILL(): string {
  return "loop i32.const 0 i32.const 7 i32.const 16777216 memory.fill br 0 end";
}

/** How late what ends a call may be. */
const MAX_LATE_MS = 50;
const ATTEMPTS = 10;

/**
 * Asserts that a call ends after so many milliseconds, soon. Test machines are
 * busy with other things at times: one attempt in time counts.
 */
export async function assertEndsAfter(
  ms: number,
  run: () => unknown,
): Promise<void> {
  const times: number[] = [];
  while (times.length < ATTEMPTS) {
    const start = performance.now();
    await run();
    const elapsed = performance.now() - start;
    if (elapsed < ms - 1) throw new Error(`${elapsed} ms are too few`);
    if (elapsed < ms + MAX_LATE_MS) return;
    times.push(elapsed);
  }
  throw new Error(`${times} ms are too many`);
}

/** A guest that calls env.wait(i32) -> i32 and adds 1 to what it gives. */
export const WAITER: Uint8Array = new Assembler()
  .importFunction("env", "wait", "i:i")
  .function("run", "i:i", "", "local.get 0 call $wait i32.const 1 i32.add")
  .build();

/** What a function throws. */
export function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("it threw nothing");
}

/** What a promise is rejected with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it was not rejected");
}

export function messageOf(run: () => unknown): string {
  return (errorOf(run) as Error).message;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function functionOf(instance: Instance, name = "run") {
  return instance.exportedFunction(name)!;
}
