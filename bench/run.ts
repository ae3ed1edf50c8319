/**
 * The speed benchmark: one table of the corpus, this engine beside the host's
 * own WebAssembly, and optionally beside another waxwing bundle or the binaries
 * of other engines. Runs of the engines are interleaved, so that noise hits all
 * alike. See README.md for the options. The exit code is 1 for a wrong checksum
 * or a crash, and with --check also for a missed pass mark.
 */

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { parsePeers, type Peer, PeerRuns } from "./compare/peer.ts";
import {
  compare,
  type ComparedRow,
  printComparedHead,
  printComparedRow,
  printComparison,
} from "./compare/table.ts";
import { type BenchProgram, CORPUS } from "./corpus.ts";
import {
  type Engine,
  engineAt,
  hostEngine,
  load,
  thisEngine,
} from "./engine.ts";
import { readProgram } from "./files.ts";
import {
  commandOf,
  hostName,
  median,
  shuffle,
  timeMs,
  warmUp,
} from "./measure.ts";
import {
  passMarks,
  printCliffs,
  printHead,
  printRow,
  printSummary,
  type Row,
  summary,
} from "./table.ts";

/** CPU milliseconds of warm-up: the engine's loop, and the host's tier-up. */
const WARM_MS = 400;
const HOST_WARM_MS = 100;

interface Options {
  readonly programs: readonly BenchProgram[];
  readonly runs: number;
  readonly order: string;
  readonly json: string | undefined;
  readonly other: string | undefined;
  readonly peers: readonly Peer[];
  readonly alone: boolean;
  readonly cliffs: boolean;
  readonly check: boolean;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      json: { type: "string" },
      only: { type: "string" },
      order: { type: "string", default: "default" },
      runs: { type: "string", default: "5" },
      engine: { type: "string" },
      compare: { type: "string" },
      alone: { type: "boolean", default: false },
      cliffs: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
    },
  });
  const { compare, engine } = values;
  const others = engine !== undefined || values.alone || values.cliffs;
  if (compare !== undefined && others) {
    throw new Error("--compare goes without --engine, --alone and --cliffs");
  }
  return {
    programs: inOrder(values.order, values.only?.split(",")),
    runs: Math.max(1, Number(values.runs) | 0),
    order: values.order,
    json: values.json,
    other: engine,
    peers: compare === undefined ? [] : parsePeers(compare),
    alone: values.alone === true,
    cliffs: values.cliffs === true,
    check: values.check === true,
  };
}

function inOrder(order: string, only?: readonly string[]): BenchProgram[] {
  const names = new Set(CORPUS.map((program) => program.name));
  const unknown = only?.filter((name) => !names.has(name)) ?? [];
  if (unknown.length > 0) {
    throw new Error(`no such program: ${unknown.join(", ")}`);
  }
  const chosen = CORPUS.filter((program) =>
    only === undefined || only.includes(program.name)
  );
  if (order === "default") return chosen;
  if (order === "reverse") return chosen.reverse();
  const seed = /^shuffle:(\d+)$/.exec(order)?.[1];
  if (seed === undefined) {
    throw new Error(`order is default, reverse or shuffle:SEED, not ${order}`);
  }
  return shuffle(chosen, Number(seed));
}

/** Measures one program on all engines, in this process. */
function measure(
  program: BenchProgram,
  engines: readonly Engine[],
  peers: readonly Peer[],
  runs: number,
): ComparedRow {
  const { name, group, heldOut, n } = program;
  const bytes = readProgram(name);
  const works = engines.map((engine) => {
    const instance = load(engine, bytes);
    return () => {
      const result = instance.run(n);
      if (result === program.checksum) return;
      throw new Error(
        `${engine.name} returned ${result}, not ${program.checksum}`,
      );
    };
  });
  works.forEach((work, i) =>
    engines[i].name === "host"
      ? warmUp(work, HOST_WARM_MS, 4)
      : warmUp(work, WARM_MS, 2)
  );
  const times: number[][] = engines.map(() => []);
  const peerRuns = peers.map((peer) => new PeerRuns(program, peer));
  for (let run = 0; run < runs; run++) {
    works.forEach((work, i) => times[i].push(timeMs(work)));
    peerRuns.forEach((peer) => peer.measure());
  }
  const row: Record<string, number> = {};
  const fields: Record<string, string> = { host: "hostMs", other: "otherMs" };
  engines.forEach((engine, i) => {
    row[fields[engine.name] ?? "ms"] = median(times[i]);
  });
  const ops = engines[0].countOps?.(bytes, n);
  if (ops !== undefined) row.ops = ops;
  if (peers.length === 0) return { name, group, heldOut, n, ...row };
  const peerMs = Object.fromEntries(peerRuns.map((p) => [p.name, p.ms]));
  const peerErrors = peerRuns.flatMap(({ error }) => error ?? []);
  return { name, group, heldOut, n, ...row, peerMs, peerErrors };
}

/** Measures one program in a process of its own. */
function measureAlone(program: BenchProgram, options: Options): Row {
  return child(["--only", program.name], options)[0];
}

/** The rows of a run of this program in a child process. */
function child(choice: readonly string[], options: Options): Row[] {
  const [command, ...args] = commandOf(import.meta.url);
  args.push(...choice, "--runs", `${options.runs}`, "--json", "-");
  if (options.other !== undefined) args.push("--engine", options.other);
  const { stdout, stderr, status } = spawnSync(command, args, {
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr || `child ended with ${status}`);
  return (JSON.parse(stdout) as { rows: Row[] }).rows;
}

function failedRow(program: BenchProgram, error: unknown): Row {
  const { name, group, heldOut, n } = program;
  return { name, group, heldOut, n, error: String(error) };
}

/** Measures in a child process, in another order. */
function measureInOrder(order: string, options: Options): Row[] {
  const names = options.programs.map(({ name }) => name).join(",");
  return child(["--only", names, "--order", order], options);
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
async function openEngines(other: string | undefined): Promise<Engine[]> {
  const engines = [await thisEngine()];
  if (other !== undefined) engines.push(await engineAt(other));
  const host = hostEngine();
  if (host !== undefined) engines.push(host);
  return engines;
}

/** Measures all programs, printing rows as they come. */
async function measureAll(
  options: Options,
  quiet: boolean,
): Promise<ComparedRow[]> {
  const engines = options.alone ? [] : await openEngines(options.other);
  const names = options.peers.map(({ name }) => name);
  const rows: ComparedRow[] = [];
  for (const program of options.programs) {
    let row: ComparedRow;
    try {
      row = options.alone
        ? measureAlone(program, options)
        : measure(program, engines, options.peers, options.runs);
    } catch (error) {
      row = failedRow(program, error);
    }
    rows.push(row);
    if (quiet) continue;
    if (names.length > 0) printComparedRow(row, names);
    else printRow(row, options.other !== undefined);
  }
  return rows;
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options.cliffs) return findCliffs(options);
  const { order, alone, runs, json } = options;
  const peers = options.peers.map(({ name }) => name);
  const quiet = json === "-";
  const hasOther = options.other !== undefined;
  if (!quiet) {
    const how = alone ? "each alone" : `order ${order}`;
    console.log(`${hostName()}, ${how}, median of ${runs}, CPU time\n`);
    if (peers.length > 0) printComparedHead(peers);
    else printHead(hasOther);
  }
  const rows = await measureAll(options, quiet);
  const groups = summary(rows);
  const marks = passMarks(rows, groups);
  const compared = peers.length > 0 ? compare(rows, peers) : undefined;
  if (!quiet) {
    if (compared === undefined) printSummary(groups, hasOther);
    else printComparison(compared, peers);
    console.log();
    for (const { line } of marks) console.log(line);
  }
  if (json !== undefined) {
    const host = hostName();
    const data = { host, order, alone, runs, rows, groups, compared };
    const text = JSON.stringify(data, null, 2) + "\n";
    if (quiet) process.stdout.write(text);
    else writeFileSync(json, text);
  }
  const failed = rows.some((row) => row.error !== undefined);
  const missed = options.check && marks.some(({ pass }) => !pass);
  if (failed || missed) process.exitCode = 1;
}

await main();
