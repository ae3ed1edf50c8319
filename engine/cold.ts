/**
 * The handler of every op that the hot loop leaves to others: cold ops, and
 * hot ops that cannot be done as the loop would (they trap, or lie beyond its
 * limits).
 */

import { accessHandlers } from "./access.ts";
import { BULK_HANDLERS } from "./bulk.ts";
import { CALL_HANDLERS } from "./calls.ts";
import { Op } from "./exec.ts";
import type { Handler } from "./instruction.ts";
import { JOINS } from "./ir.ts";
import { rowHandlers } from "./opcodes.ts";
import { scalarHandlers } from "./scalar.ts";
import { TrapCode } from "./trap.ts";

const divideByZero: Handler = () => -TrapCode.DivideByZero;

/** The loop leaves for a zero divisor, and for the quotient 2^31. */
const divS: Handler = (m, pc, fp) =>
  m.I[fp + m.code[pc + 3]] === 0
    ? -TrapCode.DivideByZero
    : -TrapCode.IntegerOverflow;

const TRAP_HANDLERS: readonly (readonly [Op, Handler])[] = [
  [Op.I32DivS, divS],
  [Op.I32DivU, divideByZero],
  [Op.I32RemS, divideByZero],
  [Op.I32RemU, divideByZero],
];

/** By op; of an op that the loop always does itself, there is none. */
export function buildHandlers(): Handler[] {
  const handlers: Handler[] = new Array(Op.FirstRow).fill(missing);
  const rows = [
    ...CALL_HANDLERS,
    ...accessHandlers(),
    ...TRAP_HANDLERS,
    ...scalarHandlers(),
    ...BULK_HANDLERS,
  ];
  for (const [op, handler] of rows) handlers[op] = handler;
  JOINS.forEach(([first], i) => {
    handlers[Op.FirstJoined + i] = handlers[first];
  });
  handlers.push(...rowHandlers());
  return handlers;
}

function missing(m: { code: Int32Array }, pc: number): number {
  throw new Error(`no handler for op ${m.code[pc]}`);
}
