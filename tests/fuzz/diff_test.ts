/**
 * Differential runs: generated modules in this engine and in the host's must
 * give the same results, traps, globals and memory, bit for bit. A failure
 * names its seed and where the module, made small, was written.
 *
 *   WAXWING_DIFF_CASES=100000 WAXWING_DIFF_SEED=1 npm test diff_test
 */

import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  callRaw,
  compileModule,
  FunctionInstance,
  instantiateModule,
  MemoryInstance,
  Trap,
} from "../../engine/mod.ts";
import { I32 } from "./encode.ts";
import { generate } from "./generate.ts";
import type { Entry, GeneratedModule } from "./generate.ts";
import { hostWasm, trapClass } from "./host.ts";
import { EDGES_64 } from "./operators.ts";
import { Random } from "./random.ts";

const CASES = Number(process.env.WAXWING_DIFF_CASES ?? 1500);
const FIRST_SEED = Number(process.env.WAXWING_DIFF_SEED ?? 1);
const CALLS_PER_ENTRY = 3;
const SHRINK_TRIES = 2000;

/** An instance in one of the two engines. */
interface Guest {
  /** Arguments and results are unsigned bits. Throws where it traps. */
  call(entry: Entry, args: readonly bigint[]): bigint[];
  memory(): Uint8Array;
}

function hostGuest(bytes: Uint8Array): Guest {
  if (!hostWasm) throw new Error("no WebAssembly");
  const instance = new hostWasm.Instance(new hostWasm.Module(bytes));
  const memory = instance.exports.memory as { buffer: ArrayBuffer };
  return {
    call: (entry, args) => {
      type Exported = (...args: (number | bigint)[]) => unknown;
      const exported = instance.exports[entry.name] as Exported;
      const given = args.map((arg, i) =>
        entry.params[i] === I32 ? Number(arg) | 0 : BigInt.asIntN(64, arg)
      );
      const result = exported(...given);
      const all = entry.results.length === 1 ? [result] : result ?? [];
      return (all as (number | bigint)[]).map((value, i) =>
        BigInt.asUintN(entry.results[i] === I32 ? 32 : 64, BigInt(value))
      );
    },
    memory: () => new Uint8Array(memory.buffer),
  };
}

function ownGuest(bytes: Uint8Array): Guest {
  const instance = instantiateModule(compileModule(bytes), () => undefined);
  const memory = instance.exports.get("memory");
  if (!(memory instanceof MemoryInstance)) throw new Error("no memory");
  return {
    call: (entry, args) => {
      const exported = instance.exports.get(entry.name);
      if (exported instanceof FunctionInstance) {
        return callRaw(exported, args) as bigint[];
      }
      throw new Error(`no function ${entry.name}`);
    },
    memory: () => memory.bytes,
  };
}

/** What a guest does, in lines. */
function transcript(
  generated: GeneratedModule,
  seed: number,
  newGuest: (bytes: Uint8Array) => Guest,
): string[] {
  const guest = newGuest(generated.bytes);
  const random = new Random(seed ^ 0x5eed);
  const lines: string[] = [];
  for (const entry of generated.entries) {
    for (let i = 0; i < CALLS_PER_ENTRY; i++) {
      const args = entry.params.map((type) => argument(type, random));
      lines.push(`${entry.name}(${hex(args)}): ${outcome(guest, entry, args)}`);
    }
  }
  lines.push(`globals: ${outcome(guest, generated.state, [])}`);
  const hash = createHash("sha1").update(guest.memory()).digest("hex");
  lines.push(`memory: ${guest.memory().length} ${hash}`);
  return lines;
}

function argument(type: number, random: Random): bigint {
  const bits = random.oneIn(2) ? random.bits64() : random.pick(EDGES_64);
  return BigInt.asUintN(type === I32 ? 32 : 64, bits);
}

function outcome(guest: Guest, entry: Entry, args: readonly bigint[]): string {
  try {
    return hex(guest.call(entry, args));
  } catch (error) {
    if (!(error instanceof Error)) return `threw ${String(error)}`;
    const isTrap = error instanceof Trap || isHostTrap(error);
    if (isTrap) return `trap: ${trapClass(error.message)}`;
    return `threw ${error.name}: ${error.message}`;
  }
}

function isHostTrap(error: Error): boolean {
  return error.constructor.name === "RuntimeError" ||
    error instanceof RangeError && /call stack/.test(error.message);
}

function hex(values: readonly bigint[]): string {
  return values.map((value) => "0x" + value.toString(16)).join(" ");
}

/** The first line in which the engines differ, or undefined. */
function difference(
  seed: number,
  cut: ReadonlySet<number>,
): string | undefined {
  const generated = generate(seed, cut);
  const expected = transcript(generated, seed, hostGuest);
  let got: string[];
  try {
    got = transcript(generated, seed, ownGuest);
  } catch (error) {
    return `the module does not run: ${String(error)}`;
  }
  const index = expected.findIndex((line, i) => line !== got[i]);
  if (index < 0) return undefined;
  return `${got[index]}\n  but the host ${expected[index]}`;
}

/** The pieces that can be left out while the engines still differ. */
function shrink(seed: number): ReadonlySet<number> {
  let cut = new Set<number>();
  let tries = 0;
  let pieces = generate(seed).pieces;
  for (let size = pieces.length >> 1; size > 0; size >>= 1) {
    pieces = generate(seed, cut).pieces.filter((piece) => !cut.has(piece));
    for (let i = 0; i < pieces.length; i += size) {
      if (++tries > SHRINK_TRIES) return cut;
      const more = new Set([...cut, ...pieces.slice(i, i + size)]);
      if (difference(seed, more) !== undefined) cut = more;
    }
  }
  return cut;
}

function describe(seed: number, first: string): string {
  const cut = shrink(seed);
  const directory = mkdtempSync(join(tmpdir(), "waxwing-diff-"));
  const path = join(directory, `seed${seed}.wasm`);
  writeFileSync(path, generate(seed, cut).bytes);
  const small = difference(seed, cut) ?? "gone";
  return `seed ${seed}: ${first}\n  made small, ${path}: ${small}`;
}

const compare = hostWasm ? test : test.skip;

compare("generated modules do the same as in the host's engine", () => {
  const failures: string[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
    const found = difference(seed, new Set());
    if (found !== undefined) failures.push(describe(seed, found));
    if (failures.length === 3) break;
  }
  assert.is(failures.join("\n"), "");
});

compare("the comparison notices a wrong result", () => {
  const generated = generate(FIRST_SEED);
  const good = transcript(generated, FIRST_SEED, hostGuest);
  const bad = transcript(generated, FIRST_SEED, (bytes) => {
    const guest = hostGuest(bytes);
    const call: Guest["call"] = (entry, args) =>
      guest.call(entry, args).map((value) => value ^ 1n);
    return { ...guest, call };
  });
  assert.is.not(good.join("\n"), bad.join("\n"));
});

compare("a piece left out leaves a valid module", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const { pieces } = generate(seed);
    const cut = new Set(pieces.filter((piece) => piece % 3 === 0));
    assert.ok(hostWasm?.validate(generate(seed, cut).bytes), `seed ${seed}`);
  }
});

test.run();
