import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type FunctionInstance,
  LinkError,
  type MemoryInstance,
  type ModuleInstance,
  Thread,
  TrapCode,
} from "../../../engine/mod.ts";
import { DONE, STOPPED } from "../../../engine/thread.ts";
import { Assembler } from "./assembler.ts";
import {
  call,
  func,
  GIB,
  host,
  instanceOf,
  newMemory,
  PAGE,
  pollSeldom,
  residentBytes,
  resultsOf,
  stopEvery,
  throughJson,
  trapOf,
  writer,
} from "./guest.ts";

const OFFSET_MAX = 0xffffffff;

// Growing

const GROWING = `
  local.get 0 i32.const 1 i32.store
  call $more
  local.get 1 i32.const 42 i32.store
  local.get 0 i32.load local.get 1 i32.load i32.add
  memory.size i32.const 1000 i32.mul i32.add`;

/** Loads, stores and grows a memory; `other` is called in between. */
function growing(on: MemoryInstance, other: FunctionInstance): ModuleInstance {
  return instanceOf(
    new Assembler()
      .importFunction("h", "other", ":")
      .importMemory("m", "memory", 1, 100)
      .function("size", ":i", "", "memory.size")
      .function("grow", "i:i", "", "local.get 0 memory.grow")
      .function("more", ":", "", "i32.const 1 memory.grow drop")
      .function("load", "i:i", "", "local.get 0 i32.load")
      .function("store", "ii:", "", "local.get 0 local.get 1 i32.store")
      .function("both", "ii:i", "", GROWING.replace("$more", "$other"))
      .function("own", "ii:i", "", GROWING),
    { memory: on, other },
  );
}

test("two instances that share a memory see it grow, and keep the data", () => {
  const on = newMemory(1, 100);
  const nothing = host(":", () => {});
  const first = growing(on, nothing);
  const second = growing(on, func(first, "more"));
  call(first, "store", BigInt(PAGE - 4), 0x1234_5678n);
  assert.is(call(second, "grow", 2n), 1n);
  assert.is(call(first, "size"), 3n);
  assert.is(call(first, "load", BigInt(PAGE - 4)), 0x1234_5678n);
  assert.is(call(first, "load", BigInt(3 * PAGE - 4)), 0n);
  assert.is(
    trapOf(() => call(first, "load", BigInt(3 * PAGE - 3))).code,
    TrapCode.MemoryOutOfBounds,
  );
  call(first, "store", BigInt(3 * PAGE - 4), 7n);
  assert.is(call(second, "load", BigInt(3 * PAGE - 4)), 7n);
  // The other instance grows it in the middle of a function of this one.
  assert.is(call(second, "both", 0n, BigInt(3 * PAGE)), 4043n);
  // The same instance grows it in a function that this one calls.
  assert.is(call(first, "own", 0n, BigInt(4 * PAGE)), 5043n);
  assert.is(on.view.getInt32(3 * PAGE, true), 42);
  assert.is(on.view.byteLength, 5 * PAGE);
  assert.is(on.bytes.byteLength, 5 * PAGE);
});

test("the host may grow a memory in the middle of a function", () => {
  const on = newMemory(1, 100);
  const more = host(":", () => void on.grow(1));
  const instance = growing(on, more);
  assert.is(call(instance, "both", 0n, BigInt(PAGE)), 2043n);
  const nested = host(":", () => void call(instance, "grow", 1n));
  const other = growing(on, nested);
  assert.is(call(other, "both", 0n, BigInt(2 * PAGE)), 3043n);
});

test("a thread that was stopped goes on with the memory as it is now", () => {
  const on = newMemory(1, 100);
  const instance = instanceOf(
    new Assembler().importMemory("m", "memory", 1).function(
      "poll",
      "i:i",
      "i",
      `loop memory.size local.tee 1 i32.const 2 i32.lt_u br_if 0 end
      local.get 0 i32.load8_u`,
    ),
    { memory: on },
  );
  const callee = func(instance, "poll");
  const thread = new Thread(callee);
  const poll = stopEvery(50);
  const address = BigInt(2 * PAGE - 1);
  assert.is(thread.start(writer(callee, [address]), poll), STOPPED);
  on.grow(1);
  on.bytes[2 * PAGE - 1] = 99;
  const again = throughJson(thread);
  pollSeldom();
  assert.is(again.resume(), DONE);
  assert.equal(resultsOf(again), [99n]);
});

test("growing page by page copies seldom", () => {
  const on = newMemory(1);
  const buffers = new Set([on.buffer]);
  for (let pages = 1; pages < 1000; pages++) {
    on.bytes[pages * PAGE - 1] = pages;
    assert.is(on.grow(1), pages);
    buffers.add(on.buffer);
    assert.is(on.view.byteLength, (pages + 1) * PAGE);
    assert.is(on.bytes.byteLength, (pages + 1) * PAGE);
    assert.is(on.view.buffer, on.buffer);
  }
  assert.ok(buffers.size < 22, String(buffers.size));
  for (let pages = 1; pages < 1000; pages++) {
    assert.is(on.bytes[pages * PAGE - 1], pages & 0xff);
  }
});

test("the hot loop keeps away from the end of a memory", () => {
  for (const pages of [0, 1, 2]) {
    const { byteLength, hotLimit } = newMemory(pages, 3);
    assert.is(hotLimit, Math.max(0, byteLength - 7));
  }
});

test("a memory that is dropped has no bytes and grows no more", () => {
  const on = newMemory(1, 3);
  const { buffer } = on;
  on.drop();
  assert.is(on.pageCount, 0);
  assert.is(on.view.byteLength, 0);
  assert.is(on.bytes.byteLength, 0);
  assert.is(on.hotLimit, 0);
  assert.is.not(on.buffer, buffer);
  assert.is(on.grow(1), -1);
  assert.is(on.grow(0), 0);
});

test("a memory grows up to its maximum and the embedder's limit", () => {
  const source = (min: number, max?: number) =>
    new Assembler().memory("memory", min, max)
      .function("grow", "i:i", "", "local.get 0 memory.grow")
      .function(
        "last",
        ":i",
        "",
        "memory.size i32.const 65536 i32.mul " +
          "i32.const 1 i32.sub i32.load8_u",
      );
  const cases: [number, number | undefined, number | undefined, number][] = [
    [1, 3, undefined, 3],
    [1, 10, 3, 3],
    [1, undefined, 3, 3],
    [3, 3, 3, 3],
    [0, undefined, 2, 2],
    [1, 3, 1000, 3],
  ];
  for (const [min, max, memoryPages, most] of cases) {
    const instance = instanceOf(source(min, max), {}, { memoryPages });
    const grow = (n: number) => call(instance, "grow", BigInt(n));
    assert.is(grow(most - min + 1), 0xffff_ffffn);
    assert.is(grow(65_536), 0xffff_ffffn);
    assert.is(grow(OFFSET_MAX), 0xffff_ffffn);
    assert.is(grow(most - min), BigInt(min));
    assert.is(grow(0), BigInt(most));
    assert.is(grow(1), 0xffff_ffffn);
    assert.is(call(instance, "last"), 0n);
  }
});

test("a memory that is larger than the embedder allows cannot be made", () => {
  const source = new Assembler().memory("memory", 5);
  assert.throws(
    () => instanceOf(source, {}, { memoryPages: 4 }),
    (error: unknown) =>
      error instanceof LinkError &&
      error.message ===
        "memory of 5 pages: memory of 5 pages is over the limit of 4",
  );
  instanceOf(source, {}, { memoryPages: 5 });
});

test("a maximum costs nothing", () => {
  const before = residentBytes();
  for (let i = 0; i < 50; i++) {
    instanceOf(new Assembler().memory("memory", 0, 65_536));
    instanceOf(new Assembler().memory("memory", 1));
  }
  assert.ok(residentBytes() - before < GIB / 8);
});

test("each of several memories has its own bounds, data and growth", () => {
  const instance = instanceOf(
    new Assembler()
      .memory("m0", 1)
      .memory("m1", 2)
      .function("store0", "ii:", "", "local.get 0 local.get 1 i32.store")
      .function("store1", "ii:", "", "local.get 0 local.get 1 i32.store @1")
      .function("load0", "i:i", "", "local.get 0 i32.load")
      .function("load1", "i:i", "", "local.get 0 i32.load @1")
      .function("far1", "i:i", "", "local.get 0 i32.load @1 +4294967292")
      .function("grow1", "i:i", "", "local.get 0 memory.grow 1")
      .function("size0", ":i", "", "memory.size 0")
      .function("size1", ":i", "", "memory.size 1")
      .function(
        "copy",
        "iii:",
        "",
        "local.get 0 local.get 1 local.get 2 memory.copy 0 1",
      ),
  );
  const isOut = (name: string, at: number) =>
    assert.is(
      trapOf(() => call(instance, name, BigInt(at))).code,
      TrapCode.MemoryOutOfBounds,
    );
  call(instance, "store0", 0n, 10n);
  call(instance, "store1", BigInt(2 * PAGE - 4), 11n);
  isOut("load0", PAGE - 3);
  isOut("load1", 2 * PAGE - 3);
  isOut("far1", 0);
  isOut("far1", 4);
  assert.is(call(instance, "grow1", 1n), 2n);
  assert.is(call(instance, "size0"), 1n);
  assert.is(call(instance, "size1"), 3n);
  assert.is(call(instance, "load1", BigInt(2 * PAGE - 4)), 11n);
  isOut("load1", 3 * PAGE - 3);
  call(instance, "copy", 8n, BigInt(2 * PAGE - 4), 4n);
  assert.is(call(instance, "load0", 8n), 11n);
});

test.run();
