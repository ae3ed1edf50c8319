import { test } from "uvu";
import * as assert from "uvu/assert";
import { Errno } from "../../../lib/world.ts";
import { toOffset } from "../../../wasi/call.ts";
import { MemoryFS } from "../../../wasi/memfs.ts";
import { createWasi } from "../../../wasi/mod.ts";
import { rejectionOf } from "../lib/guests.ts";
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

test("calls pay for the bytes they move and the components they walk", () => {
  let paid = 0;
  const guest = new Guest({
    onTransfer: (byteLength) => void (paid += byteLength),
    args: ["x".repeat(299)],
    env: { key: "x".repeat(395) },
    fs: new MemoryFS({ "a/b/c": "", "a/l": { symlink: "../a/b/../b" } }),
  });
  const costs = (expected: number, name: string, ...args: number[]) => {
    paid = 0;
    const all = name === "fd_readdir" ? [...args, 0n, RESULT] : args;
    assert.is(guest.call(name, ...all), 0, name);
    assert.is(paid, expected, name);
  };
  costs(300, "args_get", 0, 1000);
  costs(400, "environ_get", 0, 1000);
  costs(500, "fd_readdir", 3, 1000, 500);
  const path = (text: string) => guest.text(text);
  costs(2 * 256 + 3 + 10, "path_readlink", 3, ...path("a/l"), 40000, 10, 0);
  costs(3 * 256 + 5, "path_filestat_get", 3, 0, ...path("a/b/c"), 40000);
  costs(8 * 256 + 5, "path_filestat_get", 3, 0, ...path("a/l/c"), 40000);
  costs(256 + 5, "path_symlink", ...path("a/b"), 3, ...path("ll"));
  guest.memory.fill(0);
  costs(2 * 48, "poll_oneoff", 0, 1000, 2, 2000);
});

test("what a call costs can end it on its way through links", async () => {
  const slow = new SlowFS(new MemoryFS({ "a/l": { symlink: "l" } }));
  let rest = 10 * 256;
  const guest = new Guest({
    fs: slow,
    onTransfer: (byteLength) => {
      rest -= byteLength;
      if (rest < 0) throw new Error("end");
    },
  });
  const stat = guest.wait(
    "path_filestat_get",
    3,
    1,
    ...guest.text("a/l"),
    40000,
  );
  assert.is((await rejectionOf(stat) as Error).message, "end");
  assert.is(slow.openCount, 1);
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
