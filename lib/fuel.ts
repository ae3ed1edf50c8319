/**
 * Fuel: how much a guest may do, counted in its own instructions. The same
 * program with the same input uses the same fuel on every engine.
 */

import { type Fuel as Tank, fuelLeft } from "../engine/mod.ts";
import { checkRange } from "./checks.ts";

/**
 * An amount of fuel that one or several calls use: a unit for each WebAssembly
 * instruction, one for each 256 bytes or 4 references that an instruction on
 * whole memories and tables works on, or a call of WASI moves, one for each
 * component of a path that such a call walks, and at a call one for each 32
 * locals that the function declares.
 *
 * @example
 * ```ts
 * import { Fuel, Runtime } from "@waxwing/waxwing";
 *
 * const bytes = Uint8Array.of(
 *   0, 97, 115, 109, 1, 0, 0, 0, // magic, version
 *   1, 5, 1, 96, 0, 1, 127, // (func (result i32))
 *   3, 2, 1, 0, 7, 10, 1, 6, 97, 110, 115, 119, 101, 114, 0, 0, // "answer"
 *   10, 6, 1, 4, 0, 65, 42, 11, // i32.const 42
 * );
 * const fuel = new Fuel(1000);
 * const answer = new Runtime().instantiate(bytes).exportedFunction("answer")!;
 * answer.callWith([], { fuel });
 * console.log(fuel.consumed > 0 && fuel.consumed + fuel.remaining === 1000);
 * ```
 */
export class Fuel {
  /** @internal */
  readonly tank: Tank;
  #given: number;

  /**
   * Makes an amount.
   *
   * @param units 0 to 2^53-1
   * @throws {RangeError} it is not in this range
   */
  constructor(units: number | bigint) {
    this.#given = unitsOf(units);
    this.tank = { remaining: this.#given };
  }

  /** Units that are left. */
  get remaining(): number {
    return Math.max(0, fuelLeft(this.tank));
  }

  /** Units that were used so far; the last instruction may overdraw. */
  get consumed(): number {
    return this.#given - fuelLeft(this.tank);
  }

  /** Gives more; also while a call uses it. */
  add(units: number | bigint): void {
    const added = unitsOf(units);
    this.#given += added;
    this.tank.remaining += added;
  }
}

/** The fuel of a call's option. */
export function fuelOf(fuel: number | bigint | Fuel): Fuel {
  return fuel instanceof Fuel ? fuel : new Fuel(fuel);
}

function unitsOf(units: number | bigint): number {
  const value = typeof units === "bigint" ? Number(units) : units;
  checkRange("fuel", value, 0);
  return value;
}
