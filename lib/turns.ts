/**
 * Turns of an instance's asynchronous calls: one that is not complete lets the
 * others wait, in the order in which they were made. Calls that interleave
 * wait for nobody, but hold back the others like any call.
 */

/** A call's place among the others. */
export interface Turn {
  /** Settles when the call may begin; undefined where it may at once. */
  readonly ready: Promise<void> | undefined;
}

/** The calls of one instance. */
export class Turns {
  /** Calls that have begun and are not complete. */
  readonly #begun: Set<Turn> = new Set();
  /** Those that wait, in order, with what begins them. */
  readonly #waiting: Map<Turn, () => void> = new Map();

  /** Whether no call is under way. */
  get isIdle(): boolean {
    return this.#begun.size === 0 && this.#waiting.size === 0;
  }

  /** Takes a place; `leave` has to follow in any case. */
  take(interleaves: boolean): Turn {
    if (interleaves || this.isIdle) {
      const turn: Turn = { ready: undefined };
      this.#begun.add(turn);
      return turn;
    }
    let begin = () => {};
    const turn: Turn = { ready: new Promise((resolve) => begin = resolve) };
    this.#waiting.set(turn, begin);
    return turn;
  }

  /** Gives a place up, whether the call has begun or not. */
  leave(turn: Turn): void {
    this.#waiting.delete(turn);
    this.#begun.delete(turn);
    if (this.#begun.size > 0) return;
    for (const [next, begin] of this.#waiting) {
      this.#waiting.delete(next);
      this.#begun.add(next);
      begin();
      return;
    }
  }
}
