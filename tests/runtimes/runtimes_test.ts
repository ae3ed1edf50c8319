// The same tests on the other engines: Node 26, Bun and Deno, where they are
// installed (`npm run runtimes`; deno is a devDependency). NaN bits by tier,
// fuel, threads, the translator against the host, WASI, and the spec's scalar and
// vector groups.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { build } from "esbuild";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const FILES = [
  "tests/fuzz/nan_test.ts",
  "tests/unit/engine/thread_test.ts",
  "tests/unit/engine/translate_test.ts",
  "tests/unit/engine/fuel_test.ts",
  "tests/unit/lib/determinism_test.ts",
  "tests/unit/wasi/mod_test.ts",
  "tests/spec/spec_test.ts",
];

const RUNTIMES: readonly (readonly [name: string, command: string[]])[] = [
  ["node 26", ["tests/runtimes/node_modules/.bin/node"]],
  ["bun", ["tests/runtimes/node_modules/.bin/bun"]],
  ["deno", ["node_modules/.bin/deno", "run", "--quiet", "--allow-all"]],
];

const runtimes = suite("runtimes");
let directory = "";

runtimes.before(async () => {
  directory = mkdtempSync(resolve("dist/runtimes-"));
  await build({
    entryPoints: FILES,
    outbase: ".",
    outdir: directory,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    outExtension: { ".js": ".mjs" },
    logLevel: "warning",
  });
});

runtimes.after(() => rmSync(directory, { recursive: true, force: true }));

for (const [name, [command, ...args]] of RUNTIMES) {
  const testHere = existsSync(command) ? runtimes : runtimes.skip;
  for (const file of FILES) {
    testHere(`${file} passes on ${name}`, () => {
      const bundle = join(directory, file.replace(/\.ts$/, ".mjs"));
      const child = spawnSync(resolve(command), [...args, bundle], {
        encoding: "utf8",
        env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" },
      });
      const [, total] = /Total:\s+(\d+)/.exec(child.stdout) ?? [];
      const [, passed] = /Passed:\s+(\d+)/.exec(child.stdout) ?? [];
      const [, skipped] = /Skipped:\s+(\d+)/.exec(child.stdout) ?? [];
      const output = child.stdout.slice(-4000) + child.stderr.slice(-4000);
      assert.is(child.status, 0, output);
      assert.ok(Number(total) > 0, output);
      assert.is(Number(passed) + Number(skipped), Number(total), output);
    });
  }
}

runtimes.run();
