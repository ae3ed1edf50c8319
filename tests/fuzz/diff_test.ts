/**
 * Differential runs: generated modules in this engine and in the host's must
 * give the same results, traps, globals and memory, bit for bit. A failure
 * names its seed and where the module, made small, was written.
 *
 *   WAXWING_DIFF_CASES=100000 WAXWING_DIFF_SEED=1 npm test diff_test
 */

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { generate } from "./generate.ts";
import { hostWasm } from "./host.ts";
import { type Guest, hostGuest, ownGuest, transcript } from "./transcript.ts";

const CASES = Number(process.env.WAXWING_DIFF_CASES ?? 1500);
const FIRST_SEED = Number(process.env.WAXWING_DIFF_SEED ?? 1);
const SHRINK_TRIES = 2000;

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
