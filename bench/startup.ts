/**
 * The start-up benchmark: what must happen before the first result. Import
 * time and resident memory of the shipped bundle, compile time of a 1 MB
 * module, steady validation and translation speed, time per instance. Times
 * are CPU time of the process. The exit code is 1 for a wrong result, and with
 * --check also for a missed pass mark.
 *
 * Translation is lazy, so it is measured as the first call of `run(0)` of a
 * flat module (see programs/flat.ts) less the second.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import { type Engine, hostEngine, programOf, thisEngine } from "./engine.ts";
import { readKernel, repositoryPath } from "./files.ts";
import {
  commandOf,
  digits,
  hostName,
  median,
  passMark,
  tableRow,
  timeMs,
} from "./measure.ts";
import { flatModule } from "./programs/flat.ts";

const MB = 1e6;
const WIDTHS = [46, 13, 10];

interface Line {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly host?: number;
  readonly comparison?: "<=" | ">=";
  readonly limit?: number;
}

const IMPORT_SAMPLES = 11;

/**
 * What the import of the bundle costs beyond that of an empty module: CPU
 * milliseconds and megabytes of resident memory, medians over fresh processes
 * that have imported another empty module before. [] if it is not built.
 */
function importLines(bundle: string): Line[] {
  if (!existsSync(bundle)) {
    console.log(`import: skipped, no ${bundle} (npm run build makes it)`);
    return [];
  }
  const directory = mkdtempSync(join(tmpdir(), "waxwing-"));
  const write = (name: string, text: string) => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return pathToFileURL(path).href;
  };
  const first = write("first.mjs", "export {};");
  const commands = [resolve(bundle), write("empty.mjs", "export {};")]
    .map((path, i) => {
      const url = path.startsWith("file:") ? path : pathToFileURL(path).href;
      const script = `import process from "node:process";
await import(${JSON.stringify(first)});
const rss = process.memoryUsage().rss, cpu = process.cpuUsage();
await import(${JSON.stringify(url)});
const { user, system } = process.cpuUsage(cpu);
const grown = process.memoryUsage().rss - rss;
console.log(JSON.stringify([(user + system) / 1e3, grown / 1e6]));
`;
      return commandOf(write(`import${i}.mjs`, script));
    });
  const samples: number[][][] = [[], []];
  for (let i = 0; i < IMPORT_SAMPLES; i++) {
    commands.forEach(([command, ...args], k) => {
      const child = spawnSync(command, args, { encoding: "utf8" });
      if (child.status !== 0) throw new Error(child.stderr);
      samples[k].push(JSON.parse(child.stdout) as number[]);
    });
  }
  rmSync(directory, { recursive: true });
  const cost = (unit: number) => {
    const [ours, empty] = samples.map((rows) =>
      median(rows.map((row) => row[unit]))
    );
    return ours - empty;
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

function instanceLines(engine: Engine, host: Engine | undefined): Line[] {
  const microseconds = (on: Engine) => {
    const compiled = on.compile(readKernel("field64"));
    const batch = () => {
      for (let i = 0; i < 200; i++) compiled.instantiate();
    };
    batch();
    const times = Array.from({ length: 7 }, () => timeMs(batch));
    return median(times) / 200 * 1000;
  };
  return [{
    what: "instance of a small module",
    value: microseconds(engine),
    unit: " us",
    host: host && microseconds(host),
    comparison: "<=",
    limit: 30,
  }];
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
  const { values } = parseArgs({
    options: {
      bundle: { type: "string" },
      json: { type: "string" },
      check: { type: "boolean", default: false },
    },
  });
  console.log(`${hostName()}, CPU time\n`);
  const bundle = values.bundle ?? repositoryPath("dist/mod.js");
  const engine = await thisEngine();
  const host = hostEngine();
  const lines = [
    ...coldLines(engine, host),
    ...steadyLines(engine, host),
    ...instanceLines(engine, host),
    ...importLines(bundle),
  ];
  if (host !== undefined) checkResult(engine, host);

  let missed = false;
  console.log(tableRow(["", "waxwing", "host"], WIDTHS));
  for (const { what, value, unit, host, comparison, limit } of lines) {
    const cells = [what, digits(value, unit), digits(host)];
    let verdict = "";
    if (comparison !== undefined && limit !== undefined) {
      const { pass } = passMark(what, value, comparison, limit, unit);
      if (!pass) missed = true;
      verdict = `${pass ? "PASS" : "FAIL"}  (${comparison} ${limit}${unit})`;
    }
    console.log(`${tableRow(cells, WIDTHS).padEnd(70)}${verdict}`.trimEnd());
  }
  if (values.json !== undefined) {
    const data = { host: hostName(), lines };
    writeFileSync(values.json, JSON.stringify(data, null, 2) + "\n");
  }
  if (missed && values.check) process.exitCode = 1;
}

await main();
