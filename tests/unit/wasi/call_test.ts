import { test } from "uvu";
import * as assert from "uvu/assert";
import { Errno } from "../../../lib/world.ts";
import { toOffset } from "../../../wasi/call.ts";
import { MemoryFS } from "../../../wasi/memfs.ts";
import { createWasi } from "../../../wasi/mod.ts";
import { Guest, RESULT } from "./guest.ts";
import { SlowFS } from "./slow_fs.ts";

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

test("a memory that is gone after a wait is EFAULT", async () => {
  const fs = new SlowFS(new MemoryFS({ f: "text", l: { symlink: "f" } }));
  const calls: [string, (guest: Guest) => (number | bigint)[]][] = [
    ["fd_read", (guest) => [0, ...guest.vectors([40000, 1]), RESULT]],
    ["fd_write", (guest) => [1, ...guest.vectors([40000, 1]), RESULT]],
    ["fd_readdir", () => [3, 40000, 1000, 0n, RESULT]],
    ["fd_filestat_get", () => [3, 40000]],
    ["path_filestat_get", (guest) => [3, 1, ...guest.text("l"), 40000]],
    ["path_readlink", (guest) => [3, ...guest.text("l"), 40000, 10, RESULT]],
    [
      "path_open",
      (guest) => [3, 1, ...guest.text("f"), 0, 0n, 0n, 0, RESULT],
    ],
    ["poll_oneoff", () => [50000, 40000, 1, RESULT]],
  ];
  for (const [name, args] of calls) {
    const guest = new Guest({
      fs,
      stdin: () => Promise.resolve("x"),
      stdout: () => Promise.resolve(),
    });
    guest.memory[50000 + 8] = 1; // descriptor 0, to be read
    const answer = guest.wasi.functions[name](...args(guest));
    assert.instance(answer, Promise, name);
    guest.memory = new Uint8Array(0);
    assert.is(await answer, Errno.EFAULT, name);
  }
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
