/**
 * The forms that attributes have in debugging information: how many bytes each
 * takes and what number stands for it. A number is a value, an index, or an
 * offset: that of a string is resolved by `stringOf` when it is needed.
 * Spec: DWARF 5, «7.5.6 Form Encodings».
 */

import {
  DwarfReader,
  type DwarfSections,
  MalformedError,
  textAt,
} from "./dwarf_reader.ts";

/** The forms that have a meaning of their own here. */
export const enum Form {
  Addr = 0x01,
  String = 0x08,
  Strp = 0x0e,
  Udata = 0x0f,
  Indirect = 0x16,
  FlagPresent = 0x19,
  Strx = 0x1a,
  Addrx = 0x1b,
  LineStrp = 0x1f,
  ImplicitConst = 0x21,
  Rnglistx = 0x23,
  Strx1 = 0x25,
  Strx4 = 0x28,
  Addrx1 = 0x29,
  Addrx4 = 0x2c,
}

/** The sizes that a unit's header gives. */
export interface UnitSizes {
  readonly version: number;
  readonly addressSize: number;
  readonly offsetSize: number;
}

/** Bytes of forms that always take the same. */
const FIXED: Readonly<Record<number, number>> = {
  0x05: 2, // data2
  0x06: 4, // data4
  0x07: 8, // data8
  0x0b: 1, // data1
  0x0c: 1, // flag
  0x11: 1, // ref1
  0x12: 2, // ref2
  0x13: 4, // ref4
  0x14: 8, // ref8
  0x20: 8, // ref_sig8
  0x25: 1, // strx1
  0x26: 2, // strx2
  0x27: 3, // strx3
  0x28: 4, // strx4
  0x29: 1, // addrx1
  0x2a: 2, // addrx2
  0x2b: 3, // addrx3
  0x2c: 4, // addrx4
};

/**
 * Reads an attribute's value. Every form that it knows takes a byte or more;
 * those that take none are dealt with where abbreviations are read.
 */
export function readForm(
  r: DwarfReader,
  form: number,
  { version, addressSize, offsetSize }: UnitSizes,
): number {
  const size = FIXED[form];
  if (size !== undefined) return r.uint(size);
  switch (form) {
    case Form.Addr:
      return r.uint(addressSize);
    case 0x10: // ref_addr
      return r.uint(version < 3 ? addressSize : offsetSize);
    case Form.Strp:
    case 0x17: // sec_offset
    case Form.LineStrp:
      return r.uint(offsetSize);
    case Form.Udata:
    case 0x15: // ref_udata
    case Form.Strx:
    case Form.Addrx:
    case 0x22: // loclistx
    case Form.Rnglistx:
      return r.uleb();
    case 0x0d: // sdata
      return r.sleb();
    case Form.String: {
      const start = r.pos;
      r.skipString();
      return start;
    }
    default:
      skipBlock(r, form);
      return 0;
  }
}

function skipBlock(r: DwarfReader, form: number): void {
  switch (form) {
    case 0x03: // block2
      return r.skip(r.uint(2));
    case 0x04: // block4
      return r.skip(r.uint(4));
    case 0x09: // block
    case 0x18: // exprloc
      return r.skip(r.uleb());
    case 0x0a: // block1
      return r.skip(r.u8());
    case 0x1e: // data16
      return r.skip(16);
    default:
      throw new MalformedError();
  }
}

/**
 * The string that an attribute of section `own` stands for; `offsetsBase` is
 * where the unit's string offsets begin.
 */
export function stringOf(
  sections: DwarfSections,
  own: Uint8Array,
  form: number,
  value: number,
  { offsetSize }: UnitSizes,
  offsetsBase = 0,
): string {
  if (form === Form.String) return textAt(own, value);
  if (form === Form.Strp) return textAt(sections.str, value);
  if (form === Form.LineStrp) return textAt(sections.lineStr, value);
  const isIndex = form === Form.Strx ||
    form >= Form.Strx1 && form <= Form.Strx4;
  if (!isIndex) return "";
  const at = offsetsBase + value * offsetSize;
  const offset = new DwarfReader(sections.strOffsets, at).uint(offsetSize);
  return textAt(sections.str, offset);
}
