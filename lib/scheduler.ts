/**
 * Calls that can wait: while a host function's promise is pending, between
 * two slices, and for their turn among the calls of their instance, nothing
 * of them is on the JavaScript stack, and other code runs.
 *
 * A part of a call runs on the engine's `Thread` and ends DONE, PENDING or
 * STOPPED. What belongs to the part that ended last (the results, the promise)
 * is taken at once, before anything else can run.
 */

import {
  addFrames,
  type FunctionInstance,
  machine,
  PENDING,
  STOPPED,
  Thread,
  type ValueType,
} from "../engine/mod.ts";
import { takeResults, writeValues } from "./function.ts";
import { type Pending, takePending, writeResults } from "./host_function.ts";
import type { Lifetime } from "./lifetime.ts";
import {
  type AsyncCallOptions,
  checkOpen,
  enter,
  isRunning,
  leave,
  Limits,
  poll,
  Slice,
} from "./limits.ts";

/** Calls a function that may wait; see {@linkcode AsyncCallOptions}. */
export async function callAsync(
  callee: FunctionInstance,
  args: readonly unknown[],
  owner: Lifetime,
  options: AsyncCallOptions = {},
): Promise<unknown> {
  const limits = new Limits(options);
  checkOpen(owner);
  limits.check(owner);
  // A call that a host function makes at once ends before the guest goes on.
  const interleaves = (options.interleave ?? owner.interleaves) ||
    isRunning(owner);
  const turn = owner.turns.take(interleaves);
  const call = new AsyncCall(callee, owner, limits);
  try {
    if (turn.ready !== undefined) await call.wait(turn.ready);
    return await call.run(args);
  } finally {
    owner.turns.leave(turn);
  }
}

/** How a part of a call ended. */
interface Part {
  readonly outcome: number;
  /** The call's results, where it is complete. */
  readonly value?: unknown;
  /** What it waits for, where it is PENDING, and the types of that. */
  readonly pending?: Pending;
  readonly types?: readonly ValueType[];
}

/** One call, from its turn to its results. */
class AsyncCall {
  readonly #thread: Thread;
  readonly #owner: Lifetime;
  readonly #limits: Limits;

  constructor(callee: FunctionInstance, owner: Lifetime, limits: Limits) {
    this.#thread = new Thread(callee);
    this.#owner = owner;
    this.#limits = limits;
  }

  async run(args: readonly unknown[]): Promise<unknown> {
    const m = machine();
    const { params } = this.#thread.callee.type;
    let part = this.#part(() =>
      this.#thread.start((at) => writeValues(m, at, params, args), poll)
    );
    while (part.outcome === PENDING || part.outcome === STOPPED) {
      const { types } = part;
      const value = await this.#settle(part);
      part = this.#part(() =>
        this.#thread.resume(
          types && ((at) => writeResults(m, at, types, value)),
          poll,
        )
      );
    }
    return part.value;
  }

  /** Runs until the call is complete, waits, or gives way. */
  #part(body: () => number): Part {
    const owner = this.#owner;
    const limits = this.#limits;
    checkOpen(owner);
    const { sliceMs, sliceFuel } = limits;
    const isSliced = sliceMs !== undefined || sliceFuel !== undefined;
    const slice = isSliced ? new Slice(limits) : undefined;
    const activity = enter(owner, limits, slice);
    let outcome: number;
    try {
      outcome = body();
    } finally {
      leave(activity);
    }
    if (outcome === STOPPED) return { outcome };
    const m = machine();
    if (outcome === PENDING) {
      const { results } = m.waitsFor!.type;
      return { outcome, pending: takePending(), types: results };
    }
    checkOpen(owner);
    return {
      outcome,
      value: takeResults(m, m.top, this.#thread.callee.type.results),
    };
  }

  /** Waits for the host function, or until everything else had its turn. */
  async #settle({ pending }: Part): Promise<unknown> {
    try {
      if (pending === undefined) return await this.wait(nextTask());
      const { promise, fail } = pending;
      return await this.wait(promise.then(undefined, (error) => {
        throw fail(error);
      }));
    } catch (error) {
      addFrames(error, this.#thread.frames());
      throw error;
    }
  }

  /** Waits for a promise as long as the call may. */
  wait<T>(promise: PromiseLike<T>): Promise<T> {
    const { waiting } = this.#owner;
    return new Promise((resolve, reject) => {
      // What happened before nobody will tell: this throws, and so rejects.
      checkOpen(this.#owner);
      this.#limits.check(this.#owner);
      const end = (error: unknown) => {
        cleanUp();
        reject(error);
      };
      const unwatch = this.#limits.watch(this.#owner, end);
      const cleanUp = () => {
        unwatch();
        waiting.delete(end);
      };
      waiting.add(end);
      promise.then((value) => {
        cleanUp();
        resolve(value);
      }, end);
    });
  }
}

/**
 * Settles when the event loop has gone round. A message does it sooner than a
 * timer, which browsers hold back for 4 ms.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof MessageChannel === "undefined") {
      setTimeout(resolve, 0);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
