/**
 * Clocks and sleeping. The defaults are fake, so that a run can be repeated
 * to the bit: each reading is one millisecond after the one before, and
 * sleeping takes no time but moves the clocks on. The real ones are asked for
 * by name. Nanoseconds are bigint here, as they do not fit a number.
 */

import { block, mayWait } from "../lib/limits.ts";
import type { Clock, Sleep } from "../lib/world.ts";

/** 2022-01-01T00:00:00Z, where the fake wall clock starts. */
const FAKE_START_NS = 1_640_995_200_000_000_000n;
const FAKE_STEP_NS = 1_000_000n;

/** A clock that only moves when it is read or told to. */
export class FakeClock implements Clock {
  readonly resolutionNs: number;
  #nextNs: bigint;

  /** @param startNs the first reading */
  constructor(startNs: bigint, resolutionNs: number) {
    this.#nextNs = startNs;
    this.resolutionNs = resolutionNs;
  }

  now(): bigint {
    const now = this.#nextNs;
    this.#nextNs = now + FAKE_STEP_NS;
    return now;
  }

  /** Moves on, as if time had passed. */
  advance(durationNs: bigint): void {
    this.#nextNs += durationNs;
  }
}

/** The default wall clock: from the start of 2022, resolution 1000 ns. */
export function fakeWallClock(): FakeClock {
  return new FakeClock(FAKE_START_NS, 1000);
}

/** The default monotonic clock: from 0, resolution 1 ns. */
export function fakeMonotonicClock(): FakeClock {
  return new FakeClock(0n, 1);
}

/**
 * The real time of day, in steps of a millisecond.
 *
 * @example
 * ```ts
 * import { systemWallClock } from "@waxwing/waxwing";
 *
 * console.log(systemWallClock().now() > 1_700_000_000_000_000_000n);
 * ```
 */
export function systemWallClock(): Clock {
  return {
    now: () => BigInt(Date.now()) * 1_000_000n,
    resolutionNs: 1_000_000,
  };
}

/**
 * The host's `performance.now()`, as fine as the host lets it be.
 *
 * @example
 * ```ts
 * import { systemMonotonicClock } from "@waxwing/waxwing";
 *
 * const clock = systemMonotonicClock();
 * console.log(clock.now() <= clock.now());
 * ```
 */
export function systemMonotonicClock(): Clock {
  let last = 0n;
  return {
    now: () => {
      const now = BigInt(Math.round(performance.now() * 1e6));
      if (now > last) last = now;
      return last;
    },
    resolutionNs: 1000,
  };
}

/**
 * Both real clocks, to spread into options.
 *
 * @example
 * ```ts
 * import { Runtime, systemClock } from "@waxwing/waxwing";
 *
 * const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
 * new Runtime().instantiate(empty, { ...systemClock(), args: ["date"] });
 * console.log(systemClock().wallClock.resolutionNs === 1_000_000);
 * ```
 */
export function systemClock(): { wallClock: Clock; monotonicClock: Clock } {
  return {
    wallClock: systemWallClock(),
    monotonicClock: systemMonotonicClock(),
  };
}

/** The default sleep: no time passes, but fake clocks move on. */
export function fakeSleep(...clocks: readonly Clock[]): Sleep {
  return (durationNs) => {
    for (const clock of clocks) {
      if (clock instanceof FakeClock) clock.advance(durationNs);
    }
  };
}

const enum Most {
  /** What `setTimeout` waits. */
  TimeoutMs = 0x7fffffff,
  /** For so long a call that blocks the thread does not look at its limits. */
  BlockMs = 50,
}

/**
 * Sleeps for real. An asynchronous call is suspended meanwhile; a synchronous
 * one blocks the thread where that is allowed, which pages do not, with a look
 * at its limits every 50 ms, and ends with a `WouldSuspendError` elsewhere.
 *
 * @example
 * ```ts
 * import { systemSleep } from "@waxwing/waxwing";
 *
 * const start = Date.now();
 * await systemSleep()(20_000_000n); // ns
 * console.log(Date.now() - start >= 19);
 * ```
 */
export function systemSleep(): Sleep {
  return (durationNs, signal) => {
    const durationMs = Number(durationNs) / 1e6;
    if (mayWait() || !blockInParts(durationMs)) {
      return suspend(durationMs, signal);
    }
  };
}

async function suspend(durationMs: number, signal?: AbortSignal) {
  const start = performance.now();
  const endMs = start + durationMs;
  for (let now = start; now < endMs && !signal?.aborted;) {
    const leftMs = Math.ceil(endMs - now); // timers may end a bit early
    await timeout(Math.min(leftMs, Most.TimeoutMs), signal);
    const after = performance.now();
    if (after === now) return; // the host has stopped its clock
    now = after;
  }
}

function timeout(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end);
  });
}

/** Blocks the thread, or answers false where it must not. */
function blockInParts(durationMs: number): boolean {
  const endMs = performance.now() + durationMs;
  let leftMs = durationMs;
  do {
    if (!block(Math.min(leftMs, Most.BlockMs))) return false;
    // A clock that stands still must not make it endless.
    leftMs = Math.min(leftMs - Most.BlockMs, endMs - performance.now());
  } while (leftMs > 0);
  return true;
}
