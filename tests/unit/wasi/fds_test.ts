import { test } from "uvu";
import * as assert from "uvu/assert";
import { Errno } from "../../../lib/world.ts";
import { describe, FdTable, NO_ROOM } from "../../../wasi/fds.ts";
import { outputFile } from "../../../wasi/stdio.ts";

const some = () => describe(outputFile(), 0n);

test("what is opened gets the lowest free number", () => {
  const fds = new FdTable();
  for (let i = 0; i < 5; i++) assert.is(fds.add(some()), i);
  fds.remove(3);
  fds.remove(1);
  assert.is(fds.add(some()), 1);
  assert.is(fds.add(some()), 3);
  assert.is(fds.add(some()), 5);
});

test("a table has room for so many and no more", () => {
  const fds = new FdTable(2);
  fds.add(some());
  fds.add(some());
  assert.ok(fds.isFull);
  assert.is(fds.add(some()), NO_ROOM);
  fds.remove(0);
  assert.is(fds.add(some()), 0);
});

test("numbers that nobody has are undefined, also odd ones", () => {
  const fds = new FdTable();
  fds.add(some());
  for (const fd of [-1, 1, 0x7fffffff, -0x80000000]) {
    assert.is(fds.get(fd), undefined);
    assert.is(fds.remove(fd), undefined);
  }
});

test("a descriptor moves onto another one that is in use", () => {
  const fds = new FdTable();
  const [a, b] = [some(), some()];
  fds.add(a);
  fds.add(b);
  assert.is(fds.move(1, 0), a);
  assert.is(fds.get(0), b);
  assert.is(fds.get(1), undefined);
  assert.is(fds.move(0, 1), Errno.EBADF);
  assert.is(fds.move(1, 0), Errno.EBADF);
  assert.is(fds.get(0), b);
});

test("all can be taken out at once", () => {
  const fds = new FdTable();
  fds.add(some());
  fds.add(some());
  assert.is(fds.removeAll().length, 2);
  assert.is(fds.add(some()), 0);
});

test.run();
