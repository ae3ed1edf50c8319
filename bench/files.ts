/**
 * Where the repository's files are, whatever runs the benchmarks: the sources
 * directly (Deno, Bun) or a bundle of them anywhere below the repository or
 * started in it (Node).
 */

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { BenchProgram } from "./program.ts";

/** The absolute path of a file given relative to the repository's root. */
export function repositoryPath(path: string): string {
  return join(findRoot(), path);
}

/** The bytes of a program of the corpus. */
export function readProgram(program: BenchProgram): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(programPath(program)));
}

/** The bytes of programs/NAME.wasm. */
export function readKernel(name: string): Uint8Array<ArrayBuffer> {
  const path = repositoryPath(`bench/programs/${name}.wasm`);
  return new Uint8Array(readFileSync(path));
}

/** Whether its file is there: a package's may not be installed. */
export function isInstalled(program: BenchProgram): boolean {
  const inputs = program.real?.inputs ?? [];
  return existsSync(programPath(program)) &&
    inputs.every((file) => existsSync(packageFile(file)));
}

/** The absolute path of a file of a package that bench depends on. */
export function packageFile(path: string): string {
  return repositoryPath(`bench/node_modules/${path}`);
}

function programPath({ name, real }: BenchProgram): string {
  return real === undefined
    ? repositoryPath(`bench/programs/${name}.wasm`)
    : packageFile(real.file);
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
