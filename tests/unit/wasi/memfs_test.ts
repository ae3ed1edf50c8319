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
import { packTar } from "../../../wasi/archive.ts";
import { MemoryFS, MemoryFSError } from "../../../wasi/memfs.ts";

const { Create, Exclusive, Read, Truncate, Write } = OpenFlags;
const encode = (text: string) => new TextEncoder().encode(text);

function open(directory: Directory, name: string, flags = 0): File {
  const file = directory.open(name, flags);
  if (typeof file === "number") throw new Error(`errno ${file}`);
  return file as File;
}

function write(file: File, text: string, position = 0): number {
  const bytes = encode(text);
  return file.write(bytes, 0, bytes.length, position) as number;
}

function names(directory: Directory): string[] {
  const list = directory.readdir(0, 1000);
  return Array.isArray(list) ? list.map((entry) => entry.name) : [];
}

const stat = (handle: File | Directory) => handle.stat() as Stat;

test("it is made from an object and gives one back", () => {
  const fs = new MemoryFS({
    "in.txt": "hi",
    "dir/x": new Uint8Array([1, 2]),
    "dir/deep/y": "",
    "empty/": "",
    "link": { symlink: "dir/x" },
  });
  fs.writeFile("__proto__", "odd");
  const back = fs.toObject();
  assert.equal(Object.keys(back), [
    "in.txt",
    "dir/x",
    "dir/deep/y",
    "empty/",
    "link",
    "__proto__",
  ]);
  assert.equal(back["in.txt"], encode("hi"));
  assert.equal(back.link, { symlink: "dir/x" });
  assert.equal([...new MemoryFS(back)], [...fs]);
  assert.is(fs.readText("in.txt"), "hi");
  assert.equal(fs.list("dir"), ["x", "deep"]);
});

test("a Map will do, and slashes at the start are left out", () => {
  const fs = new MemoryFS(new Map([["/a/./b", "x"]]));
  assert.ok(fs.exists("a/b"));
  assert.not.ok(fs.exists("a/c"));
  assert.not.ok(fs.exists("a/b/c"));
});

test("hosts get errors with a code", () => {
  const fs = new MemoryFS({ file: "", link: { symlink: "file" } });
  const codes: [() => unknown, string][] = [
    [() => fs.readFile("no"), "ENOENT"],
    [() => fs.readFile("file/x"), "ENOTDIR"],
    [() => fs.readFile(""), "EISDIR"],
    [() => fs.readFile("link"), "ELOOP"],
    [() => fs.writeFile("no/", "text"), "EISDIR"],
    [() => new MemoryFS({ "no/": { symlink: "file" } }), "EISDIR"],
    [() => fs.list("file"), "ENOTDIR"],
    [() => fs.writeFile("file/x", ""), "ENOTDIR"],
    [() => fs.writeFile("../x", ""), "EINVAL"],
    [() => fs.writeFile("a\0", ""), "EINVAL"],
    [() => fs.remove("no"), "ENOENT"],
    [() => fs.remove(""), "EBUSY"],
  ];
  for (const [run, code] of codes) {
    try {
      run();
      assert.unreachable(code);
    } catch (error) {
      assert.instance(error, MemoryFSError);
      assert.is((error as MemoryFSError).code, code);
    }
  }
});

test("hosts can write, make directories and remove trees", () => {
  const fs = new MemoryFS();
  fs.writeFile("a/b/c", "1");
  fs.writeFile("a/b/c", "2");
  fs.mkdir("a/d");
  fs.mkdir("a/d");
  assert.is(fs.readText("a/b/c"), "2");
  assert.is(fs.stat("a/d").type, FileType.Directory);
  fs.writeFile("a/b/l", { symlink: "c" });
  assert.is(fs.stat("a/b/l").type, FileType.SymbolicLink);
  assert.is(fs.fileCount, 6);
  fs.remove("a");
  assert.is(fs.fileCount, 1);
  assert.is(fs.bytesUsed, 0);
});

test("a file is read and written at any position", () => {
  const root = new MemoryFS().root();
  const file = open(root, "f", Create | Read | Write);
  assert.is(write(file, "hello"), 5);
  assert.is(write(file, "J"), 1);
  assert.is(write(file, "!", 7), 1);
  assert.is(write(file, "end", APPEND), 3);
  assert.is(file.size(), 11);
  const into = new Uint8Array(20);
  assert.is(file.read(into, 1, 20, 0), 11);
  assert.equal(into.slice(0, 13), encode("\0Jello\0\0!end\0"));
  assert.is(file.read(into, 0, 20, 11), 0);
  assert.is(file.read(into, 0, 20, 2 ** 40), 0);
  assert.is(file.read(into, 5, 5, 0), 0);
});

test("a file that is cut and grown again is zero there", () => {
  const root = new MemoryFS({ "f": "0123456789" }).root();
  const file = open(root, "f", Read | Write);
  for (const cut of [8, 1]) {
    write(file, "0123456789");
    assert.is(file.setSize(cut), 0);
    assert.is(file.setSize(10), 0);
    const into = new Uint8Array(10);
    file.read(into, 0, 10, 0);
    assert.equal(into.subarray(0, cut), encode("0123456789".slice(0, cut)));
    assert.ok(into.subarray(cut).every((byte) => byte === 0));
  }
  assert.is(stat(file).size, 10);
});

test("bytes from the host are not changed by the guest", () => {
  const bytes = encode("host");
  const fs = new MemoryFS({ a: bytes, b: bytes, c: bytes });
  write(open(fs.root(), "a", Write), "G");
  write(open(fs.root(), "b", Write), "!", APPEND);
  open(fs.root(), "c", Write).setSize(2);
  open(fs.root(), "c", Write).setSize(4);
  assert.equal(bytes, encode("host"));
  assert.is(fs.readText("a"), "Gost");
  assert.is(fs.readText("b"), "host!");
  assert.is(fs.readText("c"), "ho\0\0");
});

test("open makes, refuses and truncates as it is told", () => {
  const fs = new MemoryFS({ f: "text", "d/x": "", l: { symlink: "f" } });
  const root = fs.root();
  assert.is(root.open("no", Read), Errno.ENOENT);
  assert.is(root.open("f", Create | Exclusive), Errno.EEXIST);
  assert.is(root.open("l", Create | Exclusive), Errno.EEXIST);
  assert.is(root.open("l", Read), Errno.ELOOP);
  assert.is(root.open("f", OpenFlags.Directory), Errno.ENOTDIR);
  for (const flags of [Write, Truncate, Create]) {
    assert.is(root.open("d", flags), Errno.EISDIR);
  }
  assert.is(open(root, "f", Truncate).size(), 0);
  assert.is(open(root, "new", Create).size(), 0);
  assert.is(root.openDirectory("f"), Errno.ENOTDIR);
  assert.is(root.openDirectory("l"), Errno.ELOOP);
  assert.is(root.openDirectory("no"), Errno.ENOENT);
});

test("a file without a name lives on while it is open", () => {
  const fs = new MemoryFS({ f: "text" });
  const file = open(fs.root(), "f", Read | Write);
  const other = open(fs.root(), "f", Read);
  assert.is(fs.root().unlink("f"), 0);
  assert.is(stat(file).linkCount, 0);
  assert.is(write(file, "more", APPEND), 4);
  assert.is(other.size(), 8);
  assert.is(fs.bytesUsed, 8);
  file.close();
  file.close();
  assert.is(fs.bytesUsed, 8);
  other.close();
  assert.is(fs.bytesUsed, 0);
});

test("hard links are one file", () => {
  const fs = new MemoryFS({ f: "text", "d/": "" });
  const root = fs.root();
  const d = root.openDirectory("d") as Directory;
  assert.is(root.link("f", d, "g"), 0);
  assert.is(fs.stat("f").ino, fs.stat("d/g").ino);
  assert.is(fs.stat("f").linkCount, 2);
  write(open(d, "g", Write), "T");
  assert.is(fs.readText("f"), "Text");
  assert.is(root.link("f", d, "g"), Errno.EEXIST);
  assert.is(root.link("d", d, "h"), Errno.EPERM);
  assert.is(root.link("no", d, "h"), Errno.ENOENT);
  assert.is(root.link("f", new MemoryFS().root(), "f"), Errno.EXDEV);
  assert.is(root.rename("f", d, "g"), 0); // the same file: nothing happens
  assert.ok(fs.exists("f"));
  root.unlink("f");
  assert.is(fs.stat("d/g").linkCount, 1);
  assert.is(fs.fileCount, 3);
});

test("rename replaces as POSIX says", () => {
  const fs = new MemoryFS({
    f: "f",
    g: "gg",
    "d/x": "",
    "e/": "",
    "full/x": "",
    l: { symlink: "f" },
  });
  const root = fs.root();
  const rename = (a: string, b: string) => root.rename(a, root, b);
  assert.is(rename("no", "x"), Errno.ENOENT);
  assert.is(rename("f", "d"), Errno.EISDIR);
  assert.is(rename("d", "f"), Errno.ENOTDIR);
  assert.is(rename("d", "full"), Errno.ENOTEMPTY);
  assert.is(rename("d", "d"), 0);
  assert.is(rename("f", "g"), 0);
  assert.is(fs.readText("g"), "f");
  assert.is(fs.bytesUsed, 1 + "gdxefullxl".length + "f".length);
  assert.is(rename("d", "e"), 0);
  assert.ok(fs.exists("e/x"));
  assert.is(rename("l", "g"), 0);
  assert.is(fs.stat("g").type, FileType.SymbolicLink);
  assert.equal(names(root), ["full", "e", "g"]);
});

test("a directory cannot be moved into itself", () => {
  const fs = new MemoryFS({ "a/b/c/": "" });
  const a = fs.root().openDirectory("a") as Directory;
  const b = a.openDirectory("b") as Directory;
  assert.is(fs.root().rename("a", b, "x"), Errno.EINVAL);
  assert.is(fs.root().rename("a", a, "x"), Errno.EINVAL);
  assert.is(a.rename("b", fs.root(), "b"), 0);
  assert.is(fs.root().rename("a", b, "a"), 0);
  assert.ok(fs.exists("b/a"));
});

test("a removed directory is empty and takes nothing", () => {
  const fs = new MemoryFS({ "d/": "", f: "" });
  const root = fs.root();
  const d = root.openDirectory("d") as Directory;
  assert.is(root.rmdir("f"), Errno.ENOTDIR);
  assert.is(root.rmdir("no"), Errno.ENOENT);
  assert.is(root.unlink("d"), Errno.EISDIR);
  assert.is(root.rmdir("d"), 0);
  assert.is(stat(d).linkCount, 0);
  assert.equal(names(d), []);
  assert.is(d.open("x", Create), Errno.ENOENT);
  assert.is(d.mkdir("x"), Errno.ENOENT);
  assert.is(d.symlink("x", "y"), Errno.ENOENT);
  assert.is(root.link("f", d, "x"), Errno.ENOENT);
  assert.is(root.rename("f", d, "x"), Errno.ENOENT);
});

test("directories count their links", () => {
  const fs = new MemoryFS({ "d/a/": "", "d/b/": "", "d/f": "" });
  assert.is(fs.stat("d").linkCount, 4);
  fs.remove("d/a");
  assert.is(fs.stat("d").linkCount, 3);
});

test("symbolic links keep their target", () => {
  const root = new MemoryFS().root();
  assert.is(root.symlink("l", "somewhere/ü"), 0);
  assert.is(root.readlink("l"), "somewhere/ü");
  assert.is((root.lookup("l") as Stat).size, 12);
  assert.is(root.symlink("l", "x"), Errno.EEXIST);
  assert.is(root.readlink("no"), Errno.ENOENT);
  root.mkdir("d");
  assert.is(root.readlink("d"), Errno.EINVAL);
});

test("a listing goes on where it was while entries come and go", () => {
  const fs = new MemoryFS();
  const root = fs.root();
  for (let i = 0; i < 1000; i++) open(root, `f${i}`, Create);
  const seen: string[] = [];
  let cookie = 0;
  for (let round = 0;; round++) {
    const list = root.readdir(cookie, 7);
    if (!Array.isArray(list)) return assert.unreachable();
    if (list.length === 0) break;
    for (const entry of list) {
      seen.push(entry.name);
      cookie = entry.next;
      if (/[02468]$/.test(entry.name)) root.unlink(entry.name);
    }
    if (round < 20) open(root, `new${round}`, Create);
  }
  assert.is(seen.length, 1020);
  assert.is(new Set(seen).size, 1020);
});

test("serial numbers are unique and stay", () => {
  const fs = new MemoryFS({ a: "", b: "", "d/c": "" });
  const all = ["", "a", "b", "d", "d/c"].map((path) => fs.stat(path).ino);
  assert.is(new Set(all).size, 5);
  fs.root().rename("a", fs.root().openDirectory("d") as Directory, "a");
  assert.is(fs.stat("d/a").ino, all[1]);
});

test("times follow what happens, by the given clock", () => {
  let now = 100n;
  const clock = { now: () => now, resolutionNs: 1 };
  const fs = new MemoryFS({ f: "text" }, { clock });
  const times = (path: string) => {
    const { atimeNs, mtimeNs, ctimeNs } = fs.stat(path);
    return [atimeNs, mtimeNs, ctimeNs];
  };
  assert.equal(times("f"), [100n, 100n, 100n]);
  const file = open(fs.root(), "f", Read | Write);
  now = 200n;
  file.read(new Uint8Array(1), 0, 1, 0);
  assert.equal(times("f"), [200n, 100n, 100n]);
  now = 300n;
  write(file, "x");
  assert.equal(times("f"), [200n, 300n, 300n]);
  now = 400n;
  file.setTimes(1n, undefined);
  assert.equal(times("f"), [1n, 300n, 400n]);
  fs.root().setEntryTimes("f", undefined, 2n);
  assert.equal(times("f"), [1n, 2n, 400n]);
  now = 500n;
  fs.root().mkdir("d");
  assert.equal(times("").slice(1), [500n, 500n]);
});

test("a full volume takes what fits and then nothing", () => {
  const fs = new MemoryFS({ a: "12345" }, { maxBytes: 12, maxFiles: 4 });
  const root = fs.root();
  const b = open(root, "b", Create | Write);
  assert.is(write(b, "1234567"), 5);
  assert.is(write(b, "8", 5), -Errno.ENOSPC);
  assert.is(write(b, "x", 2), 1);
  assert.is(b.setSize(6), Errno.ENOSPC);
  assert.is(b.setSize(3), 0);
  assert.is(root.mkdir("c"), 0);
  assert.is(write(b, "99", APPEND), 1);
  assert.is(fs.bytesUsed, 12);
  assert.is(write(open(root, "a", Write), "z"), 1); // copied, not longer
  assert.is(root.mkdir("d"), Errno.ENOSPC);
  assert.is(root.symlink("d", "x"), Errno.ENOSPC);
  assert.is(root.open("d", Create), Errno.ENOSPC);
  root.rmdir("c");
  assert.is(root.mkdir("d"), 0);
  assert.throws(() => new MemoryFS({ a: "12" }, { maxBytes: 1 }), /ENOSPC/);
});

test("what has no room leaves in its place what was there", () => {
  const fs = new MemoryFS({ a: "12345", b: "1" }, {
    maxBytes: 13,
    maxFiles: 4,
  });
  assert.throws(() => fs.writeFile("a", "1".repeat(11)), /ENOSPC/);
  assert.is(fs.readText("a"), "12345");
  fs.writeFile("a", "1".repeat(9)); // the old one makes room for it
  const root = fs.root();
  const file = open(root, "a", Read);
  assert.throws(() => fs.writeFile("a", "12"), /ENOSPC/); // but not while open
  assert.is(fs.readText("a").length, 9);
  file.close();
  assert.is(root.link("a", root, "c"), 0);
  assert.throws(() => fs.writeFile("c", "12"), /ENOSPC/);
  fs.writeFile("c", "");
  assert.throws(() => fs.writeFile("d", ""), /ENOSPC/); // the fifth file
  assert.equal(fs.list().sort(), ["a", "b", "c"]);
  fs.remove("c");
  assert.is(root.link("a", root, "c"), 0);
  assert.throws(() => fs.mkdir("d"), /ENOSPC/); // each link is one
  fs.writeFile("b", ""); // one file for another
  assert.is(fs.stat("c").linkCount, 2);
  assert.is(fs.bytesUsed, "abc".length + 9);
});

test("names and targets of links take room, and give it back", () => {
  const fs = new MemoryFS({ "dir/": "" }, { maxBytes: 100 });
  const root = fs.root();
  assert.is(root.symlink("l", "x".repeat(97)), Errno.ENOSPC);
  assert.is(root.symlink("l", "ä".repeat(45)), 0); // bytes, as its size
  assert.is(fs.stat("l").size, 90);
  assert.is(fs.bytesUsed, 3 + 1 + 90);
  assert.is(root.link("l", root, "1234567"), Errno.ENOSPC);
  assert.is(root.link("l", root, "123456"), 0);
  assert.is(root.open("f", Create), Errno.ENOSPC);
  assert.is(root.mkdir("f"), Errno.ENOSPC);
  assert.is(root.rename("dir", root, "long"), Errno.ENOSPC);
  assert.ok(fs.exists("dir"));
  assert.is(root.rename("dir", root, "d"), 0);
  assert.is(root.rename("d", root, "dir"), 0);
  assert.throws(() => fs.writeFile("f", ""), /ENOSPC/);
  assert.throws(() => fs.writeFile("l", "1".repeat(90)), /ENOSPC/);
  assert.is(root.unlink("l"), 0);
  assert.is(fs.bytesUsed, 3 + 6 + 90);
  assert.is(root.unlink("123456"), 0);
  assert.is(fs.bytesUsed, 3);
  fs.writeFile("l", { symlink: "x".repeat(90) });
  fs.writeFile("l", "1".repeat(96)); // in the place of the link
  assert.is(fs.bytesUsed, 100);
});

test("directories may be nested as deep as there is room", () => {
  const fs = new MemoryFS();
  let inner = fs.root();
  for (let i = 0; i < 20_000; i++) {
    inner.mkdir("d");
    inner = inner.openDirectory("d") as Directory;
  }
  inner.open("f", Create);
  inner.symlink("l", "f");
  assert.is([...fs].length, 2);
  assert.is(packTar(fs).length % 512, 0);
  assert.is(fs.fileCount, 20_003);
  fs.remove("d");
  assert.is(fs.fileCount, 1);
  assert.is(fs.bytesUsed, 0);
});

test("what holds no files is refused", () => {
  for (const wrong of ["x", 5, null] as unknown[] as Record<string, string>[]) {
    assert.throws(
      () => new MemoryFS(wrong),
      /^files invalid: \w+ is no object$/,
    );
  }
});

test("a limit that is no number is refused, not taken for none", () => {
  for (const name of ["maxBytes", "maxFiles"]) {
    for (const limit of [NaN, "ten", -1, 1.5]) {
      const make = () => new MemoryFS({}, { [name]: limit });
      const found = limit === "ten" ? "string is no number" : limit;
      assert.throws(make, new RegExp(`^${name} invalid: ${found}`));
    }
  }
});

test("a size that no host has memory for is ENOSPC", () => {
  const fs = new MemoryFS({}, { maxBytes: Infinity });
  const file = open(fs.root(), "f", Create | Write);
  assert.is(file.setSize(2 ** 50), Errno.ENOSPC);
  assert.is(write(file, "x", 2 ** 50), -Errno.ENOSPC);
  assert.is(file.size(), 0);
});

test("appending a byte at a time is not quadratic", () => {
  const fs = new MemoryFS();
  const file = open(fs.root(), "f", Create | Write);
  const byte = new Uint8Array(1);
  const start = performance.now();
  for (let i = 0; i < 300_000; i++) file.write(byte, 0, 1, APPEND);
  assert.is(file.size(), 300_000);
  assert.ok(performance.now() - start < 2000);
});

test("text keeps its byte order mark", () => {
  assert.is(new MemoryFS({ f: "\ufeffa" }).readText("f"), "\ufeffa");
});

test("bytes are copied, also those whose slices are views", () => {
  class Pooled extends Uint8Array { // as a Buffer of Node's
    override slice(start?: number, end?: number): Uint8Array<ArrayBuffer> {
      return this.subarray(start, end) as Uint8Array<ArrayBuffer>;
    }
  }
  const given = Pooled.of(1, 2, 3, 4);
  const fs = new MemoryFS({ f: given });
  fs.readFile("f")[0] = 9;
  const file = open(fs.root(), "f", Write);
  assert.is(file.setSize(2), 0);
  assert.is(file.write(Uint8Array.of(8), 0, 1, 0), 1);
  assert.equal([...fs.readFile("f")], [8, 2]);
  assert.equal([...given], [1, 2, 3, 4]);
});

test("what is read is never over shared memory", () => {
  const hasShared = typeof SharedArrayBuffer !== "undefined";
  const given = new Uint8Array(
    new (hasShared ? SharedArrayBuffer : ArrayBuffer)(2),
  );
  const fs = new MemoryFS({ f: given });
  const made = [fs.readFile("f"), fs.toObject().f as Uint8Array, packTar(fs)];
  for (const { buffer } of made) assert.ok(buffer instanceof ArrayBuffer);
});

test("content is text, bytes or a link", () => {
  const buffer = Uint8Array.of(104, 105).buffer;
  assert.is(new MemoryFS({ f: buffer }).readText("f"), "hi");
  const fs = new MemoryFS({ "a/b": "kept" });
  for (const wrong of [5, null, undefined, {}, { b: "x" }, { symlink: 1 }]) {
    assert.throws(
      () => fs.writeFile("a/b", wrong as unknown as string),
      (error: Error) =>
        error instanceof TypeError && /^a\/b invalid/.test(error.message),
    );
  }
  assert.is(fs.readText("a/b"), "kept");
});

test.run();
