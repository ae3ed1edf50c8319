// Runs the tests: `node tests/run.mjs [FILTER...]`, all in one process and over
// one bundle. A filter is a part of a path. uvu's own runner reports success
// where a `before` hook throws, where a file forgets `.run()` and where a test
// ends the process, so the counting is done here: whatever was registered and
// is not known to have passed or to be skipped has failed.

import { readdirSync } from "node:fs";
import process from "node:process";
import { setTimeout } from "node:timers";
import { fileURLToPath } from "node:url";
import { bundle } from "./ts.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const filters = process.argv.slice(2);
const files = readdirSync("tests", { recursive: true })
  .map((path) => "tests/" + path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith("_test.ts"))
  .filter((path) => !path.includes("/node_modules/"))
  .filter((path) => !filters.length || filters.some((f) => path.includes(f)))
  .sort();
const count = { passed: 0, failed: 0, skipped: 0 };

let finished = false;
process.on("exit", () => {
  if (!finished) fail("the process ended before the tests did");
  const { passed, failed, skipped } = count;
  const tail = skipped ? `, ${skipped} skipped` : "";
  console.log(`\n${passed} passed, ${failed} failed${tail}`);
  process.exitCode = failed || !(passed + skipped) ? 1 : 0;
});

globalThis.UVU_DEFER = 1; // `.run()` only queues
globalThis.UVU_QUEUE = [];
if (!files.length) console.log("no test file matches", filters.join(" "));
const urls = files.length ? await bundle(files) : [];
for (const [file, url] of urls) await runFile(file, url);
finished = true;
// `process.exit` alone hangs Node 26 at times, see lib/cli.ts.
setTimeout(() => process.exit(), 500).unref();

/** Imports one test file, runs the suites that it queued, and counts. */
async function runFile(file, url) {
  const suites = [];
  const start = performance.now();
  let counted = 0;
  console.log(`\n${file}`);
  globalThis.UVU_INDEX = globalThis.UVU_QUEUE.push(suites) - 1;
  try {
    await import(url);
  } catch (error) {
    return fail(error);
  }
  for (const suite of suites) {
    try {
      const [errors, passed, skipped, total] = await suite();
      if (typeof errors === "string") console.log(errors);
      else if (passed < total) console.log("  FAIL a hook threw");
      count.passed += passed;
      count.failed += total - passed;
      count.skipped += skipped;
      counted += total + skipped;
    } catch (error) {
      counted++;
      fail(error);
    }
  }
  if (!counted) fail("no test was registered: is `.run()` missing?");
  console.log(`  ${Math.round(performance.now() - start)} ms`);
}

function fail(error) {
  console.log("  FAIL", error);
  count.failed++;
}
