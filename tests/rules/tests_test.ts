// The tests themselves: uvu runs nothing of a file that does not call `.run()`,
// nor a test that is registered after it, and `.only` hides the rest.

import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { filesIn } from "./sources.ts";

const TESTS = filesIn("tests").filter((path) => path.endsWith("_test.ts"));
const SUITE =
  /^(?:import .*\{.*\b(test)\b.*\} from "uvu"|const (\w+) = suite\()/gm;

test("every suite of every test file runs", () => {
  const wrong = TESTS.filter((file) => {
    const text = readFileSync(file, "utf8");
    const suites = [...text.matchAll(SUITE)].map((match) =>
      match[1] ?? match[2]
    );
    return !suites.length ||
      !suites.every((name) => text.includes(`\n${name}.run();\n`));
  });
  assert.equal(wrong, []);
});

test("no test is registered after its suite runs", () => {
  const wrong = TESTS.filter((file) =>
    /^(\w+)\.run\(\);[^]*^\s*\1(\.\w+)*\(/m.test(readFileSync(file, "utf8"))
  );
  assert.equal(wrong, []);
});

test("no test is singled out", () => {
  const wrong = TESTS.filter((file) =>
    /^\s*\w+\.only\(/m.test(readFileSync(file, "utf8"))
  );
  assert.equal(wrong, []);
});

test.run();
