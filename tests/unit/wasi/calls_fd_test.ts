import { test } from "uvu";
import * as assert from "uvu/assert";
import { Errno, FileType, type Stat } from "../../../lib/world.ts";
import {
  ALL_RIGHTS,
  DIRECTORY_RIGHTS,
  FDFLAG_APPEND,
  FILE_RIGHTS,
  RIGHT_FD_READ,
  RIGHT_FD_SEEK,
  RIGHT_FD_TELL,
  RIGHT_FD_WRITE,
} from "../../../wasi/abi.ts";
import { MemoryFS } from "../../../wasi/memfs.ts";
import { Guest, RESULT } from "./guest.ts";

const RW = RIGHT_FD_READ | RIGHT_FD_WRITE;

function files(): { fs: MemoryFS; guest: Guest; fd: number } {
  const fs = new MemoryFS({ f: "0123456789", "d/x": "" });
  const guest = new Guest({ fs });
  return { fs, guest, fd: guest.open("f", { rights: FILE_RIGHTS }) };
}

test("nothing can be done with a number that nobody has", () => {
  const guest = new Guest();
  const calls: [string, ...(number | bigint)[]][] = [
    ["fd_advise", 3, 0n, 0n, 0],
    ["fd_allocate", 3, 0n, 1n],
    ["fd_close", 3],
    ["fd_datasync", 3],
    ["fd_fdstat_get", 3, 0],
    ["fd_fdstat_set_flags", 3, 0],
    ["fd_fdstat_set_rights", 3, 0n, 0n],
    ["fd_filestat_get", 3, 0],
    ["fd_filestat_set_size", 3, 0n],
    ["fd_filestat_set_times", 3, 0n, 0n, 0],
    ["fd_pread", 3, 0, 0, 0n, 0],
    ["fd_prestat_get", 3, 0],
    ["fd_prestat_dir_name", 3, 0, 0],
    ["fd_pwrite", 3, 0, 0, 0n, 0],
    ["fd_read", 3, 0, 0, 0],
    ["fd_readdir", 3, 0, 0, 0n, 0],
    ["fd_renumber", 3, 1],
    ["fd_renumber", 1, 3],
    ["fd_renumber", 3, 3],
    ["fd_seek", 3, 0n, 0, 0],
    ["fd_sync", 3],
    ["fd_tell", 3, 0],
    ["fd_write", 3, 0, 0, 0],
    ["path_open", 3, 0, 0, 0, 0, 0n, 0n, 0, 0],
  ];
  for (const [name, fd, ...args] of calls) {
    assert.is(guest.call(name, fd, ...args), Errno.EBADF, name);
    if (fd !== 3) continue;
    assert.is(guest.call(name, -1, ...args), Errno.EBADF, name);
  }
});

test("standard streams are no terminals and have their direction", () => {
  const guest = new Guest();
  for (const fd of [0, 1, 2]) {
    assert.is(guest.call("fd_fdstat_get", fd, 8), 0);
    assert.is(guest.memory[8], FileType.BlockDevice);
    const rights = guest.view.getUint32(16, true);
    assert.is(rights & RW, fd === 0 ? RIGHT_FD_READ : RIGHT_FD_WRITE);
    assert.is(rights & (RIGHT_FD_SEEK | RIGHT_FD_TELL), 0);
    assert.is(guest.call("fd_seek", fd, 0n, 0, 0), Errno.ESPIPE);
    assert.is(guest.call("fd_filestat_get", fd, 8), 0);
    assert.is(guest.memory[24], FileType.BlockDevice);
  }
  assert.is(guest.write(0, "x"), Errno.EBADF);
  assert.is(guest.readText(1, 1), Errno.EBADF);
});

test("every descriptor can be closed, once", () => {
  const { guest, fd } = files();
  for (const n of [0, 1, 2, 3, fd]) {
    assert.is(guest.call("fd_close", n), 0);
    assert.is(guest.call("fd_close", n), Errno.EBADF);
  }
});

test("seek goes from start, here and end, but not before the start", () => {
  const { guest, fd } = files();
  const seek = (delta: bigint, whence: number) =>
    guest.call("fd_seek", fd, delta, whence, RESULT) || guest.u64;
  assert.is(seek(4n, 0), 4n);
  assert.is(seek(-1n, 1), 3n);
  assert.is(seek(-2n, 2), 8n);
  assert.is(guest.readText(fd, 9), "89");
  assert.is(seek(100n, 2), 110n);
  assert.is(seek(-111n, 1), Errno.EINVAL);
  assert.is(seek(1n << 62n, 0), Errno.EOVERFLOW);
  assert.is(seek(0n, 3), Errno.EINVAL);
  assert.is(seek(0n, -1), Errno.EINVAL);
  assert.is(seek(0n, 1), 110n);
  assert.is(guest.call("fd_tell", fd, 65530), Errno.EFAULT);
  assert.is(guest.call("fd_seek", 3, 0n, 0, RESULT), Errno.EISDIR);
});

test("the right to tell is enough to seek nowhere", () => {
  const { guest } = files();
  const fd = guest.open("f", { rights: RIGHT_FD_TELL });
  assert.is(guest.call("fd_seek", fd, 0n, 1, RESULT), 0);
  assert.is(guest.call("fd_seek", fd, 1n, 1, RESULT), Errno.ENOTCAPABLE);
  assert.is(guest.call("fd_tell", fd, RESULT), 0);
  const none = guest.open("f");
  assert.is(guest.call("fd_tell", none, RESULT), Errno.ENOTCAPABLE);
});

test("rights can be given up, not taken", () => {
  const { guest, fd } = files();
  const set = (base: number, inheriting = 0) =>
    guest.call("fd_fdstat_set_rights", fd, BigInt(base), BigInt(inheriting));
  assert.is(set(FILE_RIGHTS, 1), Errno.ENOTCAPABLE);
  assert.is(set(FILE_RIGHTS & ~RIGHT_FD_WRITE), 0);
  assert.is(guest.write(fd, "x"), Errno.EBADF);
  assert.is(set(FILE_RIGHTS), Errno.ENOTCAPABLE);
  assert.is(
    guest.call("fd_fdstat_set_rights", 3, 1n << 40n, 0n),
    Errno.ENOTCAPABLE,
  );
  assert.is(set(0), 0);
  const without: [string, ...(number | bigint)[]][] = [
    ["fd_advise", 0n, 0n, 0],
    ["fd_allocate", 0n, 1n],
    ["fd_datasync"],
    ["fd_sync"],
    ["fd_fdstat_set_flags", 0],
    ["fd_filestat_get", 0],
    ["fd_filestat_set_size", 0n],
    ["fd_filestat_set_times", 0n, 0n, 0],
    ["fd_seek", 0n, 0, 0],
  ];
  for (const [name, ...args] of without) {
    assert.is(guest.call(name, fd, ...args), Errno.ENOTCAPABLE, name);
  }
});

test("fdstat tells type, flags and rights", () => {
  const { guest } = files();
  const fd = guest.open("f", { rights: RW, flags: FDFLAG_APPEND });
  guest.memory.fill(0xff);
  assert.is(guest.call("fd_fdstat_get", fd, 8), 0);
  assert.is(guest.memory[8], FileType.RegularFile);
  assert.is(guest.view.getUint16(10, true), FDFLAG_APPEND);
  assert.is(guest.view.getBigUint64(16, true), BigInt(RW));
  assert.is(guest.view.getBigUint64(24, true), 0n);
  assert.is(guest.memory[32], 0xff);
  assert.is(guest.call("fd_fdstat_get", 3, 8), 0);
  assert.is(guest.view.getBigUint64(16, true), BigInt(DIRECTORY_RIGHTS));
  assert.is(guest.view.getBigUint64(24, true), BigInt(ALL_RIGHTS));
  assert.is(guest.call("fd_fdstat_get", fd, 65520), Errno.EFAULT);
});

test("flags can be changed, unknown ones are EINVAL", () => {
  const { fs, guest, fd } = files();
  assert.is(guest.call("fd_fdstat_set_flags", fd, FDFLAG_APPEND), 0);
  guest.write(fd, "x");
  assert.is(guest.call("fd_fdstat_set_flags", fd, 0), 0);
  guest.call("fd_seek", fd, 0n, 0, RESULT);
  guest.write(fd, "y");
  assert.is(fs.readText("f"), "y123456789x");
  assert.is(guest.call("fd_fdstat_set_flags", fd, 32), Errno.EINVAL);
});

test("filestat has every field in its place", () => {
  const { fs, guest, fd } = files();
  assert.is(guest.call("fd_filestat_get", fd, 8), 0);
  const stat = fs.stat("f");
  const { view } = guest;
  assert.is(view.getBigUint64(8, true), 1n);
  assert.is(view.getBigUint64(16, true), stat.ino);
  assert.is(view.getBigUint64(24, true), 4n);
  assert.is(view.getBigUint64(32, true), 1n);
  assert.is(view.getBigUint64(40, true), 10n);
  assert.is(view.getBigUint64(48, true), stat.atimeNs);
  assert.is(view.getBigUint64(56, true), stat.mtimeNs);
  assert.is(view.getBigUint64(64, true), stat.ctimeNs);
  assert.is(guest.call("fd_filestat_get", fd, 65500), Errno.EFAULT);
});

test("size and times can be set, and space allocated", () => {
  const { fs, guest, fd } = files();
  const size = (n: bigint) => guest.call("fd_filestat_set_size", fd, n);
  assert.is(size(3n), 0);
  assert.is(fs.readText("f"), "012");
  assert.is(size(-1n), Errno.EINVAL);
  assert.is(size(1n << 60n), Errno.EFBIG);
  assert.is(size(1n << 40n), Errno.ENOSPC);
  const allocate = (offset: bigint, length: bigint) =>
    guest.call("fd_allocate", fd, offset, length);
  assert.is(allocate(0n, 2n), 0);
  assert.is(fs.stat("f").size, 3);
  assert.is(allocate(2n, 4n), 0);
  assert.is(fs.stat("f").size, 6);
  assert.is(allocate(0n, 0n), Errno.EINVAL);
  assert.is(allocate(-1n, 4n), Errno.EINVAL);
  assert.is(allocate((1n << 63n) - 1n, (1n << 63n) - 1n), Errno.EFBIG);
  assert.is(guest.call("fd_allocate", 1, 0n, 1n), Errno.ESPIPE);
  const times = (flags: number) =>
    guest.call("fd_filestat_set_times", fd, 5n, -1n, flags);
  assert.is(times(1 | 4), 0);
  assert.is(fs.stat("f").atimeNs, 5n);
  assert.is(fs.stat("f").mtimeNs, (1n << 64n) - 1n);
  assert.is(times(2 | 8), 0);
  assert.is(fs.stat("f").mtimeNs, 1640995200_000_000_000n);
  assert.is(times(3), Errno.EINVAL);
  assert.is(times(12), Errno.EINVAL);
  assert.is(times(16), Errno.EINVAL);
});

test("advice is checked and not taken", () => {
  const { guest, fd } = files();
  assert.is(guest.call("fd_advise", fd, 0n, 0n, 5), 0);
  assert.is(guest.call("fd_advise", fd, 0n, 0n, 6), Errno.EINVAL);
  assert.is(guest.call("fd_advise", fd, -1n, 0n, 0), Errno.EINVAL);
  assert.is(guest.call("fd_advise", 1, 0n, 0n, 0), Errno.ESPIPE);
  assert.is(guest.call("fd_advise", 3, 0n, 0n, 0), Errno.EBADF);
});

test("renumbering moves onto what is open, preopens too", () => {
  const { guest, fd } = files();
  const other = guest.open("f", { rights: FILE_RIGHTS });
  guest.readText(fd, 4);
  assert.is(guest.call("fd_renumber", fd, fd), 0);
  assert.is(guest.call("fd_renumber", fd, other), 0);
  assert.is(guest.readText(other, 2), "45");
  assert.is(guest.call("fd_renumber", other, 3), 0);
  assert.is(guest.readText(3, 2), "67");
  assert.is(guest.call("fd_prestat_get", 3, 0), Errno.EBADF);
});

test("preopened directories tell their names", () => {
  const guest = new Guest({
    fs: { "/": new MemoryFS(), "/däta/": new MemoryFS() },
  });
  assert.is(guest.call("fd_prestat_get", 4, RESULT), 0);
  assert.is(guest.u64, 6n << 32n);
  assert.is(guest.call("fd_prestat_dir_name", 4, 16, 6), 0);
  assert.is(guest.read(16, 6), "/däta");
  assert.is(
    guest.call("fd_prestat_dir_name", 4, 16, 5),
    Errno.ENAMETOOLONG,
  );
  assert.is(guest.call("fd_prestat_dir_name", 4, 65534, 6), Errno.EFAULT);
  assert.is(guest.call("fd_prestat_dir_name", 3, 16, 100), 0);
  assert.is(guest.call("fd_prestat_get", 5, RESULT), Errno.EBADF);
  assert.is(guest.call("fd_prestat_get", 1, RESULT), Errno.EBADF);
});

/** The names of a listing with a buffer of so many bytes. */
function list(guest: Guest, fd: number, size: number): string[] {
  const names: string[] = [];
  let cookie = 0n;
  for (;;) {
    assert.is(guest.call("fd_readdir", fd, 40000, size, cookie, RESULT), 0);
    const used = guest.u32;
    let at = 0;
    while (at + 24 <= used) {
      const length = guest.view.getUint32(40000 + at + 16, true);
      if (at + 24 + length > used) break;
      cookie = guest.view.getBigUint64(40000 + at, true);
      names.push(guest.read(40000 + at + 24, length));
      at += 24 + length;
    }
    if (used < size) return names;
    if (at === 0) throw new Error("the buffer is too small");
  }
}

test("a directory lists . and .. and all its entries, in any buffer", () => {
  const fs = new MemoryFS();
  const names = Array.from({ length: 300 }, (_, i) => `file-${i}`);
  for (const name of names) fs.writeFile(name, "");
  const guest = new Guest({ fs });
  for (const size of [32, 33, 100, 4096, 25000]) {
    assert.equal(list(guest, 3, size), [".", "..", ...names]);
  }
});

test("an entry has its number and type, and .. the number of .", () => {
  const { fs, guest } = files();
  guest.call("fd_readdir", 3, 40000, 200, 0n, RESULT);
  const { view } = guest;
  assert.is(view.getBigUint64(40000, true), 1n);
  assert.is(view.getBigUint64(40008, true), fs.stat("").ino);
  assert.is(view.getUint8(40020), FileType.Directory);
  assert.is(view.getBigUint64(40025 + 8, true), fs.stat("").ino);
  assert.is(view.getBigUint64(40051 + 8, true), fs.stat("f").ino);
  assert.is(view.getUint8(40051 + 20), FileType.RegularFile);
});

test("no directory has the number 0, which wasi-libc takes for none", () => {
  const { fs } = files();
  const root = fs.root();
  const stat = root.stat() as Stat;
  root.stat = () => ({ ...stat, ino: 0n });
  const guest = new Guest({ fs: { root: () => root } });
  guest.call("fd_readdir", 3, 40000, 200, 0n, RESULT);
  for (const at of [40000, 40025]) {
    assert.is(guest.view.getBigUint64(at + 8, true), 1n);
  }
});

test("a listing is cut off where the buffer ends, even at once", () => {
  const { guest } = files();
  guest.memory.fill(0xee);
  for (const size of [0, 1, 30]) {
    assert.is(guest.call("fd_readdir", 3, 40000, size, 0n, RESULT), 0);
    assert.is(guest.u32, size);
    assert.is(guest.memory[40000 + size], 0xee);
  }
  const readdir = (fd: number, at: number, cookie: bigint) =>
    guest.call("fd_readdir", fd, at, 100, cookie, RESULT);
  assert.is(readdir(3, 65500, 0n), Errno.EFAULT);
  assert.is(readdir(3, 0, -1n), Errno.EINVAL);
  assert.is(readdir(1, 0, 0n), Errno.ENOTDIR);
  assert.is(readdir(3, 40000, 1n << 40n), 0);
  assert.is(guest.u32, 0);
});

test("listing 10,000 entries is linear", () => {
  const fs = new MemoryFS();
  for (let i = 0; i < 10_000; i++) fs.writeFile(`file-${i}`, "");
  const guest = new Guest({ fs });
  const start = performance.now();
  assert.is(list(guest, 3, 512).length, 10_002);
  assert.ok(performance.now() - start < 2000);
});

test("what only files can do is EISDIR for a directory", () => {
  const { guest } = files();
  const vectors = guest.vectors([40000, 1]);
  const calls: [string, ...(number | bigint)[]][] = [
    ["fd_read", ...vectors, RESULT],
    ["fd_write", ...vectors, RESULT],
    ["fd_pread", ...vectors, 0n, RESULT],
    ["fd_pwrite", ...vectors, 0n, RESULT],
    ["fd_tell", RESULT],
    ["fd_allocate", 0n, 1n],
    ["fd_filestat_set_size", 0n],
  ];
  for (const [name, ...args] of calls) {
    assert.is(guest.call(name, 3, ...args), Errno.EISDIR, name);
  }
  assert.is(guest.call("fd_sync", 3), 0);
  assert.is(guest.call("fd_datasync", 3), 0);
});

test.run();
