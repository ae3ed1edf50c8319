/**
 * Checkpoints: the stack of a call as it was when a host function was called,
 * copied out so that a later host function of the same call can make the guest
 * go on there again. Memories, globals and tables are not part of it.
 */

import { Word } from "./exec.ts";
import { type Landing, type Run, Unwinding } from "./frames.ts";
import type { FunctionInstance, Machine } from "./store.ts";
import { currentRun, machine, restore, save, type Stopped } from "./thread.ts";

/** The stack of a call. */
export interface Checkpoint {
  readonly call: object;
  readonly stopped: Stopped;
  /** The host function that gives the results when the call goes on. */
  readonly host: FunctionInstance;
}

/** The stack as it is; undefined where no guest has called a host function. */
export function takeCheckpoint(): Checkpoint | undefined {
  const run = currentRun();
  const { host } = machine();
  if (run === undefined || host === undefined) return undefined;
  return { call: run.call, stopped: save(run.base, run.base), host };
}

/**
 * What a host function has to throw so that the call goes on where the
 * checkpoint was taken; `write` puts the results at its base. Undefined where
 * the call is not under way.
 */
export function restoring(
  { call, stopped }: Checkpoint,
  write: (m: Machine, base: number) => void,
): Unwinding | undefined {
  for (let run = currentRun(); run !== undefined; run = run.outer) {
    if (run.call === call) return new Restoring(call, stopped, write);
  }
  return undefined;
}

class Restoring extends Unwinding {
  readonly #call: object;
  readonly #stopped: Stopped;
  readonly #write: (m: Machine, base: number) => void;

  constructor(
    call: object,
    stopped: Stopped,
    write: (m: Machine, base: number) => void,
  ) {
    super("a call goes on at its checkpoint");
    this.#call = call;
    this.#stopped = stopped;
    this.#write = write;
  }

  override land(m: Machine, run: Run): Landing | undefined {
    if (run.call !== this.#call) return undefined;
    const { base, crossings, instance, stackLimit } = run;
    const stopped = this.#stopped;
    return {
      fp: base + (stopped.frames[0]?.fp ?? -1),
      goOn: () => {
        m.crossings.length = crossings;
        m.instance = instance;
        m.I[Word.StackLimit] = stackLimit;
        const pc = restore(stopped, base, m.variant !== 0);
        this.#write(m, base + stopped.resultsAt);
        return pc;
      },
    };
  }
}
