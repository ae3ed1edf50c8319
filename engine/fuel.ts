/**
 * What work costs. Code that uses fuel pays for its instructions block by
 * block (`Op.Fuel`), and for work that is as long as an instruction's operands
 * say by its size. Such work also brings the next poll nearer, by points: one
 * is about what a taken branch costs.
 */

import { Word } from "./exec.ts";
import type { Machine } from "./store.ts";

/** What a handler returns where there is not enough fuel for its op. */
export const OUT_OF_FUEL = -1003;

const enum Most {
  /** Units of the fuel that are put where the loop takes them from. */
  Units = 1 << 30,
  /** What a part of long work costs. */
  Points = 1 << 14,
}

/** Pays for what comes next; false where there is not enough. */
export function pay(m: Machine, units: number): boolean {
  const { I, fuel } = m;
  if (I[Word.Fuel] < units && fuel !== undefined) {
    const taken = Math.min(fuel.remaining, Most.Units - I[Word.Fuel]);
    fuel.remaining -= taken;
    I[Word.Fuel] += taken;
  }
  if (I[Word.Fuel] < units) return false;
  I[Word.Fuel] -= units;
  return true;
}

/** Brings the next poll nearer. */
export function pass(m: Machine, points: number): void {
  const left = m.I[Word.Counter] - Math.ceil(points);
  m.I[Word.Counter] = Math.max(left, -1);
  if (left < -1) m.later = Math.max(m.later + left + 1, -1);
}

/** The same, and uses fuel, for work that was done. */
export function charge(m: Machine, points: number): void {
  pass(m, points);
  if (m.variant !== 0) m.I[Word.Fuel] -= Math.floor(points);
}

/**
 * Pays for the next part of `count` units of work, of which `m.progress` are
 * done, and notes it as done. How many it is; negative: out of fuel. Where
 * `m.progress` is not 0 afterwards, the op has to be run again.
 */
export function takePart(
  m: Machine,
  count: number,
  unitsPerPoint: number,
): number {
  const rest = count - m.progress;
  let part = Math.min(rest, Most.Points * unitsPerPoint);
  if (m.variant !== 0 && !pay(m, Math.floor(part / unitsPerPoint))) {
    // As much as can be paid for.
    part = m.I[Word.Fuel] * unitsPerPoint;
    if (part <= 0) return -1;
    m.I[Word.Fuel] = 0;
  }
  pass(m, part / unitsPerPoint);
  m.progress = part === rest ? 0 : m.progress + part;
  return part;
}
