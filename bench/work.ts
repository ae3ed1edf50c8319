/** A program on an engine of this thread, warmed up and measured run by run. */

import { type Engine, load } from "./engine.ts";
import { timeMs, warmUntilSteady, type WarmUp } from "./measure.ts";
import type { BenchProgram } from "./program.ts";

/** Warm-up in CPU milliseconds: V8 compiles the loop in the first 400. */
export const WARM: WarmUp = { least: 400, most: 2000, runs: 6 };

/** Shorter runs are repeated, so that one time is at least so long. */
const LEAST_MS = 5;

export interface Work {
  /** CPU milliseconds of a run. It checks the result. */
  measure(): number;
}

/** Loads a program and warms it up. */
export function open(
  engine: Engine,
  program: BenchProgram,
  warm: WarmUp,
): Work {
  const { n, checksum } = program;
  const instance = load(engine, program);
  const run = () => {
    const result = instance.run(n);
    if (result === checksum) return;
    throw new Error(`${engine.name} returned ${result}, not ${checksum}`);
  };
  warmUntilSteady(run, warm);
  const repeats = Math.max(1, Math.ceil(LEAST_MS / timeMs(run)) || 1);
  return {
    measure() {
      const ms = timeMs(() => {
        for (let i = 0; i < repeats; i++) run();
      });
      return ms / repeats;
    },
  };
}
