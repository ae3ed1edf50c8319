/**
 * The decoded module: plain data that `decode` fills and everything else only
 * reads. Index spaces begin with the imports. Types are canonical (see
 * types.ts), function bodies stay byte ranges until they are translated.
 * Spec: «Structure / Modules».
 */

import type { FeatureSet } from "./features.ts";
import type { TypeId, ValueType } from "./types.ts";

/** Of segments. */
export const MODE_ACTIVE = 0;
export const MODE_PASSIVE = 1;
export const MODE_DECLARED = 2;

/** Kinds of imports and exports, numbered as in the binary format. */
export const enum ExternKind {
  Func = 0,
  Table = 1,
  Memory = 2,
  Global = 3,
  Tag = 4,
}

export const EXTERN_KIND_NAMES: readonly string[] = [
  "func",
  "table",
  "memory",
  "global",
  "tag",
];

/** Where a module and its instances keep them, by kind. */
export const INDEX_SPACES = [
  "functions",
  "tables",
  "memories",
  "globals",
  "tags",
] as const;

export interface TableType {
  readonly element: ValueType;
  /** Elements. */
  readonly min: number;
  /** Elements; undefined where there is no maximum. */
  readonly max: number | undefined;
  /** Whether indices are i64 (memory64 proposal). */
  readonly is64: boolean;
  /** Of the module, to hold: an element may be of one of them. */
  readonly types?: readonly TypeId[];
}

export interface MemoryType {
  /** Pages of 64 KiB. */
  readonly min: number;
  /** Pages; undefined where there is no maximum. */
  readonly max: number | undefined;
  readonly shared: boolean;
  readonly is64: boolean;
}

export interface GlobalType {
  readonly type: ValueType;
  readonly mutable: boolean;
  /** As for a table. */
  readonly types?: readonly TypeId[];
}

/** What an import declares: a type id for functions and tags. */
export type ExternType = TypeId | TableType | MemoryType | GlobalType;

export interface Import {
  readonly module: string;
  readonly name: string;
  readonly kind: ExternKind;
  readonly type: ExternType;
}

export interface Export {
  readonly name: string;
  readonly kind: ExternKind;
  readonly index: number;
}

/**
 * A constant expression: the bytes from `start` up to and with its `end`.
 * They were validated against `type` when the module was decoded.
 */
export interface ConstExpr {
  readonly start: number;
  readonly type: ValueType;
}

export interface ElementSegment {
  readonly mode: number;
  readonly type: ValueType;
  /** Of an active segment. */
  readonly table: number;
  readonly offset: ConstExpr | undefined;
  /** Functions, by index, or constant expressions of the type, by their start. */
  readonly items: readonly number[];
  readonly hasExpressions: boolean;
}

export interface DataSegment {
  readonly mode: number;
  /** Of an active segment. */
  readonly memory: number;
  readonly offset: ConstExpr | undefined;
  /** The bytes of the segment in the module. */
  readonly start: number;
  readonly end: number;
}

/**
 * What is told of the calls of a function. The words from `base` on hold its
 * arguments, or its results; `owner` is what the embedder keeps with the
 * instance: for a function of the host, with the one that calls it.
 */
export interface CallProbe {
  /** The function begins. */
  before(base: number, owner: unknown): void;
  /** It is complete. `isTail`: without results, for another took its place. */
  after(base: number, owner: unknown, isTail: boolean): void;
  /** It ends by an error that passes through it. */
  abort(error: unknown, owner: unknown): void;
}

export interface CustomSection {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export interface Module {
  readonly bytes: Uint8Array;
  readonly features: FeatureSet;
  /** Module type index to canonical type. */
  readonly types: TypeId[];
  readonly imports: Import[];
  readonly exports: Export[];
  /** Type of each function, imports first. */
  readonly functions: TypeId[];
  readonly tables: TableType[];
  /** Initial value of each table; undefined: null, or imported. */
  readonly tableInits: (ConstExpr | undefined)[];
  readonly memories: MemoryType[];
  readonly globals: GlobalType[];
  /** Initial value of each global; undefined for imported ones. */
  readonly globalInits: (ConstExpr | undefined)[];
  /** Type of each tag, imports first. */
  readonly tags: TypeId[];
  importedFunctions: number;
  importedTables: number;
  importedMemories: number;
  importedGlobals: number;
  importedTags: number;
  /** Function index, or -1. */
  start: number;
  readonly elements: ElementSegment[];
  readonly data: DataSegment[];
  /** From the data count section, or -1. */
  dataCount: number;
  /** Byte range of each defined function's body, its locals first. */
  readonly bodyStarts: number[];
  readonly bodyEnds: number[];
  /** The functions that `ref.func` may name in a body. */
  readonly declaredFunctions: Set<number>;
  readonly customSections: CustomSection[];
  /** Whether arithmetic gives the canonical NaN only. */
  readonly canonicalNaNs?: boolean;
  /** What is told of calls, by function index (probes.ts). */
  readonly probes?: readonly (CallProbe | undefined)[];
}

/**
 * The limits of the JS API specification, «Implementation-defined Limits», but
 * for element segments, of which it allows ten times as many.
 */
export const enum Limits {
  moduleBytes = 1024 * 1024 * 1024,
  types = 1_000_000,
  functions = 1_000_000,
  imports = 1_000_000,
  exports = 1_000_000,
  globals = 1_000_000,
  tags = 1_000_000,
  dataSegments = 100_000,
  elementSegments = 1_000_000,
  tables = 100_000,
  tableElements = 10_000_000,
  memories = 100,
  params = 1000,
  results = 1000,
  bodyBytes = 7_654_321,
  locals = 50_000,
}
