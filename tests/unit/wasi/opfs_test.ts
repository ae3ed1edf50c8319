import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Directory,
  Errno,
  type File,
  OpenFlags,
} from "../../../lib/world.ts";
import { type OpfsDirectoryHandle, OpfsFS } from "../../../wasi/opfs.ts";
import { testFileSystem } from "./conformance.ts";
import { Guest } from "./guest.ts";
import { MockDirectory, type MockOptions } from "./opfs_mock.ts";

const { Create, Read, Write } = OpenFlags;
const WORKER: MockOptions = { hasAccess: true, hasMove: true };
const WINDOW: MockOptions = { hasAccess: false, hasMove: true };

const KINDS: [string, MockOptions][] = [
  ["in a worker", WORKER],
  ["in a window", WINDOW],
  ["in a worker without move", { hasAccess: true, hasMove: false }],
  ["in a window without move", { hasAccess: false, hasMove: false }],
];

for (const [kind, options] of KINDS) {
  testFileSystem(
    `OPFS ${kind}`,
    () => new OpfsFS(new MockDirectory(options)),
    { symlinks: true, hardLinks: true },
  );

  test(`OPFS ${kind}: files are there at the next visit`, async () => {
    const mock = new MockDirectory(options);
    const bytes = new TextEncoder().encode("text");
    const root = new OpfsFS(mock).root();
    await root.mkdir("d");
    const d = await root.openDirectory("d") as Directory;
    const file = await d.open("f", Create | Write) as File;
    assert.is(await file.write(bytes, 0, 4, 0), 4);
    assert.is(await file.sync(true), 0);
    assert.is(await d.rename("f", root, "g"), 0);
    assert.is(await file.write(bytes, 0, 4, 4), 4);
    assert.is(await file.close(), 0);
    assert.is(await root.rename("d", root, "e"), 0);

    const again = new OpfsFS(mock).root();
    const list = await again.readdir(0, 9);
    if (!Array.isArray(list)) return assert.unreachable();
    assert.equal(list.map(({ name }) => name).sort(), ["e", "g"]);
    const back = await again.open("g", Read) as File;
    const into = new Uint8Array(9);
    assert.is(await back.read(into, 0, 9, 0), 8);
    assert.is(new TextDecoder().decode(into.slice(0, 8)), "texttext");
    await back.close();
  });
}

test("what others make and remove is seen", async () => {
  const mock = new MockDirectory(WORKER);
  const root = new OpfsFS(mock).root();
  await mock.getFileHandle("f", { create: true });
  assert.type(await root.lookup("f"), "object");
  await mock.removeEntry("f");
  assert.is(await root.lookup("f"), Errno.ENOENT);
  assert.equal(await root.readdir(0, 9), []);
  await mock.getDirectoryHandle("f", { create: true });
  assert.type(await root.openDirectory("f"), "object");
});

test("a file that another has locked is busy", async () => {
  const mock = new MockDirectory(WORKER);
  const handle = await mock.getFileHandle("f", { create: true });
  const access = await handle.createSyncAccessHandle!();
  const root = new OpfsFS(mock).root();
  assert.is(await root.open("f", Read), Errno.EBUSY);
  assert.is(await root.unlink("f"), Errno.EBUSY);
  access.close();
  assert.is(await root.unlink("f"), 0);
});

test("links are not supported", async () => {
  const root = new OpfsFS(new MockDirectory(WORKER)).root();
  await root.mkdir("d");
  assert.is(await root.symlink("l", "d"), Errno.ENOTSUP);
  assert.is(await root.link("d", root, "e"), Errno.ENOTSUP);
  assert.is(await root.readlink("d"), Errno.EINVAL);
  assert.is(await root.lookup("a/b"), Errno.EINVAL);
});

test("a full disk is told", async () => {
  const mock = new MockDirectory(WORKER);
  const root = new OpfsFS(mock).root();
  const file = await root.open("f", Create | Write) as File;
  Object.defineProperty(mock.files.get("f"), "bytes", {
    get: () => new Uint8Array(0),
    set: () => {
      throw new DOMException("full", "QuotaExceededError");
    },
  });
  assert.is(await file.write(new Uint8Array(9), 0, 9, 0), -Errno.ENOSPC);
  assert.is(await file.setSize(9), Errno.ENOSPC);
});

test("guests read and write open files without waiting", async () => {
  const fs = new OpfsFS(new MockDirectory(WORKER));
  const guest = new Guest({ fs });
  const opening = guest.wait(
    "path_open",
    3,
    0,
    ...guest.text("f"),
    1, // create
    2n | 4n | 64n,
    0n,
    0,
    0,
  );
  assert.is(await opening, 0);
  const fd = guest.u32;
  assert.is(guest.write(fd, "hello"), 0);
  assert.is(guest.call("fd_seek", fd, 0n, 0, 0), 0);
  assert.is(guest.readText(fd, 9), "hello");
  await guest.wasi.close();
});

test("the browser's own types fit", () => {
  const take = (directory: OpfsDirectoryHandle) => directory;
  const use = (own: FileSystemDirectoryHandle) => take(own);
  assert.type(use, "function");
});

test.run();
