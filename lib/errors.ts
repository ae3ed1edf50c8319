/**
 * The errors that the library throws, beside those of the engine, which it
 * publishes unchanged. They can be told apart by class and by field; messages
 * are for people.
 */

export {
  CompileError,
  LinkError,
  Trap,
  type WasmFrame,
  WouldSuspendError,
} from "../engine/mod.ts";

/** The guest ended itself, or its module was closed. */
export class ExitError extends Error {
  override readonly name = "ExitError";
  /** 0 to 2^32-1; 0 stands for success. */
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`module closed with exit_code(${exitCode})`);
    this.exitCode = exitCode;
  }
}
