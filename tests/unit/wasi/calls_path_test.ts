import { test } from "uvu";
import * as assert from "uvu/assert";
import { Errno, FileType } from "../../../lib/world.ts";
import {
  ALL_RIGHTS,
  DIRECTORY_RIGHTS,
  FILE_RIGHTS,
  OFLAG_CREAT,
  OFLAG_DIRECTORY,
  OFLAG_EXCL,
  OFLAG_TRUNC,
  RIGHT_FD_READ,
  RIGHT_FD_SEEK,
  RIGHT_FD_WRITE,
  RIGHT_PATH_OPEN,
} from "../../../wasi/abi.ts";
import { MemoryFS } from "../../../wasi/memfs.ts";
import { UnsupportedDirectory } from "../../../wasi/unsupported.ts";
import { Guest, RESULT } from "./guest.ts";
import { SlowFS } from "./slow_fs.ts";

function world(): { fs: MemoryFS; guest: Guest } {
  const fs = new MemoryFS({
    f: "file",
    "d/x": "x",
    "d/e/": "",
    to_f: { symlink: "f" },
    to_d: { symlink: "d" },
    dangling: { symlink: "no" },
    abs: { symlink: "/f" },
    out: { symlink: "../f" },
    loop: { symlink: "loop" },
  });
  return { fs, guest: new Guest({ fs }) };
}

const DIR = DIRECTORY_RIGHTS;

test("opening gives the lowest free number and reads the file", () => {
  const { guest } = world();
  const fd = guest.open("f", { rights: FILE_RIGHTS });
  assert.is(fd, 4);
  assert.is(guest.readText(fd, 9), "file");
  guest.call("fd_close", fd);
  assert.is(guest.open("d/x"), 4);
});

test("links are followed only where that is asked", () => {
  const { guest } = world();
  const follow = (path: string, on: number, oflags = 0) =>
    guest.open(path, { follow: on, oflags });
  assert.ok(follow("to_f", 1) > 0);
  assert.is(follow("to_f", 0), -Errno.ELOOP);
  assert.ok(follow("to_d/", 0) > 0);
  assert.ok(follow("to_d/x", 0) > 0);
  assert.is(follow("to_f", 1, OFLAG_DIRECTORY), -Errno.ENOTDIR);
  assert.is(follow("to_f/", 1), -Errno.ENOTDIR);
  assert.is(follow("loop", 1), -Errno.ELOOP);
  assert.is(follow("dangling", 1), -Errno.ENOENT);
  assert.is(follow("dangling", 1, OFLAG_CREAT | OFLAG_EXCL), -Errno.EEXIST);
  assert.ok(follow("dangling", 1, OFLAG_CREAT) > 0);
  assert.ok(follow("no", 0) > 0);
});

test("nothing outside can be reached", () => {
  const { guest } = world();
  const paths = ["/f", "..", "../f", "d/../../f", "abs", "out", "abs/x"];
  for (const path of paths) {
    assert.is(guest.open(path), -Errno.EPERM, path);
    if (path === "abs" || path === "out") continue;
    assert.is(guest.path("path_create_directory", path), Errno.EPERM, path);
    assert.is(guest.path("path_unlink_file", path), Errno.EPERM, path);
    assert.is(guest.path("path_remove_directory", path), Errno.EPERM, path);
  }
  const d = guest.open("d", { rights: DIR, inheriting: ALL_RIGHTS });
  assert.is(guest.open("../f", { fd: d }), -Errno.EPERM);
});

test("a directory that was moved away still leads nowhere above", () => {
  const { fs, guest } = world();
  const e = guest.open("d/e", { rights: DIR, inheriting: ALL_RIGHTS });
  fs.root().rename("d", fs.root(), "moved");
  assert.is(guest.open("..", { fd: e }), -Errno.EPERM);
  assert.ok(guest.open(".", { fd: e }) > 0);
});

test("creating, excluding and truncating", () => {
  const { fs, guest } = world();
  const open = (path: string, oflags: number) => guest.open(path, { oflags });
  assert.ok(open("new", OFLAG_CREAT) > 0);
  assert.is(open("new", OFLAG_CREAT | OFLAG_EXCL), -Errno.EEXIST);
  assert.ok(open("f", OFLAG_TRUNC) > 0);
  assert.is(fs.readText("f"), "");
  assert.is(open("d", OFLAG_CREAT), -Errno.EISDIR);
  assert.is(open("d", OFLAG_TRUNC), -Errno.EISDIR);
  assert.is(open("n", OFLAG_CREAT | OFLAG_DIRECTORY), -Errno.EINVAL);
  assert.is(open("n/", OFLAG_CREAT), -Errno.EISDIR);
  assert.is(open("f/", OFLAG_CREAT), -Errno.EISDIR);
  assert.is(open("to_f/", OFLAG_CREAT), -Errno.EISDIR);
  assert.is(open("f/n", OFLAG_CREAT), -Errno.ENOTDIR);
  assert.is(open("f", 16), -Errno.EINVAL);
  assert.is(open(".", OFLAG_CREAT), -Errno.EISDIR);
  assert.is(open("no/.", OFLAG_CREAT), -Errno.ENOENT);
  assert.is(open(".", OFLAG_CREAT | OFLAG_EXCL), -Errno.EEXIST);
});

test("a directory is opened for listing, not for writing", () => {
  const { guest } = world();
  for (const path of ["d", ".", "d/e/.."]) {
    assert.ok(guest.open(path, { rights: RIGHT_FD_READ }) > 0);
    assert.is(guest.open(path, { rights: RIGHT_FD_WRITE }), -Errno.EISDIR);
  }
});

test("a path costs one step a name, however many files there are", () => {
  const steps: string[] = [];
  class Counting extends UnsupportedDirectory {
    override openDirectory(name: string) {
      steps.push(`open ${name}`);
      return new Counting();
    }
    override lookup(name: string) {
      steps.push(`lookup ${name}`);
      return this.stat();
    }
    override close() {
      steps.push("close");
      return Errno.ESUCCESS;
    }
  }
  const guest = new Guest({ fs: { root: () => new Counting() } });
  const path = guest.text("a/b/../c/name");
  assert.is(guest.call("path_filestat_get", 3, 0, ...path, RESULT), 0);
  const way = "open a, open b, close, open c, lookup name, close, close";
  assert.is(steps.join(", "), way);
});

test("rights are narrowed to what the file is and never widened", () => {
  const { guest } = world();
  const rights = (fd: number) => {
    assert.is(guest.call("fd_fdstat_get", fd, 8), 0);
    return [16, 24].map((at) => guest.view.getUint32(at, true));
  };
  const d = guest.open("d", {
    rights: DIR | RIGHT_FD_SEEK,
    inheriting: RIGHT_FD_READ | RIGHT_PATH_OPEN,
  });
  assert.equal(rights(d), [DIR, RIGHT_FD_READ | RIGHT_PATH_OPEN]);
  const open = (rights: number) => guest.open("x", { fd: d, rights });
  assert.equal(rights(open(RIGHT_FD_READ)), [RIGHT_FD_READ, 0]);
  assert.is(open(RIGHT_FD_WRITE), -Errno.ENOTCAPABLE);
  assert.equal(rights(guest.open("f", { rights: ALL_RIGHTS })), [
    FILE_RIGHTS,
    0,
  ]);
});

test("every call asks for its right on the directory", () => {
  const { guest } = world();
  const d = guest.open("d", { rights: 0 });
  const path = guest.text("x");
  const calls: [string, ...(number | bigint)[]][] = [
    ["path_create_directory", d, ...path],
    ["path_filestat_get", d, 0, ...path, 0],
    ["path_filestat_set_times", d, 0, ...path, 0n, 0n, 0],
    ["path_link", d, 0, ...path, 3, ...path],
    ["path_link", 3, 0, ...path, d, ...path],
    ["path_open", d, 0, ...path, 0, 0n, 0n, 0, 0],
    ["path_readlink", d, ...path, 0, 0, 0],
    ["path_remove_directory", d, ...path],
    ["path_rename", d, ...path, 3, ...path],
    ["path_rename", 3, ...path, d, ...path],
    ["path_symlink", ...path, d, ...path],
    ["path_unlink_file", d, ...path],
  ];
  for (const [name, ...args] of calls) {
    assert.is(guest.call(name, ...args), Errno.ENOTCAPABLE, name);
    const onFile = args.map((arg) => arg === d ? 1 : arg);
    assert.is(guest.call(name, ...onFile), Errno.ENOTDIR, name);
    const onNone = args.map((arg) => arg === d ? 99 : arg);
    assert.is(guest.call(name, ...onNone), Errno.EBADF, name);
  }
});

test("no more descriptors than allowed can be open", () => {
  const guest = new Guest({ fs: new MemoryFS({ f: "" }), maxDescriptors: 5 });
  assert.is(guest.open("f"), 4);
  assert.is(guest.open("f"), -Errno.EMFILE);
  guest.call("fd_close", 4);
  assert.is(guest.open("f"), 4);
});

test("paths that are no paths have their errno", () => {
  const { guest } = world();
  assert.is(guest.open(""), -Errno.ENOENT);
  assert.is(guest.open("f\0"), -Errno.EINVAL);
  assert.is(guest.open("x".repeat(256)), -Errno.ENAMETOOLONG);
  assert.is(guest.open("d/".repeat(3000)), -Errno.ENAMETOOLONG);
  const bad = guest.text(new Uint8Array([0x66, 0x80]));
  assert.is(guest.call("path_create_directory", 3, ...bad), Errno.EILSEQ);
  assert.is(guest.call("path_unlink_file", 3, 65530, 100), Errno.EFAULT);
  assert.is(guest.call("path_unlink_file", 3, 0, -1), Errno.EFAULT);
});

test("directories are made and removed", () => {
  const { guest } = world();
  const make = (path: string) => guest.path("path_create_directory", path);
  const remove = (path: string) => guest.path("path_remove_directory", path);
  assert.is(make("new/"), 0);
  assert.is(make("new"), Errno.EEXIST);
  assert.is(make("."), Errno.EEXIST);
  assert.is(make("new/."), Errno.EEXIST);
  assert.is(make("no/."), Errno.ENOENT);
  assert.is(make("no/x"), Errno.ENOENT);
  assert.is(remove("new/."), Errno.EINVAL);
  assert.is(remove("f/."), Errno.ENOTDIR);
  assert.is(remove("new/"), 0);
  assert.is(remove("new"), Errno.ENOENT);
  assert.is(remove("f"), Errno.ENOTDIR);
  assert.is(remove("f/"), Errno.ENOTDIR);
  assert.is(remove("to_d"), Errno.ENOTDIR);
  assert.is(remove("d"), Errno.ENOTEMPTY);
  assert.is(remove("."), Errno.EINVAL);
});

test("files are unlinked, links themselves", () => {
  const { fs, guest } = world();
  const unlink = (path: string) => guest.path("path_unlink_file", path);
  assert.is(unlink("to_f"), 0);
  assert.ok(fs.exists("f"));
  assert.is(unlink("f/"), Errno.ENOTDIR);
  assert.is(unlink("d"), Errno.EISDIR);
  assert.is(unlink("d/"), Errno.EISDIR);
  assert.is(unlink("."), Errno.EISDIR);
  assert.is(unlink("d/."), Errno.EISDIR);
  assert.is(unlink("f/."), Errno.ENOTDIR);
  assert.is(unlink("f"), 0);
  assert.is(unlink("f"), Errno.ENOENT);
});

test("filestat follows links only where that is asked", () => {
  const { guest } = world();
  const type = (path: string, flags: number) =>
    -guest.call("path_filestat_get", 3, flags, ...guest.text(path), 8) ||
    guest.memory[24];
  assert.is(type("to_f", 0), FileType.SymbolicLink);
  assert.is(type("to_f", 1), FileType.RegularFile);
  assert.is(type("to_d/", 0), FileType.Directory);
  assert.is(type(".", 0), FileType.Directory);
  assert.is(type("f/", 0), -Errno.ENOTDIR);
  assert.is(type("dangling", 1), -Errno.ENOENT);
  assert.is(type("f", 2), -Errno.EINVAL);
});

test("times are set on the link or on what it points to", () => {
  const { fs, guest } = world();
  const set = (path: string, flags: number, fst = 5) =>
    guest.call(
      "path_filestat_set_times",
      3,
      flags,
      ...guest.text(path),
      1n,
      2n,
      fst,
    );
  assert.is(set("to_f", 0), 0);
  assert.is(fs.stat("to_f").mtimeNs, 2n);
  assert.is.not(fs.stat("f").mtimeNs, 2n);
  assert.is(set("to_f", 1), 0);
  assert.is(fs.stat("f").mtimeNs, 2n);
  assert.is(set(".", 0), 0);
  assert.is(fs.stat("").atimeNs, 1n);
  assert.is(set("f", 0, 3), Errno.EINVAL);
});

test("links are made and read, cut off where the buffer ends", () => {
  const { guest } = world();
  const link = (target: string, path: string) =>
    guest.call("path_symlink", ...guest.text(target), 3, ...guest.text(path));
  const read = (path: string, size: number) =>
    guest.call("path_readlink", 3, ...guest.text(path), 40000, size, RESULT) ||
    guest.read(40000, guest.u32);
  assert.is(link("some/where", "l"), 0);
  assert.is(read("l", 100), "some/where");
  assert.is(read("l", 4), "some");
  assert.is(read("f", 4), Errno.EINVAL);
  assert.is(read("no", 4), Errno.ENOENT);
  assert.is(read("to_f/", 4), Errno.ENOTDIR);
  assert.is(read("to_d/", 4), Errno.EINVAL);
  assert.is(read("f/", 4), Errno.ENOTDIR);
  assert.is(read("no/", 4), Errno.ENOENT);
  assert.is(link("x", "l"), Errno.EEXIST);
  assert.is(link("x", "new/"), Errno.ENOENT);
  assert.is(link("x", "d/"), Errno.EEXIST);
  assert.is(link("x", "f/"), Errno.ENOTDIR);
  assert.is(link("", "m"), Errno.ENOENT);
  assert.is(link("/f", "m"), Errno.EPERM);
  assert.is(link("../../../f", "m"), 0); // may be made, leads nowhere
  assert.is(guest.open("m"), -Errno.EPERM);
});

test("hard links are made within a file system", () => {
  const fs = new MemoryFS({ f: "f", "d/": "", l: { symlink: "f" } });
  const guest = new Guest({ fs: { "/a": fs, "/b": new MemoryFS() } });
  const link = (from: string, to: string, fd = 3, flags = 0) =>
    guest.call(
      "path_link",
      3,
      flags,
      ...guest.text(from),
      fd,
      ...guest.text(to),
    );
  assert.is(link("f", "d/g"), 0);
  assert.is(fs.stat("f").linkCount, 2);
  assert.is(link("l", "d/l"), 0);
  assert.is(fs.stat("d/l").type, FileType.SymbolicLink);
  assert.is(link("f", "d"), Errno.EEXIST);
  assert.is(link("f", "new/"), Errno.ENOENT);
  assert.is(link("d", "e"), Errno.EPERM);
  assert.is(link("d/", "e"), Errno.EPERM);
  assert.is(link(".", "e"), Errno.EPERM);
  assert.is(link("f", "d/."), Errno.EEXIST);
  assert.is(link("f/", "e"), Errno.ENOTDIR);
  assert.is(link("f", "f", 4), Errno.EXDEV);
  assert.is(link("f", "e", 3, 1), Errno.EINVAL);
});

test("renaming needs a directory where there is a slash", () => {
  const fs = new MemoryFS({ f: "f", "d/x": "" });
  const guest = new Guest({ fs: { "/a": fs, "/b": new MemoryFS() } });
  const rename = (from: string, to: string, fd = 3) =>
    guest.call("path_rename", 3, ...guest.text(from), fd, ...guest.text(to));
  assert.is(rename("d/", "e/"), 0);
  assert.is(rename("f/", "g"), Errno.ENOTDIR);
  assert.is(rename("f", "g/"), Errno.ENOTDIR);
  assert.is(rename("f", "e/f"), 0);
  assert.is(rename("e", "e/inside"), Errno.EINVAL);
  assert.is(rename(".", "x"), Errno.EBUSY);
  assert.is(rename("e", "."), Errno.EBUSY);
  assert.is(rename("e/.", "x"), Errno.EBUSY);
  assert.is(rename("e", "no/."), Errno.ENOENT);
  assert.is(rename("no", "x"), Errno.ENOENT);
  assert.is(rename("e", "e", 4), Errno.EXDEV);
  assert.equal(fs.list("e"), ["x", "f"]);
});

test("everything works on a file system that takes its time", async () => {
  const fs = new MemoryFS({ f: "file", "d/e/": "", l: { symlink: "d" } });
  const slow = new SlowFS(fs);
  const guest = new Guest({ fs: slow });
  const text = (path: string) => guest.text(path);
  assert.is(await guest.wait("path_create_directory", 3, ...text("l/n")), 0);
  assert.is(
    await guest.wait("path_rename", 3, ...text("f"), 3, ...text("l/n/g")),
    0,
  );
  assert.is(
    await guest.wait("path_link", 3, 0, ...text("d/n/g"), 3, ...text("h")),
    0,
  );
  assert.is(
    await guest.wait("path_symlink", ...text("h"), 3, ...text("s")),
    0,
  );
  assert.is(await guest.wait("path_remove_directory", 3, ...text("d/e")), 0);
  assert.is(await guest.wait("path_filestat_get", 3, 1, ...text("s"), 8), 0);
  assert.is(guest.memory[24], FileType.RegularFile);
  assert.is(await guest.wait("path_unlink_file", 3, ...text("d/n/g")), 0);
  assert.is(await guest.wait("fd_readdir", 3, 40000, 500, 0n, RESULT), 0);
  const open = await guest.wait(
    "path_open",
    3,
    1,
    ...text("l/../s"),
    0,
    BigInt(FILE_RIGHTS),
    0n,
    0,
    RESULT,
  );
  assert.is(open, 0);
  assert.is(slow.openCount, 2);
  assert.is(await guest.wait("fd_seek", 4, -2n, 2, RESULT), 0);
  assert.is(guest.u64, 2n);
  assert.is(await guest.wait("fd_allocate", 4, 0n, 9n), 0);
  assert.is(fs.readText("h"), "file\0\0\0\0\0");
  await guest.wasi.close();
  assert.is(slow.openCount, 0);
});

test.run();
