/**
 * The line table: which address is which line of which file. A first pass
 * over all of it notes where each sequence of rows begins and which addresses
 * it covers; a look-up then runs the one sequence again, since the rows
 * themselves would take many times the section's memory. Versions 2 to 5.
 * Spec: DWARF 5, «6.2 Line Number Information».
 */

import { Form, readForm, stringOf, type UnitSizes } from "./dwarf_forms.ts";
import {
  DwarfReader,
  type DwarfSections,
  MalformedError,
  tolerate,
} from "./dwarf_reader.ts";

/** What the header of a unit says, but for directories and files. */
interface LineHeader extends UnitSizes {
  /** Offset of the unit in the section, which others know it by. */
  readonly unit: number;
  readonly tables: number;
  readonly program: number;
  readonly end: number;
  readonly minLength: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** Offset of the numbers of operands of the standard opcodes, less 1. */
  readonly operandCounts: number;
}

/** Rows with ascending addresses. */
interface Sequence {
  readonly header: LineHeader;
  readonly start: number;
  readonly end: number;
  /** Where its program begins. */
  readonly pos: number;
}

/** A row of the table. */
export interface LineRow {
  address: number;
  file: number;
  line: number;
  column: number;
}

/** Where an address was found: the unit and the row. */
export interface FoundRow {
  /** The offset that `stmt_list` of a compilation unit names. */
  readonly unit: number;
  readonly row: LineRow;
  /**
   * Finds out files' paths, "" for what is none; `directory` is what the unit
   * was compiled in.
   */
  pathsOf(files: readonly number[], directory: string): readonly string[];
}

/** The line table of a module. */
export class LineTable {
  readonly #sections: DwarfSections;
  readonly #sequences: Sequence[] = [];

  constructor(sections: DwarfSections) {
    this.#sections = sections;
    const { line } = sections;
    // A unit that is malformed does not hide those behind it.
    tolerate(() => {
      const r = new DwarfReader(line);
      while (!r.done) {
        const unit = r.pos;
        r.skip(r.unitLength().length);
        tolerate(() => this.#readUnit(unit));
      }
    });
    this.#sequences.sort((a, b) => a.start - b.start);
  }

  #readUnit(unit: number): void {
    const header = readHeader(this.#sections.line, unit);
    const { program, end } = header;
    const r = new DwarfReader(this.#sections.line, program, end);
    while (!r.done) {
      const pos = r.pos;
      let start = -1;
      const row = runSequence(r, header, ({ address }) => {
        if (start < 0) start = address;
        return true;
      });
      // At 0 there is no code: the linker has dropped the function.
      if (start > 0 && row.address > start) {
        this.#sequences.push({ header, start, end: row.address, pos });
      }
    }
  }

  /** The row of an address; undefined where there is none. */
  find(address: number): FoundRow | undefined {
    const sequence = this.#sequenceAt(address);
    if (sequence === undefined) return undefined;
    const { header, pos } = sequence;
    const r = new DwarfReader(this.#sections.line, pos, header.end);
    let found: LineRow | undefined;
    runSequence(r, header, (row) => {
      if (row.address > address) return false;
      found = { ...row };
      return true;
    });
    return found && {
      unit: header.unit,
      row: found,
      pathsOf: (files, directory) =>
        pathsOf(this.#sections, header, files, directory),
    };
  }

  #sequenceAt(address: number): Sequence | undefined {
    let low = 0;
    let high = this.#sequences.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sequences[middle].start <= address) low = middle + 1;
      else high = middle;
    }
    const sequence = this.#sequences[low - 1];
    return sequence && address < sequence.end ? sequence : undefined;
  }
}

function readHeader(bytes: Uint8Array, unit: number): LineHeader {
  const r = new DwarfReader(bytes, unit);
  const { length, offsetSize } = r.unitLength();
  const end = r.pos + length;
  r.end = end;
  const version = r.uint(2);
  if (version < 2 || version > 5) throw new MalformedError();
  const addressSize = version >= 5 ? r.u8() : 4;
  if (version >= 5) r.skip(1); // segment selector size
  const headerLength = r.uint(offsetSize);
  const program = r.pos + headerLength;
  if (program > end) throw new MalformedError();
  const minLength = r.u8();
  if (version >= 4) r.skip(1); // operations per instruction: one
  r.skip(1); // default_is_stmt
  const lineBase = r.u8() << 24 >> 24;
  const lineRange = r.u8();
  const opcodeBase = r.u8();
  const operandCounts = r.pos - 1;
  if (lineRange === 0 || opcodeBase === 0) {
    throw new MalformedError();
  }
  r.skip(opcodeBase - 1);
  return {
    unit,
    version,
    addressSize,
    offsetSize,
    tables: r.pos,
    program,
    end,
    minLength,
    lineBase,
    lineRange,
    opcodeBase,
    operandCounts,
  };
}

/**
 * Runs the program to the end of a sequence, or until `onRow` gives false.
 * Returns the last row, which belongs to the first address behind.
 */
function runSequence(
  r: DwarfReader,
  header: LineHeader,
  onRow: (row: LineRow) => boolean,
): LineRow {
  const { minLength, lineBase, lineRange, opcodeBase } = header;
  const row: LineRow = { address: 0, file: 1, line: 1, column: 0 };
  for (;;) {
    const opcode = r.u8();
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      row.address += Math.floor(adjusted / lineRange) * minLength;
      row.line += lineBase + adjusted % lineRange;
      if (!onRow(row)) return row;
    } else if (opcode === 0) {
      if (runExtended(r, row)) return row;
    } else if (opcode === 1) {
      if (!onRow(row)) return row;
    } else {
      runStandard(r, opcode, row, header);
    }
  }
}

/** Whether it ends the sequence. */
function runExtended(r: DwarfReader, row: LineRow): boolean {
  const length = r.uleb();
  const start = r.pos;
  r.skip(length);
  const next = r.pos;
  if (length === 0) return false;
  r.pos = start;
  const opcode = r.u8();
  if (opcode === 2 && length <= 9) row.address = r.uint(length - 1);
  r.pos = next;
  return opcode === 1;
}

function runStandard(
  r: DwarfReader,
  opcode: number,
  row: LineRow,
  { minLength, lineRange, opcodeBase, operandCounts }: LineHeader,
): void {
  switch (opcode) {
    case 2: // advance_pc
      row.address += r.uleb() * minLength;
      break;
    case 3: // advance_line
      row.line += r.sleb();
      break;
    case 4: // set_file
      row.file = r.uleb();
      break;
    case 5: // set_column
      row.column = r.uleb();
      break;
    case 8: // const_add_pc
      row.address += Math.floor((255 - opcodeBase) / lineRange) * minLength;
      break;
    case 9: // fixed_advance_pc
      row.address += r.uint(2);
      break;
    default:
      for (let n = r.bytes[operandCounts + opcode]; n > 0; n--) r.uleb();
  }
}

/** What a header says of each directory or file. */
type Column = readonly [content: number, form: number];

const enum Content {
  Name = 1,
  Directory = 2,
}

/** Up to version 4 the columns are always these; the last are time and size. */
const DIRECTORY_COLUMNS: readonly Column[] = [[Content.Name, Form.String]];
const FILE_COLUMNS: readonly Column[] = [
  [Content.Name, Form.String],
  [Content.Directory, Form.Udata],
  [0, Form.Udata],
  [0, Form.Udata],
];

/** A directory or file of a header. */
interface PathEntry {
  /** Of the name; its text is read when it is needed. */
  readonly form: number;
  readonly value: number;
  readonly directory: number;
}

type PathEntries = Map<number, PathEntry>;

/** Goes through each table once for all files, as they may be long. */
function pathsOf(
  sections: DwarfSections,
  header: LineHeader,
  files: readonly number[],
  unitDirectory: string,
): readonly string[] {
  const r = new DwarfReader(sections.line, header.tables, header.program);
  const found: PathEntries = new Map();
  const directories: PathEntries = new Map();
  const read = (
    columns: readonly Column[],
    wanted: readonly number[],
    entries: PathEntries,
  ) => readTable(r, header, columns, new Set(wanted), entries);
  tolerate(() => {
    read(DIRECTORY_COLUMNS, [Infinity], directories);
    read(FILE_COLUMNS, files, found);
    const indices = Array.from(found.values(), ({ directory }) => directory);
    r.pos = header.tables;
    read(DIRECTORY_COLUMNS, [0, ...indices], directories);
  });
  const nameOf = ({ form, value }: PathEntry) =>
    tolerate(() => stringOf(sections, sections.line, form, value, header)) ??
      "";
  const directoryAt = (index: number) => {
    const entry = directories.get(index);
    return entry === undefined ? "" : nameOf(entry);
  };
  return files.map((file) => {
    const entry = found.get(file);
    if (entry === undefined) return "";
    // The first directory is that which the unit was compiled in.
    const index = entry.directory;
    const directory = index === 0 ? "" : directoryAt(index);
    const path = join(directory, nameOf(entry));
    return normal(join(directoryAt(0) || unitDirectory, path));
  });
}

/**
 * Reads the entries `wanted` of a table, and no further than to the last. From
 * version 5 on, tables describe their columns and count from 0; up to 4 they
 * end with an empty name and count from 1.
 */
function readTable(
  r: DwarfReader,
  header: LineHeader,
  columns: readonly Column[],
  wanted: ReadonlySet<number>,
  entries: PathEntries,
): void {
  const last = Math.max(...wanted);
  const isDescribed = header.version >= 5;
  if (isDescribed) columns = readColumns(r);
  const count = isDescribed ? r.uleb() : Infinity;
  // Without columns, entries would take no bytes.
  if (columns.length === 0) return;
  for (let n = isDescribed ? 0 : 1; n < count && n <= last; n++) {
    if (!isDescribed && r.bytes[r.pos] === 0) return r.skip(1);
    let name = { form: 0, value: 0 };
    let directory = 0;
    for (const [content, form] of columns) {
      const value = readForm(r, form, header);
      if (content === Content.Name) name = { form, value };
      if (content === Content.Directory && form !== Form.String) {
        directory = value;
      }
    }
    if (wanted.has(n)) entries.set(n, { ...name, directory });
  }
}

function readColumns(r: DwarfReader): readonly Column[] {
  const columns: Column[] = [];
  for (let n = r.u8(); n > 0; n--) columns.push([r.uleb(), r.uleb()]);
  return columns;
}

function join(directory: string, name: string): string {
  const isAbsolute = /^([A-Za-z]:)?[\\/]/.test(name);
  if (isAbsolute || directory === "") return name;
  return name === "" ? directory : `${directory}/${name}`;
}

/** Without parts that say "here". */
function normal(path: string): string {
  return path.replace(/^(\.\/+)+|(?<=\/)(\.?\/)+/g, "");
}
