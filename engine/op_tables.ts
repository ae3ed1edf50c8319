/**
 * What the translator asks of ops, as tables by their numbers: made of names and
 * operands (ir.ts) when they are first needed.
 */

import { Op } from "./exec.ts";
import { shapes } from "./ir.ts";
import { lazy } from "./lazy.ts";
import { opShapes } from "./opcodes.ts";

const NOTED = /Load|Store|Div|Rem|Call|TruncF|Memory/;
const COMMUTES = /^I(32|64)(Add|And|Eq|Mul|Ne|Or|Xor)$/;

/** What is known of an op, as bits. */
export const enum Trait {
  /** One of the two loops runs it. */
  OfLoop = 1,
  /** It may go on elsewhere than at the next op. */
  Control = 2,
  /** It can trap or call, so that its module offset is kept. */
  Noted = 4,
  /** It writes no register, and calls nothing. */
  WritesNothing = 8,
  /** The register in its first operand is all that it writes. */
  WritesFirst = 16,
  /** Its operands may be exchanged. */
  Commutes = 32,
}

/** The traits by op, but for cold rows, which have none. */
export const traits: () => Uint8Array = /* @__PURE__ */ lazy(() =>
  Uint8Array.from(shapes(), (shape, op) => {
    const { name = "", letters = "" } = shape ?? {};
    let bits = 0;
    if (op === Op.Unreachable || /[tcslT]/.test(letters)) bits = Trait.Control;
    if (op >= Op.FirstCold && op < Op.FirstVector) return bits | Trait.Noted;
    bits |= Trait.OfLoop;
    if (op >= Op.FirstVector || NOTED.test(name)) bits |= Trait.Noted;
    if (/^[^dcsln]*$/.test(letters)) bits |= Trait.WritesNothing;
    if (/^d[^dcsln]*$/.test(letters)) bits |= Trait.WritesFirst;
    return COMMUTES.test(name) ? bits | Trait.Commutes : bits;
  })
);

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
