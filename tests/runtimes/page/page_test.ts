// The unit tests in Chromium and Firefox, where there is one, on a page whose
// policy allows scripts of its own and neither `eval` nor WebAssembly: on the
// main thread and in a worker.

import { suite } from "uvu";
import { type Browser, chromium, firefox, runInBrowser } from "../browser.ts";
import { assertPassed, type TestResult, withBundle } from "../bundle.ts";

const BROWSERS: Readonly<Record<string, Browser | undefined>> = {
  chromium,
  firefox,
};

const browsers = suite("browsers");

for (const [name, browser] of Object.entries(BROWSERS)) {
  const testHere = browser ? browsers : browsers.skip;
  if (!browser) console.log(`  no ${name} on the path, nor in the environment`);

  testHere(
    `the unit tests pass on a page and in a worker of ${name}`,
    async () => {
      const { page, worker } = await withBundle(
        "page",
        (directory) =>
          runInBrowser(
            browser!,
            directory,
            (origin) => [`${origin}/page.html`],
          ),
      ) as { page: TestResult; worker: TestResult };
      assertPassed(page);
      assertPassed(worker);
    },
  );
}

browsers.run();
