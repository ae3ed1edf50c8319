/**
 * Time, averages and text tables. Times are CPU time of the process where the
 * host tells it, since the machine may be shared; it includes the host's
 * compiler threads, which is why what is reported comes after a warm-up.
 */

import process from "node:process";
import { fileURLToPath } from "node:url";

/** CPU milliseconds so far; wall-clock ones where the host has no CPU time. */
export function cpuMs(): number {
  if (typeof process.cpuUsage !== "function") return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** CPU milliseconds that `work` takes. */
export function timeMs(work: () => void): number {
  const start = cpuMs();
  work();
  return cpuMs() - start;
}

/** How long something is warmed up, see `warmUntilSteady`. */
export interface WarmUp {
  readonly least: number;
  readonly most: number;
  readonly runs: number;
}

/**
 * Runs `work` until it is steady: until so many runs did not beat the best
 * one by more than 5 %. At least for `least` milliseconds, at most for `most`.
 */
export function warmUntilSteady(
  work: () => void,
  { least, most, runs }: WarmUp,
): void {
  const start = cpuMs();
  let best = Infinity;
  let since = 0;
  for (let spent = 0; spent < least || (since < runs && spent < most);) {
    const ms = timeMs(work);
    since = ms < best * 0.95 ? 0 : since + 1;
    best = Math.min(best, ms);
    spent = cpuMs() - start;
  }
}

/** The least: what other work on the machine has disturbed least. */
export function least(values: readonly number[]): number {
  return Math.min(...values);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle];
  return (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The geometric mean; NaN for no values. */
export function geomean(values: readonly number[]): number {
  const logs = values.map(Math.log).reduce((sum, log) => sum + log, 0);
  return values.length === 0 ? NaN : Math.exp(logs / values.length);
}

/** A deterministic shuffle, by a 32-bit xorshift generator. */
export function shuffle<T>(values: readonly T[], seed: number): T[] {
  const result = [...values];
  let state = (seed * 2654435761 | 0) || 1;
  for (let i = result.length - 1; i > 0; i--) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const j = (state >>> 0) % (i + 1);
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}

/** A number with about three significant digits; "" for undefined. */
export function digits(value: number | undefined, unit = ""): string {
  if (value === undefined || Number.isNaN(value)) return "";
  const size = Math.abs(value);
  return value.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0) + unit;
}

/** One line of a table: the first cell to the left, the others to the right. */
export function tableRow(
  cells: readonly string[],
  widths: readonly number[],
): string {
  return cells.map((cell, i) =>
    i === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[i])
  ).join("").trimEnd();
}

/** A pass mark with its verdict, as a line to print. */
export interface Mark {
  readonly pass: boolean;
  readonly line: string;
}

/** Says whether a figure meets its pass mark. */
export function passMark(
  what: string,
  value: number,
  comparison: "<=" | ">=",
  limit: number,
  unit: string,
): Mark {
  const pass = comparison === "<=" ? value <= limit : value >= limit;
  const verdict = pass ? "PASS" : "FAIL";
  const line = `${verdict}  ${what}: ${
    digits(value)
  }${unit} (mark: ${comparison} ${limit}${unit})`;
  return { pass, line };
}

/** What runs this: "node 20.1.0", "bun 1.4.0", "deno 2.9.0". */
export function hostName(): string {
  const { bun, deno, node } = process.versions as Record<string, string>;
  return bun ? `bun ${bun}` : deno ? `deno ${deno}` : `node ${node}`;
}

/** The command line that starts a program, given by its file URL, again. */
export function commandOf(programUrl: string): string[] {
  const { deno } = process.versions as Record<string, string>;
  const flags = deno ? ["run", "-A"] : process.execArgv;
  return [process.execPath, ...flags, fileURLToPath(programUrl)];
}
