// Goldens: what each module of this folder and some of bench/programs is
// translated to, as wasm and IR text in NAME.txt. After a change that is
// meant, WAXWING_UPDATE_GOLDENS=1 npm test golden writes them anew.
// The .wasm beside each .wat was made by wabt's wat2wasm --enable-all
// --debug-names, references.wasm by binaryen's wasm-as -all -g, and its null
// references are those of a text with (ref.null extern), not of the gc proposal.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { FunctionTable } from "../../engine/code.ts";
import { printModule, printWasm } from "../../engine/disasm.ts";
import { printIR } from "../../engine/disasm_ir.ts";
import { FEATURES_ALL } from "../../engine/features.ts";
import { compileModule } from "../../engine/mod.ts";

const GOLDENS = "tests/golden";
const BENCH = "bench/programs";
const BENCH_PROGRAMS = ["fib", "sieve", "crc32", "quicksort", "xorshift64"];
const UPDATE = process.env.WAXWING_UPDATE_GOLDENS === "1";

const OWN = readdirSync(GOLDENS)
  .filter((file) => file.endsWith(".wasm"))
  .map((file) => ({ name: file.slice(0, -5), path: `${GOLDENS}/${file}` }));
const OTHERS = BENCH_PROGRAMS
  .map((name) => ({ name: `bench_${name}`, path: `${BENCH}/${name}.wasm` }));

/** The overview of a module, then every function as wasm and as IR. */
function textOf(path: string): string {
  const module = compileModule(readFileSync(path), FEATURES_ALL);
  const functions: FunctionTable = {
    module,
    cells: 0,
    codes: [],
    meteredCodes: [],
  };
  const texts = [printModule(module)];
  for (let i = 0; i < module.bodyStarts.length; i++) {
    const index = module.importedFunctions + i;
    texts.push(printWasm(module, index));
    texts.push(printIR(functions, index, { offsets: true }));
  }
  return texts.join("\n");
}

/** The first line in which two texts differ, for the message. */
function difference(expected: string, found: string): string {
  const lines = expected.split("\n");
  const others = found.split("\n");
  const at = lines.findIndex((line, i) => line !== others[i]);
  return at < 0 ? "" : `line ${at + 1}: ${others[at]}, expected ${lines[at]}`;
}

for (const { name, path } of [...OWN, ...OTHERS]) {
  test(`${name} is translated as before`, () => {
    const golden = `${GOLDENS}/${name}.txt`;
    const text = textOf(path);
    if (UPDATE || !existsSync(golden)) {
      assert.ok(UPDATE, `there is no ${golden}`);
      writeFileSync(golden, text);
    }
    const expected = readFileSync(golden, "utf8");
    assert.is(difference(expected, text), "", golden);
    assert.is(text.length, expected.length, golden);
  });
}

test.run();
