import { test } from "uvu";
import * as assert from "uvu/assert";
import { ConstEvaluator, readConstExpr } from "../../../engine/constexpr.ts";
import { decode } from "../../../engine/decode.ts";
import {
  Feature,
  FEATURES_ALL,
  FEATURES_V1,
  FEATURES_V2,
} from "../../../engine/features.ts";
import type { Module } from "../../../engine/module.ts";
import { Reader } from "../../../engine/reader.ts";
import type { FunctionInstance } from "../../../engine/store.ts";
import { GlobalInstance } from "../../../engine/store.ts";
import type { ValueType } from "../../../engine/types.ts";
import {
  EXTERNREF,
  F32,
  F64,
  FUNCREF,
  functionType,
  HEAP_FUNC,
  heapOfId,
  I32,
  I64,
  refType,
  V128,
} from "../../../engine/types.ts";

const END = 0x0b;
const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** A module of these bytes, with one imported function and some globals. */
function moduleOf(bytes: number[], features: number): Module {
  const empty = decode(Uint8Array.from(HEADER), features);
  const globals = [
    { type: I64, mutable: false },
    { type: V128, mutable: false },
    { type: EXTERNREF, mutable: false },
    { type: I32, mutable: true },
    { type: I32, mutable: false },
  ];
  return {
    ...empty,
    bytes: Uint8Array.from(bytes),
    functions: [functionType([I32], [])],
    importedFunctions: 1,
    globals,
    importedGlobals: 4,
    declaredFunctions: new Set<number>(),
  };
}

function check(
  bytes: number[],
  type: ValueType,
  features: number = FEATURES_ALL,
): Module {
  const module = moduleOf(bytes, features);
  const r = new Reader(module.bytes);
  assert.equal(readConstExpr(r, module, type), { start: 0, type });
  assert.is(r.pos, bytes.length);
  return module;
}

function rejects(
  bytes: number[],
  type: ValueType,
  text: string,
  features: number = FEATURES_ALL,
): void {
  const module = moduleOf(bytes, features);
  try {
    readConstExpr(new Reader(module.bytes), module, type);
  } catch (error) {
    assert.is((error as Error).message.slice(0, text.length), text);
    return;
  }
  assert.unreachable(`expected "${text}"`);
}

/** An evaluator for a valid expression, and the type's global to set. */
function evaluator(bytes: number[], type: ValueType) {
  const module = check(bytes, type);
  const globals = module.globals.map((global) => new GlobalInstance(global));
  globals[0].words.set([-2, 7]);
  globals[1].words.set([1, 2, 3, 4]);
  globals[2].ref = "host";
  globals[4].words.set([42]);
  const functionAt = (index: number) => ({ index }) as FunctionInstance;
  return new ConstEvaluator({ module, globals, functionAt });
}

/** The words of the value, as a global that begins at word 1 gets them. */
function words(bytes: number[], type: ValueType): number[] {
  const target = new Int32Array(6).fill(99);
  const global = new GlobalInstance({ type, mutable: false }, target, 1);
  evaluator(bytes, type).initGlobal(global, { start: 0, type });
  assert.is(target[0], 99);
  return [...target.subarray(1, type === V128 ? 5 : 3)];
}

function reference(bytes: number[], type: ValueType): unknown {
  return evaluator(bytes, type).value(0);
}

/** Signed LEB128. */
function leb(value: bigint): number[] {
  const bytes: number[] = [];
  for (;;) {
    const low = Number(value & 0x7fn);
    value >>= 7n;
    const isLast = value === 0n && low < 0x40 || value === -1n && low >= 0x40;
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}

test("constants are carried as bits", () => {
  assert.equal(words([0x41, 0x7f, END], I32), [-1, 0]);
  assert.equal(words([0x42, 0x7e, END], I64), [-2, -1]);
  const nan32 = [0x01, 0x00, 0xa0, 0x7f];
  assert.equal(words([0x43, ...nan32, END], F32), [0x7fa00001, 0]);
  const nan64 = [1, 0, 0, 0, 0, 0, 0xf4, 0xff];
  assert.equal(words([0x44, ...nan64, END], F64), [1, 0xfff40000 | 0]);
  const vector = [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0x80];
  const words128 = [1, 2, 3, -0x80000000];
  assert.equal(words([0xfd, 12, ...vector, END], V128), words128);
});

test("references are null, functions or what a global holds", () => {
  assert.is(reference([0xd0, 0x6f, END], EXTERNREF), null);
  assert.is(reference([0x23, 2, END], EXTERNREF), "host");
  const func = reference([0xd2, 0, END], FUNCREF) as FunctionInstance;
  assert.is(func.index, 0);
});

test("ref.func has the function's type, not null, and declares it", () => {
  const id = functionType([I32], []);
  const module = check([0xd2, 0, END], refType(false, heapOfId(id)));
  assert.equal([...module.declaredFunctions], [0]);
  check([0xd2, 0, END], refType(false, HEAP_FUNC));
  rejects([0xd2, 1, END], FUNCREF, "unknown function 1");
  rejects([0xd0, 0x70, END], refType(false, HEAP_FUNC), "type mismatch");
});

test("globals give their words", () => {
  assert.equal(words([0x23, 0, END], I64), [-2, 7]);
  assert.equal(words([0x23, 1, END], V128), [1, 2, 3, 4]);
  assert.equal(words([0x23, 4, END], I32), [42, 0]);
});

test("globals of constant expressions are known, immutable and, long ago, imported", () => {
  rejects([0x23, 5, END], I32, "unknown global 5");
  rejects([0x23, 3, END], I32, "constant expression required");
  check([0x23, 0, END], I64, FEATURES_V1);
  const text = "global.get of a global that is not imported invalid as feature";
  rejects([0x23, 4, END], I32, text, FEATURES_V2);
  check([0x23, 4, END], I32, FEATURES_V2 | Feature.FunctionReferences);
});

test("arithmetic needs its feature", () => {
  const sum = [0x41, 1, 0x41, 2, 0x6a, END];
  check(sum, I32);
  const text =
    'arithmetic in a constant expression invalid as feature "extended';
  rejects(sum, I32, text, FEATURES_V2);
});

test("arithmetic of i32 and i64 is exact modulo its width", () => {
  const edges = [0n, 1n, -1n, 7n, -12345n, 0xffffn, 0x10000n, 0x12345678n];
  for (const bit of [31n, 32n, 33n, 47n, 48n, 62n, 63n]) {
    edges.push(1n << bit, (1n << bit) - 1n, -(1n << bit), -(1n << bit) + 1n);
  }
  for (const a of edges.map((edge) => BigInt.asIntN(64, edge))) {
    for (const b of edges.map((edge) => BigInt.asIntN(64, edge))) {
      [a + b, a - b, a * b].forEach((expected, i) => {
        const bytes = [0x42, ...leb(a), 0x42, ...leb(b), 0x7c + i, END];
        const [lo, hi] = words(bytes, I64);
        const found = BigInt(hi) << 32n | BigInt(lo >>> 0);
        assert.is(found, BigInt.asIntN(64, expected), `${a} ${b} ${i}`);
        const [a32, b32] = [BigInt.asIntN(32, a), BigInt.asIntN(32, b)];
        const narrow = [0x41, ...leb(a32), 0x41, ...leb(b32), 0x6a + i, END];
        const low = Number(BigInt.asIntN(32, expected));
        assert.equal(words(narrow, I32), [low, 0]);
      });
    }
  }
});

test("operands nest without recursion", () => {
  const depth = 100_000;
  const bytes = [
    ...Array.from({ length: 2 * (depth + 1) }, (_, i) => i % 2 ? 1 : 0x41),
    ...new Array(depth).fill(0x6a),
    END,
  ];
  assert.equal(words(bytes, I32), [depth + 1, 0]);
});

test("offsets are unsigned numbers", () => {
  const offset = (bytes: number[], type: ValueType) =>
    evaluator(bytes, type).offset({ start: 0, type });
  assert.is(offset([0x41, 0x7f, END], I32), 2 ** 32 - 1);
  assert.is(offset([0x42, ...leb(1n << 40n), END], I64), 2 ** 40);
  assert.is(offset([0x42, 0x7f, END], I64), 2 ** 64);
});

test("an evaluator can be used again", () => {
  const evaluate = evaluator(
    [0x23, 2, END, 0xd0, 0x6f, END].slice(0, 3),
    EXTERNREF,
  );
  assert.is(evaluate.value(0), "host");
  assert.is(evaluate.value(0), "host");
});

test("the operand stack ends with one value of the type", () => {
  rejects([END], I32, "type mismatch: expected i32, found nothing");
  rejects([0x42, 0, END], I32, "type mismatch: expected i32, found i64");
  rejects([0x41, 0, 0x41, 0, END], I32, "type mismatch: 2 values");
  rejects([0x41, 0, 0x6a, END], I32, "type mismatch: expected i32, found noth");
  const mixed = [0x41, 0, 0x42, 0, 0x7c, END];
  rejects(mixed, I64, "type mismatch: expected i64, found i32");
});

test("other instructions are no constants", () => {
  rejects([0x41, 0, 0x45, END], I32, "constant expression required");
  rejects([0x01, END], I32, "constant expression required");
  rejects([0xfd, 13, END], V128, "constant expression required");
  rejects([0xff, END], I32, "illegal opcode ff");
  rejects([0x41, 0], I32, "unexpected end");
});

test("references and vectors need their features", () => {
  const vector = [0xfd, 12, ...new Array(16).fill(0), END];
  rejects(vector, V128, 'v128.const invalid as feature "simd"', FEATURES_V1);
  const text = 'ref.null invalid as feature "reference-types" is disabled';
  rejects([0xd0, 0x70, END], FUNCREF, text, FEATURES_V1);
});

test.run();
