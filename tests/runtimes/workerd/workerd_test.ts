// The unit tests in workerd, the runtime of Cloudflare Workers, where it is
// installed (`npm run runtimes`).

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { assertPassed, withBundle } from "../bundle.ts";

const WORKERD = "tests/runtimes/node_modules/.bin/workerd";
const testHere = existsSync(WORKERD) ? test : test.skip;

testHere("the unit tests pass in a Worker", async () => {
  const output = await withBundle("workerd", (cwd) => {
    const args = ["test", "config.capnp"];
    const child = spawnSync(resolve(WORKERD), args, { cwd, encoding: "utf8" });
    return child.stdout + child.stderr;
  });
  const [, json] = /^RESULT (.*)$/m.exec(output) ?? [];
  assert.ok(json, output.slice(-4000));
  assertPassed(JSON.parse(json));
});

test.run();
