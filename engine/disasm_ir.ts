/**
 * Prints the register IR of a function, from a `Translation` or from the code
 * arena, an op a line: its pc from the first word, its name (an op of the hot
 * loop or of a special handler is in PascalCase, a cold row is written as the
 * wasm instruction), its operands as ir.ts and instruction.ts describe them:
 *
 *   l0        the register of local 0           r12       any other, by word
 *   -3        an immediate, a count, an index   +8        a memory offset
 *   -> L4     a branch target                   func $f   a callee
 *   frame r8  where the callee's frame begins   link r4   return address there
 *
 * The register that an op writes comes first, before an equals sign.
 */

import { readValueType } from "./decode_types.ts";
import { CELL_WORDS, type Code, type FunctionTable } from "./code.ts";
import { functionText, signatureText } from "./disasm.ts";
import { Op } from "./exec.ts";
import type { Module } from "./module.ts";
import { opShapes } from "./opcodes.ts";
import { Reader } from "./reader.ts";
import { translate } from "./translate.ts";
import { slotWords, typeOf, typeText, type ValueType } from "./types.ts";

/** What is known of the words to print. */
export interface IROptions {
  /** What branch targets count from: in the arena, `code.start`. */
  readonly base?: number;
  /** Where calls enter, from the first word. */
  readonly entry?: number;
  /** Ends the lines of ops that can trap or call with their wasm offset. */
  readonly offsets?: boolean;
}

/** More locals than these are not listed. */
const MAX_LOCALS = 16;
/** Between the op and its own table. */
const BR_TABLE_WORDS = 3;

/** Ops whose second operand is the id of a function type. */
const TYPED_CALLS: readonly number[] = [
  ...[Op.CallIndirect, Op.CallTable, Op.CallRef],
  ...[Op.ReturnCallTable, Op.ReturnCallRef],
];
/** Ops whose immediate is a function's index. */
const INDEXED_CALLS: readonly number[] = [
  ...[Op.CallImport, Op.ReturnCallImport, Op.RefFunc],
];

/** An op at a place. */
interface Line {
  readonly pc: number;
  readonly name: string;
  /** The letters of the operands; see ir.ts. */
  readonly letters: string;
  /** The targets in its branch table, where that is its own. */
  readonly table: readonly number[];
}

/** Translates a defined function and prints that; no code is installed. */
export function printIR(
  functions: FunctionTable,
  functionIndex: number,
  options: IROptions = {},
): string {
  const { code, words, entry } = translate(functions, functionIndex);
  return printCode(code, words, { entry, ...options });
}

/** Prints the words of one function. */
export function printCode(
  code: Omit<Code, "start" | "end">,
  words: Int32Array,
  options: IROptions = {},
): string {
  return new CodePrinter(code, words, options).print();
}

class CodePrinter {
  readonly #code: Omit<Code, "start" | "end">;
  readonly #words: Int32Array;
  readonly #base: number;
  readonly #entry: number;
  readonly #module: Module;
  /** Local indices by register. */
  readonly #locals: Map<number, number> = new Map();
  readonly #localTypes: readonly ValueType[];
  readonly #labels: Set<number> = new Set();
  /** Wasm offsets by pc. */
  readonly #offsets: Map<number, number> = new Map();

  constructor(
    code: Omit<Code, "start" | "end">,
    words: Int32Array,
    { base = 0, entry = 0, offsets = false }: IROptions,
  ) {
    this.#code = code;
    this.#words = words;
    this.#base = base;
    this.#entry = entry;
    this.#module = code.functions.module;
    this.#localTypes = readLocals(this.#module, code.functionIndex);
    this.#placeLocals();
    for (let i = 0; offsets && i < code.offsets.length; i += 2) {
      this.#offsets.set(code.offsets[i], code.offsets[i + 1]);
    }
  }

  /** Gives the locals their registers, as the translator does. */
  #placeLocals(): void {
    const { functions } = this.#module;
    const type = typeOf(functions[this.#code.functionIndex]);
    let register = 0;
    this.#localTypes.forEach((local, i) => {
      if (i === type.params.length) register = type.linkOffset + 2;
      this.#locals.set(register, i);
      register += slotWords(local);
    });
  }

  print(): string {
    const lines = this.#scan();
    const texts = [this.#head(), ...this.#localLines()];
    for (const line of lines) {
      if (this.#labels.has(line.pc)) texts.push(`L${line.pc}:`);
      texts.push(this.#text(line));
    }
    return texts.join("\n") + "\n";
  }

  #head(): string {
    const { functionIndex, frameWords, linkOffset } = this.#code;
    const { params, results } = typeOf(this.#module.functions[functionIndex]);
    const entry = this.#entry === 0 ? "" : `, entry L${this.#entry}`;
    return `func ${functionText(this.#module, functionIndex)}` +
      signatureText(this.#module, params, results) +
      ` ;; ${this.#words.length} words, frame ${frameWords}` +
      `, link r${linkOffset}${entry}`;
  }

  #localLines(): string[] {
    const all = [...this.#locals].slice(0, MAX_LOCALS).map(([register, i]) =>
      `l${i} ${typeText(this.#module, this.#localTypes[i])} r${register}`
    );
    if (this.#locals.size > MAX_LOCALS) all.push("...");
    return all.length === 0 ? [] : [`  ;; ${all.join(", ")}`];
  }

  /** Finds the ops, and collects the targets of branches. */
  #scan(): Line[] {
    const words = this.#words;
    const lines: Line[] = [];
    if (this.#entry !== 0) this.#labels.add(this.#entry);
    for (let pc = 0; pc < words.length;) {
      const op = words[pc];
      const known = opShapes()[op];
      if (known === undefined) throw new Error(`no op ${op} at ${pc}`);
      const { name, letters } = known;
      const next = pc + 1 + letters.length;
      const table = letters.endsWith("T") ? this.#tableAt(next) : [];
      for (const target of table) this.#labels.add(target);
      lines.push({ pc, name, letters, table });
      for (let i = 0; i < letters.length; i++) {
        if (letters[i] === "t") {
          this.#labels.add(words[pc + 1 + i] - this.#base);
        }
      }
      pc = next + (table.length === 0 ? 0 : 1 + table.length);
    }
    return lines;
  }

  /** The targets of the op before `pc`; none if its table is that of another. */
  #tableAt(pc: number): number[] {
    const words = this.#words;
    if (words[pc - 1] - this.#base !== pc) return [];
    const targets = words.subarray(pc + 1, pc + 2 + words[pc]);
    return Array.from(targets, (target) => target - this.#base);
  }

  #text({ pc, name, letters, table }: Line): string {
    const op = this.#words[pc];
    let text = `${String(pc).padStart(6)}  ${name.padEnd(16)} `;
    for (let i = 0; i < letters.length; i++) {
      const letter = letters[i];
      const before = letters[i - 1];
      if (letter === "t") text += i > 0 ? " -> " : "-> ";
      else if (letter === "T") text += " -> ";
      else if (i > 0) text += before === "d" ? " = " : ", ";
      if (letter === "T" && table.length > 0) {
        text += table.map((target) => `L${target}`).join(" ");
      } else {
        text += this.#operand(op, i, letter, this.#words[pc + 1 + i]);
      }
    }
    const offset = this.#offsets.get(pc);
    if (offset === undefined) return text.trimEnd();
    return `${text.padEnd(56)} ;; ${offset.toString(16).padStart(6, "0")}`;
  }

  #operand(op: number, index: number, letter: string, word: number): string {
    switch (letter) {
      case "d":
      case "a":
        return this.#register(word);
      case "s":
        return `frame r${word}`;
      case "l":
      case "L":
        return `link r${word}`;
      case "t":
        return `L${word - this.#base}`;
      case "T":
        return `table of the op at ${word - this.#base - BR_TABLE_WORDS}`;
      case "x":
        return `+${word >>> 0}`;
      case "c":
        return `func ${this.#callee(word)}`;
      case "i":
        return this.#immediate(op, index, word);
      default:
        return String(word);
    }
  }

  #register(word: number): string {
    const local = this.#locals.get(word);
    return local === undefined ? `r${word}` : `l${local}`;
  }

  #callee(cell: number): string {
    const defined = (cell - this.#code.functions.cells) / CELL_WORDS;
    return functionText(this.#module, this.#module.importedFunctions + defined);
  }

  #immediate(op: number, index: number, word: number): string {
    if (index === 1 && TYPED_CALLS.includes(op)) {
      return `type ${this.#module.types.indexOf(word)}`;
    }
    const isFunction = INDEXED_CALLS.includes(op);
    return isFunction
      ? `func ${functionText(this.#module, word)}`
      : String(word);
  }
}

/** The types of all locals, parameters first. */
function readLocals(module: Module, functionIndex: number): ValueType[] {
  const defined = functionIndex - module.importedFunctions;
  const locals = [...typeOf(module.functions[functionIndex]).params];
  const { bodyStarts, bodyEnds, bytes } = module;
  const r = new Reader(bytes, bodyStarts[defined], bodyEnds[defined]);
  for (let groups = r.u32(); groups > 0; groups--) {
    const count = r.u32();
    const type = readValueType(r, module);
    for (let i = 0; i < count; i++) locals.push(type);
  }
  return locals;
}
