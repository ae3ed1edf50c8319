import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  ExitError,
  type Instance,
  mayWait,
  Runtime,
  wasi,
  wasmFrames,
  WouldSuspendError,
} from "../../../mod.ts";
import { randomWords } from "../engine/samples.ts";
import {
  Assembler,
  errorOf,
  functionOf,
  rejectionOf,
  runtimeWith,
  sleep,
  WAITER,
} from "./guests.ts";

const later = (value: number) => sleep(1).then(() => value);

test("a guest waits for a promise and goes on with its value", async () => {
  const runtime = runtimeWith((env) =>
    env.asyncFunc("wait", ["i32"], ["i32"], later)
  );
  const instance = runtime.instantiate(WAITER);
  assert.is(await functionOf(instance).callAsync([41]), 42);
});

test("a thenable is asked once, and may be of the simplest kind", async () => {
  let asked = 0;
  let thenable: PromiseLike<number>;
  const runtime = runtimeWith((env) =>
    env.asyncFunc("wait", ["i32"], ["i32"], () => thenable as Promise<number>)
  );
  const run = functionOf(runtime.instantiate(WAITER));
  const giving = (then: (resolve: (value: number) => void) => void) =>
    ({ then }) as PromiseLike<number>;
  thenable = giving((resolve) => {
    asked++;
    setTimeout(resolve, 1, 41);
  });
  assert.is(await run.callAsync([0]), 42);
  assert.is(asked, 1);
  thenable = giving((resolve) => {
    resolve(5);
    throw new Error("too late");
  });
  assert.is(await run.callAsync([0]), 6);
  const error = new Error("at once");
  thenable = giving(() => {
    throw error;
  });
  assert.is(await rejectionOf(run.callAsync([0])), error);
  assert.instance(errorOf(() => run.call(0)), WouldSuspendError);
});

test("a host function is told whether its guest may wait", async () => {
  assert.ok(mayWait());
  let nested: (() => unknown) | undefined;
  const runtime = runtimeWith((env) =>
    env.func("wait", ["i32"], ["i32"], () => {
      const run = nested;
      nested = undefined;
      return run ? Number(run()) * 10 : Number(mayWait());
    })
  );
  const run = functionOf(runtime.instantiate(WAITER));
  assert.is(run.call(0), 1);
  assert.is(run.callWith([0], { fuel: 100 }), 1);
  assert.is(await run.callAsync([0]), 2);
  assert.is(await run.callAsync([0], { sliceFuel: 100, fuel: 100 }), 2);
  // What is called in between answers for itself.
  nested = () => run.call(0);
  assert.is(await run.callAsync([0]), 11);
  assert.ok(mayWait());
});

test("a thousand calls wait at once, each gets its own", async () => {
  const answers: ((value: number) => void)[] = [];
  const runtime = runtimeWith((env) =>
    env.asyncFunc(
      "wait",
      ["i32"],
      ["i32"],
      (n) => new Promise((resolve) => answers[n] = () => resolve(n * 10)),
    )
  );
  const compiled = runtime.compile(WAITER);
  const calls = Array.from(
    { length: 1000 },
    (_, i) => functionOf(runtime.instantiate(compiled)).callAsync([i]),
  );
  assert.is(answers.length, 1000);
  // The other way round, and some that end while others begin.
  for (let i = 999; i >= 0; i--) answers[i](0);
  assert.equal(await Promise.all(calls), calls.map((_, i) => i * 10 + 1));
});

test("a thousand instances wait deep in their calls, again and again", async () => {
  // Each calls itself 10 deep, waits at the bottom, and on the way back adds
  // what it kept: in its frames a vector and a reference, and in its memory.
  const bytes = new Assembler().importFunction("env", "wait", "i:i")
    .importFunction("env", "number", "e:i")
    .memory("memory", 1)
    .function(
      "down",
      "iie:i",
      "v",
      `local.get 1 i32x4.splat local.set 3
      local.get 0 local.get 1 i32.store
      local.get 0 if [:i]
        local.get 0 i32.const 4 i32.sub local.get 1 local.get 2 call $down
      else i32.const 0 end
      local.get 0 i32.const 20 i32.rem_u i32.eqz
        if local.get 1 call $wait drop end
      local.get 0 i32.load i32.add
      local.get 3 i32x4.extract_lane 2 i32.add
      local.get 2 call $number i32.add`,
    ).build();
  const waiting: (() => void)[] = [];
  const runtime = runtimeWith((env) =>
    env.asyncFunc(
      "wait",
      ["i32"],
      ["i32"],
      (n) => new Promise((resolve) => waiting.push(() => resolve(n))),
    ).func("number", ["externref"], ["i32"], (ref) => (ref as { n: number }).n)
  );
  const compiled = runtime.compile(bytes);
  const calls = Array.from({ length: 1000 }, (_, n) => {
    const down = functionOf(runtime.instantiate(compiled), "down");
    return down.callAsync([40, n, { n }], { fuel: 10_000 });
  });
  const words = randomWords(3);
  for (let settled = 0; settled < 3000; settled++) {
    if (waiting.length === 0) await sleep(0);
    const [next] = waiting.splice(words() % waiting.length, 1);
    next();
  }
  const expected = calls.map((_, n) => 11 * 3 * n);
  assert.equal(await Promise.all(calls), expected);
});

test("a call of an instance waits for the one before it", async () => {
  const begun: number[] = [];
  const runtime = runtimeWith((env) =>
    env.asyncFunc("wait", ["i32"], ["i32"], (n) => {
      begun.push(n);
      return later(n);
    })
  );
  const run = functionOf(runtime.instantiate(WAITER));
  const calls = [1, 2, 3].map((n) => run.callAsync([n]));
  assert.equal(begun, [1]);
  assert.is(await calls[0], 2);
  assert.equal(await Promise.all(calls), [2, 3, 4]);
  assert.equal(begun, [1, 2, 3]);
});

test("calls that interleave do not wait", async () => {
  const begun: number[] = [];
  const wait = (n: number) => {
    begun.push(n);
    return sleep(10 - n).then(() => n);
  };
  const runtime = runtimeWith((env) =>
    env.asyncFunc("wait", ["i32"], ["i32"], wait)
  );
  const run = functionOf(runtime.instantiate(WAITER));
  const calls = [1, 2].map((n) => run.callAsync([n], { interleave: true }));
  calls.push(run.callAsync([3]));
  assert.equal(begun, [1, 2]);
  assert.equal(await Promise.all(calls), [2, 3, 4]);
  const eager = functionOf(runtime.instantiate(WAITER, { interleave: true }));
  const two = [5, 6].map((n) => eager.callAsync([n]));
  assert.equal(begun, [1, 2, 3, 5, 6]);
  assert.equal(await Promise.all(two), [6, 7]);
});

test("a failed call does not hold up the next", async () => {
  const failure = new Error("no");
  const runtime = runtimeWith((env) =>
    env.asyncFunc("wait", ["i32"], ["i32"], async (n) => {
      await sleep(1);
      if (n === 0) throw failure;
      return n;
    })
  );
  const run = functionOf(runtime.instantiate(WAITER));
  const first = run.callAsync([0]);
  const second = run.callAsync([1]);
  assert.is(await rejectionOf(first), failure);
  assert.is(await second, 2);
  assert.equal(
    wasmFrames(failure).map((
      { moduleName, functionName },
    ) => [moduleName, functionName]),
    [["env", "wait"], ["", "run"]],
  );
});

test("a host function that calls the guest at once does not wait for itself", async () => {
  const instances: Instance[] = [];
  const runtime = runtimeWith((env) =>
    env.asyncFunc(
      "wait",
      ["i32"],
      ["i32"],
      async (n) =>
        n > 0 ? await functionOf(instances[0]).callAsync([n - 1]) as number : 0,
    )
  );
  instances.push(runtime.instantiate(WAITER));
  assert.is(await functionOf(instances[0]).callAsync([10]), 11);
});

test("in a synchronous call a promise is an error that names the function", () => {
  const runtime = runtimeWith((env) =>
    env.asyncFunc("wait", ["i32"], ["i32"], later)
  );
  const instance = runtime.instantiate(WAITER);
  const error = errorOf(() => functionOf(instance).call(1));
  assert.instance(error, WouldSuspendError);
  assert.is(
    (error as WouldSuspendError).message,
    "host function env.wait has to wait: call the guest with callAsync or instantiateAsync",
  );
  assert.is((error as WouldSuspendError).functionName, "env.wait");
  assert.instance(errorOf(() => instance.exports.run(1)), WouldSuspendError);
});

test("so it is in a call from inside another host function", async () => {
  const guests: Instance[] = [];
  const runtime = runtimeWith((env) =>
    env.asyncFunc(
      "wait",
      ["i32"],
      ["i32"],
      (n) => n === 0 ? later(0) : guests[0].exports.run(n - 1),
    )
  );
  guests.push(runtime.instantiate(WAITER));
  const error = await rejectionOf(functionOf(guests[0]).callAsync([1]));
  assert.instance(error, WouldSuspendError);
  assert.match(
    (error as Error).message,
    /env\.wait has to wait: it was reached by a call from inside/,
  );
  assert.is(await functionOf(guests[0]).callAsync([0]), 1);
});

test("synchronous calls go on while another call of the instance waits", async () => {
  const runtime = runtimeWith((env) =>
    env.asyncFunc("wait", ["i32"], ["i32"], (n) => n < 0 ? n : later(n))
  );
  const instance = runtime.instantiate(WAITER);
  const call = functionOf(instance).callAsync([7]);
  for (let i = 1; i < 100; i++) assert.is(instance.exports.run(-i), 1 - i);
  assert.is(await call, 8);
});

test("several results and every type come through a promise", async () => {
  const bytes = new Assembler()
    .importFunction("env", "give", "iIfFve:iIfFve")
    .function(
      "run",
      "iIfFve:iIfFve",
      "",
      "local.get 0 local.get 1 local.get 2 local.get 3 local.get 4 " +
        "local.get 5 call $give",
    )
    .build();
  const types = ["i32", "i64", "f32", "f64", "v128", "externref"] as const;
  const runtime = runtimeWith((env) =>
    env.asyncFunc("give", types, types, async (...values) => {
      await sleep(1);
      return values;
    })
  );
  const values = [-1, -(2n ** 63n), 1.5, Math.PI, new Uint8Array(16).fill(9), {
    a: 1,
  }];
  const instance = runtime.instantiate(bytes);
  const results = await functionOf(instance).callAsync(values) as unknown[];
  assert.equal(results, values);
  assert.is(results[5], values[5]);
});

test("a value of the wrong type rejects the call", async () => {
  const bytes = new Assembler().importFunction("env", "give", ":I")
    .function("run", ":I", "", "call $give").build();
  const runtime = runtimeWith((env) =>
    env.asyncFunc(
      "give",
      [],
      ["i64"],
      () => later(1) as unknown as Promise<bigint>,
    )
  );
  const run = functionOf(runtime.instantiate(bytes));
  assert.instance(await rejectionOf(run.callAsync()), TypeError);
});

test("a host function that is exported again can be waited for", async () => {
  const bytes = new Assembler().importFunction("env", "wait", "i:i")
    .export("run", 0, "wait").build();
  const runtime = runtimeWith((env) =>
    env.asyncFunc("wait", ["i32"], ["i32"], later)
  );
  assert.is(await functionOf(runtime.instantiate(bytes)).callAsync([5]), 5);
});

test("start functions wait in instantiateAsync, and fail in instantiate", async () => {
  const seen: number[] = [];
  const runtime = runtimeWith((env) =>
    env.asyncFunc("wait", ["i32"], ["i32"], async (n) => {
      await sleep(1);
      seen.push(n);
      return n;
    })
  );
  const bytes = new Assembler().importFunction("env", "wait", "i:i")
    .function("begin", ":", "", "i32.const 1 call $wait drop")
    .function("_start", ":", "", "i32.const 2 call $wait drop")
    .start("begin").build();
  const instance = await runtime.instantiateAsync(bytes, { name: "a" });
  assert.equal(seen, [1, 2]);
  assert.is(runtime.module("a"), instance);
  assert.instance(
    errorOf(() => runtime.instantiate(bytes, { name: "b" })),
    WouldSuspendError,
  );
  assert.is(runtime.module("b"), undefined);
});

test("a start function that the end of the runtime ends has failed", async () => {
  const options = { startFunctions: ["run"] };
  const waiting = runtimeWith((env) =>
    env.asyncFunc("wait", ["i32"], ["i32"], () => new Promise(() => {}))
  );
  setTimeout(() => waiting.close(), 1);
  const closing: Runtime = runtimeWith((env) =>
    env.func("wait", ["i32"], ["i32"], () => {
      closing.close();
      return 1;
    })
  );
  const errors = [
    await rejectionOf(waiting.instantiateAsync(WAITER, options)),
    errorOf(() => closing.instantiate(WAITER, options)),
  ];
  for (const error of errors) {
    assert.instance(error, ExitError);
    assert.is((error as ExitError).exitCode, 0);
  }
});

test("instantiateAsync takes a response, and promises of bytes", async () => {
  const bytes = new Assembler().function("run", ":i", "", "i32.const 3")
    .build();
  const runtime = new Runtime();
  const headers = { "content-type": "application/wasm" };
  const instances = await Promise.all([
    runtime.instantiateAsync(Promise.resolve(bytes)),
    runtime.instantiateAsync(
      new Response(bytes as Uint8Array<ArrayBuffer>, { headers }),
    ),
    runtime.instantiateAsync(
      Promise.resolve(new Response(bytes as Uint8Array<ArrayBuffer>)),
    ),
    runtime.instantiateAsync(runtime.compile(bytes)),
  ]);
  assert.equal(instances.map(({ exports }) => exports.run()), [3, 3, 3, 3]);
  const gone = new Response(null, { status: 404 });
  assert.match(
    (await rejectionOf(runtime.instantiateAsync(gone)) as Error).message,
    /the response is not ok: 404/,
  );
});

test("WASI waits for input that comes later", async () => {
  // fd_read(0, iovec at 0, 1, count at 8), the iovec being 16 bytes at 16
  const bytes = new Assembler()
    .importFunction("wasi_snapshot_preview1", "fd_read", "iiii:i")
    .memory("memory", 1)
    .function(
      "run",
      ":i",
      "",
      "i32.const 0 i32.const 16 i32.store i32.const 4 i32.const 16 i32.store " +
        "i32.const 0 i32.const 0 i32.const 1 i32.const 8 call $fd_read drop " +
        "i32.const 8 i32.load",
    )
    .build();
  const runtime = new Runtime();
  wasi.instantiate(runtime);
  const stdin = () => sleep(1).then(() => "hello");
  const instance = runtime.instantiate(bytes, { stdin });
  assert.is(await functionOf(instance).callAsync(), 5);
  assert.is(instance.memory!.readString(16, 5), "hello");
});

test("closing ends a call that waits, also for a promise that never settles", async () => {
  const runtime = runtimeWith((env) =>
    env.asyncFunc("wait", ["i32"], ["i32"], () => new Promise(() => {}))
  );
  const instance = runtime.instantiate(WAITER);
  const calls = [1, 2].map((n) =>
    rejectionOf(functionOf(instance).callAsync([n]))
  );
  instance.closeWithExitCode(7);
  for (const error of await Promise.all(calls)) {
    assert.instance(error, ExitError);
    assert.is((error as ExitError).exitCode, 7);
  }
});

test("a host function may end the guest after it has waited", async () => {
  const runtime = runtimeWith((env) =>
    env.asyncFunc("wait", ["i32"], ["i32"], async (n) => {
      await sleep(1);
      throw new ExitError(n);
    })
  );
  const instance = runtime.instantiate(WAITER);
  const error = await rejectionOf(functionOf(instance).callAsync([9]));
  assert.is((error as ExitError).exitCode, 9);
  assert.is(instance.exitCode, 9);
});

test.run();
