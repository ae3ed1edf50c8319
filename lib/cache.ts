/**
 * Modules that were compiled before, for runtimes that meet the same bytes
 * again. Nothing is kept outside the realm: what says that a module is valid
 * must not come from where others can write.
 */

import type { FeatureSet, Module } from "../engine/mod.ts";

/** A module, and what it was checked against. */
interface Entry {
  readonly features: FeatureSet;
  readonly module: Module;
}

/**
 * Compiled modules by their bytes, shared between runtimes. It keeps what it
 * holds until it is closed.
 *
 * @example
 * ```ts
 * import { CompilationCache, Runtime } from "@waxwing/waxwing";
 *
 * const compilationCache = new CompilationCache();
 * const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
 * new Runtime({ compilationCache }).compile(bytes);
 * new Runtime({ compilationCache }).compile(bytes); // not decoded again
 * console.log(compilationCache.size === 1);
 * ```
 */
export class CompilationCache {
  readonly #entries: Map<number, Entry[]> = new Map();

  /** How many modules it holds. */
  get size(): number {
    let size = 0;
    for (const entries of this.#entries.values()) size += entries.length;
    return size;
  }

  /** Lets go of all modules; those in use stay as they are. */
  close(): void {
    this.#entries.clear();
  }

  /** The same as `close`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal The module of these bytes, checked against these features. */
  get(bytes: Uint8Array, features: FeatureSet): Module | undefined {
    return this.#entries.get(hashOf(bytes))?.find((entry) =>
      entry.features === features && areEqual(entry.module.bytes, bytes)
    )?.module;
  }

  /** @internal Keeps a module that `get` did not find. */
  put(module: Module, features: FeatureSet): void {
    const hash = hashOf(module.bytes);
    const entries = this.#entries.get(hash);
    const entry = { features, module };
    if (entries === undefined) this.#entries.set(hash, [entry]);
    else entries.push(entry);
  }
}

/** FNV-1a; that different bytes share a hash does no harm. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) {
    hash = Math.imul(hash ^ bytes[i], 0x01000193);
  }
  return hash;
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
