// Tables are built once, and not before they are asked for.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { lazy } from "../../../engine/lazy.ts";

test("a table is built at the first call and kept", () => {
  let built = 0;
  const table = lazy(() => [++built]);
  assert.is(built, 0);
  assert.is(table(), table());
  assert.equal(table(), [1]);
  assert.is(built, 1);
});

test("a build that throws is tried again", () => {
  let calls = 0;
  const table = lazy(() => {
    if (++calls === 1) throw new Error("not yet");
    return {};
  });
  assert.throws(table, /not yet/);
  assert.equal(table(), {});
});

test.run();
