import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  callRaw,
  type Extern,
  ExternKind,
  type FunctionInstance,
  getGlobalRaw,
  GlobalInstance,
  kindOf,
  LinkError,
  machine,
  MemoryInstance,
  TableInstance,
  TrapCode,
} from "../../../engine/mod.ts";
import {
  EXTERNREF,
  FUNCREF,
  I32,
  I64,
  type ValueType,
} from "../../../engine/types.ts";
import { Assembler } from "./assembler.ts";
import {
  call,
  func,
  global,
  host,
  type Imports,
  instanceOf,
  memory,
  newMemory,
  table,
  trapOf,
} from "./guest.ts";

function newGlobal(type: ValueType, mutable: boolean, low = 0) {
  const made = new GlobalInstance({ type, mutable });
  if (type === I32 || type === I64) made.words[made.index] = low;
  return made;
}

function newTable(element: ValueType, min: number, max?: number) {
  return new TableInstance({ element, min, max, is64: false }, null, {
    left: 1000,
  });
}

/** The message with which instantiation fails to link. */
function linkMessage(source: Assembler, imports: Imports): string {
  try {
    instanceOf(source, imports);
  } catch (error) {
    assert.instance(error, LinkError);
    return (error as LinkError).message;
  }
  return "it linked";
}

test("an import that is not there is named", () => {
  const source = new Assembler().importFunction("env", "f", ":");
  assert.is(linkMessage(source, {}), "unknown import: env.f");
  const odd = new Assembler().importFunction("e\nv", "\x1bf", ":");
  assert.is(linkMessage(odd, {}), "unknown import: e?v.?f");
});

const IMPORTS: Readonly<Record<string, (a: Assembler) => Assembler>> = {
  func: (a) => a.importFunction("m", "x", "i:I"),
  table: (a) => a.importTable("m", "x", 2, 10),
  memory: (a) => a.importMemory("m", "x", 2, 10),
  global: (a) => a.importGlobal("m", "x", "i"),
};
const EXTERNS: Readonly<Record<string, Extern>> = {
  func: host("i:I", () => [1n]),
  table: newTable(FUNCREF, 2, 10),
  memory: newMemory(2, 10),
  global: newGlobal(I32, false),
};

test("an import of each kind takes that kind and no other", () => {
  for (const [expected, add] of Object.entries(IMPORTS)) {
    for (const [found, extern] of Object.entries(EXTERNS)) {
      const message = linkMessage(add(new Assembler()), { x: extern });
      const wanted = expected === found
        ? "it linked"
        : "incompatible import type: m.x: " +
          `expected a ${expected}, found a ${found}`;
      assert.is(message, wanted);
    }
  }
});

test("every extern knows its kind", () => {
  assert.equal(Object.values(EXTERNS).map(kindOf), [
    ExternKind.Func,
    ExternKind.Table,
    ExternKind.Memory,
    ExternKind.Global,
  ]);
});

test("imports are checked by their exact type", () => {
  const cases: [(a: Assembler) => Assembler, Extern, string][] = [
    [
      IMPORTS.func,
      host("i:i", () => [1n]),
      "expected (i32) i64, found (i32) i32",
    ],
    [IMPORTS.func, host(":I", () => [1n]), "expected (i32) i64, found () i64"],
    [
      IMPORTS.func,
      host("i:II", () => []),
      "expected (i32) i64, found (i32) (i64,i64)",
    ],
    [
      IMPORTS.table,
      newTable(EXTERNREF, 2, 10),
      "expected funcref, found externref",
    ],
    [IMPORTS.table, newTable(FUNCREF, 1, 10), "minimum size mismatch: 2 > 1"],
    [IMPORTS.table, newTable(FUNCREF, 2, 11), "maximum size mismatch: 10 < 11"],
    [
      IMPORTS.table,
      newTable(FUNCREF, 2),
      "maximum size mismatch: 10, but actual has no max",
    ],
    [IMPORTS.memory, newMemory(1, 10), "minimum size mismatch: 2 > 1"],
    [IMPORTS.memory, newMemory(3, 11), "maximum size mismatch: 10 < 11"],
    [
      IMPORTS.memory,
      newMemory(3),
      "maximum size mismatch: 10, but actual has no max",
    ],
    [
      IMPORTS.memory,
      new MemoryInstance({ min: 2, max: 10, shared: true, is64: false }),
      "one is shared, the other is not",
    ],
    [
      IMPORTS.global,
      newGlobal(I32, true),
      "mutability mismatch: false != true",
    ],
    [IMPORTS.global, newGlobal(I64, false), "expected i32, found i64"],
  ];
  for (const [add, extern, fault] of cases) {
    const message = linkMessage(add(new Assembler()), { x: extern });
    assert.is(message, `incompatible import type: m.x: ${fault}`);
  }
});

test("a memory and a table are taken for the size that they have grown to", () => {
  const grownMemory = newMemory(1, 10);
  const grownTable = newTable(FUNCREF, 1, 10);
  grownMemory.grow(1);
  grownTable.grow(1, null);
  assert.is(
    linkMessage(IMPORTS.memory(new Assembler()), { x: grownMemory }),
    "it linked",
  );
  assert.is(
    linkMessage(IMPORTS.table(new Assembler()), { x: grownTable }),
    "it linked",
  );
});

test("host-made memory, table and globals are shared with the guest", () => {
  const on = newMemory(1);
  const functions = newTable(FUNCREF, 2);
  const counter = newGlobal(I64, true, 5);
  const base = newGlobal(I32, false, 100);
  const instance = instanceOf(
    new Assembler()
      .importMemory("m", "memory", 1)
      .importTable("m", "table", 2)
      .importGlobal("m", "counter", "mut I")
      .importGlobal("m", "base", "i")
      .function(
        "bump",
        ":I",
        "",
        "global.get $counter i64.const 4294967296 i64.add global.set $counter global.get $counter",
      )
      .function("read", ":i", "", "global.get $base i32.load")
      .function("through", "i:I", "", "local.get 0 call_indirect [:I]")
      .elements("i32.const 0", ["bump"])
      .data("global.get $base", [1, 2, 3, 4]),
    { memory: on, table: functions, counter, base },
  );
  assert.is(call(instance, "bump"), 0x1_0000_0005n);
  assert.is(getGlobalRaw(counter), 0x1_0000_0005n);
  counter.words.set([9, 0], counter.index);
  assert.is(call(instance, "bump"), 0x1_0000_0009n);
  assert.equal([...on.bytes.subarray(99, 105)], [0, 1, 2, 3, 4, 0]);
  on.bytes[100] = 0xff;
  assert.is(call(instance, "read"), 0x0403_02ffn);
  assert.is(functions.refs[0], func(instance, "bump"));
  functions.set(1, host(":I", () => [77n]));
  assert.is(call(instance, "through", 1n), 77n);
  assert.is(call(instance, "through", 0n), 0x2_0000_0009n);
});

test("a mutable global is one for all instances that import it", () => {
  const owner = instanceOf(
    new Assembler()
      .global("g", "mut i", "i32.const 3")
      .global("wide", "mut v", "v128.const 0x123456789abcdef0fedcba9876543210")
      .global("ref", "mut e", "ref.null e")
      .function("get", ":i", "", "global.get $g")
      .function("wideOf", ":v", "", "global.get $wide"),
  );
  const user = () =>
    instanceOf(
      new Assembler()
        .importGlobal("m", "g", "mut i")
        .importGlobal("m", "wide", "mut v")
        .importGlobal("m", "ref", "mut e")
        .function(
          "add",
          "i:i",
          "",
          "global.get 0 local.get 0 i32.add global.set 0 global.get 0",
        )
        .function("not", ":", "", "global.get 1 v128.not global.set 1")
        .function("swap", "e:e", "", "global.get 2 local.get 0 global.set 2"),
      Object.fromEntries(owner.exports),
    );
  const [one, two] = [user(), user()];
  assert.is(call(one, "add", 4n), 7n);
  assert.is(call(two, "add", 10n), 17n);
  assert.is(call(owner, "get"), 17n);
  assert.is(getGlobalRaw(global(owner, "g")), 17n);
  call(one, "not");
  assert.is(call(owner, "wideOf"), 0xedcb_a987_6543_210f_0123_4567_89ab_cdefn);
  const thing = {};
  assert.is(call(one, "swap", thing), null);
  assert.is(call(two, "swap", null), thing);
  assert.is(global(owner, "ref").ref, null);
});

test("a function is one object, wherever it is seen", () => {
  const imported = host("i:i", (n) => [n]);
  const instance = instanceOf(
    new Assembler()
      .importFunction("h", "imported", "i:i")
      .table("table", "r", 3)
      .function("f", "i:i", "", "local.get 0")
      .function("self", ":r", "", "ref.func $f")
      .function("at", "i:r", "", "local.get 0 table.get 0")
      .export("again", 0, "f")
      .export("host", 0, "imported")
      .elements("i32.const 0", ["f", "imported"]),
    { imported },
  );
  const f = func(instance, "f");
  assert.is(func(instance, "again"), f);
  assert.is(call(instance, "self"), f);
  assert.is(call(instance, "at", 0n), f);
  assert.is(table(instance).refs[0], f);
  assert.is(func(instance, "host"), imported);
  assert.is(call(instance, "at", 1n), imported);
  assert.is(call(instance, "at", 2n), null);
  const user = instanceOf(
    new Assembler().importFunction("m", "f", "i:i").export("g", 0, "f"),
    { f },
  );
  assert.is(func(user, "g"), f);
  assert.equal(callRaw(func(instance, "host"), [5n]), [5n]);
});

test("a function of another instance runs on its own memory and globals", () => {
  const source = (n: number) =>
    new Assembler()
      .memory("memory", 1)
      .global("g", "mut i", `i32.const ${n}`)
      .data("i32.const 0", [n])
      .function(
        "own",
        "i:i",
        "",
        "global.get 0 i32.const 0 i32.load8_u i32.add local.get 0 i32.add",
      );
  const one = instanceOf(source(10));
  const shared = instanceOf(
    new Assembler()
      .importFunction("one", "own", "i:i")
      .memory("memory", 1)
      .table("table", "r", 2)
      .global("g", "mut i", "i32.const 1")
      .data("i32.const 0", [1])
      .function(
        "mine",
        "i:i",
        "",
        "global.get 0 i32.const 0 i32.load8_u i32.add local.get 0 i32.add",
      )
      .function(
        "via",
        "ii:i",
        "",
        "local.get 1 local.get 0 call_indirect [i:i] global.get 0 i32.add i32.const 0 i32.load8_u i32.add",
      )
      .elements("i32.const 0", ["own", "mine"]),
    { own: func(one, "own") },
  );
  assert.is(call(shared, "via", 0n, 1000n), 1022n);
  assert.is(call(shared, "via", 1n, 1000n), 1004n);
  const direct = table(shared).refs[0];
  assert.is(direct, func(one, "own"));
  assert.equal(callRaw(direct as FunctionInstance, [7n]), [27n]);
});

test("what was written before an initialisation failed stays", () => {
  const on = newMemory(1);
  const functions = newTable(FUNCREF, 4);
  const source = (offset: number) =>
    new Assembler()
      .importMemory("m", "memory", 1)
      .importTable("m", "table", 4)
      .global("g", "i", "i32.const 6")
      .function("f", ":i", "", "global.get 0 i32.const 7 i32.mul")
      .elements("i32.const 1", ["f"])
      .elements(`i32.const ${offset}`, ["f", "f"])
      .data("i32.const 0", [1, 2, 3])
      .data("i32.const 65534", [4, 5, 6])
      .data("i32.const 8", [7]);
  const imports = { memory: on, table: functions };
  // The elements fail: no data are written.
  const first = trapOf(() => instanceOf(source(3), imports));
  assert.is(first.code, TrapCode.TableOutOfBounds);
  assert.is(functions.refs.filter((ref) => ref !== null).length, 1);
  assert.equal(callRaw(functions.refs[1] as FunctionInstance, []), [42n]);
  assert.is(on.bytes[0], 0);
  // The second data segment fails: the first one is written.
  const second = trapOf(() => instanceOf(source(2), imports));
  assert.is(second.code, TrapCode.MemoryOutOfBounds);
  assert.is(functions.refs.filter((ref) => ref !== null).length, 3);
  assert.equal([...on.bytes.subarray(0, 9)], [1, 2, 3, 0, 0, 0, 0, 0, 0]);
  assert.equal([...on.bytes.subarray(65_534)], [0, 0]);
  // The functions of the instance that came to nothing can be called.
  const caller = instanceOf(
    new Assembler().importTable("m", "table", 4)
      .function("call", "i:i", "", "local.get 0 call_indirect [:i]"),
    imports,
  );
  assert.is(call(caller, "call", 1n), 42n);
  assert.is(call(caller, "call", 3n), 42n);
  assert.is(machine().crossings.length, 0);
});

test("the start function runs once, after all is initialised", () => {
  const seen: unknown[] = [];
  const see = host("i:", (n) => void seen.push(n));
  const source = new Assembler()
    .importFunction("h", "see", "i:")
    .memory("memory", 1)
    .global("g", "mut i", "i32.const 3")
    .data("i32.const 4", [39])
    .function(
      "main",
      ":",
      "",
      "global.get 0 i32.const 4 i32.load8_u i32.add call $see i32.const 0 global.set 0",
    )
    .start("main");
  const instance = instanceOf(source, { see });
  assert.equal(seen, [42n]);
  assert.is(getGlobalRaw(global(instance, "g")), 0n);
});

test("a start function may be imported, and may trap", () => {
  let calls = 0;
  const imported = host(":", () => void calls++);
  instanceOf(
    new Assembler().importFunction("h", "imported", ":").start("imported"),
    { imported },
  );
  assert.is(calls, 1);
  const on = newMemory(1);
  const trap = trapOf(() =>
    instanceOf(
      new Assembler()
        .importMemory("m", "memory", 1)
        .function(
          "main",
          ":",
          "",
          "i32.const 0 i32.const 5 i32.store unreachable",
        )
        .start("main"),
      { memory: on },
    )
  );
  assert.is(trap.code, TrapCode.Unreachable);
  assert.is(on.bytes[0], 5);
});

test("a host function may instantiate while the guest waits for it", () => {
  const inner = new Assembler()
    .memory("memory", 1)
    .function("main", ":", "II", "i32.const 8 i32.const 77 i32.store")
    .function("get", ":i", "", "i32.const 8 i32.load")
    .start("main");
  const make = host("i:i", (n) => {
    const value = call(instanceOf(inner), "get") as bigint;
    return [value + (n as bigint)];
  });
  const outer = instanceOf(
    new Assembler()
      .importFunction("h", "make", "i:i")
      .memory("memory", 1)
      .function(
        "f",
        "i:i",
        "i",
        "local.get 0 local.set 1 local.get 0 call $make local.get 1 i32.mul i32.const 8 i32.load i32.add",
      ),
    { make },
  );
  assert.is(call(outer, "f", 3n), 240n);
});

test("instances of one module share nothing but their code", () => {
  const source = new Assembler()
    .memory("memory", 1)
    .global("g", "mut i", "i32.const 0")
    .table("table", "r", 1)
    .function(
      "bump",
      ":i",
      "",
      "global.get 0 i32.const 1 i32.add global.set 0 i32.const 0 global.get 0 i32.store global.get 0",
    )
    .function("via", ":i", "", "i32.const 0 call_indirect [:i]")
    .elements("i32.const 0", ["bump"])
    .build();
  const [one, two] = [instanceOf(source), instanceOf(source)];
  assert.is(call(one, "bump"), 1n);
  assert.is(call(one, "via"), 2n);
  assert.is(call(two, "via"), 1n);
  assert.is(memory(one).bytes[0], 2);
  assert.is(memory(two).bytes[0], 1);
  table(two).set(0, func(one, "bump"));
  assert.is(call(two, "via"), 3n);
  assert.is(call(two, "bump"), 2n);
});

test("a table that grows is larger for every importer", () => {
  const owner = instanceOf(
    new Assembler()
      .table("table", "r", 1, 50)
      .function("f", ":i", "", "i32.const 5")
      .function("grow", "i:i", "", "ref.func $f local.get 0 table.grow 0")
      .function("size", ":i", "", "table.size 0")
      .function("call", "i:i", "", "local.get 0 call_indirect [:i]"),
  );
  const user = instanceOf(
    new Assembler().importTable("m", "table", 1)
      .function("call", "i:i", "", "local.get 0 call_indirect [:i]"),
    { table: table(owner) },
  );
  assert.is(
    trapOf(() => call(user, "call", 0n)).code,
    TrapCode.UninitializedElement,
  );
  assert.is(
    trapOf(() => call(user, "call", 3n)).code,
    TrapCode.UndefinedElement,
  );
  assert.is(call(owner, "grow", 3n), 1n);
  assert.is(call(user, "call", 3n), 5n);
  assert.is(call(owner, "call", 3n), 5n);
  assert.is(call(owner, "grow", 47n), 0xffff_ffffn);
  assert.is(call(owner, "grow", 46n), 4n);
  assert.is(call(user, "call", 49n), 5n);
  assert.is(
    trapOf(() => call(user, "call", 50n)).code,
    TrapCode.UndefinedElement,
  );
});

test("a table larger than the embedder allows cannot be made", () => {
  const source = new Assembler().table("table", "r", 11);
  assert.throws(
    () => instanceOf(source, {}, { tableElements: 10 }),
    "table of 11 elements is over the limit of 10",
  );
  const fits = instanceOf(
    new Assembler().table("table", "r", 10)
      .function("grow", "i:i", "", "ref.null r local.get 0 table.grow 0"),
    {},
    { tableElements: 12 },
  );
  assert.is(call(fits, "grow", 3n), 0xffff_ffffn);
  assert.is(call(fits, "grow", 2n), 10n);
});

test("all tables of an instance share what it may have", () => {
  const source = new Assembler().table("a", "r", 6).table("b", "e", 4)
    .function("growA", "i:i", "", "ref.null r local.get 0 table.grow 0")
    .function("growB", "i:i", "", "ref.null e local.get 0 table.grow 1");
  assert.throws(
    () => instanceOf(source, {}, { tableElements: 9 }),
    "table of 4 elements is over the limit of 3",
  );
  const fits = instanceOf(source, {}, { tableElements: 12 });
  assert.is(call(fits, "growB", 1n), 4n);
  assert.is(call(fits, "growA", 2n), 0xffff_ffffn);
  assert.is(call(fits, "growA", 1n), 6n);
  assert.is(call(fits, "growB", 1n), 0xffff_ffffn);
});

test.run();
