// The unit tests in Chromium, where there is one, on a page whose policy
// allows scripts of its own and neither `eval` nor WebAssembly: on the main
// thread and in a worker.

import { test } from "uvu";
import { chromium, runInChromium } from "../browser.ts";
import { assertPassed, type TestResult, withBundle } from "../bundle.ts";

const testHere = chromium ? test : test.skip;
if (!chromium) console.log("  no chromium on the path, nor $CHROMIUM");

testHere("the unit tests pass on a page and in a worker", async () => {
  const { page, worker } = await withBundle(
    "chromium",
    (directory) =>
      runInChromium(directory, (origin) => [`${origin}/page.html`]),
  ) as { page: TestResult; worker: TestResult };
  assertPassed(page);
  assertPassed(worker);
});

test.run();
