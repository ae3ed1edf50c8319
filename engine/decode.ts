/**
 * Bytes to a `Module`: the preamble, the sequence of sections, and what must
 * agree between them. decode_types.ts and decode_sections.ts read the
 * sections. Everything that the specification demands of a module is checked,
 * but for the function bodies, which `validate` reads next. Any fault is a
 * `CompileError` with its offset; time and memory are linear in the bytes.
 * Spec: «Binary Format / Modules».
 */

import type { FeatureSet } from "./features.ts";
import type { Module } from "./module.ts";
import {
  readCodeSection,
  readDataCountSection,
  readDataSection,
  readElementSection,
  readExportSection,
  readFunctionSection,
  readGlobalSection,
  readImportSection,
  readMemorySection,
  readStartSection,
  readTableSection,
  readTagSection,
} from "./decode_sections.ts";
import { readTypeSection } from "./decode_types.ts";
import { Limits } from "./module.ts";
import { Reader } from "./reader.ts";

const enum Preamble {
  Magic = 0x6d736100,
  Version = 1,
}

/** What reads a section, by its id. */
const READERS: readonly ((r: Reader, module: Module) => void)[] = [
  readCustomSection,
  readTypeSection,
  readImportSection,
  readFunctionSection,
  readTableSection,
  readMemorySection,
  readGlobalSection,
  readExportSection,
  readStartSection,
  readElementSection,
  readCodeSection,
  readDataSection,
  readDataCountSection,
  readTagSection,
];

/** The ids in the order of the sections, but for custom ones, found anywhere. */
const ORDER: readonly number[] = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];

/**
 * Decodes a module and validates all of it but the function bodies. The
 * module refers to `bytes`, which must not change any more. Throws a
 * `CompileError`.
 */
export function decode(bytes: Uint8Array, features: FeatureSet): Module {
  const r = new Reader(bytes);
  if (bytes.length > Limits.moduleBytes) r.fail("module too large");
  readPreamble(r);
  const module = emptyModule(bytes, features);
  for (let last = -1; !r.done;) last = readSection(r, module, last);
  checkCounts(r, module);
  return module;
}

function readPreamble(r: Reader): void {
  if (r.i32Bits() !== Preamble.Magic) r.fail("magic header not detected", 0);
  if (r.i32Bits() !== Preamble.Version) r.fail("unknown binary version", 4);
}

function emptyModule(bytes: Uint8Array, features: FeatureSet): Module {
  return {
    bytes,
    features,
    types: [],
    imports: [],
    exports: [],
    functions: [],
    tables: [],
    tableInits: [],
    memories: [],
    globals: [],
    globalInits: [],
    tags: [],
    importedFunctions: 0,
    importedTables: 0,
    importedMemories: 0,
    importedGlobals: 0,
    importedTags: 0,
    start: -1,
    elements: [],
    data: [],
    dataCount: -1,
    bodyStarts: [],
    bodyEnds: [],
    declaredFunctions: new Set(),
    customSections: [],
  };
}

/** Reads one section, given the place of the last in `ORDER`; returns its own. */
function readSection(r: Reader, module: Module, last: number): number {
  const at = r.pos;
  const id = r.u8();
  const read = READERS[id];
  if (read === undefined) r.fail("malformed section id", at);
  const size = r.u32();
  if (size > r.end - r.pos) r.fail("length out of bounds", at + 1);
  const place = id === 0 ? last : ORDER.indexOf(id);
  if (id !== 0 && place <= last) {
    r.fail("unexpected content after last section", at);
  }
  const { end } = r;
  r.end = r.pos + size;
  read(r, module);
  if (!r.done) r.fail("section size mismatch");
  r.end = end;
  return place;
}

/** Counts that one section announces and another has. */
function checkCounts(r: Reader, module: Module): void {
  const { functions, importedFunctions, bodyStarts, data, dataCount } = module;
  if (functions.length - importedFunctions !== bodyStarts.length) {
    r.fail("function and code section have inconsistent lengths");
  }
  if (dataCount >= 0 && dataCount !== data.length) {
    r.fail("data count and data section have inconsistent lengths");
  }
}

function readCustomSection(r: Reader, module: Module): void {
  const name = r.name();
  module.customSections.push({ name, start: r.pos, end: r.end });
  r.pos = r.end;
}
