/**
 * Source lines of code, from the debugging information (DWARF 4 and 5) that
 * compilers put in custom sections. Nothing is read before the first look-up.
 * Malformed information gives fewer lines or none, never an error, and takes
 * time and memory linear in its bytes. Addresses in it are offsets from the
 * start of the Code section's contents.
 * Spec: DWARF 5; «DWARF for WebAssembly».
 */

import { lazyBy, type Module } from "../engine/mod.ts";
import { type CallSite, InfoTree } from "./dwarf_info.ts";
import { LineTable } from "./dwarf_line.ts";
import { DwarfReader, sectionsOf, tolerate } from "./dwarf_reader.ts";

const enum Wasm {
  PreambleBytes = 8,
  CodeSection = 10,
}

/** A place in the source of a guest. */
export interface SourceLine {
  /** The path as the compiler noted it. */
  readonly file: string;
  /** Counted from 1; 0 where the compiler names none. */
  readonly line: number;
  /** Counted from 1; 0 where the compiler names none. */
  readonly column: number;
  /** Whether its function was inlined in that of the next place. */
  readonly inlined: boolean;
}

/** The debugging information of a module. */
interface Dwarf {
  readonly lines: LineTable;
  readonly info: InfoTree;
}

const dwarfOf = /* @__PURE__ */ lazyBy((module: Module): Dwarf => {
  const sections = sectionsOf(module);
  return { lines: new LineTable(sections), info: new InfoTree(sections) };
});

const modulesWithoutLines: WeakSet<Module> = /* @__PURE__ */ new WeakSet();

/** The same module, but with no source lines. */
export function withoutLines(module: Module): Module {
  const copy = { ...module };
  modulesWithoutLines.add(copy);
  return copy;
}

/**
 * Where the code at an offset in the Code section comes from, innermost
 * first: the line itself, then where the inlined functions around it were
 * called. Empty where nothing is known.
 */
export function sourceLines(
  module: Module,
  codeOffset: number,
): readonly SourceLine[] {
  const isKnown = !modulesWithoutLines.has(module) &&
    module.customSections.some(({ name }) => name === ".debug_line");
  if (!isKnown) return [];
  const { lines, info } = dwarfOf(module);
  const found = tolerate(() => lines.find(codeOffset));
  if (found === undefined) return [];
  const sites = tolerate(() => info.callSites(found.unit, codeOffset)) ?? [];
  const directory = tolerate(() => info.directoryOf(found.unit)) ?? "";
  const places: CallSite[] = [found.row, ...[...sites].reverse()];
  const paths = found.pathsOf(places.map(({ file }) => file), directory);
  return places.map((place, i) => ({
    file: paths[i],
    line: Math.max(0, place.line),
    column: Math.max(0, place.column),
    inlined: i < places.length - 1,
  }));
}

/** Where the contents of the Code section begin in a module; -1: nowhere. */
export function codeStart({ bytes }: Module): number {
  const r = new DwarfReader(bytes, Wasm.PreambleBytes);
  while (!r.done) {
    const id = r.u8();
    const size = r.uleb();
    if (id === Wasm.CodeSection) return r.pos;
    r.skip(size);
  }
  return -1;
}
