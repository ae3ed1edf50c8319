/**
 * Stopping a guest that does not end: after a time or an amount of work in a
 * synchronous call, by a signal in an asynchronous one, during which the host's
 * own timers run. The instance can be called again afterwards. Run it with
 * `node tests/ts.mjs examples/limits.ts`.
 *
 *   (module
 *     (global $count (export "count") (mut i32) (i32.const 0))
 *     (func (export "spin")
 *       (loop $again
 *         (global.set $count (i32.add (global.get $count) (i32.const 1)))
 *         (br $again))))
 */

import { FuelExhausted, Runtime, TimeoutError } from "../mod.ts";

const bytes = Uint8Array.from(
  atob(
    "AGFzbQEAAAABBAFgAAADAgEABgYBfwFBAAsHEAIFY291bnQDAARzcGluAAAKEAEOAANA" +
      "IwBBAWokAAwACws=",
  ),
  (char) => char.charCodeAt(0),
);

const instance = new Runtime().instantiate(bytes);
const spin = instance.exportedFunction("spin")!;
const count = instance.exportedGlobal("count")!;

// Fuel is exact: the count is the same on every machine.
try {
  spin.callWith([], { fuel: 1_000_000 });
} catch (error) {
  if (!(error instanceof FuelExhausted)) throw error;
  console.log(error.message, count.value);
}

try {
  spin.callWith([], { timeoutMs: 50 });
} catch (error) {
  if (!(error instanceof TimeoutError)) throw error;
  console.log(error.message);
}

let ticks = 0;
const timer = setInterval(() => ticks++, 5);
const abort = new AbortController();
setTimeout(() => abort.abort(new Error("enough")), 100);
try {
  await spin.callAsync([], { signal: abort.signal });
} catch (error) {
  console.log((error as Error).message);
}
clearInterval(timer);

console.log("the host's timer ran meanwhile:", ticks > 0);
