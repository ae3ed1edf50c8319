// Loops whose rounds one op does: which ones they are, and that all that loops
// do is what they do by the host's WebAssembly.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { printIR } from "../../../engine/disasm_ir.ts";
import { Op } from "../../../engine/exec.ts";
import { compileModule } from "../../../engine/mod.ts";
import { newFunctionTable } from "../../../engine/thread.ts";
import { translate } from "../../../engine/translate.ts";
import {
  encodeModule,
  type FunctionSource,
  I32,
  VOID,
  Writer,
} from "../../fuzz/encode.ts";
import { hostWasm } from "../../fuzz/host.ts";
import { Random } from "../../fuzz/random.ts";
import { hostGuest, outcome, ownGuest } from "../../fuzz/transcript.ts";

const LOOP = 0x03, END = 0x0b, BR_IF = 0x0d;
const GET = 0x20, SET = 0x21, TEE = 0x22;
const ADD = 0x6a, SUB = 0x6b;
const LOAD8_U = 0x2d, STORE8 = 0x3a;

// Locals: three parameters, then one that a round may set
const TO = 0, FROM = 1, COUNT = 2, LAST = 3;

function code(): Writer {
  return new Writer();
}

function add(local: number, plus: number): Writer {
  return code().op(GET, local).i32(plus).bytes(ADD).op(SET, local);
}

const RUN = {
  name: "run",
  params: [I32, I32, I32],
  results: [I32, I32, I32, I32],
};

function functionOf(body: Writer): FunctionSource {
  for (let local = 0; local <= LAST; local++) body.op(GET, local);
  return { ...RUN, locals: [I32], body, exportName: RUN.name };
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
  /** By how much the addresses change in a round. */
  readonly step: number;
}

/** One of those that are found or, as each third, nearly one. */
function randomLoop(random: Random): Case {
  const step = random.pick([1, -1]);
  const odd = random.oneIn(3) ? random.pick([0, 1, 2]) : -1;
  const parts = [
    add(TO, odd === 0 ? -step : step),
    add(FROM, odd === 1 ? 2 * step : step),
  ];
  if (random.oneIn(2)) parts.reverse();
  const copy = random.oneIn(2) ? copyByte() : copyAndKeepByte();
  parts.splice(odd === 2 ? 1 : random.pick([0, 2]), 0, copy);
  return { bytes: whileCounting(...parts), step };
}

function randomArguments(random: Random, { step }: Case): bigint[] {
  const rounds = random.pick([0, 1, 5, 30, 100, 256, 1000, 9000]);
  const length = step < 0 ? rounds : 0;
  const bases = [-5, 0, 64, 30_000, 65_536 - 100, 65_536 - rounds];
  const from = random.pick(bases) + random.below(9) + length;
  const to = random.oneIn(2)
    ? from + random.below(80) - 40
    : random.pick(bases) + length;
  const count = random.oneIn(5) ? random.bits() : rounds;
  return [to, from, count].map((n) => BigInt.asUintN(32, BigInt(n)));
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
    own.memory().forEach((_, i, bytes) => bytes[i] = random.below(256));
    host.memory().set(own.memory());
    for (let k = 0; k < 12; k++) {
      const args = randomArguments(random, loop);
      const what = `loop ${n} of ${args}`;
      assert.is(outcome(own, RUN, args), outcome(host, RUN, args), what);
      assert.ok(areEqual(own.memory(), host.memory()), `${what}: memory`);
    }
  }
  assert.ok(found > 100, `${found} of 300 found`);
});

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  const words = new Int32Array(b.buffer);
  return new Int32Array(a.buffer).every((word, i) => word === words[i]);
}

test.run();
