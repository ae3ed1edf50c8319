import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  EXTERNREF,
  F32,
  F64,
  FUNCREF,
  functionType,
  HEAP_BOTTOM,
  HEAP_FUNC,
  heapOf,
  heapOfId,
  I32,
  I64,
  isDefaultable,
  isSubtype,
  OWN_ID,
  refType,
  signatureName,
  typeName,
  typeOf,
  UNKNOWN,
  V128,
} from "../../../engine/types.ts";

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

test("a type that names itself is equal to its like", () => {
  const own = (nullable: boolean) => [refType(nullable, heapOfId(OWN_ID))];
  const id = functionType(own(true), []);
  assert.is(functionType(own(true), []), id);
  assert.is.not(functionType(own(false), []), id);
  assert.equal(typeOf(id).params, [refType(true, heapOfId(id))]);
});

test("types of functions are below func", () => {
  const type = refType(false, heapOfId(functionType([F32], [])));
  assert.ok(isSubtype(type, FUNCREF));
  assert.ok(isSubtype(type, refType(true, heapOf(type))));
  assert.not(isSubtype(FUNCREF, type));
  assert.not(isSubtype(type, EXTERNREF));
  assert.not(isSubtype(type, refType(false, heapOfId(functionType([], [])))));
});

test("a nullable reference is no subtype of a non-null one", () => {
  assert.not(isSubtype(FUNCREF, refType(false, HEAP_FUNC)));
  assert.ok(isSubtype(refType(false, HEAP_FUNC), FUNCREF));
});

test("operands in unreachable code are below everything", () => {
  const id = functionType([F32], []);
  const bottom = refType(false, HEAP_BOTTOM);
  assert.ok(isSubtype(bottom, EXTERNREF));
  assert.ok(isSubtype(bottom, refType(false, heapOfId(id))));
  assert.not(isSubtype(bottom, I32));
  assert.ok(isSubtype(UNKNOWN, I32));
  assert.ok(isSubtype(UNKNOWN, EXTERNREF));
});

test("numbers are subtypes of themselves only", () => {
  for (const a of [I32, I64, F32, F64, V128, FUNCREF]) {
    for (const b of [I32, I64, F32, F64, V128, EXTERNREF]) {
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
  const id = functionType([I32, FUNCREF], [F64]);
  assert.is(typeName(V128), "v128");
  assert.is(typeName(EXTERNREF), "externref");
  assert.is(typeName(refType(true, 0x71)), "nullref");
  assert.is(typeName(refType(false, HEAP_FUNC)), "(ref func)");
  assert.is(typeName(refType(true, heapOfId(id))), `(ref null $${id})`);
  assert.is(typeName(refType(false, HEAP_BOTTOM)), "(ref bot)");
  assert.is(signatureName(id), "(i32,funcref) f64");
  assert.is(signatureName(functionType([], [])), "()");
  assert.is(signatureName(functionType([], [I32, I32])), "() (i32,i32)");
});

test.run();
