// The option maxCallDepth: exact, whatever frames look like and however they
// are called, also across instances, slices and calls from host functions.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Instance, Runtime, Trap, TrapCode } from "../../../mod.ts";
import {
  Assembler,
  errorOf,
  functionOf,
  rejectionOf,
  runtimeWith,
} from "./guests.ts";

/**
 * Each function calls one of the others n deep, chosen by a random number,
 * and after that once more half as deep. Their frames have different sizes.
 */
function mixed(): Uint8Array {
  const names = ["small", "large", "indirect"];
  const assembler = new Assembler().table("table", "r", 3)
    .global("random", "mut i", "i32.const 1");
  const random = "global.get 0 i32.const 1103515245 i32.mul i32.const 12345 " +
    "i32.add global.set 0 global.get 0 i32.const 16 i32.shr_u i32.const 3 i32.rem_u";
  const callAny = (depth: string) => `${depth} ${random} call_indirect [i:] 0`;
  const less = "local.get 0 i32.const 1 i32.sub";
  const body = (call: string) =>
    `local.get 0 if ${call} local.get 0 i32.const 1 i32.shr_u local.tee 0
     if ${callAny(less)} end end`;
  const direct = (name: string) =>
    `${random} i32.const 1 i32.and if ${less} call $${name} else ${
      callAny(less)
    } end`;
  return assembler
    .function("small", "i:", "", body(direct("small")))
    .function("large", "i:", "I*60", body(direct("small")))
    .function("indirect", "i:", "I*7", body(callAny(less)))
    .elements("i32.const 0", names)
    .build();
}

function isExhausted(error: unknown): boolean {
  return error instanceof Trap && error.code === TrapCode.CallStackExhausted;
}

for (const maxCallDepth of [1, 2, 3, 10, 33, 60]) {
  test(`${maxCallDepth} frames are allowed, and not one more`, async () => {
    const instance = new Runtime({ maxCallDepth }).instantiate(mixed());
    for (const name of ["small", "large", "indirect"]) {
      const callee = functionOf(instance, name);
      for (let round = 0; round < 5; round++) {
        callee.call(maxCallDepth - 1);
        assert.ok(isExhausted(errorOf(() => callee.call(maxCallDepth))), name);
      }
      const options = { sliceFuel: 3 * maxCallDepth, fuel: 1e6 };
      await callee.callAsync([maxCallDepth - 1], options);
      const late = callee.callAsync([maxCallDepth], options);
      assert.ok(isExhausted(await rejectionOf(late)), name);
    }
  });
}

test("deep recursion at the edge of the limit stays fast", () => {
  const count = 20_000;
  const bytes = new Assembler()
    .function("leaf", ":", "", "")
    .function(
      "run",
      "i:",
      "I*5",
      `local.get 0 if local.get 0 i32.const 1 i32.sub call $run else
       i32.const ${count} local.set 0 loop call $leaf
       local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end end`,
    ).build();
  const run = functionOf(
    new Runtime({ maxCallDepth: 2000 }).instantiate(bytes),
  );
  const start = performance.now();
  for (let depth = 1900; depth < 1999; depth += 7) run.call(depth);
  assert.ok(performance.now() - start < 5000);
  assert.ok(isExhausted(errorOf(() => run.call(1999))));
});

test("tail calls take no frame", () => {
  const bytes = new Assembler().function(
    "run",
    "i:",
    "",
    "local.get 0 if local.get 0 i32.const 1 i32.sub return_call $run end",
  ).build();
  new Runtime({ maxCallDepth: 1 }).instantiate(bytes).exports.run(100_000);
});

test("frames of other instances, and below host functions, count", () => {
  const guests: Instance[] = [];
  const bytes = new Assembler().importFunction("env", "again", "i:")
    .importFunction("other", "run", "i:")
    .function(
      "run",
      "i:",
      "I*3",
      `local.get 0 if local.get 0 i32.const 1 i32.and if
       local.get 0 i32.const 1 i32.sub call 0 else
       local.get 0 i32.const 1 i32.sub call 1 end end`,
    ).build();
  const other = new Assembler().importFunction("env", "again", "i:")
    .function(
      "run",
      "i:",
      "",
      "local.get 0 if local.get 0 i32.const 1 i32.sub call 0 end",
    ).build();
  const runtime = runtimeWith(
    (env) =>
      env.func("again", ["i32"], [], (n) => void guests[0].exports.run(n)),
    { maxCallDepth: 20 },
  );
  runtime.instantiate(other, { name: "other" });
  guests.push(runtime.instantiate(bytes));
  const { run } = guests[0].exports;
  for (let round = 0; round < 3; round++) {
    run(19);
    assert.ok(isExhausted(errorOf(() => run(20))));
    assert.ok(isExhausted(errorOf(() => run(21))));
  }
});

test("a host function may be called from the last frame", () => {
  const bytes = new Assembler().importFunction("env", "f", ":i")
    .function("run", ":i", "", "call 0").build();
  const runtime = runtimeWith((env) => env.func("f", [], ["i32"], () => 7), {
    maxCallDepth: 1,
  });
  assert.is(runtime.instantiate(bytes).exports.run(), 7);
});

test("depths out of their range are refused", () => {
  for (const maxCallDepth of [0, -1, 1.5, NaN]) {
    assert.throws(() => new Runtime({ maxCallDepth }), /maxCallDepth invalid/);
  }
});

test.run();
