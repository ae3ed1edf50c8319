/**
 * Prints wasm for people and for goldens: an overview of a module, and the
 * bodies of its functions, an instruction a line with its offset in the
 * module. Instructions and their immediates look as in the text format, names
 * come from the name section. It walks the bytes by the opcode table and not
 * with the validator, so that code that cannot be reached is printed too. The
 * module must be valid. Spec: «Text Format». The IR is printed by disasm_ir.ts.
 */

import { readValueType } from "./decode_types.ts";
import { toBigInt } from "./i64.ts";
import { Imm } from "./instruction.ts";
import { lazyBy } from "./lazy.ts";
import {
  type ConstExpr,
  type DataSegment,
  type ElementSegment,
  EXTERN_KIND_NAMES,
  ExternKind,
  type GlobalType,
  type MemoryType,
  MODE_ACTIVE,
  MODE_DECLARED,
  type Module,
  type TableType,
} from "./module.ts";
import { namesOf } from "./names.ts";
import { indexOf, type Instruction, instructions } from "./opcodes.ts";
import { Reader } from "./reader.ts";
import {
  refType,
  typeName,
  typeOf,
  typeText,
  type ValueType,
} from "./types.ts";

/**
 * What follows the opcode of each instruction whose row says `Imm.Special`:
 *   b  block type            l  label             L  labels of a br_table
 *   f  function              y  type              Y  type, table
 *   v  local                 g  global            h  heap type
 *   t  types of a select     i  I  e  E  i32, i64, f32, f64
 *   0  a byte that says nothing
 */
// deno-fmt-ignore
export const SPECIAL_IMMEDIATES: Readonly<Record<string, string>> = {
  "unreachable": "",     "nop": "",             "block": "b",
  "loop": "b",           "if": "b",             "else": "",
  "end": "",             "br": "l",             "br_if": "l",
  "br_table": "L",       "return": "",          "call": "f",
  "call_indirect": "Y",  "drop": "",            "select": "",
  "select_t": "t",       "local.get": "v",      "local.set": "v",
  "local.tee": "v",      "global.get": "g",     "global.set": "g",
  "i32.const": "i",      "i64.const": "I",      "f32.const": "e",
  "f64.const": "E",      "ref.null": "h",       "ref.is_null": "",
  "ref.func": "f",       "return_call": "f",    "return_call_indirect": "Y",
  "call_ref": "y",       "return_call_ref": "y", "ref.as_non_null": "",
  "br_on_null": "l",     "br_on_non_null": "l", "atomic.fence": "0",
};

const SECTION_NAMES: readonly string[] = [
  ...["custom", "type", "import", "function", "table", "memory", "global"],
  ...["export", "start", "element", "code", "data", "data count", "tag"],
];

/** Longer lists of elements are cut. */
const MAX_ELEMENTS = 16;

const MNEMONIC_END = "end";
const MNEMONIC_ELSE = "else";
const BLOCKS: readonly string[] = ["block", "loop", "if"];

/** Sections, types, imports and definitions of a module, without bodies. */
export function printModule(module: Module): string {
  return new ModulePrinter(module).print();
}

/**
 * The body of a defined function.
 *
 *     (func 1 $double (type 0) (param $x i32) (result i32)
 *      000021    local.get $x
 *      ...
 */
export function printWasm(module: Module, functionIndex: number): string {
  return new BodyPrinter(module, functionIndex).print();
}

/** A function's identifier in the text format, or its index. */
export function functionText(module: Module, functionIndex: number): string {
  return namesOfFunctions(module).get(functionIndex) ?? String(functionIndex);
}

/** ` (param i32 i64) (result f32)`, with names of parameters if given. */
export function signatureText(
  module: Module,
  params: readonly ValueType[],
  results: readonly ValueType[],
  names?: ReadonlyMap<number, string>,
): string {
  return valuesText(module, "param", params, 0, names) +
    valuesText(module, "result", results, 0);
}

function valuesText(
  module: Module,
  word: string,
  types: readonly ValueType[],
  first: number,
  names?: ReadonlyMap<number, string>,
): string {
  const texts = types.map((type) => typeText(module, type));
  if (!types.some((_, i) => names?.has(first + i))) {
    return texts.length > 0 ? ` (${word} ${texts.join(" ")})` : "";
  }
  return texts.map((text, i) => {
    const name = names?.get(first + i);
    return name === undefined
      ? ` (${word} ${text})`
      : ` (${word} ${name} ${text})`;
  }).join("");
}

/** Names of the name section, else those of exports. */
const namesOfFunctions = /* @__PURE__ */ lazyBy((module: Module) => {
  const given = new Map(namesOf(module).functions);
  for (const { kind, index, name } of module.exports) {
    if (kind === ExternKind.Func && !given.has(index)) given.set(index, name);
  }
  return identifiers(given);
});

/** The text format's identifiers for names; of equal names the first counts. */
function identifiers(
  names: ReadonlyMap<number, string> | undefined,
): ReadonlyMap<number, string> {
  const found: Map<number, string> = new Map();
  const used: Set<string> = new Set();
  for (const [index, name] of names ?? []) {
    if (used.has(name)) continue;
    used.add(name);
    const isPlain = /^[\w!#$%&'*+./:<=>?@\\^`|~-]+$/.test(name);
    found.set(index, isPlain ? `$${name}` : `$${quote(name)}`);
  }
  return found;
}

/** A string of the text format. */
function quote(text: string): string {
  let quoted = "";
  for (const char of text) {
    const point = char.codePointAt(0)!;
    if (char === '"' || char === "\\") quoted += "\\" + char;
    else if (point >= 0x20 && point !== 0x7f) quoted += char;
    else quoted += "\\" + point.toString(16).padStart(2, "0");
  }
  return `"${quoted}"`;
}

function hex(offset: number): string {
  return offset.toString(16).padStart(6, "0");
}

/** Reads instructions one by one as text. */
class InstructionPrinter {
  readonly module: Module;
  readonly reader: Reader;
  /** Identifiers of the locals. */
  locals: ReadonlyMap<number, string> = new Map();
  /** Blocks around the next instruction, the body counted. */
  depth = 1;

  constructor(module: Module) {
    this.module = module;
    this.reader = new Reader(module.bytes);
  }

  /** A constant expression, its instructions one after another. */
  expression(expr: ConstExpr): string {
    this.reader.pos = expr.start;
    const texts: string[] = [];
    for (;;) {
      const instruction = this.next();
      if (instruction.mnemonic === MNEMONIC_END) return texts.join(" ");
      texts.push(this.text(instruction));
    }
  }

  /** Reads an opcode. */
  next(): Instruction {
    const { reader } = this;
    const byte = reader.u8();
    const index = byte < 0xfb ? byte : indexOf(byte, reader.u32());
    return instructions()[index] ?? reader.fail("illegal opcode");
  }

  /** Reads the immediates; the instruction's line. */
  text(instruction: Instruction): string {
    const { imm, mnemonic } = instruction;
    if (imm !== Imm.Special) return mnemonic + this.#immediates(instruction);
    const letters = SPECIAL_IMMEDIATES[mnemonic];
    if (letters === undefined) throw new Error(`immediates of ${mnemonic}?`);
    let text = mnemonic.replace(/_t$/, "");
    for (const letter of letters) text += this.#special(letter);
    return text;
  }

  #immediates(instruction: Instruction): string {
    const r = this.reader;
    switch (instruction.imm) {
      case Imm.None:
        return "";
      case Imm.MemArg:
        return this.#memArg(instruction);
      case Imm.MemArgLane:
        return `${this.#memArg(instruction)} ${r.u8()}`;
      case Imm.Lane:
        return ` ${r.u8()}`;
      case Imm.Bytes16:
        return this.#bytes16(instruction);
      case Imm.Memory:
        return unlessZero(r.u32());
      case Imm.MemoryMemory: {
        const target = r.u32();
        const source = r.u32();
        return target === 0 && source === 0 ? "" : ` ${target} ${source}`;
      }
      case Imm.DataMemory:
      case Imm.ElemTable: {
        // The segment comes first in the binary format and last in the text.
        const segment = r.u32();
        return `${unlessZero(r.u32())} ${segment}`;
      }
      case Imm.TableTable:
        return ` ${r.u32()} ${r.u32()}`;
      default:
        return ` ${r.u32()}`;
    }
  }

  #memArg({ accessBytes }: Instruction): string {
    const r = this.reader;
    const flags = r.u32();
    const memory = flags >= 0x40 ? r.u32() : 0;
    const align = 2 ** (flags & 0x3f);
    const isLong = this.module.memories[memory].is64;
    // In two halves: the offset may have 64 bits.
    const offset = isLong ? unsignedText(r) : String(r.u32());
    return unlessZero(memory) +
      (offset === "0" ? "" : ` offset=${offset}`) +
      (align === accessBytes ? "" : ` align=${align}`);
  }

  #bytes16({ params }: Instruction): string {
    const r = this.reader;
    if (params.length > 0) {
      return Array.from({ length: 16 }, () => ` ${r.u8()}`).join("");
    }
    const words = Array.from({ length: 4 }, () => r.i32Bits() >>> 0);
    const texts = words.map((word) =>
      "0x" + word.toString(16).padStart(8, "0")
    );
    return ` i32x4 ${texts.join(" ")}`;
  }

  #special(letter: string): string {
    const r = this.reader;
    switch (letter) {
      case "b":
        return this.#blockType();
      case "l":
        return this.#label(r.u32());
      case "L": {
        let labels = "";
        for (let n = r.u32(); n >= 0; n--) labels += this.#label(r.u32());
        return labels;
      }
      case "f":
        return " " + functionText(this.module, r.u32());
      case "y":
        return ` ${r.u32()}`;
      case "Y": {
        const type = r.u32();
        return `${unlessZero(r.u32())} (type ${type})`;
      }
      case "v": {
        const index = r.u32();
        return ` ${this.locals.get(index) ?? index}`;
      }
      case "g":
        return ` ${r.u32()}`;
      case "0":
        r.u8();
        return "";
    }
    return " " + this.#constant(letter);
  }

  #constant(letter: string): string {
    const r = this.reader;
    switch (letter) {
      case "i":
        return String(r.s32());
      case "I": {
        const lo = r.s64();
        return String(toBigInt(lo, r.hi));
      }
      case "e":
        return f32Text(r.i32Bits());
      case "E": {
        const lo = r.i32Bits();
        return f64Text(lo, r.i32Bits());
      }
      case "h":
        return heapText(r.s33());
      default: {
        r.u32();
        return `(result ${
          typeText(this.module, readValueType(r, this.module))
        })`;
      }
    }
  }

  /** The label's depth and the block that it stands for, as in `;; @2`. */
  #label(depth: number): string {
    return ` ${depth} (;@${this.depth - 1 - depth};)`;
  }

  #blockType(): string {
    const { module, reader } = this;
    const byte = reader.bytes[reader.pos];
    if (byte < 0x80 && (byte & 0x40) !== 0) {
      if (byte !== 0x40) {
        return ` (result ${typeText(module, readValueType(reader, module))})`;
      }
      reader.pos++;
      return "";
    }
    const { params, results } = typeOf(module.types[reader.s33()]);
    return signatureText(module, params, results);
  }
}

function unlessZero(index: number): string {
  return index === 0 ? "" : ` ${index}`;
}

/** An unsigned LEB128 of up to 64 bits. */
function unsignedText(r: Reader): string {
  let value = 0n;
  for (let shift = 0n;; shift += 7n) {
    const byte = r.u8();
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return String(value);
  }
}

/** A heap type: a type index, or the signed byte of an abstract one. */
function heapText(value: number): string {
  if (value >= 0) return String(value);
  return typeName(refType(false, value & 0x7f)).slice("(ref ".length, -1);
}

const scratch: DataView = /* @__PURE__ */ new DataView(
  /* @__PURE__ */ new ArrayBuffer(8),
);

/** The shortest text that reads as this f32, NaN payloads kept. */
export function f32Text(bits: number): string {
  const payload = bits & 0x7fffff;
  if ((bits & 0x7f800000) === 0x7f800000 && payload !== 0) {
    return nanText(bits, BigInt(payload), 0x400000n);
  }
  scratch.setInt32(0, bits);
  const value = scratch.getFloat32(0);
  for (let digits = 1; value !== 0 && digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return numberText(shorter);
  }
  return numberText(value);
}

/** The shortest text that reads as this f64, NaN payloads kept. */
export function f64Text(lo: number, hi: number): string {
  const payload = BigInt(hi & 0xfffff) << 32n | BigInt(lo >>> 0);
  if ((hi & 0x7ff00000) === 0x7ff00000 && payload !== 0n) {
    return nanText(hi, payload, 1n << 51n);
  }
  scratch.setInt32(0, hi);
  scratch.setInt32(4, lo);
  return numberText(scratch.getFloat64(0));
}

function nanText(high: number, payload: bigint, canonical: bigint): string {
  const text = payload === canonical ? "nan" : `nan:0x${payload.toString(16)}`;
  return high < 0 ? "-" + text : text;
}

function numberText(value: number): string {
  if (Object.is(value, -0)) return "-0";
  return String(value).replace("Infinity", "inf");
}

/** Prints one body. */
class BodyPrinter {
  readonly #module: Module;
  readonly #functionIndex: number;
  readonly #instructions: InstructionPrinter;
  readonly #lines: string[] = [];

  constructor(module: Module, functionIndex: number) {
    this.#module = module;
    this.#functionIndex = functionIndex;
    this.#instructions = new InstructionPrinter(module);
    const names = namesOf(module).locals(functionIndex);
    this.#instructions.locals = identifiers(names);
  }

  print(): string {
    const { reader } = this.#instructions;
    const defined = this.#functionIndex - this.#module.importedFunctions;
    reader.pos = this.#module.bodyStarts[defined];
    reader.end = this.#module.bodyEnds[defined];
    this.#head();
    while (!reader.done) this.#line();
    return this.#lines.join("\n") + "\n";
  }

  #head(): void {
    const { reader, locals } = this.#instructions;
    const module = this.#module;
    const index = this.#functionIndex;
    const id = module.functions[index];
    const { params, results } = typeOf(id);
    const name = namesOfFunctions(module).get(index);
    this.#lines.push(
      `(func ${index}${name === undefined ? "" : " " + name}` +
        ` (type ${module.types.indexOf(id)})` +
        signatureText(module, params, results, locals),
    );
    let first = params.length;
    for (let groups = reader.u32(); groups > 0; groups--) {
      const count = reader.u32();
      const type = readValueType(reader, module);
      this.#localGroup(first, count, type);
      first += count;
    }
  }

  #localGroup(first: number, count: number, type: ValueType): void {
    const { locals } = this.#instructions;
    const text = typeText(this.#module, type);
    const isNamed = Array.from(locals.keys())
      .some((index) => index >= first && index < first + count);
    if (count > MAX_ELEMENTS && !isNamed) {
      this.#lines.push(`  ;; ${count} locals ${text}`);
    } else if (count > 0) {
      const types: ValueType[] = new Array(count).fill(type);
      const all = valuesText(this.#module, "local", types, first, locals);
      this.#lines.push(" " + all);
    }
  }

  #line(): void {
    const instructions = this.#instructions;
    const { pos } = instructions.reader;
    const instruction = instructions.next();
    const { mnemonic } = instruction;
    const text = instructions.text(instruction);
    const isEnd = mnemonic === MNEMONIC_END;
    const isElse = mnemonic === MNEMONIC_ELSE;
    const depth = instructions.depth - (isEnd || isElse ? 1 : 0);
    const isBlock = BLOCKS.includes(mnemonic);
    const label = isBlock ? `  ;; @${depth}` : "";
    const indent = "  ".repeat(Math.max(depth, 1));
    const isLast = isEnd && depth === 0;
    this.#lines.push(` ${hex(pos)}${indent}${isLast ? ")" : text + label}`);
    if (isEnd) instructions.depth--;
    if (isBlock) instructions.depth++;
  }
}

/** Prints a module's overview. */
class ModulePrinter {
  readonly #module: Module;
  readonly #instructions: InstructionPrinter;
  readonly #lines: string[] = [];

  constructor(module: Module) {
    this.#module = module;
    this.#instructions = new InstructionPrinter(module);
  }

  print(): string {
    const { bytes } = this.#module;
    const { moduleName } = namesOf(this.#module);
    const name = moduleName === "" ? "" : `${quote(moduleName)}, `;
    this.#lines.push(`module ${name}${bytes.length} bytes`);
    this.#sections();
    this.#types();
    this.#imports();
    this.#definitions();
    this.#exports();
    this.#segments();
    return this.#lines.join("\n") + "\n";
  }

  /** A heading and its lines, if there are any. */
  #group(heading: string, lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.#lines.push(`${heading}:`, ...lines.map((line) => `  ${line}`));
  }

  #sections(): void {
    const { bytes, customSections } = this.#module;
    const lines: string[] = [];
    for (const r = new Reader(bytes, 8); !r.done;) {
      const id = r.u8();
      const size = r.u32();
      const end = r.pos + size;
      const custom = customSections.find((section) => section.end === end);
      const name = id === 0 && custom !== undefined
        ? ` ${quote(custom.name)}`
        : "";
      lines.push(`${hex(r.pos)}..${hex(end)} ${SECTION_NAMES[id]}${name}`);
      r.pos = end;
    }
    this.#group("sections", lines);
  }

  #types(): void {
    const lines = this.#module.types.map((id, i) => {
      const { params, results } = typeOf(id);
      return `${i} (func${signatureText(this.#module, params, results)})`;
    });
    this.#group("types", lines);
  }

  #imports(): void {
    const counts = [0, 0, 0, 0, 0];
    const lines = this.#module.imports.map(({ module, name, kind }) => {
      const index = counts[kind]++;
      return `${EXTERN_KIND_NAMES[kind]} ${index} ${quote(module)} ${
        quote(name)
      }` +
        ` ${this.#externText(kind, index)}`;
    });
    this.#group("imports", lines);
  }

  /** The type of a function, table, memory, global or tag. */
  #externText(kind: ExternKind, index: number): string {
    const { functions, tables, memories, globals, tags, types } = this.#module;
    switch (kind) {
      case ExternKind.Func:
        return `(type ${types.indexOf(functions[index])})`;
      case ExternKind.Table:
        return this.#tableText(tables[index]);
      case ExternKind.Memory:
        return memoryText(memories[index]);
      case ExternKind.Global:
        return this.#globalText(globals[index]);
      default:
        return `(type ${types.indexOf(tags[index])})`;
    }
  }

  #tableText(table: TableType): string {
    return `${limitsText(table)} ${typeText(this.#module, table.element)}`;
  }

  #globalText({ type, mutable }: GlobalType): string {
    const text = typeText(this.#module, type);
    return mutable ? `(mut ${text})` : text;
  }

  #definitions(): void {
    const module = this.#module;
    const names = namesOfFunctions(module);
    this.#group(
      "functions",
      module.bodyStarts.map((start, i) => {
        const index = module.importedFunctions + i;
        const name = names.get(index);
        return `${index} ${name === undefined ? "" : name + " "}` +
          `${this.#externText(ExternKind.Func, index)} ` +
          `${hex(start)}..${hex(module.bodyEnds[i])}`;
      }),
    );
    const list = (
      heading: string,
      kind: ExternKind,
      first: number,
      count: number,
      inits?: readonly (ConstExpr | undefined)[],
    ) => {
      const lines: string[] = [];
      for (let i = first; i < count; i++) {
        const init = inits?.[i];
        const value = init ? ` ${this.#instructions.expression(init)}` : "";
        lines.push(`${i} ${this.#externText(kind, i)}${value}`);
      }
      this.#group(heading, lines);
    };
    const { tables, memories, globals, tags, tableInits, globalInits } = module;
    list(
      "tables",
      ExternKind.Table,
      module.importedTables,
      tables.length,
      tableInits,
    );
    list(
      "memories",
      ExternKind.Memory,
      module.importedMemories,
      memories.length,
    );
    list(
      "globals",
      ExternKind.Global,
      module.importedGlobals,
      globals.length,
      globalInits,
    );
    list("tags", ExternKind.Tag, module.importedTags, tags.length);
  }

  #exports(): void {
    const { exports, start } = this.#module;
    const lines = exports.map(({ name, kind, index }) =>
      `${quote(name)} ${EXTERN_KIND_NAMES[kind]} ${index}`
    );
    this.#group("exports", lines);
    if (start >= 0) {
      this.#lines.push(`start: ${functionText(this.#module, start)}`);
    }
  }

  #segments(): void {
    const { elements, data } = this.#module;
    const element = (segment: ElementSegment, i: number) =>
      `${i} ${this.#elementText(segment)}`;
    this.#group("elements", elements.map(element));
    const bytes = (segment: DataSegment, i: number) =>
      `${i} ${this.#dataText(segment)}`;
    this.#group("data", data.map(bytes));
  }

  #elementText(segment: ElementSegment): string {
    const { mode, type, table, offset, items, hasExpressions } = segment;
    const place = mode === MODE_ACTIVE
      ? `table ${table} at ${this.#instructions.expression(offset!)}`
      : mode === MODE_DECLARED
      ? "declared"
      : "passive";
    const texts = items.slice(0, MAX_ELEMENTS).map((item) =>
      hasExpressions
        ? `(${this.#instructions.expression({ start: item, type })})`
        : String(item)
    );
    if (items.length > MAX_ELEMENTS) texts.push("...");
    const head = [place, typeText(this.#module, type), `${items.length}:`];
    return [...head, ...texts].join(" ");
  }

  #dataText({ mode, memory, offset, start, end }: DataSegment): string {
    const place = mode === MODE_ACTIVE
      ? `memory ${memory} at ${this.#instructions.expression(offset!)}`
      : "passive";
    return `${place} ${end - start} bytes ${hex(start)}..${hex(end)}`;
  }
}

function limitsText(
  { min, max, is64 }: { min: number; max: number | undefined; is64: boolean },
): string {
  return `${is64 ? "i64 " : ""}${min}${max === undefined ? "" : ` ${max}`}`;
}

function memoryText(memory: MemoryType): string {
  return limitsText(memory) + (memory.shared ? " shared" : "");
}
