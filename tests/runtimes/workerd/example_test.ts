// The example of a Worker, built as its comment says, in workerd, where it is
// installed (`npm run runtimes`); and that the guide shows the same program.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";

const WORKERD = "tests/runtimes/node_modules/.bin/workerd";
const EXAMPLE = readFileSync("examples/worker/worker.js", "utf8");
const MAX_MS = 60_000;

const testHere = existsSync(WORKERD) ? test : test.skip;

testHere("the example of a Worker answers, and stops at its fuel", () => {
  const [, build] = /(npx esbuild [^]*?)\n \* *tests/.exec(EXAMPLE)!;
  const command = build.replaceAll(/\\\n \*|'/g, "") + " --log-level=error";
  const [npx, name, ...args] = command.split(/ +/);
  assert.is(npx, "npx");
  const options = { encoding: "utf8", timeout: MAX_MS } as const;
  const built = spawnSync(`node_modules/.bin/${name}`, args, options);
  assert.is(built.status, 0, built.stderr);
  const config = "tests/runtimes/workerd/example.capnp";
  const child = spawnSync(WORKERD, ["test", config], options);
  const output = child.stdout + child.stderr;
  const [, json] = /^RESULT (.*)$/m.exec(output) ?? [];
  assert.ok(json, output.slice(-4000));
  assert.equal(JSON.parse(json), [
    [200, "     1\thello from a Worker\n     2\ttyped text\n"],
    [413, "that is too much\n"],
  ]);
});

test("the guide shows the example", () => {
  const program = EXAMPLE.slice(EXAMPLE.indexOf("import "));
  const guide = readFileSync("docs/guide.md", "utf8");
  assert.ok(guide.includes("```js\n" + program + "```\n"));
});

test.run();
