import { test } from "uvu";
import * as assert from "uvu/assert";
import { Errno, errnoName, FileType, OpenFlags } from "../../../lib/world.ts";
import { numbersOf } from "../numbers.ts";

test("the 77 error numbers are those of WASI, in order", () => {
  const numbers = numbersOf(Errno);
  assert.equal(numbers, numbers.map((_, i) => i));
  assert.is(numbers.length, 77);
  assert.is(Errno.EBADF, 8);
  assert.is(Errno.ENOENT, 44);
  assert.is(Errno.ENOTCAPABLE, 76);
});

test("file types are those of WASI, in order", () => {
  assert.equal(numbersOf(FileType), [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.is(FileType.SymbolicLink, 7);
});

test("open flags are bits of their own", () => {
  const all = numbersOf(OpenFlags);
  assert.is(all.reduce((sum, bit) => sum | bit, 0), 2 ** all.length - 1);
});

test("an errno has its POSIX name", () => {
  assert.is(errnoName(44), "ENOENT");
  assert.is(errnoName(0), "ESUCCESS");
  assert.is(errnoName(99), "errno 99");
});

test.run();
