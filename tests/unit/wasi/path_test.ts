import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Directory, Errno } from "../../../lib/world.ts";
import { MemoryFS } from "../../../wasi/memfs.ts";
import { decodePath, nameFits, Walk, walkTo } from "../../../wasi/path.ts";
import { drive, type Steps, wait } from "../../../wasi/wait.ts";
import { SlowFS } from "./slow_fs.ts";

const encode = (text: string) => new TextEncoder().encode(text);

test("paths are UTF-8 without NUL and not too long", () => {
  assert.is(decodePath(encode("a/b")), "a/b");
  assert.is(decodePath(encode("grün/\u{1f600}")), "grün/\u{1f600}");
  assert.is(decodePath(encode("a\0b")), Errno.EINVAL);
  assert.is(decodePath(new Uint8Array([0x61, 0xff])), Errno.EILSEQ);
  assert.is(decodePath(new Uint8Array([0xed, 0xa0, 0x80])), Errno.EILSEQ);
  assert.is(decodePath(encode("x".repeat(4096))), Errno.ENAMETOOLONG);
  assert.is(decodePath(encode("\ufeffx")), "\ufeffx");
});

test("a name is measured in bytes", () => {
  assert.ok(nameFits("x".repeat(255)));
  assert.not.ok(nameFits("x".repeat(256)));
  assert.ok(nameFits("ü".repeat(127)));
  assert.not.ok(nameFits("ü".repeat(128)));
});

const fs = new MemoryFS({
  "a/b/c": "c",
  "file": "f",
  "to_b": { symlink: "a/b" },
  "a/up": { symlink: "../file" },
  "a/out": { symlink: "../../file" },
  "abs": { symlink: "/file" },
  "self": { symlink: "self" },
  "x": { symlink: "y" },
  "y": { symlink: "x" },
  "slash": { symlink: "a/b/" },
});

/** Where a path ends: `directory's ino:name`, or the errno. */
function end(path: string, base: Directory = fs.root()): string | number {
  const result = drive(walkTo(base, path, function* (walk): Steps<string> {
    const stat = yield* wait(walk.directory.stat());
    const slash = walk.mustBeDirectory ? "/" : "";
    const ino = typeof stat === "number" ? "?" : stat.ino;
    return `${ino}:${walk.name}${slash}`;
  }));
  return result as string | number;
}

const ROOT = fs.stat("").ino;
const A = fs.stat("a").ino;
const B = fs.stat("a/b").ino;

test("a walk ends at the parent and a name", () => {
  assert.is(end("file"), `${ROOT}:file`);
  assert.is(end("a/b/new"), `${B}:new`);
  assert.is(end("a//./b///c"), `${B}:c`);
  assert.is(end("a/b/../b/c"), `${B}:c`);
  assert.is(end("a/../a/b/"), `${A}:b/`);
  assert.is(end("."), `${ROOT}:`);
  assert.is(end("././/"), `${ROOT}:/`);
  assert.is(end("a/./b/."), `${B}:`);
  assert.is(end("a/.."), `${ROOT}:`);
  assert.is(end("a/b/.."), `${A}:`);
});

test("links on the way are followed, the last one is not", () => {
  assert.is(end("to_b/c"), `${B}:c`);
  assert.is(end("to_b"), `${ROOT}:to_b`);
  assert.is(end("to_b/../up"), `${A}:up`);
  assert.is(end("slash/c"), `${B}:c`);
  assert.is(end("to_b/."), `${B}:`);
});

test("nothing leads out: neither .. nor absolute paths and links", () => {
  const outside = [
    "..",
    "../file",
    "a/../../file",
    "/file",
    "/",
    "a/b/../../..",
  ];
  for (const path of outside) assert.is(end(path), Errno.EPERM, path);
  assert.is(end("abs/x"), Errno.EPERM);
  assert.is(end("a/out/x"), Errno.EPERM);
  const a = fs.root().openDirectory("a") as Directory;
  assert.is(end("../file", a), Errno.EPERM);
  assert.is(end("up/x", a), Errno.EPERM);
});

test("what is missing, no directory, empty or a loop has its errno", () => {
  assert.is(end(""), Errno.ENOENT);
  assert.is(end("no/x"), Errno.ENOENT);
  assert.is(end("file/x"), Errno.ENOTDIR);
  assert.is(end("file/../file"), Errno.ENOTDIR);
  assert.is(end("self/x"), Errno.ELOOP);
  assert.is(end("x/x"), Errno.ELOOP);
  assert.is(end(`${"n".repeat(256)}/x`), Errno.ENAMETOOLONG);
});

test("forty links are followed, not more", () => {
  const files: Record<string, string | { symlink: string }> = { "d/x": "" };
  for (let i = 0; i <= 41; i++) {
    files[`l${i}`] = { symlink: i === 0 ? "d" : `l${i - 1}` };
  }
  const chain = new MemoryFS(files).root();
  assert.is(typeof end("l39/x", chain), "string");
  assert.is(end("l40/x", chain), Errno.ELOOP);
});

test("a link at the end can be followed by hand", () => {
  const found = drive(walkTo(fs.root(), "slash", function* (walk) {
    const errno = yield* walk.followLink();
    if (errno !== 0) return errno;
    return `${walk.name}${walk.mustBeDirectory ? "/" : ""}`;
  }));
  assert.is(found, "b/");
});

test("every handle opened on the way is closed, whatever happens", async () => {
  const slow = new SlowFS(fs);
  const base = slow.root();
  for (const path of ["to_b/c", "a/b/../b/c", "a/b/../../..", "file/x"]) {
    await drive(walkTo(base, path, function* (walk): Steps<string> {
      yield* wait(walk.directory.stat());
      return "end";
    }));
    assert.is(slow.openCount, 1, path);
  }
  try {
    await drive(walkTo(base, "a/b/c", function* (walk): Steps<string> {
      yield* wait(walk.directory.stat());
      throw new Error("host");
    }));
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, "host");
  }
  assert.is(slow.openCount, 1);
});

test("a directory that is taken outlives the walk", async () => {
  const slow = new SlowFS(fs);
  const base = slow.root();
  for (const path of ["a/b/..", "a/.."]) {
    const walk = new Walk(base);
    assert.is(await drive(walk.resolve(path)), 0);
    assert.is(walk.name, "");
    const taken = await drive(walk.take());
    await drive(walk.finish());
    assert.is(slow.openCount, 2);
    if (typeof taken === "number") return assert.unreachable();
    const stat = await taken.stat();
    assert.is(typeof stat === "object" && stat.ino, path === "a/.." ? ROOT : A);
    await taken.close();
    assert.is(slow.openCount, 1);
  }
});

test.run();
