/**
 * Tables that are built when they are first asked for, so that importing the
 * library costs little more than reading it.
 */

/** A function that returns what `build` made at the first call. */
export function lazy<T extends object>(build: () => T): () => T {
  let value: T | undefined;
  return () => value ??= build();
}
