import { test } from "uvu";
import * as assert from "uvu/assert";
import { Errno } from "../../../lib/world.ts";
import {
  FDFLAG_APPEND,
  FDFLAG_NONBLOCK,
  FDFLAG_SYNC,
  FILE_RIGHTS,
} from "../../../wasi/abi.ts";
import { MemoryFS } from "../../../wasi/memfs.ts";
import { Guest, RESULT } from "./guest.ts";
import { SlowFS } from "./slow_fs.ts";

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("the vectors of one write are one chunk, which stays as it is", () => {
  const chunks: Uint8Array[] = [];
  const guest = new Guest({ stdout: (chunk) => void chunks.push(chunk) });
  const vectors = guest.vectors(guest.text("one "), [0, 0], guest.text("two"));
  assert.is(guest.call("fd_write", 1, ...vectors, RESULT), 0);
  assert.is(guest.u32, 7);
  guest.memory.fill(0);
  assert.equal(chunks.map(decode), ["one two"]);
});

test("a read fills one vector after the other, and knows the end", () => {
  const guest = new Guest({ stdin: "abcdef" });
  const vectors = guest.vectors([40000, 2], [40010, 0], [40020, 3]);
  assert.is(guest.call("fd_read", 0, ...vectors, RESULT), 0);
  assert.is(guest.u32, 5);
  assert.is(guest.read(40000, 3) + guest.read(40020, 4), "ab\0cde\0");
  assert.is(guest.call("fd_read", 0, ...vectors, RESULT), 0);
  assert.is(guest.u32, 1);
  assert.is(guest.call("fd_read", 0, ...vectors, RESULT), 0);
  assert.is(guest.u32, 0);
});

test("vectors, buffers and results out of range are EFAULT", () => {
  let written = 0;
  const guest = new Guest({
    stdin: "abc",
    stdout: (chunk) => void (written += chunk.length),
    fs: new MemoryFS({ f: "text" }),
  });
  const file = guest.open("f", { rights: FILE_RIGHTS });
  const good = guest.vectors(guest.text("x"));
  for (const [read, write] of [[0, 1], [file, file]]) {
    for (
      const [fd, name] of [[read, "fd_read"], [write, "fd_write"]] as const
    ) {
      const run = (...args: number[]) => guest.call(name, fd, ...args);
      assert.is(run(65532, 1, RESULT), Errno.EFAULT);
      assert.is(run(-8, 1, RESULT), Errno.EFAULT);
      assert.is(run(0, 0x7fffffff, RESULT), Errno.EFAULT);
      assert.is(run(...good, 65533), Errno.EFAULT);
      const far = guest.vectors(guest.text("x"), [65535, 2]);
      assert.is(run(...far, RESULT), Errno.EFAULT);
      const long = guest.vectors([0, 0xffffffff]);
      assert.is(run(...long, RESULT), Errno.EFAULT);
    }
  }
  assert.is(written, 0);
  assert.is(guest.readText(file, 9), "text");
});

test("a file read over its own vectors does no harm", () => {
  const evil = new Uint8Array(64).fill(0xff);
  const guest = new Guest({ fs: new MemoryFS({ evil }) });
  const fd = guest.open("evil", { rights: FILE_RIGHTS });
  const [at, count] = guest.vectors([0, 0], [0, 0], [0, 0]);
  guest.view.setUint32(at, at, true);
  guest.view.setUint32(at + 4, 24, true);
  guest.view.setUint32(at + 20, 10, true);
  assert.is(guest.call("fd_read", fd, at, count, RESULT), 0);
  assert.is(guest.u32, 24);
});

test("a file read over its own vectors is not read to what lies behind", async () => {
  const fs = new MemoryFS({ file: new Uint8Array(200).fill(0xff, 8) });
  for (const world of [fs, new SlowFS(fs)]) {
    const guest = new Guest({ fs: world });
    const fd = await guest.opened("file", { rights: FILE_RIGHTS });
    const [at] = guest.vectors([0, 8], [40000, 100], [50000, 50]);
    guest.view.setUint32(at, at + 8, true);
    assert.is(await guest.wait("fd_read", fd, at, 2, RESULT), 0);
    assert.equal(guest.memory.slice(50000, 50050), new Uint8Array(50));
  }
});

test("more than 1,024 vectors are a short transfer", () => {
  const guest = new Guest();
  const parts = Array.from({ length: 1500 }, () => [0, 1] as [number, number]);
  assert.is(guest.call("fd_write", 1, ...guest.vectors(...parts), RESULT), 0);
  assert.is(guest.u32, 1024);
});

test("the offset moves, and appending goes to the end", () => {
  const fs = new MemoryFS({ f: "0123456789" });
  const guest = new Guest({ fs });
  const fd = guest.open("f", { rights: FILE_RIGHTS });
  assert.is(guest.readText(fd, 2), "01");
  guest.write(fd, "xx");
  assert.is(guest.readText(fd, 2), "45");
  const log = guest.open("f", { rights: FILE_RIGHTS, flags: FDFLAG_APPEND });
  guest.write(log, "end");
  assert.is(guest.call("fd_tell", log, RESULT), 0);
  assert.is(guest.u64, 13n);
  assert.is(fs.readText("f"), "01xx456789end");
});

test("positioned access leaves the offset alone", () => {
  const fs = new MemoryFS({ f: "0123456789" });
  const guest = new Guest({ fs });
  const fd = guest.open("f", { rights: FILE_RIGHTS });
  const vectors = guest.vectors([40000, 3]);
  assert.is(guest.call("fd_pread", fd, ...vectors, 4n, RESULT), 0);
  assert.is(guest.read(40000, 3), "456");
  assert.is(guest.call("fd_pwrite", fd, ...vectors, 8n, RESULT), 0);
  assert.is(guest.readText(fd, 20), "01234567456");
  assert.is(
    guest.call("fd_pread", fd, ...vectors, -1n, RESULT),
    Errno.EINVAL,
  );
  assert.is(guest.call("fd_pread", 0, ...vectors, 0n, RESULT), Errno.ESPIPE);
  assert.is(guest.call("fd_pwrite", 1, ...vectors, 0n, RESULT), Errno.ESPIPE);
});

test("what takes time is waited for, and memory may move meanwhile", async () => {
  const fs = new MemoryFS({ f: "0123456789" });
  const guest = new Guest({ fs: new SlowFS(fs) });
  const open = guest.wasi.functions.path_open(
    3,
    0,
    ...guest.text("f"),
    0,
    BigInt(FILE_RIGHTS),
    0n,
    FDFLAG_APPEND | FDFLAG_SYNC,
    RESULT,
  );
  assert.is(await open, 0);
  const fd = guest.u32;
  const vectors = guest.vectors([40000, 2], [40010, 5]);
  const read = guest.wasi.functions.fd_read(fd, ...vectors, RESULT);
  const grown = new Uint8Array(131072);
  grown.set(guest.memory);
  guest.memory = grown;
  assert.is(await read, 0);
  assert.is(guest.u32, 7);
  assert.is(guest.read(40000, 2) + guest.read(40010, 5), "0123456");
  assert.is(await guest.wait("fd_write", fd, ...vectors, RESULT), 0);
  assert.is(fs.readText("f"), "01234567890123456");
  assert.is(await guest.wait("fd_tell", fd, RESULT), 0);
  assert.is(guest.u64, 17n);
});

test("input without waiting is EAGAIN until it is there", async () => {
  let come: (text: string) => void = () => {};
  const guest = new Guest({
    stdin: () => new Promise<string>((resolve) => come = resolve),
  });
  assert.is(guest.call("fd_fdstat_set_flags", 0, FDFLAG_NONBLOCK), 0);
  assert.is(guest.readText(0, 9), Errno.EAGAIN);
  come("now");
  await Promise.resolve().then(() => {}).then(() => {});
  assert.is(guest.readText(0, 9), "now");
});

test("the host's own exception passes through", () => {
  const guest = new Guest({
    stdout: () => {
      throw new RangeError("mine");
    },
  });
  assert.throws(() => guest.write(1, "x"), /mine/);
});

test.run();
