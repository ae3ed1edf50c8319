/**
 * The code arena: entry cells grow down from its end, the code of functions
 * fills what is left. When that is full, all functions that no frame is in
 * are dropped; they are translated again when they are called. A module's
 * cells are free again when its table of functions is garbage.
 */

import {
  CELL_ENTRY,
  CELL_STUB,
  CELL_TYPE,
  CELL_WORDS,
  type Code,
  type FunctionTable,
} from "./code.ts";
import { Op } from "./exec.ts";
import type { Module } from "./module.ts";
import type { Translation } from "./translate.ts";

/** The pc of Op.Exit: where a call from the host returns to. */
export const PC_EXIT = 4;
/** The pc of Op.ReturnInstance: where a call between instances returns to. */
export const PC_RETURN_INSTANCE = 5;
const CODE_START = 8;

/** A range of the arena that is not in use. */
interface Free {
  start: number;
  end: number;
}

export class Arena {
  readonly #words: Int32Array;
  /** Codes in the arena, by where they start. */
  #codes: Code[] = [];
  #free: Free[];
  /** Where the cells begin. */
  #cellsStart: number;
  #freeCells: Free[] = [];
  readonly #registry: FinalizationRegistry<Free> | undefined;

  constructor(words: Int32Array) {
    this.#words = words;
    words.fill(Op.Exit, 0, CODE_START);
    words[PC_EXIT] = Op.Exit;
    words[PC_RETURN_INSTANCE] = Op.ReturnInstance;
    this.#cellsStart = words.length;
    this.#free = [{ start: CODE_START, end: words.length }];
    if (typeof FinalizationRegistry !== "undefined") {
      this.#registry = new FinalizationRegistry((cells) => {
        this.#freeCells.push(cells);
      });
    }
  }

  /** Gives a module's functions their cells, dropping code if there is no room. */
  addModule(
    module: Module,
    isInUse: () => Set<Code>,
  ): FunctionTable | undefined {
    const defined = module.functions.length - module.importedFunctions;
    let cells = this.#allocateCells(defined * CELL_WORDS);
    if (cells === undefined) {
      this.#dropAllBut(isInUse());
      cells = this.#allocateCells(defined * CELL_WORDS);
    }
    if (cells === undefined) return undefined;
    for (let i = 0; i < defined; i++) {
      const cell = cells.start + i * CELL_WORDS;
      this.#words[cell + CELL_ENTRY] = cell + CELL_STUB;
      this.#words[cell + CELL_STUB] = Op.Translate;
      this.#words[cell + CELL_TYPE] =
        module.functions[module.importedFunctions + i];
    }
    const table = { module, cells: cells.start, codes: [] };
    this.#registry?.register(table, cells);
    return table;
  }

  #allocateCells(count: number): Free | undefined {
    const at = this.#freeCells.findIndex((f) => f.end - f.start >= count);
    if (at >= 0) {
      const free = this.#freeCells[at];
      const start = free.start;
      free.start += count;
      if (free.start === free.end) this.#freeCells.splice(at, 1);
      return { start, end: start + count };
    }
    const last = this.#free[this.#free.length - 1];
    const start = this.#cellsStart - count;
    if (last === undefined || last.end !== this.#cellsStart) return undefined;
    if (start < last.start) return undefined;
    last.end = this.#cellsStart = start;
    return { start, end: start + count };
  }

  /**
   * Puts a translated function into the arena; false when there is no room,
   * also after all functions but those for which `isInUse` were dropped.
   */
  install(translation: Translation, isInUse: () => Set<Code>): boolean {
    const { words, targets, entry } = translation;
    const start = this.#allocate(words.length) ??
      this.#allocateAfterDropping(words.length, isInUse);
    if (start === undefined) return false;
    this.#words.set(words, start);
    for (const at of targets) this.#words[start + at] += start;
    const code = { ...translation.code, start, end: start + words.length };
    this.#insert(code);
    const { functions, functionIndex } = code;
    const defined = functionIndex - functions.module.importedFunctions;
    functions.codes[defined] = code;
    this.#words[functions.cells + defined * CELL_WORDS] = start + entry;
    return true;
  }

  #allocate(count: number): number | undefined {
    for (const free of this.#free) {
      if (free.end - free.start < count) continue;
      const start = free.start;
      free.start += count;
      return start;
    }
    return undefined;
  }

  #allocateAfterDropping(
    count: number,
    isInUse: () => Set<Code>,
  ): number | undefined {
    this.#dropAllBut(isInUse());
    return this.#allocate(count);
  }

  #dropAllBut(kept: Set<Code>): void {
    this.#free = [];
    let start = CODE_START;
    for (const code of this.#codes) {
      if (kept.has(code)) {
        this.#free.push({ start, end: code.start });
        start = code.end;
      } else {
        this.#drop(code);
      }
    }
    this.#free.push({ start, end: this.#cellsStart });
    this.#codes = this.#codes.filter((code) => kept.has(code));
  }

  #drop({ functions, functionIndex }: Code): void {
    const defined = functionIndex - functions.module.importedFunctions;
    const cell = functions.cells + defined * CELL_WORDS;
    functions.codes[defined] = undefined;
    this.#words[cell + CELL_ENTRY] = cell + CELL_STUB;
  }

  #insert(code: Code): void {
    const last = this.#codes[this.#codes.length - 1];
    if (last === undefined || last.start < code.start) this.#codes.push(code);
    else this.#codes.splice(this.#indexAbove(code.start), 0, code);
  }

  /** Position of the first code that starts above `pc`. */
  #indexAbove(pc: number): number {
    let low = 0;
    let high = this.#codes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#codes[middle].start <= pc) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The code that `pc` is in. */
  find(pc: number): Code | undefined {
    const code = this.#codes[this.#indexAbove(pc) - 1];
    return code !== undefined && pc < code.end ? code : undefined;
  }
}
