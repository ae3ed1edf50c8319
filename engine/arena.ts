/**
 * The code arena, behind the registers: entry cells grow down from its end, the
 * code of functions fills what is left. When that is full, the code of modules
 * that are garbage makes room, then all functions that no frame is in are
 * dropped; they are translated again when they are called. A module's cells are
 * free again when its table of functions is garbage.
 */

import {
  CELL_METERED,
  CELL_STUB,
  CELL_TYPE,
  CELL_WORDS,
  type Code,
  type FunctionTable,
} from "./code.ts";
import { Op } from "./exec.ts";
import type { Module } from "./module.ts";
import type { Translation } from "./translate.ts";
import { type Weak, weakly } from "./weak.ts";

/** The pc of Op.Exit: where a call from the host returns to. */
export const PC_EXIT = 12;
/** The pc of Op.ReturnInstance: where a call between instances returns to. */
export const PC_RETURN_INSTANCE = 13;

/** A range of the arena that is not in use. */
interface Free {
  start: number;
  end: number;
}

/** A range that holds code, as long as its module is in use. */
interface Slot {
  readonly start: number;
  readonly end: number;
  readonly code: Weak<Code>;
}

export class Arena {
  readonly #words: Int32Array;
  readonly #start: number;
  /** Codes in the arena, by where they start. */
  #slots: Slot[] = [];
  #free: Free[];
  /** Where the cells begin. */
  #cellsStart: number;
  #freeCells: Free[] = [];
  readonly #registry: FinalizationRegistry<Free> | undefined;

  /** An arena from `start` on; the two ops that end calls lie below. */
  constructor(words: Int32Array, start: number) {
    this.#words = words;
    this.#start = start;
    words[PC_EXIT] = Op.Exit;
    words[PC_RETURN_INSTANCE] = Op.ReturnInstance;
    this.#cellsStart = words.length;
    this.#free = [{ start, end: words.length }];
    if (typeof FinalizationRegistry !== "undefined") {
      this.#registry = new FinalizationRegistry((cells) => {
        this.#release(cells);
      });
    }
  }

  /** Frees cells; the lowest ones become room for code again. */
  #release(cells: Free): void {
    const all = [...this.#freeCells, cells].sort((a, b) => a.start - b.start);
    const merged: Free[] = [];
    for (const { start, end } of all) {
      const last = merged[merged.length - 1];
      if (last?.end === start) last.end = end;
      else if (start < end) merged.push({ start, end });
    }
    if (merged[0]?.start === this.#cellsStart) {
      this.#cellsStart = merged.shift()!.end;
      this.#free[this.#free.length - 1].end = this.#cellsStart;
    }
    this.#freeCells = merged;
  }

  /** Gives a module's functions their cells, dropping code if there is no room. */
  addModule(
    module: Module,
    isInUse: () => Set<Code>,
  ): FunctionTable | undefined {
    const defined = module.functions.length - module.importedFunctions;
    let cells = this.#allocateCells(defined * CELL_WORDS);
    if (cells === undefined) {
      const used = isInUse();
      this.#dropAllBut((code) => used.has(code));
      cells = this.#allocateCells(defined * CELL_WORDS);
    }
    if (cells === undefined) return undefined;
    for (let i = 0; i < defined; i++) {
      const cell = cells.start + i * CELL_WORDS;
      for (const entry of [cell, cell + CELL_METERED]) {
        this.#words[entry] = entry + CELL_STUB;
        this.#words[entry + CELL_STUB] = Op.Translate;
      }
      this.#words[cell + CELL_TYPE] =
        module.functions[module.importedFunctions + i];
    }
    const table = {
      module,
      cells: cells.start,
      codes: [],
      meteredCodes: [],
    };
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
    this.#insert({ start, end: code.end, code: weakly(code) });
    this.#enter(code, code, start + entry);
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
    this.#dropAllBut(() => true);
    const start = this.#allocate(count);
    if (start !== undefined) return start;
    const used = isInUse();
    this.#dropAllBut((code) => used.has(code));
    return this.#allocate(count);
  }

  /** Drops garbage and all code that is not to be kept. */
  #dropAllBut(isKept: (code: Code) => boolean): void {
    const slots = this.#slots;
    this.#free = [];
    this.#slots = [];
    let start = this.#start;
    for (const slot of slots) {
      const code = slot.code.deref();
      if (code !== undefined && isKept(code)) {
        this.#free.push({ start, end: slot.start });
        this.#slots.push(slot);
        start = slot.end;
      } else if (code !== undefined) {
        this.#enter(code, undefined, -1);
      }
    }
    this.#free.push({ start, end: this.#cellsStart });
  }

  /** Makes calls of `code`'s function enter at `pc`; -1: have it translated. */
  #enter(
    { functions, functionIndex, isMetered }: Code,
    code: Code | undefined,
    pc: number,
  ): void {
    const defined = functionIndex - functions.module.importedFunctions;
    const codes = isMetered ? functions.meteredCodes : functions.codes;
    const entry = functions.cells + defined * CELL_WORDS +
      (isMetered ? CELL_METERED : 0);
    codes[defined] = code;
    this.#words[entry] = pc < 0 ? entry + CELL_STUB : pc;
  }

  #insert(slot: Slot): void {
    const last = this.#slots[this.#slots.length - 1];
    if (last === undefined || last.start < slot.start) this.#slots.push(slot);
    else this.#slots.splice(this.#indexAbove(slot.start), 0, slot);
  }

  /** Position of the first code that starts above `pc`. */
  #indexAbove(pc: number): number {
    let low = 0;
    let high = this.#slots.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#slots[middle].start <= pc) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The code that `pc` is in. */
  find(pc: number): Code | undefined {
    const slot = this.#slots[this.#indexAbove(pc) - 1];
    return slot !== undefined && pc < slot.end ? slot.code.deref() : undefined;
  }
}
