/**
 * A guest that waits for promises of the host without knowing it. In
 * `callAsync` the guest is suspended where it calls the host function, and
 * goes on when the promise settles. Run it with
 * `node tests/ts.mjs examples/wait.ts`.
 *
 *   (module
 *     (import "env" "price" (func $price (param i32) (result i32)))
 *     (func (export "total") (param $a i32) (param $b i32) (result i32)
 *       (i32.add (call $price (local.get $a)) (call $price (local.get $b)))))
 */

import { Runtime, WouldSuspendError } from "../mod.ts";

const bytes = Uint8Array.from(
  atob(
    "AGFzbQEAAAABDAJgAX8Bf2ACf38BfwINAQNlbnYFcHJpY2UAAAMCAQEHCQEFdG90YWwA" +
      "AQoNAQsAIAAQACABEABqCw==",
  ),
  (char) => char.charCodeAt(0),
);

const runtime = new Runtime();
runtime.newHostModule("env")
  .asyncFunc("price", ["i32"], ["i32"], async (item) => {
    await new Promise((resolve) => setTimeout(resolve, 10)); // a request, say
    return item * 100;
  })
  .instantiate();

const total = runtime.instantiate(bytes).exportedFunction("total")!;
console.log("total", await total.callAsync([3, 4]));

try {
  total.call(3, 4);
} catch (error) {
  if (!(error instanceof WouldSuspendError)) throw error;
  console.log(error.message);
}
