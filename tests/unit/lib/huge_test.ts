// Single instructions and calls of WASI that are long: what ends a call ends
// them as well. They need more memory than small runtimes have.

import { Buffer } from "node:buffer";
import { clearImmediate, setImmediate } from "node:timers";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type AsyncCallOptions,
  CancelExitCode,
  type ExportedFunction,
  Fuel,
  FuelExhausted,
  type Instance,
  Runtime,
  TimeoutError,
  wasi,
} from "../../../mod.ts";
import {
  Assembler,
  assertEndsAfter,
  errorOf,
  functionOf,
  rejectionOf,
} from "./guests.ts";

/** Loops of single instructions that take long. */
const GUESTS: Readonly<Record<string, Uint8Array>> = {
  "memory.fill": new Assembler().memory("memory", 16385)
    .function(
      "run",
      ":",
      "",
      loopOf("i32.const 7 i32.const 1073741824", "memory.fill"),
    )
    .build(),
  "memory.copy": new Assembler().memory("memory", 16385)
    .function(
      "run",
      ":",
      "",
      loopOf("i32.const 7 i32.const 1073741824", "memory.copy"),
    )
    .build(),
  "table.fill": new Assembler().table("table", "r", 4_000_000)
    .function(
      "run",
      ":",
      "",
      loopOf("ref.null r i32.const 4000000", "table.fill"),
    )
    .build(),
};

function loopOf(operands: string, instruction: string): string {
  return `loop i32.const 0 ${operands} ${instruction} br 0 end`;
}

for (const [name, bytes] of Object.entries(GUESTS)) {
  const ways: readonly AsyncCallOptions[] = [
    {},
    { sliceMs: 4 },
    { sliceFuel: 10_000 },
  ];
  for (const options of ways) {
    test(`timeoutMs and signal end ${name}, ${JSON.stringify(options)}`, async () => {
      const instance = new Runtime().instantiate(bytes);
      const run = functionOf(instance);
      const late = { ...options, timeoutMs: 20 };
      await assertEndsAfter(20, async () => {
        assert.instance(
          await rejectionOf(run.callAsync([], late)),
          TimeoutError,
        );
      });
      await assertEndsAfter(20, async () => {
        const controller = new AbortController();
        const { signal } = controller;
        setTimeout(() => controller.abort("enough"), 20);
        const call = run.callAsync([], { ...options, signal });
        assert.is(await rejectionOf(call), "enough");
      });
      assert.not(instance.isClosed);
    });
  }

  test(`timeoutMs ends ${name} in a synchronous call`, async () => {
    const run = functionOf(new Runtime().instantiate(bytes));
    await assertEndsAfter(20, () => {
      const error = errorOf(() => run.callWith([], { timeoutMs: 20 }));
      assert.instance(error, TimeoutError);
    });
  });

  test(`its instance is closed where that is wanted: ${name}`, () => {
    const instance = new Runtime({ closeOnCancel: true }).instantiate(bytes);
    errorOf(() => functionOf(instance).callWith([], { timeoutMs: 20 }));
    assert.is(instance.exitCode, CancelExitCode.TimedOut);
  });

  test(`fuel ends ${name}`, () => {
    const run = functionOf(new Runtime().instantiate(bytes));
    const fuel = new Fuel(1_000_000);
    assert.instance(errorOf(() => run.callWith([], { fuel })), FuelExhausted);
    assert.ok(fuel.remaining < 20);
  });
}

test("an interruption comes in the middle of a huge fill", async () => {
  const pages = 16384;
  const code = "i32.const 0 i32.const 7 i32.const 1073741824 memory.fill";
  const bytes = new Assembler().memory("memory", pages)
    .function("run", ":", "", code).build();
  const ways: ((run: ExportedFunction) => Promise<unknown>)[] = [
    (run) => run.callAsync([], { timeoutMs: 10 }),
    (run) => run.callAsync([], { signal: AbortSignal.timeout(10) }),
    (run) => run.callAsync([], { fuel: 50_000 }),
    (run) => new Promise(() => run.callWith([], { timeoutMs: 10 })),
  ];
  for (const way of ways) {
    const instance = new Runtime().instantiate(bytes);
    await rejectionOf(way(functionOf(instance)));
    const { memory } = instance;
    assert.is(memory!.readUint8(0), 7);
    assert.is(memory!.readUint8(pages * 65536 - 1), 0);
  }
});

test("a long instruction on memories and tables can be sliced and paid in parts", async () => {
  const size = 24 * 2 ** 20;
  const count = 200_000;
  const operands = (to: number, from: number, length: number) =>
    `i32.const ${to} i32.const ${from} i32.const ${length}`;
  const long: Record<string, string> = {
    fill: `${operands(5, 9, size - 10)} memory.fill`,
    copyUp: `${operands(5, 0, size - 10)} memory.copy`,
    copyDown: `${operands(0, 5, size - 10)} memory.copy`,
    tableFill: `i32.const 5 ref.func $fill i32.const ${count} table.fill`,
    tableUp: `${operands(5, 0, count)} table.copy`,
    tableDown: `${operands(0, 5, count)} table.copy`,
  };
  const assembler = new Assembler().memory("memory", size / 65536)
    .table("table", "r", count + 10);
  for (const [name, code] of Object.entries(long)) {
    assembler.function(name, ":", "", code);
  }
  const runtime = new Runtime();
  const compiled = runtime.compile(
    assembler.elements("i32.const 3", ["fill"]).build(),
  );
  const whole = runtime.instantiate(compiled);
  const parted = runtime.instantiate(compiled);
  const paid = runtime.instantiate(compiled);
  const scratch = runtime.instantiate(compiled);
  const sameAs = (other: Instance) => {
    const [a, b] = [whole, other].map(({ memory }) => memory!.buffer);
    assert.is(Buffer.compare(new Uint8Array(a), new Uint8Array(b)), 0);
    const [c, d] = [whole, other].map((i) => i.exportedTable("table")!);
    for (let i = 0; i < count + 10; i++) {
      assert.is(c.get(i) === null, d.get(i) === null);
    }
  };
  for (const instance of [whole, parted, paid]) {
    const words = new Uint32Array(instance.memory!.buffer);
    for (let i = 0; i < words.length; i++) words[i] = Math.imul(i, 0x9e3779b1);
  }
  for (const name of Object.keys(long)) {
    let slices = 0;
    const count = () => {
      slices++;
      handle = setImmediate(count);
    };
    let handle = setImmediate(count);
    functionOf(whole, name).call();
    await functionOf(parted, name).callAsync([], { sliceFuel: 1 });
    clearImmediate(handle);
    assert.ok(slices > 2, `${slices} slices`);
    sameAs(parted);
    const fuel = new Fuel(1e6);
    functionOf(scratch, name).callWith([], { fuel });
    let error = await rejectionOf(
      functionOf(paid, name).callAsync([], { fuel: 100 }),
    ) as FuelExhausted | undefined;
    const used = fuel.consumed;
    for (let given = 100; error !== undefined; given += 10_007) {
      assert.ok(given <= used, `${name}: ${given} of ${used} units`);
      error = await (error.resume!(10_007) as Promise<unknown>).then(
        () => undefined,
        (error) => error as FuelExhausted,
      );
    }
  }
  sameAs(paid);
});

test("WASI's long work is ended, and paid by size", async () => {
  const length = 2 ** 29;
  const bytes = new Assembler()
    .importFunction("wasi_snapshot_preview1", "random_get", "ii:i")
    .memory("memory", length / 65536)
    .function("run", "i:i", "", "i32.const 0 local.get 0 call 0").build();
  const runtime = new Runtime();
  wasi.instantiate(runtime);
  const instance = runtime.instantiate(bytes);
  const run = functionOf(instance);
  const ways: (() => Promise<unknown>)[] = [
    () =>
      Promise.resolve(errorOf(() => run.callWith([length], { timeoutMs: 20 }))),
    () => rejectionOf(run.callAsync([length], { timeoutMs: 20 })),
  ];
  for (const way of ways) {
    await assertEndsAfter(
      20,
      async () => assert.instance(await way(), TimeoutError),
    );
  }
  assert.is(instance.memory!.readUint32(length - 4), 0);
  const [few, many] = [0, 256 * 1000].map((count) => {
    const fuel = new Fuel(1e6);
    assert.is(run.callWith([count], { fuel }), 0);
    return fuel.consumed;
  });
  assert.is(many - few, 1000);
  const options = { fuel: 100 };
  assert.instance(
    errorOf(() => run.callWith([256 * 1000], options)),
    FuelExhausted,
  );
});

test.run();
