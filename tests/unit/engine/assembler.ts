// Writes modules for tests from a short notation. A signature such as `iI:F`
// lists parameters and results by letter; code is mnemonics and immediates
// separated by spaces, where `[i:i]` is a block's or callee's type, `$f` a
// function, `+8` the offset and `@1` the index of an access's memory. All that
// has a name is exported by it. Nothing is checked here: the engine does that.

import { Imm } from "../../../engine/instruction.ts";
import { type Instruction, instructions } from "../../../engine/opcodes.ts";
import { moduleOf, vector, Writer } from "../../fuzz/encode.ts";

/** v128, f64, ... and the references: r funcref, e externref. */
// deno-fmt-ignore
const TYPES: Readonly<Record<string, number>> = {
  i: 0x7f, I: 0x7e, f: 0x7d, F: 0x7c, v: 0x7b, r: 0x70, e: 0x6f,
};

const BY_MNEMONIC: ReadonlyMap<string, Instruction> = new Map(
  instructions().flatMap((row) =>
    row === undefined ? [] : [[row.mnemonic, row]]
  ),
);

const FUNC = 0;
const TABLE = 1;
const MEMORY = 2;
const GLOBAL = 3;

interface FunctionPart {
  readonly type: number;
  readonly locals: Writer;
  readonly code: string;
}

/** A limit without a maximum, or with one. */
function limits(min: number, max?: number, shared = false): Writer {
  if (max === undefined) return new Writer().bytes(0).unsigned(min);
  return new Writer().bytes(shared ? 3 : 1).unsigned(min).unsigned(max);
}

/** A module that is being written; all methods return it, for chaining. */
export class Assembler {
  readonly #types: string[] = [];
  readonly #imports: Writer[] = [];
  readonly #functions: FunctionPart[] = [];
  readonly #tables: Writer[] = [];
  readonly #memories: Writer[] = [];
  readonly #globals: Writer[] = [];
  readonly #exports: Writer[] = [];
  readonly #elements: Writer[] = [];
  readonly #data: Writer[] = [];
  readonly #custom: Writer[] = [];
  readonly #counts = [0, 0, 0, 0];
  /** Function, global, ... indices by name. */
  readonly #indices = new Map<string, number>();
  readonly #declared = new Set<number>();
  #start: string | undefined;

  /** The index of a function type. */
  type(signature: string): number {
    const known = this.#types.indexOf(signature);
    return known >= 0 ? known : this.#types.push(signature) - 1;
  }

  importFunction(module: string, name: string, signature: string): this {
    const type = new Writer().unsigned(this.type(signature));
    return this.#import(module, name, FUNC, type);
  }

  importTable(module: string, name: string, min: number, max?: number): this {
    const type = new Writer().bytes(TYPES.r).append(limits(min, max).finish());
    return this.#import(module, name, TABLE, type);
  }

  importMemory(module: string, name: string, min: number, max?: number): this {
    return this.#import(module, name, MEMORY, limits(min, max));
  }

  /** `kind` is `i` or, for a mutable one, `mut i`. */
  importGlobal(module: string, name: string, kind: string): this {
    return this.#import(module, name, GLOBAL, globalType(kind));
  }

  #import(module: string, name: string, kind: number, type: Writer): this {
    const head = new Writer().name(module).name(name).bytes(kind);
    this.#imports.push(head.append(type.finish()));
    this.#indices.set(name, this.#counts[kind]++);
    return this;
  }

  /** `locals` is letters, or a letter and how often: `I*1000`. */
  function(name: string, signature: string, locals: string, code: string) {
    const type = this.type(signature);
    this.#functions.push({ type, locals: localsOf(locals), code });
    return this.#define(name, FUNC);
  }

  table(name: string, element: string, min: number, max?: number): this {
    const type = new Writer().bytes(TYPES[element]);
    this.#tables.push(type.append(limits(min, max).finish()));
    return this.#define(name, TABLE);
  }

  memory(name: string, min: number, max?: number, shared = false): this {
    this.#memories.push(limits(min, max, shared));
    return this.#define(name, MEMORY);
  }

  global(name: string, kind: string, init: string): this {
    this.#globals.push(globalType(kind).append(this.code(init).finish()));
    return this.#define(name, GLOBAL);
  }

  #define(name: string, kind: number): this {
    this.#indices.set(name, this.#counts[kind]++);
    return this.export(name, kind, name);
  }

  export(as: string, kind: number, name: string): this {
    const index = this.#indices.get(name)!;
    this.#exports.push(new Writer().name(as).bytes(kind).unsigned(index));
    return this;
  }

  /** An active segment of a table. */
  elements(offset: string, functions: string[], table = 0): this {
    const segment = new Writer().bytes(2).unsigned(table);
    segment.append(this.code(offset).finish()).bytes(0);
    segment.unsigned(functions.length);
    for (const name of functions) segment.unsigned(this.#indices.get(name)!);
    this.#elements.push(segment);
    return this;
  }

  /** An active segment of memory 0. */
  data(offset: string, bytes: number[]): this {
    const segment = new Writer().bytes(0).append(this.code(offset).finish());
    this.#data.push(segment.unsigned(bytes.length).append(bytes));
    return this;
  }

  start(name: string): this {
    this.#start = name;
    return this;
  }

  /** A name section. */
  names(module: string, functions: Record<string, string>): this {
    const moduleName = new Writer().name(module);
    const map = new Writer().unsigned(Object.keys(functions).length);
    for (const [name, shown] of Object.entries(functions)) {
      map.unsigned(this.#indices.get(name)!).name(shown);
    }
    this.#custom.push(
      new Writer().name("name").bytes(0).sized(moduleName).bytes(1).sized(map),
    );
    return this;
  }

  /** The binary. */
  build(): Uint8Array {
    const bodies = this.#functions.map(({ locals, code }) =>
      new Writer().sized(
        new Writer().append(locals.finish()).append(this.code(code).finish()),
      )
    );
    const functions = this.#functions.map((f) => new Writer().unsigned(f.type));
    const elements = [...this.#elements];
    if (this.#declared.size > 0) {
      const segment = new Writer().bytes(3, 0).unsigned(this.#declared.size);
      for (const index of this.#declared) segment.unsigned(index);
      elements.push(segment);
    }
    const sections: [number, Writer][] = [[1, vector(this.#typeSection())]];
    const add = (id: number, items: Writer[]) => {
      if (items.length > 0) sections.push([id, vector(items)]);
    };
    add(2, this.#imports);
    add(3, functions);
    add(4, this.#tables);
    add(5, this.#memories);
    add(6, this.#globals);
    add(7, this.#exports);
    if (this.#start !== undefined) {
      const index = this.#indices.get(this.#start)!;
      sections.push([8, new Writer().unsigned(index)]);
    }
    add(9, elements);
    add(10, bodies);
    add(11, this.#data);
    for (const custom of this.#custom) sections.push([0, custom]);
    return moduleOf(...sections);
  }

  #typeSection(): Writer[] {
    return this.#types.map((signature) => {
      const [params, results] = signature.split(":").map(lettersOf);
      return new Writer().bytes(0x60).unsigned(params.length).append(params)
        .unsigned(results.length).append(results);
    });
  }

  /** Code with its final `end`. */
  code(text: string): Writer {
    const out = new Writer();
    const tokens = text.split(/\s+/).filter((token) => token !== "");
    for (let at = 0; at < tokens.length;) {
      const mnemonic = tokens[at++];
      const row = BY_MNEMONIC.get(mnemonic);
      if (row === undefined) throw new Error(`no instruction ${mnemonic}`);
      const from = at;
      while (at < tokens.length && !BY_MNEMONIC.has(tokens[at])) at++;
      opcode(out, row.opcode);
      const immediates = tokens.slice(from, at);
      if (row.imm === Imm.Special) this.#special(out, mnemonic, immediates);
      else plain(out, row, immediates);
    }
    return out.bytes(0x0b);
  }

  #special(out: Writer, mnemonic: string, immediates: string[]): void {
    const [first = "", second = "0"] = immediates;
    switch (mnemonic) {
      case "block":
      case "loop":
      case "if":
        if (first === "") out.bytes(0x40);
        else if (/^\[:.\]$/.test(first)) out.bytes(TYPES[first[2]]);
        else out.signed(this.#index(first));
        return;
      case "i32.const":
      case "i64.const":
        out.signed(BigInt(first));
        return;
      case "f32.const":
        out.append(littleEndian(BigInt(first), 4));
        return;
      case "f64.const":
        out.append(littleEndian(BigInt(first), 8));
        return;
      case "call_indirect":
      case "return_call_indirect":
        out.unsigned(this.#index(first)).unsigned(Number(second));
        return;
      case "br_table":
        out.unsigned(immediates.length - 1);
        break;
      case "select_t":
        out.unsigned(1);
        break;
      case "ref.func":
        this.#declared.add(this.#index(first));
        break;
      case "ref.null":
        out.bytes(TYPES[first]);
        return;
    }
    for (const token of immediates) out.unsigned(this.#index(token));
  }

  #index(token: string): number {
    if (token[0] === "[") return this.type(token.slice(1, -1));
    if (token[0] === "$") return this.#indices.get(token.slice(1))!;
    return Number(token);
  }
}

function lettersOf(letters: string): number[] {
  return [...letters].map((letter) => TYPES[letter]);
}

function localsOf(locals: string): Writer {
  const [letter, count] = locals.split("*");
  if (count !== undefined) {
    return new Writer().bytes(1).unsigned(Number(count)).bytes(TYPES[letter]);
  }
  const out = new Writer().unsigned(locals.length);
  for (const type of lettersOf(locals)) out.bytes(1, type);
  return out;
}

function globalType(kind: string): Writer {
  const mutable = kind.startsWith("mut ");
  return new Writer().bytes(TYPES[kind.at(-1)!], mutable ? 1 : 0);
}

function opcode(out: Writer, code: number): void {
  if (code < 0x100) out.bytes(code);
  else out.bytes(code >> 12).unsigned(code & 0xfff);
}

function littleEndian(bits: bigint, count: number): number[] {
  return Array.from(
    { length: count },
    (_, i) => Number(bits >> BigInt(8 * i) & 0xffn),
  );
}

/** Immediates of the kinds that instruction.ts lists; what is left out is 0. */
function plain(out: Writer, row: Instruction, immediates: string[]): void {
  const numbers = immediates.filter((token) => /^\d/.test(token));
  switch (row.imm) {
    case Imm.None:
      return;
    case Imm.MemArg:
    case Imm.MemArgLane: {
      const offset = immediates.find((token) => token[0] === "+") ?? "+0";
      const memory = immediates.find((token) => token[0] === "@");
      const align = row.isAtomic ? Math.log2(row.accessBytes) : 0;
      out.bytes(memory === undefined ? align : align | 0x40);
      if (memory !== undefined) out.unsigned(Number(memory.slice(1)));
      out.unsigned(Number(offset.slice(1)));
      if (row.imm === Imm.MemArgLane) out.unsigned(Number(numbers[0]));
      return;
    }
    case Imm.Bytes16:
      out.append(littleEndian(BigInt(numbers[0]), 16));
      return;
    default: {
      const isPair = row.imm === Imm.MemoryMemory ||
        row.imm === Imm.TableTable || row.imm === Imm.ElemTable ||
        row.imm === Imm.DataMemory;
      for (let i = 0; i < (isPair ? 2 : 1); i++) {
        out.unsigned(Number(numbers[i] ?? 0));
      }
    }
  }
}
