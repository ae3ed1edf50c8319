/**
 * Validation of function bodies: the algorithm of the specification's appendix
 * («Validation Algorithm»), one pass, linear. It drives a `Sink`: the
 * translator gets each instruction right after it was found valid, with its
 * immediates decoded and its types known. Without a sink it only checks.
 */

import {
  readFunctionTypeIndex,
  readHeapType,
  readValueType,
} from "./decode_types.ts";
import { Feature, type FeatureSet, requireFeature } from "./features.ts";
import { Imm } from "./instruction.ts";
import { Limits, type Module } from "./module.ts";
import {
  indexOf,
  type Instruction,
  instructions,
  TABLE_ELEMENT,
} from "./opcodes.ts";
import { Reader } from "./reader.ts";
import {
  asNonNull,
  F32,
  F64,
  FUNCREF,
  type FunctionType,
  HEAP_BOTTOM,
  heapOf,
  heapOfId,
  type HeapType,
  I32,
  I64,
  isDefaultable,
  isRef,
  isSubtype,
  refType,
  typeOf,
  typeText,
  UNKNOWN,
  type ValueType,
} from "./types.ts";

/** What a valid body is made of, told in order. */
export interface Sink {
  /** `locals` are the types of all locals, parameters first. */
  begin(locals: Int32Array, type: FunctionType): void;
  /** An instruction that is described by its row alone. */
  plain(instruction: Instruction, imms: Int32Array): void;
  /** The bits of a number; `hi` is 0 where it has 32. */
  constant(type: ValueType, lo: number, hi: number): void;
  localGet(index: number): void;
  localSet(index: number): void;
  localTee(index: number): void;
  globalGet(index: number): void;
  globalSet(index: number): void;
  drop(): void;
  select(type: ValueType): void;
  unreachable(): void;
  block(params: readonly ValueType[], results: readonly ValueType[]): void;
  loop(params: readonly ValueType[], results: readonly ValueType[]): void;
  if(params: readonly ValueType[], results: readonly ValueType[]): void;
  else(): void;
  /** Also the end of the body. */
  end(): void;
  br(depth: number): void;
  brIf(depth: number): void;
  /** The default comes last. */
  brTable(depths: readonly number[]): void;
  return(): void;
  call(index: number, tail: boolean): void;
  callIndirect(table: number, type: FunctionType, tail: boolean): void;
  callRef(type: FunctionType, tail: boolean): void;
  refNull(type: ValueType): void;
  refFunc(index: number): void;
  refIsNull(): void;
  refAsNonNull(type: ValueType): void;
  brOnNull(depth: number, type: ValueType): void;
  brOnNonNull(depth: number): void;
}

/** An enum, since a switch is a jump only if its cases are literals. */
const enum Opcode {
  Block = 0x02,
  Loop = 0x03,
  If = 0x04,
  Else = 0x05,
}

/** First byte, sub-opcodes, proposal of opcodes that have no row yet. */
const UNKNOWN_OPCODES: readonly (readonly [
  byte: number,
  low: number,
  high: number,
  feature: FeatureSet,
])[] = [
  [0x08, -1, -1, Feature.Exceptions],
  [0x0a, -1, -1, Feature.Exceptions],
  [0x1f, -1, -1, Feature.Exceptions],
  [0xd3, -1, -1, Feature.Gc],
  [0xfb, 0, 30, Feature.Gc],
  [0xfd, 0x100, 0x113, Feature.RelaxedSimd],
];

const NO_TYPES: readonly ValueType[] = [];

/** What a block takes and leaves. */
type BlockType = Pick<FunctionType, "params" | "results">;
const VOID: BlockType = { params: NO_TYPES, results: NO_TYPES };

/** One label of the control stack, and then the next one at its depth. */
class Frame {
  opcode = 0;
  type = VOID;
  /** Height of the operand stack below the parameters. */
  height = 0;
  /** Length of the list of initialised locals at the start. */
  initHeight = 0;
  unreachable = false;
}

const enum Most {
  /** At once: two bytes push a thousand, the results of a call. */
  Operands = 1_000_000,
  /** So many are kept for the next body. */
  KeptFrames = 1000,
}
/**
 * How many operands blocks, branches and calls may take and leave, where three
 * bytes can be a block of a thousand. Short lists do not count.
 */
const enum Looks {
  Free = 16,
  PerByte = 16,
  /** What a body has in addition, as far as others before did not use it. */
  Spare = 10_000_000,
}

export class BodyValidator {
  /** Offset of the instruction that is being read. */
  offset = 0;
  /** Instructions that were read, with this one. */
  count = 0;
  readonly #module: Module;
  readonly #reader: Reader;
  readonly #rows = instructions();
  #sink: Sink | undefined;
  #locals = new Int32Array(64);
  #localCount = 0;
  /** 1 for locals that hold a value; only those without a default need it. */
  #initialised = new Uint8Array(64);
  #initOrder: number[] = [];
  #types: ValueType[] = [];
  #height = 0;
  /** Operands that may still be looked at. */
  #looks: number = Looks.Spare;
  readonly #frames: Frame[] = [];
  #depth = 0;
  #frame!: Frame;
  /** The types of blocks without parameters, by their only result. */
  readonly #blockTypes: Record<ValueType, BlockType> = {};
  readonly #imms = new Int32Array(4);
  /** What the placeholders of a signature stand for. */
  #address: ValueType = I32;
  #element: ValueType = FUNCREF;

  constructor(module: Module) {
    this.#module = module;
    this.#reader = new Reader(module.bytes);
  }

  /** Checks one body; throws a `CompileError`. */
  validate(functionIndex: number, sink?: Sink): void {
    const module = this.#module;
    const defined = functionIndex - module.importedFunctions;
    const reader = this.#reader;
    reader.pos = module.bodyStarts[defined];
    reader.end = module.bodyEnds[defined];
    const type = typeOf(module.functions[functionIndex]);
    this.#sink = sink;
    this.#types.length = 0;
    this.#height = 0;
    this.#looks = Math.min(this.#looks, Looks.Spare) +
      Looks.PerByte * (reader.end - reader.pos);
    if (this.#frames.length > Most.KeptFrames) this.#frames.length = 0;
    this.#depth = 0;
    this.#readLocals(type);
    sink?.begin(this.#locals.subarray(0, this.#localCount), type);
    const { results } = type;
    this.#pushFrame(Opcode.Block, { params: NO_TYPES, results });
    while (this.#depth > 0) {
      this.offset = reader.pos;
      this.count++;
      this.#instruction(reader.u8());
    }
    if (!reader.done) reader.fail("unexpected content after the end of a body");
  }

  #readLocals({ params }: FunctionType): void {
    const reader = this.#reader;
    this.#localCount = 0;
    this.#initOrder.length = 0;
    for (const param of params) this.#addLocals(1, param, true);
    const groups = reader.count("local declarations", Limits.locals, 2);
    for (let i = 0; i < groups; i++) {
      const at = reader.pos;
      const count = reader.u32();
      if (count > Limits.locals - this.#localCount) {
        reader.fail("too many locals", at);
      }
      const type = readValueType(reader, this.#module);
      this.#addLocals(count, type, isDefaultable(type));
    }
  }

  #addLocals(count: number, type: ValueType, isInitialised: boolean): void {
    const start = this.#localCount, end = start + count;
    if (end > this.#locals.length) {
      const locals = new Int32Array(2 * end);
      const initialised = new Uint8Array(2 * end);
      locals.set(this.#locals);
      initialised.set(this.#initialised);
      this.#locals = locals;
      this.#initialised = initialised;
    }
    this.#localCount = end;
    // A few bytes may declare thousands; for few, calls of `fill` take longer.
    if (count > 16) {
      this.#locals.fill(type, start, end);
      this.#initialised.fill(isInitialised ? 1 : 0, start, end);
      return;
    }
    for (let i = start; i < end; i++) {
      this.#locals[i] = type;
      this.#initialised[i] = isInitialised ? 1 : 0;
    }
  }

  #name(type: ValueType): string {
    return typeText(this.#module, type);
  }

  // The operand stack

  #push(type: ValueType): void {
    this.#types[this.#height++] = type;
  }

  /** Counts operands that are looked at; a valid body's are not counted again. */
  #look(count: number): void {
    const isFree = count <= Looks.Free || this.#sink !== undefined;
    if (!isFree && (this.#looks -= count) < 0) this.#fail("too many operands");
  }

  #pushAll(types: readonly ValueType[]): void {
    this.#look(types.length);
    if (this.#height + types.length > Most.Operands) {
      this.#fail("too many operands");
    }
    for (let i = 0; i < types.length; i++) this.#push(types[i]);
  }

  /** Any operand; UNKNOWN where unreachable code has none. */
  #popAny(): ValueType {
    if (this.#height > this.#frame.height) return this.#types[--this.#height];
    if (this.#frame.unreachable) return UNKNOWN;
    return this.#fail("type mismatch: an operand is missing");
  }

  #pop(expected: ValueType): void {
    if (this.#height > this.#frame.height) {
      const found = this.#types[--this.#height];
      if (found !== expected && !isSubtype(found, expected)) {
        this.#mismatch(expected, found);
      }
    } else if (!this.#frame.unreachable) {
      this.#fail(
        `type mismatch: expected ${this.#name(expected)}, found nothing`,
      );
    }
  }

  #popAll(types: readonly ValueType[]): void {
    this.#look(types.length);
    for (let i = types.length - 1; i >= 0; i--) this.#pop(types[i]);
  }

  #popRef(): ValueType {
    const type = this.#popAny();
    if (type !== UNKNOWN && !isRef(type)) {
      this.#fail(
        `type mismatch: expected a reference, found ${this.#name(type)}`,
      );
    }
    return type;
  }

  #mismatch(expected: ValueType, found: ValueType): never {
    this.#fail(
      `type mismatch: expected ${this.#name(expected)}, found ${
        this.#name(found)
      }`,
    );
  }

  #fail(reason: string): never {
    this.#reader.fail(reason, this.offset);
  }

  // The control stack

  #pushFrame(opcode: number, type: BlockType): void {
    const frame = this.#frames[this.#depth++] ??= new Frame();
    frame.opcode = opcode;
    frame.type = type;
    frame.height = this.#height;
    frame.initHeight = this.#initOrder.length;
    frame.unreachable = false;
    this.#frame = frame;
    this.#pushAll(type.params);
  }

  #popFrame(): Frame {
    const frame = this.#frame;
    this.#popAll(frame.type.results);
    if (this.#height !== frame.height) {
      this.#fail("type mismatch: values remain on the stack at end of block");
    }
    while (this.#initOrder.length > frame.initHeight) {
      this.#initialised[this.#initOrder.pop()!] = 0;
    }
    this.#depth--;
    if (this.#depth > 0) this.#frame = this.#frameAt(0);
    return frame;
  }

  #frameAt(depth: number): Frame {
    return this.#frames[this.#depth - 1 - depth];
  }

  #setUnreachable(): void {
    this.#height = this.#frame.height;
    this.#frame.unreachable = true;
  }

  /** The label's depth, checked. */
  #label(): number {
    return this.#index("label", this.#depth);
  }

  /** The index of one of `count` things that are called `what`. */
  #index(what: string, count: number): number {
    return this.#reader.index(what, count, this.offset);
  }

  #labelTypes(depth: number): readonly ValueType[] {
    const { opcode, type } = this.#frameAt(depth);
    return opcode === Opcode.Loop ? type.params : type.results;
  }

  // Instructions

  #instruction(byte: number): void {
    const reader = this.#reader;
    // The frequent ones by one jump: looking up their rows takes 15 % longer.
    switch (byte) {
      case 0x00:
        this.#setUnreachable();
        return this.#sink?.unreachable();
      case 0x01:
        return;
      case Opcode.Block:
      case Opcode.Loop:
      case Opcode.If:
        return this.#block(byte);
      case Opcode.Else:
        return this.#else();
      case 0x0b:
        return this.#end();
      case 0x0c:
        return this.#br();
      case 0x0d:
        return this.#brIf();
      case 0x0e:
        return this.#brTable();
      case 0x0f:
        return this.#return();
      case 0x10:
        return this.#call(false);
      case 0x11:
        return this.#callIndirect(false);
      case 0x1a:
        this.#popAny();
        return this.#sink?.drop();
      case 0x1b:
        return this.#select(false);
      case 0x20:
      case 0x21:
      case 0x22:
        return this.#local(byte);
      case 0x23:
      case 0x24:
        return this.#global(byte === 0x24);
      case 0x41:
        return this.#constant(I32, reader.s32(), 0);
      case 0x42:
        return this.#constant(I64, reader.s64(), reader.hi);
      case 0x43:
        return this.#constant(F32, reader.i32Bits(), 0);
      case 0x44:
        return this.#constant(F64, reader.i32Bits(), reader.i32Bits());
      default:
        return this.#byRow(byte);
    }
  }

  /** Instructions that their row describes, and those that need a feature. */
  #byRow(byte: number): void {
    const instruction = byte < 0xfb ? this.#rows[byte] : this.#prefixed(byte);
    if (instruction === undefined) this.#failUnknown(byte, -1);
    const { feature } = instruction;
    if (feature !== 0) this.#require(feature, instruction.mnemonic);
    if (instruction.imm === Imm.Special) this.#special(instruction);
    else this.#plain(instruction);
  }

  #prefixed(prefix: number): Instruction | undefined {
    const sub = this.#reader.u32();
    const instruction = this.#rows[indexOf(prefix, sub)];
    if (instruction === undefined) this.#failUnknown(prefix, sub);
    return instruction;
  }

  #has(feature: FeatureSet): boolean {
    return (this.#module.features & feature) !== 0;
  }

  #require(feature: FeatureSet, what: string): void {
    requireFeature(this.#module, feature, what, this.offset);
  }

  /** An opcode without a row: of a known proposal, or of none. */
  #failUnknown(byte: number, sub: number): never {
    const opcode = `opcode 0x${byte.toString(16)}` + (sub < 0 ? "" : ` ${sub}`);
    for (const [first, low, high, feature] of UNKNOWN_OPCODES) {
      if (byte === first && sub >= low && sub <= high) {
        this.#require(feature, opcode);
      }
    }
    this.#fail(`illegal ${opcode}`);
  }

  #plain(instruction: Instruction): void {
    const { imm, params, results } = instruction;
    if (imm !== Imm.None) this.#immediates(instruction);
    for (let i = params.length - 1; i >= 0; i--) {
      const type = params[i];
      this.#pop(type < 0 ? this.#resolve(type) : type);
    }
    if (results.length > 0) {
      const type = results[0];
      this.#push(type < 0 ? this.#resolve(type) : type);
    }
    this.#sink?.plain(instruction, this.#imms);
  }

  #resolve(placeholder: ValueType): ValueType {
    return placeholder === TABLE_ELEMENT ? this.#element : this.#address;
  }

  /** Reads the immediates into `#imms`, in the order of instruction.ts. */
  #immediates(instruction: Instruction): void {
    const imms = this.#imms;
    switch (instruction.imm) {
      case Imm.MemArg:
        return this.#memArg(instruction);
      case Imm.MemArgLane:
        this.#memArg(instruction);
        imms[2] = this.#lane(16 / instruction.accessBytes);
        return;
      case Imm.Lane:
        imms[0] = this.#lane(instruction.lanes);
        return;
      case Imm.Bytes16:
        return this.#bytes16(instruction);
      case Imm.Memory:
        imms[0] = this.#memory();
        return;
      case Imm.MemoryMemory:
        imms[0] = this.#memory();
        imms[1] = this.#memory();
        return;
      case Imm.DataMemory:
        imms[0] = this.#data();
        imms[1] = this.#memory();
        return;
      case Imm.Data:
        imms[0] = this.#data();
        return;
      case Imm.Table:
        imms[0] = this.#table();
        return;
      case Imm.TableTable: {
        imms[0] = this.#table();
        const destination = this.#element;
        imms[1] = this.#table();
        return this.#matchElement(destination);
      }
      case Imm.ElemTable: {
        imms[0] = this.#segment();
        imms[1] = this.#table();
        const destination = this.#element;
        this.#element = this.#module.elements[imms[0]].type;
        return this.#matchElement(destination);
      }
      case Imm.Elem:
        imms[0] = this.#segment();
    }
  }

  #matchElement(destination: ValueType): void {
    if (!isSubtype(this.#element, destination)) {
      this.#mismatch(destination, this.#element);
    }
  }

  #memArg(instruction: Instruction): void {
    const reader = this.#reader;
    const flags = reader.u32();
    const hasIndex = (flags & 0x40) !== 0;
    const align = flags & 0x3f;
    if (flags >= 0x80 || align >= 32) this.#fail("malformed memop flags");
    if (hasIndex && !this.#has(Feature.MultiMemory)) {
      this.#fail("malformed memop flags");
    }
    this.#imms[1] = hasIndex ? reader.u32() : 0;
    this.#setMemory(this.#imms[1]);
    if (1 << align >>> 0 > instruction.accessBytes) {
      this.#fail("alignment must not be larger than natural");
    }
    if (instruction.isAtomic && 1 << align !== instruction.accessBytes) {
      this.#fail("atomic alignment must be natural");
    }
    const offset = this.#address === I64 ? reader.u64() : reader.u32();
    this.#imms[0] = offset | 0;
  }

  #lane(count: number): number {
    const lane = this.#reader.u8();
    if (lane >= count) this.#fail("invalid lane index");
    return lane;
  }

  #bytes16(instruction: Instruction): void {
    const reader = this.#reader;
    for (let word = 0; word < 4; word++) this.#imms[word] = reader.i32Bits();
    if (instruction.params.length === 0) return;
    for (let i = reader.pos - 16; i < reader.pos; i++) {
      if (reader.bytes[i] >= 32) this.#fail("invalid lane index");
    }
  }

  #memory(): number {
    const index = this.#reader.u32();
    this.#setMemory(index);
    return index;
  }

  #setMemory(index: number): void {
    const memory = this.#module.memories[index];
    if (memory === undefined) this.#fail(`unknown memory ${index}`);
    this.#address = memory.is64 ? I64 : I32;
  }

  #data(): number {
    const { dataCount } = this.#module;
    if (dataCount < 0) this.#fail("data count section required");
    return this.#index("data segment", dataCount);
  }

  #segment(): number {
    return this.#index("elem segment", this.#module.elements.length);
  }

  #table(): number {
    const { tables } = this.#module;
    const index = this.#index("table", tables.length);
    const table = tables[index];
    this.#element = table.element;
    this.#address = table.is64 ? I64 : I32;
    return index;
  }

  /** Those that need a feature, of which their row does not tell more. */
  #special(instruction: Instruction): void {
    const { opcode } = instruction;
    const sink = this.#sink;
    switch (opcode) {
      case 0x12:
        return this.#call(true);
      case 0x13:
        return this.#callIndirect(true);
      case 0x14:
      case 0x15:
        return this.#callRef(opcode === 0x15);
      case 0x1c:
        return this.#select(true);
      case 0xfe003:
        return this.#fence(instruction);
      case 0xd0: {
        const type = refType(true, readHeapType(this.#reader, this.#module));
        this.#push(type);
        return sink?.refNull(type);
      }
      case 0xd1:
        this.#popRef();
        this.#push(I32);
        return sink?.refIsNull();
      case 0xd2:
        return this.#refFunc();
      case 0xd4: {
        const type = refType(false, heapOfUnknown(this.#popRef()));
        this.#push(type);
        return sink?.refAsNonNull(type);
      }
      case 0xd5:
        return this.#brOnNull();
      case 0xd6:
        return this.#brOnNonNull();
    }
  }

  #constant(type: ValueType, lo: number, hi: number): void {
    this.#push(type);
    this.#sink?.constant(type, lo, hi);
  }

  #fence(instruction: Instruction): void {
    if (this.#reader.u8() !== 0) this.#fail("zero byte expected");
    this.#sink?.plain(instruction, this.#imms);
  }

  #local(opcode: number): void {
    const index = this.#index("local", this.#localCount);
    const type = this.#locals[index];
    if (opcode === 0x20) {
      if (this.#initialised[index] === 0) {
        this.#fail(`uninitialized local ${index}`);
      }
      this.#push(type);
      return this.#sink?.localGet(index);
    }
    this.#pop(type);
    if (this.#initialised[index] === 0) {
      this.#initialised[index] = 1;
      this.#initOrder.push(index);
    }
    if (opcode === 0x21) return this.#sink?.localSet(index);
    this.#push(type);
    this.#sink?.localTee(index);
  }

  #global(set: boolean): void {
    const { globals } = this.#module;
    const index = this.#index("global", globals.length);
    const global = globals[index];
    if (!set) {
      this.#push(global.type);
      return this.#sink?.globalGet(index);
    }
    if (!global.mutable) this.#fail(`immutable global ${index}`);
    this.#pop(global.type);
    this.#sink?.globalSet(index);
  }

  #select(typed: boolean): void {
    let type = UNKNOWN;
    if (typed) {
      if (this.#reader.u32() !== 1) this.#fail("invalid result arity");
      type = readValueType(this.#reader, this.#module);
      this.#pop(I32);
      this.#pop(type);
      this.#pop(type);
    } else {
      this.#pop(I32);
      const second = this.#popAny();
      const first = this.#popAny();
      if (isRef(first) || isRef(second)) {
        this.#fail("type mismatch: select of references needs a type");
      }
      if (first !== second && first !== UNKNOWN && second !== UNKNOWN) {
        this.#mismatch(first, second);
      }
      type = first === UNKNOWN ? second : first;
    }
    this.#push(type);
    this.#sink?.select(type);
  }

  // Control instructions

  #block(opcode: number): void {
    const type = this.#blockType();
    const { params, results } = type;
    if (opcode === Opcode.If) this.#pop(I32);
    this.#popAll(params);
    this.#pushFrame(opcode, type);
    const sink = this.#sink;
    if (sink === undefined) return;
    if (opcode === Opcode.Block) sink.block(params, results);
    else if (opcode === Opcode.Loop) sink.loop(params, results);
    else sink.if(params, results);
  }

  #blockType(): BlockType {
    const reader = this.#reader;
    const byte = reader.done ? 0 : reader.bytes[reader.pos];
    if (byte === 0x40) {
      reader.pos++;
      return VOID;
    }
    if ((byte & 0xc0) === 0x40) {
      const type = readValueType(reader, this.#module);
      return this.#blockTypes[type] ??= { params: NO_TYPES, results: [type] };
    }
    const index = reader.s33();
    const type = this.#module.types[index];
    if (type === undefined) this.#fail(`unknown type ${index}`);
    this.#require(Feature.MultiValue, "block with a type");
    return typeOf(type);
  }

  #else(): void {
    if (this.#frame.opcode !== Opcode.If) this.#fail("else without if");
    this.#pushFrame(Opcode.Else, this.#popFrame().type);
    this.#sink?.else();
  }

  #end(): void {
    const { opcode, type } = this.#popFrame();
    // Most take and leave nothing, and are spared what a closure costs.
    const mayLack = opcode === Opcode.If && type !== VOID;
    if (mayLack && !this.#fits(type.params, type.results)) {
      this.offset = this.#reader.pos - 1;
      this.#fail("type mismatch: if without else must leave what it takes");
    }
    this.#pushAll(type.results);
    this.#sink?.end();
  }

  #return(): void {
    this.#popAll(this.#frames[0].type.results);
    this.#setUnreachable();
    this.#sink?.return();
  }

  #br(): void {
    const depth = this.#label();
    this.#popAll(this.#labelTypes(depth));
    this.#setUnreachable();
    this.#sink?.br(depth);
  }

  #brIf(): void {
    const depth = this.#label();
    const types = this.#labelTypes(depth);
    this.#pop(I32);
    this.#popAll(types);
    this.#pushAll(types);
    this.#sink?.brIf(depth);
  }

  #brTable(): void {
    const count = this.#reader.count("br_table targets", this.#reader.end);
    const depths: number[] = [];
    for (let i = 0; i <= count; i++) depths.push(this.#label());
    this.#pop(I32);
    const arity = this.#labelTypes(depths[count]).length;
    for (const depth of new Set(depths)) {
      const types = this.#labelTypes(depth);
      if (types.length !== arity) {
        this.#fail("type mismatch: br_table labels differ in arity");
      }
      this.#checkTop(types);
    }
    this.#setUnreachable();
    this.#sink?.brTable(depths);
  }

  /** Checks the topmost operands and leaves them where they are. */
  #checkTop(types: readonly ValueType[]): void {
    const height = this.#height;
    this.#popAll(types);
    this.#height = height;
  }

  #call(tail: boolean): void {
    const { functions } = this.#module;
    const index = this.#index("function", functions.length);
    this.#applyCall(typeOf(functions[index]), tail);
    this.#sink?.call(index, tail);
  }

  #callIndirect(tail: boolean): void {
    const type = typeOf(readFunctionTypeIndex(this.#reader, this.#module));
    const table = this.#table();
    if (!isSubtype(this.#element, FUNCREF)) {
      this.#mismatch(FUNCREF, this.#element);
    }
    this.#pop(this.#address);
    this.#applyCall(type, tail);
    this.#sink?.callIndirect(table, type, tail);
  }

  #callRef(tail: boolean): void {
    const type = typeOf(readFunctionTypeIndex(this.#reader, this.#module));
    this.#pop(refType(true, heapOfId(type.id)));
    this.#applyCall(type, tail);
    this.#sink?.callRef(type, tail);
  }

  #applyCall(type: FunctionType, tail: boolean): void {
    this.#popAll(type.params);
    if (!tail) return this.#pushAll(type.results);
    if (!this.#fits(type.results, this.#frames[0].type.results)) {
      this.#fail("type mismatch: results of a tail call");
    }
    this.#setUnreachable();
  }

  /** Whether values of the types `a` can be where those of `b` are expected. */
  #fits(a: readonly ValueType[], b: readonly ValueType[]): boolean {
    this.#look(a.length);
    return a.length === b.length && a.every((type, i) => isSubtype(type, b[i]));
  }

  // References

  #refFunc(): void {
    const { functions, declaredFunctions } = this.#module;
    const index = this.#index("function", functions.length);
    if (!declaredFunctions.has(index)) {
      this.#fail("undeclared function reference");
    }
    const exact = this.#has(Feature.FunctionReferences);
    this.#push(exact ? refType(false, heapOfId(functions[index])) : FUNCREF);
    this.#sink?.refFunc(index);
  }

  #brOnNull(): void {
    const depth = this.#label();
    const types = this.#labelTypes(depth);
    const type = refType(false, heapOfUnknown(this.#popRef()));
    this.#popAll(types);
    this.#pushAll(types);
    this.#push(type);
    this.#sink?.brOnNull(depth, type);
  }

  #brOnNonNull(): void {
    const depth = this.#label();
    const types = this.#labelTypes(depth);
    if (!isRef(types[types.length - 1])) {
      this.#fail(
        "type mismatch: br_on_non_null needs a label with a reference",
      );
    }
    const type = this.#popRef();
    this.#push(type === UNKNOWN ? UNKNOWN : asNonNull(type));
    this.#popAll(types);
    this.#pushAll(types);
    this.#popAny();
    this.#sink?.brOnNonNull(depth);
  }
}

function heapOfUnknown(type: ValueType): HeapType {
  return type === UNKNOWN ? HEAP_BOTTOM : heapOf(type);
}
