/**
 * From valid wasm to the register IR. The validator drives it through `Sink`.
 *
 * Frame layout, in words from fp: the parameters; the return address and the
 * distance to the caller's frame (at `linkOffset`, behind the parameters or
 * the results, whichever are longer); the other locals; the operand stack.
 * Every operand has a home there, given by the operands below it. Results are
 * left at the frame's first words.
 *
 * Operands are lazy: `local.get` and constants are only noted, and copied to
 * their home where it matters: before the local is overwritten, at a block's
 * start (the paths that meet behind it must agree), as arguments and results.
 * Code that cannot be reached is not translated.
 *
 * The ops themselves are made by an `Emitter`.
 */

import {
  CELL_METERED,
  CELL_WORDS,
  type Code,
  type FunctionTable,
} from "./code.ts";
import { Emitter, type HeadOp } from "./emitter.ts";
import { CompileError } from "./errors.ts";
import { Op } from "./exec.ts";
import { VectorOp } from "./exec_simd.ts";
import { HIGH, Imm, IMM_LETTERS, NEGATED, SWAPPED } from "./instruction.ts";
import { lazyBy } from "./lazy.ts";
import type { Module } from "./module.ts";
import { Trait, traits } from "./op_tables.ts";
import { accessOp, type Instruction, instructions } from "./opcodes.ts";
import { withImmediate, withSumImm, withWord } from "./peephole.ts";
import {
  F32,
  FUNCREF,
  type FunctionType,
  I32,
  I64,
  isRef,
  slotWords,
  typeOf,
  V128,
  type ValueType,
} from "./types.ts";
import { BodyValidator, type Sink } from "./validate.ts";

/** What is known of an operand. */
const enum Kind {
  /** It is in its home; #valueHi is 0 where the upper word of an i64 is. */
  Temp,
  /** It is the value of local #value. */
  Local,
  /** It is the constant #value, #valueHi. */
  Const,
  /** It is local #value plus the constant #valueHi, both i32. */
  Sum,
  /** It is the word in register #value; above it, in an i64, is #valueHi, 0. */
  Word,
}

export const enum Most {
  /** Frames beyond half as many words check the stack's end when they begin. */
  UncheckedWords = 4096,
  /** With more locals, which of them are set on every path is not tracked. */
  TrackedLocals = 256,
}

const enum Length {
  /** Of the op that zeroes locals, the first of every function. */
  Zero = 3,
}

/** Instructions that may make a NaN of any bits: add, ceil, ..., trunc. */
const MAKES_NAN = /^f(32|64)(x.)?\.(ad|ce|d|f|m|nea|pr|rel|s[qu]|tr)/;

const enum LabelKind {
  Block,
  Loop,
  If,
}

/** One label. */
interface Label {
  readonly kind: LabelKind;
  /** Whether the block itself cannot be reached. */
  readonly dead: boolean;
  /** Operands below its parameters. */
  readonly height: number;
  /** Home of its first parameter and result. */
  readonly home: number;
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  /** Of a loop: where it begins. */
  readonly start: number;
  /** How many ops stand before it. */
  readonly opsBefore: number;
  /** Of a loop that begins with a few ops and a BrTable: these ops. */
  head: readonly HeadOp[] | undefined;
  /** Last of a chain of target words to be set at the end; 0 ends it. */
  patches: number;
  /** The target word of the branch to `else`, or 0. */
  elsePatch: number;
  /** The locals that every branch to the label's end has set. */
  assigned: number[] | undefined;
  /** Those that were set where an `if` began. */
  readonly before: number[] | undefined;
}

const enum Opcodes {
  FirstLaneAccess = 0xfd054,
}

/** Of each access to a lane: the plain access, the lane's op, its type. */
// deno-fmt-ignore
const LANE_ACCESSES: readonly (readonly [number, VectorOp, ValueType])[] = [
  [0x2d, VectorOp.I8x16ReplaceLane,  I32],
  [0x2f, VectorOp.I16x8ReplaceLane,  I32],
  [0x28, VectorOp.I32x4ReplaceLane,  I32],
  [0x29, VectorOp.I64x2ReplaceLane,  I64],
  [0x3a, VectorOp.I8x16ExtractLaneU, I32],
  [0x3b, VectorOp.I16x8ExtractLaneU, I32],
  [0x36, VectorOp.I32x4ExtractLane,  I32],
  [0x37, VectorOp.I64x2ExtractLane,  I64],
];

/**
 * Where each defined global's words are in its instance's array, and at the
 * end how many there are.
 */
export const globalWordOffsets: (module: Module) => Int32Array =
  /* @__PURE__ */ lazyBy((module: Module) => {
    const { globals, importedGlobals } = module;
    const offsets = new Int32Array(globals.length + 1);
    let words = 0;
    for (let i = 0; i < globals.length; i++) {
      offsets[i] = words;
      if (i >= importedGlobals) words += slotWords(globals[i].type);
    }
    offsets[globals.length] = words;
    return offsets;
  });

/** What reads the bodies again. */
const validatorOf = /* @__PURE__ */ lazyBy((module: Module) =>
  new BodyValidator(module)
);

/** A translation that has not got its place in the arena yet. */
export interface Translation {
  readonly code: Omit<Code, "start" | "end">;
  /** The words, until the next translation; targets count from the first. */
  readonly words: Int32Array;
  /** Positions of the words that are branch targets. */
  readonly targets: readonly number[];
  /** Where calls enter. */
  readonly entry: number;
}

/** A constant that an op in a loop needs in a register. */
interface LoopConstant {
  readonly register: number;
  /** One word, two or, of a vector, four. */
  readonly words: readonly number[];
}

/** Constants that a frame keeps in registers at most. */
const MAX_CONSTANTS = 16;
/** Their registers until it is known how many there are: above all others. */
const FIRST_CONSTANT = 0x800_0000;
/** Offsets that the loops add: what they compare, 0 - 16 - offset, is an int32. */
const MAX_HOT_OFFSET = 0x7ffffff0;

/** Translates one defined function; a `CompileError` beyond `maxWords`. */
export function translate(
  functions: FunctionTable,
  functionIndex: number,
  isMetered = false,
  maxWords = Infinity,
): Translation {
  const validator = validatorOf(functions.module);
  const sink = new Translator(
    functions,
    functionIndex,
    isMetered,
    validator,
    maxWords,
  );
  validator.validate(functionIndex, sink);
  return sink.finish();
}

/** For code that the arena has no room for. */
export function noRoomFor(module: Module, functionIndex: number): CompileError {
  return new CompileError(
    "the code arena has no room for the function",
    module.bodyStarts[functionIndex - module.importedFunctions],
  );
}

class Translator implements Sink {
  readonly #functions: FunctionTable;
  readonly #module: Module;
  readonly #functionIndex: number;
  readonly #globalWords: Int32Array;

  /** Whether calls are told of (probes.ts). */
  readonly #isProbed: boolean;

  readonly #isMetered: boolean;
  readonly #code: Emitter;

  // Frame
  #type!: FunctionType;
  #localTypes!: Int32Array;
  readonly #localRegisters: number[] = [];
  #stackBase = 0;
  #frameWords = 0;
  #usesRefs = false;
  /** A bit for each local that holds a value on every path to here. */
  #assigned: number[] = [];
  /** The range of the locals that are read where they may not have been set. */
  #zeroStart = 0;
  #zeroEnd = 0;
  /** The stretch of code without a label that is being translated. */
  #stretch = 1;
  /** In which stretch each local was last set to an i64 below 2^32; 0 for none. */
  readonly #narrow: number[] = [];

  // Operand stack
  #height = 0;
  readonly #kinds: number[] = [];
  readonly #values: number[] = [];
  readonly #valuesHi: number[] = [];
  readonly #types: ValueType[] = [];
  readonly #homes: number[] = [];
  /** For each operand the next lower one that is the same local. */
  readonly #below: number[] = [];
  /** The local in whose chain an operand is, or -1. */
  readonly #chained: number[] = [];
  /** The highest operand of each local's chain, or -1. */
  readonly #chains: number[] = [];
  /** Operands below this are not locals. */
  #lazyFloor = 0;

  // Control
  readonly #labels: Label[] = [];
  /** Those of loops that can be reached, by themselves: the last is innermost. */
  readonly #loops: Label[] = [];
  #dead = false;

  // Constants
  /** Those that have a register, by type and value. */
  readonly #constants: Map<string, LoopConstant> = new Map();
  #constantWords = 0;
  /** Words of vectors that are constant operands. */
  readonly #vectors: (readonly number[])[] = [];

  constructor(
    functions: FunctionTable,
    functionIndex: number,
    isMetered: boolean,
    validator: BodyValidator,
    maxWords: number,
  ) {
    this.#functions = functions;
    this.#module = functions.module;
    this.#functionIndex = functionIndex;
    this.#isProbed = functions.module.probes?.[functionIndex] !== undefined;
    this.#isMetered = isMetered;
    this.#code = new Emitter(
      validator,
      isMetered,
      maxWords,
      () => noRoomFor(functions.module, functionIndex),
    );
    this.#globalWords = globalWordOffsets(functions.module);
  }

  begin(locals: Int32Array, type: FunctionType): void {
    this.#type = type;
    this.#localTypes = locals;
    const tracked = Math.min(locals.length, Most.TrackedLocals);
    this.#assigned = new Array((tracked + 31) >> 5).fill(0);
    const paramCount = type.params.length;
    let register = 0;
    for (let i = 0; i < locals.length; i++) {
      if (i === paramCount) register = type.linkOffset + 2;
      this.#localRegisters.push(register);
      this.#chains.push(-1);
      this.#narrow.push(0);
      if (i < paramCount || isRef(locals[i])) this.#assign(i);
      register += slotWords(locals[i]);
    }
    if (locals.length === paramCount) register = type.linkOffset + 2;
    this.#stackBase = this.#frameWords = this.#zeroStart = register;
    this.#code.temporaries = register;
    this.#usesRefs = locals.some(isRef);
    // Aimed at the locals that need it, or passed by, when all is known.
    this.#code.emit(Op.Zero, 0, 0);
    // A unit for 256 bytes, as for memory.fill.
    this.#code.startBlock((locals.length - paramCount) >> 5);
    this.#labels.push(this.#label(LabelKind.Block, [], type.results));
  }

  finish(): Translation {
    this.#placeConstants();
    const body = this.#zeroLocals() ? 0 : Length.Zero;
    const isLarge = this.#frameWords > Most.UncheckedWords / 2;
    const hasEntry = isLarge || this.#usesRefs || this.#isProbed ||
      this.#constants.size > 0;
    const entry = hasEntry ? this.#makeEntry(isLarge, body) : body;
    const { words, targets, offsets } = this.#code.finish();
    return {
      code: {
        functions: this.#functions,
        functionIndex: this.#functionIndex,
        isMetered: this.#isMetered,
        linkOffset: this.#type.linkOffset,
        frameWords: this.#frameWords,
        offsets,
      },
      words,
      targets,
      entry,
    };
  }

  /** Makes room for the constants, between the locals and the operand stack. */
  #placeConstants(): void {
    const words = this.#constantWords;
    if (words === 0) return;
    this.#frameWords += words;
    this.#code.mapRegisters((register, units) => this.#placed(register, units));
  }

  /** A register's number, or that of a byte in it, among the constants. */
  #placed(register: number, units: number): number {
    const first = this.#stackBase * units;
    if (register < first) return register;
    return register < FIRST_CONSTANT * units
      ? register + this.#constantWords * units
      : register - FIRST_CONSTANT * units + first;
  }

  /** Aims the op at the start at all locals that need it; false for none. */
  #zeroLocals(): boolean {
    if (this.#zeroEnd === 0) return false;
    this.#code.patch(1, this.#zeroStart);
    this.#code.patch(2, this.#zeroEnd - this.#zeroStart);
    return true;
  }

  /** What is done once when the function is entered; where that begins. */
  #makeEntry(isLarge: boolean, body: number): number {
    this.#code.barrier();
    const entry = this.#code.startEntry();
    if (this.#isProbed) {
      const { bodyStarts, importedFunctions } = this.#module;
      this.#code.offset = bodyStarts[this.#functionIndex - importedFunctions];
      this.#code.emit(Op.Enter);
    }
    if (isLarge) this.#code.emit(Op.CheckStack, this.#frameWords);
    if (this.#usesRefs) {
      const first = this.#type.linkOffset + 2;
      const words = this.#stackBase + this.#constantWords - first;
      this.#code.emit(Op.EnterRefs, first, words, this.#frameWords);
    }
    for (const { register, words } of this.#constants.values()) {
      this.#code.constant(this.#placed(register, 1), words);
    }
    this.#code.emit(Op.Br, 0);
    this.#code.aim(this.#code.end - 1, body);
    return entry;
  }

  // The operand stack

  #homeAt(height: number): number {
    return height === 0
      ? this.#stackBase
      : this.#homes[height - 1] + slotWords(this.#types[height - 1]);
  }

  #extend(words: number): void {
    if (words > this.#frameWords) this.#frameWords = words;
  }

  #pushOperand(kind: number, type: ValueType, value: number, hi: number): void {
    const i = this.#height++;
    const home = this.#homeAt(i);
    this.#kinds[i] = kind;
    this.#types[i] = type;
    this.#values[i] = value;
    this.#valuesHi[i] = hi;
    this.#homes[i] = home;
    this.#chained[i] = -1;
    if (isRef(type)) this.#usesRefs = true;
    this.#extend(home + slotWords(type));
  }

  /** A new temporary; its home. */
  #pushTemp(type: ValueType): number {
    this.#pushOperand(Kind.Temp, type, 0, -1);
    return this.#homes[this.#height - 1];
  }

  #pushLocal(index: number): void {
    this.#pushLazy(Kind.Local, this.#localTypes[index], index, 0);
  }

  /** An operand that depends on a local. */
  #pushLazy(kind: number, type: ValueType, index: number, plus: number): void {
    this.#pushOperand(kind, type, index, plus);
    const i = this.#height - 1;
    this.#chained[i] = index;
    this.#below[i] = this.#chains[index];
    this.#chains[index] = i;
  }

  #pop(): void {
    const i = --this.#height;
    const local = this.#chained[i];
    if (local >= 0) this.#chains[local] = this.#below[i];
    if (i < this.#lazyFloor) this.#lazyFloor = i;
  }

  #popMany(count: number): void {
    for (let i = 0; i < count; i++) this.#pop();
  }

  /** Puts an operand into its home. */
  #materialize(i: number): void {
    this.#copyOperand(i, this.#homes[i]);
    this.#valuesHi[i] = this.#isNarrow(i) ? 0 : -1;
    this.#kinds[i] = Kind.Temp;
  }

  #materializeTop(count: number): void {
    for (let i = this.#height - count; i < this.#height; i++) {
      this.#materialize(i);
    }
    this.#code.pairUp();
  }

  /** The register that holds an operand. */
  #register(i: number): number {
    const kind = this.#kinds[i];
    if (kind === Kind.Local) return this.#localRegisters[this.#values[i]];
    if (kind === Kind.Word && this.#types[i] !== I64) return this.#values[i];
    if (kind === Kind.Const) {
      const register = this.#constantRegister(i);
      if (register >= 0) return register;
    }
    this.#materialize(i);
    return this.#homes[i];
  }

  /** Whether an i64 is known to be below 2^32. */
  #isNarrow(i: number): boolean {
    return this.#kinds[i] === Kind.Local
      ? this.#narrow[this.#values[i]] === this.#stretch
      : this.#valuesHi[i] === 0;
  }

  /** The register of an operand's low word. */
  #lowWord(i: number): number {
    return this.#kinds[i] === Kind.Word ? this.#values[i] : this.#register(i);
  }

  /** The topmost operand becomes an i64 of one of its words. */
  #takeWord(high: 0 | 1): true {
    const i = this.#height - 1;
    this.#values[i] = high === 0 ? this.#lowWord(i) : this.#register(i) + 1;
    this.#valuesHi[i] = 0;
    this.#kinds[i] = Kind.Word;
    this.#types[i] = I64;
    return true;
  }

  /** Where a constant that loops need is kept; -1 if it is not. */
  #constantRegister(i: number): number {
    const { size } = this.#constants;
    const { length } = this.#loops;
    if (length + size === 0) return -1;
    const words = this.#wordsOf(i);
    const key = words.join();
    const kept = this.#constants.get(key);
    if (kept !== undefined) return kept.register;
    if (length === 0 || size === MAX_CONSTANTS) return -1;
    const register = FIRST_CONSTANT + this.#constantWords;
    this.#constants.set(key, { register, words });
    this.#constantWords += Math.max(2, words.length);
    return register;
  }

  /** The words of a constant. */
  #wordsOf(i: number): readonly number[] {
    const value = this.#values[i];
    switch (this.#types[i]) {
      case I32:
      case F32:
        return [value];
      case V128:
        return this.#vectors[value];
    }
    return [value, this.#valuesHi[i]];
  }

  /** Pops an operand and tells its register. */
  #popRegister(): number {
    const register = this.#register(this.#height - 1);
    this.#pop();
    return register;
  }

  /** Whether an operand is in its home, whole or as one of the words there. */
  #isAtHome(i: number): boolean {
    const kind = this.#kinds[i];
    return kind === Kind.Temp ||
      kind === Kind.Word && this.#values[i] >> 1 === this.#homes[i] >> 1;
  }

  /** Saves the operands that are local `index`, which will be overwritten. */
  #preserve(index: number): void {
    for (let i = this.#chains[index]; i >= 0;) {
      if (!this.#isAtHome(i)) this.#materialize(i);
      this.#chained[i] = -1;
      i = this.#below[i];
    }
    this.#chains[index] = -1;
  }

  /** Saves all operands that are locals: paths part or meet here. */
  #flushLocals(): void {
    for (let i = this.#lazyFloor; i < this.#height; i++) {
      const isLazy = this.#kinds[i] !== Kind.Temp && this.#chained[i] >= 0;
      if (isLazy) this.#materialize(i);
    }
    this.#lazyFloor = this.#height;
  }

  // Constants and variables

  constant(type: ValueType, lo: number, hi: number): void {
    if (!this.#dead) this.#pushOperand(Kind.Const, type, lo, hi);
  }

  localGet(index: number): void {
    if (this.#dead) return;
    if (!this.#isAssigned(index)) this.#needZero(index);
    this.#pushLocal(index);
  }

  /** Has the function begin with zero in a local. */
  #needZero(local: number): void {
    const start = this.#localRegisters[local];
    const end = start + slotWords(this.#localTypes[local]);
    this.#zeroStart = Math.min(this.#zeroStart, start);
    this.#zeroEnd = Math.max(this.#zeroEnd, end);
  }

  localSet(index: number): void {
    if (this.#dead) return;
    const i = this.#height - 1;
    const kind = this.#kinds[i];
    const home = this.#homes[i];
    const register = this.#localRegisters[index];
    const isNarrow = this.#isNarrow(i);
    this.#pop();
    this.#preserve(index);
    this.#assign(index);
    if (kind !== Kind.Temp || !this.#code.retarget(home, register)) {
      this.#copyOperand(i, register);
    }
    this.#narrow[index] = isNarrow ? this.#stretch : 0;
    this.#code.pairUp();
  }

  localTee(index: number): void {
    if (this.#dead) return;
    this.localSet(index);
    this.#pushLocal(index);
  }

  globalGet(index: number): void {
    if (this.#dead) return;
    const { type } = this.#module.globals[index];
    const isShort = type === I32 || type === F32;
    const place = this.#placeOfGlobal(index, type);
    const home = this.#pushTemp(type);
    // A stack pointer in a global is read again and again: it may still be there.
    if (isShort && this.#code.holdsGlobal(home, place)) return;
    if (place >= 0) {
      const op = isShort ? Op.GlobalGet32 : Op.GlobalGet64;
      this.#code.produce(op, home, place);
    } else {
      const op = isShort ? Op.ImportedGlobalGet32 : Op.GlobalGet;
      this.#code.produce(op, home, index);
    }
    if (isShort) this.#code.noteGlobal(home, place);
  }

  globalSet(index: number): void {
    if (this.#dead) return;
    const { type } = this.#module.globals[index];
    const register = this.#popRegister();
    const isShort = type === I32 || type === F32;
    const place = this.#placeOfGlobal(index, type);
    if (place >= 0) {
      const op = isShort ? Op.GlobalSet32 : Op.GlobalSet64;
      this.#code.emit(op, register, place);
    } else {
      const op = isShort ? Op.ImportedGlobalSet32 : Op.GlobalSet;
      this.#code.emit(op, register, index);
    }
    if (isShort) this.#code.noteGlobal(register, place);
  }

  /** Its first word among those of the instance; negative where it has none. */
  #placeOfGlobal(index: number, type: ValueType): number {
    const isElsewhere = index < this.#module.importedGlobals ||
      isRef(type) || type === V128;
    return isElsewhere ? ~index : this.#globalWords[index];
  }

  drop(): void {
    if (!this.#dead) this.#pop();
  }

  select(type: ValueType): void {
    if (this.#dead) return;
    let op: number = Op.Select64;
    if (type === I32 || type === F32) op = Op.Select32;
    else if (type === V128) op = Op.Select128;
    else if (isRef(type)) op = Op.SelectRef;
    const condition = this.#popRegister();
    const second = this.#popRegister();
    const first = this.#popRegister();
    this.#result(op, type, first, second, condition);
  }

  // Instructions that their row describes

  plain(instruction: Instruction, imms: Int32Array): void {
    if (this.#dead) return;
    this.#plain(instruction, imms);
    if (this.#module.canonicalNaNs) this.#canonicalise(instruction);
  }

  /** Gives NaNs that the instruction may have made their canonical bits. */
  #canonicalise({ mnemonic, results }: Instruction): void {
    const made = MAKES_NAN.exec(mnemonic);
    if (made === null) return;
    const isShort = made[1] === "32";
    const home = this.#homes[this.#height - 1];
    const words = results[0] === V128 ? 4 : 1;
    for (let word = 0; word < words; word += isShort ? 1 : 2) {
      const at = home + word;
      this.#code.produce(isShort ? Op.F32Canon : Op.F64Canon, at, at);
    }
  }

  #plain(instruction: Instruction, imms: Int32Array): void {
    const { op, imm } = instruction;
    if (imm !== Imm.None) {
      this.#plainWithImms(instruction, imms);
    } else if (op >= Op.FirstCold) {
      this.#cold(instruction, op, imms);
    } else if (op === Op.Copy32 || op === Op.Copy64) {
      // Reinterpreting or dropping the high half leaves the words in place.
      const top = this.#height - 1;
      const isWord = this.#kinds[top] === Kind.Word;
      if (isWord && op === Op.Copy64) this.#materialize(top);
      this.#types[top] = instruction.results[0];
    } else if (op === Op.I64ExtendI32U) {
      this.#takeWord(0);
    } else if (op === Op.I32EqImm) {
      this.#pushOperand(Kind.Const, I32, 0, 0);
      this.#binary(Op.I32Eq, false, I32);
    } else if (instruction.params.length === 2) {
      const swapped = instruction.variant === SWAPPED;
      this.#binary(op, swapped, instruction.results[0]);
    } else {
      const source = this.#popRegister();
      this.#result(op, instruction.results[0], source);
    }
  }

  #plainWithImms(instruction: Instruction, imms: Int32Array): void {
    const { op, imm } = instruction;
    if (imm === Imm.MemArg && (op < Op.FirstCold || this.#addsIn(op, imms))) {
      this.#access(instruction, imms);
    } else if (imm === Imm.MemArgLane) {
      this.#accessLane(instruction, imms);
    } else if (op === VectorOp.V128Const) {
      const index = this.#vectors.push(Array.from(imms.subarray(0, 4))) - 1;
      this.#pushOperand(Kind.Const, V128, index, 0);
    } else if (op === VectorOp.I8x16Shuffle) {
      this.#shuffle(imms);
    } else {
      this.#cold(instruction, op, imms);
    }
  }

  /** An op that makes a new operand of other words. */
  #result(
    op: number,
    type: ValueType,
    a?: number,
    b?: number,
    c?: number,
  ): void {
    this.#code.produce(op, this.#pushTemp(type), a, b, c);
  }

  #cold(instruction: Instruction, op: number, imms: Int32Array): void {
    const { params, results, imm, variant } = instruction;
    const first = this.#height - params.length;
    const high = (variant & HIGH) !== 0 ? 2 : 0;
    const words = params.map((_, i) => this.#register(first + i) + high);
    if ((variant & SWAPPED) !== 0) words.reverse();
    const { length } = IMM_LETTERS[imm];
    for (let i = 0; i < length; i++) words.push(imms[i]);
    const elementType = this.#elementType(instruction, imms);
    this.#popMany(params.length);
    const hasResult = results.length > 0;
    if (hasResult) {
      words.unshift(this.#pushTemp(results[0] < 0 ? elementType : results[0]));
    }
    this.#code.emitAll(op, words, hasResult);
    if ((variant & NEGATED) !== 0) {
      this.#result(VectorOp.V128Not, V128, this.#popRegister());
    }
  }

  /** A lane in memory: a plain access and a lane of the vector. */
  #accessLane({ opcode }: Instruction, imms: Int32Array): void {
    const [access, lane, type] =
      LANE_ACCESSES[opcode - Opcodes.FirstLaneAccess];
    const scalar = instructions()[access]!;
    const vector = this.#popRegister();
    if (scalar.results.length === 0) {
      this.#result(lane, type, vector, imms[2]);
      return this.#access(scalar, imms);
    }
    this.#access(scalar, imms);
    this.#result(lane, V128, vector, this.#popRegister(), imms[2]);
  }

  /** The bytes that are picked, or the words, by their places in the frame. */
  #shuffle(imms: Int32Array): void {
    const second = 4 * this.#popRegister() - 16;
    const first = 4 * this.#popRegister();
    const picksWords = imms.subarray(0, 4).every((lanes) =>
      (lanes & 3) === 0 && lanes - (lanes & 0xff) * 0x01010101 === 0x03020100
    );
    const step = picksWords ? 4 : 1;
    const op = picksWords ? VectorOp.I32x4Shuffle : VectorOp.I8x16Shuffle;
    const words = [this.#pushTemp(V128)];
    for (let lane = 0; lane < 16; lane += step) {
      const picked = imms[lane >> 2] >> 8 * (lane & 3) & 31;
      words.push(((picked < 16 ? first : second) + picked) / step);
    }
    this.#code.emitAll(op, words, true);
  }

  /** The type that a placeholder in the results stands for. */
  #elementType({ opcode }: Instruction, imms: Int32Array): ValueType {
    return opcode === 0x25 ? this.#module.tables[imms[0]].element : I32;
  }

  /** Whether it is a vector access with an op that adds to its address. */
  #addsIn(op: number, imms: Int32Array): boolean {
    const address = this.#height - (op === VectorOp.V128Store ? 2 : 1);
    return withSumImm()[op] !== 0 && this.#kinds[address] === Kind.Sum &&
      isHotOffset(imms);
  }

  #access(instruction: Instruction, imms: Int32Array): void {
    const { op, opcode, mnemonic, results } = instruction;
    if (!isHotOffset(imms)) this.#cold(instruction, accessOp(opcode), imms);
    else if (results.length === 0) this.#store(op, imms[0]);
    else this.#load(op, results[0], imms[0]);
    // Those that load less of an i64 are loads of an i32, which is extended.
    if (results[0] !== I64 || op === Op.Load64) return;
    if (mnemonic.endsWith("u")) this.#takeWord(0);
    else this.#result(Op.I64ExtendI32S, I64, this.#popRegister());
  }

  #load(op: number, type: ValueType, offset: number): void {
    const withSum = withSumImm()[op];
    const plus = withSum === 0 ? 0 : this.#plus();
    const register = this.#popAddress(plus);
    const to = this.#pushTemp(type);
    if (plus === 0) this.#code.produce(op, to, register, offset);
    else this.#code.produce(withSum, to, register, plus, offset);
  }

  /** The topmost operand, a temporary, is an i64 below 2^32. */
  #noteNarrow(): void {
    this.#valuesHi[this.#height - 1] = 0;
  }

  /** What an access by the topmost operand has to add to a local, or 0. */
  #plus(): number {
    const i = this.#height - 1;
    return this.#kinds[i] === Kind.Sum ? this.#valuesHi[i] : 0;
  }

  /** Pops an address: its register, to which `plus` will be added. */
  #popAddress(plus: number): number {
    if (plus === 0) return this.#popRegister();
    this.#pop();
    return this.#localRegisters[this.#values[this.#height]];
  }

  #store(op: number, offset: number): void {
    const value = this.#height - 1;
    let stored = this.#values[value];
    const isShort = op === Op.Store32 || op === Op.Store8;
    if (isShort && this.#kinds[value] === Kind.Const) {
      op = op === Op.Store32 ? Op.Store32Imm : Op.Store8Imm;
      this.#pop();
    } else {
      stored = op === Op.Store64 ? this.#register(value) : this.#lowWord(value);
      this.#pop();
    }
    const plus = this.#plus();
    const register = this.#popAddress(plus);
    if (plus === 0) this.#code.emit(op, register, stored, offset);
    else this.#code.emit(withSumImm()[op], register, plus, stored, offset);
  }

  #binary(op: number, swapped: boolean, type: ValueType): void {
    let left = this.#height - (swapped ? 1 : 2);
    let right = this.#height - (swapped ? 2 : 1);
    if (this.#kinds[left] === Kind.Const && this.#kinds[right] !== Kind.Const) {
      if ((traits()[op] & Trait.Commutes) !== 0) [left, right] = [right, left];
      else if (this.#constantOnLeft(op, left, right)) return;
    }
    if (this.#kinds[right] === Kind.Const) {
      const made = this.#types[right] === I32
        ? this.#immediate32(op, left, this.#values[right])
        : this.#immediate64(op, left, right);
      if (made) return;
    }
    if (op === Op.I32Add && this.#addSum(left, right)) return;
    if (withWord()[op] !== 0 && this.#binaryOfWords(op, left, right)) return;
    const a = this.#register(left);
    const b = this.#register(right);
    this.#popMany(2);
    this.#result(op, type, a, b);
  }

  /** An op that reads only the low word of one operand or, to multiply, of both. */
  #binaryOfWords(op: number, left: number, right: number): boolean {
    if (this.#kinds[left] === Kind.Word) [left, right] = [right, left];
    const multiplies = op === Op.I64Mul;
    const isShort = multiplies
      ? this.#isNarrow(left) && this.#isNarrow(right)
      : this.#kinds[right] === Kind.Word;
    if (!isShort) return false;
    const a = multiplies ? this.#lowWord(left) : this.#register(left);
    const b = this.#lowWord(right);
    this.#popMany(2);
    this.#result(withWord()[op], I64, a, b);
    return true;
  }

  /** An operand added to a local plus a constant is one op. */
  #addSum(left: number, right: number): boolean {
    if (this.#kinds[left] === Kind.Sum) [left, right] = [right, left];
    if (this.#kinds[right] !== Kind.Sum || this.#kinds[left] === Kind.Sum) {
      return false;
    }
    const a = this.#register(left);
    const b = this.#localRegisters[this.#values[right]];
    const plus = this.#valuesHi[right];
    this.#popMany(2);
    this.#result(Op.I32AddAddImm, I32, a, b, plus);
    return true;
  }

  /** Replaces the two operands by the result of `op` on one and an immediate. */
  #withImmediate(op: number, left: number, imm: number, hi?: number): true {
    const type = this.#types[left];
    const register = op === Op.I64ShlImm32
      ? this.#lowWord(left)
      : this.#register(left);
    this.#popMany(2);
    const compares = op <= Op.I32GtUImm && op >= Op.I32Eq;
    this.#result(op, compares ? I32 : type, register, imm, hi);
    return true;
  }

  /** A comparison of a constant with an operand, the other way round. */
  #constantOnLeft(op: number, left: number, right: number): boolean {
    const value = this.#values[left];
    if (op === Op.I32LtS) {
      return this.#withImmediate(Op.I32GtSImm, right, value);
    }
    if (op === Op.I32LtU) {
      return this.#withImmediate(Op.I32GtUImm, right, value);
    }
    if (op === Op.I32LeS && value !== -2147483648) {
      return this.#withImmediate(Op.I32GtSImm, right, value - 1);
    }
    if (op === Op.I32LeU && value !== 0) {
      return this.#withImmediate(Op.I32GtUImm, right, value - 1 | 0);
    }
    return false;
  }

  #immediate32(op: number, left: number, value: number): boolean {
    switch (op) {
      case Op.I32Add:
        return this.#add(left, value);
      case Op.I32Sub:
        return this.#add(left, -value | 0);
      case Op.I32Rotr:
        return this.#withImmediate(Op.I32RotlImm, left, -value & 31);
      case Op.I32LeS:
        return value !== 2147483647 &&
          this.#withImmediate(Op.I32LtSImm, left, value + 1);
      case Op.I32LeU:
        return value !== -1 &&
          this.#withImmediate(Op.I32LtUImm, left, value + 1 | 0);
    }
    const fused = withImmediate()[op] ?? 0;
    return fused !== 0 && this.#withImmediate(fused, left, value);
  }

  /** Adds a constant: lazily to a local, which an address may do for free. */
  #add(left: number, value: number): true {
    const kind = this.#kinds[left];
    if (kind !== Kind.Local && kind !== Kind.Sum) {
      return this.#withImmediate(Op.I32AddImm, left, value);
    }
    const local = this.#values[left];
    const plus = kind === Kind.Sum ? this.#valuesHi[left] : 0;
    this.#popMany(2);
    const sum = plus + value | 0;
    this.#pushLazy(sum === 0 ? Kind.Local : Kind.Sum, I32, local, sum);
    return true;
  }

  #immediate64(op: number, left: number, right: number): boolean {
    const lo = this.#values[right];
    const hi = this.#valuesHi[right];
    const count = lo & 63;
    switch (op) {
      case Op.I64Add:
        return this.#withImmediate(Op.I64AddImm, left, lo, hi);
      case Op.I64Sub:
        return this.#withImmediate(
          Op.I64AddImm,
          left,
          -lo | 0,
          ~hi + (lo === 0 ? 1 : 0) | 0,
        );
      case Op.I64And:
        // A constant on the left stands where the word would have to stay.
        if (lo === -1 && hi === 0 && left < right) {
          this.#pop();
          return this.#takeWord(0);
        }
        this.#withImmediate(Op.I64AndImm, left, lo, hi);
        if (hi === 0) this.#noteNarrow();
        return true;
      case Op.I64Eq:
        return (lo | hi) === 0 && this.#isZero(left);
      case Op.I64Shl:
        return this.#shift(Op.I64ShlImm, Op.I64ShlImm32, left, count);
      case Op.I64ShrS:
        return this.#shift(Op.I64ShrSImm, Op.I64ShrSImm32, left, count);
      case Op.I64ShrU:
        if (count === 32) {
          this.#pop();
          return this.#takeWord(1);
        }
        this.#shift(Op.I64ShrUImm, Op.I64ShrUImm32, left, count);
        if (count > 32) this.#noteNarrow();
        return true;
      case Op.I64Rotl:
        return this.#shift(Op.I64RotlImm, Op.I64RotlImm32, left, count);
      case Op.I64Rotr:
        return this.#shift(Op.I64RotlImm, Op.I64RotlImm32, left, -count & 63);
    }
    return false;
  }

  /** Compares `left` with the constant zero, which needs no register. */
  #isZero(left: number): true {
    const register = this.#register(left);
    this.#popMany(2);
    this.#result(Op.I64Eqz, I32, register);
    return true;
  }

  /** A shift by a constant: ops for 1 to 31 and, less 32, for 32 to 63. */
  #shift(short: number, long: number, left: number, count: number): boolean {
    if (count >= 32) return this.#withImmediate(long, left, count - 32);
    if (count > 0) return this.#withImmediate(short, left, count);
    this.#pop();
    return true;
  }

  // Control

  #label(
    kind: number,
    params: readonly ValueType[],
    results: readonly ValueType[],
  ): Label {
    const height = this.#height - params.length;
    return {
      kind,
      dead: this.#dead,
      height,
      home: this.#dead ? 0 : this.#homeAt(height),
      params,
      results,
      start: this.#code.end,
      opsBefore: this.#code.opCount,
      head: undefined,
      patches: 0,
      elsePatch: 0,
      assigned: undefined,
      before: kind === LabelKind.If ? this.#assigned.slice() : undefined,
    };
  }

  #labelTypes(label: Label): readonly ValueType[] {
    return label.kind === LabelKind.Loop ? label.params : label.results;
  }

  #labelAt(depth: number): Label {
    return this.#labels[this.#labels.length - 1 - depth];
  }

  block(params: readonly ValueType[], results: readonly ValueType[]): void {
    if (!this.#dead) this.#flushLocals();
    this.#labels.push(this.#label(LabelKind.Block, params, results));
  }

  loop(params: readonly ValueType[], results: readonly ValueType[]): void {
    if (!this.#dead) {
      this.#flushLocals();
      this.#materializeTop(params.length);
      // What comes back to the loop's begin may be any i64.
      this.#valuesHi.fill(-1, this.#height - params.length, this.#height);
      this.#code.label();
      this.#stretch++;
    }
    const label = this.#label(LabelKind.Loop, params, results);
    this.#labels.push(label);
    if (!this.#dead) this.#loops.push(label);
  }

  if(params: readonly ValueType[], results: readonly ValueType[]): void {
    if (!this.#dead) {
      const condition = this.#popRegister();
      this.#flushLocals();
      this.#materializeTop(params.length);
      this.#code.emit(Op.BrIfZ, condition, 0);
    }
    const label = this.#label(LabelKind.If, params, results);
    label.elsePatch = this.#code.end - 1;
    this.#labels.push(label);
  }

  else(): void {
    const label = this.#labelAt(0);
    if (label.dead) return;
    if (!this.#dead) {
      this.#materializeTop(label.results.length);
      this.#code.emit(Op.Br, 0);
      this.#aim(label);
    }
    this.#bind(label.elsePatch);
    label.elsePatch = 0;
    this.#assigned = label.before!;
    this.#restart(label, label.params);
  }

  end(): void {
    const label = this.#labels.pop()!;
    if (label.dead) return;
    if (label.kind === LabelKind.Loop) this.#loops.pop();
    if (this.#labels.length === 0) {
      if (!this.#dead) this.#return();
      return;
    }
    if (!this.#dead) this.#materializeTop(label.results.length);
    const isTarget = label.patches !== 0 || label.elsePatch !== 0;
    if (this.#dead && !isTarget) return;
    this.#meetAtEnd(label);
    if (label.elsePatch !== 0) this.#bind(label.elsePatch);
    for (let at = label.patches; at !== 0;) {
      const next = this.#code.word(at);
      this.#bind(at);
      at = next;
    }
    this.#restart(label, label.results);
  }

  /** Goes on with the operands at `label` and temporaries of these types. */
  #restart(label: Label, types: readonly ValueType[]): void {
    while (this.#height > label.height) this.#pop();
    for (let i = 0; i < types.length; i++) this.#pushTemp(types[i]);
    this.#dead = false;
  }

  /** Makes the target word at `at` lead to what comes next. */
  #bind(at: number): void {
    this.#code.label(this.#dead);
    this.#stretch++;
    this.#code.aim(at, this.#code.end);
  }

  /** Makes the last word, a branch target, lead to `label`. */
  #aim(label: Label, at = this.#code.end - 1): void {
    if (label.kind === LabelKind.Loop) {
      this.#code.aim(at, label.start);
    } else {
      this.#code.patch(at, label.patches);
      label.patches = at;
      label.assigned = meet(label.assigned, this.#assigned);
    }
  }

  #isAssigned(local: number): boolean {
    return this.#localTypes.length <= Most.TrackedLocals
      ? (this.#assigned[local >> 5] & 1 << local) !== 0
      : local < this.#type.params.length || isRef(this.#localTypes[local]);
  }

  #assign(local: number): void {
    if (this.#localTypes.length > Most.TrackedLocals) return;
    this.#assigned[local >> 5] |= 1 << local;
  }

  /** What is set behind a label: what is set on all ways that lead there. */
  #meetAtEnd(label: Label): void {
    let assigned = label.assigned;
    if (label.elsePatch !== 0) assigned = meet(assigned, label.before!);
    if (!this.#dead) assigned = meet(assigned, this.#assigned);
    this.#assigned = assigned!;
  }

  /** Whether the topmost operands are already where `label` wants them. */
  #inPlace(label: Label, areHome = this.#areHome(label)): boolean {
    const count = this.#labelTypes(label).length;
    return count === 0 ||
      areHome && this.#homes[this.#height - count] === label.home;
  }

  /** Whether as many operands as `label` wants are in homes of their own. */
  #areHome(label: Label): boolean {
    let i = this.#height - this.#labelTypes(label).length;
    while (i < this.#height && this.#kinds[i] === Kind.Temp) i++;
    return i === this.#height;
  }

  /** Copies the topmost operands to the homes of the label's values. */
  #moveTo(types: readonly ValueType[], destination: number): void {
    const first = this.#height - types.length;
    for (let i = 0; i < types.length; i++) {
      const operand = first + i;
      this.#copyOperand(operand, destination);
      destination += slotWords(types[i]);
    }
  }

  /** Copies an operand somewhere and leaves what is known of it as it was. */
  #copyOperand(i: number, to: number): void {
    const type = this.#types[i];
    const value = this.#values[i];
    if (this.#kinds[i] === Kind.Const) {
      this.#code.constant(to, this.#wordsOf(i));
    } else if (this.#kinds[i] === Kind.Local) {
      this.#code.copy(type, to, this.#localRegisters[value]);
    } else if (this.#kinds[i] === Kind.Sum) {
      const plus = this.#valuesHi[i];
      this.#code.produce(Op.I32AddImm, to, this.#localRegisters[value], plus);
    } else if (this.#kinds[i] === Kind.Word) {
      if (type === I64) this.#code.produce(Op.I64ExtendI32U, to, value);
      else this.#code.copy(type, to, value);
    } else {
      this.#code.copy(type, to, this.#homes[i]);
    }
  }

  br(depth: number): void {
    if (this.#dead) return;
    this.#jump(depth);
    this.#dead = true;
  }

  /** Leaves for a label, whose values are the topmost operands. */
  #jump(depth: number): void {
    if (depth === this.#labels.length - 1) return this.#return();
    const label = this.#labelAt(depth);
    const types = this.#labelTypes(label);
    const top = this.#height - 1;
    const retargeted = types.length === 1 && this.#kinds[top] === Kind.Temp &&
      this.#code.retarget(this.#homes[top], label.home);
    if (!retargeted) this.#moveTo(types, label.home);
    if (label.head !== undefined) return this.#code.repeat(label.head);
    this.#code.emit(Op.Br, 0);
    this.#aim(label);
  }

  brIf(depth: number): void {
    if (this.#dead) return;
    const condition = this.#popRegister();
    this.#branch(depth, Op.BrIf, Op.BrIfZ, condition);
  }

  /** Branches by `op`, or by its opposite around the copies of the values. */
  #branch(depth: number, op: number, opposite: number, register: number): void {
    const isReturn = depth === this.#labels.length - 1;
    const label = this.#labelAt(depth);
    if (isReturn) this.#prepareReturn();
    if (!isReturn && this.#inPlace(label)) {
      this.#code.emit(op, register, 0);
      return this.#aim(label);
    }
    this.#code.emit(opposite, register, 0);
    const skip = this.#code.end - 1;
    this.#code.barrier();
    this.#jump(depth);
    this.#bind(skip);
  }

  brTable(depths: readonly number[]): void {
    if (this.#dead) return;
    const index = this.#popRegister();
    if (depths.includes(this.#labels.length - 1)) this.#prepareReturn();
    this.#code.emit(Op.BrTable, index, 0);
    this.#noteHead();
    let at = this.#code.table(depths.length);
    const areHome = this.#areHome(this.#labelAt(depths[0]));
    const stubs = new Map<number, number[]>();
    for (const depth of depths) {
      const label = this.#labelAt(depth);
      const isReturn = depth === this.#labels.length - 1;
      if (!isReturn && this.#inPlace(label, areHome)) {
        this.#aim(label, at);
      } else {
        const sites = stubs.get(depth);
        if (sites === undefined) stubs.set(depth, [at]);
        else sites.push(at);
      }
      at++;
    }
    for (const [depth, sites] of stubs) {
      for (const at of sites) this.#bind(at);
      this.#jump(depth);
    }
    this.#dead = true;
  }

  /** Notes the ops from the innermost loop's begin to the BrTable just made. */
  #noteHead(): void {
    const loop = this.#loops[this.#loops.length - 1];
    if (this.#isMetered || loop === undefined || loop.params.length > 0) return;
    loop.head ??= this.#code.headFrom(loop.opsBefore);
  }

  unreachable(): void {
    if (this.#dead) return;
    this.#code.emit(Op.Unreachable);
    this.#dead = true;
  }

  return(): void {
    if (this.#dead) return;
    this.#return();
    this.#dead = true;
  }

  #return(): void {
    const { results, linkOffset } = this.#type;
    if (results.length !== 1 || this.#isProbed) {
      this.#prepareReturn();
      this.#moveTo(results, 0);
      return this.#code.emit(this.#isProbed ? Op.Leave : Op.Return, linkOffset);
    }
    const register = this.#whereReturned(results[0]);
    if (register === 0) return this.#code.emit(Op.Return, linkOffset);
    const isShort = results[0] === I32 || results[0] === F32;
    const op = isShort ? Op.ReturnCopy32 : Op.ReturnCopy64;
    this.#code.emit(op, register, linkOffset);
  }

  /** Puts the result into the first register, 0, or tells where that number is. */
  #whereReturned(type: ValueType): number {
    const top = this.#height - 1;
    const kind = this.#kinds[top];
    if (kind === Kind.Temp && this.#code.retarget(this.#homes[top], 0)) {
      return 0;
    }
    if (type !== V128 && !isRef(type)) {
      if (kind === Kind.Local) return this.#localRegisters[this.#values[top]];
      if (kind === Kind.Temp) return this.#homes[top];
    }
    this.#copyOperand(top, 0);
    return 0;
  }

  /** Several results are put into their homes: copies could overlap locals. */
  #prepareReturn(): void {
    const { results } = this.#type;
    if (results.length > 1) this.#materializeTop(results.length);
  }

  // Calls

  call(index: number, tail: boolean): void {
    if (this.#dead) return;
    const { importedFunctions, functions } = this.#module;
    const type = typeOf(functions[index]);
    const defined = index - importedFunctions;
    // The handler tells that the function ends; the loop does not.
    const isImport = defined < 0 || tail && this.#isProbed;
    const callee = isImport
      ? index
      : this.#functions.cells + CELL_WORDS * defined + this.#variant;
    if (tail) {
      const op = isImport ? Op.ReturnCallImport : Op.ReturnCall;
      this.#tailCall(op, type, [callee]);
    } else {
      this.#call(isImport ? Op.CallImport : Op.Call, type, callee);
    }
  }

  callIndirect(table: number, type: FunctionType, tail: boolean): void {
    if (this.#dead) return;
    const index = this.#popRegister();
    const { id } = type;
    if (tail) this.#tailCall(Op.ReturnCallTable, type, [index, id], table);
    else if (table !== 0) this.#call(Op.CallTable, type, index, id, table);
    else this.#call(Op.CallIndirect, type, index, id, this.#variant);
  }

  callRef(type: FunctionType, tail: boolean): void {
    if (this.#dead) return;
    // The references of a tail call are copied over the locals first.
    if (tail) this.#materialize(this.#height - 1);
    const callee = this.#popRegister();
    if (tail) this.#tailCall(Op.ReturnCallRef, type, [callee, type.id]);
    else this.#call(Op.CallRef, type, callee, type.id);
  }

  /** Where in an entry cell calls enter. */
  get #variant(): number {
    return this.#isMetered ? CELL_METERED : 0;
  }

  /** Puts the arguments into their homes; that of the first. */
  #arguments(type: FunctionType): number {
    const count = type.params.length;
    // The callee's or table index's register must survive the copies: it is
    // a local or lies above the arguments.
    this.#materializeTop(count);
    const first = this.#homeAt(this.#height - count);
    this.#extend(first + type.linkOffset + 2);
    return first;
  }

  /**
   * Op, callee (a cell or an import's index; or a register and type id),
   * arguments' first word, return address, table or variant?
   */
  #call(
    op: number,
    type: FunctionType,
    callee: number,
    id?: number,
    last?: number,
  ): void {
    const first = this.#arguments(type);
    const link = first + type.linkOffset;
    if (id === undefined) this.#code.emit(op, callee, first, link);
    else this.#code.emit(op, callee, id, first, link, last);
    this.#popMany(type.params.length);
    for (const result of type.results) this.#pushTemp(result);
  }

  /** Op, callee, arguments' first word and count, return address now and then, table? */
  #tailCall(
    op: number,
    type: FunctionType,
    callee: readonly number[],
    ...table: readonly number[]
  ): void {
    const first = this.#arguments(type);
    let from = first;
    for (const param of type.params) {
      if (isRef(param)) this.#code.copy(param, from - first, from);
      from += slotWords(param);
    }
    this.#extend(type.linkOffset + 2);
    const links = [this.#type.linkOffset, type.linkOffset];
    const words = [...callee, first, type.paramWords, ...links, ...table];
    this.#code.emitAll(op, words, false);
    this.#dead = true;
  }

  // References

  refNull(type: ValueType): void {
    if (this.#dead) return;
    this.#result(Op.RefNull, type);
  }

  refFunc(index: number): void {
    if (this.#dead) return;
    // The exact type does not matter here, only that it is a reference.
    this.#result(Op.RefFunc, FUNCREF, index);
  }

  refIsNull(): void {
    if (this.#dead) return;
    const source = this.#popRegister();
    this.#result(Op.RefIsNull, I32, source);
  }

  refAsNonNull(type: ValueType): void {
    if (this.#dead) return;
    const source = this.#popRegister();
    this.#result(Op.RefAsNonNull, type, source);
  }

  brOnNull(depth: number, type: ValueType): void {
    if (this.#dead) return;
    const top = this.#height - 1;
    this.#materialize(top);
    const register = this.#homes[top];
    this.#pop();
    this.#branch(depth, Op.BrOnNull, Op.BrOnNonNull, register);
    this.#pushTemp(type);
  }

  brOnNonNull(depth: number): void {
    if (this.#dead) return;
    const register = this.#register(this.#height - 1);
    this.#branch(depth, Op.BrOnNonNull, Op.BrOnNull, register);
    this.#pop();
  }
}

/** Whether an access is for the loops, by its offset's two words. */
function isHotOffset(imms: Int32Array): boolean {
  return imms[1] === 0 && imms[0] >>> 0 <= MAX_HOT_OFFSET;
}

/** The bits that both sets have, in `a`; a copy of `b` where there is no a. */
function meet(a: number[] | undefined, b: readonly number[]): number[] {
  if (a === undefined) return b.slice();
  for (let i = 0; i < a.length; i++) a[i] &= b[i];
  return a;
}
