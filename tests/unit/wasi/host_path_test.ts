// Names of entries, and what Windows would take for something else.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { Errno } from "../../../lib/world.ts";
import { entryName } from "../../../wasi/host_path.ts";

test("a name is one component", () => {
  for (const name of ["", ".", "..", "a/b", "/", "a\0"]) {
    assert.is(entryName(name, false), Errno.EINVAL, name);
    assert.is(entryName(name, true), Errno.EINVAL, name);
  }
  for (const name of ["a", "...", ".a", "a b", "ü", "con", "a\\b", "c:"]) {
    assert.is(entryName(name, false), 0, name);
  }
});

test("on Windows, devices, streams and separators are no names", () => {
  const wrong = ["a\\b", "..\\x", "c:", "f:stream", "con", "NUL.txt", "com1"];
  wrong.push("lpt9 .x", "aux ", "a.", "a ", "...", "a\x01", "a?", "CONIN$");
  for (const name of wrong) {
    assert.is(entryName(name, true), Errno.EINVAL, JSON.stringify(name));
  }
  for (
    const name of ["a", "console", "com", "com10", "a.b", " a", "ü", "nul_"]
  ) {
    assert.is(entryName(name, true), 0, name);
  }
});

test.run();
