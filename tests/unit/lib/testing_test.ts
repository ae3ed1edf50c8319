// Stand-ins: what host functions ask of their caller is there without a guest.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { globalsOf, lookupFunction } from "../../../lib/monitors.ts";
import { standIn } from "../../../lib/testing.ts";
import {
  ExitError,
  Global,
  type Instance,
  Memory,
  Runtime,
  Table,
} from "../../../mod.ts";
import { errorOf, functionOf, runtimeWith } from "./guests.ts";
import { Assembler } from "./guests.ts";

test("a host function works on a stand-in as on its caller", () => {
  // What is tested: a host function that calls back and writes memory.
  const store = (caller: Instance, value: number): number => {
    const at: number = caller.exports.malloc(4);
    caller.exportedGlobal("used")!.value = at + 4;
    caller.memory!.writeUint32(at, value);
    return at;
  };
  const memory = new Memory({ initial: 1, maximum: 1 });
  const used = new Global({ type: "i32", mutable: true }, 16);
  const asked: number[] = [];
  const caller = standIn({
    name: "guest",
    memory,
    functions: {
      malloc: {
        params: ["i32"],
        results: ["i32"],
        fn: (size: number) => {
          asked.push(size);
          return used.value;
        },
      },
    },
    globals: { used },
  });
  assert.is(store(caller, 7), 16);
  assert.is(store(caller, 8), 20);
  assert.equal(asked, [4, 4]);
  assert.equal([memory.readUint32(16), memory.readUint32(20)], [7, 8]);
  assert.is(caller.name, "guest");
  assert.is(caller.memory, memory);
  assert.is(caller.exports.memory, memory);
  assert.is(caller.memory!.grow(1), undefined);

  // The same function with a guest gives the same.
  const guest = runtimeWith((env) =>
    env.func("store", ["i32"], ["i32"], store, { withCaller: true })
  ).instantiate(
    new Assembler().importFunction("env", "store", "i:i")
      .memory("memory", 1).global("used", "mut i", "i32.const 16")
      .function("malloc", "i:i", "", "global.get 0")
      .function("run", "i:i", "", "local.get 0 call $store").build(),
  );
  assert.equal([guest.exports.run(7), guest.exports.run(8)], [16, 20]);
});

test("functions of a stand-in take and give values as guests' do", async () => {
  const caller = standIn({
    functions: {
      half: { params: ["i32"], results: ["f32"], fn: (n: number) => n / 2 },
      wait: {
        params: [],
        results: ["i64"],
        fn: () => Promise.resolve(5n),
      },
    },
  });
  assert.is(caller.exports.half(2 ** 32 + 5), 2.5);
  assert.is(caller.exports.half("7"), 3.5);
  assert.is(await functionOf(caller, "wait").callAsync(), 5n);
  const { debugName, paramTypes } = functionOf(caller, "half").definition;
  assert.is(debugName, ".half");
  assert.equal(paramTypes, ["i32"]);
  assert.is(caller.exportedFunction("other"), undefined);
  const wrong = { params: ["i31" as "i32"], results: [], fn: () => {} };
  assert.throws(
    () => standIn({ functions: { wrong } }),
    /^func\[.wrong\] params invalid: no type i31$/,
  );
});

test("parts of a stand-in that nobody knows are refused", () => {
  const wrong = { memroy: new Memory({ initial: 1 }) } as object;
  assert.throws(() => standIn(wrong), /^options invalid: memroy is not known$/);
});

test("tables and globals are found by index", () => {
  const table = new Table({ element: "funcref", initial: 1 });
  const one = new Assembler().function("one", ":i", "", "i32.const 1").build();
  table.set(0, new Runtime().instantiate(one).exports.one);
  const caller = standIn({
    tables: { table },
    globals: { zero: new Global({ type: "i64" }) },
  });
  assert.is(lookupFunction(caller, 0, 0, [], ["i32"]).call(), 1);
  assert.is(caller.exportedTable("table"), table);
  assert.equal(globalsOf(caller).map(({ value }) => value), [0n]);
});

test("a stand-in tells that it was closed", () => {
  const codes: number[] = [];
  const caller = standIn({
    functions: { f: { params: [], results: [], fn: () => {} } },
    onClose: (code) => codes.push(code),
  });
  assert.is(caller.exitCode, undefined);
  caller.closeWithExitCode(3);
  caller.close();
  assert.is(caller.exitCode, 3);
  assert.equal(codes, [3]);
  assert.instance(errorOf(() => caller.exports.f()), ExitError);
});

test("stand-ins share nothing", () => {
  const [a, b] = [standIn({ name: "x" }), standIn({ name: "x" })];
  a.close();
  assert.not(b.isClosed);
  assert.is(b.memory, undefined);
  assert.equal(Object.keys(b.exports), []);
});

test.run();
