import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Directory,
  Errno,
  type File,
  FileType,
  OpenFlags,
  type Stat,
} from "../../../lib/world.ts";
import { MemoryFS } from "../../../wasi/memfs.ts";
import { ReadOnlyFS } from "../../../wasi/readonly.ts";
import { Guest } from "./guest.ts";
import { SlowFS } from "./slow_fs.ts";

const { Create, Exclusive, Read, Truncate, Write } = OpenFlags;
const IMAGE = { "f": "text", "d/x": "deep", "l": { symlink: "f" } };

for (const isSlow of [false, true]) {
  const make = () => {
    const fs = new MemoryFS(IMAGE);
    return new ReadOnlyFS(isSlow ? new SlowFS(fs) : fs).root();
  };
  const kind = isSlow ? "slow" : "quick";

  test(`everything can be read, ${kind}`, async () => {
    const root = make();
    assert.is((await root.stat() as Stat).type, FileType.Directory);
    assert.is((await root.lookup("f") as Stat).size, 4);
    assert.is(await root.readlink("l"), "f");
    const list = await root.readdir(0, 9);
    assert.is(Array.isArray(list) && list.length, 3);
    const into = new Uint8Array(9);
    const file = await root.open("f", Read) as File;
    assert.is(await file.read(into, 0, 9, 0), 4);
    assert.is(await file.size(), 4);
    assert.is(await file.sync(false), 0);
    assert.is(await file.close(), 0);
    const d = await root.openDirectory("d") as Directory;
    const again = await d.reopen() as Directory;
    assert.is((await again.open("x", Create) as File).type, 4);
    assert.is(await again.open("x", Write), Errno.EROFS);
    assert.is(await d.close(), 0);
    const opened = await root.open("d", OpenFlags.Directory) as Directory;
    assert.is(await opened.mkdir("new"), Errno.EROFS);
  });

  test(`nothing can be changed, ${kind}`, async () => {
    const root = make();
    const { EEXIST, EISDIR, ELOOP, ENOENT, ENOTDIR, EROFS } = Errno;
    assert.is(await root.open("f", Write), EROFS);
    assert.is(await root.open("f", Truncate), EROFS);
    assert.is(await root.open("new", Create), EROFS);
    assert.is(await root.open("new", Write), ENOENT);
    assert.is(await root.open("f", Create | Exclusive), EEXIST);
    assert.is(await root.open("d", Write), EISDIR);
    assert.is(await root.open("l", Write), ELOOP);
    assert.is(await root.open("f", Create | OpenFlags.Directory), ENOTDIR);
    assert.is(await root.mkdir("f"), EEXIST);
    assert.is(await root.mkdir("new"), EROFS);
    assert.is(await root.symlink("new", "f"), EROFS);
    assert.is(await root.link("f", root, "g"), EROFS);
    assert.is(await root.rename("f", root, "g"), EROFS);
    assert.is(await root.rename("no", root, "g"), ENOENT);
    assert.is(await root.unlink("f"), EROFS);
    assert.is(await root.unlink("d"), EISDIR);
    assert.is(await root.unlink("no"), ENOENT);
    assert.is(await root.rmdir("d"), EROFS);
    assert.is(await root.setTimes(1n, 1n), EROFS);
    assert.is(await root.setEntryTimes("f", 1n, 1n), EROFS);
    const file = await root.open("f", Read) as File;
    assert.is(await file.write(new Uint8Array(1), 0, 1, 0), -EROFS);
    assert.is(await file.setSize(1), EROFS);
    assert.is(await file.setTimes(1n, 1n), EROFS);
  });
}

test("guests work with it", () => {
  const guest = new Guest({ fs: new ReadOnlyFS(new MemoryFS(IMAGE)) });
  const fd = guest.open("l", { rights: 2 });
  assert.is(guest.readText(fd, 9), "text");
  assert.is(guest.open("f", { rights: 64 }), -Errno.EROFS);
  assert.is(guest.path("path_unlink_file", "f"), Errno.EROFS);
});

test.run();
