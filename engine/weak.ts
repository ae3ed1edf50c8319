/**
 * References that leave an object to the host's collector: code that nobody
 * uses any more, and whether there was a collection at all. What belongs to such
 * an object and is told of when it is garbage.
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

/** Gives `release` what belongs to an object that is garbage, where the host can. */
export function releasing<T>(
  release: (held: T) => void,
): (owner: object, held: T) => void {
  if (typeof FinalizationRegistry === "undefined") return () => {};
  const registry = new FinalizationRegistry(release);
  return (owner, held) => registry.register(owner, held);
}
