/**
 * Random bytes. The default is a generator with a fixed seed, made anew for
 * every instance, so that a run can be repeated to the bit; it is no secret
 * to anybody. The host's real randomness is asked for by name.
 */

import type { Random } from "../lib/world.ts";

/** The seed where none is given. */
const DEFAULT_SEED = 42;

/**
 * A generator that gives the same bytes for the same seed: xoshiro128**,
 * seeded by splitmix32. Not for secrets.
 */
export function seededRandom(seed: number = DEFAULT_SEED): Random {
  const state = new Int32Array(4);
  let mix = seed | 0;
  for (let i = 0; i < 4; i++) {
    mix = (mix + 0x9e3779b9) | 0;
    let z = Math.imul(mix ^ (mix >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    state[i] = z ^ (z >>> 15);
  }
  return { fill: (bytes) => fill(state, bytes) };
}

/** Little-endian words; each call begins with a new one. */
function fill(state: Int32Array, bytes: Uint8Array): void {
  let word = 0;
  for (let i = 0; i < bytes.length; i++) {
    word = (i & 3) === 0 ? nextWord(state) : word >>> 8;
    bytes[i] = word;
  }
}

/** One step of xoshiro128** (Blackman and Vigna). */
function nextWord(s: Int32Array): number {
  const product = Math.imul(s[1], 5);
  const result = Math.imul((product << 7) | (product >>> 25), 9);
  const t = s[1] << 9;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = (s[3] << 11) | (s[3] >>> 21);
  return result;
}

const enum Most {
  /** What `getRandomValues` gives at once. */
  CryptoBytes = 65536,
}

/**
 * The host's cryptographic randomness, from the standard `crypto`.
 *
 * @example
 * ```ts
 * import { systemRandom } from "@waxwing/waxwing";
 *
 * const bytes = new Uint8Array(64);
 * systemRandom().fill(bytes);
 * console.log(bytes.some((byte) => byte !== 0));
 * ```
 */
export function systemRandom(): Random {
  return {
    fill(bytes) {
      const piece = new Uint8Array(Math.min(bytes.length, Most.CryptoBytes));
      for (let at = 0; at < bytes.length; at += piece.length) {
        const count = Math.min(piece.length, bytes.length - at);
        crypto.getRandomValues(piece);
        bytes.set(count < piece.length ? piece.subarray(0, count) : piece, at);
      }
    },
  };
}
