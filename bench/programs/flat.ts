/**
 * A generator of large modules, byte by byte: many functions of straight-line
 * and lightly nested code in the mix that compilers emit (locals, constants,
 * arithmetic, loads and stores, short ifs, loops and calls). Made for measuring
 * decoding, validation and translation.
 *
 * The module exports `run(n)`: every function returns 0 at once for n = 0, so
 * that `run(0)` calls all and executes almost nothing (a lazy translator
 * translates them), while `run(n)` executes the bodies and returns a checksum.
 * The same size and seed give the same bytes. As a WASI command it prints a line
 * after it has entered one function in 32. Of 1 MB these have 30 KB: programs
 * in C and Rust enter 1 to 36 KB of their code before they print.
 */

/** Locals of a function: its parameter n and i32, then i64, then f64 ones. */
const I32_LOCALS = 8;
const I64_LOCALS = 4;
const F64_LOCALS = 4;
const FIRST_I64 = I32_LOCALS;
const FIRST_F64 = I32_LOCALS + I64_LOCALS;

/** Pages of memory; addresses are masked to the first 32 KiB. */
const PAGES = 1;
const ADDRESS_MASK = 0x7ff8;

const I32 = 0x7f;
const I64 = 0x7e;
const F64 = 0x7c;
const VOID = 0x40;

// deno-fmt-ignore
const Op = {
  block: 0x02, loop: 0x03, if: 0x04, else: 0x05, end: 0x0b, brIf: 0x0d,
  return: 0x0f, call: 0x10, drop: 0x1a, select: 0x1b, localGet: 0x20, localSet: 0x21, localTee: 0x22,
  i32Load: 0x28, i64Load: 0x29, f64Load: 0x2b, i32Load8U: 0x2d, i32Store: 0x36, i64Store: 0x37,
  f64Store: 0x39, i32Store8: 0x3a, i32Const: 0x41, i64Const: 0x42, i32Eqz: 0x45, f64Lt: 0x63,
  i32Sub: 0x6b, i32Xor: 0x73, i32And: 0x71, i32WrapI64: 0xa7, f64ConvertI32S: 0xb7, i64ExtendI32U: 0xad,
} as const;

// eq to ge_u; add sub mul and or xor shl shr_s shr_u rotl (no division)
const I32_COMPARE = [0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4e];
const I32_BINARY = [0x6a, 0x6a, 0x6a, 0x6b, 0x6c, 0x71, 0x72, 0x73, 0x74, 0x76];
const I64_BINARY = [0x7c, 0x7c, 0x7d, 0x7e, 0x83, 0x84, 0x85, 0x86, 0x88, 0x89];
const F64_BINARY = [0xa0, 0xa1, 0xa2];

/** A growing array of bytes. */
class Bytes {
  #data = new Uint8Array(256);
  length = 0;

  push(...bytes: readonly number[]): void {
    if (this.length + bytes.length > this.#data.length) {
      this.#grow(this.length + bytes.length);
    }
    for (const byte of bytes) this.#data[this.length++] = byte;
  }

  append(other: Bytes): void {
    const length = this.length + other.length;
    if (length > this.#data.length) this.#grow(length);
    this.#data.set(other.view(), this.length);
    this.length = length;
  }

  unsigned(value: number): void {
    for (; value > 0x7f; value = Math.floor(value / 128)) {
      this.push(value & 0x7f | 0x80);
    }
    this.push(value);
  }

  signed(value: number): void {
    for (; value < -64 || value > 63; value >>= 7) {
      this.push(value & 0x7f | 0x80);
    }
    this.push(value & 0x7f);
  }

  section(id: number, content: Bytes): void {
    this.push(id);
    this.sized(content);
  }

  sized(content: Bytes): void {
    this.unsigned(content.length);
    this.append(content);
  }

  view(): Uint8Array<ArrayBuffer> {
    return this.#data.subarray(0, this.length);
  }

  #grow(length: number): void {
    const data = new Uint8Array(Math.max(length, this.#data.length * 2));
    data.set(this.view());
    this.#data = data;
  }
}

/** Writes the body of one function, statement by statement. */
class Body {
  readonly code = new Bytes();
  readonly #random: (below: number) => number;
  /** How many functions there are before it, imported ones among them. */
  readonly #index: number;
  readonly #imports: number;

  constructor(
    index: number,
    imports: number,
    random: (below: number) => number,
  ) {
    this.#index = index;
    this.#imports = imports;
    this.#random = random;
  }

  write(size: number): void {
    const { code } = this;
    code.push(3, I32_LOCALS - 1, I32, I64_LOCALS, I64, F64_LOCALS, F64);
    code.push(Op.localGet, 0, Op.i32Eqz, Op.if, VOID);
    code.push(Op.i32Const, 0, Op.return, Op.end);
    while (code.length < size) this.#statement(3);
    code.push(Op.localGet, 1);
    for (let i = 2; i < I32_LOCALS; i++) code.push(Op.localGet, i, Op.i32Xor);
    for (let i = 0; i < I64_LOCALS; i++) {
      code.push(Op.localGet, FIRST_I64 + i, Op.i32WrapI64, Op.i32Xor);
    }
    code.push(Op.end);
  }

  #pick(from: readonly number[]): number {
    return from[this.#random(from.length)];
  }

  /** A local that may be written: the parameter and the counter may not. */
  #i32Target(): number {
    return 2 + this.#random(I32_LOCALS - 2);
  }

  #i64(): number {
    return FIRST_I64 + this.#random(I64_LOCALS);
  }

  #f64(): number {
    return FIRST_F64 + this.#random(F64_LOCALS);
  }

  #i32Value(depth: number): void {
    const { code } = this;
    const kind = this.#random(depth > 0 ? 10 : 5);
    if (kind < 3) {
      code.push(Op.localGet, this.#random(I32_LOCALS));
    } else if (kind < 5) {
      code.push(Op.i32Const);
      code.signed(
        this.#random(4) === 0 ? this.#random(1 << 20) : this.#random(64),
      );
    } else if (kind < 7) {
      this.#address();
      if (kind === 5) code.push(Op.i32Load, 2, this.#random(128));
      else code.push(Op.i32Load8U, 0, this.#random(128));
    } else {
      this.#i32Value(depth - 1);
      this.#i32Value(depth - 1);
      code.push(this.#pick(I32_BINARY));
    }
  }

  #address(): void {
    this.code.push(Op.localGet, this.#random(I32_LOCALS), Op.i32Const);
    this.code.signed(ADDRESS_MASK);
    this.code.push(Op.i32And);
  }

  #condition(): void {
    this.#i32Value(1);
    if (this.#random(3) === 0) {
      this.code.push(Op.i32Eqz);
    } else {
      this.#i32Value(0);
      this.code.push(this.#pick(I32_COMPARE));
    }
  }

  #statement(depth: number): void {
    const kind = this.#random(20);
    if (kind < 8) {
      this.#i32Value(2);
      this.code.push(Op.localSet, this.#i32Target());
    } else if (kind < 11) {
      this.#address();
      this.#i32Value(2);
      this.code.push(kind === 8 ? Op.i32Store8 : Op.i32Store, 0);
      this.code.unsigned(this.#random(1024));
    } else if (kind < 14) {
      this.#i64Statement();
    } else if (kind < 15) {
      this.#f64Statement();
    } else if (kind < 16) {
      this.#call();
    } else if (depth > 0) {
      this.#nested(kind, depth);
    }
  }

  #i64Statement(): void {
    const { code } = this;
    const kind = this.#random(6);
    if (kind === 0) {
      this.#address();
      code.push(Op.i64Load, 3, this.#random(128), Op.localSet, this.#i64());
    } else if (kind === 1) {
      this.#address();
      code.push(Op.localGet, this.#i64(), Op.i64Store, 3, this.#random(128));
    } else {
      code.push(Op.localGet, this.#i64());
      if (kind === 2) {
        code.push(Op.i64Const);
        code.signed(this.#random(1 << 16));
      } else if (kind === 3) {
        this.#i32Value(1);
        code.push(Op.i64ExtendI32U);
      } else {
        code.push(Op.localGet, this.#i64());
      }
      code.push(this.#pick(I64_BINARY), Op.localSet, this.#i64());
    }
  }

  /** f64 values reach the checksum by comparison only: NaN bits may differ. */
  #f64Statement(): void {
    const { code } = this;
    const kind = this.#random(4);
    if (kind === 0) {
      this.#i32Value(1);
      code.push(Op.f64ConvertI32S, Op.localSet, this.#f64());
    } else if (kind === 1) {
      code.push(Op.localGet, this.#f64(), Op.localGet, this.#f64(), Op.f64Lt);
      code.push(Op.localSet, this.#i32Target());
    } else {
      code.push(Op.localGet, this.#f64(), Op.localGet, this.#f64());
      code.push(this.#pick(F64_BINARY), Op.localSet, this.#f64());
    }
  }

  /** A call of an earlier function with 0: it returns at once. */
  #call(): void {
    const earlier = this.#index - this.#imports;
    if (earlier === 0) return;
    this.code.push(Op.i32Const, 0, Op.call);
    this.code.unsigned(this.#imports + this.#random(earlier));
    this.code.push(Op.localSet, this.#i32Target());
  }

  #nested(kind: number, depth: number): void {
    const { code } = this;
    const count = 1 + this.#random(4);
    if (kind === 19) {
      // local 1 is the loop counter, so loops do not nest
      code.push(Op.i32Const, 3, Op.localSet, 1, Op.loop, VOID);
      for (let i = 0; i < count; i++) this.#statement(0);
      code.push(Op.localGet, 1, Op.i32Const, 1, Op.i32Sub, Op.localTee, 1);
      code.push(Op.brIf, 0, Op.end);
    } else if (kind === 18) {
      code.push(Op.block, VOID);
      this.#condition();
      code.push(Op.brIf, 0);
      for (let i = 0; i < count; i++) this.#statement(depth - 1);
      code.push(Op.end);
    } else {
      this.#condition();
      code.push(Op.if, VOID);
      for (let i = 0; i < count; i++) this.#statement(depth - 1);
      if (kind === 17) {
        code.push(Op.else);
        this.#statement(depth - 1);
      }
      code.push(Op.end);
    }
  }
}

/** A valid module of about `byteLength` bytes of code. */
export function flatModule(
  byteLength: number,
  seed = 1,
): Uint8Array<ArrayBuffer> {
  const bodies = bodiesOf(byteLength, seed, 0);
  const run = runBody(bodies.map((_, i) => i));
  return assemble([...bodies, run], "run");
}

/** What `flatCommand` prints. */
export const COMMAND_OUTPUT = "ready\n";

/** A WASI command of that size. */
export function flatCommand(byteLength: number): Uint8Array<ArrayBuffer> {
  const bodies = bodiesOf(byteLength, 1, 1);
  const called = bodies.map((_, i) => 1 + i).filter((i) => i % 32 === 0);
  return assemble([...bodies, startBody(called)], "_start");
}

function bodiesOf(byteLength: number, seed: number, imports: number): Bytes[] {
  const random = generator(seed);
  const bodies: Bytes[] = [];
  let size = 0;
  while (size < byteLength) {
    const body = new Body(imports + bodies.length, imports, random);
    // most functions are small, a few are large
    const scale = random(16) === 0 ? 16384 : random(4) === 0 ? 4096 : 1024;
    body.write(100 + random(scale));
    bodies.push(body.code);
    size += body.code.length + 3;
  }
  return bodies;
}

/** The last of the bodies is exported; a `_start` prints by `fd_write`. */
function assemble(
  bodies: readonly Bytes[],
  exported: "run" | "_start",
): Uint8Array<ArrayBuffer> {
  const isCommand = exported === "_start";
  const module = new Bytes();
  module.push(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  const types = new Bytes();
  types.push(3, 0x60, 1, I32, 1, I32, 0x60, 0, 0);
  types.push(0x60, 4, I32, I32, I32, I32, 1, I32);
  module.section(1, types);
  if (isCommand) {
    const imports = new Bytes();
    imports.push(1, ...text("wasi_snapshot_preview1"), ...text("fd_write"));
    imports.push(0, 2);
    module.section(2, imports);
  }
  const functions = new Bytes();
  functions.unsigned(bodies.length);
  for (let i = 1; i < bodies.length; i++) functions.push(0);
  functions.push(isCommand ? 1 : 0);
  module.section(3, functions);
  const memory = new Bytes();
  memory.push(1, 0, PAGES);
  module.section(5, memory);
  const exports = new Bytes();
  exports.push(2, ...text("memory"), 2, 0, ...text(exported), 0);
  exports.unsigned(bodies.length - (isCommand ? 0 : 1));
  module.section(7, exports);
  const code = new Bytes();
  code.unsigned(bodies.length);
  for (const body of bodies) code.sized(body);
  module.section(10, code);
  if (isCommand) {
    const data = new Bytes();
    data.push(1, 0, Op.i32Const, OUTPUT_AT, Op.end);
    data.push(
      8 + COMMAND_OUTPUT.length,
      OUTPUT_AT + 8,
      0,
      0,
      0,
      COMMAND_OUTPUT.length,
      0,
      0,
      0,
    );
    data.push(...text(COMMAND_OUTPUT).slice(1));
    module.section(11, data);
  }
  return module.view().slice();
}

/** A name, its length before it. */
function text(value: string): number[] {
  return [value.length, ...new TextEncoder().encode(value)];
}

/** run(n): the xor of f(n) over all functions f. */
function runBody(functions: readonly number[]): Bytes {
  const code = new Bytes();
  code.push(0, Op.i32Const, 0);
  for (const index of functions) {
    code.push(Op.localGet, 0, Op.call);
    code.unsigned(index);
    code.push(Op.i32Xor);
  }
  code.push(Op.end);
  return code;
}

/** Where the list of what `_start` prints is, the text behind it. */
const OUTPUT_AT = 16;

/** Calls each with 0, then prints. */
function startBody(functions: readonly number[]): Bytes {
  const code = new Bytes();
  code.push(0);
  for (const index of functions) {
    code.push(Op.i32Const, 0, Op.call);
    code.unsigned(index);
    code.push(Op.drop);
  }
  const standardOutput = 1, lists = 1, written = 0;
  code.push(Op.i32Const, standardOutput, Op.i32Const, OUTPUT_AT);
  code.push(Op.i32Const, lists, Op.i32Const, written, Op.call, 0);
  code.push(Op.drop, Op.end);
  return code;
}

/** A 32-bit xorshift generator of integers below a bound. */
function generator(seed: number): (below: number) => number {
  let state = (seed * 2654435761 | 0) || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
