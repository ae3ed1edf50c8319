/**
 * The tree of entries that describes the program: which functions are inlined
 * where. A first pass reads the root of each unit, a look-up then walks the
 * one unit that the address belongs to. Both are linear in the sections, also
 * for hostile ones: attributes that take no bytes are not kept, abbreviations
 * and lists of ranges are read within a budget of their sections' bytes.
 * Spec: DWARF 5, «2 General Description», «7.5 Format of Debugging
 * Information», «2.17 Code Addresses, Ranges, and Base Addresses».
 */

import { Form, readForm, stringOf, type UnitSizes } from "./dwarf_forms.ts";
import {
  DwarfReader,
  type DwarfSections,
  MalformedError,
  tolerate,
} from "./dwarf_reader.ts";

const enum Tag {
  InlinedSubroutine = 0x1d,
  Subprogram = 0x2e,
}

const enum Attribute {
  StmtList = 0x10,
  LowPc = 0x11,
  HighPc = 0x12,
  CompDir = 0x1b,
  Ranges = 0x55,
  CallColumn = 0x57,
  CallFile = 0x58,
  CallLine = 0x59,
  StrOffsetsBase = 0x72,
  AddrBase = 0x73,
  RnglistsBase = 0x74,
}

/** Attributes that are not in this list are read over. */
const WANTED: readonly number[] = [
  Attribute.StmtList,
  Attribute.LowPc,
  Attribute.HighPc,
  Attribute.CompDir,
  Attribute.Ranges,
  Attribute.CallColumn,
  Attribute.CallFile,
  Attribute.CallLine,
  Attribute.StrOffsetsBase,
  Attribute.AddrBase,
  Attribute.RnglistsBase,
];

/** Nobody inlines deeper; what is left of a hostile module is cut. */
const MAX_INLINED = 64;

interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly AttributeFormat[];
}

interface AttributeFormat {
  readonly attribute: number;
  readonly form: number;
  /** Of the form that keeps the value in the abbreviation. */
  readonly constant: number;
}

type Abbreviations = ReadonlyMap<number, Abbreviation>;

/** An attribute of an entry. */
interface Value {
  readonly form: number;
  readonly value: number;
}

type Entry = ReadonlyMap<number, Value>;

interface Unit extends UnitSizes {
  readonly abbreviations: Abbreviations;
  /** Offset of the root, and where the unit ends. */
  readonly root: number;
  readonly end: number;
  readonly entry: Entry;
}

/** Where an inlined function was called. */
export interface CallSite {
  readonly file: number;
  readonly line: number;
  readonly column: number;
}

/** The units of a module. */
export class InfoTree {
  readonly #sections: DwarfSections;
  /**
   * Where they begin, by the offset of their line table. What is read there
   * may take many times their bytes, and is not kept.
   */
  readonly #units: Map<number, number> = new Map();
  readonly #abbreviations: Map<number, Abbreviations> = new Map();
  /** Bytes of abbreviations that may still be read. */
  #abbrevBudget: number;

  constructor(sections: DwarfSections) {
    this.#sections = sections;
    this.#abbrevBudget = sections.abbrev.length;
    tolerate(() => {
      const r = new DwarfReader(sections.info);
      while (!r.done) {
        const start = r.pos;
        r.skip(r.unitLength().length);
        const unit = tolerate(() => this.#readUnit(start));
        const lineTable = unit?.entry.get(Attribute.StmtList);
        if (lineTable !== undefined) this.#units.set(lineTable.value, start);
      }
    });
  }

  #readUnit(start: number): Unit | undefined {
    const r = new DwarfReader(this.#sections.info, start);
    const { length, offsetSize } = r.unitLength();
    const end = r.pos + length;
    r.end = end;
    const version = r.uint(2);
    if (version < 2 || version > 5) return;
    const type = version >= 5 ? r.u8() : 1;
    const before5 = version < 5 ? r.uint(offsetSize) : 0;
    const addressSize = r.u8();
    const table = version < 5 ? before5 : r.uint(offsetSize);
    // Only compilation units and partial ones have code.
    if (type !== 1 && type !== 3) return;
    if (addressSize !== 4 && addressSize !== 8) return;
    const abbreviations = this.#abbreviationsAt(table);
    const root = r.pos;
    const abbreviation = abbreviations.get(r.uleb());
    if (abbreviation === undefined) return;
    const sizes = { version, addressSize, offsetSize };
    const entry = readEntry(r, abbreviation, sizes);
    // Not `...sizes`, which makes it 10 us on V8.
    return {
      version,
      addressSize,
      offsetSize,
      abbreviations,
      root,
      end,
      entry,
    };
  }

  /** The unit of a line table. */
  #unitOf(lineTable: number): Unit | undefined {
    const start = this.#units.get(lineTable);
    return start === undefined ? undefined : this.#readUnit(start);
  }

  /** Tables of one module lie side by side: all are read once at most. */
  #abbreviationsAt(offset: number): Abbreviations {
    let found = this.#abbreviations.get(offset);
    if (found !== undefined) return found;
    const { abbrev } = this.#sections;
    const end = Math.min(abbrev.length, offset + this.#abbrevBudget);
    const r = new DwarfReader(abbrev, offset, end);
    try {
      found = readAbbreviations(r);
    } finally {
      this.#abbrevBudget -= r.pos - offset;
    }
    this.#abbreviations.set(offset, found);
    return found;
  }

  /** The directory that the unit of a line table was compiled in, or "". */
  directoryOf(lineTable: number): string {
    const unit = this.#unitOf(lineTable);
    const found = unit?.entry.get(Attribute.CompDir);
    if (unit === undefined || found === undefined) return "";
    const { form, value } = found;
    const { info } = this.#sections;
    const base = numberOf(
      unit.entry,
      Attribute.StrOffsetsBase,
      2 * unit.offsetSize,
    );
    return stringOf(this.#sections, info, form, value, unit, base);
  }

  /** The calls that were inlined around an address, outermost first. */
  callSites(lineTable: number, address: number): readonly CallSite[] {
    const sites: CallSite[] = [];
    const unit = this.#unitOf(lineTable);
    if (unit === undefined) return sites;
    const { ranges, rnglists, info } = this.#sections;
    const budget = { left: ranges.length + rnglists.length + info.length };
    const r = new DwarfReader(info, unit.root, unit.end);
    let functionDepth = -1;
    for (let depth = 0; !r.done && sites.length < MAX_INLINED;) {
      const code = r.uleb();
      if (code === 0) depth--;
      if (depth <= functionDepth) break;
      if (code === 0) continue;
      const abbreviation = unit.abbreviations.get(code);
      if (abbreviation === undefined) throw new MalformedError();
      const { tag, hasChildren } = abbreviation;
      const isInlined = tag === Tag.InlinedSubroutine;
      if (isInlined || tag === Tag.Subprogram) {
        const entry = readEntry(r, abbreviation, unit);
        if (this.#covers(unit, entry, address, budget)) {
          if (!isInlined) functionDepth = depth;
          else if (functionDepth >= 0) sites.push(callSite(entry));
        }
        if (functionDepth === depth && !hasChildren) break;
      } else {
        skipEntry(r, abbreviation, unit);
      }
      if (hasChildren) depth++;
    }
    return sites;
  }

  /** Whether an entry's code includes an address. */
  #covers(unit: Unit, entry: Entry, address: number, budget: Budget): boolean {
    const ranges = entry.get(Attribute.Ranges);
    if (ranges !== undefined) {
      return unit.version >= 5
        ? this.#inRangeList(unit, ranges, address, budget)
        : this.#inRanges(unit, ranges.value, address, budget);
    }
    const low = this.#address(unit, entry.get(Attribute.LowPc));
    const high = entry.get(Attribute.HighPc);
    if (low === undefined || high === undefined) return false;
    // Some compilers note that code is gone by an end that wraps to 0.
    const end = isAddress(high.form)
      ? this.#address(unit, high)!
      : (low + high.value) % 2 ** (8 * unit.addressSize);
    return isWithin(address, low, end);
  }

  /** The section .debug_ranges, up to version 4. */
  #inRanges(
    unit: Unit,
    offset: number,
    address: number,
    budget: Budget,
  ): boolean {
    const { addressSize } = unit;
    const r = new DwarfReader(this.#sections.ranges, offset);
    const max = 2 ** (8 * addressSize) - 1;
    for (let base = this.#lowPc(unit);;) {
      spend(budget);
      const low = r.uint(addressSize);
      const high = r.uint(addressSize);
      if (low === 0 && high === 0) return false;
      if (low >= max) base = high;
      else if (isWithin(address, base + low, base + high)) return true;
    }
  }

  /** The section .debug_rnglists, from version 5 on. */
  #inRangeList(
    unit: Unit,
    { form, value }: Value,
    address: number,
    budget: Budget,
  ): boolean {
    const { addressSize, offsetSize, entry } = unit;
    const { rnglists } = this.#sections;
    let offset = value;
    if (form === Form.Rnglistx) {
      const base = numberOf(entry, Attribute.RnglistsBase, 2 * offsetSize + 4);
      const at = base + value * offsetSize;
      offset = base + new DwarfReader(rnglists, at).uint(offsetSize);
    }
    const r = new DwarfReader(rnglists, offset);
    const indexed = () => this.#indexed(unit, r.uleb());
    for (let base = this.#lowPc(unit);;) {
      spend(budget);
      let low = 0;
      let high = 0;
      switch (r.u8()) {
        case 0: // end_of_list
          return false;
        case 1: // base_addressx
          base = indexed();
          continue;
        case 2: // startx_endx
          low = indexed();
          high = indexed();
          break;
        case 3: // startx_length
          low = indexed();
          high = low + r.uleb();
          break;
        case 4: // offset_pair
          low = base + r.uleb();
          high = base + r.uleb();
          break;
        case 5: // base_address
          base = r.uint(addressSize);
          continue;
        case 6: // start_end
          low = r.uint(addressSize);
          high = r.uint(addressSize);
          break;
        case 7: // start_length
          low = r.uint(addressSize);
          high = low + r.uleb();
          break;
        default:
          throw new MalformedError();
      }
      if (isWithin(address, low, high)) return true;
    }
  }

  #address(unit: Unit, found: Value | undefined): number | undefined {
    if (found === undefined) return undefined;
    const { form, value } = found;
    return form === Form.Addr ? value : this.#indexed(unit, value);
  }

  #lowPc(unit: Unit): number {
    return this.#address(unit, unit.entry.get(Attribute.LowPc)) ?? 0;
  }

  #indexed({ entry, addressSize, offsetSize }: Unit, index: number): number {
    const base = numberOf(entry, Attribute.AddrBase, 2 * offsetSize);
    const at = base + index * addressSize;
    return new DwarfReader(this.#sections.addr, at).uint(addressSize);
  }
}

/** What may still be read of a section that many entries refer to. */
interface Budget {
  left: number;
}

function spend(budget: Budget): void {
  if (budget.left-- <= 0) throw new MalformedError();
}

/** Functions that the linker has dropped begin at 0, where no code is. */
function isWithin(address: number, low: number, high: number): boolean {
  return low > 0 && low <= address && address < high;
}

function isAddress(form: number): boolean {
  return form === Form.Addr || form === Form.Addrx ||
    form >= Form.Addrx1 && form <= Form.Addrx4;
}

function callSite(entry: Entry): CallSite {
  return {
    file: numberOf(entry, Attribute.CallFile, 0),
    line: numberOf(entry, Attribute.CallLine, 0),
    column: numberOf(entry, Attribute.CallColumn, 0),
  };
}

function numberOf(entry: Entry, attribute: number, other: number): number {
  return entry.get(attribute)?.value ?? other;
}

function readAbbreviations(r: DwarfReader): Abbreviations {
  const table: Map<number, Abbreviation> = new Map();
  for (let code = r.uleb(); code !== 0; code = r.done ? 0 : r.uleb()) {
    const tag = r.uleb();
    const hasChildren = r.u8() !== 0;
    const attributes: AttributeFormat[] = [];
    const seen: Set<number> = new Set();
    for (;;) {
      const attribute = r.uleb();
      const form = r.uleb();
      if (attribute === 0 && form === 0) break;
      const isConstant = form === Form.ImplicitConst;
      const constant = isConstant ? r.sleb() : 0;
      if (form === Form.FlagPresent) continue;
      // Those that take no bytes of an entry: each wanted one once.
      if (isConstant && (!WANTED.includes(attribute) || seen.has(attribute))) {
        continue;
      }
      seen.add(attribute);
      attributes.push({ attribute, form, constant });
    }
    table.set(code, { tag, hasChildren, attributes });
  }
  return table;
}

function readEntry(
  r: DwarfReader,
  { attributes }: Abbreviation,
  sizes: UnitSizes,
): Entry {
  const entry: Map<number, Value> = new Map();
  for (const { attribute, form: given, constant } of attributes) {
    const form = directForm(r, given);
    const value = form === Form.ImplicitConst
      ? constant
      : readForm(r, form, sizes);
    if (WANTED.includes(attribute)) entry.set(attribute, { form, value });
  }
  return entry;
}

function skipEntry(
  r: DwarfReader,
  { attributes }: Abbreviation,
  sizes: UnitSizes,
): void {
  for (const { form: given } of attributes) {
    const form = directForm(r, given);
    if (form !== Form.ImplicitConst) readForm(r, form, sizes);
  }
}

function directForm(r: DwarfReader, form: number): number {
  while (form === Form.Indirect) form = r.uleb();
  return form;
}
