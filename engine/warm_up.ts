/**
 * Runs every op of a loop twelve times, both ways where it can branch or leave.
 * JSC compiles what has never run as an exit, and gives the loop up after a few
 * of those: programs then stay ten times slower for good. V8 is spared as many
 * deoptimisations. That takes a few milliseconds, when the machine is made, and
 * half of one after a garbage collection.
 */

import { Op, Word } from "./exec.ts";
import { JOINS, shapes } from "./ir.ts";
import { lazy } from "./lazy.ts";
import { GlobalInstance, type Machine } from "./store.ts";
import { I32 } from "./types.ts";

/**
 * Where the frame is that the ops use, and behind it the ops, what they need,
 * and where all of them lead: words of the register file.
 */
const enum Place {
  Frame = 64,
  FrameEnd = 320,
  Op = 384,
  Callee = 416,
  Cell = 432,
  Table = 440,
  Exit = 448,
  End = 480,
}

const enum Count {
  /** Targets of the branch table but the last. */
  Targets = 2,
  /** Registers that two ops read at most. */
  Sources = 8,
}

/** Registers, relative to `Place.Frame`. */
const enum Register {
  Link = 8,
  Sources = 16,
  Results = 48,
  Arguments = 64,
}

type Rows = readonly (readonly [number, number, number, number])[];

/**
 * Two pairs of words for the source registers in turn. JSC goes by the last
 * value that it saw of what Math.floor and the like return: where i64 are
 * divided and where floats are rounded, this has to be none that is an int32.
 * V8 goes by whether all sums were below 2^52: i64 up to 2^53 are divided as
 * numbers. Beyond that there is one whose quotient has to be corrected.
 */
// deno-fmt-ignore
const VALUES: Rows = [
  [3, 5, 5, 1],
  [7, 0x70000000, 7, 0],
  [0, 0, 0, 0],
  [1, 2, 2, 3],
  [-1, 0, 0, 5],
  [0, 5, -1, 0x1fffff],
  [5, 0x1fffff, 3, 0],
  [-1, -0x40000001, -0x40000000, 0],
  [0x10, 0x42700000, 0x3ff00000, 0x40000000],
  [-0x80000000, -1, -1, 1],
  [0x7ffffff0, -2, -2, -1],
  [-0x2c800000, 0x60000000, 0x60000000, 0x7fffffff],
];

/**
 * Warms `execute` up, before anything runs; and again once a program has run
 * for a little while. V8 keeps what it learns of a function only when that has
 * run some times its own length, which the first time is for. The second time
 * it learns of all the ops, and begins to compile.
 */
export function warmUp(m: Machine): void {
  warmScalars(m, range(0, Op.FirstCold), VALUES);
}

/** Has every op that accesses memory 0 do that once. */
export function warmUpAccesses(m: Machine): void {
  warmScalars(m, accesses(), VALUES.slice(0, 1));
}

const accesses = /* @__PURE__ */ lazy(() =>
  range(0, Op.FirstCold).filter((op) =>
    /Load|Store|Memory/.test(shapes()[op]!.name)
  )
);

function warmScalars(m: Machine, ops: readonly number[], rows: Rows): void {
  const view = new DataView(new ArrayBuffer(64));
  const table = Int32Array.of(Place.Cell, 1);
  const globals = new Int32Array(8);
  const imported = new GlobalInstance({ type: I32, mutable: true });
  m.imports.globals = [imported, imported];
  warm(m, view, ops, rows, (pc) => {
    m.execute(pc, Place.Frame, view, 64, table, globals, 1);
  });
}

/**
 * Warms the vector loop up, before the first vector: twice, for that reason.
 * It has cases for some of the other loop's ops, and leaves at all others.
 */
export function warmUpVectors(m: Machine): void {
  const view = new DataView(new ArrayBuffer(64));
  const run = (pc: number) => {
    m.executeVectors(pc, Place.Frame, view, 64);
  };
  for (let i = 0; i < 2; i++) {
    warm(m, view, range(0, Op.FirstCold), VALUES, run);
    warm(m, view, range(Op.FirstVector, shapes().length), VALUES, run);
  }
}

/** Code and registers that are in use are put back. */
function warm(
  m: Machine,
  view: DataView,
  ops: readonly number[],
  rows: Rows,
  run: (pc: number) => void,
): void {
  const { I, R, code } = m;
  const registers = I.slice(0, Place.End);
  const depth = R.length;
  const refs = R.slice(0, Place.FrameEnd);
  // The latter are NaNs.
  new Uint8Array(view.buffer).fill(1, 0, 6).fill(255, 13, 22);
  while (R.length < Place.FrameEnd) R.push(null);
  code.fill(Op.Exit, Place.Op, Place.End);
  code[Place.Cell] = Place.Callee;
  code[Place.Cell + 2] = 1;
  code[Place.Table] = Count.Targets;
  code.fill(Place.Exit, Place.Table + 1, Place.Table + 2 + Count.Targets);
  code[Place.Callee] = Op.Return;
  code[Place.Callee + 1] = Register.Link;
  const frames = rows.map(frameOf);
  for (const op of ops) warmOp(m, op, frames, run);
  I.set(registers);
  R.length = depth;
  refs.forEach((ref, i) => R[i] = ref);
}

function warmOp(
  { I, code }: Machine,
  op: number,
  frames: readonly Int32Array[],
  run: (pc: number) => void,
): void {
  writeOp(code, op);
  for (const frame of frames) {
    const isEnd = frame[Register.Sources + 1] < 0;
    I.set(frame, Place.Frame);
    I[Word.Counter] = frame[Register.Sources];
    I[Word.StackLimit] = isEnd ? 0 : I.length;
    I[Word.Fuel] = isEnd ? 0 : OPERANDS.n;
    run(Place.Op);
  }
}

function range(first: number, end: number): number[] {
  return [...shapes().keys()].slice(first, end);
}

function writeOp(code: Int32Array, op: number): void {
  const joined = JOINS[op - Op.FirstJoined] ?? [op];
  let at = Place.Op;
  let results = Register.Results;
  let sources = Register.Sources;
  for (const part of joined) {
    code[at++] = part;
    for (const letter of shapes()[part]!.letters) {
      if (letter === "d") {
        code[at++] = results;
        results += 2;
      } else if (letter === "a") {
        code[at++] = sources;
        sources += 2;
      } else {
        code[at++] = OPERANDS[letter];
      }
    }
  }
  code[Place.Op] = op;
  code[at] = Op.Exit;
  // A call's link is where its callee looks for it.
  if (op === Op.Call) code[Place.Op + 3] = Register.Arguments + Register.Link;
  if (op === Op.CallIndirect) {
    code[Place.Op + 4] = Register.Arguments + Register.Link;
  }
}

const OPERANDS: Readonly<Record<string, number>> = {
  i: 1,
  n: 2,
  x: 0,
  m: 0,
  t: Place.Exit,
  T: Place.Table,
  c: Place.Cell,
  s: Register.Arguments,
  l: Register.Link,
  L: Register.Link,
  b: 4 * Register.Sources,
};

/** The registers, with the pairs of a row. */
function frameOf(values: readonly number[]): Int32Array {
  const frame = new Int32Array(Place.FrameEnd - Place.Frame);
  for (let i = 0; i < 2 * Count.Sources; i++) {
    frame[Register.Sources + i] = values[i & 3];
  }
  frame[Register.Link] = Place.Exit;
  return frame;
}
