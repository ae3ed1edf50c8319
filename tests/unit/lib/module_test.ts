import { test } from "uvu";
import * as assert from "uvu/assert";
import { listen } from "../../../lib/monitors.ts";
import { Runtime } from "../../../mod.ts";
import { Assembler, messageOf } from "./guests.ts";

const BYTES = new Assembler()
  .importFunction("env", "log", "iI:f")
  .importMemory("env", "ram", 1, 3)
  .importTable("env", "funcs", 2)
  .importGlobal("env", "base", "mut I")
  .function("add", "ii:i", "", "local.get 0")
  .export("plus", 0, "add")
  .table("table", "e", 1, 9)
  .global("zero", "i", "i32.const 0")
  .names("calc", { log: "print" })
  .build();

/** A custom section "note". */
const NOTE = [0, 8, 4, 110, 111, 116, 101, 1, 2, 3];

test("imports and exports are described", () => {
  const compiled = new Runtime().compile(BYTES);
  assert.is(compiled.name, "calc");
  assert.equal(compiled.importedFunctions(), [{
    moduleName: "calc",
    index: 0,
    import: { module: "env", name: "log" },
    exportNames: [],
    name: "print",
    debugName: "calc.print",
    paramTypes: ["i32", "i64"],
    paramNames: undefined,
    resultTypes: ["f32"],
    resultNames: undefined,
  }]);
  const functions = compiled.exportedFunctions();
  assert.equal([...functions.keys()], ["add", "plus"]);
  assert.is(functions.get("add"), functions.get("plus"));
  assert.equal(functions.get("add")!.exportNames, ["add", "plus"]);
  assert.is(functions.get("add")!.index, 1);
  assert.is(functions.get("add")!.import, undefined);
  const [memory] = compiled.importedMemories();
  assert.equal([memory.minPages, memory.maxPages, memory.shared], [
    1,
    3,
    false,
  ]);
  assert.is(compiled.exportedMemories().size, 0);
  const [table] = compiled.importedTables();
  assert.equal([table.elementType, table.min, table.max], [
    "funcref",
    2,
    undefined,
  ]);
  const exported = compiled.exportedTables().get("table")!;
  assert.equal([exported.index, exported.elementType, exported.max], [
    1,
    "externref",
    9,
  ]);
  const [base] = compiled.importedGlobals();
  assert.equal([base.type, base.mutable], ["i64", true]);
  assert.equal(compiled.exportedGlobals().get("zero")!.mutable, false);
  assert.equal([compiled.importedTags(), compiled.exportedTags().size], [
    [],
    0,
  ]);
});

test("parameters have names where the module names them all", () => {
  // Of functions 0 and 1: a, b, c; x.
  const locals = [
    ...[0, 24, 4, 110, 97, 109, 101, 2, 17, 2], // custom "name", locals
    ...[0, 3, 0, 1, 97, 1, 1, 98, 2, 1, 99],
    ...[1, 1, 0, 1, 120],
  ];
  const bytes = new Assembler().importFunction("m", "f", "ii:")
    .function("g", "iI:", "", "").build();
  const compiled = new Runtime().compile(Uint8Array.of(...bytes, ...locals));
  assert.equal(compiled.importedFunctions()[0].paramNames, ["a", "b"]);
  assert.is(compiled.exportedFunctions().get("g")!.paramNames, undefined);
});

test("functions without a name are called by their index", () => {
  const bytes = new Assembler().importFunction("m", "f", ":").build();
  const [definition] = new Runtime().compile(bytes).importedFunctions();
  assert.equal([definition.name, definition.debugName], ["", ".$0"]);
});

test("what a module imports and exports is described in linear time", () => {
  const count = 8000;
  const assembler = new Assembler();
  for (let i = 0; i < count; i++) assembler.importFunction("m", `i${i}`, ":");
  for (let i = 0; i < count; i++) assembler.function(`f${i}`, ":", "", "");
  for (let i = 0; i < count; i++) assembler.export(`e${i}`, 0, `i${i}`);
  const bytes = assembler.build();
  const heard: string[] = [];
  const monitor = listen(({ name }) => void heard.push(name));
  const start = performance.now();
  const compiled = new Runtime({ monitor }).compile(bytes);
  const functions = compiled.exportedFunctions();
  const imported = compiled.importedFunctions();
  const ms = performance.now() - start;
  assert.is(functions.size, 2 * count);
  assert.equal(functions.get("e7"), imported[7]);
  assert.equal(imported[7].exportNames, ["e7"]);
  assert.is(heard.at(-1), `f${count - 1}`);
  assert.ok(ms < 2000, `${ms} ms`);
});

test("custom sections are there if they are wanted, without the names", () => {
  const bytes = Uint8Array.of(...BYTES, ...NOTE, ...NOTE);
  assert.equal(new Runtime().compile(bytes).customSections(), []);
  const sections = new Runtime({ customSections: true }).compile(bytes)
    .customSections();
  assert.equal(sections.map(({ name }) => name), ["note", "note"]);
  assert.equal([...sections[1].data], [1, 2, 3]);
});

test("a module's bytes can be cloned and compiled elsewhere", () => {
  const bytes = structuredClone(new Runtime().compile(BYTES).toBytes());
  assert.equal(bytes, BYTES);
  assert.is(new Runtime().compile(bytes).name, "calc");
});

test("a closed module makes no more instances", () => {
  const runtime = new Runtime();
  const compiled = runtime.compile(
    new Assembler().function("f", ":i", "", "i32.const 1").build(),
  );
  const instance = runtime.instantiate(compiled);
  compiled.close();
  assert.ok(compiled.isClosed);
  assert.is(
    messageOf(() => runtime.instantiate(compiled)),
    "the compiled module is closed",
  );
  assert.is(instance.exports.f(), 1);
});

test("a module of one runtime can be used in another", () => {
  const compiled = new Runtime().compile(
    new Assembler().global("count", "mut i", "i32.const 0")
      .function(
        "inc",
        ":i",
        "",
        "global.get 0 i32.const 1 i32.add global.set 0 global.get 0",
      )
      .build(),
  );
  const [a, b] = [
    new Runtime().instantiate(compiled),
    new Runtime().instantiate(compiled),
  ];
  a.exports.inc();
  assert.equal([a.exports.inc(), b.exports.inc()], [2, 1]);
});

test.run();
