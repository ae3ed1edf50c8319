/**
 * What every file system must do, whoever wrote it: `fileSystemTests` gives
 * tests for one, for any test runner. They use it through the interfaces of
 * lib/world.ts alone. Answers may be promises or not.
 *
 * @module
 */

import { checkOptions } from "../lib/checks.ts";
import {
  APPEND,
  type Directory,
  Errno,
  errnoName,
  type File,
  type FileSystem,
  FileType,
  type MaybePromise,
  OpenFlags,
  type Stat,
} from "../lib/world.ts";

/** What a file system may lack. */
export interface Lacks {
  /** There are no symbolic links. */
  readonly symlinks?: boolean | undefined;
  /** There are no hard links. */
  readonly hardLinks?: boolean | undefined;
  /** Times cannot be set. */
  readonly times?: boolean | undefined;
  /** A file cannot be removed or replaced while it is open. */
  readonly unlinkedFiles?: boolean | undefined;
  /** Directories cannot be renamed. */
  readonly directoryRename?: boolean | undefined;
  /** Serial numbers are all 0n. */
  readonly serials?: boolean | undefined;
}

/** One test. */
export interface FileSystemTest {
  /** What must hold, as a sentence. */
  readonly title: string;
  /** Rejects with what is wrong. */
  readonly run: () => Promise<void>;
}

/**
 * The tests of a file system, to be registered with a test runner.
 *
 * @example
 * ```ts
 * import { MemoryFS } from "@waxwing/waxwing";
 * import { fileSystemTests } from "@waxwing/waxwing/conformance";
 *
 * for (const { title, run } of fileSystemTests(() => new MemoryFS())) {
 *   await run().catch((error) => console.log(title, error));
 * }
 * ```
 *
 * @param make gives an empty one, another one at each call
 * @param lacks what is not tested
 */
export function fileSystemTests(
  make: () => MaybePromise<FileSystem>,
  lacks: Lacks = {},
): FileSystemTest[] {
  checkOptions(lacks, {
    symlinks: "boolean",
    hardLinks: "boolean",
    times: "boolean",
    unlinkedFiles: "boolean",
    directoryRename: "boolean",
    serials: "boolean",
  });
  const makeTree = async () => new Tree((await make()).root());
  return CASES
    .filter(([, , ...needs]) => !needs.some((need) => lacks[need]))
    .map(([title, body]) => ({
      title,
      run: async () => await body(await makeTree(), makeTree),
    }));
}

type Case = (root: Tree, make: () => Promise<Tree>) => Promise<void>;

const { Create, Exclusive, Read, Truncate, Write } = OpenFlags;
const encode = (text: string) => new TextEncoder().encode(text);

/** Names that are odd but allowed. */
const ODD_NAMES: readonly string[] = [
  "...",
  " ",
  "ü",
  "日本",
  "a b",
  "-",
  "__proto__",
  "toString",
];

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

function same(found: unknown, expected: unknown): void {
  expect(found === expected, `${found} is not ${expected}`);
}

function sameList(found: unknown, expected: readonly unknown[]): void {
  const fits = Array.isArray(found) && found.length === expected.length &&
    expected.every((value, i) => value === found[i]);
  expect(fits, `[${found}] is not [${expected}]`);
}

/** A directory with methods that throw, and paths of names and slashes. */
class Tree {
  readonly root: Directory;

  constructor(root: Directory) {
    this.root = root;
  }

  /** Opens the directory that a path is in. */
  async parent(path: string): Promise<[Directory, string]> {
    const parts = path.split("/");
    const name = parts.pop()!;
    let directory = this.root;
    for (const part of parts) {
      const next = await directory.openDirectory(part);
      if (directory !== this.root) await directory.close();
      directory = fine(next, part);
    }
    return [directory, name];
  }

  async in<T>(
    path: string,
    use: (directory: Directory, name: string) => MaybePromise<T>,
  ): Promise<T> {
    const [directory, name] = await this.parent(path);
    const result = await use(directory, name);
    if (directory !== this.root) await directory.close();
    return result;
  }

  mkdir(path: string) {
    return this.in(path, (directory, name) => directory.mkdir(name));
  }

  unlink(path: string) {
    return this.in(path, (directory, name) => directory.unlink(name));
  }

  rmdir(path: string) {
    return this.in(path, (directory, name) => directory.rmdir(name));
  }

  lookup(path: string) {
    return this.in(path, (directory, name) => directory.lookup(name));
  }

  async stat(path: string): Promise<Stat> {
    return fine(await this.lookup(path), path);
  }

  rename(from: string, to: string) {
    return this.in(
      from,
      (a, name) => this.in(to, (b, newName) => a.rename(name, b, newName)),
    );
  }

  link(from: string, to: string) {
    return this.in(
      from,
      (a, name) => this.in(to, (b, newName) => a.link(name, b, newName)),
    );
  }

  async directory(path: string): Promise<Directory> {
    return fine(
      await this.in(path, (directory, name) => directory.openDirectory(name)),
      path,
    );
  }

  /** Tries to open, and answers 0 or the errno. */
  async tryOpen(path: string, flags: number): Promise<Errno> {
    const opened = await this.in(path, (dir, name) => dir.open(name, flags));
    if (typeof opened === "number") return opened;
    await opened.close();
    return Errno.ESUCCESS;
  }

  async open(path: string, flags: number): Promise<File> {
    const opened = await this.in(path, (dir, name) => dir.open(name, flags));
    return fine(opened, path) as File;
  }

  async write(path: string, text: string): Promise<void> {
    const file = await this.open(path, Create | Truncate | Write);
    same(await put(file, text, 0), encode(text).length);
    same(await file.close(), 0);
  }

  async read(path: string): Promise<string> {
    const file = await this.open(path, Read);
    const text = await textOf(file);
    same(await file.close(), 0);
    return text;
  }

  async list(path = ""): Promise<string[]> {
    const directory = path ? await this.directory(path) : this.root;
    const names = await namesOf(directory);
    if (path) await directory.close();
    return names.sort();
  }
}

function fine<T>(answer: T | Errno, what: string): T {
  if (typeof answer !== "number") return answer;
  throw new Error(`${what}: ${errnoName(answer)}`);
}

async function put(file: File, text: string, position: number) {
  const bytes = encode(`<${text}>`);
  return await file.write(bytes, 1, bytes.length - 1, position);
}

async function textOf(file: File): Promise<string> {
  const pieces: number[] = [];
  const into = new Uint8Array(100);
  for (;;) {
    const count = await file.read(into, 0, into.length, pieces.length);
    if (count < 0) throw new Error(errnoName(-count));
    if (count === 0) return new TextDecoder().decode(Uint8Array.from(pieces));
    pieces.push(...into.subarray(0, count));
  }
}

async function namesOf(directory: Directory, limit = 3): Promise<string[]> {
  const names: string[] = [];
  for (let cookie = 0;;) {
    const list = fine(await directory.readdir(cookie, limit), "readdir");
    if (list.length === 0) return names;
    expect(list.length <= limit, "more entries than asked for");
    for (const entry of list) {
      names.push(entry.name);
      cookie = entry.next;
    }
  }
}

/** Expects an errno and shows its name where it is another one. */
function fails(answer: unknown, ...expected: (keyof typeof Errno)[]): void {
  const found = typeof answer === "number"
    ? answer === 0 ? "success" : errnoName(Math.abs(answer))
    : "success";
  const fits = (expected as string[]).includes(found);
  same(fits ? expected[0] : found, expected[0]);
}

const CASES: readonly (readonly [string, Case, ...(keyof Lacks)[]])[] = [
  ["a new one is empty", testEmpty],
  ["files are written and read at any position", testPositions],
  ["a file that is cut and grown is zero there", testSizes],
  ["a long file keeps every byte", testLongFile],
  ["open makes, refuses and truncates as it is told", testOpen],
  ["all handles of a file see it change", testSharing],
  ["directories are made, opened and removed", testDirectories],
  ["names are bytes, whatever they mean elsewhere", testNames],
  ["files are removed", testUnlink],
  ["files are renamed, also over others", testRename],
  ["directories are renamed", testRenameDirectory, "directoryRename"],
  ["nothing goes to another file system", testOtherFileSystem],
  ["a listing tells types and goes on where it was", testListing],
  ["a listing survives entries that come and go", testListingChanges],
  ["symbolic links are kept and not followed", testSymlinks, "symlinks"],
  ["hard links are one file", testHardLinks, "hardLinks"],
  ["a file lives on while it is open", testUnlinkedFile, "unlinkedFiles"],
  ["a removed directory takes nothing", testRemovedDirectory],
  ["times can be set", testTimes, "times"],
  ["serial numbers are unique and stay", testSerials, "serials"],
  ["operations that run at once do not disturb each other", testConcurrency],
  ["handles are independent", testHandles],
];

async function testEmpty({ root }: Tree) {
  same(root.type, FileType.Directory);
  same(fine(await root.stat(), "stat").type, FileType.Directory);
  sameList(await root.readdir(0, 10), []);
  fails(await root.lookup("no"), "ENOENT");
  fails(await root.open("no", Read), "ENOENT");
  fails(await root.openDirectory("no"), "ENOENT");
  fails(await root.unlink("no"), "ENOENT");
  fails(await root.rmdir("no"), "ENOENT");
  fails(await root.rename("no", root, "x"), "ENOENT");
}

async function testPositions(tree: Tree) {
  const file = await tree.open("f", Create | Read | Write);
  same(file.type, FileType.RegularFile);
  same(await put(file, "hello", 0), 5);
  same(await put(file, "J", 0), 1);
  same(await put(file, "!", 7), 1);
  same(await put(file, "end", APPEND), 3);
  same(await file.size(), 11);
  const into = new Uint8Array(20).fill(33); // "!"
  same(await file.read(into, 1, 20, 0), 11);
  const textIn = (end: number) => new TextDecoder().decode(into.slice(0, end));
  same(textIn(13), "!Jello\0\0!end!");
  same(await file.read(into, 2, 4, 8), 2);
  same(textIn(6), "!Jenlo");
  same(await file.read(into, 0, 20, 11), 0);
  same(await file.read(into, 0, 20, 1e6), 0);
  same(await file.sync(false), 0);
  same(await file.sync(true), 0);
  same(fine(await file.stat(), "stat").size, 11);
  same(await file.close(), 0);
  const { type, size, linkCount } = await tree.stat("f");
  sameList([type, size, linkCount], [FileType.RegularFile, 11, 1]);
}

async function testSizes(tree: Tree) {
  for (const cut of [8, 1, 0]) {
    await tree.write("f", "0123456789");
    const file = await tree.open("f", Read | Write);
    same(await file.setSize(cut), 0);
    same(await file.size(), cut);
    same(await file.setSize(10), 0);
    const expected = "0123456789".slice(0, cut) + "\0".repeat(10 - cut);
    same(await textOf(file), expected);
    await file.close();
  }
}

async function testLongFile(tree: Tree) {
  const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => i * 7 + i / 255);
  const file = await tree.open("long", Create | Write);
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(at + 70_000, bytes.length);
    const count = await file.write(bytes, at, end, at);
    expect(count > 0, `${count} bytes moved`);
    at += count;
  }
  await file.close();
  const back = new Uint8Array(bytes.length);
  const again = await tree.open("long", Read);
  for (let at = 0; at < back.length;) {
    const count = await again.read(back, at, back.length, at);
    expect(count > 0, `${count} bytes moved`);
    at += count;
  }
  await again.close();
  expect(back.every((byte, i) => byte === bytes[i]), "other bytes read");
}

async function testOpen(tree: Tree) {
  await tree.write("f", "text");
  await tree.mkdir("d");
  fails(await tree.tryOpen("f", Create | Exclusive | Write), "EEXIST");
  fails(await tree.tryOpen("d", Create | Exclusive | Write), "EEXIST");
  fails(await tree.tryOpen("f", OpenFlags.Directory), "ENOTDIR");
  for (const flags of [Write, Read | Write, Truncate, Create]) {
    fails(await tree.tryOpen("d", flags), "EISDIR");
  }
  same(await tree.tryOpen("d", 0), 0);
  same(await tree.tryOpen("d", OpenFlags.Directory), 0);
  same(await tree.tryOpen("f", Create | Write), 0);
  same(await tree.read("f"), "text");
  same(await tree.tryOpen("f", Truncate | Write), 0);
  same((await tree.stat("f")).size, 0);
  same(await tree.tryOpen("new", Create | Exclusive | Write), 0);
  same(await tree.read("new"), "");
}

async function testSharing(tree: Tree) {
  const writer = await tree.open("f", Create | Write);
  const reader = await tree.open("f", Read);
  await put(writer, "one", 0);
  same(await textOf(reader), "one");
  await put(writer, "two", APPEND);
  same(await textOf(reader), "onetwo");
  await writer.setSize(2);
  same(await textOf(reader), "on");
  same(await reader.size(), 2);
  same(await writer.close(), 0);
  same(await textOf(reader), "on");
  same(await reader.close(), 0);
}

async function testDirectories(tree: Tree) {
  same(await tree.mkdir("d"), 0);
  same(await tree.mkdir("d/e"), 0);
  await tree.write("d/e/f", "deep");
  fails(await tree.mkdir("d"), "EEXIST");
  fails(await tree.mkdir("d/e/f"), "EEXIST");
  fails(await tree.rmdir("d"), "ENOTEMPTY");
  fails(await tree.rmdir("d/e/f"), "ENOTDIR");
  fails(
    await tree.in("d/e/f", (dir, name) => dir.openDirectory(name)),
    "ENOTDIR",
  );
  fails(await tree.unlink("d"), "EISDIR");
  same(await tree.read("d/e/f"), "deep");
  same(await tree.unlink("d/e/f"), 0);
  same(await tree.rmdir("d/e"), 0);
  same(await tree.rmdir("d"), 0);
  sameList(await tree.list(), []);
  same(await tree.mkdir("d"), 0);
  sameList(await tree.list("d"), []);
}

async function testNames(tree: Tree) {
  for (const name of ODD_NAMES) await tree.write(name, name);
  for (const name of ODD_NAMES) same(await tree.read(name), name);
  sameList(await tree.list(), [...ODD_NAMES].sort());
  for (const name of ODD_NAMES) same(await tree.unlink(name), 0);
  sameList(await tree.list(), []);
}

async function testUnlink(tree: Tree) {
  await tree.mkdir("d");
  await tree.write("d/f", "1");
  same(await tree.unlink("d/f"), 0);
  fails(await tree.lookup("d/f"), "ENOENT");
  fails(await tree.unlink("d/f"), "ENOENT");
  await tree.write("d/f", "2");
  same(await tree.read("d/f"), "2");
}

async function testRename(tree: Tree) {
  await tree.write("a", "1");
  await tree.write("b", "22");
  await tree.mkdir("d");
  same(await tree.rename("a", "a"), 0);
  same(await tree.rename("a", "b"), 0);
  same(await tree.read("b"), "1");
  sameList(await tree.list(), ["b", "d"]);
  same(await tree.rename("b", "d/c"), 0);
  same(await tree.read("d/c"), "1");
  sameList(await tree.list(), ["d"]);
  same(await tree.rename("d/c", "d/e"), 0);
  sameList(await tree.list("d"), ["e"]);
  fails(await tree.rename("d/e", "d"), "EISDIR", "ENOTEMPTY");
  fails(await tree.rename("d/no", "x"), "ENOENT");
}

async function testRenameDirectory(tree: Tree) {
  await tree.mkdir("d");
  await tree.mkdir("d/e");
  await tree.write("d/e/f", "text");
  await tree.write("file", "");
  await tree.mkdir("empty");
  await tree.mkdir("full");
  await tree.write("full/x", "");
  fails(await tree.rename("d", "file"), "ENOTDIR");
  fails(await tree.rename("d", "full"), "ENOTEMPTY", "EEXIST");
  fails(await tree.rename("d", "d/e/g"), "EINVAL");
  fails(await tree.rename("d", "d/g"), "EINVAL");
  same(await tree.rename("d", "d"), 0);
  same(await tree.rename("d", "new"), 0);
  same(await tree.read("new/e/f"), "text");
  same(await tree.rename("new", "empty"), 0);
  same(await tree.read("empty/e/f"), "text");
  same(await tree.rename("empty/e", "full/e"), 0);
  same(await tree.read("full/e/f"), "text");
  sameList(await tree.list(), ["empty", "file", "full"]);
  sameList(await tree.list("empty"), []);
  // An open directory is the same one after it has moved.
  const directory = await tree.directory("full");
  same(await tree.rename("full", "moved"), 0);
  same(await directory.mkdir("inside"), 0);
  sameList(await tree.list("moved"), ["e", "inside", "x"]);
  await directory.close();
}

async function testOtherFileSystem(tree: Tree, make: () => Promise<Tree>) {
  const other = await make();
  await tree.write("f", "text");
  fails(await tree.root.rename("f", other.root, "f"), "EXDEV");
  fails(await tree.root.link("f", other.root, "f"), "EXDEV", "ENOTSUP");
  same(await tree.read("f"), "text");
  sameList(await other.list(), []);
}

async function testListing(tree: Tree) {
  await tree.mkdir("d");
  for (let i = 0; i < 20; i++) await tree.write(`f${i}`, "");
  const seen = new Map<string, number>();
  for (let cookie = 0;;) {
    const list = fine(await tree.root.readdir(cookie, 7), "readdir");
    if (list.length === 0) break;
    for (const entry of list) {
      expect(!seen.has(entry.name), `${entry.name} is listed twice`);
      seen.set(entry.name, entry.type);
      same(entry.ino, (await tree.stat(entry.name)).ino);
      // Going on from any entry is the same.
      const next = fine(await tree.root.readdir(entry.next, 1), "readdir");
      expect(next.length <= 1, "more entries than asked for");
      cookie = entry.next;
    }
  }
  same(seen.size, 21);
  same(seen.get("d"), FileType.Directory);
  same(seen.get("f3"), FileType.RegularFile);
}

async function testListingChanges(tree: Tree) {
  for (let i = 0; i < 40; i++) await tree.write(`f${i}`, "");
  const seen: string[] = [];
  for (let cookie = 0, round = 0;; round++) {
    const list = fine(await tree.root.readdir(cookie, 5), "readdir");
    if (list.length === 0) break;
    for (const { name, next } of list) {
      seen.push(name);
      cookie = next;
      if (/[02468]$/.test(name) && name.startsWith("f")) {
        same(await tree.unlink(name), 0);
      }
    }
    if (round < 3) await tree.write(`new${round}`, "");
  }
  const old = seen.filter((name) => name.startsWith("f"));
  same(new Set(old).size, 40);
  same(old.length, 40);
  same(new Set(seen).size, seen.length);
}

async function testSymlinks(tree: Tree) {
  const { root } = tree;
  await tree.write("f", "text");
  await tree.mkdir("d");
  same(await root.symlink("l", "f"), 0);
  same(await root.symlink("ld", "d"), 0);
  same(await root.symlink("odd", "no/../where/ü"), 0);
  same(await root.readlink("l"), "f");
  same(await root.readlink("odd"), "no/../where/ü");
  same((await tree.stat("l")).type, FileType.SymbolicLink);
  same((await tree.stat("l")).size, 1);
  fails(await tree.tryOpen("l", Read), "ELOOP");
  fails(await tree.tryOpen("l", Write), "ELOOP");
  fails(await tree.tryOpen("l", Create | Write), "ELOOP");
  fails(await tree.tryOpen("l", Create | Exclusive | Write), "EEXIST");
  fails(await tree.tryOpen("ld", OpenFlags.Directory), "ELOOP");
  fails(await root.openDirectory("ld"), "ELOOP");
  fails(await root.symlink("l", "x"), "EEXIST");
  fails(await root.symlink("f", "x"), "EEXIST");
  fails(await root.readlink("f"), "EINVAL");
  fails(await root.readlink("no"), "ENOENT");
  fails(await root.rmdir("ld"), "ENOTDIR");
  same(await tree.rename("l", "l2"), 0);
  same(await root.readlink("l2"), "f");
  same(await root.unlink("l2"), 0);
  same(await root.unlink("ld"), 0);
  same(await tree.read("f"), "text");
  sameList(await tree.list(), ["d", "f", "odd"]);
}

async function testHardLinks(tree: Tree) {
  await tree.write("f", "text");
  await tree.mkdir("d");
  same(await tree.link("f", "d/g"), 0);
  same((await tree.stat("f")).linkCount, 2);
  same((await tree.stat("f")).ino, (await tree.stat("d/g")).ino);
  const file = await tree.open("d/g", Write);
  await put(file, "T", 0);
  await file.close();
  same(await tree.read("f"), "Text");
  fails(await tree.link("f", "d/g"), "EEXIST");
  fails(await tree.link("d", "e"), "EPERM");
  fails(await tree.link("d", "f"), "EEXIST");
  fails(await tree.link("no", "e"), "ENOENT");
  same(await tree.rename("f", "d/g"), 0); // the same file: nothing
  sameList(await tree.list(), ["d", "f"]);
  same(await tree.unlink("f"), 0);
  same(await tree.read("d/g"), "Text");
  same((await tree.stat("d/g")).linkCount, 1);
}

async function testUnlinkedFile(tree: Tree) {
  for (const end of ["unlink", "rename"]) {
    await tree.write("f", "text");
    const file = await tree.open("f", Read | Write);
    if (end === "unlink") await tree.unlink("f");
    else {
      await tree.write("g", "other");
      same(await tree.rename("g", "f"), 0);
    }
    same(await textOf(file), "text");
    same(await put(file, "more", APPEND), 4);
    same(await textOf(file), "textmore");
    same(fine(await file.stat(), "stat").size, 8);
    same(await file.close(), 0);
  }
  same(await tree.read("f"), "other");
}

async function testRemovedDirectory(tree: Tree) {
  await tree.mkdir("d");
  await tree.write("f", "");
  const directory = await tree.directory("d");
  same(await tree.rmdir("d"), 0);
  fails(await directory.mkdir("x"), "ENOENT");
  fails(await directory.open("x", Create | Write), "ENOENT");
  fails(await tree.root.rename("f", directory, "f"), "ENOENT");
  fails(await directory.lookup("x"), "ENOENT");
  same(await tree.mkdir("d"), 0);
  sameList(await tree.list("d"), []);
  same(await directory.close(), 0);
  sameList(await tree.list(), ["d", "f"]);
}

async function testTimes(tree: Tree) {
  await tree.write("f", "text");
  await tree.mkdir("d");
  const file = await tree.open("f", Read | Write);
  const second = 1_000_000_000n;
  same(await file.setTimes(5n * second, 7n * second), 0);
  const stat = fine(await file.stat(), "stat");
  sameList([stat.atimeNs, stat.mtimeNs], [5n * second, 7n * second]);
  await file.close();
  same((await tree.stat("f")).mtimeNs, 7n * second);
  const { root } = tree;
  same(await root.setEntryTimes("f", undefined, 9n * second), 0);
  const after = await tree.stat("f");
  sameList([after.atimeNs, after.mtimeNs], [5n * second, 9n * second]);
  same(await root.setEntryTimes("d", second, second), 0);
  same((await tree.stat("d")).mtimeNs, second);
  const directory = await tree.directory("d");
  same(await directory.setTimes(3n * second, 2n * second), 0);
  same((await tree.stat("d")).mtimeNs, 2n * second);
  await directory.close();
  fails(await root.setEntryTimes("no", 1n, 1n), "ENOENT");
}

async function testSerials(tree: Tree) {
  await tree.mkdir("d");
  for (const name of ["a", "b", "d/c"]) await tree.write(name, name);
  const names = ["a", "b", "d", "d/c"];
  const before = await Promise.all(names.map((name) => tree.stat(name)));
  const root = fine(await tree.root.stat(), "stat");
  const inos = [...before, root].map(({ ino }) => ino);
  same(new Set(inos).size, 5);
  const file = await tree.open("a", Read | Write);
  await put(file, "changed", 0);
  same(fine(await file.stat(), "stat").ino, inos[0]);
  await file.close();
  same(await tree.rename("a", "d/a"), 0);
  same((await tree.stat("d/a")).ino, inos[0]);
  const directory = await tree.directory("d");
  same(fine(await directory.stat(), "stat").ino, inos[2]);
  await directory.close();
}

async function testConcurrency(tree: Tree) {
  await tree.mkdir("d");
  const names = Array.from({ length: 8 }, (_, i) => `f${i}`);
  await Promise.all(names.map((name) => tree.write(`d/${name}`, name)));
  const texts = await Promise.all(names.map((name) => tree.read(`d/${name}`)));
  sameList(texts, names);
  const made = await Promise.all([tree.mkdir("x"), tree.mkdir("x")]);
  sameList(made.sort(), [0, Errno.EEXIST]);
  await Promise.all(names.map((name) => tree.unlink(`d/${name}`)));
  same(await tree.rmdir("d"), 0);
}

async function testHandles(tree: Tree) {
  await tree.mkdir("d");
  await tree.write("d/f", "text");
  const first = await tree.directory("d");
  const second = fine(await first.reopen(), "reopen");
  const third = await tree.directory("d");
  same(await first.close(), 0);
  sameList(await namesOf(second), ["f"]);
  same(await second.close(), 0);
  same(fine(await third.stat(), "stat").type, FileType.Directory);
  same(await third.mkdir("e"), 0);
  same(await third.close(), 0);
  sameList(await tree.list("d"), ["e", "f"]);
}
