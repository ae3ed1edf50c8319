/**
 * Does what else goes on in the realm slow programs down? Three programs are
 * run until they are steady, then something disturbs, then they are run again:
 * the median of the runs right after it to that of the runs right before.
 */

import { Runtime } from "../mod.ts";
import { CORPUS } from "./corpus.ts";
import { load, thisEngine } from "./engine.ts";
import { type Line, readLineOptions, report } from "./lines.ts";
import { geomean, median, timeMs, warmUntilSteady } from "./measure.ts";
import type { Program } from "./program.ts";
import { flatModule } from "./programs/flat.ts";

const PROGRAMS = ["quicksort", "sha256", "mandelbrot"];
const WARM = { least: 600, most: 3000, runs: 10 };
const RUNS = 9;
const MAX_RATIO = 1.3;

/**
 * Exports `load`, `grow` and `nest`, which give their parameter to i32.load,
 * to memory.grow and to the import `env.next`.
 */
// deno-fmt-ignore
const GUEST = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, // magic, version
  1, 6, 1, 96, 1, 127, 1, 127, // (func (param i32) (result i32))
  2, 12, 1, 3, 101, 110, 118, 4, 110, 101, 120, 116, 0, 0, // env.next
  3, 4, 3, 0, 0, 0,
  5, 3, 1, 0, 1, // a memory of one page
  7, 22, 3, 4, 108, 111, 97, 100, 0, 1, 4, 103, 114, 111, 119, 0, 2,
  4, 110, 101, 115, 116, 0, 3,
  10, 23, 3, 7, 0, 32, 0, 40, 2, 0, 11,
  6, 0, 32, 0, 64, 0, 11,
  6, 0, 32, 0, 16, 0, 11,
);

interface Exports {
  load(address: number): number;
  grow(pages: number): number;
  nest(depth: number): number;
}

const runtime = new Runtime();
let guest: Exports;
runtime.newHostModule("env").func(
  "next",
  ["i32"],
  ["i32"],
  (depth: number) => depth === 0 ? 0 : guest.nest(depth - 1),
).instantiate();

function newGuest(): Exports {
  return runtime.instantiate(GUEST, { name: "" }).exports as unknown as Exports;
}

function traps(): void {
  for (let i = 0; i < 10_000; i++) {
    try {
      guest.load(-1);
    } catch {
      continue;
    }
    throw new Error("it did not trap");
  }
}

function growth(): void {
  for (let pages = 1; pages <= 100; pages++) {
    if (guest.grow(1) !== pages) throw new Error(`${pages} pages`);
    guest.load(pages * 65536);
  }
}

function nesting(): void {
  for (let i = 0; i < 1000; i++) guest.nest(50);
}

const kept: unknown[] = [];

function instances(): void {
  for (let i = 0; i < 1000; i++) kept.push(newGuest());
}

function modules(): void {
  for (let i = 1; i <= 50; i++) {
    const bytes = flatModule(i * 1000);
    const { run } = runtime.instantiate(bytes, { name: "" }).exports;
    (run as (n: number) => number)(1);
  }
}

/** The geomean of what the programs take after it, to before. */
function ratioOf(programs: readonly (() => void)[], disturb: () => void) {
  const medians = () =>
    programs.map((run) =>
      median(Array.from({ length: RUNS }, () => timeMs(run)))
    );
  for (const run of programs) warmUntilSteady(run, WARM);
  const before = medians();
  disturb();
  return geomean(medians().map((ms, i) => ms / before[i]));
}

async function main(): Promise<void> {
  const options = readLineOptions();
  const engine = await thisEngine();
  const programs = PROGRAMS.map((name) => {
    const program = CORPUS.find((of) => of.name === name)!;
    const instance: Program = load(engine, program);
    return () => void instance.run(program.n);
  });
  guest = newGuest();
  const disturbances: [what: string, disturb: () => void][] = [
    ["10,000 traps", traps],
    ["a memory that grows 100 times", growth],
    ["1,000 times 50 nested host calls", nesting],
    ["1,000 instances that stay", instances],
    ["50 other modules", modules],
  ];
  const lines = disturbances.map(([what, disturb]): Line => ({
    what: `after ${what}`,
    value: ratioOf(programs, disturb),
    unit: "x",
    comparison: "<=",
    limit: MAX_RATIO,
  }));
  report(lines, options);
}

await main();
