import { test } from "uvu";
import * as assert from "uvu/assert";
import { Global, Memory, Runtime, Table } from "../../../mod.ts";
import { testLarge } from "../large.ts";
import { Assembler, errorOf, messageOf } from "./guests.ts";

test("every read and write, little endian, signs and bits kept", () => {
  const memory = new Memory({ initial: 1 });
  assert.ok(memory.writeUint8(0, 0x1ff));
  assert.is(memory.readUint8(0), 0xff);
  assert.ok(memory.writeUint16(0, 0x1234));
  assert.equal([...memory.read(0, 2)!], [0x34, 0x12]);
  assert.is(memory.readUint16(0), 0x1234);
  assert.ok(memory.writeUint32(4, -1));
  assert.is(memory.readUint32(4), 0xffffffff);
  assert.ok(memory.writeUint64(8, -1n));
  assert.is(memory.readUint64(8), 2n ** 64n - 1n);
  assert.ok(memory.writeFloat32(16, 1.5));
  assert.is(memory.readFloat32(16), 1.5);
  assert.ok(memory.writeFloat64(24, Math.PI));
  assert.is(memory.readFloat64(24), Math.PI);
  assert.ok(memory.writeString(32, "grüße 🌍"));
  assert.is(memory.readString(32, 12), "grüße 🌍");
  assert.ok(memory.writeString(32, "\ufeffmark"));
  assert.is(memory.readString(32, 7), "\ufeffmark");
});

test("out of range is undefined or false, and writes nothing", () => {
  const memory = new Memory({ initial: 1 });
  for (const at of [65536, 65535, -1, 0.5, NaN, 2 ** 40]) {
    assert.is(memory.readUint32(at), undefined);
    assert.is(memory.writeUint32(at, -1), false);
    assert.is(memory.readUint64(at), undefined);
    assert.is(memory.writeFloat64(at, 1), false);
    assert.is(memory.read(at, 2), undefined);
    assert.is(memory.writeString(at, "text"), false);
  }
  assert.is(memory.read(0, -1), undefined);
  assert.is(memory.readUint8(65535), 0);
  assert.is(memory.read(65536, 0)!.length, 0);
});

test("read is a view through which the memory can be written", () => {
  const memory = new Memory({ initial: 1 });
  memory.read(8, 2)!.fill(9);
  assert.is(memory.readUint16(8), 0x0909);
});

test("grow gives the pages before, undefined where it cannot", () => {
  const memory = new Memory({ initial: 1, maximum: 3 });
  assert.is(memory.grow(0), 1);
  assert.is(memory.grow(2), 1);
  for (const delta of [1, -1, 0.5, NaN, 2 ** 32]) {
    assert.is(memory.grow(delta), undefined);
  }
  assert.equal([memory.pageCount, memory.maximum, memory.size], [
    3,
    3,
    3 * 65536,
  ]);
});

testLarge("sizes are right at 4 GiB", () => {
  const memory = new Memory({ initial: 65536 });
  assert.is(memory.size, 2 ** 32);
  assert.ok(memory.writeUint8(2 ** 32 - 1, 7));
  assert.is(memory.readUint8(2 ** 32 - 1), 7);
  assert.is(memory.readUint8(2 ** 32), undefined);
});

test("limits are checked", () => {
  assert.is(
    messageOf(() => new Memory({ initial: 65537 })),
    "initial invalid: 65537 is not 0 to 65536",
  );
  assert.is(
    messageOf(() => new Memory({ initial: 2, maximum: 1 })),
    "maximum invalid: 1 is not 2 to 65536",
  );
  assert.is(
    messageOf(() => new Memory({ initial: 1, shared: true })),
    "a shared memory needs a maximum",
  );
  const element = "i32" as "funcref";
  assert.instance(errorOf(() => new Table({ element, initial: 1 })), TypeError);
  assert.instance(
    errorOf(() => new Table({ element: "funcref", initial: -1 })),
    RangeError,
  );
  assert.instance(
    errorOf(() => new Table({ element: "funcref", initial: 2e7 })),
    RangeError,
  );
});

test("what describes no memory, table or global is a TypeError", () => {
  const nothing = undefined as never;
  for (const Class of [Memory, Table, Global]) {
    for (const wrong of [nothing, 5, null, {}] as never[]) {
      const error = errorOf(() => new Class(wrong));
      assert.instance(error, TypeError);
      assert.match((error as Error).message, /invalid: |unknown value type/);
    }
  }
});

test("what is written to a memory are bytes", () => {
  const memory = new Memory({ initial: 1 });
  for (const wrong of ["text", [1], null, new Uint16Array(1), undefined]) {
    const write = () => memory.write(0, wrong as unknown as Uint8Array);
    assert.instance(errorOf(write), TypeError);
  }
  assert.is(
    messageOf(() => memory.write(0, "text" as unknown as Uint8Array)),
    "bytes invalid: string is no Uint8Array",
  );
  assert.ok(memory.write(0, new Uint8Array(2)));
  assert.not(memory.write(65535, new Uint8Array(2)));
});

test("tables hold functions and any value", () => {
  const { exports } = new Runtime().instantiate(
    new Assembler().table("funcs", "r", 1, 4).table("any", "e", 2)
      .function("one", ":i", "", "i32.const 1")
      .function("call", "i:i", "", "local.get 0 call_indirect [:i]").build(),
  );
  const funcs = exports.funcs as Table;
  assert.equal([funcs.length, funcs.maximum, funcs.elementType], [
    1,
    4,
    "funcref",
  ]);
  assert.is(funcs.get(0), null);
  assert.is(funcs.grow(2, exports.one), 1);
  assert.is(exports.call(2), 1);
  assert.is(funcs.grow(2), undefined);
  for (const index of [3, -1, 0.5]) {
    assert.is(funcs.get(index), undefined);
    assert.is(funcs.set(index, null), false);
  }
  for (const value of [7, () => 1, undefined]) {
    assert.instance(errorOf(() => funcs.set(0, value)), TypeError);
  }
  const object = {};
  assert.ok((exports.any as Table).set(1, object));
  assert.is((exports.any as Table).get(1), object);
});

test("globals of every type", () => {
  const vector = new Uint8Array(16).fill(3);
  const object = {};
  const values = [
    ["i32", -1],
    ["i64", -1n],
    ["f32", 0.5],
    ["f64", 1e300],
    ["v128", vector],
    ["externref", object],
    ["funcref", null],
  ] as const;
  for (const [type, value] of values) {
    const global = new Global({ type, mutable: true });
    global.value = value;
    assert.equal(global.value, value);
    assert.is(global.type, type);
  }
  const constant = new Global({ type: "i32" }, 42);
  assert.is(String(constant), "global(42)");
  assert.is(constant.mutable, false);
  assert.is(messageOf(() => constant.value = 1), "the global is immutable");
  assert.instance(
    errorOf(() => new Global({ type: "v128" }, new Uint8Array(3))),
    TypeError,
  );
  assert.instance(errorOf(() => new Global({ type: "i64" }, 3)), TypeError);
});

test.run();
