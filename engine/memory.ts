/**
 * A linear memory: the buffer, the views that the interpreter and the host
 * work on, growth. The buffer may have more capacity than the memory has
 * bytes, so that growing page by page stays linear; the views never reach
 * past `byteLength`. Spec: «Memory Instances».
 */

import type { MemoryType } from "./module.ts";

export const PAGE_BYTES = 65536;
export const MAX_PAGES = 65536;

/**
 * How many bytes at the end of a memory are left to the handlers. In Node 24
 * Maglev, V8's quick compiler, takes all integers that a DataView stores for
 * eight bytes long. What it then finds out of bounds, though nothing is, makes
 * an op's stores slow for good (docs/rationale.md).
 */
const TAIL_BYTES = 7;

/** What an embedder wants to say where memories are made and grow. */
export interface MemoryPolicy {
  /** Whether buffers are as large from the start as memories may become. */
  readonly capacityFromMax?: boolean;
  /** Whether so many bytes more may be used. */
  readonly reserve?: (byteLength: number) => boolean;
  /** Makes a buffer of at least so many bytes; undefined where it cannot. */
  readonly allocate?: (
    byteLength: number,
    maxByteLength: number,
    memory: MemoryInstance,
  ) => ArrayBuffer | undefined;
  /** Takes what `allocate` gave and no memory uses any more. */
  readonly release?: (buffer: ArrayBufferLike | undefined) => void;
}

/** What atomic accesses work on: the logarithm of their size tells which. */
export type AtomicViews = readonly [
  Uint8Array,
  Uint16Array,
  Int32Array,
  BigInt64Array,
];

export class MemoryInstance {
  readonly type: MemoryType;
  /** Pages that growing may reach. */
  maxPages: number;
  buffer!: ArrayBufferLike;
  view!: DataView;
  bytes!: Uint8Array;
  /** Of the buffer, made when it is first accessed so. */
  atomicViews: AtomicViews | undefined;
  /** 0 to 2^32. */
  byteLength!: number;
  /** What the hot loop compares: an int32, and some bytes before the end. */
  hotLimit!: number;
  /** What the embedder keeps with it; the engine never looks. */
  embedder: unknown = undefined;
  readonly #policy: MemoryPolicy;

  /** Throws a RangeError where the host has not so much memory. */
  constructor(
    type: MemoryType,
    limitPages: number = MAX_PAGES,
    policy: MemoryPolicy = {},
  ) {
    this.type = type;
    this.#policy = policy;
    this.maxPages = Math.min(type.max ?? MAX_PAGES, limitPages, MAX_PAGES);
    if (type.min > this.maxPages) {
      throw new RangeError(
        `memory of ${type.min} pages is over the limit of ${this.maxPages}`,
      );
    }
    const byteLength = type.min * PAGE_BYTES;
    if (policy.reserve?.(byteLength) === false) {
      throw new RangeError("the memory of all instances is over its limit");
    }
    this.#use(this.#firstBuffer(byteLength), byteLength);
  }

  get pageCount(): number {
    return this.byteLength / PAGE_BYTES;
  }

  /** Adds pages; the number there were before, or -1 where it cannot be. */
  grow(deltaPages: number): number {
    const before = this.pageCount;
    const after = before + deltaPages;
    if (after > this.maxPages) return -1;
    const { buffer: old, view } = this;
    const { reserve, release } = this.#policy;
    const byteLength = after * PAGE_BYTES;
    const more = byteLength - this.byteLength;
    if (reserve?.(more) === false) return -1;
    let buffer: ArrayBufferLike | undefined = old;
    let result = -1;
    try {
      if (byteLength > old.byteLength) buffer = this.#larger(byteLength);
      // The embedder's allocator may have grown it, or closed its instance.
      if (buffer !== undefined && this.view === view) {
        if (buffer !== old) new Uint8Array(buffer).set(this.bytes);
        this.#use(buffer, byteLength);
        result = before;
      }
    } finally {
      if (result < 0) reserve?.(-more);
    }
    if (buffer !== old) release?.(result < 0 ? buffer : old);
    return result;
  }

  /**
   * Has no bytes from now on, and grows no more: its buffer goes to others.
   * Whoever uses the memory, traps.
   */
  drop(): void {
    this.maxPages = 0;
    this.#use(new ArrayBuffer(0), 0);
  }

  #use(buffer: ArrayBufferLike, byteLength: number): void {
    // All is made before anything changes: the host's stack may overflow.
    const view = new DataView(buffer, 0, byteLength);
    const bytes = new Uint8Array(buffer, 0, byteLength);
    this.buffer = buffer;
    this.byteLength = byteLength;
    this.hotLimit = Math.max(0, Math.min(byteLength - TAIL_BYTES, 0x7fffffff));
    this.view = view;
    this.bytes = bytes;
    this.atomicViews = undefined;
  }

  #firstBuffer(needed: number): ArrayBufferLike {
    const maxByteLength = this.maxPages * PAGE_BYTES;
    if (this.type.shared) return newSharedBuffer(maxByteLength);
    const byteLength = this.#policy.capacityFromMax ? maxByteLength : needed;
    const buffer = this.#allocate(byteLength);
    if (buffer !== undefined) return buffer;
    throw new RangeError(`there are no ${byteLength} bytes`);
  }

  /** A buffer of zeros. */
  #allocate(byteLength: number): ArrayBuffer | undefined {
    const { allocate } = this.#policy;
    if (allocate === undefined) return tryAllocate(byteLength);
    const buffer = allocate(byteLength, this.maxPages * PAGE_BYTES, this);
    if (buffer === undefined || buffer.byteLength < byteLength) {
      return undefined;
    }
    new Uint8Array(buffer).fill(0);
    return buffer;
  }

  /** A larger buffer: half as much again, or just enough. */
  #larger(byteLength: number): ArrayBuffer | undefined {
    const generous = Math.min(
      Math.max(byteLength, this.byteLength * 1.5),
      this.maxPages * PAGE_BYTES,
    );
    return this.#allocate(generous) ?? this.#allocate(byteLength);
  }
}

function tryAllocate(byteLength: number): ArrayBuffer | undefined {
  try {
    return new ArrayBuffer(byteLength);
  } catch {
    return undefined;
  }
}

function newSharedBuffer(byteLength: number): ArrayBufferLike {
  return typeof SharedArrayBuffer === "undefined"
    ? new ArrayBuffer(byteLength)
    : new SharedArrayBuffer(byteLength);
}
