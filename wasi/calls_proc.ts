/**
 * The process: its end, signals to itself, giving way
 * (spec: proc_exit, proc_raise, sched_yield).
 */

import { ExitError } from "../lib/errors.ts";
import { Errno, type MaybePromise } from "../lib/world.ts";
import type { CallRow, WasiCall } from "./call.ts";
import { whenReady } from "./wait.ts";

/** The rows of this file. */
// deno-fmt-ignore
export const PROC_CALLS: readonly CallRow[] = [
  ["proc_exit",   "i:",  procExit],
  ["proc_raise",  "i:i", procRaise],
  ["sched_yield", ":i",  schedYield],
];

const LAST_SIGNAL = 30;

/** What a signal does that nobody handles, as the specification lists it. */
const IGNORED_SIGNALS: readonly number[] = [
  0, // none
  13, // pipe
  16, // chld
  17, // cont: nothing is stopped
  22, // urg
  27, // winch
];
const STOPPING_SIGNALS: readonly number[] = [
  18, // stop
  19, // tstp
  20, // ttin
  21, // ttou
];

/** Shells report the death by a signal as this plus its number. */
const SIGNAL_EXIT_CODE = 128;

function procExit(_call: WasiCall, code: number): never {
  throw new ExitError(code >>> 0);
}

function procRaise(_call: WasiCall, signal: number): Errno {
  if (signal < 0 || signal > LAST_SIGNAL) return Errno.EINVAL;
  if (IGNORED_SIGNALS.includes(signal)) return Errno.ESUCCESS;
  if (STOPPING_SIGNALS.includes(signal)) return Errno.ENOTSUP;
  throw new ExitError(SIGNAL_EXIT_CODE + signal);
}

function schedYield(call: WasiCall): MaybePromise<Errno> {
  return whenReady(call.state.yield(), () => Errno.ESUCCESS);
}
