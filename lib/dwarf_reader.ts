/**
 * A cursor over a section of debugging information, and the sections of a
 * module. Everything is checked against the end of what is being read, since
 * nobody has validated it; a fault is a `MalformedError`, which does not leave
 * dwarf.ts. Integers of 64 bits are numbers, exact up to 2^53.
 * Spec: DWARF 5, «7 Data Representation».
 */

import type { Module } from "../engine/mod.ts";

/** Debugging information is not what it should be; dwarf.ts catches it. */
export class MalformedError extends Error {}

/** What `read` gives; undefined where it meets something malformed. */
export function tolerate<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return undefined;
  }
}

const enum Most {
  /** Longer names are cut, so that a hostile one is not repeated many times. */
  NameBytes = 1024,
}

/** Reads little endian. */
export class DwarfReader {
  readonly bytes: Uint8Array;
  /** Offset of the next byte in the section. */
  pos: number;
  /** Where reading must stop. */
  end: number;

  constructor(bytes: Uint8Array, pos = 0, end: number = bytes.length) {
    if (!(pos >= 0 && pos <= end && end <= bytes.length)) {
      throw new MalformedError();
    }
    this.bytes = bytes;
    this.pos = pos;
    this.end = end;
  }

  get done(): boolean {
    return this.pos >= this.end;
  }

  u8(): number {
    if (this.pos >= this.end) throw new MalformedError();
    return this.bytes[this.pos++];
  }

  /** Skips `count` bytes. */
  skip(count: number): void {
    if (count > this.end - this.pos) throw new MalformedError();
    this.pos += count;
  }

  /** An unsigned integer of 1 to 8 bytes. */
  uint(size: number): number {
    const start = this.pos;
    this.skip(size);
    let value = 0;
    for (let at = this.pos - 1; at >= start; at--) {
      value = value * 256 + this.bytes[at];
    }
    return value;
  }

  /** An unsigned LEB128; what is beyond 63 bits is dropped. */
  uleb(): number {
    let value = 0;
    for (let factor = 1;; factor *= 128) {
      const byte = this.u8();
      if (factor < 2 ** 63) value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  /** A signed LEB128; what is beyond 63 bits is dropped. */
  sleb(): number {
    let value = 0;
    for (let factor = 1;; factor *= 128) {
      const byte = this.u8();
      const isLast = byte < 0x80;
      const bits = isLast ? byte << 25 >> 25 : byte & 0x7f;
      if (factor < 2 ** 63) value += bits * factor;
      if (isLast) return value;
    }
  }

  /** Skips bytes up to a zero. */
  skipString(): void {
    const zero = this.bytes.indexOf(0, this.pos);
    if (zero < 0 || zero >= this.end) {
      throw new MalformedError();
    }
    this.pos = zero + 1;
  }

  /** The length of a unit, which says whether offsets have 4 or 8 bytes. */
  unitLength(): { length: number; offsetSize: number } {
    const length = this.uint(4);
    if (length < 0xfffffff0) return { length, offsetSize: 4 };
    if (length < 0xffffffff) throw new MalformedError();
    return { length: this.uint(8), offsetSize: 8 };
  }
}

/** The text at an offset of a section, up to a zero. */
export function textAt(bytes: Uint8Array, offset: number): string {
  const start = new DwarfReader(bytes, offset).pos;
  const limit = bytes.subarray(start, start + Most.NameBytes);
  const zero = limit.indexOf(0);
  const text = new TextDecoder().decode(
    zero < 0 ? limit : limit.subarray(0, zero),
  );
  return text.replace(/\p{Cc}/gu, "?");
}

/** The contents of sections; none where there is no such section. */
export interface DwarfSections {
  readonly line: Uint8Array;
  readonly lineStr: Uint8Array;
  readonly info: Uint8Array;
  readonly abbrev: Uint8Array;
  readonly str: Uint8Array;
  readonly strOffsets: Uint8Array;
  readonly addr: Uint8Array;
  readonly ranges: Uint8Array;
  readonly rnglists: Uint8Array;
}

/** Finds a module's sections of debugging information. */
export function sectionsOf({ bytes, customSections }: Module): DwarfSections {
  const contents = (wanted: string) => {
    const section = customSections.find(({ name }) =>
      name === ".debug_" + wanted
    );
    return bytes.subarray(section?.start ?? 0, section?.end ?? 0);
  };
  return {
    line: contents("line"),
    lineStr: contents("line_str"),
    info: contents("info"),
    abbrev: contents("abbrev"),
    str: contents("str"),
    strOffsets: contents("str_offsets"),
    addr: contents("addr"),
    ranges: contents("ranges"),
    rnglists: contents("rnglists"),
  };
}
