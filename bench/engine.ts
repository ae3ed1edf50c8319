/**
 * What the benchmarks know of an engine, and the three kinds of it: this
 * checkout, another waxwing bundle given by path, and the host's own
 * WebAssembly. All go through their public API, so that A/B runs can compare
 * any two versions.
 */

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** An instance of a benchmark program. */
export interface Program {
  run(n: number): number | bigint;
}

/** A module that was decoded and validated. */
export interface Compiled {
  instantiate(): Program;
}

export interface Engine {
  readonly name: string;
  compile(bytes: Uint8Array<ArrayBuffer>): Compiled;
  /** The IR ops that `run(n)` executes, where the engine can count them. */
  countOps?(bytes: Uint8Array<ArrayBuffer>, n: number): number;
}

/** The part of the public API (see mod.ts) that benchmarks use. */
interface Waxwing {
  Runtime: new () => {
    compile(bytes: Uint8Array<ArrayBuffer>): unknown;
    instantiate(compiled: unknown): { readonly exports: unknown };
  };
}

/** An instance of a program's bytes. */
export function load(engine: Engine, bytes: Uint8Array<ArrayBuffer>): Program {
  return engine.compile(bytes).instantiate();
}

/** The engine of this checkout. */
export async function thisEngine(): Promise<Engine> {
  return waxwingEngine("waxwing", await import("../mod.ts") as Waxwing);
}

/** The engine of another waxwing bundle, by the path of its ESM file. */
export async function engineAt(path: string): Promise<Engine> {
  const url = pathToFileURL(resolve(path)).href;
  return waxwingEngine("other", await import(url) as Waxwing);
}

/** The host's own WebAssembly; undefined where there is none. */
export function hostEngine(): Engine | undefined {
  if (typeof WebAssembly === "undefined") return undefined;
  return {
    name: "host",
    compile(bytes) {
      const module = new WebAssembly.Module(bytes);
      return {
        instantiate() {
          const instance = new WebAssembly.Instance(module);
          return instance.exports as unknown as Program;
        },
      };
    },
  };
}

function waxwingEngine(name: string, waxwing: Waxwing): Engine {
  return {
    name,
    compile(bytes) {
      const runtime = new waxwing.Runtime();
      const compiled = runtime.compile(bytes);
      return {
        instantiate: () => runtime.instantiate(compiled).exports as Program,
      };
    },
  };
}
