/**
 * A WASI command, with a world made for it: arguments, files in memory,
 * standard input as text. The program is an ordinary `cat` in C, see cat/cat.c.
 * Run it with `node tests/ts.mjs examples/command.ts`.
 */

import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { MemoryFS, run } from "../mod.ts";

const cat = readFileSync(`${dirname(process.argv[1])}/cat/cat.wasm`);

const { stdout } = await run(cat, {
  args: ["cat", "-n", "/poem.txt", "-"],
  fs: new MemoryFS({ "poem.txt": "in a file\n" }),
  stdin: "in standard input\n",
});
console.log(stdout.text().trimEnd());

// Nothing was given to this one, so there is no file to be found.
const { exitCode, stderr } = await run(cat, { args: ["cat", "/poem.txt"] });
console.log(stderr.text().trimEnd());
console.log("exit code", exitCode);
