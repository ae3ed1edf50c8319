/**
 * A linear memory: the buffer, the views that the interpreter and the host
 * work on, growth. The buffer may have more capacity than the memory has
 * bytes, so that growing page by page stays linear; the views never reach
 * past `byteLength`. Spec: «Memory Instances».
 */

import type { MemoryType } from "./module.ts";

export const PAGE_BYTES = 65536;
export const MAX_PAGES = 65536;

export class MemoryInstance {
  readonly type: MemoryType;
  /** Pages that growing may reach. */
  readonly maxPages: number;
  buffer: ArrayBufferLike;
  view: DataView;
  bytes: Uint8Array;
  /** 0 to 2^32. */
  byteLength: number;
  /** `byteLength` where an int32 can hold it: what the hot loop compares. */
  hotLimit: number;
  /** Called after the views changed, with the buffer that they left. */
  onGrow: ((old: ArrayBufferLike) => void) | undefined = undefined;

  /** Throws a RangeError where the host has not so much memory. */
  constructor(type: MemoryType, limitPages: number = MAX_PAGES) {
    this.type = type;
    this.maxPages = Math.min(type.max ?? MAX_PAGES, limitPages, MAX_PAGES);
    if (type.min > this.maxPages) {
      throw new RangeError(
        `memory of ${type.min} pages is over the limit of ${this.maxPages}`,
      );
    }
    this.byteLength = type.min * PAGE_BYTES;
    this.buffer = type.shared
      ? newSharedBuffer(this.maxPages * PAGE_BYTES)
      : new ArrayBuffer(this.byteLength);
    this.view = new DataView(this.buffer, 0, this.byteLength);
    this.bytes = new Uint8Array(this.buffer, 0, this.byteLength);
    this.hotLimit = Math.min(this.byteLength, 0x7fffffff);
  }

  get pageCount(): number {
    return this.byteLength / PAGE_BYTES;
  }

  /** Adds pages; the number there were before, or -1 where it cannot be. */
  grow(deltaPages: number): number {
    const before = this.pageCount;
    const after = before + deltaPages;
    if (after > this.maxPages) return -1;
    const old = this.buffer;
    const byteLength = after * PAGE_BYTES;
    const buffer = byteLength > old.byteLength ? this.#copyTo(byteLength) : old;
    if (buffer === undefined) return -1;
    // All is made before anything changes: the host's stack may overflow.
    const view = new DataView(buffer, 0, byteLength);
    const bytes = new Uint8Array(buffer, 0, byteLength);
    this.buffer = buffer;
    this.byteLength = byteLength;
    this.hotLimit = Math.min(byteLength, 0x7fffffff);
    this.view = view;
    this.bytes = bytes;
    this.onGrow?.(old);
    return before;
  }

  /** The content in a larger buffer: half as much again, or just enough. */
  #copyTo(byteLength: number): ArrayBuffer | undefined {
    const generous = Math.min(
      Math.max(byteLength, this.byteLength * 1.5),
      this.maxPages * PAGE_BYTES,
    );
    const buffer = tryAllocate(generous) ?? tryAllocate(byteLength);
    if (buffer !== undefined) new Uint8Array(buffer).set(this.bytes);
    return buffer;
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
