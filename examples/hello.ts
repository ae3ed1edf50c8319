/**
 * A guest that calls the host: it hands over text in its memory, which the
 * host prints. Run it with `node tests/ts.mjs examples/hello.ts`.
 *
 *   (module
 *     (import "env" "print" (func $print (param i32 i32)))
 *     (memory (export "memory") 1)
 *     (data (i32.const 16) "hello, host")
 *     (func (export "hello") (call $print (i32.const 16) (i32.const 11))))
 */

import { Runtime } from "../mod.ts";

const bytes = Uint8Array.from(
  atob(
    "AGFzbQEAAAABCQJgAn9/AGAAAAINAQNlbnYFcHJpbnQAAAMCAQEFAwEAAQcSAgZtZW1v" +
      "cnkCAAVoZWxsbwABCgoBCABBEEELEAALCxEBAEEQCwtoZWxsbywgaG9zdA==",
  ),
  (char) => char.charCodeAt(0),
);

const runtime = new Runtime();
runtime.newHostModule("env")
  .func("print", ["i32", "i32"], [], (caller, offset, length) => {
    console.log(caller.memory?.readString(offset >>> 0, length >>> 0));
  }, { withCaller: true })
  .instantiate();

const { exports } = runtime.instantiate<{ hello(): void }>(bytes);
exports.hello();
