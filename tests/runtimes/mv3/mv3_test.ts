// The unit tests in an extension of Chromium, manifest version 3, where there
// is a Chromium: in its service worker, under the policy that all extensions
// have.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import { chromium, runInBrowser } from "../browser.ts";
import { assertPassed, type TestResult, withBundle } from "../bundle.ts";

const testHere = chromium ? test : test.skip;
if (!chromium) console.log("  no chromium on the path, nor $CHROMIUM");

testHere("the unit tests pass in an extension's service worker", async () => {
  const result = await withBundle(
    "mv3",
    (directory) =>
      runInBrowser(chromium!, directory, (origin) => {
        const text = `export const origin = ${JSON.stringify(origin)};\n`;
        writeFileSync(join(directory, "origin.js"), text);
        return [
          `--load-extension=${directory}`,
          "--disable-features=DisableLoadExtensionCommandLineSwitch",
        ];
      }),
  );
  assertPassed(result as TestResult);
});

test.run();
