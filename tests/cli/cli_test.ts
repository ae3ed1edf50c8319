// The command line as a shell sees it: a bundle of lib/cli.ts is made once,
// and run as a process.

import { Buffer } from "node:buffer";
import { build } from "esbuild";
import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { VERSION } from "../../lib/version.ts";
import { Assembler } from "../unit/engine/assembler.ts";

const CAT = "examples/cat/cat.wasm";
const FIB = "bench/programs/fib.wasm";
const WORLD = "tests/wasi/programs/world.wasm";

const folder = fs.mkdtempSync(join(tmpdir(), "waxwing-"));
const program = join(folder, "waxwing.mjs");
process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));

await build({
  entryPoints: ["lib/cli.ts"],
  outfile: program,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "es2022",
  logLevel: "warning",
});

/** (func (export "_start") unreachable), named "boom" in module "m". */
const TRAPPING = file(
  "trap.wasm",
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
  ...[7, 10, 1, 6, ...ascii("_start"), 0, 0, 10, 5, 1, 3, 0, 0, 11],
  ...[0, 18, 4, ...ascii("name"), 0, 2, 1, ...ascii("m"), 1, 7, 1, 0, 4],
  ...ascii("boom"),
);

/** (func (export "_start") (loop br 0)) */
const ENDLESS = file(
  "endless.wasm",
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
  ...[7, 10, 1, 6, ...ascii("_start"), 0, 0],
  ...[10, 9, 1, 7, 0, 3, 64, 12, 0, 11, 11],
);

/**
 * A memory, a table, a global, and functions of every type called "odd name!",
 * "delete", "none" and "a\"b\n", with a parameter called "class".
 */
const ODD_NAMES = Buffer.from(
  "AGFzbQEAAAABEgNgAn59AX5gA3twbwJ7b2AAAAMFBAABAgIEBAFwAAEFAwEAAQYG" +
    "AX4BQgALBz0HBm1lbW9yeQIABXRhYmxlAQAFY291bnQDAAlvZGQgbmFtZSEAAAZk" +
    "ZWxldGUAAQRub25lAAIEYSJiCgADChMEBAAgAAsGACAAIAILAgALAgALAB8EbmFt" +
    "ZQIYBAACAAVjbGFzcwEGY2xhc3MyAQACAAMA",
  "base64",
);

/** Names that TypeScript reads in its own way, if any, and such as are none. */
const WORDS = [
  ...["new", "get", "set", "readonly", "constructor", "async", "static"],
  ...["accessor", "this", "in", "__proto__", "toString", "then", "type"],
  ...[
    "",
    "1",
    "-1",
    "1n",
    "#x",
    "[x]",
    "'",
    '"',
    "\\",
    "`",
    "${x}",
    "//",
    "*/",
  ],
  ...["a b", "\0", "\n", "\r", "\u2028", "é", "変", "\u088f", "a\u200d"],
];

function ascii(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0));
}

function file(name: string, ...bytes: number[]): string {
  fs.writeFileSync(join(folder, name), Uint8Array.from(bytes));
  return join(folder, name);
}

/** Runs the program and gives what it wrote. */
function waxwing(args: string[], input = "", env = {}) {
  const result = spawnSync(process.execPath, [program, ...args], {
    input,
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

/** A pipeline of the shell. `$W` is the program. */
function shell(line: string) {
  const runFlags = "Deno" in globalThis ? "run -A" : "";
  const W = `'${process.execPath}' ${runFlags} '${program}'`;
  const script = line.replaceAll("$W", W);
  const result = spawnSync("bash", ["-c", script], {
    encoding: "utf8",
    timeout: 30_000,
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

const test = suite("cli");

test("run copies standard input to standard output", () => {
  const text = "zeile 1\nü\n".repeat(20_000);
  const { code, out, err } = waxwing(["run", CAT], text);
  assert.is(err, "");
  assert.is(code, 0);
  assert.ok(out === text);
});

test("run logs calls of the host, by scope", () => {
  fs.writeFileSync(join(folder, "in.txt"), "from a file\n");
  const run = (...flags: string[]) =>
    waxwing(["run", "--mount", `${folder}:/`, ...flags, CAT, "/in.txt"]);
  const { code, out, err } = run("--hostlogging=filesystem");
  assert.is(code, 0, err);
  assert.is(out, "from a file\n");
  assert.match(
    err,
    "==> wasi_snapshot_preview1.fd_prestat_dir_name(fd=3)\n<== (path=/,errno=ESUCCESS)\n",
  );
  assert.match(err, "path=in.txt");
  assert.not.match(err, "args_get");
  const all = run("-hostlogging", "random,all").err;
  assert.match(all, "--> ._start()\n\t==> ");
  assert.match(all, "args_get");
  assert.is(run("--hostlogging=random").err, "");
  assert.match(
    run("--hostlogging=clock,doors").err,
    "doors is not a log scope",
  );
});

test("run mounts directories and passes arguments", () => {
  fs.writeFileSync(join(folder, "in.txt"), "from a file\n");
  const arg = "/data/in.txt";
  for (
    const mount of [
      ["--mount", `${folder}:/data`],
      [`-mount=${folder}:/data:ro`],
      ["--dir", `${folder}::/data`],
    ]
  ) {
    const { code, out, err } = waxwing(["run", ...mount, CAT, arg]);
    assert.equal([code, out, err], [0, "from a file\n", ""]);
  }
  const odd = ["--mount", `${folder}:__proto__`, CAT, "__proto__/in.txt"];
  assert.is(waxwing(["run", ...odd]).out, "from a file\n");
  const unmounted = waxwing(["run", CAT, arg]);
  assert.is.not(unmounted.code, 0);
  assert.is(unmounted.out, "");
});

test("run gives arguments, environment, directories and real clocks", () => {
  const env = ["--env", "X=1", "--env=Y=a=b", "--env", "__proto__=x"];
  const args = [...env, "--dir", folder, WORLD];
  const { code, out } = waxwing(["run", ...args, "one", "--two"], "", {
    HIDDEN: "x",
  });
  assert.equal(out.split("\n"), [
    ...["world.wasm", "one", "--two", "X=1", "Y=a=b", "__proto__=x"],
    ...["terminals: ---", "clock: real", "CPU time: real"],
    ...["directories: 1", ""],
  ]);
  assert.is(code, 3);
  const inherits = ["run", "--env-inherit", "--env", "HIDDEN=y", WORLD];
  const { out: all } = waxwing(inherits, "", { HIDDEN: "x", SHOWN: "z" });
  assert.ok(all.includes("\nHIDDEN=y\n") && all.includes("\nSHOWN=z\n"));
});

test("a terminal is one to the guest", () => {
  if (spawnSync("script", ["--version"]).status !== 0) return;
  const run = `script -qec "$W run ${WORLD}" /dev/null < /dev/null`;
  assert.match(shell(run).out, "terminals: yyy");
});

test("polling waits for a pipe and for a time", () => {
  if (process.platform === "win32") return;
  const mount = join(folder, "polled");
  fs.mkdirSync(mount);
  fs.writeFileSync(join(mount, "f"), "12345");
  const run = `$W run --dir ${mount}::/ tests/wasi/programs/poll.wasm`;
  // The program waits before there is input, so it must have started.
  for (const seconds of [1, 4, 16]) {
    const line = `(sleep ${seconds}; echo line; sleep 0.2) | ${run}`;
    const { code, err } = shell(line);
    assert.is(err, "");
    if (code === 0) return;
  }
  assert.unreachable("it was not as the program expects");
});

test("input and output go on while the guest runs", async () => {
  const child = spawn(process.execPath, [program, "run", CAT]);
  const timer = setTimeout(() => child.kill(), 20_000);
  const ended = new Promise((resolve) => child.on("exit", resolve));
  let echoed = "";
  child.stdout.on("data", (chunk) => echoed += chunk);
  const blocks = ["a", "b"].map((letter) => letter.repeat(4096)); // as it reads
  for (let i = 0; i < blocks.length; i++) {
    child.stdin.write(blocks[i]);
    while (echoed.length < 4096 * (i + 1) && child.exitCode === null) {
      const more = new Promise((resolve) => child.stdout.once("data", resolve));
      await Promise.race([more, ended]);
    }
  }
  assert.is(echoed, blocks.join(""));
  child.stdin.end();
  assert.is(await ended, 0);
  clearTimeout(timer);
});

test("run --timeout ends a guest that waits for input", async () => {
  const args = ["run", "--timeout", "200ms", CAT];
  const child = spawn(process.execPath, [program, ...args]); // stdin is open
  const timer = setTimeout(() => child.kill(), 20_000);
  let err = "";
  child.stderr.on("data", (chunk) => err += chunk);
  const code = await new Promise((resolve) => child.on("close", resolve));
  clearTimeout(timer);
  assert.equal([code, err], [
    1,
    "error: the guest took longer than 200ms\n",
  ]);
});

test("run --invoke calls a function with typed arguments", () => {
  const { code, out, err } = waxwing(["run", "--invoke", "run", FIB, "10"]);
  assert.is(err, "");
  assert.is(code, 0);
  assert.match(out, /^\d+\n$/);
  const few = waxwing(["run", "--invoke", "run", FIB]);
  assert.is(few.code, 1);
  assert.match(few.err, /^error: the function takes \(i32\), 0 arguments/);
  const wrong = waxwing(["run", "--invoke", "run", FIB, "1.5"]);
  assert.is(wrong.err, "error: invalid i32: 1.5\n");
});

test("run --invoke names a function that it gets", () => {
  const called = new Assembler().function("named", ":", "", "")
    .function("other", ":", "", "")
    .function("run", ":rr", "", "ref.func 0 ref.func 1").names("m", {
      named: "boom",
    });
  const guest = file("funcrefs.wasm", ...called.build());
  const { code, out, err } = waxwing(["run", "--invoke", "run", guest]);
  assert.equal([code, err], [0, ""]);
  assert.is(out, "funcref m.boom\nfuncref m.other\n");
});

test("a trap shows the guest's stack and is exit status 134", () => {
  const { code, out, err } = waxwing(["run", TRAPPING]);
  assert.is(code, 134);
  assert.is(out, "");
  assert.match(err, /^error: unreachable\n/);
  assert.match(err, /m\.boom\(\)/);
});

test("a trap shows source lines", () => {
  const guest = "tests/unit/lib/lines_dwarf5.wasm";
  const { code, err } = waxwing(["run", "--invoke", "run", guest, "1", "0"]);
  assert.is(code, 134);
  assert.is(err.split("\n")[0], "error: integer divide by zero");
  assert.match(err, /\n\t\t0xa: guests\/lines\.c:3:12 \(inlined\)\n/);
});

test("run --timeout ends a guest that does not", () => {
  const start = Date.now();
  const { code, err } = waxwing(["run", "--timeout", "300ms", ENDLESS]);
  assert.is(code, 1);
  assert.is(err, "error: the guest took longer than 300ms\n");
  assert.ok(Date.now() - start < 20_000);
});

test("run --fuel ends a guest after so many instructions", () => {
  const { code, err } = waxwing(["run", "--fuel", "10000", ENDLESS]);
  assert.is(code, 1);
  assert.is(err, "error: the guest has used up its fuel\n");
  const enough = waxwing(["run", "--fuel=100000000", CAT], "abc\n");
  assert.equal([enough.code, enough.out], [0, "abc\n"]);
  assert.is(
    waxwing(["run", "--fuel", "-1", CAT]).err,
    "error: invalid fuel: -1\n",
  );
});

test("run --fuel is for all that is called", () => {
  // Of its start section, `_initialize` and `f`, each uses two units.
  const thrice = file(
    "thrice.wasm",
    ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
    ...[7, 19, 2, 11, ...ascii("_initialize"), 0, 0, 1, ...ascii("f"), 0, 0],
    ...[8, 1, 0, 10, 5, 1, 3, 0, 1, 11],
  );
  const codeOf = (fuel: number) =>
    waxwing(["run", `--fuel=${fuel}`, "--invoke=f", thrice]).code;
  assert.equal([codeOf(6), codeOf(5)], [0, 1]);
});

test("run --timeout reads standard input to its end", () => {
  const { code, out } = waxwing(["run", "--timeout", "1m", CAT], "abc\n");
  assert.equal([code, out], [0, "abc\n"]);
});

test("--cachedir notes which modules are valid", () => {
  const path = join(folder, "cache");
  for (let i = 0; i < 2; i++) {
    const { code, out } = waxwing(["run", "--cachedir", path, CAT], "abc\n");
    assert.equal([code, out], [0, "abc\n"]);
    assert.is(waxwing(["compile", "--cachedir", path, FIB]).code, 0);
    assert.is(fs.readdirSync(path).length, 2);
  }
});

test("what is wrong is one line, and exit status 1", () => {
  const cases: [string[], RegExp][] = [
    [["nope"], /unknown command nope/],
    [["run"], /which file/],
    [["run", "none.wasm"], /cannot read none\.wasm: no such file/],
    [["run", "package.json"], /package\.json: .*\(at offset 0x0\)/],
    [["run", "--nope", CAT], /unknown flag --nope/],
    [["run", "--env"], /--env needs a value: KEY=VALUE/],
    [["run", "--env", "x", CAT], /invalid environment variable: x/],
    [["run", "--mount", "/none:/x", CAT], /cannot mount \/none/],
    [["run", "--mount", ":", CAT], /invalid mount: :/],
    [
      ["run", "--mount", "docs:/d:ro", "--dir", "lib::/d/", CAT],
      /two mounts of \/d$/m,
    ],
    [["run", "--timeout", "5", CAT], /invalid duration: 5/],
    [["run", "--cachedir", "package.json", CAT], /cannot use package\.json: /],
    [["run", FIB], /exports no _start; try --invoke/],
    [["run", "--invoke", "x", FIB], /exports no function x/],
    [["compile", FIB, "more"], /unexpected argument more/],
    [["version", "more"], /unexpected argument more/],
    [["--version", "more"], /unexpected argument more/],
    [["objdump", FIB, "--function", "nope"], /no function nope/],
  ];
  for (const [args, message] of cases) {
    const { code, out, err } = waxwing(args);
    assert.is(code, 1, args.join(" "));
    assert.is(out, "", args.join(" "));
    assert.match(err, message);
    assert.match(err, /^error: [^\n]+\n$/);
  }
});

test("what is no module is told by its looks", () => {
  const cases: [string | number[], string][] = [
    ["", "the file is empty"],
    ["\ufeff (module)", "text format: convert it with wat2wasm"],
    [";; text\n(module)", "text format: convert it with wat2wasm"],
    ["<!doctype html>", "looks like HTML"],
    ["\x7fELF", "looks like a native program"],
    [[0x1f, 0x8b, 8, 0], "looks like gzip: unpack it first"],
    [[0x50, 0x4b, 3, 4], "looks like zip: unpack it first"],
    [[...ascii("\0asm"), 13, 0, 1, 0], "a component, not a core module"],
  ];
  for (const [content, hint] of cases) {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const { code, err } = waxwing(["compile", file("other", ...bytes)]);
    assert.is(code, 1);
    assert.match(err, /^error: [^\n]+\n$/);
    assert.ok(err.endsWith(` (${hint})\n`), err);
  }
});

test("every command has a help", () => {
  const { code, out } = waxwing(["--help"]);
  assert.is(code, 0);
  const commands = [...out.matchAll(/^ {2}(\w+)/gm)].map((match) => match[1]);
  assert.equal(commands, ["run", "compile", "objdump", "types", "version"]);
  for (const command of commands) {
    const help = waxwing([command, "--help"]);
    assert.is(help.code, 0);
    assert.match(help.out, new RegExp(`^usage: waxwing ${command}`));
  }
});

test("compile checks and counts", () => {
  const { code, out } = waxwing(["compile", FIB]);
  assert.is(code, 0);
  assert.match(out, /fib\.wasm: \d+ bytes, \d+ functions .* valid, checked/);
});

test("objdump prints sections, instructions and IR", () => {
  const overview = waxwing(["objdump", FIB]).out;
  assert.match(overview, /memory/);
  const all = waxwing(["objdump", FIB, "--wasm", "--ir"]).out;
  assert.match(all, /local\.get/);
  assert.match(all, /frame \d+/);
  const one = waxwing(["objdump", "--function", "run", FIB]).out;
  assert.match(one, /^\n\(func/);
  assert.ok(one.length < all.length);
});

test("types prints what the compiler takes", () => {
  const words = new Assembler();
  for (const name of WORDS) words.function(name, ":i", "", "i32.const 1");
  const guests = [
    FIB,
    CAT,
    file("odd.wasm", ...ODD_NAMES),
    file("words.wasm", ...words.build()),
  ];
  const library = JSON.stringify(join(process.cwd(), "mod.ts"));
  const files = guests.map((guest, i) => {
    const text = waxwing(["types", guest]).out.replace('"waxwing"', library);
    const path = join(folder, `guest${i}.ts`);
    fs.writeFileSync(path, `${text}export const some = {} as Exports;\n`);
    return path;
  });
  const calls = WORDS.map((name) => `some[${JSON.stringify(name)}]() + `);
  fs.appendFileSync(files[3], `export const sum = ${calls.join("")}0;\n`);
  const project = join(folder, "tsconfig.json");
  const base = join(process.cwd(), "tsconfig.json");
  const types = [join(process.cwd(), "node_modules/@types")];
  const compilerOptions = { typeRoots: types };
  fs.writeFileSync(
    project,
    JSON.stringify({ extends: base, files, include: [], compilerOptions }),
  );
  const args = ["node_modules/typescript/bin/tsc", "-p", project];
  const { status, stdout } = spawnSync("node", args, { encoding: "utf8" });
  assert.is(`${stdout}${status}`, "0");
});

test("types prints a declaration", () => {
  const { out } = waxwing(["types", FIB]);
  assert.match(out, /import type { Memory } from "waxwing";/);
  assert.match(out, /run\(\w+: number\): number;/);
});

test("version is the package's", () => {
  const { version } = JSON.parse(fs.readFileSync("package.json", "utf8"));
  assert.is(VERSION, version);
  assert.is(waxwing(["version"]).out, `waxwing ${version}\n`);
});

test("it works in pipes, also where the reader goes early", () => {
  if (process.platform === "win32") return;
  const piped = shell(`printf 'a\\nb\\n' | $W run ${CAT} | tr a-z A-Z`);
  assert.equal([piped.code, piped.out, piped.err], [0, "A\nB\n", ""]);
  const early = shell(`yes | $W run ${CAT} | head -n 2`);
  assert.is(early.out, "y\ny\n");
  assert.is(early.code, 0);
  const dump = shell(`$W objdump ${CAT} --wasm | head -n 1; exit $PIPESTATUS`);
  assert.is(dump.err, "");
  assert.is(dump.code, 141);
});

test("a guest whose errors nobody reads is ended, too", () => {
  if (process.platform === "win32") return;
  const guest = file(
    "chatty.wasm",
    ...new Assembler()
      .importFunction("wasi_snapshot_preview1", "fd_write", "iiii:i")
      .memory("memory", 1)
      .data("i32.const 0", [0, 0, 0, 0, 8, 0, 0, 0]) // an iovec of itself
      .function(
        "_start",
        ":",
        "",
        "loop i32.const 2 i32.const 0 i32.const 1 i32.const 8 " +
          "call $fd_write drop br 0 end",
      )
      .build(),
  );
  const script = `$W run --timeout 20s ${guest} 2>&1 >/dev/null | head -c 3`;
  const { code, out } = shell(`${script}; exit $PIPESTATUS`);
  assert.equal([code, out], [141, "\0\0\0"]);
});

test("output that cannot be written for other reasons is an error", () => {
  if (!fs.existsSync("/dev/full")) return;
  const { code, err } = shell("$W version > /dev/full");
  assert.is(code, 1);
  assert.is(err, "error: cannot write to standard output: ENOSPC\n");
});

test("run --listen gives the guest a socket", async () => {
  const guest = "tests/wasi/programs/echo.wasm";
  const args = ["run", "--listen", "127.0.0.1:0", guest];
  const child = spawn(process.execPath, [program, ...args]);
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const line = await new Promise((resolve) =>
    child.stderr.once("data", (chunk) => resolve(String(chunk)))
  );
  const port = Number(
    /^listening on 127\.0\.0\.1:(\d+)\n$/.exec(`${line}`)![1],
  );
  const socket = connect(port, "127.0.0.1");
  let received = "";
  socket.on("data", (chunk) => received += chunk);
  socket.end("HAL");
  assert.is(await ended, 0);
  assert.is(received, "IBM");
});

test("SIGINT ends a guest that runs, and one that waits", async () => {
  if (process.platform === "win32") return;
  for (const guest of [ENDLESS, CAT]) {
    const child = spawn(process.execPath, [program, "run", guest]);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    child.kill("SIGINT");
    const signal = await new Promise((resolve) =>
      child.on("exit", (_code, signal) => resolve(signal))
    );
    assert.is(signal, "SIGINT", guest);
  }
});

test.run();
