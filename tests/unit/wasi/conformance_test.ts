// The file systems that come with WASI and have no tests of this kind of
// their own, through what every file system must do. Then some that are wrong.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { Errno } from "../../../lib/world.ts";
import { fileSystemTests } from "../../../wasi/conformance.ts";
import { MemoryFS } from "../../../wasi/memfs.ts";
import { UnsupportedDirectory } from "../../../wasi/unsupported.ts";
import { testFileSystem } from "./conformance.ts";
import { SlowFS } from "./slow_fs.ts";

testFileSystem("MemoryFS", () => new MemoryFS());
testFileSystem("MemoryFS, slow", () => new SlowFS(new MemoryFS()));

test("what nobody knows cannot lack", () => {
  const wrong = { symLinks: true } as object;
  assert.throws(
    () => fileSystemTests(() => new MemoryFS(), wrong),
    /^options invalid: symLinks is not known$/,
  );
});

test("what is wrong is told by its test", async () => {
  class Empty extends UnsupportedDirectory {
    override readdir() {
      return [];
    }
    override lookup() {
      return Errno.EIO;
    }
  }
  const [first, ...others] = fileSystemTests(() => ({
    root: () => new Empty(),
  }));
  assert.is(first.title, "a new one is empty");
  const message = await first.run().catch(({ message }) => message);
  assert.is(message, "EIO is not ENOENT");
  for (const { title, run } of others) {
    const failed = await run().then(() => false, () => true);
    assert.ok(failed, title);
  }
});

test("a fault that shows late is found", async () => {
  const fs = new MemoryFS();
  // Every tree is the same one: nothing is empty from the second test on.
  const failed: string[] = [];
  for (const { title, run } of fileSystemTests(() => fs)) {
    await run().catch(() => failed.push(title));
  }
  assert.ok(failed.includes("symbolic links are kept and not followed"));
  assert.not(failed.includes("a new one is empty"));
});

test("what a file system lacks is not tested", () => {
  const make = () => new MemoryFS();
  const all = fileSystemTests(make).length;
  assert.is(fileSystemTests(make, { symlinks: true }).length, all - 1);
  const lacks = { times: true, serials: true, hardLinks: false };
  assert.is(fileSystemTests(make, lacks).length, all - 2);
});

test.run();
