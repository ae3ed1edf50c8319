/**
 * A seeded generator of random numbers, the same on every machine, that can
 * be forked: what a child draws does not change what its parent draws later,
 * so that leaving out a part of a generated program leaves the rest as it was.
 */

export class Random {
  /** The seed, which also names what was made with this generator. */
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed >>> 0;
    this.#state = this.seed;
  }

  /** 32 random bits (splitmix32). */
  bits(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  }

  bits64(): bigint {
    return BigInt(this.bits()) << 32n | BigInt(this.bits());
  }

  /** A number from 0 to `count` - 1. */
  below(count: number): number {
    return Math.floor(this.bits() / 0x1_0000_0000 * count);
  }

  /** True in one of `count` cases. */
  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  fork(): Random {
    return new Random(this.bits());
  }
}
