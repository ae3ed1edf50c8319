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

/** The id of custom sections. */
const enum SectionId {
  Custom = 0,
}

interface Section {
  /** Sections come in ascending order, custom ones anywhere. */
  readonly order: number;
  readonly read: (r: Reader, module: Module) => void;
}

/** The sections by id. */
const SECTIONS: readonly Section[] = [
  { order: 0, read: readCustomSection },
  { order: 1, read: readTypeSection },
  { order: 2, read: readImportSection },
  { order: 3, read: readFunctionSection },
  { order: 4, read: readTableSection },
  { order: 5, read: readMemorySection },
  { order: 7, read: readGlobalSection },
  { order: 8, read: readExportSection },
  { order: 9, read: readStartSection },
  { order: 10, read: readElementSection },
  { order: 12, read: readCodeSection },
  { order: 13, read: readDataSection },
  { order: 11, read: readDataCountSection },
  { order: 6, read: readTagSection },
];

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
  for (let order = 0; !r.done;) order = readSection(r, module, order);
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
    declaredFunctions: new Uint8Array(0),
    customSections: [],
  };
}

/** Reads one section, given the order of the last; returns its own. */
function readSection(r: Reader, module: Module, last: number): number {
  const at = r.pos;
  const id = r.u8();
  const section = SECTIONS[id];
  if (section === undefined) r.fail("malformed section id", at);
  const size = r.u32();
  if (size > r.end - r.pos) r.fail("length out of bounds", at + 1);
  if (id !== SectionId.Custom && section.order <= last) {
    r.fail("unexpected content after last section", at);
  }
  const { end } = r;
  r.end = r.pos + size;
  section.read(r, module);
  if (!r.done) r.fail("section size mismatch");
  r.end = end;
  return id === SectionId.Custom ? last : section.order;
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
