// Loops whose rounds one op does: which ones they are, and that all that loops
// do is what they do by the host's WebAssembly.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { printIR } from "../../../engine/disasm_ir.ts";
import {
  callRaw,
  compileModule,
  type FunctionInstance,
  instantiateModule,
  Trap,
} from "../../../engine/mod.ts";
import { Op } from "../../../engine/exec.ts";
import { newFunctionTable } from "../../../engine/thread.ts";
import { translate } from "../../../engine/translate.ts";
import {
  encodeModule,
  type FunctionSource,
  I32,
  I64,
  VOID,
  Writer,
} from "../../fuzz/encode.ts";
import { hostWasm, trapClass } from "../../fuzz/host.ts";
import { Random } from "../../fuzz/random.ts";

const LOOP = 0x03, END = 0x0b, BR_IF = 0x0d;
const GET = 0x20, SET = 0x21, TEE = 0x22;
const NE = 0x47, ADD = 0x6a, SUB = 0x6b;
const LT_S = 0x48, LT_U = 0x49, GT_S = 0x4a, GT_U = 0x4b;
const LE_S = 0x4c, LE_U = 0x4d, GE_S = 0x4e, GE_U = 0x4f;
const LOAD8_U = 0x2d, STORE8 = 0x3a;

// Locals: four parameters, then one that a round may set, and one of 64 bits
const TO = 0, FROM = 1, COUNT = 2, LIMIT = 3, LAST = 4, LONG = 5;

/** Stores and the loads that fit, with their width. */
const ELEMENTS: readonly (readonly [store: number, load: number, number])[] = [
  [STORE8, LOAD8_U, 1], // i32.store8
  [STORE8, 0x2c, 1],
  [0x3b, 0x2f, 2], // i32.store16
  [0x36, 0x28, 4], // i32.store
  [0x37, 0x29, 8], // i64.store
  [0x38, 0x2a, 4], // f32.store
  [0x39, 0x2b, 8], // f64.store
  [0x3e, 0x35, 4], // i64.store32
];

function code(): Writer {
  return new Writer();
}

function add(local: number, plus: number): Writer {
  return code().op(GET, local).i32(plus).bytes(ADD).op(SET, local);
}

function functionOf(body: Writer): FunctionSource {
  for (let local = 0; local <= LAST; local++) body.op(GET, local);
  return {
    params: [I32, I32, I32, I32],
    results: [I32, I32, I32, I32, I32],
    locals: [I32, I64],
    body,
    exportName: "run",
  };
}

function moduleOf(...parts: readonly Writer[]): Uint8Array {
  const body = code();
  for (const part of parts) body.append(part.finish());
  return encodeModule({ functions: [functionOf(body)], memory: [1, 1] });
}

function isFound(bytes: Uint8Array): boolean {
  const functions = newFunctionTable(compileModule(bytes));
  return printIR(functions, 0).includes("Load8UThenStore8Then");
}

/** `loop`, the parts, `br_if` to it as long as there is a count, `end`. */
function whileCounting(...parts: readonly Writer[]): Uint8Array {
  const next = code().op(GET, COUNT).i32(1).bytes(SUB).op(TEE, COUNT);
  const end = code().op(BR_IF, 0).bytes(END);
  return moduleOf(code().bytes(LOOP, VOID), ...parts, next, end);
}

function copyByte(to = TO, from = FROM): Writer {
  return code().op(GET, to).op(GET, from).bytes(LOAD8_U, 0, 0, STORE8, 0, 0);
}

/** A local has the byte afterwards. */
function copyAndKeepByte(): Writer {
  return code().op(GET, TO).op(GET, FROM).bytes(LOAD8_U, 0, 0)
    .op(TEE, LAST).bytes(STORE8, 0, 0);
}

const COPIES: readonly (readonly Writer[])[] = [
  [copyByte(), add(TO, 1), add(FROM, 1)],
  [copyByte(), add(FROM, 1), add(TO, 1)],
  [copyByte(), add(TO, -1), add(FROM, -1)],
  [copyAndKeepByte(), add(TO, 1), add(FROM, 1)],
  [add(TO, -1), add(FROM, -1), copyByte()],
  [add(FROM, 1), add(TO, 1), copyByte()],
];

test("loops that copy bytes are found", () => {
  COPIES.forEach((parts, i) =>
    assert.ok(isFound(whileCounting(...parts)), `${i}`)
  );
});

test("loops that do anything else are not", () => {
  const other = code().op(GET, TO).op(GET, LAST).bytes(STORE8, 0, 0);
  const offset = code().op(GET, TO).op(GET, FROM).bytes(LOAD8_U, 0, 1);
  const loops: Readonly<Record<string, readonly Writer[]>> = {
    "a step of two": [copyByte(), add(TO, 2), add(FROM, 2)],
    "two ways": [copyByte(), add(TO, 1), add(FROM, -1)],
    "a source that stays": [copyByte(), add(TO, 1), add(LAST, 1)],
    "a target that stays": [copyByte(), add(LAST, 1), add(FROM, 1)],
    "the same address": [copyByte(TO, TO), add(TO, 1), add(FROM, 1)],
    "a count that is an address": [copyByte(COUNT), add(TO, 1), add(FROM, 1)],
    "an offset": [offset.bytes(STORE8, 0, 0), add(TO, 1), add(FROM, 1)],
    "another store": [copyByte(), other, add(TO, 1), add(FROM, 1)],
    "a sum between": [copyByte(), add(TO, 1), add(LAST, 1), add(FROM, 1)],
  };
  for (const [what, parts] of Object.entries(loops)) {
    assert.not.ok(isFound(whileCounting(...parts)), what);
  }
});

test("code that uses fuel pays for each round", () => {
  const bytes = whileCounting(...COPIES[0]);
  const functions = newFunctionTable(compileModule(bytes));
  const { words } = translate(functions, 0, true);
  assert.not.ok(
    words.includes(Op.Load8UThenStore8ThenI32AddImmAddImmThenAddImmBrIf),
  );
});

// Comparison

interface Case {
  readonly bytes: Uint8Array;
  /** How many bytes a round moves, and which way. */
  readonly step: number;
  /** By how much the count changes. */
  readonly countStep: number;
}

const TESTS: readonly ((random: Random, step: number) => Writer)[] = [
  () => code().op(GET, COUNT),
  () => code().op(GET, TO).op(GET, LIMIT).bytes(NE),
  () => code().op(GET, LIMIT).op(GET, TO).bytes(NE),
  () => code().op(GET, COUNT).i32(3).bytes(NE),
  (random) =>
    code().op(GET, COUNT).op(GET, LIMIT).bytes(
      random.pick([LT_S, LT_U, LE_S, LE_U, GT_S, GT_U]),
    ),
  (random) =>
    code().op(GET, TO).op(GET, LIMIT).i32(random.below(9) - 4).bytes(
      ADD,
      random.pick([NE, LT_U, GT_U]),
    ),
  (random, step) => {
    const [less, more] = random.pick([
      [LT_S, GT_S],
      [LT_U, GT_U],
      [LE_S, GE_S],
      [
        LE_U,
        GE_U,
      ],
    ]);
    return random.oneIn(2)
      ? code().op(GET, FROM).op(GET, LIMIT).bytes(step < 0 ? more : less)
      : code().op(GET, LIMIT).op(GET, FROM).bytes(step < 0 ? less : more);
  },
  (random) =>
    code().op(GET, COUNT).i32(random.below(6)).bytes(
      random.pick([GT_S, GT_U, GE_S, GE_U]),
    ),
];

function randomLoop(random: Random): Case {
  if (random.oneIn(2)) {
    const step = random.pick([1, -1]);
    const parts = [add(TO, step), add(FROM, step)];
    if (random.oneIn(2)) parts.reverse();
    const copy = random.oneIn(2) ? copyByte() : copyAndKeepByte();
    parts.splice(random.pick([0, 2]), 0, copy);
    return { bytes: whileCounting(...parts), step, countStep: -1 };
  }
  const [store, load, width] = random.pick(ELEMENTS);
  const isBackward = random.oneIn(3);
  const count = isBackward ? 1 : random.pick([1, 1, 2, 4]);
  const step = (isBackward ? -1 : 1) * width * count;
  const countStep = random.pick([-1, -1, -width, -Math.abs(step), 1, width]);
  const isFill = random.oneIn(4);
  const isI64 = load === 0x29 || load === 0x35;
  const isFloat = load === 0x2a || load === 0x2b;
  const fills = isFill && !isFloat;
  const keeps = !fills && !isI64 && !isFloat && random.oneIn(3);
  const offsets = [random.below(9), random.below(9)];
  const accesses = code();
  // Adding to the offset what is taken from the address may wrap around.
  const place = (local: number, offset: number) => {
    accesses.op(GET, local);
    const plus = random.oneIn(8) ? random.pick([-8, 1, width]) : 0;
    if (plus !== 0 && offset >= plus) accesses.i32(plus).bytes(ADD);
    return offset >= plus ? offset - plus : offset;
  };
  const value = random.pick([0, -1, 7, 0x01010101, 0x55]);
  const kind = random.below(3);
  for (let i = 0; i < count; i++) {
    const target = place(TO, offsets[1] + i * width);
    if (fills && isI64) {
      if (kind === 0) accesses.i64(random.pick([0n, -1n]));
      else accesses.op(GET, LONG);
    } else if (fills && kind < 2) accesses.op(GET, kind === 0 ? LIMIT : COUNT);
    else if (fills) accesses.i32(value);
    else {
      const source = place(FROM, offsets[0] + i * width);
      accesses.bytes(load, 0).unsigned(source);
      if (keeps) accesses.op(TEE, LAST);
    }
    accesses.bytes(store, 0).unsigned(target);
  }
  const steps = [add(TO, step), add(FROM, step), add(COUNT, countStep)];
  if (random.oneIn(8)) steps.push(code().op(GET, FROM).op(SET, LAST));
  const parts = [accesses];
  for (const part of steps) {
    parts.splice(random.below(parts.length + 1), 0, part);
  }
  const goesOn = random.pick(TESTS)(random, step);
  const long = random.pick([0n, 0x5555555555555555n, 0x5555555500000000n]);
  const bytes = moduleOf(
    code().i64(long).op(SET, LONG).bytes(LOOP, VOID),
    ...parts,
    goesOn.op(BR_IF, 0).bytes(END),
  );
  return { bytes, step, countStep };
}

function randomArguments(random: Random, { step, countStep }: Case): number[] {
  const rounds = random.pick([0, 1, 5, 30, 100, 1000, 9000]);
  const near = random.below(80) - 40;
  const bases = [
    -5,
    0,
    64,
    30_000,
    65_536 - 100,
    65_536 - Math.abs(step) * rounds,
  ];
  const from = random.pick(bases) + random.below(9) +
    (step < 0 ? Math.abs(step) * rounds : 0);
  const to = random.oneIn(2) ? from + near : random.pick(bases) | 0;
  const target = random.pick([to, from]);
  const limit = random.oneIn(3) ? random.bits() : target + step * rounds;
  const count = random.oneIn(5) ? random.bits() : -countStep * rounds;
  return [to, from, count, limit].map((value) => value | 0);
}

function outcomeOf(run: () => readonly number[]): string {
  try {
    return run().map((value) => value | 0).join();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isTrap = error instanceof Trap ||
      error.constructor.name === "RuntimeError";
    return isTrap ? trapClass(error.message) : String(error);
  }
}

const compare = hostWasm ? test : test.skip;

compare("a loop does what it does on the host", () => {
  const random = new Random(20261122);
  let found = 0;
  for (let n = 0; n < 300; n++) {
    const loop = randomLoop(random);
    if (isFound(loop.bytes)) found++;
    const own = ownGuest(loop.bytes);
    const host = hostGuest(loop.bytes);
    for (let i = 0; i < own.memory.length; i++) {
      own.memory[i] = host.memory[i] = random.below(256);
    }
    for (let k = 0; k < 12; k++) {
      const values = randomArguments(random, loop);
      const what = `loop ${n} of ${values}`;
      const expected = outcomeOf(() => host.run(values));
      assert.is(outcomeOf(() => own.run(values)), expected, what);
      assert.ok(areEqual(own.memory, host.memory), `${what}: memory`);
    }
  }
  assert.ok(found > 100, `${found} of 300 found`);
});

interface Guest {
  readonly memory: Uint8Array;
  run(values: readonly number[]): readonly number[];
}

function ownGuest(bytes: Uint8Array): Guest {
  const instance = instantiateModule(compileModule(bytes), () => undefined);
  const run = instance.exports.get("run") as FunctionInstance;
  return {
    memory: instance.memories[0].bytes,
    run: (values) => callRaw(run, values.map(BigInt)).map(Number),
  };
}

function hostGuest(bytes: Uint8Array): Guest {
  const { exports } = new hostWasm!.Instance(new hostWasm!.Module(bytes));
  const run = exports.run as (...values: number[]) => number[];
  const { buffer } = exports.memory as { buffer: ArrayBuffer };
  return { memory: new Uint8Array(buffer), run: (values) => run(...values) };
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  const words = new Int32Array(b.buffer);
  return new Int32Array(a.buffer).every((word, i) => word === words[i]);
}

test.run();
