/**
 * Makes a WASI command of a benchmark program, since that is what every
 * engine's command line can run: appends a `_start` that calls `run(n)` so many
 * times, and traps where the result is not the checksum.
 */

import { Reader } from "../../engine/reader.ts";

/** What `_start` does. */
export interface Work {
  /** The argument of `run`. */
  readonly n: number;
  /** What `run(n)` must return: a bigint for an i64. */
  readonly checksum: number | bigint;
  /** How many times `run(n)` is called. */
  readonly calls: number;
}

interface Section {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

const PREAMBLE_BYTES = 8;
const TYPE = 1, FUNCTION = 3, EXPORT = 7, CODE = 10;

/** `() -> ()` */
const START_TYPE = [0x60, 0, 0];

/**
 * The bytes of a module that has no imports and exports `run`, with an export
 * `_start` added.
 */
export function withStart(
  bytes: Uint8Array<ArrayBuffer>,
  work: Work,
): Uint8Array<ArrayBuffer> {
  const sections = readSections(bytes);
  const type = countOf(bytes, sections, TYPE);
  const start = countOf(bytes, sections, FUNCTION);
  const name = [..."_start"].map((char) => char.charCodeAt(0));
  const body = startBody(findRun(bytes, sections), work);
  const added = new Map([
    [TYPE, START_TYPE],
    [FUNCTION, unsigned(type)],
    [EXPORT, [name.length, ...name, 0, ...unsigned(start)]],
    [CODE, [...unsigned(body.length), ...body]],
  ]);
  const result = [...bytes.subarray(0, PREAMBLE_BYTES)];
  for (const section of sections) {
    const content = contentWith(bytes, section, added.get(section.id));
    result.push(section.id, ...unsigned(content.length), ...content);
  }
  return new Uint8Array(result);
}

function readSections(bytes: Uint8Array): Section[] {
  const reader = new Reader(bytes, PREAMBLE_BYTES);
  const sections: Section[] = [];
  while (!reader.done) {
    const id = reader.u8();
    const size = reader.u32();
    sections.push({ id, start: reader.pos, end: reader.pos + size });
    reader.skip(size);
  }
  return sections;
}

function readerOf(
  bytes: Uint8Array,
  sections: readonly Section[],
  id: number,
): Reader {
  const section = sections.find((section) => section.id === id);
  if (section === undefined) throw new Error(`no section ${id}`);
  return new Reader(bytes, section.start, section.end);
}

function countOf(
  bytes: Uint8Array,
  sections: readonly Section[],
  id: number,
): number {
  return readerOf(bytes, sections, id).u32();
}

/** The index of the function that is exported as `run`. */
function findRun(bytes: Uint8Array, sections: readonly Section[]): number {
  const reader = readerOf(bytes, sections, EXPORT);
  const count = reader.u32();
  for (let i = 0; i < count; i++) {
    const length = reader.u32();
    const name = bytes.subarray(reader.pos, reader.pos + length);
    reader.skip(length);
    const kind = reader.u8();
    const index = reader.u32();
    if (kind === 0 && String.fromCharCode(...name) === "run") return index;
  }
  throw new Error("no function is exported as run");
}

/** A section's content, with an entry added to its vector. */
function contentWith(
  bytes: Uint8Array,
  { start, end }: Section,
  entry: readonly number[] | undefined,
): number[] {
  if (entry === undefined) return [...bytes.subarray(start, end)];
  const reader = new Reader(bytes, start, end);
  const count = reader.u32();
  const rest = bytes.subarray(reader.pos, end);
  return [...unsigned(count + 1), ...rest, ...entry];
}

function startBody(run: number, { n, checksum, calls }: Work): number[] {
  const isLong = typeof checksum === "bigint";
  const I32_CONST = 0x41, I64_CONST = 0x42, I32_NE = 0x47, I64_NE = 0x52;
  const CALL = 0x10, IF = 0x04, NO_RESULT = 0x40, UNREACHABLE = 0, END = 0x0b;
  const call = [
    ...[I32_CONST, ...signed(n)],
    ...[CALL, ...unsigned(run)],
    ...[isLong ? I64_CONST : I32_CONST, ...signed(checksum)],
    ...[isLong ? I64_NE : I32_NE, IF, NO_RESULT, UNREACHABLE, END],
  ];
  const noLocals = 0;
  return [noLocals, ...Array<number[]>(calls).fill(call).flat(), END];
}

/** LEB128 of an unsigned number below 2^31. */
function unsigned(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >>> 7;
  return rest === 0 ? [low] : [low | 0x80, ...unsigned(rest)];
}

/** LEB128 of a signed integer. */
function signed(value: number | bigint): number[] {
  const low = Number(BigInt(value) & 0x7fn);
  const rest = BigInt(value) >> 7n;
  const done = rest === (low & 0x40 ? -1n : 0n);
  return done ? [low] : [low | 0x80, ...signed(rest)];
}
