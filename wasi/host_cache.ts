/**
 * A compilation cache in a directory of the host, over `node:fs`, for Node,
 * Deno and Bun. A file is written under another name first, so that nobody
 * reads half of one.
 */

import * as fs from "node:fs";
import { join } from "node:path";
import type { CacheStore } from "../lib/cache.ts";

/**
 * The store of a `CompilationCache` in a directory, one small file for each
 * module. Several processes may use it.
 *
 * @example
 * ```ts
 * import { CompilationCache, Runtime } from "@waxwing/waxwing";
 * import { DirectoryCache } from "@waxwing/waxwing/host_cache";
 *
 * const store = new DirectoryCache("node_modules/.cache/waxwing");
 * const compilationCache = new CompilationCache({ store });
 * const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
 * new Runtime({ compilationCache }).compile(bytes);
 * ```
 */
export class DirectoryCache implements CacheStore {
  readonly #path: string;

  /**
   * Makes the directory, for its owner alone, where it does not exist.
   *
   * @throws {Error} of `node:fs`, where that fails
   */
  constructor(path: string) {
    fs.mkdirSync(path, { recursive: true, mode: 0o700 });
    this.#path = path;
  }

  /** What was put there, undefined for nothing. */
  get(key: string): Uint8Array | undefined {
    try {
      return fs.readFileSync(this.#fileOf(key));
    } catch {
      return undefined;
    }
  }

  /** Keeps a value for later. */
  put(key: string, value: Uint8Array): void {
    const file = this.#fileOf(key);
    const draft = `${file}.${globalThis.process.pid}`;
    fs.writeFileSync(draft, value, { mode: 0o600 });
    fs.renameSync(draft, file);
  }

  #fileOf(key: string): string {
    if (!/^[\w-]+(\.[\w-]+)*$/.test(key)) {
      throw new RangeError(`invalid key: ${key}`);
    }
    return join(this.#path, key);
  }
}
