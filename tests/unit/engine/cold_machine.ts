// Runs single cold instructions without the loop: operands and results are
// bit patterns (bigints) or references, a trap is its negated code. It also
// checks that a handler knows how long its instruction is. The machine has what
// a handler may use and nothing else.

import { buildHandlers } from "../../../engine/cold.ts";
import { Imm, type RowGroup } from "../../../engine/instruction.ts";
import type { Machine, ModuleInstance, Ref } from "../../../engine/store.ts";
import { highOf, join, lowOf } from "./samples.ts";

const PC = 8;
const FP = 64;
/** Where the result goes, where no operand is. */
const RESULT = 2;
const FIRST_OPERAND = 8;
const UNTOUCHED = 0x5a5a5a5a;

// deno-fmt-ignore
const IMMEDIATES: Record<number, number> = {
  [Imm.None]: 0, [Imm.MemArg]: 2, [Imm.Memory]: 1, [Imm.MemoryMemory]: 2, [Imm.DataMemory]: 2,
  [Imm.Data]: 1, [Imm.Table]: 1, [Imm.TableTable]: 2, [Imm.ElemTable]: 2, [Imm.Elem]: 1, [Imm.Special]: 0,
};

/** What `run` gives where the handler returned its own pc. */
export const AGAIN = "run again";

/** What handlers see of an instance. */
type Instance = Pick<
  ModuleInstance,
  "memories" | "tables" | "data" | "elements"
>;

export class ColdMachine {
  readonly instance: Instance;
  readonly m: Machine;
  readonly #rows: readonly RowGroup[];

  constructor(rows: readonly RowGroup[]) {
    this.#rows = rows;
    this.instance = { memories: [], tables: [], data: [], elements: [] };
    const { buffer } = new Int32Array(256);
    const registers: Partial<Machine> = {
      I: new Int32Array(buffer),
      F: new Float32Array(buffer),
      D: new Float64Array(buffer),
      U8: new Uint8Array(buffer),
      R: new Array(128).fill(null),
      code: new Int32Array(64),
      variant: 0,
      progress: 0,
      instance: this.instance as ModuleInstance,
    };
    this.m = registers as Machine;
  }

  /**
   * Runs one instruction. `to` is the number of the operand whose register
   * gets the result, -1 for a register of its own.
   */
  run(name: string, operands: Ref[], immediates: number[] = [], to = -1): Ref {
    const row = this.#row(name);
    const [types, result] = row[3].split(":");
    const { m } = this;
    m.I.fill(UNTOUCHED);
    const code = [0];
    const target = to < 0 ? RESULT : FIRST_OPERAND + 2 * to;
    if (result) code.push(target);
    operands.forEach((operand, k) => {
      const register = FIRST_OPERAND + 2 * k;
      code.push(register);
      this.#write(types[k], FP + register, operand);
    });
    if (types.length !== operands.length) throw new Error(row[3]);
    while (immediates.length < IMMEDIATES[row[2]]) immediates.push(0);
    m.code.fill(UNTOUCHED).set([...code, ...immediates], PC);
    const run = row[4];
    // What the loop does itself has a handler for what it leaves.
    const handler = typeof run === "number" ? buildHandlers()[run] : run;
    const next = handler(m, PC, FP);
    if (next < 0) return next;
    if (next === PC) return AGAIN;
    const length = code.length + immediates.length;
    if (next !== PC + length) throw new Error(`length ${next - PC} ${length}`);
    return result ? this.#read(result, FP + target) : undefined;
  }

  #row(name: string) {
    for (const { rows } of this.#rows) {
      for (const row of rows) if (row[0] === name) return row;
    }
    throw new Error(`no row ${name}`);
  }

  #write(type: string, at: number, value: Ref): void {
    if (type === "r") {
      this.m.R[at >> 1] = value;
      return;
    }
    const bits = value as bigint;
    this.m.I[at] = lowOf(bits);
    if (type === "I" || type === "F") this.m.I[at + 1] = highOf(bits);
  }

  #read(type: string, at: number): Ref {
    const { I, R } = this.m;
    if (type === "r") return R[at >> 1];
    if (type === "I" || type === "F") return join(I[at], I[at + 1]);
    return BigInt(I[at] >>> 0);
  }
}

/** Every row has an opcode and a name of its own. */
export function areDistinct(groups: readonly RowGroup[]): boolean {
  const rows = groups.flatMap((group) => group.rows);
  const distinct = (k: 0 | 1) => new Set(rows.map((row) => row[k])).size;
  return distinct(0) === rows.length && distinct(1) === rows.length;
}
