/**
 * The demo: a C program, compiled to WASI, draws a picture in the terminal.
 * Everything that it sees of the world is given here: its arguments, its
 * environment, the scene in a file system in memory, a clock, standard output.
 *
 * Run it with `npm run demo`, or `npm run demo -- 120 80` for another size.
 */

import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { ExitError, MemoryFS, Runtime, systemClock, wasi } from "../mod.ts";

const here = dirname(process.argv[1]);
const program = readFileSync(`${here}/demo/raytracer.wasm`);
const scene = readFileSync(`${here}/demo/scene.txt`);
const [width = "72", height = "48"] = process.argv.slice(2);
const env: Record<string, string> = {};
if (process.env.NO_COLOR) env.NO_COLOR = "1";

const runtime = new Runtime();
wasi.instantiate(runtime);

try {
  runtime.instantiate(runtime.compile(program), {
    args: ["raytracer", "/scene.txt", width, height],
    env,
    fs: new MemoryFS({ "scene.txt": scene }),
    ...systemClock(),
    stdout: (chunk) => void process.stdout.write(chunk),
    stderr: (chunk) => void process.stderr.write(chunk),
  });
} catch (error) {
  if (!(error instanceof ExitError)) throw error;
  process.exitCode = error.exitCode;
}
