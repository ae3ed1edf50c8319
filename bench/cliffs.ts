/**
 * Looks for programs that are slower where others ran before them in the same
 * process. Processes run the whole corpus, each in another order, and stay.
 * Then each program is measured in these and in a process that runs it alone,
 * in turn: the speed of a shared machine changes within seconds, which hits
 * the times of one round alike.
 */

import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { createInterface, type Interface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { CORPUS } from "./corpus.ts";
import { thisEngine } from "./engine.ts";
import { isInstalled } from "./files.ts";
import {
  commandOf,
  digits,
  hostName,
  median,
  passMark,
  shuffle,
  tableRow,
} from "./measure.ts";
import { programsNamed } from "./options.ts";
import type { BenchProgram } from "./program.ts";
import { open, WARM, type Work } from "./work.ts";

const ORDERS = ["as listed", "reversed", "shuffled"] as const;
const WIDTHS = [16, 10, ...ORDERS.map(() => 11)];
/** The most that a program may be slower than alone. */
const MAX_CLIFF = 1.3;
/** How often a program that is beyond that is measured. */
const ATTEMPTS = 3;

/** A process that measures the programs that it is asked for. */
class Child {
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #lines: Interface;

  constructor() {
    const [command, ...args] = commandOf(import.meta.url);
    this.#process = spawn(command, [...args, "--child"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#lines = createInterface({ input: this.#process.stdout! });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  /** CPU milliseconds of a run; the first time, behind its warm-up. */
  async measure(name: string): Promise<number> {
    this.#process.stdin!.write(`${name}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error(`the process that ran ${name} ended`);
    return Number(value);
  }

  close(): void {
    this.#process.stdin!.end();
    this.#lines.close();
  }
}

/** What a child does: answers each name with a time. */
async function serve(): Promise<void> {
  const engine = await thisEngine();
  const works = new Map<string, Work>();
  for await (const name of createInterface({ input: process.stdin })) {
    let work = works.get(name);
    if (work === undefined) {
      const program = CORPUS.find((program) => program.name === name)!;
      work = open(engine, program, WARM);
      works.set(name, work);
    }
    console.log(work.measure());
  }
}

/** A process that has run all programs in this order. */
async function runInOrder(programs: readonly BenchProgram[]): Promise<Child> {
  const child = new Child();
  for (const { name } of programs) await child.measure(name);
  return child;
}

/** What was found out about a program. */
interface Comparison {
  /** Milliseconds, alone. */
  readonly ms: number;
  /** The times of the other processes as multiples of it. */
  readonly ratios: readonly number[];
  /** The largest of those. */
  readonly worst: number;
}

/** Compares medians. */
async function compare(
  name: string,
  children: readonly Child[],
  rounds: number,
): Promise<Comparison> {
  const alone = new Child();
  await alone.measure(name);
  const times: number[] = [];
  const ratios: number[][] = children.map(() => []);
  for (let round = 0; round < rounds; round++) {
    const ms = await alone.measure(name);
    times.push(ms);
    for (const [i, child] of children.entries()) {
      ratios[i].push(await child.measure(name) / ms);
    }
  }
  alone.close();
  const medians = ratios.map(median);
  return { ms: median(times), ratios: medians, worst: Math.max(...medians) };
}

/** What is slower is slower again, what was disturbed most likely not. */
async function compareAgain(
  name: string,
  children: readonly Child[],
  rounds: number,
): Promise<Comparison> {
  let best = await compare(name, children, rounds);
  for (let i = 1; i < ATTEMPTS && best.worst > MAX_CLIFF; i++) {
    const next = await compare(name, children, rounds);
    if (next.worst < best.worst) best = next;
  }
  return best;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      rounds: { type: "string", default: "9" },
      pause: { type: "string", default: "0" },
      check: { type: "boolean", default: false },
    },
  });
  const rounds = Math.max(1, Number(values.rounds) | 0);
  const programs = programsNamed(values.only).filter(isInstalled);
  console.log(`${hostName()}, medians of ${rounds} rounds, CPU time\n`);
  const children: Child[] = [];
  for (
    const order of [programs, [...programs].reverse(), shuffle(programs, 1)]
  ) {
    children.push(await runInOrder(order));
  }
  // JSC drops code that has been idle for some minutes.
  await setTimeout(1000 * Number(values.pause));
  console.log(tableRow(["program", "alone ms", ...ORDERS], WIDTHS));
  let most = 0;
  for (const { name } of programs) {
    const { ms, ratios, worst } = await compareAgain(name, children, rounds);
    most = Math.max(most, worst);
    const cells = [digits(ms), ...ratios.map((ratio) => digits(ratio, "x"))];
    console.log(tableRow([name, ...cells], WIDTHS));
  }
  for (const child of children) child.close();
  const what = "worst program after others, to alone";
  const { pass, line } = passMark(what, most, "<=", MAX_CLIFF, "x");
  console.log(`\n${line}`);
  if (values.check && !pass) process.exitCode = 1;
}

if (process.argv.includes("--child")) await serve();
else await main();
