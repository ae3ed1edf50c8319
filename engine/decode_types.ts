/**
 * Types as the binary format writes them: value, reference and heap types
 * (also for the validator of bodies), function types, limits, and the types of
 * tables, memories, globals and tags.
 * Spec: «Binary Format / Types», «Validation / Types».
 */

import type { GlobalType, MemoryType, Module, TableType } from "./module.ts";
import type { Reader } from "./reader.ts";
import type { HeapType, TypeId, ValueType } from "./types.ts";
import { Feature, requireFeature } from "./features.ts";
import { Limits } from "./module.ts";
import {
  F32,
  F64,
  FUNCREF,
  functionType,
  HEAP_EXN,
  HEAP_EXTERN,
  HEAP_FUNC,
  HEAP_NOEXN,
  heapOfId,
  I32,
  I64,
  OWN_ID,
  refType,
  releaseWith,
  typeName,
  typeOf,
  V128,
} from "./types.ts";

/** What a type begins with. */
const enum Form {
  Ref = 0x64,
  RefNull = 0x63,
  Func = 0x60,
}

const enum LimitsFlag {
  Max = 1,
  Shared = 2,
  Is64 = 4,
}

const enum Most {
  Elements32 = 2 ** 32 - 1,
  Pages32 = 65536,
  Pages64 = 2 ** 48,
}

export function readValueType(r: Reader, module: Module): ValueType {
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
  const type = refTypeOf(r, module, byte);
  if (type === undefined) r.fail("malformed value type", at);
  if (type === FUNCREF) {
    requireFeature(module, Feature.ReferenceTypes, "funcref", at);
  }
  return type;
}

/** A reference type. `funcref` needs no feature: it is what tables hold. */
export function readRefType(r: Reader, module: Module): ValueType {
  const at = r.pos;
  const type = refTypeOf(r, module, r.u8());
  return type ?? r.fail("malformed reference type", at);
}

/** The reference type that begins with `byte`; undefined where none does. */
function refTypeOf(
  r: Reader,
  module: Module,
  byte: number,
): ValueType | undefined {
  const at = r.pos - 1;
  if (byte === Form.Ref || byte === Form.RefNull) {
    requireFeature(module, Feature.FunctionReferences, "typed reference", at);
    return refType(byte === Form.RefNull, readHeapType(r, module));
  }
  if (!checkAbstract(module, byte, at)) return undefined;
  return refType(true, byte);
}

export function readHeapType(r: Reader, module: Module): HeapType {
  const { types } = module;
  const at = r.pos;
  const index = r.s33();
  if (index >= 0) {
    requireFeature(module, Feature.FunctionReferences, "type index", at);
    if (index >= types.length) r.fail(`unknown type ${index}`, at);
    return heapOfId(types[index]);
  }
  const known = r.pos === at + 1 && checkAbstract(module, r.bytes[at], at);
  return known ? r.bytes[at] : r.fail("malformed heap type", at);
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
  const { types } = module;
  return types[r.index("type", types.length)];
}

/** The type section. */
export function readTypeSection(r: Reader, module: Module): void {
  const { types } = module;
  const ids: TypeId[] = [];
  releaseWith()(types, ids);
  for (let n = r.count("types", Limits.types); n > 0; n--) {
    types.push(OWN_ID);
    ids.push(types[ids.length] = readFunctionType(r, module));
  }
}

function readFunctionType(r: Reader, module: Module): TypeId {
  const start = r.pos;
  const form = r.u8();
  const isOfGc = form > 0x4d && form < 0x51 || form === 0x5e || form === 0x5f;
  if (isOfGc) {
    const what = `type form 0x${form.toString(16)}`;
    requireFeature(module, Feature.Gc, what, start);
  }
  if (form !== Form.Func) r.fail("malformed definition type", start);
  const params = readTypes(r, module, r.count("parameters", Limits.params));
  const at = r.pos;
  const count = r.count("results", Limits.results);
  if (count > 1) {
    requireFeature(module, Feature.MultiValue, "multiple results", at);
  }
  return functionType(params, readTypes(r, module, count));
}

function readTypes(r: Reader, module: Module, count: number): ValueType[] {
  const types: ValueType[] = [];
  while (types.length < count) types.push(readValueType(r, module));
  return types;
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
  return { element, min, max, is64, types: module.types };
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
  const mutability = r.u8();
  if (mutability > 1) r.fail("malformed mutability", r.pos - 1);
  return { type, mutable: mutability === 1, types: module.types };
}

/** The attribute and type of a tag. */
export function readTagType(r: Reader, module: Module): TypeId {
  const at = r.pos;
  if (r.u8() !== 0) r.fail("malformed tag attribute", at);
  const id = readFunctionTypeIndex(r, module);
  if (typeOf(id).results.length > 0) r.fail("non-empty tag result type", at);
  return id;
}
