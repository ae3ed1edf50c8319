// Function listeners as embedders meet them: values as JavaScript has them,
// definitions, instances, stacks, functions of the host, calls that wait.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { type FunctionListenerFactory, listen } from "../../../lib/monitors.ts";
import {
  type HostModuleBuilder,
  type Instance,
  Runtime,
  TimeoutError,
  wasi,
  type WasmFrame,
} from "../../../mod.ts";
import {
  Assembler,
  ENDLESS,
  errorOf,
  functionOf,
  rejectionOf,
  WAITER,
} from "./guests.ts";

let log: string[] = [];

const logger: FunctionListenerFactory = ({ debugName, index }) => {
  const name = index < 0 ? `host ${debugName}` : debugName;
  return {
    before: (params) => log.push(`${name}(${params.join()})`),
    after: (results) => log.push(`${name} = ${results.join()}`),
    abort: (error) => log.push(`${name} ! ${(error as Error).name}`),
  };
};

function listening(
  define?: (env: HostModuleBuilder) => void,
  ...factories: FunctionListenerFactory[]
): Runtime {
  log = [];
  const runtime = new Runtime({ monitor: listen(logger, ...factories) });
  const env = runtime.newHostModule("env");
  define?.(env);
  env.instantiate();
  return runtime;
}

const VALUES = new Assembler()
  .importFunction("env", "host", "I:F")
  .function("pair", "iIf:eI", "", "ref.null e local.get 1")
  .function("run", "I:F", "", "local.get 0 call $host")
  .build();

test("parameters and results are JavaScript's values", () => {
  const { exports } = listening((env) =>
    env.func("host", ["i64"], ["f64"], (n) => Number(n) / 2)
  ).instantiate(VALUES);
  assert.equal(exports.pair(-1, 5n, 0.5), [null, 5n]);
  assert.is(exports.run(3n), 1.5);
  assert.equal(log, [
    ...[".pair(-1,5,0.5)", ".pair = ,5"],
    ...[".run(3)", "host env.host(3)", "host env.host = 1.5", ".run = 1.5"],
  ]);
});

test("each function is asked for once, and only some may be listened to", () => {
  const asked: string[] = [];
  const calls: unknown[] = [];
  const monitor = listen(({ name, exportNames, index }) => {
    asked.push(`${index} ${name} ${exportNames}`);
    return name === "run"
      ? { before: (params, instance) => calls.push(instance.name, ...params) }
      : undefined;
  });
  const runtime = new Runtime({ monitor });
  runtime.newHostModule("env").func("host", ["i64"], ["f64"], () => 0)
    .instantiate();
  const compiled = runtime.compile(VALUES);
  for (const name of ["a", "b"]) {
    runtime.instantiate(compiled, { name }).exports.run(1n);
  }
  assert.equal(asked.slice(0, 3), ["1 pair pair", "2 run run", "-1 host host"]);
  assert.equal(calls, ["a", 1n, "b", 1n]);
});

test("runtimes that share a compilation cache do not share listeners", () => {
  const plain = new Runtime();
  const runtime = listening();
  const bytes = new Assembler().function("f", ":", "", "").build();
  plain.instantiate(bytes).exports.f();
  assert.equal(log, []);
  runtime.instantiate(bytes).exports.f();
  plain.instantiate(bytes).exports.f();
  assert.equal(log, [".f()", ".f = "]);
});

test("the stack has names and places, innermost first", () => {
  const stacks: WasmFrame[][] = [];
  const stacker: FunctionListenerFactory = () => ({
    before: (_params, _instance, stack) => stacks.push([...stack]),
  });
  const { exports } = listening(
    (env) => env.func("host", ["i64"], ["f64"], () => 0),
    stacker,
  ).instantiate(VALUES);
  exports.run(1n);
  const names = stacks.map((stack) => stack.map((f) => f.functionName));
  assert.equal(names, [["run"], ["host", "run"]]);
  const [[entry], [, caller]] = stacks;
  // The body begins with its locals; the call is its second instruction.
  assert.is(caller.offset, entry.offset + 3);
  assert.is(stacks[1][0].offset, -1);
});

test("errors pass through everyone who listens", () => {
  const { exports } = listening((env) =>
    env.func("host", ["i64"], ["f64"], () => {
      throw new RangeError("no");
    })
  ).instantiate(VALUES);
  assert.instance(errorOf(() => exports.run(1n)), RangeError);
  assert.equal(log.slice(2), [
    "host env.host ! RangeError",
    ".run ! RangeError",
  ]);
});

test("functions that are made for each instance are listened to", () => {
  const runtime = listening();
  wasi.instantiate(runtime);
  const bytes = new Assembler()
    .importFunction("wasi_snapshot_preview1", "proc_exit", "i:")
    .function("run", ":", "", "i32.const 3 call $proc_exit").build();
  errorOf(() => runtime.instantiate(bytes).exports.run());
  const host = "host wasi_snapshot_preview1.proc_exit";
  assert.equal(log, [
    ...[".run()", `${host}(3)`, `${host} ! ExitError`, ".run ! ExitError"],
  ]);
});

test("a call that waits ends when it does", async () => {
  const instance = listening((env) =>
    env.asyncFunc("wait", ["i32"], ["i32"], (n) => Promise.resolve(n + 1))
  ).instantiate(WAITER);
  assert.is(await functionOf(instance).callAsync([1], { sliceFuel: 1 }), 3);
  assert.equal(log, [
    ...[".run(1)", "host env.wait(1)", "host env.wait = 2", ".run = 3"],
  ]);
  log = [];
  errorOf(() => instance.exports.run(1));
  assert.equal(log.slice(2), [
    ...["host env.wait ! WouldSuspendError", ".run ! WouldSuspendError"],
  ]);
});

test("a call that is given up while it waits ends", async () => {
  const results = [
    () => new Promise<number>(() => {}),
    () => Promise.reject(new TypeError("late")),
  ];
  const instance = listening((env) =>
    env.asyncFunc("wait", ["i32"], ["i32"], () => results.shift()!())
  ).instantiate(WAITER);
  for (const name of ["TimeoutError", "TypeError"]) {
    log = [];
    const call = functionOf(instance).callAsync([1], { timeoutMs: 20 });
    assert.is((await rejectionOf(call) as Error).name, name);
    assert.equal(log.slice(2), [`host env.wait ! ${name}`, `.run ! ${name}`]);
  }
});

test("limits end what is listened to", () => {
  const instance = listening().instantiate(ENDLESS["a loop"]);
  const error = errorOf(() =>
    functionOf(instance).callWith([], { timeoutMs: 20 })
  );
  assert.instance(error, TimeoutError);
  assert.equal(log, [".run()", ".run ! TimeoutError"]);
});

test("a listener may call the guest, and throw", () => {
  let sum = 0;
  const monitor = listen(({ name }) =>
    name === "run"
      ? {
        before(_params, { exports }: Instance) {
          sum += exports.one();
        },
        after() {
          throw new RangeError("listener");
        },
      }
      : undefined
  );
  const bytes = new Assembler().function("one", ":i", "", "i32.const 1")
    .function("run", "i:i", "", "local.get 0").build();
  const { exports } = new Runtime({ monitor }).instantiate(bytes);
  assert.instance(errorOf(() => exports.run(1)), RangeError);
  assert.is(sum, 1);
});

test.run();
