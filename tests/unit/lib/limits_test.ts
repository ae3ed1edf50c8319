import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type AsyncCallOptions,
  type CallOptions,
  CancelExitCode,
  ExitError,
  Fuel,
  FuelExhausted,
  type Instance,
  Runtime,
  systemSleep,
  TimeoutError,
  wasmFrames,
  WouldSuspendError,
} from "../../../mod.ts";
import {
  Assembler,
  assertEndsAfter,
  ENDLESS,
  errorOf,
  functionOf,
  rejectionOf,
  runtimeWith,
  sleep,
  WAITER,
} from "./guests.ts";

for (const [name, bytes] of Object.entries(ENDLESS)) {
  test(`timeoutMs ends ${name}, called synchronously`, async () => {
    const instance = new Runtime().instantiate(bytes);
    const run = functionOf(instance);
    await assertEndsAfter(20, () => {
      const error = errorOf(() => run.callWith([], { timeoutMs: 20 }));
      assert.instance(error, TimeoutError);
      assert.is((error as TimeoutError).timeoutMs, 20);
      assert.ok(wasmFrames(error).length > 0);
    });
    assert.is(instance.exports.answer(), 42);
  });

  const ways: Record<string, AsyncCallOptions> = {
    timeoutMs: { timeoutMs: 20 },
    "timeoutMs between slices": { timeoutMs: 20, sliceMs: 4 },
    "timeoutMs between slices by fuel": { timeoutMs: 20, sliceFuel: 10_000 },
  };
  for (const [way, options] of Object.entries(ways)) {
    test(`${way} ends ${name}, called asynchronously`, async () => {
      const instance = new Runtime().instantiate(bytes);
      await assertEndsAfter(20, async () => {
        const call = functionOf(instance).callAsync([], options);
        assert.instance(await rejectionOf(call), TimeoutError);
      });
      assert.is(instance.exports.answer(), 42);
    });
  }

  for (const options of [{}, { sliceMs: 4 }, { sliceFuel: 10_000 }]) {
    test(`a signal ends ${name}, ${JSON.stringify(options)}`, async () => {
      const instance = new Runtime().instantiate(bytes);
      const reason = { why: "enough" };
      await assertEndsAfter(20, async () => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(reason), 20);
        const { signal } = controller;
        const call = functionOf(instance).callAsync([], { ...options, signal });
        assert.is(await rejectionOf(call), reason);
      });
      assert.is(instance.exports.answer(), 42);
    });
  }
}

/** Code that is long, or slow, between two branches. */
const SLOW: Readonly<Record<string, string>> = {
  "long code": "local.get 0 i32.const 3 i32.mul local.set 0 ".repeat(5000),
  "slow instructions": "local.get 1 i64.const 3 i64.div_s local.set 1 "
    .repeat(2000),
  "long code of vectors":
    "local.get 2 local.get 2 i64x2.mul v128.not local.set 2 ".repeat(3000),
  "slow host functions": "call $slow ".repeat(10),
};

for (const [name, code] of Object.entries(SLOW)) {
  // At once, and after fast code that a poll was seldom needed for.
  const fast = "loop local.get 3 i32.const 1 i32.sub local.tee 3 br_if 0 end";
  for (const [when, before] of [["", ""], [" after fast code", fast]]) {
    test(`${name}${when} is ended in time`, async () => {
      const runtime = runtimeWith((env) =>
        env.func("slow", [], [], () => void sumOfSquares())
      );
      const bytes = new Assembler().importFunction("env", "slow", ":")
        .function(
          "run",
          ":",
          "iIvi",
          `i32.const 500000 local.set 3 ${before} loop ${code} br 0 end`,
        ).build();
      const run = functionOf(runtime.instantiate(bytes));
      const ways: (() => Promise<unknown>)[] = [
        () => toPromise(() => run.callWith([], { timeoutMs: 30 })),
        () => run.callAsync([], { timeoutMs: 30 }),
        () => run.callAsync([], { signal: AbortSignal.timeout(30) }),
      ];
      for (const way of ways) {
        await assertEndsAfter(30, () => rejectionOf(way()));
      }
    });
  }
}

test("translations are ended in time", async () => {
  const calls = Array.from({ length: 1000 }, (_, i) => `call $f${i}`);
  const fast = "loop local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end";
  const guest = new Assembler().function(
    "run",
    ":",
    "i",
    `i32.const 500000 local.set 0 ${fast} ${calls.join(" ")}`,
  );
  calls.forEach((_, i) => guest.function(`f${i}`, ":", "I*50000", ""));
  const bytes = guest.build();
  await assertEndsAfter(30, () => {
    const run = functionOf(new Runtime().instantiate(bytes));
    return rejectionOf(run.callAsync([], { timeoutMs: 30 }));
  });
});

test("calls of a host function do not keep the outer call running", async () => {
  for (const options of [{}, { fuel: 1000 }, { timeoutMs: 1000 }]) {
    const runtime = runtimeWith((env) =>
      env.func("back", [], [], () => {
        functionOf(instance, "answer").callWith([], options);
      })
    );
    const instance = runtime.instantiate(
      new Assembler().importFunction("env", "back", ":")
        .function("run", ":", "", "loop call $back br 0 end")
        .function("answer", ":i", "", "i32.const 42").build(),
    );
    const run = functionOf(instance);
    await assertEndsAfter(20, () => {
      errorOf(() => run.callWith([], { timeoutMs: 20, fuel: 1e12 }));
    });
    for (const slices of [{ sliceMs: 4 }, { sliceFuel: 1000 }]) {
      const reason = new Error("enough");
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 20);
      const { signal } = controller;
      const call = run.callAsync([], { ...slices, signal });
      assert.is(await rejectionOf(call), reason);
    }
  }
});

async function toPromise<T>(run: () => T): Promise<T> {
  return await run();
}

/** Takes some 20 us. */
function sumOfSquares(): number {
  let sum = 0;
  for (let i = 0; i < 20_000; i++) sum += Math.sqrt(i);
  return sum;
}

test("a guest's wait has the time that it asks for, unless it is stopped", () => {
  const bytes = new Assembler().memory("m", 1, 1, true).function(
    "wait",
    "I:i",
    "",
    "i32.const 0 i32.const 0 local.get 0 memory.atomic.wait32",
  ).build();
  const wait = new Runtime().instantiate(bytes).exportedFunction("wait")!;
  const timeoutMs = 10_000;
  let time = performance.now();
  assert.is(wait.callWith([130_000_000n], { timeoutMs }), 2);
  // Where the host does not let wait, the answer is there at once.
  if (performance.now() - time < 5) return;
  assert.ok(performance.now() - time > 129);
  time = performance.now();
  const hour = [3_600_000_000_000n];
  const error = errorOf(() => wait.callWith(hour, { timeoutMs: 20 }));
  assert.instance(error, TimeoutError);
  assert.ok(performance.now() - time < 1000);
});

test("a sleep that blocks the thread is ended", async () => {
  const rest = systemSleep();
  const runtime = runtimeWith((env) =>
    env.asyncFunc("rest", [], [], () => rest(3_600_000_000_000n))
  );
  const bytes = new Assembler().importFunction("env", "rest", ":")
    .function("run", ":", "", "call $rest").build();
  const run = functionOf(runtime.instantiate(bytes));
  await assertEndsAfter(20, () => {
    const error = errorOf(() => run.callWith([], { timeoutMs: 20 }));
    if (error instanceof WouldSuspendError) return sleep(20); // it may not block
    assert.instance(error, TimeoutError);
    assert.is(wasmFrames(error).length, 2);
  });
});

test("start functions are ended, too, and leave nothing behind", async () => {
  const runtime = new Runtime();
  const loop = () =>
    new Assembler().function("_start", ":", "", "loop br 0 end");
  const options = { name: "guest" };
  const late = { timeoutMs: 20 };
  for (const bytes of [loop().build(), loop().start("_start").build()]) {
    const begin = (limits: AsyncCallOptions) =>
      rejectionOf(runtime.instantiateAsync(bytes, options, limits));
    await assertEndsAfter(20, () => {
      const error = errorOf(() => runtime.instantiate(bytes, options, late));
      assert.instance(error, TimeoutError);
    });
    await assertEndsAfter(
      20,
      async () => assert.instance(await begin(late), TimeoutError),
    );
    const signal = AbortSignal.timeout(20);
    assert.is(await begin({ signal }), signal.reason);
    assert.instance(await begin({ fuel: 1000 }), FuelExhausted);
    const poor = () => runtime.instantiate(bytes, options, { fuel: 1000 });
    assert.instance(errorOf(poor), FuelExhausted);
    assert.is(runtime.module("guest"), undefined);
  }
});

test("start functions share their limits", async () => {
  const spin = (n: number) =>
    `i32.const ${n} local.set 0 loop local.get 0 i32.const 1 i32.sub
    local.tee 0 br_if 0 end`;
  const bytes = new Assembler().function("a", ":", "i", spin(100))
    .function("b", ":", "i", spin(200)).start("a").build();
  const runtime = new Runtime();
  const options = { startFunctions: ["a", "b"] };
  const fuel = new Fuel(1e6);
  runtime.instantiate(bytes, options, { fuel });
  const one = new Fuel(1e6);
  functionOf(runtime.instantiate(bytes), "a").callWith([], { fuel: one });
  assert.ok(fuel.consumed > 3.9 * one.consumed);
  const enough = { fuel: fuel.consumed };
  await runtime.instantiateAsync(bytes, options, enough);
  const short = { fuel: fuel.consumed - 1 };
  assert.instance(
    errorOf(() => runtime.instantiate(bytes, options, short)),
    FuelExhausted,
  );
  assert.instance(
    errorOf(() => runtime.instantiate(bytes, options, { timeoutMs: -1 })),
    RangeError,
  );
});

test("after an interruption the instance works on", async () => {
  const bytes = new Assembler().global("count", "mut i", "i32.const 0")
    .function("run", ":", "", "loop br 0 end")
    .function(
      "inc",
      ":i",
      "",
      "global.get 0 i32.const 1 i32.add global.set 0 global.get 0",
    )
    .build();
  const instance = new Runtime().instantiate(bytes);
  const { inc } = instance.exports;
  for (let i = 1; i <= 3; i++) {
    errorOf(() => functionOf(instance).callWith([], { timeoutMs: 5 }));
    await rejectionOf(functionOf(instance).callAsync([], { timeoutMs: 5 }));
    assert.is(inc(), i);
  }
});

test("closeOnCancel closes it instead, whatever it did", async () => {
  const runtime = new Runtime({ closeOnCancel: true });
  for (const bytes of Object.values(ENDLESS)) {
    const { Aborted, TimedOut } = CancelExitCode;
    const signal = () => AbortSignal.timeout(5);
    const ways: [() => AsyncCallOptions, exitCode: number][] = [
      [() => ({ timeoutMs: 5 }), TimedOut],
      [() => ({ timeoutMs: 5, sliceMs: 2 }), TimedOut],
      [() => ({ signal: signal() }), Aborted],
      [() => ({ signal: signal(), sliceFuel: 1000 }), Aborted],
    ];
    for (const [options, exitCode] of ways) {
      const instance = runtime.instantiate(bytes);
      await rejectionOf(functionOf(instance).callAsync([], options()));
      assert.is(instance.exitCode, exitCode);
      assert.instance(errorOf(() => instance.exports.answer()), ExitError);
    }
  }
  const env = runtime.newHostModule("env");
  env.asyncFunc("wait", ["i32"], ["i32"], () => new Promise(() => {}));
  env.instantiate();
  const waiter = runtime.instantiate(WAITER);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 5);
  const { signal } = controller;
  await rejectionOf(functionOf(waiter).callAsync([1], { signal }));
  assert.is(waiter.exitCode, CancelExitCode.Aborted);
});

test("closeOnCancel closes it instead", async () => {
  const runtime = new Runtime({ closeOnCancel: true });
  const compiled = runtime.compile(ENDLESS["a loop"]);
  const late = runtime.instantiate(compiled);
  errorOf(() => functionOf(late).callWith([], { timeoutMs: 5 }));
  assert.is(late.exitCode, CancelExitCode.TimedOut);
  const aborted = runtime.instantiate(compiled);
  const signal = AbortSignal.timeout(5);
  const error = await rejectionOf(
    functionOf(aborted).callAsync([], { signal }),
  );
  assert.is(error, signal.reason);
  assert.is(aborted.exitCode, CancelExitCode.Aborted);
  assert.instance(errorOf(() => aborted.exports.run()), ExitError);
});

test("a host function cannot swallow an interruption", async () => {
  const guests: Instance[] = [];
  let caught = 0;
  const bytes = new Assembler().importFunction("env", "nested", ":")
    .function("run", ":", "", "loop call $nested br 0 end")
    .function("spin", ":", "", "loop br 0 end").build();
  const runtime = runtimeWith((env) =>
    env.func("nested", [], [], () => {
      try {
        guests[0].exports.spin();
      } catch {
        caught++;
      }
    })
  );
  guests.push(runtime.instantiate(bytes));
  const run = functionOf(guests[0]);
  assert.instance(
    errorOf(() => run.callWith([], { timeoutMs: 10 })),
    TimeoutError,
  );
  assert.is(caught, 1);
  const late = run.callAsync([], { timeoutMs: 10, sliceMs: 2 });
  assert.instance(await rejectionOf(late), TimeoutError);
  assert.is(caught, 2);
});

test("a host function cannot swallow an abort, or the end of the fuel", async () => {
  const guests: Instance[] = [];
  const controller = new AbortController();
  const { signal } = controller;
  const bytes = new Assembler().importFunction("env", "nested", ":")
    .function("run", ":", "", "loop call $nested br 0 end")
    .function("spin", ":", "", "loop br 0 end").build();
  const caught: unknown[] = [];
  const runtime = runtimeWith((env) =>
    env.func("nested", [], [], () => {
      if (caught.length > 0) controller.abort("enough");
      try {
        guests[0].exports.spin();
      } catch (error) {
        caught.push(error);
      }
    })
  );
  guests.push(runtime.instantiate(bytes));
  const run = functionOf(guests[0]);
  const poor = run.callAsync([], { fuel: 1000, signal });
  assert.instance(await rejectionOf(poor), FuelExhausted);
  assert.is(await rejectionOf(run.callAsync([], { signal })), "enough");
  assert.is(caught.length, 2);
  assert.instance(caught[0], FuelExhausted);
  assert.is(caught[1], "enough");
});

test("nor can an asynchronous host function", async () => {
  const bytes = new Assembler().importFunction("env", "nested", ":")
    .function("run", ":", "", "loop call $nested br 0 end")
    .function("spin", ":", "", "loop br 0 end").build();
  let caught = 0;
  const runtime = runtimeWith((env) =>
    env.asyncFunc("nested", [], [], async (caller) => {
      try {
        caller.exports.spin();
      } catch {
        caught++;
      }
      await sleep(0);
    }, { withCaller: true })
  );
  const run = functionOf(runtime.instantiate(bytes));
  const { signal } = new AbortController();
  const ways: [AsyncCallOptions, typeof TimeoutError | typeof FuelExhausted][] =
    [
      [{ timeoutMs: 10 }, TimeoutError],
      [{ timeoutMs: 10, sliceMs: 2, signal }, TimeoutError],
      [{ fuel: 10_000 }, FuelExhausted],
    ];
  for (const [options, expected] of ways) {
    caught = 0;
    assert.instance(await rejectionOf(run.callAsync([], options)), expected);
    assert.is(caught, 1);
  }
});

test("a promise that never settles is ended by timeoutMs and signal", async () => {
  const runtime = runtimeWith((env) =>
    env.asyncFunc(
      "wait",
      ["i32"],
      ["i32"],
      (n) => n === 0 ? new Promise(() => {}) : n,
    )
  );
  const run = functionOf(runtime.instantiate(WAITER));
  await assertEndsAfter(20, async () => {
    const error = await rejectionOf(run.callAsync([0], { timeoutMs: 20 }));
    assert.instance(error, TimeoutError);
    assert.equal(wasmFrames(error).map((frame) => frame.functionName), [
      "run",
    ]);
  });
  const controller = new AbortController();
  const call = run.callAsync([0], { signal: controller.signal });
  controller.abort("stop");
  assert.is(await rejectionOf(call), "stop");
  assert.is(await run.callAsync([1]), 2);
});

test("a call that waits for its turn can time out, or be aborted", async () => {
  const runtime = runtimeWith((env) =>
    env.asyncFunc("wait", ["i32"], ["i32"], (n) => sleep(60).then(() => n))
  );
  const run = functionOf(runtime.instantiate(WAITER));
  const first = run.callAsync([1]);
  const second = rejectionOf(run.callAsync([2], { timeoutMs: 10 }));
  const controller = new AbortController();
  const third = rejectionOf(run.callAsync([3], { signal: controller.signal }));
  const last = run.callAsync([4]);
  controller.abort("gone");
  assert.is(await third, "gone");
  assert.instance(await second, TimeoutError);
  assert.equal(await Promise.all([first, last]), [2, 5]);
});

test("an aborted signal ends a call before it begins, or when it waits", async () => {
  const controller = new AbortController();
  let calls = 0;
  const runtime = runtimeWith((env) =>
    env.asyncFunc("wait", ["i32"], ["i32"], () => {
      calls++;
      controller.abort("now");
      return new Promise(() => {});
    })
  );
  const run = functionOf(runtime.instantiate(WAITER));
  const { signal } = controller;
  assert.is(await rejectionOf(run.callAsync([1], { signal })), "now");
  assert.is(await rejectionOf(run.callAsync([1], { signal })), "now");
  assert.is(calls, 1);
});

for (const name of ["a loop", "a loop of vectors", "a loop of large fills"]) {
  const bytes = ENDLESS[name];
  test(`slices let timers run during ${name}`, async () => {
    const run = functionOf(new Runtime().instantiate(bytes));
    for (const options of [{ sliceMs: 8 }, { sliceFuel: 100_000 }]) {
      // A busy machine may hold up a test: one attempt counts, each longer.
      let most = 0;
      for (let attempt = 0; attempt < 5 && most < 3; attempt++) {
        let ticks = 0;
        const interval = setInterval(() => ticks++, 10);
        const timeoutMs = 100 * (attempt + 1);
        await rejectionOf(run.callAsync([], { ...options, timeoutMs }));
        clearInterval(interval);
        most = Math.max(most, ticks);
      }
      assert.ok(most >= 3, `${most} ticks with ${JSON.stringify(options)}`);
    }
  });
}

test("slices change no result", async () => {
  const fib = `local.get 0 i32.const 2 i32.lt_u if [:i] local.get 0 else
    local.get 0 i32.const 1 i32.sub call $fib
    local.get 0 i32.const 2 i32.sub call $fib i32.add end`;
  const bytes = new Assembler().function("fib", "i:i", "", fib).build();
  const runtime = new Runtime();
  const calls = [1, 2, 3].map((n) =>
    functionOf(runtime.instantiate(bytes), "fib")
      .callAsync([18 + n], { sliceFuel: 100 * n })
  );
  assert.equal(await Promise.all(calls), [4181, 6765, 10946]);
});

test("closing an instance ends what runs on it", async () => {
  const guests: Instance[] = [];
  const bytes = new Assembler().importFunction("env", "close", ":")
    .function("run", ":", "", "call $close loop br 0 end")
    .function("short", ":i", "", "call $close i32.const 1").build();
  const runtime = runtimeWith((env) =>
    env.func("close", [], [], () => guests[0].closeWithExitCode(5))
  );
  for (const name of ["run", "short"]) {
    guests[0] = runtime.instantiate(bytes);
    const error = errorOf(() => functionOf(guests[0], name).call());
    assert.instance(error, ExitError);
    assert.is((error as ExitError).exitCode, 5);
  }
  guests[0] = runtime.instantiate(ENDLESS["a loop"]);
  const call = rejectionOf(functionOf(guests[0]).callAsync([], { sliceMs: 2 }));
  await sleep(10);
  guests[0].closeWithExitCode(6);
  assert.is((await call as ExitError).exitCode, 6);
});

test("options out of their range are refused", async () => {
  const run = functionOf(new Runtime().instantiate(ENDLESS["a loop"]));
  for (
    const options of [{ timeoutMs: 0 }, { timeoutMs: NaN }, { sliceMs: -1 }, {
      sliceFuel: 0,
    }, { sliceFuel: 0.5 }]
  ) {
    const error = await rejectionOf(run.callAsync([], options));
    assert.instance(error, RangeError);
  }
  assert.is(
    (errorOf(() => run.callWith([], { timeoutMs: -1 })) as Error).message,
    "timeoutMs invalid: -1 is not above 0",
  );
});

test("options of another type are refused", async () => {
  const run = functionOf(new Runtime().instantiate(ENDLESS["a loop"]));
  for (
    const [options, message] of [
      [{ timeoutMs: "5" }, "timeoutMs invalid: string is no number"],
      [{ timeoutMs: 5n }, "timeoutMs invalid: bigint is no number"],
      [{ sliceMs: "5" }, "sliceMs invalid: string is no number"],
      [{ sliceFuel: "5" }, "sliceFuel invalid: string is no number"],
      [{ fuel: "5" }, "fuel invalid: string is no number"],
      [{ interleave: 1 }, "interleave invalid: number is no boolean"],
      [
        { signal: new AbortController() },
        "signal invalid: object is no { addEventListener() }",
      ],
      [{ signal: null }, "signal invalid: null is no { addEventListener() }"],
    ] as const
  ) {
    const error = await rejectionOf(
      run.callAsync([], options as unknown as AsyncCallOptions),
    );
    assert.is((error as Error).message, message);
  }
});

test("a signal cannot end a call that does not wait, and is refused", () => {
  const runtime = new Runtime();
  const bytes = ENDLESS["a loop"];
  const answer = functionOf(runtime.instantiate(bytes), "answer");
  const signal = { signal: AbortSignal.abort() } as CallOptions;
  for (const options of [signal, { ...signal, fuel: 100, timeoutMs: 10 }]) {
    const errors = [
      errorOf(() => answer.callWith([], options)),
      errorOf(() => runtime.instantiate(bytes, {}, options)),
    ];
    for (const error of errors) {
      assert.instance(error, TypeError);
      assert.match((error as Error).message, "signal is for callAsync");
    }
  }
  assert.is(answer.callWith([], { signal: undefined } as CallOptions), 42);
});

test.run();
