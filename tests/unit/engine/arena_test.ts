import { test } from "uvu";
import * as assert from "uvu/assert";
import { Arena, EndPc } from "../../../engine/arena.ts";
import {
  CELL_STUB,
  CELL_TYPE,
  CELL_WORDS,
  type Code,
  type FunctionTable,
} from "../../../engine/code.ts";
import { Op } from "../../../engine/exec.ts";
import { compileModule } from "../../../engine/mod.ts";
import { Assembler } from "./assembler.ts";
import { runChild } from "./child.ts";

function moduleWith(functions: number) {
  const assembler = new Assembler();
  for (let i = 0; i < functions; i++) assembler.function(`f${i}`, ":", "", "");
  return compileModule(assembler.build());
}

/** Where the arenas begin. */
const START = 16;
const NOTHING = () => new Set<Code>();

/** Some words of which the second and the last are branch targets. */
function install(
  arena: Arena,
  functions: FunctionTable,
  functionIndex: number,
  length: number,
  inUse: Code[] = [],
): boolean {
  const words = new Int32Array(length).fill(functionIndex);
  words[1] = 0;
  words[length - 1] = length - 2;
  const offsets = new Int32Array(0);
  const code = {
    functions,
    functionIndex,
    isMetered: false,
    linkOffset: 0,
    frameWords: 2,
    offsets,
  };
  const translation = { code, words, targets: [1, length - 1], entry: 2 };
  return arena.install(translation, () => new Set(inUse));
}

test("an arena begins with the ops that end calls", () => {
  const words = new Int32Array(64);
  assert.is(new Arena(words, START).find(EndPc.Exit), undefined);
  assert.is(words[EndPc.Exit], Op.Exit);
  assert.is(words[EndPc.ReturnInstance], Op.ReturnInstance);
});

test("an entry cell leads to its stub until the function has code", () => {
  const words = new Int32Array(256);
  const arena = new Arena(words, START);
  const module = moduleWith(2);
  const table = arena.addModule(module, NOTHING)!;
  for (let i = 0; i < 2; i++) {
    const cell = table.cells + i * CELL_WORDS;
    assert.is(words[cell], cell + CELL_STUB);
    assert.is(words[cell + CELL_STUB], Op.Translate);
    assert.is(words[cell + CELL_TYPE], module.functions[i]);
  }
  assert.ok(install(arena, table, 1, 10));
  const code = table.codes[1]!;
  const cell = table.cells + CELL_WORDS;
  assert.is(words[cell], code.start + 2);
  assert.is(words[table.cells], table.cells + CELL_STUB);
  // Branch targets became absolute.
  assert.is(words[code.start + 1], code.start);
  assert.is(words[code.end - 1], code.end - 2);
});

test("a pc is found in the code that it is in", () => {
  const arena = new Arena(new Int32Array(256), START);
  const table = arena.addModule(moduleWith(5), NOTHING)!;
  for (let i = 0; i < 5; i++) assert.ok(install(arena, table, i, 10 + i));
  for (const code of table.codes) {
    assert.is(arena.find(code!.start), code);
    assert.is(arena.find(code!.end - 1), code);
    assert.is.not(arena.find(code!.end), code);
    assert.is.not(arena.find(code!.start - 1), code);
  }
  assert.is(arena.find(table.cells), undefined);
  assert.is(arena.find(0), undefined);
});

test("a full arena drops all code that is not in use, and only that", () => {
  const words = new Int32Array(8 + 100 + 4 * CELL_WORDS);
  const arena = new Arena(words, START);
  const table = arena.addModule(moduleWith(4), NOTHING)!;
  for (let i = 0; i < 3; i++) assert.ok(install(arena, table, i, 30));
  const used = table.codes[1]!;
  const before = words.slice(used.start, used.end);
  assert.ok(install(arena, table, 3, 30, [used]));
  assert.equal(table.codes.map((code) => code !== undefined), [
    false,
    true,
    false,
    true,
  ]);
  assert.equal(words.slice(used.start, used.end), before);
  assert.is(arena.find(used.start), used);
  for (const i of [0, 2]) {
    const cell = table.cells + i * CELL_WORDS;
    assert.is(words[cell], cell + CELL_STUB);
  }
  // Translated again, into the gaps.
  assert.ok(install(arena, table, 2, 32, [used]));
  assert.is(arena.find(table.codes[2]!.start), table.codes[2]);
  assert.is(arena.find(used.start), used);
});

test("code that does not fit beside what is in use is refused", () => {
  const arena = new Arena(new Int32Array(START + 100 + 3 * CELL_WORDS), START);
  const table = arena.addModule(moduleWith(3), NOTHING)!;
  assert.ok(install(arena, table, 0, 30));
  assert.ok(install(arena, table, 1, 30));
  const used = [...table.codes] as Code[];
  assert.not(install(arena, table, 2, 41, used));
  assert.is(table.codes[2], undefined);
  assert.equal(table.codes.slice(0, 2), used);
  assert.ok(install(arena, table, 2, 40, used));
  assert.not(install(arena, table, 2, 1000));
});

test("cells that do not fit are refused", () => {
  const arena = new Arena(new Int32Array(START + 10 * CELL_WORDS), START);
  assert.is(arena.addModule(moduleWith(11), NOTHING), undefined);
  assert.ok(arena.addModule(moduleWith(6), NOTHING));
  assert.is(arena.addModule(moduleWith(5), NOTHING), undefined);
  assert.ok(arena.addModule(moduleWith(4), NOTHING));
  assert.ok(arena.addModule(moduleWith(0), NOTHING));
  assert.is(arena.addModule(moduleWith(1), NOTHING), undefined);
});

test("code makes room for cells, but for what is in use", () => {
  const arena = new Arena(new Int32Array(START + 20 * CELL_WORDS), START);
  const table = arena.addModule(moduleWith(10), NOTHING)!;
  assert.ok(install(arena, table, 0, 5 * CELL_WORDS));
  assert.ok(install(arena, table, 1, 5 * CELL_WORDS));
  const first = table.codes[0]!;
  assert.is(arena.addModule(moduleWith(6), () => new Set([first])), undefined);
  assert.is(table.codes[1], undefined);
  assert.is(arena.find(first.start), first);
  assert.ok(arena.addModule(moduleWith(5), () => new Set([first])));
  assert.is(arena.find(first.start), first);
});

test("the cells of modules never overlap code or each other", () => {
  const words = new Int32Array(2000);
  const arena = new Arena(words, START);
  const tables: FunctionTable[] = [];
  const owners = new Map<number, FunctionTable>();
  for (let n = 1; n < 10; n++) {
    const table = arena.addModule(moduleWith(n), NOTHING)!;
    tables.push(table);
    for (let i = 0; i < n * CELL_WORDS; i++) {
      assert.not(owners.has(table.cells + i));
      owners.set(table.cells + i, table);
    }
    for (let i = 0; i < n; i++) assert.ok(install(arena, table, i, 20));
  }
  for (const { codes } of tables) {
    for (const code of codes) {
      for (let pc = code!.start; pc < code!.end; pc++) {
        assert.not(owners.has(pc));
        assert.is(arena.find(pc), code);
      }
    }
  }
});

test("with a tiny arena programs run, stop and go on as with a large one", async () => {
  const lines = (await runChild("tiny_arena.ts", "--expose-gc")).split("\n");
  for (const line of lines.slice(0, -1)) assert.match(line, /^ok /);
  assert.is(lines.length, 11);
});

test.run();
