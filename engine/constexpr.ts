/**
 * Constant expressions: initial values of globals and tables, offsets and
 * elements of segments. `readConstExpr` validates one while the module is
 * decoded; `ConstEvaluator` computes it for an instance. Both keep an operand
 * stack of their own, nothing recurses. Floats and vectors are only carried
 * as bits, i64 as lo/hi pairs. An instruction more is a case in
 * `checkInstruction` and one in `ConstEvaluator.#valueOf`.
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
    stack.push(checkInstruction(r, module, stack, opcode, at));
    at = r.pos;
  }
  checkType(r, module, stack.pop(), type, at);
  if (stack.length > 0) {
    r.fail(`type mismatch: ${stack.length + 1} values, expected one`, at);
  }
  return { start, type };
}

/** The type that `opcode` gives; its immediates come next. */
function checkInstruction(
  r: Reader,
  module: Module,
  stack: ValueType[],
  opcode: number,
  at: number,
): ValueType {
  switch (opcode) {
    case Opcode.I32Const:
      r.s32();
      return I32;
    case Opcode.I64Const:
      r.s64();
      return I64;
    case Opcode.F32Const:
      r.skip(4);
      return F32;
    case Opcode.F64Const:
      r.skip(8);
      return F64;
    case Opcode.Simd:
      return checkV128Const(r, module, at);
    case Opcode.RefNull:
    case Opcode.RefFunc:
      return checkReference(r, module, opcode, at);
    case Opcode.GlobalGet:
      return checkGlobalGet(r, module, at);
    case Opcode.I32Add:
    case Opcode.I32Sub:
    case Opcode.I32Mul:
      return checkBinary(r, module, stack, I32, at);
    case Opcode.I64Add:
    case Opcode.I64Sub:
    case Opcode.I64Mul:
      return checkBinary(r, module, stack, I64, at);
  }
  const isUnassigned = opcode > 0xd6 && opcode < 0xfb || opcode === 0xff;
  if (isUnassigned) r.fail(`illegal opcode ${opcode.toString(16)}`, at);
  r.fail("constant expression required", at);
}

/** What was found, if anything was, has to fit where a type is expected. */
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
  const { functions } = module;
  const index = r.index("function", functions.length, at);
  module.declaredFunctions.add(index);
  return refType(false, heapOfId(functions[index]));
}

/** Imported globals, since 3.0 also those that the module defined before. */
function checkGlobalGet(r: Reader, module: Module, at: number): ValueType {
  const index = r.index("global", module.globals.length, at);
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
): ValueType {
  const what = "arithmetic in a constant expression";
  requireFeature(module, Feature.ExtendedConst, what, at);
  checkType(r, module, stack.pop(), type, at);
  checkType(r, module, stack.pop(), type, at);
  return type;
}

/** The part of a module instance that constant expressions see. */
export type ConstScope = Pick<
  ModuleInstance,
  "module" | "globals" | "functionAt"
>;

/** Words, low first: two, or four of a vector. */
type Words = readonly number[];

/**
 * Computes validated constant expressions for one instance, whose imports
 * and whose globals so far must be in place.
 */
export class ConstEvaluator {
  readonly #instance: ConstScope;
  readonly #reader: Reader;

  constructor(instance: ConstScope) {
    this.#instance = instance;
    this.#reader = new Reader(instance.module.bytes);
  }

  /** Sets a global to the expression's value. */
  initGlobal(global: GlobalInstance, expr: ConstExpr): void {
    const value = this.value(expr.start);
    if (isRef(global.type.type)) global.ref = value;
    else global.words.set(value as Words, global.index);
  }

  /**
   * The value of an expression of type i32 or i64, read as unsigned; beyond
   * 2^53 rounded, but never to less than 2^53.
   */
  offset(expr: ConstExpr): number {
    const [lo, hi] = this.value(expr.start) as Words;
    return expr.type === I64 ? toNumberU(lo, hi) : lo >>> 0;
  }

  /** What the expression at `start` gives: a reference, or a number's words. */
  value(start: number): Ref | Words {
    const r = this.#reader;
    const stack: (Ref | Words)[] = [];
    r.pos = start;
    for (let opcode = r.u8(); opcode !== Opcode.End; opcode = r.u8()) {
      stack.push(this.#valueOf(r, opcode, stack));
    }
    return stack[0];
  }

  #valueOf(r: Reader, opcode: number, stack: (Ref | Words)[]): Ref | Words {
    switch (opcode) {
      case Opcode.I32Const:
        return [r.s32(), 0];
      case Opcode.I64Const:
        return [r.s64(), r.hi];
      case Opcode.F32Const:
        return [r.i32Bits(), 0];
      case Opcode.F64Const:
        return [r.i32Bits(), r.i32Bits()];
      case Opcode.Simd:
        r.u32();
        return [r.i32Bits(), r.i32Bits(), r.i32Bits(), r.i32Bits()];
      case Opcode.RefNull:
        r.s33();
        return null;
      case Opcode.RefFunc:
        return this.#instance.functionAt(r.u32());
      case Opcode.GlobalGet: {
        const { type, ref, words, index } = this.#instance.globals[r.u32()];
        const size = slotWords(type.type);
        return isRef(type.type)
          ? ref
          : [...words.subarray(index, index + size)];
      }
    }
    const [bLo, bHi] = stack.pop() as Words;
    const [aLo, aHi] = stack.pop() as Words;
    return arithmetic(opcode, toBigInt(aLo, aHi), toBigInt(bLo, bHi));
  }
}

/** The sum, difference or product. */
function arithmetic(opcode: number, a: bigint, b: bigint): Words {
  const words = [0, 0];
  // The opcodes for i64 are in the same order as those for i32.
  const which = (opcode - Opcode.I32Add) % (Opcode.I64Add - Opcode.I32Add);
  fromBigInt(words, 0, [a + b, a - b, a * b][which]);
  if (opcode <= Opcode.I32Mul) words[1] = 0;
  return words;
}
