/**
 * 64-bit integers as pairs of int32 halves: conversion from and to numbers and
 * (at the host boundary, and where the loop does not divide) bigints. A pair
 * that is a result is written to `out[at]` (low) and `out[at + 1]` (high), for
 * a handler straight into the register file; operands are passed by value, so a
 * result may replace one of them. All functions are exact.
 * Spec: «Integer Operations», «Conversions».
 */

const TWO_32 = 0x1_0000_0000;
/** High halves below this make an unsigned pair less than 2^53. */
const SAFE_HI = 0x20_0000;

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
