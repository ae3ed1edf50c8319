/**
 * What ends a call before it is complete, or makes it give way: time-outs,
 * abort signals, slices, and the end of the instance that it was made on.
 *
 * The calls that are on the JavaScript stack now form a chain, innermost
 * first. The engine asks `poll` every so many branches and calls, and all
 * calls of the chain are checked: a guest that a host function called in
 * between ends when the outer call has to. Whatever ended a call still holds
 * when a host function has caught its error, so the next poll, which then
 * comes at once, throws again.
 */

import {
  charge,
  isA,
  machine,
  pointsLeft,
  POLL_INTERVAL,
  pollAfter,
} from "../engine/mod.ts";
import { checkOptions } from "./checks.ts";
import { CancelExitCode, ExitError, TimeoutError } from "./errors.ts";
import { type Fuel, fuelOf } from "./fuel.ts";
import type { Turns } from "./turns.ts";

/** Options of a synchronous call. */
export interface CallOptions {
  /**
   * Milliseconds after which the call ends with a `TimeoutError`, above 0.
   * It needs a clock that runs while the guest does, which Cloudflare Workers
   * do not have. Default: none.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * What the guest may use, in units of {@linkcode Fuel}: 0 to 2^53-1, or an
   * amount that calls share. Where it is used up, the call ends with
   * `FuelExhausted`, which can add some and go on. Default: no limit, and no
   * code that counts.
   */
  readonly fuel?: number | bigint | Fuel | undefined;
}

/** Options of a call that may wait. */
export interface AsyncCallOptions extends CallOptions {
  /**
   * Ends the call with the signal's reason, whether the guest runs or waits
   * for a promise. Unless `sliceMs` or `sliceFuel` is given, the guest runs in
   * slices of 8 ms, for only between them can anything abort the signal.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds that the guest runs at a time, above 0; timers, events and
   * other promises have their turn in between. Default: none.
   */
  readonly sliceMs?: number | undefined;
  /**
   * The same, by what the guest does instead of a clock: how many calls and
   * taken branches it runs at a time, 1 to 2^53-1. Default: none.
   */
  readonly sliceFuel?: number | undefined;
  /**
   * Starts at once, though another asynchronous call of the instance is not
   * complete. Guests that keep a stack in their memory, as C and Rust do,
   * cannot take that unless the calls end in reverse order. Default: that of
   * the instance, else false: the call waits for its turn.
   */
  readonly interleave?: boolean | undefined;
}

const enum Default {
  SliceMs = 8,
}

/** What calls know of the instance that they are made on. */
export interface Owner {
  /** Undefined while it is open. */
  readonly exitCode: number | undefined;
  readonly closesOnCancel: boolean;
  readonly interleaves: boolean;
  /** Whose turn it is of the asynchronous calls. */
  readonly turns: Turns;
  /** Ends calls that wait for a promise. */
  readonly waiting: Set<(error: unknown) => void>;
  closeWithExitCode(exitCode: number): void;
}

/** Why a call has to end. */
interface End {
  readonly error: unknown;
  /** For an instance that is closed then. */
  readonly exitCode: number;
}

/** When a call has to end, as its options say. */
export class Limits {
  readonly #timeoutMs: number | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #deadline: number;
  readonly sliceMs: number | undefined;
  readonly sliceFuel: number | undefined;
  readonly fuel: Fuel | undefined;
  /** Whether the clock has to be watched while the guest runs. */
  readonly isTimed: boolean;

  /** Throws a `RangeError` or `TypeError` where an option is wrong. */
  constructor(options: AsyncCallOptions) {
    // Those of synchronous calls, too: what cannot slice need not refuse to.
    checkOptions(options, {
      timeoutMs: "number",
      fuel: undefined,
      signal: "{ addEventListener() }",
      sliceMs: "number",
      sliceFuel: [1],
      interleave: "boolean",
    });
    const { timeoutMs, signal, sliceMs, sliceFuel, fuel } = options;
    checkPositive("timeoutMs", timeoutMs);
    checkPositive("sliceMs", sliceMs);
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
    this.#deadline = timeoutMs === undefined ? Infinity : now() + timeoutMs;
    this.fuel = fuel === undefined ? undefined : fuelOf(fuel);
    this.sliceFuel = sliceFuel;
    this.sliceMs = sliceMs ??
      (signal !== undefined && sliceFuel === undefined
        ? Default.SliceMs
        : undefined);
    this.isTimed = timeoutMs !== undefined || this.sliceMs !== undefined;
  }

  /** Those of the options, or the same again: several calls may share one. */
  static of(options: AsyncCallOptions): Limits {
    return options instanceof Limits ? options : new Limits(options);
  }

  /** Throws what the call has to end with, if it has to. */
  check(owner: Owner | undefined): void {
    const end = this.#end();
    if (end === undefined) return;
    cancel(owner, end);
    throw end.error;
  }

  #end(): End | undefined {
    if (this.#signal?.aborted) {
      const { reason } = this.#signal;
      return { error: reason, exitCode: CancelExitCode.Aborted };
    }
    if (this.#timeoutMs === undefined) return undefined;
    if (now() < this.#deadline) return undefined;
    const error = new TimeoutError(this.#timeoutMs);
    return { error, exitCode: CancelExitCode.TimedOut };
  }

  /** Calls `reject` when the call has to end while it waits; gives an undo. */
  watch(
    owner: Owner | undefined,
    reject: (error: unknown) => void,
  ): () => void {
    const recheck = () => {
      const end = this.#end();
      if (end === undefined) {
        // The timer came early, as some do, or could not be set so late.
        timer = this.#timer(recheck);
        return;
      }
      reject(end.error);
      cancel(owner, end);
    };
    let timer = this.#timer(recheck);
    this.#signal?.addEventListener("abort", recheck, { once: true });
    return () => {
      clearTimeout(timer);
      this.#signal?.removeEventListener("abort", recheck);
    };
  }

  #timer(recheck: () => void): ReturnType<typeof setTimeout> | undefined {
    if (this.#deadline === Infinity) return undefined;
    const rest = Math.max(0, Math.ceil(this.#deadline - now()));
    return setTimeout(recheck, Math.min(rest, Timer.MaxMs));
  }
}

/** Those of a call that nothing can abort while it runs. */
export function syncLimits(options: CallOptions): Limits {
  const limits = new Limits(options);
  if ((options as AsyncCallOptions).signal === undefined) return limits;
  throw new TypeError("signal is for callAsync and instantiateAsync");
}

const enum Timer {
  MaxMs = 2 ** 31 - 1,
}

function cancel(owner: Owner | undefined, { exitCode }: End): void {
  if (owner?.closesOnCancel) owner.closeWithExitCode(exitCode);
}

/** A call on the JavaScript stack, or the part of one that runs now. */
export interface Activity {
  readonly owner: Owner | undefined;
  readonly limits: Limits | undefined;
  /** Undefined where it cannot give way, nor wait. */
  readonly slice: Slice | undefined;
  /** Whether the clock has to be watched, for it or an outer one. */
  readonly isTimed: boolean;
  readonly outer: Activity | undefined;
}

let innermost: Activity | undefined;

/** Begins a call, or a part of one; `leave` has to follow. */
export function enter(
  owner: Owner | undefined,
  limits: Limits | undefined,
  slice?: Slice,
): Activity {
  const outer = innermost;
  // The poll that an outer call waits for comes no later for this one.
  const left = outer && limits && pay();
  const isTimed = limits?.isTimed || outer?.isTimed || false;
  innermost = { owner, limits, slice, isTimed, outer };
  if (limits?.isTimed) {
    machine().afterWork = afterWork;
    interval = Pace.FirstInterval;
    lastPoll = Infinity;
  }
  if (limits !== undefined) pace(left);
  return innermost;
}

/** Ends what `enter` began. */
export function leave({ outer }: Activity): void {
  innermost = outer;
  if (outer?.slice === undefined) return;
  const left = pay();
  if (outer.slice.isOver()) pollAfter(-1);
  else pace(left);
}

/** The instance that the innermost call was made on. */
export function callingOwner(): Owner | undefined {
  return innermost?.owner;
}

/** Whether any call is on the JavaScript stack. */
export function isAnyRunning(): boolean {
  return innermost !== undefined;
}

/**
 * Whether a host function that is called now may answer with a promise. False
 * in a synchronous call, where one that has to wait should rather block.
 *
 * @example
 * ```ts
 * import { mayWait, Runtime } from "@waxwing/waxwing";
 *
 * new Runtime().newHostModule("env").asyncFunc("rest", [], [], () => {
 *   if (!mayWait()) return; // or block, where that is allowed
 *   return new Promise((resolve) => setTimeout(resolve, 10));
 * });
 * console.log(mayWait());
 * ```
 */
export function mayWait(): boolean {
  return innermost === undefined || innermost.slice !== undefined;
}

/**
 * Has `tell` called when nobody waits any more for the promise that the host
 * function called now answers with: at once where nobody may.
 */
export function onAbandon(tell: () => void): void {
  if (!mayWait()) tell();
  else if (innermost !== undefined) innermost.slice!.abandon = tell;
}

/** Whether a call of `owner` is on the JavaScript stack. */
export function isRunning(owner: Owner | undefined): boolean {
  for (let a = innermost; a !== undefined; a = a.outer) {
    if (a.owner === owner) return true;
  }
  return false;
}

/** Throws where a running call has to end; true where it has to give way. */
export function poll(): boolean {
  endIfDue();
  pay(0);
  if (innermost?.slice?.isOver()) return true;
  if (innermost?.isTimed) {
    const time = now();
    const ms = Math.max(0, time - lastPoll);
    const growth = Math.min(Pace.MaxGrowth, Pace.TargetMs / ms);
    interval = Math.min(Pace.MaxInterval, Math.ceil(interval * growth));
    lastPoll = time;
  }
  if (innermost !== undefined) pace();
  return false;
}

// A branch may be a nanosecond from the next one, or as far as a host function
// takes. Where the clock is watched, polls are as far apart as keeps them about
// a millisecond from each other, and a host function that took long is followed
// by one.

const enum Pace {
  TargetMs = 1,
  FirstInterval = 4,
  MaxInterval = 40_000,
  /** So that a poll that came at once does not make the next one late. */
  MaxGrowth = 4,
}

/** Taken branches and calls between two polls, where the clock is watched. */
let interval = Pace.FirstInterval;
/** Infinite before the first poll, which comes soon. */
let lastPoll = Infinity;

/** Points until the next poll, when that was last said. */
let paced = 0;

/** Has the next poll come in time, and after at most so many points. */
function pace(most = Infinity): void {
  const { isTimed, slice } = innermost!;
  const points = isTimed ? interval : POLL_INTERVAL;
  paced = Math.min(most, points, slice?.fuel ?? most);
  pollAfter(paced);
}

/** All slices pay for the points that were used; how many are left. */
function pay(left = pointsLeft()): number {
  for (let a = innermost; a !== undefined; a = a.outer) {
    if (a.slice !== undefined) a.slice.fuel -= paced - left;
  }
  return paced = left;
}

/** A host function or a translation may have taken long. */
export function afterWork(): void {
  if (innermost?.isTimed && now() - lastPoll > Pace.TargetMs) pollAfter(-1);
}

/**
 * Blocks the thread for so many milliseconds, and throws where a running call
 * has to end; false where the host does not let it block.
 */
export function block(ms: number): boolean {
  try {
    const cell = new Int32Array(new SharedArrayBuffer(4));
    Atomics.wait(cell, 0, 0, ms);
  } catch {
    return false;
  }
  endIfDue();
  return true;
}

function endIfDue(): void {
  try {
    for (let a = innermost; a !== undefined; a = a.outer) {
      if (a.owner !== undefined) checkOpen(a.owner);
      a.limits?.check(a.owner);
    }
  } catch (error) {
    // Who catches this does not get far.
    pollAfter(-1);
    throw error;
  }
}

const enum Work {
  BytesPerPoint = 256,
  /** So many are worth a look at the clock. */
  LongBytes = 65536,
}

/**
 * Has the running guest pay for work of the host, by its size, and throws
 * where a running call has to end.
 */
export function chargeBytes(byteLength: number): void {
  charge(machine(), byteLength / Work.BytesPerPoint);
  if (byteLength >= Work.LongBytes) endIfDue();
}

/** Throws an `ExitError` if the instance is closed. */
export function checkOpen({ exitCode }: Owner): void {
  if (exitCode !== undefined) throw endedError(exitCode);
}

const ended: WeakSet<ExitError> = /* @__PURE__ */ new WeakSet();

/** The error for calls of an instance that is closed already. */
export function endedError(exitCode: number): ExitError {
  const error = new ExitError(exitCode);
  ended.add(error);
  return error;
}

/** Closes the instance whose host function ended it by this error. */
export function closeBy(error: unknown, owner: Owner | undefined): void {
  if (!isA(error, ExitError) || ended.has(error)) return;
  ended.add(error);
  owner?.closeWithExitCode(error.exitCode);
}

/** How long a call runs before it gives way. */
export class Slice {
  /** Told when the call ends while it waits. */
  abandon: (() => void) | undefined;
  /** Points that are left, also those of calls within this one. */
  fuel: number;
  readonly #end: number;

  constructor({ sliceMs, sliceFuel = Infinity }: Limits) {
    this.#end = sliceMs === undefined ? Infinity : now() + sliceMs;
    this.fuel = sliceFuel;
  }

  isOver(): boolean {
    return this.fuel <= 0 || now() >= this.#end;
  }
}

/** Milliseconds since any start. */
export function now(): number {
  return typeof performance === "undefined" ? Date.now() : performance.now();
}

function checkPositive(name: string, value: number | undefined): void {
  if (value === undefined || value > 0) return;
  throw new RangeError(`${name} invalid: ${value} is not above 0`);
}
