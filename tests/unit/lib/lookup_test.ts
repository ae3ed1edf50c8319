// Functions of tables by index and type.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { lookupFunction } from "../../../lib/monitors.ts";
import { Runtime, Trap, TrapCode } from "../../../mod.ts";
import { Assembler, errorOf } from "./guests.ts";

const instance = new Runtime().instantiate(
  new Assembler().table("table", "r", 2)
    .function("add", "iI:I", "", "local.get 1").elements("i32.const 0", ["add"])
    .build(),
);

test("a function is found by its index, and called", () => {
  const add = lookupFunction(instance, 0, 0, ["i32", "i64"], ["i64"]);
  assert.is(add.call(1, 5n), 5n);
  assert.is(add.definition.name, "add");
});

test("what call_indirect traps at is an error", () => {
  const codeOf = (index: number, params: ["i32"?] = ["i32"]) => {
    const error = errorOf(() =>
      lookupFunction(instance, 0, index, params as ["i32"], ["i64"])
    );
    assert.instance(error, Trap);
    return (error as Trap).code;
  };
  assert.is(codeOf(0), TrapCode.IndirectCallTypeMismatch);
  assert.is(codeOf(1), TrapCode.UninitializedElement);
  for (const index of [2, -1, NaN]) {
    assert.is(codeOf(index), TrapCode.UndefinedElement);
  }
  assert.instance(
    errorOf(() => lookupFunction(instance, 1, 0, [], [])),
    RangeError,
  );
});

test.run();
