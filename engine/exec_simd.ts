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
  AddImmBrIf = 34,
  AddImmBrEq = 35,
  AddImmBrNe = 36,
  AddImmBrLtS = 37,
  AddImmBrLtU = 38,
  AddImmBrNeImm = 39,
  AddImmBrLtSImm = 40,
  AddImmBrLtUImm = 41,
  AddBrNe = 42,
  Load32 = 68,
  Load8U = 70,
  Store32 = 97,
  AddImmLoad32 = 85,
  I32Add = 123,
  I32Sub = 124,
  I32Mul = 125,
  I32And = 130,
  I32AddImm = 138,
  I32AndImm = 140,
  I32ShlImm = 143,
  I32ShrUImm = 145,
  I32ShlImmAdd = 149,
  I32AddAdd = 150,
  I32AddAddImm = 151,
  I32AddImmAddImm = 157,
  F32Canon = 244,
  F64Canon = 245,
  I32Ctz = 122,
  I32Popcnt = 246,
  I32Or = 131,
  I32Xor = 132,
  I32LtUImm = 118,
  I32XorImm = 142,
  Select32 = 9,
  /** Those that follow are those of the table, by opcode. */
  FirstVector = 320,
  V128Load = 320,
  V128Load8x8S = 321,
  V128Load8x8U = 322,
  V128Load16x4S = 323,
  V128Load16x4U = 324,
  V128Load32x2S = 325,
  V128Load32x2U = 326,
  V128Load8Splat = 327,
  V128Load16Splat = 328,
  V128Load32Splat = 329,
  V128Load64Splat = 330,
  V128Store = 331,
  V128Const = 332,
  I8x16Shuffle = 333,
  I8x16Swizzle = 334,
  I8x16Splat = 335,
  I16x8Splat = 336,
  I32x4Splat = 337,
  I64x2Splat = 338,
  I8x16ExtractLaneS = 339,
  I8x16ExtractLaneU = 340,
  I8x16ReplaceLane = 341,
  I16x8ExtractLaneS = 342,
  I16x8ExtractLaneU = 343,
  I16x8ReplaceLane = 344,
  I32x4ExtractLane = 345,
  I32x4ReplaceLane = 346,
  I64x2ExtractLane = 347,
  I64x2ReplaceLane = 348,
  I8x16Eq = 349,
  I8x16LtS = 350,
  I8x16LtU = 351,
  I16x8Eq = 352,
  I16x8LtS = 353,
  I16x8LtU = 354,
  I32x4Eq = 355,
  I32x4LtS = 356,
  I32x4LtU = 357,
  F32x4Eq = 358,
  F32x4Ne = 359,
  F32x4Lt = 360,
  F32x4Le = 361,
  F64x2Eq = 362,
  F64x2Ne = 363,
  F64x2Lt = 364,
  F64x2Le = 365,
  V128Not = 366,
  V128And = 367,
  V128Andnot = 368,
  V128Or = 369,
  V128Xor = 370,
  V128Bitselect = 371,
  V128AnyTrue = 372,
  V128Load32Zero = 373,
  V128Load64Zero = 374,
  F32x4DemoteF64x2Zero = 375,
  F64x2PromoteLowF32x4 = 376,
  I8x16Abs = 377,
  I8x16Neg = 378,
  I8x16Popcnt = 379,
  I8x16AllTrue = 380,
  I8x16Bitmask = 381,
  I8x16NarrowI16x8S = 382,
  I8x16NarrowI16x8U = 383,
  F32x4Ceil = 384,
  F32x4Floor = 385,
  F32x4Trunc = 386,
  F32x4Nearest = 387,
  I8x16Shl = 388,
  I8x16ShrS = 389,
  I8x16ShrU = 390,
  I8x16Add = 391,
  I8x16AddSatS = 392,
  I8x16AddSatU = 393,
  I8x16Sub = 394,
  I8x16SubSatS = 395,
  I8x16SubSatU = 396,
  F64x2Ceil = 397,
  F64x2Floor = 398,
  I8x16MinS = 399,
  I8x16MinU = 400,
  I8x16MaxS = 401,
  I8x16MaxU = 402,
  F64x2Trunc = 403,
  I8x16AvgrU = 404,
  I16x8ExtaddPairwiseI8x16S = 405,
  I16x8ExtaddPairwiseI8x16U = 406,
  I32x4ExtaddPairwiseI16x8S = 407,
  I32x4ExtaddPairwiseI16x8U = 408,
  I16x8Abs = 409,
  I16x8Neg = 410,
  I16x8Q15mulrSatS = 411,
  I16x8AllTrue = 412,
  I16x8Bitmask = 413,
  I16x8NarrowI32x4S = 414,
  I16x8NarrowI32x4U = 415,
  I16x8ExtendLowI8x16S = 416,
  I16x8ExtendLowI8x16U = 417,
  I16x8Shl = 418,
  I16x8ShrS = 419,
  I16x8ShrU = 420,
  I16x8Add = 421,
  I16x8AddSatS = 422,
  I16x8AddSatU = 423,
  I16x8Sub = 424,
  I16x8SubSatS = 425,
  I16x8SubSatU = 426,
  F64x2Nearest = 427,
  I16x8Mul = 428,
  I16x8MinS = 429,
  I16x8MinU = 430,
  I16x8MaxS = 431,
  I16x8MaxU = 432,
  I16x8AvgrU = 433,
  I16x8ExtmulLowI8x16S = 434,
  I16x8ExtmulLowI8x16U = 435,
  I32x4Abs = 436,
  I32x4Neg = 437,
  I32x4AllTrue = 438,
  I32x4Bitmask = 439,
  I32x4ExtendLowI16x8S = 440,
  I32x4ExtendLowI16x8U = 441,
  I32x4Shl = 442,
  I32x4ShrS = 443,
  I32x4ShrU = 444,
  I32x4Add = 445,
  I32x4Sub = 446,
  I32x4Mul = 447,
  I32x4MinS = 448,
  I32x4MinU = 449,
  I32x4MaxS = 450,
  I32x4MaxU = 451,
  I32x4DotI16x8S = 452,
  I32x4ExtmulLowI16x8S = 453,
  I32x4ExtmulLowI16x8U = 454,
  I64x2Abs = 455,
  I64x2Neg = 456,
  I64x2AllTrue = 457,
  I64x2Bitmask = 458,
  I64x2ExtendLowI32x4S = 459,
  I64x2ExtendLowI32x4U = 460,
  I64x2Shl = 461,
  I64x2ShrS = 462,
  I64x2ShrU = 463,
  I64x2Add = 464,
  I64x2Sub = 465,
  I64x2Mul = 466,
  I64x2Eq = 467,
  I64x2LtS = 468,
  I64x2ExtmulLowI32x4S = 469,
  I64x2ExtmulLowI32x4U = 470,
  F32x4Abs = 471,
  F32x4Neg = 472,
  F32x4Sqrt = 473,
  F32x4Add = 474,
  F32x4Sub = 475,
  F32x4Mul = 476,
  F32x4Div = 477,
  F32x4Min = 478,
  F32x4Max = 479,
  F32x4Pmin = 480,
  F32x4Pmax = 481,
  F64x2Abs = 482,
  F64x2Neg = 483,
  F64x2Sqrt = 484,
  F64x2Add = 485,
  F64x2Sub = 486,
  F64x2Mul = 487,
  F64x2Div = 488,
  F64x2Min = 489,
  F64x2Max = 490,
  F64x2Pmin = 491,
  F64x2Pmax = 492,
  I32x4TruncSatF32x4S = 493,
  I32x4TruncSatF32x4U = 494,
  F32x4ConvertI32x4S = 495,
  F32x4ConvertI32x4U = 496,
  I32x4TruncSatF64x2SZero = 497,
  I32x4TruncSatF64x2UZero = 498,
  F64x2ConvertLowI32x4S = 499,
  F64x2ConvertLowI32x4U = 500,
  AddImmV128Load = 501,
  AddImmV128Store = 502,
  I32x4Shuffle = 503,
  I32x4ShlOrShrU = 504,
  F64x2MulAdd = 505,
  F32x4MulAdd = 506,
  F32x4SubAdd = 507,
  BrAnyTrue = 508,
  BrAnyTrueZ = 509,
}

/** Binds the loop to its views. Called once per realm, by `makeCore`. */
export function makeExecuteVectors(
  registers: Int32Array,
  bytes: Uint8Array,
  floats: Float32Array,
  doubles: Float64Array,
  arena: Int32Array,
): ExecuteVectors {
  return function executeVectors(pc, fp, mem, limit) {
    const I = registers, U8 = bytes, F = floats, D = doubles, code = arena;
    let x = 0, y = 0, z = 0, w = 0, n = 0, a = 0, b = 0, c = 0, e = 0, ea = 0;
    let lo = 0, hi = 0;
    let f = 0, g = 0, h = 0;
    pc = pc | 0;
    fp = fp | 0;
    limit = limit | 0;
    // So deep for the same reason as `execute`'s.
    // deno-fmt-ignore
    exit: for (x = 0;;) for (x = 0;;) for (x = 0;;) for (x = 0;;) for (x = 0;;) for (;;) {
      // What most ops want: where the result and two operands are.
      z = fp + code[pc + 1 | 0] | 0;
      x = fp + code[pc + 2 | 0] | 0;
      y = fp + code[pc + 3 | 0] | 0;
      switch (code[pc]) {
        // The same as in exec.ts
        case VectorOp.Copy32: I[fp + code[pc + 1 | 0] | 0] = I[fp + code[pc + 2 | 0] | 0]; pc = pc + 3 | 0; continue;
        case VectorOp.Copy64: x = fp + code[pc + 2 | 0] | 0; lo = I[x]; hi = I[x + 1 | 0]; x = fp + code[pc + 1 | 0] | 0; I[x] = lo; I[x + 1 | 0] = hi; pc = pc + 3 | 0; continue;
        case VectorOp.Copy128: x = fp + code[pc + 2 | 0] | 0; y = fp + code[pc + 1 | 0] | 0; lo = I[x]; hi = I[x + 1 | 0]; z = I[x + 2 | 0]; w = I[x + 3 | 0]; I[y] = lo; I[y + 1 | 0] = hi; I[y + 2 | 0] = z; I[y + 3 | 0] = w; pc = pc + 3 | 0; continue;
        case VectorOp.Copy32Copy32: I[fp + code[pc + 1 | 0] | 0] = I[fp + code[pc + 2 | 0] | 0]; I[fp + code[pc + 3 | 0] | 0] = I[fp + code[pc + 4 | 0] | 0]; pc = pc + 5 | 0; continue;
        case VectorOp.Copy64Copy64: x = fp + code[pc + 2 | 0] | 0; lo = I[x]; hi = I[x + 1 | 0]; x = fp + code[pc + 1 | 0] | 0; I[x] = lo; I[x + 1 | 0] = hi; x = fp + code[pc + 4 | 0] | 0; lo = I[x]; hi = I[x + 1 | 0]; x = fp + code[pc + 3 | 0] | 0; I[x] = lo; I[x + 1 | 0] = hi; pc = pc + 5 | 0; continue;
        case VectorOp.Const32: I[fp + code[pc + 1 | 0] | 0] = code[pc + 2 | 0]; pc = pc + 3 | 0; continue;
        case VectorOp.Const64: x = fp + code[pc + 1 | 0] | 0; I[x] = code[pc + 2 | 0]; I[x + 1 | 0] = code[pc + 3 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.Fuel: x = I[4] - code[pc + 1 | 0] | 0; if (x < 0) break exit; I[4] = x; pc = pc + 2 | 0; continue;
        case VectorOp.Br: pc = code[pc + 1 | 0]; break;
        case VectorOp.BrIf: if (I[fp + code[pc + 1 | 0] | 0] !== 0) { pc = code[pc + 2 | 0]; break; } pc = pc + 3 | 0; continue;
        case VectorOp.BrIfZ: if (I[fp + code[pc + 1 | 0] | 0] === 0) { pc = code[pc + 2 | 0]; break; } pc = pc + 3 | 0; continue;
        case VectorOp.BrEq: if (I[fp + code[pc + 1 | 0] | 0] === I[fp + code[pc + 2 | 0] | 0]) { pc = code[pc + 3 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrNe: if (I[fp + code[pc + 1 | 0] | 0] !== I[fp + code[pc + 2 | 0] | 0]) { pc = code[pc + 3 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrLtS: if (I[fp + code[pc + 1 | 0] | 0] < I[fp + code[pc + 2 | 0] | 0]) { pc = code[pc + 3 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrLtU: if ((I[fp + code[pc + 1 | 0] | 0] >>> 0) < (I[fp + code[pc + 2 | 0] | 0] >>> 0)) { pc = code[pc + 3 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrLeS: if (I[fp + code[pc + 1 | 0] | 0] <= I[fp + code[pc + 2 | 0] | 0]) { pc = code[pc + 3 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrLeU: if ((I[fp + code[pc + 1 | 0] | 0] >>> 0) <= (I[fp + code[pc + 2 | 0] | 0] >>> 0)) { pc = code[pc + 3 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrEqImm: if (I[fp + code[pc + 1 | 0] | 0] === code[pc + 2 | 0]) { pc = code[pc + 3 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrNeImm: if (I[fp + code[pc + 1 | 0] | 0] !== code[pc + 2 | 0]) { pc = code[pc + 3 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrLtSImm: if (I[fp + code[pc + 1 | 0] | 0] < code[pc + 2 | 0]) { pc = code[pc + 3 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrLtUImm: if ((I[fp + code[pc + 1 | 0] | 0] >>> 0) < (code[pc + 2 | 0] >>> 0)) { pc = code[pc + 3 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrGtSImm: if (I[fp + code[pc + 1 | 0] | 0] > code[pc + 2 | 0]) { pc = code[pc + 3 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.BrGtUImm: if ((I[fp + code[pc + 1 | 0] | 0] >>> 0) > (code[pc + 2 | 0] >>> 0)) { pc = code[pc + 3 | 0]; break; } pc = pc + 4 | 0; continue;
        case VectorOp.AddImmBrIf: x = I[fp + code[pc + 2 | 0] | 0] + code[pc + 3 | 0] | 0; I[fp + code[pc + 1 | 0] | 0] = x; if (x !== 0) { pc = code[pc + 4 | 0]; break; } pc = pc + 5 | 0; continue;
        case VectorOp.AddImmBrEq: x = I[fp + code[pc + 2 | 0] | 0] + code[pc + 3 | 0] | 0; I[fp + code[pc + 1 | 0] | 0] = x; if (x === I[fp + code[pc + 4 | 0] | 0]) { pc = code[pc + 5 | 0]; break; } pc = pc + 6 | 0; continue;
        case VectorOp.AddImmBrNe: x = I[fp + code[pc + 2 | 0] | 0] + code[pc + 3 | 0] | 0; I[fp + code[pc + 1 | 0] | 0] = x; if (x !== I[fp + code[pc + 4 | 0] | 0]) { pc = code[pc + 5 | 0]; break; } pc = pc + 6 | 0; continue;
        case VectorOp.AddImmBrLtS: x = I[fp + code[pc + 2 | 0] | 0] + code[pc + 3 | 0] | 0; I[fp + code[pc + 1 | 0] | 0] = x; if (x < I[fp + code[pc + 4 | 0] | 0]) { pc = code[pc + 5 | 0]; break; } pc = pc + 6 | 0; continue;
        case VectorOp.AddImmBrLtU: x = I[fp + code[pc + 2 | 0] | 0] + code[pc + 3 | 0] | 0; I[fp + code[pc + 1 | 0] | 0] = x; if ((x >>> 0) < (I[fp + code[pc + 4 | 0] | 0] >>> 0)) { pc = code[pc + 5 | 0]; break; } pc = pc + 6 | 0; continue;
        case VectorOp.AddImmBrNeImm: x = I[fp + code[pc + 2 | 0] | 0] + code[pc + 3 | 0] | 0; I[fp + code[pc + 1 | 0] | 0] = x; if (x !== code[pc + 4 | 0]) { pc = code[pc + 5 | 0]; break; } pc = pc + 6 | 0; continue;
        case VectorOp.AddImmBrLtSImm: x = I[fp + code[pc + 2 | 0] | 0] + code[pc + 3 | 0] | 0; I[fp + code[pc + 1 | 0] | 0] = x; if (x < code[pc + 4 | 0]) { pc = code[pc + 5 | 0]; break; } pc = pc + 6 | 0; continue;
        case VectorOp.AddImmBrLtUImm: x = I[fp + code[pc + 2 | 0] | 0] + code[pc + 3 | 0] | 0; I[fp + code[pc + 1 | 0] | 0] = x; if ((x >>> 0) < (code[pc + 4 | 0] >>> 0)) { pc = code[pc + 5 | 0]; break; } pc = pc + 6 | 0; continue;
        case VectorOp.AddBrNe: x = I[fp + code[pc + 2 | 0] | 0] + I[fp + code[pc + 3 | 0] | 0] | 0; I[fp + code[pc + 1 | 0] | 0] = x; if (x !== I[fp + code[pc + 4 | 0] | 0]) { pc = code[pc + 5 | 0]; break; } pc = pc + 6 | 0; continue;
        case VectorOp.Load32: x = I[fp + code[pc + 2 | 0] | 0]; ea = x + code[pc + 3 | 0] | 0; if ((x | ea) < 0 || ea > (limit - 4 | 0)) break exit; I[fp + code[pc + 1 | 0] | 0] = mem.getInt32(ea, true); pc = pc + 4 | 0; continue;
        case VectorOp.Load8U: x = I[fp + code[pc + 2 | 0] | 0]; ea = x + code[pc + 3 | 0] | 0; if ((x | ea) < 0 || ea > (limit - 1 | 0)) break exit; I[fp + code[pc + 1 | 0] | 0] = mem.getUint8(ea); pc = pc + 4 | 0; continue;
        case VectorOp.Store32: x = I[fp + code[pc + 1 | 0] | 0]; ea = x + code[pc + 3 | 0] | 0; if ((x | ea) < 0 || ea > (limit - 4 | 0)) break exit; mem.setInt32(ea, I[fp + code[pc + 2 | 0] | 0], true); pc = pc + 4 | 0; continue;
        case VectorOp.AddImmLoad32: x = I[fp + code[pc + 2 | 0] | 0] + code[pc + 3 | 0] | 0; ea = x + code[pc + 4 | 0] | 0; if ((x | ea) < 0 || ea > (limit - 4 | 0)) break exit; I[fp + code[pc + 1 | 0] | 0] = mem.getInt32(ea, true); pc = pc + 5 | 0; continue;
        case VectorOp.I32Add: I[fp + code[pc + 1 | 0] | 0] = I[fp + code[pc + 2 | 0] | 0] + I[fp + code[pc + 3 | 0] | 0] | 0; pc = pc + 4 | 0; continue;
        case VectorOp.I32Sub: I[fp + code[pc + 1 | 0] | 0] = I[fp + code[pc + 2 | 0] | 0] - I[fp + code[pc + 3 | 0] | 0] | 0; pc = pc + 4 | 0; continue;
        case VectorOp.I32Mul: I[fp + code[pc + 1 | 0] | 0] = Math.imul(I[fp + code[pc + 2 | 0] | 0], I[fp + code[pc + 3 | 0] | 0]); pc = pc + 4 | 0; continue;
        case VectorOp.I32And: I[fp + code[pc + 1 | 0] | 0] = I[fp + code[pc + 2 | 0] | 0] & I[fp + code[pc + 3 | 0] | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.I32AddImm: I[fp + code[pc + 1 | 0] | 0] = I[fp + code[pc + 2 | 0] | 0] + code[pc + 3 | 0] | 0; pc = pc + 4 | 0; continue;
        case VectorOp.I32AndImm: I[fp + code[pc + 1 | 0] | 0] = I[fp + code[pc + 2 | 0] | 0] & code[pc + 3 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.I32ShlImm: I[fp + code[pc + 1 | 0] | 0] = I[fp + code[pc + 2 | 0] | 0] << code[pc + 3 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.I32ShrUImm: I[fp + code[pc + 1 | 0] | 0] = I[fp + code[pc + 2 | 0] | 0] >>> code[pc + 3 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.I32ShlImmAdd: I[fp + code[pc + 1 | 0] | 0] = (I[fp + code[pc + 2 | 0] | 0] << code[pc + 3 | 0]) + I[fp + code[pc + 4 | 0] | 0] | 0; pc = pc + 5 | 0; continue;
        case VectorOp.I32AddAdd: I[fp + code[pc + 1 | 0] | 0] = I[fp + code[pc + 2 | 0] | 0] + I[fp + code[pc + 3 | 0] | 0] + I[fp + code[pc + 4 | 0] | 0] | 0; pc = pc + 5 | 0; continue;
        case VectorOp.I32AddAddImm: I[fp + code[pc + 1 | 0] | 0] = I[fp + code[pc + 2 | 0] | 0] + I[fp + code[pc + 3 | 0] | 0] + code[pc + 4 | 0] | 0; pc = pc + 5 | 0; continue;
        case VectorOp.I32AddImmAddImm: I[fp + code[pc + 1 | 0] | 0] = I[fp + code[pc + 2 | 0] | 0] + code[pc + 3 | 0] | 0; I[fp + code[pc + 4 | 0] | 0] = I[fp + code[pc + 5 | 0] | 0] + code[pc + 6 | 0] | 0; pc = pc + 7 | 0; continue;
        case VectorOp.F32Canon: x = fp + code[pc + 2 | 0] | 0; lo = I[x]; if ((lo & 0x7fffffff) > 0x7f800000) lo = 0x7fc00000; I[fp + code[pc + 1 | 0] | 0] = lo; pc = pc + 3 | 0; continue;
        case VectorOp.F64Canon: x = fp + code[pc + 2 | 0] | 0; lo = I[x]; hi = I[x + 1 | 0]; f = D[x >> 1]; if (f !== f) { lo = 0; hi = 0x7ff80000; } x = fp + code[pc + 1 | 0] | 0; I[x] = lo; I[x + 1 | 0] = hi; pc = pc + 3 | 0; continue;
        case VectorOp.I32Ctz: x = I[fp + code[pc + 2 | 0] | 0]; I[fp + code[pc + 1 | 0] | 0] = x === 0 ? 32 : 31 - Math.clz32(x & -x); pc = pc + 3 | 0; continue;
        case VectorOp.I32Or: I[fp + code[pc + 1 | 0] | 0] = I[fp + code[pc + 2 | 0] | 0] | I[fp + code[pc + 3 | 0] | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.I32Xor: I[fp + code[pc + 1 | 0] | 0] = I[fp + code[pc + 2 | 0] | 0] ^ I[fp + code[pc + 3 | 0] | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.I32LtUImm: I[fp + code[pc + 1 | 0] | 0] = (I[fp + code[pc + 2 | 0] | 0] >>> 0) < (code[pc + 3 | 0] >>> 0) ? 1 : 0; pc = pc + 4 | 0; continue;
        case VectorOp.I32XorImm: I[fp + code[pc + 1 | 0] | 0] = I[fp + code[pc + 2 | 0] | 0] ^ code[pc + 3 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.Select32: x = fp + code[pc + 2 | 0] | 0; if (I[fp + code[pc + 4 | 0] | 0] === 0) x = fp + code[pc + 3 | 0] | 0; I[fp + code[pc + 1 | 0] | 0] = I[x]; pc = pc + 5 | 0; continue;

        // The rows of simd.ts
        case VectorOp.V128Load: x = I[x]; ea = x + code[pc + 3 | 0] | 0; if (x < 0 || ea < x || ea > (limit - 16 | 0) || code[pc + 4 | 0] !== 0) break exit; I[z] = mem.getInt32(ea, true); I[z + 1 | 0] = mem.getInt32(ea + 4 | 0, true); I[z + 2 | 0] = mem.getInt32(ea + 8 | 0, true); I[z + 3 | 0] = mem.getInt32(ea + 12 | 0, true); pc = pc + 5 | 0; continue;
        case VectorOp.V128Load8x8S: x = I[x]; ea = x + code[pc + 3 | 0] | 0; if (x < 0 || ea < x || ea > (limit - 8 | 0) || code[pc + 4 | 0] !== 0) break exit; a = mem.getInt32(ea, true); b = mem.getInt32(ea + 4 | 0, true); I[z] = a << 16 >> 24 << 16 | a << 24 >> 24 & 0xffff; I[z + 1 | 0] = a >> 24 << 16 | a << 8 >> 24 & 0xffff; I[z + 2 | 0] = b << 16 >> 24 << 16 | b << 24 >> 24 & 0xffff; I[z + 3 | 0] = b >> 24 << 16 | b << 8 >> 24 & 0xffff; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load8x8U: x = I[x]; ea = x + code[pc + 3 | 0] | 0; if (x < 0 || ea < x || ea > (limit - 8 | 0) || code[pc + 4 | 0] !== 0) break exit; a = mem.getInt32(ea, true); b = mem.getInt32(ea + 4 | 0, true); I[z] = a & 0xff | (a & 0xff00) << 8; I[z + 1 | 0] = a >>> 16 & 0xff | a >>> 8 & 0xff0000; I[z + 2 | 0] = b & 0xff | (b & 0xff00) << 8; I[z + 3 | 0] = b >>> 16 & 0xff | b >>> 8 & 0xff0000; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load16x4S: x = I[x]; ea = x + code[pc + 3 | 0] | 0; if (x < 0 || ea < x || ea > (limit - 8 | 0) || code[pc + 4 | 0] !== 0) break exit; a = mem.getInt32(ea, true); b = mem.getInt32(ea + 4 | 0, true); I[z] = a << 16 >> 16; I[z + 1 | 0] = a >> 16; I[z + 2 | 0] = b << 16 >> 16; I[z + 3 | 0] = b >> 16; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load16x4U: x = I[x]; ea = x + code[pc + 3 | 0] | 0; if (x < 0 || ea < x || ea > (limit - 8 | 0) || code[pc + 4 | 0] !== 0) break exit; a = mem.getInt32(ea, true); b = mem.getInt32(ea + 4 | 0, true); I[z] = a & 0xffff; I[z + 1 | 0] = a >>> 16; I[z + 2 | 0] = b & 0xffff; I[z + 3 | 0] = b >>> 16; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load32x2S: x = I[x]; ea = x + code[pc + 3 | 0] | 0; if (x < 0 || ea < x || ea > (limit - 8 | 0) || code[pc + 4 | 0] !== 0) break exit; a = mem.getInt32(ea, true); b = mem.getInt32(ea + 4 | 0, true); I[z] = a; I[z + 1 | 0] = a >> 31; I[z + 2 | 0] = b; I[z + 3 | 0] = b >> 31; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load32x2U: x = I[x]; ea = x + code[pc + 3 | 0] | 0; if (x < 0 || ea < x || ea > (limit - 8 | 0) || code[pc + 4 | 0] !== 0) break exit; a = mem.getInt32(ea, true); b = mem.getInt32(ea + 4 | 0, true); I[z] = a; I[z + 1 | 0] = 0; I[z + 2 | 0] = b; I[z + 3 | 0] = 0; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load8Splat: x = I[x]; ea = x + code[pc + 3 | 0] | 0; if (x < 0 || ea < x || ea > (limit - 1 | 0) || code[pc + 4 | 0] !== 0) break exit; a = Math.imul(mem.getUint8(ea), 0x01010101); I[z] = a; I[z + 1 | 0] = a; I[z + 2 | 0] = a; I[z + 3 | 0] = a; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load16Splat: x = I[x]; ea = x + code[pc + 3 | 0] | 0; if (x < 0 || ea < x || ea > (limit - 2 | 0) || code[pc + 4 | 0] !== 0) break exit; a = Math.imul(mem.getUint16(ea, true), 0x00010001); I[z] = a; I[z + 1 | 0] = a; I[z + 2 | 0] = a; I[z + 3 | 0] = a; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load32Splat: x = I[x]; ea = x + code[pc + 3 | 0] | 0; if (x < 0 || ea < x || ea > (limit - 4 | 0) || code[pc + 4 | 0] !== 0) break exit; a = mem.getInt32(ea, true); I[z] = a; I[z + 1 | 0] = a; I[z + 2 | 0] = a; I[z + 3 | 0] = a; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load64Splat: x = I[x]; ea = x + code[pc + 3 | 0] | 0; if (x < 0 || ea < x || ea > (limit - 8 | 0) || code[pc + 4 | 0] !== 0) break exit; a = mem.getInt32(ea, true); b = mem.getInt32(ea + 4 | 0, true); I[z] = a; I[z + 1 | 0] = b; I[z + 2 | 0] = a; I[z + 3 | 0] = b; pc = pc + 5 | 0; continue;
        case VectorOp.V128Store: y = x; x = I[z]; ea = x + code[pc + 3 | 0] | 0; if (x < 0 || ea < x || ea > (limit - 16 | 0) || code[pc + 4 | 0] !== 0) break exit; mem.setInt32(ea, I[y], true); mem.setInt32(ea + 4 | 0, I[y + 1 | 0], true); mem.setInt32(ea + 8 | 0, I[y + 2 | 0], true); mem.setInt32(ea + 12 | 0, I[y + 3 | 0], true); pc = pc + 5 | 0; continue;
        case VectorOp.V128Const: I[z] = code[pc + 2 | 0]; I[z + 1 | 0] = code[pc + 3 | 0]; I[z + 2 | 0] = code[pc + 4 | 0]; I[z + 3 | 0] = code[pc + 5 | 0]; pc = pc + 6 | 0; continue;
        case VectorOp.I8x16Shuffle: x = fp << 2; n = pc + 2 | 0; w = 8; do { I[w] = U8[x + code[n] | 0] | U8[x + code[n + 1 | 0] | 0] << 8 | U8[x + code[n + 2 | 0] | 0] << 16 | U8[x + code[n + 3 | 0] | 0] << 24; n = n + 4 | 0; w = w + 1 | 0; } while (w < 12); I[z] = I[8]; I[z + 1 | 0] = I[9]; I[z + 2 | 0] = I[10]; I[z + 3 | 0] = I[11]; pc = pc + 18 | 0; continue;
        case VectorOp.I8x16Swizzle: x = x << 2; for (w = 8; w < 12; w = w + 1 | 0) { a = I[y]; b = a & 255; c = a >> 8 & 255; e = a >> 16 & 255; a = a >>> 24; I[w] = U8[x + (b & 15) | 0] & b - 16 >> 31 | (U8[x + (c & 15) | 0] & c - 16 >> 31) << 8 | (U8[x + (e & 15) | 0] & e - 16 >> 31) << 16 | (U8[x + (a & 15) | 0] & a - 16 >> 31) << 24; y = y + 1 | 0; } I[z] = I[8]; I[z + 1 | 0] = I[9]; I[z + 2 | 0] = I[10]; I[z + 3 | 0] = I[11]; pc = pc + 4 | 0; continue;
        case VectorOp.I8x16Splat: a = Math.imul(I[x] & 0xff, 0x01010101); I[z] = a; I[z + 1 | 0] = a; I[z + 2 | 0] = a; I[z + 3 | 0] = a; pc = pc + 3 | 0; continue;
        case VectorOp.I16x8Splat: a = Math.imul(I[x] & 0xffff, 0x00010001); I[z] = a; I[z + 1 | 0] = a; I[z + 2 | 0] = a; I[z + 3 | 0] = a; pc = pc + 3 | 0; continue;
        case VectorOp.I32x4Splat: a = I[x]; I[z] = a; I[z + 1 | 0] = a; I[z + 2 | 0] = a; I[z + 3 | 0] = a; pc = pc + 3 | 0; continue;
        case VectorOp.I64x2Splat: a = I[x]; b = I[x + 1 | 0]; I[z] = a; I[z + 1 | 0] = b; I[z + 2 | 0] = a; I[z + 3 | 0] = b; pc = pc + 3 | 0; continue;
        case VectorOp.I8x16ExtractLaneS: n = code[pc + 3 | 0]; I[z] = I[x + (n >> 2) | 0] << 24 - (n << 3 & 24) >> 24; pc = pc + 4 | 0; continue;
        case VectorOp.I8x16ExtractLaneU: n = code[pc + 3 | 0]; I[z] = I[x + (n >> 2) | 0] >> (n << 3 & 24) & 0xff; pc = pc + 4 | 0; continue;
        case VectorOp.I8x16ReplaceLane: a = I[y]; n = code[pc + 4 | 0]; I[z] = I[x]; I[z + 1 | 0] = I[x + 1 | 0]; I[z + 2 | 0] = I[x + 2 | 0]; I[z + 3 | 0] = I[x + 3 | 0]; z = z + (n >> 2) | 0; n = n << 3 & 24; I[z] = I[z] & ~(0xff << n) | (a & 0xff) << n; pc = pc + 5 | 0; continue;
        case VectorOp.I16x8ExtractLaneS: n = code[pc + 3 | 0]; I[z] = I[x + (n >> 1) | 0] << 16 - (n << 4 & 16) >> 16; pc = pc + 4 | 0; continue;
        case VectorOp.I16x8ExtractLaneU: n = code[pc + 3 | 0]; I[z] = I[x + (n >> 1) | 0] >> (n << 4 & 16) & 0xffff; pc = pc + 4 | 0; continue;
        case VectorOp.I16x8ReplaceLane: a = I[y]; n = code[pc + 4 | 0]; I[z] = I[x]; I[z + 1 | 0] = I[x + 1 | 0]; I[z + 2 | 0] = I[x + 2 | 0]; I[z + 3 | 0] = I[x + 3 | 0]; z = z + (n >> 1) | 0; n = n << 4 & 16; I[z] = I[z] & ~(0xffff << n) | (a & 0xffff) << n; pc = pc + 5 | 0; continue;
        case VectorOp.I32x4ExtractLane: I[z] = I[x + code[pc + 3 | 0] | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.I32x4ReplaceLane: a = I[y]; n = code[pc + 4 | 0]; I[z] = I[x]; I[z + 1 | 0] = I[x + 1 | 0]; I[z + 2 | 0] = I[x + 2 | 0]; I[z + 3 | 0] = I[x + 3 | 0]; I[z + n | 0] = a; pc = pc + 5 | 0; continue;
        case VectorOp.I64x2ExtractLane: x = x + (code[pc + 3 | 0] << 1) | 0; a = I[x]; b = I[x + 1 | 0]; I[z] = a; I[z + 1 | 0] = b; pc = pc + 4 | 0; continue;
        case VectorOp.I64x2ReplaceLane: a = I[y]; b = I[y + 1 | 0]; I[z] = I[x]; I[z + 1 | 0] = I[x + 1 | 0]; I[z + 2 | 0] = I[x + 2 | 0]; I[z + 3 | 0] = I[x + 3 | 0]; z = z + (code[pc + 4 | 0] << 1) | 0; I[z] = a; I[z + 1 | 0] = b; pc = pc + 5 | 0; continue;
        case VectorOp.I8x16Eq: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = a ^ b; c = ~((c & 0x7f7f7f7f) + 0x7f7f7f7f | c | 0x7f7f7f7f); I[z] = (c << 1) - (c >>> 7); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16LtS: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = (a & ~b | ~(a ^ b | (a | -2139062144) - (b & 0x7f7f7f7f))) & -2139062144; I[z] = (c << 1) - (c >>> 7); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16LtU: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = (~a & b | ~(a ^ b | (a | -2139062144) - (b & 0x7f7f7f7f))) & -2139062144; I[z] = (c << 1) - (c >>> 7); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8Eq: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = a ^ b; c = ~((c & 0x7fff7fff) + 0x7fff7fff | c | 0x7fff7fff); I[z] = (c << 1) - (c >>> 15); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8LtS: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = (a & ~b | ~(a ^ b | (a | -2147450880) - (b & 0x7fff7fff))) & -2147450880; I[z] = (c << 1) - (c >>> 15); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8LtU: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = (~a & b | ~(a ^ b | (a | -2147450880) - (b & 0x7fff7fff))) & -2147450880; I[z] = (c << 1) - (c >>> 15); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4Eq: w = z + 4 | 0; do { a = I[x]; b = I[y]; I[z] = -(a === b) | 0; x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4LtS: w = z + 4 | 0; do { a = I[x]; b = I[y]; I[z] = -(a < b) | 0; x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4LtU: w = z + 4 | 0; do { a = I[x]; b = I[y]; I[z] = -(a >>> 0 < b >>> 0) | 0; x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Eq: w = z + 4 | 0; do { I[z] = -(F[x] === F[y]) | 0; x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Ne: w = z + 4 | 0; do { I[z] = -(F[x] !== F[y]) | 0; x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Lt: I[z] = -(F[x] < F[y]) | 0; I[z + 1 | 0] = -(F[x + 1 | 0] < F[y + 1 | 0]) | 0; I[z + 2 | 0] = -(F[x + 2 | 0] < F[y + 2 | 0]) | 0; I[z + 3 | 0] = -(F[x + 3 | 0] < F[y + 3 | 0]) | 0; pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Le: I[z] = -(F[x] <= F[y]) | 0; I[z + 1 | 0] = -(F[x + 1 | 0] <= F[y + 1 | 0]) | 0; I[z + 2 | 0] = -(F[x + 2 | 0] <= F[y + 2 | 0]) | 0; I[z + 3 | 0] = -(F[x + 3 | 0] <= F[y + 3 | 0]) | 0; pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Eq: a = -(D[x >> 1] === D[y >> 1]) | 0; b = -(D[(x >> 1) + 1 | 0] === D[(y >> 1) + 1 | 0]) | 0; I[z] = a; I[z + 1 | 0] = a; I[z + 2 | 0] = b; I[z + 3 | 0] = b; pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Ne: a = -(D[x >> 1] !== D[y >> 1]) | 0; b = -(D[(x >> 1) + 1 | 0] !== D[(y >> 1) + 1 | 0]) | 0; I[z] = a; I[z + 1 | 0] = a; I[z + 2 | 0] = b; I[z + 3 | 0] = b; pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Lt: a = -(D[x >> 1] < D[y >> 1]) | 0; b = -(D[(x >> 1) + 1 | 0] < D[(y >> 1) + 1 | 0]) | 0; I[z] = a; I[z + 1 | 0] = a; I[z + 2 | 0] = b; I[z + 3 | 0] = b; pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Le: a = -(D[x >> 1] <= D[y >> 1]) | 0; b = -(D[(x >> 1) + 1 | 0] <= D[(y >> 1) + 1 | 0]) | 0; I[z] = a; I[z + 1 | 0] = a; I[z + 2 | 0] = b; I[z + 3 | 0] = b; pc = pc + 4 | 0; continue;
        case VectorOp.V128Not: I[z] = ~I[x]; I[z + 1 | 0] = ~I[x + 1 | 0]; I[z + 2 | 0] = ~I[x + 2 | 0]; I[z + 3 | 0] = ~I[x + 3 | 0]; pc = pc + 3 | 0; continue;
        case VectorOp.V128And: I[z] = I[x] & I[y]; I[z + 1 | 0] = I[x + 1 | 0] & I[y + 1 | 0]; I[z + 2 | 0] = I[x + 2 | 0] & I[y + 2 | 0]; I[z + 3 | 0] = I[x + 3 | 0] & I[y + 3 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.V128Andnot: I[z] = I[x] & ~I[y]; I[z + 1 | 0] = I[x + 1 | 0] & ~I[y + 1 | 0]; I[z + 2 | 0] = I[x + 2 | 0] & ~I[y + 2 | 0]; I[z + 3 | 0] = I[x + 3 | 0] & ~I[y + 3 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.V128Or: I[z] = I[x] | I[y]; I[z + 1 | 0] = I[x + 1 | 0] | I[y + 1 | 0]; I[z + 2 | 0] = I[x + 2 | 0] | I[y + 2 | 0]; I[z + 3 | 0] = I[x + 3 | 0] | I[y + 3 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.V128Xor: I[z] = I[x] ^ I[y]; I[z + 1 | 0] = I[x + 1 | 0] ^ I[y + 1 | 0]; I[z + 2 | 0] = I[x + 2 | 0] ^ I[y + 2 | 0]; I[z + 3 | 0] = I[x + 3 | 0] ^ I[y + 3 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.V128Bitselect: n = fp + code[pc + 4 | 0] | 0; w = z + 4 | 0; do { b = I[y]; I[z] = b ^ (I[x] ^ b) & I[n]; x = x + 1 | 0; y = y + 1 | 0; n = n + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 5 | 0; continue;
        case VectorOp.V128AnyTrue: I[z] = (I[x] | I[x + 1 | 0] | I[x + 2 | 0] | I[x + 3 | 0]) !== 0 ? 1 : 0; pc = pc + 3 | 0; continue;
        case VectorOp.V128Load32Zero: x = I[x]; ea = x + code[pc + 3 | 0] | 0; if (x < 0 || ea < x || ea > (limit - 4 | 0) || code[pc + 4 | 0] !== 0) break exit; I[z] = mem.getInt32(ea, true); I[z + 1 | 0] = 0; I[z + 2 | 0] = 0; I[z + 3 | 0] = 0; pc = pc + 5 | 0; continue;
        case VectorOp.V128Load64Zero: x = I[x]; ea = x + code[pc + 3 | 0] | 0; if (x < 0 || ea < x || ea > (limit - 8 | 0) || code[pc + 4 | 0] !== 0) break exit; I[z] = mem.getInt32(ea, true); I[z + 1 | 0] = mem.getInt32(ea + 4 | 0, true); I[z + 2 | 0] = 0; I[z + 3 | 0] = 0; pc = pc + 5 | 0; continue;
        case VectorOp.F32x4DemoteF64x2Zero: x = x >> 1; f = D[x]; g = D[x + 1 | 0]; F[z] = f; F[z + 1 | 0] = g; I[z + 2 | 0] = 0; I[z + 3 | 0] = 0; pc = pc + 3 | 0; continue;
        case VectorOp.F64x2PromoteLowF32x4: z = z >> 1; f = F[x]; g = F[x + 1 | 0]; D[z] = f; D[z + 1 | 0] = g; pc = pc + 3 | 0; continue;
        case VectorOp.I8x16Abs: w = z + 4 | 0; do { a = I[x]; c = a & -2139062144; I[z] = (a ^ (c << 1) - (c >>> 7)) + (c >>> 7); x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.I8x16Neg: w = z + 4 | 0; do { a = I[x]; I[z] = -2139062144 - (a & 0x7f7f7f7f) ^ ~a & -2139062144; x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.I8x16Popcnt: w = z + 4 | 0; do { a = I[x]; a = a - (a >>> 1 & 0x55555555) | 0; a = (a & 0x33333333) + (a >>> 2 & 0x33333333) | 0; I[z] = a + (a >>> 4) & 0x0f0f0f0f; x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.I8x16AllTrue: c = 0; for (w = x + 4 | 0; x < w; x = x + 1 | 0) { a = I[x]; c = c | ~((a & 0x7f7f7f7f) + 0x7f7f7f7f | a | 0x7f7f7f7f); } I[z] = c === 0 ? 1 : 0; pc = pc + 3 | 0; continue;
        case VectorOp.I8x16Bitmask: c = 0; n = 0; do { a = I[x]; c = c | (a >>> 7 & 1 | a >>> 14 & 2 | a >>> 21 & 4 | a >>> 28 & 8) << n; x = x + 1 | 0; n = n + 4 | 0; } while (n < 16); I[z] = c; pc = pc + 3 | 0; continue;
        case VectorOp.I8x16NarrowI16x8S: for (n = 8; n < 12; n = n + 1 | 0) { a = I[x]; b = I[x + 1 | 0]; c = a & -2147450880; e = (a ^ (c << 1) - (c >>> 15)) + 0x7f807f80 & -2147450880; a = a & 0x00ff00ff; a = a ^ (a ^ 0x007f007f + (c >>> 15)) & (e >>> 7) - (e >>> 15); c = b & -2147450880; e = (b ^ (c << 1) - (c >>> 15)) + 0x7f807f80 & -2147450880; b = b & 0x00ff00ff; b = b ^ (b ^ 0x007f007f + (c >>> 15)) & (e >>> 7) - (e >>> 15); I[n] = (a | a >>> 8) & 0xffff | (b | b >>> 8) << 16; x = n === 9 ? y : x + 2 | 0; } I[z] = I[8]; I[z + 1 | 0] = I[9]; I[z + 2 | 0] = I[10]; I[z + 3 | 0] = I[11]; pc = pc + 4 | 0; continue;
        case VectorOp.I8x16NarrowI16x8U: for (n = 8; n < 12; n = n + 1 | 0) { a = I[x]; b = I[x + 1 | 0]; c = a & -2147450880; a = a & ~((c << 1) - (c >>> 15)); e = a + 0x7f007f00 & -2147450880; a = (a | (e >>> 7) - (e >>> 15)) & 0x00ff00ff; c = b & -2147450880; b = b & ~((c << 1) - (c >>> 15)); e = b + 0x7f007f00 & -2147450880; b = (b | (e >>> 7) - (e >>> 15)) & 0x00ff00ff; I[n] = (a | a >>> 8) & 0xffff | (b | b >>> 8) << 16; x = n === 9 ? y : x + 2 | 0; } I[z] = I[8]; I[z + 1 | 0] = I[9]; I[z + 2 | 0] = I[10]; I[z + 3 | 0] = I[11]; pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Ceil: w = z + 4 | 0; do { f = F[x]; F[z] = Math.ceil(f); x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.F32x4Floor: w = z + 4 | 0; do { f = F[x]; F[z] = Math.floor(f); x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.F32x4Trunc: w = z + 4 | 0; do { f = F[x]; F[z] = Math.trunc(f); x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.F32x4Nearest: w = z + 4 | 0; do { f = F[x]; g = Math.abs(f); if (g < 4503599627370496 && f !== 0) { g = g + 4503599627370496 - 4503599627370496; f = f < 0 ? -g : g; } F[z] = f; x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.I8x16Shl: n = I[y] & 7; e = Math.imul(0xff << n & 0xff, 0x01010101); w = z + 4 | 0; do { a = I[x]; I[z] = a << n & e; x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16ShrS: n = I[y] & 7; e = Math.imul(0xff >> n, 0x01010101); w = z + 4 | 0; do { a = I[x]; c = a & -2139062144; c = (c << 1) - (c >>> 7); I[z] = c ^ (a >>> n ^ c) & e; x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16ShrU: n = I[y] & 7; e = Math.imul(0xff >> n, 0x01010101); w = z + 4 | 0; do { a = I[x]; I[z] = a >>> n & e; x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16Add: w = z + 4 | 0; do { a = I[x]; b = I[y]; I[z] = (a & 0x7f7f7f7f) + (b & 0x7f7f7f7f) ^ (a ^ b) & -2139062144; x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16AddSatS: w = z + 4 | 0; do { a = I[x]; b = I[y]; e = (a & 0x7f7f7f7f) + (b & 0x7f7f7f7f) ^ (a ^ b) & -2139062144; c = ~(a ^ b) & (a ^ e) & -2139062144; I[z] = e ^ (e ^ 0x7f7f7f7f + (a >>> 7 & 0x01010101)) & (c << 1) - (c >>> 7); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16AddSatU: w = z + 4 | 0; do { a = I[x]; b = I[y]; e = (a & 0x7f7f7f7f) + (b & 0x7f7f7f7f) ^ (a ^ b) & -2139062144; c = (a & b | (a | b) & ~e) & -2139062144; I[z] = e | (c << 1) - (c >>> 7); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16Sub: w = z + 4 | 0; do { a = I[x]; b = I[y]; I[z] = (a | -2139062144) - (b & 0x7f7f7f7f) ^ ~(a ^ b) & -2139062144; x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16SubSatS: w = z + 4 | 0; do { a = I[x]; b = I[y]; e = (a | -2139062144) - (b & 0x7f7f7f7f) ^ ~(a ^ b) & -2139062144; c = (a ^ b) & (a ^ e) & -2139062144; I[z] = e ^ (e ^ 0x7f7f7f7f + (a >>> 7 & 0x01010101)) & (c << 1) - (c >>> 7); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16SubSatU: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = (~a & b | ~(a ^ b | (a | -2139062144) - (b & 0x7f7f7f7f))) & -2139062144; I[z] = ((a | -2139062144) - (b & 0x7f7f7f7f) ^ ~(a ^ b) & -2139062144) & ~((c << 1) - (c >>> 7)); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Ceil: x = x >> 1; z = z >> 1; w = z + 2 | 0; do { f = D[x]; D[z] = f === f ? Math.ceil(f) : f + f; x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.F64x2Floor: x = x >> 1; z = z >> 1; w = z + 2 | 0; do { f = D[x]; D[z] = f === f ? Math.floor(f) : f + f; x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.I8x16MinS: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = (a & ~b | ~(a ^ b | (a | -2139062144) - (b & 0x7f7f7f7f))) & -2139062144; I[z] = b ^ (a ^ b) & (c << 1) - (c >>> 7); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16MinU: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = (~a & b | ~(a ^ b | (a | -2139062144) - (b & 0x7f7f7f7f))) & -2139062144; I[z] = b ^ (a ^ b) & (c << 1) - (c >>> 7); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16MaxS: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = (a & ~b | ~(a ^ b | (a | -2139062144) - (b & 0x7f7f7f7f))) & -2139062144; I[z] = a ^ (a ^ b) & (c << 1) - (c >>> 7); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I8x16MaxU: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = (~a & b | ~(a ^ b | (a | -2139062144) - (b & 0x7f7f7f7f))) & -2139062144; I[z] = a ^ (a ^ b) & (c << 1) - (c >>> 7); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Trunc: x = x >> 1; z = z >> 1; w = z + 2 | 0; do { f = D[x]; D[z] = f === f ? Math.trunc(f) : f + f; x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.I8x16AvgrU: w = z + 4 | 0; do { a = I[x]; b = I[y]; I[z] = (a | b) - ((a ^ b) >>> 1 & 0x7f7f7f7f); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8ExtaddPairwiseI8x16S: w = z + 4 | 0; do { a = I[x]; I[z] = (a << 8 >> 24) + (a >> 24) << 16 | (a << 24 >> 24) + (a << 16 >> 24) & 0xffff; x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.I16x8ExtaddPairwiseI8x16U: w = z + 4 | 0; do { a = I[x]; I[z] = (a & 0x00ff00ff) + (a >>> 8 & 0x00ff00ff); x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.I32x4ExtaddPairwiseI16x8S: w = z + 4 | 0; do { a = I[x]; I[z] = (a << 16 >> 16) + (a >> 16); x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.I32x4ExtaddPairwiseI16x8U: w = z + 4 | 0; do { a = I[x]; I[z] = (a & 0xffff) + (a >>> 16); x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.I16x8Abs: w = z + 4 | 0; do { a = I[x]; c = a & -2147450880; I[z] = (a ^ (c << 1) - (c >>> 15)) + (c >>> 15); x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.I16x8Neg: w = z + 4 | 0; do { a = I[x]; I[z] = -2147450880 - (a & 0x7fff7fff) ^ ~a & -2147450880; x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.I16x8Q15mulrSatS: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = Math.imul(a << 16 >> 16, b << 16 >> 16) + 0x4000 >> 15; e = Math.imul(a >> 16, b >> 16) + 0x4000 >> 15; I[z] = (c > 0x7fff ? 0x7fff : c) & 0xffff | (e > 0x7fff ? 0x7fff : e) << 16; x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8AllTrue: c = 0; for (w = x + 4 | 0; x < w; x = x + 1 | 0) { a = I[x]; c = c | ~((a & 0x7fff7fff) + 0x7fff7fff | a | 0x7fff7fff); } I[z] = c === 0 ? 1 : 0; pc = pc + 3 | 0; continue;
        case VectorOp.I16x8Bitmask: c = 0; for (n = 0; n < 8; n = n + 2 | 0) { a = I[x]; c = c | (a >>> 15 & 1 | a >>> 30 & 2) << n; x = x + 1 | 0; } I[z] = c; pc = pc + 3 | 0; continue;
        case VectorOp.I16x8NarrowI32x4S: for (n = 8; n < 12; n = n + 1 | 0) { a = I[x]; b = I[x + 1 | 0]; c = a >> 31; a = a ^ (a ^ c ^ 0x7fff) & 0x7fff - (a ^ c) >> 31; c = b >> 31; b = b ^ (b ^ c ^ 0x7fff) & 0x7fff - (b ^ c) >> 31; I[n] = a & 0xffff | b << 16; x = n === 9 ? y : x + 2 | 0; } I[z] = I[8]; I[z + 1 | 0] = I[9]; I[z + 2 | 0] = I[10]; I[z + 3 | 0] = I[11]; pc = pc + 4 | 0; continue;
        case VectorOp.I16x8NarrowI32x4U: for (n = 8; n < 12; n = n + 1 | 0) { a = I[x]; b = I[x + 1 | 0]; a = a & ~(a >> 31); a = a | 0xffff - a >> 31; b = b & ~(b >> 31); b = b | 0xffff - b >> 31; I[n] = a & 0xffff | b << 16; x = n === 9 ? y : x + 2 | 0; } I[z] = I[8]; I[z + 1 | 0] = I[9]; I[z + 2 | 0] = I[10]; I[z + 3 | 0] = I[11]; pc = pc + 4 | 0; continue;
        case VectorOp.I16x8ExtendLowI8x16S: a = I[x]; b = I[x + 1 | 0]; I[z] = a << 16 >> 24 << 16 | a << 24 >> 24 & 0xffff; I[z + 1 | 0] = a >> 24 << 16 | a << 8 >> 24 & 0xffff; I[z + 2 | 0] = b << 16 >> 24 << 16 | b << 24 >> 24 & 0xffff; I[z + 3 | 0] = b >> 24 << 16 | b << 8 >> 24 & 0xffff; pc = pc + 3 | 0; continue;
        case VectorOp.I16x8ExtendLowI8x16U: a = I[x]; b = I[x + 1 | 0]; I[z] = a & 0xff | (a & 0xff00) << 8; I[z + 1 | 0] = a >>> 16 & 0xff | a >>> 8 & 0xff0000; I[z + 2 | 0] = b & 0xff | (b & 0xff00) << 8; I[z + 3 | 0] = b >>> 16 & 0xff | b >>> 8 & 0xff0000; pc = pc + 3 | 0; continue;
        case VectorOp.I16x8Shl: n = I[y] & 15; e = Math.imul(0xffff << n & 0xffff, 0x00010001); w = z + 4 | 0; do { a = I[x]; I[z] = a << n & e; x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8ShrS: n = I[y] & 15; e = Math.imul(0xffff >> n, 0x00010001); w = z + 4 | 0; do { a = I[x]; c = a & -2147450880; c = (c << 1) - (c >>> 15); I[z] = c ^ (a >>> n ^ c) & e; x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8ShrU: n = I[y] & 15; e = Math.imul(0xffff >> n, 0x00010001); w = z + 4 | 0; do { a = I[x]; I[z] = a >>> n & e; x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8Add: w = z + 4 | 0; do { a = I[x]; b = I[y]; I[z] = (a & 0x7fff7fff) + (b & 0x7fff7fff) ^ (a ^ b) & -2147450880; x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8AddSatS: w = z + 4 | 0; do { a = I[x]; b = I[y]; e = (a & 0x7fff7fff) + (b & 0x7fff7fff) ^ (a ^ b) & -2147450880; c = ~(a ^ b) & (a ^ e) & -2147450880; I[z] = e ^ (e ^ 0x7fff7fff + (a >>> 15 & 0x00010001)) & (c << 1) - (c >>> 15); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8AddSatU: w = z + 4 | 0; do { a = I[x]; b = I[y]; e = (a & 0x7fff7fff) + (b & 0x7fff7fff) ^ (a ^ b) & -2147450880; c = (a & b | (a | b) & ~e) & -2147450880; I[z] = e | (c << 1) - (c >>> 15); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8Sub: w = z + 4 | 0; do { a = I[x]; b = I[y]; I[z] = (a | -2147450880) - (b & 0x7fff7fff) ^ ~(a ^ b) & -2147450880; x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8SubSatS: w = z + 4 | 0; do { a = I[x]; b = I[y]; e = (a | -2147450880) - (b & 0x7fff7fff) ^ ~(a ^ b) & -2147450880; c = (a ^ b) & (a ^ e) & -2147450880; I[z] = e ^ (e ^ 0x7fff7fff + (a >>> 15 & 0x00010001)) & (c << 1) - (c >>> 15); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8SubSatU: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = (~a & b | ~(a ^ b | (a | -2147450880) - (b & 0x7fff7fff))) & -2147450880; I[z] = ((a | -2147450880) - (b & 0x7fff7fff) ^ ~(a ^ b) & -2147450880) & ~((c << 1) - (c >>> 15)); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Nearest: x = x >> 1; z = z >> 1; w = z + 2 | 0; do { f = D[x]; g = Math.abs(f); if (g < 4503599627370496 && f !== 0) { g = g + 4503599627370496 - 4503599627370496; f = f < 0 ? -g : g; } D[z] = f === f ? f : f + f; x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.I16x8Mul: I[z] = Math.imul(I[x] >>> 16, I[y] >>> 16) << 16 | Math.imul(I[x], I[y]) & 0xffff; I[z + 1 | 0] = Math.imul(I[x + 1 | 0] >>> 16, I[y + 1 | 0] >>> 16) << 16 | Math.imul(I[x + 1 | 0], I[y + 1 | 0]) & 0xffff; I[z + 2 | 0] = Math.imul(I[x + 2 | 0] >>> 16, I[y + 2 | 0] >>> 16) << 16 | Math.imul(I[x + 2 | 0], I[y + 2 | 0]) & 0xffff; I[z + 3 | 0] = Math.imul(I[x + 3 | 0] >>> 16, I[y + 3 | 0] >>> 16) << 16 | Math.imul(I[x + 3 | 0], I[y + 3 | 0]) & 0xffff; pc = pc + 4 | 0; continue;
        case VectorOp.I16x8MinS: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = (a & ~b | ~(a ^ b | (a | -2147450880) - (b & 0x7fff7fff))) & -2147450880; I[z] = b ^ (a ^ b) & (c << 1) - (c >>> 15); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8MinU: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = (~a & b | ~(a ^ b | (a | -2147450880) - (b & 0x7fff7fff))) & -2147450880; I[z] = b ^ (a ^ b) & (c << 1) - (c >>> 15); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8MaxS: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = (a & ~b | ~(a ^ b | (a | -2147450880) - (b & 0x7fff7fff))) & -2147450880; I[z] = a ^ (a ^ b) & (c << 1) - (c >>> 15); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8MaxU: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = (~a & b | ~(a ^ b | (a | -2147450880) - (b & 0x7fff7fff))) & -2147450880; I[z] = a ^ (a ^ b) & (c << 1) - (c >>> 15); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8AvgrU: w = z + 4 | 0; do { a = I[x]; b = I[y]; I[z] = (a | b) - ((a ^ b) >>> 1 & 0x7fff7fff); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I16x8ExtmulLowI8x16S: a = I[x]; b = I[y]; c = I[x + 1 | 0]; e = I[y + 1 | 0]; I[z] = Math.imul(a << 24 >> 24, b << 24 >> 24) & 0xffff | Math.imul(a << 16 >> 24, b << 16 >> 24) << 16; I[z + 1 | 0] = Math.imul(a << 8 >> 24, b << 8 >> 24) & 0xffff | Math.imul(a >> 24, b >> 24) << 16; I[z + 2 | 0] = Math.imul(c << 24 >> 24, e << 24 >> 24) & 0xffff | Math.imul(c << 16 >> 24, e << 16 >> 24) << 16; I[z + 3 | 0] = Math.imul(c << 8 >> 24, e << 8 >> 24) & 0xffff | Math.imul(c >> 24, e >> 24) << 16; pc = pc + 4 | 0; continue;
        case VectorOp.I16x8ExtmulLowI8x16U: a = I[x]; b = I[y]; c = I[x + 1 | 0]; e = I[y + 1 | 0]; I[z] = Math.imul(a & 0xff, b & 0xff) & 0xffff | Math.imul(a >>> 8 & 0xff, b >>> 8 & 0xff) << 16; I[z + 1 | 0] = Math.imul(a >>> 16 & 0xff, b >>> 16 & 0xff) & 0xffff | Math.imul(a >>> 24, b >>> 24) << 16; I[z + 2 | 0] = Math.imul(c & 0xff, e & 0xff) & 0xffff | Math.imul(c >>> 8 & 0xff, e >>> 8 & 0xff) << 16; I[z + 3 | 0] = Math.imul(c >>> 16 & 0xff, e >>> 16 & 0xff) & 0xffff | Math.imul(c >>> 24, e >>> 24) << 16; pc = pc + 4 | 0; continue;
        case VectorOp.I32x4Abs: w = z + 4 | 0; do { a = I[x]; b = a >> 31; I[z] = (a ^ b) - b; x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.I32x4Neg: I[z] = -I[x] | 0; I[z + 1 | 0] = -I[x + 1 | 0] | 0; I[z + 2 | 0] = -I[x + 2 | 0] | 0; I[z + 3 | 0] = -I[x + 3 | 0] | 0; pc = pc + 3 | 0; continue;
        case VectorOp.I32x4AllTrue: I[z] = I[x] !== 0 && I[x + 1 | 0] !== 0 && I[x + 2 | 0] !== 0 && I[x + 3 | 0] !== 0 ? 1 : 0; pc = pc + 3 | 0; continue;
        case VectorOp.I32x4Bitmask: I[z] = I[x] >>> 31 | I[x + 1 | 0] >>> 30 & 2 | I[x + 2 | 0] >>> 29 & 4 | I[x + 3 | 0] >>> 28 & 8; pc = pc + 3 | 0; continue;
        case VectorOp.I32x4ExtendLowI16x8S: a = I[x]; b = I[x + 1 | 0]; I[z] = a << 16 >> 16; I[z + 1 | 0] = a >> 16; I[z + 2 | 0] = b << 16 >> 16; I[z + 3 | 0] = b >> 16; pc = pc + 3 | 0; continue;
        case VectorOp.I32x4ExtendLowI16x8U: a = I[x]; b = I[x + 1 | 0]; I[z] = a & 0xffff; I[z + 1 | 0] = a >>> 16; I[z + 2 | 0] = b & 0xffff; I[z + 3 | 0] = b >>> 16; pc = pc + 3 | 0; continue;
        case VectorOp.I32x4Shl: n = I[y]; I[z] = I[x] << n; I[z + 1 | 0] = I[x + 1 | 0] << n; I[z + 2 | 0] = I[x + 2 | 0] << n; I[z + 3 | 0] = I[x + 3 | 0] << n; pc = pc + 4 | 0; continue;
        case VectorOp.I32x4ShrS: n = I[y]; I[z] = I[x] >> n; I[z + 1 | 0] = I[x + 1 | 0] >> n; I[z + 2 | 0] = I[x + 2 | 0] >> n; I[z + 3 | 0] = I[x + 3 | 0] >> n; pc = pc + 4 | 0; continue;
        case VectorOp.I32x4ShrU: n = I[y]; I[z] = I[x] >>> n; I[z + 1 | 0] = I[x + 1 | 0] >>> n; I[z + 2 | 0] = I[x + 2 | 0] >>> n; I[z + 3 | 0] = I[x + 3 | 0] >>> n; pc = pc + 4 | 0; continue;
        case VectorOp.I32x4Add: I[z] = I[x] + I[y] | 0; I[z + 1 | 0] = I[x + 1 | 0] + I[y + 1 | 0] | 0; I[z + 2 | 0] = I[x + 2 | 0] + I[y + 2 | 0] | 0; I[z + 3 | 0] = I[x + 3 | 0] + I[y + 3 | 0] | 0; pc = pc + 4 | 0; continue;
        case VectorOp.I32x4Sub: I[z] = I[x] - I[y] | 0; I[z + 1 | 0] = I[x + 1 | 0] - I[y + 1 | 0] | 0; I[z + 2 | 0] = I[x + 2 | 0] - I[y + 2 | 0] | 0; I[z + 3 | 0] = I[x + 3 | 0] - I[y + 3 | 0] | 0; pc = pc + 4 | 0; continue;
        case VectorOp.I32x4Mul: I[z] = Math.imul(I[x], I[y]); I[z + 1 | 0] = Math.imul(I[x + 1 | 0], I[y + 1 | 0]); I[z + 2 | 0] = Math.imul(I[x + 2 | 0], I[y + 2 | 0]); I[z + 3 | 0] = Math.imul(I[x + 3 | 0], I[y + 3 | 0]); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4MinS: w = z + 4 | 0; do { a = I[x]; b = I[y]; I[z] = b ^ (a ^ b) & -(a < b); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4MinU: w = z + 4 | 0; do { a = I[x]; b = I[y]; I[z] = b ^ (a ^ b) & -(a >>> 0 < b >>> 0); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4MaxS: w = z + 4 | 0; do { a = I[x]; b = I[y]; I[z] = a ^ (a ^ b) & -(a < b); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4MaxU: w = z + 4 | 0; do { a = I[x]; b = I[y]; I[z] = a ^ (a ^ b) & -(a >>> 0 < b >>> 0); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4DotI16x8S: w = z + 4 | 0; do { a = I[x]; b = I[y]; I[z] = Math.imul(a << 16 >> 16, b << 16 >> 16) + Math.imul(a >> 16, b >> 16); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4ExtmulLowI16x8S: a = I[x]; b = I[y]; c = I[x + 1 | 0]; e = I[y + 1 | 0]; I[z] = Math.imul(a << 16 >> 16, b << 16 >> 16); I[z + 1 | 0] = Math.imul(a >> 16, b >> 16); I[z + 2 | 0] = Math.imul(c << 16 >> 16, e << 16 >> 16); I[z + 3 | 0] = Math.imul(c >> 16, e >> 16); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4ExtmulLowI16x8U: a = I[x]; b = I[y]; c = I[x + 1 | 0]; e = I[y + 1 | 0]; I[z] = Math.imul(a & 0xffff, b & 0xffff); I[z + 1 | 0] = Math.imul(a >>> 16, b >>> 16); I[z + 2 | 0] = Math.imul(c & 0xffff, e & 0xffff); I[z + 3 | 0] = Math.imul(c >>> 16, e >>> 16); pc = pc + 4 | 0; continue;
        case VectorOp.I64x2Abs: w = z + 4 | 0; do { a = I[x]; c = I[x + 1 | 0]; n = c >> 31; a = (a ^ n) - n | 0; I[z] = a; I[z + 1 | 0] = (c ^ n) + (a === 0 ? n & 1 : 0) | 0; x = x + 2 | 0; z = z + 2 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.I64x2Neg: w = z + 4 | 0; do { a = I[x]; c = I[x + 1 | 0]; I[z] = -a | 0; I[z + 1 | 0] = ~c + (a === 0 ? 1 : 0) | 0; x = x + 2 | 0; z = z + 2 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.I64x2AllTrue: I[z] = (I[x] | I[x + 1 | 0]) !== 0 && (I[x + 2 | 0] | I[x + 3 | 0]) !== 0 ? 1 : 0; pc = pc + 3 | 0; continue;
        case VectorOp.I64x2Bitmask: I[z] = I[x + 1 | 0] >>> 31 | I[x + 3 | 0] >>> 30 & 2; pc = pc + 3 | 0; continue;
        case VectorOp.I64x2ExtendLowI32x4S: a = I[x]; b = I[x + 1 | 0]; I[z] = a; I[z + 1 | 0] = a >> 31; I[z + 2 | 0] = b; I[z + 3 | 0] = b >> 31; pc = pc + 3 | 0; continue;
        case VectorOp.I64x2ExtendLowI32x4U: a = I[x]; b = I[x + 1 | 0]; I[z] = a; I[z + 1 | 0] = 0; I[z + 2 | 0] = b; I[z + 3 | 0] = 0; pc = pc + 3 | 0; continue;
        case VectorOp.I64x2Shl: n = I[y] & 63; w = z + 4 | 0; do { a = I[x]; c = I[x + 1 | 0]; I[z] = n < 32 ? a << n : 0; I[z + 1 | 0] = n < 32 ? c << n | a >>> 1 >>> (31 - n) : a << n; x = x + 2 | 0; z = z + 2 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I64x2ShrS: n = I[y] & 63; w = z + 4 | 0; do { a = I[x]; c = I[x + 1 | 0]; I[z] = n < 32 ? a >>> n | c << 1 << (31 - n) : c >> n; I[z + 1 | 0] = n < 32 ? c >> n : c >> 31; x = x + 2 | 0; z = z + 2 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I64x2ShrU: n = I[y] & 63; w = z + 4 | 0; do { a = I[x]; c = I[x + 1 | 0]; I[z] = n < 32 ? a >>> n | c << 1 << (31 - n) : c >>> n; I[z + 1 | 0] = n < 32 ? c >>> n : 0; x = x + 2 | 0; z = z + 2 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I64x2Add: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = I[x + 1 | 0]; e = I[y + 1 | 0]; n = a + b | 0; I[z] = n; I[z + 1 | 0] = c + e + ((a & b | (a | b) & ~n) >>> 31) | 0; x = x + 2 | 0; y = y + 2 | 0; z = z + 2 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I64x2Sub: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = I[x + 1 | 0]; e = I[y + 1 | 0]; n = a - b | 0; I[z] = n; I[z + 1 | 0] = c - e - ((~a & b | (~a | b) & n) >>> 31) | 0; x = x + 2 | 0; y = y + 2 | 0; z = z + 2 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I64x2Mul: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = I[x + 1 | 0]; e = I[y + 1 | 0]; n = Math.imul(a, b); I[z] = n; I[z + 1 | 0] = (Math.floor((a * b - (n >>> 0)) * 2.3283064365386963e-10 + 0.5) | 0) + Math.imul(c + (a >>> 31) | 0, b) + Math.imul(a, e + (b >>> 31) | 0) | 0; x = x + 2 | 0; y = y + 2 | 0; z = z + 2 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I64x2Eq: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = I[x + 1 | 0]; e = I[y + 1 | 0]; n = -((a ^ b | c ^ e) === 0) | 0; I[z] = n; I[z + 1 | 0] = n; x = x + 2 | 0; y = y + 2 | 0; z = z + 2 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I64x2LtS: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = I[x + 1 | 0]; e = I[y + 1 | 0]; n = (~a & b | ~(a ^ b) & a - b) >>> 31; n = (c & ~e | ~(c ^ e) & c - e - n) >> 31; I[z] = n; I[z + 1 | 0] = n; x = x + 2 | 0; y = y + 2 | 0; z = z + 2 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I64x2ExtmulLowI32x4S: a = I[x]; b = I[y]; c = I[x + 1 | 0]; e = I[y + 1 | 0]; n = Math.imul(a, b); I[z] = n; I[z + 1 | 0] = (Math.floor((a * b - (n >>> 0)) * 2.3283064365386963e-10 + 0.5) | 0); n = Math.imul(c, e); I[z + 2 | 0] = n; I[z + 3 | 0] = (Math.floor((c * e - (n >>> 0)) * 2.3283064365386963e-10 + 0.5) | 0); pc = pc + 4 | 0; continue;
        case VectorOp.I64x2ExtmulLowI32x4U: a = I[x]; b = I[y]; c = I[x + 1 | 0]; e = I[y + 1 | 0]; n = Math.imul(a, b); I[z] = n; I[z + 1 | 0] = (Math.floor((a * b - (n >>> 0)) * 2.3283064365386963e-10 + 0.5) | 0) + (a >> 31 & b) + (b >> 31 & a) | 0; n = Math.imul(c, e); I[z + 2 | 0] = n; I[z + 3 | 0] = (Math.floor((c * e - (n >>> 0)) * 2.3283064365386963e-10 + 0.5) | 0) + (c >> 31 & e) + (e >> 31 & c) | 0; pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Abs: I[z] = I[x] & 0x7fffffff; I[z + 1 | 0] = I[x + 1 | 0] & 0x7fffffff; I[z + 2 | 0] = I[x + 2 | 0] & 0x7fffffff; I[z + 3 | 0] = I[x + 3 | 0] & 0x7fffffff; pc = pc + 3 | 0; continue;
        case VectorOp.F32x4Neg: I[z] = I[x] ^ -2147483648; I[z + 1 | 0] = I[x + 1 | 0] ^ -2147483648; I[z + 2 | 0] = I[x + 2 | 0] ^ -2147483648; I[z + 3 | 0] = I[x + 3 | 0] ^ -2147483648; pc = pc + 3 | 0; continue;
        case VectorOp.F32x4Sqrt: F[z] = Math.sqrt(F[x]); F[z + 1 | 0] = Math.sqrt(F[x + 1 | 0]); F[z + 2 | 0] = Math.sqrt(F[x + 2 | 0]); F[z + 3 | 0] = Math.sqrt(F[x + 3 | 0]); pc = pc + 3 | 0; continue;
        case VectorOp.F32x4Add: F[z] = F[x] + F[y]; F[z + 1 | 0] = F[x + 1 | 0] + F[y + 1 | 0]; F[z + 2 | 0] = F[x + 2 | 0] + F[y + 2 | 0]; F[z + 3 | 0] = F[x + 3 | 0] + F[y + 3 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Sub: F[z] = F[x] - F[y]; F[z + 1 | 0] = F[x + 1 | 0] - F[y + 1 | 0]; F[z + 2 | 0] = F[x + 2 | 0] - F[y + 2 | 0]; F[z + 3 | 0] = F[x + 3 | 0] - F[y + 3 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Mul: F[z] = F[x] * F[y]; F[z + 1 | 0] = F[x + 1 | 0] * F[y + 1 | 0]; F[z + 2 | 0] = F[x + 2 | 0] * F[y + 2 | 0]; F[z + 3 | 0] = F[x + 3 | 0] * F[y + 3 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Div: F[z] = F[x] / F[y]; F[z + 1 | 0] = F[x + 1 | 0] / F[y + 1 | 0]; F[z + 2 | 0] = F[x + 2 | 0] / F[y + 2 | 0]; F[z + 3 | 0] = F[x + 3 | 0] / F[y + 3 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Min: w = z + 4 | 0; do { f = F[x]; g = F[y]; h = Math.min(f, g); F[z] = h === h ? h : f + g; x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Max: w = z + 4 | 0; do { f = F[x]; g = F[y]; h = Math.max(f, g); F[z] = h === h ? h : f + g; x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Pmin: w = z + 4 | 0; do { a = I[x]; b = I[y]; I[z] = a ^ (a ^ b) & -(F[y] < F[x]); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.F32x4Pmax: w = z + 4 | 0; do { a = I[x]; b = I[y]; I[z] = a ^ (a ^ b) & -(F[x] < F[y]); x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Abs: w = z + 4 | 0; do { a = I[x]; c = I[x + 1 | 0]; I[z] = a; I[z + 1 | 0] = c & 0x7fffffff; x = x + 2 | 0; z = z + 2 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.F64x2Neg: w = z + 4 | 0; do { a = I[x]; c = I[x + 1 | 0]; I[z] = a; I[z + 1 | 0] = c ^ -2147483648; x = x + 2 | 0; z = z + 2 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.F64x2Sqrt: x = x >> 1; z = z >> 1; D[z] = Math.sqrt(D[x]); D[z + 1 | 0] = Math.sqrt(D[x + 1 | 0]); pc = pc + 3 | 0; continue;
        case VectorOp.F64x2Add: x = x >> 1; y = y >> 1; z = z >> 1; D[z] = D[x] + D[y]; D[z + 1 | 0] = D[x + 1 | 0] + D[y + 1 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Sub: x = x >> 1; y = y >> 1; z = z >> 1; D[z] = D[x] - D[y]; D[z + 1 | 0] = D[x + 1 | 0] - D[y + 1 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Mul: x = x >> 1; y = y >> 1; z = z >> 1; D[z] = D[x] * D[y]; D[z + 1 | 0] = D[x + 1 | 0] * D[y + 1 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Div: x = x >> 1; y = y >> 1; z = z >> 1; D[z] = D[x] / D[y]; D[z + 1 | 0] = D[x + 1 | 0] / D[y + 1 | 0]; pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Min: x = x >> 1; y = y >> 1; z = z >> 1; w = z + 2 | 0; do { f = D[x]; g = D[y]; h = Math.min(f, g); D[z] = h === h ? h : f + g; x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Max: x = x >> 1; y = y >> 1; z = z >> 1; w = z + 2 | 0; do { f = D[x]; g = D[y]; h = Math.max(f, g); D[z] = h === h ? h : f + g; x = x + 1 | 0; y = y + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Pmin: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = I[x + 1 | 0]; e = I[y + 1 | 0]; n = -(D[y >> 1] < D[x >> 1]) | 0; I[z] = a ^ (a ^ b) & n; I[z + 1 | 0] = c ^ (c ^ e) & n; x = x + 2 | 0; y = y + 2 | 0; z = z + 2 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.F64x2Pmax: w = z + 4 | 0; do { a = I[x]; b = I[y]; c = I[x + 1 | 0]; e = I[y + 1 | 0]; n = -(D[x >> 1] < D[y >> 1]) | 0; I[z] = a ^ (a ^ b) & n; I[z + 1 | 0] = c ^ (c ^ e) & n; x = x + 2 | 0; y = y + 2 | 0; z = z + 2 | 0; } while (z < w); pc = pc + 4 | 0; continue;
        case VectorOp.I32x4TruncSatF32x4S: w = z + 4 | 0; do { f = F[x]; I[z] = f >= 2147483647 ? 2147483647 : f <= -2147483648 ? -2147483648 : f | 0; x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.I32x4TruncSatF32x4U: w = z + 4 | 0; do { f = F[x]; I[z] = f >= 4294967295 ? -1 : f > 0 ? f | 0 : 0; x = x + 1 | 0; z = z + 1 | 0; } while (z < w); pc = pc + 3 | 0; continue;
        case VectorOp.F32x4ConvertI32x4S: F[z] = I[x]; F[z + 1 | 0] = I[x + 1 | 0]; F[z + 2 | 0] = I[x + 2 | 0]; F[z + 3 | 0] = I[x + 3 | 0]; pc = pc + 3 | 0; continue;
        case VectorOp.F32x4ConvertI32x4U: F[z] = I[x] >>> 0; F[z + 1 | 0] = I[x + 1 | 0] >>> 0; F[z + 2 | 0] = I[x + 2 | 0] >>> 0; F[z + 3 | 0] = I[x + 3 | 0] >>> 0; pc = pc + 3 | 0; continue;
        case VectorOp.I32x4TruncSatF64x2SZero: x = x >> 1; f = D[x]; a = f >= 2147483647 ? 2147483647 : f <= -2147483648 ? -2147483648 : f | 0; f = D[x + 1 | 0]; b = f >= 2147483647 ? 2147483647 : f <= -2147483648 ? -2147483648 : f | 0; I[z] = a; I[z + 1 | 0] = b; I[z + 2 | 0] = 0; I[z + 3 | 0] = 0; pc = pc + 3 | 0; continue;
        case VectorOp.I32x4TruncSatF64x2UZero: x = x >> 1; f = D[x]; a = f >= 4294967295 ? -1 : f > 0 ? f | 0 : 0; f = D[x + 1 | 0]; b = f >= 4294967295 ? -1 : f > 0 ? f | 0 : 0; I[z] = a; I[z + 1 | 0] = b; I[z + 2 | 0] = 0; I[z + 3 | 0] = 0; pc = pc + 3 | 0; continue;
        case VectorOp.F64x2ConvertLowI32x4S: z = z >> 1; a = I[x]; b = I[x + 1 | 0]; D[z] = a; D[z + 1 | 0] = b; pc = pc + 3 | 0; continue;
        case VectorOp.F64x2ConvertLowI32x4U: z = z >> 1; a = I[x]; b = I[x + 1 | 0]; D[z] = a >>> 0; D[z + 1 | 0] = b >>> 0; pc = pc + 3 | 0; continue;

        // Scalars that `execute` leaves
        case VectorOp.I32Popcnt: x = I[fp + code[pc + 2 | 0] | 0]; x = x - (x >>> 1 & 0x55555555) | 0; x = (x & 0x33333333) + (x >>> 2 & 0x33333333) | 0; I[fp + code[pc + 1 | 0] | 0] = Math.imul(x + (x >>> 4) & 0x0f0f0f0f, 0x01010101) >>> 24; pc = pc + 3 | 0; continue;

        // Fused
        case VectorOp.AddImmV128Load: x = I[x] + code[pc + 3 | 0] | 0; ea = x + code[pc + 4 | 0] | 0; if ((x | ea) < 0 || ea > (limit - 16 | 0)) break exit; I[z] = mem.getInt32(ea, true); I[z + 1 | 0] = mem.getInt32(ea + 4 | 0, true); I[z + 2 | 0] = mem.getInt32(ea + 8 | 0, true); I[z + 3 | 0] = mem.getInt32(ea + 12 | 0, true); pc = pc + 5 | 0; continue;
        case VectorOp.AddImmV128Store: x = I[z] + code[pc + 2 | 0] | 0; ea = x + code[pc + 4 | 0] | 0; if ((x | ea) < 0 || ea > (limit - 16 | 0)) break exit; mem.setInt32(ea, I[y], true); mem.setInt32(ea + 4 | 0, I[y + 1 | 0], true); mem.setInt32(ea + 8 | 0, I[y + 2 | 0], true); mem.setInt32(ea + 12 | 0, I[y + 3 | 0], true); pc = pc + 5 | 0; continue;
        case VectorOp.I32x4Shuffle: a = I[x]; b = I[y]; c = I[fp + code[pc + 4 | 0] | 0]; e = I[fp + code[pc + 5 | 0] | 0]; I[z] = a; I[z + 1 | 0] = b; I[z + 2 | 0] = c; I[z + 3 | 0] = e; pc = pc + 6 | 0; continue;
        case VectorOp.I32x4ShlOrShrU: n = I[y]; e = I[fp + code[pc + 4 | 0] | 0]; I[z] = I[x] << n | I[x] >>> e; I[z + 1 | 0] = I[x + 1 | 0] << n | I[x + 1 | 0] >>> e; I[z + 2 | 0] = I[x + 2 | 0] << n | I[x + 2 | 0] >>> e; I[z + 3 | 0] = I[x + 3 | 0] << n | I[x + 3 | 0] >>> e; pc = pc + 5 | 0; continue;
        case VectorOp.F64x2MulAdd: n = fp + code[pc + 4 | 0] >> 1; x = x >> 1; y = y >> 1; z = z >> 1; D[z] = D[x] * D[y] + D[n]; D[z + 1 | 0] = D[x + 1 | 0] * D[y + 1 | 0] + D[n + 1 | 0]; pc = pc + 5 | 0; continue;
        case VectorOp.F32x4MulAdd: n = fp + code[pc + 4 | 0] | 0; F[z] = Math.fround(F[x] * F[y]) + F[n]; F[z + 1 | 0] = Math.fround(F[x + 1 | 0] * F[y + 1 | 0]) + F[n + 1 | 0]; F[z + 2 | 0] = Math.fround(F[x + 2 | 0] * F[y + 2 | 0]) + F[n + 2 | 0]; F[z + 3 | 0] = Math.fround(F[x + 3 | 0] * F[y + 3 | 0]) + F[n + 3 | 0]; pc = pc + 5 | 0; continue;
        case VectorOp.F32x4SubAdd: n = fp + code[pc + 4 | 0] | 0; F[z] = Math.fround(F[x] - F[y]) + F[n]; F[z + 1 | 0] = Math.fround(F[x + 1 | 0] - F[y + 1 | 0]) + F[n + 1 | 0]; F[z + 2 | 0] = Math.fround(F[x + 2 | 0] - F[y + 2 | 0]) + F[n + 2 | 0]; F[z + 3 | 0] = Math.fround(F[x + 3 | 0] - F[y + 3 | 0]) + F[n + 3 | 0]; pc = pc + 5 | 0; continue;
        case VectorOp.BrAnyTrue: if ((I[z] | I[z + 1 | 0] | I[z + 2 | 0] | I[z + 3 | 0]) !== 0) { pc = code[pc + 2 | 0]; break; } pc = pc + 3 | 0; continue;
        case VectorOp.BrAnyTrueZ: if ((I[z] | I[z + 1 | 0] | I[z + 2 | 0] | I[z + 3 | 0]) === 0) { pc = code[pc + 2 | 0]; break; } pc = pc + 3 | 0; continue;
        default: break exit;
      }
      // Every taken branch comes by here.
      if ((I[0] = I[0] - 1 | 0) < 0) break exit;
    }
    return pc;
  };
}
