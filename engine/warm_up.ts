/**
 * Warm-up (to come).
 */

import type { MemoryInstance } from "./memory.ts";
import type { Machine } from "./store.ts";

export function warmUp(_m: Machine, _memory: MemoryInstance): void {}
