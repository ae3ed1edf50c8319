/**
 * Value, reference and heap types as small integers, composite types, and the
 * registry that gives equal recursion groups equal ids (spec: «Type
 * Equivalence»), so that comparing two types of any two modules is comparing
 * two numbers.
 *
 * Layout of a value type:
 *   numbers and vectors   the byte of the binary format (0x7f i32, ...)
 *   references            REF | NULLABLE? | heap
 *   heap                  an abstract heap type's byte (0x69 to 0x75), or
 *                         HEAP_ID + canonical type id
 *   REC                   inside a group that is not yet canonical: heap is
 *                         REC + the position in the group
 */

export type ValueType = number;
/** The heap part of a reference type. */
export type HeapType = number;
/** An index in the registry of canonical types. */
export type TypeId = number;

/** The type of an operand in unreachable code: a subtype of everything. */
export const UNKNOWN: ValueType = 0;
export const I32: ValueType = 0x7f;
export const I64: ValueType = 0x7e;
export const F32: ValueType = 0x7d;
export const F64: ValueType = 0x7c;
export const V128: ValueType = 0x7b;
/** Packed storage types of struct and array fields. */
export const I8: ValueType = 0x78;
export const I16: ValueType = 0x77;

export const HEAP_NOCONT: HeapType = 0x75;
export const HEAP_NOEXN: HeapType = 0x74;
export const HEAP_NOFUNC: HeapType = 0x73;
export const HEAP_NOEXTERN: HeapType = 0x72;
export const HEAP_NONE: HeapType = 0x71;
export const HEAP_FUNC: HeapType = 0x70;
export const HEAP_EXTERN: HeapType = 0x6f;
export const HEAP_ANY: HeapType = 0x6e;
export const HEAP_EQ: HeapType = 0x6d;
export const HEAP_I31: HeapType = 0x6c;
export const HEAP_STRUCT: HeapType = 0x6b;
export const HEAP_ARRAY: HeapType = 0x6a;
export const HEAP_EXN: HeapType = 0x69;
/** The heap type below all others, that of an operand in unreachable code. */
export const HEAP_BOTTOM: HeapType = 0;

/** Kinds of composite types: the abstract heap types above them. */
export const KIND_FUNC: HeapType = HEAP_FUNC;
export const KIND_STRUCT: HeapType = HEAP_STRUCT;
export const KIND_ARRAY: HeapType = HEAP_ARRAY;

const REF = 1 << 30;
const NULLABLE = 1 << 29;
const REC = 1 << 28;
const HEAP_ID = 0x100;
const HEAP_MASK = NULLABLE - 1;

export const FUNCREF: ValueType = REF | NULLABLE | HEAP_FUNC;
export const EXTERNREF: ValueType = REF | NULLABLE | HEAP_EXTERN;
export const EXNREF: ValueType = REF | NULLABLE | HEAP_EXN;

export function refType(nullable: boolean, heap: HeapType): ValueType {
  return REF | (nullable ? NULLABLE : 0) | heap;
}
export function isRef(type: ValueType): boolean {
  return (type & REF) !== 0;
}
export function isNullable(type: ValueType): boolean {
  return (type & NULLABLE) !== 0;
}
export function heapOf(type: ValueType): HeapType {
  return type & HEAP_MASK;
}
export function asNonNull(type: ValueType): ValueType {
  return type & ~NULLABLE;
}
/** The heap type of a canonical type. */
export function heapOfId(id: TypeId): HeapType {
  return HEAP_ID + id;
}
/** The canonical type of a heap type, or -1 for an abstract one. */
export function idOfHeap(heap: HeapType): TypeId {
  return heap >= HEAP_ID && heap < REC ? heap - HEAP_ID : -1;
}
/** The heap type of position `index` in the group that is being read. */
export function heapOfRecursive(index: number): HeapType {
  return REC + index;
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

export interface FieldType {
  /** A value type or I8 or I16. */
  readonly type: ValueType;
  readonly mutable: boolean;
}

/** A function, struct or array type. */
export interface CompositeType {
  readonly kind: HeapType;
  /** Of a function. */
  readonly params: readonly ValueType[];
  /** Of a function. */
  readonly results: readonly ValueType[];
  /** Of a struct; an array has one. */
  readonly fields: readonly FieldType[];
}

/** A type as a module declares it; heap types may be `heapOfRecursive`. */
export interface DeclaredType extends CompositeType {
  readonly final: boolean;
  /** A canonical id, REC + position, or -1. */
  readonly supertype: number;
}

/** A type in the registry. */
export interface CanonicalType extends CompositeType {
  readonly id: TypeId;
  readonly final: boolean;
  readonly supertype: TypeId | -1;
  /** How many supertypes it has. */
  readonly depth: number;
  /** Its supertypes from the root down to itself. */
  readonly display: readonly TypeId[];
  readonly paramWords: number;
  readonly resultWords: number;
  /** Where a frame keeps its return address: max of the two above. */
  readonly linkOffset: number;
}

const canonicalTypes: CanonicalType[] = [];
const idsByKey: Map<string, TypeId> = /* @__PURE__ */ new Map();

export function typeOf(id: TypeId): CanonicalType {
  return canonicalTypes[id];
}

/** A type declared at position `index` as a supertype, before it has an id. */
export function supertypeInGroup(index: number): number {
  return REC + index;
}
/** The group position of `supertypeInGroup`, or -1. */
export function groupPositionOf(supertype: number): number {
  return supertype >= REC ? supertype - REC : -1;
}

/** A function type outside any group. */
export function functionType(
  params: readonly ValueType[],
  results: readonly ValueType[],
): TypeId {
  return canonicalize([{
    kind: KIND_FUNC,
    params,
    results,
    fields: [],
    final: true,
    supertype: -1,
  }]);
}

/** Gives the group its ids, the same as an equal group got before. */
export function canonicalize(group: readonly DeclaredType[]): TypeId {
  const keys = group.map(keyOf).join("");
  const key = group.length === 1 ? keys : `g${group.length};` + keys;
  const known = idsByKey.get(key);
  if (known !== undefined) return known;
  const first = canonicalTypes.length;
  idsByKey.set(key, first);
  for (const declared of group) addCanonical(declared, first);
  return first;
}

function addCanonical(declared: DeclaredType, first: TypeId): void {
  const { kind, final } = declared;
  const resolve = (type: ValueType) => resolveRecursive(type, first);
  const params = declared.params.map(resolve);
  const results = declared.results.map(resolve);
  const fields = declared.fields.map(({ type, mutable }) => ({
    type: resolve(type),
    mutable,
  }));
  const position = groupPositionOf(declared.supertype);
  const supertype = position < 0 ? declared.supertype : first + position;
  const id = canonicalTypes.length;
  const paramWords = wordsOf(params);
  const resultWords = wordsOf(results);
  const display = supertype < 0 ? [] : canonicalTypes[supertype].display;
  canonicalTypes.push({
    id,
    kind,
    params,
    results,
    fields,
    final,
    supertype,
    depth: display.length,
    display: [...display, id],
    paramWords,
    resultWords,
    linkOffset: Math.max(paramWords, resultWords),
  });
}

/** The type as text that no other has: numbers as pairs of characters. */
function keyOf(type: DeclaredType): string {
  const { kind, final, supertype, params, results, fields } = type;
  const units = [kind * 2 + (final ? 1 : 0), params.length, results.length];
  putNumber(units, supertype);
  for (let i = 0; i < params.length; i++) putNumber(units, params[i]);
  for (let i = 0; i < results.length; i++) putNumber(units, results[i]);
  for (let i = 0; i < fields.length; i++) {
    putNumber(units, fields[i].type);
    units.push(fields[i].mutable ? 1 : 0);
  }
  return String.fromCharCode.apply(undefined, units);
}

function putNumber(units: number[], value: number): void {
  units.push(value & 0xffff, value >>> 16);
}

/** A type whose reference into the group is resolved, if it is one. */
function resolveRecursive(type: ValueType, first: TypeId): ValueType {
  if ((type & (REF | REC)) !== (REF | REC)) return type;
  const position = heapOf(type) - REC;
  return (type & ~HEAP_MASK) | heapOfId(first + position);
}

/** Spec: «Matching», value types. */
export function isSubtype(sub: ValueType, sup: ValueType): boolean {
  if (sub === sup || sub === UNKNOWN || sup === UNKNOWN) return true;
  if ((sub & sup & REF) === 0) return false;
  if ((sub & NULLABLE) !== 0 && (sup & NULLABLE) === 0) return false;
  return isHeapSubtype(heapOf(sub), heapOf(sup));
}

/** Spec: «Matching», heap types. */
export function isHeapSubtype(sub: HeapType, sup: HeapType): boolean {
  if (sub === sup || sub === HEAP_BOTTOM) return true;
  const subId = idOfHeap(sub);
  const supId = idOfHeap(sup);
  if (subId >= 0) {
    return supId >= 0
      ? isSubtypeId(subId, supId)
      : isAbstractSubtype(typeOf(subId).kind, sup);
  }
  if (supId >= 0) {
    const isFunction = typeOf(supId).kind === KIND_FUNC;
    return sub === (isFunction ? HEAP_NOFUNC : HEAP_NONE);
  }
  return isAbstractSubtype(sub, sup);
}

/** Whether type `sub` is `sup` or declared below it. */
export function isSubtypeId(sub: TypeId, sup: TypeId): boolean {
  if (sub === sup) return true;
  const { depth } = canonicalTypes[sup];
  return canonicalTypes[sub].display[depth] === sup;
}

/** The abstract heap types directly or indirectly above each one. */
const ABOVE: Readonly<Record<HeapType, readonly HeapType[]>> = {
  [HEAP_NOFUNC]: [HEAP_FUNC],
  [HEAP_NOEXTERN]: [HEAP_EXTERN],
  [HEAP_NOEXN]: [HEAP_EXN],
  [HEAP_NONE]: [HEAP_I31, HEAP_STRUCT, HEAP_ARRAY, HEAP_EQ, HEAP_ANY],
  [HEAP_I31]: [HEAP_EQ, HEAP_ANY],
  [HEAP_STRUCT]: [HEAP_EQ, HEAP_ANY],
  [HEAP_ARRAY]: [HEAP_EQ, HEAP_ANY],
  [HEAP_EQ]: [HEAP_ANY],
};

function isAbstractSubtype(sub: HeapType, sup: HeapType): boolean {
  return sub === sup || (ABOVE[sub]?.includes(sup) ?? false);
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
  [I8]: "i8",
  [I16]: "i16",
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
