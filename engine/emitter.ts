/**
 * The ops of one function, in the order in which the translator makes them. An
 * op may be fused into those since the last label, and in the end ops are joined
 * with those behind them (peephole.ts). What belongs to the code alone is kept
 * here, too: which words are branch targets, which ops are told of by their
 * offset in the module, the polls, the price of a block of code in fuel.
 *
 * Ops are appended to `#buffer`; `#starts` remembers where they begin.
 */

import type { CompileError } from "./errors.ts";
import { Op } from "./exec.ts";
import { VectorOp } from "./exec_simd.ts";
import { shapes } from "./ir.ts";
import { bytes, registers, Trait, traits } from "./op_tables.ts";
import {
  fusionLeft,
  fusionRight,
  joinOf,
  negationOf,
  pairOf,
  withSum,
  withSumImm,
} from "./peephole.ts";
import { F32, I32, isRef, V128, type ValueType } from "./types.ts";

/** The buffers for code, until a function needs longer ones. */
const BUFFER: Int32Array = /* @__PURE__ */ new Int32Array(16384);
const STARTS: Int32Array = /* @__PURE__ */ new Int32Array(16384);
const OFFSETS: Int32Array = /* @__PURE__ */ new Int32Array(32768);
/** That for the operands of an op. */
const WORDS: Int32Array = /* @__PURE__ */ new Int32Array(20);

const enum Most {
  /** After so many ops there is a branch, for the polls that branches count. */
  Unpolled = 256,
  /** The longest head of a loop that is repeated where a branch leads to it. */
  Head = 6,
  /** How many jumps in a row are made one; they may lead around in a circle. */
  Jumps = 4,
}

/** Ops to which all NaNs are the same. */
const TAKES_ANY_NAN = /^F..(?!Abs|Neg|C)/;

/** What is read of the module. */
export interface Position {
  /** Where the instruction begins. */
  readonly offset: number;
  /** Instructions so far, with this one. */
  readonly count: number;
}

/** An op at the head of a loop. */
export interface HeadOp {
  readonly start: number;
  /** That of its instruction in the module; -1 where it is not kept. */
  readonly offset: number;
}

export class Emitter {
  readonly #position: Position;
  readonly #maxWords: number;
  readonly #noRoom: () => CompileError;
  /** Registers from this one on are temporaries: each is read once. */
  temporaries = 0;
  #buffer = BUFFER;
  /** Words in the buffer: where the next op will stand. */
  end = 0;
  /** How many ops there are, and how many there were at the last label. */
  opCount = 0;
  #sinceLabel = 0;
  /** Where the ops start. */
  #starts = STARTS;
  /** In pairs: where ops start that are told of, their offsets in the module. */
  #offsets = OFFSETS;
  #offsetCount = 0;
  /** Whether the last op writes the register in its first operand. */
  #hasResult = false;
  /** A register that holds a global's value, -1 for none, and which global's. */
  #globalHome = -1;
  #globalWord = 0;
  /** The op that is being made, its operands, how many. */
  #op = 0;
  readonly #words = WORDS;
  #count = 0;
  readonly #targets: number[] = [];
  /** Words that hold the address of a branch table. */
  readonly #tables: number[] = [];
  /** Ops since the last such branch. */
  #unpolled = 0;
  /**
   * The offset in the module that the next op is told of by, such as that of an
   * op that is being fused into it; -1 for that of the instruction being read.
   */
  offset = -1;

  readonly #traits = traits();
  readonly #isMetered: boolean;
  /** Whether the next op begins a block that has to be paid for. */
  #needsFuel = false;
  /** The price of the running block, to be set at its end; 0 for none. */
  #fuelAt = 0;
  /** Instructions before the block, less what else it costs. */
  #fuelStart = 0;
  /** Whether the vector loop runs a part of the function. */
  #hasVectors = false;

  /** Beyond `maxWords` an op throws what `noRoom` makes. */
  constructor(
    position: Position,
    isMetered: boolean,
    maxWords: number,
    noRoom: () => CompileError,
  ) {
    this.#position = position;
    this.#isMetered = isMetered;
    this.#maxWords = maxWords;
    this.#noRoom = noRoom;
  }

  #has(op: number, trait: Trait): boolean {
    return (this.#traits[op] & trait) !== 0;
  }

  // Making ops

  /** Appends an op that has no result. */
  emit(
    op: number,
    a?: number,
    b?: number,
    c?: number,
    d?: number,
    e?: number,
  ): void {
    this.#make(op, a, b, c, d, e);
    this.#commit(false);
  }

  /** Appends an op whose result is the register `to`. */
  produce(op: number, to: number, a?: number, b?: number, c?: number): void {
    this.#make(op, to, a, b, c);
    this.#commit(true);
  }

  /** Either, with any number of words. */
  emitAll(op: number, words: ArrayLike<number>, hasResult: boolean): void {
    this.#op = op;
    this.#count = words.length;
    this.#words.set(words);
    this.#commit(hasResult);
  }

  #make(
    op: number,
    a?: number,
    b?: number,
    c?: number,
    d?: number,
    e?: number,
  ): void {
    const words = this.#words;
    let count = 0;
    if (a !== undefined) words[count++] = a;
    if (b !== undefined) words[count++] = b;
    if (c !== undefined) words[count++] = c;
    if (d !== undefined) words[count++] = d;
    if (e !== undefined) words[count++] = e;
    this.#op = op;
    this.#count = count;
  }

  /** Appends the op that was made, fused with those before it if it can be. */
  #commit(hasResult: boolean): void {
    if (this.#unpolled++ === Most.Unpolled) this.#putPoll();
    if (this.#needsFuel) this.#putFuel();
    while (this.#has(this.#op, Trait.OfLoop) && this.#fuse(hasResult));
    const op = this.#op;
    const count = this.#count;
    this.#reserve(count + 1);
    if (op >= Op.FirstVector) this.#hasVectors = true;
    if (op >= Op.FirstRow || this.#has(op, Trait.Noted)) {
      const offset = this.offset < 0 ? this.#position.offset : this.offset;
      this.#offsets[this.#offsetCount++] = this.end;
      this.#offsets[this.#offsetCount++] = offset;
    }
    this.offset = -1;
    this.#begin(op);
    for (let i = 0; i < count; i++) this.#buffer[this.end++] = this.#words[i];
    this.#hasResult = hasResult;
    if (this.#globalHome >= 0 && this.#overwritesGlobal()) {
      this.#globalHome = -1;
    }
    if (this.#fuelAt > 0 && this.#has(op, Trait.Control)) this.startBlock();
  }

  /** Appends the first word of an op, for all of which there is room. */
  #begin(op: number): void {
    this.#starts[this.opCount++] = this.end;
    this.#buffer[this.end++] = op;
  }

  copy(type: ValueType, to: number, from: number): void {
    if (to === from) return;
    let op: number = Op.Copy64;
    if (type === I32 || type === F32) op = Op.Copy32;
    else if (type === V128) op = Op.Copy128;
    else if (isRef(type)) op = Op.CopyRef;
    this.produce(op, to, from);
  }

  /** Puts a constant of one, two or four words into a register. */
  constant(to: number, words: readonly number[]): void {
    if (words.length === 4) {
      return this.emitAll(VectorOp.V128Const, [to, ...words], true);
    }
    const op = words.length === 1 ? Op.Const32 : Op.Const64;
    this.produce(op, to, words[0], words[1]);
  }

  #reserve(words: number): void {
    if (this.end + words <= this.#buffer.length) return;
    if (this.end > this.#maxWords) throw this.#noRoom();
    const length = (this.#buffer.length + words) * 2;
    this.#buffer = longer(this.#buffer, length);
    this.#starts = longer(this.#starts, length);
    this.#offsets = longer(this.#offsets, 2 * length);
  }

  /** A branch to what comes next, which lets an interruption in. */
  #putPoll(): void {
    this.#unpolled = 0;
    this.barrier();
    this.#reserve(2);
    this.#begin(Op.Br);
    const at = this.end++;
    this.aim(at, this.end);
  }

  // Fuel: a block of code is paid for, one unit an instruction, at its start

  /** Ends the block; the next op begins another one, which costs so much more. */
  startBlock(more = 0): void {
    if (!this.#isMetered) return;
    const { count } = this.#position;
    if (this.#fuelAt > 0) this.#buffer[this.#fuelAt] = count - this.#fuelStart;
    this.#fuelAt = 0;
    this.#fuelStart = count - more;
    this.#needsFuel = true;
  }

  #putFuel(): void {
    this.#needsFuel = false;
    this.barrier();
    this.#reserve(2);
    this.#begin(Op.Fuel);
    this.#fuelAt = this.end++;
  }

  /** The same at a label, before which there may be instructions without ops. */
  #startBlockAtLabel(isDead: boolean): void {
    const isPaid = isDead || this.#position.count === this.#fuelStart;
    if (this.#isMetered && this.#needsFuel && !isPaid) this.#putFuel();
    this.startBlock();
  }

  // Fusing

  /** How many of the last ops may be merged with what comes next. */
  #mergeable(): number {
    return this.opCount - this.#sinceLabel;
  }

  /** Merges the last op into the one that is being made; false if it cannot. */
  #fuse(hasResult: boolean): boolean {
    if (this.#mergeable() === 0 || !this.#hasResult) return false;
    if (this.#op === VectorOp.V128Or && this.#fuseRotation()) return false;
    const start = this.#starts[this.opCount - 1];
    const first = this.#buffer[start];
    if (!this.#has(first, Trait.OfLoop)) return false;
    const result = this.#buffer[start + 1];
    const words = this.#words;
    const at = hasResult ? 1 : 0;
    if (result >= this.temporaries) {
      // Arithmetic does not tell one NaN from another.
      if (first === Op.F32Canon || first === Op.F64Canon) {
        if (!TAKES_ANY_NAN.test(shapes()[this.#op]!.name)) return false;
        const reads = words[at] === result ||
          at + 1 < this.#count && words[at + 1] === result;
        if (reads) this.#removeLast();
        return reads;
      }
      if (words[at] === result) {
        if (this.#fuseZeroTest(first, start)) return true;
        const fused = fusionLeft(first, this.#op);
        if (fused !== 0) return this.#merge(fused, start + 2, at, at);
        if (this.#op === Op.BrIfZ && this.#fuseNegation(first, start)) {
          return true;
        }
      } else if (this.#count > at + 1 && words[at + 1] === result) {
        const fused = fusionRight(first, this.#op);
        if (fused !== 0) return this.#merge(fused, start + 2, at, at + 1);
      }
    }
    if (!this.#has(this.#op, Trait.Control)) return false;
    if (first === Op.I32AddImm) {
      return this.#fuseAddBranch(withSumImm()[this.#op], start, result);
    }
    return first === Op.I32Add &&
      this.#fuseAddBranch(withSum()[this.#op], start, result);
  }

  /**
   * The made op becomes `fused`: its first `at` words, those of the last op from
   * `from` on, its other words but for the one at `source`.
   */
  #merge(fused: number, from: number, at: number, source: number): boolean {
    const words = this.#words;
    const rest: number[] = [];
    for (let i = at; i < this.#count; i++) {
      if (i !== source) rest.push(words[i]);
    }
    this.#op = fused;
    for (let i = from; i < this.end; i++) words[at++] = this.#buffer[i];
    for (const word of rest) words[at++] = word;
    this.#count = at;
    this.#removeLast();
    return true;
  }

  #removeLast(): void {
    this.end = this.#starts[--this.opCount];
    const offset = this.#offsetOf(this.end);
    if (offset >= 0) {
      this.offset = offset;
      this.#offsetCount -= 2;
    }
    // Nothing is fused into what comes before, unless it has a result, too.
    const before = this.#buffer[this.#starts[this.opCount - 1]];
    this.#hasResult = this.#mergeable() > 0 &&
      this.#has(before, Trait.WritesFirst) && !this.#has(before, Trait.Control);
  }

  /** A branch on a false comparison that has no fused op of its own. */
  #fuseNegation(first: number, start: number): boolean {
    const left = this.#buffer[start + 2];
    const right = this.#buffer[start + 3];
    const target = this.#words[this.#count - 1];
    const swapped = negationOf(first, this.#op);
    if (swapped !== 0) {
      this.#remake(swapped, right, left, target);
    } else if (first === Op.I32LtSImm && right !== -2147483648) {
      this.#remake(Op.BrGtSImm, left, right - 1, target);
    } else if (first === Op.I32GtSImm && right !== 2147483647) {
      this.#remake(Op.BrLtSImm, left, right + 1, target);
    } else if (first === Op.I32LtUImm && right !== 0) {
      this.#remake(Op.BrGtUImm, left, right - 1 | 0, target);
    } else if (first === Op.I32GtUImm && right !== -1) {
      this.#remake(Op.BrLtUImm, left, right + 1 | 0, target);
    } else {
      return false;
    }
    return true;
  }

  /** Lanes shifted to the left, or the same shifted to the right. */
  #fuseRotation(): boolean {
    const code = this.#buffer;
    if (this.#mergeable() < 2) return false;
    const left = this.#starts[this.opCount - 2];
    const right = this.#starts[this.opCount - 1];
    if (code[left] !== VectorOp.I32x4Shl) return false;
    if (code[right] !== VectorOp.I32x4ShrU) return false;
    const [to, a, b] = this.#words;
    const source = code[left + 2], count = code[right + 3];
    const shifted = code[left + 1];
    const isRotation = code[right + 2] === source && a === shifted &&
      b === code[right + 1] && Math.min(a, b) >= this.temporaries &&
      source !== shifted && count !== shifted;
    if (!isRotation) return false;
    this.#removeLast();
    this.#remake(VectorOp.I32x4ShlOrShrU, to, source, code[left + 3], count);
    return true;
  }

  /** A branch on `x == 0` or `x != 0` is a branch on x. */
  #fuseZeroTest(first: number, start: number): boolean {
    if (this.#op !== Op.BrIf && this.#op !== Op.BrIfZ) return false;
    if (first !== Op.I32EqImm && first !== Op.I32NeImm) return false;
    if (this.#buffer[start + 3] !== 0) return false;
    const negates = first === Op.I32EqImm;
    const onTrue = (this.#op === Op.BrIf) !== negates;
    const target = this.#words[1];
    this.#remake(onTrue ? Op.BrIf : Op.BrIfZ, this.#buffer[start + 2], target);
    return true;
  }

  /** Makes another op in place of the last one and the one being made. */
  #remake(op: number, a: number, b: number, c?: number, d?: number): void {
    this.#removeLast();
    this.#make(op, a, b, c, d);
  }

  /** Adding, then comparing the sum and branching. */
  #fuseAddBranch(fused: number, start: number, result: number): boolean {
    if (fused === 0) return false;
    const words = this.#words;
    let source = -1;
    if (words[0] === result) source = 0;
    else if (this.#op === Op.BrNe && words[1] === result) source = 1;
    if (source < 0) return false;
    return this.#merge(fused, start + 1, 0, source);
  }

  /** Joins the last two ops where a row of peephole.ts says so. */
  pairUp(): void {
    if (this.#mergeable() < 2) return;
    const second = this.#starts[this.opCount - 1];
    const first = this.#starts[this.opCount - 2];
    const fused = pairOf(this.#buffer[first], this.#buffer[second]);
    if (fused === 0) return;
    this.#buffer[first] = fused;
    this.#buffer.copyWithin(second, second + 1, this.end);
    this.end--;
    this.opCount--;
    this.#hasResult = false;
  }

  /** Makes the last op write `register` if it made the temporary at `home`. */
  retarget(home: number, register: number): boolean {
    if (this.#mergeable() === 0 || !this.#hasResult) return false;
    const start = this.#starts[this.opCount - 1];
    if (this.#buffer[start + 1] !== home) return false;
    this.#buffer[start + 1] = register;
    if (home === this.#globalHome) this.#globalHome = -1;
    return true;
  }

  // Labels and branch targets

  /** What comes next can be reached by a branch; `isDead`: only by one. */
  label(isDead = false): void {
    this.#startBlockAtLabel(isDead);
    this.barrier();
  }

  /** Nothing that comes next is merged with what stands here. */
  barrier(): void {
    this.#sinceLabel = this.opCount;
    this.#hasResult = false;
    this.#globalHome = -1;
  }

  /** A word of an op that nothing is fused into any more. */
  word(at: number): number {
    return this.#buffer[at];
  }

  patch(at: number, word: number): void {
    this.#buffer[at] = word;
  }

  /** Makes the target word at `at` lead to the op at `target`. */
  aim(at: number, target: number): void {
    this.#buffer[at] = target;
    this.#targets.push(at);
  }

  /** Puts a table of so many targets behind a BrTable: where the first stands. */
  table(length: number): number {
    this.#reserve(length + 1);
    this.#tables.push(this.end - 1);
    const at = this.#buffer[this.end - 1] = this.end;
    this.#buffer[at] = length - 1;
    this.end = at + 1 + length;
    return at + 1;
  }

  // Globals

  /** Whether a register still holds the word of a global. */
  holdsGlobal(home: number, word: number): boolean {
    return home === this.#globalHome && word === this.#globalWord;
  }

  /** The op just made has a register and a global hold the same word. */
  noteGlobal(home: number, word: number): void {
    this.#globalHome = home;
    this.#globalWord = word;
  }

  /** Whether the op just made may write the register that holds a global. */
  #overwritesGlobal(): boolean {
    if (this.#has(this.#op, Trait.WritesNothing)) return false;
    if (!this.#has(this.#op, Trait.WritesFirst)) return true;
    const isLong = this.#op === Op.Copy128 || this.#op >= Op.FirstVector;
    const [result] = this.#words;
    return result < this.#globalHome + 2 &&
      this.#globalHome < result + (isLong ? 4 : 2);
  }

  // Heads of loops

  /** The ops behind the first `before`: a few up to a BrTable, no label between. */
  headFrom(before: number): HeadOp[] | undefined {
    if (before !== this.#sinceLabel || this.#mergeable() > Most.Head) return;
    const head: HeadOp[] = [];
    for (let i = before; i < this.opCount; i++) {
      const start = this.#starts[i];
      const op = this.#buffer[start];
      const goesOn = this.#has(op, Trait.OfLoop) &&
        !this.#has(op, Trait.Control);
      if (!goesOn && i < this.opCount - 1) return;
      head.push({ start, offset: this.#offsetOf(start) });
    }
    return head;
  }

  /** The module offset of one of the last ops; -1 where it is not kept. */
  #offsetOf(start: number): number {
    let i = this.#offsetCount;
    while (i > 0 && this.#offsets[i - 2] > start) i -= 2;
    return i > 0 && this.#offsets[i - 2] === start ? this.#offsets[i - 1] : -1;
  }

  /** Goes to the head of a loop: does what stands there, with the same table. */
  repeat(head: readonly HeadOp[]): void {
    for (const { start, offset } of head) {
      const op = this.#buffer[start];
      const end = start + shapes()[op]!.length;
      this.offset = offset;
      const words = this.#buffer.subarray(start + 1, end);
      this.emitAll(op, words, this.#has(op, Trait.WritesFirst));
    }
    this.#tables.push(this.end - 1);
  }

  // The end

  /** Gives all registers of the ops, and all bytes of them (4 units), new numbers. */
  mapRegisters(map: (register: number, units: number) => number): void {
    for (let i = 0; i < this.opCount; i++) {
      const start = this.#starts[i];
      const op = this.#buffer[start];
      this.#mapOperands(start + 1, registers()[op], 1, map);
      this.#mapOperands(start + 1, bytes()[op], 4, map);
    }
  }

  #mapOperands(
    at: number,
    operands: number,
    units: number,
    map: (register: number, units: number) => number,
  ): void {
    for (; operands !== 0; at++, operands >>>= 1) {
      if ((operands & 1) !== 0) this.#buffer[at] = map(this.#buffer[at], units);
    }
  }

  /** Begins what calls enter by, which is not paid for: where it stands. */
  startEntry(): number {
    this.#needsFuel = false;
    return this.end;
  }

  /** The code; its words until the next function's are made. */
  finish(): { words: Int32Array; targets: number[]; offsets: Int32Array } {
    this.#threadJumps();
    this.#join();
    return {
      words: this.#buffer.subarray(0, this.end),
      targets: [...this.#targets, ...this.#tables],
      offsets: this.#offsets.slice(0, this.#offsetCount),
    };
  }

  /** Leads branches to a jump to where that leads, in a few steps at most. */
  #threadJumps(): void {
    const code = this.#buffer;
    for (const at of this.#targets) {
      for (let i = 0; i < Most.Jumps && code[code[at]] === Op.Br; i++) {
        code[at] = code[code[at] + 1];
      }
    }
  }

  /** Has each op do the work of the one behind it, too, where a row says so. */
  #join(): void {
    if (this.#hasVectors) return; // They are cases of the other loop only.
    const code = this.#buffer;
    for (let i = 1; i < this.opCount; i++) {
      const at = this.#starts[i - 1];
      const mayCopy = code[at + 15] === Op.AddImmBrIf;
      const joined = mayCopy && this.#copyLoop(at) ||
        joinOf(code[at], code[this.#starts[i]]);
      if (joined !== 0) code[at] = joined;
    }
  }

  /** The op for the loop that begins with an op, if all it does is copy bytes. */
  #copyLoop(at: number): number {
    const code = this.#buffer;
    const addsFirst = code[at] === Op.I32AddImmAddImm;
    if (!addsFirst && code[at] !== Op.Load8U) return 0;
    const [load, add] = addsFirst ? [at + 7, at] : [at, at + 8];
    const [, temp, from, , , to] = code.subarray(load);
    const [, a, , step, b] = code.subarray(add);
    const count = code[at + 16];
    const adds = [Op.I32AddImmAddImm, a, a, step, b, b, step];
    const copy = [Op.Load8U, temp, from, 0, Op.Store8, to, temp, 0];
    const body = addsFirst ? [...adds, ...copy] : [...copy, ...adds];
    const expected = [...body, Op.AddImmBrIf, count, count, -1, at];
    const isCopy = expected.every((word, i) => word === code[at + i]) &&
      (a === from ? b === to : a === to && b === from);
    const areDistinct = new Set([temp, from, to, count]).size === 4;
    if (!isCopy || !areDistinct || step * step !== 1) return 0;
    return addsFirst
      ? Op.I32AddImmAddImmThenLoad8UThenStore8ThenAddImmBrIf
      : Op.Load8UThenStore8ThenI32AddImmAddImmThenAddImmBrIf;
  }
}

/** A copy with room for more. */
function longer(array: Int32Array, length: number): Int32Array {
  const copy = new Int32Array(length);
  copy.set(array);
  return copy;
}
