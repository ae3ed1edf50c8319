// Operands for property tests: edge values, and seeded random ones that are
// as often short as long, so that every path of an algorithm is taken.

/** A generator of uint32 numbers: mulberry32. */
export function randomWords(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let x = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return (x ^ (x >>> 14)) >>> 0;
  };
}

/** Bit patterns of 64 bits, unsigned. */
export function longSamples(count: number, seed = 1): bigint[] {
  const words = randomWords(seed);
  const samples: bigint[] = [];
  for (const bit of [0, 1, 8, 11, 12, 16, 21, 31, 32, 33, 52, 53, 54, 62, 63]) {
    for (const near of [-2n, -1n, 0n, 1n, 2n]) {
      const value = (1n << BigInt(bit)) + near;
      samples.push(BigInt.asUintN(64, value), BigInt.asUintN(64, -value));
    }
  }
  while (samples.length < count) {
    const value = BigInt(words()) << 32n | BigInt(words());
    const short = value >> BigInt(words() % 64);
    samples.push(words() & 1 ? short : BigInt.asUintN(64, -short));
  }
  return samples;
}

/** Every pair of the edge values, then random ones. */
export function longPairs(count: number): [bigint, bigint][] {
  const pairs: [bigint, bigint][] = [];
  const edges = longSamples(0);
  for (const a of edges) for (const b of edges) pairs.push([a, b]);
  const left = longSamples(count, 2), right = longSamples(count, 3);
  for (let i = edges.length; i < count; i++) pairs.push([left[i], right[i]]);
  return pairs;
}

/** Bit patterns of f64: numbers of every kind, then any bits. */
export function f64Samples(count: number): bigint[] {
  const samples: bigint[] = [];
  for (const x of NUMBERS) samples.push(f64Bits(x), f64Bits(-x));
  for (const bits of [0x7ff0n, 0x7ff8n, 0x7ffcn]) {
    samples.push(bits << 48n | 1n, bits << 48n | 1n << 63n | 1n);
  }
  const longs = longSamples(count, 4);
  const words = randomWords(5);
  for (const long of longs) {
    const x = Number(BigInt.asIntN(64, long)) / 2 ** (words() % 70);
    samples.push(long, f64Bits(x));
  }
  return samples;
}

/** Bit patterns of f32: numbers of every kind, then any bits. */
export function f32Samples(count: number): bigint[] {
  const samples: bigint[] = [];
  for (const x of NUMBERS) samples.push(f32Bits(x), f32Bits(-x));
  samples.push(0x7f800001n, 0x7fa00000n, 0xffc00000n, 0xffffffffn);
  const words = randomWords(6);
  while (samples.length < count) {
    samples.push(BigInt(words()), f32Bits((words() | 0) / 2 ** (words() % 32)));
  }
  return samples;
}

const NUMBERS = [
  ...[0, 5e-324, 2 ** -149, 0.25, 0.49999999999999994, 0.5, 0.75, 1, 1.5, 2.5],
  ...[3.5, 4.7, 8388607.5, 8388608, 16777215, 16777217, 2147483520],
  ...[2147483647, 2147483647.9, 2147483648, 2147483648.5, 2147483649],
  ...[4294967040, 4294967295, 4294967295.9, 4294967296, 4503599627370495.5],
  ...[4503599627370496, 4503599627370497, 9007199254740991, 9007199254740992],
  ...[2 ** 63 - 1024, 2 ** 63, 2 ** 63 + 2048, 2 ** 64 - 2048, 2 ** 64],
  ...[9223371487098961920, 18446742974197923840, 2 ** 64 + 4096, 1e19, 1e20],
  ...[3.4028234663852886e38, 1e300, Infinity, NaN],
];

const VIEW = new DataView(new ArrayBuffer(8));

export function f64Bits(x: number): bigint {
  VIEW.setFloat64(0, x);
  return VIEW.getBigUint64(0);
}
export function f64Of(bits: bigint): number {
  VIEW.setBigUint64(0, bits);
  return VIEW.getFloat64(0);
}
export function f32Bits(x: number): bigint {
  VIEW.setFloat32(0, x);
  return BigInt(VIEW.getUint32(0));
}
export function f32Of(bits: bigint): number {
  VIEW.setUint32(0, Number(bits));
  return VIEW.getFloat32(0);
}
export function lowOf(bits: bigint): number {
  return Number(BigInt.asIntN(32, bits));
}
export function highOf(bits: bigint): number {
  return Number(BigInt.asIntN(32, bits >> 32n));
}
export function join(lo: number, hi: number): bigint {
  return BigInt(hi >>> 0) << 32n | BigInt(lo >>> 0);
}
