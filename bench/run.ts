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
import { isMainThread } from "node:worker_threads";
import { importCounting } from "./bundle.ts";
import { type Peer, PeerRuns } from "./compare/peer.ts";
import {
  type Engine,
  engineAt,
  hostEngine,
  load,
  meteredEngine,
  thisEngine,
  waxwingEngine,
} from "./engine.ts";
import { answer, HostThread } from "./host_thread.ts";
import { commandOf, hostName, least } from "./measure.ts";
import { type Options, readOptions } from "./options.ts";
import type { BenchProgram } from "./program.ts";
import {
  passMarks,
  printHead,
  printRow,
  printSimdGains,
  printSummary,
  type Row,
  simdGains,
  summary,
} from "./table.ts";
import { open, WARM } from "./work.ts";

/** More ops than there are. */
const MAX_OPS = 4096;

/** What programs are measured on. */
interface Engines {
  /** Those of this thread, ours first. */
  readonly own: readonly Engine[];
  readonly host: HostThread | undefined;
  readonly peers: readonly Peer[];
}

/** Measures one program on all engines, in turn. */
async function measure(
  program: BenchProgram,
  { own, host, peers }: Engines,
  runs: number,
): Promise<Row> {
  const { name, kind, heldOut, n } = program;
  const works = own.map((engine) => open(engine, program, WARM));
  await host?.measure(name);
  const peerRuns = program.real !== undefined
    ? []
    : peers.map((peer) => new PeerRuns(program, peer));
  const times: number[][] = own.map(() => []);
  const hostTimes: number[] = [];
  for (let run = 0; run < runs; run++) {
    works.forEach((work, i) => times[i].push(work.measure()));
    if (host !== undefined) hostTimes.push(await host.measure(name));
    peerRuns.forEach((peer) => peer.measure());
  }
  const [ms, ...otherMs] = times.map(least);
  const hostMs = host && least(hostTimes);
  const peerMs = Object.fromEntries([
    ...peerRuns.map((peer) => [peer.name, peer.ms]),
    ...otherMs.map((ms, i) => [own[i + 1].name, ms]),
  ]);
  const peerErrors = peerRuns.flatMap(({ error }) => error ?? []);
  return { name, kind, heldOut, n, ms, hostMs, peerMs, peerErrors };
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

async function openEngines(options: Options): Promise<Engines> {
  const { other, fuel, peers } = options;
  const own = [await thisEngine()];
  if (fuel) own.push(await meteredEngine());
  if (other !== undefined) own.push(await engineAt(other));
  const hasHost = hostEngine() !== undefined;
  const host = hasHost ? new HostThread(import.meta.url) : undefined;
  return { own, host, peers };
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
  const engines = options.alone ? undefined : await openEngines(options);
  const rows: Row[] = [];
  for (const program of options.programs) {
    const { name, kind, heldOut, n } = program;
    let row: Row = { name, kind, heldOut, n, ops: ops?.get(name) };
    try {
      const measured = engines === undefined
        ? measureAlone(program, options)
        : await measure(program, engines, options.runs);
      row = { ...measured, ops: row.ops };
    } catch (error) {
      row = { ...row, error: String(error) };
    }
    print(row);
    rows.push(row);
  }
  await engines?.host?.close();
  return rows;
}

async function main(): Promise<void> {
  const options = readOptions();
  const { order, alone, runs, json, opsOnly, skipped } = options;
  const quiet = json === "-";
  const peers = options.peers.map(({ name }) => name);
  if (options.fuel) peers.unshift("metered");
  if (options.other !== undefined) peers.unshift("other");
  if (!quiet) {
    const how = alone ? "each alone" : `order ${order}`;
    console.log(`${hostName()}, ${how}, least of ${runs}, CPU time\n`);
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

if (isMainThread) await main();
else answer();
