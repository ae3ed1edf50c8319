/**
 * Memories, tables and globals as embedders hold them: made by the host or
 * exported by a guest, the same objects for both.
 */

import {
  F32,
  F64,
  GlobalInstance,
  I64,
  isRef,
  MemoryInstance,
  storeF32,
  storeF64,
  TableInstance,
  typeName,
  V128,
} from "../engine/mod.ts";
import { checkOptions, checkRange, kindError } from "./checks.ts";
import { checkVector, defaultValue, toEngineRef, toJsRef } from "./function.ts";
import { type ValueTypeName, valueTypeOf } from "./values.ts";
import { toText } from "./world.ts";

/** Limits of a memory in pages of 64 KiB. */
export interface MemoryDescriptor {
  /** 0 to 65536. */
  readonly initial: number;
  /** Default: none. */
  readonly maximum?: number | undefined;
  /**
   * Whether its buffer is a SharedArrayBuffer, which JavaScript of another
   * thread can be sent; it then needs a maximum. Default: false.
   */
  readonly shared?: boolean | undefined;
}

/**
 * A linear memory. Reads and writes out of its range give `undefined` or
 * `false`; they never throw. All numbers are little endian.
 *
 * @example
 * ```ts
 * import { Memory } from "@waxwing/waxwing";
 *
 * const memory = new Memory({ initial: 1 });
 * memory.writeUint32(16, 0xdecade);
 * console.log(memory.readUint32(16) === 0xdecade);
 * console.log(memory.readUint32(65536) === undefined);
 * ```
 */
export class Memory {
  readonly #instance: MemoryInstance;

  /**
   * Throws a `RangeError` where the limits are not valid, a `TypeError` where
   * they are no numbers, or there is something else in the descriptor.
   */
  constructor(descriptor: MemoryDescriptor | MemoryInstance) {
    if (descriptor instanceof MemoryInstance) {
      this.#instance = descriptor;
      return;
    }
    checkOptions(descriptor, {
      initial: "number",
      maximum: "number",
      shared: "boolean",
    });
    const { initial: min, maximum: max, shared = false } = descriptor;
    checkLimits(min, max, 65536);
    if (shared && max === undefined) {
      throw new RangeError("a shared memory needs a maximum");
    }
    this.#instance = new MemoryInstance({ min, max, shared, is64: false });
    this.#instance.embedder = this;
  }

  /** @internal */
  get instance(): MemoryInstance {
    return this.#instance;
  }

  /** Bytes, up to 2^32. */
  get size(): number {
    return this.#instance.byteLength;
  }

  /** Pages of 64 KiB. */
  get pageCount(): number {
    return this.#instance.pageCount;
  }

  /** Pages it can grow to; undefined where its type does not say. */
  get maximum(): number | undefined {
    return this.#instance.type.max;
  }

  /** The buffer, which may be larger; another one after it has grown. */
  get buffer(): ArrayBufferLike {
    return this.#instance.buffer;
  }

  /** All bytes as they are now; stale after the memory has grown. */
  get bytes(): Uint8Array {
    return this.#instance.bytes;
  }

  /** All bytes as they are now; stale after the memory has grown. */
  get view(): DataView {
    return this.#instance.view;
  }

  /** Adds pages; the number there were before, undefined where it cannot. */
  grow(deltaPages: number): number | undefined {
    if (!isCount(deltaPages)) return undefined;
    const before = this.#instance.grow(deltaPages);
    return before < 0 ? undefined : before;
  }

  /** A view of `length` bytes, through which the memory can be written. */
  read(offset: number, length: number): Uint8Array | undefined {
    return this.#has(offset, length)
      ? this.#instance.bytes.subarray(offset, offset + length)
      : undefined;
  }

  /**
   * Writes bytes; false, and nothing is written, out of range. Throws a
   * `TypeError` where it is given no array of bytes.
   */
  write(offset: number, bytes: Uint8Array): boolean {
    if (bytes?.BYTES_PER_ELEMENT !== 1) {
      throw kindError("bytes", bytes, "Uint8Array");
    }
    if (!this.#has(offset, bytes.length)) return false;
    this.#instance.bytes.set(bytes, offset);
    return true;
  }

  /** The text of `length` bytes of UTF-8; faulty ones become U+FFFD. */
  readString(offset: number, length: number): string | undefined {
    const bytes = this.read(offset, length);
    // A copy: decoders refuse views of shared memory.
    return bytes && toText(bytes.slice());
  }

  /** Writes UTF-8 without a NUL; false out of range. */
  writeString(offset: number, text: string): boolean {
    return this.write(offset, new TextEncoder().encode(text));
  }

  /** An unsigned byte; undefined out of range. */
  readUint8(offset: number): number | undefined {
    return this.#at(offset, 1)?.getUint8(offset);
  }
  /** An unsigned number of 2 bytes; undefined out of range. */
  readUint16(offset: number): number | undefined {
    return this.#at(offset, 2)?.getUint16(offset, true);
  }
  /** An unsigned number of 4 bytes; undefined out of range. */
  readUint32(offset: number): number | undefined {
    return this.#at(offset, 4)?.getUint32(offset, true);
  }
  /** An unsigned number of 8 bytes; undefined out of range. */
  readUint64(offset: number): bigint | undefined {
    return this.#at(offset, 8)?.getBigUint64(offset, true);
  }
  /** A float of 4 bytes; undefined out of range. */
  readFloat32(offset: number): number | undefined {
    return this.#at(offset, 4)?.getFloat32(offset, true);
  }
  /** A float of 8 bytes; undefined out of range. */
  readFloat64(offset: number): number | undefined {
    return this.#at(offset, 8)?.getFloat64(offset, true);
  }

  /** Writes a byte, higher bits cut off; false out of range. */
  writeUint8(offset: number, value: number): boolean {
    if (!this.#has(offset, 1)) return false;
    this.#instance.view.setUint8(offset, value);
    return true;
  }
  /** Writes 2 bytes, higher bits cut off; false out of range. */
  writeUint16(offset: number, value: number): boolean {
    if (!this.#has(offset, 2)) return false;
    this.#instance.view.setUint16(offset, value, true);
    return true;
  }
  /** Writes 4 bytes, higher bits cut off; false out of range. */
  writeUint32(offset: number, value: number): boolean {
    if (!this.#has(offset, 4)) return false;
    this.#instance.view.setUint32(offset, value, true);
    return true;
  }
  /** Writes 8 bytes, higher bits cut off; false out of range. */
  writeUint64(offset: number, value: bigint): boolean {
    if (!this.#has(offset, 8)) return false;
    this.#instance.view.setBigUint64(offset, value, true);
    return true;
  }
  /** Writes a float of 4 bytes; false out of range. */
  writeFloat32(offset: number, value: number): boolean {
    if (!this.#has(offset, 4)) return false;
    storeF32(this.#instance.view, offset, value);
    return true;
  }
  /** Writes a float of 8 bytes; false out of range. */
  writeFloat64(offset: number, value: number): boolean {
    if (!this.#has(offset, 8)) return false;
    storeF64(this.#instance.view, offset, value);
    return true;
  }

  /** The view, if there are so many bytes at `offset`. */
  #at(offset: number, length: number): DataView | undefined {
    return this.#has(offset, length) ? this.#instance.view : undefined;
  }

  #has(offset: number, length: number): boolean {
    return isCount(offset) && isCount(length) &&
      offset + length <= this.#instance.byteLength;
  }
}

/** Limits and element type of a table. */
export interface TableDescriptor {
  /** The type of its elements. */
  readonly element: "funcref" | "externref";
  /** Elements. */
  readonly initial: number;
  /** Default: none. */
  readonly maximum?: number | undefined;
}

/** The memory as embedders hold it; always the same object. */
export function toMemory(instance: MemoryInstance): Memory {
  return (instance.embedder ??= new Memory(instance)) as Memory;
}

const enum Most {
  TableElements = 10_000_000,
}

/**
 * A table of references.
 *
 * @example
 * ```ts
 * import { Table } from "@waxwing/waxwing";
 *
 * const table = new Table({ element: "externref", initial: 2 });
 * table.set(1, "anything");
 * console.log(table.get(1) === "anything");
 * ```
 */
export class Table {
  readonly #instance: TableInstance;

  /**
   * Throws a `RangeError` where the limits are not valid, a `TypeError` for a
   * type that is no reference, or anything else that is wrong.
   */
  constructor(descriptor: TableDescriptor | TableInstance) {
    if (descriptor instanceof TableInstance) {
      this.#instance = descriptor;
      return;
    }
    checkOptions(descriptor, {
      element: "string",
      initial: "number",
      maximum: "number",
    });
    const { element, initial: min, maximum: max } = descriptor;
    checkLimits(min, undefined, Most.TableElements);
    checkLimits(min, max, 2 ** 32 - 1);
    const type = { element: valueTypeOf(element), min, max, is64: false };
    const empty = toEngineRef(type.element, null);
    const budget = { left: Most.TableElements };
    this.#instance = new TableInstance(type, empty, budget);
    this.#instance.embedder = this;
  }

  /** @internal */
  get instance(): TableInstance {
    return this.#instance;
  }

  /** The type of its elements, such as `funcref`. */
  get elementType(): string {
    return typeName(this.#instance.type.element);
  }

  /** Elements it can grow to; undefined where its type does not say. */
  get maximum(): number | undefined {
    return this.#instance.type.max;
  }

  /** Elements. */
  get length(): number {
    return this.#instance.length;
  }

  /** The element, a callable function for funcref; undefined out of range. */
  get(index: number): unknown {
    return index >= 0 && index < this.length
      ? toJsRef(this.#instance.refs[index])
      : undefined;
  }

  /** False out of range; throws a `TypeError` for a value of another type. */
  set(index: number, value: unknown): boolean {
    if (!isCount(index) || index >= this.length) return false;
    this.#instance.set(index, toEngineRef(this.#instance.type.element, value));
    return true;
  }

  /** Adds elements; the length there was before, undefined where it cannot. */
  grow(delta: number, value: unknown = null): number | undefined {
    if (!isCount(delta)) return undefined;
    const ref = toEngineRef(this.#instance.type.element, value);
    const before = this.#instance.grow(delta, ref);
    return before < 0 ? undefined : before;
  }
}

/** The table as embedders hold it; always the same object. */
export function toTable(instance: TableInstance): Table {
  return (instance.embedder ??= new Table(instance)) as Table;
}

/** Type of a global. */
export interface GlobalDescriptor {
  /** Of its value. */
  readonly type: ValueTypeName;
  /** Whether its value can change. Default: false. */
  readonly mutable?: boolean | undefined;
}

/**
 * A global variable.
 *
 * @example
 * ```ts
 * import { Global } from "@waxwing/waxwing";
 *
 * const counter = new Global({ type: "i64", mutable: true }, 41n);
 * counter.value = (counter.value as bigint) + 1n;
 * console.log(counter.value === 42n);
 * ```
 */
export class Global {
  readonly #instance: GlobalInstance;

  /** `value` defaults to the type's zero or null. */
  constructor(descriptor: GlobalDescriptor | GlobalInstance, value?: unknown) {
    if (descriptor instanceof GlobalInstance) {
      this.#instance = descriptor;
      return;
    }
    checkOptions(descriptor, { type: "string", mutable: "boolean" });
    const type = valueTypeOf(descriptor.type);
    const { mutable = false } = descriptor;
    this.#instance = new GlobalInstance({ type, mutable });
    this.#write(value === undefined ? defaultValue(type) : value);
    this.#instance.embedder = this;
  }

  /** @internal */
  get instance(): GlobalInstance {
    return this.#instance;
  }

  /** The type of its value, such as `i32`. */
  get type(): string {
    return typeName(this.#instance.type.type);
  }

  /** Whether its value can change. */
  get mutable(): boolean {
    return this.#instance.type.mutable;
  }

  /** Its value: a number, a bigint for i64, 16 bytes for v128, else a reference. */
  get value(): unknown {
    const { type: { type }, words, index, ref } = this.#instance;
    if (isRef(type)) return toJsRef(ref);
    const view = viewOf(words, index);
    if (type === I64) return view.getBigInt64(0, true);
    if (type === F32) return view.getFloat32(0, true);
    if (type === F64) return view.getFloat64(0, true);
    if (type === V128) {
      return new Uint8Array(view.buffer, view.byteOffset, 16).slice();
    }
    return words[index];
  }

  /** Throws a `TypeError` for an immutable global or a wrong value. */
  set value(value: unknown) {
    if (!this.mutable) throw new TypeError("the global is immutable");
    this.#write(value);
  }

  /** `global(42)`. */
  toString(): string {
    return `global(${String(this.value)})`;
  }

  #write(value: unknown): void {
    const { type: { type }, words, index } = this.#instance;
    if (isRef(type)) {
      this.#instance.ref = toEngineRef(type, value);
      return;
    }
    const view = viewOf(words, index);
    if (type === I64) view.setBigInt64(0, value as bigint, true);
    else if (type === F32) storeF32(view, 0, +(value as number));
    else if (type === F64) storeF64(view, 0, +(value as number));
    else if (type === V128) {
      checkVector(value);
      new Uint8Array(view.buffer, view.byteOffset, 16).set(value);
    } else words[index] = value as number;
  }
}

/** The global as embedders hold it; always the same object. */
export function toGlobal(instance: GlobalInstance): Global {
  return (instance.embedder ??= new Global(instance)) as Global;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

function viewOf(words: Int32Array, index: number): DataView {
  return new DataView(words.buffer, words.byteOffset + 4 * index);
}

function checkLimits(
  min: number,
  max: number | undefined,
  limit: number,
): void {
  checkRange("initial", min, 0, limit);
  if (max !== undefined) checkRange("maximum", max, min, limit);
}
