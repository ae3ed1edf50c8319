/**
 * Hostile modules: claims of huge sizes, deep nesting, long and repeated
 * tables of branches, floods of names, types and recursion groups. Each one
 * ends in a CompileError or compiles, in bounded time and memory; those that
 * export `run` are called too, since translation happens at the first call.
 */

import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  callRaw,
  CompileError,
  compileModule,
  FEATURES_ALL,
  FunctionInstance,
  instantiateModule,
  LinkError,
  Trap,
} from "../../engine/mod.ts";
import type { Module } from "../../engine/module.ts";
import {
  encodeModule,
  FUNCREF,
  I32,
  I64,
  moduleOf,
  TypeList,
  vector,
  VOID,
  Writer,
} from "./encode.ts";

/** Of CPU time: the machine may be busy with other things. */
const MAX_TIME_MS = 2000;
const MAX_GROWTH_BYTES = 700 << 20;
const HUGE = 0xffffffff;
const EVERY_FEATURE = 0x7fffffff;

type Verdict = "accepted" | "rejected" | "any";

/** Compiles, and calls `run` where there is one, within the limits. */
function hostile(name: string, expected: Verdict, make: () => Uint8Array) {
  test(name, () => {
    const bytes = make();
    for (const features of [FEATURES_ALL, EVERY_FEATURE]) {
      const before = process.memoryUsage().rss;
      const start = process.cpuUsage();
      const verdict = attempt(bytes, features);
      const { user, system } = process.cpuUsage(start);
      const timeMs = (user + system) / 1000;
      const growth = process.memoryUsage().rss - before;
      if (expected !== "any") assert.is(verdict, expected);
      assert.ok(timeMs < MAX_TIME_MS, `took ${Math.round(timeMs)} ms`);
      assert.ok(growth < MAX_GROWTH_BYTES, `took ${growth >> 20} MiB`);
    }
  });
}

function attempt(bytes: Uint8Array, features: number): Verdict {
  try {
    const module = compileModule(bytes, features);
    const runs = module.exports.some(({ name }) => name === "run");
    if (runs && features === FEATURES_ALL) run(module);
    return "accepted";
  } catch (error) {
    if (error instanceof CompileError) return "rejected";
    throw error;
  }
}

function run(module: Module): void {
  const instance = instantiateModule(module, () => undefined);
  const entry = instance.exports.get("run");
  if (!(entry instanceof FunctionInstance)) return;
  try {
    callRaw(entry, []);
  } catch (error) {
    if (!(error instanceof Trap)) throw error;
  }
}

/** A module with one exported function `run`. */
function oneFunction(
  body: Writer,
  results: readonly number[] = [],
  types?: TypeList,
): Uint8Array {
  const source = { params: [], results, locals: [], body, exportName: "run" };
  return encodeModule({ functions: [source], types });
}

function repeat(
  out: Writer,
  count: number,
  write: (out: Writer, index: number) => void,
): Writer {
  for (let i = 0; i < count; i++) write(out, i);
  return out;
}

/** A module whose only function declares groups of locals. */
function withLocals(groups: readonly (readonly [number, number])[]) {
  const body = new Writer().unsigned(groups.length);
  for (const [count, type] of groups) body.unsigned(count).bytes(type);
  body.bytes(0x0b);
  return moduleOf(
    [1, vector([new Writer().bytes(0x60, 0, 0)])],
    [3, vector([new Writer().bytes(0)])],
    [10, vector([new Writer().sized(body)])],
  );
}

hostile(
  "2^32 locals",
  "rejected",
  () => withLocals([[HUGE, I32], [1, I32]]),
);
hostile("2^32 - 1 locals", "rejected", () => withLocals([[HUGE, I64]]));
hostile("50,001 locals", "rejected", () => withLocals([[50_001, I32]]));
hostile("50,000 locals", "accepted", () => withLocals([[50_000, I32]]));
hostile(
  "a million groups of no locals",
  "any",
  () => withLocals(new Array(1_000_000).fill([0, I32])),
);
hostile(
  "a million groups of locals",
  "rejected",
  () => withLocals(new Array(1_000_000).fill([HUGE, I64])),
);

for (let id = 0; id <= 13; id++) {
  hostile(`section ${id} claims 4 GiB`, "rejected", () => {
    const head = moduleOf([0, new Writer().name("x")]);
    const out = new Writer().append(head).bytes(id).unsigned(HUGE);
    return out.bytes(0, 0, 0).finish();
  });
  hostile(`section ${id} claims 2^32 - 1 items`, "any", () => {
    const items = new Writer().unsigned(HUGE).append(new Uint8Array(1000));
    return moduleOf([id, items]);
  });
}

hostile(
  "a table of 2^32 - 1 elements",
  "any",
  () =>
    moduleOf([
      4,
      vector([new Writer().bytes(FUNCREF, 1).unsigned(HUGE).unsigned(HUGE)]),
    ]),
);
test("an instance cannot have a table of 2^32 - 1 elements", () => {
  const type = new Writer().bytes(FUNCREF, 0).unsigned(HUGE);
  const bytes = moduleOf([4, vector([type])]);
  assert.throws(
    () => instantiateModule(compileModule(bytes), () => undefined),
    (error: Error) =>
      error instanceof CompileError || error instanceof LinkError ||
      error instanceof RangeError,
  );
});
hostile(
  "100,000 tables of 10,000,000 elements",
  "any",
  () =>
    moduleOf([
      4,
      vector(
        new Array(100_000).fill(
          new Writer().bytes(FUNCREF, 0).unsigned(10_000_000),
        ),
      ),
    ]),
);
hostile(
  "a memory of 2^32 - 1 pages",
  "rejected",
  () => moduleOf([5, vector([new Writer().bytes(0).unsigned(HUGE)])]),
);
hostile(
  "100 memories of 4 GiB",
  "any",
  () =>
    moduleOf([
      5,
      vector(new Array(100).fill(new Writer().bytes(0).unsigned(65536))),
    ]),
);

const OPENERS: readonly (readonly [string, readonly number[]])[] = [
  ["blocks", [0x02, VOID]],
  ["loops", [0x03, VOID]],
  ["ifs", [0x41, 1, 0x04, VOID]],
];
for (const [name, opener] of OPENERS) {
  hostile(`100,000 nested ${name}`, "accepted", () => {
    const body = repeat(new Writer(), 100_000, (out) => out.bytes(...opener));
    return oneFunction(repeat(body, 100_000, (out) => out.bytes(0x0b)));
  });
  hostile(`100,000 nested ${name}, not closed`, "rejected", () =>
    oneFunction(
      repeat(new Writer(), 100_000, (out) => out.bytes(...opener)),
    ));
}

hostile("branches out of 20,000 nested blocks", "accepted", () => {
  const count = 20_000;
  const body = repeat(new Writer(), count, (out) => out.bytes(0x02, VOID));
  repeat(
    body,
    count,
    (out, i) => out.i32(0).op(0x0d, count - 1 - i).bytes(0x0b),
  );
  return oneFunction(body);
});

/** `count` types of blocks with `arity` results. */
function blockOf(arity: number, types: TypeList): number {
  return types.indexOf([], new Array(arity).fill(I32));
}

hostile("br_tables of 60,000 times the same wide label", "accepted", () => {
  const types = new TypeList();
  const arity = 900;
  const body = new Writer();
  repeat(body, 20, () => {
    body.bytes(0x02).signed(blockOf(arity, types));
    repeat(body, arity, () => body.i32(1));
    body.i32(5).bytes(0x0e).unsigned(60_000);
    repeat(body, 60_001, () => body.bytes(0));
    body.bytes(0x0b);
    repeat(body, arity, () => body.bytes(0x1a));
  });
  return oneFunction(body, [], types);
});

/** Calls whose results stay on the operand stack, a thousand of each. */
function callsWithResults(count: number): Uint8Array {
  const results = new Array(1000).fill(I32);
  const calls = repeat(new Writer(), count, (out) => out.op(0x10, 1));
  const run = { params: [], results: [], locals: [], body: calls.bytes(0) };
  const callee = { ...run, results, body: new Writer().bytes(0) };
  return encodeModule({ functions: [{ ...run, exportName: "run" }, callee] });
}
hostile("a million operands", "accepted", () => callsWithResults(1000));
hostile("forty million operands", "rejected", () => callsWithResults(40_000));

hostile("br_tables over 200 nested wide labels", "accepted", () => {
  const types = new TypeList();
  const arity = 100;
  const depth = 200;
  const body = new Writer();
  repeat(body, depth, () => body.bytes(0x02).signed(blockOf(arity, types)));
  repeat(body, 20, () => {
    body.bytes(0x02).signed(blockOf(arity, types));
    repeat(body, arity, () => body.i32(1));
    body.i32(5).bytes(0x0e).unsigned(20_000);
    repeat(body, 20_001, (out, i) => out.unsigned(i % depth));
    body.bytes(0x0b);
    repeat(body, arity, () => body.bytes(0x1a));
  });
  repeat(body, arity, () => body.i32(1));
  repeat(body, depth, () => body.bytes(0x0b));
  repeat(body, arity, () => body.bytes(0x1a));
  return oneFunction(body, [], types);
});

hostile("nested br_tables", "accepted", () => {
  const count = 1000;
  const body = repeat(new Writer(), count, (out) => out.bytes(0x02, VOID));
  repeat(body, count, (_, depth) => {
    body.i32(0).bytes(0x0e).unsigned(count - depth - 1);
    repeat(body, count - depth, (out, i) => out.unsigned(i));
    body.bytes(0x0b);
  });
  return oneFunction(body);
});

hostile("50,000 br_tables below 50,000 nested blocks", "accepted", () => {
  const count = 50_000;
  const body = repeat(new Writer(), count, (out) => out.bytes(0x02, VOID));
  const table = new Writer().bytes(0x02, VOID).i32(0).bytes(0x0e, 0, 0, 0x0b);
  repeat(body, count, (out) => out.append(table.finish()));
  return oneFunction(repeat(body, count, (out) => out.bytes(0x0b)));
});

hostile("a br_table that claims 2^32 - 1 labels", "rejected", () =>
  oneFunction(
    new Writer().i32(0).bytes(0x0e).unsigned(HUGE).bytes(0, 0, 0),
  ));

hostile("wide block types, nested", "any", () => {
  const types = new TypeList();
  const wide = new Array<number>(1000).fill(I32);
  const type = types.indexOf(wide, wide);
  const body = new Writer();
  repeat(body, 1000, () => body.i32(1));
  repeat(body, 2000, () => body.bytes(0x02).signed(type));
  repeat(body, 2000, () => body.bytes(0x0b));
  repeat(body, 1000, () => body.bytes(0x1a));
  return oneFunction(body, [], types);
});

/** Blocks, one after the other, that take and leave a thousand operands. */
function wideBlocks(count: number, bytesBetween: number): Uint8Array {
  const types = new TypeList();
  const wide = new Array<number>(1000).fill(I32);
  const type = types.indexOf(wide, wide);
  const between = new Array<number>(bytesBetween).fill(0x01);
  const body = repeat(new Writer(), 1000, (out) => out.i32(1));
  repeat(body, count, (out) => {
    out.bytes(0x02).signed(type).bytes(0x0b, ...between);
  });
  return oneFunction(body.bytes(0), [], types);
}
hostile("2,000 wide blocks", "accepted", () => wideBlocks(2000, 0));
hostile("500,000 wide blocks", "rejected", () => wideBlocks(500_000, 0));
hostile(
  "20,000 wide blocks with 250 other instructions each",
  "accepted",
  () => wideBlocks(20_000, 250),
);

hostile("a function with 7,000,000 labels in place", "accepted", () => {
  const types = new TypeList();
  const body = new Writer().bytes(0x02).signed(blockOf(1000, types));
  body.op(0x10, 1).i32(0).bytes(0x0e).unsigned(7_000_000);
  body.append(new Uint8Array(7_000_001)).bytes(0x0b, 0);
  const run = { params: [], results: [], locals: [], body };
  const results = new Array(1000).fill(I32);
  const callee = { ...run, results, body: new Writer().bytes(0) };
  return encodeModule({
    functions: [{ ...run, exportName: "run" }, callee],
    types,
  });
});

hostile("a million operands", "any", () => {
  const body = repeat(new Writer(), 1_000_000, (out) => out.i32(1));
  return oneFunction(repeat(body, 1_000_000, (out) => out.bytes(0x1a)));
});

hostile("a million drops in unreachable code", "accepted", () => {
  const body = new Writer().bytes(0x00);
  return oneFunction(repeat(body, 1_000_000, (out) => out.bytes(0x1a)));
});

hostile("100,000 instructions in a row", "accepted", () => {
  const body = new Writer().i32(0);
  repeat(body, 50_000, (out) => out.i32(1).bytes(0x6a));
  return oneFunction(body, [I32]);
});

hostile("a function body over the limit", "rejected", () =>
  oneFunction(
    repeat(new Writer(), 7_700_000, (out) => out.bytes(0x01)),
  ));

hostile("a number without an end", "rejected", () =>
  oneFunction(
    repeat(new Writer().bytes(0x41), 1_000_000, (out) => out.bytes(0x80)),
  ));

function exportsModule(names: readonly string[]): Uint8Array {
  const items = names.map((name) => new Writer().name(name).bytes(0, 0));
  return moduleOf(
    [1, vector([new Writer().bytes(0x60, 0, 0)])],
    [3, vector([new Writer().bytes(0)])],
    [7, vector(items)],
    [10, vector([new Writer().bytes(2, 0, 0x0b)])],
  );
}

hostile(
  "100,000 exports of one name",
  "rejected",
  () => exportsModule(new Array(100_000).fill("x")),
);
hostile(
  "100,000 exports, the last one doubled",
  "rejected",
  () => exportsModule(Array.from({ length: 100_001 }, (_, i) => `${i % 1e5}`)),
);
hostile(
  "100,000 exports",
  "accepted",
  () => exportsModule(Array.from({ length: 100_000 }, (_, i) => `e${i}`)),
);
hostile("100,000 imports of one name", "accepted", () => {
  const item = new Writer().name("m").name("n").bytes(0, 0);
  return moduleOf(
    [1, vector([new Writer().bytes(0x60, 0, 0)])],
    [2, vector(new Array(100_000).fill(item))],
  );
});
hostile("an import name of 4 GiB", "rejected", () => {
  const item = new Writer().unsigned(HUGE).bytes(0x61, 0x61);
  return moduleOf([2, vector([item])]);
});
hostile("a name section of odd claims", "any", () => {
  const names = new Writer().name("name");
  names.bytes(1).unsigned(20).unsigned(HUGE).append(new Uint8Array(15));
  names.bytes(2).unsigned(HUGE).unsigned(HUGE);
  return moduleOf([0, names]);
});

/** Segments of no elements, which are not put anywhere: three bytes each. */
function emptySegments(count: number): Uint8Array {
  return moduleOf([
    9,
    vector(new Array(count).fill(new Writer().bytes(1, 0, 0))),
  ]);
}
hostile(
  "a million element segments",
  "accepted",
  () => emptySegments(1_000_000),
);
hostile(
  "a million and one element segments",
  "rejected",
  () => emptySegments(1_000_001),
);

hostile("a million function types", "any", () => {
  const type = new Writer().bytes(0x60, 1, I32, 0);
  return moduleOf([1, vector(new Array(1_000_000).fill(type))]);
});
hostile("a million and one types", "rejected", () => {
  const type = new Writer().bytes(0x60, 0, 0);
  return moduleOf([1, vector(new Array(1_000_001).fill(type))]);
});
hostile("20,000 different wide types", "any", () => {
  const items = Array.from({ length: 20_000 }, (_, i) => {
    const out = new Writer().bytes(0x60).unsigned(200);
    repeat(out, 200, (_, bit) => out.bytes(i >> bit & 1 ? I32 : I64));
    return out.bytes(0);
  });
  return moduleOf([1, vector(items)]);
});

/** A recursion group of `count` functions, each naming the next one. */
function ring(count: number): Writer {
  const group = new Writer().bytes(0x4e).unsigned(count);
  return repeat(
    group,
    count,
    (out, i) => out.bytes(0x60, 1, 0x63).signed((i + 1) % count).bytes(0),
  );
}

hostile(
  "a recursion group of 50,000 types",
  "any",
  () => moduleOf([1, new Writer().bytes(1).append(ring(50_000).finish())]),
);
hostile(
  "a recursion group that claims 2^32 - 1 types",
  "rejected",
  () => moduleOf([1, new Writer().bytes(1, 0x4e).unsigned(HUGE)]),
);
hostile(
  "100,000 equal recursion groups",
  "any",
  () => moduleOf([1, vector(new Array(100_000).fill(ring(1)))]),
);
hostile(
  "300 recursion groups of growing size",
  "any",
  () => {
    const all = Array.from({ length: 300 }, (_, i) => ring(i + 1));
    return moduleOf([1, vector(all)]);
  },
);
hostile("a chain of 100,000 subtypes", "any", () => {
  const items = Array.from({ length: 100_000 }, (_, i) => {
    const out = new Writer().bytes(0x50);
    if (i === 0) out.bytes(0);
    else out.bytes(1).unsigned(i - 1);
    return out.bytes(0x60, 0, 0);
  });
  return moduleOf([1, vector(items)]);
});
hostile("types that name each other, each twice", "any", () => {
  const items = Array.from({ length: 5000 }, (_, i) => {
    if (i === 0) return new Writer().bytes(0x60, 0, 0);
    return new Writer().bytes(0x60, 2, 0x63).signed(i - 1).bytes(0x63)
      .signed(i - 1).bytes(0);
  });
  return moduleOf([1, vector(items)]);
});

hostile("50,000 uninitialised locals and 50,000 blocks", "accepted", () => {
  const body = new Writer().bytes(1).unsigned(49_999).bytes(0x64, FUNCREF);
  repeat(body, 50_000, (out, i) => {
    out.bytes(0x02, VOID);
    if (i < 49_999) out.bytes(0xd2, 0).op(0x21, i);
  });
  repeat(body, 50_000, (out) => out.bytes(0x0b));
  body.bytes(0x0b);
  return moduleOf(
    [1, vector([new Writer().bytes(0x60, 0, 0)])],
    [3, vector([new Writer().bytes(0)])],
    [7, vector([new Writer().name("f").bytes(0, 0)])],
    [10, vector([new Writer().sized(body)])],
  );
});

hostile("a constant expression of a million additions", "any", () => {
  const init = new Writer().i32(0);
  repeat(init, 1_000_000, (out) => out.i32(1).bytes(0x6a));
  const global = new Writer().bytes(I32, 0).append(init.finish()).bytes(0x0b);
  return moduleOf([6, vector([global])]);
});
hostile("a constant expression of a million operands", "rejected", () => {
  const init = repeat(new Writer(), 1_000_000, (out) => out.i32(1));
  const global = new Writer().bytes(I32, 0).append(init.finish()).bytes(0x0b);
  return moduleOf([6, vector([global])]);
});

hostile("wide calls, one after the other", "accepted", () => {
  const types = new TypeList();
  const wide = new Array<number>(1000).fill(I32);
  const body = repeat(new Writer(), 1000, (out) => out.i32(1));
  repeat(body, 3000, (out) => out.op(0x10, 1));
  repeat(body, 1000, (out) => out.bytes(0x1a));
  const callee = new Writer();
  repeat(callee, 1000, (out, i) => out.op(0x20, i));
  const none: number[] = [];
  return encodeModule({
    functions: [
      { params: [], results: [], locals: none, body, exportName: "run" },
      { params: wide, results: wide, locals: none, body: callee },
    ],
    types,
  });
});

hostile("50,000 branches with 1,000 values each", "any", () => {
  const types = new TypeList();
  const wide = new Array<number>(1000).fill(I32);
  const body = new Writer().op(0x02, types.indexOf([], wide));
  // One value more, so that each branch has to move all of them.
  repeat(body, 1001, (out) => out.op(0x20, 0));
  repeat(body, 50_000, (out) => out.op(0x20, 0).op(0x0d, 0));
  body.op(0x0c, 0).bytes(0x0b);
  repeat(body, 1000, (out) => out.bytes(0x1a));
  const source = { params: [], results: [], locals: [I32], body };
  return encodeModule({ functions: [{ ...source, exportName: "run" }], types });
});

hostile("5,000 functions of 50,000 locals each", "accepted", () => {
  const count = 5000;
  const body = new Writer().bytes(1).unsigned(50_000).bytes(I32, 0x0b);
  return moduleOf(
    [1, vector([new Writer().bytes(0x60, 0, 0)])],
    [3, vector(new Array(count).fill(new Writer().bytes(0)))],
    [10, vector(new Array(count).fill(new Writer().sized(body)))],
  );
});

hostile("200,000 functions", "accepted", () => {
  const count = 200_000;
  return moduleOf(
    [1, vector([new Writer().bytes(0x60, 0, 0)])],
    [3, vector(new Array(count).fill(new Writer().bytes(0)))],
    [10, vector(new Array(count).fill(new Writer().bytes(2, 0, 0x0b)))],
  );
});

test.run();
