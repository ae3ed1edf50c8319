// The process's stdio, in a process of its own with pipes.

import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Errno, FileType } from "../../../lib/world.ts";
import { hostStderr, hostStdin, hostStdout } from "../../../wasi/host_stdio.ts";

const folder = fs.mkdtempSync(join(tmpdir(), "waxwing-"));
process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));

await build({
  stdin: {
    contents: 'export * from "./wasi/host_stdio.ts";' +
      'export { enter } from "./lib/limits.ts";',
    resolveDir: ".",
  },
  outfile: join(folder, "stdio.mjs"),
  bundle: true,
  format: "esm",
  platform: "node",
  logLevel: "warning",
});

/** It asks for permissions, and a read that waits keeps its process alive. */
const DENO = "Deno" in globalThis;

/** Runs a script with the module's exports in a shell's pipeline. */
function shell(pipeline: string, script: string) {
  const path = join(folder, "script.mjs");
  fs.writeFileSync(
    path,
    'import { enter, hostStdin, hostStdout } from "./stdio.mjs";\n' +
      script,
  );
  const command = `'${process.execPath}' ${DENO ? "run -A" : ""} '${path}'`;
  // In a file, since Deno changes command lines in which it finds itself.
  const file = join(folder, "line.sh");
  fs.writeFileSync(file, pipeline.replaceAll("$S", command));
  return spawnSync("bash", [file], { encoding: "utf8", timeout: 9000 });
}

/** What a synchronous call reads and writes. */
const COPY = `
  enter();
  const [input, output] = [hostStdin(), hostStdout()];
  const bytes = new Uint8Array(1000);
  for (;;) {
    const count = input.read(bytes, 0, bytes.length, 0);
    if (count === 0) break;
    for (let at = 0; at < count;) at += output.write(bytes, at, count, 0);
  }
`;

const test = suite("host stdio");

test("each end goes one way", () => {
  const bytes = new Uint8Array(1);
  assert.is(hostStdin().write(bytes, 0, 1, 0), -Errno.EBADF);
  assert.is(hostStdout().read(bytes, 0, 1, 0), -Errno.EBADF);
  assert.is(hostStderr().read(bytes, 0, 1, 0), -Errno.EBADF);
  assert.is(hostStdout().write(bytes, 0, 0, 0), 0);
});

test("options that nobody knows are refused", () => {
  for (const wrong of [{ onBrokenpipe() {} }, { onBrokenPipe: 1 }]) {
    const fault = /^(options|onBrokenPipe) invalid: /;
    assert.throws(() => hostStdout(wrong as object), fault);
    assert.throws(() => hostStderr(wrong as object), fault);
  }
});

test("a pipe is read to its end and is no terminal", () => {
  const { stdout, status } = shell("seq 1 3000 | $S | cksum", COPY);
  const direct = shell("seq 1 3000 | cksum", "");
  assert.is(status, 0);
  assert.is(stdout, direct.stdout);
  const type = shell("true | $S | cat", "console.log(hostStdin().type)");
  assert.is(type.stdout, `${FileType.BlockDevice}\n`);
});

const hasScript = spawnSync("script", ["--version"]).status === 0;

(hasScript ? test : test.skip)("a terminal has a size and can be raw", () => {
  const script = `
    const [input, output] = [hostStdin(), hostStdout()];
    const states = [input.isRaw];
    for (const isRaw of [true, false]) {
      input.setRaw(isRaw);
      states.push(input.isRaw);
    }
    const { type, columns, rows } = output;
    console.log(JSON.stringify([states, input.type, type, columns, rows]));
    input.close();
  `;
  // The terminal that `script` makes gets a size by `stty`.
  const line = `script -qec "stty cols 91 rows 33; $S" /dev/null < /dev/null`;
  const device = FileType.CharacterDevice;
  const { stdout, stderr } = shell(line, script);
  const json = stdout.slice(stdout.indexOf("[[")); // Deno clears the line before
  assert.equal(JSON.parse(json || stderr), [
    [false, true, false],
    ...[device, device, 91, 33],
  ]);
});

test("a descriptor that is not ready is waited for", () => {
  // The process at the other end sets its end not to wait, which the pipe's
  // reader gets to feel where they share it.
  const line = "(sleep 0.3; echo late) | $S";
  const script = `
    import { spawnSync } from "node:child_process";
    spawnSync("python3", ["-c", "import os; os.set_blocking(0, False)"],
      { stdio: ["inherit", "ignore", "ignore"] });
    ${COPY}`;
  assert.is(shell(line, script).stdout, "late\n");
});

test("a pipe that nobody reads is EPIPE, which can be noticed", () => {
  const script = `
    import { writeFileSync } from "node:fs";
    let noticed = 0;
    const output = hostStdout({ onBrokenPipe: () => noticed++ });
    const bytes = new Uint8Array(65536);
    let count = 1;
    while (count > 0) count = output.write(bytes, 0, bytes.length, 0);
    writeFileSync(${
    JSON.stringify(join(folder, "seen"))
  }, count + " " + noticed);
  `;
  shell("$S | head -c 1 >/dev/null", script);
  const seen = fs.readFileSync(join(folder, "seen"), "utf8");
  assert.is(seen, `${-Errno.EPIPE} 1`);
});

/** What an asynchronous call reads, while timers go on. */
const COUNT = `
  let ticks = 0;
  const timer = setInterval(() => ticks++, 10);
  const input = hostStdin();
  const bytes = new Uint8Array(1000);
  let total = 0;
  for (;;) {
    const count = await input.read(bytes, 0, bytes.length, 0);
    if (count <= 0) break;
    total += count;
  }
  clearInterval(timer);
  console.log(total, ticks > 5, input.direct);
`;

test("an asynchronous call waits for a pipe and lets others run", () => {
  assert.is(
    shell("(seq 1 500; sleep 1; seq 501 1000) | $S", COUNT).stdout,
    "3893 true false\n",
  );
});

test("a file is read at once", () => {
  const path = join(folder, "input");
  fs.writeFileSync(path, "12345");
  assert.is(shell(`$S < ${path}`, COUNT).stdout, "5 false true\n");
});

test("input is asked whether it is ready, and nothing of it is lost", () => {
  const script = `
    const input = hostStdin();
    const early = await Promise.race([input.readable(), "late"]);
    const count = await input.readable();
    const bytes = new Uint8Array(2);
    const first = await input.read(bytes, 0, 2, 0);
    console.log(early, count, first, await input.readable());
  `;
  const line = "(sleep 0.3; printf 12345) | $S";
  assert.is(shell(line, script).stdout, "late 5 2 3\n");
});

const testUnref = DENO ? test.skip : test;
testUnref("a process ends though nothing has come that was waited for", () => {
  const script = `
    const input = hostStdin();
    input.readable();
    setTimeout(() => input.close(), 50);
    process.on("exit", () => console.log(performance.now() < 3000));
  `;
  assert.is(shell("sleep 4 | $S", script).stdout, "true\n");
});

test("to import it leaves a pipe as it is", () => {
  const script = `
    import * as fs from "node:fs";
    enter();
    hostStdin().readable();
    console.log(fs.readSync(0, new Uint8Array(9)));
  `;
  assert.is(shell("(sleep 0.3; echo late) | $S", script).stdout, "5\n");
});

test.run();
