// Ways out of a mounted directory, as untrusted guests try them, on every file
// system. Beside the directory, in the same file system, lies one that no guest
// may read or change.

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
  type MaybePromise,
  OpenFlags,
  type Stat,
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
import { OpfsFS } from "../../../wasi/opfs.ts";
import { OverlayFS } from "../../../wasi/overlay.ts";
import { ReadOnlyFS } from "../../../wasi/readonly.ts";
import { Guest, RESULT } from "./guest.ts";
import { MockDirectory } from "./opfs_mock.ts";
import { SlowFS } from "./slow_fs.ts";

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
  check(): MaybePromise<void>;
  /** Nothing can be changed. */
  readonly isReadOnly?: boolean;
  readonly hasNoLinks?: boolean;
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

/** The jail and what is outside, in memory. */
function memoryTree(): MemoryFS {
  const entries = links("/outside").map(([name, symlink]) =>
    [`jail/${name}`, { symlink }] as const
  );
  return new MemoryFS({
    "jail/plain": "plain",
    "jail/dir/deep/": "",
    "outside/file": SECRET,
    "outside/inner/": "",
    "file": SECRET,
    ...Object.fromEntries(entries),
  });
}

/** The jail of a file system that has one and what is outside. */
async function jailOf(tree: FileSystem): Promise<FileSystem> {
  const jail = await tree.root().openDirectory("jail") as Directory;
  return { root: () => jail };
}

/** A scene over a tree in memory, as `wrap` shows it. */
async function memoryScene(
  wrap: (tree: MemoryFS) => FileSystem,
  isReadOnly = false,
): Promise<Scene> {
  const tree = memoryTree();
  const wrapped = wrap(tree);
  return {
    fs: await jailOf(wrapped),
    jail: undefined,
    isReadOnly,
    async check() {
      assert.equal(await namesIn(wrapped.root()), ["file", "jail", "outside"]);
      const outside = await wrapped.root().openDirectory("outside");
      const names = await namesIn(outside as Directory);
      assert.equal(names, ["file", "inner"]);
      const stat = await (outside as Directory).lookup("file") as Stat;
      assert.equal([stat.size, stat.linkCount], [SECRET.length, 1]);
      assert.is(tree.readText("outside/file"), SECRET);
    },
  };
}

/** A scene in the browser's file system, which has no links. */
async function opfsScene(hasAccess: boolean): Promise<Scene> {
  const mock = new MockDirectory({ hasAccess, hasMove: true });
  const tree = new OpfsFS(mock);
  const root = tree.root();
  for (const path of ["jail", "jail/dir", "jail/dir/deep", "outside"]) {
    await inTree(root, path, (directory, name) => directory.mkdir(name));
  }
  const bytes = new TextEncoder().encode(SECRET);
  for (const path of ["jail/plain", "outside/file", "file"]) {
    const { Create, Write } = OpenFlags;
    const file = await inTree(
      root,
      path,
      (directory, name) => directory.open(name, Create | Write),
    ) as File;
    await file.write(bytes, 0, bytes.length, 0);
    await file.close();
  }
  return {
    fs: await jailOf(tree),
    jail: undefined,
    hasNoLinks: true,
    async check() {
      assert.equal(await namesIn(root), ["file", "jail", "outside"]);
      const outside = await root.openDirectory("outside") as Directory;
      assert.equal(await namesIn(outside), ["file"]);
      const stat = await outside.lookup("file") as Stat;
      assert.is(stat.size, SECRET.length);
    },
  };
}

async function inTree<T>(
  root: Directory,
  path: string,
  use: (directory: Directory, name: string) => T,
): Promise<Awaited<T>> {
  const names = path.split("/");
  let directory = root;
  for (const name of names.slice(0, -1)) {
    directory = await directory.openDirectory(name) as Directory;
  }
  return await use(directory, names.at(-1)!);
}

async function namesIn(directory: Directory): Promise<string[]> {
  const list = await directory.readdir(0, 100) as Dirent[];
  return list.map(({ name }) => name).sort();
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

const SCENES: [string, () => MaybePromise<Scene>][] = [
  ["HostFS", () => hostScene(false)],
  ["HostFS by path", () => hostScene(true)],
  ["HostFS, overlaid", () => overlaid(hostScene(false))],
  ["MemoryFS", () => memoryScene((tree) => tree)],
  ["MemoryFS, slow", () => memoryScene((tree) => new SlowFS(tree))],
  ["overlay", () => memoryScene((tree) => new OverlayFS(tree))],
  ["read only", () => memoryScene((tree) => new ReadOnlyFS(tree), true)],
  ["OPFS in a worker", () => opfsScene(true)],
  ["OPFS in a window", () => opfsScene(false)],
];

function overlaid(scene: Scene): Scene {
  return { ...scene, fs: new OverlayFS(scene.fs) };
}

for (const [name, makeScene] of SCENES) {
  test(`${name}: no path leads out to read`, async () => {
    const scene = await makeScene();
    const guest = new Guest({ fs: scene.fs });
    for (const path of attacks(scene)) {
      const fd = await guest.opened(path, { rights: RIGHT_FD_READ });
      assert.ok(fd < 0, `${path} was opened`);
      assert.ok([63, 40, 32, 44, 54, 28].includes(-fd), `${path}: ${fd}`);
      for (const follow of [0, 1]) {
        const [at, length] = guest.text(path);
        const call = "path_filestat_get";
        const errno = await guest.wait(call, 3, follow, at, length, 0);
        // The last link itself may be described.
        const isLink = /^(abs|rel)file$/.test(path) && follow === 0 &&
          !scene.hasNoLinks;
        assert.is(errno === 0, isLink, `${path}: ${errno}`);
      }
    }
    await scene.check();
    await guest.wasi.close();
  });

  test(`${name}: no path leads out to change`, async () => {
    const scene = await makeScene();
    const guest = new Guest({ fs: scene.fs });
    for (const path of attacks(scene)) {
      // What is in the jail under the name of a link may go.
      if (/^\w+$/.test(path)) continue;
      if (scene.hasNoLinks && !/^\/|\.\./.test(path)) continue;
      const beside = path.replace(/(?<=\/)file(?=\/?\.?$)/, "new");
      for (const target of [path, beside]) {
        const rights = RIGHT_FD_READ | RIGHT_FD_WRITE;
        const fd = await guest.opened(target, { rights, oflags: OFLAG_CREAT });
        assert.ok(fd < 0, `${target} was made`);
        const calls = ["path_create_directory", "path_unlink_file"];
        for (const call of [...calls, "path_remove_directory"]) {
          assert.ok(
            await guest.wait(call, 3, ...guest.text(target)) > 0,
            `${call} ${target}`,
          );
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
          assert.ok(await guest.wait(call, ...args) > 0, `${call} ${target}`);
        }
      }
      await scene.check();
    }
    await guest.wasi.close();
  });

  test(`${name}: links that the guest makes lead nowhere else`, async () => {
    const scene = await makeScene();
    if (scene.isReadOnly || scene.hasNoLinks) return;
    const guest = new Guest({ fs: scene.fs });
    const link = (target: string, path: string) =>
      guest.wait("path_symlink", ...guest.text(target), 3, ...guest.text(path));
    assert.is(await link("/etc", "mine"), Errno.EPERM);
    assert.is(await link("../../outside", "dir/mine"), 0);
    assert.is(await guest.opened("dir/mine/file"), -Errno.EPERM);
    assert.is(await link("dir/mine", "again"), 0);
    assert.is(await guest.opened("again/file"), -Errno.EPERM);
    // A hard link of a link is that link.
    const from = guest.text("relfile");
    const to = [3, ...guest.text("h")];
    const errno = await guest.wait("path_link", 3, 0, ...from, ...to);
    if (errno === 0) assert.is(await guest.opened("h"), -Errno.EPERM);
    // Moved up, a link counts from where it is now.
    const move = ["dir/back", "b"].flatMap((path) => [3, ...guest.text(path)]);
    assert.is(await guest.wait("path_rename", ...move), 0);
    assert.is(await guest.opened("b/outside/file"), -Errno.EPERM);
    await scene.check();
    await guest.wasi.close();
  });

  test(`${name}: \`..\` of a directory that was moved stays inside`, async () => {
    const scene = await makeScene();
    const guest = new Guest({ fs: scene.fs });
    const deep = await guest.opened("dir/deep", {
      oflags: OFLAG_DIRECTORY,
      rights: ALL_RIGHTS & ~RIGHT_FD_WRITE,
      inheriting: ALL_RIGHTS,
    });
    assert.ok(deep > 3);
    const move = ["dir/deep", "d"].flatMap((path) => [3, ...guest.text(path)]);
    const moved = await guest.wait("path_rename", ...move);
    assert.is(moved, scene.isReadOnly ? Errno.EROFS : 0);
    for (const path of ["..", "../..", "../plain", "../../outside/file"]) {
      assert.is(await guest.opened(path, { fd: deep }), -Errno.EPERM, path);
    }
    // What takes the old place does not become the directory.
    if (!scene.isReadOnly) {
      const target = guest.text("../../outside");
      const place = guest.text("dir/deep");
      const linked = await guest.wait("path_symlink", ...target, 3, ...place);
      assert.is(linked, scene.hasNoLinks ? Errno.ENOTSUP : 0);
      assert.is(await guest.opened("file", { fd: deep }), -Errno.ENOENT);
      const name = guest.text("x");
      assert.is(await guest.wait("path_create_directory", deep, ...name), 0);
      assert.ok(await guest.opened("d/x", { oflags: OFLAG_DIRECTORY }) > 0);
    }
    await scene.check();
    await guest.wasi.close();
  });

  test(`${name}: very long and very odd paths do no harm`, async () => {
    const scene = await makeScene();
    const guest = new Guest({ fs: scene.fs });
    const long = "x".repeat(256);
    assert.is(await guest.opened(long), -Errno.ENAMETOOLONG);
    assert.is(await guest.opened("../".repeat(1300) + "etc"), -Errno.EPERM);
    assert.is(await guest.opened("a/".repeat(3000)), -Errno.ENAMETOOLONG);
    assert.is(await guest.opened("dir/../".repeat(500) + "../x"), -Errno.EPERM);
    assert.is(await guest.opened("up\0"), -Errno.EINVAL);
    const found = scene.hasNoLinks ? Errno.ENOENT : Errno.ELOOP;
    assert.is(await guest.opened("loop"), -found);
    assert.is(await guest.opened(""), -Errno.ENOENT);
    for (const path of ["plain/", "plain/.", "plain//", "plain/.."]) {
      assert.is(await guest.opened(path), -Errno.ENOTDIR, path);
    }
    await scene.check();
    await guest.wasi.close();
  });

  test(`${name}: listings show the jail and nothing above`, async () => {
    const scene = await makeScene();
    const root = scene.fs.root();
    const names = await namesIn(root);
    assert.ok(names.includes("plain"));
    assert.not(names.includes("outside"));
    assert.not(names.includes(".."));
    await root.close();
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

test("mounts do not lead into each other", async () => {
  const [a, b] = [memoryTree(), new MemoryFS({ "jail/own": "" })];
  const fs = { "/": await jailOf(a), "/dir": await jailOf(b) };
  const guest = new Guest({ fs: { ...fs, "/dir/deep": await jailOf(b) } });
  const list = (fd: number) => {
    assert.is(guest.call("fd_readdir", fd, 40000, 4096, 0n, RESULT), 0);
    return guest.read(40000, guest.u32);
  };
  assert.ok(list(3).includes("plain") && !list(3).includes("own"));
  assert.ok(list(4).includes("own") && !list(4).includes("plain"));
  for (const path of ["../plain", "..", "/plain", "../dir/deep/own"]) {
    assert.is(guest.open(path, { fd: 4 }), -Errno.EPERM, path);
  }
  // Below the first mount's own `dir` there is nothing of the second.
  assert.is(guest.open("dir/own"), -Errno.ENOENT);
  const pair = (fd: number, old: string, other: number, name: string) =>
    [fd, ...guest.text(old), other, ...guest.text(name)] as const;
  assert.is(
    guest.call("path_rename", ...pair(3, "plain", 4, "x")),
    Errno.EXDEV,
  );
  assert.is(guest.call("path_rename", ...pair(4, "own", 3, "x")), Errno.EXDEV);
  const [fd, ...rest] = pair(3, "plain", 4, "x");
  assert.is(guest.call("path_link", fd, 0, ...rest), Errno.EXDEV);
  // A link that is moved to another mount of its file system counts there.
  const up = guest.text("../own");
  assert.is(guest.call("path_symlink", ...up, 4, ...guest.text("up")), 0);
  assert.is(guest.call("path_rename", ...pair(4, "up", 5, "up")), 0);
  assert.is(guest.open("up", { fd: 5 }), -Errno.EPERM);
});

test("a guest that swaps names while another waits does not help it", async () => {
  const tree = memoryTree();
  tree.writeFile("jail/x/file", "inside");
  const fs = await jailOf(new SlowFS(tree));
  const swapper = new Guest({ fs });
  const guest = new Guest({ fs });
  let isOver = false;
  const swaps = (async () => {
    while (!isOver) {
      for (const [from, to] of [["x", "y"], ["rel", "x"], ["x", "rel"]]) {
        const names = [from, to].flatMap((name) => [3, ...swapper.text(name)]);
        assert.is(await swapper.wait("path_rename", ...names), 0);
      }
      const back = ["y", "x"].flatMap((name) => [3, ...swapper.text(name)]);
      assert.is(await swapper.wait("path_rename", ...back), 0);
    }
  })();
  const seen = new Set<string>();
  for (let i = 0; i < 300; i++) {
    const fd = await guest.opened("x/file", { rights: RIGHT_FD_READ });
    if (fd < 0) {
      seen.add(`errno ${-fd}`);
      continue;
    }
    const vectors = guest.vectors([40000, 10]);
    assert.is(await guest.wait("fd_read", fd, ...vectors, RESULT), 0);
    seen.add(guest.read(40000, guest.u32));
    assert.is(await guest.wait("fd_close", fd), 0);
  }
  isOver = true;
  await swaps;
  assert.ok(seen.has("inside"));
  assert.ok(seen.has(`errno ${Errno.EPERM}`), [...seen].join());
  assert.not.ok(seen.has(SECRET));
});

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
