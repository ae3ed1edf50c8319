// What a call that was ended holds afterwards: nothing. Node alone tells
// timers, listeners and garbage.

import { getEventListeners } from "node:events";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  compileModule,
  type FunctionInstance,
  instantiateModule,
  machine,
  type TableInstance,
  typeOf,
} from "../../../engine/mod.ts";
import { F64, I32, moduleOf, vector, Writer } from "../../fuzz/encode.ts";
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

async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  for (let i = 0; i < 3; i++) {
    await sleep(1);
    gc();
  }
  await sleep(1);
}

test("instances, their memories and the arguments are garbage then", async () => {
  await collectGarbage();
  for (const [title, refs] of held) {
    const left = refs.filter((ref) => ref.deref() !== undefined).length;
    // Those of a last round may still be on the host's stack.
    assert.ok(left <= 3, `${title}: ${left} of ${refs.length} are held`);
  }
});

/** The type that a number stands for: five parameters, each of four types. */
function typeBy(number: number): string {
  const digits = number.toString(4).padStart(9, "0");
  return [...digits].map((digit) => "iIfF"[Number(digit)]).join("") + ":";
}

/** Compiles a module of 1000 types that no other has, and has it refused or not. */
function compileTypes(first: number, isValid: boolean): void {
  const source = new Assembler();
  for (let i = 0; i < 1000; i++) source.type(typeBy(first + i));
  source.function("f", ":", "", isValid ? "" : "i32.add");
  const compile = () => compileModule(source.build());
  if (isValid) compile();
  else assert.throws(compile, /type mismatch/);
}

/** An exported function of a type that no other module has. */
function functionOfType(type: string): FunctionInstance {
  const source = new Assembler().function("f", type, "", "");
  const module = compileModule(source.build());
  const { exports } = instantiateModule(module, () => undefined);
  return exports.get("f") as FunctionInstance;
}

/** An exported table of references of a type of the module. */
function tableOfType(): TableInstance {
  const bytes = moduleOf(
    [1, vector([new Writer().bytes(0x60, 4, F64, F64, F64, I32, 0)])],
    [4, vector([new Writer().bytes(0x63, 0, 0, 1)])],
    [7, vector([new Writer().name("t").bytes(1, 0)])],
  );
  const { exports } = instantiateModule(compileModule(bytes), () => undefined);
  return exports.get("t") as TableInstance;
}

test("types of modules that are garbage have their place for others", async () => {
  const kept = functionOfType("iIfFiIfFiIfF:");
  const table = tableOfType();
  compileTypes(0, true);
  compileTypes(1000, false);
  const last = functionOfType("FiFiFiFiFi:").typeId;
  await collectGarbage();
  compileTypes(2000, true);
  const { typeId } = functionOfType("IfIfIfIfIf:");
  assert.ok(typeId < last, `${typeId} is new, the last one was ${last}`);
  const again = functionOfType("iIfFiIfFiIfF:");
  assert.is(again.typeId, kept.typeId);
  assert.is(typeOf(kept.typeId), kept.type);
  assert.is(tableOfType().type.element, table.type.element);
});

test.run();
