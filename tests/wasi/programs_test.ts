// Guest programs of our own for what the official suite does not cover: their
// sources are beside them. Each ends with exit code 0, or with the number of
// the line that was not as expected.

import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { ModuleOptions } from "../../mod.ts";
import {
  MemoryFS,
  run as runCommand,
  Runtime,
  systemClock,
  wasi,
} from "../../mod.ts";
import { HostFS } from "../../wasi/host_fs.ts";
import { OverlayFS } from "../../wasi/overlay.ts";
import { MemoryListener } from "../../wasi/sockets.ts";
import { systemSleep } from "../../wasi/clock.ts";
import type { WasiOptions } from "../../wasi/mod.ts";
import { SlowFS } from "../unit/wasi/slow_fs.ts";
import { exitCodeOf } from "./suite.ts";

function run(
  name: string,
  options: ModuleOptions & WasiOptions = {},
  isAsync = false,
): Promise<number> {
  const bytes = readFileSync(`tests/wasi/programs/${name}.wasm`);
  return exitCodeOf(bytes, options, isAsync);
}

test("files, directories and streams are synced, with the right for it", async () => {
  assert.is(await run("sync", { fs: new MemoryFS() }), 0);
  assert.is(await run("sync", { fs: new OverlayFS(new MemoryFS()) }), 0);
  assert.is(await run("sync", { fs: new SlowFS(new MemoryFS()) }, true), 0);
});

test("scandir of wasi-libc lists directories on every file system", async () => {
  const files = () => new MemoryFS({ f: "", "d/": "" });
  const path = mkdtempSync(join(tmpdir(), "waxwing-"));
  try {
    writeFileSync(join(path, "f"), "");
    mkdirSync(join(path, "d"));
    assert.is(await run("scandir", { fs: files() }), 0);
    assert.is(await run("scandir", { fs: new OverlayFS(files()) }), 0);
    assert.is(await run("scandir", { fs: new SlowFS(files()) }, true), 0);
    assert.is(await run("scandir", { fs: new HostFS(path) }), 0);
  } finally {
    rmSync(path, { recursive: true });
  }
});

test("a program of the preview before gets its layouts", async () => {
  const bytes = readFileSync("tests/wasi/programs/unstable.wasm");
  const fs = new MemoryFS({ f: "12345" });
  assert.is(fs.root().link("f", fs.root(), "g"), 0);
  const result = await runCommand(bytes, { fs });
  assert.is(result.exitCode, 0);
});

test("a signal that ends a program is its exit code plus 128", async () => {
  assert.is(await run("raise"), 128 + 6);
});

test("a program serves a connection on a socket", async () => {
  const listener = new MemoryListener();
  const ended = run("echo", { listeners: [listener] }, true);
  await new Promise((resolve) => setTimeout(resolve));
  const client = listener.connect();
  const answers: string[] = [];
  for (const text of ["HAL", "ab"]) {
    client.send(new TextEncoder().encode(text));
    const answer = await client.receive();
    if (!(answer instanceof Uint8Array)) return assert.unreachable();
    answers.push(new TextDecoder().decode(answer));
  }
  client.shutdown(false, true);
  assert.is(await client.receive(), undefined);
  assert.is(await ended, 0);
  assert.equal(answers, ["IBM", "bc"]);
});

/** Bytes by which the heap grows for a call, at best: code may get compiled. */
function growth(calls: (count: number) => unknown): number {
  const count = 2000;
  calls(10 * count);
  const growths = Array.from({ length: 9 }, () => {
    const before = process.memoryUsage().heapUsed;
    calls(count);
    return (process.memoryUsage().heapUsed - before) / count;
  });
  return Math.min(...growths.filter((bytes) => bytes >= 0)); // not collected
}

test("moving 4 KB allocates nothing but, to read, a view", () => {
  const runtime = new Runtime();
  wasi.instantiate(runtime);
  const bytes = readFileSync("bench/io.wasm");
  const fs = new MemoryFS({ file: new Uint8Array(2 ** 20) });
  const { exports } = runtime.instantiate(bytes, { fs });
  assert.is(exports.open(), 0);
  assert.is(exports.read(300), 2 ** 20);
  assert.is(exports.write(300), 0);
  const written = growth(exports.write);
  assert.ok(written < 50, `${written} bytes to write`);
  const read = growth((count) => exports.read(Math.min(count, 256)));
  assert.ok(read < 200, `${read} bytes to read`);
});

/** A line some time after the program has asked for input, then the end. */
function lateInput(): () => Promise<string> | undefined {
  const lines = ["line\n"];
  return () => {
    const line = lines.pop();
    if (line === undefined) return undefined;
    return new Promise((resolve) => setTimeout(() => resolve(line), 150));
  };
}

test("polling waits for clocks and input, on the system's clocks", async () => {
  const options = {
    fs: new MemoryFS({ f: "12345" }),
    stdin: lateInput(),
    sleep: systemSleep(),
    ...systemClock(),
  };
  assert.is(await run("poll", options, true), 0);
});

test("a program that sleeps leaves the thread to others", async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  const options = {
    fs: new MemoryFS({ f: "12345" }),
    stdin: lateInput(),
    sleep: systemSleep(),
    ...systemClock(),
  };
  assert.is(await run("poll", options, true), 0);
  clearInterval(timer);
  assert.ok(ticks > 5, `${ticks} ticks`);
});

test.run();
