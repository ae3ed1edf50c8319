/**
 * Value, reference and heap types as small integers, function types, and the
 * registry that gives equal ones equal ids (spec: «Type Equivalence»), so that
 * comparing two types of any two modules is comparing two numbers.
 *
 * Layout of a value type:
 *   numbers and vectors   the byte of the binary format (0x7f i32, ...)
 *   references            Bits.Ref | Bits.Nullable? | heap
 *   heap                  an abstract heap type's byte (0x69 to 0x74), or
 *                         HEAP_ID + type id
 */

import { lazy } from "./lazy.ts";
import { releasing } from "./weak.ts";

export type ValueType = number;
/** The heap part of a reference type. */
export type HeapType = number;
/** An index in the registry of function types. */
export type TypeId = number;

/** The type of an operand in unreachable code: a subtype of everything. */
export const UNKNOWN: ValueType = 0;
export const I32: ValueType = 0x7f;
export const I64: ValueType = 0x7e;
export const F32: ValueType = 0x7d;
export const F64: ValueType = 0x7c;
export const V128: ValueType = 0x7b;

export const HEAP_NOEXN: HeapType = 0x74;
export const HEAP_FUNC: HeapType = 0x70;
export const HEAP_EXTERN: HeapType = 0x6f;
export const HEAP_EXN: HeapType = 0x69;
/** The heap type below all others, that of an operand in unreachable code. */
export const HEAP_BOTTOM: HeapType = 0;

/** What a type names itself by while it is read and has no id yet. */
export const OWN_ID: TypeId = -1;

const enum Bits {
  Ref = 1 << 30,
  Nullable = 1 << 29,
  HeapMask = Nullable - 1,
  /** Heap types from here on are types of functions, by id. */
  HeapId = 0x100,
}

export const FUNCREF: ValueType = Bits.Ref | Bits.Nullable | HEAP_FUNC;
export const EXTERNREF: ValueType = Bits.Ref | Bits.Nullable | HEAP_EXTERN;

export function refType(nullable: boolean, heap: HeapType): ValueType {
  return Bits.Ref | (nullable ? Bits.Nullable : 0) | heap;
}
export function isRef(type: ValueType): boolean {
  return (type & Bits.Ref) !== 0;
}
export function isNullable(type: ValueType): boolean {
  return (type & Bits.Nullable) !== 0;
}
export function heapOf(type: ValueType): HeapType {
  return type & Bits.HeapMask;
}
export function asNonNull(type: ValueType): ValueType {
  return type & ~Bits.Nullable;
}
/** The heap type of a function type. */
export function heapOfId(id: TypeId): HeapType {
  return Bits.HeapId + id;
}
/** The function type of a heap type, or -1 for an abstract one. */
export function idOfHeap(heap: HeapType): TypeId {
  return heap >= Bits.HeapId ? heap - Bits.HeapId : -1;
}
/** Whether every local of this type has a default value. */
export function isDefaultable(type: ValueType): boolean {
  return !isRef(type) || isNullable(type);
}

/** Words (32 bits) that a value takes in the register file. */
export function slotWords(type: ValueType): number {
  return type === V128 ? 4 : 2;
}
/** Words that a number or vector has. */
export function wordsIn(type: ValueType): number {
  if (type === V128) return 4;
  return type === I64 || type === F64 ? 2 : 1;
}
/** Words that a list of values takes in the register file. */
export function wordsOf(types: readonly ValueType[]): number {
  let words = 0;
  for (const type of types) words += slotWords(type);
  return words;
}

/** A function type in the registry. */
export interface FunctionType {
  readonly id: TypeId;
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly paramWords: number;
  readonly resultWords: number;
  /** Where a frame keeps its return address: max of the two above. */
  readonly linkOffset: number;
  /** What the registry finds it by. */
  readonly key: string;
}

const functionTypes: FunctionType[] = [];
const idsByKey: Map<string, TypeId> = /* @__PURE__ */ new Map();
/** How many type sections, and functions of the host, each type is for. */
const users: number[] = [];
/** Ids of types that were released. */
const freeIds: TypeId[] = [];
/**
 * Has the types in a list released when an object is garbage. All that has types
 * of a module holds its list of types: functions and code hold the module.
 */
export const releaseWith = /* @__PURE__ */ lazy(() => releasing(release));

export function typeOf(id: TypeId): FunctionType {
  return functionTypes[id];
}

function release(ids: readonly TypeId[]): void {
  for (const id of ids) {
    if (--users[id] > 0) continue;
    idsByKey.delete(functionTypes[id].key);
    functionTypes[id] = undefined!;
    freeIds.push(id);
  }
}

/**
 * The id of a function type, which may name itself by {@link OWN_ID}, until it is
 * released as often as it was asked for.
 */
export function functionType(
  params: readonly ValueType[],
  results: readonly ValueType[],
): TypeId {
  const key = `${params};${results}`;
  const known = idsByKey.get(key);
  if (known !== undefined) {
    users[known]++;
    return known;
  }
  const id = freeIds.pop() ?? functionTypes.length;
  users[id] = 1;
  idsByKey.set(key, id);
  const resolve = (type: ValueType) =>
    isRef(type) && heapOf(type) === heapOfId(OWN_ID)
      ? refType(isNullable(type), heapOfId(id))
      : type;
  const paramWords = wordsOf(params);
  const resultWords = wordsOf(results);
  functionTypes[id] = {
    id,
    key,
    params: params.map(resolve),
    results: results.map(resolve),
    paramWords,
    resultWords,
    linkOffset: Math.max(paramWords, resultWords),
  };
  return id;
}

/** Spec: «Matching», value types. */
export function isSubtype(sub: ValueType, sup: ValueType): boolean {
  if (sub === sup || sub === UNKNOWN || sup === UNKNOWN) return true;
  if ((sub & sup & Bits.Ref) === 0) return false;
  if ((sub & Bits.Nullable) !== 0 && (sup & Bits.Nullable) === 0) return false;
  return isHeapSubtype(heapOf(sub), heapOf(sup));
}

/** Spec: «Matching», heap types. All ids are those of function types. */
export function isHeapSubtype(sub: HeapType, sup: HeapType): boolean {
  return sub === sup || sub === HEAP_BOTTOM ||
    (sup === HEAP_FUNC && sub >= Bits.HeapId);
}

/** By heap type, from `HEAP_EXN` on. */
const HEAP_NAMES: readonly string[] = [
  ...["exn", "array", "struct", "i31", "eq", "any", "extern", "func"],
  ...["none", "noextern", "nofunc", "noexn"],
];

const TYPE_NAMES: Readonly<Record<ValueType, string>> = {
  [UNKNOWN]: "unknown",
  [I32]: "i32",
  [I64]: "i64",
  [F32]: "f32",
  [F64]: "f64",
  [V128]: "v128",
};

/** A type in the notation of the text format. */
export function typeName(type: ValueType): string {
  if (!isRef(type)) return TYPE_NAMES[type] ?? `0x${type.toString(16)}`;
  const heap = heapOf(type);
  const abstract = HEAP_NAMES[heap - HEAP_EXN];
  if (abstract !== undefined && isNullable(type)) {
    // noexn gives nullexnref, none gives nullref.
    return `${abstract.replace(/^no(ne)?/, "null")}ref`;
  }
  const name = abstract ?? heapName(heap);
  return isNullable(type) ? `(ref null ${name})` : `(ref ${name})`;
}

/** The same in a module, where types that it defines have their index. */
export function typeText(
  { types }: { readonly types: readonly TypeId[] },
  type: ValueType,
): string {
  const id = isRef(type) ? idOfHeap(heapOf(type)) : -1;
  if (id < 0) return typeName(type);
  return `(ref ${isNullable(type) ? "null " : ""}${types.indexOf(id)})`;
}

/** A heap type that has no name of its own. */
function heapName(heap: HeapType): string {
  return heap === HEAP_BOTTOM ? "bot" : `$${idOfHeap(heap)}`;
}

/** A signature in wazero's style: `(i32,i64) f32`, `() (i32,i32)`. */
export function signatureName(id: TypeId): string {
  const { params, results } = typeOf(id);
  const list = results.map(typeName).join();
  const shown = results.length > 1 ? ` (${list})` : list && ` ${list}`;
  return `(${params.map(typeName).join()})${shown}`;
}
