/**
 * The instructions that work on whole memories and tables: size, grow, copy,
 * fill, init, drop, and single elements of tables. A range is checked as a
 * whole before anything is written, so that a trap leaves no trace; an empty
 * range may begin at the end, but not past it. After `memory.grow` the views
 * of the memory are new ones. What may take long is done in parts: between
 * them the op asks to be run again, behind a poll, and `m.progress` tells how
 * far it is. References are in `m.R` at register >> 1.
 * Spec: «Memory Instructions», «Table Instructions».
 */

import { Op } from "./exec.ts";
import { Feature } from "./features.ts";
import { charge, OUT_OF_FUEL, takePart } from "./fuel.ts";
import type { Handler, RowGroup } from "./instruction.ts";
import { Imm } from "./instruction.ts";
import type { Machine, Ref, TableInstance } from "./store.ts";
import { TrapCode } from "./trap.ts";

const NO_BYTES: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
const NO_REFS: readonly Ref[] = [];

/** An i32 operand as unsigned; `k` is its position after the op. */
function readU32(m: Machine, pc: number, fp: number, k: number): number {
  return m.I[fp + m.code[pc + k]] >>> 0;
}

/** What a point of `charge` pays for. */
const enum PerPoint {
  Bytes = 256,
  Refs = 4,
}

function readRef(m: Machine, pc: number, fp: number, k: number): Ref {
  return m.R[(fp + m.code[pc + k]) >> 1];
}

function tableAt(m: Machine, pc: number, k: number): TableInstance {
  return m.instance.tables[m.code[pc + k]];
}

/** Those that the loop leaves: long, in another memory, overlapping, traps. */
export const BULK_HANDLERS: readonly (readonly [Op, Handler])[] = [
  [Op.MemoryCopy, (m, pc, fp) => {
    const to = readU32(m, pc, fp, 1);
    const from = readU32(m, pc, fp, 2);
    const count = readU32(m, pc, fp, 3);
    const target = m.instance.memories[m.code[pc + 4]];
    const source = m.instance.memories[m.code[pc + 5]];
    if (from + count > source.byteLength || to + count > target.byteLength) {
      return -TrapCode.MemoryOutOfBounds;
    }
    const done = m.progress;
    const part = takePart(m, count, PerPoint.Bytes);
    if (part < 0) return OUT_OF_FUEL;
    const skipped = from < to ? count - done - part : done;
    const start = from + skipped;
    if (target === source) {
      target.bytes.copyWithin(to + skipped, start, start + part);
    } else {
      target.bytes.set(
        source.bytes.subarray(start, start + part),
        to + skipped,
      );
    }
    return m.progress === 0 ? pc + 6 : pc;
  }],
  [Op.MemoryFill, (m, pc, fp) => {
    const to = readU32(m, pc, fp, 1);
    const byte = readU32(m, pc, fp, 2);
    const count = readU32(m, pc, fp, 3);
    const memory = m.instance.memories[m.code[pc + 4]];
    if (to + count > memory.byteLength) return -TrapCode.MemoryOutOfBounds;
    const start = to + m.progress;
    const part = takePart(m, count, PerPoint.Bytes);
    if (part < 0) return OUT_OF_FUEL;
    memory.bytes.fill(byte, start, start + part);
    return m.progress === 0 ? pc + 5 : pc;
  }],
];

export const bulk = (): readonly RowGroup[] => [
  {
    feature: 0,
    rows: [
      ["memory.size", 0x3f, Imm.Memory, ":a", (m, pc, fp) => {
        const memory = m.instance.memories[m.code[pc + 2]];
        m.I[fp + m.code[pc + 1]] = memory.pageCount;
        return pc + 3;
      }],
      ["memory.grow", 0x40, Imm.Memory, "a:a", (m, pc, fp) => {
        const memory = m.instance.memories[m.code[pc + 3]];
        const before = memory.byteLength;
        m.I[fp + m.code[pc + 1]] = memory.grow(readU32(m, pc, fp, 2));
        // All of it may have been copied.
        if (memory.byteLength > before) charge(m, before / PerPoint.Bytes);
        return pc + 4;
      }],
    ],
  },
  {
    feature: Feature.BulkMemory,
    rows: [
      ["memory.init", 0xfc008, Imm.DataMemory, "aii:", (m, pc, fp) => {
        const to = readU32(m, pc, fp, 1);
        const from = readU32(m, pc, fp, 2);
        const count = readU32(m, pc, fp, 3);
        const data = m.instance.data[m.code[pc + 4]];
        const memory = m.instance.memories[m.code[pc + 5]];
        if (from + count > data.length || to + count > memory.byteLength) {
          return -TrapCode.MemoryOutOfBounds;
        }
        const done = m.progress;
        const part = takePart(m, count, PerPoint.Bytes);
        if (part < 0) return OUT_OF_FUEL;
        const start = from + done;
        memory.bytes.set(data.subarray(start, start + part), to + done);
        return m.progress === 0 ? pc + 6 : pc;
      }],
      ["data.drop", 0xfc009, Imm.Data, ":", (m, pc) => {
        m.instance.data[m.code[pc + 1]] = NO_BYTES;
        return pc + 2;
      }],
      ["memory.copy", 0xfc00a, Imm.MemoryMemory, "aaa:", Op.MemoryCopy],
      ["memory.fill", 0xfc00b, Imm.Memory, "aia:", Op.MemoryFill],
      ["table.init", 0xfc00c, Imm.ElemTable, "nii:", (m, pc, fp) => {
        const to = readU32(m, pc, fp, 1);
        const from = readU32(m, pc, fp, 2);
        const count = readU32(m, pc, fp, 3);
        const elements = m.instance.elements[m.code[pc + 4]] ?? NO_REFS;
        const table = tableAt(m, pc, 5);
        if (from + count > elements.length || to + count > table.length) {
          return -TrapCode.TableOutOfBounds;
        }
        const done = m.progress;
        const part = takePart(m, count, PerPoint.Refs);
        if (part < 0) return OUT_OF_FUEL;
        table.copyFrom(elements, from + done, to + done, part);
        return m.progress === 0 ? pc + 6 : pc;
      }],
      ["elem.drop", 0xfc00d, Imm.Elem, ":", (m, pc) => {
        m.instance.elements[m.code[pc + 1]] = undefined;
        return pc + 2;
      }],
      ["table.copy", 0xfc00e, Imm.TableTable, "nnn:", (m, pc, fp) => {
        const to = readU32(m, pc, fp, 1);
        const from = readU32(m, pc, fp, 2);
        const count = readU32(m, pc, fp, 3);
        const target = tableAt(m, pc, 4);
        const source = tableAt(m, pc, 5);
        if (from + count > source.length || to + count > target.length) {
          return -TrapCode.TableOutOfBounds;
        }
        const done = m.progress;
        const part = takePart(m, count, PerPoint.Refs);
        if (part < 0) return OUT_OF_FUEL;
        const skipped = from < to ? count - done - part : done;
        target.copyFrom(source.refs, from + skipped, to + skipped, part);
        return m.progress === 0 ? pc + 6 : pc;
      }],
    ],
  },
];

export const tables = (): readonly RowGroup[] => [
  {
    feature: Feature.ReferenceTypes,
    rows: [
      ["table.get", 0x25, Imm.Table, "n:r", (m, pc, fp) => {
        const index = readU32(m, pc, fp, 2);
        const table = tableAt(m, pc, 3);
        if (index >= table.length) return -TrapCode.TableOutOfBounds;
        m.R[(fp + m.code[pc + 1]) >> 1] = table.refs[index];
        return pc + 4;
      }],
      ["table.set", 0x26, Imm.Table, "nr:", (m, pc, fp) => {
        const index = readU32(m, pc, fp, 1);
        const table = tableAt(m, pc, 3);
        if (index >= table.length) return -TrapCode.TableOutOfBounds;
        table.set(index, readRef(m, pc, fp, 2));
        return pc + 4;
      }],
      ["table.grow", 0xfc00f, Imm.Table, "rn:n", (m, pc, fp) => {
        const ref = readRef(m, pc, fp, 2);
        const count = readU32(m, pc, fp, 3);
        const before = tableAt(m, pc, 4).grow(count, ref);
        if (before >= 0) charge(m, count / PerPoint.Refs);
        m.I[fp + m.code[pc + 1]] = before;
        return pc + 5;
      }],
      ["table.size", 0xfc010, Imm.Table, ":n", (m, pc, fp) => {
        m.I[fp + m.code[pc + 1]] = tableAt(m, pc, 2).length;
        return pc + 3;
      }],
      ["table.fill", 0xfc011, Imm.Table, "nrn:", (m, pc, fp) => {
        const to = readU32(m, pc, fp, 1);
        const ref = readRef(m, pc, fp, 2);
        const count = readU32(m, pc, fp, 3);
        const table = tableAt(m, pc, 4);
        if (to + count > table.length) return -TrapCode.TableOutOfBounds;
        const start = to + m.progress;
        const part = takePart(m, count, PerPoint.Refs);
        if (part < 0) return OUT_OF_FUEL;
        table.fill(start, ref, part);
        return m.progress === 0 ? pc + 5 : pc;
      }],
    ],
  },
];
