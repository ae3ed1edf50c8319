/**
 * Arguments, environment, clocks and randomness
 * (spec: args_*, environ_*, clock_*, random_get).
 */

import { type Clock, Errno } from "../lib/world.ts";
import {
  CLOCK_MONOTONIC,
  CLOCK_PROCESS_CPUTIME,
  CLOCK_REALTIME,
  CLOCK_THREAD_CPUTIME,
} from "./abi.ts";
import type { CallRow, WasiCall } from "./call.ts";

/** The rows of this file. */
// deno-fmt-ignore
export const ENV_CALLS: readonly CallRow[] = [
  ["args_get",          "ii:i",  (call, at, to) => putStrings(call, call.state.args, at, to)],
  ["args_sizes_get",    "ii:i",  (call, at, to) => putSizes(call, call.state.args, at, to)],
  ["environ_get",       "ii:i",  (call, at, to) => putStrings(call, call.state.env, at, to)],
  ["environ_sizes_get", "ii:i",  (call, at, to) => putSizes(call, call.state.env, at, to)],
  ["clock_res_get",     "ii:i",  clockResGet],
  ["clock_time_get",    "iIi:i", clockTimeGet],
  ["random_get",        "ii:i",  randomGet],
];

/** The clock of an id. There is one thread: its CPU time is the process's. */
export function clockOf(call: WasiCall, id: number): Clock | undefined {
  switch (id) {
    case CLOCK_REALTIME:
      return call.state.wallClock;
    case CLOCK_MONOTONIC:
      return call.state.monotonicClock;
    case CLOCK_PROCESS_CPUTIME:
    case CLOCK_THREAD_CPUTIME:
      return call.state.cpuClock;
    default:
      return undefined;
  }
}

function putSizes(
  call: WasiCall,
  strings: readonly Uint8Array[],
  count: number,
  size: number,
): Errno {
  return call.putU32(count, strings.length) ||
    call.putU32(size, totalLength(strings));
}

function putStrings(
  call: WasiCall,
  strings: readonly Uint8Array[],
  pointers: number,
  buffer: number,
): Errno {
  if (!call.hasRange(pointers, 4 * strings.length)) return Errno.EFAULT;
  const length = totalLength(strings);
  if (!call.hasRange(buffer, length)) return Errno.EFAULT;
  call.state.onTransfer(length);
  const { bytes, view } = call.memory();
  let pointer = pointers >>> 0;
  let at = buffer >>> 0;
  for (const string of strings) {
    view.setUint32(pointer, at, true);
    bytes.set(string, at);
    pointer += 4;
    at += string.length;
  }
  return Errno.ESUCCESS;
}

function totalLength(strings: readonly Uint8Array[]): number {
  return strings.reduce((total, string) => total + string.length, 0);
}

function clockResGet(call: WasiCall, id: number, result: number): Errno {
  const clock = clockOf(call, id);
  if (!clock) return Errno.EINVAL;
  return call.putU64(result, BigInt(clock.resolutionNs));
}

function clockTimeGet(
  call: WasiCall,
  id: number,
  _precision: bigint,
  result: number,
): Errno {
  const clock = clockOf(call, id);
  if (!clock) return Errno.EINVAL;
  return call.putU64(result, clock.now());
}

const enum Random {
  /** Bytes asked for at once. */
  Part = 65536,
}

function randomGet(call: WasiCall, buffer: number, length: number): Errno {
  const start = buffer >>> 0;
  const end = start + (length >>> 0);
  if (!call.hasRange(buffer, end - start)) return Errno.EFAULT;
  const { random, onTransfer } = call.state;
  for (let at = start; at < end; at += Random.Part) {
    const part = Math.min(end - at, Random.Part);
    onTransfer(part);
    random.fill(call.memory().bytes.subarray(at, at + part));
  }
  return Errno.ESUCCESS;
}
