/**
 * What the SIMD handlers do with one int32 word: lanes of 8 and 16 bits that
 * are computed side by side in it ("SIMD within a register"), and the writing
 * of a v128 as four words.
 *
 * In a word of packed lanes, `x & 0x7f7f7f7f` clears the sign bit of every
 * byte, so that an addition carries no further than there, and
 * `x & ~0x7f7f7f7f` keeps nothing but the sign bits; the same with 0x7fff7fff
 * for halves. (0x80808080 would not be an int32.) A mask has all bits of a
 * lane set or none. See Hacker's Delight, chapter 2-18.
 *
 * What depends on the data does not branch: lanes are seldom predictable, and
 * `-(x < y)` for `x < y ? -1 : 0` made an i32x4.lt_s of random lanes 11 ns
 * instead of 25 (V8; 25 to 13 for f32x4 on JSC).
 */

import { nearest } from "./float.ts";

/** Writes a v128, given as values, so that it may overlap any operand. */
export function put(
  I: Int32Array,
  d: number,
  w0: number,
  w1: number,
  w2: number,
  w3: number,
): void {
  I[d] = w0;
  I[d + 1] = w1;
  I[d + 2] = w2;
  I[d + 3] = w3;
}

/** Copies the v128 at `a` to `d`; the two may overlap in part. */
export function copy(I: Int32Array, d: number, a: number): void {
  put(I, d, I[a], I[a + 1], I[a + 2], I[a + 3]);
}

/** The bits of x where the mask is set, of y elsewhere. */
export function select(mask: number, x: number, y: number): number {
  return y ^ ((x ^ y) & mask);
}

// ---- 8-bit lanes

export function add8(x: number, y: number): number {
  return ((x & 0x7f7f7f7f) + (y & 0x7f7f7f7f)) ^ ((x ^ y) & ~0x7f7f7f7f);
}

export function sub8(x: number, y: number): number {
  return ((x | ~0x7f7f7f7f) - (y & 0x7f7f7f7f)) ^ (~(x ^ y) & ~0x7f7f7f7f);
}

/** The mask of the lanes whose sign bit is set in `signs`, all else being 0. */
function mask8(signs: number): number {
  return (signs << 1) - (signs >>> 7) | 0;
}

/** The sign bits of the lanes that are zero. */
export function zeros8(x: number): number {
  return ~(((x & 0x7f7f7f7f) + 0x7f7f7f7f) | x | 0x7f7f7f7f);
}

/** In the sign bits: whether the lower seven bits of x reach those of y. */
function reaches8(x: number, y: number): number {
  return (x | ~0x7f7f7f7f) - (y & 0x7f7f7f7f);
}

export function eq8(x: number, y: number): number {
  return mask8(zeros8(x ^ y));
}

export function ltS8(x: number, y: number): number {
  return mask8(((x & ~y) | ~((x ^ y) | reaches8(x, y))) & ~0x7f7f7f7f);
}

export function ltU8(x: number, y: number): number {
  return mask8(((~x & y) | ~((x ^ y) | reaches8(x, y))) & ~0x7f7f7f7f);
}

export function minS8(x: number, y: number): number {
  return select(ltS8(x, y), x, y);
}

export function minU8(x: number, y: number): number {
  return select(ltU8(x, y), x, y);
}

export function maxS8(x: number, y: number): number {
  return select(ltS8(x, y), y, x);
}

export function maxU8(x: number, y: number): number {
  return select(ltU8(x, y), y, x);
}

/** The largest value, or where x is negative the smallest. */
function limit8(x: number): number {
  return 0x7f7f7f7f + ((x >>> 7) & 0x01010101);
}

export function addSatS8(x: number, y: number): number {
  const sum = add8(x, y);
  const overflow = mask8(~(x ^ y) & (x ^ sum) & ~0x7f7f7f7f);
  return select(overflow, limit8(x), sum);
}

export function addSatU8(x: number, y: number): number {
  const sum = add8(x, y);
  return sum | mask8(((x & y) | ((x | y) & ~sum)) & ~0x7f7f7f7f);
}

export function subSatS8(x: number, y: number): number {
  const difference = sub8(x, y);
  const overflow = mask8((x ^ y) & (x ^ difference) & ~0x7f7f7f7f);
  return select(overflow, limit8(x), difference);
}

export function subSatU8(x: number, y: number): number {
  return sub8(x, y) & ~ltU8(x, y);
}

export function avgrU8(x: number, y: number): number {
  return (x | y) - (((x ^ y) >>> 1) & 0x7f7f7f7f) | 0;
}

export function abs8(x: number): number {
  const signs = x & ~0x7f7f7f7f;
  return (x ^ mask8(signs)) + (signs >>> 7) | 0;
}

/** `kept` has the bits that do not come from a neighbour. */
export function shrS8(x: number, count: number, kept: number): number {
  return select(kept, x >>> count, mask8(x & ~0x7f7f7f7f));
}

export function popcnt8(x: number): number {
  const pairs = x - ((x >>> 1) & 0x55555555) | 0;
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return (nibbles + (nibbles >>> 4)) & 0x0f0f0f0f;
}

/** The four sign bits, lane 0 lowest. */
export function signBits8(x: number): number {
  return (Math.imul((x >>> 7) & 0x01010101, 0x01020408) >>> 24) & 15;
}

/** The low two lanes, sign-extended to 16 bits. */
export function widen8S(x: number): number {
  return (((x << 16) >> 24) << 16) | ((x << 24) >> 24 & 0xffff);
}

/** The low two lanes, zero-extended to 16 bits. */
export function widen8U(x: number): number {
  return (x & 0xff) | ((x & 0xff00) << 8);
}

/** The sums of neighbours, as 16-bit lanes. */
export function pairwise8S(x: number): number {
  return (((x << 8 >> 24) + (x >> 24)) << 16) |
    ((x << 24 >> 24) + (x << 16 >> 24) & 0xffff);
}

export function pairwise8U(x: number): number {
  return (x & 0x00ff00ff) + ((x >>> 8) & 0x00ff00ff);
}

// ---- 16-bit lanes

export function add16(x: number, y: number): number {
  return ((x & 0x7fff7fff) + (y & 0x7fff7fff)) ^ ((x ^ y) & ~0x7fff7fff);
}

export function sub16(x: number, y: number): number {
  return ((x | ~0x7fff7fff) - (y & 0x7fff7fff)) ^ (~(x ^ y) & ~0x7fff7fff);
}

export function mul16(x: number, y: number): number {
  return (Math.imul(x >>> 16, y >>> 16) << 16) | (Math.imul(x, y) & 0xffff);
}

function mask16(signs: number): number {
  return (signs << 1) - (signs >>> 15) | 0;
}

export function zeros16(x: number): number {
  return ~(((x & 0x7fff7fff) + 0x7fff7fff) | x | 0x7fff7fff);
}

function reaches16(x: number, y: number): number {
  return (x | ~0x7fff7fff) - (y & 0x7fff7fff);
}

export function eq16(x: number, y: number): number {
  return mask16(zeros16(x ^ y));
}

export function ltS16(x: number, y: number): number {
  return mask16(((x & ~y) | ~((x ^ y) | reaches16(x, y))) & ~0x7fff7fff);
}

export function ltU16(x: number, y: number): number {
  return mask16(((~x & y) | ~((x ^ y) | reaches16(x, y))) & ~0x7fff7fff);
}

export function minS16(x: number, y: number): number {
  return select(ltS16(x, y), x, y);
}

export function minU16(x: number, y: number): number {
  return select(ltU16(x, y), x, y);
}

export function maxS16(x: number, y: number): number {
  return select(ltS16(x, y), y, x);
}

export function maxU16(x: number, y: number): number {
  return select(ltU16(x, y), y, x);
}

function limit16(x: number): number {
  return 0x7fff7fff + ((x >>> 15) & 0x00010001);
}

export function addSatS16(x: number, y: number): number {
  const sum = add16(x, y);
  const overflow = mask16(~(x ^ y) & (x ^ sum) & ~0x7fff7fff);
  return select(overflow, limit16(x), sum);
}

export function addSatU16(x: number, y: number): number {
  const sum = add16(x, y);
  return sum | mask16(((x & y) | ((x | y) & ~sum)) & ~0x7fff7fff);
}

export function subSatS16(x: number, y: number): number {
  const difference = sub16(x, y);
  const overflow = mask16((x ^ y) & (x ^ difference) & ~0x7fff7fff);
  return select(overflow, limit16(x), difference);
}

export function subSatU16(x: number, y: number): number {
  return sub16(x, y) & ~ltU16(x, y);
}

export function avgrU16(x: number, y: number): number {
  return (x | y) - (((x ^ y) >>> 1) & 0x7fff7fff) | 0;
}

export function abs16(x: number): number {
  const signs = x & ~0x7fff7fff;
  return (x ^ mask16(signs)) + (signs >>> 15) | 0;
}

export function signBits16(x: number): number {
  return (x >>> 15 & 1) | (x >>> 30 & 2);
}

/** Products of Q15 fractions, rounded; only -1 * -1 saturates. */
export function q15mulrSat16(x: number, y: number): number {
  const low = (Math.imul(x << 16 >> 16, y << 16 >> 16) + 0x4000) >> 15;
  const high = (Math.imul(x >> 16, y >> 16) + 0x4000) >> 15;
  return (Math.min(high, 0x7fff) << 16) | (Math.min(low, 0x7fff) & 0xffff);
}

export function dot16(x: number, y: number): number {
  return Math.imul(x << 16 >> 16, y << 16 >> 16) + Math.imul(x >> 16, y >> 16) |
    0;
}

// ---- narrowing: the lanes of two words, clamped, in one

/** The signed halves of x, clamped to signed bytes in zeroed halves. */
function clamp16S(x: number): number {
  const signs = x & ~0x7fff7fff;
  const size = x ^ ((signs << 1) - (signs >>> 15));
  const over = (size + 0x7f807f80) & ~0x7fff7fff;
  const limit = 0x007f007f + (signs >>> 15);
  return select((over >>> 7) - (over >>> 15), limit, x & 0x00ff00ff);
}

/** The signed halves of x, clamped to unsigned bytes in zeroed halves. */
function clamp16U(x: number): number {
  const signs = x & ~0x7fff7fff;
  const natural = x & ~((signs << 1) - (signs >>> 15));
  const over = (natural + 0x7f007f00) & ~0x7fff7fff;
  return (natural | ((over >>> 7) - (over >>> 15))) & 0x00ff00ff;
}

export function narrow16S(x: number, y: number): number {
  const low = clamp16S(x), high = clamp16S(y);
  return ((low | low >>> 8) & 0xffff) | (high | high >>> 8) << 16;
}

export function narrow16U(x: number, y: number): number {
  const low = clamp16U(x), high = clamp16U(y);
  return ((low | low >>> 8) & 0xffff) | (high | high >>> 8) << 16;
}

function clamp32S(x: number): number {
  const negative = x >> 31;
  const over = (0x7fff - (x ^ negative)) >> 31;
  return select(over, negative ^ 0x7fff, x) & 0xffff;
}

function clamp32U(x: number): number {
  const natural = x & ~(x >> 31);
  return (natural | ((0xffff - natural) >> 31)) & 0xffff;
}

export function narrow32S(x: number, y: number): number {
  return clamp32S(x) | clamp32S(y) << 16;
}

export function narrow32U(x: number, y: number): number {
  return clamp32U(x) | clamp32U(y) << 16;
}

// ---- extending: the lanes of two words, in four

export function extend8S(I: Int32Array, d: number, x: number, y: number): void {
  put(I, d, widen8S(x), widen8S(x >>> 16), widen8S(y), widen8S(y >>> 16));
}

export function extend8U(I: Int32Array, d: number, x: number, y: number): void {
  put(I, d, widen8U(x), widen8U(x >>> 16), widen8U(y), widen8U(y >>> 16));
}

export function extend16S(
  I: Int32Array,
  d: number,
  x: number,
  y: number,
): void {
  put(I, d, x << 16 >> 16, x >> 16, y << 16 >> 16, y >> 16);
}

export function extend16U(
  I: Int32Array,
  d: number,
  x: number,
  y: number,
): void {
  put(I, d, x & 0xffff, x >>> 16, y & 0xffff, y >>> 16);
}

export function extend32S(
  I: Int32Array,
  d: number,
  x: number,
  y: number,
): void {
  put(I, d, x, x >> 31, y, y >> 31);
}

export function extend32U(
  I: Int32Array,
  d: number,
  x: number,
  y: number,
): void {
  put(I, d, x, 0, y, 0);
}

// ---- multiplying: the lanes of two words by those of two, in four

export function extmul8S(
  I: Int32Array,
  d: number,
  x0: number,
  x1: number,
  y0: number,
  y1: number,
): void {
  put(
    I,
    d,
    mul16(widen8S(x0), widen8S(y0)),
    mul16(widen8S(x0 >>> 16), widen8S(y0 >>> 16)),
    mul16(widen8S(x1), widen8S(y1)),
    mul16(widen8S(x1 >>> 16), widen8S(y1 >>> 16)),
  );
}

export function extmul8U(
  I: Int32Array,
  d: number,
  x0: number,
  x1: number,
  y0: number,
  y1: number,
): void {
  put(
    I,
    d,
    mul16(widen8U(x0), widen8U(y0)),
    mul16(widen8U(x0 >>> 16), widen8U(y0 >>> 16)),
    mul16(widen8U(x1), widen8U(y1)),
    mul16(widen8U(x1 >>> 16), widen8U(y1 >>> 16)),
  );
}

export function extmul16S(
  I: Int32Array,
  d: number,
  x0: number,
  x1: number,
  y0: number,
  y1: number,
): void {
  put(
    I,
    d,
    Math.imul(x0 << 16 >> 16, y0 << 16 >> 16),
    Math.imul(x0 >> 16, y0 >> 16),
    Math.imul(x1 << 16 >> 16, y1 << 16 >> 16),
    Math.imul(x1 >> 16, y1 >> 16),
  );
}

export function extmul16U(
  I: Int32Array,
  d: number,
  x0: number,
  x1: number,
  y0: number,
  y1: number,
): void {
  put(
    I,
    d,
    Math.imul(x0 & 0xffff, y0 & 0xffff),
    Math.imul(x0 >>> 16, y0 >>> 16),
    Math.imul(x1 & 0xffff, y1 & 0xffff),
    Math.imul(x1 >>> 16, y1 >>> 16),
  );
}

// ---- 32-bit lanes

export function minS32(x: number, y: number): number {
  return select(-(x < y), x, y);
}

export function minU32(x: number, y: number): number {
  return select(-(x >>> 0 < y >>> 0), x, y);
}

export function maxS32(x: number, y: number): number {
  return select(-(x < y), y, x);
}

export function maxU32(x: number, y: number): number {
  return select(-(x >>> 0 < y >>> 0), y, x);
}

export function abs32(x: number): number {
  return (x ^ (x >> 31)) - (x >> 31) | 0;
}

/**
 * x, quiet if it is a NaN. Math.ceil, floor and trunc hand a signalling NaN
 * back as it is while V8 has not optimised their caller (Node 20).
 */
export function quiet(x: number): number {
  return Number.isNaN(x) ? x + x : x;
}

/**
 * Math.min, but for a NaN: V8 15 (Deno) makes the bits 0xffffffff of it, where
 * the spec wants the canonical NaN unless an operand was another.
 */
export function minFloat(x: number, y: number): number {
  const min = Math.min(x, y);
  return Number.isNaN(min) ? x + y : min;
}

export function maxFloat(x: number, y: number): number {
  const max = Math.max(x, y);
  return Number.isNaN(max) ? x + y : max;
}

/** The integer nearest to x, the even one of two; a NaN is made quiet. */
export function roundEven(x: number): number {
  return quiet(nearest(x));
}

/** x towards zero, clamped to an int32; 0 for a NaN. */
export function truncSatS(x: number): number {
  return x >= 0x7fffffff ? 0x7fffffff : x <= -0x80000000 ? -0x80000000 : x | 0;
}

/** x towards zero, clamped to a uint32 (as an int32); 0 for a NaN. */
export function truncSatU(x: number): number {
  return x >= 0xffffffff ? -1 : x > 0 ? x | 0 : 0;
}
