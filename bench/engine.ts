/**
 * What the benchmarks know of an engine, and the three kinds of it: this
 * checkout, another waxwing (a bundle or a checkout, by path), and the host's
 * own WebAssembly. All go through their public API, so that A/B runs can
 * compare any two versions.
 */

import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { importBundle } from "./bundle.ts";
import { readProgram } from "./files.ts";
import type {
  BenchProgram,
  Guest,
  GuestExports,
  HostFunction,
  Imports,
  Program,
} from "./program.ts";

/** A module that was decoded and validated. */
export interface Compiled {
  instantiate(imports?: Imports): Guest;
}

export interface Engine {
  readonly name: string;
  compile(bytes: Uint8Array<ArrayBuffer>): Compiled;
}

/** The part of the public API (see mod.ts) that benchmarks use. */
interface Waxwing {
  readonly Runtime: new () => WaxwingRuntime;
  readonly Memory: new (pages: object) => Guest["memory"];
}

interface WaxwingRuntime {
  compile(bytes: Uint8Array<ArrayBuffer>): WaxwingModule;
  instantiate(compiled: WaxwingModule): WaxwingInstance;
  newHostModule(name: string): WaxwingBuilder;
}

interface WaxwingModule {
  importedFunctions(): readonly {
    readonly import: { readonly module: string; readonly name: string };
    readonly paramTypes: readonly string[];
    readonly resultTypes: readonly string[];
  }[];
}

interface WaxwingInstance {
  readonly exports: Readonly<Record<string, unknown>>;
  exportedFunction(name: string): {
    readonly definition: { readonly paramTypes: readonly string[] };
    callWith(args: readonly number[], limits: Limits): number;
  };
}

/** What every call is given. */
interface Limits {
  readonly fuel: number;
}

interface WaxwingBuilder {
  func(
    name: string,
    params: readonly string[],
    results: readonly string[],
    fn: HostFunction,
  ): this;
  memory(name: string, memory: unknown): this;
  instantiate(): unknown;
}

/** A program of the corpus, instantiated and ready to run. */
export function load(engine: Engine, program: BenchProgram): Program {
  const bytes = readProgram(program);
  const { real } = program;
  const guest = engine.compile(bytes).instantiate(real?.imports);
  return real === undefined ? programOf(guest) : { run: real.start(guest) };
}

/** A guest that exports `run`. */
export function programOf(guest: Guest): Program {
  return guest.exports as unknown as Program;
}

/** The engine of this checkout. */
export async function thisEngine(): Promise<Engine> {
  return waxwingEngine("waxwing", await import("../mod.ts"));
}

/** The same; every call uses fuel, of which there is enough. */
export async function meteredEngine(): Promise<Engine> {
  return waxwingEngine("metered", await import("../mod.ts"), { fuel: 1e15 });
}

/** Another waxwing: a bundle's file, or a checkout's folder. */
export async function engineAt(path: string): Promise<Engine> {
  const imported = statSync(path).isDirectory()
    ? await importBundle(join(resolve(path), "mod.ts"))
    : await import(pathToFileURL(resolve(path)).href);
  return waxwingEngine("other", imported);
}

/** An engine of a module with waxwing's public API. */
export function waxwingEngine(
  name: string,
  imported: unknown,
  limits?: Limits,
): Engine {
  const waxwing = imported as Waxwing;
  return {
    name,
    compile(bytes) {
      const runtime = new waxwing.Runtime();
      const compiled = runtime.compile(bytes);
      return {
        instantiate({ functions = {}, memory } = {}) {
          const given = memory && new waxwing.Memory(memory);
          defineImports(runtime, compiled, functions, given);
          const instance = runtime.instantiate(compiled);
          const { exports } = instance;
          return guestOf(limits ? limited(instance, limits) : exports, given);
        },
      };
    },
  };
}

/** The exports, where every call is limited. */
function limited(instance: WaxwingInstance, limits: Limits) {
  return Object.fromEntries(
    Object.entries(instance.exports).map(([name, value]) => {
      if (typeof value !== "function") return [name, value];
      const callee = instance.exportedFunction(name);
      // A function ignores arguments that it has no parameters for.
      const run = (...args: number[]) =>
        callee.callWith(
          args.slice(0, callee.definition.paramTypes.length),
          limits,
        );
      return [name, run];
    }),
  );
}

/** Host modules with what a module imports, in the types that it asks for. */
function defineImports(
  runtime: WaxwingRuntime,
  compiled: WaxwingModule,
  functions: NonNullable<Imports["functions"]>,
  memory: unknown,
): void {
  const wanted = compiled.importedFunctions();
  const modules = new Set(wanted.map((of) => of.import.module));
  if (memory !== undefined) modules.add("env");
  for (const module of modules) {
    const builder = runtime.newHostModule(module);
    for (const { import: from, paramTypes, resultTypes } of wanted) {
      if (from.module !== module) continue;
      const fn = functions[module]?.[from.name] ?? missing(module, from.name);
      builder.func(from.name, paramTypes, resultTypes, fn);
    }
    if (module === "env" && memory !== undefined) {
      builder.memory("memory", memory);
    }
    builder.instantiate();
  }
}

/** The host's own WebAssembly; undefined where there is none. */
export function hostEngine(): Engine | undefined {
  if (typeof WebAssembly === "undefined") return undefined;
  return {
    name: "host",
    compile(bytes) {
      const compiled = new WebAssembly.Module(bytes);
      return {
        instantiate({ functions = {}, memory } = {}) {
          const given = memory && new WebAssembly.Memory(memory);
          const imports: WebAssembly.Imports = {};
          for (const { module, name } of WebAssembly.Module.imports(compiled)) {
            imports[module] ??= {};
            imports[module][name] = functions[module]?.[name] ??
              missing(module, name);
          }
          if (given !== undefined) imports.env.memory = given;
          const { exports } = new WebAssembly.Instance(compiled, imports);
          return guestOf(exports, given);
        },
      };
    },
  };
}

function guestOf(exports: unknown, imported: Guest["memory"] | undefined) {
  const { memory = imported } = exports as { memory?: Guest["memory"] };
  return { exports: exports as GuestExports, memory: memory! };
}

function missing(module: string, name: string): HostFunction {
  return () => {
    throw new Error(`the guest called ${module}.${name}`);
  };
}
