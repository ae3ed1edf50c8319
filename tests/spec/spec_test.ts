/**
 * The official specification tests, group by group, through the engine's
 * raw-bits interface; and that the runner bites: with every expectation
 * spoiled, everything that expects something fails. Skipped in one line where
 * the data are not there (see load.ts).
 */

import { test } from "uvu";
import * as assert from "uvu/assert";
import { EXPECTED_FAILURES } from "./expected_failures.ts";
import { findSpecData, loadGroup, requiredGroups } from "./load.ts";
import { runGroup, showFailure, summary } from "./report.ts";
import { saysText } from "./script.ts";

/** What must at least be run of each group that must be complete. */
const LEAST_RUN: Readonly<Record<string, number>> = {
  "wasm-1.0": 19_924,
  "wasm-2.0": 7_717,
  "simd": 25_480,
  "tail-call": 119,
  "multi-memory": 913,
  "function-references": 152,
  "proposal-threads": 831,
};

const directory = findSpecData();

if (directory === undefined) {
  console.log("  no specification tests at $WAXWING_SPEC or ../shared/spec");
  test.skip("the specification tests pass", () => {});
} else {
  for (const name of requiredGroups(directory)) addTests(directory, name);
}

function addTests(from: string, name: string): void {
  test(`${name}: every enabled command passes`, () => {
    const report = runGroup(loadGroup(from, name));
    console.log("  " + summary(report));
    const known = EXPECTED_FAILURES[name] ?? [];
    const places = report.failures.map(({ place }) => place);
    const shown = report.failures
      .filter(({ place }) => !known.includes(place))
      .slice(0, 20)
      .map(showFailure);
    assert.is(shown.join("\n"), "");
    const passing = known.filter((place) => !places.includes(place));
    assert.equal(passing, [], "these pass: take them off the list");
    assert.is(report.passed, report.run - known.length);
    const least = LEAST_RUN[name] ?? 1;
    assert.ok(report.run >= least, `only ${report.run} were run`);
  });

  test(`${name}: every spoiled command fails`, () => {
    const report = runGroup(loadGroup(from, name), { spoil: true });
    assert.ok(report.spoiled > 0, "nothing was spoiled");
    const shown = report.survivors.slice(0, 20).map(showFailure);
    assert.is(shown.join("\n"), "");
  });
}

test("a trap's text is compared to the word", () => {
  assert.ok(saysText("unreachable\nwasm stack trace:", "unreachable"));
  assert.ok(saysText("unknown import: no a.b", "unknown import"));
  assert.ok(saysText("uninitialized element", "uninitialized element 2"));
  assert.not(saysText("uninitialized element 3", "uninitialized element 2"));
  assert.not(saysText("integer overflow", "unreachable"));
  assert.not(saysText("", "unreachable"));
  assert.not(saysText("undefined element", "undefined"));
});

test.run();
