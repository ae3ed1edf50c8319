/**
 * Probes: what is told of the calls of functions that were chosen when their
 * module was compiled (`Module.probes`), and of host functions. Functions
 * without a probe have the code that they always have, and nothing of this file
 * is part of a program that has no probes.
 *
 * The code of a function with a probe begins with Op.Enter, before anything
 * else is done, and returns by Op.Leave, which tells and returns in one. A
 * frame is therefore to be told of an error if, and only if, it does not stand
 * at an Op.Enter, and nothing has to be noted where calls are under way.
 */

import type { Code } from "./code.ts";
import { Op, Word } from "./exec.ts";
import { framesFrom, here } from "./frames.ts";
import type { Handler } from "./instruction.ts";
import type { CallProbe, Module } from "./module.ts";
import {
  type FunctionInstance,
  type Machine,
  PENDING,
  type Probes,
} from "./store.ts";
import { installProbes } from "./thread.ts";

/** The module with probes for some of its functions. */
export function withProbes(
  module: Module,
  probes: readonly (CallProbe | undefined)[],
): Module {
  installProbes(PROBES, HANDLERS);
  return { ...module, probes };
}

const probesOfHost: WeakMap<FunctionInstance, CallProbe> =
  /* @__PURE__ */ new WeakMap();

/** Gives a host function its probe, if it has none. */
export function probeHost(callee: FunctionInstance, probe: CallProbe): void {
  if (probesOfHost.has(callee)) return;
  installProbes(PROBES, HANDLERS);
  probesOfHost.set(callee, probe);
  const run = callee.host!;
  callee.host = (m, base, caller) => {
    const owner = caller?.embedder;
    const { host } = m;
    // It is told once that it ends, and what the probe throws does not end it.
    m.host = undefined;
    probe.before(base, owner);
    m.host = host;
    let outcome: number | void;
    try {
      outcome = run(m, base, caller);
    } catch (error) {
      m.host = undefined;
      probe.abort(error, owner);
      throw error;
    }
    if (outcome !== PENDING) {
      m.host = undefined;
      probe.after(base, owner, outcome !== undefined);
    }
    m.host = host;
    return outcome;
  };
}

function probeOf(
  { functions: { module }, functionIndex }: Code,
): CallProbe | undefined {
  return module.probes?.[functionIndex];
}

/**
 * Tells of something, so that who is told may call guests: the running code
 * goes on at `next`, with the frame at `fp`, and words from `top` on are free.
 */
function tell(
  m: Machine,
  next: number,
  fp: number,
  top: number,
  what: () => void,
): void {
  const outerTop = m.top;
  m.I[Word.Pc] = m.next = next;
  m.I[Word.Fp] = fp;
  m.top = top;
  what();
  m.top = outerTop;
}

const enter: Handler = (m, pc, fp) => {
  const code = m.codeAt(pc)!;
  tell(m, pc, fp, fp + code.frameWords, () => {
    probeOf(code)!.before(fp, m.instance.embedder);
  });
  return pc + 1;
};

const leave: Handler = (m, pc, fp) => {
  const { linkOffset } = m.codeAt(pc)!;
  const next = m.I[fp + linkOffset];
  tellEnd(m, pc, fp, fp + linkOffset + 2, false);
  return next;
};

/** The frame is gone when it is told of its end, as what then fails is not its. */
function tellEnd(
  m: Machine,
  pc: number,
  fp: number,
  end: number,
  isTail: boolean,
): void {
  const code = m.codeAt(pc)!;
  const link = fp + code.linkOffset;
  tell(m, m.I[link], fp - m.I[link + 1], end, () => {
    probeOf(code)?.after(fp, m.instance.embedder, isTail);
  });
}

const HANDLERS: readonly (readonly [Op, Handler])[] = [
  [Op.Enter, enter],
  [Op.Leave, leave],
];

const PROBES: Probes = {
  leaveByTailCall(m, pc, fp, end) {
    if (m.instance.module.probes === undefined) return;
    tellEnd(m, pc, fp, end, true);
    m.I[Word.Fp] = fp;
  },

  resume(m, host, base, caller) {
    const probe = host && probesOfHost.get(host);
    if (probe === undefined) return;
    const end = base + host!.type.linkOffset + 2;
    tell(m, m.I[Word.Pc], m.I[Word.Fp], end, () => {
      probe.after(base, caller?.embedder, false);
    });
  },

  abort(m, error, fp = -1) {
    const { host, hostAt } = m;
    const start = here(m, m.I[Word.Pc]);
    m.host = undefined;
    m.next = start.pc;
    if (host !== undefined) {
      // It has returned, to be waited for; what it throws it has been told of.
      m.top = hostAt + host.type.linkOffset + 2;
      probesOfHost.get(host)?.abort(error, start.instance.embedder);
    }
    for (const { code, instance, pc, fp: at } of framesFrom(m, start)) {
      if (at <= fp) return;
      const probe = probeOf(code);
      if (probe === undefined || m.code[pc] === Op.Enter) continue;
      m.top = Math.max(m.top, at + code.frameWords);
      probe.abort(error, instance.embedder);
    }
  },

  abandon(m, error, host, frames) {
    if (host !== undefined) {
      probesOfHost.get(host)?.abort(error, frames[0]?.instance.embedder);
    }
    for (const { code, instance, pc } of frames) {
      if (m.code[pc] !== Op.Enter) {
        probeOf(code)?.abort(error, instance.embedder);
      }
    }
  },
};
