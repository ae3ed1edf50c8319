// The tests of every file system on the browser's own origin private file
// system: through synchronous handles in workers, asynchronously elsewhere.
// Not a test of its own: it is bundled for the places that have OPFS.

import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Directory,
  Errno,
  type File,
  OpenFlags,
} from "../../lib/world.ts";
import { type OpfsDirectoryHandle, OpfsFS } from "../../wasi/opfs.ts";
import { testFileSystem } from "../unit/wasi/conformance.ts";
import { Guest } from "../unit/wasi/guest.ts";

const { Create, Read, Write } = OpenFlags;

/** What is used of `navigator`, which the checker's library lacks. */
interface StorageGlobals {
  readonly navigator: {
    readonly storage: { getDirectory(): Promise<OpfsDirectoryHandle> };
  };
}

let lastNumber = 0;

/** A new directory, which the browser's profile keeps to its end. */
async function newDirectory(): Promise<OpfsDirectoryHandle> {
  const { navigator } = globalThis as unknown as StorageGlobals;
  const top = await navigator.storage.getDirectory();
  const realm = "document" in globalThis ? "page" : "worker";
  const name = `${realm}${++lastNumber}`;
  return await top.getDirectoryHandle(name, { create: true });
}

testFileSystem(
  "the browser's OPFS",
  async () => new OpfsFS(await newDirectory()),
  { symlinks: true, hardLinks: true },
);

test("the browser's OPFS keeps files and what was moved", async () => {
  const directory = await newDirectory();
  const bytes = new TextEncoder().encode("text");
  const root = new OpfsFS(directory).root();
  assert.is(await root.mkdir("d"), 0);
  const d = await root.openDirectory("d") as Directory;
  const file = await d.open("f", Create | Write) as File;
  assert.is(await file.write(bytes, 0, 4, 0), 4);
  assert.is(await file.sync(true), 0);
  assert.is(await d.rename("f", root, "g"), 0);
  assert.is(await file.write(bytes, 0, 4, 4), 4);
  assert.is(await file.close(), 0);
  assert.is(await root.rename("d", root, "e"), 0);

  const again = new OpfsFS(directory).root();
  const list = await again.readdir(0, 9);
  if (typeof list === "number") return assert.unreachable(String(list));
  assert.equal(list.map(({ name }) => name).sort(), ["e", "g"]);
  const back = await again.open("g", Read) as File;
  const into = new Uint8Array(9);
  assert.is(await back.read(into, 0, 9, 0), 8);
  assert.is(new TextDecoder().decode(into.slice(0, 8)), "texttext");
  await back.close();
});

test("the browser's OPFS sees what others make and remove", async () => {
  const directory = await newDirectory();
  const root = new OpfsFS(directory).root();
  await directory.getFileHandle("f", { create: true });
  assert.type(await root.lookup("f"), "object");
  await directory.removeEntry("f");
  assert.is(await root.lookup("f"), Errno.ENOENT);
  assert.equal(await root.readdir(0, 9), []);
});

test("guests read and write open files of the browser's OPFS", async () => {
  const guest = new Guest({ fs: new OpfsFS(await newDirectory()) });
  const name = guest.text("f");
  const rights = 2n | 4n | 64n; // fd_read, fd_seek, fd_write
  const create = 1;
  const opening = guest.wait(
    "path_open",
    3,
    0,
    ...name,
    create,
    rights,
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

test("synchronous handles are where they are expected", async () => {
  const directory = await newDirectory();
  const handle = await directory.getFileHandle("f", { create: true });
  const isWorker = "DedicatedWorkerGlobalScope" in globalThis;
  assert.is(handle.createSyncAccessHandle !== undefined, isWorker);
  assert.type(handle.move, "function");
});

test.run();
