/**
 * The frames of guest functions that are on the stack, and errors that make a
 * guest go on in one of them. A frame is found by its return addresses: the
 * address of Op.ReturnInstance says that it returns by way of the crossing
 * that is noted on `m.crossings`, and that of Op.Exit that it was called by the
 * host.
 */

import { EndPc } from "./arena.ts";
import {
  CELL_METERED,
  CELL_STUB,
  CELL_WORDS,
  type Code,
  type FunctionTable,
  moduleOffset,
} from "./code.ts";
import { MAX_TRACE_FRAMES, type WasmFrame } from "./errors.ts";
import { Op, Word } from "./exec.ts";
import type { Module } from "./module.ts";
import { functionNameOf, namesOf } from "./names.ts";
import type { Crossing, Machine, ModuleInstance } from "./store.ts";
import { signatureName, typeOf } from "./types.ts";

/** Where a run of the driver stands. */
export interface Position {
  readonly pc: number;
  readonly fp: number;
  readonly instance: ModuleInstance;
  readonly crossings: number;
}

/** Where the running code stands, if it goes on at `pc`. */
export function here(m: Machine, pc: number): Position {
  const { instance, crossings } = m;
  return { pc, fp: m.I[Word.Fp], instance, crossings: crossings.length };
}

/** A guest function on the stack. */
export interface Frame {
  readonly code: Code;
  readonly instance: ModuleInstance;
  /** Where it goes on. */
  readonly pc: number;
  readonly fp: number;
  /** By way of which it returns; undefined within the instance. */
  readonly crossing: Crossing | undefined;
  /** How many crossings there are with that one. */
  readonly crossings: number;
}

/** The frames of a run, innermost first. */
export function* framesFrom(
  m: Machine,
  position: Position,
): Generator<Frame, void> {
  let { pc, fp, instance, crossings } = position;
  for (;;) {
    while (pc === EndPc.ReturnInstance) {
      ({ instance, pc } = m.crossings[--crossings]);
    }
    if (pc === EndPc.Exit) return;
    const code = m.codeAt(pc);
    const link = fp + (code?.linkOffset ?? linkOfStub(instance, pc));
    const crossing = m.I[link] === EndPc.ReturnInstance
      ? m.crossings[crossings - 1]
      : undefined;
    if (code !== undefined) {
      yield { code, instance, pc, fp, crossing, crossings };
    }
    pc = m.I[link];
    fp -= m.I[link + 1];
  }
}

/** The link of a function that was entered and has no code yet. */
function linkOfStub({ functionTable, module }: ModuleInstance, pc: number) {
  const { defined } = functionOfStub(functionTable, pc);
  return typeOf(module.functions[module.importedFunctions + defined])
    .linkOffset;
}

/** The function whose entry cell has the op Translate at `pc`. */
export function functionOfStub({ cells }: FunctionTable, pc: number) {
  const word = pc - CELL_STUB - cells;
  const defined = Math.floor(word / CELL_WORDS);
  return { defined, isMetered: word - defined * CELL_WORDS === CELL_METERED };
}

/**
 * The guest's stack as data. `pc` is that of the op that trapped, or else the
 * return address of a host function.
 */
export function traceOf(m: Machine, pc: number, isTrap: boolean): WasmFrame[] {
  const frames: WasmFrame[] = [];
  for (const frame of framesFrom(m, here(m, pc))) {
    // A return address lies behind its call, the trapping pc is the op's own.
    const isOp = isTrap && frames.length === 0;
    frames.push(describe(frame.code, isOp ? frame.pc : frame.pc - 1));
    if (frames.length === MAX_TRACE_FRAMES) break;
  }
  return frames;
}

/** The whole stack, for who is told of a call that begins, as it is now. */
export function* currentFrames(m: Machine): Generator<WasmFrame, void> {
  for (const { code, pc } of framesFrom(m, here(m, m.next))) {
    yield describe(code, m.code[pc] === Op.Enter ? pc : pc - 1);
  }
}

const modulesByFrame: WeakMap<WasmFrame, Module> =
  /* @__PURE__ */ new WeakMap();

/** The module of a frame; undefined for a host function's. */
export function moduleOf(frame: WasmFrame): Module | undefined {
  return modulesByFrame.get(frame);
}

/** A frame in words that people read. */
export function describe(code: Code, pc: number): WasmFrame {
  const { functions: { module }, functionIndex } = code;
  const frame: WasmFrame = {
    moduleName: namesOf(module).moduleName,
    functionIndex,
    functionName: functionNameOf(module, functionIndex),
    offset: moduleOffset(code, pc),
    signature: signatureName(module.functions[functionIndex]),
  };
  modulesByFrame.set(frame, module);
  return frame;
}

/** A run of the driver, and where it began. */
export interface Run {
  /** The thread that it is a part of, or something else of its own. */
  readonly call: object;
  readonly base: number;
  readonly instance: ModuleInstance;
  readonly crossings: number;
  readonly stackLimit: number;
  /** The run in which a host function made the call. */
  readonly outer: Run | undefined;
}

/**
 * An error that a host function throws so that the guest goes on elsewhere,
 * in a frame of the run in which it lands.
 */
export abstract class Unwinding extends Error {
  /** Undefined where it passes through the run. */
  abstract land(m: Machine, run: Run): Landing | undefined;
}

/** Where a run goes on after an `Unwinding`. */
export interface Landing {
  /** Frames that begin above this word are gone. */
  readonly fp: number;
  /** Sets the machine up; where the guest goes on. */
  readonly goOn: () => number;
}
