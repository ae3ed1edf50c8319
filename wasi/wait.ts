/**
 * Code that may have to wait, written once. A call is a generator that yields
 * the promises it depends on; `drive` runs it. Where nothing has to wait it
 * ends at once with a plain value and no Promise is ever made; otherwise with
 * a Promise.
 */

import { isPromise, type MaybePromise } from "../lib/world.ts";

/** A computation of a `T` that yields what it waits for. */
export type Steps<T> = Generator<Promise<unknown>, T, unknown>;

/** The value itself, waited for where it has to be: `yield* wait(...)`. */
export function* wait<T>(value: MaybePromise<T>): Steps<T> {
  return isPromise(value) ? (yield value) as T : value;
}

/** What comes of a value, at once if the value is there. */
export function whenReady<T, U>(
  value: MaybePromise<T>,
  use: (value: T) => MaybePromise<U>,
): MaybePromise<U> {
  return isPromise(value) ? value.then(use) : use(value);
}

/** Runs a computation to its end, at once if nothing has to wait. */
export function drive<T>(steps: Steps<T>): MaybePromise<T> {
  const step = steps.next();
  return step.done ? step.value : driveOn(steps, step.value);
}

async function driveOn<T>(
  steps: Steps<T>,
  first: Promise<unknown>,
): Promise<T> {
  let pending = first;
  for (;;) {
    let step: IteratorResult<Promise<unknown>, T>;
    try {
      step = steps.next(await pending);
    } catch (error) {
      step = steps.throw(error);
    }
    if (step.done) return step.value;
    pending = step.value;
  }
}
