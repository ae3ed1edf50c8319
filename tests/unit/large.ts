// Tests that need memories of up to 4 GiB.

import { test } from "uvu";

/**
 * Whether the host gives 4 GiB that cost little before they are used. Workers
 * have 128 MB in all, and workerd writes the zeros of every buffer: a minute
 * for these tests.
 */
function hasLargeMemories(): boolean {
  if (globalThis.navigator?.userAgent === "Cloudflare-Workers") return false;
  try {
    return new ArrayBuffer(2 ** 32).byteLength === 2 ** 32;
  } catch {
    return false;
  }
}

/** `test`, skipped where memories cannot be that large. */
export const testLarge = hasLargeMemories() ? test : test.skip;
