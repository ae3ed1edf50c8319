/**
 * What is made when it is first asked for: tables, so that importing the library
 * costs little more than reading it, and what belongs to a module.
 */

/** A function that returns what `build` made at the first call. */
export function lazy<T extends object>(build: () => T): () => T {
  let value: T | undefined;
  return () => value ??= build();
}

/** A function that returns what `make` made of the same object before. */
export function lazyBy<K extends object, T extends object | string>(
  make: (key: K) => T,
): (key: K) => T {
  const known: WeakMap<K, T> = new WeakMap();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) known.set(key, value = make(key));
    return value;
  };
}
