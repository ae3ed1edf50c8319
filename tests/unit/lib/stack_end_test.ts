// Calls that hosts make where the guest has nearly used up its stack: they end
// in a trap, and nothing is written behind it, where code lies.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { machine } from "../../../engine/mod.ts";
import { listen } from "../../../lib/monitors.ts";
import { type Instance, Runtime, Trap } from "../../../mod.ts";
import { Assembler, errorOf } from "./guests.ts";

const WIDE = "v".repeat(1000);
const VECTORS = new Array(1000).fill(new Uint8Array(16).fill(0x77));

/** Whether words of code are the same afterwards. */
function leavesCode(run: () => void): boolean {
  const { I, F } = machine();
  const before = I.slice(F.length);
  run();
  return before.every((word, i) => I[F.length + i] === word);
}

/** Endless recursion, in each frame of which there is a call of the host. */
const DEEP = new Assembler()
  .importFunction("env", "host", "v".repeat(100) + ":")
  .function("wide", WIDE + ":", "", "")
  .function(
    "deep",
    ":",
    "v*100",
    "local.get 0 ".repeat(100) + "call $host call $deep",
  ).build();

/** Calls `wide` from host functions that are called in the last frames. */
function callsAtTheEnd(callWide: (instance: Instance) => void): string[] {
  const ends: string[] = [];
  const runtime = new Runtime();
  runtime.newHostModule("env")
    .rawFunc("host", new Array(100).fill("v128"), [], () => {
      const { top, stackEnd } = machine();
      if (top < stackEnd - 5000) return;
      try {
        callWide(instance);
        ends.push("done");
      } catch (error) {
        ends.push((error as Error).name);
      }
    }).instantiate();
  const instance = runtime.instantiate(DEEP);
  callWide(instance);
  const { deep } = instance.exports;
  assert.instance(errorOf(() => deep()), Trap);
  ends.length = 0;
  assert.ok(leavesCode(() => assert.instance(errorOf(() => deep()), Trap)));
  return ends;
}

test("arguments are put down where there is room for them", () => {
  const ends = callsAtTheEnd(({ exports }) => exports.wide(...VECTORS));
  assert.is(ends[0], "done");
  assert.is(ends.at(-1), "Trap");
});

test("so are those on the raw stack", () => {
  const stack = new DataView(new ArrayBuffer(16_000));
  for (let i = 0; i < 16_000; i++) stack.setUint8(i, 0x77);
  const ends = callsAtTheEnd((instance) =>
    instance.exportedFunction("wide")!.callWithStack(stack)
  );
  assert.is(ends[0], "done");
  assert.is(ends.at(-1), "Trap");
});

test("a listener may call a guest before a frame that has no room", () => {
  let told = 0x7777;
  const monitor = listen(({ name }) =>
    name === "deep"
      ? {
        before(_params, { exports }: Instance) {
          told++;
          exports.add(told, told);
        },
      }
      : undefined
  );
  const { exports } = new Runtime({ monitor }).instantiate(
    new Assembler().function(
      "add",
      "ii:i",
      "",
      "local.get 0 local.get 1 i32.add",
    )
      .function("deep", ":", "v*49999", "call $deep").build(),
  );
  const run = () => assert.instance(errorOf(() => exports.deep()), Trap);
  run();
  assert.ok(leavesCode(run));
  assert.ok(told > 0x7777 + 30);
});

test("the view of a raw function ends with the stack", () => {
  let bytes = 0;
  const runtime = new Runtime();
  runtime.newHostModule("env")
    .rawFunc("f", [], [], ({ byteLength }) => void (bytes = byteLength))
    .instantiate();
  runtime.instantiate(
    new Assembler().importFunction("env", "f", ":")
      .function("run", ":", "", "call $f").build(),
  ).exports.run();
  assert.is(bytes, machine().F.byteLength);
});

test.run();
