import { test } from "uvu";
import * as assert from "uvu/assert";
import type { DeclaredType, FieldType } from "../../../engine/types.ts";
import {
  canonicalize,
  EXTERNREF,
  F32,
  F64,
  FUNCREF,
  functionType,
  HEAP_ANY,
  HEAP_BOTTOM,
  HEAP_EQ,
  HEAP_FUNC,
  HEAP_I31,
  HEAP_NOFUNC,
  HEAP_NONE,
  HEAP_STRUCT,
  heapOf,
  heapOfId,
  heapOfRecursive,
  I32,
  I64,
  I8,
  idOfHeap,
  isDefaultable,
  isSubtype,
  isSubtypeId,
  KIND_FUNC,
  KIND_STRUCT,
  refType,
  signatureName,
  supertypeInGroup,
  typeName,
  typeOf,
  UNKNOWN,
  V128,
} from "../../../engine/types.ts";

function struct(
  fields: readonly FieldType[],
  supertype = -1,
  final = false,
): DeclaredType {
  return {
    kind: KIND_STRUCT,
    params: [],
    results: [],
    fields,
    final,
    supertype,
  };
}

test("equal function types have one id", () => {
  assert.is(functionType([I32], [I64]), functionType([I32], [I64]));
  assert.is.not(functionType([I32], [I64]), functionType([I32, I64], []));
  assert.is.not(functionType([I32], []), functionType([], [I32]));
});

test("a frame's return address lies after the wider of parameters and results", () => {
  const type = typeOf(functionType([I32, V128], [F64, F64]));
  assert.is(type.paramWords, 6);
  assert.is(type.resultWords, 4);
  assert.is(type.linkOffset, 6);
});

test("equal recursion groups have equal ids, others not", () => {
  const self = (mutable: boolean) => [
    struct([{ type: refType(true, heapOfRecursive(1)), mutable }]),
    struct([{ type: refType(true, heapOfRecursive(0)), mutable }]),
  ];
  const first = canonicalize(self(true));
  assert.is(canonicalize(self(true)), first);
  assert.is.not(canonicalize(self(false)), first);
  const [field] = typeOf(first).fields;
  assert.is(idOfHeap(heapOf(field.type)), first + 1);
});

test("the position in a group is part of a type's identity", () => {
  const one = canonicalize([struct([], -1, true)]);
  const two = canonicalize([struct([], -1, true), struct([], -1, true)]);
  assert.is.not(two, one);
  assert.not(isSubtypeId(two, two + 1));
});

test("subtyping follows declarations", () => {
  const root = canonicalize([
    struct([{ type: I32, mutable: false }]),
    struct([{ type: I32, mutable: false }], supertypeInGroup(0)),
    struct([{ type: I32, mutable: false }], supertypeInGroup(1)),
    struct([{ type: I32, mutable: false }], supertypeInGroup(0)),
  ]);
  assert.ok(isSubtypeId(root + 2, root));
  assert.ok(isSubtypeId(root + 2, root + 1));
  assert.not(isSubtypeId(root + 1, root + 2));
  assert.not(isSubtypeId(root + 3, root + 1));
  assert.equal(typeOf(root + 2).display, [root, root + 1, root + 2]);
  const below = refType(false, heapOfId(root + 2));
  assert.ok(isSubtype(below, refType(true, heapOfId(root))));
  assert.ok(isSubtype(below, refType(true, HEAP_STRUCT)));
  assert.ok(isSubtype(below, refType(false, HEAP_ANY)));
  assert.not(isSubtype(below, refType(true, HEAP_I31)));
  assert.not(isSubtype(below, FUNCREF));
});

test("a nullable reference is no subtype of a non-null one", () => {
  assert.not(isSubtype(FUNCREF, refType(false, HEAP_FUNC)));
  assert.ok(isSubtype(refType(false, HEAP_FUNC), FUNCREF));
});

test("bottom types are below everything of their hierarchy", () => {
  const id = functionType([F32], []);
  const noFunc = refType(true, HEAP_NOFUNC);
  assert.ok(isSubtype(noFunc, FUNCREF));
  assert.ok(isSubtype(noFunc, refType(true, heapOfId(id))));
  assert.not(isSubtype(noFunc, EXTERNREF));
  assert.ok(isSubtype(refType(true, HEAP_NONE), refType(true, HEAP_EQ)));
  assert.not(isSubtype(refType(true, HEAP_NONE), FUNCREF));
  const bottom = refType(false, HEAP_BOTTOM);
  assert.ok(isSubtype(bottom, EXTERNREF));
  assert.ok(isSubtype(bottom, refType(false, heapOfId(id))));
  assert.not(isSubtype(bottom, I32));
  assert.ok(isSubtype(UNKNOWN, I32));
  assert.ok(isSubtype(UNKNOWN, EXTERNREF));
});

test("numbers are subtypes of themselves only", () => {
  for (const a of [I32, I64, F32, F64, V128, I8, FUNCREF]) {
    for (const b of [I32, I64, F32, F64, V128, I8, EXTERNREF]) {
      assert.is(isSubtype(a, b), a === b);
    }
  }
});

test("only non-null references have no default", () => {
  assert.ok(isDefaultable(V128));
  assert.ok(isDefaultable(EXTERNREF));
  assert.not(isDefaultable(refType(false, HEAP_FUNC)));
});

test("types are written as in the text format", () => {
  const id = canonicalize([{
    kind: KIND_FUNC,
    params: [I32, FUNCREF],
    results: [F64],
    fields: [],
    final: true,
    supertype: -1,
  }]);
  assert.is(typeName(V128), "v128");
  assert.is(typeName(EXTERNREF), "externref");
  assert.is(typeName(refType(true, HEAP_NONE)), "nullref");
  assert.is(typeName(refType(false, HEAP_FUNC)), "(ref func)");
  assert.is(typeName(refType(true, heapOfId(id))), `(ref null $${id})`);
  assert.is(typeName(refType(false, HEAP_BOTTOM)), "(ref bot)");
  assert.is(signatureName(id), "(i32,funcref) f64");
  assert.is(signatureName(functionType([], [])), "()");
  assert.is(signatureName(functionType([], [I32, I32])), "() (i32,i32)");
});

test.run();
