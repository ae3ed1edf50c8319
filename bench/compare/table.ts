/**
 * The table of `run.ts --compare`: our time beside the host's and the peers',
 * and under it the geomeans of the ratios.
 */

import { digits, geomean, tableRow } from "../measure.ts";
import type { Row } from "../table.ts";

/** A row with the median CPU milliseconds of each peer, by its name. */
export interface ComparedRow extends Row {
  readonly peerMs?: Readonly<Record<string, number | undefined>>;
  /** Why peers could not run the program. */
  readonly peerErrors?: readonly string[];
}

/** Geometric means over a group of programs. */
export interface ComparedSummary {
  readonly group: string;
  readonly programs: number;
  readonly toHost: number;
  /** Ratio to each peer's time, by its name. */
  readonly toPeers: Readonly<Record<string, number>>;
}

function widths(peers: readonly string[]): number[] {
  return [14, 9, 10, 9, ...peers.flatMap((name) => [name.length + 6, 8])];
}

export function printComparedHead(peers: readonly string[]): void {
  const columns = peers.flatMap((name) => [`${name} ms`, "ratio"]);
  const cells = ["program", "ms", "host ms", "ratio", ...columns];
  console.log(tableRow(cells, widths(peers)));
}

export function printComparedRow(
  row: ComparedRow,
  peers: readonly string[],
): void {
  const { name, ms, hostMs, peerMs, error } = row;
  if (error !== undefined) {
    console.log(`${name.padEnd(14)}  ${error}`);
    return;
  }
  const mark = row.heldOut ? " *" : row.group === "scalar" ? "" : " +";
  const cells = [name + mark, digits(ms)];
  for (const other of [hostMs, ...peers.map((peer) => peerMs?.[peer])]) {
    cells.push(digits(other), digits(ratio(ms, other), "x"));
  }
  console.log(tableRow(cells, widths(peers)));
  for (const error of row.peerErrors ?? []) console.log(`  ${error}`);
}

function ratio(ms: number | undefined, to: number | undefined): number {
  return ms === undefined || to === undefined ? NaN : ms / to;
}

/** The geomeans per group, for each peer of what it could run. */
export function compare(
  rows: readonly ComparedRow[],
  peers: readonly string[],
): ComparedSummary[] {
  const done = rows.filter(({ error }) => error === undefined);
  const groups = new Map<string, ComparedRow[]>();
  for (const row of done) {
    const group = row.heldOut ? "held out" : row.group;
    groups.set(group, [...groups.get(group) ?? [], row]);
  }
  return [...groups].map(([group, of]) => ({
    group,
    programs: of.length,
    toHost: geomean(of.map(({ ms, hostMs }) => ratio(ms, hostMs))),
    toPeers: Object.fromEntries(peers.map((peer) => [
      peer,
      geomean(
        of.map(({ ms, peerMs }) => ratio(ms, peerMs?.[peer]))
          .filter((value) => !Number.isNaN(value)),
      ),
    ])),
  }));
}

export function printComparison(
  sums: readonly ComparedSummary[],
  peers: readonly string[],
): void {
  console.log("\n* held out of tuning   + apart from the geomean\n");
  for (const { group, programs, toHost, toPeers } of sums) {
    const cells = [`${group} (${programs})`, "", "", digits(toHost, "x")];
    for (const peer of peers) cells.push("", digits(toPeers[peer], "x"));
    console.log(tableRow(cells, widths(peers)));
  }
}
