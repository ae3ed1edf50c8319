/**
 * Makes bad modules of good ones, by seed: flipped bits, odd bytes, cuts,
 * insertions, overlong numbers, sections moved, doubled, dropped or taken
 * from another module. Most changes are made inside a section or a function
 * body whose length is then put right, so that they reach the validator.
 */

import { HEADER, Writer } from "./encode.ts";
import type { Random } from "./random.ts";

interface Section {
  readonly id: number;
  readonly content: Uint8Array;
}

const CODE = 10;
const ODD_BYTES: readonly number[] = [
  0x00,
  0x01,
  0x0b,
  0x1b,
  0x20,
  0x40,
  0x41,
  0x60,
  0x63,
  0x64,
  0x6f,
  0x70,
  0x7b,
  0x7c,
  0x7d,
  0x7e,
  0x7f,
  0x80,
  0xfc,
  0xfd,
  0xfe,
  0xff,
];

/** One mutant of `bytes`, perhaps with a section of `other`. */
export function mutate(
  bytes: Uint8Array,
  other: Uint8Array,
  random: Random,
): Uint8Array {
  let mutant = bytes;
  const changes = random.oneIn(3) ? 1 + random.below(3) : 1;
  for (let i = 0; i < changes; i++) {
    mutant = mutateOnce(mutant, other, random);
  }
  return mutant;
}

function mutateOnce(
  bytes: Uint8Array,
  other: Uint8Array,
  random: Random,
): Uint8Array {
  const sections = splitSections(bytes);
  const kind = random.below(20);
  if (!sections || sections.length === 0 || kind === 0) {
    return change(bytes, random);
  }
  if (kind === 1) return spliced(sections, splitSections(other), random);
  const code = sections.findIndex(({ id }) => id === CODE);
  const index = code >= 0 && kind < 14 ? code : random.below(sections.length);
  const { id, content } = sections[index];
  const changed = index === code
    ? changeBody(content, random)
    : change(content, random);
  return join(edited(sections, index, 1, { id, content: changed }));
}

/** Opcodes of one type each: one may stand for another. */
const ALIKE: readonly (readonly [number, number])[] = [
  [0x46, 0x4f],
  [0x51, 0x5a],
  [0x5b, 0x60],
  [0x61, 0x66],
  [0x67, 0x69],
  [0x6a, 0x78],
  [0x79, 0x7b],
  [0x7c, 0x8a],
  [0x8b, 0x91],
  [0x92, 0x98],
  [0x99, 0x9f],
  [0xa0, 0xa6],
  [0x20, 0x22],
  [0x02, 0x03],
];

/** A byte in the place of another, the more alike the more likely. */
function otherByte(byte: number, random: Random): number {
  const alike = ALIKE.find(([low, high]) => byte >= low && byte <= high);
  if (alike && !random.oneIn(4)) {
    return alike[0] + random.below(alike[1] - alike[0] + 1);
  }
  if (random.oneIn(2)) return byte ^ (1 << random.below(8));
  return random.oneIn(2) ? (byte + 1) & 0xff : random.below(256);
}

/** Changes a few bytes somewhere. */
function change(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length);
  switch (random.below(12)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return replaced(bytes, at, 1, [random.pick(ODD_BYTES)]);
    case 2:
      return replaced(bytes, at, 0, randomBytes(random));
    case 3:
      return replaced(bytes, at, 1 + random.below(4), []);
    case 4: // an overlong number
      return replaced(bytes, at, 1, overlong(bytes[at], random));
    case 5: { // something from elsewhere
      const from = random.below(bytes.length);
      const part = bytes.slice(from, from + 1 + random.below(12));
      return replaced(bytes, at, random.below(part.length + 1), part);
    }
  }
  return replaced(bytes, at, 1, [otherByte(bytes[at], random)]);
}

function randomBytes(random: Random): number[] {
  return Array.from(
    { length: 1 + random.below(4) },
    () => random.oneIn(2) ? random.pick(ODD_BYTES) : random.below(256),
  );
}

function overlong(byte: number, random: Random): number[] {
  const more = new Array<number>(random.below(5)).fill(0x80);
  return [byte | 0x80, ...more, random.pick([0, 0, 1, 0x7f, 0x10])];
}

function replaced(
  bytes: Uint8Array,
  at: number,
  count: number,
  part: ArrayLike<number>,
): Uint8Array {
  const end = Math.min(at + count, bytes.length);
  const result = new Uint8Array(at + part.length + bytes.length - end);
  result.set(bytes.subarray(0, at));
  result.set(part, at);
  result.set(bytes.subarray(end), at + part.length);
  return result;
}

function spliced(
  sections: readonly Section[],
  others: readonly Section[] | undefined,
  random: Random,
): Uint8Array {
  const at = random.below(sections.length);
  switch (random.below(4)) {
    case 0:
      return join(edited(sections, at, 1));
    case 1:
      return join(edited(sections, at, 0, sections[at]));
    case 2: {
      const next = random.below(sections.length);
      const swapped = edited(sections, at, 1, sections[next]);
      return join(edited(swapped, next, 1, sections[at]));
    }
  }
  const donors = others ?? [];
  if (donors.length === 0) return join(edited(sections, at, 1));
  const donor = random.pick(donors);
  const same = sections.findIndex(({ id }) => id === donor.id);
  if (same >= 0) return join(edited(sections, same, 1, donor));
  return join(edited(sections, at, 0, donor));
}

/** A copy with sections put in the place of `count` others. */
function edited(
  sections: readonly Section[],
  at: number,
  count: number,
  ...put: readonly Section[]
): Section[] {
  return [...sections.slice(0, at), ...put, ...sections.slice(at + count)];
}

/** Changes the body of one function and puts its length right. */
function changeBody(content: Uint8Array, random: Random): Uint8Array {
  const count = readLength(content, 0);
  if (!count || count.value === 0) return change(content, random);
  const victim = random.below(count.value);
  let at = count.end;
  for (let i = 0;; i++) {
    const size = readLength(content, at);
    if (!size || size.end + size.value > content.length) {
      return change(content, random);
    }
    const end = size.end + size.value;
    if (i === victim && size.value > 0) {
      const body = change(content.slice(size.end, end), random);
      const sized = new Writer().unsigned(body.length).append(body).finish();
      return replaced(content, at, end - at, sized);
    }
    if (i === victim) return change(content, random);
    at = end;
  }
}

function join(sections: readonly Section[]): Uint8Array {
  const all = new Writer().append(HEADER);
  for (const { id, content } of sections) {
    all.bytes(id).unsigned(content.length).append(content);
  }
  return all.finish();
}

/** The sections, or undefined where the bytes do not divide into them. */
function splitSections(bytes: Uint8Array): Section[] | undefined {
  const sections: Section[] = [];
  let at = HEADER.length;
  while (at < bytes.length) {
    const size = readLength(bytes, at + 1);
    if (!size || size.end + size.value > bytes.length) return undefined;
    const end = size.end + size.value;
    sections.push({ id: bytes[at], content: bytes.slice(size.end, end) });
    at = end;
  }
  return sections;
}

function readLength(
  bytes: Uint8Array,
  at: number,
): { value: number; end: number } | undefined {
  let value = 0;
  for (let i = 0; i < 5 && at + i < bytes.length; i++) {
    value += (bytes[at + i] & 0x7f) * 2 ** (7 * i);
    if (bytes[at + i] < 0x80) return { value, end: at + i + 1 };
  }
  return undefined;
}
