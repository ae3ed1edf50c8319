/**
 * Constant expressions: initial values of globals and tables, offsets and
 * elements of segments. `readConstExpr` validates one while the module is
 * decoded; `ConstEvaluator` computes it for an instance. Both keep an operand
 * stack of their own, nothing recurses. Floats and vectors are only carried
 * as bits, i64 as lo/hi pairs. An instruction more is a case in
 * `checkInstruction` and one in `ConstEvaluator.#step`.
 * Spec: «Constant Expressions».
 */

import type { ConstExpr, Module } from "./module.ts";
import type { GlobalInstance, ModuleInstance, Ref } from "./store.ts";
import type { ValueType } from "./types.ts";
import { readHeapType } from "./decode_types.ts";
import { Feature, requireFeature } from "./features.ts";
import { fromBigInt, toBigInt, toNumberU } from "./i64.ts";
import { Reader } from "./reader.ts";
import {
  F32,
  F64,
  heapOfId,
  I32,
  I64,
  isRef,
  isSubtype,
  refType,
  slotWords,
  typeText,
  V128,
} from "./types.ts";

const enum Opcode {
  End = 0x0b,
  GlobalGet = 0x23,
  I32Const = 0x41,
  I64Const = 0x42,
  F32Const = 0x43,
  F64Const = 0x44,
  I32Add = 0x6a,
  I32Sub = 0x6b,
  I32Mul = 0x6c,
  I64Add = 0x7c,
  I64Sub = 0x7d,
  I64Mul = 0x7e,
  RefNull = 0xd0,
  RefFunc = 0xd2,
  /** Comes before a second one. */
  Simd = 0xfd,
  V128Const = 12,
}

/**
 * Reads and validates a constant expression of type `type`, with its `end`.
 * It may name the functions and the globals that the module has so far.
 */
export function readConstExpr(
  r: Reader,
  module: Module,
  type: ValueType,
): ConstExpr {
  const start = r.pos;
  const stack: ValueType[] = [];
  let at = start;
  for (let opcode = r.u8(); opcode !== Opcode.End; opcode = r.u8()) {
    checkInstruction(r, module, stack, opcode, at);
    at = r.pos;
  }
  checkType(r, module, stack.pop(), type, at);
  if (stack.length > 0) {
    r.fail(`type mismatch: ${stack.length + 1} values, expected one`, at);
  }
  return { start, type };
}

/** Checks the instruction `opcode`, whose immediates come next. */
function checkInstruction(
  r: Reader,
  module: Module,
  stack: ValueType[],
  opcode: number,
  at: number,
): void {
  switch (opcode) {
    case Opcode.I32Const:
      r.s32();
      stack.push(I32);
      return;
    case Opcode.I64Const:
      r.s64();
      stack.push(I64);
      return;
    case Opcode.F32Const:
      r.skip(4);
      stack.push(F32);
      return;
    case Opcode.F64Const:
      r.skip(8);
      stack.push(F64);
      return;
    case Opcode.Simd:
      stack.push(checkV128Const(r, module, at));
      return;
    case Opcode.RefNull:
    case Opcode.RefFunc:
      stack.push(checkReference(r, module, opcode, at));
      return;
    case Opcode.GlobalGet:
      stack.push(checkGlobalGet(r, module, at));
      return;
    case Opcode.I32Add:
    case Opcode.I32Sub:
    case Opcode.I32Mul:
      checkBinary(r, module, stack, I32, at);
      return;
    case Opcode.I64Add:
    case Opcode.I64Sub:
    case Opcode.I64Mul:
      checkBinary(r, module, stack, I64, at);
      return;
  }
  const isUnassigned = opcode > 0xd6 && opcode < 0xfb || opcode === 0xff;
  if (isUnassigned) r.fail(`illegal opcode ${opcode.toString(16)}`, at);
  r.fail("constant expression required", at);
}

/** Whether what was found, if anything was, fits where a type is expected. */
export function checkType(
  r: Reader,
  module: Module,
  found: ValueType | undefined,
  expected: ValueType,
  at: number,
): void {
  if (found !== undefined && isSubtype(found, expected)) return;
  const name = found === undefined ? "nothing" : typeText(module, found);
  const wanted = typeText(module, expected);
  r.fail(`type mismatch: expected ${wanted}, found ${name}`, at);
}

function checkV128Const(r: Reader, module: Module, at: number): ValueType {
  if (r.u32() !== Opcode.V128Const) r.fail("constant expression required", at);
  requireFeature(module, Feature.Simd, "v128.const", at);
  r.skip(16);
  return V128;
}

function checkReference(
  r: Reader,
  module: Module,
  opcode: number,
  at: number,
): ValueType {
  const isNull = opcode === Opcode.RefNull;
  const what = isNull ? "ref.null" : "ref.func";
  requireFeature(module, Feature.ReferenceTypes, what, at);
  if (isNull) return refType(true, readHeapType(r, module));
  const index = r.u32();
  const { functions } = module;
  if (index >= functions.length) r.fail(`unknown function ${index}`, at);
  module.declaredFunctions[index] = 1;
  return refType(false, heapOfId(functions[index]));
}

/** Imported globals, since 3.0 also those that the module defined before. */
function checkGlobalGet(r: Reader, module: Module, at: number): ValueType {
  const index = r.u32();
  if (index >= module.globals.length) r.fail(`unknown global ${index}`, at);
  if (index >= module.importedGlobals) {
    const need = Feature.ExtendedConst | Feature.FunctionReferences;
    const what = "global.get of a global that is not imported";
    requireFeature(module, need, what, at);
  }
  const { type, mutable } = module.globals[index];
  if (mutable) r.fail("constant expression required: mutable global", at);
  return type;
}

function checkBinary(
  r: Reader,
  module: Module,
  stack: ValueType[],
  type: ValueType,
  at: number,
): void {
  const what = "arithmetic in a constant expression";
  requireFeature(module, Feature.ExtendedConst, what, at);
  checkType(r, module, stack.pop(), type, at);
  checkType(r, module, stack.pop(), type, at);
  stack.push(type);
}

/** The part of a module instance that constant expressions see. */
export type ConstScope = Pick<
  ModuleInstance,
  "module" | "globals" | "functionAt"
>;

/**
 * Computes validated constant expressions for one instance, whose imports
 * and whose globals so far must be in place.
 */
export class ConstEvaluator {
  readonly #instance: ConstScope;
  readonly #reader: Reader;
  /** The operand stack: four words a value, low first, or a reference. */
  readonly #words: number[] = [0, 0, 0, 0];
  readonly #refs: Ref[] = [null];
  /** Values on the stack. */
  #height = 0;

  constructor(instance: ConstScope) {
    this.#instance = instance;
    this.#reader = new Reader(instance.module.bytes);
  }

  /** Sets a global to the expression's value. */
  initGlobal(global: GlobalInstance, expr: ConstExpr): void {
    this.#run(expr);
    if (isRef(global.type.type)) {
      global.ref = this.#refs[0];
      return;
    }
    const count = slotWords(global.type.type);
    for (let i = 0; i < count; i++) {
      global.words[global.index + i] = this.#words[i];
    }
  }

  /**
   * The value of an expression of type i32 or i64, read as unsigned; beyond
   * 2^53 rounded, but never to less than 2^53.
   */
  offset(expr: ConstExpr): number {
    this.#run(expr);
    const [lo, hi] = this.#words;
    return expr.type === I64 ? toNumberU(lo, hi) : lo >>> 0;
  }

  /** The value of an expression of a reference type. */
  reference(expr: ConstExpr): Ref {
    this.#run(expr);
    return this.#refs[0];
  }

  /** Leaves the value at the bottom of the stack. */
  #run(expr: ConstExpr): void {
    const r = this.#reader;
    r.pos = expr.start;
    this.#height = 0;
    for (let opcode = r.u8(); opcode !== Opcode.End; opcode = r.u8()) {
      this.#step(r, opcode);
    }
  }

  #step(r: Reader, opcode: number): void {
    switch (opcode) {
      case Opcode.I32Const:
        return this.#push(r.s32());
      case Opcode.I64Const: {
        const lo = r.s64();
        return this.#push(lo, r.hi);
      }
      case Opcode.F32Const:
        return this.#push(r.i32Bits());
      case Opcode.F64Const:
        return this.#push(r.i32Bits(), r.i32Bits());
      case Opcode.Simd:
        r.u32();
        return this.#push(r.i32Bits(), r.i32Bits(), r.i32Bits(), r.i32Bits());
      case Opcode.RefNull:
        r.s33();
        return this.#pushRef(null);
      case Opcode.RefFunc:
        return this.#pushRef(this.#instance.functionAt(r.u32()));
      case Opcode.GlobalGet:
        return this.#pushGlobal(this.#instance.globals[r.u32()]);
    }
    this.#arithmetic(opcode);
  }

  #push(w0: number, w1 = 0, w2 = 0, w3 = 0): void {
    const words = this.#words;
    const at = 4 * this.#height++;
    words[at] = w0;
    words[at + 1] = w1;
    words[at + 2] = w2;
    words[at + 3] = w3;
  }

  #pushRef(ref: Ref): void {
    this.#refs[this.#height++] = ref;
  }

  #pushGlobal({ type, ref, words, index }: GlobalInstance): void {
    if (isRef(type.type)) return this.#pushRef(ref);
    if (type.type !== V128) return this.#push(words[index], words[index + 1]);
    const [w0, w1, w2, w3] = words.subarray(index, index + 4);
    this.#push(w0, w1, w2, w3);
  }

  /** Replaces the two values on top by their sum, difference or product. */
  #arithmetic(opcode: number): void {
    const words = this.#words;
    this.#height -= 2;
    const at = 4 * this.#height;
    const a = toBigInt(words[at], words[at + 1]);
    const b = toBigInt(words[at + 4], words[at + 5]);
    // The opcodes for i64 are in the same order as those for i32.
    const which = (opcode - Opcode.I32Add) % (Opcode.I64Add - Opcode.I32Add);
    fromBigInt(words, at, [a + b, a - b, a * b][which]);
    if (opcode <= Opcode.I32Mul) words[at + 1] = 0;
    this.#height++;
  }
}
