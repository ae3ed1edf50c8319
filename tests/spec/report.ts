/**
 * Runs whole groups of the specification tests and counts. `run` is every
 * command that is neither text-only, nor not enabled, nor left out: modules
 * and registrations count, too.
 */

import type { SpecFile, SpecGroup } from "./load.ts";
import { runScript } from "./script.ts";
import type { CommandResult } from "./script.ts";

export interface SpecFailure {
  /** `file:line` */
  readonly place: string;
  readonly type: string;
  readonly expected: string;
  readonly got: string;
}

export interface GroupReport {
  readonly group: string;
  run: number;
  passed: number;
  textOnly: number;
  notEnabled: number;
  leftOut: number;
  /** Commands whose expectation was spoiled. */
  spoiled: number;
  /** Failures; in a spoiled run only of commands that were not spoiled. */
  readonly failures: SpecFailure[];
  /** Commands that passed although they were spoiled. */
  readonly survivors: SpecFailure[];
}

export interface GroupOptions {
  /** Only files of this name. */
  readonly file?: string;
  readonly spoil?: boolean;
  readonly onFile?: (name: string, timeMs: number) => void;
}

/** Runs all files of a group, or one of them. */
export function runGroup(
  group: SpecGroup,
  options: GroupOptions = {},
): GroupReport {
  const report: GroupReport = {
    group: group.name,
    run: 0,
    passed: 0,
    textOnly: 0,
    notEnabled: 0,
    leftOut: 0,
    spoiled: 0,
    failures: [],
    survivors: [],
  };
  for (const file of group.files) {
    if (options.file && options.file !== file.name) continue;
    const start = performance.now();
    runScript(file, {
      group: group.name,
      spoil: options.spoil ?? false,
      onResult: (result) => count(report, file, result),
    });
    options.onFile?.(file.name, performance.now() - start);
  }
  return report;
}

function count(
  report: GroupReport,
  file: SpecFile,
  result: CommandResult,
): void {
  const { outcome, spoiled, command, expected, got } = result;
  if (outcome === "text-only") report.textOnly++;
  else if (outcome === "not enabled") report.notEnabled++;
  else if (outcome === "left out") report.leftOut++;
  if (outcome !== "passed" && outcome !== "failed") return;
  report.run++;
  if (spoiled) report.spoiled++;
  const place = `${file.name}:${command.line}`;
  const entry = { place, type: command.type, expected, got };
  if (outcome === "passed") {
    report.passed++;
    if (spoiled) report.survivors.push(entry);
  } else if (!spoiled) report.failures.push(entry);
}

/** The line that is printed for a group. */
export function summary(report: GroupReport): string {
  const { group, passed, run, textOnly, notEnabled, leftOut } = report;
  const bitten = report.spoiled - report.survivors.length;
  const spoiled = report.spoiled
    ? `, ${bitten} / ${report.spoiled} spoiled ones failed`
    : "";
  return `${group.padEnd(28)} ${String(passed).padStart(6)} / ${run}` +
    ` passed, ${textOnly} text-only, ${notEnabled} not enabled` +
    `, ${leftOut} left out${spoiled}`;
}

/** One failure in one line. */
export function showFailure(failure: SpecFailure): string {
  const { place, type, expected, got } = failure;
  return `${place} ${type}: expected ${expected || "success"}, got ${got}`;
}
