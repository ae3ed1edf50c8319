// The unit tests in workerd, the runtime of Cloudflare Workers, where it is
// installed (`npm run runtimes`).

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { assertPassed, withBundle } from "../bundle.ts";

const WORKERD = "tests/runtimes/node_modules/.bin/workerd";
/** Far more than it takes: a test that hangs should not hang this one. */
const MAX_MS = 400_000;

const testHere = existsSync(WORKERD) ? test : test.skip;

// Before and after Workers had MessageChannel, see config.capnp.
for (const date of ["2025-05-01", "2026-01-01"]) {
  testHere(`the unit tests pass in a Worker of ${date}`, async () => {
    const output = await withBundle("workerd", (cwd) => {
      const args = ["test", "config.capnp", date];
      const options = { cwd, encoding: "utf8", timeout: MAX_MS } as const;
      const child = spawnSync(resolve(WORKERD), args, options);
      return child.stdout + child.stderr;
    });
    const [, json] = /^RESULT (.*)$/m.exec(output) ?? [];
    assert.ok(json, output.slice(-4000));
    assertPassed(JSON.parse(json));
  });
}

test.run();
