/**
 * From an instance's making to its end: whether it is open, which calls wait
 * for it, and what is told and freed when it is closed, in this order: its
 * name, the embedder's notifier, what it holds of the host, calls that wait.
 */

import { type ModuleInstance, pollAfter } from "../engine/mod.ts";
import { checkRange } from "./checks.ts";
import { endedError, isRunning, type Owner } from "./limits.ts";
import { Turns } from "./turns.ts";

/** What an instance's options and runtime say about its calls and end. */
export interface LifetimeOptions {
  readonly closesOnCancel: boolean;
  readonly interleaves: boolean;
}

/** The life of one instance. */
export class Lifetime implements Owner {
  readonly closesOnCancel: boolean;
  readonly interleaves: boolean;
  readonly turns: Turns = new Turns();
  readonly waiting: Set<(error: unknown) => void> = new Set();
  /** The `Instance`, once it is made; files below it cannot name its class. */
  handle: unknown = undefined;
  /** Told when it is closed, in this order. */
  readonly onClose: ((exitCode: number) => void)[] = [];
  #exitCode: number | undefined;

  constructor({ closesOnCancel, interleaves }: LifetimeOptions) {
    this.closesOnCancel = closesOnCancel;
    this.interleaves = interleaves;
  }

  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /**
   * Ends it, once. All are told, whatever some of them throw; the first such
   * error is thrown at the end.
   */
  closeWithExitCode(exitCode: number): void {
    checkRange("exitCode", exitCode, 0, 0xffffffff);
    if (this.#exitCode !== undefined) return;
    this.#exitCode = exitCode;
    const errors: unknown[] = [];
    for (const notify of this.onClose) {
      try {
        notify(this.#exitCode);
      } catch (error) {
        errors.push(error);
      }
    }
    for (const end of [...this.waiting]) end(endedError(this.#exitCode));
    if (isRunning(this)) pollAfter(-1);
    if (errors.length > 0) throw errors[0];
  }
}

/** The life of an instance that the library made. */
export function lifetimeOf(
  instance: ModuleInstance | undefined,
): Lifetime | undefined {
  return instance?.embedder as Lifetime | undefined;
}
