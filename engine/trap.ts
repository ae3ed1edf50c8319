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

/** The messages, by trap code. */
export const TRAP_MESSAGES: readonly string[] = [
  "",
  "unreachable",
  "out of bounds memory access",
  "out of bounds table access",
  "undefined element",
  "uninitialized element",
  "indirect call type mismatch",
  "integer divide by zero",
  "integer overflow",
  "invalid conversion to integer",
  "call stack exhausted",
  "null function reference",
  "null reference",
  "unaligned atomic",
  "expected shared memory",
];
