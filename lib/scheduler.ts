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
  FuelExhausted,
  type FunctionInstance,
  machine,
  OUT_OF_FUEL,
  PENDING,
  STOPPED,
  Thread,
  type ValueType,
  WouldSuspendError,
} from "../engine/mod.ts";
import { type Fuel, fuelOf } from "./fuel.ts";
import { call, takeResults, writeValues } from "./function.ts";
import { type Pending, takePending, writeResults } from "./host_function.ts";
import type { Lifetime } from "./lifetime.ts";
import {
  type AsyncCallOptions,
  type CallOptions,
  checkOpen,
  endedError,
  enter,
  isAnyRunning,
  isRunning,
  leave,
  Limits,
  poll,
  Slice,
  syncLimits,
} from "./limits.ts";

/** Calls a function that may wait; see {@linkcode AsyncCallOptions}. */
export function callAsync(
  callee: FunctionInstance,
  args: readonly unknown[],
  owner: Lifetime,
  options: AsyncCallOptions = {},
  limits: Limits = Limits.of(options),
): Promise<unknown> {
  return new SteppedCall(callee, owner, options, limits, true).runAsync(args);
}

/**
 * Calls a function that must not wait; where it has fuel it can go on after
 * `FuelExhausted`.
 */
export function callWithin(
  callee: FunctionInstance,
  args: readonly unknown[],
  owner: Lifetime,
  options: CallOptions,
  limits: Limits = syncLimits(options),
): unknown {
  if (limits.fuel === undefined) return call(callee, args, owner, limits);
  return new SteppedCall(callee, owner, options, limits, false).run(args);
}

/** How a part of a call ended. */
interface Part {
  readonly outcome: number;
  /** The call's results, where it is complete. */
  readonly value?: unknown;
  /** What it waits for, where it is PENDING, and the types of that. */
  readonly pending?: Pending;
  readonly types?: readonly ValueType[];
  readonly hostName?: string;
  readonly slice?: Slice;
}

/** One call, from its turn to its results. */
class SteppedCall {
  readonly #thread: Thread;
  readonly #owner: Lifetime;
  readonly #options: AsyncCallOptions;
  readonly #mayWait: boolean;
  readonly #fuel: Fuel | undefined;
  #limits: Limits;

  constructor(
    callee: FunctionInstance,
    owner: Lifetime,
    options: AsyncCallOptions,
    limits: Limits,
    mayWait: boolean,
  ) {
    this.#mayWait = mayWait;
    this.#limits = limits;
    this.#fuel = limits.fuel;
    // Where a metered guest makes the call, its fuel pays.
    const fuel = this.#fuel?.tank ?? machine().fuel;
    this.#thread = new Thread(callee, fuel, mayWait);
    this.#owner = owner;
    this.#options = options;
  }

  run(args: readonly unknown[]): unknown {
    this.#check();
    return this.#complete(this.#start(args));
  }

  #complete(part: Part): unknown {
    if (part.outcome === PENDING) {
      throw this.#failed(
        new WouldSuspendError(part.hostName!, isAnyRunning()),
      );
    }
    if (part.outcome === OUT_OF_FUEL) {
      throw this.#exhausted(() =>
        this.#complete(this.#resume(part, undefined))
      );
    }
    return part.value;
  }

  async runAsync(args: readonly unknown[]): Promise<unknown> {
    this.#check();
    return await this.#inTurn(() => this.#start(args));
  }

  /** What can be told before anything is done. */
  #check(): void {
    checkOpen(this.#owner);
    this.#limits.check(this.#owner);
  }

  /** Waits for its turn, goes on as `begin` says, and to the end. */
  async #inTurn(begin: () => Part): Promise<unknown> {
    const { turns, interleaves } = this.#owner;
    // A call that a host function makes at once ends before the guest goes on.
    const turn = turns.take(
      (this.#options.interleave ?? interleaves) || isRunning(this.#owner),
    );
    try {
      if (turn.ready !== undefined) await this.#wait(turn.ready);
      let part = begin();
      while (part.outcome === PENDING || part.outcome === STOPPED) {
        const value = await this.#settle(part);
        part = this.#resume(part, value);
      }
      if (part.outcome !== OUT_OF_FUEL) return part.value;
      throw this.#exhausted(() =>
        this.#inTurn(() => this.#resume(part, undefined))
      );
    } finally {
      turns.leave(turn);
    }
  }

  #exhausted(goOn: () => unknown): FuelExhausted {
    let isResumed = false;
    const error = new FuelExhausted((units) => {
      if (isResumed) throw new Error("the call was resumed already");
      if (this.#fuel === undefined) {
        this.#thread.fuel!.remaining += fuelOf(units).remaining;
      } else this.#fuel.add(units);
      isResumed = true;
      // Its time begins anew.
      this.#limits = Limits.of(this.#options);
      return goOn();
    });
    addFrames(error, this.#thread.frames());
    return error;
  }

  #start(args: readonly unknown[]): Part {
    const { params } = this.#thread.callee.type;
    return this.#part(() =>
      this.#thread.start((at) => writeValues(machine(), at, params, args), poll)
    );
  }

  /** Goes on; where it waited for the host, with what that gave. */
  #resume({ types }: Part, value: unknown): Part {
    const write = types &&
      ((at: number) => writeResults(machine(), at, types, value));
    return this.#part(() => this.#thread.resume(write, poll));
  }

  /** Runs until the call is complete, waits, or gives way. */
  #part(body: () => number): Part {
    const owner = this.#owner;
    const limits = this.#limits;
    if (owner.exitCode !== undefined) {
      throw this.#failed(endedError(owner.exitCode));
    }
    const slice = this.#mayWait ? new Slice(limits) : undefined;
    const activity = enter(owner, limits, slice);
    let outcome: number;
    try {
      outcome = body();
    } finally {
      leave(activity);
    }
    if (outcome === STOPPED || outcome === OUT_OF_FUEL) return { outcome };
    const m = machine();
    if (outcome === PENDING) {
      const { type: { results: types }, hostName } = this.#thread.waitsFor!;
      return { outcome, pending: takePending(), types, hostName, slice };
    }
    checkOpen(owner);
    return {
      outcome,
      value: takeResults(m, m.top, this.#thread.callee.type.results),
    };
  }

  /** Waits for the host function, or until everything else had its turn. */
  async #settle({ pending, slice }: Part): Promise<unknown> {
    try {
      if (pending === undefined) return await this.#wait(nextTask());
      const { promise, fail } = pending;
      return await this.#wait(promise.then(undefined, (error) => {
        throw fail(error);
      }));
    } catch (error) {
      slice?.abandon?.();
      throw this.#failed(error);
    }
  }

  /** Ends the thread where it stands. */
  #failed<E>(error: E): E {
    this.#thread.abandon(error);
    return error;
  }

  /** Waits for a promise as long as the call may. */
  #wait<T>(promise: PromiseLike<T>): Promise<T> {
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

/** What servers have beside web standards. */
interface ServerGlobals {
  readonly setImmediate?: (run: () => void) => void;
  /** Of Cloudflare Workers, whatever their flags. */
  readonly WebSocketPair?: unknown;
}

/**
 * Settles when the event loop has gone round. `setImmediate` lets timers run
 * everywhere it exists, while messages starve them on Bun (3 of 30 ticks) and
 * in Workers (no tick in 200,000 messages). Elsewhere a message is sooner than
 * a timer, which browsers hold back 4 ms.
 */
export function nextTask(): Promise<void> {
  const { setImmediate, WebSocketPair } = globalThis as ServerGlobals;
  return new Promise((resolve) => {
    if (setImmediate !== undefined) {
      setImmediate(resolve);
      return;
    }
    if (typeof MessageChannel === "undefined" || WebSocketPair !== undefined) {
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
