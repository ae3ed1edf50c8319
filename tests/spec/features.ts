/**
 * Which commands of the specification tests are within what the engine
 * implements: the data's feature names as bits of the engine's feature set.
 * A name that has no bit is a proposal that the engine does not know.
 */

import { Feature, FEATURES_ALL } from "../../engine/mod.ts";
import type { SpecCommand } from "./load.ts";

const BITS: Readonly<Record<string, number>> = {
  annotations: 0, // of the text format only
  "extended-const": Feature.ExtendedConst,
  exceptions: Feature.Exceptions,
  "function-references": Feature.FunctionReferences,
  gc: Feature.Gc,
  memory64: Feature.Memory64,
  "multi-memory": Feature.MultiMemory,
  "relaxed-simd": Feature.RelaxedSimd,
  simd: Feature.Simd,
  "tail-call": Feature.TailCall,
  threads: Feature.Threads,
};

/** Groups whose commands do not say which proposal they are about. */
const UNKNOWN_GROUPS: ReadonlySet<string> = new Set([
  "proposal-compact-imports",
]);

/** Whether everything that a command of `group` needs is there. */
export function isEnabled(group: string, command: SpecCommand): boolean {
  if (UNKNOWN_GROUPS.has(group)) return false;
  return (command.features ?? []).every((name) => {
    const bit = BITS[name];
    return bit !== undefined && (bit & FEATURES_ALL) === bit;
  });
}
