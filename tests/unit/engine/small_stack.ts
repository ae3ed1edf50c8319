// Run with a small JavaScript stack: endless recursion of each kind, and what
// the instance still can do.

import { Trap } from "../../../engine/mod.ts";
import { deepPrograms, pingPong } from "./deep.ts";
import { call } from "./guest.ts";

const ping = pingPong();
const { instance } = deepPrograms();

for (let i = 0; i < 3; i++) {
  try {
    call(ping, "ping", 100_000n);
  } catch (error) {
    const isTrap = error instanceof Trap;
    console.log(isTrap ? error.message.split("\n")[0] : error);
  }
  let nesting = 100;
  for (; nesting > 1; nesting--) {
    try {
      call(ping, "ping", BigInt(nesting));
      break;
    } catch {
      // Less deep then.
    }
  }
  console.log(nesting > 30);
  console.log(String(call(instance, "cross", 40_000n)));
}
