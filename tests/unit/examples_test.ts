/**
 * The examples, each run as its own comment says, and what they print.
 */

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";

/** What each example prints; a part of it for the demo, which draws. */
const OUTPUTS: Readonly<Record<string, string | RegExp>> = {
  "hello.ts": "hello, host\n",
  "command.ts": [
    "     1\tin a file",
    "     2\tin standard input",
    "cat: /poem.txt: No such file or directory",
    "exit code 1\n",
  ].join("\n"),
  "limits.ts": [
    "all fuel consumed 199999",
    "the call took more than 50 ms",
    "enough",
    "the host's timer ran meanwhile: true\n",
  ].join("\n"),
  "wait.ts": [
    "total 700",
    "host function env.price has to wait: call the guest with callAsync or instantiateAsync\n",
  ].join("\n"),
  "demo.ts": /\n.*\n/,
};

const files = readdirSync("examples").filter((name) => name.endsWith(".ts"));

test("every example is run, and every example that is run is there", () => {
  assert.equal(files.sort(), Object.keys(OUTPUTS).sort());
});

for (const [name, expected] of Object.entries(OUTPUTS)) {
  test(`examples/${name} runs`, () => {
    const path = `examples/${name}`;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["tests/ts.mjs", path],
      { encoding: "utf8" },
    );
    assert.is(stderr, "");
    assert.is(status, 0);
    if (typeof expected === "string") assert.is(stdout, expected);
    else assert.match(stdout, expected);
  });
}

test("every example tells how it is run", () => {
  for (const name of files) {
    const text = readFileSync(`examples/${name}`, "utf8");
    const command = name === "demo.ts"
      ? "npm run demo"
      : `node tests/ts.mjs examples/${name}`;
    assert.ok(text.includes(command), name);
  }
});

test.run();
