/**
 * Types as the binary format writes them: value, reference and heap types
 * (also for the validator of bodies), function, struct and array types,
 * recursion groups with their subtyping checks, limits, and the types of
 * tables, memories, globals and tags. Whatever is returned is canonical, but
 * for references into the recursion group that is being read.
 * Spec: «Binary Format / Types», «Validation / Types».
 */

import type { GlobalType, MemoryType, Module, TableType } from "./module.ts";
import type { Reader } from "./reader.ts";
import type {
  CanonicalType,
  CompositeType,
  DeclaredType,
  FieldType,
  HeapType,
  TypeId,
  ValueType,
} from "./types.ts";
import { Feature, requireFeature } from "./features.ts";
import { Limits } from "./module.ts";
import {
  canonicalize,
  F32,
  F64,
  FUNCREF,
  groupPositionOf,
  HEAP_EXN,
  HEAP_EXTERN,
  HEAP_FUNC,
  HEAP_NOEXN,
  heapOfId,
  heapOfRecursive,
  I16,
  I32,
  I64,
  I8,
  isSubtype,
  KIND_ARRAY,
  KIND_FUNC,
  KIND_STRUCT,
  refType,
  supertypeInGroup,
  typeName,
  typeOf,
  V128,
} from "./types.ts";

/** What a type begins with. */
const enum Form {
  Ref = 0x64,
  RefNull = 0x63,
  Func = 0x60,
  Struct = 0x5f,
  Array = 0x5e,
  Sub = 0x50,
  SubFinal = 0x4f,
  Rec = 0x4e,
}

const enum LimitsFlag {
  Max = 1,
  Shared = 2,
  Is64 = 4,
}

const enum Most {
  /** More would not fit into the registry's key, one string. */
  GroupBytes = 1 << 25,
  Elements32 = 2 ** 32 - 1,
  Pages32 = 65536,
  Pages64 = 2 ** 48,
}

/**
 * A value type. Type indices reach `groupSize` types beyond those that the
 * module has: the recursion group that is being read.
 */
export function readValueType(
  r: Reader,
  module: Module,
  groupSize = 0,
): ValueType {
  const at = r.pos;
  const byte = r.u8();
  switch (byte) {
    case I32:
    case I64:
    case F32:
    case F64:
      return byte;
    case V128:
      requireFeature(module, Feature.Simd, "v128", at);
      return byte;
  }
  const type = refTypeOf(r, module, groupSize, byte);
  if (type === undefined) r.fail("malformed value type", at);
  if (type === FUNCREF) {
    requireFeature(module, Feature.ReferenceTypes, "funcref", at);
  }
  return type;
}

/** A reference type. `funcref` needs no feature: it is what tables hold. */
export function readRefType(r: Reader, module: Module): ValueType {
  const at = r.pos;
  const type = refTypeOf(r, module, 0, r.u8());
  return type ?? r.fail("malformed reference type", at);
}

/** The reference type that begins with `byte`; undefined where none does. */
function refTypeOf(
  r: Reader,
  module: Module,
  groupSize: number,
  byte: number,
): ValueType | undefined {
  const at = r.pos - 1;
  if (byte === Form.Ref || byte === Form.RefNull) {
    requireFeature(module, Feature.FunctionReferences, "typed reference", at);
    return refType(byte === Form.RefNull, readHeapType(r, module, groupSize));
  }
  if (!checkAbstract(module, byte, at)) return undefined;
  return refType(true, byte);
}

/** A heap type; `groupSize` as for {@link readValueType}. */
export function readHeapType(
  r: Reader,
  module: Module,
  groupSize = 0,
): HeapType {
  const at = r.pos;
  const index = r.s33();
  if (index >= 0) {
    requireFeature(module, Feature.FunctionReferences, "type index", at);
    return heapOfIndex(r, module, groupSize, index, at);
  }
  const known = r.pos === at + 1 && checkAbstract(module, r.bytes[at], at);
  return known ? r.bytes[at] : r.fail("malformed heap type", at);
}

function heapOfIndex(
  r: Reader,
  module: Module,
  groupSize: number,
  index: number,
  at: number,
): HeapType {
  const { types } = module;
  if (index < types.length) return heapOfId(types[index]);
  const position = index - types.length;
  if (position >= groupSize) r.fail(`unknown type ${index}`, at);
  return heapOfRecursive(position);
}

/** Whether `byte` is an abstract heap type; those of features are checked. */
function checkAbstract(module: Module, byte: number, at: number): boolean {
  if (byte < HEAP_EXN || byte > HEAP_NOEXN) return false;
  if (byte !== HEAP_FUNC) {
    const need = byte === HEAP_EXTERN
      ? Feature.ReferenceTypes
      : byte === HEAP_EXN || byte === HEAP_NOEXN
      ? Feature.Exceptions
      : Feature.Gc;
    requireFeature(module, need, typeName(refType(true, byte)), at);
  }
  return true;
}

/** The index of a function type, as the type's id. */
export function readFunctionTypeIndex(r: Reader, module: Module): TypeId {
  const at = r.pos;
  const index = r.u32();
  if (index >= module.types.length) r.fail(`unknown type ${index}`, at);
  const id = module.types[index];
  if (typeOf(id).kind !== KIND_FUNC) r.fail(`non-function type ${index}`, at);
  return id;
}

/** The type section. */
export function readTypeSection(r: Reader, module: Module): void {
  // Modules often repeat types of numbers only: these are read once.
  const known: Map<string, TypeId> = new Map();
  for (let n = r.count("types", Limits.types); n > 0; n--) {
    const at = r.pos;
    const end = endOfNumericType(r);
    const key = end < 0
      ? ""
      : String.fromCharCode.apply(undefined, [...r.bytes.subarray(at, end)]);
    const id = known.get(key);
    if (id !== undefined) {
      module.types.push(id);
      r.pos = end;
      continue;
    }
    const isGroup = r.bytes[at] === Form.Rec;
    if (isGroup) {
      requireFeature(module, Feature.Gc, "rec group", at);
      r.u8();
    }
    const size = isGroup ? r.count("types", Limits.recGroupTypes) : 1;
    if (module.types.length + size > Limits.types) r.fail("too many types", at);
    readGroup(r, module, size);
    if (key !== "") known.set(key, module.types[module.types.length - 1]);
  }
}

/** Where a short function type of numbers ends; -1 if there is another type. */
function endOfNumericType({ bytes, pos, end }: Reader): number {
  if (bytes[pos] !== Form.Func) return -1;
  let at = pos + 1;
  for (let list = 0; list < 2; list++) {
    const count = bytes[at++];
    if (!(count < 0x80) || at + count >= end + list) return -1;
    for (const last = at + count; at < last; at++) {
      if (bytes[at] < F64 || bytes[at] > I32) return -1;
    }
  }
  return at;
}

/** The types of one recursion group; a type outside any is one of its own. */
function readGroup(r: Reader, module: Module, size: number): void {
  const group: DeclaredType[] = [];
  const depths: number[] = [];
  const starts: number[] = [];
  for (let i = 0; i < size; i++) {
    starts.push(r.pos);
    const type = readSubType(r, module, group, size);
    group.push(type);
    depths.push(checkDepth(r, type, depths, starts[i]));
  }
  const groupBytes = r.pos - (starts[0] ?? r.pos);
  if (groupBytes > Most.GroupBytes) r.fail("rec group too large", starts[0]);
  const base = module.types.length;
  const first = canonicalize(group);
  for (let i = 0; i < size; i++) module.types.push(first + i);
  for (let i = 0; i < size; i++) {
    const { supertype } = typeOf(first + i);
    if (supertype < 0) continue;
    if (!matchesSupertype(typeOf(first + i), typeOf(supertype))) {
      r.fail(`sub type ${base + i} does not match super type`, starts[i]);
    }
  }
}

function readSubType(
  r: Reader,
  module: Module,
  group: readonly DeclaredType[],
  groupSize: number,
): DeclaredType {
  const at = r.pos;
  const form = r.u8();
  if (form !== Form.Sub && form !== Form.SubFinal) {
    const type = readComposite(r, module, groupSize, form);
    return { ...type, final: true, supertype: -1 };
  }
  requireFeature(module, Feature.Gc, "sub type", at);
  const count = r.u32();
  if (count > 1) r.fail("sub type with several super types", at);
  const supertype = count === 0 ? -1 : readSupertype(r, module, group);
  const type = readComposite(r, module, groupSize, r.u8());
  return { ...type, final: form === Form.SubFinal, supertype };
}

/** A type that was declared before and is not final. */
function readSupertype(
  r: Reader,
  module: Module,
  group: readonly DeclaredType[],
): number {
  const at = r.pos;
  const index = r.u32();
  const position = index - module.types.length;
  if (position >= group.length) r.fail(`unknown type ${index}`, at);
  const inGroup = position >= 0;
  const id = inGroup ? supertypeInGroup(position) : module.types[index];
  const { final } = inGroup ? group[position] : typeOf(id);
  if (final) {
    const own = module.types.length + group.length;
    r.fail(`sub type ${own} does not match super type ${index}: final`, at);
  }
  return id;
}

/** How many supertypes the type has above it. */
function checkDepth(
  r: Reader,
  type: DeclaredType,
  depths: readonly number[],
  at: number,
): number {
  if (type.supertype < 0) return 0;
  const position = groupPositionOf(type.supertype);
  const above = position >= 0 ? depths[position] : typeOf(type.supertype).depth;
  if (above >= Limits.subtypingDepth) r.fail("sub type nesting too deep", at);
  return above + 1;
}

function readComposite(
  r: Reader,
  module: Module,
  groupSize: number,
  form: number,
): CompositeType {
  const at = r.pos - 1;
  switch (form) {
    case Form.Func:
      return readFunctionType(r, module, groupSize);
    case Form.Struct: {
      requireFeature(module, Feature.Gc, "struct type", at);
      const fields: FieldType[] = [];
      for (let n = r.count("fields", Limits.structFields); n > 0; n--) {
        fields.push(readFieldType(r, module, groupSize));
      }
      return { kind: KIND_STRUCT, params: [], results: [], fields };
    }
    case Form.Array: {
      requireFeature(module, Feature.Gc, "array type", at);
      const fields = [readFieldType(r, module, groupSize)];
      return { kind: KIND_ARRAY, params: [], results: [], fields };
    }
  }
  r.fail("malformed definition type", at);
}

function readFunctionType(
  r: Reader,
  module: Module,
  groupSize: number,
): CompositeType {
  const params: ValueType[] = [];
  const results: ValueType[] = [];
  for (let n = r.count("parameters", Limits.params); n > 0; n--) {
    params.push(readValueType(r, module, groupSize));
  }
  const at = r.pos;
  const count = r.count("results", Limits.results);
  if (count > 1) {
    requireFeature(module, Feature.MultiValue, "multiple results", at);
  }
  for (let n = count; n > 0; n--) {
    results.push(readValueType(r, module, groupSize));
  }
  return { kind: KIND_FUNC, params, results, fields: [] };
}

function readFieldType(
  r: Reader,
  module: Module,
  groupSize: number,
): FieldType {
  const byte = r.bytes[r.pos];
  const isPacked = byte === I8 || byte === I16;
  const type = isPacked ? r.u8() : readValueType(r, module, groupSize);
  return { type, mutable: readMutability(r) };
}

function readMutability(r: Reader): boolean {
  const byte = r.u8();
  if (byte > 1) r.fail("malformed mutability", r.pos - 1);
  return byte === 1;
}

/** Spec: «Matching», composite types. */
function matchesSupertype(sub: CanonicalType, sup: CanonicalType): boolean {
  return sub.kind === sup.kind &&
    sub.params.length === sup.params.length &&
    sub.results.length === sup.results.length &&
    sub.fields.length >= sup.fields.length &&
    sup.params.every((type, i) => isSubtype(type, sub.params[i])) &&
    sup.results.every((type, i) => isSubtype(sub.results[i], type)) &&
    sup.fields.every((field, i) => matchesField(sub.fields[i], field));
}

function matchesField(sub: FieldType, sup: FieldType): boolean {
  return sub.mutable === sup.mutable && isSubtype(sub.type, sup.type) &&
    (!sup.mutable || isSubtype(sup.type, sub.type));
}

/** Element type and limits of a table. */
export function readTableType(r: Reader, module: Module): TableType {
  const element = readRefType(r, module);
  const at = r.pos;
  const { min, max, is64 } = readLimits(
    r,
    module,
    LimitsFlag.Max | LimitsFlag.Is64,
  );
  if (!is64 && Math.max(min, max ?? 0) > Most.Elements32) {
    r.fail("table size must be at most 2^32-1", at);
  }
  return { element, min, max, is64 };
}

/** Limits of a memory. */
export function readMemoryType(r: Reader, module: Module): MemoryType {
  const at = r.pos;
  const flags = LimitsFlag.Max | LimitsFlag.Shared | LimitsFlag.Is64;
  const limits = readLimits(r, module, flags);
  const { min, max, is64 } = limits;
  if (Math.max(min, max ?? 0) > (is64 ? Most.Pages64 : Most.Pages32)) {
    const most = is64 ? "2^48 pages" : "65536 pages (4GiB)";
    r.fail(`memory size must be at most ${most}`, at);
  }
  return limits;
}

/** Limits whose flags are all in `known`. */
function readLimits(r: Reader, module: Module, known: number): MemoryType {
  const at = r.pos;
  const flags = r.u8();
  if ((flags & ~known) !== 0) r.fail("malformed limits flags", at);
  const shared = (flags & LimitsFlag.Shared) !== 0;
  if (shared) requireFeature(module, Feature.Threads, "shared memory", at);
  const is64 = (flags & LimitsFlag.Is64) !== 0;
  if (is64) requireFeature(module, Feature.Memory64, "64-bit limits", at);
  const min = readLimit(r, module);
  const max = (flags & LimitsFlag.Max) !== 0 ? readLimit(r, module) : undefined;
  if (shared && max === undefined) {
    r.fail("shared memory must have maximum", at);
  }
  if (max !== undefined && min > max) {
    r.fail("size minimum must not be greater than maximum", at);
  }
  return { min, max, shared, is64 };
}

/** With memory64 all limits are written as u64, also those of 32 bits. */
function readLimit(r: Reader, module: Module): number {
  return (module.features & Feature.Memory64) !== 0 ? r.u64() : r.u32();
}

/** Type and mutability of a global. */
export function readGlobalType(r: Reader, module: Module): GlobalType {
  const type = readValueType(r, module);
  return { type, mutable: readMutability(r) };
}

/** The attribute and type of a tag. */
export function readTagType(r: Reader, module: Module): TypeId {
  const at = r.pos;
  if (r.u8() !== 0) r.fail("malformed tag attribute", at);
  const id = readFunctionTypeIndex(r, module);
  if (typeOf(id).results.length > 0) r.fail("non-empty tag result type", at);
  return id;
}
