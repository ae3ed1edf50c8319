/**
 * What the hot loop executes: counts every IR op, and every pair and triple of
 * ops that follow each other without a taken branch between them, over whole
 * runs of the programs that may be mined, or of those named. Held-out programs
 * are refused: they judge what this profile leads to. Bulk and SIMD programs
 * are counted when they are named.
 *
 *     node tests/ts.mjs bench/profile.ts [PROGRAM...] [--top N] [--json FILE]
 */

import { writeFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { shapes } from "../engine/ir.ts";
import { instructions } from "../engine/opcodes.ts";
import { importBundle } from "./bundle.ts";
import { CORPUS } from "./corpus.ts";
import { load, waxwingEngine } from "./engine.ts";
import { isInstalled, repositoryPath } from "./files.ts";
import { tableRow } from "./measure.ts";
import { type BenchProgram, standsApart } from "./program.ts";

/** More ops than there are. */
const OPS = 1024;
/** The longest op is shorter; a jump farther than that is a taken branch. */
const MAX_WORDS = 12;

/** The shares of ops, pairs and triples, by the names of the ops. */
interface Profile {
  readonly name: string;
  readonly ops: number;
  readonly shares: readonly ReadonlyMap<string, number>[];
}

/** Sees every op that is executed, with its place in the code. */
class Counter {
  readonly ones = new Float64Array(OPS);
  readonly #twos = new Float64Array(OPS * OPS);
  readonly #threes = new Map<number, number>();
  #last = -1;
  #beforeLast = -1;
  #lastPc = 0;

  clear(): void {
    this.ones.fill(0);
    this.#twos.fill(0);
    this.#threes.clear();
    this.#last = this.#beforeLast = -1;
  }

  see(op: number, pc: number): void {
    this.ones[op]++;
    const words = pc - this.#lastPc;
    if (this.#last >= 0 && words > 0 && words < MAX_WORDS) {
      const two = this.#last * OPS + op;
      this.#twos[two]++;
      if (this.#beforeLast >= 0) {
        const three = this.#beforeLast * OPS * OPS + two;
        this.#threes.set(three, (this.#threes.get(three) ?? 0) + 1);
      }
      this.#beforeLast = this.#last;
    } else {
      this.#beforeLast = -1;
    }
    this.#last = op;
    this.#lastPc = pc;
  }

  profile(name: string): Profile {
    const ops = this.ones.reduce((sum, count) => sum + count, 0);
    const counts = [this.ones.entries(), this.#twos.entries(), this.#threes];
    const shares = counts.map((of, i) =>
      new Map(
        [...of].filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a)
          .map(([key, count]) => [namesOf(key, i + 1), count / ops]),
      )
    );
    return { name, ops, shares };
  }
}

/** The names of so many ops that follow each other. */
function namesOf(key: number, length: number): string {
  const last = nameOf(key % OPS);
  if (length === 1) return last;
  return `${namesOf(Math.floor(key / OPS), length - 1)} + ${last}`;
}

function nameOf(op: number): string {
  return shapes()[op]?.name ??
    instructions().find((row) => row?.op === op)?.mnemonic ?? `op ${op}`;
}

function choose(names: readonly string[]): BenchProgram[] {
  if (names.length === 0) {
    return CORPUS.filter((program) =>
      !program.heldOut && !standsApart(program) && isInstalled(program)
    );
  }
  return names.map((name) => {
    const program = CORPUS.find((program) => program.name === name);
    if (program === undefined) throw new Error(`no such program: ${name}`);
    if (program.heldOut) throw new Error(`${name} is held out`);
    return program;
  });
}

/** The mean of the programs' shares, each program counting the same. */
function meanOf(profiles: readonly Profile[]): Profile {
  const shares = [0, 1, 2].map((length) => {
    const sums = new Map<string, number>();
    for (const profile of profiles) {
      for (const [names, share] of profile.shares[length]) {
        sums.set(names, (sums.get(names) ?? 0) + share / profiles.length);
      }
    }
    return new Map([...sums].sort(([, a], [, b]) => b - a));
  });
  const ops = profiles.reduce((sum, profile) => sum + profile.ops, 0);
  return { name: `mean of ${profiles.length} programs`, ops, shares };
}

function print({ name, ops, shares }: Profile, top: number): void {
  console.log(`\n${name}: ${(ops / 1e6).toFixed(1)} Mops`);
  for (const share of shares) {
    console.log();
    for (const [names, part] of [...share].slice(0, top)) {
      const percent = `${(100 * part).toFixed(1)} %  `;
      console.log(tableRow(["", percent, names], [2, 9, 0]));
    }
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { top: { type: "string" }, json: { type: "string" } },
  });
  const programs = choose(positionals);
  const counter = new Counter();
  (globalThis as { opCounter?: Counter }).opCounter = counter;
  const bundle = await importBundle(
    repositoryPath("mod.ts"),
    "globalThis.opCounter.see(code[pc], pc);",
  );
  const engine = waxwingEngine("counting", bundle);
  const profiles = programs.map((program) => {
    const instance = load(engine, program);
    counter.clear();
    if (instance.run(program.n) !== program.checksum) {
      throw new Error(`${program.name}: a wrong checksum`);
    }
    const profile = counter.profile(program.name);
    print(profile, Number(values.top ?? 12));
    return profile;
  });
  const mean = meanOf(profiles);
  print(mean, Number(values.top ?? 60));
  if (values.json === undefined) return;
  const data = [...profiles, mean].map(({ name, ops, shares }) => {
    const [ones, twos, threes] = shares.map((share) =>
      Object.fromEntries([...share].slice(0, 1000))
    );
    return { name, ops, ones, twos, threes };
  });
  writeFileSync(values.json, JSON.stringify(data, null, 2) + "\n");
}

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
