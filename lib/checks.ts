/**
 * What options have to be, told in one way where they are not: `name invalid:
 * why`. A `TypeError` says that something is of another kind, a `RangeError`
 * that a number is out of its range.
 */

type One =
  | "boolean"
  | "function"
  | "number"
  | "object"
  | "string"
  | `{ ${string}() }`;

/**
 * Of what type something is, as TypeScript writes it: what `typeof` gives, but
 * that null is no object; what has a method; or a list of such.
 */
type Kind = One | `${One}[]`;

/** Throws unless it is of this kind. */
export function checkKind(name: string, value: unknown, kind: Kind): void {
  if (!isOf(value, kind)) throw kindError(name, value, kind);
}

function isOf(value: unknown, kind: string): boolean {
  if (kind.endsWith("[]")) {
    return Array.isArray(value) &&
      value.every((item) => isOf(item, kind.slice(0, -2)));
  }
  if (kind[0] !== "{") return typeOf(value) === kind;
  const method = kind.slice(2, -4);
  return typeof (value as Record<string, unknown>)?.[method] === "function";
}

function typeOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}

/** Tells that something is of another kind. */
export function kindError(
  name: string,
  value: unknown,
  kind: string,
): TypeError {
  return new TypeError(`${name} invalid: ${typeOf(value)} is no ${kind}`);
}

/** Throws unless it is a whole number from `min` to `max`, or `max` itself. */
export function checkRange(
  name: string,
  value: number,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): void {
  checkKind(name, value, "number");
  if (value === max || Number.isInteger(value) && value >= min && value < max) {
    return;
  }
  throw new RangeError(`${name} invalid: ${value} is not ${min} to ${max}`);
}

/** Throws unless it is text that says something. */
export function checkText(name: string, value: unknown): void {
  checkKind(name, value, "string");
  if (value === "") throw new TypeError(`${name} invalid: empty`);
}

/** Throws unless its properties are what counts: those of a Map are not. */
export function checkRecord(name: string, value: unknown): void {
  const isRecord = typeOf(value) === "object" &&
    !(Symbol.iterator in (value as object));
  if (!isRecord) throw kindError(name, value, "plain object");
}

/** The least and the greatest number, see `checkRange`. */
type Range = readonly [min: number, max?: number];

/**
 * All options of a kind, to be kept complete by its type, and what each has to
 * be; undefined where that is checked elsewhere.
 */
type Known<T> = Readonly<Record<keyof T, Kind | Range | undefined>>;

/**
 * Throws where there is an option that nobody knows, such as a misspelt one,
 * or a wrong one. What is undefined counts as left out.
 */
export function checkOptions<T extends object>(
  options: T,
  known: Known<T>,
): void {
  checkRecord("options", options);
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(known, name)) {
      throw new TypeError(`options invalid: ${name} is not known`);
    }
    const wanted: Kind | Range | undefined = known[name as keyof T];
    if (value === undefined || wanted === undefined) continue;
    if (typeof wanted === "string") checkKind(name, value, wanted);
    else checkRange(name, value, ...wanted);
  }
}
