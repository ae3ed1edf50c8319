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
import { releasing, type Weak, weakly } from "./weak.ts";

/** Where the two ops are that end calls. */
export const enum EndPc {
  /** Op.Exit, to which a call from the host returns. */
  Exit = 12,
  /** Op.ReturnInstance, to which a call between instances returns. */
  ReturnInstance = 13,
}

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
  readonly #releaseWith = releasing<Free>((cells) => this.#release(cells));

  /** An arena from `start` on; the two ops that end calls lie below. */
  constructor(words: Int32Array, start: number) {
    this.#words = words;
    this.#start = start;
    words[EndPc.Exit] = Op.Exit;
    words[EndPc.ReturnInstance] = Op.ReturnInstance;
    this.#cellsStart = words.length;
    this.#free = [{ start, end: words.length }];
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
    const count = defined * CELL_WORDS;
    let cells = this.#allocateCells(count);
    if (cells === undefined) {
      this.#dropUnused(isInUse);
      cells = this.#allocateCells(count);
    }
    if (cells === undefined) return undefined;
    for (let i = 0; i < defined; i++) {
      const cell = cells + i * CELL_WORDS;
      for (const entry of [cell, cell + CELL_METERED]) {
        this.#words[entry] = entry + CELL_STUB;
        this.#words[entry + CELL_STUB] = Op.Translate;
      }
      this.#words[cell + CELL_TYPE] =
        module.functions[module.importedFunctions + i];
    }
    const table = { module, cells, codes: [], meteredCodes: [] };
    this.#releaseWith(table, { start: cells, end: cells + count });
    return table;
  }

  #allocateCells(count: number): number | undefined {
    const known = take(this.#freeCells, count);
    if (known !== undefined) return known;
    // The last free range always ends where the cells begin.
    const last = this.#free[this.#free.length - 1];
    const start = this.#cellsStart - count;
    if (start < last.start) return undefined;
    return last.end = this.#cellsStart = start;
  }

  /**
   * Puts a translated function into the arena; false when there is no room,
   * also after all functions but those for which `isInUse` were dropped.
   */
  install(translation: Translation, isInUse: () => Set<Code>): boolean {
    const { words, targets, entry } = translation;
    const start = take(this.#free, words.length) ??
      this.#allocateAfterDropping(words.length, isInUse);
    if (start === undefined) return false;
    this.#words.set(words, start);
    for (const at of targets) this.#words[start + at] += start;
    const end = start + words.length;
    const code = { ...translation.code, start, end };
    const slot = { start, end, code: weakly<Code>(code) };
    this.#slots.splice(this.#indexAbove(start), 0, slot);
    this.#enter(code, code, start + entry);
    return true;
  }

  #allocateAfterDropping(
    count: number,
    isInUse: () => Set<Code>,
  ): number | undefined {
    this.#dropAllBut(() => true);
    const start = take(this.#free, count);
    if (start !== undefined) return start;
    this.#dropUnused(isInUse);
    return take(this.#free, count);
  }

  #dropUnused(isInUse: () => Set<Code>): void {
    const used = isInUse();
    this.#dropAllBut((code) => used.has(code));
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

/** Takes so many words from the first range that has them; where they start. */
function take(ranges: readonly Free[], count: number): number | undefined {
  const free = ranges.find(({ start, end }) => end - start >= count);
  if (free === undefined) return undefined;
  free.start += count;
  return free.start - count;
}
