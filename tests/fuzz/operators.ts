/**
 * The numeric instructions of WebAssembly 2.0 as the
 * generator needs them: by result type, with operand types and whether the
 * result may be a NaN whose bits the specification leaves open.
 */

import { F32, F64, I32, I64, V128 } from "./encode.ts";

export interface Operator {
  readonly opcode: readonly number[];
  readonly operands: readonly number[];
  /** The result may be a NaN with any payload. */
  readonly openNaN: boolean;
  /** Index of an operand whose sign or bits show in the result, or -1. */
  readonly seesBits: number;
  /** It traps on zero (division), or on what is out of range (truncation). */
  readonly traps: "zero" | "range" | undefined;
  /** What compares the result's lanes, which may be such NaNs. */
  readonly openLanes: number | undefined;
}

type Table = Readonly<Record<number, readonly Operator[]>>;

function row(
  opcode: readonly number[],
  operands: readonly number[],
  more: Partial<Operator> = {},
): Operator {
  const none = { openNaN: false, seesBits: -1 };
  const never = { traps: undefined, openLanes: undefined };
  return { opcode, operands, ...none, ...never, ...more };
}

/** Rows of the opcodes `first` to `last`, all alike. */
function range(
  first: number,
  last: number,
  operands: readonly number[],
  more: Partial<Operator> = {},
): Operator[] {
  const rows: Operator[] = [];
  for (let op = first; op <= last; op++) rows.push(row([op], operands, more));
  return rows;
}

const OPEN: Partial<Operator> = { openNaN: true };
const DIVIDES: Partial<Operator> = { traps: "zero" };
const TRUNCATES: Partial<Operator> = { traps: "range" };
const REINTERPRETS: Partial<Operator> = { seesBits: 0 };
const COPIES_SIGN: Partial<Operator> = { seesBits: 1 };

/** The instructions that have one result, by its type. */
export const OPERATORS: Table = {
  [I32]: [
    ...range(0x45, 0x45, [I32]),
    ...range(0x46, 0x4f, [I32, I32]),
    ...range(0x50, 0x50, [I64]),
    ...range(0x51, 0x5a, [I64, I64]),
    ...range(0x5b, 0x60, [F32, F32]),
    ...range(0x61, 0x66, [F64, F64]),
    ...range(0x67, 0x69, [I32]),
    ...range(0x6a, 0x6c, [I32, I32]),
    ...range(0x6d, 0x70, [I32, I32], DIVIDES),
    ...range(0x71, 0x78, [I32, I32]),
    row([0xa7], [I64]),
    ...range(0xa8, 0xa9, [F32], TRUNCATES),
    ...range(0xaa, 0xab, [F64], TRUNCATES),
    row([0xbc], [F32], REINTERPRETS),
    ...range(0xc0, 0xc1, [I32]),
    row([0xfc, 0], [F32]),
    row([0xfc, 1], [F32]),
    row([0xfc, 2], [F64]),
    row([0xfc, 3], [F64]),
  ],
  [I64]: [
    ...range(0x79, 0x7b, [I64]),
    ...range(0x7c, 0x7e, [I64, I64]),
    ...range(0x7f, 0x82, [I64, I64], DIVIDES),
    ...range(0x83, 0x8a, [I64, I64]),
    ...range(0xac, 0xad, [I32]),
    ...range(0xae, 0xaf, [F32], TRUNCATES),
    ...range(0xb0, 0xb1, [F64], TRUNCATES),
    row([0xbd], [F64], REINTERPRETS),
    ...range(0xc2, 0xc4, [I64]),
    row([0xfc, 4], [F32]),
    row([0xfc, 5], [F32]),
    row([0xfc, 6], [F64]),
    row([0xfc, 7], [F64]),
  ],
  [F32]: [
    ...range(0x8b, 0x8c, [F32]),
    ...range(0x8d, 0x91, [F32], OPEN),
    ...range(0x92, 0x97, [F32, F32], OPEN),
    row([0x98], [F32, F32], COPIES_SIGN),
    ...range(0xb2, 0xb3, [I32]),
    ...range(0xb4, 0xb5, [I64]),
    row([0xb6], [F64], OPEN),
    row([0xbe], [I32]),
  ],
  [F64]: [
    ...range(0x99, 0x9a, [F64]),
    ...range(0x9b, 0x9f, [F64], OPEN),
    ...range(0xa0, 0xa5, [F64, F64], OPEN),
    row([0xa6], [F64, F64], COPIES_SIGN),
    ...range(0xb7, 0xb8, [I32]),
    ...range(0xb9, 0xba, [I64]),
    row([0xbb], [F32], OPEN),
    row([0xbf], [I64]),
  ],
};

/** Opcodes behind 0xfd, from one to another. */
function vectors(
  from: number,
  to: number,
  operands: readonly number[],
  more: Partial<Operator> = {},
  ...lanes: number[]
): Operator[] {
  return Array.from(
    { length: to - from + 1 },
    (_, i) => row(vectorOpcode(from + i, lanes), operands, more),
  );
}

function vectorOpcode(sub: number, lanes: readonly number[]): number[] {
  const high = sub < 0x80 ? [] : [1];
  return [0xfd, sub < 0x80 ? sub : sub & 0x7f | 0x80, ...high, ...lanes];
}

const V = [V128];
const VV = [V128, V128];
const SHIFT = [V128, I32];
const SHUFFLE = [0, 17, 2, 19, 31, 5, 6, 7, 8, 9, 26, 27, 1, 1, 1, 16];
const OPEN_F32: Partial<Operator> = { openLanes: 0x41 };
const OPEN_F64: Partial<Operator> = { openLanes: 0x47 };

/** Those that take or give vectors, by their result's type. */
export const VECTOR_OPERATORS: Table = {
  [I32]: [
    ...vectors(0x53, 0x53, V),
    ...[0x63, 0x64, 0x83, 0x84, 0xa3, 0xa4, 0xc3, 0xc4]
      .flatMap((sub) => vectors(sub, sub, V)),
    ...vectors(0x15, 0x16, V, {}, 13),
    ...vectors(0x18, 0x19, V, {}, 5),
    ...vectors(0x1b, 0x1b, V, {}, 0),
    ...vectors(0x1b, 0x1b, V, {}, 3),
  ],
  [I64]: [...vectors(0x1d, 0x1d, V, {}, 0), ...vectors(0x1d, 0x1d, V, {}, 1)],
  [F32]: vectors(0x1f, 0x1f, V, {}, 2),
  [F64]: vectors(0x21, 0x21, V, {}, 1),
  [V128]: [
    ...vectors(0x0f, 0x11, [I32]),
    ...vectors(0x12, 0x12, [I64]),
    ...vectors(0x13, 0x13, [F32], REINTERPRETS),
    ...vectors(0x14, 0x14, [F64], REINTERPRETS),
    ...vectors(0x17, 0x17, [V128, I32], {}, 9),
    ...vectors(0x1a, 0x1a, [V128, I32], {}, 6),
    ...vectors(0x1c, 0x1c, [V128, I32], {}, 1),
    ...vectors(0x1e, 0x1e, [V128, I64], {}, 0),
    ...vectors(0x20, 0x20, [V128, F32], COPIES_SIGN, 3),
    ...vectors(0x22, 0x22, [V128, F64], COPIES_SIGN, 1),
    ...vectors(0x0d, 0x0d, VV, {}, ...SHUFFLE),
    ...vectors(0x0d, 0x0d, VV, {}, ...SHUFFLE.map((_, i) => i ^ 4)),
    ...vectors(0x0e, 0x0e, VV),
    ...vectors(0x23, 0x4c, VV),
    ...vectors(0x4d, 0x4d, V),
    ...vectors(0x4e, 0x51, VV),
    ...vectors(0x52, 0x52, [V128, V128, V128]),
    ...vectors(0x5e, 0x5e, V, OPEN_F32),
    ...vectors(0x5f, 0x5f, V, OPEN_F64),
    ...vectors(0x60, 0x62, V),
    ...vectors(0x65, 0x66, VV),
    ...vectors(0x67, 0x6a, V, OPEN_F32),
    ...[0x6b, 0x8b, 0xab, 0xcb].flatMap((sub) => vectors(sub, sub + 2, SHIFT)),
    ...vectors(0x6e, 0x73, VV),
    ...vectors(0x74, 0x75, V, OPEN_F64),
    ...vectors(0x76, 0x79, VV),
    ...vectors(0x7a, 0x7a, V, OPEN_F64),
    ...vectors(0x7b, 0x7b, VV),
    ...vectors(0x7c, 0x81, V),
    ...vectors(0x82, 0x82, VV),
    ...vectors(0x85, 0x86, VV),
    ...vectors(0x87, 0x8a, V),
    ...vectors(0x8e, 0x93, VV),
    ...vectors(0x94, 0x94, V, OPEN_F64),
    ...vectors(0x95, 0x99, VV),
    ...vectors(0x9b, 0x9f, VV),
    ...vectors(0xa0, 0xa1, V),
    ...vectors(0xa7, 0xaa, V),
    ...vectors(0xae, 0xae, VV),
    ...vectors(0xb1, 0xb1, VV),
    ...vectors(0xb5, 0xba, VV),
    ...vectors(0xbc, 0xbf, VV),
    ...vectors(0xc0, 0xc1, V),
    ...vectors(0xc7, 0xca, V),
    ...vectors(0xce, 0xce, VV),
    ...vectors(0xd1, 0xd1, VV),
    ...vectors(0xd5, 0xdf, VV),
    ...vectors(0xe0, 0xe1, V),
    ...vectors(0xe3, 0xe3, V, OPEN_F32),
    ...vectors(0xe4, 0xe9, VV, OPEN_F32),
    ...vectors(0xea, 0xeb, VV),
    ...vectors(0xec, 0xed, V),
    ...vectors(0xef, 0xef, V, OPEN_F64),
    ...vectors(0xf0, 0xf5, VV, OPEN_F64),
    ...vectors(0xf6, 0xf7, VV),
    ...vectors(0xf8, 0xff, V),
  ],
};

/** A load or a store: its opcode and the logarithm of its width. */
export interface Access {
  readonly opcode: number;
  readonly alignment: number;
}

type AccessTable = Readonly<Record<number, readonly Access[]>>;

function accesses(...pairs: readonly (readonly [number, number])[]): Access[] {
  return pairs.map(([opcode, alignment]) => ({ opcode, alignment }));
}

export const LOADS: AccessTable = {
  [I32]: accesses([0x28, 2], [0x2c, 0], [0x2d, 0], [0x2e, 1], [0x2f, 1]),
  [I64]: accesses(
    [0x29, 3],
    [0x30, 0],
    [0x31, 0],
    [0x32, 1],
    [0x33, 1],
    [0x34, 2],
    [0x35, 2],
  ),
  [F32]: accesses([0x2a, 2]),
  [F64]: accesses([0x2b, 3]),
  [V128]: accesses(
    ...[[0, 4], [1, 3], [2, 3], [3, 3], [4, 3], [5, 3], [6, 3]] as const,
    ...[[7, 0], [8, 1], [9, 2], [10, 3], [0x5c, 2], [0x5d, 3]] as const,
  ),
};

export const STORES: AccessTable = {
  [I32]: accesses([0x36, 2], [0x3a, 0], [0x3b, 1]),
  [I64]: accesses([0x37, 3], [0x3c, 0], [0x3d, 1], [0x3e, 2]),
  [F32]: accesses([0x38, 2]),
  [F64]: accesses([0x39, 3]),
  [V128]: accesses([0x0b, 4]),
};

/** Numbers at which something changes. */
export const EDGES_32: readonly number[] = [
  0,
  1,
  2,
  3,
  7,
  8,
  31,
  32,
  63,
  0x7f,
  0x80,
  0xff,
  0x7fff,
  0x8000,
  0xffff,
  0x7fffffff,
  0x80000000,
  0xffffff80,
  0xffff8000,
  0xfffffffe,
  0xffffffff,
];

export const EDGES_64: readonly bigint[] = [
  0n,
  1n,
  2n,
  31n,
  32n,
  33n,
  63n,
  64n,
  0xffn,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  0x100000000n,
  0x7fffffffffffffffn,
  0x8000000000000000n,
  0xffffffff00000000n,
  0xfffffffffffffffen,
  0xffffffffffffffffn,
];

/** Bits of floats: zeros, ones, halves, limits, infinities, NaNs. */
export const FLOATS_32: readonly number[] = [
  0,
  0x80000000,
  0x3f800000,
  0xbf800000,
  0x3f000000,
  0x40200000,
  0x00000001,
  0x007fffff,
  0x00800000,
  0x7f7fffff,
  0x4b000000,
  0x4f000000,
  0xcf000000,
  0x5f000000,
  0x7f800000,
  0xff800000,
  0x7fc00000,
  0xffc12345,
  0x7f800001,
  0xffa00000,
];

export const FLOATS_64: readonly bigint[] = [
  0n,
  0x8000000000000000n,
  0x3ff0000000000000n,
  0xbff0000000000000n,
  0x3fe0000000000000n,
  0x4004000000000000n,
  0x0000000000000001n,
  0x000fffffffffffffn,
  0x0010000000000000n,
  0x7fefffffffffffffn,
  0x36a0000000000000n,
  0x47efffffe0000000n,
  0x47effffff0000000n,
  0x41dfffffffc00000n,
  0x41e0000000000000n,
  0xc1e0000000200000n,
  0x41f0000000000000n,
  0x4330000000000000n,
  0x43e0000000000000n,
  0x7ff0000000000000n,
  0xfff0000000000000n,
  0x7ff8000000000000n,
  0xfff8123456789abcn,
  0x7ff0000000000001n,
  0xfff4000000000000n,
];
