/**
 * The interpreter's core: the register file, the code arena and the loop that
 * runs the register IR. `makeCore` is called once per realm: its constants
 * then look constant to the optimiser, which embeds base and length of every
 * view as immediates.
 *
 * `execute` runs until there is something that it does not do itself, and
 * leaves with pc and fp in the register file: a cold instruction, a trap, a
 * call that leaves the instance (all told by the op at pc), or an interruption
 * (told by a negative counter; then nothing of the op at pc has been done).
 *
 * Rules inside the loop: nothing is called, every integer is an int32, floats
 * and i64 are moved as words (a float view may quiet a NaN, so f64.load does
 * such a one over), case labels are literals, `limit` is never compared as it
 * is (docs/rationale.md, «the head of the loop»). Every op reads its operands
 * before it writes its result. The operand words of each op are listed in ir.ts.
 */

import { makeExecuteVectors } from "./exec_simd.ts";
import type {
  Execute,
  Imports,
  Machine,
  ModuleInstance,
  Ref,
} from "./store.ts";

/**
 * The instructions of the register IR. Those up to `FirstCold` are cases of
 * the loop; those from there on are run by a handler outside (cold.ts), and
 * those from `FirstRow` on are the rows of the cold instruction tables.
 */
// deno-fmt-ignore
export const enum Op {
  // Copies and constants
  Copy32 = 0,
  Copy64 = 1,
  Copy128 = 2,
  CopyRef = 3,
  Copy32Copy32 = 4,
  Copy64Copy64 = 5,
  Const32 = 6,
  Const64 = 7,
  Zero = 8,
  Select32 = 9,
  Select64 = 10,
  // Branches
  Fuel = 11,
  Br = 12,
  BrIf = 13,
  BrIfZ = 14,
  BrTable = 15,
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
  BrAndImm = 28,
  BrAndImmZ = 29,
  BrLoad8U = 30,
  AddImmBrIf = 31,
  AddImmBrNe = 32,
  AddImmBrLtU = 33,
  AddImmBrNeImm = 34,
  AddImmBrLtUImm = 35,
  AddBrLtUImm = 36,
  BrIf64 = 37,
  BrIfZ64 = 38,
  BrEq64 = 39,
  BrNe64 = 40,
  BrLtS64 = 41,
  BrLtU64 = 42,
  BrLeS64 = 43,
  BrLeU64 = 44,
  BrEqF64 = 45,
  BrNeF64 = 46,
  BrLtF64 = 47,
  BrLeF64 = 48,
  BrNltF64 = 49,
  BrNleF64 = 50,
  // Calls
  Call = 51,
  CallIndirect = 52,
  ReturnCall = 53,
  Return = 54,
  ReturnCopy32 = 55,
  ReturnCopy64 = 56,
  // Globals that the module defines
  GlobalGet32 = 57,
  GlobalGet64 = 58,
  GlobalSet32 = 59,
  GlobalSet64 = 60,
  // Globals that it imports
  ImportedGlobalGet32 = 61,
  ImportedGlobalSet32 = 62,
  // Memory 0
  Load32 = 63,
  Load8S = 64,
  Load8U = 65,
  Load16S = 66,
  Load16U = 67,
  Load64 = 68,
  LoadF64 = 69,
  AddLoad8U = 70,
  AddImmLoad32 = 71,
  AddImmLoad8U = 72,
  AddImmLoad8S = 73,
  AddImmLoad16U = 74,
  AddImmLoad64 = 75,
  AddImmLoadF64 = 76,
  ShlImmLoad32 = 77,
  ShlImmAddLoad32 = 78,
  ShlImmAddLoad64 = 79,
  ShlImmAddLoadF64 = 80,
  Load32F32MulAdd = 81,
  AddImmLoad32F32MulAdd = 82,
  LoadF64F64Add = 83,
  LoadF64F64Mul = 84,
  Store32 = 85,
  Store8 = 86,
  Store16 = 87,
  Store64 = 88,
  Store32Imm = 89,
  Store8Imm = 90,
  AddImmStore32 = 91,
  AddImmStore8 = 92,
  AddImmStore16 = 93,
  AddImmStore64 = 94,
  AddImmStore32Imm = 95,
  AddImmStore8Imm = 96,
  // i32
  I32Eq = 97,
  I32Ne = 98,
  I32LtS = 99,
  I32LtU = 100,
  I32LeS = 101,
  I32LeU = 102,
  I32EqImm = 103,
  I32NeImm = 104,
  I32LtSImm = 105,
  I32LtUImm = 106,
  I32GtSImm = 107,
  I32GtUImm = 108,
  I32Clz = 109,
  I32Ctz = 110,
  I32Add = 111,
  I32Sub = 112,
  I32Mul = 113,
  I32DivS = 114,
  I32DivU = 115,
  I32RemS = 116,
  I32RemU = 117,
  I32And = 118,
  I32Or = 119,
  I32Xor = 120,
  I32Shl = 121,
  I32ShrS = 122,
  I32ShrU = 123,
  I32Rotl = 124,
  I32Rotr = 125,
  I32AddImm = 126,
  I32MulImm = 127,
  I32AndImm = 128,
  I32OrImm = 129,
  I32XorImm = 130,
  I32ShlImm = 131,
  I32ShrSImm = 132,
  I32ShrUImm = 133,
  I32RotlImm = 134,
  I32Extend8S = 135,
  I32Extend16S = 136,
  I32ShlImmAdd = 137,
  I32AddAddImm = 138,
  I32XorRotlImm = 139,
  I32RotlImmXor = 140,
  I32ShrUImmXor = 141,
  I32ShrUImmAndImm = 142,
  I32AddImmAddImm = 143,
  I32AddImmCopy32 = 144,
  Copy32I32AddImm = 145,
  I32EqImmAdd = 146,
  I32ShlImmXor = 147,
  I32XorAnd = 148,
  I32XorAdd = 149,
  I32AndXor = 150,
  // i64
  I64Eqz = 151,
  I64Eq = 152,
  I64Ne = 153,
  I64LtS = 154,
  I64LtU = 155,
  I64LeS = 156,
  I64LeU = 157,
  I64Add = 158,
  I64Sub = 159,
  I64Mul = 160,
  I64And = 161,
  I64Or = 162,
  I64Xor = 163,
  I64Shl = 164,
  I64ShrS = 165,
  I64ShrU = 166,
  I64Rotl = 167,
  I64Rotr = 168,
  I64AddImm = 169,
  I64AndImm = 170,
  I64ShlImm = 171,
  I64ShlImm32 = 172,
  I64ShrSImm = 173,
  I64ShrSImm32 = 174,
  I64ShrUImm = 175,
  I64ShrUImm32 = 176,
  I64RotlImm = 177,
  I64RotlImm32 = 178,
  I64XorRotlImm = 179,
  I64XorRotlImm32 = 180,
  I64RotlImmXor = 181,
  I64RotlImm32Xor = 182,
  I64ShlImmXor = 183,
  I64ShrUImmXor = 184,
  I64AddAdd = 185,
  I64MulU32 = 186,
  I64AddU32 = 187,
  I64OrU32 = 188,
  I64XorU32 = 189,
  I64MulU32AddU32 = 190,
  I64ExtendI32S = 191,
  I64ExtendI32U = 192,
  I64Extend8S = 193,
  I64Extend16S = 194,
  // f32
  F32Eq = 195,
  F32Ne = 196,
  F32Lt = 197,
  F32Le = 198,
  F32Abs = 199,
  F32Neg = 200,
  F32Sqrt = 201,
  F32Add = 202,
  F32Sub = 203,
  F32Mul = 204,
  F32Div = 205,
  F32MulAdd = 206,
  F32ConvertI32S = 207,
  F32ConvertI32U = 208,
  F32DemoteF64 = 209,
  // f64
  F64Eq = 210,
  F64Ne = 211,
  F64Lt = 212,
  F64Le = 213,
  F64Abs = 214,
  F64Neg = 215,
  F64Sqrt = 216,
  F64Add = 217,
  F64Sub = 218,
  F64Mul = 219,
  F64Div = 220,
  F64MulAdd = 221,
  F64MulSub = 222,
  F64MulRsub = 223,
  F64MulMul = 224,
  F64AddMul = 225,
  F64SubAdd = 226,
  F64ConvertI32S = 227,
  F64ConvertI32U = 228,
  F64PromoteF32 = 229,
  I32TruncF64S = 230,
  // Where results have the canonical NaN only
  F32Canon = 231,
  F64Canon = 232,
  // What programs use less
  I32Popcnt = 233,
  I64Clz = 234,
  I64Ctz = 235,
  I64DivS = 236,
  I64DivU = 237,
  I64RemS = 238,
  I64RemU = 239,
  F64Floor = 240,
  F64ConvertI64S = 241,
  I32TruncSatF64S = 242,
  I64Popcnt = 243,
  F32Ceil = 244,
  F32Floor = 245,
  F32Trunc = 246,
  F32Nearest = 247,
  F32Min = 248,
  F32Max = 249,
  F32Copysign = 250,
  F64Ceil = 251,
  F64Trunc = 252,
  F64Nearest = 253,
  F64Min = 254,
  F64Max = 255,
  F64Copysign = 256,
  F64ConvertI64U = 257,
  I32TruncF32S = 258,
  I32TruncSatF32S = 259,
  I32TruncF32U = 260,
  I32TruncSatF32U = 261,
  I32TruncF64U = 262,
  I32TruncSatF64U = 263,
  I64TruncF64S = 264,
  I64TruncSatF64S = 265,
  MemoryCopy = 266,
  MemoryFill = 267,
  /** Two ops at once, see peephole.ts. */
  FirstJoined = 268,
  Load8UThenStore8ThenI32AddImmAddImmThenAddImmBrIf = 268,
  I32AddImmAddImmThenLoad8UThenStore8ThenAddImmBrIf = 269,
  I32AddImmThenBrIf = 270,
  I32AddImmThenBrLeU = 271,
  I32AddImmThenBrTable = 272,
  I32AddImmThenGlobalSet32 = 273,
  I32AddImmThenLoad32 = 274,
  I32AddImmThenLoad8U = 275,
  I32AddImmThenI32AndImm = 276,
  I32AddImmAddImmThenAddImmBrIf = 277,
  I32AddImmAddImmThenAddImmBrNe = 278,
  I32AddImmCopy32ThenBrIf = 279,
  Const32ThenBr = 280,
  Const32ThenI32AddImm = 281,
  Load32ThenI32Add = 282,
  Load32ThenI32AddImm = 283,
  Load32ThenLoad32 = 284,
  Load8UThenLoad8U = 285,
  Load8UThenStore8 = 286,
  AddImmLoad8UThenAddImmLoad8U = 287,
  AddImmLoad8UThenI32EqImmAdd = 288,
  AddImmStore8ImmThenAddBrLtUImm = 289,
  I32AddThenI32Add = 290,
  I32AddThenI32XorRotlImm = 291,
  I32AddThenReturn = 292,
  I32XorThenI32AndImm = 293,
  I32ShlImmThenI32AddImm = 294,
  I64ExtendI32UThenI64ExtendI32U = 295,
  I64XorThenI64And = 296,
  I64XorThenI64Xor = 297,
  I64ShrUImmXorThenI64ShlImmXor = 298,
  F32MulThenF32Add = 299,
  F32SubThenF32Add = 300,
  F64MulThenF64Add = 301,
  F64AddMulThenF64Add = 302,
  FuelThenCopy32 = 303,
  FuelThenBrGtSImm = 304,
  FuelThenReturn = 305,
  FuelThenLoad32 = 306,
  FuelThenLoad8U = 307,
  FuelThenAddImmLoad8U = 308,
  FuelThenI32AddImm = 309,
  FuelThenI32AddImmAddImm = 310,
  I32AddImmThenBr = 311,

  FirstCold = 312,
  // What only a handler does
  Unreachable = 312,
  Exit = 313,
  ReturnInstance = 314,
  Translate = 315,
  CallImport = 316,
  CallTable = 317,
  CallRef = 318,
  ReturnCallImport = 319,
  ReturnCallTable = 320,
  ReturnCallRef = 321,
  CheckStack = 322,
  EnterRefs = 323,
  GlobalGet = 324,
  GlobalSet = 325,
  Select128 = 326,
  SelectRef = 327,
  RefNull = 328,
  RefFunc = 329,
  RefIsNull = 330,
  RefAsNonNull = 331,
  BrOnNull = 332,
  BrOnNonNull = 333,
  Enter = 334,
  Leave = 335,
  /** Loads and stores in any memory, at any offset (access.ts). */
  FirstAccess = 336,
  /** What the vector loop runs (exec_simd.ts). */
  FirstVector = 384,
  FirstRow = 576,
}

/**
 * Words at the bottom of the register file that the driver and loop share. 8 to
 * 11 are scratch for both loops, 12 and 13 the ops that end calls (arena.ts).
 */
export const enum Word {
  Counter,
  Pc,
  Fp,
  StackLimit,
  /** What is left of the fuel that was put here, see thread.ts. */
  Fuel,
  /** The first that frames may use. */
  StackStart = 16,
}

/** Makes the core. Called once per realm, by thread.ts. */
export function makeCore(stackWords: number, codeWords: number): Machine {
  const length = stackWords + codeWords;
  const buffer = new ArrayBuffer(length * 4 + 8);
  const I = new Int32Array(buffer, 0, length);
  // I1[r] is I[r + 1]. Where r is in bounds of one it is in bounds of the other,
  // so that the host tests once for two words: of an i64, or of an op.
  const I1 = new Int32Array(buffer, 4, length);
  const F = new Float32Array(buffer, 0, stackWords);
  const D = new Float64Array(buffer, 0, stackWords >> 1);
  const U8 = new Uint8Array(buffer);
  const R: Ref[] = [];
  const imports: Imports = { globals: [] };

  return {
    I,
    F,
    D,
    U8,
    R,
    code: I,
    imports,
    execute: makeExecute(I, I1, F, D, R, imports),
    executeVectors: makeExecuteVectors(I, I1, U8, F, D),
    // Set before anything runs.
    stackEnd: 0,
    instance: undefined as unknown as ModuleInstance,
    admit: () => false,
    crossings: [],
    top: Word.StackStart,
    next: 0,
    variant: 0,
    fuel: undefined,
    later: -1,
    progress: 0,
    host: undefined,
    hostAt: 0,
    probes: undefined,
    codeAt: () => undefined,
  };
}

/**
 * Binds the loop to its views. They are copied into locals of each run: V8
 * then knows them as constants when it compiles the accesses, and embeds base
 * and length (3.0 ns per op without, 1.8 with; see docs/rationale.md).
 *
 * `code` and `code1` are `I` and `I1` by the names of what is read: word 1 of
 * the op at pc is `code1[pc]`, word 3 `code1[pc + 2]`. The few cases that need
 * the op, or word 1 as it stands, read these by another expression than the head
 * of the loop: a host would keep the value for them, and store it for every op.
 */
function makeExecute(
  registers: Int32Array,
  highWords: Int32Array,
  floats: Float32Array,
  doubles: Float64Array,
  references: Ref[],
  imports: Imports,
): Execute {
  return function execute(pc, fp, mem, limit, table, globals, id) {
    const I = registers, I1 = highWords, F = floats, D = doubles;
    const code = registers, code1 = highWords;
    let a = 0,
      b = 0,
      x = 0,
      y = 0,
      z = 0,
      w = 0,
      lo = 0,
      hi = 0,
      offset = 0,
      ea = 0,
      f = 0,
      g = 0;
    // Without these the loop's variables are tagged on V8.
    pc = pc | 0;
    fp = fp | 0;
    limit = limit | 0;
    id = id | 0;
    // So that SpiderMonkey need not ask again in the loop what these are.
    x = I[0] | I1[0];
    f = F[0] + D[0];
    // Only the innermost loop goes round: V8 compiles loops that deep where they
    // run (on-stack replacement) six times later, see docs/rationale.md.
    // deno-fmt-ignore
    exit: for (x = 0;;) for (x = 0;;) for (x = 0;;) for (x = 0;;) for (x = 0;;) for (;;) {
      // The registers that the first two operands name, as those of most ops do.
      a = fp + code1[pc] | 0;
      b = fp + code[pc + 2 | 0] | 0;
      switch (code[pc]) {
        // Copies and constants
        case Op.Copy32: I[a] = I[b]; pc = pc + 3 | 0; continue;
        case Op.Copy64: lo = I[b]; hi = I1[b]; I[a] = lo; I1[a] = hi; pc = pc + 3 | 0; continue;
        case Op.Copy128: lo = I[b]; hi = I1[b]; z = I[b + 2 | 0]; w = I1[b + 2 | 0]; I[a] = lo; I1[a] = hi; I[a + 2 | 0] = z; I1[a + 2 | 0] = w; pc = pc + 3 | 0; continue;
        // Not by a local: V8 would hold it in a machine register all the time.
        case Op.CopyRef: references[a >> 1] = references[b >> 1]; pc = pc + 3 | 0; continue;
        case Op.Copy32Copy32: I[a] = I[b]; I[fp + code1[pc + 2 | 0] | 0] = I[fp + code[pc + 4 | 0] | 0]; pc = pc + 5 | 0; continue;
        case Op.Copy64Copy64: lo = I[b]; hi = I1[b]; I[a] = lo; I1[a] = hi; x = fp + code[pc + 4 | 0] | 0; lo = I[x]; hi = I1[x]; x = fp + code1[pc + 2 | 0] | 0; I[x] = lo; I1[x] = hi; pc = pc + 5 | 0; continue;
        case Op.Const32: I[a] = code[pc + 2 | 0]; pc = pc + 3 | 0; continue;
        case Op.Const64: I[a] = code[pc + 2 | 0]; I1[a] = code1[pc + 2 | 0]; pc = pc + 4 | 0; continue;
        case Op.Zero: x = a; y = x + code[pc + 2 | 0] | 0; while (x < y) { I[x] = 0; x = x + 1 | 0; } pc = pc + 3 | 0; continue;
        case Op.Select32: x = b; if (I[fp + code[pc + 4 | 0] | 0] === 0) x = fp + code1[pc + 2 | 0] | 0; I[a] = I[x]; pc = pc + 5 | 0; continue;
        case Op.Select64: x = b; if (I[fp + code[pc + 4 | 0] | 0] === 0) x = fp + code1[pc + 2 | 0] | 0; lo = I[x]; hi = I1[x]; x = a; I[x] = lo; I1[x] = hi; pc = pc + 5 | 0; continue;

        // Branches
        case Op.Fuel: x = I[4] - code[pc + 1 | 0] | 0; if (x < 0) break exit; I[4] = x; pc = pc + 2 | 0; continue;
        case Op.Br: pc = code[pc + 1 | 0]; break;
        case Op.BrIf: if (I[a] !== 0) { pc = code[pc + 2 | 0]; break; } pc = pc + 3 | 0; continue;
        case Op.BrIfZ: if (I[a] === 0) { pc = code[pc + 2 | 0]; break; } pc = pc + 3 | 0; continue;
        case Op.BrTable: x = I[a]; y = code[pc + 2 | 0]; z = code[y]; pc = code[y + 1 + ((x >>> 0) < (z >>> 0) ? x : z) | 0]; break;
        case Op.BrEq: if (I[a] === I[b]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrNe: if (I[a] !== I[b]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrLtS: if (I[a] < I[b]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrLtU: if ((I[a] >>> 0) < (I[b] >>> 0)) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrLeS: if (I[a] <= I[b]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrLeU: if ((I[a] >>> 0) <= (I[b] >>> 0)) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrEqImm: if (I[a] === code[pc + 2 | 0]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrNeImm: if (I[a] !== code[pc + 2 | 0]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrLtSImm: if (I[a] < code[pc + 2 | 0]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrLtUImm: if ((I[a] >>> 0) < (code[pc + 2 | 0] >>> 0)) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrGtSImm: if (I[a] > code[pc + 2 | 0]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrGtUImm: if ((I[a] >>> 0) > (code[pc + 2 | 0] >>> 0)) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrAndImm: if ((I[a] & code[pc + 2 | 0]) !== 0) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrAndImmZ: if ((I[a] & code[pc + 2 | 0]) === 0) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrLoad8U: x = I[a]; offset = code[pc + 2 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; if (mem.getUint8(ea) !== 0) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.AddImmBrIf: x = I[b] + code1[pc + 2 | 0] | 0; I[a] = x; if (x !== 0) { pc = code[pc + 4 | 0]; break; } pc = pc + 5 | 0; continue;
        case Op.AddImmBrNe: x = I[b] + code1[pc + 2 | 0] | 0; I[a] = x; if (x !== I[fp + code[pc + 4 | 0] | 0]) { pc = code1[pc + 4 | 0]; break; } pc = pc + 6 | 0; continue;
        case Op.AddImmBrLtU: x = I[b] + code1[pc + 2 | 0] | 0; I[a] = x; if ((x >>> 0) < (I[fp + code[pc + 4 | 0] | 0] >>> 0)) { pc = code1[pc + 4 | 0]; break; } pc = pc + 6 | 0; continue;
        case Op.AddImmBrNeImm: x = I[b] + code1[pc + 2 | 0] | 0; I[a] = x; if (x !== code[pc + 4 | 0]) { pc = code1[pc + 4 | 0]; break; } pc = pc + 6 | 0; continue;
        case Op.AddImmBrLtUImm: x = I[b] + code1[pc + 2 | 0] | 0; I[a] = x; if ((x >>> 0) < (code[pc + 4 | 0] >>> 0)) { pc = code1[pc + 4 | 0]; break; } pc = pc + 6 | 0; continue;
        case Op.AddBrLtUImm: x = I[b] + I[fp + code1[pc + 2 | 0] | 0] | 0; I[a] = x; if ((x >>> 0) < (code[pc + 4 | 0] >>> 0)) { pc = code1[pc + 4 | 0]; break; } pc = pc + 6 | 0; continue;
        case Op.BrIf64: if ((I[a] | I1[a]) !== 0) { pc = code[pc + 2 | 0]; break; } pc = pc + 3 | 0; continue;
        case Op.BrIfZ64: if ((I[a] | I1[a]) === 0) { pc = code[pc + 2 | 0]; break; } pc = pc + 3 | 0; continue;
        case Op.BrEq64: if (I[a] === I[b] && I1[a] === I1[b]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrNe64: if (I[a] !== I[b] || I1[a] !== I1[b]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrLtS64: z = I1[a]; w = I1[b]; if (z < w || z === w && (I[a] >>> 0) < (I[b] >>> 0)) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrLtU64: z = I1[a]; w = I1[b]; if ((z >>> 0) < (w >>> 0) || z === w && (I[a] >>> 0) < (I[b] >>> 0)) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrLeS64: z = I1[a]; w = I1[b]; if (z < w || z === w && (I[a] >>> 0) <= (I[b] >>> 0)) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrLeU64: z = I1[a]; w = I1[b]; if ((z >>> 0) < (w >>> 0) || z === w && (I[a] >>> 0) <= (I[b] >>> 0)) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrEqF64: if (D[a >> 1] === D[b >> 1]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrNeF64: if (D[a >> 1] !== D[b >> 1]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrLtF64: if (D[a >> 1] < D[b >> 1]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrLeF64: if (D[a >> 1] <= D[b >> 1]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrNltF64: if (!(D[a >> 1] < D[b >> 1])) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.BrNleF64: if (!(D[a >> 1] <= D[b >> 1])) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;

        // Calls
        case Op.Call: x = code[pc + 2 | 0]; y = fp + x | 0; if (y > I[3]) break exit; z = fp + code1[pc + 2 | 0] | 0; I[z] = pc + 4 | 0; I1[z] = x; pc = code[code[pc + 1 | 0]]; fp = y; break;
        case Op.CallIndirect: x = I[a]; if ((x >>> 0) >= (table.length >>> 1)) break exit; x = x << 1; y = table[x]; if (table[x + 1 | 0] !== id || code[y + 2 | 0] !== code[pc + 2 | 0]) break exit; x = code1[pc + 2 | 0]; w = fp + x | 0; if (w > I[3]) break exit; z = fp + code[pc + 4 | 0] | 0; I[z] = pc + 6 | 0; I1[z] = x; fp = w; pc = code[y + code1[pc + 4 | 0] | 0]; break;
        case Op.ReturnCall: x = fp + code[pc + 4 | 0] | 0; lo = I[x]; hi = I1[x]; x = fp; y = b; z = y + code1[pc + 2 | 0] | 0; while (y < z) { I[x] = I[y]; x = x + 1 | 0; y = y + 1 | 0; } x = fp + code1[pc + 4 | 0] | 0; I[x] = lo; I1[x] = hi; pc = code[code[pc + 1 | 0]]; break;
        case Op.Return: pc = I[a]; fp = fp - I1[a] | 0; continue;
        case Op.ReturnCopy32: I[fp] = I[a]; pc = I[b]; fp = fp - I1[b] | 0; continue;
        case Op.ReturnCopy64: lo = I[b]; hi = I1[b]; z = I[a]; w = I1[a]; I[fp] = z; I1[fp] = w; pc = lo; fp = fp - hi | 0; continue;

        // Globals that the module defines
        case Op.GlobalGet32: I[a] = globals[code[pc + 2 | 0]]; pc = pc + 3 | 0; continue;
        case Op.GlobalGet64: y = code[pc + 2 | 0]; I[a] = globals[y]; I1[a] = globals[y + 1 | 0]; pc = pc + 3 | 0; continue;
        case Op.GlobalSet32: globals[code[pc + 2 | 0]] = I[a]; pc = pc + 3 | 0; continue;
        case Op.GlobalSet64: y = code[pc + 2 | 0]; globals[y] = I[a]; globals[y + 1 | 0] = I1[a]; pc = pc + 3 | 0; continue;
        // Globals that it imports
        case Op.ImportedGlobalGet32: { const { words, index } = imports.globals[code[pc + 2 | 0]]; I[a] = words[index]; pc = pc + 3 | 0; continue; }
        case Op.ImportedGlobalSet32: { const { words, index } = imports.globals[code[pc + 2 | 0]]; words[index] = I[a]; pc = pc + 3 | 0; continue; }

        // Memory 0
        case Op.Load32: x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 4 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getInt32(ea, true); pc = pc + 4 | 0; continue;
        case Op.Load8S: x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getInt8(ea); pc = pc + 4 | 0; continue;
        case Op.Load8U: x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getUint8(ea); pc = pc + 4 | 0; continue;
        case Op.Load16S: x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 2 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getInt16(ea, true); pc = pc + 4 | 0; continue;
        case Op.Load16U: x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 2 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getUint16(ea, true); pc = pc + 4 | 0; continue;
        case Op.Load64: x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 8 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getInt32(ea, true); I1[a] = mem.getInt32(ea + 4 | 0, true); pc = pc + 4 | 0; continue;
        case Op.LoadF64: x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 8 | 0) - offset | 0)) break exit; ea = x + offset | 0; f = mem.getFloat64(ea, true); D[a >> 1] = f; if (f !== f) { I[a] = mem.getInt32(ea, true); I1[a] = mem.getInt32(ea + 4 | 0, true); } pc = pc + 4 | 0; continue;
        case Op.AddLoad8U: x = I[b] + I[fp + code1[pc + 2 | 0] | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getUint8(ea); pc = pc + 5 | 0; continue;
        case Op.AddImmLoad32: x = I[b] + code1[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 4 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getInt32(ea, true); pc = pc + 5 | 0; continue;
        case Op.AddImmLoad8U: x = I[b] + code1[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getUint8(ea); pc = pc + 5 | 0; continue;
        case Op.AddImmLoad8S: x = I[b] + code1[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getInt8(ea); pc = pc + 5 | 0; continue;
        case Op.AddImmLoad16U: x = I[b] + code1[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 2 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getUint16(ea, true); pc = pc + 5 | 0; continue;
        case Op.AddImmLoad64: x = I[b] + code1[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 8 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getInt32(ea, true); I1[a] = mem.getInt32(ea + 4 | 0, true); pc = pc + 5 | 0; continue;
        case Op.AddImmLoadF64: x = I[b] + code1[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 8 | 0) - offset | 0)) break exit; ea = x + offset | 0; f = mem.getFloat64(ea, true); D[a >> 1] = f; if (f !== f) { I[a] = mem.getInt32(ea, true); I1[a] = mem.getInt32(ea + 4 | 0, true); } pc = pc + 5 | 0; continue;
        case Op.ShlImmLoad32: x = I[b] << code1[pc + 2 | 0]; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 4 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getInt32(ea, true); pc = pc + 5 | 0; continue;
        case Op.ShlImmAddLoad32: x = (I[b] << code1[pc + 2 | 0]) + I[fp + code[pc + 4 | 0] | 0] | 0; offset = code1[pc + 4 | 0]; if (x < 0 || x > ((limit - 4 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getInt32(ea, true); pc = pc + 6 | 0; continue;
        case Op.ShlImmAddLoad64: x = (I[b] << code1[pc + 2 | 0]) + I[fp + code[pc + 4 | 0] | 0] | 0; offset = code1[pc + 4 | 0]; if (x < 0 || x > ((limit - 8 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getInt32(ea, true); I1[a] = mem.getInt32(ea + 4 | 0, true); pc = pc + 6 | 0; continue;
        case Op.ShlImmAddLoadF64: x = (I[b] << code1[pc + 2 | 0]) + I[fp + code[pc + 4 | 0] | 0] | 0; offset = code1[pc + 4 | 0]; if (x < 0 || x > ((limit - 8 | 0) - offset | 0)) break exit; ea = x + offset | 0; f = mem.getFloat64(ea, true); D[a >> 1] = f; if (f !== f) { I[a] = mem.getInt32(ea, true); I1[a] = mem.getInt32(ea + 4 | 0, true); } pc = pc + 6 | 0; continue;
        case Op.Load32F32MulAdd: x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 4 | 0) - offset | 0)) break exit; ea = x + offset | 0; F[a] = Math.fround(mem.getFloat32(ea, true) * F[fp + code[pc + 4 | 0] | 0]) + F[fp + code1[pc + 4 | 0] | 0]; pc = pc + 6 | 0; continue;
        case Op.AddImmLoad32F32MulAdd: x = I[b] + code1[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 4 | 0) - offset | 0)) break exit; ea = x + offset | 0; F[a] = Math.fround(mem.getFloat32(ea, true) * F[fp + code1[pc + 4 | 0] | 0]) + F[fp + code[pc + 6 | 0] | 0]; pc = pc + 7 | 0; continue;
        case Op.LoadF64F64Add: x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 8 | 0) - offset | 0)) break exit; ea = x + offset | 0; D[a >> 1] = mem.getFloat64(ea, true) + D[fp + code[pc + 4 | 0] >> 1]; pc = pc + 5 | 0; continue;
        case Op.LoadF64F64Mul: x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 8 | 0) - offset | 0)) break exit; ea = x + offset | 0; D[a >> 1] = mem.getFloat64(ea, true) * D[fp + code[pc + 4 | 0] >> 1]; pc = pc + 5 | 0; continue;
        case Op.Store32: x = I[a]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 4 | 0) - offset | 0)) break exit; ea = x + offset | 0; mem.setInt32(ea, I[b], true); pc = pc + 4 | 0; continue;
        case Op.Store8: x = I[a]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; mem.setInt8(ea, I[b]); pc = pc + 4 | 0; continue;
        case Op.Store16: x = I[a]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 2 | 0) - offset | 0)) break exit; ea = x + offset | 0; mem.setInt16(ea, I[b], true); pc = pc + 4 | 0; continue;
        case Op.Store64: x = I[a]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 8 | 0) - offset | 0)) break exit; ea = x + offset | 0; mem.setInt32(ea, I[b], true); mem.setInt32(ea + 4 | 0, I1[b], true); pc = pc + 4 | 0; continue;
        case Op.Store32Imm: x = I[a]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 4 | 0) - offset | 0)) break exit; ea = x + offset | 0; mem.setInt32(ea, code[pc + 2 | 0], true); pc = pc + 4 | 0; continue;
        case Op.Store8Imm: x = I[a]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; mem.setInt8(ea, code[pc + 2 | 0]); pc = pc + 4 | 0; continue;
        case Op.AddImmStore32: x = I[a] + code[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 4 | 0) - offset | 0)) break exit; ea = x + offset | 0; mem.setInt32(ea, I[fp + code1[pc + 2 | 0] | 0], true); pc = pc + 5 | 0; continue;
        case Op.AddImmStore8: x = I[a] + code[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; mem.setInt8(ea, I[fp + code1[pc + 2 | 0] | 0]); pc = pc + 5 | 0; continue;
        case Op.AddImmStore16: x = I[a] + code[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 2 | 0) - offset | 0)) break exit; ea = x + offset | 0; mem.setInt16(ea, I[fp + code1[pc + 2 | 0] | 0], true); pc = pc + 5 | 0; continue;
        case Op.AddImmStore64: x = I[a] + code[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 8 | 0) - offset | 0)) break exit; ea = x + offset | 0; y = fp + code1[pc + 2 | 0] | 0; mem.setInt32(ea, I[y], true); mem.setInt32(ea + 4 | 0, I1[y], true); pc = pc + 5 | 0; continue;
        case Op.AddImmStore32Imm: x = I[a] + code[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 4 | 0) - offset | 0)) break exit; ea = x + offset | 0; mem.setInt32(ea, code1[pc + 2 | 0], true); pc = pc + 5 | 0; continue;
        case Op.AddImmStore8Imm: x = I[a] + code[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; mem.setInt8(ea, code1[pc + 2 | 0]); pc = pc + 5 | 0; continue;

        // i32
        case Op.I32Eq: I[a] = I[b] === I[fp + code1[pc + 2 | 0] | 0] ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.I32Ne: I[a] = I[b] !== I[fp + code1[pc + 2 | 0] | 0] ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.I32LtS: I[a] = I[b] < I[fp + code1[pc + 2 | 0] | 0] ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.I32LtU: I[a] = (I[b] >>> 0) < (I[fp + code1[pc + 2 | 0] | 0] >>> 0) ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.I32LeS: I[a] = I[b] <= I[fp + code1[pc + 2 | 0] | 0] ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.I32LeU: I[a] = (I[b] >>> 0) <= (I[fp + code1[pc + 2 | 0] | 0] >>> 0) ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.I32EqImm: I[a] = I[b] === code1[pc + 2 | 0] ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.I32NeImm: I[a] = I[b] !== code1[pc + 2 | 0] ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.I32LtSImm: I[a] = I[b] < code1[pc + 2 | 0] ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.I32LtUImm: I[a] = (I[b] >>> 0) < (code1[pc + 2 | 0] >>> 0) ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.I32GtSImm: I[a] = I[b] > code1[pc + 2 | 0] ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.I32GtUImm: I[a] = (I[b] >>> 0) > (code1[pc + 2 | 0] >>> 0) ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.I32Clz: I[a] = Math.clz32(I[b]); pc = pc + 3 | 0; continue;
        case Op.I32Ctz: x = I[b]; I[a] = x === 0 ? 32 : 31 - Math.clz32(x & -x); pc = pc + 3 | 0; continue;
        case Op.I32Add: I[a] = I[b] + I[fp + code1[pc + 2 | 0] | 0] | 0; pc = pc + 4 | 0; continue;
        case Op.I32Sub: I[a] = I[b] - I[fp + code1[pc + 2 | 0] | 0] | 0; pc = pc + 4 | 0; continue;
        case Op.I32Mul: I[a] = Math.imul(I[b], I[fp + code1[pc + 2 | 0] | 0]); pc = pc + 4 | 0; continue;
        case Op.I32DivS: x = I[b]; y = I[fp + code1[pc + 2 | 0] | 0]; if (y === 0 || y === -1 && x === -2147483648) break exit; I[a] = x / y | 0; pc = pc + 4 | 0; continue;
        case Op.I32DivU: y = I[fp + code1[pc + 2 | 0] | 0]; if (y === 0) break exit; I[a] = (I[b] >>> 0) / (y >>> 0) | 0; pc = pc + 4 | 0; continue;
        case Op.I32RemS: x = I[b]; y = I[fp + code1[pc + 2 | 0] | 0]; if (y === 0) break exit; I[a] = y === -1 ? 0 : x % y | 0; pc = pc + 4 | 0; continue;
        case Op.I32RemU: y = I[fp + code1[pc + 2 | 0] | 0]; if (y === 0) break exit; I[a] = (I[b] >>> 0) % (y >>> 0) | 0; pc = pc + 4 | 0; continue;
        case Op.I32And: I[a] = I[b] & I[fp + code1[pc + 2 | 0] | 0]; pc = pc + 4 | 0; continue;
        case Op.I32Or: I[a] = I[b] | I[fp + code1[pc + 2 | 0] | 0]; pc = pc + 4 | 0; continue;
        case Op.I32Xor: I[a] = I[b] ^ I[fp + code1[pc + 2 | 0] | 0]; pc = pc + 4 | 0; continue;
        case Op.I32Shl: I[a] = I[b] << I[fp + code1[pc + 2 | 0] | 0]; pc = pc + 4 | 0; continue;
        case Op.I32ShrS: I[a] = I[b] >> I[fp + code1[pc + 2 | 0] | 0]; pc = pc + 4 | 0; continue;
        case Op.I32ShrU: I[a] = I[b] >>> I[fp + code1[pc + 2 | 0] | 0] | 0; pc = pc + 4 | 0; continue;
        case Op.I32Rotl: x = I[b]; y = I[fp + code1[pc + 2 | 0] | 0]; I[a] = x << y | x >>> (-y & 31); pc = pc + 4 | 0; continue;
        case Op.I32Rotr: x = I[b]; y = I[fp + code1[pc + 2 | 0] | 0]; I[a] = x >>> y | x << (-y & 31); pc = pc + 4 | 0; continue;
        case Op.I32AddImm: I[a] = I[b] + code1[pc + 2 | 0] | 0; pc = pc + 4 | 0; continue;
        case Op.I32MulImm: I[a] = Math.imul(I[b], code1[pc + 2 | 0]); pc = pc + 4 | 0; continue;
        case Op.I32AndImm: I[a] = I[b] & code1[pc + 2 | 0]; pc = pc + 4 | 0; continue;
        case Op.I32OrImm: I[a] = I[b] | code1[pc + 2 | 0]; pc = pc + 4 | 0; continue;
        case Op.I32XorImm: I[a] = I[b] ^ code1[pc + 2 | 0]; pc = pc + 4 | 0; continue;
        case Op.I32ShlImm: I[a] = I[b] << code1[pc + 2 | 0]; pc = pc + 4 | 0; continue;
        case Op.I32ShrSImm: I[a] = I[b] >> code1[pc + 2 | 0]; pc = pc + 4 | 0; continue;
        case Op.I32ShrUImm: I[a] = I[b] >>> code1[pc + 2 | 0] | 0; pc = pc + 4 | 0; continue;
        case Op.I32RotlImm: x = I[b]; y = code1[pc + 2 | 0]; I[a] = x << y | x >>> (-y & 31); pc = pc + 4 | 0; continue;
        case Op.I32Extend8S: I[a] = I[b] << 24 >> 24; pc = pc + 3 | 0; continue;
        case Op.I32Extend16S: I[a] = I[b] << 16 >> 16; pc = pc + 3 | 0; continue;
        case Op.I32ShlImmAdd: I[a] = (I[b] << code1[pc + 2 | 0]) + I[fp + code[pc + 4 | 0] | 0] | 0; pc = pc + 5 | 0; continue;
        case Op.I32AddAddImm: I[a] = (I[b] + I[fp + code1[pc + 2 | 0] | 0] | 0) + code[pc + 4 | 0] | 0; pc = pc + 5 | 0; continue;
        case Op.I32XorRotlImm: x = I[b] ^ I[fp + code1[pc + 2 | 0] | 0]; y = code[pc + 4 | 0]; I[a] = x << y | x >>> (-y & 31); pc = pc + 5 | 0; continue;
        case Op.I32RotlImmXor: x = I[b]; y = code1[pc + 2 | 0]; I[a] = (x << y | x >>> (-y & 31)) ^ I[fp + code[pc + 4 | 0] | 0]; pc = pc + 5 | 0; continue;
        case Op.I32ShrUImmXor: I[a] = I[b] >>> code1[pc + 2 | 0] ^ I[fp + code[pc + 4 | 0] | 0]; pc = pc + 5 | 0; continue;
        case Op.I32ShrUImmAndImm: I[a] = I[b] >>> code1[pc + 2 | 0] & code[pc + 4 | 0]; pc = pc + 5 | 0; continue;
        case Op.I32AddImmAddImm: I[a] = I[b] + code1[pc + 2 | 0] | 0; I[fp + code[pc + 4 | 0] | 0] = I[fp + code1[pc + 4 | 0] | 0] + code[pc + 6 | 0] | 0; pc = pc + 7 | 0; continue;
        case Op.I32AddImmCopy32: I[a] = I[b] + code1[pc + 2 | 0] | 0; I[fp + code[pc + 4 | 0] | 0] = I[fp + code1[pc + 4 | 0] | 0]; pc = pc + 6 | 0; continue;
        case Op.Copy32I32AddImm: I[a] = I[b]; I[fp + code1[pc + 2 | 0] | 0] = I[fp + code[pc + 4 | 0] | 0] + code1[pc + 4 | 0] | 0; pc = pc + 6 | 0; continue;
        case Op.I32EqImmAdd: I[a] = (I[b] === code1[pc + 2 | 0] ? 1 : 0) + I[fp + code[pc + 4 | 0] | 0] | 0; pc = pc + 5 | 0; continue;
        case Op.I32ShlImmXor: I[a] = I[b] << code1[pc + 2 | 0] ^ I[fp + code[pc + 4 | 0] | 0]; pc = pc + 5 | 0; continue;
        case Op.I32XorAnd: I[a] = (I[b] ^ I[fp + code1[pc + 2 | 0] | 0]) & I[fp + code[pc + 4 | 0] | 0]; pc = pc + 5 | 0; continue;
        case Op.I32XorAdd: I[a] = (I[b] ^ I[fp + code1[pc + 2 | 0] | 0]) + I[fp + code[pc + 4 | 0] | 0] | 0; pc = pc + 5 | 0; continue;
        case Op.I32AndXor: I[a] = I[b] & I[fp + code1[pc + 2 | 0] | 0] ^ I[fp + code[pc + 4 | 0] | 0]; pc = pc + 5 | 0; continue;

        // i64
        case Op.I64Eqz: I[a] = (I[b] | I1[b]) === 0 ? 1 : 0; pc = pc + 3 | 0; continue;
        case Op.I64Eq: y = fp + code1[pc + 2 | 0] | 0; I[a] = I[b] === I[y] && I1[b] === I1[y] ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.I64Ne: y = fp + code1[pc + 2 | 0] | 0; I[a] = I[b] !== I[y] || I1[b] !== I1[y] ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.I64LtS: y = fp + code1[pc + 2 | 0] | 0; z = I1[b]; w = I1[y]; I[a] = z < w || z === w && (I[b] >>> 0) < (I[y] >>> 0) ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.I64LtU: y = fp + code1[pc + 2 | 0] | 0; z = I1[b]; w = I1[y]; I[a] = (z >>> 0) < (w >>> 0) || z === w && (I[b] >>> 0) < (I[y] >>> 0) ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.I64LeS: y = fp + code1[pc + 2 | 0] | 0; z = I1[b]; w = I1[y]; I[a] = z < w || z === w && (I[b] >>> 0) <= (I[y] >>> 0) ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.I64LeU: y = fp + code1[pc + 2 | 0] | 0; z = I1[b]; w = I1[y]; I[a] = (z >>> 0) < (w >>> 0) || z === w && (I[b] >>> 0) <= (I[y] >>> 0) ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.I64Add: y = fp + code1[pc + 2 | 0] | 0; z = I[b]; w = I[y]; lo = z + w | 0; hi = (I1[b] + I1[y] | 0) + ((z & w | (z | w) & ~lo) >>> 31) | 0; I[a] = lo; I1[a] = hi; pc = pc + 4 | 0; continue;
        case Op.I64Sub: y = fp + code1[pc + 2 | 0] | 0; z = I[b]; w = I[y]; lo = z - w | 0; hi = (I1[b] - I1[y] | 0) - ((~z & w | (~z | w) & lo) >>> 31) | 0; I[a] = lo; I1[a] = hi; pc = pc + 4 | 0; continue;
        case Op.I64Mul: y = fp + code1[pc + 2 | 0] | 0; z = I[b]; w = I[y]; lo = Math.imul(z, w); hi = Math.imul(I1[b], w) + Math.imul(z, I1[y]) | 0; D[4] = (z >>> 0) * (w >>> 0) - (lo >>> 0) + 29014219670751100192948224; hi = I[8] + hi | 0; I[a] = lo; I1[a] = hi; pc = pc + 4 | 0; continue;
        case Op.I64And: y = fp + code1[pc + 2 | 0] | 0; I[a] = I[b] & I[y]; I1[a] = I1[b] & I1[y]; pc = pc + 4 | 0; continue;
        case Op.I64Or: y = fp + code1[pc + 2 | 0] | 0; I[a] = I[b] | I[y]; I1[a] = I1[b] | I1[y]; pc = pc + 4 | 0; continue;
        case Op.I64Xor: y = fp + code1[pc + 2 | 0] | 0; I[a] = I[b] ^ I[y]; I1[a] = I1[b] ^ I1[y]; pc = pc + 4 | 0; continue;
        case Op.I64Shl: y = I[fp + code1[pc + 2 | 0] | 0] & 63; lo = I[b]; hi = I1[b]; if (y > 31) { hi = lo << y; lo = 0; } else if (y > 0) { hi = hi << y | lo >>> (32 - y); lo = lo << y; } I[a] = lo; I1[a] = hi; pc = pc + 4 | 0; continue;
        case Op.I64ShrS: y = I[fp + code1[pc + 2 | 0] | 0] & 63; lo = I[b]; hi = I1[b]; if (y > 31) { lo = hi >> y; hi = hi >> 31; } else if (y > 0) { lo = lo >>> y | hi << (32 - y); hi = hi >> y; } I[a] = lo; I1[a] = hi; pc = pc + 4 | 0; continue;
        case Op.I64ShrU: y = I[fp + code1[pc + 2 | 0] | 0] & 63; lo = I[b]; hi = I1[b]; if (y > 31) { lo = hi >>> y | 0; hi = 0; } else if (y > 0) { lo = lo >>> y | hi << (32 - y); hi = hi >>> y | 0; } I[a] = lo; I1[a] = hi; pc = pc + 4 | 0; continue;
        case Op.I64Rotl: y = I[fp + code1[pc + 2 | 0] | 0] & 63; lo = I[b]; hi = I1[b]; if (y > 31) { z = lo; lo = hi; hi = z; y = y - 32 | 0; } if (y > 0) { z = lo << y | hi >>> (32 - y); hi = hi << y | lo >>> (32 - y); lo = z; } I[a] = lo; I1[a] = hi; pc = pc + 4 | 0; continue;
        case Op.I64Rotr: y = I[fp + code1[pc + 2 | 0] | 0] & 63; lo = I[b]; hi = I1[b]; if (y > 31) { z = lo; lo = hi; hi = z; y = y - 32 | 0; } if (y > 0) { z = lo >>> y | hi << (32 - y); hi = hi >>> y | lo << (32 - y); lo = z; } I[a] = lo; I1[a] = hi; pc = pc + 4 | 0; continue;
        case Op.I64AddImm: z = I[b]; w = code1[pc + 2 | 0]; lo = z + w | 0; hi = (I1[b] + code[pc + 4 | 0] | 0) + ((z & w | (z | w) & ~lo) >>> 31) | 0; I[a] = lo; I1[a] = hi; pc = pc + 5 | 0; continue;
        case Op.I64AndImm: lo = I[b] & code1[pc + 2 | 0]; hi = I1[b] & code[pc + 4 | 0]; I[a] = lo; I1[a] = hi; pc = pc + 5 | 0; continue;
        case Op.I64ShlImm: y = code1[pc + 2 | 0]; lo = I[b]; hi = I1[b] << y | lo >>> (32 - y); lo = lo << y; I[a] = lo; I1[a] = hi; pc = pc + 4 | 0; continue;
        case Op.I64ShlImm32: lo = I[b]; I[a] = 0; I1[a] = lo << code1[pc + 2 | 0]; pc = pc + 4 | 0; continue;
        case Op.I64ShrSImm: y = code1[pc + 2 | 0]; hi = I1[b]; lo = I[b] >>> y | hi << (32 - y); I[a] = lo; I1[a] = hi >> y; pc = pc + 4 | 0; continue;
        case Op.I64ShrSImm32: hi = I1[fp + code[pc + 2 | 0] | 0]; I[a] = hi >> code1[pc + 2 | 0]; I1[a] = hi >> 31; pc = pc + 4 | 0; continue;
        case Op.I64ShrUImm: y = code1[pc + 2 | 0]; hi = I1[b]; lo = I[b] >>> y | hi << (32 - y); I[a] = lo; I1[a] = hi >>> y; pc = pc + 4 | 0; continue;
        case Op.I64ShrUImm32: hi = I1[fp + code[pc + 2 | 0] | 0]; I[a] = hi >>> code1[pc + 2 | 0] | 0; I1[a] = 0; pc = pc + 4 | 0; continue;
        case Op.I64RotlImm: y = code1[pc + 2 | 0]; z = I[b]; w = I1[b]; lo = z << y | w >>> (32 - y); hi = w << y | z >>> (32 - y); I[a] = lo; I1[a] = hi; pc = pc + 4 | 0; continue;
        case Op.I64RotlImm32: y = code1[pc + 2 | 0]; w = I[b]; z = I1[b]; lo = z << y | (w >>> 1) >>> (31 - y); hi = w << y | (z >>> 1) >>> (31 - y); I[a] = lo; I1[a] = hi; pc = pc + 4 | 0; continue;
        case Op.I64XorRotlImm: y = fp + code1[pc + 2 | 0] | 0; z = I[b] ^ I[y]; w = I1[b] ^ I1[y]; y = code[pc + 4 | 0]; lo = z << y | w >>> (32 - y); hi = w << y | z >>> (32 - y); I[a] = lo; I1[a] = hi; pc = pc + 5 | 0; continue;
        case Op.I64XorRotlImm32: y = fp + code1[pc + 2 | 0] | 0; w = I[b] ^ I[y]; z = I1[b] ^ I1[y]; y = code[pc + 4 | 0]; lo = z << y | (w >>> 1) >>> (31 - y); hi = w << y | (z >>> 1) >>> (31 - y); I[a] = lo; I1[a] = hi; pc = pc + 5 | 0; continue;
        case Op.I64RotlImmXor: y = code1[pc + 2 | 0]; z = I[b]; w = I1[b]; x = fp + code[pc + 4 | 0] | 0; lo = (z << y | w >>> (32 - y)) ^ I[x]; hi = (w << y | z >>> (32 - y)) ^ I1[x]; I[a] = lo; I1[a] = hi; pc = pc + 5 | 0; continue;
        case Op.I64RotlImm32Xor: y = code1[pc + 2 | 0]; w = I[b]; z = I1[b]; x = fp + code[pc + 4 | 0] | 0; lo = (z << y | (w >>> 1) >>> (31 - y)) ^ I[x]; hi = (w << y | (z >>> 1) >>> (31 - y)) ^ I1[x]; I[a] = lo; I1[a] = hi; pc = pc + 5 | 0; continue;
        case Op.I64ShlImmXor: y = code1[pc + 2 | 0]; z = I[b]; hi = I1[b] << y | z >>> (32 - y); x = fp + code[pc + 4 | 0] | 0; lo = z << y ^ I[x]; hi = hi ^ I1[x]; I[a] = lo; I1[a] = hi; pc = pc + 5 | 0; continue;
        case Op.I64ShrUImmXor: y = code1[pc + 2 | 0]; w = I1[b]; lo = I[b] >>> y | w << (32 - y); x = fp + code[pc + 4 | 0] | 0; lo = lo ^ I[x]; hi = w >>> y ^ I1[x]; I[a] = lo; I1[a] = hi; pc = pc + 5 | 0; continue;
        case Op.I64AddAdd: y = fp + code1[pc + 2 | 0] | 0; z = I[b]; w = I[y]; lo = z + w | 0; hi = (I1[b] + I1[y] | 0) + ((z & w | (z | w) & ~lo) >>> 31) | 0; y = fp + code[pc + 4 | 0] | 0; w = I[y]; z = lo; lo = z + w | 0; hi = (hi + I1[y] | 0) + ((z & w | (z | w) & ~lo) >>> 31) | 0; I[a] = lo; I1[a] = hi; pc = pc + 5 | 0; continue;
        case Op.I64MulU32: z = I[b]; w = I[fp + code1[pc + 2 | 0] | 0]; lo = Math.imul(z, w); D[4] = (z >>> 0) * (w >>> 0) - (lo >>> 0) + 29014219670751100192948224; I[a] = lo; I1[a] = I[8]; pc = pc + 4 | 0; continue;
        case Op.I64AddU32: z = I[b]; w = I[fp + code1[pc + 2 | 0] | 0]; lo = z + w | 0; hi = I1[b] + ((z & w | (z | w) & ~lo) >>> 31) | 0; I[a] = lo; I1[a] = hi; pc = pc + 4 | 0; continue;
        case Op.I64OrU32: lo = I[b] | I[fp + code1[pc + 2 | 0] | 0]; hi = I1[b]; I[a] = lo; I1[a] = hi; pc = pc + 4 | 0; continue;
        case Op.I64XorU32: lo = I[b] ^ I[fp + code1[pc + 2 | 0] | 0]; hi = I1[b]; I[a] = lo; I1[a] = hi; pc = pc + 4 | 0; continue;
        case Op.I64MulU32AddU32: z = I[b]; w = I[fp + code1[pc + 2 | 0] | 0]; lo = Math.imul(z, w); D[4] = (z >>> 0) * (w >>> 0) - (lo >>> 0) + 29014219670751100192948224; w = I[fp + code[pc + 4 | 0] | 0]; z = lo; lo = z + w | 0; hi = I[8] + ((z & w | (z | w) & ~lo) >>> 31) | 0; I[a] = lo; I1[a] = hi; pc = pc + 5 | 0; continue;
        case Op.I64ExtendI32S: lo = I[b]; I[a] = lo; I1[a] = lo >> 31; pc = pc + 3 | 0; continue;
        case Op.I64ExtendI32U: lo = I[b]; I[a] = lo; I1[a] = 0; pc = pc + 3 | 0; continue;
        case Op.I64Extend8S: lo = I[b] << 24 >> 24; I[a] = lo; I1[a] = lo >> 31; pc = pc + 3 | 0; continue;
        case Op.I64Extend16S: lo = I[b] << 16 >> 16; I[a] = lo; I1[a] = lo >> 31; pc = pc + 3 | 0; continue;

        // f32
        case Op.F32Eq: I[a] = F[b] === F[fp + code1[pc + 2 | 0] | 0] ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.F32Ne: I[a] = F[b] !== F[fp + code1[pc + 2 | 0] | 0] ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.F32Lt: I[a] = F[b] < F[fp + code1[pc + 2 | 0] | 0] ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.F32Le: I[a] = F[b] <= F[fp + code1[pc + 2 | 0] | 0] ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.F32Abs: I[a] = I[b] & 0x7fffffff; pc = pc + 3 | 0; continue;
        case Op.F32Neg: I[a] = I[b] ^ -2147483648; pc = pc + 3 | 0; continue;
        case Op.F32Sqrt: F[a] = Math.sqrt(F[b]); pc = pc + 3 | 0; continue;
        case Op.F32Add: F[a] = F[b] + F[fp + code1[pc + 2 | 0] | 0]; pc = pc + 4 | 0; continue;
        case Op.F32Sub: F[a] = F[b] - F[fp + code1[pc + 2 | 0] | 0]; pc = pc + 4 | 0; continue;
        case Op.F32Mul: F[a] = F[b] * F[fp + code1[pc + 2 | 0] | 0]; pc = pc + 4 | 0; continue;
        case Op.F32Div: F[a] = F[b] / F[fp + code1[pc + 2 | 0] | 0]; pc = pc + 4 | 0; continue;
        case Op.F32MulAdd: F[a] = Math.fround(F[b] * F[fp + code1[pc + 2 | 0] | 0]) + F[fp + code[pc + 4 | 0] | 0]; pc = pc + 5 | 0; continue;
        case Op.F32ConvertI32S: F[a] = I[b]; pc = pc + 3 | 0; continue;
        case Op.F32ConvertI32U: F[a] = I[b] >>> 0; pc = pc + 3 | 0; continue;
        case Op.F32DemoteF64: F[a] = D[b >> 1]; pc = pc + 3 | 0; continue;

        // f64
        case Op.F64Eq: I[a] = D[b >> 1] === D[fp + code1[pc + 2 | 0] >> 1] ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.F64Ne: I[a] = D[b >> 1] !== D[fp + code1[pc + 2 | 0] >> 1] ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.F64Lt: I[a] = D[b >> 1] < D[fp + code1[pc + 2 | 0] >> 1] ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.F64Le: I[a] = D[b >> 1] <= D[fp + code1[pc + 2 | 0] >> 1] ? 1 : 0; pc = pc + 4 | 0; continue;
        case Op.F64Abs: lo = I[b]; hi = I1[b] & 0x7fffffff; I[a] = lo; I1[a] = hi; pc = pc + 3 | 0; continue;
        case Op.F64Neg: lo = I[b]; hi = I1[b] ^ -2147483648; I[a] = lo; I1[a] = hi; pc = pc + 3 | 0; continue;
        case Op.F64Sqrt: D[a >> 1] = Math.sqrt(D[b >> 1]); pc = pc + 3 | 0; continue;
        case Op.F64Add: D[a >> 1] = D[b >> 1] + D[fp + code1[pc + 2 | 0] >> 1]; pc = pc + 4 | 0; continue;
        case Op.F64Sub: D[a >> 1] = D[b >> 1] - D[fp + code1[pc + 2 | 0] >> 1]; pc = pc + 4 | 0; continue;
        case Op.F64Mul: D[a >> 1] = D[b >> 1] * D[fp + code1[pc + 2 | 0] >> 1]; pc = pc + 4 | 0; continue;
        case Op.F64Div: D[a >> 1] = D[b >> 1] / D[fp + code1[pc + 2 | 0] >> 1]; pc = pc + 4 | 0; continue;
        case Op.F64MulAdd: D[a >> 1] = D[b >> 1] * D[fp + code1[pc + 2 | 0] >> 1] + D[fp + code[pc + 4 | 0] >> 1]; pc = pc + 5 | 0; continue;
        case Op.F64MulSub: D[a >> 1] = D[b >> 1] * D[fp + code1[pc + 2 | 0] >> 1] - D[fp + code[pc + 4 | 0] >> 1]; pc = pc + 5 | 0; continue;
        case Op.F64MulRsub: D[a >> 1] = D[fp + code[pc + 4 | 0] >> 1] - D[b >> 1] * D[fp + code1[pc + 2 | 0] >> 1]; pc = pc + 5 | 0; continue;
        case Op.F64MulMul: D[a >> 1] = D[b >> 1] * D[fp + code1[pc + 2 | 0] >> 1] * D[fp + code[pc + 4 | 0] >> 1]; pc = pc + 5 | 0; continue;
        case Op.F64AddMul: D[a >> 1] = (D[b >> 1] + D[fp + code1[pc + 2 | 0] >> 1]) * D[fp + code[pc + 4 | 0] >> 1]; pc = pc + 5 | 0; continue;
        case Op.F64SubAdd: D[a >> 1] = D[b >> 1] - D[fp + code1[pc + 2 | 0] >> 1] + D[fp + code[pc + 4 | 0] >> 1]; pc = pc + 5 | 0; continue;
        case Op.F64ConvertI32S: D[a >> 1] = I[b]; pc = pc + 3 | 0; continue;
        case Op.F64ConvertI32U: D[a >> 1] = I[b] >>> 0; pc = pc + 3 | 0; continue;
        case Op.F64PromoteF32: D[a >> 1] = F[b]; pc = pc + 3 | 0; continue;
        case Op.I32TruncF64S:
        case Op.I32TruncSatF64S: f = D[b >> 1]; if (!(f > -2147483649 && f < 2147483648)) break exit; I[a] = f | 0; pc = pc + 3 | 0; continue;
        case Op.F32Canon: lo = I[b]; if ((lo & 0x7fffffff) > 0x7f800000) lo = 0x7fc00000; I[a] = lo; pc = pc + 3 | 0; continue;
        case Op.F64Canon: lo = I[b]; hi = I1[b]; f = D[b >> 1]; if (f !== f) { lo = 0; hi = 0x7ff80000; } I[a] = lo; I1[a] = hi; pc = pc + 3 | 0; continue;

        // What programs use less. Division is of magnitudes.
        case Op.I32Popcnt: x = I[b]; x = x - (x >>> 1 & 0x55555555) | 0; x = (x & 0x33333333) + (x >>> 2 & 0x33333333) | 0; I[a] = Math.imul(x + (x >>> 4) & 0x0f0f0f0f, 0x01010101) >>> 24; pc = pc + 3 | 0; continue;
        case Op.I64Clz: hi = I1[b]; lo = hi === 0 ? 32 + Math.clz32(I[b]) | 0 : Math.clz32(hi); I[a] = lo; I1[a] = 0; pc = pc + 3 | 0; continue;
        case Op.I64Ctz: lo = I[b]; hi = I1[b]; lo = lo !== 0 ? 31 - Math.clz32(lo & -lo) | 0 : hi !== 0 ? 63 - Math.clz32(hi & -hi) | 0 : 64; I[a] = lo; I1[a] = 0; pc = pc + 3 | 0; continue;
        case Op.I64DivS:
        case Op.I64DivU:
        case Op.I64RemS:
        case Op.I64RemU: x = code1[pc - 1 | 0]; y = fp + code1[pc + 2 | 0] | 0; lo = I[b]; hi = I1[b]; z = I[y]; w = I1[y]; y = 0; if ((hi | w) < 0 && (x === Op.I64DivS || x === Op.I64RemS)) { if (hi < 0) { hi = ~hi + (lo === 0 ? 1 : 0) | 0; lo = -lo | 0; y = 1; } if (w < 0) { w = ~w + (z === 0 ? 1 : 0) | 0; z = -z | 0; if (x === Op.I64DivS) y = y ^ 1; } } if ((hi | w) >>> 21 === 0) { if ((z | w) === 0) break exit; f = hi * 4294967296 + (lo >>> 0); g = w * 4294967296 + (z >>> 0); if (x < Op.I64RemS) f = Math.floor(f / g); else f = f - Math.floor(f / g) * g; lo = f | 0; hi = f * 2.3283064365386963e-10 | 0; } else { ea = 0; if (w <= 0) { if (w < 0 || (z >>> 0) < 2) break exit; ea = (hi >>> 0) / (z >>> 0) | 0; hi = hi - Math.imul(ea, z) | 0; } f = ((hi >>> 0) * 4294967296 + (lo >>> 0)) / (w * 4294967296 + (z >>> 0)) - 0.49999 + 6755399441055744; D[4] = f; offset = I[8]; b = Math.imul(offset, z); if (w === 0 && z > 0) { lo = lo - b | 0; hi = (lo >>> 0) < z ? 0 : -1; } else { D[4] = (f - 6755399441055744) * (z >>> 0) - (b >>> 0) + 29014219670751100192948224; hi = ((hi - I[8] | 0) - Math.imul(offset, w) | 0) - ((lo >>> 0) < (b >>> 0) ? 1 : 0) | 0; lo = lo - b | 0; } if (hi < 0) { offset = offset - 1 | 0; b = lo + z | 0; hi = (hi + w | 0) + ((b >>> 0) < (z >>> 0) ? 1 : 0) | 0; lo = b; } if (x < Op.I64RemS) { lo = offset; hi = ea; } } if (y !== 0) { hi = ~hi + (lo === 0 ? 1 : 0) | 0; lo = -lo | 0; } a = fp + code[pc + 1 | 0] | 0; I[a] = lo; I1[a] = hi; pc = pc + 4 | 0; continue;
        case Op.F64Floor: f = D[b >> 1]; D[a >> 1] = f === f ? Math.floor(f) : f + f; pc = pc + 3 | 0; continue;
        case Op.F64ConvertI64S: D[a >> 1] = I1[b] * 4294967296 + (I[b] >>> 0); pc = pc + 3 | 0; continue;
        case Op.I64Popcnt: x = I[b]; y = I1[b]; x = x - (x >>> 1 & 0x55555555) | 0; y = y - (y >>> 1 & 0x55555555) | 0; x = (x & 0x33333333) + (x >>> 2 & 0x33333333) | 0; y = (y & 0x33333333) + (y >>> 2 & 0x33333333) | 0; x = x + y | 0; I[a] = Math.imul((x & 0x0f0f0f0f) + (x >>> 4 & 0x0f0f0f0f) | 0, 0x01010101) >>> 24; I1[a] = 0; pc = pc + 3 | 0; continue;
        case Op.F32Ceil: F[a] = Math.ceil(F[b]); pc = pc + 3 | 0; continue;
        case Op.F32Floor: F[a] = Math.floor(F[b]); pc = pc + 3 | 0; continue;
        case Op.F32Trunc: F[a] = Math.trunc(F[b]); pc = pc + 3 | 0; continue;
        case Op.F32Nearest: f = F[b]; g = Math.abs(f); if (g < 4503599627370496 && f !== 0) { g = g + 4503599627370496 - 4503599627370496; f = f < 0 ? -g : g; } F[a] = f; pc = pc + 3 | 0; continue;
        case Op.F32Min: f = F[b]; g = F[fp + code1[pc + 2 | 0] | 0]; F[a] = f === f && g === g ? Math.min(f, g) : f + g; pc = pc + 4 | 0; continue;
        case Op.F32Max: f = F[b]; g = F[fp + code1[pc + 2 | 0] | 0]; F[a] = f === f && g === g ? Math.max(f, g) : f + g; pc = pc + 4 | 0; continue;
        case Op.F32Copysign: I[a] = I[b] & 0x7fffffff | I[fp + code1[pc + 2 | 0] | 0] & 0x80000000; pc = pc + 4 | 0; continue;
        case Op.F64Ceil: f = D[b >> 1]; D[a >> 1] = f === f ? Math.ceil(f) : f + f; pc = pc + 3 | 0; continue;
        case Op.F64Trunc: f = D[b >> 1]; D[a >> 1] = f === f ? Math.trunc(f) : f + f; pc = pc + 3 | 0; continue;
        case Op.F64Nearest: f = D[b >> 1]; g = Math.abs(f); if (g < 4503599627370496 && f !== 0) { g = g + 4503599627370496 - 4503599627370496; f = f < 0 ? -g : g; } D[a >> 1] = f === f ? f : f + f; pc = pc + 3 | 0; continue;
        case Op.F64Min: f = D[b >> 1]; g = D[(fp + code1[pc + 2 | 0] | 0) >> 1]; D[a >> 1] = f === f && g === g ? Math.min(f, g) : f + g; pc = pc + 4 | 0; continue;
        case Op.F64Max: f = D[b >> 1]; g = D[(fp + code1[pc + 2 | 0] | 0) >> 1]; D[a >> 1] = f === f && g === g ? Math.max(f, g) : f + g; pc = pc + 4 | 0; continue;
        case Op.F64Copysign: lo = I[b]; hi = I1[b] & 0x7fffffff | I1[fp + code1[pc + 2 | 0] | 0] & 0x80000000; I[a] = lo; I1[a] = hi; pc = pc + 4 | 0; continue;
        case Op.F64ConvertI64U: D[a >> 1] = (I1[b] >>> 0) * 4294967296 + (I[b] >>> 0); pc = pc + 3 | 0; continue;
        case Op.I32TruncF32S:
        case Op.I32TruncSatF32S: f = F[b]; if (!(f > -2147483649 && f < 2147483648)) break exit; I[a] = f | 0; pc = pc + 3 | 0; continue;
        case Op.I32TruncF32U:
        case Op.I32TruncSatF32U: f = F[b]; if (!(f > -1 && f < 4294967296)) break exit; I[a] = f | 0; pc = pc + 3 | 0; continue;
        case Op.I32TruncF64U:
        case Op.I32TruncSatF64U: f = D[b >> 1]; if (!(f > -1 && f < 4294967296)) break exit; I[a] = f | 0; pc = pc + 3 | 0; continue;
        case Op.I64TruncF64S:
        case Op.I64TruncSatF64S: f = D[b >> 1]; if (!(Math.abs(f) < 2251799813685248)) break exit; D[a >> 1] = Math.trunc(f) + 6755399441055744; I1[a] = I1[a] - 0x43380000 | 0; pc = pc + 3 | 0; continue;
        case Op.MemoryCopy: x = I[a]; y = I[b]; z = I[fp + code1[pc + 2 | 0] | 0]; w = limit - z | 0; if ((z >>> 0) > 64 || x < 0 || x > w || y < 0 || y > w || x > y && x < (y + z | 0) || (code[pc + 4 | 0] | code1[pc + 4 | 0]) !== 0) break exit; w = x + z | 0; y = y - x | 0; while (x < (w - 3 | 0)) { mem.setInt32(x, mem.getInt32(x + y | 0, true), true); x = x + 4 | 0; } while (x < w) { mem.setInt8(x, mem.getInt8(x + y | 0)); x = x + 1 | 0; } pc = pc + 6 | 0; continue;
        case Op.MemoryFill: x = I[a]; z = I[fp + code1[pc + 2 | 0] | 0]; if ((z >>> 0) > 64 || x < 0 || x > (limit - z | 0) || code[pc + 4 | 0] !== 0) break exit; w = x + z | 0; y = Math.imul(I[b] & 0xff, 0x01010101); while (x < (w - 3 | 0)) { mem.setInt32(x, y, true); x = x + 4 | 0; } while (x < w) { mem.setInt8(x, y); x = x + 1 | 0; } pc = pc + 5 | 0; continue;

        // Two ops, see peephole.ts
        // Loops that copy bytes: up to 256 rounds at once, if all is in bounds.
        case Op.Load8UThenStore8ThenI32AddImmAddImmThenAddImmBrIf: z = I[fp + code1[pc + 16 | 0] | 0]; if (((z - 1 | 0) >>> 0) > 255) z = 256; w = code1[pc + 10 | 0]; ea = Math.imul(w, z - 1 | 0); x = I[b]; y = I[fp + code1[pc + 4 | 0] | 0]; lo = x + ea | 0; hi = y + ea | 0; if ((x | y | lo | hi) < 0 || x > (limit - 1 | 0) || y > (limit - 1 | 0) || lo > (limit - 1 | 0) || hi > (limit - 1 | 0)) break exit; I[b] = lo + w | 0; I[fp + code1[pc + 4 | 0] | 0] = hi + w | 0; z = I[fp + code1[pc + 16 | 0] | 0] - z | 0; I[fp + code1[pc + 16 | 0] | 0] = z; while (x !== lo) { mem.setInt8(y, mem.getInt8(x)); x = x + w | 0; y = y + w | 0; } x = mem.getUint8(x); mem.setInt8(y, x); I[a] = x; if (z === 0) pc = pc + 20 | 0; break;
        case Op.I32AddImmAddImmThenLoad8UThenStore8ThenAddImmBrIf: z = I[fp + code1[pc + 16 | 0] | 0]; if (((z - 1 | 0) >>> 0) > 255) z = 256; w = code1[pc + 2 | 0]; ea = Math.imul(w, z - 1 | 0); b = fp + code1[pc + 8 | 0] | 0; x = I[b] + w | 0; I[b] = x; b = fp + code[pc + 12 | 0] | 0; y = I[b] + w | 0; I[b] = y; lo = x + ea | 0; hi = y + ea | 0; if ((x | y | lo | hi) < 0 || x > (limit - 1 | 0) || y > (limit - 1 | 0) || lo > (limit - 1 | 0) || hi > (limit - 1 | 0)) { pc = pc + 7 | 0; continue; } I[b] = hi; a = fp + code[pc + 8 | 0] | 0; I[fp + code1[pc + 8 | 0] | 0] = lo; z = I[fp + code1[pc + 16 | 0] | 0] - z | 0; I[fp + code1[pc + 16 | 0] | 0] = z; while (x !== lo) { mem.setInt8(y, mem.getInt8(x)); x = x + w | 0; y = y + w | 0; } x = mem.getUint8(x); mem.setInt8(y, x); I[a] = x; if (z === 0) pc = pc + 20 | 0; break;
        case Op.I32AddImmThenBrIf: I[a] = I[b] + code1[pc + 2 | 0] | 0; pc = pc + 4 | 0; a = fp + code1[pc] | 0; if (I[a] !== 0) { pc = code[pc + 2 | 0]; break; } pc = pc + 3 | 0; continue;
        case Op.I32AddImmThenBrLeU: I[a] = I[b] + code1[pc + 2 | 0] | 0; pc = pc + 4 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; if ((I[a] >>> 0) <= (I[b] >>> 0)) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.I32AddImmThenBrTable: I[a] = I[b] + code1[pc + 2 | 0] | 0; pc = pc + 4 | 0; a = fp + code1[pc] | 0; x = I[a]; y = code[pc + 2 | 0]; z = code[y]; pc = code[y + 1 + ((x >>> 0) < (z >>> 0) ? x : z) | 0]; break;
        case Op.I32AddImmThenGlobalSet32: I[a] = I[b] + code1[pc + 2 | 0] | 0; pc = pc + 4 | 0; a = fp + code1[pc] | 0; globals[code[pc + 2 | 0]] = I[a]; pc = pc + 3 | 0; continue;
        case Op.I32AddImmThenLoad32: I[a] = I[b] + code1[pc + 2 | 0] | 0; pc = pc + 4 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 4 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getInt32(ea, true); pc = pc + 4 | 0; continue;
        case Op.I32AddImmThenLoad8U: I[a] = I[b] + code1[pc + 2 | 0] | 0; pc = pc + 4 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getUint8(ea); pc = pc + 4 | 0; continue;
        case Op.I32AddImmThenI32AndImm: I[a] = I[b] + code1[pc + 2 | 0] | 0; pc = pc + 4 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; I[a] = I[b] & code1[pc + 2 | 0]; pc = pc + 4 | 0; continue;
        case Op.I32AddImmAddImmThenAddImmBrIf: I[a] = I[b] + code1[pc + 2 | 0] | 0; I[fp + code[pc + 4 | 0] | 0] = I[fp + code1[pc + 4 | 0] | 0] + code[pc + 6 | 0] | 0; pc = pc + 7 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; x = I[b] + code1[pc + 2 | 0] | 0; I[a] = x; if (x !== 0) { pc = code[pc + 4 | 0]; break; } pc = pc + 5 | 0; continue;
        case Op.I32AddImmAddImmThenAddImmBrNe: I[a] = I[b] + code1[pc + 2 | 0] | 0; I[fp + code[pc + 4 | 0] | 0] = I[fp + code1[pc + 4 | 0] | 0] + code[pc + 6 | 0] | 0; pc = pc + 7 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; x = I[b] + code1[pc + 2 | 0] | 0; I[a] = x; if (x !== I[fp + code[pc + 4 | 0] | 0]) { pc = code1[pc + 4 | 0]; break; } pc = pc + 6 | 0; continue;
        case Op.I32AddImmCopy32ThenBrIf: I[a] = I[b] + code1[pc + 2 | 0] | 0; I[fp + code[pc + 4 | 0] | 0] = I[fp + code1[pc + 4 | 0] | 0]; pc = pc + 6 | 0; a = fp + code1[pc] | 0; if (I[a] !== 0) { pc = code[pc + 2 | 0]; break; } pc = pc + 3 | 0; continue;
        case Op.Const32ThenBr: I[a] = code[pc + 2 | 0]; pc = pc + 3 | 0; pc = code[pc + 1 | 0]; break;
        case Op.Const32ThenI32AddImm: I[a] = code[pc + 2 | 0]; pc = pc + 3 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; I[a] = I[b] + code1[pc + 2 | 0] | 0; pc = pc + 4 | 0; continue;
        case Op.Load32ThenI32Add: x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 4 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getInt32(ea, true); pc = pc + 4 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; I[a] = I[b] + I[fp + code1[pc + 2 | 0] | 0] | 0; pc = pc + 4 | 0; continue;
        case Op.Load32ThenI32AddImm: x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 4 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getInt32(ea, true); pc = pc + 4 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; I[a] = I[b] + code1[pc + 2 | 0] | 0; pc = pc + 4 | 0; continue;
        case Op.Load32ThenLoad32: x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 4 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getInt32(ea, true); pc = pc + 4 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 4 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getInt32(ea, true); pc = pc + 4 | 0; continue;
        case Op.Load8UThenLoad8U: x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getUint8(ea); pc = pc + 4 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getUint8(ea); pc = pc + 4 | 0; continue;
        case Op.Load8UThenStore8: x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getUint8(ea); pc = pc + 4 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; x = I[a]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; mem.setInt8(ea, I[b]); pc = pc + 4 | 0; continue;
        case Op.AddImmLoad8UThenAddImmLoad8U: x = I[b] + code1[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getUint8(ea); pc = pc + 5 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; x = I[b] + code1[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getUint8(ea); pc = pc + 5 | 0; continue;
        case Op.AddImmLoad8UThenI32EqImmAdd: x = I[b] + code1[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getUint8(ea); pc = pc + 5 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; I[a] = (I[b] === code1[pc + 2 | 0] ? 1 : 0) + I[fp + code[pc + 4 | 0] | 0] | 0; pc = pc + 5 | 0; continue;
        case Op.AddImmStore8ImmThenAddBrLtUImm: x = I[a] + code[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; mem.setInt8(ea, code1[pc + 2 | 0]); pc = pc + 5 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; x = I[b] + I[fp + code1[pc + 2 | 0] | 0] | 0; I[a] = x; if ((x >>> 0) < (code[pc + 4 | 0] >>> 0)) { pc = code1[pc + 4 | 0]; break; } pc = pc + 6 | 0; continue;
        case Op.I32AddThenI32Add: I[a] = I[b] + I[fp + code1[pc + 2 | 0] | 0] | 0; pc = pc + 4 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; I[a] = I[b] + I[fp + code1[pc + 2 | 0] | 0] | 0; pc = pc + 4 | 0; continue;
        case Op.I32AddThenI32XorRotlImm: I[a] = I[b] + I[fp + code1[pc + 2 | 0] | 0] | 0; pc = pc + 4 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; x = I[b] ^ I[fp + code1[pc + 2 | 0] | 0]; y = code[pc + 4 | 0]; I[a] = x << y | x >>> (-y & 31); pc = pc + 5 | 0; continue;
        case Op.I32AddThenReturn: I[a] = I[b] + I[fp + code1[pc + 2 | 0] | 0] | 0; pc = pc + 4 | 0; a = fp + code1[pc] | 0; pc = I[a]; fp = fp - I1[a] | 0; continue;
        case Op.I32XorThenI32AndImm: I[a] = I[b] ^ I[fp + code1[pc + 2 | 0] | 0]; pc = pc + 4 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; I[a] = I[b] & code1[pc + 2 | 0]; pc = pc + 4 | 0; continue;
        case Op.I32ShlImmThenI32AddImm: I[a] = I[b] << code1[pc + 2 | 0]; pc = pc + 4 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; I[a] = I[b] + code1[pc + 2 | 0] | 0; pc = pc + 4 | 0; continue;
        case Op.I64ExtendI32UThenI64ExtendI32U: lo = I[b]; I[a] = lo; I1[a] = 0; pc = pc + 3 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; lo = I[b]; I[a] = lo; I1[a] = 0; pc = pc + 3 | 0; continue;
        case Op.I64XorThenI64And: y = fp + code1[pc + 2 | 0] | 0; I[a] = I[b] ^ I[y]; I1[a] = I1[b] ^ I1[y]; pc = pc + 4 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; y = fp + code1[pc + 2 | 0] | 0; I[a] = I[b] & I[y]; I1[a] = I1[b] & I1[y]; pc = pc + 4 | 0; continue;
        case Op.I64XorThenI64Xor: y = fp + code1[pc + 2 | 0] | 0; I[a] = I[b] ^ I[y]; I1[a] = I1[b] ^ I1[y]; pc = pc + 4 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; y = fp + code1[pc + 2 | 0] | 0; I[a] = I[b] ^ I[y]; I1[a] = I1[b] ^ I1[y]; pc = pc + 4 | 0; continue;
        case Op.I64ShrUImmXorThenI64ShlImmXor: y = code1[pc + 2 | 0]; w = I1[b]; lo = I[b] >>> y | w << (32 - y); x = fp + code[pc + 4 | 0] | 0; lo = lo ^ I[x]; hi = w >>> y ^ I1[x]; I[a] = lo; I1[a] = hi; pc = pc + 5 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; y = code1[pc + 2 | 0]; z = I[b]; hi = I1[b] << y | z >>> (32 - y); x = fp + code[pc + 4 | 0] | 0; lo = z << y ^ I[x]; hi = hi ^ I1[x]; I[a] = lo; I1[a] = hi; pc = pc + 5 | 0; continue;
        case Op.F32MulThenF32Add: F[a] = F[b] * F[fp + code1[pc + 2 | 0] | 0]; pc = pc + 4 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; F[a] = F[b] + F[fp + code1[pc + 2 | 0] | 0]; pc = pc + 4 | 0; continue;
        case Op.F32SubThenF32Add: F[a] = F[b] - F[fp + code1[pc + 2 | 0] | 0]; pc = pc + 4 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; F[a] = F[b] + F[fp + code1[pc + 2 | 0] | 0]; pc = pc + 4 | 0; continue;
        case Op.F64MulThenF64Add: D[a >> 1] = D[b >> 1] * D[fp + code1[pc + 2 | 0] >> 1]; pc = pc + 4 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; D[a >> 1] = D[b >> 1] + D[fp + code1[pc + 2 | 0] >> 1]; pc = pc + 4 | 0; continue;
        case Op.F64AddMulThenF64Add: D[a >> 1] = (D[b >> 1] + D[fp + code1[pc + 2 | 0] >> 1]) * D[fp + code[pc + 4 | 0] >> 1]; pc = pc + 5 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; D[a >> 1] = D[b >> 1] + D[fp + code1[pc + 2 | 0] >> 1]; pc = pc + 4 | 0; continue;
        case Op.FuelThenCopy32: x = I[4] - code[pc + 1 | 0] | 0; if (x < 0) break exit; I[4] = x; pc = pc + 2 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; I[a] = I[b]; pc = pc + 3 | 0; continue;
        case Op.FuelThenBrGtSImm: x = I[4] - code[pc + 1 | 0] | 0; if (x < 0) break exit; I[4] = x; pc = pc + 2 | 0; a = fp + code1[pc] | 0; if (I[a] > code[pc + 2 | 0]) { pc = code1[pc + 2 | 0]; break; } pc = pc + 4 | 0; continue;
        case Op.FuelThenReturn: x = I[4] - code[pc + 1 | 0] | 0; if (x < 0) break exit; I[4] = x; pc = pc + 2 | 0; a = fp + code1[pc] | 0; pc = I[a]; fp = fp - I1[a] | 0; continue;
        case Op.FuelThenLoad32: x = I[4] - code[pc + 1 | 0] | 0; if (x < 0) break exit; I[4] = x; pc = pc + 2 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 4 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getInt32(ea, true); pc = pc + 4 | 0; continue;
        case Op.FuelThenLoad8U: x = I[4] - code[pc + 1 | 0] | 0; if (x < 0) break exit; I[4] = x; pc = pc + 2 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; x = I[b]; offset = code1[pc + 2 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getUint8(ea); pc = pc + 4 | 0; continue;
        case Op.FuelThenAddImmLoad8U: x = I[4] - code[pc + 1 | 0] | 0; if (x < 0) break exit; I[4] = x; pc = pc + 2 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; x = I[b] + code1[pc + 2 | 0] | 0; offset = code[pc + 4 | 0]; if (x < 0 || x > ((limit - 1 | 0) - offset | 0)) break exit; ea = x + offset | 0; I[a] = mem.getUint8(ea); pc = pc + 5 | 0; continue;
        case Op.FuelThenI32AddImm: x = I[4] - code[pc + 1 | 0] | 0; if (x < 0) break exit; I[4] = x; pc = pc + 2 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; I[a] = I[b] + code1[pc + 2 | 0] | 0; pc = pc + 4 | 0; continue;
        case Op.FuelThenI32AddImmAddImm: x = I[4] - code[pc + 1 | 0] | 0; if (x < 0) break exit; I[4] = x; pc = pc + 2 | 0; a = fp + code1[pc] | 0; b = fp + code[pc + 2 | 0] | 0; I[a] = I[b] + code1[pc + 2 | 0] | 0; I[fp + code[pc + 4 | 0] | 0] = I[fp + code1[pc + 4 | 0] | 0] + code[pc + 6 | 0] | 0; pc = pc + 7 | 0; continue;
        case Op.I32AddImmThenBr: I[a] = I[b] + code1[pc + 2 | 0] | 0; pc = pc + 4 | 0; pc = code[pc + 1 | 0]; break;
        default: break exit;
      }
      // Every taken branch and every call comes by here.
      if ((I[0] = I[0] - 1 | 0) < 0) break exit;
    }
    I[1] = pc;
    I[2] = fp;
  };
}
