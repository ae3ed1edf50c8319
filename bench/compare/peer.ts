/**
 * Other engines' binaries, which run the corpus by their command lines. What
 * counts is the CPU time of the child process, all its threads included. Of two
 * runs, of one call and of several, the difference is the time of the calls:
 * start-up, compilation and the first touch of memory fall out of it, as
 * warm-up does on our side.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { readProgram } from "../files.ts";
import { least } from "../measure.ts";
import type { BenchProgram } from "../program.ts";
import { withStart } from "./start.ts";

/** Calls of `run(n)` that are timed in one process, after the first. */
const TIMED_CALLS = 2;

/** What to write between the binary and the file, by the engine's name. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  // Its default of 64 KiB is too small for deep recursion.
  wasm3: ["--stack-size", "1000000"],
  wazero: ["run", "-interpreter"],
};

/** An engine that is a binary. */
export interface Peer {
  readonly name: string;
  /** The command that runs a file, without the file. */
  readonly command: readonly string[];
}

/**
 * Reads «wasm3=PATH,wazero=PATH». A name may go on after the engine's own, to
 * tell versions apart: «wasm3-0.5=PATH».
 */
export function parsePeers(list: string): Peer[] {
  return list.split(",").map((entry) => {
    const [name, path] = entry.split("=");
    const engine = Object.keys(ARGUMENTS).find((known) =>
      name.startsWith(known)
    );
    if (engine === undefined || !path) {
      const known = Object.keys(ARGUMENTS).join(", ");
      throw new Error(`not NAME=PATH with a name of ${known}: ${entry}`);
    }
    return { name, command: [path, ...ARGUMENTS[engine]] };
  });
}

/** One program on one peer. */
export class PeerRuns {
  readonly name: string;
  /** Why the peer cannot run the program. */
  error: string | undefined;
  readonly #first: readonly string[];
  readonly #all: readonly string[];
  readonly #firstTimes: number[] = [];
  readonly #allTimes: number[] = [];

  constructor(program: BenchProgram, { name, command }: Peer) {
    this.name = name;
    this.#first = [...command, commandFile(program, 1)];
    this.#all = [...command, commandFile(program, 1 + TIMED_CALLS)];
  }

  /** Measures once more, if the peer can run the program. */
  measure(): void {
    if (this.error !== undefined) return;
    try {
      this.#firstTimes.push(childMs(this.#first));
      this.#allTimes.push(childMs(this.#all));
    } catch (error) {
      this.error = `${this.name}: ${(error as Error).message}`;
    }
  }

  /** The least CPU milliseconds of one `run(n)`; undefined after an error. */
  get ms(): number | undefined {
    if (this.error !== undefined) return undefined;
    return (least(this.#allTimes) - least(this.#firstTimes)) / TIMED_CALLS;
  }
}

/** Writes the program as a command; the file lives as long as this process. */
function commandFile(program: BenchProgram, calls: number): string {
  const { name, n, checksum } = program;
  const file = join(directory(), `${name}-${calls}.wasm`);
  writeFileSync(file, withStart(readProgram(program), { n, checksum, calls }));
  return file;
}

let temporary: string | undefined;

function directory(): string {
  if (temporary !== undefined) return temporary;
  const created = mkdtempSync(join(tmpdir(), "waxwing-compare-"));
  process.on("exit", () => rmSync(created, { recursive: true, force: true }));
  return temporary = created;
}

/** CPU milliseconds of a child process, told by the shell that waits for it. */
function childMs(command: readonly string[]): number {
  const script = 'TIMEFORMAT="%3U %3S"; time "$@"';
  const { stderr, status, error } = spawnSync(
    "bash",
    ["-c", script, "bash", ...command],
    { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } },
  );
  if (error !== undefined) throw error;
  const times = /(\d+\.\d+) (\d+\.\d+)\s*$/.exec(stderr);
  if (status !== 0 || times === null) {
    const [reason] = stderr.split("\n");
    throw new Error(`${reason.slice(0, 100)} (exit code ${status})`);
  }
  return (Number(times[1]) + Number(times[2])) * 1000;
}
