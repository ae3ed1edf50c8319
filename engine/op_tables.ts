/**
 * What the translator asks of ops, as tables by their numbers: made of names and
 * operands (ir.ts) when they are first needed.
 */

import { Op } from "./exec.ts";
import { shapes } from "./ir.ts";
import { lazy } from "./lazy.ts";
import { opShapes } from "./opcodes.ts";

/** Bytes by op. */
type OpTable = () => Uint8Array;

/** Whether an op can trap or call, so that its module offset is kept. */
export const noted: OpTable = /* @__PURE__ */ opTable((name, _letters, op) =>
  op >= Op.FirstCold || /Load|Store|Div|Rem|Call|TruncF|Memory/.test(name)
);

/** Whether an op may go on elsewhere than at the next one. */
export const control: OpTable = /* @__PURE__ */ opTable((_name, letters, op) =>
  op === Op.Unreachable || /[tcslT]/.test(letters)
);

/** Whether writing its first operand is all that an op of a loop does. */
export const writes: OpTable = /* @__PURE__ */ opTable((_name, letters, op) =>
  isOfLoop(op) && /^d[^dt]*$/.test(letters)
);

/** Whether an op of a loop writes no register, and calls nothing. */
export const writesNothing: OpTable = /* @__PURE__ */ opTable((
  _name,
  letters,
  op,
) => isOfLoop(op) && /^[^dcsln]*$/.test(letters));

/** Whether the register in its first operand is all that it writes. */
export const writesFirst: OpTable = /* @__PURE__ */ opTable((
  _name,
  letters,
  op,
) => isOfLoop(op) && /^d[^dcsln]*$/.test(letters));

/** Whether the operands of an op may be exchanged. */
export const commutes: OpTable = /* @__PURE__ */ opTable((name) =>
  /^I(32|64)(Add|And|Eq|Mul|Ne|Or|Xor)$/.test(name)
);

/** Whether one of the two loops runs an op. */
export function isOfLoop(op: number): boolean {
  return op < Op.FirstCold || op >= Op.FirstVector && op < Op.FirstRow;
}

function opTable(
  test: (name: string, letters: string, op: number) => boolean,
): OpTable {
  return lazy(() =>
    Uint8Array.from(
      shapes(),
      (shape, op) => test(shape?.name ?? "", shape?.letters ?? "", op) ? 1 : 0,
    )
  );
}

/** By op, a bit for each operand that is a register of the op's own frame. */
export const registers: () => Int32Array = /* @__PURE__ */ operandBits(
  /[dasl]/,
);

/** The same for bytes of registers. */
export const bytes: () => Int32Array = /* @__PURE__ */ operandBits(/b/);

function operandBits(letter: RegExp): () => Int32Array {
  return lazy(() =>
    Int32Array.from(opShapes(), (shape) => {
      let bits = 0;
      [...shape?.letters ?? ""].forEach((operand, i) => {
        if (letter.test(operand)) bits |= 1 << i;
      });
      return bits;
    })
  );
}
