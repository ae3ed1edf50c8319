/**
 * Makes random valid modules that end: loops count down or use up fuel (a
 * global), and so do calls. The same seed gives the same module everywhere.
 * Whatever differs between right engines does not show: NaNs are replaced by
 * the canonical one either after every instruction that may make one
 * ("exact": NaN bits that only move must then survive) or where their bits
 * would be seen. What leaves the module are integers only.
 *
 * Every statement and expression is a piece with an id; `cut` leaves pieces
 * out without changing the others, which is how failures are made small.
 */

import {
  encodeModule,
  F32,
  F64,
  I32,
  I64,
  TypeList,
  V128,
  Writer,
} from "./encode.ts";
import type { FunctionSource, GlobalSource } from "./encode.ts";
import {
  FunctionGenerator,
  writeCanonical,
  writeConstant,
} from "./generate_body.ts";
import type { Shape, Signature } from "./generate_body.ts";
import { Random } from "./random.ts";

/** A function to call from outside; all types are I32 or I64. */
export interface Entry {
  readonly name: string;
  readonly params: readonly number[];
  readonly results: readonly number[];
}

export interface GeneratedModule {
  readonly bytes: Uint8Array;
  readonly entries: readonly Entry[];
  /** Returns the globals. */
  readonly state: Entry;
  readonly pieces: readonly number[];
}

const SCALARS: readonly number[] = [I32, I32, I64, F32, F64];
const WITH_VECTORS: readonly number[] = [...SCALARS, V128, V128, V128];
const NO_CUT: ReadonlySet<number> = new Set();

/** The module of a seed, without the pieces of `cut`. */
export function generate(
  seed: number,
  cut: ReadonlySet<number> = NO_CUT,
): GeneratedModule {
  const random = new Random(seed);
  const shape = randomShape(random.fork(), cut);
  const { signatures } = shape;
  const bodies = signatures.map((_, index) =>
    new FunctionGenerator(shape, index).generate(random.fork())
  );
  const fuel = 50 + random.below(1000);
  const wrappers = signatures.map((s, i) => wrapper(shape, s, i, fuel));
  const state = stateGetter(shape);
  const initials = random.fork();
  const globals = shape.globals.map((g) => initialized(g, initials.fork()));
  const pages = shape.memoryBytes / 65536;
  const bytes = encodeModule({
    functions: [...bodies, ...wrappers, state],
    memory: [pages, pages + 2],
    globals,
    table: shape.table.filter((index) => index >= 0),
    tableNulls: shape.table.filter((index) => index < 0).length,
    types: shape.types,
  });
  return {
    bytes,
    entries: wrappers.map(entryOf),
    state: entryOf(state),
    pieces: shape.pieces,
  };
}

function randomShape(random: Random, cut: ReadonlySet<number>): Shape {
  const kinds = random.oneIn(3) ? WITH_VECTORS : SCALARS;
  const types = (count: number) =>
    Array.from({ length: count }, () => random.pick(kinds));
  const signatures = Array.from({ length: 2 + random.below(5) }, () => ({
    params: types(random.below(5)),
    results: types(random.below(4)),
  }));
  const globals = [{ type: I32, mutable: true }];
  for (let i = 3 + random.below(5); i > 0; i--) {
    globals.push({ type: random.pick(kinds), mutable: !random.oneIn(5) });
  }
  const table = Array.from(
    { length: random.pick([2, 4, 8, 16]) - 1 },
    () => random.below(signatures.length),
  );
  return {
    signatures,
    types: new TypeList(),
    kinds,
    globals,
    table: [...table, -1],
    memoryBytes: 65536 * (1 + random.below(2)),
    exact: random.oneIn(2),
    cut,
    pieces: [],
  };
}

function initialized(
  global: { type: number; mutable: boolean },
  random: Random,
): GlobalSource {
  const init = new Writer();
  writeConstant(init, global.type, random);
  return { ...global, init };
}

/** The integer type that has a type's bits. */
function integerOf(type: number): number {
  return type === F32 ? I32 : type === F64 || type === V128 ? I64 : type;
}

/** Calls a function with floats passed as integers, after refuelling. */
function wrapper(
  shape: Shape,
  signature: Signature,
  index: number,
  fuel: number,
): FunctionSource {
  const { params, results } = signature;
  const body = new Writer().i32(fuel).op(0x24, 0);
  params.forEach((type, i) => {
    body.op(0x20, i);
    if (type === F32) body.bytes(0xbe);
    if (type === F64) body.bytes(0xbf);
    if (type === V128) {
      body.bytes(0xfd, 0x12).i32(i).bytes(0xfd, 0x10, 0xfd, 0x8e, 0x01);
    }
  });
  body.op(0x10, index);
  for (let i = results.length - 1; i >= 0; i--) {
    body.op(0x21, params.length + i);
  }
  results.forEach((type, i) => {
    body.op(0x20, params.length + i);
    writeAsInteger(body, type, params.length + i, shape.exact);
  });
  return {
    params: params.map(integerOf),
    results: results.map(integerOf),
    locals: results,
    body,
    exportName: `run${index}`,
  };
}

function stateGetter(shape: Shape): FunctionSource {
  const body = new Writer();
  const locals = shape.globals.map(({ type }) => type);
  locals.forEach((type, i) => {
    body.op(0x23, i).op(0x22, i);
    writeAsInteger(body, type, i, shape.exact);
  });
  const results = locals.map(integerOf);
  return { params: [], results, locals, body, exportName: "state" };
}

/** Turns the value on the stack, which `local` has too, into an integer. */
function writeAsInteger(
  out: Writer,
  type: number,
  local: number,
  exact: boolean,
): void {
  if (type === V128) {
    // One half, and the other one's bits mixed in.
    out.bytes(0xfd, 0x1d, 0).op(0x20, local).bytes(0xfd, 0x1d, 1);
    out.i64(0x9e3779b97f4a7c15n).bytes(0x7e, 0x85);
  }
  if (type !== F32 && type !== F64) return;
  if (!exact) writeCanonical(out, type, local);
  out.bytes(type === F32 ? 0xbc : 0xbd);
}

function entryOf(source: FunctionSource): Entry {
  const { exportName = "", params, results } = source;
  return { name: exportName, params, results };
}
