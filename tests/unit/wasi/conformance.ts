// The tests of wasi/conformance.ts for uvu: the calling file ends in
// `test.run();`.

import { test } from "uvu";
import type { FileSystem, MaybePromise } from "../../../lib/world.ts";
import { fileSystemTests, type Lacks } from "../../../wasi/conformance.ts";

/**
 * Registers the tests of a file system.
 * @param make gives an empty one
 */
export function testFileSystem(
  name: string,
  make: () => MaybePromise<FileSystem>,
  lacks?: Lacks,
): void {
  for (const { title, run } of fileSystemTests(make, lacks)) {
    test(`${name}: ${title}`, run);
  }
}
