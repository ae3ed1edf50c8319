/**
 * Tells how often the host's compilers compile the loops, and why they throw
 * the code away, while the corpus runs in one process. Each should compile each
 * loop once: the next time takes as long again, and JSC gives up after a few.
 * V8 is asked for `--trace-opt` and `--trace-deopt`, JSC for the times of
 * its compilers; their lines do not tell at which program.
 */

import { spawnSync } from "node:child_process";
import process from "node:process";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { thisEngine } from "./engine.ts";
import { isInstalled } from "./files.ts";
import { commandOf, digits, hostName, passMark, tableRow } from "./measure.ts";
import { programsNamed } from "./options.ts";
import { open, WARM } from "./work.ts";

const WIDTHS = [16, 16, 12];
const V8_FLAGS = ["--trace-opt", "--trace-deopt"];

/** What V8 says of a compilation, Node's or Deno's, then JSC. */
const COMPILED: readonly RegExp[] = [
  /^\[completed compiling .*<JSFunction (?<loop>execute\w*) .*\(target (?<compiler>\w+)\).* took (?<times>[\d., ]+) ms/,
  /^Optimized (?<loop>execute\w*)#.* using (?<compiler>\w+) with .* in (?<times>[\d.]+) ms/,
];
/** What V8 says of code that it gives up. */
const THROWN_AWAY =
  /^\[bailout \(kind: (?<kind>[\w-]+), reason: (?<reason>.*?)\).*<JSFunction (?<loop>execute\w*) /;

/** What a child does: runs each program until it is steady. */
async function run(names: string): Promise<void> {
  const { bun, deno } = process.versions as Record<string, string>;
  if (!bun && !deno) V8_FLAGS.forEach(setFlagsFromString);
  const engine = await thisEngine();
  for (const program of programsNamed(names)) open(engine, program, WARM);
}

/** What the compilers said while the programs ran in a process of their own. */
function trace(names: readonly string[]): string[] {
  const [command, ...args] = commandOf(import.meta.url);
  const env = {
    ...process.env,
    DENO_V8_FLAGS: V8_FLAGS.join(),
    BUN_JSC_reportDFGCompileTimes: "1",
    BUN_JSC_reportFTLCompileTimes: "1",
  };
  const child = spawnSync(command, [...args, "--child", names.join()], {
    env,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (child.status !== 0) throw new Error(child.stderr);
  return `${child.stdout}\n${child.stderr}`.split("\n");
}

function main(): void {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      check: { type: "boolean", default: false },
    },
  });
  const names = programsNamed(values.only).filter(isInstalled)
    .map(({ name }) => name);
  console.log(`${hostName()}, ${names.length} programs in one process\n`);
  console.log(tableRow(["loop", "compiler", "compiled in"], WIDTHS));
  const known = new Set<string>();
  let again = 0;
  for (const line of trace(names)) {
    const thrown = THROWN_AWAY.exec(line)?.groups;
    if (thrown !== undefined) {
      console.log(`${thrown.loop}: ${thrown.kind}, ${thrown.reason}`);
    }
    const compiled = COMPILED.map((pattern) => pattern.exec(line)?.groups)
      .find((groups) => groups !== undefined);
    if (compiled === undefined) continue;
    const { loop, compiler, times } = compiled;
    const ms = times.split(", ").reduce((sum, text) => sum + Number(text), 0);
    console.log(tableRow([loop, compiler, digits(ms, " ms")], WIDTHS));
    if (known.has(`${loop} ${compiler}`)) again++;
    known.add(`${loop} ${compiler}`);
  }
  if (known.size === 0) throw new Error("no compiler told of the loops");
  const { pass, line } = passMark("loops compiled again", again, "<=", 0, "");
  console.log(`\n${line}`);
  if (values.check && !pass) process.exitCode = 1;
}

const child = process.argv.indexOf("--child");
if (child >= 0) await run(process.argv[child + 1]);
else main();
