/**
 * NaN bits survive whatever only moves a float: signalling ones and payloads
 * of both signs, through every kind of move, a million times each, so that
 * the host's compiler tiers change under the running interpreter (V8 and JSC
 * quiet NaNs in some tiers and not in others). The comparison is made by the
 * guest, on integers.
 */

import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  callRaw,
  compileModule,
  F32 as F32_TYPE,
  F64 as F64_TYPE,
  FunctionInstance,
  functionType,
  hostFunction,
  instantiateModule,
} from "../../engine/mod.ts";
import {
  encodeModule,
  F32,
  F64,
  I32,
  I64,
  moduleOf,
  TypeList,
  vector,
  VOID,
  Writer,
} from "./encode.ts";

const TIMES = 1_000_000;

/** What the cases need to know of a float type. */
interface Float {
  readonly name: string;
  readonly type: number;
  readonly integer: number;
  /** Pairs of bit patterns between which the loop alternates. */
  readonly pairs: readonly (readonly [bigint, bigint])[];
  readonly toFloat: number;
  readonly toInteger: number;
  readonly load: number;
  readonly store: number;
  readonly integerLoad: number;
  readonly integerStore: number;
  readonly neg: number;
  readonly copysign: number;
  /** Vector instructions: splat, extract_lane, replace_lane. */
  readonly lanes: readonly [number, number, number];
}

const FLOATS: readonly Float[] = [{
  name: "f32",
  type: F32,
  integer: I32,
  pairs: [[0x7f800001n, 0xffa12345n], [0x7fc12345n, 0xffffffffn]],
  toFloat: 0xbe,
  toInteger: 0xbc,
  load: 0x2a,
  store: 0x38,
  integerLoad: 0x28,
  integerStore: 0x36,
  neg: 0x8c,
  copysign: 0x98,
  lanes: [0x13, 0x1f, 0x20],
}, {
  name: "f64",
  type: F64,
  integer: I64,
  pairs: [
    [0x7ff0000000000001n, 0xfff4123456789abcn],
    [0x7ff8123456789abcn, 0xffffffffffffffffn],
  ],
  toFloat: 0xbf,
  toInteger: 0xbd,
  load: 0x2b,
  store: 0x39,
  integerLoad: 0x29,
  integerStore: 0x37,
  neg: 0x9a,
  copysign: 0xa6,
  lanes: [0x14, 0x21, 0x22],
}];

// Locals of the loop function: its parameters, then two floats.
const BITS = 0;
const TOGGLE = 1;
const COUNT = 2;
const F = 3;
const G = 4;
const BAD = 5;

// Functions of the module beside the loop.
const IDENTITY = 1;
const SWAP = 2;
const EARLY_RETURN = 3;
const TAIL_CALL = 4;

/** Writes a move of the float on the stack, which leaves it there. */
type Move = (out: Writer, float: Float, types: TypeList) => void;

const MOVES: Readonly<Record<string, Move>> = {
  "reinterpretation": () => {},
  "local.set and local.get": (out) =>
    out.op(0x21, F).op(0x20, F).op(0x21, G).op(0x20, G),
  "local.tee": (out) => out.op(0x22, F).bytes(0x1a).op(0x20, F),
  "globals": (out) => out.op(0x24, 0).op(0x23, 0),
  "store and load": (out, { load, store }) =>
    out.op(0x21, F).i32(8).op(0x20, F).bytes(store, 0, 0)
      .i32(8).bytes(load, 0, 0),
  "store and integer load": (out, float) =>
    out.op(0x21, F).i32(8).op(0x20, F).bytes(float.store, 0, 0)
      .i32(8).bytes(float.integerLoad, 0, 0, float.toFloat),
  "integer store and load": (out, float) =>
    out.op(0x21, F).i32(8).op(0x20, F).bytes(float.toInteger)
      .bytes(float.integerStore, 0, 0).i32(8).bytes(float.load, 0, 0),
  "load and store elsewhere": (out, { load, store }) =>
    out.op(0x21, F).i32(8).op(0x20, F).bytes(store, 0, 0)
      .i32(24).i32(8).bytes(load, 0, 0, store, 0, 0)
      .i32(24).bytes(load, 0, 0),
  "parameter and result": (out) => out.op(0x10, IDENTITY),
  "call_indirect": (out, { type }, types) =>
    out.i32(0).op(0x11, types.indexOf([type], [type])).bytes(0),
  "several results": (out) =>
    out.op(0x22, F).op(0x20, F).bytes(0x1a).op(0x20, G)
      .op(0x10, SWAP).op(0x21, F).bytes(0x1a).op(0x20, F),
  "return": (out) => out.op(0x10, EARLY_RETURN),
  "return_call": (out) => out.op(0x10, TAIL_CALL),
  "select, first": (out) => out.op(0x20, G).op(0x20, COUNT).bytes(0x1b),
  "select, second": (out) =>
    out.op(0x21, F).op(0x20, G).op(0x20, F).i32(0).bytes(0x1b),
  "typed select": (out, { type }) =>
    out.op(0x20, G).op(0x20, COUNT).bytes(0x1c, 1, type),
  "block result": (out, { type }) =>
    out.op(0x21, F).bytes(0x02, type).op(0x20, F).op(0x0c, 0).bytes(0x0b),
  "block parameter": (out, { type }, types) =>
    out.bytes(0x02).signed(types.indexOf([type], [type])).bytes(0x0b),
  "br_if with a value": (out, { type }) =>
    out.op(0x21, F).bytes(0x02, type).op(0x20, F).op(0x20, COUNT)
      .op(0x0d, 0).bytes(0x1a).op(0x20, G).bytes(0x0b),
  "br_table with a value": (out, { type }) =>
    out.op(0x21, F).bytes(0x02, type).op(0x20, F).op(0x20, COUNT)
      .bytes(0x0e, 1, 0, 0).bytes(0x0b),
  "if result": (out, { type }) =>
    out.op(0x21, F).op(0x20, COUNT).bytes(0x04, type).op(0x20, F)
      .bytes(0x05).op(0x20, G).bytes(0x0b),
  "neg": (out, { neg }) => out.bytes(neg, neg),
  "copysign": (out, { copysign }) =>
    out.op(0x22, F).op(0x20, F).bytes(copysign),
  "vector lanes": (out, { lanes }) =>
    out.op(0x21, F).op(0x20, G).bytes(0xfd, lanes[0])
      .op(0x20, F).bytes(0xfd, lanes[2], 1, 0xfd, lanes[1], 1),
};

/**
 * The body of `run(bits, toggle, count)`: the number of times that `value`,
 * which leaves an integer, did not leave `bits`.
 */
function loopBody(float: Float, value: (out: Writer) => void): Writer {
  const wide = float.integer === I64;
  const out = new Writer().bytes(0x03, VOID);
  value(out);
  out.op(0x20, BITS).bytes(wide ? 0x52 : 0x47);
  out.op(0x20, BAD).bytes(0x6a).op(0x21, BAD);
  out.op(0x20, BITS).op(0x20, TOGGLE).bytes(wide ? 0x85 : 0x73);
  out.op(0x21, BITS);
  out.op(0x20, COUNT).i32(1).bytes(0x6b).op(0x22, COUNT).op(0x0d, 0);
  return out.bytes(0x0b).op(0x20, BAD);
}

function moduleFor(
  float: Float,
  value: (out: Writer, types: TypeList) => void,
): Uint8Array {
  const types = new TypeList();
  const { type, integer } = float;
  const one = { params: [type], results: [type], locals: [] };
  const two = { params: [type, type], results: [type, type], locals: [] };
  const init = type === F32 ? new Writer().f32(0) : new Writer().f64(0n);
  return encodeModule({
    functions: [
      {
        params: [integer, integer, I32],
        results: [I32],
        locals: [type, type, I32],
        body: loopBody(float, (out) => value(out, types)),
        exportName: "run",
      },
      { ...one, body: new Writer().op(0x20, 0), exportName: "identity" },
      { ...two, body: new Writer().op(0x20, 1).op(0x20, 0) },
      { ...one, body: new Writer().op(0x20, 0).bytes(0x0f, 0x00) },
      { ...one, body: new Writer().op(0x20, 0).op(0x12, IDENTITY) },
    ],
    memory: [1, 1],
    table: [IDENTITY],
    globals: [{ type, mutable: true, init }],
    types,
  });
}

function exported(bytes: Uint8Array, name: string): FunctionInstance {
  const instance = instantiateModule(compileModule(bytes), () => undefined);
  const found = instance.exports.get(name);
  if (found instanceof FunctionInstance) return found;
  throw new Error(`no function ${name}`);
}

for (const float of FLOATS) {
  for (const [name, move] of Object.entries(MOVES)) {
    test(`${float.name} NaN bits survive: ${name}`, () => {
      const bytes = moduleFor(float, (out, types) => {
        out.op(0x20, BITS).bytes(float.toFloat);
        move(out, float, types);
        out.bytes(float.toInteger);
      });
      const run = exported(bytes, "run");
      for (const [first, second] of float.pairs) {
        const args = [first, first ^ second, BigInt(TIMES)];
        assert.equal(callRaw(run, args), [0n]);
      }
    });
  }

  test(`${float.name} NaN bits survive: constants`, () => {
    for (const bits of float.pairs.flat()) {
      const bytes = moduleFor(float, (out) => {
        if (float.type === F32) out.f32(Number(bits));
        else out.f64(bits);
        out.bytes(float.toInteger);
      });
      const args = [bits, 0n, BigInt(TIMES)];
      assert.equal(callRaw(exported(bytes, "run"), args), [0n]);
    }
  });

  test(`${float.name} NaN bits survive: arguments of the host`, () => {
    const identity = exported(
      moduleFor(float, (out) => out.op(0x20, BITS)),
      "identity",
    );
    for (let i = 0; i < 20_000; i++) {
      const bits = float.pairs[i >> 1 & 1][i & 1];
      assert.is((callRaw(identity, [bits]) as bigint[])[0], bits);
    }
  });

  test(`${float.name} NaN bits survive: imported functions`, () => {
    const type = float.type === F32 ? F32_TYPE : F64_TYPE;
    // Results come where the arguments were: this returns its argument.
    const identity = hostFunction(functionType([type], [type]), () => {}, "id");
    const module = compileModule(importingModule(float));
    const instance = instantiateModule(module, () => identity);
    const run = instance.exports.get("run") as FunctionInstance;
    for (const [first, second] of float.pairs) {
      const args = [first, first ^ second, BigInt(TIMES / 4)];
      assert.equal(callRaw(run, args), [0n]);
    }
  });
}

/** The loop, with the float passed through the imported function 0. */
function importingModule(float: Float): Uint8Array {
  const types = new TypeList();
  const { type, integer } = float;
  const imported = types.indexOf([type], [type]);
  const own = types.indexOf([integer, integer, I32], [I32]);
  const body = new Writer().bytes(3, 1, type, 1, type, 1, I32);
  const code = loopBody(
    float,
    (out) =>
      out.op(0x20, BITS).bytes(float.toFloat).op(0x10, 0)
        .bytes(float.toInteger),
  );
  body.append(code.finish()).bytes(0x0b);
  return moduleOf(
    [1, types.section()],
    [2, vector([new Writer().name("m").name("f").bytes(0, imported)])],
    [3, vector([new Writer().unsigned(own)])],
    [7, vector([new Writer().name("run").bytes(0, 1)])],
    [10, vector([new Writer().sized(body)])],
  );
}

test.run();
