/**
 * Mutants of real modules: compiling one ends in a module or in a
 * CompileError, soon, and with the same verdict as V8's. A difference is
 * allowed only by a row of DIFFERENCES.
 *
 *   WAXWING_MUTANTS=1000000 WAXWING_MUTANT_SEED=7 npm test mutate_test
 */

import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { CompileError, compileModule, FEATURES_ALL } from "../../engine/mod.ts";
import { findSpecData, groupNames, loadGroup } from "../spec/load.ts";
import { generate } from "./generate.ts";
import { mutate } from "./mutate.ts";
import { Random } from "./random.ts";
import { findValidator } from "./validator.ts";
import type { Validator } from "./validator.ts";

const MUTANTS = Number(process.env.WAXWING_MUTANTS ?? 60_000);
const FIRST_SEED = Number(process.env.WAXWING_MUTANT_SEED ?? 1);
const MAX_TIME_MS = 1000;
const MAX_MODULE_BYTES = 60_000;

/** Why one engine may accept what the other does not. */
interface Difference {
  readonly reason: string;
  /** What we say, where we reject. */
  readonly own?: RegExp;
  /** What V8 says, where it rejects. */
  readonly host?: RegExp;
}

const DIFFERENCES: readonly Difference[] = [
  {
    reason: "features that are not implemented yet",
    own: /feature "[\w-]+" is disabled/,
  },
  {
    reason: "relaxed SIMD (0x100 to 0x113), whose opcodes are not known yet",
    own: /illegal opcode 0xfd (25[6-9]|26\d|27[0-5])\b/,
  },
  {
    reason: "GC and exceptions (also the legacy ones): not known yet either",
    own: /illegal opcode 0x(fb \d+|0?[6-9a]|1[89f]|d3)\b/,
  },
  {
    reason: "V8 reads one-byte heap and block types as numbers of any length",
    own: /malformed heap type|unknown type -64\b/,
  },
  {
    reason: "V8 takes the number of types of a select modulo 256",
    own: /invalid result arity/,
  },
  {
    reason: "V8 takes less care of references in unreachable code",
    own: /br_on_non_null needs a label with a ref|found \(ref bot\)/,
  },
  {
    reason: "memory64 allows offsets of more than five bytes",
    own: /integer (representation too long|too large)/,
  },
  {
    reason: "V8's limit of a table is ours at instantiation",
    host: /table size .* is larger than implementation limit/,
  },
];

/**
 * Real modules, and generated ones like them. Of the specification's invalid
 * ones, whose mutants are invalid too, every fourth.
 */
function corpus(): Uint8Array[] {
  const modules: Uint8Array[] = [];
  let count = 0;
  for (const path of wasmFiles()) modules.push(readFileSync(path));
  for (let seed = 1; seed <= 30; seed++) modules.push(generate(seed).bytes);
  const data = findSpecData();
  for (const name of data ? groupNames(data) : []) {
    for (const file of loadGroup(data ?? "", name).files) {
      for (
        const { type: command, filename, module_type: type } of file.commands
      ) {
        if (!filename?.endsWith(".wasm") || type === "text") continue;
        const bad = command === "assert_invalid" ||
          command === "assert_malformed";
        if (!bad || count++ % 4 === 0) modules.push(file.bytesOf(filename));
      }
    }
  }
  return modules.filter((bytes) =>
    bytes.length > 8 && bytes.length <= MAX_MODULE_BYTES
  );
}

function wasmFiles(): string[] {
  return ["bench", "examples"].flatMap((directory) =>
    readdirSync(directory, { recursive: true })
      .map((path) => join(directory, String(path)))
      .filter((path) => path.endsWith(".wasm"))
      .filter((path) => !path.includes("node_modules"))
      .filter((path) => statSync(path).isFile())
      .sort()
  );
}

/** The mutant of a seed: the same for the same corpus. */
function mutantOf(modules: readonly Uint8Array[], seed: number): Uint8Array {
  const random = new Random(seed);
  const pick = () => random.pick(modules);
  return mutate(pick(), pick(), random);
}

/** "" where this engine accepts, its reason, or what it must not do. */
function ownVerdict(bytes: Uint8Array, features: number): string {
  const start = performance.now();
  let verdict = "";
  try {
    compileModule(bytes, features);
  } catch (error) {
    if (!(error instanceof CompileError)) {
      return `INTERNAL ${error instanceof Error ? error.stack : error}`;
    }
    const { offset } = error;
    const inside = Number.isInteger(offset) && offset >= 0 &&
      offset <= bytes.length;
    verdict = inside ? error.message : `BAD OFFSET ${error.message}`;
  }
  const timeMs = performance.now() - start;
  return timeMs > MAX_TIME_MS ? `SLOW ${timeMs} ms` : verdict;
}

/** Whether two verdicts may stand side by side. */
function agree(own: string, host: string): boolean {
  if (/^(INTERNAL|BAD OFFSET|SLOW)/.test(own)) return false;
  if ((own === "") === (host === "")) return true;
  return DIFFERENCES.some((difference) =>
    own ? difference.own?.test(own) : difference.host?.test(host)
  );
}

function compareAll(validator: Validator): string[] {
  const modules = corpus();
  const features = FEATURES_ALL & ~validator.without;
  const seeds = Array.from({ length: MUTANTS }, (_, i) => FIRST_SEED + i);
  const mutants = seeds.map((seed) => mutantOf(modules, seed));
  const hosts = validator.check(mutants);
  let accepted = 0;
  const wrong: string[] = [];
  mutants.forEach((bytes, i) => {
    const own = ownVerdict(bytes, features);
    if (own === "") accepted++;
    if (agree(own, hosts[i])) return;
    if (wrong.length < 12) save(seeds[i], bytes);
    wrong.push(
      `seed ${seeds[i]}: we say ${own || "valid"}, ` +
        `${validator.name} says ${hosts[i] || "valid"}`,
    );
  });
  console.log(
    `  ${MUTANTS} mutants of ${modules.length} modules, ` +
      `${accepted} accepted, compared with ${validator.name}`,
  );
  return wrong;
}

let directory: string | undefined = undefined;

function save(seed: number, bytes: Uint8Array): void {
  directory ??= mkdtempSync(join(tmpdir(), "waxwing-mutants-"));
  writeFileSync(join(directory, `${seed}.wasm`), bytes);
}

const validator = findValidator();

if (validator) {
  test("mutants are accepted and rejected as in V8", () => {
    const wrong = compareAll(validator);
    const shown = wrong.slice(0, 12).join("\n");
    const where = directory ? `\nsaved in ${directory}` : "";
    assert.is(wrong.length, 0, `${wrong.length} differ:\n${shown}${where}`);
  });
} else {
  test.skip("mutants are accepted and rejected as in V8", () => {});
}

test("random bytes end in a CompileError", () => {
  const random = new Random(FIRST_SEED);
  for (let i = 0; i < 3000; i++) {
    const bytes = new Uint8Array(9 + random.below(60));
    for (let at = 0; at < bytes.length; at++) bytes[at] = random.below(256);
    if (i % 2) bytes.set([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    const verdict = ownVerdict(bytes, FEATURES_ALL);
    assert.not.match(verdict, /^(INTERNAL|BAD OFFSET|SLOW)/);
  }
});

test("every truncation of a module ends in a CompileError", () => {
  const { bytes } = generate(FIRST_SEED);
  for (let length = 0; length < bytes.length; length++) {
    const verdict = ownVerdict(bytes.slice(0, length), FEATURES_ALL);
    assert.not.match(verdict, /^(INTERNAL|BAD OFFSET|SLOW)/);
    if (length < 8) assert.is.not(verdict, "");
  }
});

test.run();
