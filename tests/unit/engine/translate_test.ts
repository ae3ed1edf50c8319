// The translator, through the whole engine: hand-encoded programs that stress
// operands, labels, copies and fusions. Results and traps are compared with
// those of the host's own WebAssembly, or with what is said here.

import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  callRaw,
  compileModule,
  FunctionInstance,
  instantiateModule,
  type ModuleInstance,
  type RawValue,
  Trap,
} from "../../../engine/mod.ts";
import {
  encodeModule,
  EXTERNREF,
  F32,
  F64,
  type FunctionSource,
  I32,
  I64,
  moduleOf,
  type ModuleSource,
  TypeList,
  V128,
  vector,
  VOID,
  Writer,
} from "../../fuzz/encode.ts";
import { hostWasm, trapClass } from "../../fuzz/host.ts";
import { f32Bits, f32Of, f64Bits, f64Of, randomWords } from "./samples.ts";

const BLOCK = 0x02, LOOP = 0x03, IF = 0x04, ELSE = 0x05, END = 0x0b;
const BR = 0x0c, BR_IF = 0x0d, BR_TABLE = 0x0e, RETURN = 0x0f, CALL = 0x10;
const UNREACHABLE = 0x00, DROP = 0x1a, SELECT = 0x1b;
const GET = 0x20, SET = 0x21, TEE = 0x22;
const SHR_U = 0x76;
const EQZ = 0x45, ADD = 0x6a, SUB = 0x6b, MUL = 0x6c, XOR = 0x73;

function code(): Writer {
  return new Writer();
}

/** A function called `name`. */
function fn(
  name: string,
  params: readonly number[],
  results: readonly number[],
  body: Writer,
  locals: readonly number[] = [],
): FunctionSource {
  return { params, results, locals, body, exportName: name };
}

function instanceOf(bytes: Uint8Array): ModuleInstance {
  return instantiateModule(compileModule(bytes), () => undefined);
}

function call(
  instance: ModuleInstance,
  name: string,
  ...args: RawValue[]
): RawValue[] {
  const callee = instance.exports.get(name);
  if (!(callee instanceof FunctionInstance)) throw new Error(`no ${name}`);
  return callRaw(callee, args);
}

/** Arguments and results as raw bits. */
type Guest = (source: FunctionSource, args: readonly bigint[]) => bigint[];

function ownGuest(bytes: Uint8Array): Guest {
  const instance = instanceOf(bytes);
  return ({ exportName = "" }, args) =>
    call(instance, exportName, ...args) as bigint[];
}

function hostGuest(bytes: Uint8Array): Guest {
  const { exports } = new hostWasm!.Instance(new hostWasm!.Module(bytes));
  return ({ exportName = "", params, results }, args) => {
    const exported = exports[exportName] as (...args: unknown[]) => unknown;
    const got = exported(...args.map((bits, i) => toHost(params[i], bits)));
    const all = results.length === 1 ? [got] : got as Iterable<unknown> ?? [];
    return [...all].map((value, i) => fromHost(results[i], value));
  };
}

function toHost(type: number, bits: bigint): number | bigint {
  if (type === I64) return BigInt.asIntN(64, bits);
  if (type === I32) return Number(BigInt.asIntN(32, bits));
  return type === F32 ? f32Of(bits) : f64Of(bits);
}

function fromHost(type: number, value: unknown): bigint {
  if (type === I64) return BigInt.asUintN(64, value as bigint);
  if (type === I32) return BigInt.asUintN(32, BigInt(value as number));
  return type === F32 ? f32Bits(value as number) : f64Bits(value as number);
}

function outcome(
  guest: Guest,
  source: FunctionSource,
  args: readonly bigint[],
): string {
  try {
    const results = guest(source, args);
    return results.map((bits, i) => resultText(source.results[i], bits)).join();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isTrap = error instanceof Trap ||
      error.constructor.name === "RuntimeError";
    return isTrap ? `trap: ${trapClass(error.message)}` : String(error);
  }
}

/** NaNs count as equal: their payloads are the engine's choice. */
function resultText(type: number, bits: bigint): string {
  const value = type === F32 ? f32Of(bits) : type === F64 ? f64Of(bits) : 0;
  return value === value ? `0x${bits.toString(16)}` : "nan";
}

const compare = hostWasm ? test : test.skip;

/** Calls every function in both engines with each list of arguments. */
function sameAsHost(
  source: ModuleSource,
  argumentsOf: (source: FunctionSource) => readonly (readonly bigint[])[],
): void {
  const bytes = encodeModule(source);
  const host = hostGuest(bytes);
  const own = ownGuest(bytes);
  for (const each of source.functions) {
    if (each.exportName === undefined) continue;
    for (const args of argumentsOf(each)) {
      const what = `${each.exportName}(${args.map(String).join()})`;
      assert.is(outcome(own, each, args), outcome(host, each, args), what);
    }
  }
}

// Operands

compare("pending operands keep what a local was before it is set", () => {
  const functions: FunctionSource[] = [];
  for (let count = 1; count <= 12; count++) {
    const body = code();
    for (let i = 0; i < count; i++) {
      body.op(GET, i & 1);
      if (i % 3 === 1) body.i32(i - 4).bytes(ADD);
    }
    body.op(GET, 0).i32(3).bytes(MUL).op(SET, 1);
    body.op(GET, 1).op(GET, 0).bytes(SUB).op(TEE, 0).op(SET, 0);
    body.op(GET, 0).op(GET, 1).bytes(XOR);
    for (let i = 0; i < count; i++) body.bytes(i & 1 ? SUB : MUL);
    functions.push(fn(`f${count}`, [I32, I32], [I32], body));
  }
  sameAsHost({ functions }, () => [[5n, 7n], [0xffffffffn, 2n]]);
});

compare("locals swap and rotate through the operand stack", () => {
  const swap = code().op(GET, 0).op(GET, 1).op(SET, 0).op(SET, 1)
    .op(GET, 0).op(GET, 1).bytes(SUB);
  const rotate = code().op(GET, 0).op(GET, 1).op(GET, 2)
    .op(SET, 0).op(SET, 2).op(SET, 1)
    .op(GET, 0).i32(100).bytes(MUL).op(GET, 1).i32(10).bytes(MUL, ADD)
    .op(GET, 2).bytes(ADD);
  sameAsHost({
    functions: [
      fn("swap", [I32, I32], [I32], swap),
      fn("rotate", [I32, I32, I32], [I32], rotate),
    ],
  }, ({ params }) => [[1n, 2n, 3n].slice(0, params.length)]);
});

test("many sets below many pending operands take linear time", () => {
  const body = code();
  const count = 30_000;
  for (let i = 0; i < count; i++) body.op(GET, i % 3 === 0 ? 1 : 0);
  for (let i = 0; i < count; i++) body.i32(i).op(SET, i & 1 ? 2 : 1);
  for (let i = 1; i < count; i++) body.bytes(ADD);
  const source = fn("f", [I32, I32], [I32], body, [I32]);
  const start = Date.now();
  const sum = call(
    instanceOf(encodeModule({ functions: [source] })),
    "f",
    1n,
    2n,
  );
  assert.equal(sum, [BigInt(count / 3 * 4)]);
  assert.ok(Date.now() - start < 2000, `${Date.now() - start} ms`);
});

test("values in deep blocks reach their labels", () => {
  const depth = 400;
  const body = code();
  for (let i = 0; i < depth; i++) body.i32(i).bytes(BLOCK, I32);
  body.i32(7).op(GET, 0).op(BR_TABLE, depth - 1);
  for (let i = 0; i < depth; i++) body.unsigned(i);
  for (let i = 0; i < depth; i++) body.bytes(END, ADD);
  const instance = instanceOf(
    encodeModule({ functions: [fn("f", [I32], [I32], body)] }),
  );
  const sumBelow = (n: number) => n * (n - 1) / 2;
  for (const index of [0, 1, 2, 57, depth - 1, depth, 0xffffffff]) {
    const left = Math.min(index, depth - 1);
    const expected = BigInt(7 + sumBelow(depth - left));
    assert.equal(call(instance, "f", BigInt(index)), [expected], `${index}`);
  }
});

compare("a pending local is saved before blocks that may set it", () => {
  // Sets local 0 in a part that parameter 1 chooses, or at each turn.
  const change = code().op(GET, 0).i32(10).bytes(ADD).op(SET, 0).finish();
  const skip = code().op(GET, 1).op(BR_IF, 0).finish();
  const again = code().op(GET, 1).i32(1).bytes(SUB).op(TEE, 1).op(BR_IF, 0)
    .finish();
  const table = code().op(GET, 1).bytes(BR_TABLE, 1, 0, 1).finish();
  const bodies: [string, Writer][] = [
    ["block", code().bytes(BLOCK, VOID).append(skip).append(change).bytes(END)],
    ["loop", code().bytes(LOOP, VOID).append(change).append(again).bytes(END)],
    ["if", code().op(GET, 1).bytes(IF, VOID).append(change).bytes(END)],
    [
      "else",
      code().op(GET, 1).bytes(IF, VOID, ELSE).append(change).bytes(END),
    ],
    [
      "table",
      code().bytes(BLOCK, VOID, BLOCK, VOID).append(table).bytes(END)
        .append(change).bytes(END),
    ],
    [
      "inner",
      code().bytes(BLOCK, VOID).op(GET, 0).bytes(BLOCK, VOID).append(skip)
        .append(change).bytes(END, DROP).append(change).bytes(END),
    ],
  ];
  const functions = bodies.flatMap(([name, part]) => [
    fn(
      `${name}_twice`,
      [I32, I32],
      [I32],
      code().op(GET, 0).op(GET, 0).append(part.finish())
        .bytes(MUL).op(GET, 0).bytes(SUB),
    ),
    fn(
      `${name}_sum`,
      [I32, I32],
      [I32],
      code().op(GET, 0).i32(-6).bytes(ADD).i32(6).op(GET, 0).bytes(ADD)
        .append(part.finish()).bytes(MUL).op(GET, 0).bytes(SUB),
    ),
    fn(
      `${name}_mixed`,
      [I32, I32],
      [I32],
      code().op(GET, 0).i32(3).op(GET, 1).append(part.finish())
        .bytes(MUL, XOR).op(GET, 0).bytes(SUB),
    ),
  ]);
  sameAsHost({ functions }, ({ exportName }) => {
    // The loop would take 2^32 turns.
    const first = exportName?.startsWith("loop") ? 2n : 0n;
    return [first, 1n, 3n].map((x) => [7n, x]);
  });
});

compare("locals are zero until they are set, on every path", () => {
  const types = new TypeList();
  const locals = [I32, I64, F64, I32];
  // Local 1 is set before the branches, 2 and 3 on some paths, 4 never.
  const set = code().i64(9n).op(SET, 2).f64(f64Bits(1.5)).op(SET, 3).finish();
  const first = code().op(GET, 0).op(SET, 1).finish();
  const last = code().op(GET, 1).op(GET, 2).op(GET, 3).op(GET, 4).finish();
  const table = code().op(GET, 0).bytes(BR_TABLE, 1, 0, 1).finish();
  const parts: [string, Writer][] = [
    ["if", code().op(GET, 0).bytes(IF, VOID).append(set).bytes(END)],
    ["else", code().op(GET, 0).bytes(IF, VOID, ELSE).append(set).bytes(END)],
    [
      "block",
      code().bytes(BLOCK, VOID).op(GET, 0).op(BR_IF, 0).append(set).bytes(END),
    ],
    [
      "compare",
      code().bytes(BLOCK, VOID).op(GET, 0).i32(1).bytes(0x4a).op(BR_IF, 0)
        .append(set).bytes(END),
    ],
    [
      "table",
      code().bytes(BLOCK, VOID, BLOCK, VOID).append(table).bytes(END)
        .append(set).bytes(END),
    ],
    [
      "return",
      code().op(GET, 0).bytes(IF, VOID).append(last).bytes(RETURN, END),
    ],
    [
      "loop",
      code().bytes(LOOP, VOID).op(GET, 2).i64(2n).bytes(0x7c).op(SET, 2)
        .op(GET, 4).i32(1).bytes(ADD).op(SET, 4)
        .op(GET, 0).i32(1).bytes(SUB).op(TEE, 0).op(BR_IF, 0).bytes(END),
    ],
  ];
  const functions = parts.map(([name, part]) =>
    fn(
      name,
      [I32],
      locals.map((type) => type),
      code().append(first).append(part.finish()).append(last),
      locals,
    )
  );
  sameAsHost({ functions, types }, () => [[3n], [1n], [2n]]);
  sameAsHost(
    { functions: functions.filter(({ exportName }) => exportName !== "loop") },
    () => [[0n], [4n]],
  );
});

test("the arguments of tail calls are permuted over the parameters", () => {
  const types = new TypeList();
  const pair = types.indexOf([I32, I32], [I32]);
  const leaf = code().op(GET, 0).i32(100).bytes(MUL).op(GET, 1).bytes(ADD);
  const swap = code().op(GET, 1).op(GET, 0).op(0x12, 0);
  const indirect = code().op(GET, 1).op(GET, 0).op(GET, 0).op(0x13, pair)
    .bytes(0);
  const refs = code().op(GET, 2).bytes(EQZ, IF, I32).op(GET, 0).bytes(0xd1)
    .i32(2).bytes(MUL).op(GET, 1).bytes(0xd1, ADD)
    .bytes(ELSE).op(GET, 1).op(GET, 0).op(GET, 2).i32(1).bytes(SUB)
    .op(0x12, 3).bytes(END);
  const instance = instanceOf(encodeModule({
    functions: [
      fn("leaf", [I32, I32], [I32], leaf),
      fn("swap", [I32, I32], [I32], swap),
      fn("indirect", [I32, I32], [I32], indirect),
      fn("refs", [EXTERNREF, EXTERNREF, I32], [I32], refs),
    ],
    table: [0, 1],
    types,
  }));
  assert.equal(call(instance, "swap", 1n, 2n), [201n]);
  assert.equal(call(instance, "indirect", 0n, 2n), [200n]);
  assert.equal(call(instance, "indirect", 1n, 2n), [102n]);
  assert.equal(call(instance, "refs", null, "x", 0n), [2n]);
  assert.equal(call(instance, "refs", null, "x", 1n), [1n]);
  assert.equal(call(instance, "refs", null, "x", 1000n), [2n]);
});

// Labels with several values

/** Pushes an i32, an i64 and an f64 made of local 0, or constants. */
function pushThree(body: Writer, lazy: boolean): Writer {
  if (lazy) return body.op(GET, 0).i64(-3n).op(GET, 1);
  return body.op(GET, 0).i32(5).bytes(MUL)
    .op(GET, 0).bytes(0xad) // i64.extend_i32_u
    .op(GET, 1).op(GET, 1).bytes(0xa0); // f64.add
}

const THREE = [I32, I64, F64];

compare("branches carry several values past others", () => {
  const types = new TypeList();
  const type = types.indexOf([], THREE);
  const functions: FunctionSource[] = [];
  for (const lazy of [false, true]) {
    for (const junk of [0, 1, 3]) {
      for (const depth of [0, 1, 2]) {
        const begin = (body: Writer) => {
          body.op(BLOCK, type).i32(-1).op(BLOCK, type);
          for (let i = 0; i < junk; i++) body.op(GET, 0);
          return pushThree(body, lazy);
        };
        const finish = (body: Writer) => {
          // The inner block's values replace all but what lies below.
          body.bytes(DROP, DROP, DROP);
          for (let i = 0; i < junk; i++) body.bytes(DROP);
          pushThree(body, !lazy).bytes(END);
          return body.op(SET, 4).op(SET, 3).bytes(ADD).op(GET, 3).op(GET, 4)
            .bytes(END);
        };
        const name = `${lazy}_${junk}_${depth}`;
        const brIf = finish(begin(code()).op(GET, 0).op(BR_IF, depth));
        functions.push(
          fn(`br_if_${name}`, [I32, F64], THREE, brIf, [I32, I64, F64]),
        );
        const table = code().op(BLOCK, type).i32(-1).op(BLOCK, type);
        for (let i = 0; i < junk; i++) table.op(GET, 0);
        pushThree(table, lazy).op(GET, 0)
          .bytes(BR_TABLE, 3, depth, 0, 1, 2, END)
          .op(SET, 4).op(SET, 3).bytes(ADD).op(GET, 3).op(GET, 4).bytes(END);
        functions.push(
          fn(`br_table_${name}`, [I32, F64], THREE, table, [I32, I64, F64]),
        );
      }
    }
  }
  const half = f64Bits(0.5);
  sameAsHost({ functions, types }, () => [
    ...[0n, 1n, 2n, 3n, 99n].map((x) => [x, half]),
  ]);
});

compare("results overlap parameters in every order", () => {
  const params = [I32, I64, F32, F64];
  const functions = permutations([0, 1, 2, 3]).flatMap((order) => {
    const results = order.map((i) => params[i]);
    const push = (body: Writer) => {
      for (const i of order) body.op(GET, i);
      return body;
    };
    const name = order.join("");
    const early = push(code().op(GET, 0).bytes(IF, VOID)).bytes(RETURN, END);
    return [
      fn(`end_${name}`, params, results, push(code())),
      fn(`return_${name}`, params, results, push(early)),
      fn(
        `br_if_${name}`,
        params,
        results,
        push(code()).op(GET, 0).op(BR_IF, 0),
      ),
      fn(
        `call_${name}`,
        params,
        results,
        code().op(GET, 0).op(GET, 1).op(GET, 2).op(GET, 3).op(CALL, 0)
          .bytes(DROP, DROP, DROP, DROP).append(push(code()).finish()),
      ),
    ];
  });
  const args = [7n, 1n << 40n, f32Bits(1.5), f64Bits(-2.25)];
  sameAsHost({ functions }, () => [args, [0n, ...args.slice(1)]]);
});

function permutations(items: readonly number[]): number[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item))
      .map((rest) => [item, ...rest])
  );
}

compare("a loop's parameters are permuted each time around", () => {
  const types = new TypeList();
  const type = types.indexOf([I32, I64, I32], [I32, I64, I32]);
  const functions = [[2, 1, 0], [0, 1, 2], [2, 1, 2], [0, 1, 0]].flatMap((
    order,
  ) =>
    [false, true].map((unconditional) => {
      const body = code().op(GET, 0).op(GET, 1).op(GET, 2).op(LOOP, type)
        .op(SET, 2).op(SET, 1).op(TEE, 0).i32(1).bytes(ADD).op(SET, 0);
      body.op(GET, 3).i32(1).bytes(SUB).op(SET, 3);
      if (unconditional) {
        body.op(GET, 3).op(IF, types.indexOf([], []));
        for (const i of order) body.op(GET, i);
        body.op(BR, 1).bytes(END);
        for (const i of order) body.op(GET, i);
      } else {
        for (const i of order) body.op(GET, i);
        body.op(GET, 3).op(BR_IF, 0);
      }
      body.bytes(END);
      const name = `${order.join("")}_${unconditional}`;
      return fn(name, [I32, I64, I32, I32], [I32, I64, I32], body);
    })
  );
  sameAsHost(
    { functions, types },
    () => [1n, 2n, 5n].map((count) => [10n, 20n, 30n, count]),
  );
});

compare("if and else take parameters and leave results", () => {
  const types = new TypeList();
  const type = types.indexOf([I32, I64], [I64, I32]);
  const same = types.indexOf([I32], [I32]);
  const swap = code().op(GET, 0).op(GET, 1).op(GET, 0).op(IF, type)
    .op(SET, 1).op(SET, 0).op(GET, 1).i64(1n).bytes(0x7c).op(GET, 0)
    .bytes(ELSE).op(SET, 1).bytes(DROP).op(GET, 1).i32(9).bytes(END);
  const noElse = code().op(GET, 0).op(GET, 0).op(IF, same)
    .i32(4).bytes(MUL, END).op(GET, 0).bytes(SUB);
  const pending = code().op(GET, 0).i32(8).op(GET, 0).i32(3).bytes(0x4a)
    .bytes(IF, I32).i32(1).op(SET, 0).op(GET, 0).bytes(ELSE).op(GET, 0)
    .bytes(END, ADD, MUL);
  sameAsHost({
    functions: [
      fn("swap", [I32, I64], [I64, I32], swap),
      fn("no_else", [I32], [I32], noElse),
      fn("pending", [I32], [I32], pending),
    ],
    types,
  }, ({ params }) => [0n, 1n, 6n].map((x) => [x, 77n].slice(0, params.length)));
});

// Other kinds of values

compare("vectors lie among scalars and move with them", () => {
  const splat = 0x11, extract = 0x1b, addLanes = 0xae; // i32x4
  const simd = (body: Writer, sub: number, ...lane: number[]) =>
    body.bytes(0xfd).unsigned(sub).bytes(...lane);
  const types = new TypeList();
  const type = types.indexOf([], [V128, I32]);
  const branch = code().op(BLOCK, type).i32(1).op(GET, 1);
  simd(branch.op(GET, 0), splat).op(GET, 0).op(GET, 0).op(BR_IF, 0);
  branch.bytes(DROP, DROP, DROP, DROP);
  simd(branch.i32(-4), splat).op(GET, 0).bytes(END).op(SET, 2);
  simd(branch, extract, 3).op(GET, 2).bytes(SUB);
  const set = simd(code().op(GET, 0), splat).op(TEE, 3).op(GET, 0).op(GET, 3);
  simd(set.op(GET, 3).op(GET, 3), addLanes).op(SET, 3);
  simd(simd(set, extract, 1).bytes(ADD).op(SET, 2), extract, 2);
  simd(set.op(GET, 3), extract, 0).bytes(MUL).op(GET, 2).bytes(XOR);
  const choose = simd(simd(code().op(GET, 0), splat).i32(3), splat);
  simd(choose.op(GET, 0).bytes(SELECT), extract, 2);
  const zero = simd(code().op(GET, 3), extract, 3).op(GET, 0).bytes(SUB);
  const functions = [
    fn("branch", [I32, I64], [I32], branch, [I32]),
    fn("set", [I32, I64], [I32], set, [I32, V128]),
    fn("choose", [I32, I64], [I32], choose),
    fn("zero", [I32, I64], [I32], zero, [I64, V128]),
  ];
  sameAsHost({ functions, types }, () => [[0n, 1n], [6n, 2n], [1n << 31n, 3n]]);
});

test("locals of reference types begin as null, whatever was there", () => {
  const isNull = 0xd1;
  const keep = code().op(GET, 0).op(TEE, 1).op(SET, 2).op(GET, 2);
  // Counts the null locals of all frames, before and after each sets its own.
  const count = code().op(GET, 3).bytes(isNull).op(GET, 0).op(SET, 3)
    .op(GET, 2).bytes(IF, I32)
    .op(GET, 0).op(GET, 1).op(GET, 2).i32(1).bytes(SUB).op(CALL, 1)
    .bytes(ELSE).i32(0).bytes(END, ADD).op(GET, 3).bytes(isNull, ADD);
  const instance = instanceOf(encodeModule({
    functions: [
      fn("keep", [EXTERNREF], [EXTERNREF], keep, [EXTERNREF, EXTERNREF]),
      fn("count", [EXTERNREF, EXTERNREF, I32], [I32], count, [EXTERNREF]),
    ],
  }));
  const ref = { some: "object" };
  for (let round = 0; round < 3; round++) {
    assert.equal(call(instance, "keep", ref), [ref]);
    assert.equal(call(instance, "count", ref, ref, 20n), [21n]);
    assert.equal(call(instance, "count", null, ref, 20n), [42n]);
  }
});

test("br_on_null and br_on_non_null carry values", () => {
  const types = new TypeList();
  const value = types.indexOf([], [I32]);
  const both = types.indexOf([], [I32, EXTERNREF]);
  const onNull = code().op(BLOCK, value).i32(1).i32(2).op(GET, 0).op(0xd5, 0)
    .bytes(DROP, ADD).i32(7).bytes(MUL, END);
  const onNonNull = code().op(BLOCK, both).i32(5).i32(6).op(GET, 0).op(0xd6, 0)
    .bytes(DROP).op(GET, 0).bytes(END).bytes(0xd1, ADD);
  const instance = instanceOf(encodeModule({
    functions: [
      fn("on_null", [EXTERNREF], [I32], onNull),
      fn("on_non_null", [EXTERNREF], [I32], onNonNull),
    ],
    types,
  }));
  assert.equal(call(instance, "on_null", null), [2n]);
  assert.equal(call(instance, "on_null", "x"), [21n]);
  assert.equal(call(instance, "on_non_null", null), [6n]);
  assert.equal(call(instance, "on_non_null", "x"), [6n]);
});

// Large functions

/** A module of one exported function whose locals are one group. */
function withLocals(count: number, body: Writer): Uint8Array {
  const types = new TypeList();
  const type = types.indexOf([I32], [I64]);
  const all = new Writer().unsigned(1).unsigned(count).bytes(I64)
    .append(body.finish()).bytes(END);
  return moduleOf(
    [1, types.section()],
    [3, vector([new Writer().unsigned(type)])],
    [7, vector([new Writer().name("f").bytes(0, 0)])],
    [10, vector([new Writer().sized(all)])],
  );
}

test("a function may have 50,000 locals, zeroed at every call", () => {
  const body = code().op(GET, 49_999).op(GET, 1).bytes(0x7c)
    .op(GET, 0).bytes(0xac).op(SET, 49_999)
    .bytes(BLOCK, VOID).op(GET, 0).op(BR_IF, 0).i64(99n).op(SET, 1).bytes(END)
    .op(GET, 49_999).bytes(0x7c).op(GET, 1).bytes(0x7c)
    .op(GET, 25_000).bytes(0x7c).i64(5n).op(SET, 25_000);
  const instance = instanceOf(withLocals(49_999, body));
  assert.equal(call(instance, "f", 3n), [3n]);
  assert.equal(call(instance, "f", 0n), [99n]);
  assert.equal(call(instance, "f", 4n), [4n]);
});

test("recursion with large frames ends in a trap, and not elsewhere", () => {
  const body = code().op(GET, 0).bytes(EQZ, IF, I64).i64(0n).bytes(ELSE)
    .op(GET, 0).i32(1).bytes(SUB).op(CALL, 0).i64(1n).bytes(0x7c)
    .op(GET, 4000).bytes(0x7c, END);
  const instance = instanceOf(withLocals(4000, body));
  assert.equal(call(instance, "f", 100n), [100n]);
  assert.throws(
    () => call(instance, "f", 100_000n),
    (error: Error) =>
      error instanceof Trap && /call stack exhausted/.test(error.message),
  );
  assert.equal(call(instance, "f", 200n), [200n]);
});

compare("a straight line of 100,000 instructions runs", () => {
  const words = randomWords(11);
  const operators = [ADD, SUB, MUL, XOR, 0x71, 0x72, 0x77, 0x74];
  const body = code();
  let height = 0;
  for (let i = 0; i < 25_000; i++) {
    body.op(GET, words() % 8);
    if (words() % 3 === 0) body.i32(words());
    else body.op(GET, words() % 8);
    const isTee = words() % 4 === 0;
    if (isTee) height++;
    body.bytes(operators[words() % 8]).op(isTee ? TEE : SET, words() % 8);
  }
  for (let i = 0; i < 8; i++) body.op(GET, i);
  for (let i = 1; i < 8 + height; i++) body.bytes(XOR);
  const locals = [I32, I32, I32, I32, I32, I32];
  sameAsHost(
    { functions: [fn("f", [I32, I32], [I32], body, locals)] },
    () => [[1n, 2n], [0x89abcdefn, 77n]],
  );
});

// Code that cannot be reached

compare("code behind a branch may do anything to the stack", () => {
  const leave: [string, Writer][] = [
    ["br", code().i32(1).op(BR, 0)],
    ["br_out", code().i32(2).op(BR, 1)],
    ["return", code().i32(3).bytes(RETURN)],
    ["unreachable", code().bytes(UNREACHABLE)],
    ["br_table", code().i32(4).op(GET, 0).bytes(BR_TABLE, 1, 0, 1)],
    // Behind this the validator sees code that can be reached.
    [
      "no_way_out",
      code().bytes(BLOCK, VOID).i32(5).bytes(RETURN, END, UNREACHABLE),
    ],
  ];
  const dead: [string, Writer][] = [
    ["nothing", code()],
    ["constant", code().i32(9)],
    ["add", code().bytes(ADD)],
    ["one_add", code().i32(9).bytes(ADD)],
    ["drops", code().bytes(DROP, DROP, DROP)],
    ["select", code().bytes(SELECT)],
    ["set", code().op(SET, 0).op(GET, 0)],
    ["tee", code().op(TEE, 0)],
    ["wide", code().bytes(0x7c, 0xa7)],
    ["block", code().bytes(BLOCK, I32).i32(8).op(BR, 0).bytes(END)],
    ["loop", code().bytes(LOOP, I32).i32(1).bytes(END)],
    [
      "if",
      code().bytes(IF, I32).i32(1).bytes(ELSE).i32(8).op(BR, 0).bytes(END),
    ],
    ["if_only", code().bytes(IF, VOID).i32(1).op(SET, 0).bytes(END)],
    ["br", code().op(BR, 0).bytes(ADD)],
    ["br_if", code().op(BR_IF, 0)],
    ["br_if_value", code().i32(1).i32(2).op(BR_IF, 1).bytes(ADD)],
    ["br_table", code().bytes(BR_TABLE, 2, 0, 1, 0)],
    ["return", code().bytes(RETURN).i32(1)],
    ["call", code().op(CALL, 0)],
    ["store", code().i32(1).bytes(0x36, 2, 0)],
    ["load", code().bytes(0x28, 2, 0)],
  ];
  const functions = leave.flatMap(([name, first]) =>
    dead.map(([then, rest]) => {
      const body = code().i32(100).bytes(BLOCK, I32).op(GET, 0)
        .bytes(IF, VOID).i32(50).op(SET, 0).bytes(END)
        .append(first.finish()).append(rest.finish())
        .bytes(END, ADD).op(GET, 0).bytes(ADD);
      return fn(`${name}_${then}`, [I32], [I32], body);
    })
  );
  sameAsHost({ functions, memory: [1, 1] }, () => [[0n], [1n]]);
});

// Immediates and fusions

const EDGES_32 = [0, 1, 2, 31, 32, 33, -1, -2, 0x7fffffff, -0x80000000, 500];
const EDGES_64 = [
  ...[0n, 1n, 31n, 32n, 33n, 63n, 64n, -1n, 1n << 32n, -(1n << 32n)],
  ...[(1n << 63n) - 1n, -(1n << 63n), 0xffffffffn],
];
const FLOATS = [0, -0, 1, -1.5, 0.1, Infinity, -Infinity, NaN, 1e300];

/** What is added to addresses. */
const ADDED = [0, -8, 65_530, 0x7fffffff, -0x80000000];
/** Types of what the loads from opcode 0x28 and stores from 0x36 on move. */
const LOADED = [
  ...[I32, I64, F32, F64, I32, I32, I32, I32],
  ...[I64, I64, I64, I64, I64, I64],
];
const STORED = [I32, I64, F32, F64, I32, I32, I64, I64, I64];

interface Operator {
  readonly opcode: number;
  readonly type: number;
  readonly result: number;
}

function range(from: number, to: number, type: number, result = type) {
  const all: Operator[] = [];
  for (let opcode = from; opcode <= to; opcode++) {
    all.push({ opcode, type, result });
  }
  return all;
}

const COMPARISONS = [
  ...range(0x46, 0x4f, I32),
  ...range(0x51, 0x5a, I64, I32),
  ...range(0x5b, 0x60, F32, I32),
  ...range(0x61, 0x66, F64, I32),
];
const ARITHMETIC = [
  ...range(0x6a, 0x78, I32),
  ...range(0x7c, 0x8a, I64),
  ...range(0x92, 0x97, F32),
  ...range(0xa0, 0xa5, F64),
];

/** Values of a type as bits. */
function valuesOf(type: number): bigint[] {
  if (type === I32) return EDGES_32.map((x) => BigInt.asUintN(32, BigInt(x)));
  if (type === I64) return EDGES_64.map((x) => BigInt.asUintN(64, x));
  return [...new Set(FLOATS.map(type === F32 ? f32Bits : f64Bits))];
}

function pushConstant(body: Writer, type: number, bits: bigint): Writer {
  if (type === I32) return body.i32(Number(bits));
  if (type === I64) return body.i64(bits);
  return type === F32 ? body.f32(Number(bits)) : body.f64(bits);
}

/** Ways to give an operator its operands, from parameters 0 and 1. */
function operandsOf(type: number): [string, Writer][] {
  const forms: [string, Writer][] = [
    ["xy", code().op(GET, 0).op(GET, 1)],
    ["xx", code().op(GET, 0).op(GET, 0)],
  ];
  for (const bits of valuesOf(type)) {
    const left = pushConstant(code(), type, bits).op(GET, 0);
    const right = pushConstant(code().op(GET, 0), type, bits);
    forms.push([`c${bits}x`, left], [`xc${bits}`, right]);
  }
  return forms;
}

function pairsOf({ params }: FunctionSource): bigint[][] {
  return valuesOf(params[0])
    .flatMap((x) => valuesOf(params[1]).map((y) => [x, y]));
}

compare("every operator takes constants on either side", () => {
  const functions = [...ARITHMETIC, ...COMPARISONS].flatMap((operator) =>
    operandsOf(operator.type).map(([form, operands]) =>
      fn(
        `0x${operator.opcode.toString(16)}_${form}`,
        [operator.type, operator.type],
        [operator.result],
        code().append(operands.finish()).bytes(operator.opcode),
      )
    )
  );
  sameAsHost(
    { functions },
    (source) =>
      /_x[xy]$/.test(source.exportName ?? "")
        ? pairsOf(source)
        : valuesOf(source.params[0]).map((x) => [x, 0n]),
  );
});

compare("every comparison branches either way", () => {
  const functions = COMPARISONS.flatMap(({ opcode, type }) =>
    operandsOf(type).flatMap(([form, operands]) => {
      const test = code().append(operands.finish()).bytes(opcode).finish();
      const make = (name: string, body: Writer) =>
        fn(
          `0x${opcode.toString(16)}_${form}_${name}`,
          [type, type],
          [I32],
          body,
        );
      const block = code().bytes(BLOCK, VOID).append(test);
      return [
        make(
          "if",
          code().append(test).bytes(IF, I32).i32(3).bytes(ELSE).i32(4).bytes(
            END,
          ),
        ),
        make(
          "br_if",
          code().append(block.finish()).bytes(BR_IF, 0).i32(5).bytes(
            RETURN,
            END,
          ).i32(6),
        ),
        make(
          "eqz",
          code().append(block.finish()).bytes(EQZ, BR_IF, 0).i32(5).bytes(
            RETURN,
            END,
          ).i32(6),
        ),
        make(
          "eqz_if",
          code().append(test).bytes(EQZ, IF, I32).i32(3).bytes(ELSE).i32(4)
            .bytes(END),
        ),
        make(
          "ne_0",
          code().append(block.finish()).i32(0).bytes(0x47, BR_IF, 0).i32(5)
            .bytes(RETURN, END).i32(6),
        ),
        make("value", code().i32(7).append(test).bytes(BR_IF, 0)),
      ];
    })
  );
  const few = [0n, 1n, 0xffffffffn, 1n << 31n];
  sameAsHost({ functions }, (source) => {
    const values = valuesOf(source.params[0]);
    if (!source.exportName?.includes("_x")) return values.map((x) => [x, 0n]);
    const others = source.params[0] === I32 ? few : values.slice(0, 5);
    return values.flatMap((x) => others.map((y) => [x, y]));
  });
});

compare("an addition is fused with the branch that tests its sum", () => {
  const functions: FunctionSource[] = [];
  for (const step of [1, -1, 4, -0x80000000]) {
    const sum = code().op(GET, 0).i32(step).bytes(ADD);
    const tee = code().append(sum.finish()).op(TEE, 0).finish();
    const set = code().append(sum.finish()).op(SET, 0).op(GET, 0).finish();
    const temporary = code().append(sum.finish()).finish();
    [tee, set, temporary].forEach((left, kind) => {
      for (let opcode = 0x45; opcode <= 0x4f; opcode++) {
        const make = (name: string, operands: Writer) => {
          const body = code().bytes(BLOCK, VOID).append(operands.finish())
            .bytes(...opcode === 0x45 ? [] : [opcode], BR_IF, 0)
            .op(GET, 0).bytes(RETURN, END).op(GET, 0).i32(1000).bytes(ADD);
          const title = `${step}_${kind}_0x${opcode.toString(16)}_${name}`;
          functions.push(fn(title, [I32, I32], [I32], body));
        };
        if (opcode === 0x45) {
          make("", code().append(left));
          continue;
        }
        make("y", code().append(left).op(GET, 1));
        make("y_left", code().op(GET, 1).append(left));
        make("c", code().append(left).i32(3));
        make("c_left", code().i32(3).append(left));
        make("itself", code().append(left).op(GET, 0));
      }
    });
  }
  const values = [0n, 1n, 2n, 3n, 4n, 0xffffffffn, 0x7fffffffn, 0x80000000n];
  sameAsHost(
    { functions },
    () => values.flatMap((x) => values.map((y) => [x, y])),
  );
});

compare("every two operators of a type work together", () => {
  const functions = [I32, I64, F32, F64].flatMap((type) => {
    const operators = ARITHMETIC.filter((operator) => operator.type === type);
    const few = valuesOf(type).slice(1, 4);
    return operators.flatMap((first) =>
      operators.flatMap((second) => {
        const name = `0x${first.opcode.toString(16)}_0x${
          second.opcode.toString(16)
        }`;
        const make = (form: string, body: Writer) =>
          fn(`${name}_${form}`, [type, type, type], [type], body);
        const inner = code().op(GET, 0).op(GET, 1).bytes(first.opcode).finish();
        const withConstant = pushConstant(code().op(GET, 0), type, few[1])
          .bytes(first.opcode).finish();
        return [
          make("left", code().append(inner).op(GET, 2).bytes(second.opcode)),
          make("right", code().op(GET, 2).append(inner).bytes(second.opcode)),
          make(
            "const_left",
            code().append(withConstant).op(GET, 2).bytes(second.opcode),
          ),
          make(
            "const_right",
            code().op(GET, 2).append(withConstant).bytes(second.opcode),
          ),
          make(
            "then_const",
            pushConstant(code().append(inner), type, few[2]).bytes(
              second.opcode,
            ),
          ),
          make(
            "set",
            code().append(inner).op(SET, 0).op(GET, 0).op(GET, 2).bytes(
              second.opcode,
            ).op(GET, 0).bytes(first.opcode),
          ),
        ];
      })
    );
  });
  sameAsHost({ functions }, ({ params }) => {
    const values = valuesOf(params[0]);
    return [[0, 1, 2], [2, 6, 1], [7, 3, 9], [8, 8, 5]]
      .map((picks) => picks.map((i) => values[i % values.length]));
  });
});

compare("a loop may begin with a branch table, of any length", () => {
  const functions: FunctionSource[] = [];
  // Among them the number of Op.Br, which jumps are recognised by.
  for (let last = 1; last <= 16; last++) {
    const depths = Array.from({ length: last + 1 }, (_, i) => (i + 2) % 3);
    for (const isTwice of [false, true]) {
      const index = code().op(GET, 0);
      if (isTwice) {
        index.i32(1).bytes(ADD).op(SET, 0).op(GET, 0).i32(-1).bytes(ADD);
      }
      const body = code().bytes(
        LOOP,
        VOID,
        BLOCK,
        VOID,
        BLOCK,
        VOID,
        BLOCK,
        VOID,
      )
        .append(index.finish()).bytes(BR_TABLE, last, ...depths);
      // x is halved, decreased, or halved where it is not 0.
      const rest = isTwice
        ? code().op(GET, 0).i32(1).bytes(SUB).op(SET, 0).finish()
        : [];
      body.bytes(END).append(rest).op(GET, 1).i32(3).bytes(MUL).op(GET, 0)
        .bytes(ADD).op(SET, 1).op(GET, 0).i32(1).bytes(SHR_U).op(SET, 0).bytes(
          BR,
          2,
        );
      body.bytes(END).append(rest).op(GET, 1).i32(7).bytes(XOR).op(SET, 1)
        .op(GET, 0).i32(1).bytes(SUB).op(SET, 0).bytes(BR, 1);
      body.bytes(END).append(rest).op(GET, 0).bytes(IF, VOID)
        .op(GET, 1).i32(5).bytes(ADD).op(SET, 1).op(GET, 0).i32(1).bytes(SHR_U)
        .op(SET, 0).bytes(BR, 1, END, END).op(GET, 1);
      functions.push(fn(`f${last}_${isTwice}`, [I32], [I32], body, [I32]));
    }
  }
  sameAsHost(
    { functions },
    () => [0n, 1n, 7n, 12n, 100n, 100000n].map((x) => [x]),
  );
});

compare("jumps to jumps lead on, also around in circles", () => {
  const out = code().bytes(BLOCK, VOID, BLOCK, VOID, BLOCK, VOID)
    .op(GET, 0).bytes(BR_IF, 0).op(GET, 1).bytes(BR_IF, 1).i32(1).bytes(RETURN)
    .bytes(END, BR, 0, END, BR, 0, END).i32(2);
  const around = code().bytes(LOOP, VOID, LOOP, VOID).op(GET, 0).bytes(
    EQZ,
    IF,
    VOID,
  )
    .i32(3).bytes(RETURN, END).op(GET, 0).i32(1).bytes(SUB).op(SET, 0)
    .op(GET, 0).op(GET, 1).bytes(XOR, BR_IF, 0, BR, 1, END, END, UNREACHABLE);
  // Never entered: it would never end.
  const circle = code().op(GET, 0).bytes(
    IF,
    VOID,
    LOOP,
    VOID,
    BLOCK,
    VOID,
    BR,
    1,
  )
    .bytes(END, END, END).i32(4);
  sameAsHost({
    functions: [
      fn("out", [I32, I32], [I32], out),
      fn("around", [I32, I32], [I32], around),
      fn("circle", [I32, I32], [I32], circle),
    ],
  }, () => [[0n, 0n], [0n, 1n]]);
  sameAsHost({
    functions: [
      fn("out", [I32, I32], [I32], out),
      fn("around", [I32, I32], [I32], around),
    ],
  }, () => [[1n, 0n], [5n, 3n], [9n, 9n]]);
});

compare("loads and stores trap at the same places, fused or not", () => {
  const functions: FunctionSource[] = [];
  const offsets = [
    0,
    3,
    65_529,
    0x7fffffe8,
    0x7ffffff0,
    0x7ffffff1,
    0x7fffffff,
  ];
  for (const offset of [...offsets, 0x80000000, 0xffffffff]) {
    for (let opcode = 0x28; opcode <= 0x35; opcode++) {
      const type = LOADED[opcode - 0x28];
      const load = code().bytes(opcode, 0).unsigned(offset).finish();
      const sum = code().op(GET, 0).op(GET, 1).bytes(ADD).append(load);
      const name = `0x${opcode.toString(16)}_${offset}`;
      functions.push(
        fn(`${name}_sum`, [I32, I32], [type], sum),
        fn(`${name}_x`, [I32, I32], [type], code().op(GET, 0).append(load)),
      );
      for (const plus of ADDED) {
        const address = code().op(GET, 0).i32(plus).bytes(ADD).append(load);
        functions.push(fn(`${name}_plus_${plus}`, [I32, I32], [type], address));
      }
      if (type !== I32) continue;
      const loaded = code().op(GET, 0).append(load).finish();
      const add = code().append(loaded).op(GET, 1).bytes(ADD);
      const branch = code().bytes(BLOCK, VOID).append(loaded)
        .bytes(BR_IF, 0).i32(1).bytes(RETURN, END).i32(2);
      const branchZ = code().append(loaded)
        .bytes(IF, I32).i32(1).bytes(ELSE).i32(2).bytes(END);
      functions.push(
        fn(`${name}_add`, [I32, I32], [I32], add),
        fn(
          `${name}_add_3`,
          [I32, I32],
          [I32],
          code().append(loaded).i32(3).bytes(ADD),
        ),
        fn(`${name}_branch`, [I32, I32], [I32], branch),
        fn(`${name}_if`, [I32, I32], [I32], branchZ),
      );
    }
    for (let opcode = 0x36; opcode <= 0x3e; opcode++) {
      const type = STORED[opcode - 0x36];
      const store = code().bytes(opcode, 0).unsigned(offset).finish();
      const back = code().i32(65_528).bytes(0x29, 0, 0).finish();
      const name = `0x${opcode.toString(16)}_${offset}`;
      const value = pushConstant(code(), type, valuesOf(type)[3]).finish();
      const constant = code().op(GET, 0).append(value).append(store).append(
        back,
      );
      const variable = code().append(value).op(SET, 2).op(GET, 0).op(GET, 2)
        .append(store).append(back);
      functions.push(
        fn(`${name}_constant`, [I32, I32], [I64], constant),
        fn(`${name}_local`, [I32, I32], [I64], variable, [type]),
      );
      for (const plus of ADDED) {
        const address = code().op(GET, 0).i32(plus).bytes(ADD).append(value)
          .append(store).append(back);
        functions.push(fn(`${name}_plus_${plus}`, [I32, I32], [I64], address));
      }
    }
  }
  const addresses = [
    0,
    7,
    65_527,
    65_528,
    65_532,
    65_534,
    65_535,
    65_536,
    -1,
    -4,
  ];
  const args = [...addresses, 0x7fffffff, -0x80000000]
    .map((x) => BigInt.asUintN(32, BigInt(x)));
  sameAsHost(
    { functions, memory: [1, 1] },
    () => args.flatMap((x) => [[x, 0n], [x, 4n], [x, 0xffffffffn]]),
  );
});

compare("vectors are loaded and stored at computed addresses", () => {
  const data = code().i32(16).i64(0x0807060504030201n).bytes(0x37, 0, 0)
    .i32(24).i64(-0x0102030405060708n).bytes(0x37, 0, 0)
    .i32(32).i64(0x1122334455667788n).bytes(0x37, 0, 0).finish();
  const forms: [string, Writer][] = [
    ["x", code().op(GET, 0)],
    ["sum", code().op(GET, 0).op(GET, 1).bytes(ADD)],
    ["plus", code().op(GET, 0).i32(3).bytes(ADD)],
    ["difference", code().op(GET, 0).op(GET, 1).bytes(SUB)],
    ["indexed", code().op(GET, 1).i32(2).bytes(0x74).op(GET, 0).bytes(ADD)],
    ["shifted", code().op(GET, 0).i32(1).bytes(0x74)],
    ["loaded", code().i32(16).bytes(0x2d, 0, 0).op(GET, 0).bytes(ADD)],
    ["tee", code().op(GET, 0).op(GET, 1).bytes(ADD).op(TEE, 0)],
    ["tee_plus", code().op(GET, 0).i32(4).bytes(ADD).op(TEE, 0)],
  ];
  const functions = forms.flatMap(([form, address]) => {
    const at = address.finish();
    // v128.load, load32_splat, load64_splat, load32_zero, load64_zero
    const loads = [0x00, 0x09, 0x0a, 0x5c, 0x5d].map((sub) => {
      const body = code().append(data).append(at).bytes(0xfd, sub, 0, 2)
        .op(TEE, 2).bytes(0xfd, 0x1d, 0).op(GET, 2).bytes(0xfd, 0x1d, 1);
      return fn(`load_${sub}_${form}`, [I32, I32], [I64, I64], body, [V128]);
    });
    const store = code().append(data).append(at).op(GET, 0)
      .bytes(0xfd, 0x11, 0xfd, 0x0b, 0, 2) // i32x4.splat v128.store
      .i32(16).bytes(0x29, 0, 2).i32(24).bytes(0x29, 0, 2);
    return [...loads, fn(`store_${form}`, [I32, I32], [I64, I64], store)];
  });
  sameAsHost(
    { functions, memory: [1, 1] },
    () => [[8n, 4n], [14n, 1n], [65_520n, 4n], [0xfffffff8n, 8n]],
  );
});

compare("every lane of a vector is computed from its operands alone", () => {
  const simd = (body: Writer, sub: number) => body.bytes(0xfd).unsigned(sub);
  // Without NaNs, whose bits arithmetic may choose.
  const floats = () => simd(code().op(GET, 2), 0xfa);
  // Vectors that a scalar or another vector, just made, goes into.
  const vectors: [string, Writer][] = [
    ["local", code().op(GET, 2)],
    ["splat", simd(code().op(GET, 0).i32(3).bytes(MUL), 0x11)],
    ["load", code().op(GET, 0).i32(15).bytes(0x71, 0xfd, 0, 0, 0)],
    ["sum", simd(code().op(GET, 2).op(GET, 2), 0xae)],
    ["product", simd(floats().append(floats().finish()), 0xe6)],
    ["xor", simd(code().op(GET, 2).op(GET, 2), 0x51)],
  ];
  // Lane by lane or whole: i32, i64, f32, f64 arithmetic and bits.
  const binary = [
    ...[0x4e, 0x4f, 0x50, 0x51, 0x71, 0x8e, 0xae, 0xb1, 0xb5, 0xce, 0xd1],
    ...[0xd5, 0xe4, 0xe5, 0xe6, 0xe7, 0xf0, 0xf1, 0xf2, 0xf3],
  ];
  const unary = [0x4d, 0xe0, 0xe1, 0xe3, 0xec, 0xed, 0xef, 0xfa, 0xfb];
  const shifts = [0xab, 0xac, 0xad, 0xcb, 0xcc, 0xcd];
  const prefix = code().op(GET, 0).bytes(0xfd, 0x11).op(GET, 1)
    .bytes(0xfd, 0x1c, 1).op(GET, 0).op(GET, 1).bytes(SUB)
    .bytes(0xfd, 0x1c, 3).op(SET, 2).finish();
  const suffix = code().op(TEE, 2).bytes(0xfd, 0x1d, 0).op(GET, 2)
    .bytes(0xfd, 0x1d, 1).op(GET, 2).bytes(0xfd, 0x1b, 1).finish();
  const functions: FunctionSource[] = [];
  const add = (name: string, sub: number, body: Writer) => {
    const all = simd(code().append(prefix).append(body.finish()), sub);
    // NaNs become zeros: v & (v == v).
    const equal = sub < 0xe0 || sub > 0xf3 ? 0 : sub < 0xec ? 0x41 : 0x47;
    if (equal !== 0) {
      simd(simd(all.op(TEE, 2).op(GET, 2).op(GET, 2), equal), 0x4e);
    }
    all.append(suffix);
    const title = `0x${sub.toString(16)}_${name}`;
    functions.push(fn(title, [I32, I32], [I64, I64, I32], all, [V128]));
  };
  for (const [left, a] of vectors) {
    for (const [right, b] of vectors) {
      for (const sub of binary) {
        const body = code().append(a.finish()).append(b.finish());
        add(`${left}_${right}`, sub, body);
      }
    }
    for (const sub of unary) add(left, sub, code().append(a.finish()));
    for (const sub of shifts) {
      const count = code().append(a.finish()).op(GET, 1).i32(7).bytes(ADD);
      add(left, sub, count);
    }
  }
  const words = [0n, 1n, 7n, 0x3fc00000n, 0xc0490fdbn];
  sameAsHost(
    { functions, memory: [1, 1] },
    () => words.map((x, i) => [x, words[(i + 2) % words.length]]),
  );
});

compare("constants in loops hold through calls and branches", () => {
  const functions: FunctionSource[] = [];
  for (const count of [1, 5, 16, 40]) {
    const body = code().op(GET, 0).bytes(EQZ, IF, VOID).i64(1n)
      .bytes(RETURN, END, LOOP, VOID);
    for (let i = 0; i < count; i++) {
      // x = (x * constant ^ constant) + f(n - 1) now and then
      body.op(GET, 1).i64(BigInt(i) * 0x9e3779b97f4a7c15n).bytes(0x7e)
        .i64(BigInt(i * i + 3)).bytes(0x85).op(SET, 1)
        .op(GET, 2).f64(f64Bits(i + 0.5)).bytes(0xa0)
        .f64(f64Bits(1 / (i + 3))).bytes(0xa2).op(SET, 2)
        .i32(i + 1000).op(GET, 0).bytes(SUB).op(SET, 3);
    }
    body.op(GET, 0).i32(1).bytes(SUB).op(CALL, functions.length)
      .op(GET, 1).bytes(0x7c).op(SET, 1)
      .op(GET, 4).i32(1).bytes(ADD).op(TEE, 4).i32(3).bytes(0x48)
      .op(BR_IF, 0).bytes(END)
      .op(GET, 1).op(GET, 2).bytes(0xbd, 0x7c).op(GET, 3).bytes(0xac, 0x7c);
    functions.push(
      fn(`f${count}`, [I32], [I64], body, [I64, F64, I32, I32]),
    );
  }
  sameAsHost({ functions }, () => [[0n], [1n], [4n]]);
});

compare("constants in loops leave the other operands in their places", () => {
  const SHUFFLE = [0xfd, 0x0d], EXTMUL_HIGH = [0xfd, 0xdd, 0x01];
  const vectorOf = (byte: number) => [
    ...[0xfd, 0x0c],
    ...Array.from({ length: 16 }, (_, i) => byte * (i + 3) & 0xff),
  ];
  const total = code();
  for (let i = 0; i < 6; i++) total.op(GET, i).bytes(...i > 0 ? [0x7c] : []);
  const body = code().bytes(LOOP, VOID)
    // Bytes of a computed vector and of a constant one, and the other way round
    .op(GET, 1).i64(77n).bytes(0x85, 0xfd, 0x12, ...vectorOf(29))
    .bytes(...SHUFFLE, ...lanes(5), ...vectorOf(101)).op(GET, 3)
    .bytes(...SHUFFLE, ...lanes(11), 0xfd, 0xce, 0x01, ...vectorOf(57))
    .bytes(...EXTMUL_HIGH).op(TEE, 3).bytes(0xfd, 0x1d, 1)
    // A cold row, and a call whose frame begins above
    .f32(0x3fa00000).f32(0xc0490fdb).bytes(0x98, 0xbc, 0xac, 0x85)
    .i64(3n).i64(0x1234567890n).op(GET, 1).i64(5n).op(GET, 1).op(CALL, 0)
    .op(SET, 1)
    .op(GET, 2).i32(1).bytes(ADD).op(TEE, 2).op(GET, 0).bytes(0x48)
    .op(BR_IF, 0).bytes(END)
    // The return address lies behind more parameters than this frame has
    .op(GET, 1).i64(1n).i64(2n).i64(77n).op(GET, 1).i64(6n).op(0x12, 0);
  const sum = fn("sum", Array<number>(6).fill(I64), [I64], total);
  const many = fn("many", [I32, I64], [I64], body, [I32, V128]);
  sameAsHost(
    { functions: [sum, many] },
    ({ params }) => params.length === 2 ? [[1n, 9n], [7n, 0x123456789an]] : [],
  );
});

/** Sixteen lanes of two vectors, some bytes apart. */
function lanes(step: number): number[] {
  return Array.from({ length: 16 }, (_, i) => i * step & 31);
}

test.run();
