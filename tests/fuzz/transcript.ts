/**
 * What generated modules do, in lines that can be compared: each export is
 * called with a few arguments, then globals and memory are looked at.
 */

import { createHash } from "node:crypto";
import {
  callRaw,
  compileModule,
  FunctionInstance,
  instantiateModule,
  MemoryInstance,
  type RawValue,
  Trap,
} from "../../engine/mod.ts";
import { soilStack } from "../unit/engine/guest.ts";
import { I32 } from "./encode.ts";
import type { Entry, GeneratedModule } from "./generate.ts";
import { hostWasm, trapClass } from "./host.ts";
import { EDGES_64 } from "./operators.ts";
import { Random } from "./random.ts";

const CALLS_PER_ENTRY = 3;

/** An instance in an engine. */
export interface Guest {
  /** Arguments and results are unsigned bits. Throws where it traps. */
  call(entry: Entry, args: readonly bigint[]): bigint[];
  memory(): Uint8Array;
}

/** How an export is called. */
export type Call = (
  callee: FunctionInstance,
  args: readonly RawValue[],
) => RawValue[];

/** An instance in this engine. */
export function ownGuest(bytes: Uint8Array, call: Call = callRaw): Guest {
  const instance = instantiateModule(compileModule(bytes), () => undefined);
  const memory = instance.exports.get("memory");
  if (!(memory instanceof MemoryInstance)) throw new Error("no memory");
  return {
    call: (entry, args) => {
      soilStack();
      const exported = instance.exports.get(entry.name);
      if (exported instanceof FunctionInstance) {
        return call(exported, args) as bigint[];
      }
      throw new Error(`no function ${entry.name}`);
    },
    memory: () => memory.bytes,
  };
}

/** An instance in the host's own engine. */
export function hostGuest(bytes: Uint8Array): Guest {
  if (!hostWasm) throw new Error("no WebAssembly");
  const instance = new hostWasm.Instance(new hostWasm.Module(bytes));
  const memory = instance.exports.memory as { buffer: ArrayBuffer };
  return {
    call: (entry, args) => {
      type Exported = (...args: (number | bigint)[]) => unknown;
      const exported = instance.exports[entry.name] as Exported;
      const given = args.map((arg, i) =>
        entry.params[i] === I32 ? Number(arg) | 0 : BigInt.asIntN(64, arg)
      );
      const result = exported(...given);
      const all = entry.results.length === 1 ? [result] : result ?? [];
      return (all as (number | bigint)[]).map((value, i) =>
        BigInt.asUintN(entry.results[i] === I32 ? 32 : 64, BigInt(value))
      );
    },
    memory: () => new Uint8Array(memory.buffer),
  };
}

/** What a guest does, in lines. */
export function transcript(
  generated: GeneratedModule,
  seed: number,
  newGuest: (bytes: Uint8Array) => Guest,
): string[] {
  const guest = newGuest(generated.bytes);
  const random = new Random(seed ^ 0x5eed);
  const lines: string[] = [];
  for (const entry of generated.entries) {
    for (let i = 0; i < CALLS_PER_ENTRY; i++) {
      const args = entry.params.map((type) => argument(type, random));
      lines.push(`${entry.name}(${hex(args)}): ${outcome(guest, entry, args)}`);
    }
  }
  lines.push(`globals: ${outcome(guest, generated.state, [])}`);
  const hash = createHash("sha1").update(guest.memory()).digest("hex");
  lines.push(`memory: ${guest.memory().length} ${hash}`);
  return lines;
}

function argument(type: number, random: Random): bigint {
  const bits = random.oneIn(2) ? random.bits64() : random.pick(EDGES_64);
  return BigInt.asUintN(type === I32 ? 32 : 64, bits);
}

/** The results of a call as text, or how it trapped. */
export function outcome(
  guest: Guest,
  entry: Entry,
  args: readonly bigint[],
): string {
  try {
    return hex(guest.call(entry, args));
  } catch (error) {
    if (!(error instanceof Error)) return `threw ${String(error)}`;
    const isTrap = error instanceof Trap || isHostTrap(error);
    if (isTrap) return `trap: ${trapClass(error.message)}`;
    return `threw ${error.name}: ${error.message}`;
  }
}

function isHostTrap(error: Error): boolean {
  return error.constructor.name === "RuntimeError" ||
    error instanceof RangeError && /call stack/.test(error.message);
}

function hex(values: readonly bigint[]): string {
  return values.map((value) => "0x" + value.toString(16)).join(" ");
}
