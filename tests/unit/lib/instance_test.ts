import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  ExitError,
  Global,
  Memory,
  Runtime,
  Table,
  Trap,
} from "../../../mod.ts";
import {
  Assembler,
  errorOf,
  functionOf,
  messageOf,
  rejectionOf,
} from "./guests.ts";

const BYTES = new Assembler()
  .memory("memory", 1).table("table", "r", 1).global(
    "global",
    "mut i",
    "i32.const 3",
  )
  .function(
    "add",
    "iI:I",
    "",
    "local.get 1 local.get 0 i64.extend_i32_s i64.add",
  )
  .function("two", ":iF", "", "i32.const 1 f64.const 4611686018427387904")
  .function("none", ":", "", "")
  .build();

test("exports are plain functions and objects, frozen, without a prototype", () => {
  const { exports } = new Runtime().instantiate(BYTES);
  assert.equal(Object.keys(exports).sort(), [
    "add",
    "global",
    "memory",
    "none",
    "table",
    "two",
  ]);
  assert.ok(Object.isFrozen(exports));
  assert.is(Object.getPrototypeOf(exports), null);
  assert.instance(exports.memory, Memory);
  assert.instance(exports.table, Table);
  assert.instance(exports.global, Global);
  assert.is(exports.add(-1, 10n), 9n);
  assert.equal(exports.two(), [1, 2]);
  assert.is(exports.none(), undefined);
});

test("exports can be typed", () => {
  interface Calc {
    add(a: number, b: bigint): bigint;
    memory: Memory;
  }
  const { exports } = new Runtime().instantiate<Calc>(BYTES);
  const sum: bigint = exports.add(1, 2n);
  assert.is(sum, 3n);
  assert.is(exports.memory.size, 65536);
});

test("an export is the same object however it is got", () => {
  const instance = new Runtime().instantiate(BYTES);
  const { exports } = instance;
  assert.is(instance.exports, exports);
  assert.is(instance.memory, exports.memory);
  assert.is(instance.exportedMemory("memory"), exports.memory);
  assert.is(instance.exportedTable("table"), exports.table);
  assert.is(instance.exportedGlobal("global"), exports.global);
  for (const kind of ["Function", "Memory", "Table", "Global"] as const) {
    assert.is(instance[`exported${kind}`]("nothing"), undefined);
  }
  assert.is(instance.exportedMemory("add"), undefined);
});

test("exported functions count their arguments, plain ones do not", async () => {
  const instance = new Runtime().instantiate(BYTES);
  const add = instance.exportedFunction("add")!;
  assert.equal([add.paramTypes, add.resultTypes], [["i32", "i64"], ["i64"]]);
  assert.is(messageOf(() => add.call(1)), "expected 2 params, but found 1");
  assert.is(
    messageOf(() => add.callWith([1, 2n, 3])),
    "expected 2 params, but found 3",
  );
  assert.is(
    (await rejectionOf(add.callAsync()) as Error).message,
    "expected 2 params, but found 0",
  );
  for (const wrong of [7, null, "12"] as unknown as unknown[][]) {
    const message = "expected 2 params, but found no list";
    assert.is(messageOf(() => add.callWith(wrong)), message);
    const error = await rejectionOf(add.callAsync(wrong)) as Error;
    assert.is(error.message, message);
  }
  assert.is(instance.exports.add("7", 2n, "more"), 9n);
  assert.instance(errorOf(() => instance.exports.add(1)), TypeError);
});

test("an instance tells what it was made of", () => {
  const runtime = new Runtime();
  const compiled = runtime.compile(BYTES);
  const instance = runtime.instantiate(compiled);
  assert.is(instance.compiled, compiled);
  assert.is(
    instance.exportedFunction("add")!.definition.debugName,
    compiled.exportedFunctions().get("add")!.debugName,
  );
  const { compiled: own } = runtime.instantiate(BYTES);
  assert.is(own.exportedMemories().get("memory")!.minPages, 1);
});

test("what is internal is not shown with an instance", () => {
  const instance = new Runtime().instantiate(BYTES);
  const { compiled, exports } = instance;
  assert.equal(Object.keys(instance), ["name", "compiled"]);
  const shown = [compiled, exports.memory, exports.table, exports.global];
  assert.equal(shown.flatMap((object) => Object.keys(object)), []);
});

test("a call on the raw stack keeps all bits, of NaNs and vectors too", () => {
  const bytes = new Assembler()
    .function(
      "turn",
      "iIfFv:vFfIi",
      "",
      "local.get 4 local.get 3 local.get 2 local.get 1 local.get 0",
    )
    .function("two", "ii:i", "", "local.get 1")
    .function("ref", "e:", "", "")
    .function("stop", ":", "", "unreachable").build();
  const instance = new Runtime().instantiate(bytes);
  const turn = functionOf(instance, "turn");
  const stack = new DataView(new ArrayBuffer(64), 8);
  const words = [7n, -8n, 0x7fa12345n, 0x7ff4123456789abcn, 1n, 2n];
  words.forEach((word, i) => stack.setBigInt64(8 * i, word, true));
  turn.callWithStack(stack);
  const found = words.map((_, i) => stack.getBigInt64(8 * i, true));
  found[3] &= 0xffffffffn;
  found[5] &= 0xffffffffn;
  assert.equal(found, [1n, 2n, words[3], words[2], -8n, 7n]);
  assert.is(
    messageOf(() =>
      functionOf(instance, "two").callWithStack(new DataView(stack.buffer, 56))
    ),
    "expected 2 slots, but found 1",
  );
  assert.instance(
    errorOf(() => functionOf(instance, "ref").callWithStack(stack)),
    TypeError,
  );
  const stop = functionOf(instance, "stop");
  assert.instance(errorOf(() => stop.callWithStack(stack)), Trap);
  instance.close();
  assert.instance(errorOf(() => turn.callWithStack(stack)), ExitError);
});

test("conversions of arguments may call the guest", () => {
  const { exports } = new Runtime().instantiate(BYTES);
  const object = { valueOf: () => Number(exports.add(100, 100n)) };
  assert.is(exports.add(object, 5n), 205n);
  const both = new Assembler().function(
    "sub",
    "ii:i",
    "",
    "local.get 0 local.get 1 i32.sub",
  ).build();
  const { sub } = new Runtime().instantiate(both).exports;
  assert.is(sub(50, { valueOf: () => sub(7, 3) }), 46);
  const callable = Object.assign(() => {}, { valueOf: () => sub(7, 3) });
  assert.is(sub(50, callable), 46);
});

test("what refers to functions of one type takes no others", () => {
  // deno-fmt-ignore
  const { exports } = new Runtime().instantiate(Uint8Array.of(
    0, 97, 115, 109, 1, 0, 0, 0,
    1, 15, 3, 96, 0, 1, 127, 96, 1, 126, 0, // (type $t (func (result i32)))
    96, 1, 99, 0, 1, 127, // (func (param (ref null $t)) (result i32))
    3, 4, 3, 0, 1, 2, 4, 5, 1, 99, 0, 0, 1, // (table 1 (ref null $t))
    6, 7, 1, 99, 0, 1, 208, 0, 11, // (global (mut (ref null $t)) ref.null $t)
    7, 21, 5, 1, 97, 0, 0, 1, 98, 0, 1, 1, 99, 0, 2, 1, 116, 1, 0, 1, 103, 3, 0,
    10, 16, 3, 4, 0, 65, 42, 11, 2, 0, 11, // i32.const 42
    6, 0, 32, 0, 20, 0, 11, // local.get 0, call_ref $t
  ));
  const { a, b, c, t, g } = exports;
  assert.is(c(a), 42);
  assert.ok(t.set(0, a));
  g.value = a;
  for (
    const give of [
      () => c(b),
      () => t.set(0, b),
      () => t.grow(1, b),
      () => g.value = b,
    ]
  ) assert.instance(errorOf(give), TypeError);
  assert.equal([t.get(0), g.value], [a, a]);
});

test("calls of a closed instance are an ExitError", async () => {
  const instance = new Runtime().instantiate(BYTES);
  const add = instance.exportedFunction("add")!;
  instance.closeWithExitCode(3);
  instance.closeWithExitCode(4);
  assert.ok(instance.isClosed);
  const errors = [
    errorOf(() => add.call(1, 2n)),
    errorOf(() => add.callWith([1, 2n], { timeoutMs: 5 })),
    errorOf(() => instance.exports.add(1, 2n)),
    await rejectionOf(add.callAsync([1, 2n])),
  ];
  for (const error of errors) {
    assert.instance(error, ExitError);
    assert.is((error as Error).message, "module closed with exit_code(3)");
  }
});

test("what others import from a closed instance stays", () => {
  const runtime = new Runtime();
  const lib = runtime.instantiate(BYTES, { name: "lib" });
  const app = runtime.instantiate(
    new Assembler().importFunction("lib", "add", "iI:I")
      .function("run", ":I", "", "i32.const 1 i64.const 2 call $add").build(),
  );
  lib.close();
  assert.is(app.exports.run(), 3n);
});

test("what is no exit code closes nothing", () => {
  const runtime = new Runtime();
  const instance = runtime.instantiate(BYTES);
  for (const wrong of [1.5, "a", NaN, -1, 5n, 2 ** 32] as number[]) {
    for (const closable of [instance, runtime]) {
      const close = () => closable.closeWithExitCode(wrong);
      const fault = typeof wrong === "number"
        ? "is not 0 to 4294967295"
        : "is no number";
      assert.throws(close, new RegExp(`^exitCode invalid: .* ${fault}`));
      assert.not(closable.isClosed);
    }
  }
});

test("dispose closes", () => {
  const runtime = new Runtime();
  const instance = runtime.instantiate(BYTES);
  instance[Symbol.dispose]();
  assert.is(instance.exitCode, 0);
  runtime[Symbol.dispose]();
  assert.ok(runtime.isClosed);
});

test.run();
