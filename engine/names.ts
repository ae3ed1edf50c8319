/**
 * The name section: names of the module, its functions and their locals, for
 * stack traces and tools. It never makes a module invalid: what a malformed
 * one said before its fault counts, the rest does not.
 * Spec: «Appendix / Custom Sections / Name Section».
 */

import { ExternKind, Limits, type Module } from "./module.ts";
import { CompileError } from "./errors.ts";
import { lazyBy } from "./lazy.ts";
import { Reader } from "./reader.ts";

const enum Subsection {
  ModuleName = 0,
  FunctionNames = 1,
  LocalNames = 2,
}

/** What the first custom section called "name" says. */
export class Names {
  /** "" where the module has no name. */
  moduleName = "";
  /** By index in the function index space. */
  readonly functions: Map<number, string> = new Map();
  /** How many functions there are: names that are none's are not kept. */
  readonly #count: number;
  /** Of the subsection of local names; of nothing where there is none. */
  #locals: Reader;
  /** Offset of each function's map of locals, once it was asked for. */
  #localMaps: Map<number, number> | undefined;

  constructor({ bytes, functions, customSections }: Module) {
    this.#locals = new Reader(bytes, 0, 0);
    this.#count = functions.length;
    const section = customSections.find(({ name }) => name === "name");
    if (section === undefined) return;
    const r = new Reader(bytes, section.start, section.end);
    tolerate(() => {
      while (!r.done) this.#readSubsection(r);
    });
  }

  /** The names of a function's parameters and locals, by local index. */
  locals(functionIndex: number): Map<number, string> | undefined {
    this.#localMaps ??= this.#findLocalMaps();
    const start = this.#localMaps.get(functionIndex);
    if (start === undefined) return undefined;
    const names: Map<number, string> = new Map();
    this.#locals.pos = start;
    tolerate(() => readNameMap(this.#locals, names, Limits.locals));
    return names;
  }

  #readSubsection(r: Reader): void {
    const id = r.u8();
    const size = r.u32();
    const start = r.pos;
    r.skip(size);
    const content = new Reader(r.bytes, start, r.pos);
    if (id === Subsection.ModuleName) this.moduleName = content.name();
    if (id === Subsection.FunctionNames) {
      readNameMap(content, this.functions, this.#count);
    }
    if (id === Subsection.LocalNames) this.#locals = content;
  }

  #findLocalMaps(): Map<number, number> {
    const maps: Map<number, number> = new Map();
    const r = this.#locals;
    tolerate(() => {
      for (let n = r.done ? 0 : r.u32(); n > 0; n--) {
        const functionIndex = r.u32();
        if (functionIndex < this.#count) maps.set(functionIndex, r.pos);
        for (let locals = r.u32(); locals > 0; locals--) {
          r.u32();
          r.skip(r.u32());
        }
      }
    });
    return maps;
  }
}

/** The names of a module, read when they are first asked for. */
export const namesOf: (module: Module) => Names = /* @__PURE__ */ lazyBy(
  (module: Module) => new Names(module),
);

/**
 * The names that a module exports things by, by kind and index. Found once for
 * all of them, of which there may be many.
 */
export const exportNamesOf: (
  module: Module,
) => readonly (readonly string[] | undefined)[][] = /* @__PURE__ */ lazyBy(
  ({ exports }) => {
    const names: string[][][] = [[], [], [], [], []];
    for (const { kind, index, name } of exports) {
      (names[kind][index] ??= []).push(name);
    }
    return names;
  },
);

/** The name section's name of a function, or one that it is exported by. */
export function functionNameOf(
  module: Module,
  index: number,
): string | undefined {
  return namesOf(module).functions.get(index) ??
    exportNamesOf(module)[ExternKind.Func][index]?.[0];
}

/** The names of those below `count`. */
function readNameMap(
  r: Reader,
  names: Map<number, string>,
  count: number,
): void {
  for (let n = r.u32(); n > 0; n--) {
    const index = r.u32();
    if (index < count) names.set(index, r.name());
    else r.skip(r.u32());
  }
}

/** Runs `read` up to the first malformed thing. */
function tolerate(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
  }
}
