/**
 * The table of benchmarks that print one figure a line: what was measured, the
 * host's own WebAssembly beside it, and the pass mark.
 */

import { writeFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { digits, hostName, passMark, tableRow } from "./measure.ts";

const WIDTHS = [46, 13, 10, 10];

export interface Line {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What the host's own WebAssembly needs. */
  readonly host?: number;
  readonly comparison?: "<=" | ">=";
  readonly limit?: number;
}

/** What the command line says. */
export interface LineOptions {
  readonly json?: string;
  readonly check: boolean;
  /** The path of what `npm run build` makes. */
  readonly bundle?: string;
}

export function readLineOptions(): LineOptions {
  const { values } = parseArgs({
    options: {
      bundle: { type: "string" },
      json: { type: "string" },
      check: { type: "boolean", default: false },
    },
  });
  return values as LineOptions;
}

/** Prints the lines; exit code 1 for a missed mark with --check. */
export function report(
  lines: readonly Line[],
  { json, check }: LineOptions,
): void {
  console.log(`${hostName()}, CPU time\n`);
  console.log(tableRow(["", "waxwing", "host", "ratio"], WIDTHS));
  let missed = false;
  for (const { what, value, unit, host, comparison, limit } of lines) {
    const ratio = comparison === ">=" ? host! / value : value / host!;
    const cells = [what, digits(value, unit), digits(host), digits(ratio)];
    let verdict = "";
    if (comparison !== undefined && limit !== undefined) {
      const { pass } = passMark(what, value, comparison, limit, unit);
      if (!pass) missed = true;
      verdict = `${pass ? "PASS" : "FAIL"}  (${comparison} ${limit}${unit})`;
    }
    console.log(`${tableRow(cells, WIDTHS).padEnd(81)}${verdict}`.trimEnd());
  }
  if (json !== undefined) {
    const data = { host: hostName(), lines };
    writeFileSync(json, JSON.stringify(data, null, 2) + "\n");
  }
  if (missed && check) process.exitCode = 1;
}
