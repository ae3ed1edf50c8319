/**
 * Trap codes and their messages, which are the texts of the official test
 * suite. A handler reports a trap by returning the negated code where a
 * program counter would be positive; no JavaScript exception is used for it
 * inside the interpreter.
 */

/**
 * Why a program trapped.
 *
 * @example
 * ```ts
 * import { TrapCode } from "@waxwing/waxwing";
 *
 * console.log(TrapCode[TrapCode.DivideByZero] === "DivideByZero");
 * ```
 */
export enum TrapCode {
  Unreachable = 1,
  MemoryOutOfBounds = 2,
  TableOutOfBounds = 3,
  UndefinedElement = 4,
  UninitializedElement = 5,
  IndirectCallTypeMismatch = 6,
  DivideByZero = 7,
  IntegerOverflow = 8,
  InvalidConversion = 9,
  CallStackExhausted = 10,
  NullFunctionReference = 11,
  NullReference = 12,
  UnalignedAtomic = 13,
  ExpectedSharedMemory = 14,
}

/** The message of each trap code. */
export const TRAP_MESSAGES: Readonly<Record<TrapCode, string>> = {
  1: "unreachable",
  2: "out of bounds memory access",
  3: "out of bounds table access",
  4: "undefined element",
  5: "uninitialized element",
  6: "indirect call type mismatch",
  7: "integer divide by zero",
  8: "integer overflow",
  9: "invalid conversion to integer",
  10: "call stack exhausted",
  11: "null function reference",
  12: "null reference",
  13: "unaligned atomic",
  14: "expected shared memory",
};
