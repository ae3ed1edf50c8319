// The file systems that come with WASI and have no tests of this kind of
// their own, through what every file system must do.

import { test } from "uvu";
import { MemoryFS } from "../../../wasi/memfs.ts";
import { testFileSystem } from "./conformance.ts";
import { SlowFS } from "./slow_fs.ts";

testFileSystem("MemoryFS", () => new MemoryFS());
testFileSystem("MemoryFS, slow", () => new SlowFS(new MemoryFS()));

test.run();
