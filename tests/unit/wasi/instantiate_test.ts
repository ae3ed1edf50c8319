import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type ExportedFunction,
  Runtime,
  UnsupportedFile,
  wasi,
} from "../../../mod.ts";
import { Assembler, rejectionOf, sleep } from "../lib/guests.ts";

const NAME = "wasi_snapshot_preview1";

/** Gives what sched_yield answers, and how many arguments there are. */
const GUEST = new Assembler()
  .importFunction(NAME, "sched_yield", ":i")
  .importFunction(NAME, "args_sizes_get", "ii:i")
  .memory("memory", 1)
  .function("yield", ":i", "", "call 0")
  .function(
    "args",
    ":i",
    "",
    "i32.const 0 i32.const 4 call 1 drop i32.const 0 i32.load",
  )
  .build();

test("single functions can be replaced by one's own", () => {
  const runtime = new Runtime();
  runtime.newHostModule(NAME).perInstance(wasi.functions())
    .func("sched_yield", [], ["i32"], () => 52).instantiate();
  const { exports } = runtime.instantiate(GUEST, { args: ["a", "b"] });
  assert.is(exports.yield(), 52);
  assert.is(exports.args(), 2);
});

test("each instance has the world of its own options", () => {
  const runtime = new Runtime();
  wasi.instantiate(runtime);
  const compiled = runtime.compile(GUEST);
  for (const args of [[], ["a"], ["a", "b", "c"]]) {
    const { exports } = runtime.instantiate(compiled, { args });
    assert.is(exports.args(), args.length);
    assert.is(exports.yield(), 0);
  }
  assert.throws(() => wasi.instantiate(runtime), /already been instantiated/);
});

test("a close that fails later is nobody's", async () => {
  const runtime = new Runtime();
  wasi.instantiate(runtime);
  const stdout = Object.assign(new UnsupportedFile(), {
    close: () => Promise.reject(new Error("cable")),
  });
  runtime.instantiate(GUEST, { stdout }).close();
  await sleep(1); // a rejection that is not handled would end the tests
});

/** A second on the monotonic clock, and bytes to read from descriptor 0. */
const SUBSCRIPTIONS = new Uint8Array(96);
const subscriptions = new DataView(SUBSCRIPTIONS.buffer);
subscriptions.setUint8(16, 1);
subscriptions.setUint32(24, 1_000_000_000, true);
subscriptions.setUint8(48 + 8, 1);

/** Waits for so many of them. */
const SLEEPER = new Assembler()
  .importFunction(NAME, "poll_oneoff", "iiii:i")
  .memory("memory", 1)
  .data("i32.const 0", [...SUBSCRIPTIONS])
  .function(
    "run",
    "i:i",
    "",
    "i32.const 0 i32.const 128 local.get 0 i32.const 120 call 0",
  )
  .build();

/** What ends a call of a guest that sleeps, which is told by this error. */
const ENDS: Record<string, (call: ExportedFunction, count: number) => unknown> =
  {
    "a time-out": (call, count) => call.callAsync([count], { timeoutMs: 5 }),
    "a signal": (call, count) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 5);
      return call.callAsync([count], controller);
    },
    "that it must not wait": (call, count) => call.callWith([count]),
  };

for (const [what, end] of Object.entries(ENDS)) {
  test(`${what} ends a sleep of the guest`, async () => {
    for (const count of [1, 2]) {
      const { instance, signals } = sleeper();
      try {
        await end(instance.exportedFunction("run")!, count);
        assert.unreachable();
      } catch (error) {
        assert.not.instance(error, assert.Assertion);
      }
      assert.equal(signals.map(({ aborted }) => aborted), [true]);
      await sleep(1);
      assert.is(instance.memory!.readUint32(120), 0); // nobody is told
    }
  });
}

test("closing ends a sleep of the guest", async () => {
  for (const count of [1, 2]) {
    const { instance, signals } = sleeper();
    const call = instance.exportedFunction("run")!.callAsync([count]);
    await sleep(1);
    assert.equal(signals.map(({ aborted }) => aborted), [false]);
    instance.close();
    await rejectionOf(call);
    assert.equal(signals.map(({ aborted }) => aborted), [true]);
  }
});

/** A sleeping guest without end, and the signals that its sleeps were given. */
function sleeper() {
  const runtime = new Runtime();
  wasi.instantiate(runtime);
  const signals: AbortSignal[] = [];
  const instance = runtime.instantiate(SLEEPER, {
    stdin: () => new Promise<undefined>(() => {}),
    sleep: (_durationNs, signal) =>
      new Promise((resolve) => {
        signals.push(signal!);
        signal!.addEventListener("abort", () => resolve());
      }),
  });
  return { instance, signals };
}

test.run();
