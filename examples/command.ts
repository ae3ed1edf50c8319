/**
 * A WASI command, with a world made for it: arguments, files in memory,
 * standard input as text, standard output in a function. The program is an
 * ordinary `cat` in C, see cat/cat.c. Run it with
 * `node tests/ts.mjs examples/command.ts`.
 */

import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { ExitError, MemoryFS, Runtime, wasi } from "../mod.ts";

const cat = readFileSync(`${dirname(process.argv[1])}/cat/cat.wasm`);

const runtime = new Runtime();
wasi.instantiate(runtime);
const compiled = runtime.compile(cat);

const decoder = new TextDecoder();
const print = (chunk: Uint8Array) => console.log(decoder.decode(chunk).trim());

// A command runs while it is instantiated: `_start` is a start function.
runtime.instantiate(compiled, {
  name: "first",
  args: ["cat", "-n", "/poem.txt", "-"],
  fs: new MemoryFS({ "poem.txt": "in a file\n" }),
  stdin: "in standard input\n",
  stdout: print,
});

// Nothing was given to this one, so there is no file to be found.
try {
  runtime.instantiate(compiled, {
    name: "second",
    args: ["cat", "/poem.txt"],
    stderr: print,
  });
} catch (error) {
  if (!(error instanceof ExitError)) throw error;
  console.log("exit code", error.exitCode);
}
