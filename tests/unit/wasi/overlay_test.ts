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
import { MemoryFS } from "../../../wasi/memfs.ts";
import { OverlayFS } from "../../../wasi/overlay.ts";
import { ReadOnlyFS } from "../../../wasi/readonly.ts";
import { testFileSystem } from "./conformance.ts";
import { SlowFS } from "./slow_fs.ts";

const { Create, Read, Truncate, Write } = OpenFlags;

testFileSystem("overlay", () => new OverlayFS(new MemoryFS()));
testFileSystem(
  "overlay, slow",
  () => new OverlayFS(new SlowFS(new MemoryFS()), new SlowFS(new MemoryFS())),
);

const IMAGE = {
  "f": "text",
  "d/a": "a",
  "d/b": "b",
  "d/deep/x": "x",
  "empty/": "",
  "l": { symlink: "f" },
};

function make() {
  const lower = new MemoryFS(IMAGE);
  const before = lower.toObject();
  const upper = new MemoryFS();
  const fs = new OverlayFS(new ReadOnlyFS(lower), upper);
  const root = fs.root();
  return { lower, before, upper, fs, root };
}

function open(directory: Directory, name: string, flags: number): File {
  const file = directory.open(name, flags);
  if (typeof file === "number") throw new Error(`${name}: errno ${file}`);
  return file as File;
}

function directory(root: Directory, path: string): Directory {
  let found = root;
  for (const name of path.split("/")) {
    const next = found.openDirectory(name);
    if (typeof next === "number") throw new Error(`${name}: errno ${next}`);
    found = next as Directory;
  }
  return found;
}

function read(directory: Directory, name: string): string {
  const into = new Uint8Array(100);
  const file = open(directory, name, Read);
  const count = file.read(into, 0, 100, 0) as number;
  file.close();
  return new TextDecoder().decode(into.slice(0, count));
}

function write(file: File, text: string, position: number): void {
  const bytes = new TextEncoder().encode(text);
  assert.is(file.write(bytes, 0, bytes.length, position), bytes.length);
}

function names(directory: Directory): string[] {
  const list = directory.readdir(0, 100);
  return Array.isArray(list) ? list.map(({ name }) => name) : [];
}

test("what is below shows, and reading copies nothing", () => {
  const { root, upper } = make();
  assert.equal(names(root), ["f", "d", "empty", "l"]);
  assert.is(read(root, "f"), "text");
  assert.is(read(directory(root, "d/deep"), "x"), "x");
  assert.is(root.readlink("l"), "f");
  assert.equal(upper.list(), []);
});

test("a write copies the file and the directories above, no more", () => {
  const { root, upper, lower, before } = make();
  const file = open(directory(root, "d/deep"), "x", Write);
  write(file, "y", APPEND);
  file.close();
  assert.is(read(directory(root, "d/deep"), "x"), "xy");
  assert.equal(Object.keys(upper.toObject()), ["d/deep/x"]);
  assert.is(upper.readText("d/deep/x"), "xy");
  assert.equal(lower.toObject(), before);
  assert.equal(names(directory(root, "d")), ["a", "b", "deep"]);
});

test("truncating does not copy what is cut", () => {
  const { root, upper } = make();
  open(root, "f", Truncate | Write).close();
  assert.is(upper.readText("f"), "");
  assert.is(read(root, "f"), "");
});

test("a copy keeps its number and times, and readers see it change", () => {
  const { root, lower } = make();
  const before = root.lookup("f") as Stat;
  const reader = open(root, "f", Read);
  const writer = open(root, "f", Write);
  const after = root.lookup("f") as Stat;
  assert.is(after.ino, before.ino);
  assert.is(after.mtimeNs, before.mtimeNs);
  assert.is((reader.stat() as Stat).ino, before.ino);
  write(writer, "T", 0);
  const into = new Uint8Array(4);
  reader.read(into, 0, 4, 0);
  assert.is(new TextDecoder().decode(into), "Text");
  assert.is(lower.readText("f"), "text");
  reader.close();
  writer.close();
});

test("what is removed is hidden by a whiteout, and can be made anew", () => {
  const { root, upper, lower, before } = make();
  const d = directory(root, "d");
  assert.is(d.unlink("a"), 0);
  assert.is(d.lookup("a"), Errno.ENOENT);
  assert.is(d.unlink("a"), Errno.ENOENT);
  assert.equal(names(d), ["b", "deep"]);
  assert.equal(Object.keys(upper.toObject()), ["d/.wh.a"]);
  open(d, "a", Create | Write).close();
  assert.is(read(d, "a"), "");
  assert.equal(Object.keys(upper.toObject()), ["d/a"]);
  assert.is(d.unlink("a"), 0);
  assert.is(d.lookup("a"), Errno.ENOENT);
  assert.equal(lower.toObject(), before);
});

test("a directory that was removed and made again is empty", () => {
  const { root, upper } = make();
  const d = directory(root, "d");
  assert.is(root.rmdir("d"), Errno.ENOTEMPTY);
  for (const name of ["a", "b"]) assert.is(d.unlink(name), 0);
  assert.is(directory(d, "deep").unlink("x"), 0);
  assert.is(d.rmdir("deep"), 0);
  assert.is(root.rmdir("d"), 0);
  assert.equal(Object.keys(upper.toObject()), [".wh.d"]);
  assert.is(root.mkdir("d"), 0);
  assert.equal(names(directory(root, "d")), []);
  assert.is(directory(root, "d").mkdir("deep"), 0);
  assert.equal(names(directory(root, "d/deep")), []);
});

test("a file takes the place of a directory, and the other way round", () => {
  const { root } = make();
  assert.is(root.rmdir("empty"), 0);
  open(root, "empty", Create | Write).close();
  assert.is((root.lookup("empty") as Stat).type, FileType.RegularFile);
  assert.is(root.unlink("empty"), 0);
  assert.is(root.unlink("f"), 0);
  assert.is(root.mkdir("f"), 0);
  assert.equal(names(directory(root, "f")), []);
});

test("a tree is renamed with all that is below", () => {
  const { root, lower, before } = make();
  const deep = directory(root, "d/deep");
  assert.is(directory(root, "d").unlink("a"), 0);
  assert.is(root.rename("d", root, "e"), 0);
  assert.is(root.lookup("d"), Errno.ENOENT);
  assert.equal(names(directory(root, "e")).sort(), ["b", "deep"]);
  assert.is(read(directory(root, "e/deep"), "x"), "x");
  assert.is(deep.mkdir("new"), 0);
  assert.equal(names(directory(root, "e/deep")).sort(), ["new", "x"]);
  assert.is(root.mkdir("d"), 0);
  assert.equal(names(directory(root, "d")), []);
  assert.is(root.rename("e", root, "empty"), 0);
  assert.equal(names(directory(root, "empty")).sort(), ["b", "deep"]);
  assert.equal(lower.toObject(), before);
});

test("what was open in a tree that is renamed goes on there", () => {
  const { root, upper } = make();
  const deep = directory(root, "d/deep");
  assert.is(root.rename("d", root, "e"), 0);
  assert.equal(names(deep), ["x"]);
  assert.is(deep.unlink("x"), 0);
  assert.is(deep.mkdir("y"), 0);
  deep.close();
  assert.equal(names(directory(root, "e/deep")), ["y"]);
  const again = new OverlayFS(new MemoryFS(IMAGE), upper).root();
  assert.equal(names(directory(again, "e/deep")), ["y"]);
});

test("directories may be nested as deep as there is room", () => {
  const path = "d/".repeat(20_000);
  for (const below of [{}, { [path + "f"]: "" }]) {
    const root = new OverlayFS(new MemoryFS(below)).root();
    let inner = root;
    for (let i = 0; i < 20_000; i++) {
      inner.mkdir("d"); // or it is there
      const next = inner.openDirectory("d") as Directory;
      if (inner !== root) inner.close();
      inner = next;
    }
    assert.is(root.rename("d", root, "e"), 0);
    assert.is(inner.mkdir("new"), 0); // also above it
    assert.is(inner.close(), 0);
    assert.equal(names(root), ["e"]);
  }
});

test("directories deep below are copied when one in them changes", () => {
  const upper = new MemoryFS();
  const path = "d/".repeat(20_000);
  const root = new OverlayFS(new MemoryFS({ [path]: "" }), upper).root();
  let inner = root;
  for (let i = 0; i < 20_000; i++) {
    inner = inner.openDirectory("d") as Directory;
  }
  assert.is(inner.mkdir("new"), 0);
  assert.is(upper.fileCount, 20_002);
});

test("links are made of copies", () => {
  const { root, upper } = make();
  assert.is(root.link("f", directory(root, "d"), "g"), 0);
  assert.is(upper.stat("f").linkCount, 2);
  assert.is(read(directory(root, "d"), "g"), "text");
  assert.is(root.link("d", root, "e"), Errno.EPERM);
});

test("times below are set on a copy", () => {
  const { root, lower } = make();
  assert.is(root.setEntryTimes("f", 1n, 2n), 0);
  assert.is((root.lookup("f") as Stat).mtimeNs, 2n);
  assert.is(directory(root, "d").setTimes(3n, 4n), 0);
  assert.is((root.lookup("d") as Stat).mtimeNs, 4n);
  const file = open(directory(root, "d"), "a", Read);
  assert.is(file.setTimes(5n, 6n), 0);
  assert.is((directory(root, "d").lookup("a") as Stat).mtimeNs, 6n);
  assert.not(lower.stat("f").mtimeNs === 2n);
});

test("the changes alone bring everything back", () => {
  const { root, upper, lower } = make();
  root.unlink("f");
  directory(root, "d").mkdir("new");
  root.rename("d", root, "e");
  root.mkdir("d");
  const saved = new MemoryFS(upper.toObject());
  const again = new OverlayFS(lower, saved).root();
  assert.equal(names(again).sort(), ["d", "e", "empty", "l"]);
  assert.equal(names(directory(again, "e")).sort(), ["a", "b", "deep", "new"]);
  assert.equal(names(directory(again, "d")), []);
});

test("guests cannot name or make the marks", () => {
  const { root, upper } = make();
  root.unlink("f");
  assert.ok(upper.exists(".wh.f"));
  assert.is(root.lookup(".wh.f"), Errno.ENOENT);
  assert.is(root.unlink(".wh.f"), Errno.ENOENT);
  assert.is(root.open(".wh.d", Create | Write), Errno.EPERM);
  assert.is(root.mkdir(".wh.d"), Errno.EPERM);
  assert.is(root.symlink(".wh.d", "x"), Errno.EPERM);
  assert.is(root.rename("l", root, ".wh.d"), Errno.EPERM);
  assert.is(root.link("l", root, ".wh.d"), Errno.EPERM);
  assert.equal(names(root), ["d", "empty", "l"]);
});

test("a full upper file system leaves no half of a file", () => {
  const lower = new MemoryFS({ f: new Uint8Array(100_000) });
  const upper = new MemoryFS({}, { maxBytes: 70_000 });
  const root = new OverlayFS(lower, upper).root();
  assert.is(root.open("f", Write), Errno.ENOSPC);
  assert.equal(upper.list(), []);
  assert.is((root.lookup("f") as Stat).size, 100_000);
});

test("a listing that is under way survives copies", () => {
  const { root } = make();
  const d = directory(root, "d");
  const first = d.readdir(0, 1);
  if (!Array.isArray(first)) return assert.unreachable();
  open(d, "b", Write).close();
  open(d, "new", Create | Write).close();
  const rest = d.readdir(first[0].next, 10);
  if (!Array.isArray(rest)) return assert.unreachable();
  assert.equal(rest.map(({ name }) => name), ["b", "deep", "new"]);
});

test("every handle is closed in the end", async () => {
  const lower = new SlowFS(new MemoryFS(IMAGE));
  const upper = new SlowFS(new MemoryFS());
  const root = new OverlayFS(lower, upper).root();
  const d = await root.openDirectory("d") as Directory;
  const deep = await d.openDirectory("deep") as Directory;
  const reader = await deep.open("x", Read) as File;
  assert.is(await root.rename("d", root, "e"), 0);
  const writer = await deep.open("x", Write) as File;
  assert.is(await deep.unlink("x"), 0);
  assert.is(await d.rmdir("deep"), 0);
  for (const handle of [d, writer, deep, reader, root]) {
    assert.is(await handle.close(), 0);
  }
  assert.is(lower.openCount, 0);
  assert.is(upper.openCount, 0);
});

test.run();
