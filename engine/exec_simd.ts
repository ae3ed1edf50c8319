/**
 * The vector loop: what `execute` is for numbers, for v128. It runs the SIMD
 * instructions and those scalar ops that loops over vectors are held together
 * by, until there is another op, an access that it does not do (a trap, or a
 * memory that is not the first), or an interruption; then it leaves as
 * `execute` does, and the driver goes on with whatever runs the op.
 *
 * The rules are those of exec.ts. A result may be in the registers of an
 * operand, but overlaps none in part. Lanes of 8 and 16 bits are computed side
 * by side in a word ("SIMD within a register", Hacker's Delight, 2-18):
 * `x & 0x7f7f7f7f` clears the sign bit of every byte, so that an addition
 * carries no further than there, and `(c << 1) - (c >>> 7)` makes a mask of
 * the lanes whose sign bits are set in c, all else being 0. What depends on
 * data does not branch: lanes are seldom predictable. Spec: «Vector
 * Instructions».
 */

import type { ExecuteVectors } from "./store.ts";

/**
 * What the vector loop runs: ops of exec.ts, by the same names and numbers
 * (labels must be literals), then the rows of simd.ts in the order of their
 * opcodes, then fused ones.
 */
// deno-fmt-ignore
export const enum VectorOp {
  Copy32 = 0,
  Copy64 = 1,
  Copy128 = 2,
  Copy32Copy32 = 4,
  Copy64Copy64 = 5,
  Const32 = 6,
  Const64 = 7,
  Fuel = 11,
  Br = 12,
  BrIf = 13,
  BrIfZ = 14,
  BrEq = 16,
  BrNe = 17,
  BrLtS = 18,
  BrLtU = 19,
  BrLeS = 20,
  BrLeU = 21,
  BrEqImm = 22,
  BrNeImm = 23,
  BrLtSImm = 24,
  BrLtUImm = 25,
  BrGtSImm = 26,
  BrGtUImm = 27,
  AddImmBrIf = 31,
  AddImmBrNe = 32,
  AddImmBrLtU = 33,
  AddImmBrNeImm = 34,
  AddImmBrLtUImm = 35,
  Load32 = 63,
  Load8U = 65,
  Store32 = 85,
  AddImmLoad32 = 71,
  I32Add = 111,
  I32Sub = 112,
  I32Mul = 113,
  I32And = 118,
  I32AddImm = 126,
  I32AndImm = 128,
  I32ShlImm = 131,
  I32ShrUImm = 133,
  I32ShlImmAdd = 137,
  I32AddAddImm = 138,
  I32AddImmAddImm = 143,
  F32Canon = 231,
  F64Canon = 232,
  I32Ctz = 110,
  I32Popcnt = 233,
  I32Or = 119,
  I32Xor = 120,
  I32LtUImm = 106,
  I32XorImm = 130,
  Select32 = 9,
  /** Those that follow are those of the table, by opcode. */
  FirstVector = 384,
  V128Load = 384,
  V128Load8x8S = 385,
  V128Load8x8U = 386,
  V128Load16x4S = 387,
  V128Load16x4U = 388,
  V128Load32x2S = 389,
  V128Load32x2U = 390,
  V128Load8Splat = 391,
  V128Load16Splat = 392,
  V128Load32Splat = 393,
  V128Load64Splat = 394,
  V128Store = 395,
  V128Const = 396,
  I8x16Shuffle = 397,
  I8x16Swizzle = 398,
  I8x16Splat = 399,
  I16x8Splat = 400,
  I32x4Splat = 401,
  I64x2Splat = 402,
  I8x16ExtractLaneS = 403,
  I8x16ExtractLaneU = 404,
  I8x16ReplaceLane = 405,
  I16x8ExtractLaneS = 406,
  I16x8ExtractLaneU = 407,
  I16x8ReplaceLane = 408,
  I32x4ExtractLane = 409,
  I32x4ReplaceLane = 410,
  I64x2ExtractLane = 411,
  I64x2ReplaceLane = 412,
  I8x16Eq = 413,
  I8x16LtS = 414,
  I8x16LtU = 415,
  I16x8Eq = 416,
  I16x8LtS = 417,
  I16x8LtU = 418,
  I32x4Eq = 419,
  I32x4LtS = 420,
  I32x4LtU = 421,
  F32x4Eq = 422,
  F32x4Ne = 423,
  F32x4Lt = 424,
  F32x4Le = 425,
  F64x2Eq = 426,
  F64x2Ne = 427,
  F64x2Lt = 428,
  F64x2Le = 429,
  V128Not = 430,
  V128And = 431,
  V128Andnot = 432,
  V128Or = 433,
  V128Xor = 434,
  V128Bitselect = 435,
  V128AnyTrue = 436,
  V128Load32Zero = 437,
  V128Load64Zero = 438,
  F32x4DemoteF64x2Zero = 439,
  F64x2PromoteLowF32x4 = 440,
  I8x16Abs = 441,
  I8x16Neg = 442,
  I8x16Popcnt = 443,
  I8x16AllTrue = 444,
  I8x16Bitmask = 445,
  I8x16NarrowI16x8S = 446,
  I8x16NarrowI16x8U = 447,
  F32x4Ceil = 448,
  F32x4Floor = 449,
  F32x4Trunc = 450,
  F32x4Nearest = 451,
  I8x16Shl = 452,
  I8x16ShrS = 453,
  I8x16ShrU = 454,
  I8x16Add = 455,
  I8x16AddSatS = 456,
  I8x16AddSatU = 457,
  I8x16Sub = 458,
  I8x16SubSatS = 459,
  I8x16SubSatU = 460,
  F64x2Ceil = 461,
  F64x2Floor = 462,
  I8x16MinS = 463,
  I8x16MinU = 464,
  I8x16MaxS = 465,
  I8x16MaxU = 466,
  F64x2Trunc = 467,
  I8x16AvgrU = 468,
  I16x8ExtaddPairwiseI8x16S = 469,
  I16x8ExtaddPairwiseI8x16U = 470,
  I32x4ExtaddPairwiseI16x8S = 471,
  I32x4ExtaddPairwiseI16x8U = 472,
  I16x8Abs = 473,
  I16x8Neg = 474,
  I16x8Q15mulrSatS = 475,
  I16x8AllTrue = 476,
  I16x8Bitmask = 477,
  I16x8NarrowI32x4S = 478,
  I16x8NarrowI32x4U = 479,
  I16x8ExtendLowI8x16S = 480,
  I16x8ExtendLowI8x16U = 481,
  I16x8Shl = 482,
  I16x8ShrS = 483,
  I16x8ShrU = 484,
  I16x8Add = 485,
  I16x8AddSatS = 486,
  I16x8AddSatU = 487,
  I16x8Sub = 488,
  I16x8SubSatS = 489,
  I16x8SubSatU = 490,
  F64x2Nearest = 491,
  I16x8Mul = 492,
  I16x8MinS = 493,
  I16x8MinU = 494,
  I16x8MaxS = 495,
  I16x8MaxU = 496,
  I16x8AvgrU = 497,
  I16x8ExtmulLowI8x16S = 498,
  I16x8ExtmulLowI8x16U = 499,
  I32x4Abs = 500,
  I32x4Neg = 501,
  I32x4AllTrue = 502,
  I32x4Bitmask = 503,
  I32x4ExtendLowI16x8S = 504,
  I32x4ExtendLowI16x8U = 505,
  I32x4Shl = 506,
  I32x4ShrS = 507,
  I32x4ShrU = 508,
  I32x4Add = 509,
  I32x4Sub = 510,
  I32x4Mul = 511,
  I32x4MinS = 512,
  I32x4MinU = 513,
  I32x4MaxS = 514,
  I32x4MaxU = 515,
  I32x4DotI16x8S = 516,
  I32x4ExtmulLowI16x8S = 517,
  I32x4ExtmulLowI16x8U = 518,
  I64x2Abs = 519,
  I64x2Neg = 520,
  I64x2AllTrue = 521,
  I64x2Bitmask = 522,
  I64x2ExtendLowI32x4S = 523,
  I64x2ExtendLowI32x4U = 524,
  I64x2Shl = 525,
  I64x2ShrS = 526,
  I64x2ShrU = 527,
  I64x2Add = 528,
  I64x2Sub = 529,
  I64x2Mul = 530,
  I64x2Eq = 531,
  I64x2LtS = 532,
  I64x2ExtmulLowI32x4S = 533,
  I64x2ExtmulLowI32x4U = 534,
  F32x4Abs = 535,
  F32x4Neg = 536,
  F32x4Sqrt = 537,
  F32x4Add = 538,
  F32x4Sub = 539,
  F32x4Mul = 540,
  F32x4Div = 541,
  F32x4Min = 542,
  F32x4Max = 543,
  F32x4Pmin = 544,
  F32x4Pmax = 545,
  F64x2Abs = 546,
  F64x2Neg = 547,
  F64x2Sqrt = 548,
  F64x2Add = 549,
  F64x2Sub = 550,
  F64x2Mul = 551,
  F64x2Div = 552,
  F64x2Min = 553,
  F64x2Max = 554,
  F64x2Pmin = 555,
  F64x2Pmax = 556,
  I32x4TruncSatF32x4S = 557,
  I32x4TruncSatF32x4U = 558,
  F32x4ConvertI32x4S = 559,
  F32x4ConvertI32x4U = 560,
  I32x4TruncSatF64x2SZero = 561,
  I32x4TruncSatF64x2UZero = 562,
  F64x2ConvertLowI32x4S = 563,
  F64x2ConvertLowI32x4U = 564,
  AddImmV128Load = 565,
  AddImmV128Store = 566,
  I32x4Shuffle = 567,
  I32x4ShlOrShrU = 568,
  F64x2MulAdd = 569,
  F32x4MulAdd = 570,
  F32x4SubAdd = 571,
  BrAnyTrue = 572,
  BrAnyTrueZ = 573,
}

/** Binds the loop to its views. Called once per realm, by `makeCore`. */
export function makeExecuteVectors(
  registers: Int32Array,
  highWords: Int32Array,
  bytes: Uint8Array,
  floats: Float32Array,
  doubles: Float64Array,
): ExecuteVectors {
  return function executeVectors(pc, fp, mem, limit) {
    // In the order of `execute`'s, but for those that it has not: minified, what
    // both loops have is then the same text, and compresses.
    const U8 = bytes;
    let c = 0, n = 0;
    const I = registers, I1 = highWords, F = floats, D = doubles;
    const code = registers, code1 = highWords;
    let a = 0, b = 0, x = 0, y = 0, z = 0, w = 0, lo = 0, hi = 0;
    let offset = 0, ea = 0, f = 0, g = 0, e = 0, h = 0;
    pc = pc | 0;
    fp = fp | 0;
    limit = limit | 0;
    x = I[0] | I1[0] | U8[0];
    f = F[0] + D[0];
    // So deep for the same reason as `execute`'s.
    // deno-fmt-ignore
    exit: for (x = 0;;) for (x = 0;;) for (x = 0;;) for (x = 0;;) for (x = 0;;) for (;;) {
      // The registers that the first operands name: mostly a result and two sources.
      a = fp + code1[pc] | 0;
      b = fp + code[pc + 2 | 0] | 0;
      c = fp + code1[pc + 2 | 0] | 0;
      switch (code[pc]) {
        // The rows of simd.ts
        case VectorOp.V128Load: b = I[b]; ea = b + code1[pc + 2 | 0] | 0; if (b < 0 || ea < b || ea > (limit - 16 | 0) || code[pc + 4 | 0] !== 0) break exit; I[a] = mem.getInt32(ea, true); I1[a] = mem.getInt32(ea + 4 | 0, true); I[a + 2 | 0] = mem.getInt32(ea + 8 | 0, true); I1[a + 2 | 0] = mem.getInt32(ea + 12 | 0, true); pc = pc + 5 | 0; continue;
        case VectorOp.V128Load8x8S: b = I[b]; ea = b + code1[pc + 2 | 0] | 0; if (b < 0 || ea < b || ea > (limit - 8 | 0) || code[pc + 4 | 0] !== 0) break exit; x = mem.getInt32(ea, true); y = mem.getInt32(ea + 4 | 0, true); I[a] = x << 16 >> 24 << 16 | x << 24 >> 24 & 0xffff; I1[a] = x >> 24 << 16 | x << 8 >> 24 & 0xffff; I[a + 2 | 0] = y << 16 >> 24 << 16 | y << 24 >> 24 & 0xffff; I1[a + 2 | 0] = y >> 24 << 16 | y << 8 >> 24 & 0xffff; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load8x8U: b = I[b]; ea = b + code1[pc + 2 | 0] | 0; if (b < 0 || ea < b || ea > (limit - 8 | 0) || code[pc + 4 | 0] !== 0) break exit; x = mem.getInt32(ea, true); y = mem.getInt32(ea + 4 | 0, true); I[a] = x & 0xff | (x & 0xff00) << 8; I1[a] = x >>> 16 & 0xff | x >>> 8 & 0xff0000; I[a + 2 | 0] = y & 0xff | (y & 0xff00) << 8; I1[a + 2 | 0] = y >>> 16 & 0xff | y >>> 8 & 0xff0000; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load16x4S: b = I[b]; ea = b + code1[pc + 2 | 0] | 0; if (b < 0 || ea < b || ea > (limit - 8 | 0) || code[pc + 4 | 0] !== 0) break exit; x = mem.getInt32(ea, true); y = mem.getInt32(ea + 4 | 0, true); I[a] = x << 16 >> 16; I1[a] = x >> 16; I[a + 2 | 0] = y << 16 >> 16; I1[a + 2 | 0] = y >> 16; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load16x4U: b = I[b]; ea = b + code1[pc + 2 | 0] | 0; if (b < 0 || ea < b || ea > (limit - 8 | 0) || code[pc + 4 | 0] !== 0) break exit; x = mem.getInt32(ea, true); y = mem.getInt32(ea + 4 | 0, true); I[a] = x & 0xffff; I1[a] = x >>> 16; I[a + 2 | 0] = y & 0xffff; I1[a + 2 | 0] = y >>> 16; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load32x2S: b = I[b]; ea = b + code1[pc + 2 | 0] | 0; if (b < 0 || ea < b || ea > (limit - 8 | 0) || code[pc + 4 | 0] !== 0) break exit; x = mem.getInt32(ea, true); y = mem.getInt32(ea + 4 | 0, true); I[a] = x; I1[a] = x >> 31; I[a + 2 | 0] = y; I1[a + 2 | 0] = y >> 31; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load32x2U: b = I[b]; ea = b + code1[pc + 2 | 0] | 0; if (b < 0 || ea < b || ea > (limit - 8 | 0) || code[pc + 4 | 0] !== 0) break exit; x = mem.getInt32(ea, true); y = mem.getInt32(ea + 4 | 0, true); I[a] = x; I1[a] = 0; I[a + 2 | 0] = y; I1[a + 2 | 0] = 0; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load8Splat: b = I[b]; ea = b + code1[pc + 2 | 0] | 0; if (b < 0 || ea < b || ea > (limit - 1 | 0) || code[pc + 4 | 0] !== 0) break exit; x = Math.imul(mem.getUint8(ea), 0x01010101); I[a] = x; I1[a] = x; I[a + 2 | 0] = x; I1[a + 2 | 0] = x; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load16Splat: b = I[b]; ea = b + code1[pc + 2 | 0] | 0; if (b < 0 || ea < b || ea > (limit - 2 | 0) || code[pc + 4 | 0] !== 0) break exit; x = Math.imul(mem.getUint16(ea, true), 0x00010001); I[a] = x; I1[a] = x; I[a + 2 | 0] = x; I1[a + 2 | 0] = x; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load32Splat: b = I[b]; ea = b + code1[pc + 2 | 0] | 0; if (b < 0 || ea < b || ea > (limit - 4 | 0) || code[pc + 4 | 0] !== 0) break exit; x = mem.getInt32(ea, true); I[a] = x; I1[a] = x; I[a + 2 | 0] = x; I1[a + 2 | 0] = x; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load64Splat: b = I[b]; ea = b + code1[pc + 2 | 0] | 0; if (b < 0 || ea < b || ea > (limit - 8 | 0) || code[pc + 4 | 0] !== 0) break exit; x = mem.getInt32(ea, true); y = mem.getInt32(ea + 4 | 0, true); I[a] = x; I1[a] = y; I[a + 2 | 0] = x; I1[a + 2 | 0] = y; pc = pc + 5 | 0; continue;
        case VectorOp.V128Store: c = b; b = I[a]; ea = b + code1[pc + 2 | 0] | 0; if (b < 0 || ea < b || ea > (limit - 16 | 0) || code[pc + 4 | 0] !== 0) break exit; mem.setInt32(ea, I[c], true); mem.setInt32(ea + 4 | 0, I1[c], true); mem.setInt32(ea + 8 | 0, I[c + 2 | 0], true); mem.setInt32(ea + 12 | 0, I1[c + 2 | 0], true); pc = pc + 5 | 0; continue;
        case VectorOp.V128Const: I[a] = code[pc + 2 | 0]; I1[a] = code1[pc + 2 | 0]; I[a + 2 | 0] = code[pc + 4 | 0]; I1[a + 2 | 0] = code1[pc + 4 | 0]; pc = pc + 6 | 0; continue;
        case VectorOp.I8x16Shuffle: b = fp << 2; n = pc + 2 | 0; w = 8; do { I[w] = U8[b + code[n] | 0] | U8[b + code[n + 1 | 0] | 0] << 8 | U8[b + code[n + 2 | 0] | 0] << 16 | U8[b + code[n + 3 | 0] | 0] << 24; n = n + 4 | 0; w = w + 1 | 0; } while (w < 12); I[a] = I[8]; I1[a] = I[9]; I[a + 2 | 0] = I[10]; I1[a + 2 | 0] = I[11]; pc = pc + 18 | 0; continue;
        case VectorOp.I8x16Swizzle: b = b << 2; for (w = 8; w < 12; w = w + 1 | 0) { x = I[c]; y = x & 255; z = x >> 8 & 255; e = x >> 16 & 255; x = x >>> 24; I[w] = U8[b + (y & 15) | 0] & y - 16 >> 31 | (U8[b + (z & 15) | 0] & z - 16 >> 31) << 8 | (U8[b + (e & 15) | 0] & e - 16 >> 31) << 16 | (U8[b + (x & 15) | 0] & x - 16 >> 31) << 24; c = c + 1 | 0; } I[a] = I[8]; I1[a] = I[9]; I[a + 2 | 0] = I[10]; I1[a + 2 | 0] = I[11]; pc = pc + 4 | 0; continue;
        case VectorOp.I8x16Splat: x = Math.imul(I[b] & 0xff, 0x01010101); I[a] = x; I1[a] = x; I[a + 2 | 0] = x; I1[a + 2 | 0] = x; pc = pc + 3 | 0; continue;
        case VectorOp.I16x8Splat: x = Math.imul(I[b] & 0xffff, 0x00010001); I[a] = x; I1[a] = x; I[a + 2 | 0] = x; I1[a + 2 | 0] = x; pc = pc + 3 | 0; continue;
        case VectorOp.I32x4Splat: x = I[b]; I[a] = x; I1[a] = x; I[a + 2 | 0] = x; I1[a + 2 | 0] = x; pc = pc + 3 | 0; continue;
        case VectorOp.I64x2Splat: x = I[b]; y = I1[b]; I[a] = x; I1[a] = y; I[a + 2 | 0] = x; I1[a + 2 | 0] = y; pc = pc + 3 | 0; continue;
        case VectorOp.I8x16ExtractLaneS: n = code1[pc + 2 | 0]; I[a] = I[b + (n >> 2) | 0] << 24 - (n << 3 & 24) >> 24; pc = pc + 4 | 0; continue;
        case VectorOp.I8x16ExtractLaneU: n = code1[pc + 2 | 0]; I[a] = I[b + (n >> 2) | 0] >> (n << 3 & 24) & 0xff; pc = pc + 4 | 0; continue;
        case VectorOp.I8x16ReplaceLane: x = I[c]; n = code[pc + 4 | 0]; I[a] = I[b]; I1[a] = I1[b]; I[a + 2 | 0] = I[b + 2 | 0]; I1[a + 2 | 0] = I1[b + 2 | 0]; a = a + (n >> 2) | 0; n = n << 3 & 24; I[a] = I[a] & ~(0xff << n) | (x & 0xff) << n; pc = pc + 5 | 0; continue;
        case VectorOp.I16x8ExtractLaneS: n = code1[pc + 2 | 0]; I[a] = I[b + (n >> 1) | 0] << 16 - (n << 4 & 16) >> 16; pc = pc + 4 | 0; continue;
        case VectorOp.I16x8ExtractLaneU: n = code1[pc + 2 | 0]; I[a] = I[b + (n >> 1) | 0] >> (n << 4 & 16) & 0xffff; pc = pc + 4 | 0; continue;
        case VectorOp.I16x8ReplaceLane: x = I[c]; n = code[pc + 4 | 0]; I[a] = I[b]; I1[a] = I1[b]; I[a + 2 | 0] = I[b + 2 | 0]; I1[a + 2 | 0] = I1[b + 2 | 0]; a = a + (n >> 1) | 0; n = n << 4 & 16; I[a] = I[a] & ~(0xffff << n) | (x & 0xffff) << n; pc = pc + 5 | 0; continue;
        case VectorOp.I32x4ExtractLane: I[a] = I[b + code1[pc + 2 | 0] | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.I32x4ReplaceLane: x = I[c]; n = code[pc + 4 | 0]; I[a] = I[b]; I1[a] = I1[b]; I[a + 2 | 0] = I[b + 2 | 0]; I1[a + 2 | 0] = I1[b + 2 | 0]; I[a + n | 0] = x; pc = pc + 5 | 0; continue;
        case VectorOp.I64x2ExtractLane: b = b + (code1[pc + 2 | 0] << 1) | 0; x = I[b]; y = I1[b]; I[a] = x; I1[a] = y; pc = pc + 4 | 0; continue;
        case VectorOp.I64x2ReplaceLane: x = I[c]; y = I1[c]; I[a] = I[b]; I1[a] = I1[b]; I[a + 2 | 0] = I[b + 2 | 0]; I1[a + 2 | 0] = I1[b + 2 | 0]; a = a + (code[pc + 4 | 0] << 1) | 0; I[a] = x; I1[a] = y; pc = pc + 5 | 0; continue;
        case VectorOp.I8x16Eq: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = x ^ y; z = ~((z & 0x7f7f7f7f) + 0x7f7f7f7f | z | 0x7f7f7f7f); I[a] = (z << 1) - (z >>> 7); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16LtS: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = (x & ~y | ~(x ^ y | (x | -2139062144) - (y & 0x7f7f7f7f))) & -2139062144; I[a] = (z << 1) - (z >>> 7); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16LtU: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = (~x & y | ~(x ^ y | (x | -2139062144) - (y & 0x7f7f7f7f))) & -2139062144; I[a] = (z << 1) - (z >>> 7); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8Eq: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = x ^ y; z = ~((z & 0x7fff7fff) + 0x7fff7fff | z | 0x7fff7fff); I[a] = (z << 1) - (z >>> 15); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8LtS: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = (x & ~y | ~(x ^ y | (x | -2147450880) - (y & 0x7fff7fff))) & -2147450880; I[a] = (z << 1) - (z >>> 15); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8LtU: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = (~x & y | ~(x ^ y | (x | -2147450880) - (y & 0x7fff7fff))) & -2147450880; I[a] = (z << 1) - (z >>> 15); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4Eq: w = a + 4 | 0; do { x = I[b]; y = I[c]; I[a] = -(x === y) | 0; b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4LtS: w = a + 4 | 0; do { x = I[b]; y = I[c]; I[a] = -(x < y) | 0; b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4LtU: w = a + 4 | 0; do { x = I[b]; y = I[c]; I[a] = -(x >>> 0 < y >>> 0) | 0; b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Eq: w = a + 4 | 0; do { I[a] = -(F[b] === F[c]) | 0; b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Ne: w = a + 4 | 0; do { I[a] = -(F[b] !== F[c]) | 0; b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Lt: I[a] = -(F[b] < F[c]) | 0; I1[a] = -(F[b + 1 | 0] < F[c + 1 | 0]) | 0; I[a + 2 | 0] = -(F[b + 2 | 0] < F[c + 2 | 0]) | 0; I1[a + 2 | 0] = -(F[b + 3 | 0] < F[c + 3 | 0]) | 0; pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Le: I[a] = -(F[b] <= F[c]) | 0; I1[a] = -(F[b + 1 | 0] <= F[c + 1 | 0]) | 0; I[a + 2 | 0] = -(F[b + 2 | 0] <= F[c + 2 | 0]) | 0; I1[a + 2 | 0] = -(F[b + 3 | 0] <= F[c + 3 | 0]) | 0; pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Eq: x = -(D[b >> 1] === D[c >> 1]) | 0; y = -(D[(b >> 1) + 1 | 0] === D[(c >> 1) + 1 | 0]) | 0; I[a] = x; I1[a] = x; I[a + 2 | 0] = y; I1[a + 2 | 0] = y; pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Ne: x = -(D[b >> 1] !== D[c >> 1]) | 0; y = -(D[(b >> 1) + 1 | 0] !== D[(c >> 1) + 1 | 0]) | 0; I[a] = x; I1[a] = x; I[a + 2 | 0] = y; I1[a + 2 | 0] = y; pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Lt: x = -(D[b >> 1] < D[c >> 1]) | 0; y = -(D[(b >> 1) + 1 | 0] < D[(c >> 1) + 1 | 0]) | 0; I[a] = x; I1[a] = x; I[a + 2 | 0] = y; I1[a + 2 | 0] = y; pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Le: x = -(D[b >> 1] <= D[c >> 1]) | 0; y = -(D[(b >> 1) + 1 | 0] <= D[(c >> 1) + 1 | 0]) | 0; I[a] = x; I1[a] = x; I[a + 2 | 0] = y; I1[a + 2 | 0] = y; pc = pc + 4 | 0; continue;
        case VectorOp.V128Not: I[a] = ~I[b]; I1[a] = ~I1[b]; I[a + 2 | 0] = ~I[b + 2 | 0]; I1[a + 2 | 0] = ~I1[b + 2 | 0]; pc = pc + 3 | 0; continue;
        case VectorOp.V128And: I[a] = I[b] & I[c]; I1[a] = I1[b] & I1[c]; I[a + 2 | 0] = I[b + 2 | 0] & I[c + 2 | 0]; I1[a + 2 | 0] = I1[b + 2 | 0] & I1[c + 2 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.V128Andnot: I[a] = I[b] & ~I[c]; I1[a] = I1[b] & ~I1[c]; I[a + 2 | 0] = I[b + 2 | 0] & ~I[c + 2 | 0]; I1[a + 2 | 0] = I1[b + 2 | 0] & ~I1[c + 2 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.V128Or: I[a] = I[b] | I[c]; I1[a] = I1[b] | I1[c]; I[a + 2 | 0] = I[b + 2 | 0] | I[c + 2 | 0]; I1[a + 2 | 0] = I1[b + 2 | 0] | I1[c + 2 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.V128Xor: I[a] = I[b] ^ I[c]; I1[a] = I1[b] ^ I1[c]; I[a + 2 | 0] = I[b + 2 | 0] ^ I[c + 2 | 0]; I1[a + 2 | 0] = I1[b + 2 | 0] ^ I1[c + 2 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.V128Bitselect: n = fp + code[pc + 4 | 0] | 0; w = a + 4 | 0; do { y = I[c]; I[a] = y ^ (I[b] ^ y) & I[n]; b = b + 1 | 0; c = c + 1 | 0; n = n + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 5 | 0; continue;
        case VectorOp.V128AnyTrue: I[a] = (I[b] | I1[b] | I[b + 2 | 0] | I1[b + 2 | 0]) !== 0 ? 1 : 0; pc = pc + 3 | 0; continue;
        case VectorOp.V128Load32Zero: b = I[b]; ea = b + code1[pc + 2 | 0] | 0; if (b < 0 || ea < b || ea > (limit - 4 | 0) || code[pc + 4 | 0] !== 0) break exit; I[a] = mem.getInt32(ea, true); I1[a] = 0; I[a + 2 | 0] = 0; I1[a + 2 | 0] = 0; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load64Zero: b = I[b]; ea = b + code1[pc + 2 | 0] | 0; if (b < 0 || ea < b || ea > (limit - 8 | 0) || code[pc + 4 | 0] !== 0) break exit; I[a] = mem.getInt32(ea, true); I1[a] = mem.getInt32(ea + 4 | 0, true); I[a + 2 | 0] = 0; I1[a + 2 | 0] = 0; pc = pc + 5 | 0; continue;
        case VectorOp.F32x4DemoteF64x2Zero: b = b >> 1; f = D[b]; g = D[b + 1 | 0]; F[a] = f; F[a + 1 | 0] = g; I[a + 2 | 0] = 0; I1[a + 2 | 0] = 0; pc = pc + 3 | 0; continue;
        case VectorOp.F64x2PromoteLowF32x4: a = a >> 1; f = F[b]; g = F[b + 1 | 0]; D[a] = f; D[a + 1 | 0] = g; pc = pc + 3 | 0; continue;
        case VectorOp.I8x16Abs: w = a + 4 | 0; do { x = I[b]; z = x & -2139062144; I[a] = (x ^ (z << 1) - (z >>> 7)) + (z >>> 7); b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.I8x16Neg: w = a + 4 | 0; do { x = I[b]; I[a] = -2139062144 - (x & 0x7f7f7f7f) ^ ~x & -2139062144; b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.I8x16Popcnt: w = a + 4 | 0; do { x = I[b]; x = x - (x >>> 1 & 0x55555555) | 0; x = (x & 0x33333333) + (x >>> 2 & 0x33333333) | 0; I[a] = x + (x >>> 4) & 0x0f0f0f0f; b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.I8x16AllTrue: z = 0; for (w = b + 4 | 0; b < w; b = b + 1 | 0) { x = I[b]; z = z | ~((x & 0x7f7f7f7f) + 0x7f7f7f7f | x | 0x7f7f7f7f); } I[a] = z === 0 ? 1 : 0; pc = pc + 3 | 0; continue;
        case VectorOp.I8x16Bitmask: z = 0; n = 0; do { x = I[b]; z = z | (x >>> 7 & 1 | x >>> 14 & 2 | x >>> 21 & 4 | x >>> 28 & 8) << n; b = b + 1 | 0; n = n + 4 | 0; } while (n < 16); I[a] = z; pc = pc + 3 | 0; continue;
        case VectorOp.I8x16NarrowI16x8S: for (n = 8; n < 12; n = n + 1 | 0) { x = I[b]; y = I1[b]; z = x & -2147450880; e = (x ^ (z << 1) - (z >>> 15)) + 0x7f807f80 & -2147450880; x = x & 0x00ff00ff; x = x ^ (x ^ 0x007f007f + (z >>> 15)) & (e >>> 7) - (e >>> 15); z = y & -2147450880; e = (y ^ (z << 1) - (z >>> 15)) + 0x7f807f80 & -2147450880; y = y & 0x00ff00ff; y = y ^ (y ^ 0x007f007f + (z >>> 15)) & (e >>> 7) - (e >>> 15); I[n] = (x | x >>> 8) & 0xffff | (y | y >>> 8) << 16; b = n === 9 ? c : b + 2 | 0; } I[a] = I[8]; I1[a] = I[9]; I[a + 2 | 0] = I[10]; I1[a + 2 | 0] = I[11]; pc = pc + 4 | 0; continue;
        case VectorOp.I8x16NarrowI16x8U: for (n = 8; n < 12; n = n + 1 | 0) { x = I[b]; y = I1[b]; z = x & -2147450880; x = x & ~((z << 1) - (z >>> 15)); e = x + 0x7f007f00 & -2147450880; x = (x | (e >>> 7) - (e >>> 15)) & 0x00ff00ff; z = y & -2147450880; y = y & ~((z << 1) - (z >>> 15)); e = y + 0x7f007f00 & -2147450880; y = (y | (e >>> 7) - (e >>> 15)) & 0x00ff00ff; I[n] = (x | x >>> 8) & 0xffff | (y | y >>> 8) << 16; b = n === 9 ? c : b + 2 | 0; } I[a] = I[8]; I1[a] = I[9]; I[a + 2 | 0] = I[10]; I1[a + 2 | 0] = I[11]; pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Ceil: w = a + 4 | 0; do { f = F[b]; F[a] = Math.ceil(f); b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.F32x4Floor: w = a + 4 | 0; do { f = F[b]; F[a] = Math.floor(f); b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.F32x4Trunc: w = a + 4 | 0; do { f = F[b]; F[a] = Math.trunc(f); b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.F32x4Nearest: w = a + 4 | 0; do { f = F[b]; g = Math.abs(f); if (g < 4503599627370496 && f !== 0) { g = g + 4503599627370496 - 4503599627370496; f = f < 0 ? -g : g; } F[a] = f; b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.I8x16Shl: n = I[c] & 7; e = Math.imul(0xff << n & 0xff, 0x01010101); w = a + 4 | 0; do { x = I[b]; I[a] = x << n & e; b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16ShrS: n = I[c] & 7; e = Math.imul(0xff >> n, 0x01010101); w = a + 4 | 0; do { x = I[b]; z = x & -2139062144; z = (z << 1) - (z >>> 7); I[a] = z ^ (x >>> n ^ z) & e; b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16ShrU: n = I[c] & 7; e = Math.imul(0xff >> n, 0x01010101); w = a + 4 | 0; do { x = I[b]; I[a] = x >>> n & e; b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16Add: w = a + 4 | 0; do { x = I[b]; y = I[c]; I[a] = (x & 0x7f7f7f7f) + (y & 0x7f7f7f7f) ^ (x ^ y) & -2139062144; b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16AddSatS: w = a + 4 | 0; do { x = I[b]; y = I[c]; e = (x & 0x7f7f7f7f) + (y & 0x7f7f7f7f) ^ (x ^ y) & -2139062144; z = ~(x ^ y) & (x ^ e) & -2139062144; I[a] = e ^ (e ^ 0x7f7f7f7f + (x >>> 7 & 0x01010101)) & (z << 1) - (z >>> 7); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16AddSatU: w = a + 4 | 0; do { x = I[b]; y = I[c]; e = (x & 0x7f7f7f7f) + (y & 0x7f7f7f7f) ^ (x ^ y) & -2139062144; z = (x & y | (x | y) & ~e) & -2139062144; I[a] = e | (z << 1) - (z >>> 7); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16Sub: w = a + 4 | 0; do { x = I[b]; y = I[c]; I[a] = (x | -2139062144) - (y & 0x7f7f7f7f) ^ ~(x ^ y) & -2139062144; b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16SubSatS: w = a + 4 | 0; do { x = I[b]; y = I[c]; e = (x | -2139062144) - (y & 0x7f7f7f7f) ^ ~(x ^ y) & -2139062144; z = (x ^ y) & (x ^ e) & -2139062144; I[a] = e ^ (e ^ 0x7f7f7f7f + (x >>> 7 & 0x01010101)) & (z << 1) - (z >>> 7); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16SubSatU: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = (~x & y | ~(x ^ y | (x | -2139062144) - (y & 0x7f7f7f7f))) & -2139062144; I[a] = ((x | -2139062144) - (y & 0x7f7f7f7f) ^ ~(x ^ y) & -2139062144) & ~((z << 1) - (z >>> 7)); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Ceil: b = b >> 1; a = a >> 1; w = a + 2 | 0; do { f = D[b]; D[a] = f === f ? Math.ceil(f) : f + f; b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.F64x2Floor: b = b >> 1; a = a >> 1; w = a + 2 | 0; do { f = D[b]; D[a] = f === f ? Math.floor(f) : f + f; b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.I8x16MinS: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = (x & ~y | ~(x ^ y | (x | -2139062144) - (y & 0x7f7f7f7f))) & -2139062144; I[a] = y ^ (x ^ y) & (z << 1) - (z >>> 7); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16MinU: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = (~x & y | ~(x ^ y | (x | -2139062144) - (y & 0x7f7f7f7f))) & -2139062144; I[a] = y ^ (x ^ y) & (z << 1) - (z >>> 7); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16MaxS: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = (x & ~y | ~(x ^ y | (x | -2139062144) - (y & 0x7f7f7f7f))) & -2139062144; I[a] = x ^ (x ^ y) & (z << 1) - (z >>> 7); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16MaxU: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = (~x & y | ~(x ^ y | (x | -2139062144) - (y & 0x7f7f7f7f))) & -2139062144; I[a] = x ^ (x ^ y) & (z << 1) - (z >>> 7); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Trunc: b = b >> 1; a = a >> 1; w = a + 2 | 0; do { f = D[b]; D[a] = f === f ? Math.trunc(f) : f + f; b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.I8x16AvgrU: w = a + 4 | 0; do { x = I[b]; y = I[c]; I[a] = (x | y) - ((x ^ y) >>> 1 & 0x7f7f7f7f); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8ExtaddPairwiseI8x16S: w = a + 4 | 0; do { x = I[b]; I[a] = (x << 8 >> 24) + (x >> 24) << 16 | (x << 24 >> 24) + (x << 16 >> 24) & 0xffff; b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.I16x8ExtaddPairwiseI8x16U: w = a + 4 | 0; do { x = I[b]; I[a] = (x & 0x00ff00ff) + (x >>> 8 & 0x00ff00ff); b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.I32x4ExtaddPairwiseI16x8S: w = a + 4 | 0; do { x = I[b]; I[a] = (x << 16 >> 16) + (x >> 16); b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.I32x4ExtaddPairwiseI16x8U: w = a + 4 | 0; do { x = I[b]; I[a] = (x & 0xffff) + (x >>> 16); b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.I16x8Abs: w = a + 4 | 0; do { x = I[b]; z = x & -2147450880; I[a] = (x ^ (z << 1) - (z >>> 15)) + (z >>> 15); b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.I16x8Neg: w = a + 4 | 0; do { x = I[b]; I[a] = -2147450880 - (x & 0x7fff7fff) ^ ~x & -2147450880; b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.I16x8Q15mulrSatS: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = Math.imul(x << 16 >> 16, y << 16 >> 16) + 0x4000 >> 15; e = Math.imul(x >> 16, y >> 16) + 0x4000 >> 15; I[a] = (z > 0x7fff ? 0x7fff : z) & 0xffff | (e > 0x7fff ? 0x7fff : e) << 16; b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8AllTrue: z = 0; for (w = b + 4 | 0; b < w; b = b + 1 | 0) { x = I[b]; z = z | ~((x & 0x7fff7fff) + 0x7fff7fff | x | 0x7fff7fff); } I[a] = z === 0 ? 1 : 0; pc = pc + 3 | 0; continue;
        case VectorOp.I16x8Bitmask: z = 0; for (n = 0; n < 8; n = n + 2 | 0) { x = I[b]; z = z | (x >>> 15 & 1 | x >>> 30 & 2) << n; b = b + 1 | 0; } I[a] = z; pc = pc + 3 | 0; continue;
        case VectorOp.I16x8NarrowI32x4S: for (n = 8; n < 12; n = n + 1 | 0) { x = I[b]; y = I1[b]; z = x >> 31; x = x ^ (x ^ z ^ 0x7fff) & 0x7fff - (x ^ z) >> 31; z = y >> 31; y = y ^ (y ^ z ^ 0x7fff) & 0x7fff - (y ^ z) >> 31; I[n] = x & 0xffff | y << 16; b = n === 9 ? c : b + 2 | 0; } I[a] = I[8]; I1[a] = I[9]; I[a + 2 | 0] = I[10]; I1[a + 2 | 0] = I[11]; pc = pc + 4 | 0; continue;
        case VectorOp.I16x8NarrowI32x4U: for (n = 8; n < 12; n = n + 1 | 0) { x = I[b]; y = I1[b]; x = x & ~(x >> 31); x = x | 0xffff - x >> 31; y = y & ~(y >> 31); y = y | 0xffff - y >> 31; I[n] = x & 0xffff | y << 16; b = n === 9 ? c : b + 2 | 0; } I[a] = I[8]; I1[a] = I[9]; I[a + 2 | 0] = I[10]; I1[a + 2 | 0] = I[11]; pc = pc + 4 | 0; continue;
        case VectorOp.I16x8ExtendLowI8x16S: x = I[b]; y = I1[b]; I[a] = x << 16 >> 24 << 16 | x << 24 >> 24 & 0xffff; I1[a] = x >> 24 << 16 | x << 8 >> 24 & 0xffff; I[a + 2 | 0] = y << 16 >> 24 << 16 | y << 24 >> 24 & 0xffff; I1[a + 2 | 0] = y >> 24 << 16 | y << 8 >> 24 & 0xffff; pc = pc + 3 | 0; continue;
        case VectorOp.I16x8ExtendLowI8x16U: x = I[b]; y = I1[b]; I[a] = x & 0xff | (x & 0xff00) << 8; I1[a] = x >>> 16 & 0xff | x >>> 8 & 0xff0000; I[a + 2 | 0] = y & 0xff | (y & 0xff00) << 8; I1[a + 2 | 0] = y >>> 16 & 0xff | y >>> 8 & 0xff0000; pc = pc + 3 | 0; continue;
        case VectorOp.I16x8Shl: n = I[c] & 15; e = Math.imul(0xffff << n & 0xffff, 0x00010001); w = a + 4 | 0; do { x = I[b]; I[a] = x << n & e; b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8ShrS: n = I[c] & 15; e = Math.imul(0xffff >> n, 0x00010001); w = a + 4 | 0; do { x = I[b]; z = x & -2147450880; z = (z << 1) - (z >>> 15); I[a] = z ^ (x >>> n ^ z) & e; b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8ShrU: n = I[c] & 15; e = Math.imul(0xffff >> n, 0x00010001); w = a + 4 | 0; do { x = I[b]; I[a] = x >>> n & e; b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8Add: w = a + 4 | 0; do { x = I[b]; y = I[c]; I[a] = (x & 0x7fff7fff) + (y & 0x7fff7fff) ^ (x ^ y) & -2147450880; b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8AddSatS: w = a + 4 | 0; do { x = I[b]; y = I[c]; e = (x & 0x7fff7fff) + (y & 0x7fff7fff) ^ (x ^ y) & -2147450880; z = ~(x ^ y) & (x ^ e) & -2147450880; I[a] = e ^ (e ^ 0x7fff7fff + (x >>> 15 & 0x00010001)) & (z << 1) - (z >>> 15); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8AddSatU: w = a + 4 | 0; do { x = I[b]; y = I[c]; e = (x & 0x7fff7fff) + (y & 0x7fff7fff) ^ (x ^ y) & -2147450880; z = (x & y | (x | y) & ~e) & -2147450880; I[a] = e | (z << 1) - (z >>> 15); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8Sub: w = a + 4 | 0; do { x = I[b]; y = I[c]; I[a] = (x | -2147450880) - (y & 0x7fff7fff) ^ ~(x ^ y) & -2147450880; b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8SubSatS: w = a + 4 | 0; do { x = I[b]; y = I[c]; e = (x | -2147450880) - (y & 0x7fff7fff) ^ ~(x ^ y) & -2147450880; z = (x ^ y) & (x ^ e) & -2147450880; I[a] = e ^ (e ^ 0x7fff7fff + (x >>> 15 & 0x00010001)) & (z << 1) - (z >>> 15); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8SubSatU: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = (~x & y | ~(x ^ y | (x | -2147450880) - (y & 0x7fff7fff))) & -2147450880; I[a] = ((x | -2147450880) - (y & 0x7fff7fff) ^ ~(x ^ y) & -2147450880) & ~((z << 1) - (z >>> 15)); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Nearest: b = b >> 1; a = a >> 1; w = a + 2 | 0; do { f = D[b]; g = Math.abs(f); if (g < 4503599627370496 && f !== 0) { g = g + 4503599627370496 - 4503599627370496; f = f < 0 ? -g : g; } D[a] = f === f ? f : f + f; b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.I16x8Mul: I[a] = Math.imul(I[b] >>> 16, I[c] >>> 16) << 16 | Math.imul(I[b], I[c]) & 0xffff; I1[a] = Math.imul(I1[b] >>> 16, I1[c] >>> 16) << 16 | Math.imul(I1[b], I1[c]) & 0xffff; I[a + 2 | 0] = Math.imul(I[b + 2 | 0] >>> 16, I[c + 2 | 0] >>> 16) << 16 | Math.imul(I[b + 2 | 0], I[c + 2 | 0]) & 0xffff; I1[a + 2 | 0] = Math.imul(I1[b + 2 | 0] >>> 16, I1[c + 2 | 0] >>> 16) << 16 | Math.imul(I1[b + 2 | 0], I1[c + 2 | 0]) & 0xffff; pc = pc + 4 | 0; continue;
        case VectorOp.I16x8MinS: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = (x & ~y | ~(x ^ y | (x | -2147450880) - (y & 0x7fff7fff))) & -2147450880; I[a] = y ^ (x ^ y) & (z << 1) - (z >>> 15); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8MinU: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = (~x & y | ~(x ^ y | (x | -2147450880) - (y & 0x7fff7fff))) & -2147450880; I[a] = y ^ (x ^ y) & (z << 1) - (z >>> 15); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8MaxS: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = (x & ~y | ~(x ^ y | (x | -2147450880) - (y & 0x7fff7fff))) & -2147450880; I[a] = x ^ (x ^ y) & (z << 1) - (z >>> 15); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8MaxU: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = (~x & y | ~(x ^ y | (x | -2147450880) - (y & 0x7fff7fff))) & -2147450880; I[a] = x ^ (x ^ y) & (z << 1) - (z >>> 15); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8AvgrU: w = a + 4 | 0; do { x = I[b]; y = I[c]; I[a] = (x | y) - ((x ^ y) >>> 1 & 0x7fff7fff); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8ExtmulLowI8x16S: x = I[b]; y = I[c]; z = I1[b]; e = I1[c]; I[a] = Math.imul(x << 24 >> 24, y << 24 >> 24) & 0xffff | Math.imul(x << 16 >> 24, y << 16 >> 24) << 16; I1[a] = Math.imul(x << 8 >> 24, y << 8 >> 24) & 0xffff | Math.imul(x >> 24, y >> 24) << 16; I[a + 2 | 0] = Math.imul(z << 24 >> 24, e << 24 >> 24) & 0xffff | Math.imul(z << 16 >> 24, e << 16 >> 24) << 16; I1[a + 2 | 0] = Math.imul(z << 8 >> 24, e << 8 >> 24) & 0xffff | Math.imul(z >> 24, e >> 24) << 16; pc = pc + 4 | 0; continue;
        case VectorOp.I16x8ExtmulLowI8x16U: x = I[b]; y = I[c]; z = I1[b]; e = I1[c]; I[a] = Math.imul(x & 0xff, y & 0xff) & 0xffff | Math.imul(x >>> 8 & 0xff, y >>> 8 & 0xff) << 16; I1[a] = Math.imul(x >>> 16 & 0xff, y >>> 16 & 0xff) & 0xffff | Math.imul(x >>> 24, y >>> 24) << 16; I[a + 2 | 0] = Math.imul(z & 0xff, e & 0xff) & 0xffff | Math.imul(z >>> 8 & 0xff, e >>> 8 & 0xff) << 16; I1[a + 2 | 0] = Math.imul(z >>> 16 & 0xff, e >>> 16 & 0xff) & 0xffff | Math.imul(z >>> 24, e >>> 24) << 16; pc = pc + 4 | 0; continue;
        case VectorOp.I32x4Abs: w = a + 4 | 0; do { x = I[b]; y = x >> 31; I[a] = (x ^ y) - y; b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.I32x4Neg: I[a] = -I[b] | 0; I1[a] = -I1[b] | 0; I[a + 2 | 0] = -I[b + 2 | 0] | 0; I1[a + 2 | 0] = -I1[b + 2 | 0] | 0; pc = pc + 3 | 0; continue;
        case VectorOp.I32x4AllTrue: I[a] = I[b] !== 0 && I1[b] !== 0 && I[b + 2 | 0] !== 0 && I1[b + 2 | 0] !== 0 ? 1 : 0; pc = pc + 3 | 0; continue;
        case VectorOp.I32x4Bitmask: I[a] = I[b] >>> 31 | I1[b] >>> 30 & 2 | I[b + 2 | 0] >>> 29 & 4 | I1[b + 2 | 0] >>> 28 & 8; pc = pc + 3 | 0; continue;
        case VectorOp.I32x4ExtendLowI16x8S: x = I[b]; y = I1[b]; I[a] = x << 16 >> 16; I1[a] = x >> 16; I[a + 2 | 0] = y << 16 >> 16; I1[a + 2 | 0] = y >> 16; pc = pc + 3 | 0; continue;
        case VectorOp.I32x4ExtendLowI16x8U: x = I[b]; y = I1[b]; I[a] = x & 0xffff; I1[a] = x >>> 16; I[a + 2 | 0] = y & 0xffff; I1[a + 2 | 0] = y >>> 16; pc = pc + 3 | 0; continue;
        case VectorOp.I32x4Shl: n = I[c]; I[a] = I[b] << n; I1[a] = I1[b] << n; I[a + 2 | 0] = I[b + 2 | 0] << n; I1[a + 2 | 0] = I1[b + 2 | 0] << n; pc = pc + 4 | 0; continue;
        case VectorOp.I32x4ShrS: n = I[c]; I[a] = I[b] >> n; I1[a] = I1[b] >> n; I[a + 2 | 0] = I[b + 2 | 0] >> n; I1[a + 2 | 0] = I1[b + 2 | 0] >> n; pc = pc + 4 | 0; continue;
        case VectorOp.I32x4ShrU: n = I[c]; I[a] = I[b] >>> n; I1[a] = I1[b] >>> n; I[a + 2 | 0] = I[b + 2 | 0] >>> n; I1[a + 2 | 0] = I1[b + 2 | 0] >>> n; pc = pc + 4 | 0; continue;
        case VectorOp.I32x4Add: I[a] = I[b] + I[c] | 0; I1[a] = I1[b] + I1[c] | 0; I[a + 2 | 0] = I[b + 2 | 0] + I[c + 2 | 0] | 0; I1[a + 2 | 0] = I1[b + 2 | 0] + I1[c + 2 | 0] | 0; pc = pc + 4 | 0; continue;
        case VectorOp.I32x4Sub: I[a] = I[b] - I[c] | 0; I1[a] = I1[b] - I1[c] | 0; I[a + 2 | 0] = I[b + 2 | 0] - I[c + 2 | 0] | 0; I1[a + 2 | 0] = I1[b + 2 | 0] - I1[c + 2 | 0] | 0; pc = pc + 4 | 0; continue;
        case VectorOp.I32x4Mul: I[a] = Math.imul(I[b], I[c]); I1[a] = Math.imul(I1[b], I1[c]); I[a + 2 | 0] = Math.imul(I[b + 2 | 0], I[c + 2 | 0]); I1[a + 2 | 0] = Math.imul(I1[b + 2 | 0], I1[c + 2 | 0]); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4MinS: w = a + 4 | 0; do { x = I[b]; y = I[c]; I[a] = y ^ (x ^ y) & -(x < y); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4MinU: w = a + 4 | 0; do { x = I[b]; y = I[c]; I[a] = y ^ (x ^ y) & -(x >>> 0 < y >>> 0); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4MaxS: w = a + 4 | 0; do { x = I[b]; y = I[c]; I[a] = x ^ (x ^ y) & -(x < y); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4MaxU: w = a + 4 | 0; do { x = I[b]; y = I[c]; I[a] = x ^ (x ^ y) & -(x >>> 0 < y >>> 0); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4DotI16x8S: w = a + 4 | 0; do { x = I[b]; y = I[c]; I[a] = Math.imul(x << 16 >> 16, y << 16 >> 16) + Math.imul(x >> 16, y >> 16); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4ExtmulLowI16x8S: x = I[b]; y = I[c]; z = I1[b]; e = I1[c]; I[a] = Math.imul(x << 16 >> 16, y << 16 >> 16); I1[a] = Math.imul(x >> 16, y >> 16); I[a + 2 | 0] = Math.imul(z << 16 >> 16, e << 16 >> 16); I1[a + 2 | 0] = Math.imul(z >> 16, e >> 16); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4ExtmulLowI16x8U: x = I[b]; y = I[c]; z = I1[b]; e = I1[c]; I[a] = Math.imul(x & 0xffff, y & 0xffff); I1[a] = Math.imul(x >>> 16, y >>> 16); I[a + 2 | 0] = Math.imul(z & 0xffff, e & 0xffff); I1[a + 2 | 0] = Math.imul(z >>> 16, e >>> 16); pc = pc + 4 | 0; continue;
        case VectorOp.I64x2Abs: w = a + 4 | 0; do { x = I[b]; z = I1[b]; n = z >> 31; x = (x ^ n) - n | 0; I[a] = x; I1[a] = (z ^ n) + (x === 0 ? n & 1 : 0) | 0; b = b + 2 | 0; a = a + 2 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.I64x2Neg: w = a + 4 | 0; do { x = I[b]; z = I1[b]; I[a] = -x | 0; I1[a] = ~z + (x === 0 ? 1 : 0) | 0; b = b + 2 | 0; a = a + 2 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.I64x2AllTrue: I[a] = (I[b] | I1[b]) !== 0 && (I[b + 2 | 0] | I1[b + 2 | 0]) !== 0 ? 1 : 0; pc = pc + 3 | 0; continue;
        case VectorOp.I64x2Bitmask: I[a] = I1[b] >>> 31 | I1[b + 2 | 0] >>> 30 & 2; pc = pc + 3 | 0; continue;
        case VectorOp.I64x2ExtendLowI32x4S: x = I[b]; y = I1[b]; I[a] = x; I1[a] = x >> 31; I[a + 2 | 0] = y; I1[a + 2 | 0] = y >> 31; pc = pc + 3 | 0; continue;
        case VectorOp.I64x2ExtendLowI32x4U: x = I[b]; y = I1[b]; I[a] = x; I1[a] = 0; I[a + 2 | 0] = y; I1[a + 2 | 0] = 0; pc = pc + 3 | 0; continue;
        case VectorOp.I64x2Shl: n = I[c] & 63; w = a + 4 | 0; do { x = I[b]; z = I1[b]; I[a] = n < 32 ? x << n : 0; I1[a] = n < 32 ? z << n | x >>> 1 >>> (31 - n) : x << n; b = b + 2 | 0; a = a + 2 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I64x2ShrS: n = I[c] & 63; w = a + 4 | 0; do { x = I[b]; z = I1[b]; I[a] = n < 32 ? x >>> n | z << 1 << (31 - n) : z >> n; I1[a] = n < 32 ? z >> n : z >> 31; b = b + 2 | 0; a = a + 2 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I64x2ShrU: n = I[c] & 63; w = a + 4 | 0; do { x = I[b]; z = I1[b]; I[a] = n < 32 ? x >>> n | z << 1 << (31 - n) : z >>> n; I1[a] = n < 32 ? z >>> n : 0; b = b + 2 | 0; a = a + 2 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I64x2Add: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = I1[b]; e = I1[c]; n = x + y | 0; I[a] = n; I1[a] = (z + e | 0) + ((x & y | (x | y) & ~n) >>> 31) | 0; b = b + 2 | 0; c = c + 2 | 0; a = a + 2 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I64x2Sub: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = I1[b]; e = I1[c]; n = x - y | 0; I[a] = n; I1[a] = (z - e | 0) - ((~x & y | (~x | y) & n) >>> 31) | 0; b = b + 2 | 0; c = c + 2 | 0; a = a + 2 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I64x2Mul: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = Math.imul(I1[b], y) + Math.imul(x, I1[c]) | 0; n = Math.imul(x, y); D[4] = (x >>> 0) * (y >>> 0) - (n >>> 0) + 29014219670751100192948224; I1[a] = I[8] + z | 0; I[a] = n; b = b + 2 | 0; c = c + 2 | 0; a = a + 2 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I64x2Eq: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = I1[b]; e = I1[c]; n = -((x ^ y | z ^ e) === 0) | 0; I[a] = n; I1[a] = n; b = b + 2 | 0; c = c + 2 | 0; a = a + 2 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I64x2LtS: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = I1[b]; e = I1[c]; n = (~x & y | ~(x ^ y) & x - y) >>> 31; n = (z & ~e | ~(z ^ e) & (z - e | 0) - n) >> 31; I[a] = n; I1[a] = n; b = b + 2 | 0; c = c + 2 | 0; a = a + 2 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I64x2ExtmulLowI32x4S: x = I[b]; y = I[c]; z = I1[b]; e = I1[c]; n = Math.imul(x, y); D[4] = x * y - (n >>> 0) + 29014219670751100192948224; I1[a] = I[8]; I[a] = n; a = a + 2 | 0; n = Math.imul(z, e); D[4] = z * e - (n >>> 0) + 29014219670751100192948224; I1[a] = I[8]; I[a] = n; pc = pc + 4 | 0; continue;
        case VectorOp.I64x2ExtmulLowI32x4U: x = I[b]; y = I[c]; z = I1[b]; e = I1[c]; n = Math.imul(x, y); D[4] = (x >>> 0) * (y >>> 0) - (n >>> 0) + 29014219670751100192948224; I1[a] = I[8]; I[a] = n; a = a + 2 | 0; n = Math.imul(z, e); D[4] = (z >>> 0) * (e >>> 0) - (n >>> 0) + 29014219670751100192948224; I1[a] = I[8]; I[a] = n; pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Abs: I[a] = I[b] & 0x7fffffff; I1[a] = I1[b] & 0x7fffffff; I[a + 2 | 0] = I[b + 2 | 0] & 0x7fffffff; I1[a + 2 | 0] = I1[b + 2 | 0] & 0x7fffffff; pc = pc + 3 | 0; continue;
        case VectorOp.F32x4Neg: I[a] = I[b] ^ -2147483648; I1[a] = I1[b] ^ -2147483648; I[a + 2 | 0] = I[b + 2 | 0] ^ -2147483648; I1[a + 2 | 0] = I1[b + 2 | 0] ^ -2147483648; pc = pc + 3 | 0; continue;
        case VectorOp.F32x4Sqrt: F[a] = Math.sqrt(F[b]); F[a + 1 | 0] = Math.sqrt(F[b + 1 | 0]); F[a + 2 | 0] = Math.sqrt(F[b + 2 | 0]); F[a + 3 | 0] = Math.sqrt(F[b + 3 | 0]); pc = pc + 3 | 0; continue;
        case VectorOp.F32x4Add: F[a] = F[b] + F[c]; F[a + 1 | 0] = F[b + 1 | 0] + F[c + 1 | 0]; F[a + 2 | 0] = F[b + 2 | 0] + F[c + 2 | 0]; F[a + 3 | 0] = F[b + 3 | 0] + F[c + 3 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Sub: F[a] = F[b] - F[c]; F[a + 1 | 0] = F[b + 1 | 0] - F[c + 1 | 0]; F[a + 2 | 0] = F[b + 2 | 0] - F[c + 2 | 0]; F[a + 3 | 0] = F[b + 3 | 0] - F[c + 3 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Mul: F[a] = F[b] * F[c]; F[a + 1 | 0] = F[b + 1 | 0] * F[c + 1 | 0]; F[a + 2 | 0] = F[b + 2 | 0] * F[c + 2 | 0]; F[a + 3 | 0] = F[b + 3 | 0] * F[c + 3 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Div: F[a] = F[b] / F[c]; F[a + 1 | 0] = F[b + 1 | 0] / F[c + 1 | 0]; F[a + 2 | 0] = F[b + 2 | 0] / F[c + 2 | 0]; F[a + 3 | 0] = F[b + 3 | 0] / F[c + 3 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Min: w = a + 4 | 0; do { f = F[b]; g = F[c]; h = Math.min(f, g); F[a] = h === h ? h : f + g; b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Max: w = a + 4 | 0; do { f = F[b]; g = F[c]; h = Math.max(f, g); F[a] = h === h ? h : f + g; b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Pmin: w = a + 4 | 0; do { x = I[b]; y = I[c]; I[a] = x ^ (x ^ y) & -(F[c] < F[b]); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Pmax: w = a + 4 | 0; do { x = I[b]; y = I[c]; I[a] = x ^ (x ^ y) & -(F[b] < F[c]); b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Abs: w = a + 4 | 0; do { x = I[b]; z = I1[b]; I[a] = x; I1[a] = z & 0x7fffffff; b = b + 2 | 0; a = a + 2 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.F64x2Neg: w = a + 4 | 0; do { x = I[b]; z = I1[b]; I[a] = x; I1[a] = z ^ -2147483648; b = b + 2 | 0; a = a + 2 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.F64x2Sqrt: b = b >> 1; a = a >> 1; D[a] = Math.sqrt(D[b]); D[a + 1 | 0] = Math.sqrt(D[b + 1 | 0]); pc = pc + 3 | 0; continue;
        case VectorOp.F64x2Add: b = b >> 1; c = c >> 1; a = a >> 1; D[a] = D[b] + D[c]; D[a + 1 | 0] = D[b + 1 | 0] + D[c + 1 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Sub: b = b >> 1; c = c >> 1; a = a >> 1; D[a] = D[b] - D[c]; D[a + 1 | 0] = D[b + 1 | 0] - D[c + 1 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Mul: b = b >> 1; c = c >> 1; a = a >> 1; D[a] = D[b] * D[c]; D[a + 1 | 0] = D[b + 1 | 0] * D[c + 1 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Div: b = b >> 1; c = c >> 1; a = a >> 1; D[a] = D[b] / D[c]; D[a + 1 | 0] = D[b + 1 | 0] / D[c + 1 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Min: b = b >> 1; c = c >> 1; a = a >> 1; w = a + 2 | 0; do { f = D[b]; g = D[c]; h = Math.min(f, g); D[a] = h === h ? h : f + g; b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Max: b = b >> 1; c = c >> 1; a = a >> 1; w = a + 2 | 0; do { f = D[b]; g = D[c]; h = Math.max(f, g); D[a] = h === h ? h : f + g; b = b + 1 | 0; c = c + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Pmin: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = I1[b]; e = I1[c]; n = -(D[c >> 1] < D[b >> 1]) | 0; I[a] = x ^ (x ^ y) & n; I1[a] = z ^ (z ^ e) & n; b = b + 2 | 0; c = c + 2 | 0; a = a + 2 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Pmax: w = a + 4 | 0; do { x = I[b]; y = I[c]; z = I1[b]; e = I1[c]; n = -(D[b >> 1] < D[c >> 1]) | 0; I[a] = x ^ (x ^ y) & n; I1[a] = z ^ (z ^ e) & n; b = b + 2 | 0; c = c + 2 | 0; a = a + 2 | 0; } while (a < w); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4TruncSatF32x4S: w = a + 4 | 0; do { f = F[b]; I[a] = f >= 2147483647 ? 2147483647 : f <= -2147483648 ? -2147483648 : f | 0; b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.I32x4TruncSatF32x4U: w = a + 4 | 0; do { f = F[b]; I[a] = f >= 4294967295 ? -1 : f > 0 ? f | 0 : 0; b = b + 1 | 0; a = a + 1 | 0; } while (a < w); pc = pc + 3 | 0; continue;
        case VectorOp.F32x4ConvertI32x4S: F[a] = I[b]; F[a + 1 | 0] = I1[b]; F[a + 2 | 0] = I[b + 2 | 0]; F[a + 3 | 0] = I1[b + 2 | 0]; pc = pc + 3 | 0; continue;
        case VectorOp.F32x4ConvertI32x4U: F[a] = I[b] >>> 0; F[a + 1 | 0] = I1[b] >>> 0; F[a + 2 | 0] = I[b + 2 | 0] >>> 0; F[a + 3 | 0] = I1[b + 2 | 0] >>> 0; pc = pc + 3 | 0; continue;
        case VectorOp.I32x4TruncSatF64x2SZero: b = b >> 1; f = D[b]; x = f >= 2147483647 ? 2147483647 : f <= -2147483648 ? -2147483648 : f | 0; f = D[b + 1 | 0]; y = f >= 2147483647 ? 2147483647 : f <= -2147483648 ? -2147483648 : f | 0; I[a] = x; I1[a] = y; I[a + 2 | 0] = 0; I1[a + 2 | 0] = 0; pc = pc + 3 | 0; continue;
        case VectorOp.I32x4TruncSatF64x2UZero: b = b >> 1; f = D[b]; x = f >= 4294967295 ? -1 : f > 0 ? f | 0 : 0; f = D[b + 1 | 0]; y = f >= 4294967295 ? -1 : f > 0 ? f | 0 : 0; I[a] = x; I1[a] = y; I[a + 2 | 0] = 0; I1[a + 2 | 0] = 0; pc = pc + 3 | 0; continue;
        case VectorOp.F64x2ConvertLowI32x4S: a = a >> 1; x = I[b]; y = I1[b]; D[a] = x; D[a + 1 | 0] = y; pc = pc + 3 | 0; continue;
        case VectorOp.F64x2ConvertLowI32x4U: a = a >> 1; x = I[b]; y = I1[b]; D[a] = x >>> 0; D[a + 1 | 0] = y >>> 0; pc = pc + 3 | 0; continue;

        // Scalars that `execute` leaves
        case VectorOp.I32Popcnt: x = I[b]; x = x - (x >>> 1 & 0x55555555) | 0; x = (x & 0x33333333) + (x >>> 2 & 0x33333333) | 0; I[a] = Math.imul(x + (x >>> 4) & 0x0f0f0f0f, 0x01010101) >>> 24; pc = pc + 3 | 0; continue;

        // Fused
        case VectorOp.AddImmV128Load: b = I[b] + code1[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (b < 0 || b > ((limit - 16 | 0) - offset | 0)) break exit; ea = b + offset | 0; I[a] = mem.getInt32(ea, true); I1[a] = mem.getInt32(ea + 4 | 0, true); I[a + 2 | 0] = mem.getInt32(ea + 8 | 0, true); I1[a + 2 | 0] = mem.getInt32(ea + 12 | 0, true); pc = pc + 5 | 0; continue;
        case VectorOp.AddImmV128Store: b = I[a] + code[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (b < 0 || b > ((limit - 16 | 0) - offset | 0)) break exit; ea = b + offset | 0; mem.setInt32(ea, I[c], true); mem.setInt32(ea + 4 | 0, I1[c], true); mem.setInt32(ea + 8 | 0, I[c + 2 | 0], true); mem.setInt32(ea + 12 | 0, I1[c + 2 | 0], true); pc = pc + 5 | 0; continue;
        case VectorOp.I32x4Shuffle: x = I[b]; y = I[c]; z = I[fp + code[pc + 4 | 0] | 0]; e = I[fp + code1[pc + 4 | 0] | 0]; I[a] = x; I1[a] = y; I[a + 2 | 0] = z; I1[a + 2 | 0] = e; pc = pc + 6 | 0; continue;
        case VectorOp.I32x4ShlOrShrU: n = I[c]; e = I[fp + code[pc + 4 | 0] | 0]; I[a] = I[b] << n | I[b] >>> e; I1[a] = I1[b] << n | I1[b] >>> e; I[a + 2 | 0] = I[b + 2 | 0] << n | I[b + 2 | 0] >>> e; I1[a + 2 | 0] = I1[b + 2 | 0] << n | I1[b + 2 | 0] >>> e; pc = pc + 5 | 0; continue;
        case VectorOp.F64x2MulAdd: n = fp + code[pc + 4 | 0] >> 1; b = b >> 1; c = c >> 1; a = a >> 1; D[a] = D[b] * D[c] + D[n]; D[a + 1 | 0] = D[b + 1 | 0] * D[c + 1 | 0] + D[n + 1 | 0]; pc = pc + 5 | 0; continue;
        case VectorOp.F32x4MulAdd: n = fp + code[pc + 4 | 0] | 0; F[a] = Math.fround(F[b] * F[c]) + F[n]; F[a + 1 | 0] = Math.fround(F[b + 1 | 0] * F[c + 1 | 0]) + F[n + 1 | 0]; F[a + 2 | 0] = Math.fround(F[b + 2 | 0] * F[c + 2 | 0]) + F[n + 2 | 0]; F[a + 3 | 0] = Math.fround(F[b + 3 | 0] * F[c + 3 | 0]) + F[n + 3 | 0]; pc = pc + 5 | 0; continue;
        case VectorOp.F32x4SubAdd: n = fp + code[pc + 4 | 0] | 0; F[a] = Math.fround(F[b] - F[c]) + F[n]; F[a + 1 | 0] = Math.fround(F[b + 1 | 0] - F[c + 1 | 0]) + F[n + 1 | 0]; F[a + 2 | 0] = Math.fround(F[b + 2 | 0] - F[c + 2 | 0]) + F[n + 2 | 0]; F[a + 3 | 0] = Math.fround(F[b + 3 | 0] - F[c + 3 | 0]) + F[n + 3 | 0]; pc = pc + 5 | 0; continue;
        case VectorOp.BrAnyTrue: if ((I[a] | I1[a] | I[a + 2 | 0] | I1[a + 2 | 0]) !== 0) { pc = code[pc + 2 | 0]; break; } pc = pc + 3 | 0; continue;
        case VectorOp.BrAnyTrueZ: if ((I[a] | I1[a] | I[a + 2 | 0] | I1[a + 2 | 0]) === 0) { pc = code[pc + 2 | 0]; break; } pc = pc + 3 | 0; continue;

        // The same as in exec.ts
        case VectorOp.Copy32: I[a] = I[b]; pc = pc + 3 | 0; continue;
        case VectorOp.Copy64: lo = I[b]; hi = I1[b]; I[a] = lo; I1[a] = hi; pc = pc + 3 | 0; continue;
        case VectorOp.Copy128: lo = I[b]; hi = I1[b]; z = I[b + 2 | 0]; w = I1[b + 2 | 0]; I[a] = lo; I1[a] = hi; I[a + 2 | 0] = z; I1[a + 2 | 0] = w; pc = pc + 3 | 0; continue;
        case VectorOp.Copy32Copy32: I[a] = I[b]; I[fp + code1[pc + 2 | 0] | 0] = I[fp + code[pc + 4 | 0] | 0]; pc = pc + 5 | 0; continue;
        case VectorOp.Copy64Copy64: lo = I[b]; hi = I1[b]; I[a] = lo; I1[a] = hi; x = fp + code[pc + 4 | 0] | 0; lo = I[x]; hi = I1[x]; x = fp + code1[pc + 2 | 0] | 0; I[x] = lo; I1[x] = hi; pc = pc + 5 | 0; continue;
        case VectorOp.Const32: I[a] = code[pc + 2 | 0]; pc = pc + 3 | 0; continue;
        case VectorOp.Const64: I[a] = code[pc + 2 | 0]; I1[a] = code1[pc + 2 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.Fuel: x = I[4] - code[pc + 1 | 0] | 0; if (x < 0) break exit; I[4] = x; pc = pc + 2 | 0; continue;
        case VectorOp.Br: pc = code[pc + 1 | 0]; break;
        case VectorOp.BrIf: if (I[a] !== 0) { pc = code[pc + 2 | 0]; break; } pc = pc + 3 | 0; continue;
        case VectorOp.BrIfZ: if (I[a] === 0) { pc = code[pc + 2 | 0]; break; } pc = pc + 3 | 0; continue;
        case VectorOp.BrEq: if (I[a] === I[b]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrNe: if (I[a] !== I[b]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrLtS: if (I[a] < I[b]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrLtU: if ((I[a] >>> 0) < (I[b] >>> 0)) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrLeS: if (I[a] <= I[b]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrLeU: if ((I[a] >>> 0) <= (I[b] >>> 0)) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrEqImm: if (I[a] === code[pc + 2 | 0]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrNeImm: if (I[a] !== code[pc + 2 | 0]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrLtSImm: if (I[a] < code[pc + 2 | 0]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrLtUImm: if ((I[a] >>> 0) < (code[pc + 2 | 0] >>> 0)) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrGtSImm: if (I[a] > code[pc + 2 | 0]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrGtUImm: if ((I[a] >>> 0) > (code[pc + 2 | 0] >>> 0)) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.AddImmBrIf: x = I[b] + code1[pc + 2 | 0] | 0; I[a] = x; if (x !== 0) { pc = code[pc + 4 | 0]; break; } pc = pc + 5 | 0; continue;
        case VectorOp.AddImmBrNe: x = I[b] + code1[pc + 2 | 0] | 0; I[a] = x; if (x !== I[fp + code[pc + 4 | 0] | 0]) { pc = code1[pc + 4 | 0]; break; } pc = pc + 6 | 0; continue;
        case VectorOp.AddImmBrLtU: x = I[b] + code1[pc + 2 | 0] | 0; I[a] = x; if ((x >>> 0) < (I[fp + code[pc + 4 | 0] | 0] >>> 0)) { pc = code1[pc + 4 | 0]; break; } pc = pc + 6 | 0; continue;
        case VectorOp.AddImmBrNeImm: x = I[b] + code1[pc + 2 | 0] | 0; I[a] = x; if (x !== code[pc + 4 | 0]) { pc = code1[pc + 4 | 0]; break; } pc = pc + 6 | 0; continue;
        case VectorOp.AddImmBrLtUImm: x = I[b] + code1[pc + 2 | 0] | 0; I[a] = x; if ((x >>> 0) < (code[pc + 4 | 0] >>> 0)) { pc = code1[pc + 4 | 0]; break; } pc = pc + 6 | 0; continue;
        case VectorOp.Load32: x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 4 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getInt32(ea, true); pc = pc + 4 | 0; continue;
        case VectorOp.Load8U: x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getUint8(ea); pc = pc + 4 | 0; continue;
        case VectorOp.Store32: x = I[a]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 4 | 0) - offset | 0)) break exit; ea = x + offset | 0; mem.setInt32(ea, I[b], true); pc = pc + 4 | 0; continue;
        case VectorOp.AddImmLoad32: x = I[b] + code1[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 4 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getInt32(ea, true); pc = pc + 5 | 0; continue;
        case VectorOp.I32Add: I[a] = I[b] + I[fp + code1[pc + 2 | 0] | 0] | 0; pc = pc + 4 | 0; continue;
        case VectorOp.I32Sub: I[a] = I[b] - I[fp + code1[pc + 2 | 0] | 0] | 0; pc = pc + 4 | 0; continue;
        case VectorOp.I32Mul: I[a] = Math.imul(I[b], I[fp + code1[pc + 2 | 0] | 0]); pc = pc + 4 | 0; continue;
        case VectorOp.I32And: I[a] = I[b] & I[fp + code1[pc + 2 | 0] | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.I32AddImm: I[a] = I[b] + code1[pc + 2 | 0] | 0; pc = pc + 4 | 0; continue;
        case VectorOp.I32AndImm: I[a] = I[b] & code1[pc + 2 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.I32ShlImm: I[a] = I[b] << code1[pc + 2 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.I32ShrUImm: I[a] = I[b] >>> code1[pc + 2 | 0] | 0; pc = pc + 4 | 0; continue;
        case VectorOp.I32ShlImmAdd: I[a] = (I[b] << code1[pc + 2 | 0]) + I[fp + code[pc + 4 | 0] | 0] | 0; pc = pc + 5 | 0; continue;
        case VectorOp.I32AddAddImm: I[a] = (I[b] + I[fp + code1[pc + 2 | 0] | 0] | 0) + code[pc + 4 | 0] | 0; pc = pc + 5 | 0; continue;
        case VectorOp.I32AddImmAddImm: I[a] = I[b] + code1[pc + 2 | 0] | 0; I[fp + code[pc + 4 | 0] | 0] = I[fp + code1[pc + 4 | 0] | 0] + code[pc + 6 | 0] | 0; pc = pc + 7 | 0; continue;
        case VectorOp.F32Canon: lo = I[b]; if ((lo & 0x7fffffff) > 0x7f800000) lo = 0x7fc00000; I[a] = lo; pc = pc + 3 | 0; continue;
        case VectorOp.F64Canon: lo = I[b]; hi = I1[b]; f = D[b >> 1]; if (f !== f) { lo = 0; hi = 0x7ff80000; } I[a] = lo; I1[a] = hi; pc = pc + 3 | 0; continue;
        case VectorOp.I32Ctz: x = I[b]; I[a] = x === 0 ? 32 : 31 - Math.clz32(x & -x); pc = pc + 3 | 0; continue;
        case VectorOp.I32Or: I[a] = I[b] | I[fp + code1[pc + 2 | 0] | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.I32Xor: I[a] = I[b] ^ I[fp + code1[pc + 2 | 0] | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.I32LtUImm: I[a] = (I[b] >>> 0) < (code1[pc + 2 | 0] >>> 0) ? 1 : 0; pc = pc + 4 | 0; continue;
        case VectorOp.I32XorImm: I[a] = I[b] ^ code1[pc + 2 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.Select32: x = b; if (I[fp + code[pc + 4 | 0] | 0] === 0) x = fp + code1[pc + 2 | 0] | 0; I[a] = I[x]; pc = pc + 5 | 0; continue;
        default: break exit;
      }
      // Every taken branch comes by here.
      if ((I[0] = I[0] - 1 | 0) < 0) break exit;
    }
    return pc;
  };
}
