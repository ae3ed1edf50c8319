/**
 * Checkpoints: a host function notes where its caller stands, and a later host
 * function of the same call has the guest go on there again, as C's setjmp and
 * longjmp do.
 */

import {
  type Checkpoint as Stack,
  restoring,
  takeCheckpoint,
} from "../engine/mod.ts";
import { writeResults } from "./host_function.ts";

/**
 * A checkpoint is of no use: it was taken, or restored, at the wrong time.
 *
 * @example
 * ```ts
 * import { Checkpoint, CheckpointError } from "@waxwing/waxwing/monitors";
 *
 * try {
 *   Checkpoint.take(); // no guest has called
 * } catch (error) {
 *   console.log(error instanceof CheckpointError);
 * }
 * ```
 */
export class CheckpointError extends Error {
  /** To tell the class by, where `instanceof` cannot. */
  override readonly name = "CheckpointError";
}

/**
 * The stack of a call, as it was when a host function of it ran. Memories,
 * globals and tables are not part of it. It can be restored as long as the call
 * is not complete, any number of times.
 *
 * @example
 * ```ts
 * import { Runtime } from "@waxwing/waxwing";
 * import { Checkpoint } from "@waxwing/waxwing/monitors";
 *
 * let checkpoint: Checkpoint;
 * new Runtime().newHostModule("env")
 *   .func("set", [], ["i32"], () => {
 *     checkpoint = Checkpoint.take();
 *     return 0;
 *   })
 *   // `set` returns again, with this value.
 *   .func("jump", ["i32"], [], (value) => checkpoint.restore(value))
 *   .instantiate();
 * ```
 */
export class Checkpoint {
  readonly #stack: Stack;

  /** Made by `take`. */
  private constructor(stack: Stack) {
    this.#stack = stack;
  }

  /**
   * Notes where the guest stands that called the running host function.
   *
   * @throws {CheckpointError} no guest has called a host function
   */
  static take(): Checkpoint {
    const stack = takeCheckpoint();
    if (stack !== undefined) return new Checkpoint(stack);
    throw new CheckpointError("no guest has called a host function");
  }

  /**
   * Has the guest go on where the host function returns that took the
   * checkpoint, now with these results. It throws what the host function that
   * calls it must let pass, and never returns.
   *
   * @throws {CheckpointError} the call is complete, or is waiting
   */
  restore(...results: readonly unknown[]): never {
    const { host } = this.#stack;
    const types = host.type.results;
    const value = types.length > 1 ? results : results[0];
    const error = restoring(this.#stack, (m, base) => {
      writeResults(m, base, types, value);
    });
    throw error ?? new CheckpointError(
      `the call of ${host.hostName} that took the checkpoint is not under way`,
    );
  }
}
