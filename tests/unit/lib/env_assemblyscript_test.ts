// What AssemblyScript's runtime imports, tried with a guest that its compiler
// made (env_assemblyscript_guest.as) and with strings that no compiler makes.

import * as assemblyscript from "../../../lib/env_assemblyscript.ts";
import { listen, logHostCalls } from "../../../lib/monitors.ts";
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  CollectedOutput,
  ExitError,
  type ModuleOptions,
  type Random,
  Runtime,
  WouldSuspendError,
} from "../../../mod.ts";
import {
  Assembler,
  errorOf,
  functionOf,
  messageOf,
  rejectionOf,
} from "./guests.ts";

const GUEST = readFileSync("tests/unit/lib/env_assemblyscript_guest.wasm");

/** Passes its arguments to abort, and to trace. */
const RAW = new Assembler()
  .importFunction("env", "abort", "iiii:")
  .importFunction("env", "trace", "iiFFFFF:")
  .importFunction("env", "seed", ":F")
  .memory("memory", 1)
  .function("run", "iiii:", "", `${gets(4)} call $abort`)
  .function("log", "iiFFFFF:", "", `${gets(7)} call $trace`)
  .function("draw", ":F", "", "call $seed")
  .build();

function gets(count: number): string {
  return Array.from({ length: count }, (_, i) => `local.get ${i}`).join(" ");
}

function instanceOf(
  bytes: Uint8Array,
  options?: ModuleOptions,
  assemblyScriptOptions?: assemblyscript.AssemblyScriptOptions,
) {
  const runtime = new Runtime();
  assemblyscript.instantiate(runtime, assemblyScriptOptions);
  return runtime.instantiate(bytes, options);
}

/** A sink that is a function, and what it was given. */
function collect() {
  const chunks: string[] = [];
  const sink = (chunk: Uint8Array) => {
    chunks.push(new TextDecoder().decode(chunk));
  };
  return { chunks, sink };
}

test("an abort tells why and closes the instance with 255", () => {
  const { chunks, sink } = collect();
  const instance = instanceOf(GUEST, { stderr: sink });
  const error = errorOf(() => instance.exports.fail());
  assert.instance(error, ExitError);
  assert.is((error as ExitError).exitCode, 255);
  assert.equal(chunks, ["wäxwing 🐦 at guest.ts:6:3\n"]);
  assert.is(instance.exitCode, 255);
  assert.instance(errorOf(() => instance.exports.check(1)), ExitError);
});

test("an abort without a message says so", () => {
  const { chunks, sink } = collect();
  const { exports } = instanceOf(GUEST, { stderr: sink });
  exports.check(1);
  assert.equal(chunks, []);
  assert.instance(errorOf(() => exports.check(0)), ExitError);
  assert.equal(chunks, ["abort at guest.ts:10:3\n"]);
});

test("the message of an abort can be disabled", () => {
  const { chunks, sink } = collect();
  const instance = instanceOf(GUEST, { stderr: sink }, { abortMessage: false });
  assert.instance(errorOf(() => instance.exports.fail()), ExitError);
  assert.equal(chunks, []);
  assert.is(instance.exitCode, 255);
});

test("what is no string in the guest's memory is not read", () => {
  for (const pointer of [0, 3, 65540, -2, 0x7fffffff, 16, 32]) {
    const { chunks, sink } = collect();
    const instance = instanceOf(RAW, { stderr: sink, stdout: sink }, {
      trace: "stdout",
    });
    instance.memory!.writeUint32(12, 3); // an odd length
    instance.memory!.writeUint32(28, 65536); // to behind the end
    instance.exports.log(pointer, 0, 0, 0, 0, 0, 0);
    assert.equal(chunks, [], `${pointer}`);
    const error = errorOf(() => instance.exports.run(pointer, pointer, -1, 2));
    assert.instance(error, ExitError);
    assert.equal(chunks, ["abort at unknown:4294967295:2\n"], `${pointer}`);
  }
});

test("long strings and lone surrogates are read", () => {
  const { chunks, sink } = collect();
  const { exports, memory } = instanceOf(RAW, { stdout: sink }, {
    trace: "stdout",
  });
  const text = "ab🐦".repeat(5000);
  memory!.writeUint32(0, text.length * 2);
  for (let i = 0; i < text.length; i++) {
    memory!.writeUint16(4 + 2 * i, text.charCodeAt(i));
  }
  exports.log(4, 0, 0, 0, 0, 0, 0);
  memory!.writeUint32(0, 2);
  memory!.writeUint16(4, 0xd800);
  exports.log(4, 0, 0, 0, 0, 0, 0);
  assert.equal(chunks, [`trace: ${text}\n`, "trace: \ufffd\n"]);
});

test("what is cut off of a very long string is said", () => {
  const { chunks, sink } = collect();
  const { exports, memory } = instanceOf(RAW, { stderr: sink }, {
    trace: "stderr",
  });
  const bytes = 200_000;
  memory!.grow(9);
  memory!.writeUint32(12, bytes);
  memory!.read(16, bytes)!.fill(0x41);
  exports.log(16, 0, 0, 0, 0, 0, 0);
  assert.instance(errorOf(() => exports.run(16, 16, 1, 2)), ExitError);
  const text = "\u4141".repeat(32768) + "... (cut, 200000 bytes)";
  assert.equal(chunks, [`trace: ${text}\n`, `${text} at ${text}:1:2\n`]);
});

test("an abort that has no string left to say why is still one", () => {
  const instance = instanceOf(RAW, { stderr: () => {} });
  Object.defineProperty(instance, "memory", {
    get() {
      throw new RangeError("Invalid string length");
    },
  });
  assert.instance(errorOf(() => instance.exports.run(16, 0, 0, 0)), ExitError);
  assert.is(instance.exitCode, 255);
});

test("trace is off by default", () => {
  const { chunks, sink } = collect();
  const { exports } = instanceOf(GUEST, { stdout: sink, stderr: sink });
  exports.traced(1);
  assert.equal(chunks, []);
});

for (const to of ["stdout", "stderr"] as const) {
  test(`trace writes to ${to}`, () => {
    const { chunks, sink } = collect();
    const { exports } = instanceOf(GUEST, { [to]: sink }, { trace: to });
    for (const count of [0, 1, 5]) exports.traced(count);
    assert.equal(chunks, [
      "trace: none\n",
      "trace: one 1.5\n",
      "trace: fünf 1,-2,0.1,1e+21,NaN\n",
    ]);
  });
}

test("wrong options are refused", () => {
  const wrong = [
    [{ trace: "stdOut" }, RangeError],
    [{ trace: true }, TypeError],
    [{ tracing: "stdout" }, TypeError],
    [{ abortMessage: 1 }, TypeError],
  ] as const;
  for (const [options, kind] of wrong) {
    const make = () => instanceOf(RAW, {}, options as object);
    assert.instance(errorOf(make), kind);
  }
});

test("a wrong count of traced values counts as all of them", () => {
  const { chunks, sink } = collect();
  const { exports } = instanceOf(RAW, { stdout: sink }, { trace: "stdout" });
  for (const count of [-1, 6]) exports.log(4, count, 1, 2, 3, 4, 5);
  assert.equal(chunks, ["trace:  1,2,3,4,5\n", "trace:  1,2,3,4,5\n"]);
});

test("output goes to files", async () => {
  const stdout = new CollectedOutput();
  const slow = new CollectedOutput();
  const write = slow.write.bind(slow);
  const partly = Object.assign(slow, {
    // Three bytes at a time, and later.
    write: (from: Uint8Array, start: number, end: number) =>
      Promise.resolve(write(from, start, Math.min(start + 3, end))),
  });
  instanceOf(GUEST, { stdout }, { trace: "stdout" }).exports.traced(1);
  assert.is(stdout.text(), "trace: one 1.5\n");
  const instance = instanceOf(GUEST, { stdout: partly }, { trace: "stdout" });
  await functionOf(instance, "traced").callAsync([1]);
  assert.is(slow.text(), "trace: one 1.5\n");
});

test("a trace that cannot be written is an error", () => {
  const stdout = new CollectedOutput(8);
  const { exports } = instanceOf(GUEST, { stdout }, { trace: "stdout" });
  const message = messageOf(() => exports.traced(1));
  assert.is(message, "the output cannot be written: errno 51");
  assert.is(stdout.text(), "trace: o");
});

test("an abort whose message cannot be written is still one", async () => {
  const sinks = {
    throws: () => {
      throw new Error("no");
    },
    rejects: () => Promise.reject(new Error("no")),
    waits: () => new Promise<void>(() => {}),
    full: new CollectedOutput(2),
  };
  for (const [name, stderr] of Object.entries(sinks)) {
    const error = errorOf(() => instanceOf(GUEST, { stderr }).exports.fail());
    assert.instance(error, ExitError, name);
    const instance = instanceOf(GUEST, { stderr });
    const promise = functionOf(instance, "fail").callAsync();
    assert.instance(await rejectionOf(promise), ExitError, name);
  }
});

test("a trace waits for its sink", async () => {
  let written = "";
  const stdout = async (chunk: Uint8Array) => {
    await Promise.resolve();
    written += new TextDecoder().decode(chunk);
  };
  const instance = instanceOf(GUEST, { stdout }, { trace: "stdout" });
  await functionOf(instance, "traced").callAsync([1]);
  assert.is(written, "trace: one 1.5\n");
  const error = errorOf(() => instance.exports.traced(1));
  assert.instance(error, WouldSuspendError);
});

test("output goes to streams, which wait when they are full", async () => {
  const { chunks, sink } = collect();
  const stream = new WritableStream<Uint8Array>({ write: sink });
  const instance = instanceOf(GUEST, { stdout: stream, stderr: stream }, {
    trace: "stdout",
  });
  const traced = functionOf(instance, "traced");
  for (const count of [0, 1, 5]) await traced.callAsync([count]);
  await rejectionOf(functionOf(instance, "fail").callAsync());
  assert.is(stream.locked, false);
  await stream.close();
  assert.equal(chunks, [
    "trace: none\n",
    "trace: one 1.5\n",
    "trace: fünf 1,-2,0.1,1e+21,NaN\n",
    "wäxwing 🐦 at guest.ts:6:3\n",
  ]);
});

test("the seed is eight bytes of the instance's randomness", () => {
  const bytes = new Uint8Array(new Float64Array([-1.25e100]).buffer);
  const random: Random = { fill: (into) => into.set(bytes) };
  assert.is(instanceOf(RAW, { random }).exports.draw(), -1.25e100);
});

test("a seed is never a NaN, whose bits differ from engine to engine", () => {
  const random: Random = { fill: (into) => void into.fill(0xff) };
  const seed = instanceOf(RAW, { random }).exports.draw();
  assert.is(seed, -1.9999999999999998);
});

test("without randomness seeds differ, and are the same again", () => {
  const draws = () => {
    const { draw } = instanceOf(RAW).exports;
    return [draw(), draw(), draw()];
  };
  const first = draws();
  assert.is(new Set(first).size, 3);
  assert.equal(draws(), first);
  const { random } = instanceOf(GUEST).exports;
  assert.is(random(), instanceOf(GUEST).exports.random());
  assert.is.not(random(), random());
});

test("a log names the parameters", () => {
  const lines: string[] = [];
  const monitor = listen(logHostCalls((line) => lines.push(line.trim())));
  const runtime = new Runtime({ monitor });
  assemblyscript.instantiate(runtime);
  const { log, draw, run } = runtime.instantiate(RAW).exports;
  log(4, 1, 2.5, 0, 0, 0, 0);
  draw();
  errorOf(() => run(1, 2, 3, 4));
  const names = "message=4,nArgs=1,arg0=2.5,arg1=0,arg2=0,arg3=0,arg4=0";
  assert.equal(lines.filter((line) => line.startsWith("==>")), [
    `==> env.trace(${names})`,
    "==> env.seed()",
    "==> env.abort(message=1,fileName=2,lineNumber=3,columnNumber=4)",
  ]);
});

test("the functions stand beside others of env", () => {
  const runtime = new Runtime();
  runtime.newHostModule("env")
    .func("two", [], ["i32"], () => 2)
    .perInstance(assemblyscript.functions())
    .instantiate();
  const instance = runtime.instantiate(
    new Assembler().importFunction("env", "two", ":i")
      .importFunction("env", "abort", "iiii:")
      .function("run", ":i", "", "call $two").build(),
  );
  assert.is(instance.exports.run(), 2);
});

test.run();
