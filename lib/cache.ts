/**
 * Modules that were compiled before, for runtimes that meet the same bytes
 * again: as they are within the realm, and beyond it as a mark in a store,
 * which says that bytes were found valid.
 *
 * A mark can do no harm, whoever wrote it. It only spares the check of all
 * function bodies when a module is compiled; each is checked again when it is
 * translated, at its first call, so that none that is invalid ever runs.
 */

import { type FeatureSet, lazyBy, type Module } from "../engine/mod.ts";
import { checkOptions } from "./checks.ts";
import { VERSION } from "./version.ts";
import { isPromise, type MaybePromise } from "./world.ts";

/** A module, and what it was checked against. */
interface Entry {
  readonly features: FeatureSet;
  readonly module: Module;
}

/**
 * Where a {@linkcode CompilationCache} keeps its marks: a directory, a
 * database, the Cache API. Keys are of letters, digits, `.` and `-`, values of
 * some 80 bytes. What it throws is ignored; it is as if nothing was there.
 */
export interface CacheStore {
  /** What was put there, undefined for nothing. */
  get(key: string): MaybePromise<Uint8Array | undefined>;
  /** Keeps a value for later. */
  put(key: string, value: Uint8Array<ArrayBuffer>): MaybePromise<void>;
}

/** Options of a {@linkcode CompilationCache}. */
export interface CompilationCacheOptions {
  /**
   * What is kept beyond the realm. Where it answers with promises,
   * `compileAsync` alone can use it. Default: nothing.
   */
  readonly store?: CacheStore | undefined;
}

/**
 * Compiled modules by their bytes, shared between runtimes. It keeps what it
 * holds until it is closed.
 *
 * @example
 * ```ts
 * import { CompilationCache, Runtime } from "@waxwing/waxwing";
 *
 * const kept = new Map<string, Uint8Array>();
 * const store = {
 *   get: (key: string) => kept.get(key),
 *   put: (key: string, value: Uint8Array) => void kept.set(key, value),
 * };
 * const compilationCache = new CompilationCache({ store });
 * const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
 * new Runtime({ compilationCache }).compile(bytes);
 * new Runtime({ compilationCache }).compile(bytes); // not decoded again
 * console.log(compilationCache.size === 1 && kept.size === 1);
 * ```
 */
export class CompilationCache {
  readonly #entries: Map<string, Entry[]> = new Map();
  readonly #store: CacheStore | undefined;

  /**
   * Makes an empty one.
   *
   * @throws {TypeError} an option is wrong or not known
   */
  constructor(options: CompilationCacheOptions = {}) {
    checkOptions(options, { store: "{ get() }" });
    this.#store = options.store;
  }

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

  /** @internal Whether the store says that these bytes are valid. */
  isMarked(bytes: Uint8Array, features: FeatureSet): MaybePromise<boolean> {
    const store = this.#store;
    if (store === undefined) return false;
    const { key, value } = markOf(bytes, features);
    const isSame = (found: Uint8Array | undefined) =>
      found !== undefined && areEqual(found, value);
    return attempt(() => {
      const found = store.get(key);
      return isPromise(found) ? found.then(isSame) : isSame(found);
    });
  }

  /** @internal Keeps a module that `get` did not find. */
  put(
    module: Module,
    features: FeatureSet,
    isMarked: boolean,
  ): MaybePromise<unknown> {
    const hash = hashOf(module.bytes);
    const entries = this.#entries.get(hash);
    const entry = { features, module };
    if (entries === undefined) this.#entries.set(hash, [entry]);
    else entries.push(entry);
    const store = this.#store;
    if (store === undefined || isMarked) return;
    const { key, value } = markOf(module.bytes, features);
    return attempt(() => store.put(key, value) as MaybePromise<unknown>);
  }
}

/** Gives false where the store fails. */
function attempt<T>(run: () => MaybePromise<T>): MaybePromise<T | false> {
  try {
    const result = run();
    return isPromise(result)
      ? Promise.resolve(result).catch(() => false as const)
      : result;
  } catch {
    return false;
  }
}

/**
 * Format, version, features, length and hash of the module, and a hash of all
 * that. Whatever else the store has is damaged, or of another version.
 */
function markOf(bytes: Uint8Array, features: FeatureSet) {
  const hash = hashOf(bytes);
  const facts = [`waxwing-valid-1`, VERSION, features, bytes.length, hash];
  const text = facts.join(" ");
  const key = `waxwing-${VERSION}-${features}-${hash}`;
  return { key, value: bytesOf(`${text} ${hashOf(bytesOf(text))}\n`) };
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** 64 bits in hexadecimal. That different bytes may share one does no harm. */
const hashOf = /* @__PURE__ */ lazyBy((bytes: Uint8Array): string => {
  let a = 0x811c9dc5;
  let b = 0x41c6ce57;
  const take = (word: number) => {
    a = Math.imul(a ^ word, 0x01000193);
    b = Math.imul(b ^ word, 0x5f356495) ^ a >>> 15;
  };
  const words = wordsOf(bytes);
  for (let i = 0; i < words.length; i++) take(words[i]);
  for (let i = 4 * words.length; i < bytes.length; i++) take(bytes[i]);
  return [a ^ b >>> 16, b].map((word) =>
    (word >>> 0).toString(16).padStart(8, "0")
  ).join("");
});

/** The whole words of bytes that begin at a multiple of 4 in their buffer. */
function wordsOf({ buffer, byteOffset, length }: Uint8Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length >> 2);
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
