/**
 * The speed benchmark: one table of the corpus, this engine beside the host's
 * own WebAssembly, and optionally beside another waxwing or the binaries of
 * other engines. Runs of the engines are interleaved, so that noise hits all
 * alike. See README.md for the options. The exit code is 1 for a wrong checksum
 * or a crash, and with --check also for a missed pass mark.
 */

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import process from "node:process";
import { importCounting } from "./bundle.ts";
import { type Peer, PeerRuns } from "./compare/peer.ts";
import type { BenchProgram } from "./corpus.ts";
import {
  type Engine,
  engineAt,
  hostEngine,
  load,
  meteredEngine,
  thisEngine,
  waxwingEngine,
} from "./engine.ts";
import {
  commandOf,
  hostName,
  median,
  timeMs,
  warmUntilSteady,
} from "./measure.ts";
import { type Options, readOptions } from "./options.ts";
import {
  passMarks,
  printCliffs,
  printHead,
  printRow,
  printSimdGains,
  printSummary,
  type Row,
  simdGains,
  summary,
} from "./table.ts";

/** Warm-up, in CPU milliseconds: the engine's loop, and the host's tier-up. */
const WARM = { least: 400, most: 2000, runs: 6 };
const HOST_WARM = { least: 100, most: 500, runs: 4 };
/** Shorter runs are repeated, so that one time is at least so long. */
const LEAST_MS = 5;

/** More ops than there are. */
const MAX_OPS = 4096;

/** A program on an engine of this process. */
interface Work {
  readonly engine: string;
  run(): void;
  /** How many runs make one time. */
  repeats: number;
  readonly times: number[];
}

/** Measures one program on all engines, in this process. */
function measure(
  program: BenchProgram,
  engines: readonly Engine[],
  peers: readonly Peer[],
  runs: number,
): Row {
  const { name, kind, heldOut, n } = program;
  const works = engines.map((engine) => workOf(engine, program));
  for (const work of works) {
    warmUntilSteady(work.run, work.engine === "host" ? HOST_WARM : WARM);
    work.repeats = Math.max(1, Math.ceil(LEAST_MS / timeMs(work.run)) || 1);
  }
  const peerRuns = program.real !== undefined
    ? []
    : peers.map((peer) => new PeerRuns(program, peer));
  for (let run = 0; run < runs; run++) {
    for (const work of works) {
      const ms = timeMs(() => {
        for (let i = 0; i < work.repeats; i++) work.run();
      });
      work.times.push(ms / work.repeats);
    }
    peerRuns.forEach((peer) => peer.measure());
  }
  const msOf = (engine: string): number | undefined => {
    const times = works.find((work) => work.engine === engine)?.times;
    return times && median(times);
  };
  const [ms, hostMs] = [msOf("waxwing"), msOf("host")];
  const row = { name, kind, heldOut, n, ms, hostMs };
  const peerMs = Object.fromEntries(peerRuns.map((p) => [p.name, p.ms]));
  for (const name of ["other", "metered"]) {
    const otherMs = msOf(name);
    if (otherMs !== undefined) peerMs[name] = otherMs;
  }
  const peerErrors = peerRuns.flatMap(({ error }) => error ?? []);
  return { ...row, peerMs, peerErrors };
}

function workOf(engine: Engine, program: BenchProgram): Work {
  const { n, checksum } = program;
  const instance = load(engine, program);
  return {
    engine: engine.name,
    run() {
      const result = instance.run(n);
      if (result === checksum) return;
      throw new Error(`${engine.name} returned ${result}, not ${checksum}`);
    },
    repeats: 1,
    times: [],
  };
}

/** Measures one program in a process of its own. */
function measureAlone(program: BenchProgram, options: Options): Row {
  return child(["--only", program.name], options)[0];
}

/** The rows of a run of this program in a child process. */
function child(choice: readonly string[], options: Options): Row[] {
  const [command, ...args] = commandOf(import.meta.url);
  args.push(...choice, "--runs", `${options.runs}`, "--json", "-");
  if (!choice.includes("--ops-only")) args.push("--no-ops");
  if (options.other !== undefined) args.push("--engine", options.other);
  if (options.fuel) args.push("--fuel");
  const { stdout, stderr, status } = spawnSync(command, args, {
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr || `child ended with ${status}`);
  return (JSON.parse(stdout) as { rows: Row[] }).rows;
}

function namesOf(options: Options): string {
  return options.programs.map(({ name }) => name).join(",");
}

/** Measures in a child process, in another order. */
function measureInOrder(order: string, options: Options): Row[] {
  return child(["--only", namesOf(options), "--order", order], options);
}

/** Looks for programs that are slower when others ran before them. */
function findCliffs(options: Options): void {
  const orders = ["default", "reverse", "shuffle:1"];
  console.log(`${hostName()}, median of ${options.runs}, CPU time\n`);
  const alone = options.programs.map((program) =>
    measureAlone(program, options)
  );
  const inOrders = orders.map((order) =>
    [order, measureInOrder(order, options)] as const
  );
  const { pass, line } = printCliffs(alone, inOrders);
  console.log(line);
  if (options.check && !pass) process.exitCode = 1;
}

/** The engines to compare: this one first, the host last. */
async function openEngines({ other, fuel }: Options): Promise<Engine[]> {
  const engines = [await thisEngine()];
  if (fuel) engines.push(await meteredEngine());
  if (other !== undefined) engines.push(await engineAt(other));
  const host = hostEngine();
  if (host !== undefined) engines.push(host);
  return engines;
}

/**
 * Counts IR ops with a bundle of its own: in a process of its own, so that
 * the times are not disturbed. What is counted is the second run.
 */
async function countOps(options: Options): Promise<Row[]> {
  const counts = new Float64Array(MAX_OPS);
  const engine = waxwingEngine("counting", await importCounting(counts));
  return options.programs.map((program) => {
    const { name, kind, heldOut, n } = program;
    const instance = load(engine, program);
    instance.run(n);
    counts.fill(0);
    instance.run(n);
    const ops = counts.reduce((sum, count) => sum + count, 0);
    return { name, kind, heldOut, n, ops };
  });
}

function opsInChild(options: Options): Map<string, number | undefined> {
  const rows = child(["--only", namesOf(options), "--ops-only"], options);
  return new Map(rows.map(({ name, ops }) => [name, ops]));
}

/** Measures all programs, printing rows as they come. */
async function measureAll(
  options: Options,
  print: (row: Row) => void,
): Promise<Row[]> {
  const ops = options.ops ? opsInChild(options) : undefined;
  const engines = options.alone ? [] : await openEngines(options);
  return options.programs.map((program) => {
    const { name, kind, heldOut, n } = program;
    let row: Row = { name, kind, heldOut, n, ops: ops?.get(name) };
    try {
      const measured = options.alone
        ? measureAlone(program, options)
        : measure(program, engines, options.peers, options.runs);
      row = { ...measured, ops: row.ops };
    } catch (error) {
      row = { ...row, error: String(error) };
    }
    print(row);
    return row;
  });
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options.cliffs) return findCliffs(options);
  const { order, alone, runs, json, opsOnly, skipped } = options;
  const quiet = json === "-";
  const peers = options.peers.map(({ name }) => name);
  if (options.fuel) peers.unshift("metered");
  if (options.other !== undefined) peers.unshift("other");
  if (!quiet) {
    const how = alone ? "each alone" : `order ${order}`;
    console.log(`${hostName()}, ${how}, median of ${runs}, CPU time\n`);
    printHead(peers);
  }
  const print = (row: Row) => quiet || printRow(row, peers);
  const rows = opsOnly
    ? await countOps(options)
    : await measureAll(options, print);
  if (opsOnly) rows.forEach(print);
  const groups = summary(rows, peers);
  const gains = simdGains(rows);
  const marks = passMarks(rows, groups, gains);
  if (!quiet) {
    printSummary(groups, peers);
    printSimdGains(gains);
    if (skipped.length > 0) console.log(`\n${skippedLine(skipped)}`);
    console.log();
    for (const { line } of marks) console.log(line);
  }
  if (json !== undefined) {
    const host = hostName();
    const data = { host, order, alone, runs, rows, groups, gains, skipped };
    const text = JSON.stringify(data, null, 2) + "\n";
    if (quiet) process.stdout.write(text);
    else writeFileSync(json, text);
  }
  const failed = rows.some((row) => row.error !== undefined);
  const missed = options.check && marks.some(({ pass }) => !pass);
  if (failed || missed) process.exitCode = 1;
}

function skippedLine(skipped: readonly string[]): string {
  const names = skipped.join(", ");
  return `${skipped.length} skipped, since their packages are not installed: ${names}`;
}

await main();
