import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  callRaw,
  type MemoryInstance,
  type ModuleInstance,
  type RawValue,
  Thread,
  TrapCode,
} from "../../../engine/mod.ts";
import { Imm } from "../../../engine/instruction.ts";
import { type Instruction, instructions } from "../../../engine/opcodes.ts";
import { STOPPED } from "../../../engine/thread.ts";
import {
  F32,
  F64,
  I32,
  I64,
  V128,
  type ValueType,
} from "../../../engine/types.ts";
import { testLarge } from "../large.ts";
import { Assembler } from "./assembler.ts";
import {
  call,
  func,
  GIB,
  instanceOf,
  memory,
  newMemory,
  PAGE,
  pollSeldom,
  residentBytes,
  stopEvery,
  trapOf,
  writer,
} from "./guest.ts";
import { randomWords } from "./samples.ts";

const OFFSET_MAX = 0xffffffff;

// Every access

const LETTERS: Readonly<Record<ValueType, string>> = {
  [I32]: "i",
  [I64]: "I",
  [F32]: "f",
  [F64]: "F",
  [V128]: "v",
};

/** A load, a store or a read-modify-write, as a function of its operands. */
interface Access {
  readonly name: string;
  readonly bytes: number;
  /** Which multiple of its size an address has to be. */
  readonly align: number;
  /** Operands after the address. */
  readonly operands: readonly ValueType[];
  readonly result: ValueType | undefined;
  /** `OFFSET` stands for the offset. */
  readonly code: string;
}

const ROWS = instructions().filter((row): row is Instruction =>
  row !== undefined && row.accessBytes > 0 && !row.mnemonic.includes(".wait") &&
  (row.imm === Imm.MemArg || row.imm === Imm.MemArgLane)
);

const PLAIN: readonly Access[] = ROWS.map((row) => {
  const operands = row.params.slice(1);
  const lane = row.imm === Imm.MemArgLane ? " 0" : "";
  const gets = row.params.map((_, i) => `local.get ${i}`).join(" ");
  return {
    name: row.mnemonic,
    bytes: row.accessBytes,
    align: row.isAtomic ? row.accessBytes : 1,
    operands,
    result: row.results[0],
    code: `${gets} ${row.mnemonic} OFFSET${lane}`,
  };
});

/** Ops that are fused from an access and its neighbours. */
const FUSED: readonly Access[] = [
  fused("add, load32", 4, [I32], "INDEX i32.load OFFSET"),
  fused("add, load64", 8, [I32], "INDEX i64.load OFFSET", I64),
  fused("add, load8_u", 1, [I32], "INDEX i32.load8_u OFFSET"),
  fused("load32, add", 4, [I32], "ADDRESS i32.load OFFSET local.get 1 i32.add"),
  fused(
    "load32, add constant",
    4,
    [],
    "ADDRESS i32.load OFFSET i32.const 77 i32.add",
  ),
  fused(
    "store32 of a constant",
    4,
    [],
    "ADDRESS i32.const -123456 i32.store OFFSET",
    undefined,
  ),
  fused(
    "store8 of a constant",
    1,
    [],
    "ADDRESS i32.const 0xab i32.store8 OFFSET",
    undefined,
  ),
  fused(
    "load8_u, br_if",
    1,
    [],
    "block ADDRESS i32.load8_u OFFSET br_if 0 i32.const 1 return end " +
      "i32.const 2",
  ),
  fused(
    "load8_u, eqz, br_if",
    1,
    [],
    "block ADDRESS i32.load8_u OFFSET i32.eqz br_if 0 i32.const 1 return end " +
      "i32.const 2",
  ),
];

function fused(
  name: string,
  bytes: number,
  operands: ValueType[],
  code: string,
  result: ValueType | undefined = name.includes("store") ? undefined : I32,
): Access {
  const ready = code
    .replace("INDEX", "local.get 0 local.get 1 i32.add")
    .replace("ADDRESS", "local.get 0");
  return { name, bytes, align: 1, operands, result, code: ready };
}

const ACCESSES = [...PLAIN, ...FUSED];

function signatureOf({ operands, result }: Access): string {
  const params = operands.map((type) => LETTERS[type]).join("");
  return `i${params}:${result === undefined ? "" : LETTERS[result]}`;
}

/** A module with all accesses at an offset, on an imported memory. */
function accessesAt(offset: number, on: MemoryInstance): ModuleInstance {
  const assembler = new Assembler().importMemory("m", "memory", 0);
  for (const access of ACCESSES) {
    const code = access.code.replace("OFFSET", `+${offset}`);
    assembler.function(access.name, signatureOf(access), "", code);
  }
  return instanceOf(assembler, { memory: on });
}

/** Does the access; operands are 0 and 1, which added leave an address alone. */
function perform(
  instance: ModuleInstance,
  access: Access,
  address: number,
  operand = 0n,
): RawValue[] {
  const operands = access.operands.map(() => operand);
  return callRaw(func(instance, access.name), [BigInt(address), ...operands]);
}

function traps(instance: ModuleInstance, access: Access, address: number) {
  const aligned = address - address % access.align;
  const trap = trapOf(() => perform(instance, access, aligned));
  const what = `${access.name} at 0x${aligned.toString(16)}`;
  assert.is(trap.code, TrapCode.MemoryOutOfBounds, what);
}

test("there are as many accesses as the table has", () => {
  assert.is(ROWS.length > 23 + 20 + 60, true);
  for (const { mnemonic, accessBytes } of ROWS) {
    assert.ok([1, 2, 4, 8, 16].includes(accessBytes), mnemonic);
  }
});

test("every access traps from its first address out of bounds on", () => {
  for (const pages of [1, 3]) {
    const on = newMemory(pages);
    const end = pages * PAGE;
    on.bytes.fill(0x5a);
    for (const offset of [0, 1, 8, 40_000]) {
      const instance = accessesAt(offset, on);
      for (const access of ACCESSES) {
        const first = end - access.bytes + 1 - offset;
        // An atomic access has to be aligned before it is in bounds.
        if (access.align === 1) {
          traps(instance, access, first);
          perform(instance, access, first - 1);
        } else if (offset % access.align === 0) {
          traps(instance, access, end - offset);
          perform(instance, access, end - offset - access.bytes);
        }
      }
    }
  }
});

test("every access traps at the far ends of the address space", () => {
  const on = newMemory(1);
  on.bytes.fill(0x5a);
  const offsets = [0, 8, PAGE, 2 ** 31 - 8, 2 ** 31, 2 ** 32 - 8];
  for (const offset of offsets) {
    const instance = accessesAt(offset, on);
    for (const access of ACCESSES) {
      for (const near of [2 ** 31, 2 ** 32, 2 ** 32 - offset, 2 ** 31 - 8]) {
        for (const address of [near - 16, near - 8, near - 1, near, near + 8]) {
          if (address < 0 || address >= 2 ** 32) continue;
          const aligned = address - address % access.align;
          if (aligned + offset + access.bytes <= PAGE) continue;
          traps(instance, access, address);
        }
      }
    }
  }
  assert.ok(on.bytes.every((byte) => byte === 0x5a));
});

test("the largest offset reaches out of every smaller memory", () => {
  const on = newMemory(1);
  const instance = accessesAt(OFFSET_MAX, on);
  for (const access of ACCESSES) {
    if (access.align > 1) continue;
    for (const address of [0, 1, 2, PAGE, 2 ** 31 - 1, 2 ** 31, OFFSET_MAX]) {
      traps(instance, access, address);
    }
  }
});

test("a memory without pages has no address", () => {
  const instance = accessesAt(0, newMemory(0));
  for (const access of ACCESSES) {
    for (const address of [0, 8, 2 ** 31, 2 ** 32 - 16]) {
      traps(instance, access, address);
    }
  }
});

const BYTES = Array.from({ length: 32 }, (_, i) => 0x81 + 5 * i & 0xff);
/** Where accesses go that the hot loop does by itself. */
const LOW = 1024;

/** Checks an access at `address` against the same one at a low address. */
function compare(
  low: ModuleInstance,
  high: ModuleInstance,
  access: Access,
  address: number,
  offset: number,
): void {
  const on = high.memories[0];
  const near = low.memories[0];
  const what = `${access.name} at 0x${address.toString(16)} + ${offset}`;
  const room = Math.min(32, on.byteLength - address);
  on.bytes.set(BYTES.slice(0, room), address);
  near.bytes.set(BYTES.slice(0, room), LOW);
  const base = address - offset;
  // The index of an addition is an operand: let it move half of the address.
  const isIndexed = access.name.startsWith("add, ");
  const index = isIndexed && base > 0 ? 1 : 0;
  const operand = isIndexed ? BigInt(index) : 0x1234_5678_9abc_def0n;
  const expected = perform(low, access, LOW - index, operand);
  assert.equal(perform(high, access, base - index, operand), expected, what);
  const after = on.bytes.slice(address, address + room);
  assert.equal(after, near.bytes.slice(LOW, LOW + room), what);
  on.bytes.fill(0, address, address + room);
}

/** Made by the first test that needs it. */
let large: MemoryInstance;
test.after(() => {
  large = newMemory(0);
});

testLarge("a memory of 65,536 pages is there down to its last byte", () => {
  large = newMemory(65_536);
  assert.is(large.byteLength, 2 ** 32);
  assert.is(large.pageCount, 65_536);
  assert.is(large.grow(0), 65_536);
  assert.is(large.grow(1), -1);
  const before = residentBytes();
  const low = accessesAt(0, newMemory(1));
  for (const offset of [0, 8, 0x7fff_fff0, 0x8000_0000, 0xffff_fff0]) {
    const high = accessesAt(offset, large);
    for (const access of ACCESSES) {
      const last = 2 ** 32 - access.bytes;
      for (
        const address of [
          2 ** 31 - 16,
          2 ** 31 - 8,
          2 ** 31 - access.align,
          2 ** 31,
          2 ** 31 + 8,
          3 * GIB,
          last - 8 * access.bytes,
          last,
        ]
      ) {
        if (address < offset || (address - offset) % access.align) continue;
        compare(low, high, access, address, offset);
      }
      const end = 2 ** 32 - access.bytes + 1 - offset;
      if (access.align > 1 || end < 0 || end > OFFSET_MAX) continue;
      traps(high, access, end);
    }
  }
  assert.ok(residentBytes() - before < GIB / 4);
});

testLarge(
  "offset 0xffffffff reaches the last byte of the largest memory",
  () => {
    const instance = accessesAt(OFFSET_MAX, large);
    for (const access of ACCESSES) {
      if (access.align > 1) continue;
      if (access.bytes > 1) traps(instance, access, 0);
      else perform(instance, access, 0);
      for (const address of [1, 2 ** 31, OFFSET_MAX]) {
        traps(instance, access, address);
      }
    }
  },
);

const spinning = (branch: string) => `
  loop
    local.get 1 i32.const 3 i32.mul local.set 1
    local.get 0 i32.load8_u ${branch}
  end`;

testLarge("a loop that branches on a byte beyond 2 GiB can be stopped", () => {
  const instance = instanceOf(
    new Assembler()
      .importMemory("m", "memory", 1)
      .function("spin", "i:", "i", spinning("br_if 0"))
      .function("spinZ", "i:", "i", spinning("i32.eqz br_if 0")),
    { memory: large },
  );
  large.bytes[3 * GIB] = 1;
  for (const [name, address] of [["spin", 3 * GIB], ["spinZ", 3 * GIB + 1]]) {
    const callee = func(instance, name as string);
    const thread = new Thread(callee);
    const poll = stopEvery(100);
    const outcome = thread.start(writer(callee, [BigInt(address)]), poll);
    assert.is(outcome, STOPPED);
    pollSeldom();
  }
  large.bytes[3 * GIB] = 0;
});

testLarge("a memory may be just below, at and just above 2 GiB", () => {
  for (const pages of [32_767, 32_768, 32_769]) {
    const on = newMemory(pages);
    const end = pages * PAGE;
    const low = accessesAt(0, newMemory(1));
    const high = accessesAt(16, on);
    for (const access of ACCESSES) {
      compare(low, high, access, end - access.bytes, 16);
      compare(low, high, access, end - 32, 16);
      traps(high, access, end - 16);
      if (access.align === 1) traps(high, access, end - 15 - access.bytes);
    }
  }
});

/** Adds functions that fill and copy ranges of memory 0. */
function withBulk(module: Assembler): Assembler {
  const operands = "local.get 0 local.get 1 local.get 2";
  return module.function("fill", "iii:", "", `${operands} memory.fill`)
    .function("copy", "iii:", "", `${operands} memory.copy`);
}

const BULK = withBulk(
  new Assembler().memory("memory", 1).memory("other", 1),
)
  .function(
    "bring",
    "iii:",
    "",
    "local.get 0 local.get 1 local.get 2 memory.copy 0 1",
  )
  .function(
    "fillOther",
    "iii:",
    "",
    "local.get 0 local.get 1 local.get 2 memory.fill 1",
  );

test("ranges of every length and place are copied and filled", () => {
  const instance = instanceOf(BULK);
  const { bytes } = memory(instance);
  const other = memory(instance, "other").bytes;
  const words = randomWords(9);
  for (let i = 0; i < 256; i++) bytes[PAGE - 256 + i] = words();
  for (let i = 0; i < 256; i++) other[PAGE - 256 + i] = words();
  for (let round = 0; round < 4000; round++) {
    const count = round % 80;
    const from = PAGE - 256 + words() % (257 - count);
    const near = from - 80 + words() % 160;
    const to = Math.min(Math.max(near, PAGE - 256), PAGE - count);
    const expected = bytes.slice(PAGE - 256);
    const at = to + 256 - PAGE;
    const name = ["copy", "bring", "fill"][words() % 3];
    if (name === "copy") expected.set(bytes.slice(from, from + count), at);
    if (name === "bring") expected.set(other.slice(from, from + count), at);
    if (name === "fill") expected.fill(from, at, at + count);
    call(instance, name, BigInt(to), BigInt(from), BigInt(count));
    assert.equal(bytes.slice(PAGE - 256), expected, `${name} ${to} ${count}`);
  }
  call(instance, "fillOther", 8n, 7n, 2n);
  assert.equal([...other.subarray(7, 11)], [0, 7, 7, 0]);
});

test("short ranges that pass the end trap, and nothing is written", () => {
  const instance = instanceOf(BULK);
  const { bytes } = memory(instance);
  const before = bytes.slice();
  const minus1 = 0xffffffffn, end = BigInt(PAGE);
  for (
    const [to, from, count] of [
      ...[[end - 3n, 1n, 4n], [end, 1n, 1n], [end + 1n, 1n, 0n]],
      ...[[minus1, 1n, 1n], [minus1, 1n, 0n], [1n << 31n, 1n, 4n]],
      [0n, 1n, minus1],
    ]
  ) {
    for (const name of ["fill", "copy"]) {
      const run = () => call(instance, name, to, from, count);
      assert.is(trapOf(run).code, TrapCode.MemoryOutOfBounds);
    }
    const run = () => call(instance, "copy", from, to, count);
    assert.is(trapOf(run).code, TrapCode.MemoryOutOfBounds);
  }
  assert.equal(bytes, before);
  for (const name of ["fill", "copy"]) call(instance, name, end, end, 0n);
});

testLarge("bulk instructions work beyond 2 GiB and trap at the end", () => {
  const instance = instanceOf(
    withBulk(new Assembler().importMemory("m", "memory", 1)),
    { memory: large },
  );
  const end = 2n ** 32n;
  call(instance, "fill", end - 8n, 0x77n, 8n);
  call(instance, "copy", BigInt(2 ** 31 - 4), end - 8n, 8n);
  assert.equal([...large.bytes.subarray(2 ** 31 - 5, 2 ** 31 + 5)], [
    0,
    ...new Array(8).fill(0x77),
    0,
  ]);
  for (
    const run of [
      () => call(instance, "fill", end - 8n, 1n, 9n),
      () => call(instance, "copy", 0n, end - 8n, 9n),
      () => call(instance, "copy", end - 8n, 0n, end - 1n),
    ]
  ) {
    assert.is(trapOf(run).code, TrapCode.MemoryOutOfBounds);
  }
  assert.is(large.bytes[2 ** 32 - 1], 0x77);
  call(instance, "fill", end - 8n, 0n, 8n);
  call(instance, "fill", BigInt(2 ** 31 - 4), 0n, 8n);
});

test("a trapped store writes nothing", () => {
  const on = newMemory(1);
  const instance = accessesAt(0, on);
  for (const access of ACCESSES) {
    if (access.align > 1) continue;
    for (let back = 1; back < access.bytes; back++) {
      traps(instance, access, PAGE - back);
    }
  }
  assert.ok(on.bytes.every((byte) => byte === 0));
});

test.run();
