/**
 * Calls that a host function has its guest make in its place: no nested run,
 * so what is called may wait, give way and use fuel as all code does. The
 * crossing of such a call has a note, by which it is found when an error ends
 * it; the note is saved with a thread that stops.
 */

import { EndPc } from "./arena.ts";
import { callHost } from "./calls.ts";
import { Word } from "./exec.ts";
import { framesFrom, here, type Landing } from "./frames.ts";
import type {
  FunctionInstance,
  Machine,
  ModuleInstance,
  Note,
} from "./store.ts";
import { TrapCode } from "./trap.ts";

/**
 * Calls a function, its arguments at `base`, where those of the running
 * host function were; what the host function has to return.
 */
export function callInPlace(
  m: Machine,
  base: number,
  callee: FunctionInstance,
  note: Note,
): number {
  const { I, next: pc, instance } = m;
  const fp = I[Word.Fp];
  if (callee.host !== undefined) return callHost(m, callee, pc, fp, base);
  if (base > I[Word.StackLimit] && !m.admit(fp, base, true)) {
    return -TrapCode.CallStackExhausted;
  }
  I[Word.Counter]--;
  m.crossings.push({ instance, pc, note });
  m.instance = callee.instance!;
  const link = base + callee.type.linkOffset;
  I[link] = EndPc.ReturnInstance;
  I[link + 1] = base - fp;
  I[Word.Fp] = base;
  return m.code[callee.cell + m.variant];
}

/** Puts down the results of a call that had this note; it may call guests. */
export type Finish = (base: number, note: Note) => void;

/**
 * Where a run goes on if the innermost of these calls that `caller` has made
 * ends now; undefined where it has made none.
 */
export function landBehind(
  m: Machine,
  caller: ModuleInstance,
  finish: Finish,
): Landing | undefined {
  const { I, crossings } = m;
  const isHere = (count: number) => {
    const crossing = crossings[count - 1];
    return crossing.note !== undefined && crossing.instance === caller;
  };
  const start = here(m, I[Word.Pc]);
  // A host function may have been called in place of the last frame.
  if (start.pc === EndPc.ReturnInstance && isHere(start.crossings)) {
    return landing(m, m.hostAt, start.fp, start.crossings, finish);
  }
  for (const frame of framesFrom(m, start)) {
    if (frame.crossing === undefined || !isHere(frame.crossings)) continue;
    const { fp } = frame;
    const callerFp = fp - I[fp + frame.code.linkOffset + 1];
    return landing(m, fp, callerFp, frame.crossings, finish);
  }
  return undefined;
}

function landing(
  m: Machine,
  base: number,
  callerFp: number,
  crossings: number,
  finish: Finish,
): Landing {
  return {
    fp: base - 1,
    goOn() {
      const { instance, pc, note } = m.crossings[crossings - 1];
      while (m.crossings.length >= crossings) {
        const { limit } = m.crossings.pop()!;
        if (limit !== undefined) m.I[Word.StackLimit] = limit;
      }
      m.instance = instance;
      m.I[Word.Fp] = callerFp;
      m.I[Word.Pc] = m.next = pc;
      m.top = base;
      finish(base, note!);
      return pc;
    },
  };
}
