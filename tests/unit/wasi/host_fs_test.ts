// The host directory: what every file system must do, in both of its ways,
// and what only a host's directory has.

import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  APPEND,
  type Directory,
  Errno,
  type File,
  FileType,
  OpenFlags,
  type Stat,
} from "../../../lib/world.ts";
import { errnoOf, HostFS } from "../../../wasi/host_fs.ts";
import { testFileSystem } from "./conformance.ts";

const { Create, Exclusive, Read, Truncate, Write } = OpenFlags;
const made: string[] = [];
process.on("exit", () => {
  for (const path of made) fs.rmSync(path, { recursive: true, force: true });
});

/** A new, empty directory. */
function directory(): string {
  const path = fs.mkdtempSync(join(tmpdir(), "waxwing-"));
  made.push(path);
  return path;
}

function open(root: Directory, name: string, flags: number): File {
  const file = root.open(name, flags);
  if (typeof file === "number") throw new Error(`errno ${file}`);
  return file as File;
}

function write(file: File, text: string, position: number): number {
  const bytes = new TextEncoder().encode(text);
  return file.write(bytes, 0, bytes.length, position) as number;
}

function openDescriptors(): number {
  return fs.readdirSync("/proc/self/fd").length;
}

testFileSystem("HostFS", () => new HostFS(directory()));
testFileSystem("HostFS by path", () => {
  return new HostFS(directory(), { byPath: true });
});

for (const byPath of [false, true]) {
  const way = byPath ? "by path" : "by descriptor";

  test(`what a guest makes is there for the host, ${way}`, () => {
    const path = directory();
    const root = new HostFS(path, { byPath }).root();
    assert.is(root.mkdir("d"), 0);
    const d = root.openDirectory("d") as Directory;
    const file = open(d, "f", Write | Create);
    assert.is(write(file, "hi", 0), 2);
    assert.is(write(file, "!", APPEND), 1);
    assert.is(file.close(), 0);
    assert.is(d.symlink("l", "f"), 0);
    assert.is(fs.readFileSync(`${path}/d/l`, "utf8"), "hi!");
    assert.is(d.close(), 0);
    assert.is(root.close(), 0);
  });

  test(`an open directory goes with a renamed one above it, ${way}`, () => {
    const path = directory();
    fs.mkdirSync(`${path}/a/b`, { recursive: true });
    fs.mkdirSync(`${path}/c`);
    const root = new HostFS(path, { byPath }).root();
    const a = root.openDirectory("a") as Directory;
    const b = a.openDirectory("b") as Directory;
    const c = root.openDirectory("c") as Directory;
    a.close();
    assert.is(root.rename("a", c, "moved"), 0);
    open(b, "file", Write | Create).close();
    assert.ok(fs.existsSync(`${path}/c/moved/b/file`));
    for (const handle of [b, c, root]) assert.is(handle.close(), 0);
  });

  test(`a removed directory that is open has nothing, ${way}`, () => {
    const path = directory();
    const root = new HostFS(path, { byPath }).root();
    root.mkdir("d");
    const d = root.openDirectory("d") as Directory;
    assert.is(root.rmdir("d"), 0);
    assert.is(d.open("f", Write | Create), Errno.ENOENT);
    assert.is(d.mkdir("e"), Errno.ENOENT);
    d.close();
    root.close();
  });

  test(`a closed handle reaches nothing, ${way}`, () => {
    const path = directory();
    fs.writeFileSync(`${path}/f`, "text");
    const host = new HostFS(path, { byPath });
    const root = host.root();
    const again = root.reopen() as Directory;
    const file = open(root, "f", Read);
    for (const handle of [file, root]) assert.is(handle.close(), 0);
    const other = open(again, "f", Read); // may have the same number now
    assert.is(file.read(new Uint8Array(4), 0, 4, 0), -Errno.EBADF);
    assert.is(file.stat(), Errno.EBADF);
    assert.is(root.lookup("f"), Errno.EBADF);
    assert.is(root.open("f", Read), Errno.EBADF);
    assert.is(root.close(), Errno.EBADF);
    other.close();
    again.close();
  });

  test(`a read-only one can be read and not changed, ${way}`, () => {
    const path = directory();
    fs.writeFileSync(`${path}/f`, "text");
    fs.mkdirSync(`${path}/d`);
    fs.symlinkSync("f", `${path}/l`);
    const root = new HostFS(path, { byPath, readOnly: true }).root();
    const file = open(root, "f", Read);
    const bytes = new Uint8Array(4);
    assert.is(file.read(bytes, 0, 4, 0), 4);
    assert.is(write(file, "x", 0), -Errno.EROFS);
    assert.is(file.setSize(0), Errno.EROFS);
    assert.is(file.setTimes(0n, 0n), Errno.EROFS);
    const refused: [unknown, Errno][] = [
      [root.open("f", Write), Errno.EROFS],
      [root.open("f", Truncate), Errno.EROFS],
      [root.open("new", Write | Create), Errno.EROFS],
      [root.open("new", Write), Errno.ENOENT],
      [root.open("f", Read | Create | Exclusive), Errno.EEXIST],
      [root.open("l", Write), Errno.ELOOP],
      [root.open("d", Write), Errno.EISDIR],
      [root.mkdir("e"), Errno.EROFS],
      [root.mkdir("d"), Errno.EEXIST],
      [root.symlink("s", "f"), Errno.EROFS],
      [root.link("f", root, "g"), Errno.EROFS],
      [root.rename("f", root, "g"), Errno.EROFS],
      [root.unlink("f"), Errno.EROFS],
      [root.rmdir("d"), Errno.EROFS],
      [root.setTimes(0n, 0n), Errno.EROFS],
      [root.setEntryTimes("f", 0n, 0n), Errno.EROFS],
    ];
    assert.equal(refused.map(([found]) => found), refused.map(([, e]) => e));
    assert.equal(fs.readdirSync(path).sort(), ["d", "f", "l"]);
    assert.is(fs.readFileSync(`${path}/f`, "utf8"), "text");
    for (const handle of [file, root]) handle.close();
  });

  test(`names that are more than a name are refused, ${way}`, () => {
    const root = new HostFS(directory(), { byPath }).root();
    const names = ["", ".", "..", "/", "a/b", "../x", "a\0b", "/etc"];
    for (const name of names) {
      const shown = JSON.stringify(name);
      assert.is(root.lookup(name), Errno.EINVAL, shown);
      assert.is(root.open(name, Write | Create), Errno.EINVAL, shown);
      assert.is(root.openDirectory(name), Errno.EINVAL, shown);
      assert.is(root.mkdir(name), Errno.EINVAL, shown);
      assert.is(root.readlink(name), Errno.EINVAL, shown);
      assert.is(root.unlink(name), Errno.EINVAL, shown);
    }
    root.mkdir("d");
    assert.is(root.rename("d", root, "../d"), Errno.EINVAL);
    root.close();
  });
}

test("options that nobody knows protect nothing, and are refused", () => {
  const path = directory();
  for (const wrong of [{ readonly: true }, { readOnly: "yes" }, true, null]) {
    assert.throws(
      () => new HostFS(path, wrong as object),
      (error: Error) => error instanceof TypeError,
    );
  }
});

test("two host file systems share no links and no renames", () => {
  const path = directory();
  fs.writeFileSync(`${path}/f`, "");
  const writable = new HostFS(path).root();
  const other = new HostFS(path, { readOnly: true }).root();
  assert.is(writable.link("f", other, "g"), Errno.EXDEV);
  assert.is(writable.rename("f", other, "g"), Errno.EXDEV);
  for (const root of [writable, other]) root.close();
});

test("times keep the nanoseconds that a guest has set", () => {
  const path = directory();
  fs.writeFileSync(`${path}/f`, "");
  const root = new HostFS(path).root();
  const file = open(root, "f", Read | Write);
  const atimeNs = 1_700_000_000_123_456_789n;
  assert.is(file.setTimes(atimeNs, 1_600_000_000_987_654_321n), 0);
  assert.is(file.setTimes(undefined, atimeNs + 1n), 0);
  const stat = root.lookup("f") as Stat;
  assert.is(stat.atimeNs, atimeNs);
  assert.is(stat.mtimeNs, atimeNs + 1n);
  const { atimeMs } = fs.statSync(`${path}/f`);
  const precisionMs = "Deno" in globalThis ? 1 : 0.01; // Deno cuts them
  const offMs = Math.abs(atimeMs - Number(atimeNs) / 1e6);
  assert.ok(offMs < precisionMs, `${atimeMs}`);
  fs.utimesSync(`${path}/f`, 5, 6); // by somebody else
  const changed = file.stat() as Stat;
  assert.is(changed.atimeNs, 5_000_000_000n);
  assert.is(changed.mtimeNs, 6_000_000_000n);
  for (const handle of [file, root]) handle.close();
});

/** Does something without the rights of root. */
function asNobody(body: () => void): void {
  if (process.geteuid?.() !== 0) return body();
  process.seteuid!(65534);
  try {
    body();
  } finally {
    process.seteuid!(0);
  }
}

test("a directory that may not be read is passed through on Linux", () => {
  if (process.platform !== "linux") return;
  const path = directory();
  fs.chmodSync(path, 0o755);
  fs.mkdirSync(`${path}/s/d`, { recursive: true });
  fs.writeFileSync(`${path}/s/f`, "text");
  fs.chmodSync(`${path}/s`, 0o111);
  asNobody(() => {
    const root = new HostFS(path).root();
    assert.is(root.open("s", OpenFlags.Directory | Read), Errno.EACCES);
    const s = root.open("s", OpenFlags.Directory) as Directory;
    assert.is((s.stat() as Stat).type, FileType.Directory);
    assert.is(s.readdir(0, 9), Errno.EACCES);
    const again = new HostFS(`${path}/s`).root();
    const reopened = again.reopen() as Directory;
    const below = reopened.openDirectory("d") as Directory;
    assert.equal(below.readdir(0, 9), []);
    assert.is(below.sync(false), 0);
    const file = open(s, "f", Read);
    for (const handle of [file, below, reopened, again, s, root]) {
      assert.is(handle.close(), 0);
    }
  });
  fs.chmodSync(`${path}/s`, 0o755);
});

test("a time before 1970 stays when the other one is set", () => {
  const path = directory();
  fs.writeFileSync(`${path}/f`, "");
  fs.mkdirSync(`${path}/d`);
  const before = new Date(-3000);
  const root = new HostFS(path).root();
  const file = open(root, "f", Read);
  const d = root.openDirectory("d") as Directory;
  const setters: [string, () => unknown][] = [
    ["f", () => root.setEntryTimes("f", 5_000_000_000n, undefined)],
    ["f", () => file.setTimes(6_000_000_000n, undefined)],
    ["d", () => d.setTimes(7_000_000_000n, undefined)],
  ];
  for (const [name, set] of setters) {
    fs.utimesSync(`${path}/${name}`, before, before);
    assert.is(set(), 0);
    assert.is(fs.statSync(`${path}/${name}`).mtimeMs, before.getTime());
    assert.is((root.lookup(name) as Stat).mtimeNs, -3_000_000_000n);
  }
  fs.utimesSync(`${path}/f`, 5, new Date(-2750));
  assert.is(root.setEntryTimes("f", 6_000_000_000n, undefined), 0);
  assert.is((root.lookup("f") as Stat).mtimeNs, -2_750_000_000n);
  for (const handle of [d, file, root]) handle.close();
});

test("nothing stays open that was closed", () => {
  if (process.platform !== "linux") return;
  const path = directory();
  fs.writeFileSync(`${path}/f`, "");
  const before = openDescriptors();
  for (let i = 0; i < 20; i++) {
    const root = new HostFS(path).root();
    const file = open(root, "f", Read | Write);
    write(file, "x", APPEND);
    root.openDirectory("f");
    root.open("none", Read);
    for (const handle of [file, root]) handle.close();
  }
  assert.is(openDescriptors(), before);
});

test("a pipe in the directory does not hold the guest up", () => {
  if (process.platform !== "linux") return;
  const path = directory();
  if (spawnSync("mkfifo", [`${path}/p`]).status !== 0) return;
  const root = new HostFS(path).root();
  const pipe = open(root, "p", Read);
  assert.is(pipe.type, FileType.Unknown);
  assert.is(pipe.read(new Uint8Array(1), 0, 1, 0), 0);
  for (const handle of [pipe, root]) handle.close();
});

test("a directory that is not there is the host's error", () => {
  const path = directory();
  fs.writeFileSync(`${path}/f`, "");
  assert.throws(
    () => new HostFS(`${path}/none`),
    (error: { code: string }) => error.code === "ENOENT",
  );
  assert.throws(
    () => new HostFS(`${path}/f`),
    (error: { code: string }) => error.code === "ENOTDIR",
  );
});

test("no path is refused, not taken for the current directory", () => {
  for (const path of ["", undefined, 5] as string[]) {
    assert.throws(() => new HostFS(path), /^path invalid/);
  }
});

test("errors of the host have their numbers, mistakes stay exceptions", () => {
  assert.is(errnoOf({ code: "ENOSPC" }), Errno.ENOSPC);
  assert.is(errnoOf({ code: "EWOULDBLOCK" }), Errno.EAGAIN);
  assert.is(errnoOf({ code: "EUNKNOWN" }), Errno.EIO);
  assert.is(errnoOf({ code: "toString" }), Errno.EIO);
  assert.is(errnoOf({ name: "NotCapable" }), Errno.EACCES);
  assert.throws(() => errnoOf(new TypeError("x is not a function")));
});

test.run();
