/**
 * References that leave an object to the host's collector: code that nobody
 * uses any more, and whether there was a collection at all.
 */

export interface Weak<T extends object> {
  /** Undefined where the collector took it. */
  deref(): T | undefined;
}

/** Weakly held where the host can; Workers of before 2025 cannot. */
export function weakly<T extends object>(value: T): Weak<T> {
  return typeof WeakRef === "undefined"
    ? { deref: () => value }
    : new WeakRef(value);
}
