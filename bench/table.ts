/**
 * The table of the speed benchmark: its rows, the geomeans under it, what SIMD
 * gains, and the pass marks. NaN stands for what could not be measured and
 * prints as nothing.
 */

import { digits, geomean, type Mark, passMark, tableRow } from "./measure.ts";
import { type Kind, standsApart } from "./program.ts";

/** Pass marks: times the host's own time. */
const MAX_GEOMEAN = 22;
const MAX_RATIO = 60;

/** What exact fuel may cost. */
const MAX_FUEL = 1.1;
/** How much slower a SIMD program may be than its scalar twin. */
const MAX_SIMD = 1;

const COLUMNS = ["program", "ms", "ns/op", "Mops", "host ms", "ratio"];
const WIDTHS = [17, 8, 8, 8, 9, 8];
const SIMD = "-simd";

/** What was measured of one program; undefined where it could not be. */
export interface Row {
  readonly name: string;
  readonly kind: Kind;
  readonly heldOut: boolean;
  readonly n: number;
  /** The least CPU milliseconds of a run. */
  readonly ms?: number;
  readonly hostMs?: number;
  /** The same of the other waxwing and of the peers, by their names. */
  readonly peerMs?: Readonly<Record<string, number | undefined>>;
  /** Why peers could not run the program. */
  readonly peerErrors?: readonly string[];
  /** IR ops per run. */
  readonly ops?: number;
  readonly error?: string;
}

function ratio(ms: number | undefined, to: number | undefined): number {
  return ms === undefined || to === undefined ? NaN : ms / to;
}

function nsPerOp({ ms, ops }: Row): number {
  return ratio(ms, ops) * 1e6;
}

function widths(peers: readonly string[]): number[] {
  return [
    ...WIDTHS,
    ...peers.flatMap((name) => [Math.max(9, name.length + 5), 8]),
  ];
}

/** Prints the head of the table. */
export function printHead(peers: readonly string[]): void {
  const columns = peers.flatMap((name) => [`${name} ms`, "ratio"]);
  console.log(tableRow([...COLUMNS, ...columns], widths(peers)));
}

/** Prints the line of one program. */
export function printRow(row: Row, peers: readonly string[]): void {
  const { name, ms, ops, hostMs, peerMs, error } = row;
  if (error !== undefined) {
    console.log(`${name.padEnd(WIDTHS[0])}  ${error}`);
    return;
  }
  const marks = (row.heldOut ? " *" : "") + (standsApart(row) ? " +" : "");
  const cells = [
    name + marks,
    digits(ms),
    digits(nsPerOp(row)),
    digits(ops === undefined ? undefined : ops / 1e6),
  ];
  for (const other of [hostMs, ...peers.map((peer) => peerMs?.[peer])]) {
    cells.push(digits(other), digits(ratio(ms, other), "x"));
  }
  console.log(tableRow(cells, widths(peers)));
  for (const error of row.peerErrors ?? []) console.log(`  ${error}`);
}

/** Geometric means over a group of programs. */
export interface Summary {
  readonly group: string;
  readonly programs: number;
  /** Ratio to the host's own time. */
  readonly toHost: number;
  /** Ratios to the other waxwing and to each peer, of what it could run. */
  readonly toPeers: Readonly<Record<string, number>>;
  readonly nsPerOp: number;
}

/** The geomeans of all programs, of both halves, and of each kind. */
export function summary(
  rows: readonly Row[],
  peers: readonly string[],
): Summary[] {
  const done = rows.filter((row) => row.error === undefined);
  const all = done.filter((row) => !standsApart(row));
  const kinds: Kind[] = [
    ...["integer", "float", "call", "memory", "real", "bulk", "simd"] as const,
  ];
  const groups = [
    { group: "all", of: all },
    { group: "mined", of: all.filter((row) => !row.heldOut) },
    { group: "held out", of: all.filter((row) => row.heldOut) },
    ...kinds.map((kind) => ({
      group: kind,
      of: done.filter((row) => row.kind === kind),
    })),
  ];
  return groups.filter(({ of }) => of.length > 0).map(({ group, of }) => ({
    group,
    programs: of.length,
    toHost: mean(of.map((row) => ratio(row.ms, row.hostMs))),
    toPeers: Object.fromEntries(peers.map((peer) => [
      peer,
      mean(of.map((row) => ratio(row.ms, row.peerMs?.[peer]))),
    ])),
    nsPerOp: mean(of.map(nsPerOp)),
  }));
}

/** The geometric mean of what could be measured. */
function mean(values: readonly number[]): number {
  return geomean(values.filter((value) => !Number.isNaN(value)));
}

export function printSummary(
  sums: readonly Summary[],
  peers: readonly string[],
): void {
  console.log("\n* held out of tuning   + apart from the geomean of all\n");
  for (const { group, programs, toHost, toPeers, nsPerOp } of sums) {
    const cells = [`${group} (${programs})`, "", digits(nsPerOp), "", ""];
    cells.push(digits(toHost, "x"));
    for (const peer of peers) cells.push("", digits(toPeers[peer], "x"));
    console.log(tableRow(cells, widths(peers)));
  }
}

/** What SIMD costs or gains: the time of a program to its scalar twin's. */
export interface SimdGain {
  readonly name: string;
  readonly ratio: number;
  /** The same on the host. */
  readonly hostRatio: number;
}

export function simdGains(rows: readonly Row[]): SimdGain[] {
  return rows.flatMap((row) => {
    if (!row.name.endsWith(SIMD)) return [];
    const name = row.name.slice(0, -SIMD.length);
    const twin = rows.find((other) => other.name === name);
    if (twin?.ms === undefined || row.ms === undefined) return [];
    const hostRatio = ratio(row.hostMs, twin.hostMs);
    return [{ name, ratio: row.ms / twin.ms, hostRatio }];
  });
}

export function printSimdGains(gains: readonly SimdGain[]): void {
  if (gains.length === 0) return;
  const texts = gains.map(({ name, ratio, hostRatio }) =>
    `${name} ${digits(ratio, "x")} (host ${digits(hostRatio, "x")})`
  );
  console.log(`\nSIMD to scalar twin: ${texts.join(", ")}`);
}

/** Whether the ratios to the host and of SIMD meet their pass marks. */
export function passMarks(
  rows: readonly Row[],
  sums: readonly Summary[],
  gains: readonly SimdGain[],
): Mark[] {
  const marks: Mark[] = [];
  const mark = (what: string, value: number, limit: number): void => {
    marks.push(passMark(what, value, "<=", limit, "x"));
  };
  const all = sums.find(({ group }) => group === "all");
  if (all !== undefined && !Number.isNaN(all.toHost)) {
    mark("geomean of all programs, to the host", all.toHost, MAX_GEOMEAN);
  }
  const toMetered = all?.toPeers.metered;
  if (toMetered !== undefined) {
    mark("geomean of calls that use fuel, to others", 1 / toMetered, MAX_FUEL);
  }
  // SIMD is judged by its twins: the host does 16 bytes at once.
  const slowest = worst(
    rows.filter((row) => row.hostMs !== undefined && row.kind !== "simd"),
    (row) => ratio(row.ms, row.hostMs),
  );
  if (slowest !== undefined) {
    const what = `slowest program (${slowest.of.name}), to the host`;
    mark(what, slowest.value, MAX_RATIO);
  }
  const simd = worst(gains, (gain) => gain.ratio);
  if (simd !== undefined) {
    mark(`slowest SIMD to its twin (${simd.of.name})`, simd.value, MAX_SIMD);
  }
  return marks;
}

function worst<T>(
  all: readonly T[],
  valueOf: (of: T) => number,
): { of: T; value: number } | undefined {
  return all.map((of) => ({ of, value: valueOf(of) }))
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => b.value - a.value)[0];
}
