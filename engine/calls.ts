/**
 * Handlers of what the hot loop leaves to others in control flow: calls that
 * leave the instance or the engine, calls through other tables than the first
 * and by reference, tail calls of these kinds, returns across instances; and
 * the ops on references and vectors, and on imported globals of two words.
 *
 * A handler that changes the frame writes I[FP]. Calls within an instance
 * look the same wherever they are made: return address and distance to the
 * caller's frame at the callee's link. A call into another instance leaves
 * the address of Op.ReturnInstance there and notes on `m.crossings` where the
 * caller goes on.
 */

import { EndPc } from "./arena.ts";
import { Op, Word } from "./exec.ts";
import { OUT_OF_FUEL, pay } from "./fuel.ts";
import type { Handler } from "./instruction.ts";
import {
  FunctionInstance,
  type Machine,
  PENDING,
  type TableInstance,
} from "./store.ts";
import { TrapCode } from "./trap.ts";
import { isRef, type TypeId } from "./types.ts";

/** What a handler returns when the call from the host is complete. */
export const DONE = -1000;

/** Calls `callee`, its arguments at `base`; the caller goes on at `next`. */
function enter(
  m: Machine,
  callee: FunctionInstance,
  next: number,
  fp: number,
  first: number,
): number {
  const { I } = m;
  const base = fp + first;
  const isGuest = callee.host === undefined;
  if (base > I[Word.StackLimit] && !m.admit(fp, base, isGuest)) {
    return -TrapCode.CallStackExhausted;
  }
  I[Word.Counter]--;
  if (callee.host !== undefined) return callHost(m, callee, next, fp, base);
  const link = base + callee.type.linkOffset;
  I[link] = cross(m, callee, next);
  I[link + 1] = first;
  I[Word.Fp] = base;
  return m.code[callee.cell + m.variant];
}

/** Makes the callee's instance the running one; the address to return to. */
function cross(m: Machine, callee: FunctionInstance, next: number): number {
  const instance = callee.instance!;
  if (instance === m.instance) return next;
  // A tail call of a call that came from outside returns to where that does.
  if (next !== EndPc.ReturnInstance) {
    m.crossings.push({ instance: m.instance, pc: next });
  }
  m.instance = instance;
  return EndPc.ReturnInstance;
}

/** Calls a host function; its caller goes on at `next`. */
export function callHost(
  m: Machine,
  callee: FunctionInstance,
  next: number,
  fp: number,
  base: number,
): number {
  const { instance, top } = m;
  m.I[Word.Pc] = m.next = next;
  m.I[Word.Fp] = fp;
  m.top = base + callee.type.linkOffset + 2;
  m.host = callee;
  m.hostAt = base;
  const outcome = callee.host!(m, base, instance);
  m.top = top;
  if (outcome !== PENDING) m.host = undefined;
  return outcome ?? next;
}

/** The function at `index` of a table, or a negated trap code. */
export function lookUp(
  { refs }: TableInstance,
  index: number,
  typeId: TypeId,
): FunctionInstance | number {
  if (!(index >= 0 && index < refs.length)) return -TrapCode.UndefinedElement;
  const callee = refs[index];
  if (!(callee instanceof FunctionInstance)) {
    return -TrapCode.UninitializedElement;
  }
  return callee.typeId === typeId ? callee : -TrapCode.IndirectCallTypeMismatch;
}

function callTableAt(
  m: Machine,
  pc: number,
  fp: number,
  table: number,
): number {
  const { code } = m;
  const index = m.I[fp + code[pc + 1]] >>> 0;
  const callee = lookUp(m.instance.tables[table], index, code[pc + 2]);
  return typeof callee === "number"
    ? callee
    : enter(m, callee, pc + 6, fp, code[pc + 3]);
}

/**
 * Calls `callee` in place of the running function. The operands from `at` on:
 * arguments' first word and count, return address of the caller and callee.
 */
function replace(
  m: Machine,
  callee: FunctionInstance,
  at: number,
  fp: number,
): number {
  const { I, code } = m;
  const from = fp + code[at];
  const link = fp + code[at + 2];
  const next = I[link];
  const distance = I[link + 1];
  I.copyWithin(fp, from, from + code[at + 1]);
  I[Word.Counter]--;
  m.probes?.leaveByTailCall(m, at, fp, fp + code[at + 3] + 2);
  if (callee.host !== undefined) {
    return callHost(m, callee, next, fp - distance, fp);
  }
  const newLink = fp + code[at + 3];
  I[newLink] = cross(m, callee, next);
  I[newLink + 1] = distance;
  return code[callee.cell + m.variant];
}

/** A taken branch, to the target in the second operand. */
function jump(m: Machine, pc: number): number {
  m.I[Word.Counter]--;
  return m.code[pc + 2];
}

/** The handlers, by op. */
export const CALL_HANDLERS: readonly (readonly [Op, Handler])[] = [
  [Op.Unreachable, () => -TrapCode.Unreachable],
  [Op.Exit, () => DONE],
  // Pays for a block of code with fuel that the loop had not yet.
  [Op.Fuel, (m, pc) => pay(m, m.code[pc + 1]) ? pc + 2 : OUT_OF_FUEL],
  // A call beyond the limit that the loop knows.
  [Op.Call, (m, pc, fp) => {
    const { I, code } = m;
    const first = code[pc + 2];
    if (!m.admit(fp, fp + first, true)) return -TrapCode.CallStackExhausted;
    const link = fp + code[pc + 3];
    I[Word.Counter]--;
    I[link] = pc + 4;
    I[link + 1] = first;
    I[Word.Fp] = fp + first;
    return code[code[pc + 1]];
  }],
  // What the loop could not do: see there.
  [Op.CallIndirect, (m, pc, fp) => callTableAt(m, pc, fp, 0)],
  [Op.ReturnInstance, (m) => {
    const { instance, pc, limit } = m.crossings.pop()!;
    m.instance = instance;
    if (limit !== undefined) m.I[Word.StackLimit] = limit;
    return pc;
  }],
  [Op.CallImport, (m, pc, fp) => {
    const { code } = m;
    const callee = m.instance.functions[code[pc + 1]]!;
    return enter(m, callee, pc + 4, fp, code[pc + 2]);
  }],
  [Op.CallTable, (m, pc, fp) => callTableAt(m, pc, fp, m.code[pc + 5])],
  [Op.CallRef, (m, pc, fp) => {
    const { code } = m;
    const callee = m.R[(fp + code[pc + 1]) >> 1];
    if (!(callee instanceof FunctionInstance)) {
      return -TrapCode.NullFunctionReference;
    }
    return enter(m, callee, pc + 5, fp, code[pc + 3]);
  }],
  [
    Op.ReturnCallImport,
    (m, pc, fp) =>
      replace(m, m.instance.functionAt(m.code[pc + 1]), pc + 2, fp),
  ],
  [Op.ReturnCallTable, (m, pc, fp) => {
    const { code } = m;
    const index = m.I[fp + code[pc + 1]] >>> 0;
    const callee = lookUp(m.instance.tables[code[pc + 7]], index, code[pc + 2]);
    return typeof callee === "number" ? callee : replace(m, callee, pc + 3, fp);
  }],
  [Op.ReturnCallRef, (m, pc, fp) => {
    const callee = m.R[(fp + m.code[pc + 1]) >> 1];
    return callee instanceof FunctionInstance
      ? replace(m, callee, pc + 3, fp)
      : -TrapCode.NullFunctionReference;
  }],
  [
    Op.CheckStack,
    (m, pc, fp) =>
      fp + m.code[pc + 1] > m.stackEnd ? -TrapCode.CallStackExhausted : pc + 2,
  ],
  // Nulls the locals that hold references; `R` reaches the frame's end.
  [Op.EnterRefs, (m, pc, fp) => {
    const { R, code } = m;
    const first = (fp + code[pc + 1]) >> 1;
    const end = first + (code[pc + 2] >> 1);
    const frameEnd = (fp + code[pc + 3]) >> 1;
    while (R.length < frameEnd) R.push(null);
    for (let i = first; i < end; i++) R[i] = null;
    return pc + 4;
  }],
  // Globals that are references, vectors, or imported and of two words.
  [Op.GlobalGet, (m, pc, fp) => {
    const global = m.instance.globals[m.code[pc + 2]];
    const to = fp + m.code[pc + 1];
    if (isRef(global.type.type)) {
      m.R[to >> 1] = global.ref;
      return pc + 3;
    }
    const { words, index, size } = global;
    for (let i = 0; i < size; i++) m.I[to + i] = words[index + i];
    return pc + 3;
  }],
  [Op.GlobalSet, (m, pc, fp) => {
    const global = m.instance.globals[m.code[pc + 2]];
    const from = fp + m.code[pc + 1];
    if (isRef(global.type.type)) {
      global.ref = m.R[from >> 1];
      return pc + 3;
    }
    const { words, index, size } = global;
    for (let i = 0; i < size; i++) words[index + i] = m.I[from + i];
    return pc + 3;
  }],
  [Op.Select128, (m, pc, fp) => {
    const { I, code } = m;
    const chosen = I[fp + code[pc + 4]] !== 0 ? code[pc + 2] : code[pc + 3];
    I.copyWithin(fp + code[pc + 1], fp + chosen, fp + chosen + 4);
    return pc + 5;
  }],
  [Op.SelectRef, (m, pc, fp) => {
    const { R, code } = m;
    const chosen = m.I[fp + code[pc + 4]] !== 0 ? code[pc + 2] : code[pc + 3];
    R[(fp + code[pc + 1]) >> 1] = R[(fp + chosen) >> 1];
    return pc + 5;
  }],
  [Op.RefNull, (m, pc, fp) => {
    m.R[(fp + m.code[pc + 1]) >> 1] = null;
    return pc + 2;
  }],
  [Op.RefFunc, (m, pc, fp) => {
    const { code } = m;
    m.R[(fp + code[pc + 1]) >> 1] = m.instance.functionAt(code[pc + 2]);
    return pc + 3;
  }],
  [Op.RefIsNull, (m, pc, fp) => {
    const { code } = m;
    m.I[fp + code[pc + 1]] = m.R[(fp + code[pc + 2]) >> 1] === null ? 1 : 0;
    return pc + 3;
  }],
  [Op.RefAsNonNull, (m, pc, fp) => {
    const { R, code } = m;
    const ref = R[(fp + code[pc + 2]) >> 1];
    if (ref === null) return -TrapCode.NullReference;
    R[(fp + code[pc + 1]) >> 1] = ref;
    return pc + 3;
  }],
  [
    Op.BrOnNull,
    (m, pc, fp) =>
      m.R[(fp + m.code[pc + 1]) >> 1] === null ? jump(m, pc) : pc + 3,
  ],
  [
    Op.BrOnNonNull,
    (m, pc, fp) =>
      m.R[(fp + m.code[pc + 1]) >> 1] !== null ? jump(m, pc) : pc + 3,
  ],
];
