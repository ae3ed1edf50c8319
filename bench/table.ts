/**
 * The table of the speed benchmark: its rows, the geomeans under it and the
 * pass marks. NaN stands for what could not be measured and prints as nothing.
 */

import { digits, geomean, type Mark, passMark, tableRow } from "./measure.ts";

/** Pass marks: times the host's own time. */
const MAX_GEOMEAN = 22;
const MAX_RATIO = 60;

/** How much slower a program may get by what ran before it. */
const MAX_CLIFF = 1.3;

const COLUMNS = ["program", "ms", "ns/op", "Mops", "host ms", "ratio"];
const WIDTHS = [14, 9, 8, 9, 10, 9, 11, 9];

/** What was measured of one program; undefined where it could not be. */
export interface Row {
  readonly name: string;
  readonly group: string;
  readonly heldOut: boolean;
  readonly n: number;
  /** Median CPU milliseconds per run. */
  readonly ms?: number;
  readonly hostMs?: number;
  readonly otherMs?: number;
  /** IR ops per run. */
  readonly ops?: number;
  readonly error?: string;
}

function ratio(ms: number | undefined, to: number | undefined): number {
  return ms === undefined || to === undefined ? NaN : ms / to;
}

/** Prints the line of one program. */
export function printRow(row: Row, hasOther: boolean): void {
  if (row.error !== undefined) {
    console.log(`${row.name.padEnd(WIDTHS[0])}  ${row.error}`);
    return;
  }
  const { ms, ops, hostMs, otherMs } = row;
  const mark = row.heldOut ? " *" : row.group === "scalar" ? "" : " +";
  const cells = [
    row.name + mark,
    digits(ms),
    digits(ms !== undefined && ops ? ms * 1e6 / ops : undefined),
    digits(ops === undefined ? undefined : ops / 1e6),
    digits(hostMs),
    digits(ratio(ms, hostMs), "x"),
  ];
  if (hasOther) cells.push(digits(otherMs), digits(ratio(ms, otherMs), "x"));
  console.log(tableRow(cells, WIDTHS));
}

/** Geometric means over a group of programs. */
export interface Summary {
  readonly group: string;
  readonly programs: number;
  /** Ratio to the host's own time. */
  readonly toHost: number;
  /** Ratio to the other bundle's time. */
  readonly toOther: number;
  readonly nsPerOp: number;
}

/** The geomeans of the ratios to the host and to the other bundle, per group. */
export function summary(rows: readonly Row[]): Summary[] {
  const done = rows.filter((row) => row.error === undefined);
  const groups = [
    { group: "scalar", of: done.filter((r) => isScalar(r) && !r.heldOut) },
    { group: "held out", of: done.filter((r) => r.heldOut) },
    { group: "bulk", of: done.filter((r) => r.group === "bulk") },
    { group: "simd", of: done.filter((r) => r.group === "simd") },
  ];
  return groups.filter(({ of }) => of.length > 0).map(({ group, of }) => ({
    group,
    programs: of.length,
    toHost: geomean(of.map((row) => ratio(row.ms, row.hostMs))),
    toOther: geomean(of.map((row) => ratio(row.ms, row.otherMs))),
    nsPerOp: geomean(of.map((row) => ratio(row.ms, row.ops) * 1e6)),
  }));
}

function isScalar(row: Row): boolean {
  return row.group === "scalar";
}

export function printSummary(
  sums: readonly Summary[],
  hasOther: boolean,
): void {
  console.log("\n* held out of tuning   + apart from the geomean\n");
  for (const { group, programs, toHost, toOther, nsPerOp } of sums) {
    const cells = [`${group} (${programs})`, "", digits(nsPerOp), "", ""];
    cells.push(digits(toHost, "x"));
    if (hasOther) cells.push("", digits(toOther, "x"));
    console.log(tableRow(cells, WIDTHS));
  }
}

/** Whether the ratios to the host meet their pass marks. */
export function passMarks(
  rows: readonly Row[],
  sums: readonly Summary[],
): Mark[] {
  const marks: Mark[] = [];
  const scalar = sums.find(({ group }) => group === "scalar");
  if (scalar !== undefined && !Number.isNaN(scalar.toHost)) {
    const what = "geomean of the scalar programs, to the host";
    marks.push(passMark(what, scalar.toHost, "<=", MAX_GEOMEAN, "x"));
  }
  const ratios = rows.filter((row) => row.hostMs !== undefined).map((row) => ({
    name: row.name,
    value: ratio(row.ms, row.hostMs),
  })).sort((a, b) => b.value - a.value);
  if (ratios.length > 0) {
    const what = `slowest program (${ratios[0].name}), to the host`;
    marks.push(passMark(what, ratios[0].value, "<=", MAX_RATIO, "x"));
  }
  return marks;
}

/** Prints the head of the table. */
export function printHead(hasOther: boolean): void {
  const columns = hasOther ? [...COLUMNS, "other ms", "to other"] : COLUMNS;
  console.log(tableRow(columns, WIDTHS));
}

/**
 * Prints each program's time alone beside its times in several orders, and
 * the pass mark of the worst.
 */
export function printCliffs(
  alone: readonly Row[],
  orders: readonly (readonly [order: string, rows: readonly Row[]])[],
): Mark {
  console.log(
    tableRow(["program", "alone ms", ...orders.map(([o]) => o)], WIDTHS),
  );
  let worst = 0;
  for (const row of alone) {
    const ratios = orders.map(([, rows]) =>
      ratio(rows.find(({ name }) => name === row.name)?.ms, row.ms)
    );
    worst = Math.max(worst, ...ratios.filter((value) => !Number.isNaN(value)));
    const cells = ratios.map((value) => digits(value, "x"));
    console.log(tableRow([row.name, digits(row.ms), ...cells], WIDTHS));
  }
  console.log();
  const what = "worst program after others, to alone";
  return passMark(what, worst, "<=", MAX_CLIFF, "x");
}
