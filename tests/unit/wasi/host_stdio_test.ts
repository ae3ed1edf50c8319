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
  entryPoints: ["wasi/host_stdio.ts"],
  outfile: join(folder, "stdio.mjs"),
  bundle: true,
  format: "esm",
  platform: "node",
  logLevel: "warning",
});

/** Runs a script with the module's exports in a shell's pipeline. */
function shell(pipeline: string, script: string) {
  const path = join(folder, "script.mjs");
  fs.writeFileSync(
    path,
    'import { hostStdin, hostStdout, promisedInput } from "./stdio.mjs";\n' +
      script,
  );
  const line = pipeline.replaceAll("$S", `'${process.execPath}' '${path}'`);
  return spawnSync("bash", ["-c", line], { encoding: "utf8" });
}

const COPY = `
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

test("a pipe is read to its end and is no terminal", () => {
  const { stdout, status } = shell("seq 1 3000 | $S | cksum", COPY);
  const direct = shell("seq 1 3000 | cksum", "");
  assert.is(status, 0);
  assert.is(stdout, direct.stdout);
  const type = shell("true | $S | cat", "console.log(hostStdin().type)");
  assert.is(type.stdout, `${FileType.BlockDevice}\n`);
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

test("input can be waited for with promises", () => {
  const script = `
    const next = promisedInput();
    let text = "";
    for (let piece; (piece = await next()) !== undefined;) text += piece;
    console.log(text.length);
  `;
  assert.is(shell("seq 1 1000 | $S", script).stdout, "3893\n");
});

test.run();
