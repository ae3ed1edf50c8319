import { test } from "uvu";
import * as assert from "uvu/assert";
import { Errno } from "../../../lib/world.ts";
import { toOffset } from "../../../wasi/call.ts";
import { MemoryFS } from "../../../wasi/memfs.ts";
import { createWasi } from "../../../wasi/mod.ts";
import { Guest, RESULT } from "./guest.ts";

test("offsets are exact numbers or none", () => {
  assert.is(toOffset(0n), 0);
  assert.is(toOffset((1n << 53n) - 1n), 2 ** 53 - 1);
  assert.is(toOffset(1n << 53n), -1);
  assert.is(toOffset(-1n), -1);
});

test("without a memory every pointer is EFAULT", () => {
  const { functions } = createWasi({ args: ["x"] }, () => undefined);
  assert.is(functions.args_sizes_get(0, 0), Errno.EFAULT);
  assert.is(functions.fd_write(1, 0, 1, 0), Errno.EFAULT);
  assert.is(functions.random_get(0, 1), Errno.EFAULT);
});

test("wasi_unstable has its own filestat and whence", () => {
  const fs = new MemoryFS({ f: "0123456789" });
  const guest = new Guest({ fs, unstable: true });
  const fd = guest.open("f", { rights: 0x3fffffff });
  guest.memory.fill(0xff, 8, 100);
  assert.is(guest.call("fd_filestat_get", fd, 8), 0);
  assert.is(guest.memory[24], 4);
  assert.is(guest.view.getUint32(28, true), 1);
  assert.is(guest.view.getBigUint64(32, true), 10n);
  assert.is(guest.view.getBigUint64(48, true), fs.stat("f").mtimeNs);
  assert.is(guest.memory[64], 0xff);
  for (const [whence, at] of [[2, 2n], [0, 4n], [1, 12n]] as const) {
    assert.is(guest.call("fd_seek", fd, 2n, whence, RESULT), 0);
    assert.is(guest.u64, at);
  }
});

test.run();
