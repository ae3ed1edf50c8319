/**
 * 64-bit integers as pairs of int32 halves: division, counting bits, and
 * conversion from and to numbers and (at the host boundary only) bigints.
 * A pair that is a result is written to `out[at]` (low) and `out[at + 1]`
 * (high), for a handler straight into the register file; operands are passed
 * by value, so a result may replace one of them. All functions are exact.
 * Spec: «Integer Operations», «Conversions».
 */

const TWO_32 = 0x1_0000_0000;
/** High halves below this make an unsigned pair less than 2^53. */
const SAFE_HI = 0x20_0000;
/** Makes an estimated quotient too small rather than too large: 1 - 2^-50. */
const SHRINK = 0.9999999999999991;

/** Whether a signed pair lies in -2^53 to 2^53 - 1. */
function isSafe(hi: number): boolean {
  return ((hi + SAFE_HI) >>> 0) < 2 * SAFE_HI;
}

/** The nearest number (f64.convert_i64_s). */
export function toNumberS(lo: number, hi: number): number {
  return hi * TWO_32 + (lo >>> 0);
}

/** The nearest number (f64.convert_i64_u). */
export function toNumberU(lo: number, hi: number): number {
  return (hi >>> 0) * TWO_32 + (lo >>> 0);
}

/** The nearest f32 (f32.convert_i64_s). */
export function toFloatS(lo: number, hi: number): number {
  return Math.fround(toNumberS(isSafe(hi) ? lo : withStickyBit(lo), hi));
}

/** The nearest f32 (f32.convert_i64_u). */
export function toFloatU(lo: number, hi: number): number {
  return Math.fround(
    toNumberU((hi >>> 0) < SAFE_HI ? lo : withStickyBit(lo), hi),
  );
}

/**
 * Squeezes the low 12 bits into one, so that a pair beyond 2^53 becomes a
 * number without rounding and `fround` rounds only once. What lies between
 * two multiples of 2^12 stays there, and f32 has no finer midpoints there.
 */
function withStickyBit(lo: number): number {
  return (lo & 0xfff) === 0 ? lo : (lo & ~0xfff) | 0x800;
}

/** Writes an integer of -2^63 to 2^64, modulo 2^64. */
export function fromNumber(out: Int32Array, at: number, value: number): void {
  const hi = Math.floor(value / TWO_32);
  out[at] = value - hi * TWO_32;
  out[at + 1] = hi;
}

/** The signed bigint. */
export function toBigInt(lo: number, hi: number): bigint {
  if (isSafe(hi)) return BigInt(toNumberS(lo, hi));
  return (BigInt(hi) << 32n) | BigInt(lo >>> 0);
}

/** Writes a bigint, modulo 2^64. */
export function fromBigInt(
  out: Int32Array | number[],
  at: number,
  value: bigint,
): void {
  out[at] = Number(BigInt.asIntN(32, value));
  out[at + 1] = Number(BigInt.asIntN(32, value >> 32n));
}

export function popcnt(lo: number, hi: number): number {
  return popcnt32(lo) + popcnt32(hi);
}

function popcnt32(x: number): number {
  x -= (x >>> 1) & 0x55555555;
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  x = (x + (x >>> 4)) & 0x0f0f0f0f;
  return Math.imul(x, 0x01010101) >>> 24;
}

/**
 * The signed quotient, or the remainder, which has the sign of the dividend;
 * the divisor is not 0. By magnitudes; -2^63 / -1 wraps to itself.
 */
export function divideS(
  out: Int32Array,
  at: number,
  aLo: number,
  aHi: number,
  bLo: number,
  bHi: number,
  wantsRemainder: boolean,
): void {
  const isNegative = wantsRemainder ? aHi < 0 : (aHi ^ bHi) < 0;
  if (aHi < 0) {
    aHi = negatedHigh(aLo, aHi);
    aLo = -aLo | 0;
  }
  if (bHi < 0) {
    bHi = negatedHigh(bLo, bHi);
    bLo = -bLo | 0;
  }
  divideU(out, at, aLo, aHi, bLo, bHi, wantsRemainder);
  if (!isNegative) return;
  out[at + 1] = negatedHigh(out[at], out[at + 1]);
  out[at] = -out[at];
}

function negatedHigh(lo: number, hi: number): number {
  return lo === 0 ? -hi | 0 : ~hi;
}

/**
 * The unsigned quotient or remainder; the divisor is not 0. Where both operands
 * are below 2^53 the loop does it itself.
 */
export function divideU(
  out: Int32Array,
  at: number,
  aLo: number,
  aHi: number,
  bLo: number,
  bHi: number,
  wantsRemainder: boolean,
): void {
  if (bHi === 0) {
    divideByShort(out, at, aLo, aHi >>> 0, bLo >>> 0, wantsRemainder);
  } else {
    divideByLong(out, at, aLo, aHi, bLo, bHi, wantsRemainder);
  }
}

/** By an unsigned 32-bit number: long division by digits of 32, 16, 16 bits. */
function divideByShort(
  out: Int32Array,
  at: number,
  aLo: number,
  aHi: number,
  b: number,
  wantsRemainder: boolean,
): void {
  const high = Math.floor(aHi / b);
  let rest = (aHi - high * b) * 0x10000 + (aLo >>> 16);
  const middle = Math.floor(rest / b);
  rest = (rest - middle * b) * 0x10000 + (aLo & 0xffff);
  const low = Math.floor(rest / b);
  out[at] = wantsRemainder ? rest - low * b : (middle << 16) | low;
  out[at + 1] = wantsRemainder ? 0 : high;
}

/**
 * By a divisor of 2^32 or more. The quotient is below 2^32, so an estimate by
 * numbers, shrunk by more than their rounding errors (2^-51), is right or one
 * too small, and what it leaves of the dividend is not negative.
 */
function divideByLong(
  out: Int32Array,
  at: number,
  aLo: number,
  aHi: number,
  bLo: number,
  bHi: number,
  wantsRemainder: boolean,
): void {
  const ratio = toNumberU(aLo, aHi) / toNumberU(bLo, bHi);
  let quotient = Math.floor(ratio * SHRINK);
  const productLo = Math.imul(quotient, bLo);
  const productHi = multiplyHigh(quotient, bLo >>> 0) +
    Math.imul(quotient, bHi);
  let restLo = (aLo - productLo) | 0;
  let restHi = (aHi - productHi - borrow(aLo, productLo)) | 0;
  const isShort = restHi === bHi
    ? (restLo >>> 0) >= (bLo >>> 0)
    : (restHi >>> 0) > (bHi >>> 0);
  if (isShort) {
    quotient++;
    restHi = (restHi - bHi - borrow(restLo, bLo)) | 0;
    restLo = (restLo - bLo) | 0;
  }
  out[at] = wantsRemainder ? restLo : quotient;
  out[at + 1] = wantsRemainder ? restHi : 0;
}

/** What subtracting `b` from `a` takes from the halves above. */
function borrow(a: number, b: number): number {
  return (a >>> 0) < (b >>> 0) ? 1 : 0;
}

/** The high half of the product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const low = (a & 0xffff) * b;
  return Math.floor(((a >>> 16) * b + Math.floor(low / 0x10000)) / 0x10000);
}
