// The members of an enum that the library exports.

/** Its numbers, in order; an enum also has its names by number. */
export function numbersOf(values: Record<string, string | number>): number[] {
  return Object.values(values).filter((value) => typeof value === "number");
}
