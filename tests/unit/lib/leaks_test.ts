// What a call that was ended holds afterwards: nothing. Node alone tells
// timers, listeners and garbage.

import { getEventListeners } from "node:events";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { machine } from "../../../engine/mod.ts";
import type {
  AsyncCallOptions,
  HostModuleBuilder,
  Instance,
} from "../../../mod.ts";
import {
  Assembler,
  errorOf,
  functionOf,
  rejectionOf,
  runtimeWith,
  sleep,
} from "./guests.ts";

/** Holds references and vectors in frames, with a memory of its own. */
const BYTES = new Assembler()
  .importFunction("env", "never", ":")
  .importFunction("env", "nested", "e:")
  .memory("memory", 1)
  .function(
    "deep",
    "ie:",
    "v",
    "local.get 0 if NEXT else loop br 0 end end"
      .replace(
        "NEXT",
        "local.get 0 i32.const 1 i32.sub local.get 1 call $deep",
      ),
  )
  .function("run", "e:", "", "i32.const 100 local.get 0 call $deep")
  .function("wait", "e:", "e", "local.get 0 local.set 1 call $never")
  .function("nest", "e:", "", "local.get 0 call $nested")
  .build();

/** Ends a call with an object as its argument. */
type Way = (instance: Instance, object: object) => unknown;

const controller = new AbortController();

const asynchronously = (
  name: string,
  options: () => AsyncCallOptions,
): Way =>
(instance, object) =>
  rejectionOf(functionOf(instance, name).callAsync([object], options()));

/** Aborted after a while; it lives on, as a page's own would. */
function longLived(): AsyncCallOptions {
  const { signal } = controller;
  return { signal, timeoutMs: 3 };
}

/** Keeps the process alive, which `AbortSignal.timeout` does not. */
function abortedSoon(): AbortSignal {
  const short = new AbortController();
  setTimeout(() => short.abort(), 2);
  return short.signal;
}

const WAYS: Readonly<Record<string, Way>> = {
  "timeoutMs": (instance, object) =>
    errorOf(() => functionOf(instance).callWith([object], { timeoutMs: 2 })),
  "fuel": (instance, object) =>
    errorOf(() => functionOf(instance).callWith([object], { fuel: 10_000 })),
  "timeoutMs, asynchronously": asynchronously("run", () => ({ timeoutMs: 2 })),
  "fuel, asynchronously": asynchronously("run", () => ({ fuel: 10_000 })),
  "a time-out between slices": asynchronously(
    "run",
    () => ({ timeoutMs: 2, sliceFuel: 1000 }),
  ),
  "a signal": asynchronously(
    "run",
    () => ({ signal: abortedSoon(), sliceMs: 1 }),
  ),
  "a time-out beside a signal": asynchronously("run", longLived),
  "a time-out while it waits": asynchronously("wait", longLived),
  "a signal while it waits": asynchronously(
    "wait",
    () => ({ signal: abortedSoon() }),
  ),
  "closing while it waits": (instance, object) => {
    setTimeout(() => instance.close(), 2);
    return asynchronously("wait", longLived)(instance, object);
  },
  "a time-out of an outer call": asynchronously("nest", longLived),
  "a failed host function": asynchronously("nest", () => ({ fuel: 200 })),
};

function define(env: HostModuleBuilder): void {
  env.asyncFunc("never", [], [], () => new Promise(() => {}))
    .func("nested", ["externref"], [], (caller, object) => {
      caller.exports.run(object);
    }, { withCaller: true });
}

const ROUNDS = 8;

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout")
    .length;
}

/** What should be garbage, by how the calls were ended. */
const held: Map<string, WeakRef<object>[]> = new Map();

for (const closeOnCancel of [false, true]) {
  for (const [name, end] of Object.entries(WAYS)) {
    const title = closeOnCancel ? `${name}, where that closes` : name;
    test(`no timer, frame or listener is left after ${title}`, async () => {
      const runtime = runtimeWith(define, { closeOnCancel });
      const compiled = runtime.compile(BYTES);
      const m = machine();
      const before = [timers(), m.top, m.crossings.length];
      const refs: WeakRef<object>[] = [];
      held.set(title, refs);
      const round = async () => {
        const instance = runtime.instantiate(compiled, { name: "" });
        const object = { any: "value" };
        const { buffer } = instance.memory!;
        refs.push(...[object, instance, buffer].map((x) => new WeakRef(x)));
        await end(instance, object);
        instance.close();
      };
      for (let i = 0; i < ROUNDS; i++) await round();
      assert.equal([timers(), m.top, m.crossings.length], before);
      assert.is(getEventListeners(controller.signal, "abort").length, 0);
    });
  }
}

test("instances, their memories and the arguments are garbage then", async () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  for (let i = 0; i < 3; i++) {
    await sleep(1);
    gc();
  }
  for (const [title, refs] of held) {
    const left = refs.filter((ref) => ref.deref() !== undefined).length;
    // Those of a last round may still be on the host's stack.
    assert.ok(left <= 3, `${title}: ${left} of ${refs.length} are held`);
  }
});

test.run();
