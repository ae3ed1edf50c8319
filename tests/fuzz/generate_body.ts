/**
 * Generates the body of one function: typed expressions and statements over
 * the function's locals and what the module's shape offers. See generate.ts
 * for what is promised of the result.
 */

import { F32, F64, I32, I64, V128, VOID, Writer } from "./encode.ts";
import type { FunctionSource, TypeList } from "./encode.ts";
import {
  EDGES_32,
  EDGES_64,
  FLOATS_32,
  FLOATS_64,
  LOADS,
  OPERATORS,
  STORES,
  VECTOR_OPERATORS,
} from "./operators.ts";
import type { Access, Operator } from "./operators.ts";
import type { Random } from "./random.ts";

/** A function type as value type bytes. */
export interface Signature {
  readonly params: readonly number[];
  readonly results: readonly number[];
}

/** What all functions of a module share. */
export interface Shape {
  readonly signatures: readonly Signature[];
  readonly types: TypeList;
  /** Types that values have, with vectors or without. */
  readonly kinds: readonly number[];
  readonly globals: readonly { type: number; mutable: boolean }[];
  /** The functions in the table, -1 for null; a power of 2 of them. */
  readonly table: readonly number[];
  readonly memoryBytes: number;
  /** Whether NaNs are made canonical at once. */
  readonly exact: boolean;
  readonly cut: ReadonlySet<number>;
  /** Gets the id of every piece. */
  readonly pieces: number[];
}

/** Something to branch to. */
interface Label {
  readonly types: readonly number[];
  /** False for the head of a counted loop: it would never end. */
  readonly isTarget: boolean;
}

/** A constant instruction with a value that is likely to matter. */
export function writeConstant(
  out: Writer,
  type: number,
  random: Random,
): void {
  const rare = random.oneIn(4);
  switch (type) {
    case I32:
      out.i32(rare ? random.bits() : random.pick(EDGES_32));
      return;
    case I64:
      out.i64(rare ? random.bits64() : random.pick(EDGES_64));
      return;
    case F32:
      out.f32(rare ? random.bits() : random.pick(FLOATS_32));
      return;
    case V128:
      out.bytes(0xfd, 0x0c);
      for (let i = 0; i < 4; i++) {
        const word = rare ? random.bits() : random.pick(EDGES_32);
        for (const shift of [0, 8, 16, 24]) out.bytes(word >>> shift & 255);
      }
      return;
    default:
      out.f64(rare ? random.bits64() : random.pick(FLOATS_64));
  }
}

/** Makes a NaN on the stack the canonical one; overwrites `scratch`. */
export function writeCanonical(
  out: Writer,
  type: number,
  scratch: number,
): void {
  out.op(0x22, scratch);
  if (type === F32) out.f32(0x7fc00000);
  else out.f64(0x7ff8000000000000n);
  out.op(0x20, scratch).op(0x20, scratch);
  out.bytes(type === F32 ? 0x5b : 0x61, 0x1b);
}

const MAX_NESTING = 4;
const MAX_LOOPS = 2;

export class FunctionGenerator {
  readonly #shape: Shape;
  readonly #signature: Signature;
  readonly #index: number;
  readonly #out = new Writer();
  readonly #labels: Label[] = [];
  /** Types of parameters and locals that statements may use. */
  readonly #variables: number[] = [];
  #counters = 0;
  #loops = 0;

  constructor(shape: Shape, index: number) {
    this.#shape = shape;
    this.#signature = shape.signatures[index];
    this.#index = index;
  }

  generate(random: Random): FunctionSource {
    const { params, results } = this.#signature;
    const locals = [...new Set(this.#shape.kinds)];
    for (let i = random.below(6); i > 0; i--) {
      locals.push(random.pick(this.#shape.kinds));
    }
    this.#variables.push(...params, ...locals);
    this.#labels.push({ types: results, isTarget: true });
    this.#burnFuel();
    this.#statements(random.fork(), 2 + random.below(6), 0);
    this.#values(random.fork(), results);
    const counters: number[] = new Array(this.#counters).fill(I32);
    return {
      params,
      results,
      locals: [...locals, F32, F64, V128, ...counters],
      body: this.#out,
    };
  }

  /** Scratch locals follow the variables: f32, f64, v128; then counters. */
  #canonical(type: number): void {
    const base = this.#variables.length;
    writeCanonical(this.#out, type, type === F32 ? base : base + 1);
  }

  #burnFuel(): void {
    this.#out.op(0x23, 0).bytes(0x45, 0x04, VOID, 0x00, 0x0b);
    this.#out.op(0x23, 0).i32(1).bytes(0x6b).op(0x24, 0);
  }

  /** Whether the piece is left out. */
  #isCut(random: Random): boolean {
    this.#shape.pieces.push(random.seed);
    return this.#shape.cut.has(random.seed);
  }

  // Statements

  #statements(random: Random, count: number, nesting: number): void {
    for (let i = 0; i < count; i++) {
      const own = random.fork();
      if (!this.#isCut(own)) this.#statement(own, nesting);
    }
  }

  #statement(random: Random, nesting: number): void {
    const simple = nesting >= MAX_NESTING;
    switch (random.below(simple ? 9 : 16)) {
      case 0:
      case 1:
      case 2:
        return this.#setLocal(random);
      case 3:
        return this.#setGlobal(random);
      case 4:
      case 5:
        return this.#store(random);
      case 6:
        return this.#callStatement(random);
      case 7:
        return this.#bulk(random);
      case 8:
        return this.#branchIf(random);
      case 9:
      case 10:
        return this.#ifStatement(random, nesting);
      case 11:
      case 12:
        return this.#countedLoop(random, nesting);
      case 13:
        return this.#burningLoop(random, nesting);
      case 14:
        return this.#branchTable(random, nesting);
      default:
        return this.#blockStatement(random, nesting);
    }
  }

  #setLocal(random: Random): void {
    const index = random.below(this.#variables.length);
    this.#value(random, this.#variables[index], 4);
    this.#out.op(0x21, index);
  }

  #setGlobal(random: Random): void {
    const index = random.below(this.#shape.globals.length);
    const { type, mutable } = this.#shape.globals[index];
    this.#value(random, type, 3);
    if (index > 0 && mutable) this.#out.op(0x24, index);
    else this.#out.bytes(0x1a);
  }

  #store(random: Random): void {
    const type = random.pick(this.#shape.kinds);
    this.#address(random);
    this.#value(random, type, 3);
    if (!this.#shape.exact && (type === F32 || type === F64)) {
      this.#canonical(type);
    }
    this.#access(random, type, random.pick(STORES[type]));
  }

  #access(random: Random, type: number, access: Access): void {
    if (type === V128) this.#out.bytes(0xfd);
    this.#out.bytes(access.opcode, random.below(access.alignment + 1));
    const end = this.#shape.memoryBytes;
    const offset = random.below(64);
    if (offset < 32) this.#out.unsigned(0);
    else if (offset < 60) this.#out.unsigned(random.below(64));
    else if (offset < 63) this.#out.unsigned(random.below(end >> 1));
    else this.#out.unsigned(random.pick([end - 1, 0x7fffffff, 0xffffffff]));
  }

  /** An address that is mostly in bounds. */
  #address(random: Random): void {
    const end = this.#shape.memoryBytes;
    const kind = random.below(60);
    if (kind === 0) return this.#value(random, I32, 2);
    if (kind === 1) {
      this.#out.i32(end - random.below(12));
    } else if (kind < 20) {
      this.#out.i32(random.below(128));
    } else {
      this.#value(random, I32, 2);
      this.#out.i32(random.pick([0xff, 0xff8, 0xfff, 0x7fff]));
      this.#out.bytes(0x71);
    }
  }

  #callStatement(random: Random): void {
    const index = this.#callee(random);
    if (index < 0) return this.#setLocal(random);
    this.#call(random, index);
    const { results } = this.#shape.signatures[index];
    for (let i = results.length - 1; i >= 0; i--) {
      this.#putAway(random, results[i]);
    }
  }

  /** Takes a value off the stack into a variable, if it has its type. */
  #putAway(random: Random, type: number): void {
    const index = random.below(this.#variables.length);
    if (this.#variables[index] === type) this.#out.op(0x21, index);
    else this.#out.bytes(0x1a);
  }

  /** A function to call, mostly one that does not call back, or -1. */
  #callee(random: Random): number {
    const count = this.#shape.signatures.length;
    if (random.oneIn(5)) return random.below(count);
    const above = count - 1 - this.#index;
    return above > 0 ? this.#index + 1 + random.below(above) : -1;
  }

  #call(random: Random, index: number): void {
    const { signatures, types, table } = this.#shape;
    const { params, results } = signatures[index];
    this.#values(random, params);
    const slot = table.indexOf(index);
    if (slot < 0 || random.oneIn(2)) {
      this.#out.op(0x10, index);
      return;
    }
    if (!random.oneIn(8)) this.#out.i32(slot);
    else this.#value(random, I32, 1);
    if (random.oneIn(2)) this.#out.i32(table.length - 1).bytes(0x71);
    this.#out.op(0x11, types.indexOf(params, results)).bytes(0);
  }

  /** memory.fill or memory.copy. */
  #bulk(random: Random): void {
    this.#address(random);
    const fills = random.oneIn(2);
    if (fills) this.#value(random, I32, 1);
    else this.#address(random);
    this.#out.i32(random.pick([0, 1, 3, 8, 100, 1000]));
    if (fills) this.#out.bytes(0xfc, 0x0b, 0);
    else this.#out.bytes(0xfc, 0x0a, 0, 0);
  }

  /** The depth of a label to branch to, or -1. */
  #target(random: Random, types?: readonly number[]): number {
    const depth = random.below(this.#labels.length);
    const label = this.#labels[this.#labels.length - 1 - depth];
    if (!label.isTarget) return -1;
    return types && label.types.join() !== types.join() ? -1 : depth;
  }

  #branchIf(random: Random): void {
    const depth = this.#target(random);
    if (depth < 0) return;
    const { types } = this.#labels[this.#labels.length - 1 - depth];
    if (types.length === 0) {
      this.#condition(random);
      this.#out.op(0x0d, depth);
      return;
    }
    this.#condition(random);
    this.#out.bytes(0x04, VOID);
    this.#labels.push({ types: [], isTarget: true });
    this.#values(random, types);
    const returns = depth === this.#labels.length - 2 && random.oneIn(2);
    if (returns) this.#out.bytes(0x0f);
    else this.#out.op(0x0c, depth + 1);
    this.#end();
  }

  #condition(random: Random): void {
    this.#value(random, I32, random.below(4));
  }

  #end(): void {
    this.#labels.pop();
    this.#out.bytes(0x0b);
  }

  #ifStatement(random: Random, nesting: number): void {
    this.#condition(random);
    this.#out.bytes(0x04, VOID);
    this.#labels.push({ types: [], isTarget: true });
    this.#statements(random.fork(), 1 + random.below(3), nesting + 1);
    if (random.oneIn(2)) {
      this.#out.bytes(0x05);
      this.#statements(random.fork(), 1 + random.below(3), nesting + 1);
    }
    this.#end();
  }

  #countedLoop(random: Random, nesting: number): void {
    if (this.#loops >= MAX_LOOPS) return this.#setLocal(random);
    this.#loops++;
    const counter = this.#variables.length + 3 + this.#counters++;
    const trips = 1 + random.below(9);
    const down = random.oneIn(2);
    this.#out.i32(down ? trips : 0).op(0x21, counter);
    this.#out.bytes(0x03, VOID);
    this.#labels.push({ types: [], isTarget: false });
    this.#statements(random.fork(), 1 + random.below(3), nesting + 1);
    this.#out.op(0x20, counter).i32(1).bytes(down ? 0x6b : 0x6a);
    this.#out.op(0x22, counter);
    if (!down) this.#out.i32(trips).bytes(random.pick([0x48, 0x49, 0x47]));
    this.#out.op(0x0d, 0);
    this.#end();
    this.#loops--;
  }

  /** A loop that anything inside may continue, as long as there is fuel. */
  #burningLoop(random: Random, nesting: number): void {
    if (this.#loops >= MAX_LOOPS) return this.#setLocal(random);
    this.#loops++;
    const params = random.oneIn(2) ? [] : [random.pick(this.#shape.kinds)];
    this.#values(random, params);
    const type = this.#shape.types.indexOf(params, []);
    this.#out.bytes(0x03).signed(type);
    this.#labels.push({ types: params, isTarget: true });
    for (const param of params) this.#putAway(random, param);
    this.#burnFuel();
    this.#statements(random.fork(), 1 + random.below(3), nesting + 1);
    if (params.length === 0 && random.oneIn(2)) {
      this.#condition(random);
      this.#out.op(0x0d, 0);
    }
    this.#end();
    this.#loops--;
  }

  #branchTable(random: Random, nesting: number): void {
    const depth = this.#target(random);
    const label = this.#labels[this.#labels.length - 1 - Math.max(depth, 0)];
    const types = depth < 0 ? [] : label.types;
    this.#out.bytes(0x02, VOID);
    this.#labels.push({ types: [], isTarget: true });
    const fallback = depth < 0 ? 0 : depth + 1;
    const targets = Array.from({ length: random.below(6) }, () => {
      const other = this.#target(random, types);
      return other < 0 ? fallback : other;
    });
    this.#values(random, types);
    this.#value(random, I32, 2);
    if (random.oneIn(2)) this.#out.i32(7).bytes(0x71);
    this.#out.bytes(0x0e).unsigned(targets.length);
    for (const target of [...targets, fallback]) this.#out.unsigned(target);
    if (random.oneIn(4)) this.#statements(random.fork(), 1, nesting + 1);
    this.#end();
  }

  /** A block with parameters and results, put away at its end. */
  #blockStatement(random: Random, nesting: number): void {
    const types = () =>
      Array.from(
        { length: random.below(3) },
        () => random.pick(this.#shape.kinds),
      );
    const params = types();
    const results = types();
    this.#values(random, params);
    this.#out.bytes(0x02).signed(this.#shape.types.indexOf(params, results));
    this.#labels.push({ types: results, isTarget: true });
    for (let i = params.length - 1; i >= 0; i--) {
      this.#putAway(random, params[i]);
    }
    this.#statements(random.fork(), 1 + random.below(3), nesting + 1);
    this.#values(random, results);
    this.#end();
    for (let i = results.length - 1; i >= 0; i--) {
      this.#putAway(random, results[i]);
    }
  }

  // Expressions

  #values(random: Random, types: readonly number[]): void {
    const own = random.fork();
    for (const type of types) this.#value(own, type, 2);
  }

  /** Code that leaves one value of a type; `depth` bounds its size. */
  #value(random: Random, type: number, depth: number): void {
    const own = random.fork();
    if (depth > 0 && this.#isCut(own)) return this.#zero(type);
    if (depth <= 0 || own.oneIn(5)) return this.#leaf(own, type);
    switch (own.below(14)) {
      case 0:
        return this.#load(own, type);
      case 1:
        return this.#select(own, type, depth);
      case 2:
        return this.#ifValue(own, type, depth);
      case 3:
        return this.#blockValue(own, type, depth);
      case 4:
        return this.#special(own, type, depth);
      case 5:
        return this.#waiting(own, type, depth);
      case 6:
        return this.#loopValue(own, type, depth);
      default:
        return this.#operator(own, own.pick(this.#operators(own, type)), depth);
    }
  }

  #operators(random: Random, type: number): readonly Operator[] {
    const { kinds } = this.#shape;
    const isVector = type === V128 || kinds.includes(V128) && random.oneIn(4);
    return (isVector ? VECTOR_OPERATORS : OPERATORS)[type];
  }

  #zero(type: number): void {
    if (type === I32) this.#out.i32(0);
    else if (type === I64) this.#out.i64(0n);
    else if (type === F32) this.#out.f32(0);
    else if (type === F64) this.#out.f64(0n);
    else this.#out.i32(0).bytes(0xfd, 0x11);
  }

  #leaf(random: Random, type: number): void {
    const kind = random.below(8);
    if (kind < 2) return writeConstant(this.#out, type, random);
    if (kind === 2) {
      const index = random.below(this.#shape.globals.length);
      if (this.#shape.globals[index].type === type && index > 0) {
        this.#out.op(0x23, index);
        return;
      }
    }
    this.#variable(random, type, 0x20);
  }

  /** local.get or local.tee of some variable of this type. */
  #variable(random: Random, type: number, opcode: number): void {
    const start = random.below(this.#variables.length);
    const count = this.#variables.length;
    for (let i = 0; i < count; i++) {
      const index = (start + i) % count;
      if (this.#variables[index] !== type) continue;
      this.#out.op(opcode, index);
      return;
    }
  }

  #load(random: Random, type: number): void {
    this.#address(random);
    this.#access(random, type, random.pick(LOADS[type]));
  }

  #select(random: Random, type: number, depth: number): void {
    this.#value(random, type, depth - 1);
    this.#value(random, type, depth - 1);
    this.#condition(random);
    if (random.oneIn(3)) this.#out.bytes(0x1c, 1, type);
    else this.#out.bytes(0x1b);
  }

  #ifValue(random: Random, type: number, depth: number): void {
    this.#condition(random);
    this.#out.bytes(0x04, type);
    this.#labels.push({ types: [type], isTarget: true });
    this.#value(random, type, depth - 1);
    this.#out.bytes(0x05);
    this.#value(random, type, depth - 1);
    this.#end();
  }

  #blockValue(random: Random, type: number, depth: number): void {
    this.#out.bytes(0x02, type);
    this.#labels.push({ types: [type], isTarget: true });
    this.#statements(random.fork(), random.below(2), MAX_NESTING);
    this.#value(random, type, depth - 1);
    this.#end();
  }

  /** Calls, conditional branches with a value, tees, memory.size and grow. */
  #special(random: Random, type: number, depth: number): void {
    const kind = random.below(4);
    if (kind === 0) {
      const index = this.#callee(random);
      const results = this.#shape.signatures[index]?.results ?? [];
      if (results[0] === type) {
        this.#call(random, index);
        for (let i = results.length - 1; i > 0; i--) {
          this.#putAway(random, results[i]);
        }
        return;
      }
    }
    if (kind === 1 && type === I32) {
      if (random.oneIn(2)) this.#out.bytes(0x3f, 0);
      else this.#out.i32(random.pick([0, 0, 1, 5])).bytes(0x40, 0);
      return;
    }
    this.#value(random, type, depth - 1);
    const target = kind === 2 ? this.#target(random, [type]) : -1;
    if (target < 0) return this.#variable(random, type, 0x22);
    this.#condition(random);
    this.#out.op(0x0d, target);
  }

  /** A value, or a word of one, that stays on the stack behind statements. */
  #waiting(random: Random, type: number, depth: number): void {
    this.#value(random, type, random.below(depth));
    this.#assignment(random);
    if (type === I64) {
      if (random.oneIn(2)) this.#out.i64(0xffffffffn).bytes(0x83);
      else this.#out.i64(32n).bytes(0x88);
    }
    this.#assignment(random);
  }

  /** A variable is set, perhaps on one path only, or where two would meet. */
  #assignment(random: Random): void {
    const kind = random.below(4);
    if (kind === 0) this.#out.bytes(0x02, VOID, 0x0b);
    if (kind === 1) {
      this.#variable(random, I32, 0x20);
      this.#out.bytes(0x04, VOID);
    }
    const index = random.below(this.#variables.length);
    this.#leaf(random, this.#variables[index]);
    this.#out.op(0x21, index);
    if (kind === 1) this.#out.bytes(0x0b);
  }

  /** A loop's parameter, which is another value each time round. */
  #loopValue(random: Random, type: number, depth: number): void {
    if (type === I64) this.#waiting(random, type, depth);
    else this.#value(random, type, depth - 1);
    if (this.#loops >= MAX_LOOPS) return;
    this.#loops++;
    this.#out.bytes(0x03).signed(this.#shape.types.indexOf([type], [type]));
    this.#labels.push({ types: [type], isTarget: true });
    this.#burnFuel();
    const table = type === V128 ? VECTOR_OPERATORS : OPERATORS;
    const changing = table[type].filter(({ operands }) => operands[0] === type);
    this.#operator(random, random.pick(changing), 1, true);
    this.#condition(random);
    this.#out.op(0x0d, 0);
    this.#end();
    this.#loops--;
  }

  /** An operator on new operands, or on one that is there already. */
  #operator(
    random: Random,
    operator: Operator,
    depth: number,
    isOneThere = false,
  ): void {
    const { operands, opcode, traps, openLanes } = operator;
    // Most truncations of random floats would trap.
    if (traps === "range" && !random.oneIn(6)) {
      return this.#value(random, opcode[0] < 0xac ? I32 : I64, depth - 1);
    }
    operands.forEach((type, index) => {
      const isRight = index === 1 && random.oneIn(3);
      if (isRight) writeConstant(this.#out, type, random);
      else if (index > 0 || !isOneThere) this.#value(random, type, depth - 1);
      const seen = index === operator.seesBits && !this.#shape.exact;
      if (seen && (type === F32 || type === F64)) this.#canonical(type);
    });
    if (traps === "zero" && !random.oneIn(8)) this.#avoidZero(operands[1]);
    this.#out.bytes(...opcode);
    if (openLanes !== undefined) {
      // NaNs become zeros: v & (v == v).
      const scratch = this.#variables.length + 2;
      this.#out.op(0x22, scratch).op(0x20, scratch).op(0x20, scratch);
      this.#out.bytes(0xfd, openLanes, 0xfd, 0x4e);
    }
    if (operator.openNaN && this.#shape.exact) {
      this.#canonical(opcode[0] < 0x99 || opcode[0] === 0xb6 ? F32 : F64);
    }
  }

  #avoidZero(type: number): void {
    if (type === I32) this.#out.i32(1).bytes(0x72);
    else this.#out.i64(1n).bytes(0x84);
  }
}
