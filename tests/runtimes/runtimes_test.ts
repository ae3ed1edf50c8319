// The same tests on the other engines: Node 26, Bun and Deno, where they are
// installed (`npm run runtimes`; deno is a devDependency). NaN bits by tier,
// fuel, threads, the translator against the host, WASI, the host's files,
// streams and sockets, the command line, and the spec's scalar and vector
// groups.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const FILES = [
  "tests/cli/cli_test.ts",
  "tests/fuzz/nan_test.ts",
  "tests/spec/spec_test.ts",
  "tests/unit/engine/exec_simd_test.ts",
  "tests/unit/engine/fuel_test.ts",
  "tests/unit/engine/thread_test.ts",
  "tests/unit/engine/translate_test.ts",
  "tests/unit/lib/determinism_test.ts",
  "tests/unit/lib/run_test.ts",
  "tests/unit/lib/scheduler_test.ts",
  "tests/unit/wasi/clock_test.ts",
  "tests/unit/wasi/host_fs_test.ts",
  "tests/unit/wasi/escape_test.ts",
  "tests/unit/wasi/host_sockets_test.ts",
  "tests/unit/wasi/host_stdio_test.ts",
  "tests/unit/wasi/mod_test.ts",
  "tests/unit/wasi/opfs_test.ts",
  "tests/unit/wasi/stdio_test.ts",
];

const RUNTIMES: readonly (readonly [name: string, command: string[]])[] = [
  ["node 26", ["tests/runtimes/node_modules/.bin/node"]],
  ["bun", ["tests/runtimes/node_modules/.bin/bun"]],
  ["deno", ["node_modules/.bin/deno", "run", "--quiet", "--allow-all"]],
];

/** Far more than it takes, also where others use the machine. */
const MAX_MS = 400_000;

/** There are more; if not, something is wrong with how they are run. */
const MIN_PASSED = 300;

const runtimes = suite("runtimes");

for (const [name, [command, ...args]] of RUNTIMES) {
  const testHere = existsSync(command) ? runtimes : runtimes.skip;
  testHere(`${FILES.length} files of tests pass on ${name}`, () => {
    const child = spawnSync(command, [...args, "tests/run.mjs", ...FILES], {
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
      timeout: MAX_MS,
    });
    const output = child.stdout + child.stderr;
    const failures = output.slice(Math.max(output.indexOf("FAIL") - 200, 0));
    assert.is(child.status, 0, failures.slice(0, 4000));
    const [, passed] = /^(\d+) passed, 0 failed/m.exec(output) ?? [];
    assert.ok(Number(passed) > MIN_PASSED, output.slice(-4000));
    for (const file of FILES) assert.ok(output.includes(`\n${file}\n`), file);
  });
}

runtimes.run();
