// The vector loop as a part of the machine: threads stop in it and go on,
// through JSON; fuel is exact in it; its traps are where their instructions
// are. What its ops compute is tested in simd_test.ts.

import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Word } from "../../../engine/exec.ts";
import {
  callRaw,
  type FunctionInstance,
  type Machine,
  machine,
  OUT_OF_FUEL,
  type RawValue,
  Thread,
  TrapCode,
} from "../../../engine/mod.ts";
import { type Instruction, instructions } from "../../../engine/opcodes.ts";
import { Imm } from "../../../engine/instruction.ts";
import { V128 } from "../../../engine/types.ts";
import { Assembler } from "./assembler.ts";
import {
  call,
  func,
  instanceOf,
  memory,
  resultsOf,
  runInSteps,
  trapOf,
  writer,
} from "./guest.ts";

// Guests

const DOWN = "local.get 0 i32.const 1 i32.sub local.tee 0";
const SPLAT = "local.get 0 i32x4.splat";

/** Sums and products of vectors in memory; 16 bytes a round. */
const DOT = `
  loop
    local.get 0 i32.const 4 i32.shl v128.load +32
    local.get 0 i32.const 4 i32.shl v128.load +48
    i32x4.mul local.get 1 i32x4.add local.set 1
    ${DOWN} br_if 0
  end
  local.get 1`;
/** The loop is an instruction and a branch to it, and ends as it counts. */
const TIGHT = `
  ${SPLAT} local.set 1
  loop
    local.get 1 v128.const 0xffffffffffffffffffffffffffffffff i32x4.add
    local.tee 1 v128.any_true br_if 0
  end
  local.get 1 ${SPLAT} i32x4.sub`;
/** Ops of both loops by turns; the numbers live on either side. */
const MIXED = `
  i64.const 0x0123456789abcdef local.set 2
  loop
    local.get 1 local.get 2 i64x2.splat i64x2.add local.set 1
    local.get 2 i64.const 0x5851f42d4c957f2d i64.mul i64.const 1 i64.add
    local.get 1 i64x2.extract_lane 1 i64.const 7 i64.rotl i64.xor local.set 2
    local.get 1 f64x2.convert_low_i32x4_s local.get 2 i64.const 1 i64.or
    i64.const 1 i64.shr_u f64.convert_i64_u f64x2.splat f64x2.div
    local.get 1 v128.xor local.set 1
    ${DOWN} br_if 0
  end
  local.get 1`;
/** A tree of calls that take and give vectors, with some on the stack. */
const TREE = `
  local.get 1
  local.get 0 if [:v]
    local.get 0 i32.const 1 i32.sub local.get 1 ${SPLAT} i16x8.add call $tree
    local.get 0 i32.const 1 i32.sub local.get 1 ${SPLAT} i8x16.sub call $tree
    i32x4.mul
  else
    local.get 1 i64x2.neg
  end
  v128.xor`;
/** Each way in its turn, with a vector as the label's operand. */
const TABLE = `
  loop
    block [:v] block [:v] block [:v]
      local.get 1 local.get 0 i32.const 3 i32.and br_table 0 1 2
    end i32x4.neg br 1
    end v128.not
    end ${SPLAT} i32x4.add local.set 1
    ${DOWN} br_if 0
  end
  local.get 1`;
/** Both memories; that of index 1 is not for the vector loop. */
const MEMORIES = `
  loop
    local.get 0 local.get 1 ${SPLAT} i32x4.add local.tee 1 v128.store @1 +100
    local.get 0 local.get 1 v128.store +1000
    local.get 0 v128.load32_splat @1 +101
    local.get 0 v128.load16x4_u +1002 v128.xor local.set 1
    local.get 0 local.get 1 v128.store8_lane @1 +90 3
    ${DOWN} br_if 0
  end
  local.get 1`;

/** Branches that loops over vectors end with, each in its own loop. */
const CONDITIONS: readonly string[] = [
  `${DOWN} br_if 0`,
  `${DOWN} i32.eqz i32.eqz br_if 0`,
  `${DOWN} i32.const 1 i32.ne br_if 0`,
  `${DOWN} i32.const 2 i32.gt_s br_if 0`,
  `${DOWN} i32.const 1 i32.ge_u br_if 0`,
  `${DOWN} local.get 2 i32.ne br_if 0`,
  `${DOWN} local.get 2 i32.gt_s br_if 0`,
  `${DOWN} local.get 2 i32.gt_u br_if 0`,
  `${DOWN} local.get 2 i32.le_s if else br 1 end`,
  `${DOWN} i32.eqz if else br 1 end`,
  `${DOWN} drop local.get 1 v128.any_true local.get 0 i32.mul br_if 0`,
  `local.get 0 i32.const 1 i32.sub local.set 0 local.get 1
    i32x4.extract_lane 2 drop local.get 2 local.get 0 i32.lt_s br_if 0`,
  `local.get 2 i32.const -1 i32.add local.tee 2 i32.const -25 i32.ne br_if 0`,
];

function zoo(): FunctionInstance[] {
  const assembler = new Assembler()
    .memory("memory", 1).memory("other", 1)
    .data("i32.const 32", Array.from({ length: 1024 }, (_, i) => i * 37 & 255))
    .function("dot", "iv:v", "", DOT)
    .function("tight", "iv:v", "", TIGHT)
    .function("mixed", "iv:v", "I", MIXED)
    .function("tree", "iv:v", "", TREE)
    .function("table", "iv:v", "", TABLE)
    .function("memories", "iv:v", "", MEMORIES);
  CONDITIONS.forEach((condition, i) => {
    const code = `loop local.get 1 ${SPLAT} i16x8.mul v128.const 77 i32x4.add
      local.set 1 ${condition} end local.get 1`;
    assembler.function(`condition${i}`, "iv:v", "i", code);
  });
  const instance = instanceOf(assembler);
  return [...instance.exports.values()]
    .filter((extern) =>
      "type" in extern && "host" in extern
    ) as FunctionInstance[];
}

const VECTOR = 0x0f1e2d3c_4b5a6978_8796a5b4_c3d2e1f0n;

function argsOf(callee: FunctionInstance): RawValue[] {
  return [nameOf(callee) === "tree" ? 4n : 24n, VECTOR];
}

function nameOf({ instance, index }: FunctionInstance): string {
  const { exports } = instance!;
  return [...exports].find(([, extern]) =>
    (extern as FunctionInstance).index === index && "host" in extern
  )![0];
}

/** How often the vector loop ended for an interruption while `run` ran. */
function interruptions(run: () => void): number {
  const m = machine() as { -readonly [K in keyof Machine]: Machine[K] };
  const { executeVectors } = m;
  let count = 0;
  m.executeVectors = (...args) => {
    const next = executeVectors(...args);
    if (m.I[Word.Counter] < 0) count++;
    return next;
  };
  try {
    run();
  } finally {
    m.executeVectors = executeVectors;
  }
  return count;
}

test("a thread stops at every branch between vectors and comes to the same", () => {
  const through = zoo();
  const stepped = zoo();
  assert.is(through.length, 6 + CONDITIONS.length);
  through.forEach((callee, i) => {
    const args = argsOf(callee);
    for (const branches of [0, 1, 2, 6]) {
      const expected = callRaw(callee, args);
      let run = { results: expected, stops: 0 };
      const inVectors = interruptions(() => {
        run = runInSteps(stepped[i], args, branches);
      });
      const what = `${nameOf(callee)} by ${branches}`;
      assert.equal(run.results, expected, what);
      if (branches > 0) continue;
      assert.ok(run.stops >= 20, `${what}: ${run.stops} stops`);
      // Their branches are calls, or come after handlers.
      if (/tree|memories/.test(what)) continue;
      assert.ok(inVectors >= 20, `${what}: ${inVectors} of them in vectors`);
    }
  });
});

test("a program of vectors stops anywhere and comes to the same", () => {
  const bytes = readFileSync("bench/programs/simd.wasm");
  const expected = call(instanceOf(bytes), "run", 1n);
  for (const branches of [7, 89]) {
    const { results, stops } = runInSteps(
      func(instanceOf(bytes), "run"),
      [1n],
      branches,
    );
    assert.is(results[0], expected);
    assert.ok(stops > 10, `${stops} stops`);
  }
});

// Fuel

/** Runs with that much fuel at a time; the results and what was used. */
function metered(callee: FunctionInstance, args: RawValue[], portion: number) {
  const fuel = { remaining: portion };
  const thread = new Thread(callee, fuel);
  let given = portion;
  let outcome = thread.start(writer(callee, args));
  while (outcome === OUT_OF_FUEL) {
    fuel.remaining += portion;
    given += portion;
    outcome = thread.resume();
  }
  return { results: resultsOf(thread), used: given - fuel.remaining };
}

test("vectors use the same fuel in one go and in portions", () => {
  const whole = zoo();
  const parts = zoo();
  whole.forEach((callee, i) => {
    const args = argsOf(callee);
    const expected = metered(callee, args, 1e9);
    for (const portion of [expected.used, 1009, 101, 23]) {
      // Memories are as the run before left them, in both.
      const again = metered(callee, args, 1e9);
      const what = `${nameOf(callee)} by ${portion}`;
      assert.is(again.used, expected.used, what);
      if (portion === expected.used) metered(parts[i], args, portion);
      assert.equal(metered(parts[i], args, portion), again, what);
    }
  });
});

test("a round of a loop of vectors costs a unit for each instruction", () => {
  const names = new Set(
    instructions().flatMap((row) => row === undefined ? [] : [row.mnemonic]),
  );
  for (const callee of zoo()) {
    const name = nameOf(callee);
    const code = { dot: DOT, mixed: MIXED, memories: MEMORIES }[name];
    if (code === undefined) continue;
    const [, body] = /loop([^]*)end/.exec(code)!;
    const count = body.split(/\s+/).filter((token) => names.has(token)).length;
    const [few, many] = [3n, 13n].map((n) =>
      metered(callee, [n, VECTOR], 1e9).used
    );
    assert.is(many - few, 10 * count, name);
  }
});

test("out of fuel, nothing of the block was done that could not be paid", () => {
  const code = `loop
      local.get 0 local.get 1 v128.store
      local.get 0 v128.load8x8_u +8 local.get 1 i16x8.add local.set 1
      ${DOWN} br_if 0
    end`;
  const instance = instanceOf(
    new Assembler().memory("memory", 1).function("f", "iv:", "", code),
  );
  const callee = func(instance, "f");
  const { bytes } = memory(instance);
  const [few, all] = [2n, 3n].map((n) =>
    metered(callee, [n, VECTOR], 1e9).used
  );
  for (let portion = 1; portion < all; portion++) {
    bytes.fill(0, 0, 64);
    const thread = new Thread(callee, { remaining: portion });
    assert.is(thread.start(writer(callee, [3n, VECTOR])), OUT_OF_FUEL);
    // A round stores its vector a byte below that of the round before.
    const rounds = [1, 2, 3].filter((at) => bytes[at] !== 0).length;
    assert.ok(rounds * (all - few) <= portion, `${rounds} by ${portion}`);
  }
});

// Traps

const MARK = "i32.const 31313 drop";
/** `i32.const 31313`. */
const MARK_BYTES = [0x41, 0xd1, 0xf4, 0x01];

/** Where `bytes` are in a module. */
function find(module: Uint8Array, bytes: readonly number[]): number {
  for (let at = 0; at < module.length; at++) {
    if (bytes.every((byte, i) => module[at + i] === byte)) return at;
  }
  throw new Error("they are not there");
}

const ACCESSES = instructions().filter((row): row is Instruction =>
  row?.params[0] !== undefined && row.accessBytes > 0 &&
  [...row.params, ...row.results].includes(V128)
);

/** Code before the access, and what uses its result. */
function surroundings(row: Instruction): [before: string, after: string][] {
  const operand = row.params.length > 1 ? "local.get 1 v128.not" : "";
  const isLoad = row.results.length > 0;
  const drop = isLoad ? "drop" : "";
  const use = isLoad ? "local.get 1 i32x4.add local.set 1" : "";
  return [
    [`local.get 0 ${operand}`, drop],
    [`local.get 0 i32.const 4 i32.add ${operand}`, use],
    [`local.get 0 local.get 0 i32.add ${operand}`, use],
    [`i32.const 8 ${operand}`, drop],
  ];
}

test("the offset of a vector access's trap is that of its instruction", () => {
  assert.ok(ACCESSES.length >= 20, `${ACCESSES.length} accesses`);
  for (const row of ACCESSES) {
    const lane = row.imm === Imm.MemArgLane ? 1 : 0;
    const access = `${row.mnemonic} +65530 ${lane === 1 ? "1" : ""}`;
    for (const [before, after] of surroundings(row)) {
      const code = `${before} ${access} ${MARK} ${after} local.get 1`;
      const bytes = new Assembler().memory("memory", 1)
        .function("f", "iv:v", "", code)
        .function("outer", "iv:v", "", "local.get 0 local.get 1 call $f")
        .build();
      const trap = trapOf(() => call(instanceOf(bytes), "outer", 0x7000n, 0n));
      assert.is(trap.code, TrapCode.MemoryOutOfBounds, access);
      assert.equal(trap.frames.map((frame) => frame.functionName), [
        "f",
        "outer",
      ]);
      // Prefix, opcode, alignment, offset of 3 bytes, perhaps a lane.
      const offset = find(bytes, MARK_BYTES) - 6 - lane;
      assert.is(trap.frames[0].offset, offset, `${before} ${access}`);
    }
  }
});

/** What traps in a function of vectors, and how long the instruction is. */
const TRAPPING: readonly [string, TrapCode, number][] = [
  ["local.get 0 i32.load +65535", TrapCode.MemoryOutOfBounds, 5],
  ["local.get 0 i32.load8_u +65536", TrapCode.MemoryOutOfBounds, 5],
  ["local.get 0 local.get 0 i32.store +65535", TrapCode.MemoryOutOfBounds, 5],
  [
    "local.get 0 i32.const 8 i32.add i32.load +65535",
    TrapCode.MemoryOutOfBounds,
    5,
  ],
  ["local.get 0 local.get 0 i32.div_u", TrapCode.DivideByZero, 1],
  ["unreachable", TrapCode.Unreachable, 1],
  ["f32.const 0x7fc00000 i32.trunc_f32_s", TrapCode.InvalidConversion, 1],
  [
    "local.get 1 f64x2.extract_lane 1 i64.trunc_f64_u",
    TrapCode.InvalidConversion,
    1,
  ],
  ["local.get 0 call_indirect [:]", TrapCode.UninitializedElement, 3],
];

test("the offset of any other trap between vectors is that of its instruction", () => {
  for (const [code, trapCode, length] of TRAPPING) {
    const loop = `loop local.get 1 ${SPLAT} i32x4.sub local.set 1
      ${DOWN} br_if 0 end`;
    const bytes = new Assembler().memory("memory", 1).table("table", "r", 1)
      .function("f", "iv:v", "", `${loop} ${code} ${MARK} unreachable`)
      .build();
    const trap = trapOf(() => call(instanceOf(bytes), "f", 20n, 0n));
    assert.is(trap.code, trapCode, code);
    const offset = find(bytes, MARK_BYTES) - length;
    assert.is(trap.frames[0].offset, offset, code);
  }
});

test("what comes before a trap between vectors is done, and nothing behind it", () => {
  const code = `loop
      local.get 0 i32.const 1000 i32.mul v128.load
      local.get 1 i32x4.add local.set 1
      i32.const 0 local.get 1 v128.store
      local.get 0 i32.const 1 i32.add local.tee 0 br_if 0
    end`;
  const instance = instanceOf(
    new Assembler().memory("memory", 1).function("f", "iv:", "", code),
  );
  const { bytes } = memory(instance);
  for (let at = 1000; at < 65536; at += 1000) bytes[at] = 1;
  const trap = trapOf(() => call(instance, "f", 0n, 0n));
  assert.is(trap.code, TrapCode.MemoryOutOfBounds);
  assert.is(bytes[0], 65);
  trapOf(() => call(instance, "f", 60n, 0n));
  assert.is(bytes[0], 6);
});

test.run();
