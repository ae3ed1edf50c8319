/**
 * The start-up benchmark: what must happen before the first result. In fresh
 * processes: import time and resident memory of the shipped bundle, the first
 * result of a 1 MB WASI command, how long programs take to become fast. In this
 * one: compile time of a 1 MB module, steady validation and translation speed.
 * Times are CPU time of the process but where the line says otherwise. The exit
 * code is 1 for a wrong result, and with --check also for a missed pass mark.
 *
 * Translation is lazy, so it is measured as the first call of `run(0)` of a
 * flat module (see programs/flat.ts) less the second.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { CORPUS } from "./corpus.ts";
import { type Engine, hostEngine, programOf, thisEngine } from "./engine.ts";
import { readKernel, repositoryPath } from "./files.ts";
import { type Line, readLineOptions, report } from "./lines.ts";
import { commandOf, least, median, timeMs } from "./measure.ts";
import { COMMAND_OUTPUT, flatCommand, flatModule } from "./programs/flat.ts";

const MB = 1e6;

/** Runs scripts in processes of their own; they print figures as JSON. */
class FreshProcesses {
  readonly #directory = mkdtempSync(join(tmpdir(), "waxwing-"));

  /** The path of a file with that content. */
  write(name: string, content: string | Uint8Array): string {
    const path = join(this.#directory, name);
    writeFileSync(path, content);
    return path;
  }

  /** What a script of `write` prints. */
  run(path: string): number[] {
    const [command, ...args] = commandOf(pathToFileURL(path).href);
    const child = spawnSync(command, args, { encoding: "utf8" });
    if (child.status !== 0) throw new Error(child.stderr);
    return JSON.parse(child.stdout) as number[];
  }

  end(): void {
    rmSync(this.#directory, { recursive: true });
  }
}

/** What scripts begin with. */
const MEASURED = `import process from "node:process";
import { readFileSync } from "node:fs";
const start = process.cpuUsage();
const wallStart = performance.now();
const cpuMs = () => {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e3;
};
`;

const SAMPLES = 11;

/**
 * What the import of the bundle costs beyond that of an empty module: CPU
 * milliseconds and megabytes of resident memory, the least of processes that
 * have imported another empty module before.
 */
function importLines(fresh: FreshProcesses, bundle: string): Line[] {
  const first = pathToFileURL(fresh.write("first.mjs", "export {};"));
  const empty = pathToFileURL(fresh.write("empty.mjs", "export {};"));
  const scripts = [bundle, empty.href].map((url, i) =>
    fresh.write(
      `import${i}.mjs`,
      `import process from "node:process";
await import("${first}");
const rss = process.memoryUsage().rss, cpu = process.cpuUsage();
await import("${url}");
const { user, system } = process.cpuUsage(cpu);
const grown = process.memoryUsage().rss - rss;
console.log(JSON.stringify([(user + system) / 1e3, grown / 1e6]));
`,
    )
  );
  const samples: number[][][] = [[], []];
  for (let i = 0; i < SAMPLES; i++) {
    scripts.forEach((script, k) => samples[k].push(fresh.run(script)));
  }
  const cost = (unit: number) => {
    const [ours, theirs] = samples.map((rows) =>
      least(rows.map((row) => row[unit]))
    );
    return ours - theirs;
  };
  return [
    {
      what: "import of the library",
      value: cost(0),
      unit: " ms",
      comparison: "<=",
      limit: 10,
    },
    {
      what: "import, resident memory",
      value: cost(1),
      unit: " MB",
      comparison: "<=",
      limit: 4,
    },
  ];
}

/** From the import on until a command of 1 MB has printed: wall time. */
function firstResultLine(fresh: FreshProcesses, bundle: string): Line {
  const wasm = fresh.write("command.wasm", flatCommand(1 * MB));
  const script = fresh.write(
    "command.mjs",
    `${MEASURED}
const { run } = await import("${bundle}");
const { stdout } = await run(readFileSync(${JSON.stringify(wasm)}));
const text = stdout.text();
if (text !== ${JSON.stringify(COMMAND_OUTPUT)}) throw new Error(text);
console.log(JSON.stringify([performance.now() - wallStart]));
`,
  );
  const samples = Array.from({ length: SAMPLES }, () => fresh.run(script)[0]);
  return {
    what: "first result of a 1 MB command, wall time",
    value: median(samples),
    unit: " ms",
    comparison: "<=",
    limit: 150,
  };
}

/** Programs of several kinds, all of which may be tuned on. */
const WARMING = ["sha256", "nbody", "sieve", "vm", "quicksort"];
/** Runs, and into how many its usual amount of work is cut. */
const WARMING_RUNS = 80;
const WARMING_PARTS = 10;

/**
 * How much CPU time is spent, from the first call of `run` on, before a short
 * run takes no more than 1.2 times the steady time, which is the median of the
 * last few. The least of some processes; the slowest of the programs.
 */
function warmUpLine(fresh: FreshProcesses, bundle: string): Line {
  const programs = CORPUS.filter(({ name }) => WARMING.includes(name));
  const times = programs.map(({ name, n }) => {
    const path = repositoryPath(`bench/programs/${name}.wasm`);
    const script = fresh.write(
      `${name}.mjs`,
      `${MEASURED}
const { Runtime } = await import("${bundle}");
const wasm = readFileSync(${JSON.stringify(path)});
const { exports } = new Runtime().instantiate(wasm);
const times = [];
for (let i = 0; i < ${WARMING_RUNS}; i++) {
  const before = cpuMs();
  exports.run(${Math.ceil(n / WARMING_PARTS)});
  times.push(cpuMs() - before);
}
console.log(JSON.stringify(times));
`,
    );
    const samples = Array.from({ length: 5 }, () => slowMs(fresh.run(script)));
    return { name, ms: least(samples) };
  });
  const { name, ms } = times.reduce((a, b) => a.ms > b.ms ? a : b);
  return {
    what: `warm-up, slowest of ${programs.length} programs (${name})`,
    value: ms,
    unit: " ms",
    comparison: "<=",
    limit: 250,
  };
}

/** The sum of the runs before the first that is as fast as the last ones. */
function slowMs(times: readonly number[]): number {
  const steady = median(times.slice(-10));
  const first = times.findIndex((time) => time <= 1.2 * steady);
  return times.slice(0, first).reduce((sum, time) => sum + time, 0);
}

/** The first thing compiled in this process: nothing is warm. */
function coldLines(engine: Engine, host: Engine | undefined): Line[] {
  const bytes = flatModule(1 * MB);
  const time = (on: Engine) => timeMs(() => on.compile(bytes));
  const compileMs = time(engine);
  const tiny = readKernel("fib");
  const instantiateMs = timeMs(() => engine.compile(tiny).instantiate());
  const cold = translateMs(engine, bytes);
  return [
    {
      what: "compile a 1 MB module, first in the process",
      value: compileMs,
      unit: " ms",
      host: host && time(host),
      comparison: "<=",
      limit: 150,
    },
    { what: "first instance", value: instantiateMs, unit: " ms" },
    { what: "translate a 1 MB module, first", value: cold, unit: " ms" },
  ];
}

/** CPU milliseconds to translate all functions of a flat module. */
function translateMs(engine: Engine, bytes: Uint8Array<ArrayBuffer>): number {
  const program = programOf(engine.compile(bytes).instantiate());
  const first = timeMs(() => program.run(0));
  return first - timeMs(() => program.run(0));
}

/** Megabytes of code per second, once warm. */
function steadyLines(engine: Engine, host: Engine | undefined): Line[] {
  const modules = [2, 3, 4, 5, 6].map((seed) => flatModule(2 * MB, seed));
  const perSecond = (time: (bytes: Uint8Array<ArrayBuffer>) => number) =>
    median(modules.map((bytes) => bytes.length / MB / time(bytes) * 1e3));
  const compile = (on: Engine) =>
    perSecond((bytes) => timeMs(() => on.compile(bytes)));
  const validation = compile(engine);
  const translation = perSecond((bytes) => translateMs(engine, bytes));
  return [
    {
      what: "decode and validate",
      value: validation,
      unit: " MB/s",
      host: host && compile(host),
      comparison: ">=",
      limit: 30,
    },
    {
      what: "translate",
      value: translation,
      unit: " MB/s",
      comparison: ">=",
      limit: 10,
    },
  ];
}

/** Large flat code must also be right: one run is compared with the host. */
function checkResult(engine: Engine, host: Engine): void {
  const bytes = flatModule(1 * MB);
  const [ours, theirs] = [engine, host].map((on) =>
    programOf(on.compile(bytes).instantiate()).run(1)
  );
  if (ours === theirs) return;
  throw new Error(`flat module: ${engine.name} ${ours}, host ${theirs}`);
}

async function main(): Promise<void> {
  const options = readLineOptions();
  const bundle = options.bundle ?? repositoryPath("dist/mod.js");
  const engine = await thisEngine();
  const host = hostEngine();
  const lines = [...coldLines(engine, host), ...steadyLines(engine, host)];
  if (host !== undefined) checkResult(engine, host);
  if (existsSync(bundle)) {
    const fresh = new FreshProcesses();
    const url = pathToFileURL(resolve(bundle)).href;
    lines.push(
      ...importLines(fresh, url),
      firstResultLine(fresh, url),
      warmUpLine(fresh, url),
    );
    fresh.end();
  } else {
    console.log(`skipped for lack of ${bundle}: what npm run build makes`);
  }
  report(lines, options);
}

await main();
