/**
 * A cursor over a module's bytes: LEB128, floats, names, vectors. Every read
 * is checked against the end of the section or body that is being read, and
 * every fault is a `CompileError` with the offset (spec: «Binary Format»).
 */

import { CompileError } from "./errors.ts";

const UNEXPECTED_END = "unexpected end of section or function";

export class Reader {
  readonly bytes: Uint8Array;
  /** Offset of the next byte. */
  pos: number;
  /** Where reading must stop. */
  end: number;
  /** The high half of the last 64-bit integer that was read. */
  hi = 0;

  constructor(bytes: Uint8Array, pos = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.pos = pos;
    this.end = end;
  }

  fail(reason: string, offset: number = this.pos): never {
    throw new CompileError(reason, offset);
  }

  get done(): boolean {
    return this.pos >= this.end;
  }

  u8(): number {
    if (this.pos >= this.end) this.fail(UNEXPECTED_END);
    return this.bytes[this.pos++];
  }

  /** Skips `count` bytes. */
  skip(count: number): void {
    if (count > this.end - this.pos) this.fail(UNEXPECTED_END);
    this.pos += count;
  }

  /** An unsigned LEB128 of at most 32 bits, as a number from 0 to 2^32-1. */
  u32(): number {
    const pos = this.pos;
    if (pos < this.end) {
      const byte = this.bytes[pos];
      if (byte < 0x80) {
        this.pos = pos + 1;
        return byte;
      }
    }
    return this.#longU32();
  }

  #longU32(): number {
    let result = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8();
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return result;
    }
    const last = this.#last(4);
    if (last > 0x0f) this.#failLast(false);
    return (result | last << 28) >>> 0;
  }

  /** A signed LEB128 of at most 32 bits, as an int32. */
  s32(): number {
    let result = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8();
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return result << (25 - shift) >> (25 - shift);
    }
    return result | this.#last(3) << 28;
  }

  /** A signed LEB128 of at most 33 bits (block types, heap types). */
  s33(): number {
    let result = 0;
    let factor = 1;
    for (; factor < 2 ** 28; factor *= 128) {
      const byte = this.u8();
      if (byte < 0x80) return result + (byte << 25 >> 25) * factor;
      result += (byte & 0x7f) * factor;
    }
    return result + (this.#last(4) << 25 >> 25) * factor;
  }

  /** A signed LEB128 of at most 64 bits: the low half; `hi` is the high. */
  s64(): number {
    let lo = 0;
    let hi = 0;
    let shift = 0;
    for (; shift < 63; shift += 7) {
      const byte = this.u8();
      const bits = byte & 0x7f;
      if (shift < 32) lo |= bits << shift;
      if (shift >= 32) hi |= bits << (shift - 32);
      else if (shift > 25) hi |= bits >>> (32 - shift);
      if (byte < 0x80) return this.#signExtend64(lo, hi, shift + 7);
    }
    this.hi = hi | this.#last(0) << 31;
    return lo;
  }

  #signExtend64(lo: number, hi: number, bits: number): number {
    if (bits < 32) {
      lo = lo << (32 - bits) >> (32 - bits);
      this.hi = lo >> 31;
    } else {
      this.hi = hi << (64 - bits) >> (64 - bits);
    }
    return lo;
  }

  /** An unsigned LEB128 of at most 64 bits, exact up to 2^53. */
  u64(): number {
    let result = 0;
    let factor = 1;
    for (let count = 0; count < 9; count++) {
      const byte = this.u8();
      result += (byte & 0x7f) * factor;
      if (byte < 0x80) return result;
      factor *= 128;
    }
    const last = this.#last(1);
    if (last > 1) this.#failLast(false);
    return result + last * factor;
  }

  /** The last byte that an integer may have; bits from `bit` on are alike. */
  #last(bit: number): number {
    const last = this.u8();
    const high = (last & 0x7f) >> bit;
    const fits = high === 0 || high === 0x7f >> bit;
    if (!fits || last >= 0x80) this.#failLast(fits);
    return last;
  }

  #failLast(isLong: boolean): never {
    this.fail(
      isLong ? "integer representation too long" : "integer too large",
      this.pos - 1,
    );
  }

  /** Four bytes, little endian, as an int32. */
  i32Bits(): number {
    const pos = this.pos;
    this.skip(4);
    const b = this.bytes;
    return b[pos] | b[pos + 1] << 8 | b[pos + 2] << 16 | b[pos + 3] << 24;
  }

  /** A vector's length, when each element takes at least `minBytes`. */
  count(what: string, limit: number, minBytes = 1): number {
    const at = this.pos;
    const count = this.u32();
    if (count > limit) this.fail(`too many ${what}: ${count} > ${limit}`, at);
    if (count * minBytes > this.end - this.pos) {
      this.fail(UNEXPECTED_END, at);
    }
    return count;
  }

  /** The index of one of `count` things that are called `what`. */
  index(what: string, count: number, offset: number = this.pos): number {
    const index = this.u32();
    if (index >= count) this.fail(`unknown ${what} ${index}`, offset);
    return index;
  }

  /** A name: a length and well-formed UTF-8. */
  name(): string {
    const length = this.u32();
    const start = this.pos;
    this.skip(length);
    const text = decodeUtf8(this.bytes, start, this.pos);
    if (text === undefined) this.fail("malformed UTF-8 encoding", start);
    return text;
  }
}

/** The text of well-formed UTF-8 bytes; undefined where they are not. */
export function decodeUtf8(
  bytes: Uint8Array,
  start: number,
  end: number,
): string | undefined {
  let text = "";
  let units: number[] = [];
  for (let pos = start; pos < end;) {
    const lead = bytes[pos];
    const size = sequenceLength(lead);
    if (size === 0 || pos + size > end) return undefined;
    const point = codePoint(bytes, pos, size);
    if (point < 0) return undefined;
    pos += size;
    units.push(point);
    if (units.length === 1024) {
      text += String.fromCodePoint(...units);
      units = [];
    }
  }
  return text + String.fromCodePoint(...units);
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

/** The scalar value of one sequence, or -1. */
function codePoint(bytes: Uint8Array, pos: number, size: number): number {
  if (size === 1) return bytes[pos];
  let point = bytes[pos] & (0xff >> (size + 1));
  for (let i = 1; i < size; i++) {
    const byte = bytes[pos + i];
    if ((byte & 0xc0) !== 0x80) return -1;
    point = point << 6 | byte & 0x3f;
  }
  const minimum = size === 2 ? 0x80 : size === 3 ? 0x800 : 0x10000;
  const surrogate = point >= 0xd800 && point <= 0xdfff;
  return point < minimum || point > 0x10ffff || surrogate ? -1 : point;
}
