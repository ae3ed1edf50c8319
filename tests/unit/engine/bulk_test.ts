import { test } from "uvu";
import * as assert from "uvu/assert";
import { bulk, tables as tableRows } from "../../../engine/bulk.ts";
import { MemoryInstance, PAGE_BYTES } from "../../../engine/memory.ts";
import { TableInstance } from "../../../engine/store.ts";
import { TrapCode } from "../../../engine/trap.ts";
import { EXTERNREF, FUNCREF } from "../../../engine/types.ts";
import { areDistinct, ColdMachine } from "./cold_machine.ts";
import { randomWords } from "./samples.ts";

const MEMORY_TRAP = -TrapCode.MemoryOutOfBounds;
const TABLE_TRAP = -TrapCode.TableOutOfBounds;
const MINUS_ONE = 0xffffffffn;

const ROWS = [...bulk(), ...tableRows()];

/** Memories of one page and at most three, tables of 8 and at most 12. */
function newMachine(): ColdMachine {
  const machine = new ColdMachine(ROWS);
  const { memories, tables, data, elements } = machine.instance;
  const memory = { min: 1, max: 3, shared: false, is64: false };
  memories.push(new MemoryInstance(memory), new MemoryInstance(memory));
  const table = { element: EXTERNREF, min: 8, max: 12, is64: false };
  tables.push(
    new TableInstance(table, null, { left: 100 }),
    new TableInstance(table, null, { left: 100 }),
    new TableInstance({ ...table, element: FUNCREF }, null, { left: 100 }),
  );
  data.push(Uint8Array.of(1, 2, 3, 4, 5));
  elements.push(["a", "b", "c"]);
  return machine;
}

test("every row has its own name and opcode", () => {
  assert.ok(areDistinct(ROWS));
});

test("memory.size counts pages and memory.grow gives the count before", () => {
  const machine = newMachine();
  assert.is(machine.run("memory.size", [], [1]), 1n);
  assert.is(machine.run("memory.grow", [2n], [1]), 1n);
  assert.is(machine.run("memory.size", [], [1]), 3n);
  assert.is(machine.run("memory.size", [], [0]), 1n);
  assert.is(machine.run("memory.grow", [1n], [1]), MINUS_ONE);
  assert.is(machine.run("memory.grow", [MINUS_ONE], [1]), MINUS_ONE);
  assert.is(machine.run("memory.grow", [0n], [1], 0), 3n);
});

test("memory.fill writes the low byte of its operand", () => {
  const machine = newMachine();
  const { bytes } = machine.instance.memories[1];
  machine.run("memory.fill", [3n, 0x1abn, 2n], [1]);
  assert.equal([...bytes.subarray(2, 6)], [0, 0xab, 0xab, 0]);
  assert.is(machine.instance.memories[0].bytes[3], 0);
});

test("memory.copy moves overlapping ranges as if by way of a buffer", () => {
  const words = randomWords(1);
  const machine = newMachine();
  const { bytes } = machine.instance.memories[0];
  for (let i = 0; i < 256; i++) bytes[i] = words();
  for (let round = 0; round < 500; round++) {
    const to = words() % 128, from = words() % 128, count = words() % 128;
    const expected = bytes.slice(0, 256);
    expected.set(bytes.slice(from, from + count), to);
    machine.run("memory.copy", [BigInt(to), BigInt(from), BigInt(count)]);
    assert.equal(bytes.slice(0, 256), expected);
  }
});

test("memory.copy and memory.init reach from one memory to another", () => {
  const machine = newMachine();
  const [first, second] = machine.instance.memories;
  machine.run("memory.init", [10n, 1n, 3n], [0, 1]);
  assert.equal([...second.bytes.subarray(9, 14)], [0, 2, 3, 4, 0]);
  machine.run("memory.copy", [20n, 10n, 3n], [0, 1]);
  assert.equal([...first.bytes.subarray(19, 24)], [0, 2, 3, 4, 0]);
});

test("a range of memory may end at the end, not past it", () => {
  const machine = newMachine();
  const end = BigInt(PAGE_BYTES);
  for (
    const [name, operands, traps] of [
      ["memory.fill", [end - 1n, 1n, 1n], false],
      ["memory.fill", [end, 1n, 0n], false],
      ["memory.fill", [end + 1n, 1n, 0n], true],
      ["memory.fill", [end - 1n, 1n, 2n], true],
      ["memory.fill", [MINUS_ONE, 1n, MINUS_ONE], true],
      ["memory.copy", [end, 0n, 0n], false],
      ["memory.copy", [0n, end + 1n, 0n], true],
      ["memory.copy", [0n, end - 1n, 2n], true],
      ["memory.copy", [end - 1n, 0n, 2n], true],
      ["memory.init", [0n, 5n, 0n], false],
      ["memory.init", [0n, 6n, 0n], true],
      ["memory.init", [0n, 4n, 2n], true],
      ["memory.init", [end - 1n, 0n, 2n], true],
    ] as [string, bigint[], boolean][]
  ) {
    const expected = traps ? MEMORY_TRAP : undefined;
    assert.is(machine.run(name, operands), expected, `${name} ${operands}`);
  }
});

test("an access of memory that traps has written nothing", () => {
  const machine = newMachine();
  const { bytes } = machine.instance.memories[0];
  machine.run("memory.fill", [BigInt(PAGE_BYTES - 2), 7n, 3n]);
  machine.run("memory.init", [BigInt(PAGE_BYTES - 2), 0n, 3n]);
  assert.is(bytes[PAGE_BYTES - 2], 0);
});

test("a dropped segment is empty", () => {
  const machine = newMachine();
  machine.run("data.drop", []);
  assert.is(machine.run("memory.init", [0n, 0n, 1n]), MEMORY_TRAP);
  assert.is(machine.run("memory.init", [0n, 0n, 0n]), undefined);
  machine.run("elem.drop", []);
  assert.is(machine.run("table.init", [0n, 0n, 1n]), TABLE_TRAP);
  assert.is(machine.run("table.init", [0n, 0n, 0n]), undefined);
});

test("table.get reads what table.set wrote", () => {
  const machine = newMachine();
  machine.run("table.set", [7n, "x"], [1]);
  assert.is(machine.run("table.get", [7n], [1]), "x");
  assert.is(machine.run("table.get", [7n], [0]), null);
  assert.is(machine.run("table.get", [8n], [1]), TABLE_TRAP);
  assert.is(machine.run("table.set", [MINUS_ONE, "x"], [1]), TABLE_TRAP);
});

test("table.grow fills what is new, up to the maximum", () => {
  const machine = newMachine();
  assert.is(machine.run("table.grow", ["x", 4n]), 8n);
  assert.is(machine.run("table.size", []), 12n);
  assert.is(machine.run("table.get", [11n]), "x");
  assert.is(machine.run("table.grow", ["x", 1n]), MINUS_ONE);
  assert.is(machine.run("table.grow", ["x", MINUS_ONE]), MINUS_ONE);
  assert.is(machine.run("table.size", []), 12n);
});

test("table.fill, copy and init write a range", () => {
  const machine = newMachine();
  const [first, second] = machine.instance.tables;
  machine.run("table.init", [1n, 0n, 3n]);
  machine.run("table.fill", [5n, "f", 2n]);
  assert.equal(first.refs, [null, "a", "b", "c", null, "f", "f", null]);
  machine.run("table.copy", [2n, 1n, 5n]);
  assert.equal(first.refs, [null, "a", "a", "b", "c", null, "f", null]);
  machine.run("table.copy", [0n, 1n, 7n]);
  assert.equal(first.refs, ["a", "a", "b", "c", null, "f", null, null]);
  machine.run("table.copy", [6n, 1n, 2n], [1, 0]);
  assert.equal(second.refs.slice(5), [null, "a", "b"]);
});

test("a range of a table may end at the end, not past it", () => {
  const machine = newMachine();
  for (
    const [name, operands, traps] of [
      ["table.fill", [8n, "x", 0n], false],
      ["table.fill", [9n, "x", 0n], true],
      ["table.fill", [7n, "x", 2n], true],
      ["table.copy", [8n, 8n, 0n], false],
      ["table.copy", [0n, 9n, 0n], true],
      ["table.copy", [6n, 0n, 3n], true],
      ["table.init", [0n, 3n, 0n], false],
      ["table.init", [0n, 2n, 2n], true],
      ["table.init", [7n, 0n, 2n], true],
    ] as [string, unknown[], boolean][]
  ) {
    const expected = traps ? TABLE_TRAP : undefined;
    assert.is(machine.run(name, operands), expected, name);
  }
  assert.equal(machine.instance.tables[0].refs, new Array(8).fill(null));
});

test("the handles of a function table follow its references", () => {
  const machine = newMachine();
  const { tables, elements } = machine.instance;
  const callees = [1, 2].map((k) => ({ cell: 10 * k, instance: { id: k } }));
  elements.push([callees[0], null, callees[1]]);
  machine.run("table.init", [0n, 0n, 3n], [1, 2]);
  machine.run("table.copy", [1n, 0n, 3n], [2, 2]);
  const expected = [10, 1, 10, 1, 0, 0, 20, 2];
  assert.equal([...tables[2].handles.subarray(0, 8)], expected);
  machine.run("table.fill", [0n, null, 2n], [2]);
  assert.equal([...tables[2].handles.subarray(0, 4)], [0, 0, 0, 0]);
});

test.run();
