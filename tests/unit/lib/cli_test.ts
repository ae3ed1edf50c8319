// The command line's grammar, and declarations of modules.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { compileModule } from "../../../engine/mod.ts";
import {
  type Flag,
  flagHelp,
  parseAddress,
  parseArgs,
  parseDir,
  parseDuration,
  parseEnv,
  parseFuel,
  parseMount,
  parseValue,
  UsageError,
} from "../../../lib/cli_args.ts";
import { declarationOf } from "../../../lib/cli_types.ts";
import { Assembler } from "../engine/assembler.ts";

const FLAGS: Flag[] = [
  { name: "env", value: "KEY=VALUE", help: "a variable" },
  { name: "all", help: "everything" },
];

const fails = (body: () => unknown, message: string) =>
  assert.throws(
    body,
    (error: Error) => error instanceof UsageError && error.message === message,
  );

test("flags end at the first argument that is none", () => {
  const args = ["-env", "a=1", "--env=b=2", "--all", "f.wasm", "--all", "-x"];
  const { flags, rest } = parseArgs(args, FLAGS);
  assert.equal([...flags], [["env", ["a=1", "b=2"]], ["all", [""]]]);
  assert.equal(rest, ["f.wasm", "--all", "-x"]);
  assert.equal(parseArgs(["--", "--all"], FLAGS).rest, ["--all"]);
  assert.equal(parseArgs(["-", "x"], FLAGS).rest, ["-", "x"]);
});

test("flags may be anywhere where that is wanted", () => {
  const { flags, rest } = parseArgs(["f", "--all", "--", "-g"], FLAGS, true);
  assert.ok(flags.has("all"));
  assert.equal(rest, ["f", "-g"]);
});

test("wrong flags are named", () => {
  fails(() => parseArgs(["--nope=1"], FLAGS), "unknown flag --nope");
  fails(() => parseArgs(["--all=1"], FLAGS), "--all takes no value");
  fails(
    () => parseArgs(["--env"], FLAGS),
    "--env needs a value: KEY=VALUE",
  );
});

test("the help is aligned", () => {
  assert.is(
    flagHelp(FLAGS),
    "  --env KEY=VALUE  a variable\n  --all            everything\n",
  );
});

test("variables have a name and may have anything after it", () => {
  assert.equal(parseEnv(["A=1", "B==", "A=2"]), { A: "2", B: "=" });
  const odd = [["__proto__", "x"], ["constructor", ""]];
  const texts = odd.map((pair) => pair.join("="));
  assert.equal(Object.entries(parseEnv(texts)), odd);
  for (const text of ["A", "=1", ""]) {
    fails(() => parseEnv([text]), `invalid environment variable: ${text}`);
  }
});

test("mounts name a host's directory and a guest's", () => {
  const spec = (hostPath: string, guestPath: string, readOnly = false) => ({
    hostPath,
    guestPath,
    readOnly,
  });
  assert.equal(parseMount("/a"), spec("/a", "/a"));
  assert.equal(parseMount("/a:ro"), spec("/a", "/a", true));
  assert.equal(parseMount("./a/:/b/:ro"), spec("./a/", "/b", true));
  assert.equal(parseMount("d:/x"), spec("d", "/x"));
  assert.equal(parseMount("C:\\x:/y", true), spec("C:\\x", "/y"));
  assert.equal(parseMount(".:/"), spec(".", "/"));
  assert.equal(parseDir("a::/b"), spec("a", "/b"));
  assert.equal(parseDir("./a/"), spec("./a/", "a"));
  assert.equal(parseDir("."), spec(".", "."));
  for (const text of ["", ":", "/a:", ":/b", "/a:/b:/c"]) {
    fails(() => parseMount(text), `invalid mount: ${text}`);
  }
  fails(() => parseDir("::"), "invalid directory: ::");
});

test("durations have a unit", () => {
  assert.is(parseDuration("10ms"), 10);
  assert.is(parseDuration("1.5s"), 1500);
  assert.is(parseDuration("1h1m1s"), 3_661_000);
  assert.is(parseDuration("5us"), 0.005);
  for (const text of ["5", "s", "1x", "-1s", "1s "]) {
    assert.throws(() => parseDuration(text), /invalid duration/);
  }
  fails(() => parseDuration("0s"), "invalid duration: 0s is not above 0");
});

test("addresses have a host and a port", () => {
  assert.equal(parseAddress("localhost:80"), { host: "localhost", port: 80 });
  assert.equal(parseAddress("[::1]:0"), { host: "::1", port: 0 });
  for (const text of ["", "80", ":80", "a:", "a:x", "a:65536", "::1:80"]) {
    fails(() => parseAddress(text), `invalid address: ${text}`);
  }
});

test("fuel is a whole number", () => {
  assert.is(parseFuel("10"), 10);
  for (const text of ["", "-1", "1.5", "1e3", "9007199254740992"]) {
    fails(() => parseFuel(text), `invalid fuel: ${text}`);
  }
});

test("arguments are values of their parameter's type", () => {
  assert.is(parseValue("-1", "i32"), -1);
  assert.is(parseValue("0xffffffff", "i32"), 0xffffffff);
  assert.is(parseValue("-9223372036854775808", "i64"), -(2n ** 63n));
  assert.is(parseValue("0x10", "i64"), 16n);
  assert.is(parseValue("1.5e3", "f64"), 1500);
  assert.is(parseValue("-inf", "f32"), -Infinity);
  assert.ok(Number.isNaN(parseValue("nan", "f64")));
  fails(
    () => parseValue("4294967296", "i32"),
    "invalid i32: 4294967296 is out of range",
  );
  fails(() => parseValue("x", "i64"), "invalid i64: x");
  fails(() => parseValue("", "f64"), "invalid f64: ");
  fails(
    () => parseValue("1", "externref"),
    "cannot pass an argument of type externref",
  );
});

test("a declaration has the exports as JavaScript sees them", () => {
  const bytes = Uint8Array.of(
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    // (func (param i32 i64) (result f64 v128)), (func (param funcref))
    ...section(1, 2, 96, 2, 127, 126, 2, 124, 123, 96, 1, 112, 0),
    ...section(3, 2, 0, 1),
    ...section(5, 1, 0, 1),
    // "a": function 0, "b-c": function 1, "mem": memory 0
    ...section(7, 3, 1, 97, 0, 0, 3, 98, 45, 99, 0, 1, 3, 109, 101, 109, 2, 0),
    ...section(10, 2, 3, 0, 0, 11, 2, 0, 11),
  );
  const text = declarationOf(compileModule(bytes), "x.wasm", "waxwing");
  assert.is(
    text,
    `/** The exports of x.wasm. */

import type { Memory } from "waxwing";

export interface Exports {
  a(p0: number, p1: bigint): [number, Uint8Array];
  "b-c"(p0: ((...args: unknown[]) => unknown) | null): void;
  readonly mem: Memory;
}
`,
  );
});

test("names that are no words for the compiler are quoted", () => {
  const key = (name: string) => {
    const module = new Assembler().function(name, ":", "", "").build();
    const text = declarationOf(compileModule(module), "x.wasm", "waxwing");
    return /^ {2}(.*)\(\): void;$/m.exec(text)?.[1];
  };
  for (const name of ["a", "$", "_1", "get", "constructor", "delete"]) {
    assert.is(key(name), name);
  }
  for (const name of ["new", "", "1", "a b", '"', "\n", "é", "\u088f"]) {
    assert.is(key(name), JSON.stringify(name));
  }
});

test.run();

function section(id: number, ...bytes: number[]): number[] {
  return [id, bytes.length, ...bytes];
}
