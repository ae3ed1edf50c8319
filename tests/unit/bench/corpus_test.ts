// The benchmark corpus: its files, its halves, its checksums, and that the
// profile leaves the held-out half alone.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CORPUS } from "../../../bench/corpus.ts";
import { load, thisEngine } from "../../../bench/engine.ts";
import { withStart } from "../../../bench/compare/start.ts";
import { readProgram } from "../../../bench/files.ts";
import {
  COMMAND_OUTPUT,
  flatCommand,
  flatModule,
} from "../../../bench/programs/flat.ts";
import { standsApart } from "../../../bench/program.ts";
import { simdGains, summary } from "../../../bench/table.ts";
import { run, Runtime } from "../../../mod.ts";

const PROGRAMS = "bench/programs";
const OWN = CORPUS.filter(({ real }) => real === undefined);
const corpus = suite("corpus");

corpus(
  "the programs are the files that are there, each with its source",
  () => {
    const files = readdirSync(PROGRAMS);
    const built = files.filter((file) => file.endsWith(".wasm"))
      .map((file) => file.slice(0, -5));
    assert.equal(OWN.map(({ name }) => name).sort(), built.sort());
    const without = OWN.filter(({ name }) => {
      const source = name.replace(/-simd$/, "");
      const extensions = ["c", "cpp", "rs", "zig", "as", "wat"];
      return !extensions.some((extension) =>
        existsSync(`${PROGRAMS}/${source}.${extension}`)
      );
    });
    assert.equal(without, []);
  },
);

corpus("half of it is held out, of every kind but bulk memory", () => {
  const counted = CORPUS.filter((program) => !standsApart(program));
  const judges = counted.filter(({ heldOut }) => heldOut).length;
  assert.ok(Math.abs(judges - (counted.length - judges)) <= 2, `${judges}`);
  const kinds = (heldOut: boolean): Set<string> =>
    new Set(
      CORPUS.filter((program) => program.heldOut === heldOut)
        .map(({ kind }) => kind),
    );
  assert.equal([...kinds(false)].filter((k) => !kinds(true).has(k)), ["bulk"]);
});

corpus("a SIMD program and its scalar twin do the same", () => {
  const twins = OWN.filter(({ name }) => name.endsWith("-simd"));
  assert.ok(twins.length >= 4);
  for (const { name, n, checksum, heldOut } of twins) {
    const twin = OWN.find((other) => `${other.name}-simd` === name)!;
    assert.equal([twin.n, twin.checksum, twin.heldOut], [n, checksum, heldOut]);
  }
});

corpus("every program returns its checksum", async () => {
  const engine = await thisEngine();
  for (const program of OWN) {
    const result = load(engine, program).run(program.n);
    assert.is(result, program.checksum, program.name);
  }
});

corpus("a program with a start traps where its result is another", () => {
  const program = OWN.find(({ name }) => name === "machine")!;
  const bytes = readProgram(program);
  const start = (checksum: number) => {
    const runtime = new Runtime();
    const command = withStart(bytes, { n: 1, checksum, calls: 2 });
    const { exports } = runtime.instantiate(runtime.compile(command));
    (exports as { _start(): void })._start();
  };
  start(4_310_144);
  assert.throws(() => start(1), /unreachable/);
});

corpus("geomeans are of the programs that could be measured", () => {
  const row = { n: 1, kind: "float", heldOut: false } as const;
  const rows = [
    { ...row, name: "a", ms: 8, hostMs: 2, ops: 1e6, peerMs: { b: 4 } },
    { ...row, name: "b", ms: 9, hostMs: 1, ops: 1e6, heldOut: true },
    { ...row, name: "a-simd", ms: 2, hostMs: 1, kind: "simd" as const },
    { ...row, name: "c", error: "trap" },
  ];
  const sums = summary(rows, ["b"]);
  const of = (name: string) => sums.find(({ group }) => group === name)!;
  assert.equal(
    sums.map(({ group, programs }) => `${group} ${programs}`),
    ["all 2", "mined 1", "held out 1", "float 2", "simd 1"],
  );
  assert.ok(Math.abs(of("all").toHost - 6) < 1e-9);
  assert.ok(Math.abs(of("all").toPeers.b - 2) < 1e-9);
  assert.ok(Math.abs(of("mined").nsPerOp - 8) < 1e-9);
  assert.equal(simdGains(rows), [{ name: "a", ratio: 0.25, hostRatio: 0.5 }]);
});

corpus("the profile refuses a program that is held out", () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["tests/ts.mjs", "bench/profile.ts", "lz"],
    { encoding: "utf8" },
  );
  assert.is(status, 1);
  assert.is(stdout, "");
  assert.match(stderr, /lz is held out/);
});

corpus("generated modules are valid, of their size, and run", async () => {
  const bytes = flatModule(20_000);
  assert.ok(bytes.length >= 20_000 && bytes.length < 40_000, `${bytes.length}`);
  const { exports } = new Runtime().instantiate<{ run(n: number): number }>(
    bytes,
  );
  assert.is(exports.run(0), 0);
  assert.is.not(exports.run(1), 0);
  const { stdout, exitCode } = await run(flatCommand(20_000));
  assert.is(exitCode, 0);
  assert.is(stdout.text(), COMMAND_OUTPUT);
});

corpus.run();
