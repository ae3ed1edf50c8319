/**
 * Writes the binary format: LEB128 numbers, sections and whole modules from
 * their parts. It checks nothing, so that tests can write bad modules too.
 */

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;
export const FUNCREF = 0x70;
export const EXTERNREF = 0x6f;
/** The type of a block without parameters and results. */
export const VOID = 0x40;

/** A number as four or eight bytes, little-endian. */
const scratch = new DataView(new ArrayBuffer(8));

/** Bytes that grow. All methods return the writer, for chaining. */
export class Writer {
  #buffer = new Uint8Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  bytes(...values: number[]): this {
    return this.append(values);
  }

  append(values: ArrayLike<number>): this {
    const end = this.#length + values.length;
    if (end > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#buffer.length));
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    this.#buffer.set(values, this.#length);
    this.#length = end;
    return this;
  }

  /** An unsigned number of up to 53 bits. */
  unsigned(value: number): this {
    let rest = value;
    while (rest >= 0x80) {
      this.bytes(rest % 0x80 | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    return this.bytes(rest);
  }

  /** A signed number of any size. */
  signed(value: number | bigint): this {
    let rest = BigInt(value);
    for (;;) {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      const done = low < 0x40 ? rest === 0n : rest === -1n;
      this.bytes(done ? low : low | 0x80);
      if (done) return this;
    }
  }

  /** The length of `part` and its bytes. */
  sized(part: Writer): this {
    return this.unsigned(part.length).append(part.finish());
  }

  name(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.unsigned(bytes.length).append(bytes);
  }

  /** `i32.const`, from any number of 32 bits. */
  i32(value: number): this {
    return this.bytes(0x41).signed(value | 0);
  }

  i64(value: bigint): this {
    return this.bytes(0x42).signed(BigInt.asIntN(64, value));
  }

  /** `f32.const`, from its bits. */
  f32(bits: number): this {
    scratch.setUint32(0, bits, true);
    return this.bytes(0x43).append(new Uint8Array(scratch.buffer, 0, 4));
  }

  /** `f64.const`, from its bits. */
  f64(bits: bigint): this {
    scratch.setBigUint64(0, bits, true);
    return this.bytes(0x44).append(new Uint8Array(scratch.buffer));
  }

  /** An instruction with one index. */
  op(opcode: number, index: number): this {
    return this.bytes(opcode).unsigned(index);
  }
}

/** The magic number and version. */
export const HEADER: readonly number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** A module of sections that are given as id and content. */
export function moduleOf(
  ...sections: readonly (readonly [number, Writer])[]
): Uint8Array {
  const all = new Writer().append(HEADER);
  for (const [id, content] of sections) all.bytes(id).sized(content);
  return all.finish();
}

/** The number of items and the items. */
export function vector(items: readonly Writer[]): Writer {
  const all = new Writer().unsigned(items.length);
  for (const item of items) all.append(item.finish());
  return all;
}

/** A function to add to a module. */
export interface FunctionSource {
  readonly params: readonly number[];
  readonly results: readonly number[];
  readonly locals: readonly number[];
  /** Without the final `end`. */
  readonly body: Writer;
  readonly exportName?: string;
}

export interface GlobalSource {
  readonly type: number;
  readonly mutable: boolean;
  /** Without the final `end`. */
  readonly init: Writer;
}

/** A module's parts; what is not given it does not have. */
export interface ModuleSource {
  readonly functions: readonly FunctionSource[];
  /** Pages: minimum and maximum. Exported as `memory`. */
  readonly memory?: readonly [number, number];
  readonly globals?: readonly GlobalSource[];
  /** The functions in table 0. */
  readonly table?: readonly number[];
  /** Elements of table 0 after those, all null. */
  readonly tableNulls?: number;
  /** Types of blocks, by the index that {@link TypeList} gave them. */
  readonly types?: TypeList;
}

/** Function types, each once. */
export class TypeList {
  readonly #keys: string[] = [];
  readonly #items: Writer[] = [];

  indexOf(params: readonly number[], results: readonly number[]): number {
    const key = `${params.join()};${results.join()}`;
    const known = this.#keys.indexOf(key);
    if (known >= 0) return known;
    this.#items.push(
      new Writer().bytes(0x60)
        .unsigned(params.length).append(params)
        .unsigned(results.length).append(results),
    );
    return this.#keys.push(key) - 1;
  }

  section(): Writer {
    return vector(this.#items);
  }
}

/** The binary of a module. */
export function encodeModule(source: ModuleSource): Uint8Array {
  const types = source.types ?? new TypeList();
  const { functions, globals, table } = source;
  const indices = functions.map((f) =>
    new Writer().unsigned(types.indexOf(f.params, f.results))
  );
  const sections: [number, Writer][] = [[1, types.section()]];
  sections.push([3, vector(indices)]);
  if (table) {
    const size = table.length + (source.tableNulls ?? 0);
    const type = new Writer().bytes(FUNCREF, 1).unsigned(size).unsigned(size);
    sections.push([4, vector([type])]);
  }
  if (source.memory) {
    const [min, max] = source.memory;
    const type = new Writer().bytes(1).unsigned(min).unsigned(max);
    sections.push([5, vector([type])]);
  }
  if (globals) sections.push([6, vector(globals.map(encodeGlobal))]);
  sections.push([7, exportsOf(source)]);
  if (table) sections.push([9, elementsOf(table)]);
  sections.push([10, vector(functions.map(encodeBody))]);
  return moduleOf(...sections);
}

function encodeGlobal(global: GlobalSource): Writer {
  return new Writer().bytes(global.type, global.mutable ? 1 : 0)
    .append(global.init.finish()).bytes(0x0b);
}

function exportsOf(source: ModuleSource): Writer {
  const items: Writer[] = [];
  source.functions.forEach(({ exportName }, index) => {
    if (exportName === undefined) return;
    items.push(new Writer().name(exportName).bytes(0).unsigned(index));
  });
  if (source.memory) items.push(new Writer().name("memory").bytes(2, 0));
  return vector(items);
}

function elementsOf(table: readonly number[]): Writer {
  const segment = new Writer().bytes(0).i32(0).bytes(0x0b);
  segment.unsigned(table.length);
  for (const index of table) segment.unsigned(index);
  return vector([segment]);
}

function encodeBody(source: FunctionSource): Writer {
  const body = new Writer().unsigned(source.locals.length);
  for (const type of source.locals) body.bytes(1, type);
  body.append(source.body.finish()).bytes(0x0b);
  return new Writer().sized(body);
}
