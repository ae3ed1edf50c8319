/**
 * Runs the specification tests from the command line:
 *
 *   npm run spec -- [--all] [--group NAME] [--file NAME] [--verbose] [--spoil]
 *
 * Without `--group`, which may be given several times, the groups that must be
 * complete are run, with `--all` every one that is found, unfinished proposals
 * as well. `--verbose` prints the time of each file and every failure instead
 * of the first 20 of a group. `--spoil` makes every expected value and trap
 * text wrong: then all those commands must fail.
 */

import process from "node:process";
import { EXPECTED_FAILURES } from "./expected_failures.ts";
import { findSpecData, groupNames, loadGroup, requiredGroups } from "./load.ts";
import { runGroup, showFailure, summary } from "./report.ts";
import type { GroupReport } from "./report.ts";

const SHOWN = 20;

interface Options {
  all: boolean;
  groups: string[];
  file: string | undefined;
  verbose: boolean;
  spoil: boolean;
}

function parse(args: readonly string[]): Options {
  const options: Options = {
    all: false,
    groups: [],
    file: undefined,
    verbose: false,
    spoil: false,
  };
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--all") options.all = true;
    else if (args[i] === "--group") options.groups.push(args[++i] ?? "");
    else if (args[i] === "--file") options.file = args[++i];
    else if (args[i] === "--verbose") options.verbose = true;
    else if (args[i] === "--spoil") options.spoil = true;
    else throw new Error(`unknown option ${args[i]}`);
  }
  return options;
}

/** Prints a group's report and says whether it is as it should be. */
function print(report: GroupReport, options: Options): boolean {
  console.log(summary(report));
  const known = new Set(EXPECTED_FAILURES[report.group] ?? []);
  const wrong = options.spoil
    ? report.survivors
    : report.failures.filter(({ place }) => !known.has(place));
  const shown = options.verbose ? wrong : wrong.slice(0, SHOWN);
  for (const failure of shown) console.log("  " + showFailure(failure));
  const rest = wrong.length - shown.length;
  if (rest > 0) console.log(`  ... and ${rest} more (--verbose)`);
  return wrong.length === 0;
}

function main(): void {
  const options = parse(process.argv.slice(2));
  const directory = findSpecData();
  if (directory === undefined) {
    console.log(
      "spec tests skipped: no data at $WAXWING_SPEC or ../shared/spec",
    );
    return;
  }
  const known = groupNames(directory);
  const unknown = options.groups.filter((name) => !known.includes(name));
  if (unknown.length) throw new Error(`no group ${unknown.join(", ")}`);
  const required = requiredGroups(directory);
  const usual = known.filter((name) => options.all || required.includes(name));
  const names = options.groups.length ? options.groups : usual;
  const onFile = (name: string, timeMs: number) =>
    console.log(`  ${name} ${timeMs.toFixed(0)} ms`);
  let good = true;
  for (const name of names) {
    const report = runGroup(loadGroup(directory, name), {
      file: options.file,
      spoil: options.spoil,
      onFile: options.verbose ? onFile : undefined,
    });
    good = print(report, options) && good;
  }
  if (!good) process.exitCode = 1;
}

main();
