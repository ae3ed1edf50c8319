// Guests that recurse: each function calls itself n times, in its own way,
// and returns n.

import { callRaw, type ModuleInstance } from "../../../engine/mod.ts";
import { Assembler } from "./assembler.ts";
import { func, host, instanceOf } from "./guest.ts";

/** 0 for 0, else one more than what `recurse` gives for n - 1. */
function counting(recurse: string): string {
  return `local.get 0
    if [:i] local.get 0 i32.const 1 i32.sub ${recurse} i32.const 1 i32.add
    else i32.const 0 end`;
}

/** Recursion by every kind of call, with small and large frames. */
export function deepPrograms() {
  const indirect = (index: number, table: number) =>
    `i32.const ${index} call_indirect [i:i] ${table}`;
  const instance = instanceOf(
    new Assembler()
      .table("table", "r", 4)
      .table("second", "r", 2)
      .function("direct", "i:i", "", counting("call $direct"))
      .function("indirect", "i:i", "", counting(indirect(0, 0)))
      .function("table2", "i:i", "", counting(indirect(0, 1)))
      .function(
        "reference",
        "i:i",
        "",
        counting("ref.func $reference call_ref [i:i]"),
      )
      .function("cross", "i:i", "", counting(indirect(1, 0)))
      .function("large", "i:i", "I*2500", counting("call $large"))
      .function("largest", "i:i", "v*49999", counting("call $largest"))
      .function("largeRefs", "i:i", "e*3000", counting("call $largeRefs"))
      .function("largeIndirect", "i:i", "F*2500", counting(indirect(2, 0)))
      .function("largeTable2", "i:i", "F*2500", counting(indirect(1, 1)))
      .function("largeCross", "i:i", "I*2500", counting(indirect(3, 0)))
      .elements("i32.const 0", ["indirect"])
      .elements("i32.const 2", ["largeIndirect"])
      .elements("i32.const 0", ["table2", "largeTable2"], 1),
  );
  const other = instanceOf(
    new Assembler()
      .importFunction("first", "cross", "i:i")
      .importFunction("first", "largeCross", "i:i")
      .importTable("first", "table", 4)
      .function("back", "i:i", "", counting("call $cross"))
      .function("largeBack", "i:i", "I*2500", counting("call $largeCross"))
      .elements("i32.const 1", ["back"])
      .elements("i32.const 3", ["largeBack"]),
    Object.fromEntries(instance.exports),
  );
  return { instance, other };
}

/** `ping` calls the host, which calls `ping`. */
export function pingPong(): ModuleInstance {
  const pong = host("i:i", (n) => callRaw(func(instance, "ping"), [n]));
  const instance: ModuleInstance = instanceOf(
    new Assembler()
      .importFunction("host", "pong", "i:i")
      .function("ping", "i:i", "", counting("call $pong")),
    { pong },
  );
  return instance;
}
