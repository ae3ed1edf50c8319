/**
 * The sections that come after the types: imports, functions, tables,
 * memories, tags, globals, exports, start, element and data segments, bodies.
 * Each function reads one section into the module and validates what it says;
 * bodies are only found. Claimed counts are compared with the bytes that are
 * left before anything is allocated.
 * Spec: «Binary Format / Modules», «Validation / Modules».
 */

import type {
  ConstExpr,
  ElementSegment,
  GlobalType,
  Import,
  MemoryType,
  Module,
  TableType,
} from "./module.ts";
import type { Reader } from "./reader.ts";
import type { ValueType } from "./types.ts";
import { checkType, readConstExpr } from "./constexpr.ts";
import {
  readFunctionTypeIndex,
  readGlobalType,
  readMemoryType,
  readRefType,
  readTableType,
  readTagType,
} from "./decode_types.ts";
import { Feature, requireFeature } from "./features.ts";
import {
  EXTERN_KIND_NAMES,
  ExternKind,
  INDEX_SPACES,
  Limits,
  MODE_ACTIVE,
  MODE_DECLARED,
  MODE_PASSIVE,
} from "./module.ts";
import {
  FUNCREF,
  HEAP_FUNC,
  I32,
  I64,
  isDefaultable,
  refType,
  typeOf,
  typeText,
} from "./types.ts";

const enum TableForm {
  /** Begins a table with an initial value, where a type would begin. */
  WithInit = 0x40,
}

/** Bits of an element segment's kind. */
const enum ElementFlag {
  NotActive = 1,
  /** The table of an active segment is given; others are declared. */
  Explicit = 2,
  Expressions = 4,
  Kinds = 8,
}

/** A data segment's kind. */
const enum DataKind {
  Active = 0,
  Passive = 1,
  Explicit = 2,
}

export function readImportSection(r: Reader, module: Module): void {
  for (let n = r.count("imports", Limits.imports); n > 0; n--) {
    module.imports.push(readImport(r, module));
  }
  module.importedFunctions = module.functions.length;
  module.importedTables = module.tables.length;
  module.importedMemories = module.memories.length;
  module.importedGlobals = module.globals.length;
  module.importedTags = module.tags.length;
}

function readImport(r: Reader, module: Module): Import {
  const from = r.name();
  const name = r.name();
  const at = r.pos;
  const kind = r.u8();
  switch (kind) {
    case ExternKind.Func: {
      const type = readFunctionTypeIndex(r, module);
      module.functions.push(type);
      return { module: from, name, kind, type };
    }
    case ExternKind.Table: {
      const type = readTableType(r, module);
      addTable(r, module, type, undefined, at);
      return { module: from, name, kind, type };
    }
    case ExternKind.Memory: {
      const type = addMemory(r, module);
      return { module: from, name, kind, type };
    }
    case ExternKind.Global: {
      const type = readGlobalType(r, module);
      checkSharedGlobal(module, type, "imported", at);
      addGlobal(r, module, type, undefined, at);
      return { module: from, name, kind, type };
    }
    case ExternKind.Tag: {
      requireFeature(module, Feature.Exceptions, "tag import", at);
      const type = readTagType(r, module);
      module.tags.push(type);
      return { module: from, name, kind, type };
    }
  }
  r.fail("malformed import kind", at);
}

/** A mutable global that other modules see. */
function checkSharedGlobal(
  module: Module,
  type: GlobalType,
  how: string,
  at: number,
): void {
  if (!type.mutable) return;
  const what = `${how} mutable global`;
  requireFeature(module, Feature.MutableGlobal, what, at);
}

function addTable(
  r: Reader,
  module: Module,
  type: TableType,
  init: ConstExpr | undefined,
  at: number,
): void {
  const { tables } = module;
  if (tables.length === 1) {
    requireFeature(module, Feature.ReferenceTypes, "multiple tables", at);
  }
  if (tables.length === Limits.tables) r.fail("too many tables", at);
  tables.push(type);
  module.tableInits.push(init);
}

function addMemory(r: Reader, module: Module): MemoryType {
  const at = r.pos;
  const type = readMemoryType(r, module);
  const { memories } = module;
  if (memories.length === 1) {
    requireFeature(module, Feature.MultiMemory, "multiple memories", at);
  }
  if (memories.length === Limits.memories) r.fail("too many memories", at);
  memories.push(type);
  return type;
}

function addGlobal(
  r: Reader,
  module: Module,
  type: GlobalType,
  init: ConstExpr | undefined,
  at: number,
): void {
  const { globals } = module;
  if (globals.length === Limits.globals) r.fail("too many globals", at);
  globals.push(type);
  module.globalInits.push(init);
}

export function readFunctionSection(r: Reader, module: Module): void {
  const { functions } = module;
  const limit = Limits.functions - functions.length;
  for (let n = r.count("functions", limit); n > 0; n--) {
    functions.push(readFunctionTypeIndex(r, module));
  }
}

export function readTableSection(r: Reader, module: Module): void {
  for (let n = r.count("tables", Limits.tables); n > 0; n--) {
    const at = r.pos;
    const hasInit = r.bytes[at] === TableForm.WithInit;
    if (hasInit) {
      const what = "table with initial value";
      requireFeature(module, Feature.FunctionReferences, what, at);
      r.u8();
      if (r.u8() !== 0) r.fail("malformed table", at);
    }
    const type = readTableType(r, module);
    const { element } = type;
    if (!hasInit && !isDefaultable(element)) {
      const name = typeText(module, element);
      r.fail(`type mismatch: table of ${name} without initial value`, at);
    }
    const init = hasInit ? readConstExpr(r, module, element) : undefined;
    addTable(r, module, type, init, at);
  }
}

export function readMemorySection(r: Reader, module: Module): void {
  for (let n = r.count("memories", Limits.memories); n > 0; n--) {
    addMemory(r, module);
  }
}

export function readTagSection(r: Reader, module: Module): void {
  const { tags } = module;
  requireFeature(module, Feature.Exceptions, "tag section", r.pos);
  const limit = Limits.tags - tags.length;
  for (let n = r.count("tags", limit); n > 0; n--) {
    tags.push(readTagType(r, module));
  }
}

export function readGlobalSection(r: Reader, module: Module): void {
  for (let n = r.count("globals", Limits.globals); n > 0; n--) {
    const at = r.pos;
    const type = readGlobalType(r, module);
    addGlobal(r, module, type, readConstExpr(r, module, type.type), at);
  }
}

export function readExportSection(r: Reader, module: Module): void {
  const names: Set<string> = new Set();
  for (let n = r.count("exports", Limits.exports); n > 0; n--) {
    const at = r.pos;
    const name = r.name();
    if (names.has(name)) {
      r.fail(`duplicate export name "${name.slice(0, 80)}"`, at);
    }
    names.add(name);
    const kind = readExportKind(r, module);
    const isFunction = kind === ExternKind.Func;
    const what = isFunction ? "function" : EXTERN_KIND_NAMES[kind];
    const index = r.index(what, module[INDEX_SPACES[kind]].length);
    if (isFunction) module.declaredFunctions.add(index);
    if (kind === ExternKind.Global) {
      checkSharedGlobal(module, module.globals[index], "exported", at);
    }
    module.exports.push({ name, kind, index });
  }
}

function readExportKind(r: Reader, module: Module): ExternKind {
  const at = r.pos;
  const kind = r.u8();
  if (kind > ExternKind.Tag) r.fail("malformed export kind", at);
  if (kind === ExternKind.Tag) {
    requireFeature(module, Feature.Exceptions, "tag export", at);
  }
  return kind as ExternKind;
}

export function readStartSection(r: Reader, module: Module): void {
  const at = r.pos;
  module.start = r.index("function", module.functions.length);
  const { paramWords, resultWords } = typeOf(module.functions[module.start]);
  if (paramWords + resultWords > 0) {
    r.fail("start function must have no parameters and no results", at);
  }
}

export function readElementSection(r: Reader, module: Module): void {
  const { elements } = module;
  const limit = Limits.elementSegments;
  for (let n = r.count("element segments", limit); n > 0; n--) {
    elements.push(readElementSegment(r, module));
  }
}

function readElementSegment(r: Reader, module: Module): ElementSegment {
  const at = r.pos;
  const kind = r.u32();
  if (kind >= ElementFlag.Kinds) r.fail("malformed elements segment kind", at);
  if (kind !== 0) {
    const need = Feature.BulkMemory | Feature.ReferenceTypes;
    const what = `element segment of kind ${kind}`;
    requireFeature(module, need, what, at);
  }
  const isActive = (kind & ElementFlag.NotActive) === 0;
  const isExplicit = (kind & ElementFlag.Explicit) !== 0;
  const mode = isActive
    ? MODE_ACTIVE
    : isExplicit
    ? MODE_DECLARED
    : MODE_PASSIVE;
  const table = isActive && isExplicit ? r.u32() : 0;
  let offset: ConstExpr | undefined;
  if (isActive) {
    const type = module.tables[table];
    if (type === undefined) r.fail(`unknown table ${table}`, at);
    offset = readConstExpr(r, module, type.is64 ? I64 : I32);
  }
  const hasExpressions = (kind & ElementFlag.Expressions) !== 0;
  const hasType = !isActive || isExplicit;
  const type = readElementType(r, module, hasExpressions, hasType);
  if (isActive) {
    checkType(r, module, type, module.tables[table].element, at);
  }
  const items = readItems(r, module, type, hasExpressions);
  return { mode, type, table, offset, items, hasExpressions };
}

/** The type of a segment's elements: given, or implied by its kind. */
function readElementType(
  r: Reader,
  module: Module,
  hasExpressions: boolean,
  hasType: boolean,
): ValueType {
  if (hasExpressions) return hasType ? readRefType(r, module) : FUNCREF;
  if (hasType && r.u8() !== 0) r.fail("malformed element kind", r.pos - 1);
  return refType(false, HEAP_FUNC);
}

/** The elements, as numbers: short lists are many where a segment has 4 bytes. */
function readItems(
  r: Reader,
  module: Module,
  type: ValueType,
  hasExpressions: boolean,
): number[] {
  const items: number[] = [];
  for (let n = r.count("elements", Limits.tableElements); n > 0; n--) {
    items.push(
      hasExpressions
        ? readConstExpr(r, module, type).start
        : readDeclared(r, module),
    );
  }
  return items;
}

/** The index of a function that bodies may then refer to. */
function readDeclared(r: Reader, module: Module): number {
  const index = r.index("function", module.functions.length);
  module.declaredFunctions.add(index);
  return index;
}

export function readDataCountSection(r: Reader, module: Module): void {
  const at = r.pos;
  const what = "data count section";
  requireFeature(module, Feature.BulkMemory, what, at);
  module.dataCount = r.count("data segments", Limits.dataSegments, 0);
}

/** Finds the bodies; the validator reads them. */
export function readCodeSection(r: Reader, module: Module): void {
  const { bodyStarts, bodyEnds } = module;
  for (let n = r.count("functions", Limits.functions); n > 0; n--) {
    const at = r.pos;
    const size = r.u32();
    if (size > Limits.bodyBytes) r.fail("function body too large", at);
    bodyStarts.push(r.pos);
    r.skip(size);
    bodyEnds.push(r.pos);
  }
}

export function readDataSection(r: Reader, module: Module): void {
  for (let n = r.count("data segments", Limits.dataSegments); n > 0; n--) {
    readDataSegment(r, module);
  }
}

function readDataSegment(r: Reader, module: Module): void {
  const at = r.pos;
  const kind = r.u32();
  if (kind > DataKind.Explicit) r.fail("malformed data segment kind", at);
  if (kind !== DataKind.Active) {
    const what = `data segment of kind ${kind}`;
    requireFeature(module, Feature.BulkMemory, what, at);
  }
  const memory = kind === DataKind.Explicit ? r.u32() : 0;
  const mode = kind === DataKind.Passive ? MODE_PASSIVE : MODE_ACTIVE;
  let offset: ConstExpr | undefined;
  if (mode === MODE_ACTIVE) {
    const type = module.memories[memory];
    if (type === undefined) r.fail(`unknown memory ${memory}`, at);
    offset = readConstExpr(r, module, type.is64 ? I64 : I32);
  }
  const size = r.u32();
  const start = r.pos;
  r.skip(size);
  module.data.push({ mode, memory, offset, start, end: r.pos });
}
