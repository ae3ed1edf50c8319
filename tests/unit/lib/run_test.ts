// The one-liner for commands, on programs of bench and examples.

import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  CompileError,
  ExitError,
  FuelExhausted,
  LinkError,
  TimeoutError,
  Trap,
} from "../../../lib/errors.ts";
import { run, type RunOptions } from "../../../lib/run.ts";
import { Runtime } from "../../../lib/runtime.ts";
import { MemoryFS } from "../../../wasi/memfs.ts";
import { CollectedOutput } from "../../../wasi/stdio.ts";
import { Assembler, rejectionOf } from "./guests.ts";

const CAT = readFileSync("examples/cat/cat.wasm");

/** A module of sections that are shorter than 128 bytes. */
function module(...sections: number[][]): Uint8Array {
  return Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, ...sections.flat());
}

function section(id: number, ...bytes: number[]): number[] {
  return [id, bytes.length, ...bytes];
}

function name(text: string): number[] {
  return [text.length, ...new TextEncoder().encode(text)];
}

/** A module with one exported function of no parameters. */
function exporting(field: string, ...body: number[]): Uint8Array {
  return module(
    section(1, 1, 96, 0, 0),
    section(3, 1, 0),
    section(7, 1, ...name(field), 0, 0),
    section(10, 1, body.length + 2, 0, ...body, 11),
  );
}

/** Calls `proc_exit` of a module that WASI goes by. */
function exiting(wasiName: string, exitCode: number): Uint8Array {
  return module(
    section(1, 2, 96, 0, 0, 96, 1, 127, 0),
    section(2, 1, ...name(wasiName), ...name("proc_exit"), 0, 1),
    section(3, 1, 0),
    section(7, 1, ...name("_start"), 0, 1),
    section(10, 1, 6, 0, 65, exitCode, 16, 0, 11),
  );
}

test("output comes back as bytes and as text", async () => {
  const result = await run(CAT, { args: ["cat"], stdin: "grüße\n" });
  assert.is(result.exitCode, 0);
  assert.is(result.stdout.text(), "grüße\n");
  assert.ok(result.stdout instanceof Uint8Array);
  assert.is(result.stdout.length, 8);
  assert.is(result.stderr.text(), "");
  assert.is(result.trap, undefined);
});

test("files, arguments and sinks are those of the options", async () => {
  const chunks: string[] = [];
  const { exitCode, stdout } = await run(CAT, {
    args: ["cat", "/in.txt"],
    fs: new MemoryFS({ "in.txt": "hi" }),
    stdout: (chunk) => void chunks.push(new TextDecoder().decode(chunk)),
  });
  assert.is(exitCode, 0);
  assert.is(chunks.join(""), "hi");
  assert.is(stdout.length, 0);
});

/** Writes "one" to 1, "one" to 2 and "two" to 1, each a line, and traps. */
const TELLING = Uint8Array.from(
  atob(
    "AGFzbQEAAAABDAJgBH9/f38Bf2AAAAIjARZ3YXNpX3NuYXBzaG90X3ByZXZpZXcx" +
      "CGZkX3dyaXRlAAADAgEBBQMBAAEHEwIGbWVtb3J5AgAGX3N0YXJ0AAEKJgEkAEEB" +
      "QRBBAUEgEAAaQQJBEEEBQSAQABpBAUEYQQFBIBAAGgALCyMCAEEACwhvbmUKdHdv" +
      "CgBBEAsQAAAAAAQAAAAEAAAABAAAAA==",
  ),
  (char) => char.charCodeAt(0),
);

/** Writes chunks to `to`, as text behind `prefix`, each after `ms`. */
function slowSink(to: string[], ms: number, prefix = "") {
  return async (chunk: Uint8Array): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    to.push(prefix + new TextDecoder().decode(chunk));
  };
}

test("output is kept up to a limit that both streams share", async () => {
  const output = new CollectedOutput(6);
  const result = await run(TELLING, { stdout: output, stderr: output });
  assert.is(output.text(), "one\non");
  assert.is(result.stdout.length + result.stderr.length, 0);
});

test("what was written before a trap is there, in order", async () => {
  const kept = await run(TELLING);
  assert.is(kept.exitCode, 134);
  assert.is(kept.stdout.text(), "one\ntwo\n");
  assert.is(kept.stderr.text(), "one\n");

  const seen: string[] = [];
  const late = (name: string) => slowSink(seen, 1, name);
  await run(TELLING, { stdout: late("out "), stderr: late("err ") });
  assert.equal(seen, ["out one\n", "err one\n", "out two\n"]);

  const stream = (name: string) =>
    new WritableStream<Uint8Array>({ write: late(name) }, { highWaterMark: 9 });
  seen.length = 0;
  await run(TELLING, { stdout: stream("out "), stderr: stream("err ") });
  assert.equal(seen.filter((line) => line.startsWith("out")), [
    "out one\n",
    "out two\n",
  ]);
  assert.ok(seen.includes("err one\n"));
});

test("streams have been written to when the result is there", async () => {
  const written: string[] = [];
  const stdout = new WritableStream<Uint8Array>(
    { write: slowSink(written, 5) },
    { highWaterMark: 100 },
  );
  const pieces = ["a", "b", "c"];
  const stdin = () => pieces.shift();
  const { exitCode } = await run(CAT, { args: ["cat"], stdin, stdout });
  assert.is(exitCode, 0);
  assert.is(written.join(""), "abc");
  await stdout.close();
});

test("a stream that fails is the result", async () => {
  const full = new Error("disk full");
  const failing = () =>
    new WritableStream<Uint8Array>({
      write() {
        throw full;
      },
    });
  for (const name of ["stdout", "stderr"]) {
    const stream = failing();
    const failure = await rejectionOf(run(TELLING, { [name]: stream }));
    assert.is(failure, full);
    assert.not(stream.locked);
  }
  // One that failed before is told to the guest, too.
  const stdout = new WritableStream<Uint8Array>({
    start: (controller) => controller.error(full),
  });
  assert.is(
    await rejectionOf(run(CAT, { args: ["cat"], stdin: "x", stdout })),
    full,
  );
  const stdin = new ReadableStream<string>({
    start: (controller) => controller.error(full),
  });
  assert.is(await rejectionOf(run(CAT, { args: ["cat"], stdin })), full);
  assert.not(stdin.locked);
  // What nobody writes to does no harm.
  assert.is((await run(exporting("_start"), { stdout })).exitCode, 0);
  assert.is(
    (await run(exporting("_start"), { stdout: failing() })).exitCode,
    0,
  );
});

test("streams are free again, whatever happened", async () => {
  const stdout = new WritableStream<Uint8Array>();
  const stderr = new WritableStream<Uint8Array>();
  const options = { stdout, stderr };
  const areFree = () => assert.not(stdout.locked || stderr.locked);
  await rejectionOf(run(new Uint8Array(3), options));
  areFree();
  await rejectionOf(run(exiting("nobody", 0), options));
  areFree();
  await rejectionOf(run(CAT, { ...options, args: ["\0"] }));
  areFree();
  await run(exporting("_start"), options); // which has no WASI
  areFree();
  await run(TELLING, options);
  areFree();
  const lock = stderr.getWriter();
  await rejectionOf(run(CAT, options));
  assert.not(stdout.locked);
  lock.releaseLock();
});

test("both outputs can go to one stream", async () => {
  const seen: string[] = [];
  const stream = new WritableStream<Uint8Array>({ write: slowSink(seen, 1) });
  await run(TELLING, { stdout: stream, stderr: stream });
  assert.equal(seen, ["one\n", "one\n", "two\n"]);
  assert.not(stream.locked);
});

test("input may take its time", async () => {
  const pieces = ["a", "b"];
  const { stdout } = await run(CAT, {
    args: ["cat"],
    stdin: async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return pieces.shift();
    },
  });
  assert.is(stdout.text(), "ab");
});

test("an exit code is the result, under both names of WASI", async () => {
  for (const wasi of ["wasi_snapshot_preview1", "wasi_unstable"]) {
    const { exitCode, trap } = await run(exiting(wasi, 7));
    assert.is(exitCode, 7);
    assert.is(trap, undefined);
  }
});

test("a trap is a result too", async () => {
  const { exitCode, trap } = await run(exporting("_start", 0));
  assert.is(exitCode, 134);
  assert.instance(trap, Trap);
});

test("a reactor is set up, and a module without either does nothing", async () => {
  assert.is((await run(exporting("_initialize", 0))).exitCode, 134);
  assert.is((await run(exporting("other", 0))).exitCode, 0);
});

test("limits end a command", async () => {
  const endless = exporting("_start", 3, 64, 12, 0, 11);
  const failure = async (options: RunOptions) => {
    try {
      await run(endless, options);
    } catch (error) {
      return error;
    }
  };
  assert.instance(await failure({ timeoutMs: 20 }), TimeoutError);
  assert.instance(await failure({ fuel: 1000 }), FuelExhausted);
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  assert.is(await failure({ signal }), reason);
});

test("limits end a start section as well", async () => {
  const endless = module(
    section(1, 1, 96, 0, 0),
    section(3, 1, 0),
    section(8, 0),
    section(10, 1, 7, 0, 3, 64, 12, 0, 11, 11),
  );
  const limits: [RunOptions, typeof TimeoutError | typeof FuelExhausted][] = [
    [{ timeoutMs: 10 }, TimeoutError],
    [{ fuel: 1000 }, FuelExhausted],
  ];
  for (const [options, expected] of limits) {
    assert.instance(await rejectionOf(run(endless, options)), expected);
  }
});

test("limits are those of start section and command together", async () => {
  const twice = module(
    section(1, 1, 96, 0, 0),
    section(2, 1, ...name("env"), ...name("wait"), 0, 0),
    section(3, 1, 0),
    section(7, 1, ...name("_start"), 0, 1),
    section(8, 1),
    section(10, 1, 4, 0, 16, 0, 11),
  );
  const runtime = new Runtime();
  const wait = () => new Promise<void>((resolve) => setTimeout(resolve, 60));
  runtime.newHostModule("env").asyncFunc("wait", [], [], wait).instantiate();
  const error = await rejectionOf(run(twice, { runtime, timeoutMs: 100 }));
  assert.instance(error, TimeoutError);
  assert.is((await run(twice, { runtime, fuel: 4 })).exitCode, 0);
  const exhausted = await rejectionOf(run(twice, { runtime, fuel: 3 }));
  assert.instance(exhausted, FuelExhausted);
  const again = (exhausted as FuelExhausted).resume!(1) as Promise<unknown>;
  assert.instance(await rejectionOf(again), ExitError); // it was closed
});

test("options that are none are refused at once", async () => {
  const wrong: [unknown, string][] = [
    [null, "options invalid: null is no plain object"],
    [
      { stdout: null },
      "stdout invalid: null is no web stream, function or File",
    ],
    [
      { stderr: null },
      "stderr invalid: null is no web stream, function or File",
    ],
    [{ sleep: 5 }, "sleep invalid: number is no function"],
    [{ yield: null }, "yield invalid: null is no function"],
    [{ runtime: {} }, "runtime invalid: object is no { compile() }"],
  ];
  for (const [options, message] of wrong) {
    const error = await rejectionOf(run(CAT, options as RunOptions));
    assert.instance(error, TypeError);
    assert.is((error as Error).message, message);
  }
});

test("what is no command is an error", async () => {
  const failure = async (bytes: Uint8Array) => {
    try {
      await run(bytes);
    } catch (error) {
      return error;
    }
  };
  assert.instance(await failure(new Uint8Array(3)), CompileError);
  assert.instance(await failure(exiting("nobody", 0)), LinkError);
});

test("a runtime of the caller's stays open, with its own WASI", async () => {
  const runtime = new Runtime();
  const compiled = runtime.compile(CAT);
  for (const text of ["1", "2"]) {
    const options = { runtime, args: ["cat"], stdin: text };
    assert.is((await run(compiled, options)).stdout.text(), text);
  }
  runtime.close();
});

test("a named module runs any number of times at once", async () => {
  const named = new Assembler().function("_start", ":", "", "")
    .names("nm", {}).build();
  const runtime = new Runtime();
  const module = runtime.compile(named);
  const both = [run(module, { runtime }), run(module, { runtime })];
  const results = await Promise.all(both);
  assert.equal(results.map(({ exitCode }) => exitCode), [0, 0]);
});

test.run();
