import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  Fuel,
  FuelExhausted,
  type Instance,
  Runtime,
  wasmFrames,
} from "../../../mod.ts";
import {
  Assembler,
  ENDLESS,
  errorOf,
  functionOf,
  messageOf,
  rejectionOf,
  runtimeWith,
  sleep,
  WAITER,
} from "./guests.ts";

/** Counts n down to 0. */
const COUNT = new Assembler()
  .function(
    "run",
    "i:i",
    "",
    "loop local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end i32.const 7",
  )
  .build();

for (const [name, bytes] of Object.entries(ENDLESS)) {
  test(`fuel ends ${name}`, async () => {
    const instance = new Runtime().instantiate(bytes);
    const fuel = new Fuel(1_000_000);
    const error = errorOf(() => functionOf(instance).callWith([], { fuel }));
    assert.instance(error, FuelExhausted);
    assert.ok(wasmFrames(error).length > 0);
    assert.ok(fuel.remaining < 20);
    const { signal } = new AbortController();
    for (const more of [{}, { sliceMs: 2 }, { sliceFuel: 900 }, { signal }]) {
      const fuel = new Fuel(100_000n);
      const call = functionOf(instance).callAsync([], { ...more, fuel });
      assert.instance(await rejectionOf(call), FuelExhausted);
      assert.ok(fuel.remaining < 20);
    }
    assert.is(instance.exports.answer(), 42);
  });
}

test("the same call uses the same fuel, however it is made", async () => {
  const runtime = new Runtime();
  const used: number[] = [];
  for (let i = 0; i < 4; i++) {
    const run = functionOf(runtime.instantiate(COUNT));
    if (i > 1) run.call(10_000);
    const fuel = new Fuel(1e9);
    const options = { fuel, sliceFuel: 500 };
    if (i % 2 === 0) assert.is(run.callWith([1000], { fuel }), 7);
    else assert.is(await run.callAsync([1000], options), 7);
    used.push(fuel.consumed);
    assert.is(fuel.consumed + fuel.remaining, 1e9);
  }
  assert.ok(used[0] > 4000, `${used[0]} units`);
  assert.equal(used, used.map(() => used[0]));
});

test("a call goes on after it was given more", async () => {
  const run = functionOf(new Runtime().instantiate(COUNT));
  const all = new Fuel(1e6);
  run.callWith([1000], { fuel: all });
  for (const isAsync of [false, true]) {
    const fuel = new Fuel(1000);
    let error = isAsync
      ? await rejectionOf(run.callAsync([1000], { fuel }))
      : errorOf(() => run.callWith([1000], { fuel }));
    let result: unknown;
    let times = 0;
    while (result === undefined) {
      times++;
      const { resume } = error as FuelExhausted;
      try {
        result = await resume!(1000);
      } catch (again) {
        error = again;
      }
    }
    assert.is(result, 7);
    assert.ok(times >= 4, `${times} times`);
    assert.is(fuel.consumed, all.consumed);
  }
});

test("a call is resumed once", async () => {
  const run = functionOf(new Runtime().instantiate(COUNT));
  for (const isAsync of [false, true]) {
    const fuel = new Fuel(1000);
    const error = isAsync
      ? await rejectionOf(run.callAsync([1000], { fuel }))
      : errorOf(() => run.callWith([1000], { fuel }));
    const { resume } = error as FuelExhausted;
    const first = resume!(1e6);
    assert.is(
      messageOf(() => resume!(1e6)),
      "the call was resumed already",
    );
    assert.is(await first, 7);
    assert.is(fuel.consumed + fuel.remaining, 1000 + 1e6);
  }
});

test("calls that host functions make are paid by the guest that called", () => {
  const guests: Instance[] = [];
  let caught = 0;
  const bytes = new Assembler().importFunction("env", "nested", ":")
    .function("run", ":", "", "loop call $nested br 0 end")
    .function("spin", ":", "", "loop br 0 end").build();
  const runtime = runtimeWith((env) =>
    env.func("nested", [], [], () => {
      try {
        guests[0].exports.spin();
      } catch (error) {
        assert.instance(error, FuelExhausted);
        caught++;
      }
    })
  );
  guests.push(runtime.instantiate(bytes));
  const error = errorOf(() =>
    functionOf(guests[0]).callWith([], { fuel: 100_000 })
  );
  assert.instance(error, FuelExhausted);
  assert.is(caught, 1);
});

test("a call that another pays goes on with an amount, and nothing else", async () => {
  const guests: Instance[] = [];
  let call: Promise<unknown> | undefined;
  const bytes = new Assembler().importFunction("env", "nested", ":")
    .function("run", ":", "", "call $nested")
    .function("spin", ":", "", "loop br 0 end").build();
  const runtime = runtimeWith((env) =>
    env.func("nested", [], [], () => {
      call = rejectionOf(functionOf(guests[0], "spin").callAsync([]));
    })
  );
  guests.push(runtime.instantiate(bytes));
  functionOf(guests[0]).callWith([], { fuel: 1000 });
  const { resume } = await call as FuelExhausted;
  for (const units of [NaN, -1, 0.5]) {
    assert.instance(errorOf(() => resume!(units)), RangeError);
  }
  const again = await rejectionOf(resume!(1000) as Promise<unknown>);
  assert.instance(again, FuelExhausted);
});

test("fuel is used across waits, and while others run without", async () => {
  const runtime = runtimeWith((env) =>
    env.asyncFunc("wait", ["i32"], ["i32"], (n) => sleep(1).then(() => n))
  );
  const compiled = runtime.compile(WAITER);
  const fuels = [new Fuel(1000), undefined, new Fuel(1000), undefined];
  const calls = fuels.map((fuel, i) =>
    functionOf(runtime.instantiate(compiled)).callAsync([i], { fuel })
  );
  assert.equal(await Promise.all(calls), [1, 2, 3, 4]);
  assert.ok(fuels[0]!.consumed > 0);
  assert.is(fuels[0]!.consumed, fuels[2]!.consumed);
});

test("fuel can be added by a host function, and read", () => {
  const fuel = new Fuel(50);
  const seen: number[] = [];
  const bytes = new Assembler().importFunction("env", "more", ":")
    .function(
      "run",
      "i:i",
      "",
      "loop call $more local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end i32.const 7",
    )
    .build();
  const runtime = runtimeWith((env) =>
    env.func("more", [], [], () => {
      seen.push(fuel.consumed);
      fuel.add(20);
    })
  );
  assert.is(functionOf(runtime.instantiate(bytes)).callWith([10], { fuel }), 7);
  assert.is(seen.length, 10);
  assert.equal(seen, [...seen].sort((a, b) => a - b));
  assert.is(fuel.consumed + fuel.remaining, 250);
});

const canWait = "waitAsync" in Atomics &&
  typeof SharedArrayBuffer !== "undefined";

(canWait ? test : test.skip)(
  "a call with fuel lets others run while it waits for a notification",
  async () => {
    const bytes = new Assembler().memory("m", 1, 1, true)
      .function(
        "wait",
        ":i",
        "",
        "i32.const 0 i32.const 0 i64.const -1 memory.atomic.wait32",
      )
      .function(
        "notify",
        ":i",
        "",
        "i32.const 0 i32.const 1 memory.atomic.notify",
      )
      .build();
    const instance = new Runtime().instantiate(bytes);
    const waits = functionOf(instance, "wait").callAsync([], { fuel: 100 });
    assert.is(instance.exports.notify(), 1);
    assert.is(await waits, 0);
  },
);

test("amounts out of their range are refused", () => {
  for (const units of [-1, 0.5, NaN, Infinity, 2n ** 53n]) {
    assert.throws(
      () => new Fuel(units),
      /^fuel invalid: .* is not 0 to 9007199254740991$/,
    );
  }
  for (const units of [null, "9"] as unknown[] as number[]) {
    assert.throws(() => new Fuel(units), /^fuel invalid: \w+ is no number$/);
  }
});

test.run();
