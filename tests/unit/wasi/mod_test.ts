import { test } from "uvu";
import * as assert from "uvu/assert";
import { ExitError } from "../../../lib/errors.ts";
import type { Errno } from "../../../lib/world.ts";
import { MemoryFS } from "../../../wasi/memfs.ts";
import { wasiCalls, type WasiOptions } from "../../../wasi/mod.ts";
import { seededRandom } from "../../../wasi/random.ts";
import { UnsupportedFile } from "../../../wasi/unsupported.ts";
import { errorOf, messageOf, rejectionOf } from "../lib/guests.ts";
import { Guest, RESULT } from "./guest.ts";

test("there are 46 calls, each one row", () => {
  const names = wasiCalls().map(({ name }) => name);
  assert.is(new Set(names).size, 46);
  assert.is(names.length, 46);
  assert.equal(Object.keys(new Guest().wasi.functions), names);
  for (const { name, results } of wasiCalls()) {
    assert.equal(results, name === "proc_exit" ? [] : ["i32"]);
  }
});

test("what is mounted has to be file systems", () => {
  const fails = (fs: unknown) =>
    messageOf(() => new Guest({ fs: fs as MemoryFS }));
  for (const fs of [new Map([["/", new MemoryFS()]]), null, "/"]) {
    assert.match(fails(fs), /^fs invalid: \w+ is no plain object$/);
  }
  const files = { "in.txt": "hi" }; // meant to be a MemoryFS
  assert.is(fails(files), "fs in.txt invalid: string is no file system");
});

test("variables that are undefined are left out, others are text", () => {
  const env = { A: "1", B: undefined, C: "" };
  const guest = new Guest({ env });
  assert.is(guest.call("environ_sizes_get", 8, 12), 0);
  assert.is(guest.view.getUint32(8, true), 2);
  assert.is(guest.call("environ_get", 16, 32), 0);
  assert.is(guest.read(32, 7), "A=1\0C=\0");
});

test("file systems are preopened in order, each a device", () => {
  const [a, b] = [new MemoryFS(), new MemoryFS()];
  const guest = new Guest({ fs: { "/a": a, "/b": b, "/a2": a } });
  const devices = [3, 4, 5].map((fd) => {
    assert.is(guest.call("fd_filestat_get", fd, 8), 0);
    return guest.view.getBigUint64(8, true);
  });
  assert.equal(devices, [1n, 2n, 1n]);
});

test("what is given has to fit into the descriptors", () => {
  const closed: string[] = [];
  const listener = { accept: () => 0 as Errno, close: () => 0 as Errno };
  const stdin = Object.assign(new UnsupportedFile(), {
    close() {
      closed.push("stdin");
      return 0 as Errno;
    },
  });
  const fs = { "/a": new MemoryFS(), "/b": new MemoryFS() };
  for (
    const options of [
      { maxDescriptors: 3, fs: new MemoryFS() },
      { maxDescriptors: 4, fs },
      { maxDescriptors: 5, fs, listeners: [listener] },
    ]
  ) {
    assert.throws(
      () => new Guest({ ...options, stdin }),
      (error: Error) =>
        error instanceof RangeError &&
        error.message === "maxDescriptors invalid: fs and listeners need more",
    );
  }
  assert.is(closed.length, 3); // those that were opened before
  new Guest({ maxDescriptors: 6, fs, listeners: [listener] });
});

test("closing closes every descriptor", async () => {
  const fs = new MemoryFS({ f: "text" });
  const guest = new Guest({ fs });
  guest.open("f");
  fs.root().unlink("f");
  assert.is(fs.bytesUsed, 4);
  await guest.wasi.close();
  assert.is(fs.bytesUsed, 0);
  assert.is(guest.write(1, "x"), 8);
});

test("closing closes the others where one fails", async () => {
  const failing = (close: () => Errno | Promise<Errno>) =>
    Object.assign(new UnsupportedFile(), { close });
  const world = (close: () => Errno | Promise<Errno>) => {
    const fs = new MemoryFS({ f: "text" });
    const guest = new Guest({
      fs,
      stdin: failing(close),
      stdout: failing(close),
    });
    guest.open("f");
    fs.root().unlink("f");
    return { guest, fs };
  };
  const cable = new Error("cable");
  const { guest, fs } = world(() => {
    throw cable;
  });
  assert.is(errorOf(() => guest.wasi.close()), cable);
  assert.is(fs.bytesUsed, 0);
  const late = world(() => Promise.reject(cable));
  assert.is(await rejectionOf(late.guest.wasi.close() as Promise<void>), cable);
  assert.is(late.fs.bytesUsed, 0);
});

test("a stream's option has to be one", () => {
  const tty = { write: () => true, close: () => {} };
  const fails = (options: object, name: string) =>
    assert.throws(
      () => new Guest(options as WasiOptions),
      (error: Error) =>
        error instanceof TypeError &&
        /invalid: \w+ is no web stream, function or File$/.test(
          error.message,
        ) &&
        error.message.startsWith(name),
    );
  for (const wrong of [tty, null, 5, new ArrayBuffer(1)]) {
    for (const name of ["stdin", "stdout", "stderr"]) {
      fails({ [name]: wrong }, name);
    }
  }
  for (const stdout of ["inherit", new Uint8Array(1), new ReadableStream()]) {
    fails({ stdout }, "stdout");
  }
  fails({ stdin: new WritableStream() }, "stdin");
});

/** Numbers that are likely to hurt. */
const EDGES = [0, 1, 2, 3, 4, 8, 100, 1024, 65528, 65535, 65536, -1, -8];
const EDGES_64 = [0n, 1n, -1n, 1n << 31n, 1n << 53n, (1n << 63n) - 1n];

test("no arguments whatever make a call throw or write out of range", () => {
  const bytes = new Uint8Array(4);
  const random = seededRandom(7);
  const pick = <T>(from: readonly T[]) => {
    random.fill(bytes);
    return from[(bytes[0] | bytes[1] << 8) % from.length];
  };
  const rows = wasiCalls();
  let guest = new Guest();
  for (let i = 0; i < 100_000; i++) {
    if (i % 500 === 0) {
      const fs = new MemoryFS(
        { f: "0123456789", "d/x": "", l: { symlink: "d" } },
        { maxBytes: 2 ** 20 },
      );
      guest = new Guest({ fs, args: ["a"], env: { b: "c" }, stdin: "input" });
      random.fill(guest.memory.subarray(0, 8192));
      guest.memory.set(new TextEncoder().encode("f\0d/x\0l\0"), 0);
    }
    const row = pick(rows);
    const args = row.params.map((type) =>
      type === "i32" ? pick(EDGES) : pick(EDGES_64)
    );
    try {
      const errno = guest.call(row.name, ...args);
      assert.ok(errno >= 0 && errno <= 76 && Number.isInteger(errno));
    } catch (error) {
      if (error instanceof ExitError) continue;
      throw new Error(`${row.name}(${args})`, { cause: error });
    }
  }
  assert.is(guest.call("sched_yield", RESULT), 0);
});

test.run();
