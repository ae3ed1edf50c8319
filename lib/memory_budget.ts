/**
 * Where the bytes of memories come from: the limit that all instances of a
 * runtime share, and the embedder's own allocator.
 */

import {
  type MemoryInstance,
  type MemoryPolicy,
  PAGE_BYTES,
} from "../engine/mod.ts";
import type { ModuleOptions } from "./config.ts";
import type { Lifetime } from "./lifetime.ts";

/** The bytes that all instances of a runtime may have together. */
export class MemoryBudget {
  #left: number;

  constructor(pages: number) {
    this.#left = pages * PAGE_BYTES;
  }

  /**
   * What an instance asks for more, or gives back by a negative number. What
   * it has is free again when it is closed; then it gets no more, though
   * importers may still use its memory.
   */
  share(lifetime: Lifetime): (byteLength: number) => boolean {
    let taken = 0;
    lifetime.onClose.push(() => {
      this.#left += taken;
    });
    return (byteLength) => {
      if (lifetime.exitCode !== undefined) return byteLength <= 0;
      if (byteLength > this.#left) return false;
      this.#left -= byteLength;
      taken += byteLength;
      return true;
    };
  }
}

/** How an instance allocates where its options have an allocator. */
export function allocatorOf(
  lifetime: Lifetime,
  { memoryAllocator: allocator }: ModuleOptions,
): Pick<MemoryPolicy, "allocate" | "release"> {
  if (allocator === undefined) return {};
  const used: Map<ArrayBufferLike | undefined, MemoryInstance> = new Map();
  const release = (buffer: ArrayBufferLike | undefined) => {
    if (used.delete(buffer)) allocator.free?.(buffer as ArrayBuffer);
  };
  lifetime.onClose.push(() => {
    if (allocator.free === undefined) return;
    for (const [buffer, memory] of used) {
      memory.drop();
      release(buffer);
    }
  });
  return {
    allocate(byteLength, maxByteLength, memory) {
      const buffer = allocator.allocate(byteLength, maxByteLength);
      if (buffer !== undefined) used.set(buffer, memory);
      return buffer;
    },
    release,
  };
}
