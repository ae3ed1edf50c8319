// Ways out of a mounted directory, as untrusted guests try them, on the host
// directory in both of its ways and on MemoryFS. Beside the directory lies
// one that no guest may read or change.

import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Directory,
  type Dirent,
  Errno,
  type File,
  type FileSystem,
  OpenFlags,
} from "../../../lib/world.ts";
import {
  ALL_RIGHTS,
  OFLAG_CREAT,
  OFLAG_DIRECTORY,
  RIGHT_FD_READ,
  RIGHT_FD_WRITE,
} from "../../../wasi/abi.ts";
import { HostFS } from "../../../wasi/host_fs.ts";
import { MemoryFS } from "../../../wasi/memfs.ts";
import { Guest } from "./guest.ts";

const SECRET = "secret";
const made: string[] = [];
process.on("exit", () => {
  for (const path of made) fs.rmSync(path, { recursive: true, force: true });
});

/** A jail with something beside it. */
interface Scene {
  readonly fs: FileSystem;
  /** The host's path of the jail, or undefined. */
  readonly jail: string | undefined;
  /** Fails if the outside is not as it was. */
  check(): void;
}

function hostScene(byPath: boolean): Scene {
  const base = fs.mkdtempSync(join(tmpdir(), "waxwing-"));
  made.push(base);
  fs.mkdirSync(`${base}/jail/dir/deep`, { recursive: true });
  fs.mkdirSync(`${base}/outside/inner`, { recursive: true });
  fs.writeFileSync(`${base}/outside/file`, SECRET);
  fs.writeFileSync(`${base}/file`, SECRET);
  fs.writeFileSync(`${base}/jail/plain`, "plain");
  for (const [name, target] of links(`${base}/outside`)) {
    fs.symlinkSync(target, `${base}/jail/${name}`);
  }
  return {
    fs: new HostFS(`${base}/jail`, { byPath }),
    jail: `${base}/jail`,
    check() {
      assert.equal(fs.readdirSync(`${base}/outside`), ["file", "inner"]);
      assert.equal(fs.readdirSync(`${base}/outside/inner`), []);
      assert.is(fs.readFileSync(`${base}/outside/file`, "utf8"), SECRET);
      assert.equal(fs.readdirSync(base), ["file", "jail", "outside"]);
      assert.is(fs.statSync(`${base}/outside/file`).nlink, 1);
    },
  };
}

function memoryScene(): Scene {
  const entries = links("/outside").map(([name, symlink]) =>
    [name, { symlink }] as const
  );
  const files = new MemoryFS({
    "plain": "plain",
    "dir/deep/": "",
    ...Object.fromEntries(entries),
  });
  return { fs: files, jail: undefined, check: () => {} };
}

/** Links that lead out, by themselves or one after the other. */
function links(outside: string): [name: string, target: string][] {
  return [
    ["abs", outside],
    ["absfile", `${outside}/file`],
    ["up", ".."],
    ["rel", "../outside"],
    ["relfile", "../outside/file"],
    ["chain1", "dir/../chain2"],
    ["chain2", "./chain3/"],
    ["chain3", "up/outside"],
    ["root", "/"],
    ["proc", "/proc/self/root"],
    ["cwd", "/proc/self/cwd"],
    ["loop", "loop"],
    ["dir/back", "../.."],
  ];
}

/** Paths that would reach what is outside, if anything did. */
function attacks(scene: Scene): string[] {
  const outside = scene.jail?.replace(/jail$/, "outside") ?? "/outside";
  const ways = ["..", "dir/../..", "dir/deep/../../..", "./..", ".//..//."];
  ways.push("up", "dir/back", "dir/deep/../back", "up/.", "up//");
  const starts = ways.map((way) => `${way}/outside`);
  starts.push(outside, `/${outside}`, `//${outside}`, "abs", "rel", "chain1");
  starts.push("chain2", "chain3", "abs/", "rel/.", "abs//", "rel/../outside");
  starts.push(`root${outside}`, `proc${outside}`, "cwd/../outside");
  return [
    ...starts.map((start) => `${start}/file`),
    ...["absfile", "relfile", "absfile/", "relfile/.", "up/file", "../file"],
    ...[`plain\0/../../outside/file`, "loop/file", "plain/../../outside/file"],
  ];
}

const SCENES: [string, () => Scene][] = [
  ["HostFS", () => hostScene(false)],
  ["HostFS by path", () => hostScene(true)],
  ["MemoryFS", memoryScene],
];

for (const [name, makeScene] of SCENES) {
  test(`${name}: no path leads out to read`, () => {
    const scene = makeScene();
    const guest = new Guest({ fs: scene.fs });
    for (const path of attacks(scene)) {
      const fd = guest.open(path, { rights: RIGHT_FD_READ });
      assert.ok(fd < 0, `${path} was opened`);
      assert.ok([63, 40, 32, 44, 54, 28].includes(-fd), `${path}: ${fd}`);
      for (const follow of [0, 1]) {
        const [at, length] = guest.text(path);
        const call = "path_filestat_get";
        const errno = guest.call(call, 3, follow, at, length, 0);
        // The last link itself may be described.
        const isLink = /^(abs|rel)file$/.test(path) && follow === 0;
        assert.is(errno === 0, isLink, `${path}: ${errno}`);
      }
    }
    scene.check();
    guest.wasi.close();
  });

  test(`${name}: no path leads out to change`, () => {
    const scene = makeScene();
    const guest = new Guest({ fs: scene.fs });
    for (const path of attacks(scene)) {
      // What is in the jail under the name of a link may go.
      if (/^\w+$/.test(path)) continue;
      const beside = path.replace(/(?<=\/)file(?=\/?\.?$)/, "new");
      for (const target of [path, beside]) {
        const rights = RIGHT_FD_READ | RIGHT_FD_WRITE;
        const fd = guest.open(target, { rights, oflags: OFLAG_CREAT });
        assert.ok(fd < 0, `${target} was made`);
        const calls = ["path_create_directory", "path_unlink_file"];
        for (const call of [...calls, "path_remove_directory"]) {
          assert.ok(guest.path(call, target) > 0, `${call} ${target}`);
        }
        const pair = [...guest.text(target)] as const;
        const plain = guest.text("plain");
        const times = [1n, 1n, 5] as const;
        const calls2: [string, ...(number | bigint)[]][] = [
          ["path_filestat_set_times", 3, 1, ...pair, ...times],
          ["path_link", 3, 0, ...pair, 3, ...guest.text("got")],
          ["path_link", 3, 0, ...plain, 3, ...pair],
          ["path_rename", 3, ...pair, 3, ...guest.text("got")],
          ["path_rename", 3, ...plain, 3, ...pair],
          ["path_symlink", ...plain, 3, ...pair],
        ];
        for (const [call, ...args] of calls2) {
          assert.ok(guest.call(call, ...args) > 0, `${call} ${target}`);
        }
      }
      scene.check();
    }
    guest.wasi.close();
  });

  test(`${name}: links that the guest makes lead nowhere else`, () => {
    const scene = makeScene();
    const guest = new Guest({ fs: scene.fs });
    const link = (target: string, path: string) =>
      guest.call("path_symlink", ...guest.text(target), 3, ...guest.text(path));
    assert.is(link("/etc", "mine"), Errno.EPERM);
    assert.is(link("../../outside", "dir/mine"), 0);
    assert.is(guest.open("dir/mine/file"), -Errno.EPERM);
    assert.is(link("dir/mine", "again"), 0);
    assert.is(guest.open("again/file"), -Errno.EPERM);
    // A hard link of a link is that link.
    const from = guest.text("relfile");
    const errno = guest.call("path_link", 3, 0, ...from, 3, ...guest.text("h"));
    if (errno === 0) assert.is(guest.open("h"), -Errno.EPERM);
    // Moved up, a link counts from where it is now.
    const old = guest.text("dir/back");
    assert.is(guest.call("path_rename", 3, ...old, 3, ...guest.text("b")), 0);
    assert.is(guest.open("b/outside/file"), -Errno.EPERM);
    scene.check();
    guest.wasi.close();
  });

  test(`${name}: \`..\` of a directory that was moved stays inside`, () => {
    const scene = makeScene();
    const guest = new Guest({ fs: scene.fs });
    const deep = guest.open("dir/deep", {
      oflags: OFLAG_DIRECTORY,
      rights: ALL_RIGHTS & ~RIGHT_FD_WRITE,
      inheriting: ALL_RIGHTS,
    });
    assert.ok(deep > 3);
    const from = guest.text("dir/deep");
    assert.is(guest.call("path_rename", 3, ...from, 3, ...guest.text("d")), 0);
    for (const path of ["..", "../..", "../plain", "../../outside/file"]) {
      assert.is(guest.open(path, { fd: deep }), -Errno.EPERM, path);
    }
    // What takes the old place does not become the directory.
    const target = guest.text("../../outside");
    const place = guest.text("dir/deep");
    assert.is(guest.call("path_symlink", ...target, 3, ...place), 0);
    assert.is(guest.open("file", { fd: deep }), -Errno.ENOENT);
    assert.is(guest.path("path_create_directory", "x", deep), 0);
    assert.ok(guest.open("d/x", { oflags: OFLAG_DIRECTORY }) > 0);
    scene.check();
    guest.wasi.close();
  });

  test(`${name}: very long and very odd paths do no harm`, () => {
    const scene = makeScene();
    const guest = new Guest({ fs: scene.fs });
    const long = "x".repeat(256);
    assert.is(guest.open(long), -Errno.ENAMETOOLONG);
    assert.is(guest.open("../".repeat(1300) + "etc"), -Errno.EPERM);
    assert.is(guest.open("a/".repeat(3000)), -Errno.ENAMETOOLONG);
    assert.is(guest.open("dir/../".repeat(500) + "../x"), -Errno.EPERM);
    assert.is(guest.open("up\0"), -Errno.EINVAL);
    assert.is(guest.open("loop"), -Errno.ELOOP);
    assert.is(guest.open(""), -Errno.ENOENT);
    for (const path of ["plain/", "plain/.", "plain//", "plain/.."]) {
      assert.is(guest.open(path), -Errno.ENOTDIR, path);
    }
    scene.check();
    guest.wasi.close();
  });

  test(`${name}: listings show the jail and nothing above`, () => {
    const scene = makeScene();
    const root = scene.fs.root();
    const list = root.readdir(0, 100);
    const names = (list as Dirent[]).map((entry) => entry.name);
    assert.not(names.includes("outside"));
    assert.not(names.includes(".."));
    root.close();
  });
}

for (const byPath of [false, true]) {
  const way = byPath ? "by path" : "by descriptor";

  test(`a directory swapped for a link is not followed, ${way}`, () => {
    const { fs: host, jail, check } = hostScene(byPath);
    const root = host.root();
    const dir = root.openDirectory("dir") as Directory;
    fs.renameSync(`${jail}/dir`, `${jail}/away`);
    fs.symlinkSync("../outside", `${jail}/dir`);
    const { Create, Read, Write } = OpenFlags;
    assert.is(dir.open("file", Read), Errno.ENOENT);
    const answer = dir.open("new", Create | Write);
    if (byPath) assert.is(answer, Errno.ENOENT);
    else {
      (answer as File).close();
      assert.ok(fs.existsSync(`${jail}/away/new`));
    }
    assert.is(root.openDirectory("dir"), Errno.ELOOP);
    check();
    for (const handle of [dir, root]) handle.close();
  });
}

/** Swaps a directory and a link to the outside as fast as it can. */
const SWAPPER = `
  const fs = require("node:fs");
  const jail = process.argv.at(-1);
  process.stdout.write("ready");
  for (;;) {
    fs.renameSync(jail + "/x", jail + "/real");
    fs.renameSync(jail + "/link", jail + "/x");
    fs.renameSync(jail + "/x", jail + "/link");
    fs.renameSync(jail + "/real", jail + "/x");
  }
`;
const SWAP_MS = 400;

test("another process that swaps names does not help a guest", async () => {
  if (process.platform !== "linux") return;
  const { fs: host, jail, check } = hostScene(false);
  fs.mkdirSync(`${jail}/x`);
  fs.writeFileSync(`${jail}/x/file`, "inside");
  fs.symlinkSync("../outside", `${jail}/link`);
  const child: ChildProcess = spawn(
    process.execPath,
    ["-e", SWAPPER, jail!],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  await new Promise((resolve) => child.stdout!.once("data", resolve));
  const root = host.root();
  const seen = new Map<string, number>();
  const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
  const end = performance.now() + SWAP_MS;
  try {
    while (performance.now() < end) {
      const x = root.openDirectory("x");
      if (typeof x === "number") {
        count(`errno ${x}`);
        continue;
      }
      const file = (x as Directory).open("file", OpenFlags.Read);
      if (typeof file === "number") throw new Error(`errno ${file}`);
      const bytes = new Uint8Array(10);
      const length = (file as File).read(bytes, 0, 10, 0) as number;
      count(new TextDecoder().decode(bytes.subarray(0, length)));
      const made = (x as Directory).mkdir("made");
      if (made === 0) (x as Directory).rmdir("made");
      for (const handle of [file as File, x as Directory]) handle.close();
    }
  } finally {
    child.kill();
  }
  root.close();
  assert.ok((seen.get("inside") ?? 0) > 0, "never got in");
  assert.is(seen.get(SECRET), undefined);
  check();
});

test.run();
