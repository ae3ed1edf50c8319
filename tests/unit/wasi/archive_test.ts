import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import {
  linkSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  ArchiveError,
  packTar,
  unpackTar,
  unpackZip,
} from "../../../wasi/archive.ts";
import { MemoryFS, type MemoryFSError } from "../../../wasi/memfs.ts";
import { rejectionOf } from "../lib/guests.ts";

const LONG = "long/".repeat(40) + "ü".repeat(60);
const CONTENT = {
  "f": "text",
  "empty": "",
  "dir/x": Uint8Array.from({ length: 1500 }, (_, i) => i),
  "nothing/": "",
  "l": { symlink: "dir/x" },
  "deep": { symlink: "../".repeat(50) + "x" },
  [LONG]: "far away",
};

/** Whole seconds, which need no header of their own. */
const WHOLE = { now: () => 1_000_000_000n, resolutionNs: 1 };

/** Gives a folder of the host's for a while. */
function withFolder(use: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "waxwing-"));
  try {
    use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function hasTar(): boolean {
  try {
    return /GNU tar/.test(execFileSync("tar", ["--version"], {
      encoding: "utf8",
    }));
  } catch {
    return false;
  }
}

const testTar = hasTar() ? test : test.skip;

test("what is packed comes out as it was", () => {
  const fs = new MemoryFS(CONTENT);
  fs.root().link("f", fs.root(), "g");
  fs.root().setEntryTimes("f", 1n, 1_234_567_890_987_654_321n);
  fs.root().setEntryTimes("empty", 1n, 5_000_000_000n);
  const back = unpackTar(packTar(fs));
  assert.equal(back.toObject(), fs.toObject());
  assert.is(back.stat("f").ino, back.stat("g").ino);
  assert.is(back.stat("f").mtimeNs, 1_234_567_890_987_654_321n);
  assert.is(back.stat("empty").mtimeNs, 5_000_000_000n);
  assert.equal(packTar(back), packTar(fs));
});

testTar("what the host's tar packs is unpacked, in each of its formats", () => {
  withFolder((folder) => {
    mkdirSync(join(folder, "in/dir/sub"), { recursive: true });
    const long = "n".repeat(150);
    writeFileSync(join(folder, "in/f"), "text");
    writeFileSync(join(folder, "in/dir/sub", long), "far");
    linkSync(join(folder, "in/f"), join(folder, "in/dir/hard"));
    symlinkSync("../f", join(folder, "in/dir/soft"));
    utimesSync(join(folder, "in/f"), 1000, 2000);
    for (const format of ["gnu", "pax", "ustar"]) {
      const file = join(folder, `${format}.tar`);
      const exclude = format === "ustar" ? ["--exclude=nnn*"] : [];
      const options = ["-cf", file, "--format", format, "--sort=name"];
      execFileSync("tar", [
        ...options,
        ...exclude,
        "-C",
        join(folder, "in"),
        ".",
      ]);
      const fs = unpackTar(new Uint8Array(readFileSync(file)));
      assert.is(fs.readText("f"), "text", format);
      assert.is(fs.stat("f").mtimeNs, 2_000_000_000_000n);
      assert.is(fs.stat("f").ino, fs.stat("dir/hard").ino);
      assert.equal(fs.toObject()["dir/soft"], { symlink: "../f" });
      if (format !== "ustar") {
        assert.is(fs.readText(`dir/sub/${long}`), "far");
      }
    }
  });
});

testTar("what GNU tar packs otherwise is unpacked, or refused", () => {
  withFolder((folder) => {
    const packed = (...options: string[]) => {
      execFileSync("tar", ["-cf", "../a.tar", ...options], {
        cwd: join(folder, "in"),
      });
      return new Uint8Array(readFileSync(join(folder, "a.tar")));
    };
    mkdirSync(join(folder, "in/d"), { recursive: true });
    writeFileSync(join(folder, "in/d/f "), "text");
    utimesSync(join(folder, "in/d"), 1000, 2000);
    for (const options of [[], ["--listed-incremental=../a.snar"]]) {
      const fs = unpackTar(packed(...options, "d"));
      assert.is(fs.readText("d/f "), "text");
      assert.is(fs.stat("d").mtimeNs, 2_000_000_000_000n);
    }
    writeFileSync(join(folder, "in/sparse"), "");
    truncateSync(join(folder, "in/sparse"), 1_000_000);
    for (const format of ["gnu", "pax"]) {
      assert.throws(
        () => unpackTar(packed("--format", format, "-S", "sparse")),
        (error: Error) =>
          error instanceof ArchiveError && /sparse/.test(error.message),
      );
    }
  });
});

testTar("the host's tar unpacks what is packed", () => {
  withFolder((folder) => {
    const { deep: _, ...content } = CONTENT;
    writeFileSync(join(folder, "a.tar"), packTar(new MemoryFS(content)));
    execFileSync("tar", ["-xf", "a.tar"], { cwd: folder });
    assert.is(readFileSync(join(folder, "f"), "utf8"), "text");
    assert.is(readFileSync(join(folder, LONG), "utf8"), "far away");
    assert.is(readFileSync(join(folder, "l")).length, 1500);
  });
});

test("a sparse file is refused rather than left out", () => {
  const bytes = packTar(new MemoryFS({ f: "text" }, { clock: WHOLE }));
  bytes[156] = "S".charCodeAt(0); // its type
  const sum = 8 * 32 + bytes.subarray(0, 512)
    .reduce((sum, byte, i) => i >= 148 && i < 156 ? sum : sum + byte, 0);
  bytes.set(new TextEncoder().encode(sum.toString(8).padStart(6, "0")), 148);
  assert.throws(
    () => unpackTar(bytes),
    (error: Error) =>
      error instanceof ArchiveError && error.message === "a sparse file: f",
  );
});

test("a damaged tar archive is refused", () => {
  const bytes = packTar(new MemoryFS({ f: "x".repeat(600) }, { clock: WHOLE }));
  const fails = (damage: (copy: Uint8Array) => Uint8Array, text: RegExp) =>
    assert.throws(
      () => unpackTar(damage(bytes.slice())),
      (error: Error) =>
        error instanceof ArchiveError && text.test(error.message),
    );
  fails((copy) => {
    copy[0]++;
    return copy;
  }, /checksum mismatch in header \(at offset 0x0\)/);
  fails((copy) => copy.subarray(0, 700), /unexpected end/);
  fails((copy) => copy.fill(1), /checksum/);
  fails(() => Uint8Array.of(0x1f, 0x8b, 8), /gzipped/);
  assert.equal(unpackTar(new Uint8Array(512)).list(), []);
});

test("a tar archive without its end is cut off, wherever that is", () => {
  const bytes = packTar(new MemoryFS({ a: "", b: "x".repeat(600) }));
  const end = bytes.length - 1024;
  assert.is(unpackTar(bytes.subarray(0, end + 512)).list().length, 2);
  for (let length = 0; length < end + 512; length += 100) {
    assert.throws(
      () => unpackTar(bytes.subarray(0, length)),
      (error: Error) =>
        error instanceof ArchiveError && /unexpected end/.test(error.message),
    );
  }
  assert.throws(() => unpackTar(bytes.subarray(0, 512)), /unexpected end/);
  assert.throws(() => unpackTar(bytes.subarray(0, end)), /unexpected end/);
});

test("a size below 0 in a tar archive does not lead back", () => {
  const longName = "n".repeat(200); // is in a pax record
  const bytes = packTar(new MemoryFS({ [longName]: "" }));
  const record = new TextEncoder().encode(`13 size=-512\n197 path=`);
  bytes.set(record, 512);
  assert.throws(() => unpackTar(bytes), /unexpected end/);
});

test("a path in an archive cannot lead out", () => {
  const bytes = packTar(new MemoryFS({ "aa/evil": "x" }, { clock: WHOLE }));
  const renamed = bytes.slice();
  renamed.set(new TextEncoder().encode("../evil"), 0);
  const sum = renamed.subarray(0, 512).reduce(
    (sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte),
    0,
  );
  renamed.set(new TextEncoder().encode(sum.toString(8).padStart(6, "0")), 148);
  assert.throws(() => unpackTar(renamed), /EINVAL/);
});

test("the limits of the file system hold for archives", () => {
  const bytes = packTar(new MemoryFS({ f: "x".repeat(600) }, { clock: WHOLE }));
  assert.throws(() => unpackTar(bytes, { maxBytes: 500 }), /ENOSPC/);
});

/** A tar archive of entries: type, path, and content or a link's target. */
function tar(...entries: [string, string, string?][]): Uint8Array {
  const blocks = entries.flatMap(([type, path, text = ""]) => {
    const content = Buffer.from(type === "1" || type === "2" ? "" : text);
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write(content.length.toString(8).padStart(11, "0"), 124);
    header.write("00000000000", 136);
    header.fill(32, 148, 156);
    header.write(type, 156);
    if (content.length === 0) header.write(text, 157);
    const sum = header.reduce((sum, byte) => sum + byte, 0);
    header.write(sum.toString(8).padStart(6, "0") + "\0", 148);
    return [header, content, Buffer.alloc(-content.length & 511)];
  });
  return new Uint8Array(Buffer.concat([...blocks, Buffer.alloc(512)]));
}

/** A record of a pax header. */
function pax(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const digits = String(rest.length + 4).padStart(4, "0");
  return digits + rest;
}

test("a hard link to itself is there, one in a directory's place is none", () => {
  const f: [string, string, string] = ["0", "f", "text"];
  assert.is(unpackTar(tar(f, ["1", "./f", "f"])).readText("f"), "text");
  const fs = unpackTar(tar(f, ["0", "g", "old"], ["1", "g", "f"]));
  assert.is(fs.readText("g"), "text");
  assert.is(fs.stat("f").linkCount, 2);
  const old: [string, string, string][] = [
    ["x", "pax", pax("mtime", "5")],
    ["0", "./a", "old"],
  ];
  const dated = unpackTar(tar(f, ...old, ["1", "a", "f"]));
  assert.is(dated.stat("f").mtimeNs, 0n);
  const code = (...entries: [string, string, string][]) => {
    try {
      unpackTar(tar(f, ["0", "a/b", "text"], ...entries));
      return "";
    } catch (error) {
      const { code, name } = error as MemoryFSError;
      return code ?? name;
    }
  };
  assert.is(code(["1", "a", "a/b"]), "EISDIR");
  assert.is(code(["2", "a", "f"]), "EISDIR");
  assert.is(code(["1", "f/x", "f"]), "ENOTDIR");
  assert.is(code(["1", "c", "a"]), "ArchiveError");
  assert.is(code(["1", "c", "no"]), "ENOENT");
});

test("what a pax header says for all entries is little", () => {
  const others = Array.from({ length: 2000 }, (_, i) => pax(`k${i}`, "v"));
  const path = "d/".repeat(3000);
  const all = (...records: string[]): [string, string, string] => [
    "g",
    "pax",
    records.join(""),
  ];
  const fs = unpackTar(tar(all(...others, pax("mtime", "12")), ["0", "f"]));
  assert.is(fs.stat("f").mtimeNs, 12_000_000_000n);
  assert.throws(
    () => unpackTar(tar(all(pax("path", path)), ["0", "f"])),
    (error: Error) => error instanceof ArchiveError,
  );
  const own: [string, string, string] = ["x", "pax", pax("path", path + "f")];
  assert.is([...unpackTar(tar(own, ["0", "f"]))].length, 1);
  const time: [string, string, string] = [
    "x",
    "pax",
    pax("mtime", "9".repeat(900)),
  ];
  assert.is(unpackTar(tar(time, ["0", "f"])).stat("f").mtimeNs, 0n);
});

/** A zip archive of some files. Attributes say the Unix type. */
function zip(
  files: Record<string, string>,
  { method = 8, type = 0x8000, flags = 0, lie = 0 } = {},
): Uint8Array {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const name = Buffer.from(path);
    const content = Buffer.from(text);
    const packed = method === 8 ? deflateRawSync(content) : content;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(flags, 8);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(crcOf(content), 16);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(content.length - lie, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt16LE(type, 40);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, name, packed);
    entries.push(entry, name);
    offset += 30 + name.length + packed.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...locals, directory, end]));
}

function crcOf(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) {
      crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
  }
  return ~crc >>> 0;
}

async function failure(bytes: Uint8Array): Promise<string> {
  try {
    await unpackZip(bytes);
    return "";
  } catch (error) {
    assert.instance(error, ArchiveError);
    return (error as Error).message;
  }
}

test("a zip archive is unpacked, stored or deflated", async () => {
  const text = "to be or not to be ".repeat(1000);
  for (const method of [0, 8]) {
    const bytes = zip({ "a/b": text, "empty": "", "dir/": "" }, { method });
    const fs = await unpackZip(bytes);
    assert.is(fs.readText("a/b"), text);
    assert.is(fs.readText("empty"), "");
    assert.equal(fs.list("dir"), []);
  }
});

test("symbolic links in a zip archive are made", async () => {
  const fs = await unpackZip(zip({ "d/l": "../f" }, { type: 0xa1ff }));
  assert.equal(fs.toObject()["d/l"], { symlink: "../f" });
});

test("a damaged zip archive is refused", async () => {
  const good = zip({ f: "some text" });
  assert.match(await failure(new Uint8Array(100)), "no zip archive");
  assert.match(await failure(new Uint8Array(3)), "no zip archive");
  assert.match(await failure(zip({ f: "x" }, { flags: 1 })), "encrypted: f");
  assert.match(await failure(zip({ f: "x" }, { method: 9 })), "compression 9");
  assert.match(await failure(zip({ f: "text" }, { lie: 1 })), "longer than");
  assert.match(await failure(zip({ f: "text" }, { lie: -1 })), "checksum");
  const damaged = good.slice();
  damaged.fill(0xff, 31, 38);
  assert.match(await failure(damaged), /damaged|checksum|longer/);
  const directory = good.slice();
  directory[good.length - 22 - 47] = 0; // the entry's signature
  assert.match(await failure(directory), "damaged central directory");
});

test("a zip archive is inflated no further than there is room", async () => {
  const bytes = zip({ f: "x".repeat(10_000_000) });
  const claims = (size: number) => {
    const lie = bytes.slice();
    const at = bytes.length - 22 - 47 + 24;
    new DataView(lie.buffer).setUint32(at, size, true);
    return lie;
  };
  const inflated = globalThis.DecompressionStream;
  let read = 0;
  globalThis.DecompressionStream = class extends inflated {
    constructor(format: CompressionFormat) {
      super(format);
      const counts = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, to) {
          read += chunk.length;
          to.enqueue(chunk);
        },
      });
      const readable = super.readable.pipeThrough(counts as never);
      Object.defineProperty(this, "readable", { value: readable });
    }
  };
  try {
    const error = await rejectionOf(unpackZip(bytes, { maxBytes: 1e6 }));
    assert.match((error as Error).message, "ENOSPC");
    assert.is(read, 0);
    assert.match(await failure(claims(1000)), "longer than");
    assert.ok(read < 6e6, String(read));
  } finally {
    globalThis.DecompressionStream = inflated;
  }
});

test("entries of a zip archive that share their data are refused", async () => {
  const bytes = zip({ a: "x".repeat(1000), b: "y".repeat(1000) }, {
    method: 0,
  });
  const view = new DataView(bytes.buffer);
  const second = bytes.length - 22 - 47;
  view.setUint32(second + 20, 1900, true);
  view.setUint32(second + 24, 1900, true);
  assert.match(await failure(bytes), "overlaps others: b");
});

test("sizes that lie beyond a zip archive are none", async () => {
  const good = zip({ f: "text" });
  const bytes = new Uint8Array(good.length + 4);
  const end = good.length - 22;
  bytes.set(good.subarray(0, end));
  bytes.set(good.subarray(end), end + 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(end - 47 + 24, 0xffffffff, true);
  view.setUint16(end - 47 + 30, 60_000, true); // of the extra fields
  view.setUint16(end, 1, true); // a field of zip64
  view.setUint16(end + 2, 60_000, true);
  assert.match(await failure(bytes), /checksum|ENOSPC/);
});

test("an archive may be an ArrayBuffer", async () => {
  const { buffer } = packTar(new MemoryFS({ f: "text" }));
  assert.is(unpackTar(buffer as ArrayBuffer).readText("f"), "text");
  const empty = new Uint8Array(22);
  empty.set([0x50, 0x4b, 5, 6]);
  assert.equal((await unpackZip(empty.buffer)).list(), []);
});

test("an archive is bytes", async () => {
  const view = new DataView(new ArrayBuffer(3));
  for (const wrong of [view, "<html>"] as unknown[] as Uint8Array[]) {
    assert.throws(() => unpackTar(wrong), /archive invalid: .* is no bytes/);
    const error = await rejectionOf(unpackZip(wrong));
    assert.instance(error, TypeError);
  }
});

test("names keep a byte order mark", async () => {
  const fs = await unpackZip(zip({ "\ufefff": "x" }));
  assert.equal(fs.list(), ["\ufefff"]);
});

test.run();
