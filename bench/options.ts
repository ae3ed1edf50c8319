/**
 * The command line of the speed benchmark: which programs, in which order,
 * measured how, compared with what. README.md lists the options.
 */

import { parseArgs } from "node:util";
import { parsePeers, type Peer } from "./compare/peer.ts";
import { CORPUS } from "./corpus.ts";
import { isInstalled } from "./files.ts";
import { shuffle } from "./measure.ts";
import type { BenchProgram } from "./program.ts";

export interface Options {
  readonly programs: readonly BenchProgram[];
  /** Programs that were left out, since their packages are not installed. */
  readonly skipped: readonly string[];
  readonly runs: number;
  readonly order: string;
  readonly json: string | undefined;
  /** The path of another waxwing. */
  readonly other: string | undefined;
  readonly peers: readonly Peer[];
  /** Whether calls that use fuel are measured, too. */
  readonly fuel: boolean;
  readonly alone: boolean;
  readonly check: boolean;
  /** Whether IR ops are counted, before the times are taken. */
  readonly ops: boolean;
  /** Whether that is all that is done. */
  readonly opsOnly: boolean;
}

export function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      json: { type: "string" },
      only: { type: "string" },
      order: { type: "string", default: "default" },
      runs: { type: "string", default: "5" },
      engine: { type: "string" },
      compare: { type: "string" },
      fuel: { type: "boolean", default: false },
      alone: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      "no-ops": { type: "boolean", default: false },
      "ops-only": { type: "boolean", default: false },
    },
  });
  const { alone = false, compare } = values;
  if (compare !== undefined && alone) {
    throw new Error("--compare goes without --alone");
  }
  const chosen = inOrder(values.order, programsNamed(values.only));
  return {
    programs: chosen.filter(isInstalled),
    skipped: chosen.filter((program) => !isInstalled(program))
      .map(({ name }) => name),
    runs: Math.max(1, Number(values.runs) | 0),
    order: values.order,
    json: values.json,
    other: values.engine,
    peers: compare === undefined ? [] : parsePeers(compare),
    fuel: values.fuel === true,
    alone,
    check: values.check === true,
    ops: values["no-ops"] !== true,
    opsOnly: values["ops-only"] === true,
  };
}

/** The programs that `--only` names, all without it; an error for others. */
export function programsNamed(only: string | undefined): BenchProgram[] {
  const wanted = only?.split(",");
  const names = new Set(CORPUS.map((program) => program.name));
  const unknown = wanted?.filter((name) => !names.has(name)) ?? [];
  if (unknown.length > 0) {
    throw new Error(`no such program: ${unknown.join(", ")}`);
  }
  return CORPUS.filter((program) =>
    wanted === undefined || wanted.includes(program.name)
  );
}

function inOrder(order: string, chosen: BenchProgram[]): BenchProgram[] {
  if (order === "default") return chosen;
  if (order === "reverse") return chosen.reverse();
  const seed = /^shuffle:(\d+)$/.exec(order)?.[1];
  if (seed === undefined) {
    throw new Error(`order is default, reverse or shuffle:SEED, not ${order}`);
  }
  return shuffle(chosen, Number(seed));
}
