// Words of i64: a value below 2^32, or half of one, stays in the register that
// has it. Random expressions and statements give what they give in bigints.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { printIR } from "../../../engine/disasm_ir.ts";
import { EDGES_64 } from "../../fuzz/operators.ts";
import { Random } from "../../fuzz/random.ts";
import { Assembler } from "./assembler.ts";
import { call, instanceOf, memory, soilStack } from "./guest.ts";

const BYTES = 32;

/** Locals, as unsigned numbers: 0 and 1 are i64, 2 is i32. And the memory. */
interface State {
  readonly locals: bigint[];
  readonly memory: DataView<ArrayBuffer>;
}

/** Code for a value, and what that is: unsigned. */
interface Expression {
  readonly code: string;
  readonly run: (state: State) => bigint;
}

/** Code that leaves the stack as it was, and what it does. */
interface Statement {
  readonly code: string;
  readonly run: (state: State) => void;
}

const VALUES = [...EDGES_64, 0x1234_5678_9abc_def0n];

const u32 = (value: bigint) => BigInt.asUintN(32, value);
const u64 = (value: bigint) => BigInt.asUintN(64, value);
const signed = (bits: number, value: bigint) => u64(BigInt.asIntN(bits, value));

type Map1 = readonly [code: string, run: (x: bigint) => bigint];
type Map2 = readonly [code: string, run: (x: bigint, y: bigint) => bigint];

const LOW = "i64.const 4294967295 i64.and";
const HIGH = "i64.const 32 i64.shr_u";

const UNARY: readonly Map1[] = [
  [LOW, u32],
  ["i64.const 4294967040 i64.and", (x) => x & 0xffff_ff00n],
  [HIGH, (x) => x >> 32n],
  ["i64.const 96 i64.shr_u", (x) => x >> 32n],
  ["i64.const 40 i64.shr_u", (x) => x >> 40n],
  ["i64.const 3 i64.shr_u", (x) => x >> 3n],
  ["i64.const 32 i64.shr_s", (x) => u64(BigInt.asIntN(64, x) >> 32n)],
  ["i64.const 32 i64.shl", (x) => u64(x << 32n)],
  ["i64.const 37 i64.shl", (x) => u64(x << 37n)],
  ["i64.const 5 i64.shl", (x) => u64(x << 5n)],
  ["i64.const 7 i64.mul", (x) => u64(x * 7n)],
  ["i64.const 4294967295 i64.mul", (x) => u64(x * 0xffff_ffffn)],
  ["i64.const 5 i64.add", (x) => u64(x + 5n)],
  ["i64.eqz i64.extend_i32_u", (x) => x === 0n ? 1n : 0n],
  ["f64.reinterpret_i64 f64.neg f64.neg i64.reinterpret_f64", (x) => x],
  ["call $same", (x) => x],
];

const BINARY: readonly Map2[] = [
  ["i64.add", (x, y) => u64(x + y)],
  ["i64.mul", (x, y) => u64(x * y)],
  ["i64.mul", (x, y) => u64(x * y)],
  ["i64.or", (x, y) => x | y],
  ["i64.xor", (x, y) => x ^ y],
  ["i64.and", (x, y) => x & y],
  ["i64.sub", (x, y) => u64(x - y)],
  ["i64.lt_u i64.extend_i32_u", (x, y) => x < y ? 1n : 0n],
  ["local.get 2 select", (x) => x],
];

const LOADS: readonly (readonly [code: string, bits: number])[] = [
  ["i64.load8_u", 8],
  ["i64.load16_u", 16],
  ["i64.load32_u", 32],
  ["i64.load", 64],
  ["i64.load8_s", -8],
  ["i64.load16_s", -16],
  ["i64.load32_s", -32],
];

const STORES: readonly (readonly [code: string, bits: number])[] = [
  ["i64.store8", 8],
  ["i64.store16", 16],
  ["i64.store32", 32],
  ["i64.store", 64],
];

function read({ memory }: State, at: number, bits: number): bigint {
  const bytes = memory.getBigUint64(at, true);
  return bits < 0 ? signed(-bits, bytes) : BigInt.asUintN(bits, bytes);
}

function write({ memory }: State, at: number, bits: number, value: bigint) {
  for (let i = 0; i < bits / 8; i++) {
    memory.setUint8(at + i, Number(value >> BigInt(8 * i) & 0xffn));
  }
}

function local(index: number): Expression {
  return { code: `local.get ${index}`, run: ({ locals }) => locals[index] };
}

class Generator {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  #leaf(): Expression {
    const random = this.#random;
    const value = random.pick(VALUES);
    const [load, bits] = random.pick(LOADS);
    const at = random.below(BYTES - 8);
    const index = random.below(2);
    return random.pick([
      local(index),
      local(index),
      { code: `local.get ${index} ${LOW}`, run: (s) => u32(s.locals[index]) },
      {
        code: `local.get ${index} ${HIGH}`,
        run: (s) => s.locals[index] >> 32n,
      },
      { code: `i64.const ${BigInt.asIntN(64, value)}`, run: () => value },
      { code: `i32.const 0 ${load} +${at}`, run: (s) => read(s, at, bits) },
    ]);
  }

  long(depth: number): Expression {
    if (depth === 0) return this.#leaf();
    const make = this.#random.pick([
      () => this.#leaf(),
      () => this.#leaf(),
      () => this.#unary(depth),
      () => this.#unary(depth),
      () => this.#binary(depth),
      () => this.#binary(depth),
      () => this.#extended(depth),
      () => this.#tee(depth),
      () => this.#block(depth),
    ]);
    return make();
  }

  #unary(depth: number): Expression {
    const [code, map] = this.#random.pick(UNARY);
    const x = this.long(depth - 1);
    return { code: `${x.code} ${code}`, run: (s) => map(x.run(s)) };
  }

  #binary(depth: number): Expression {
    const [code, map] = this.#random.pick(BINARY);
    const x = this.long(depth - 1), y = this.long(depth - 1);
    const selects = code.endsWith("select");
    return {
      code: `${x.code} ${y.code} ${code}`,
      run: (s) => {
        const left = x.run(s), right = y.run(s);
        return selects && s.locals[2] === 0n ? right : map(left, right);
      },
    };
  }

  #extended(depth: number): Expression {
    const x = this.word(depth - 1);
    return this.#random.pick([
      { code: `${x.code} i64.extend_i32_u`, run: x.run },
      { code: `${x.code} i64.extend_i32_s`, run: (s) => signed(32, x.run(s)) },
    ]);
  }

  #tee(depth: number): Expression {
    const index = this.#random.below(2);
    const x = this.long(depth - 1);
    const run = (s: State) => s.locals[index] = x.run(s);
    return { code: `${x.code} local.tee ${index}`, run };
  }

  /** One of two values, the first by a branch past what sets a local. */
  #block(depth: number): Expression {
    const x = this.long(depth - 1), y = this.#tee(depth);
    return {
      code: `block [:I] ${x.code} local.get 2 br_if 0 drop ${y.code} end`,
      run: (s) => {
        const first = x.run(s);
        return s.locals[2] === 0n ? y.run(s) : first;
      },
    };
  }

  /** Of an i32. */
  word(depth: number): Expression {
    if (depth <= 0) return local(2);
    const x = this.long(depth - 1), y = this.word(depth - 1);
    const wrapped = `${x.code} i32.wrap_i64`;
    const floated = `${wrapped} f32.reinterpret_i32 i32.reinterpret_f32`;
    return this.#random.pick([
      { code: wrapped, run: (s) => u32(x.run(s)) },
      { code: floated, run: (s) => u32(x.run(s)) },
      {
        code: `${wrapped} ${y.code} i32.add`,
        run: (s) => u32(x.run(s) + y.run(s)),
      },
    ]);
  }

  statement(depth = 4): Statement {
    const make = this.#random.pick([
      () => this.#set(depth),
      () => this.#set(depth),
      () => this.#store(depth),
      () => this.#if(depth),
      () => this.#loop(depth),
    ]);
    return depth === 0 ? this.#set(depth) : make();
  }

  #set(depth: number): Statement {
    const index = this.#random.below(3);
    const x = index === 2 ? this.word(depth) : this.long(depth);
    return {
      code: `${x.code} local.set ${index}`,
      run: (s) => s.locals[index] = x.run(s),
    };
  }

  #store(depth: number): Statement {
    const [store, bits] = this.#random.pick(STORES);
    const at = this.#random.below(BYTES - 8);
    const x = this.long(depth);
    return {
      code: `i32.const 0 ${x.code} ${store} +${at}`,
      run: (s) => write(s, at, bits, x.run(s)),
    };
  }

  #if(depth: number): Statement {
    const x = this.statement(depth - 1), y = this.statement(depth - 1);
    return {
      code: `local.get 2 if ${x.code} else ${y.code} end`,
      run: (s) => s.locals[2] === 0n ? y.run(s) : x.run(s),
    };
  }

  /** Twice, by a local of its own: it may stand in another. */
  #loop(depth: number): Statement {
    const x = this.statement(depth - 1);
    const counter = 2 + depth;
    const next = `local.get ${counter} i32.const 1 i32.sub`;
    return {
      code: `i32.const 2 local.set ${counter}
        loop ${x.code} ${next} local.tee ${counter} br_if 0 end`,
      run: (s) => {
        x.run(s);
        x.run(s);
      },
    };
  }
}

const RESULTS = "local.get 0 local.get 1 local.get 2";

/** `f` has two i64, an i32, locals that count; it gives the first three back. */
function guest(code: string): Assembler {
  return new Assembler()
    .memory("memory", 1)
    .function("same", "I:I", "", "local.get 0")
    .function("f", "IIi:IIi", "iiii", `${code} ${RESULTS}`);
}

test("words of i64 are what they are in bigints", () => {
  for (let seed = 0; seed < 600; seed++) {
    const random = new Random(seed);
    const generator = new Generator(random);
    const chosen = Array.from({ length: 8 }, () => generator.statement());
    const code = chosen.map(({ code }) => code).join("\n");
    const instance = instanceOf(guest(code));
    const view = memory(instance).view;
    for (let round = 0; round < 3; round++) {
      const locals = [random.pick(VALUES), random.pick(VALUES), BigInt(round)];
      const state: State = {
        locals,
        memory: new DataView(new ArrayBuffer(BYTES)),
      };
      for (let at = 0; at < BYTES; at++) {
        const byte = random.below(256);
        view.setUint8(at, byte);
        state.memory.setUint8(at, byte);
      }
      const results = call(instance, "f", ...locals) as bigint[];
      for (const { run } of chosen) run(state);
      assert.equal(
        [u64(results[0]), u64(results[1]), u32(results[2])],
        state.locals,
        `seed ${seed}: ${code}`,
      );
      const bytes = new Uint8Array(view.buffer, 0, BYTES);
      assert.equal(bytes, new Uint8Array(state.memory.buffer), `seed ${seed}`);
    }
  }
});

/** How often an op stands in the code. */
function count(op: string, code: string): number {
  const { functionTable } = instanceOf(guest(code));
  return printIR(functionTable, 1).split(` ${op} `).length - 1;
}

test("words are multiplied, added and stored where they are", () => {
  const product = `local.get 0 ${LOW} local.get 1 ${HIGH} i64.mul`;
  assert.is(count("I64MulU32", `${product} local.set 0`), 1);
  assert.is(count("I64ExtendI32U", `${product} local.set 0`), 0);
  const sum = `local.get 0 local.get 1 ${HIGH} i64.add local.set 0`;
  assert.is(count("I64AddU32", sum), 1);
  assert.is(count("I64ExtendI32U", sum), 0);
  const store = `i32.const 0 local.get 0 ${HIGH} i64.store32`;
  assert.is(count("I64ExtendI32U", store), 0);
  const wrap = `local.get 0 ${HIGH} i32.wrap_i64 local.set 2`;
  assert.is(count("I64ExtendI32U", wrap), 0);
});

test("what is known of a local is forgotten where paths meet", () => {
  const set = `local.get 1 ${HIGH} local.set 0`;
  const square = "local.get 0 local.get 0 i64.mul local.set 1";
  assert.is(count("I64MulU32", `${set} ${square}`), 1);
  assert.is(count("I64MulU32", `${set} loop ${square} end`), 0);
  assert.is(count("I64MulU32", `local.get 2 if ${set} end ${square}`), 0);
  assert.is(count("I64MulU32", `${set} local.get 1 local.set 0 ${square}`), 0);
  const saved = `local.get 0 local.get 1 ${LOW} local.tee 0 i64.mul`;
  assert.is(count("I64MulU32", `${saved} local.set 1`), 0);
});

test("a loop's parameter may be another value when it comes back", () => {
  const round = "i64.const 3 i64.mul i64.const 4294967296 i64.add";
  const again = "local.get 2 i32.const 1 i32.sub local.tee 2 br_if 0";
  const instance = instanceOf(
    new Assembler().function(
      "f",
      "iI:I",
      "i",
      "i32.const 2 local.set 2 local.get 0 i64.extend_i32_u " +
        `loop [I:I] ${round} ${again} end`,
    ).build(),
  );
  assert.is(call(instance, "f", 5n, 0n), 0x4_0000_002dn);
});

test("a word in its own place is not made whole on one path alone", () => {
  const instance = instanceOf(
    new Assembler()
      .function(
        "low",
        "ii:I",
        "",
        "local.get 0 block end i64.extend_i32_u " +
          "local.get 1 if i32.const 5 local.set 0 end",
      )
      .function(
        "high",
        "I:I",
        "i",
        "i32.const 3 local.set 1 local.get 0 block end " +
          "i64.const 32 i64.shr_u loop i64.const 5 local.set 0 " +
          "local.get 1 i32.const 1 i32.sub local.tee 1 br_if 0 end",
      ).build(),
  );
  soilStack();
  assert.is(call(instance, "low", 7n, 0n), 7n);
  assert.is(call(instance, "low", 7n, 1n), 7n);
  assert.is(call(instance, "high", 0x7_0000_0009n), 7n);
});

test.run();
