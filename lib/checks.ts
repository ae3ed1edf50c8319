/**
 * What options have to be, told in one way where they are not: `name invalid:
 * why`. A `TypeError` says that something is of another kind, a `RangeError`
 * that a number is out of its range.
 */

/** Throws unless it is a whole number from `min` to `max`. */
export function checkRange(
  name: string,
  value: number,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} invalid: ${value} is not ${min} to ${max}`);
  }
}

/** Throws unless it is text that says something. */
export function checkText(name: string, value: unknown): void {
  if (typeof value === "string" && value !== "") return;
  throw new TypeError(`${name} invalid: no text, or empty`);
}

/** Throws unless it is a list of strings. */
export function checkStrings(name: string, value: unknown): void {
  const isList = Array.isArray(value) &&
    value.every((item) => typeof item === "string");
  if (!isList) throw new TypeError(`${name} invalid: no list of strings`);
}

/** Throws unless its properties are what counts: those of a Map are not. */
export function checkRecord(name: string, value: unknown): void {
  const isRecord = typeof value === "object" && value !== null &&
    !(Symbol.iterator in value);
  if (!isRecord) throw new TypeError(`${name} invalid: no plain object`);
}

/** A list of all options of a kind, to be kept complete by its type. */
export type Known<T> = Readonly<Record<keyof T, true>>;

/** Throws where there is an option that nobody knows, such as a misspelt one. */
export function checkOptions<T extends object>(
  options: T,
  known: Known<T>,
): void {
  checkRecord("options", options);
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue;
    throw new TypeError(`options invalid: ${name} is not known`);
  }
}
