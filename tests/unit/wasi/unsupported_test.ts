import { test } from "uvu";
import * as assert from "uvu/assert";
import { Errno, FileType } from "../../../lib/world.ts";
import {
  UnsupportedDirectory,
  UnsupportedFile,
} from "../../../wasi/unsupported.ts";
import { Guest } from "./guest.ts";

class Hello extends UnsupportedFile {
  override size() {
    return 5;
  }

  override read(into: Uint8Array, start: number, end: number, at: number) {
    const text = new TextEncoder().encode("hello").subarray(at);
    const count = Math.min(text.length, end - start);
    into.set(text.subarray(0, count), start);
    return count;
  }
}

class Root extends UnsupportedDirectory {
  override lookup(name: string) {
    return name === "hello" ? new Hello().stat() : Errno.ENOENT;
  }

  override open(name: string) {
    return name === "hello" ? new Hello() : Errno.ENOENT;
  }
}

test("a file system can be made of a few methods", () => {
  const guest = new Guest({ fs: { root: () => new Root() } });
  const fd = guest.open("hello", { rights: 2 | 16 | 64 });
  assert.is(guest.readText(fd, 3), "hel");
  assert.is(guest.readText(fd, 9), "lo");
  assert.is(guest.write(fd, "x"), Errno.ENOSYS);
  assert.is(guest.open("no"), -Errno.ENOENT);
  assert.is(guest.call("fd_sync", fd), 0);
  assert.is(guest.call("fd_close", fd), 0);
});

test("everything else answers that it is not there", async () => {
  const directory = new UnsupportedDirectory();
  const file = new UnsupportedFile();
  const answers = [
    directory.lookup("x"),
    directory.openDirectory("x"),
    directory.open("x", 0),
    directory.readlink("x"),
    directory.readdir(0, 1),
    directory.mkdir("x"),
    directory.symlink("x", "y"),
    directory.link("x", directory, "y"),
    directory.rename("x", directory, "y"),
    directory.unlink("x"),
    directory.rmdir("x"),
    directory.setEntryTimes("x", 1n, 1n),
    directory.setTimes(1n, 1n),
    file.setSize(1),
    file.setTimes(1n, 1n),
  ];
  for (const answer of answers) assert.is(await answer, Errno.ENOSYS);
  assert.is(await file.read(new Uint8Array(1), 0, 1, 0), -Errno.ENOSYS);
  assert.is(await file.write(new Uint8Array(1), 0, 1, 0), -Errno.ENOSYS);
  assert.is(await file.size(), -Errno.ENOSYS);
  assert.is(await directory.reopen(), directory);
  assert.is(directory.type, FileType.Directory);
});

test.run();
