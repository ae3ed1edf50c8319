/**
 * Where the repository's files are, whatever runs the benchmarks: the sources
 * directly (Deno, Bun) or a bundle of them anywhere below the repository or
 * started in it (Node).
 */

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The absolute path of a file given relative to the repository's root. */
export function repositoryPath(path: string): string {
  return join(findRoot(), path);
}

/** The bytes of programs/NAME.wasm. */
export function readProgram(name: string): Uint8Array<ArrayBuffer> {
  const path = repositoryPath(`bench/programs/${name}.wasm`);
  return new Uint8Array(readFileSync(path));
}

function findRoot(): string {
  const starts = [dirname(fileURLToPath(import.meta.url)), process.cwd()];
  for (const start of starts) {
    for (let at = start;; at = dirname(at)) {
      if (existsSync(join(at, "bench/programs/build.sh"))) return at;
      if (at === dirname(at)) break;
    }
  }
  throw new Error(`no waxwing repository around ${resolve(starts[1])}`);
}
